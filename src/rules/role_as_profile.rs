#![doc = include_str!("../../docs/rules/IPF001.md")]

use super::{Claim, Rule, Safety, Severity};
use crate::model::{Denotes, Facts, Found, LeafId, SlotId};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF001",
    name: "role-as-profile",
    summary: "a role stands where an instance profile is due",
    severity: Severity::Error,
    manual: include_str!("../../docs/rules/IPF001.md"),
    check,
};

fn check(facts: &Facts<'_>, slot: SlotId, leaf: LeafId) -> Option<Claim> {
    let Denotes::Role(role, ..) = facts.leaf(leaf).denotes else { return None };
    let place = facts.slot(slot);
    if !matches!(place.found, Found::AsSpecified { .. }) || !super::takes_profile(place) {
        return None;
    }
    let (name, address) = (super::place_name(facts, place), &facts.role(role).address);
    let message = format!("{name} is given the role {address} instead of an instance profile");
    Some(super::claim_role(facts, place, role, Safety::Safe, message))
}
