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

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let place = index.slot(slot);
    if !super::takes_profile(place) {
        return None;
    }
    let role = role_behind(index, &index.leaf(leaf).resolution, &place.provider_alias)?;
    if index.role(role).trust != Trust::NotEc2 {
        return None;
    }
    let owner = &index.node(place.owner).address;
    let address = &index.role(role).address;
    let message =
        format!("{owner} gets {address}, which EC2 may not assume: its trust policy does not name ec2.amazonaws.com");
    let mut violation = Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message);
    violation.related.extend(super::role_place(index, role).map(|at| (at, "this role's trust policy".to_owned())));
    violation.notes.push("perhaps another role is meant; the launcher would start without credentials".to_owned());
    Some(violation)
}

/// The role that a launcher gets through a leaf, directly or in a profile.
fn role_behind(index: &UnitIndex<'_>, resolution: &Resolution, provider_alias: &str) -> Option<RoleId> {
    match resolution {
        Resolution::Role(role, ..) | Resolution::Policy(Some(role)) => Some(*role),
        Resolution::Profile(profile, ..) => profile_role(index, *profile),
        Resolution::Quoted { reads_as, .. } => role_behind(index, reads_as, provider_alias),
        Resolution::Text(text) | Resolution::Unknown(_, text) => {
            match (index.profiles_named(text, provider_alias), index.roles_named(text, provider_alias)) {
                ([profile], _) => profile_role(index, *profile),
                ([], [role]) => Some(*role),
                _ => None,
            }
        }
        Resolution::Policy(None) | Resolution::Absent => None,
    }
}

fn profile_role(index: &UnitIndex<'_>, profile: ProfileId) -> Option<RoleId> {
    match index.role_of(profile) {
        ProfileRole::Role(role) => Some(role),
        ProfileRole::OtherRole | ProfileRole::NoRole | ProfileRole::Unknown => None,
    }
}
