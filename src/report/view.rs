//! What sinks show of a diagnostic: its remarks in words, what its fix adds, and names that hold across a run.

use std::borrow::Cow;
use std::path::Path;

use serde::Serialize;

use crate::aws::slots::{Expected, Update};
use crate::check::{Diagnostic, Language, UnitReport};
use crate::model::{Leaf, Origin, Part, ProfileAttr, Resolution, RoleAttr, Slot, SlotState, TemplateString};
use crate::plan::{Fix, PlannedId};
use crate::report::Run;
use crate::report::escape;
use crate::rules::{Applicability, Rule, Severity};
use crate::text::{Edit, LineEnding, Location, Place, Source, Span};

/// A diagnostic and, if it has one, its unit.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'r> {
    pub(crate) unit: Option<&'r UnitReport>,
    pub(crate) diagnostic: &'r Diagnostic,
}

/// A diagnostic of a rule, with what it is about.
#[derive(Clone, Copy)]
pub(crate) struct RuleEntry<'r> {
    pub(crate) unit: &'r UnitReport,
    pub(crate) diagnostic: &'r Diagnostic,
    pub(crate) rule: &'static Rule,
    pub(crate) span: Span,
    pub(crate) slot: &'r Slot,
    leaf: &'r Leaf,
}

/// A sentence below the message of a diagnostic.
pub(crate) struct Remark<'r> {
    pub(crate) kind: RemarkKind,
    /// `AWS says`, `unsafe fix`
    pub(crate) label: &'static str,
    pub(crate) text: Cow<'r, str>,
}

/// What a remark is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RemarkKind {
    Note,
    AwsError,
    Fix,
    /// The reason why there is no fix.
    Unfixable,
    Help,
    Deployment,
}

/// A profile that a fix adds.
#[derive(Serialize)]
pub(crate) struct NewProfile {
    /// Unique in a run: the unit and the address.
    pub(crate) id: String,
    /// `aws_iam_instance_profile.app`, or a logical ID.
    pub(crate) address: String,
    /// The role in it.
    pub(crate) role: String,
    /// Which of the fix's own edits writes it: an index into [`Diagnostic::edits`].
    pub(crate) edit: Option<usize>,
}

/// All diagnostics that are shown, in the order of paths and positions.
pub(crate) fn entries(run: &Run) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = findings(run).chain(problems(run)).collect();
    let start = |entry: &Entry<'_>| entry.diagnostic.span.map_or(0, |span| span.start);
    entries.sort_by(|a, b| (&a.diagnostic.path, start(a)).cmp(&(&b.diagnostic.path, start(b))));
    entries
}

/// The diagnostics of rules that are shown, in the order of units.
pub(crate) fn findings(run: &Run) -> impl Iterator<Item = Entry<'_>> {
    let of_units = run.units.iter().flat_map(|unit| of_unit(unit, &unit.findings));
    of_units.filter(|entry| run.shows(entry.diagnostic.severity))
}

/// The problems that are shown: those of units, then the others.
pub(crate) fn problems(run: &Run) -> impl Iterator<Item = Entry<'_>> {
    let of_units = run.units.iter().flat_map(|unit| of_unit(unit, &unit.problems));
    let others = run.problems.iter().map(|diagnostic| Entry { unit: None, diagnostic });
    of_units.chain(others).filter(|entry| run.shows(entry.diagnostic.severity))
}

fn of_unit<'r>(unit: &'r UnitReport, diagnostics: &'r [Diagnostic]) -> impl Iterator<Item = Entry<'r>> {
    diagnostics.iter().map(move |diagnostic| Entry { unit: Some(unit), diagnostic })
}

