//! What every sink asks of a finding: places as people count them, words on what AWS says and what a fix does, names that hold across a run.

use std::borrow::Cow;
use std::path::Path;

use crate::aws::naming;
use crate::aws::slots::{Expected, Update};
use crate::check::{Language, Problem, Reported, UnitReport};
use crate::model::{Origin, Part, ProfileAttr, Resolution, RoleAttr, Slot, SlotState, TemplateString};
use crate::plan::{Fix, PlannedId};
use crate::report::Run;
use crate::report::escape;
use crate::rules::{Applicability, Rule, Severity};
use crate::text::{Edit, LineEnding, Position, Source, Span};

/// A line of a report: a finding or a problem.
pub(crate) enum Item<'r> {
    Finding(Entry<'r>),
    Problem(FileDiagnostic<'r>),
}

/// A problem and, if it stands in a file of a unit, that file.
#[derive(Clone, Copy)]
pub(crate) struct FileDiagnostic<'r> {
    pub(crate) problem: &'r Problem,
    pub(crate) source: Option<&'r Source>,
}

/// A finding in its unit.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'r> {
    pub(crate) unit: &'r UnitReport,
    pub(crate) reported: &'r Reported,
}

/// A profile that a fix adds.
pub(crate) struct NewProfile {
    /// Unique in a run: the unit and the address.
    pub(crate) id: String,
    /// `aws_iam_instance_profile.app`, or a logical ID.
    pub(crate) address: String,
    /// The role it holds.
    pub(crate) role: String,
    /// Which of the fix's own edits writes it: an index into [`Entry::edits`].
    pub(crate) edit: Option<usize>,
}

/// The findings and problems that are shown, in the order of paths and places.
pub(crate) fn items(run: &Run) -> Vec<Item<'_>> {
    let mut items: Vec<(&Path, usize, Item<'_>)> = Vec::new();
    for entry in findings(run) {
        items.push((entry.source().path(), entry.reported.span.start, Item::Finding(entry)));
    }
    for trouble in problems(run) {
        let start = trouble.problem.span.as_ref().map_or(0, |at| at.start);
        items.push((&trouble.problem.path, start, Item::Problem(trouble)));
    }
    items.sort_by(|one, other| (one.0, one.1).cmp(&(other.0, other.1)));
    items.into_iter().map(|(.., item)| item).collect()
}

/// The findings that are shown, in the order of units.
pub(crate) fn findings(run: &Run) -> impl Iterator<Item = Entry<'_>> {
    let all = run.units.iter().flat_map(|unit| unit.findings.iter().map(move |reported| Entry { unit, reported }));
    all.filter(|entry| run.shows(entry.severity()))
}

/// The problems that are shown: those of units, then those of none.
pub(crate) fn problems(run: &Run) -> impl Iterator<Item = FileDiagnostic<'_>> {
    let of_units = run.units.iter().flat_map(|unit| {
        unit.problems.iter().map(move |problem| {
            let source = problem.span.as_ref().and_then(|at| unit.sources.get(at.file.0 as usize));
            FileDiagnostic { problem, source }
        })
    });
    let of_none = run.problems.iter().map(|problem| FileDiagnostic { problem, source: None });
    of_units.chain(of_none).filter(|trouble| run.shows(trouble.problem.severity))
}

