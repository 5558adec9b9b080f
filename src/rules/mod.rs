//! The rules, one file each. They have an order: a leaf belongs to the first rule that claims it.
//!
//! A rule is a match on what a slot expects and how a leaf resolves. It says what should become true ([`Suggestion`]); which profile, name
//! and text that needs is decided by [`plan`](crate::plan).

mod accidental_match;
mod claim;
mod nearest;
mod policy_as_profile;
mod priority;
mod profile_by_name;
mod quoted_reference;
mod role_as_profile;
mod role_name_as_profile;
mod role_not_assumable_by_ec2;
mod rule;
mod unknown_role_argument;
mod unresolved_profile;
mod wrong_argument_shape;
mod wrong_profile_attribute;
mod wrong_role_in_profile;

#[cfg(test)]
mod tests;

pub(crate) use crate::rules::claim::OTHER_ACCOUNT;
pub use crate::rules::rule::{Applicability, Finding, Rule, Severity, Subject, Suggestion, Violation};

use crate::model::{LeafId, Resolution, SlotId, UnitIndex};

/// The rules that compete for a leaf, in their order.
fn by_priority() -> impl Iterator<Item = &'static Rule> {
    std::iter::once(&unknown_role_argument::RULE).chain(priority::RULES)
}

/// All rules, by code.
pub static ALL: [&Rule; 12] = [
    &role_as_profile::RULE,
    &role_name_as_profile::RULE,
    &unknown_role_argument::RULE,
    &wrong_profile_attribute::RULE,
    &wrong_role_in_profile::RULE,
    &wrong_argument_shape::RULE,
    &quoted_reference::RULE,
    &policy_as_profile::RULE,
    &accidental_match::RULE,
    &role_not_assumable_by_ec2::RULE,
    &unresolved_profile::RULE,
    &profile_by_name::RULE,
];

/// The rule with this code.
pub fn by_code(code: &str) -> Option<&'static Rule> {
    ALL.into_iter().find(|rule| rule.code.eq_ignore_ascii_case(code))
}

/// Checks all slots of a unit: at most one finding for each leaf about its reference, and the warnings about roles.
pub(crate) fn check(index: &UnitIndex<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for number in 0..index.slots.len() {
        let slot = SlotId::from(number);
        let mut warned: Vec<String> = Vec::new();
        for leaf_use in &index.slot(slot).leaves {
            let leaf = leaf_use.leaf;
            let mut violation = by_priority().find_map(|rule| Some((rule, (rule.check)(index, slot, leaf)?)));
            if let Some((_, violation)) = &mut violation {
                note_condition(index, slot, leaf, violation);
            }
            findings.extend(violation.map(|(rule, violation)| Finding { rule, slot, leaf, violation }));
            let rule = &role_not_assumable_by_ec2::RULE;
            if let Some(violation) =
                (rule.check)(index, slot, leaf).filter(|violation| !warned.contains(&violation.message))
            {
                warned.push(violation.message.clone());
                findings.push(Finding { rule, slot, leaf, violation });
            }
        }
    }
    findings
}

/// Notes that a role exists under a condition, and its launcher does not.
fn note_condition(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId, violation: &mut Violation) {
    let Suggestion::ProfileOf(role) = violation.suggestion else { return };
    let (role, slot) = (index.role(role), index.slot(slot));
    if let Some(condition) = &role.condition
        && matches!(index.leaf(leaf).resolution, Resolution::Role(..))
        && index.is_unguarded(slot, index.leaf(leaf), condition)
    {
        let owner = &index.node(slot.owner).address;
        let note = format!(
            "`{}` exists only if `{condition}` is true, but `{owner}` references it unconditionally; the fix does not change that",
            role.address
        );
        violation.notes.insert(0, note);
    }
}
