#![doc = include_str!("../../docs/rules/IPF005.md")]

use crate::aws::slots::Shape;
use crate::model::{
    LeafId, ProfileAttr, ProfileId, ProfileName, Resolution, RoleAttr, Slot, SlotId, SlotState, UnitIndex,
};
use crate::rules::claim::takes_profile;
use crate::rules::rule::{Applicability, Rule, Suggestion, Violation};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF005",
    name: "wrong-role-in-profile",
    summary: "wrong reference to the role of an instance profile",
    documentation: include_str!("../../docs/rules/IPF005.md"),
    check,
    ..Rule::BASE
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let slot = index.slot(slot);
    if takes_profile(slot) {
        return None;
    }
    let (owner, argument, key) = (&index.node(slot.owner).address, &slot.argument, slot.spec.key);
    let reshape = match slot.state {
        SlotState::WrongShape { .. } => true,
        SlotState::Expected { .. } => false,
        SlotState::MultipleValues { .. } if is_first(index, slot, leaf) => {
            let message = format!("`{owner}`: `{argument}` lists several roles; an instance profile has exactly one");
            return Some(Violation::display_only(message, None));
        }
        SlotState::MultipleValues { .. } => argument != key,
        SlotState::UnknownArgument { .. } | SlotState::ConflictingKeys { .. } => return None,
    };
    let message = match (reshape, argument == key) {
        (true, false) => format!("`{owner}` has no argument `{argument}`; did you mean `{key}`?"),
        (true, true) => {
            let what = if matches!(slot.spec.shape, Shape::List(_)) {
                "a list of one role name"
            } else {
                "the name of one role"
            };
            format!("`{owner}`: `{argument}` must be {what}")
        }
        (false, _) => format!("`{owner}`: `{argument}` expects the name of the role"),
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
            (Some(name), _) => match index.roles_named(&name, &slot.provider_alias) {
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

/// Whether a leaf is the first one of its slot that is not absent.
fn is_first(index: &UnitIndex<'_>, slot: &Slot, leaf: LeafId) -> bool {
    let mut present = slot.leaves.iter().filter(|leaf_use| index.leaf(leaf_use.leaf).resolution != Resolution::Absent);
    present.next().is_some_and(|leaf_use| leaf_use.leaf == leaf)
}

/// Whether this attribute of a profile is certainly not the name of a role. A profile may have the name of its role, and has the role as an
/// attribute.
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
