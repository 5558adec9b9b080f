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

fn check(facts: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let place = facts.slot(slot);
    let SlotState::UnknownArgument { correct_sibling: right_one, .. } = place.state else { return None };
    let owner = &facts.node(place.owner).address;
    let meant = match place.spec.option() {
        Some(option) => format!("the setting \"{option}\"{}", namespace(place)),
        None => place.spec.key.to_owned(),
    };
    let message = format!("{owner} has no argument {}: what is meant is {meant}", place.argument);
    let denotes = &facts.leaf(leaf).resolution;
    let mut claim = match denotes {
        Resolution::Role(role, ..) => super::claim_role(facts, place, *role, Applicability::Safe, message),
        Resolution::Profile(profile, ..) => {
            Violation::new(Suggestion::UseProfile(*profile), Applicability::Safe, message)
        }
        Resolution::Policy(Some(role)) => super::claim_role(facts, place, *role, Applicability::Unsafe, message),
        Resolution::Text(text) | Resolution::Unknown(_, text) => {
            claim_text(facts, place, text, message.clone()).or_else(|| wrong_case(place, text, message))?
        }
        Resolution::Quoted { text, .. } => claim_text(facts, place, text, message.clone())
            .or_else(|| quoted_reference::violation(facts, place, denotes, message))?,
        Resolution::Policy(None) | Resolution::Absent => return None,
    };
    if place.spec.option().is_some() {
        claim.suggestion = Suggestion::DisplayOnly;
        claim.notes =
            vec!["an option is set in a setting of its own, with its namespace, its name and its value".to_owned()];
        return Some(claim);
    }
    match right_one.map(|right| (right, super::verdict(facts, right))) {
        None => {}
        Some((_, Classification::Right)) => drop_argument(&mut claim, Suggestion::RemoveArgument, Applicability::Safe),
        // What it says of the role is no longer needed once the other is mended, and not before.
        Some((right, Classification::Wrong(safety))) => {
            drop_argument(&mut claim, Suggestion::RemoveWith(right), safety)
        }
        Some((_, Classification::Undecidable)) => {
            claim.suggestion = Suggestion::DisplayOnly;
            claim.notes.push(format!(
                "the {} beside it cannot be judged, so the argument is left for you to delete",
                place.spec.key
            ));
        }
    }
    Some(claim)
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
    let wants = place.state.expected();
    let is_wrong_arn =
        text.role_name_of_arn().is_some() || text.profile_name_of_arn().is_some() && !wants.accepts(Attribute::Arn);
    if is_wrong_arn {
        let mut claim = Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message);
        claim.notes.push(
            "its value is an ARN that does not belong there either: write the name of an instance profile".to_owned(),
        );
        return Some(claim);
    }
    let mut claim = Violation::new(Suggestion::FixShape, Applicability::Safe, message);
    if matches!(place.spec.shape, Shape::Keys { .. }) && !place.argument.contains('.') {
        claim.applicability = Applicability::Unsafe;
        claim.notes.push("the value is taken to be the name of an instance profile".to_owned());
    }
    Some(claim)
}

/// The claim on a text that is the name or ARN of a profile or role of the unit.
fn claim_text(facts: &UnitIndex<'_>, place: &Slot, text: &TemplateString, message: String) -> Option<Violation> {
    match wrong_profile_attribute::of_text(facts, text, &place.provider_alias) {
        Some((profile, _)) => {
            let safety = if text.as_literal().is_some() { Applicability::Safe } else { Applicability::Unsafe };
            Some(Violation::new(Suggestion::UseProfile(profile), safety, message))
        }
        None => role_name_as_profile::violation(facts, place, text, message),
    }
}

fn drop_argument(claim: &mut Violation, cure: Suggestion, safety: Applicability) {
    claim.suggestion = cure;
    claim.applicability = safety;
    claim.notes.clear();
}