impl<'r> Entry<'r> {
    /// The file in which the finding stands.
    pub(crate) fn source(&self) -> &'r Source {
        source(self.unit, &self.reported.span)
    }

    pub(crate) fn start(&self) -> Position {
        self.source().position(self.reported.span.start)
    }

    pub(crate) fn end(&self) -> Position {
        self.source().position(self.reported.span.end)
    }

    pub(crate) fn code(&self) -> &'static str {
        self.reported.finding.rule.code
    }

    pub(crate) fn severity(&self) -> Severity {
        self.reported.finding.rule.severity
    }

    pub(crate) fn message(&self) -> &'r str {
        &self.reported.finding.violation.message
    }

    pub(crate) fn slot(&self) -> &'r Slot {
        self.unit.unit.slot(self.reported.finding.slot)
    }

    /// The launcher's address (or the profile's, for its own role).
    pub(crate) fn owner(&self) -> &'r str {
        &self.unit.unit.node(self.slot().owner).address
    }

    /// The text of the file where the finding stands.
    pub(crate) fn text(&self) -> &'r str {
        self.source().text().get(self.reported.span.range()).unwrap_or_default()
    }

    pub(crate) fn fix(&self) -> Option<&'r Fix> {
        self.reported.fix.map(|id| self.unit.plan.fix(id))
    }

    /// A name for the fix that no other fix of the run has.
    pub(crate) fn fix_id(&self) -> Option<String> {
        self.reported.fix.map(|id| format!("{}:fix-{}", unit_path(self.unit), id.0 + 1))
    }

    /// More to know, a sentence each. What is said as the reason for no fix is not said twice.
    pub(crate) fn notes(&self) -> Vec<&'r str> {
        let unfixed = self.reported.unfixable_reason.as_deref();
        let notes = self.reported.finding.violation.notes.iter().map(String::as_str);
        notes.filter(|&note| Some(note) != unfixed).collect()
    }

    /// Other places: those that the rule names, and the definition in which the leaf stands.
    pub(crate) fn related(&self) -> Vec<(&'r Span, Cow<'r, str>)> {
        let violation = &self.reported.finding.violation;
        let mut related: Vec<(&Span, Cow<'_, str>)> =
            violation.related.iter().map(|(at, word)| (at, Cow::Borrowed(word.as_str()))).collect();
        let unit = &self.unit.unit;
        let leaf = unit.leaf(self.reported.finding.leaf);
        let known = |at: &Span| *at == self.reported.span || violation.related.iter().any(|(known, _)| known == at);
        if let Some(definition) = leaf.definition.filter(|_| !known(&leaf.span)) {
            related.push((&leaf.span, Cow::Owned(format!("{} is defined here", unit.definition(definition).name))));
        }
        related
    }

    /// The edits of the fix alone, in the order of files and places.
    pub(crate) fn edits(&self) -> Vec<&'r Edit> {
        let mut edits: Vec<&Edit> = self.reported.edits.iter().collect();
        edits.sort_by_key(|edit| (edit.span.file, edit.span.start, edit.span.end, edit.order));
        edits
    }

    /// The profiles that the fix adds.
    pub(crate) fn new_profiles(&self) -> Vec<NewProfile> {
        let (adds, edits) = (self.fix().map_or(&[][..], |fix| &fix.adds), self.edits());
        adds.iter().map(|&id| new_profile(self.unit, id, &edits)).collect()
    }

    /// What AWS answers, with the value put in, where it is AWS that answers: not where the text does not even fit the schema.
    pub(crate) fn aws_error_text(&self) -> Option<String> {
        let slot = self.slot();
        let told = slot.spec.aws_error;
        if self.severity() != Severity::Error || told.is_empty() || !matches!(slot.state, SlotState::Expected { .. }) {
            return None;
        }
        let told = match slot.state.expected() {
            // A place with both keys has one row, worded for the name.
            Expected::Arn => {
                told.replace("iamInstanceProfile.name", "iamInstanceProfile.arn").replace("Profile name", "Profile ARN")
            }
            Expected::Name | Expected::NamePreferred | Expected::Either { .. } | Expected::RoleName => told.to_owned(),
        };
        if told.contains("{}") { self.value().map(|value| told.replace("{}", &value)) } else { Some(told) }
    }

    /// [`refusal`](Self::refusal) with the word before it. Where the role exists already, a profile of its name may.
    pub(crate) fn aws_error_line(&self) -> Option<(&'static str, String)> {
        let unit = &self.unit.unit;
        let may_work = match &unit.leaf(self.reported.finding.leaf).resolution {
            Resolution::Role(role, ..) => unit.role(*role).origin != Origin::Declared,
            _ => false,
        };
        self.aws_error_text().map(|told| (if may_work { "AWS may say" } else { "AWS says" }, told))
    }

    /// The value that AWS would see, in `<>` where only its nature is known.
    fn value(&self) -> Option<String> {
        let unit = &self.unit.unit;
        let value_of = |expression: &str| {
            format!("<the value of {}>", expression.split_whitespace().collect::<Vec<_>>().join(" "))
        };
        match &unit.leaf(self.reported.finding.leaf).resolution {
            Resolution::Role(id, RoleAttr::Name, _) => {
                let role = unit.role(*id);
                let name = role.name.as_ref().and_then(TemplateString::as_literal);
                Some(name.map_or_else(|| format!("<the name of {}>", role.address), str::to_owned))
            }
            Resolution::Role(id, RoleAttr::Arn, _) => Some(format!("<the ARN of {}>", unit.role(*id).address)),
            Resolution::Profile(id, ProfileAttr::Arn, _) => Some(format!("<the ARN of {}>", unit.profile(*id).address)),
            Resolution::Profile(id, ProfileAttr::Name, _) => {
                Some(format!("<the name of {}>", unit.profile(*id).address))
            }
            // AWS never sees an expression.
            Resolution::Text(text) | Resolution::Quoted { text, .. } => {
                Some(text.as_literal().map_or_else(|| value_of(&format!("\"{}\"", display(text))), str::to_owned))
            }
            // An object where a string is due: the tool that deploys refuses it, AWS never sees it.
            Resolution::Role(_, RoleAttr::Bare, _) | Resolution::Profile(_, ProfileAttr::Bare, _) => None,
            Resolution::Role(..) | Resolution::Profile(..) | Resolution::Policy(_) => Some(value_of(self.text())),
            Resolution::Absent | Resolution::Unknown(..) => None,
        }
    }

    /// What belongs in the place.
    pub(crate) fn wanted(&self) -> Option<&'static str> {
        match self.slot().state {
            SlotState::Expected { expected } if self.severity() == Severity::Error => Some(match expected {
                Expected::Name | Expected::NamePreferred => "must be a profile's name",
                Expected::Arn => "must be a profile's ARN",
                Expected::Either { .. } => "must be a profile's name or ARN",
                Expected::RoleName => "must be a role's name",
            }),
            _ => None,
        }
    }

    /// What deploying the fix does to what runs, where that is known.
    pub(crate) fn deployment_effect(&self) -> Option<String> {
        // Where the wiring works today by chance, the value stays what it is.
        if self.reported.fix.is_none() || self.severity() != Severity::Error {
            return None;
        }
        let owner = self.owner();
        match self.slot().spec.update {
            Update::InPlace => Some(format!("{owner} is updated in place")),
            Update::Replaces => Some(format!("{owner} is replaced (destroyed and recreated)")),
            Update::Depends => {
                Some(format!("{owner} is updated in place or replaced, depending on its other settings"))
            }
            Update::Unknown => None,
        }
    }

    /// The fix in one line, or why there is none: what kind of word it is, and the word.
    pub(crate) fn help(&self, written: bool) -> Option<(&'static str, String)> {
        let reported = self.reported;
        match self.fix() {
            Some(fix) if reported.applied && written => Some(("fixed", fix.title.clone())),
            Some(fix) if reported.applied || fix.applicability == Applicability::Safe => {
                Some(("fix", fix.title.clone()))
            }
            Some(fix) => Some(("unsafe fix", format!("{} (only with --unsafe-fixes)", fix.title))),
            None => reported.unfixable_reason.as_ref().map(|why| ("no fix", why.clone())),
        }
    }
}

