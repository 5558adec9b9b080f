#![doc = include_str!("../../docs/rules/IPF006.md")]

use crate::aws::slots::Shape;
use crate::model::{LeafId, Reason, Resolution, Slot, SlotId, SlotState, UnitIndex};
use crate::rules::claim::{ASSUMED_NAME, claim_role, is_in_wrong_case, takes_profile};
use crate::rules::rule::{Applicability, Rule, Subject, Suggestion, Violation};
use crate::rules::{quoted_reference, role_name_as_profile, wrong_profile_attribute};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF006",
    name: "wrong-argument-shape",
    summary: "wrong shape of an argument for an instance profile",
    documentation: include_str!("../../docs/rules/IPF006.md"),
    subject: Subject::Argument,
    check,
    ..Rule::BASE
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let slot = index.slot(slot);
    if !takes_profile(slot) || matches!(slot.state, SlotState::Expected { .. } | SlotState::UnknownArgument { .. }) {
        return None;
    }
    let resolution = &index.leaf(leaf).resolution;
    let message = message(index, slot, resolution);
    let mut violation = match resolution {
        Resolution::Role(role, ..) => claim_role(index, slot, *role, Applicability::Safe, message),
        Resolution::Profile(profile, ..) => {
            Violation::new(Suggestion::UseProfile(*profile), Applicability::Safe, message)
        }
        Resolution::Policy(Some(role)) => claim_role(index, slot, *role, Applicability::Unsafe, message),
        Resolution::Policy(None) => Violation::display_only(message, None),
        // A text may be the name of a profile outside of the unit, unless it is the name of a role of the unit.
        Resolution::Text(text) | Resolution::Unknown(_, text) => {
            let profile = wrong_profile_attribute::of_text(index, text, &slot.provider_alias).map(|(profile, _)| {
                let applicability =
                    if text.as_literal().is_some() { Applicability::Safe } else { Applicability::Unsafe };
                Violation::new(Suggestion::UseProfile(profile), applicability, message.clone())
            });
            let named = profile.or_else(|| role_name_as_profile::violation(index, slot, text, message.clone()));
            named.or_else(|| unknown_value(slot, resolution, message))?
        }
        Resolution::Quoted { text, .. } => role_name_as_profile::violation(index, slot, text, message.clone())
            .or_else(|| quoted_reference::violation(index, slot, resolution, message))?,
        Resolution::Absent => return None,
    };
    if matches!(slot.state, SlotState::ConflictingKeys { .. } | SlotState::MultipleValues { .. }) {
        violation.suggestion = Suggestion::DisplayOnly;
    }
    Some(violation)
}

fn message(index: &UnitIndex<'_>, slot: &Slot, resolution: &Resolution) -> String {
    let (owner, key) = (&index.node(slot.owner).address, slot.spec.key);
    let message = match (slot.state, slot.spec.shape) {
        (SlotState::ConflictingKeys { .. }, _) => {
            format!("`{owner}` sets both the name and the ARN of its instance profile; AWS accepts only one of them")
        }
        (_, Shape::Keys { keys, .. }) => {
            let keys: Vec<String> = keys.iter().map(|(key, _)| format!("`{key}`")).collect();
            format!("`{owner}`: `{key}` must contain {}", keys.join(" or "))
        }
        (_, Shape::Value(_) | Shape::List(_)) => format!("`{owner}`: `{key}` must be a single value"),
    };
    match resolution {
        Resolution::Role(role, ..) => {
            format!("{message}; `{}` is an IAM role, not an instance profile", index.role(*role).address)
        }
        _ => message,
    }
}

/// The violation of an unknown value where a block or an object is expected: that shape is wrong whatever the value is. A list or an object
/// where one value is expected is different: functions and variables may give the right shape.
fn unknown_value(slot: &Slot, resolution: &Resolution, message: String) -> Option<Violation> {
    if is_in_wrong_case(slot) {
        return Some(Violation::new(Suggestion::FixShape, Applicability::Safe, message));
    }
    // The result of a function or a macro may have the right shape.
    let is_plain = match resolution {
        Resolution::Text(text) => text.as_literal().is_some(),
        Resolution::Unknown(reason, _) => matches!(reason, Reason::Variable | Reason::Import | Reason::Module),
        _ => false,
    };
    let expects_keys = matches!((slot.state, slot.spec.shape), (SlotState::WrongShape { .. }, Shape::Keys { .. }));
    let violation = Violation::new(Suggestion::FixShape, Applicability::Unsafe, message).with_note(ASSUMED_NAME);
    (expects_keys && is_plain && slot.argument == slot.spec.key).then_some(violation)
}
