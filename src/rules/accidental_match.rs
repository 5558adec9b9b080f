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

fn check(facts: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let Resolution::Role(role, RoleAttr::Name, _) = facts.leaf(leaf).resolution else { return None };
    let place = facts.slot(slot);
    if !matches!(
        place.state,
        SlotState::Expected { expected: Expected::Name | Expected::NamePreferred | Expected::Either { .. } }
    ) {
        return None;
    }
    let is_meant = |profile: &ProfileId| {
        // One that bears the name of another instance is not met by this one's.
        let instance = facts.instance(*profile, facts.leaf(leaf), &place.instances);
        facts.role_of(*profile) != ProfileRole::Role(role) || instance != Err(Mismatch::Another)
    };
    let named: Vec<ProfileId> = facts.profiles_found_by_name(role, &place.provider_alias).filter(is_meant).collect();
    let holding = named.iter().find(|&&profile| facts.role_of(profile) == ProfileRole::Role(role));
    let &profile = holding.or(named.first())?;
    let address = &facts.role(role).address;
    let other = &facts.profile(profile).address;
    let place_name = super::place_name(facts, place);
    let mut claim = if holding.is_some() {
        let message = format!("{place_name} names {address} and works only because {other} has the same name");
        let mut claim = Violation::new(Suggestion::UseProfile(profile), Applicability::Safe, message);
        if facts.role(role).provider_alias != place.provider_alias {
            claim.applicability = Applicability::Unsafe;
            claim.notes.push(super::OTHER_ACCOUNT.to_owned());
        }
        claim.notes.push("nothing makes the launcher wait for the profile: creation order is a race".to_owned());
        claim
    } else {
        let holds =
            if facts.role_of(profile) == ProfileRole::Unknown { "a role that is not known" } else { "another role" };
        let message =
            format!("{place_name} names {address}, but AWS takes the profile {other}, which has that name and {holds}");
        let mut claim = Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message);
        claim.notes.push(format!("today it runs silently with the role in {other}: decide which of the two is meant"));
        claim
    };
    claim.related.extend(super::role_place(facts, role).map(|at| (at, "the role".to_owned())));
    let profile_at = facts.profile(profile).node.map(|node| facts.node(node).name_span);
    claim.related.extend(profile_at.map(|at| (at, "the profile that happens to have its name".to_owned())));
    Some(claim)
}
