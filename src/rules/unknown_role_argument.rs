#![doc = include_str!("../../docs/rules/IPF003.md")]

use super::Classification;
use super::{
    Applicability, Rule, Severity, Suggestion, Violation, quoted_reference, role_name_as_profile,
    wrong_profile_attribute,
};
use crate::aws::slots::{Attribute, Shape};
use crate::model::{LeafId, Resolution, Slot, SlotId, SlotState, TemplateString, UnitIndex};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF003",
    name: "unknown-role-argument",
    summary: "a launcher has an argument that its schema lacks, with a role or profile in it",
    severity: Severity::Error,
    documentation: include_str!("../../docs/rules/IPF003.md"),
    check,
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let place = index.slot(slot);
    let SlotState::UnknownArgument { correct_sibling: right_one, .. } = place.state else { return None };
    let owner = &index.node(place.owner).address;
    let meant = match place.spec.option() {
        Some(option) => format!("the setting \"{option}\"{}", namespace(place)),
        None => place.spec.key.to_owned(),
    };
    let message = format!("{owner} has no argument {}: what is meant is {meant}", place.argument);
    let resolution = &index.leaf(leaf).resolution;
    let mut violation = match resolution {
        Resolution::Role(role, ..) => super::claim_role(index, place, *role, Applicability::Safe, message),
        Resolution::Profile(profile, ..) => {
            Violation::new(Suggestion::UseProfile(*profile), Applicability::Safe, message)
        }
        Resolution::Policy(Some(role)) => super::claim_role(index, place, *role, Applicability::Unsafe, message),
        Resolution::Text(text) | Resolution::Unknown(_, text) => {
            claim_text(index, place, text, message.clone()).or_else(|| wrong_case(place, text, message))?
        }
        Resolution::Quoted { text, .. } => claim_text(index, place, text, message.clone())
            .or_else(|| quoted_reference::violation(index, place, resolution, message))?,
        Resolution::Policy(None) | Resolution::Absent => return None,
    };
    if place.spec.option().is_some() {
        violation.suggestion = Suggestion::DisplayOnly;
        violation.notes =
            vec!["an option is set in a setting of its own, with its namespace, its name and its value".to_owned()];
        return Some(violation);
    }
    match right_one.map(|right| (right, super::verdict(index, right))) {
        None => {}
        Some((_, Classification::Right)) => {
            drop_argument(&mut violation, Suggestion::RemoveArgument, Applicability::Safe)
        }
        // What it says of the role is no longer needed once the other is mended, and not before.
        Some((right, Classification::Wrong(applicability))) => {
            drop_argument(&mut violation, Suggestion::RemoveWith(right), applicability)
        }
        Some((_, Classification::Undecidable)) => {
            violation.suggestion = Suggestion::DisplayOnly;
            violation.notes.push(format!(
                "the {} beside it cannot be judged, so the argument is left for you to delete",
                place.spec.key
            ));
        }
    }
    Some(violation)
}

/// ` of aws:autoscaling:launchconfiguration`
fn namespace(place: &Slot) -> String {
    let literals = place.spec.within.iter().flat_map(|step| step.when);
    let namespace = literals.into_iter().find(|(key, _)| key.eq_ignore_ascii_case("namespace"));
    namespace.map_or(String::new(), |(_, namespace)| format!(" of {namespace}"))
}

/// The right argument in the wrong case: nothing else can be meant, whatever the value is.
fn wrong_case(place: &Slot, text: &TemplateString, message: String) -> Option<Violation> {
    if !super::is_in_wrong_case(place) {
        return None;
    }
    let expected = place.state.expected();
    let is_wrong_arn =
        text.role_name_of_arn().is_some() || text.profile_name_of_arn().is_some() && !expected.accepts(Attribute::Arn);
    if is_wrong_arn {
        let mut violation = Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message);
        violation.notes.push(
            "its value is an ARN that does not belong there either: write the name of an instance profile".to_owned(),
        );
        return Some(violation);
    }
    let mut violation = Violation::new(Suggestion::FixShape, Applicability::Safe, message);
    if matches!(place.spec.shape, Shape::Keys { .. }) && !place.argument.contains('.') {
        violation.applicability = Applicability::Unsafe;
        violation.notes.push("the value is taken to be the name of an instance profile".to_owned());
    }
    Some(violation)
}

/// The claim on a text that is the name or ARN of a profile or role of the unit.
fn claim_text(index: &UnitIndex<'_>, place: &Slot, text: &TemplateString, message: String) -> Option<Violation> {
    match wrong_profile_attribute::of_text(index, text, &place.provider_alias) {
        Some((profile, _)) => {
            let applicability = if text.as_literal().is_some() { Applicability::Safe } else { Applicability::Unsafe };
            Some(Violation::new(Suggestion::UseProfile(profile), applicability, message))
        }
        None => role_name_as_profile::violation(index, place, text, message),
    }
}

fn drop_argument(violation: &mut Violation, suggestion: Suggestion, applicability: Applicability) {
    violation.suggestion = suggestion;
    violation.applicability = applicability;
    violation.notes.clear();
}