impl<'r> Entry<'r> {
    /// What the rule is about, if it is a rule's.
    pub(crate) fn of_rule(&self) -> Option<RuleEntry<'r>> {
        let Entry { unit, diagnostic } = *self;
        let (unit, site) = unit.zip(diagnostic.site)?;
        Some(RuleEntry {
            unit,
            diagnostic,
            rule: diagnostic.rule?,
            span: diagnostic.span?,
            slot: unit.unit.slot(site.slot),
            leaf: unit.unit.leaf(site.leaf),
        })
    }

    /// Whether services should show it: a note about a file tells nobody what to do.
    pub(crate) fn is_finding_or_failure(&self) -> bool {
        self.diagnostic.rule.is_some() || self.diagnostic.severity < Severity::Note
    }

    /// The range and the text that it is in.
    pub(crate) fn range(&self) -> Option<(&'r Source, Span)> {
        let (unit, span) = self.unit.zip(self.diagnostic.span)?;
        Some((unit.source(span.file), span))
    }

    /// `app/main.tf:3`
    pub(crate) fn path_and_line(&self) -> String {
        let line = self.diagnostic.position.map(|position| format!(":{}", position.line)).unwrap_or_default();
        escape::forward_slashes(&self.diagnostic.path) + &line
    }

    /// The related locations in other units, with their labels.
    pub(crate) fn related_places(&self) -> impl Iterator<Item = (&'r Place, &'r str)> + use<'r> {
        self.diagnostic.related.iter().filter_map(|related| match &related.location {
            Location::Elsewhere(place) => Some((place, related.message.as_str())),
            Location::Here(_) => None,
        })
    }

    /// What there is to say besides the message.
    pub(crate) fn remarks(&self, written: bool) -> Vec<Remark<'r>> {
        let remark = |kind, label, text| Remark { kind, label, text };
        let diagnostic = self.diagnostic;
        let notes = diagnostic.notes.iter();
        let mut remarks: Vec<Remark<'_>> =
            notes.map(|note| remark(RemarkKind::Note, "note", Cow::Borrowed(note.as_str()))).collect();
        let of_rule = self.of_rule();
        if let Some((rule, error)) = of_rule.and_then(|rule| Some((rule, rule.aws_error()?))) {
            let label = if rule.may_work() { "AWS may say" } else { "AWS says" };
            remarks.push(remark(RemarkKind::AwsError, label, Cow::Owned(error)));
        }
        if let Some(fix) = of_rule.and_then(|rule| rule.fix()) {
            let title = Cow::Borrowed(fix.title.as_str());
            remarks.push(match fix.applicability {
                _ if diagnostic.applied && written => remark(RemarkKind::Fix, "fixed", title),
                Applicability::Unsafe if !diagnostic.applied => {
                    remark(RemarkKind::Fix, "unsafe fix", title + " (requires `--unsafe-fixes`)")
                }
                Applicability::Safe | Applicability::Unsafe => remark(RemarkKind::Fix, "fix", title),
            });
        } else if let Some(reason) = &diagnostic.unfixable_reason {
            remarks.push(remark(RemarkKind::Unfixable, "no fix", Cow::Borrowed(reason)));
        }
        remarks.extend(diagnostic.help.as_deref().map(|help| remark(RemarkKind::Help, "help", Cow::Borrowed(help))));
        let effect = of_rule.and_then(|rule| rule.deployment_effect());
        remarks.extend(effect.map(|effect| remark(RemarkKind::Deployment, "on deploy", Cow::Owned(effect))));
        remarks
    }
}

impl Remark<'_> {
    /// On a line of its own, where its kind is not visible otherwise.
    pub(crate) fn line(&self) -> String {
        match self.kind {
            RemarkKind::Note | RemarkKind::Help => self.text.to_string(),
            _ => format!("{}: {}", self.label, self.text),
        }
    }
}

