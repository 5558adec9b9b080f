//! What a check returns: diagnostics, fixes and new texts of one unit.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::check::input::Language;
use crate::model::{Crossing, LeafId, Resolution, SlotId, Unit};
use crate::plan::{FixId, InsertionPoint, Plan};
use crate::rules::{Finding, Rule, Severity, Suggestion};
use crate::text::{Edit, FileId, Location, Place, Position, ReadError, Source, Sources, Span};

/// The result of checking one unit.
#[derive(Debug)]
#[non_exhaustive]
pub struct UnitReport {
    /// The language.
    pub language: Language,
    /// The files, as they were read; [`FileId`]s index this list.
    pub sources: Sources,
    /// What the unit means.
    pub unit: Unit,
    /// What rules report in target files, enabled and not suppressed, in the order of files and positions.
    pub findings: Vec<Diagnostic>,
    /// All fixes, applied or not.
    pub plan: Plan,
    /// The fixes whose edits are in `changes`, in order.
    pub applied: Vec<FixId>,
    /// The files that change, with their text after it.
    pub changes: Vec<FileChange>,
    /// What no rule reports: files that could not be read, unused suppressions.
    pub problems: Vec<Diagnostic>,
    /// What the deployer newly has to grant for the applied fixes, as it is written on the command line.
    pub required_capability: Option<&'static str>,
    /// How many findings a comment or metadata suppresses.
    pub suppressed: usize,
}

impl UnitReport {
    /// A file of the unit.
    ///
    /// # Panics
    /// If the id comes from another report.
    pub fn source(&self, file: FileId) -> &Source {
        &self.sources[file]
    }

    /// The files that change, as they will be.
    pub fn fixed(&self) -> impl Iterator<Item = Source> + '_ {
        self.changes.iter().map(|change| self.source(change.file).with_text(change.after.clone()))
    }

    /// The changes in the order in which they are best written: files that gain a profile first. Were the process killed in between, a launcher
    /// would be as wrong as it was, and not be given what is declared nowhere.
    pub fn in_writing_order(&self) -> Vec<&FileChange> {
        let fixes = self.applied.iter().map(|&id| self.plan.fix(id));
        let gaining: BTreeSet<FileId> = fixes
            .flat_map(|fix| &fix.adds)
            .map(|&id| match self.plan.profile(id).insertion_point {
                InsertionPoint::After(node) | InsertionPoint::Before(node) => self.unit.node(node).span.file,
            })
            .collect();
        let mut changes: Vec<&FileChange> = self.changes.iter().collect();
        changes.sort_by_key(|change| !gaining.contains(&change.file));
        changes
    }

    /// Takes the changes back, as they could not be written.
    pub(crate) fn discard_changes(&mut self) {
        self.changes.clear();
        self.applied.clear();
        for finding in &mut self.findings {
            finding.applied = false;
        }
    }
}

/// A file's new text.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FileChange {
    /// The file.
    pub file: FileId,
    /// Its text after the edits, without byte order mark.
    pub after: String,
    /// The edits.
    pub edits: Vec<Edit>,
}

/// Something to tell the user: what a rule reports, or a problem of a file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// Whether it is a fault of ipfix itself, and not of a file.
    pub is_internal: bool,
    /// The rule; none for a problem of a file.
    pub rule: Option<&'static Rule>,
    /// The leaf that the rule reports; none for a problem of a file.
    pub site: Option<Site>,
    /// The file, as the user knows it.
    pub path: PathBuf,
    /// The range, if the file is one of the unit.
    pub span: Option<Span>,
    /// Its start as line and column.
    pub position: Option<Position>,
    /// What is wrong: one sentence without a full stop.
    pub message: String,
    /// What to do about it, where that is no fix.
    pub help: Option<String>,
    /// More to know, a sentence each.
    pub notes: Vec<String>,
    /// Other locations, such as the declaration of the role: first those in the unit, then those in other units that the value leads through, from its
    /// origin on.
    pub related: Vec<Related>,
    /// The fix that resolves it.
    pub fix: Option<FixId>,
    /// Whether that fix is applied.
    pub applied: bool,
    /// The edits of that fix alone, in the order of files and positions; empty unless [`Options::resolve_fixes`](crate::check::Options) is set.
    pub edits: Vec<Edit>,
    /// Why there is no fix.
    pub unfixable_reason: Option<String>,
}

/// The leaf that a rule reports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Site {
    /// Its slot.
    pub slot: SlotId,
    /// The leaf.
    pub leaf: LeafId,
    /// What the rule wants to become true.
    pub suggestion: Suggestion,
}

/// Another location of a diagnostic.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Related {
    /// Where.
    pub location: Location,
    /// What is there.
    pub message: String,
}

impl Related {
    /// The range in the unit; none if it is in another unit.
    pub fn span(&self) -> Option<Span> {
        match self.location {
            Location::Here(span) => Some(span),
            Location::Elsewhere(_) => None,
        }
    }

