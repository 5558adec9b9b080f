#![doc = include_str!("../../docs/rules/IPF006.md")]

use super::{Claim, Cure, Rule, Safety, Severity, quoted_reference, role_name_as_profile, wrong_profile_attribute};
use crate::aws::slots::Shape;
use crate::model::{Denotes, Facts, Found, LeafId, Reason, Slot, SlotId};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF006",
    name: "wrong-slot-shape",
    summary: "an argument stands where a block is due, a list where a value is due, or the reverse",
    severity: Severity::Error,
    manual: include_str!("../../docs/rules/IPF006.md"),
    check,
};

fn check(facts: &Facts<'_>, slot: SlotId, leaf: LeafId) -> Option<Claim> {
    let place = facts.slot(slot);
    if !super::takes_profile(place) {
        return None;
    }
    let (both, several) = match place.found {
        Found::WrongShape { .. } => (false, false),
        Found::BothKeys { .. } => (true, false),
        Found::Crowded { .. } => (false, true),
        Found::AsSpecified { .. } | Found::Stray { .. } => return None,
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
    let message = match facts.leaf(leaf).denotes {
        Denotes::Role(role, ..) => {
            format!("{message}, and an instance profile: {} is a role", facts.role(role).address)
        }
        _ => message,
    };
    let denotes = &facts.leaf(leaf).denotes;
    let mut claim = match denotes {
        Denotes::Role(role, ..) => super::claim_role(facts, place, *role, Safety::Safe, message),
        Denotes::Profile(profile, ..) => Claim::new(Cure::UseProfile(*profile), Safety::Safe, message),
        Denotes::Policy(Some(role)) => super::claim_role(facts, place, *role, Safety::Unsafe, message),
        Denotes::Policy(None) => Claim::new(Cure::Report, Safety::Unsafe, message),
        // A text may be the name of a profile that is made elsewhere, unless it is the name of a role here.
        Denotes::Text(text) | Denotes::Unknown(_, text) => {
            let profile = wrong_profile_attribute::of_text(facts, text, &place.account).map(|(profile, _)| {
                let safety = if text.as_literal().is_some() { Safety::Safe } else { Safety::Unsafe };
                Claim::new(Cure::UseProfile(profile), safety, message.clone())
            });
            let named = profile.or_else(|| role_name_as_profile::claim(facts, place, text, message.clone()));
            named.or_else(|| unknown_value(place, denotes, message))?
        }
        Denotes::Quoted { text, .. } => role_name_as_profile::claim(facts, place, text, message.clone())
            .or_else(|| quoted_reference::claim(facts, place, denotes, message))?,
        Denotes::Absent => return None,
    };
    if both || several {
        claim.cure = Cure::Report;
    }
    Some(claim)
}

/// A value of which nothing is known, where a block or an object is due: that shape is wrong whatever it is. Not so a list or an object for one value, which
/// functions and variables of the right shape may give.
fn unknown_value(place: &Slot, denotes: &Denotes, message: String) -> Option<Claim> {
    // What a function or a macro computes may be of the right shape.
    let is_plain = match denotes {
        Denotes::Text(text) => text.as_literal().is_some(),
        Denotes::Unknown(reason, _) => matches!(reason, Reason::Variable | Reason::Import | Reason::Module),
        _ => false,
    };
    let due = matches!((place.found, place.spec.shape), (Found::WrongShape { .. }, Shape::Keys { .. }));
    if super::is_in_wrong_case(place) {
        return Some(Claim::new(Cure::KeepValue, Safety::Safe, message));
    }
    let mut claim = Claim::new(Cure::KeepValue, Safety::Unsafe, message);
    claim.notes.push("the value is taken to be the name of an instance profile".to_owned());
    (due && is_plain && place.argument == place.spec.key).then_some(claim)
}