/// What a change of a place does to what runs, as formats spell it.
pub(crate) fn update_name(update: Update) -> &'static str {
    match update {
        Update::InPlace => "in-place",
        Update::Replaces => "replaces",
        Update::Depends => "depends",
        Update::Unknown => "unknown",
    }
}

/// The file of a span.
pub(crate) fn source<'r>(unit: &'r UnitReport, at: &Span) -> &'r Source {
    &unit.sources[at.file]
}

/// The unit as people know it: a module's directory, a template's path.
pub(crate) fn unit_path(unit: &UnitReport) -> String {
    let path = unit.sources.first().map_or(Path::new("."), Source::path);
    let path = match unit.language {
        Language::Terraform => path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")),
        Language::CloudFormation => path,
    };
    escape::forward_slashes(path)
}

/// The address of a profile that does not exist yet.
pub(crate) fn planned_address(unit: &UnitReport, id: PlannedId) -> String {
    naming::profile_address(unit.unit.id_style, &unit.plan.profile(id).id)
}

fn new_profile(unit: &UnitReport, id: PlannedId, edits: &[&Edit]) -> NewProfile {
    let profile = unit.plan.profile(id);
    let address = planned_address(unit, id);
    let marks = match unit.language {
        Language::Terraform => ["aws_iam_instance_profile", &profile.id],
        Language::CloudFormation => ["AWS::IAM::InstanceProfile", &profile.id],
    };
    let writes = |edit: &Edit| marks.iter().all(|mark| edit.text.contains(mark));
    NewProfile {
        id: format!("{}:{address}", unit_path(unit)),
        role: unit.unit.role(profile.role).address.clone(),
        // The rewired launcher names the profile too, but in fewer words.
        edit: (0..edits.len()).filter(|&index| writes(edits[index])).max_by_key(|&index| edits[index].text.len()),
        address,
    }
}

