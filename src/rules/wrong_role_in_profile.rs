#![doc = include_str!("../../docs/rules/IPF005.md")]

use super::{Claim, Cure, Rule, Safety, Severity};
use crate::model::{Denotes, Facts, Found, LeafId, ProfileAttr, ProfileId, ProfileName, RoleAttr, Slot, SlotId};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF005",
    name: "wrong-role-in-profile",
    summary: "an instance profile is given its role in a wrong way",
    severity: Severity::Error,
    manual: include_str!("../../docs/rules/IPF005.md"),
    check,
};

fn check(facts: &Facts<'_>, slot: SlotId, leaf: LeafId) -> Option<Claim> {
    let place = facts.slot(slot);
    if super::takes_profile(place) {
        return None;
    }
    let owner = &facts.node(place.owner).address;
    let reshape = match place.found {
        Found::WrongShape { .. } => true,
        Found::AsSpecified { .. } => false,
        Found::Crowded { .. } if is_first(facts, place, leaf) => {
            let message = format!("{} of {owner} lists several roles: a profile takes exactly one", place.argument);
            return Some(Claim::new(Cure::Report, Safety::Unsafe, message));
        }
        Found::Crowded { .. } => place.argument != place.spec.key,
        Found::Stray { .. } | Found::BothKeys { .. } => return None,
    };
    let message = match (reshape, place.argument == place.spec.key) {
        (true, false) => format!("{owner} has no argument {}: a profile takes {}", place.argument, place.spec.key),
        (true, true) => format!("{} of {owner} must be a list of one role name", place.argument),
        (false, _) => format!("{} of {owner} takes the role's name", place.argument),
    };
    let (cure, safety) = match &facts.leaf(leaf).denotes {
        Denotes::Role(_, RoleAttr::Name, _) if !reshape => return None,
        Denotes::Role(role, ..) => (Cure::UseRole(*role), Safety::Safe),
        Denotes::Quoted { reads_as, certain, .. } => match **reads_as {
            Denotes::Role(role, ..) => (Cure::UseRole(role), if *certain { Safety::Safe } else { Safety::Unsafe }),
            _ => return None,
        },
        Denotes::Text(text) => match (text.role_name_of_arn(), reshape) {
            (Some(name), _) => match facts.roles_named(&name, &place.account) {
                [role] => (Cure::UseRole(*role), Safety::Unsafe),
                _ => (Cure::Report, Safety::Unsafe),
            },
            (None, true) => (Cure::KeepValue, Safety::Safe),
            (None, false) => return None,
        },
        Denotes::Unknown(..) if reshape => (Cure::KeepValue, Safety::Safe),
        Denotes::Profile(profile, attribute, _) if names_no_role(facts, *profile, *attribute) => {
            (Cure::Report, Safety::Unsafe)
        }
        Denotes::Unknown(..) | Denotes::Profile(..) | Denotes::Policy(_) | Denotes::Absent => return None,
    };
    Some(Claim::new(cure, safety, message))
}

/// Whether a leaf is the first in its place that stands for something.
fn is_first(facts: &Facts<'_>, place: &Slot, leaf: LeafId) -> bool {
    let mut present = place.leaves.iter().filter(|reach| facts.leaf(reach.leaf).denotes != Denotes::Absent);
    present.next().is_some_and(|reach| reach.leaf == leaf)
}

/// Whether this of a profile is certainly no role's name. A profile may be called as a role is, and has its role for an attribute.
fn names_no_role(facts: &Facts<'_>, profile: ProfileId, attribute: ProfileAttr) -> bool {
    match (attribute, &facts.profile(profile).name) {
        (ProfileAttr::Role, _) | (ProfileAttr::Name, ProfileName::OfRole(_) | ProfileName::Unknown) => false,
        (ProfileAttr::Name, ProfileName::Is(name)) => {
            facts.roles_named(name, &facts.profile(profile).account).is_empty()
        }
        (ProfileAttr::Name, ProfileName::Generated) => true,
        (ProfileAttr::Arn | ProfileAttr::Other | ProfileAttr::Bare, _) => true,
    }
}
