#![doc = include_str!("../../docs/rules/IPF004.md")]

use super::{Claim, Cure, Rule, Safety, Severity};
use crate::aws::slots::Wants;
use crate::model::{Denotes, Facts, LeafId, ProfileAttr, ProfileId, SlotId, Text};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF004",
    name: "wrong-profile-attribute",
    summary: "an instance profile is there, but by the wrong attribute",
    severity: Severity::Error,
    manual: include_str!("../../docs/rules/IPF004.md"),
    check,
};

fn check(facts: &Facts<'_>, slot: SlotId, leaf: LeafId) -> Option<Claim> {
    let place = facts.slot(slot);
    let wants = super::will_take(place)?;
    let (profile, given) = match &facts.leaf(leaf).denotes {
        Denotes::Profile(profile, attribute, _) => (*profile, *attribute),
        Denotes::Text(text) => of_text(facts, text, &place.account)?,
        _ => return None,
    };
    let due = match (wants, given) {
        (Wants::RoleName, _)
        | (Wants::Name | Wants::RatherName | Wants::Either { .. }, ProfileAttr::Name)
        | (Wants::Arn | Wants::RatherName | Wants::Either { .. }, ProfileAttr::Arn) => return None,
        (Wants::Name | Wants::RatherName, _) => "name",
        (Wants::Arn, _) => "ARN",
        (Wants::Either { .. }, _) => "name or ARN",
    };
    let given = match given {
        ProfileAttr::Name => "name",
        ProfileAttr::Arn => "ARN",
        ProfileAttr::Role => "role",
        ProfileAttr::Other => "id",
        ProfileAttr::Bare => "whole object",
    };
    // As for the name of a role: texts that are written out are the same for sure, expressions only look so.
    let surely = !matches!(&facts.leaf(leaf).denotes, Denotes::Text(text) if text.as_literal().is_none());
    let safety = if surely { Safety::Safe } else { Safety::Unsafe };
    let address = &facts.profile(profile).address;
    let message = format!("{} takes the {due} of {address}, not its {given}", super::place_name(facts, place));
    Some(Claim::new(Cure::UseProfile(profile), safety, message))
}

/// Text that is the name or ARN of a profile of the unit.
pub(super) fn of_text(facts: &Facts<'_>, text: &Text, account: &str) -> Option<(ProfileId, ProfileAttr)> {
    let from_arn = text.profile_name_of_arn();
    let attribute = if from_arn.is_some() { ProfileAttr::Arn } else { ProfileAttr::Name };
    match facts.profiles_named(from_arn.as_ref().unwrap_or(text), account) {
        [profile] => Some((*profile, attribute)),
        _ => None,
    }
}
