#![doc = include_str!("../../docs/rules/IPF008.md")]

use super::{Applicability, Rule, Severity, Suggestion, Violation};
use crate::model::{LeafId, Resolution, SlotId, SlotState, UnitIndex};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF008",
    name: "policy-as-profile",
    summary: "a policy stands where an instance profile is due",
    severity: Severity::Error,
    documentation: include_str!("../../docs/rules/IPF008.md"),
    check,
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let Resolution::Policy(role) = index.leaf(leaf).resolution else { return None };
    let place = index.slot(slot);
    if !super::takes_profile(place) || !matches!(place.state, SlotState::Expected { .. }) {
        return None;
    }
    let message = format!("{} is given a policy", super::place_name(index, place));
    Some(match role {
        Some(role) => {
            let mut violation = super::claim_role(index, place, role, Applicability::Unsafe, message);
            violation.notes.push(format!(
                "the policy belongs to {}, whose profile is taken to be meant",
                index.role(role).address
            ));
            violation
        }
        None => {
            let mut violation = Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message);
            violation.notes.push(
                "the policy does not belong to exactly one role, so ipfix cannot tell whose profile is meant"
                    .to_owned(),
            );
            violation
        }
    })
}
