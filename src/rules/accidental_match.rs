#![doc = include_str!("../../docs/rules/IPF009.md")]

use crate::aws::slots::Expected;
use crate::model::{LeafId, Mismatch, ProfileId, ProfileRole, Resolution, RoleAttr, SlotId, SlotState, UnitIndex};
use crate::rules::claim::{OTHER_ACCOUNT, argument_of, profile_locations, role_locations};
use crate::rules::rule::{Applicability, Rule, Severity, Suggestion, Violation};
use crate::rules::{role_as_profile, role_name_as_profile};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF009",
    name: "accidental-match",
    summary: "role name that works only because an instance profile has the same name",
    documentation: include_str!("../../docs/rules/IPF009.md"),
    severity: Severity::Warning,
    // Another fix may add a profile with the role's name.
    supersedes: &[&role_as_profile::RULE, &role_name_as_profile::RULE],
    check,
    ..Rule::BASE
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let Resolution::Role(role, RoleAttr::Name, _) = index.leaf(leaf).resolution else { return None };
    let slot = index.slot(slot);
    if !matches!(
        slot.state,
        SlotState::Expected { expected: Expected::Name | Expected::NamePreferred | Expected::Either { .. } }
    ) {
        return None;
    }
    let is_of_role = |profile: &ProfileId| index.role_of(*profile) == ProfileRole::Role(role);
    let is_found = |profile: &ProfileId| {
        // A profile with the name of another instance of the role is not found by the name of this one.
        let instance = index.instance(*profile, index.leaf(leaf), &slot.instances);
        !is_of_role(profile) || instance != Err(Mismatch::Another)
    };
    let found: Vec<ProfileId> = index.profiles_found_by_name(role, &slot.provider_alias).filter(is_found).collect();
    let right = found.iter().copied().find(is_of_role);
    let profile = right.or(found.first().copied())?;
    let (address, other) = (&index.role(role).address, &index.profile(profile).address);
    let (argument, owner) = (argument_of(index, slot), &index.node(slot.owner).address);
    let mut violation = if right.is_some() {
        let message = format!(
            "{argument} is the name of the IAM role `{address}`; it works only because `{other}` has the same name"
        );
        let mut violation = Violation::new(Suggestion::UseProfile(profile), Applicability::Safe, message);
        if index.role(role).provider_alias != slot.provider_alias {
            violation.applicability = Applicability::Unsafe;
            violation.notes.push(OTHER_ACCOUNT.to_owned());
        }
        violation.with_note(format!("`{owner}` does not depend on the instance profile, so it may be created first"))
    } else {
        let holds = if index.role_of(profile) == ProfileRole::Unknown { "an unknown role" } else { "another role" };
        let message = format!(
            "{argument} is the name of the IAM role `{address}`, but AWS uses the instance profile `{other}`, which has the same name and {holds}"
        );
        let note = format!("the instances run with the role of `{other}` today: decide which of the two is right");
        Violation::display_only(message, Some(note))
    };
    violation.related.extend(role_locations(index, role, "IAM role", ""));
    violation.related.extend(profile_locations(index, profile, "instance profile with the same name"));
    Some(violation)
}
