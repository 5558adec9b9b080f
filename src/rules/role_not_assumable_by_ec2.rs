#![doc = include_str!("../../docs/rules/IPF010.md")]

use super::{Claim, Cure, Rule, Safety, Severity};
use crate::aws::trust::Trust;
use crate::model::{Denotes, Facts, Held, LeafId, ProfileId, RoleId, SlotId};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF010",
    name: "role-not-assumable-by-ec2",
    summary: "the role that a launcher gets does not let EC2 assume it",
    severity: Severity::Warning,
    manual: include_str!("../../docs/rules/IPF010.md"),
    check,
};

fn check(facts: &Facts<'_>, slot: SlotId, leaf: LeafId) -> Option<Claim> {
    let place = facts.slot(slot);
    if !super::takes_profile(place) {
        return None;
    }
    let role = role_behind(facts, &facts.leaf(leaf).denotes, &place.account)?;
    if facts.role(role).trust != Trust::NotEc2 {
        return None;
    }
    let owner = &facts.node(place.owner).address;
    let address = &facts.role(role).address;
    let message =
        format!("{owner} gets {address}, which EC2 may not assume: its trust policy does not name ec2.amazonaws.com");
    let mut claim = Claim::new(Cure::Report, Safety::Unsafe, message);
    claim.related.extend(super::role_place(facts, role).map(|at| (at, "this role's trust policy".to_owned())));
    claim.notes.push("perhaps another role is meant; the launcher would start without credentials".to_owned());
    Some(claim)
}

/// The role that a launcher gets through a leaf, directly or in a profile.
fn role_behind(facts: &Facts<'_>, denotes: &Denotes, account: &str) -> Option<RoleId> {
    match denotes {
        Denotes::Role(role, ..) | Denotes::Policy(Some(role)) => Some(*role),
        Denotes::Profile(profile, ..) => held(facts, *profile),
        Denotes::Quoted { reads_as, .. } => role_behind(facts, reads_as, account),
        Denotes::Text(text) | Denotes::Unknown(_, text) => {
            match (facts.profiles_named(text, account), facts.roles_named(text, account)) {
                ([profile], _) => held(facts, *profile),
                ([], [role]) => Some(*role),
                _ => None,
            }
        }
        Denotes::Policy(None) | Denotes::Absent => None,
    }
}

fn held(facts: &Facts<'_>, profile: ProfileId) -> Option<RoleId> {
    match facts.held_by(profile) {
        Held::Role(role) => Some(role),
        Held::Another | Held::Nothing | Held::Unknown => None,
    }
}
