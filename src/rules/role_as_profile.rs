#![doc = include_str!("../../docs/rules/IPF001.md")]

use super::{Applicability, Rule, Severity, Violation};
use crate::model::{LeafId, Resolution, SlotId, SlotState, UnitIndex};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF001",
    name: "role-as-profile",
    summary: "a role stands where an instance profile is due",
    severity: Severity::Error,
    documentation: include_str!("../../docs/rules/IPF001.md"),
    check,
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let Resolution::Role(role, ..) = index.leaf(leaf).resolution else { return None };
    let place = index.slot(slot);
    if !matches!(place.state, SlotState::Expected { .. }) || !super::takes_profile(place) {
        return None;
    }
    let (name, address) = (super::place_name(index, place), &index.role(role).address);
    let message = format!("{name} is given the role {address} instead of an instance profile");
    Some(super::claim_role(index, place, role, Applicability::Safe, message))
}