impl<'r> RuleEntry<'r> {
    pub(crate) fn source(&self) -> &'r Source {
        self.unit.source(self.span.file)
    }

    /// The launcher's address (or the profile's, for its own role).
    pub(crate) fn owner(&self) -> &'r str {
        &self.unit.unit.node(self.slot.owner).address
    }

    /// The text that is wrong.
    pub(crate) fn text(&self) -> &'r str {
        self.source().text().get(self.span.range()).unwrap_or_default()
    }

    pub(crate) fn fix(&self) -> Option<&'r Fix> {
        self.diagnostic.fix.map(|id| self.unit.plan.fix(id))
    }

    /// A name for the fix that no other fix of the run has.
    pub(crate) fn fix_id(&self) -> Option<String> {
        self.diagnostic.fix.map(|id| format!("{}:fix-{}", unit_path(self.unit), id.0 + 1))
    }

    /// The profiles that the fix adds.
    pub(crate) fn new_profiles(&self) -> Vec<NewProfile> {
        let adds = self.fix().map_or(&[][..], |fix| &fix.adds);
        adds.iter().map(|&id| new_profile(self.unit, id, &self.diagnostic.edits)).collect()
    }

    /// The error that AWS returns for the value. None where the deployment fails before AWS sees the value.
    pub(crate) fn aws_error(&self) -> Option<String> {
        let error = self.slot.spec.aws_error;
        let SlotState::Expected { expected } = self.slot.state else { return None };
        if self.diagnostic.severity != Severity::Error || error.is_empty() {
            return None;
        }
        let error = match expected {
            // A slot with both keys has one row, worded for the name.
            Expected::Arn => error
                .replace("iamInstanceProfile.name", "iamInstanceProfile.arn")
                .replace("Profile name", "Profile ARN"),
            Expected::Name | Expected::NamePreferred | Expected::Either { .. } | Expected::RoleName => error.to_owned(),
        };
        if error.contains("{}") { self.value().map(|value| error.replace("{}", &value)) } else { Some(error) }
    }

    /// Whether the role exists already: then an instance profile of its name may exist too.
    fn may_work(&self) -> bool {
        match &self.leaf.resolution {
            Resolution::Role(role, ..) => self.unit.unit.role(*role).origin != Origin::Declared,
            _ => false,
        }
    }

    /// The value that AWS sees, in `<>` where it is not known.
    fn value(&self) -> Option<String> {
        let unit = &self.unit.unit;
        let value_of =
            |expression: &str| format!("<value of {}>", expression.split_whitespace().collect::<Vec<_>>().join(" "));
        match &self.leaf.resolution {
            Resolution::Role(id, RoleAttr::Name, _) => {
                let role = unit.role(*id);
                let name = role.name.as_ref().and_then(TemplateString::as_literal);
                Some(name.map_or_else(|| format!("<name of {}>", role.address), str::to_owned))
            }
            Resolution::Role(id, RoleAttr::Arn, _) => Some(format!("<ARN of {}>", unit.role(*id).address)),
            Resolution::Profile(id, ProfileAttr::Arn, _) => Some(format!("<ARN of {}>", unit.profile(*id).address)),
            Resolution::Profile(id, ProfileAttr::Name, _) => Some(format!("<name of {}>", unit.profile(*id).address)),
            // AWS never sees an expression.
            Resolution::Text(text) | Resolution::Quoted { text, .. } => {
                Some(text.as_literal().map_or_else(|| value_of(&format!("\"{}\"", display(text))), str::to_owned))
            }
            // An object where a string is expected: Terraform refuses it, so AWS never sees it.
            Resolution::Role(_, RoleAttr::Bare, _) | Resolution::Profile(_, ProfileAttr::Bare, _) => None,
            Resolution::Role(..) | Resolution::Profile(..) | Resolution::Policy(_) => Some(value_of(self.text())),
            Resolution::Absent | Resolution::Unknown(..) => None,
        }
    }

    /// The label of the range: what is expected there.
    pub(crate) fn label(&self) -> Option<&'static str> {
        match self.slot.state {
            SlotState::Expected { expected } if self.diagnostic.severity == Severity::Error => Some(match expected {
                Expected::Name | Expected::NamePreferred => "expected an instance profile name",
                Expected::Arn => "expected an instance profile ARN",
                Expected::Either { .. } => "expected an instance profile name or ARN",
                Expected::RoleName => "expected a role name",
            }),
            _ => None,
        }
    }

    /// What deploying the fix does to running resources, where that is known.
    fn deployment_effect(&self) -> Option<String> {
        // Below an error, the reference works today, so the value stays the same.
        if self.diagnostic.fix.is_none() || self.diagnostic.severity != Severity::Error {
            return None;
        }
        let effect = match self.slot.spec.update {
            Update::InPlace => "is updated in place",
            Update::Replaces => "is replaced (destroyed and recreated)",
            Update::Depends => "is updated in place or replaced, depending on its other settings",
            Update::Unknown => return None,
        };
        Some(format!("`{}` {effect}", self.owner()))
    }
}

/// What a changed value does to the resource when it is deployed, as formats spell it.
pub(crate) fn update_name(update: Update) -> &'static str {
    match update {
        Update::InPlace => "in-place",
        Update::Replaces => "replaces",
        Update::Depends => "depends",
        Update::Unknown => "unknown",
    }
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
    unit.plan.profile(id).address(&unit.unit)
}

