#![doc = include_str!("../../docs/rules/IPF010.md")]

use crate::aws::trust::Trust;
use crate::model::{LeafId, ProfileId, ProfileRole, Resolution, RoleId, SlotId, UnitIndex};
use crate::rules::claim::{role_locations, takes_profile};
use crate::rules::rule::{Rule, Severity, Subject, Violation};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF010",
    name: "role-not-assumable-by-ec2",
    summary: "role that EC2 cannot assume",
    documentation: include_str!("../../docs/rules/IPF010.md"),
    severity: Severity::Warning,
    subject: Subject::Role,
    check,
    ..Rule::BASE
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let slot = index.slot(slot);
    if !takes_profile(slot) {
        return None;
    }
    let role = role_behind(index, &index.leaf(leaf).resolution, &slot.provider_alias)?;
    if index.role(role).trust != Trust::NotEc2 {
        return None;
    }
    let (owner, address) = (&index.node(slot.owner).address, &index.role(role).address);
    let message = format!(
        "`{owner}` gets the IAM role `{address}`, which EC2 cannot assume: its trust policy does not name `ec2.amazonaws.com`"
    );
    let note = "another role may be intended; with this one, the instances have no credentials";
    let mut violation = Violation::display_only(message, Some(note.to_owned()));
    violation.related.extend(role_locations(index, role, "IAM role", ""));
    Some(violation)
}

/// The role that a launcher gets through a leaf, directly or in a profile.
fn role_behind(index: &UnitIndex<'_>, resolution: &Resolution, provider_alias: &str) -> Option<RoleId> {
    match resolution {
        Resolution::Role(role, ..) | Resolution::Policy(Some(role)) => Some(*role),
        Resolution::Profile(profile, ..) => role_in(index, *profile),
        Resolution::Quoted { reads_as, .. } => role_behind(index, reads_as, provider_alias),
        Resolution::Text(text) | Resolution::Unknown(_, text) => {
            match (index.profiles_named(text, provider_alias), index.roles_named(text, provider_alias)) {
                ([profile], _) => role_in(index, *profile),
                ([], [role]) => Some(*role),
                _ => None,
            }
        }
        Resolution::Policy(None) | Resolution::Absent => None,
    }
}

fn role_in(index: &UnitIndex<'_>, profile: ProfileId) -> Option<RoleId> {
    match index.role_of(profile) {
        ProfileRole::Role(role) => Some(role),
        ProfileRole::OtherRole | ProfileRole::NoRole | ProfileRole::Unknown => None,
    }
}
