#![doc = include_str!("../../docs/rules/IPF003.md")]

use crate::aws::slots::{Attribute, Shape};
use crate::model::{LeafId, Resolution, Slot, SlotId, SlotState, TemplateString, UnitIndex};
use crate::rules::claim::{ASSUMED_NAME, claim_role, is_in_wrong_case};
use crate::rules::priority::{Classification, classify};
use crate::rules::rule::{Applicability, Rule, Subject, Suggestion, Violation};
use crate::rules::{quoted_reference, role_name_as_profile, wrong_profile_attribute};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF003",
    name: "unknown-role-argument",
    summary: "unknown argument with a role or instance profile as its value",
    documentation: include_str!("../../docs/rules/IPF003.md"),
    subject: Subject::Argument,
    check,
    ..Rule::BASE
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let slot = index.slot(slot);
    let SlotState::UnknownArgument { correct_sibling, .. } = slot.state else { return None };
    let owner = &index.node(slot.owner).address;
    let intended = match slot.spec.option() {
        Some(option) => format!("the setting `{option}`{}", namespace(slot)),
        None => format!("`{}`", slot.spec.key),
    };
    let message = format!("`{owner}` has no argument `{}`; did you mean {intended}?", slot.argument);
    let resolution = &index.leaf(leaf).resolution;
    let mut violation = match resolution {
        Resolution::Role(role, ..) => claim_role(index, slot, *role, Applicability::Safe, message),
        Resolution::Profile(profile, ..) => {
            Violation::new(Suggestion::UseProfile(*profile), Applicability::Safe, message)
        }
        Resolution::Policy(Some(role)) => claim_role(index, slot, *role, Applicability::Unsafe, message),
        Resolution::Text(text) | Resolution::Unknown(_, text) => {
            claim_text(index, slot, text, message.clone()).or_else(|| wrong_case(slot, text, message))?
        }
        Resolution::Quoted { text, .. } => claim_text(index, slot, text, message.clone())
            .or_else(|| quoted_reference::violation(index, slot, resolution, message))?,
        Resolution::Policy(None) | Resolution::Absent => return None,
    };
    if slot.spec.option().is_some() {
        violation.suggestion = Suggestion::DisplayOnly;
        violation.notes = vec!["an option needs a setting of its own, with namespace, name and value".to_owned()];
        return Some(violation);
    }
    Some(match correct_sibling.map(|sibling| (sibling, classify(index, sibling))) {
        None => violation,
        Some((_, Classification::Right)) => remove(violation, Suggestion::RemoveArgument, Applicability::Safe),
        // What the notes say about the role matters no longer once the sibling is fixed, and not before.
        Some((sibling, Classification::Wrong(applicability))) => {
            remove(violation, Suggestion::RemoveWith(sibling), applicability)
        }
        Some((_, Classification::Unresolved)) => {
            violation.suggestion = Suggestion::DisplayOnly;
            violation.with_note(format!(
                "`{}` is also set and cannot be resolved: delete one of the two arguments",
                slot.spec.key
            ))
        }
    })
}

/// ` of `aws:autoscaling:launchconfiguration``
fn namespace(slot: &Slot) -> String {
    let literals = slot.spec.within.iter().flat_map(|step| step.when);
    let namespace = literals.into_iter().find(|(key, _)| key.eq_ignore_ascii_case("namespace"));
    namespace.map_or(String::new(), |(_, namespace)| format!(" of `{namespace}`"))
}

/// The violation of the correct argument in the wrong case: nothing else can be intended, whatever the value is.
fn wrong_case(slot: &Slot, text: &TemplateString, message: String) -> Option<Violation> {
    if !is_in_wrong_case(slot) {
        return None;
    }
    let expected = slot.state.expected();
    let is_wrong_arn =
        text.role_name_of_arn().is_some() || text.profile_name_of_arn().is_some() && !expected.accepts(Attribute::Arn);
    if is_wrong_arn {
        let note = "its value is an ARN, which is wrong here too: use the name of an instance profile";
        return Some(Violation::display_only(message, Some(note.to_owned())));
    }
    if matches!(slot.spec.shape, Shape::Keys { .. }) && !slot.argument.contains('.') {
        let violation = Violation::new(Suggestion::FixShape, Applicability::Unsafe, message);
        return Some(violation.with_note(ASSUMED_NAME));
    }
    Some(Violation::new(Suggestion::FixShape, Applicability::Safe, message))
}

/// The violation of a text that is the name or ARN of a profile or role of the unit.
fn claim_text(index: &UnitIndex<'_>, slot: &Slot, text: &TemplateString, message: String) -> Option<Violation> {
    match wrong_profile_attribute::of_text(index, text, &slot.provider_alias) {
        Some((profile, _)) => {
            let applicability = if text.as_literal().is_some() { Applicability::Safe } else { Applicability::Unsafe };
            Some(Violation::new(Suggestion::UseProfile(profile), applicability, message))
        }
        None => role_name_as_profile::violation(index, slot, text, message),
    }
}

fn remove(violation: Violation, suggestion: Suggestion, applicability: Applicability) -> Violation {
    Violation { suggestion, applicability, notes: Vec::new(), ..violation }
}
