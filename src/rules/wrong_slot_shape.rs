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

fn check(facts: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let place = facts.slot(slot);
    if !super::takes_profile(place) {
        return None;
    }
    let (both, several) = match place.state {
        SlotState::WrongShape { .. } => (false, false),
        SlotState::ConflictingKeys { .. } => (true, false),
        SlotState::MultipleValues { .. } => (false, true),
        SlotState::Expected { .. } | SlotState::UnknownArgument { .. } => return None,
    };
    let owner = &facts.node(place.owner).address;
    let message = match (both, place.spec.shape) {
        (true, _) => format!("{owner} sets both the name and the ARN of its instance profile: AWS takes one of them"),
        (false, Shape::Keys { keys, .. }) => {
            let keys: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
            format!("{} of {owner} must hold {}", place.spec.key, keys.join(" or "))
        }
        (false, Shape::Value(_) | Shape::List(_)) => format!("{} of {owner} must be one value", place.spec.key),
    };
    let message = match facts.leaf(leaf).resolution {
        Resolution::Role(role, ..) => {
            format!("{message}, and an instance profile: {} is a role", facts.role(role).address)
        }
        _ => message,
    };
    let denotes = &facts.leaf(leaf).resolution;
    let mut claim = match denotes {
        Resolution::Role(role, ..) => super::claim_role(facts, place, *role, Applicability::Safe, message),
        Resolution::Profile(profile, ..) => {
            Violation::new(Suggestion::UseProfile(*profile), Applicability::Safe, message)
        }
        Resolution::Policy(Some(role)) => super::claim_role(facts, place, *role, Applicability::Unsafe, message),
        Resolution::Policy(None) => Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message),
        // A text may be the name of a profile that is made elsewhere, unless it is the name of a role here.
        Resolution::Text(text) | Resolution::Unknown(_, text) => {
            let profile = wrong_profile_attribute::of_text(facts, text, &place.provider_alias).map(|(profile, _)| {
                let safety = if text.as_literal().is_some() { Applicability::Safe } else { Applicability::Unsafe };
                Violation::new(Suggestion::UseProfile(profile), safety, message.clone())
            });
            let named = profile.or_else(|| role_name_as_profile::violation(facts, place, text, message.clone()));
            named.or_else(|| unknown_value(place, denotes, message))?
        }
        Resolution::Quoted { text, .. } => role_name_as_profile::violation(facts, place, text, message.clone())
            .or_else(|| quoted_reference::violation(facts, place, denotes, message))?,
        Resolution::Absent => return None,
    };
    if both || several {
        claim.suggestion = Suggestion::DisplayOnly;
    }
    Some(claim)
}

/// A value of which nothing is known, where a block or an object is due: that shape is wrong whatever it is. Not so a list or an object for one value, which
/// functions and variables of the right shape may give.
fn unknown_value(place: &Slot, denotes: &Resolution, message: String) -> Option<Violation> {
    // What a function or a macro computes may be of the right shape.
    let is_plain = match denotes {
        Resolution::Text(text) => text.as_literal().is_some(),
        Resolution::Unknown(reason, _) => matches!(reason, Reason::Variable | Reason::Import | Reason::Module),
        _ => false,
    };
    let due = matches!((place.state, place.spec.shape), (SlotState::WrongShape { .. }, Shape::Keys { .. }));
    if super::is_in_wrong_case(place) {
        return Some(Violation::new(Suggestion::FixShape, Applicability::Safe, message));
    }
    let mut claim = Violation::new(Suggestion::FixShape, Applicability::Unsafe, message);
    claim.notes.push("the value is taken to be the name of an instance profile".to_owned());
    (due && is_plain && place.argument == place.spec.key).then_some(claim)
}