fn new_profile(unit: &UnitReport, id: PlannedId, edits: &[Edit]) -> NewProfile {
    let profile = unit.plan.profile(id);
    let address = planned_address(unit, id);
    let marks = [unit.unit.role(profile.role).family.profile, &profile.id];
    let writes = |edit: &Edit| marks.iter().all(|mark| edit.text.contains(mark));
    NewProfile {
        id: format!("{}:{address}", unit_path(unit)),
        role: unit.unit.role(profile.role).address.clone(),
        // The rewired launcher names the profile too, but in fewer words.
        edit: (0..edits.len()).filter(|&index| writes(&edits[index])).max_by_key(|&index| edits[index].text.len()),
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

/// A template string as its language writes it.
pub(crate) fn display(text: &TemplateString) -> String {
    let part = |part: &Part| match part {
        Part::Literal(text) => text.clone(),
        Part::Interpolation(expression) | Part::Scoped { expression, .. } => format!("${{{expression}}}"),
    };
    text.0.iter().map(part).collect()
}

/// A severity as formats spell it.
pub(crate) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// An applicability as formats spell it.
pub(crate) fn applicability_name(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
    }
}

/// The page of a rule on the documentation site.
pub(crate) fn rule_url(rule: &Rule) -> String {
    format!("{}/rules/{}.html", env!("CARGO_PKG_HOMEPAGE"), rule.code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Site;
    use crate::report::tests::sample;

    fn remarks(run: &Run, finding: usize) -> Vec<(&'static str, String)> {
        let entry = findings(run).nth(finding).expect("a finding");
        entry.remarks(run.written).into_iter().map(|remark| (remark.label, remark.text.into_owned())).collect()
    }

    /// Every sentence about findings and problems that is not a rule's or the plan's.
    #[test]
    fn remarks_and_labels() {
        let mut run = Run { min_severity: Severity::Note, ..sample::run() };
        let owned = |(label, text): (&'static str, &str)| (label, text.to_owned());
        let error =
            "Value (app-role) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name";
        let of_console = error.replace("app-role", "console");
        let title = |label: &str| format!("add aws_iam_instance_profile.{label} and use its name");
        assert_eq!(
            remarks(&run, 0),
            [("AWS says", error), ("fix", &title("app")), ("on deploy", "`aws_instance.web` is updated in place"),]
                .map(owned)
        );
        assert_eq!(
            remarks(&run, 2),
            [
                ("note", "a role made in the console has a profile of its name"),
                ("AWS may say", &of_console),
                ("unsafe fix", &format!("{} (requires `--unsafe-fixes`)", title("console"))),
                ("on deploy", "`aws_instance.old` is updated in place"),
            ]
            .map(owned)
        );
        assert_eq!(remarks(&run, 3), [("no fix", "the value of a variable comes from outside")].map(owned));
        run.written = true;
        assert!(remarks(&run, 0).contains(&("fixed", title("app"))));
        let problem = problems(&run).next().expect("a problem").remarks(false);
        assert_eq!(
            (problem[0].kind, problem[0].label, problem[0].line().as_str()),
            (RemarkKind::Help, "help", sample::HELP)
        );
        for (expected, label) in [
            (Expected::Name, "expected an instance profile name"),
            (Expected::NamePreferred, "expected an instance profile name"),
            (Expected::Arn, "expected an instance profile ARN"),
            (
                Expected::Either { prefer: crate::aws::slots::Attribute::Name },
                "expected an instance profile name or ARN",
            ),
            (Expected::RoleName, "expected a role name"),
        ] {
            run.units[0].unit.slots[0].state = SlotState::Expected { expected };
            let entry = findings(&run).next().and_then(|entry| entry.of_rule()).expect("a finding");
            assert_eq!(entry.label(), Some(label));
        }
    }

    #[test]
    fn aws_errors() {
        let mut run = sample::run();
        let first = |run: &Run| findings(run).next().and_then(|entry| entry.of_rule()?.aws_error());
        let unit = &mut run.units[0].unit;
        unit.slots[0].state = SlotState::Expected { expected: Expected::Arn };
        let error =
            "Value (app-role) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN";
        assert_eq!(first(&run).as_deref(), Some(error));
        let role =
            |attribute| Resolution::Role(crate::model::RoleId(0), attribute, crate::model::InstanceSelector::Whole);
        let text = Resolution::Text(TemplateString(vec![
            Part::Interpolation("var.env".to_owned()),
            Part::Literal("-app".to_owned()),
        ]));
        for (resolution, value) in [
            (role(RoleAttr::Arn), "(<ARN of aws_iam_role.app>)"),
            (text, "(<value of \"${var.env}-app\">)"),
            (Resolution::Policy(None), "(<value of aws_iam_role.app.name>)"),
        ] {
            run.units[0].unit.leaves[0].resolution = resolution;
            let error = first(&run).expect("an error");
            assert!(error.contains(value), "{error}");
        }
        run.units[0].unit.slots[0].state = SlotState::WrongShape { becomes: Expected::Name };
        assert_eq!(first(&run), None, "the schema refuses it before AWS does");
    }

    #[test]
    fn deployment_effects() {
        let effect = |address: &str, resource: &str| {
            let mut run = sample::run();
            let unit = &mut run.units[0];
            let spec = crate::aws::slots::TERRAFORM.iter().find(|spec| spec.resource == resource).expect("a row");
            let Site { slot, .. } = unit.findings[0].site.expect("a slot");
            unit.unit.slots[slot.index()].spec = spec;
            unit.unit.nodes[unit.unit.slots[slot.index()].owner.index()].address = address.to_owned();
            remarks(&run, 0).pop().expect("a remark").1
        };
        assert_eq!(effect("web", "aws_launch_configuration"), "`web` is replaced (destroyed and recreated)");
    }
}
