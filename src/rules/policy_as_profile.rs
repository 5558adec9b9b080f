#![doc = include_str!("../../docs/rules/IPF008.md")]

use crate::model::{LeafId, Resolution, SlotId, SlotState, UnitIndex};
use crate::rules::claim::{argument_of, claim_role, takes_profile};
use crate::rules::rule::{Applicability, Rule, Violation};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF008",
    name: "policy-as-profile",
    summary: "policy used where an instance profile is expected",
    documentation: include_str!("../../docs/rules/IPF008.md"),
    check,
    ..Rule::BASE
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let Resolution::Policy(role) = index.leaf(leaf).resolution else { return None };
    let slot = index.slot(slot);
    if !takes_profile(slot) || !matches!(slot.state, SlotState::Expected { .. }) {
        return None;
    }
    let message = format!("{} references a policy; an instance profile is expected", argument_of(index, slot));
    let Some(role) = role else {
        let note = "the policy does not belong to exactly one role, so the intended instance profile is unknown";
        return Some(Violation::display_only(message, Some(note.to_owned())));
    };
    let address = &index.role(role).address;
    let violation = claim_role(index, slot, role, Applicability::Unsafe, message);
    Some(violation.with_note(format!("the policy belongs to `{address}`, whose instance profile is probably intended")))
}
