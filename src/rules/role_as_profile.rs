#![doc = include_str!("../../docs/rules/IPF001.md")]

use crate::model::{LeafId, Resolution, SlotId, SlotState, UnitIndex};
use crate::rules::claim::{argument_of, claim_role, takes_profile};
use crate::rules::rule::{Applicability, Rule, Violation};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF001",
    name: "role-as-profile",
    summary: "IAM role used where an instance profile is expected",
    documentation: include_str!("../../docs/rules/IPF001.md"),
    check,
    ..Rule::BASE
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let Resolution::Role(role, ..) = index.leaf(leaf).resolution else { return None };
    let slot = index.slot(slot);
    if !matches!(slot.state, SlotState::Expected { .. }) || !takes_profile(slot) {
        return None;
    }
    let (argument, address) = (argument_of(index, slot), &index.role(role).address);
    let message = format!("{argument} references the IAM role `{address}`; an instance profile is expected");
    Some(claim_role(index, slot, role, Applicability::Safe, message))
}
