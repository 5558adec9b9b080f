#![doc = include_str!("../../docs/rules/IPF007.md")]

use crate::model::{LeafId, Part, Reason, Resolution, Slot, SlotId, UnitIndex};
use crate::rules::claim::{accepts, argument_of, claim_role, takes_profile};
use crate::rules::nearest;
use crate::rules::rule::{Applicability, Rule, Suggestion, Violation};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF007",
    name: "quoted-reference",
    summary: "text that reads as a reference",
    documentation: include_str!("../../docs/rules/IPF007.md"),
    check,
    ..Rule::BASE
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let resolution @ Resolution::Quoted { text, .. } = &index.leaf(leaf).resolution else { return None };
    let slot = index.slot(slot);
    if !takes_profile(slot) || accepts(slot).is_none() {
        return None;
    }
    let literal = text.as_literal().unwrap_or_default();
    let message = format!("{} is the text \"{literal}\", not a reference", argument_of(index, slot));
    violation(index, slot, resolution, message)
}

/// The violation of a text that is intended as a reference, unless a role or profile has it as its name.
pub(super) fn violation(
    index: &UnitIndex<'_>,
    slot: &Slot,
    resolution: &Resolution,
    message: String,
) -> Option<Violation> {
    let Resolution::Quoted { text, reads_as, certain } = resolution else { return None };
    let provider_alias = &slot.provider_alias;
    if !index.roles_named(text, provider_alias).is_empty() || !index.profiles_named(text, provider_alias).is_empty() {
        return None;
    }
    let applicability = if *certain { Applicability::Safe } else { Applicability::Unsafe };
    match **reads_as {
        Resolution::Role(role, ..) => Some(claim_role(index, slot, role, applicability, message)),
        Resolution::Profile(profile, ..) => {
            Some(Violation::new(Suggestion::UseProfile(profile), applicability, message))
        }
        Resolution::Unknown(Reason::Unsupported(_), ref named) if *certain => {
            let address = named.as_literal().unwrap_or_default();
            let note = format!("the text reads as a reference to `{address}`, which is not an instance profile");
            Some(Violation::display_only(message, Some(note)))
        }
        Resolution::Unknown(Reason::Undeclared, ref named) if *certain => {
            let address: String = named.0.iter().map(Part::as_str).collect();
            let near = nearest::address(index, &address);
            let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            let note = format!("the text reads as a reference to `{address}`, which is not declared{near}");
            Some(Violation::display_only(message, Some(note)))
        }
        _ => None,
    }
}
