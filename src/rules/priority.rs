//! The order of the rules for an argument that exists, and what they make of such an argument as a whole.

use crate::aws::slots::Expected;
use crate::model::{ProfileAttr, Resolution, SlotId, SlotState, UnitIndex};
use crate::rules::rule::{Applicability, Rule, Severity, Suggestion};
use crate::rules::{
    accidental_match, policy_as_profile, profile_by_name, quoted_reference, role_as_profile, role_name_as_profile,
    unresolved_profile, wrong_argument_shape, wrong_profile_attribute, wrong_role_in_profile,
};

/// The rules that compete for a leaf of an argument that exists, in their order.
pub(super) static RULES: [&Rule; 10] = [
    &wrong_argument_shape::RULE,
    &accidental_match::RULE,
    &profile_by_name::RULE,
    &quoted_reference::RULE,
    &policy_as_profile::RULE,
    &wrong_profile_attribute::RULE,
    &wrong_role_in_profile::RULE,
    &role_name_as_profile::RULE,
    &role_as_profile::RULE,
    &unresolved_profile::RULE,
];

/// The state of the correct argument beside an unknown one.
pub(super) enum Classification {
    Right,
    /// How safe its fix is.
    Wrong(Applicability),
    Unresolved,
}

pub(super) fn classify(index: &UnitIndex<'_>, slot: SlotId) -> Classification {
    let expected = index.slot(slot).state.expected();
    let provider_alias = &index.slot(slot).provider_alias;
    let mut right = true;
    let mut fixable = false;
    let mut certain = true;
    for leaf_use in &index.slot(slot).leaves {
        let mut errors = RULES.iter().filter(|rule| rule.severity != Severity::Note);
        let claimed = errors.find_map(|rule| Some((*rule, (rule.check)(index, slot, leaf_use.leaf)?)));
        match (&index.leaf(leaf_use.leaf).resolution, claimed) {
            (_, Some((rule, violation)))
                if !rule.is_about_the_argument() && violation.suggestion != Suggestion::DisplayOnly =>
            {
                return Classification::Wrong(violation.applicability);
            }
            (Resolution::Role(..) | Resolution::Policy(_) | Resolution::Quoted { .. }, _) => {
                return Classification::Wrong(Applicability::Safe);
            }
            (Resolution::Profile(_, attribute, _), claimed) => {
                let fits = match attribute {
                    ProfileAttr::Name => expected != Expected::Arn,
                    ProfileAttr::Arn => expected != Expected::Name,
                    _ => false,
                };
                if !fits {
                    return Classification::Wrong(Applicability::Safe);
                }
                fixable |= claimed.is_some_and(|(_, violation)| violation.suggestion != Suggestion::DisplayOnly);
            }
            (Resolution::Text(text) | Resolution::Unknown(_, text), _)
                if !index.profiles_named(text, provider_alias).is_empty() =>
            {
                certain &= text.as_literal().is_some();
            }
            // In an argument that gets another name or shape, a text is replaced by what it names.
            (Resolution::Text(_) | Resolution::Unknown(..), Some((_, violation)))
                if violation.suggestion != Suggestion::DisplayOnly =>
            {
                return Classification::Wrong(violation.applicability);
            }
            (Resolution::Text(_) | Resolution::Absent | Resolution::Unknown(..), _) => right = false,
        }
    }
    let will_stay = matches!(index.slot(slot).state, SlotState::Expected { .. } | SlotState::UnknownArgument { .. });
    match right {
        // The text is probably the profile's name, but not certainly.
        true if will_stay && !certain => Classification::Wrong(Applicability::Unsafe),
        true if will_stay => Classification::Right,
        true if fixable => Classification::Wrong(Applicability::Safe),
        _ => Classification::Unresolved,
    }
}