/// An edit's text with the line ending of its file: ready to be put in place of the old bytes.
pub(crate) fn replacement(source: &Source, edit: &Edit) -> String {
    match source.line_ending() {
        LineEnding::Lf => edit.text.clone(),
        LineEnding::Crlf => edit.text.replace("\r\n", "\n").replace('\n', "\r\n"),
    }
}

/// A text with holes as its language writes it.
pub(crate) fn display(text: &TemplateString) -> String {
    text.0
        .iter()
        .map(|part| match part {
            Part::Literal(text) => text.clone(),
            Part::Interpolation(expression) | Part::Scoped { expression, .. } => format!("${{{expression}}}"),
        })
        .collect()
}

/// A severity as formats spell it.
pub(crate) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A problem's gravity, in the words of severities.
pub(crate) fn gravity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A safety as formats spell it.
pub(crate) fn applicability_name(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
    }
}

/// Where the manual of a rule can be read.
pub(crate) fn rule_url(rule: &Rule) -> Option<String> {
    let repository = env!("CARGO_PKG_REPOSITORY");
    (!repository.is_empty())
        .then(|| format!("{repository}/blob/v{}/docs/rules/{}.md", env!("CARGO_PKG_VERSION"), rule.code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Definition, DefinitionId};
    use crate::report::tests::sample;

    fn first(run: &Run) -> Entry<'_> {
        findings(run).next().expect("a finding")
    }

    #[test]
    fn the_refusal_is_worded_for_what_belongs_in_the_place() {
        let mut run = sample::run();
        let unit = &mut run.units[0].unit;
        unit.slots[0].state = SlotState::Expected { expected: Expected::Arn };
        let told = "Value (app-role) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN";
        assert_eq!(first(&run).aws_error_text().as_deref(), Some(told));
        run.units[0].unit.slots[0].state = SlotState::WrongShape { becomes: Expected::Name };
        assert_eq!(first(&run).aws_error_text(), None, "the schema refuses it before AWS does");
    }

    #[test]
    fn the_definition_behind_a_finding_is_a_related_place() {
        let mut run = sample::run();
        let unit = &mut run.units[0].unit;
        let at = unit.leaves[1].span;
        unit.leaves[0].span = at;
        unit.leaves[0].definition = Some(DefinitionId(0));
        let name = "local.profile".to_owned();
        unit.definitions.push(Definition {
            name,
            span: at,
            leaves: Vec::new(),
            readers: Default::default(),
            asked_for_null: false,
        });
        let entry = first(&run);
        assert_eq!(entry.related().len(), 2);
        assert_eq!(entry.related()[1], (&at, Cow::Borrowed("local.profile is defined here")));
    }

    #[test]
    fn a_reason_is_not_said_twice() {
        let mut run = sample::run();
        let reported = &mut run.units[0].findings[0];
        reported.finding.violation.notes = vec!["a".to_owned(), "b".to_owned()];
        reported.unfixable_reason = Some("a".to_owned());
        assert_eq!(first(&run).notes(), ["b"]);
    }
}