    /// The range with the path of its file. `sources` are those of the unit.
    pub fn place(&self, sources: &Sources) -> Place {
        match &self.location {
            Location::Here(span) => sources.place(*span),
            Location::Elsewhere(place) => place.clone(),
        }
    }
}

impl Diagnostic {
    /// A problem of a file as a whole.
    pub(crate) fn about_file(
        severity: Severity,
        path: impl Into<PathBuf>,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Self {
        Diagnostic {
            severity,
            is_internal: false,
            rule: None,
            site: None,
            path: path.into(),
            span: None,
            position: None,
            message: message.into(),
            help,
            notes: Vec::new(),
            related: Vec::new(),
            fix: None,
            applied: false,
            edits: Vec::new(),
            unfixable_reason: None,
        }
    }

    /// A problem at a range of a file of the unit.
    pub(crate) fn at_span(
        source: &Source,
        span: Span,
        severity: Severity,
        message: String,
        help: Option<String>,
    ) -> Self {
        Diagnostic {
            span: Some(span),
            position: Some(source.position(span.start)),
            ..Diagnostic::about_file(severity, source.path(), message, help)
        }
    }

    /// A fault of ipfix itself, with why.
    pub(crate) fn internal(path: &Path, why: &str, help: String) -> Self {
        let message = format!("internal error: {why}");
        Diagnostic { is_internal: true, ..Diagnostic::about_file(Severity::Error, path, message, Some(help)) }
    }

    /// A parser's error.
    pub(crate) fn unreadable(sources: &Sources, error: ReadError, severity: Severity) -> Self {
        Diagnostic::at_span(&sources[error.span.file], error.span, severity, error.message, error.help)
    }

    /// What a rule reports at `span`, without its fix.
    pub(crate) fn of_finding(finding: Finding, span: Span, sources: &Sources, unit: &Unit) -> Self {
        let Finding { rule, slot, leaf, violation } = finding;
        let related = violation.related.into_iter().map(|(location, message)| Related { location, message });
        let (mut related, mut elsewhere): (Vec<Related>, Vec<Related>) = related.partition(|it| it.span().is_some());
        let definition = unit.leaf(leaf).definition;
        let defined_at = unit.leaf(leaf).span;
        if let Some(definition) = definition.filter(|_| span != defined_at)
            && related.iter().all(|known| known.span() != Some(defined_at))
        {
            let message = format!("`{}` is defined here", unit.definition(definition).name);
            related.push(Related { location: Location::Here(defined_at), message });
        }
        elsewhere.extend(places(unit, slot, leaf));
        related.extend(elsewhere);
        Diagnostic {
            rule: Some(rule),
            site: Some(Site { slot, leaf, suggestion: violation.suggestion }),
            notes: violation.notes,
            related,
            ..Diagnostic::at_span(&sources[span.file], span, rule.severity, violation.message, None)
        }
    }

    /// The code of the rule.
    pub fn code(&self) -> Option<&'static str> {
        self.rule.map(|rule| rule.code)
    }
}

/// The places in other units that a value leads through: what gives it in a called module, then what it reaches in another one.
fn places(unit: &Unit, slot: SlotId, leaf: LeafId) -> Vec<Related> {
    let (slot, leaf) = (unit.slot(slot), unit.leaf(leaf));
    let elsewhere = |place: &Place, message: String| Related { location: Location::Elsewhere(place.clone()), message };
    let mut places = Vec::new();
    if let Resolution::Profile(profile, ..) = leaf.resolution
        && let Some(place) = unit.profile(profile).module.as_ref().and_then(|module| module.place.as_ref())
    {
        places.push(elsewhere(place, "instance profile defined here".to_owned()));
    }
    if let Some(Crossing::Output { places: outputs, .. }) = &leaf.crossing {
        places.extend(outputs.iter().rev().map(|(place, what)| elsewhere(place, what.clone())));
    }
    // An output does not reach its readers: they ask for it.
    let verb = if slot.spec.resource == "output" { "read as an instance profile by" } else { "reaches" };
    places.extend(slot.reaches.iter().map(|(place, what)| elsewhere(place, format!("{verb} {what}"))));
    places
}

#[cfg(test)]
mod tests {
    use crate::check::{Input, Language, Options, check};
    use crate::text::Source;

    #[test]
    fn related_definition() {
        let text = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n\nlocals {\n  profile = aws_iam_role.app.name\n}\n\n\
                    resource \"aws_instance\" \"web\" {\n  iam_instance_profile = local.profile\n}\n";
        let source = Source::new("main.tf", text.into(), true).expect("text");
        let report = check(Input::new(Language::Terraform, vec![source]), &Options::default());
        let [finding] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
        let related = finding.related.last().expect("a related location");
        assert_eq!(related.message, "`local.profile` is defined here");
        assert_eq!(&text[related.span().expect("in the unit").range()], "aws_iam_role.app.name");
        assert_eq!(finding.related.len(), 2, "{:?}", finding.related);
    }
}
