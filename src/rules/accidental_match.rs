#![doc = include_str!("../../docs/rules/IPF009.md")]

use super::{Applicability, Rule, Severity, Suggestion, Violation};
use crate::aws::slots::Expected;
use crate::model::{LeafId, Mismatch, ProfileId, ProfileRole, Resolution, RoleAttr, SlotId, SlotState, UnitIndex};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF009",
    name: "accidental-match",
    summary: "a role's name works only because a profile has the same name",
    severity: Severity::Warning,
    documentation: include_str!("../../docs/rules/IPF009.md"),
    check,
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let Resolution::Role(role, RoleAttr::Name, _) = index.leaf(leaf).resolution else { return None };
    let place = index.slot(slot);
    if !matches!(
        place.state,
        SlotState::Expected { expected: Expected::Name | Expected::NamePreferred | Expected::Either { .. } }
    ) {
        return None;
    }
    let is_meant = |profile: &ProfileId| {
        // One that bears the name of another instance is not met by this one's.
        let instance = index.instance(*profile, index.leaf(leaf), &place.instances);
        index.role_of(*profile) != ProfileRole::Role(role) || instance != Err(Mismatch::Another)
    };
    let named: Vec<ProfileId> = index.profiles_found_by_name(role, &place.provider_alias).filter(is_meant).collect();
    let holding = named.iter().find(|&&profile| index.role_of(profile) == ProfileRole::Role(role));
    let &profile = holding.or(named.first())?;
    let address = &index.role(role).address;
    let other = &index.profile(profile).address;
    let place_name = super::place_name(index, place);
    let mut violation = if holding.is_some() {
        let message = format!("{place_name} names {address} and works only because {other} has the same name");
        let mut violation = Violation::new(Suggestion::UseProfile(profile), Applicability::Safe, message);
        if index.role(role).provider_alias != place.provider_alias {
            violation.applicability = Applicability::Unsafe;
            violation.notes.push(super::OTHER_ACCOUNT.to_owned());
        }
        violation.notes.push("nothing makes the launcher wait for the profile: creation order is a race".to_owned());
        violation
    } else {
        let holds =
            if index.role_of(profile) == ProfileRole::Unknown { "a role that is not known" } else { "another role" };
        let message =
            format!("{place_name} names {address}, but AWS takes the profile {other}, which has that name and {holds}");
        let mut violation = Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message);
        violation
            .notes
            .push(format!("today it runs silently with the role in {other}: decide which of the two is meant"));
        violation
    };
    violation.related.extend(super::role_place(index, role).map(|at| (at, "the role".to_owned())));
    let profile_at = index.profile(profile).node.map(|node| index.node(node).name_span);
    violation.related.extend(profile_at.map(|at| (at, "the profile that happens to have its name".to_owned())));
    Some(violation)
}
