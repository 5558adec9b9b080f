#![doc = include_str!("../../docs/rules/IPF005.md")]

use super::{Applicability, Rule, Severity, Suggestion, Violation};
use crate::model::{
    LeafId, ProfileAttr, ProfileId, ProfileName, Resolution, RoleAttr, Slot, SlotId, SlotState, UnitIndex,
};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF005",
    name: "wrong-role-in-profile",
    summary: "an instance profile is given its role in a wrong way",
    severity: Severity::Error,
    documentation: include_str!("../../docs/rules/IPF005.md"),
    check,
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let place = index.slot(slot);
    if super::takes_profile(place) {
        return None;
    }
    let owner = &index.node(place.owner).address;
    let reshape = match place.state {
        SlotState::WrongShape { .. } => true,
        SlotState::Expected { .. } => false,
        SlotState::MultipleValues { .. } if is_first(index, place, leaf) => {
            let message = format!("{} of {owner} lists several roles: a profile takes exactly one", place.argument);
            return Some(Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message));
        }
        SlotState::MultipleValues { .. } => place.argument != place.spec.key,
        SlotState::UnknownArgument { .. } | SlotState::ConflictingKeys { .. } => return None,
    };
    let message = match (reshape, place.argument == place.spec.key) {
        (true, false) => format!("{owner} has no argument {}: a profile takes {}", place.argument, place.spec.key),
        (true, true) => format!("{} of {owner} must be a list of one role name", place.argument),
        (false, _) => format!("{} of {owner} takes the role's name", place.argument),
    };
    let (suggestion, applicability) = match &index.leaf(leaf).resolution {
        Resolution::Role(_, RoleAttr::Name, _) if !reshape => return None,
        Resolution::Role(role, ..) => (Suggestion::UseRole(*role), Applicability::Safe),
        Resolution::Quoted { reads_as, certain, .. } => match **reads_as {
            Resolution::Role(role, ..) => {
                (Suggestion::UseRole(role), if *certain { Applicability::Safe } else { Applicability::Unsafe })
            }
            _ => return None,
        },
        Resolution::Text(text) => match (text.role_name_of_arn(), reshape) {
            (Some(name), _) => match index.roles_named(&name, &place.provider_alias) {
                [role] => (Suggestion::UseRole(*role), Applicability::Unsafe),
                _ => (Suggestion::DisplayOnly, Applicability::Unsafe),
            },
            (None, true) => (Suggestion::FixShape, Applicability::Safe),
            (None, false) => return None,
        },
        Resolution::Unknown(..) if reshape => (Suggestion::FixShape, Applicability::Safe),
        Resolution::Profile(profile, attribute, _) if names_no_role(index, *profile, *attribute) => {
            (Suggestion::DisplayOnly, Applicability::Unsafe)
        }
        Resolution::Unknown(..) | Resolution::Profile(..) | Resolution::Policy(_) | Resolution::Absent => return None,
    };
    Some(Violation::new(suggestion, applicability, message))
}

/// Whether a leaf is the first in its place that stands for something.
fn is_first(index: &UnitIndex<'_>, place: &Slot, leaf: LeafId) -> bool {
    let mut present = place.leaves.iter().filter(|leaf_use| index.leaf(leaf_use.leaf).resolution != Resolution::Absent);
    present.next().is_some_and(|leaf_use| leaf_use.leaf == leaf)
}

/// Whether this of a profile is certainly no role's name. A profile may be called as a role is, and has its role for an attribute.
fn names_no_role(index: &UnitIndex<'_>, profile: ProfileId, attribute: ProfileAttr) -> bool {
    match (attribute, &index.profile(profile).name) {
        (ProfileAttr::Role, _) | (ProfileAttr::Name, ProfileName::OfRole(_) | ProfileName::Unknown) => false,
        (ProfileAttr::Name, ProfileName::Is(name)) => {
            index.roles_named(name, &index.profile(profile).provider_alias).is_empty()
        }
        (ProfileAttr::Name, ProfileName::Generated) => true,
        (ProfileAttr::Arn | ProfileAttr::Other | ProfileAttr::Bare, _) => true,
    }
}
