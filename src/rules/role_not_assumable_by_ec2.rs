#![doc = include_str!("../../docs/rules/IPF010.md")]

use super::{Applicability, Rule, Severity, Suggestion, Violation};
use crate::aws::trust::Trust;
use crate::model::{LeafId, ProfileId, ProfileRole, Resolution, RoleId, SlotId, UnitIndex};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF010",
    name: "role-not-assumable-by-ec2",
    summary: "the role that a launcher gets does not let EC2 assume it",
    severity: Severity::Warning,
    documentation: include_str!("../../docs/rules/IPF010.md"),
    check,
};

fn check(facts: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let place = facts.slot(slot);
    if !super::takes_profile(place) {
        return None;
    }
    let role = role_behind(facts, &facts.leaf(leaf).resolution, &place.provider_alias)?;
    if facts.role(role).trust != Trust::NotEc2 {
        return None;
    }
    let owner = &facts.node(place.owner).address;
    let address = &facts.role(role).address;
    let message =
        format!("{owner} gets {address}, which EC2 may not assume: its trust policy does not name ec2.amazonaws.com");
    let mut claim = Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message);
    claim.related.extend(super::role_place(facts, role).map(|at| (at, "this role's trust policy".to_owned())));
    claim.notes.push("perhaps another role is meant; the launcher would start without credentials".to_owned());
    Some(claim)
}

/// The role that a launcher gets through a leaf, directly or in a profile.
fn role_behind(facts: &UnitIndex<'_>, denotes: &Resolution, account: &str) -> Option<RoleId> {
    match denotes {
        Resolution::Role(role, ..) | Resolution::Policy(Some(role)) => Some(*role),
        Resolution::Profile(profile, ..) => held(facts, *profile),
        Resolution::Quoted { reads_as, .. } => role_behind(facts, reads_as, account),
        Resolution::Text(text) | Resolution::Unknown(_, text) => {
            match (facts.profiles_named(text, account), facts.roles_named(text, account)) {
                ([profile], _) => held(facts, *profile),
                ([], [role]) => Some(*role),
                _ => None,
            }
        }
        Resolution::Policy(None) | Resolution::Absent => None,
    }
}

fn held(facts: &UnitIndex<'_>, profile: ProfileId) -> Option<RoleId> {
    match facts.role_of(profile) {
        ProfileRole::Role(role) => Some(role),
        ProfileRole::OtherRole | ProfileRole::NoRole | ProfileRole::Unknown => None,
    }
}
