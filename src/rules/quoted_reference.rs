#![doc = include_str!("../../docs/rules/IPF007.md")]

use super::{Applicability, Rule, Severity, Suggestion, Violation};
use crate::model::{LeafId, Part, Reason, Resolution, Slot, SlotId, UnitIndex};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF007",
    name: "quoted-reference",
    summary: "plain text that reads as a reference",
    severity: Severity::Error,
    documentation: include_str!("../../docs/rules/IPF007.md"),
    check,
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let resolution @ Resolution::Quoted { text, .. } = &index.leaf(leaf).resolution else { return None };
    let place = index.slot(slot);
    if !super::takes_profile(place) || super::accepts(place).is_none() {
        return None;
    }
    let literal = text.as_literal().unwrap_or_default();
    let message = format!("{} is given the text \"{literal}\", not what it names", super::place_name(index, place));
    violation(index, place, resolution, message)
}

/// The claim that a text was meant as the reference that it reads as; not where something is called so.
pub(super) fn violation(
    index: &UnitIndex<'_>,
    place: &Slot,
    resolution: &Resolution,
    message: String,
) -> Option<Violation> {
    let Resolution::Quoted { text, reads_as, certain } = resolution else { return None };
    let provider_alias = &place.provider_alias;
    if !index.roles_named(text, provider_alias).is_empty() || !index.profiles_named(text, provider_alias).is_empty() {
        return None;
    }
    let applicability = if *certain { Applicability::Safe } else { Applicability::Unsafe };
    match **reads_as {
        Resolution::Role(role, ..) => Some(super::claim_role(index, place, role, applicability, message)),
        Resolution::Profile(profile, ..) => {
            Some(Violation::new(Suggestion::UseProfile(profile), applicability, message))
        }
        Resolution::Unknown(Reason::Unsupported(_), ref named) if *certain => {
            let mut violation = Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message);
            let address = named.as_literal().unwrap_or_default();
            violation.notes.push(format!("the text reads as a reference to {address}, which is no instance profile"));
            Some(violation)
        }
        Resolution::Unknown(Reason::Undeclared, ref named) if *certain => {
            let mut violation = Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message);
            let address = named.0.iter().map(Part::as_str).collect::<String>();
            let near = super::nearest::address(index, &address);
            let near = near.map_or(String::new(), |near| format!(" (did you mean {near}?)"));
            violation
                .notes
                .push(format!("the text reads as a reference to {address}, which is declared nowhere{near}"));
            Some(violation)
        }
        _ => None,
    }
}
