#![doc = include_str!("../../docs/rules/IPF006.md")]

use super::{
    Applicability, Rule, Severity, Suggestion, Violation, quoted_reference, role_name_as_profile,
    wrong_profile_attribute,
};
use crate::aws::slots::Shape;
use crate::model::{LeafId, Reason, Resolution, Slot, SlotId, SlotState, UnitIndex};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF006",
    name: "wrong-slot-shape",
    summary: "an argument stands where a block is due, a list where a value is due, or the reverse",
    severity: Severity::Error,
    documentation: include_str!("../../docs/rules/IPF006.md"),
    check,
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let place = index.slot(slot);
    if !super::takes_profile(place) {
        return None;
    }
    let (both, several) = match place.state {
        SlotState::WrongShape { .. } => (false, false),
        SlotState::ConflictingKeys { .. } => (true, false),
        SlotState::MultipleValues { .. } => (false, true),
        SlotState::Expected { .. } | SlotState::UnknownArgument { .. } => return None,
    };
    let owner = &index.node(place.owner).address;
    let message = match (both, place.spec.shape) {
        (true, _) => format!("{owner} sets both the name and the ARN of its instance profile: AWS takes one of them"),
        (false, Shape::Keys { keys, .. }) => {
            let keys: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
            format!("{} of {owner} must hold {}", place.spec.key, keys.join(" or "))
        }
        (false, Shape::Value(_) | Shape::List(_)) => format!("{} of {owner} must be one value", place.spec.key),
    };
    let message = match index.leaf(leaf).resolution {
        Resolution::Role(role, ..) => {
            format!("{message}, and an instance profile: {} is a role", index.role(role).address)
        }
        _ => message,
    };
    let resolution = &index.leaf(leaf).resolution;
    let mut violation = match resolution {
        Resolution::Role(role, ..) => super::claim_role(index, place, *role, Applicability::Safe, message),
        Resolution::Profile(profile, ..) => {
            Violation::new(Suggestion::UseProfile(*profile), Applicability::Safe, message)
        }
        Resolution::Policy(Some(role)) => super::claim_role(index, place, *role, Applicability::Unsafe, message),
        Resolution::Policy(None) => Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message),
        // A text may be the name of a profile that is made elsewhere, unless it is the name of a role here.
        Resolution::Text(text) | Resolution::Unknown(_, text) => {
            let profile = wrong_profile_attribute::of_text(index, text, &place.provider_alias).map(|(profile, _)| {
                let applicability =
                    if text.as_literal().is_some() { Applicability::Safe } else { Applicability::Unsafe };
                Violation::new(Suggestion::UseProfile(profile), applicability, message.clone())
            });
            let named = profile.or_else(|| role_name_as_profile::violation(index, place, text, message.clone()));
            named.or_else(|| unknown_value(place, resolution, message))?
        }
        Resolution::Quoted { text, .. } => role_name_as_profile::violation(index, place, text, message.clone())
            .or_else(|| quoted_reference::violation(index, place, resolution, message))?,
        Resolution::Absent => return None,
    };
    if both || several {
        violation.suggestion = Suggestion::DisplayOnly;
    }
    Some(violation)
}

/// A value of which nothing is known, where a block or an object is due: that shape is wrong whatever it is. Not so a list or an object for one value, which
/// functions and variables of the right shape may give.
fn unknown_value(place: &Slot, resolution: &Resolution, message: String) -> Option<Violation> {
    // What a function or a macro computes may be of the right shape.
    let is_plain = match resolution {
        Resolution::Text(text) => text.as_literal().is_some(),
        Resolution::Unknown(reason, _) => matches!(reason, Reason::Variable | Reason::Import | Reason::Module),
        _ => false,
    };
    let due = matches!((place.state, place.spec.shape), (SlotState::WrongShape { .. }, Shape::Keys { .. }));
    if super::is_in_wrong_case(place) {
        return Some(Violation::new(Suggestion::FixShape, Applicability::Safe, message));
    }
    let mut violation = Violation::new(Suggestion::FixShape, Applicability::Unsafe, message);
    violation.notes.push("the value is taken to be the name of an instance profile".to_owned());
    (due && is_plain && place.argument == place.spec.key).then_some(violation)
}
