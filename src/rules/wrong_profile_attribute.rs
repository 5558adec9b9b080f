#![doc = include_str!("../../docs/rules/IPF004.md")]

use crate::aws::slots::{Attribute, Expected};
use crate::model::{LeafId, ProfileAttr, ProfileId, Resolution, Slot, SlotId, SlotState, TemplateString, UnitIndex};
use crate::rules::claim::{accepts, argument_of};
use crate::rules::rule::{Applicability, Rule, Suggestion, Violation};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF004",
    name: "wrong-profile-attribute",
    summary: "wrong attribute of an instance profile",
    documentation: include_str!("../../docs/rules/IPF004.md"),
    check,
    ..Rule::BASE
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let slot = index.slot(slot);
    let expected = accepts(slot)?;
    let resolution = &index.leaf(leaf).resolution;
    let (profile, given, certain) = match resolution {
        Resolution::Profile(profile, attribute, _) => (*profile, *attribute, true),
        Resolution::Text(text) | Resolution::Unknown(_, text) => match of_text(index, text, &slot.provider_alias) {
            Some((profile, attribute)) => {
                // Equal literals are certainly the same name; equal expressions are only probably so.
                let name = text.profile_name_of_arn();
                (profile, attribute, name.as_ref().unwrap_or(text).as_literal().is_some())
            }
            None => return of_foreign_profile(index, slot, resolution, expected),
        },
        _ => return None,
    };
    let accepted = match (expected, given) {
        (Expected::RoleName, _)
        | (Expected::Name | Expected::NamePreferred | Expected::Either { .. }, ProfileAttr::Name)
        | (Expected::Arn | Expected::NamePreferred | Expected::Either { .. }, ProfileAttr::Arn) => return None,
        (Expected::Name | Expected::NamePreferred, _) => "name",
        (Expected::Arn, _) => "ARN",
        (Expected::Either { .. }, _) => "name or ARN",
    };
    let given = match given {
        ProfileAttr::Name => "its name",
        ProfileAttr::Arn => "its ARN",
        ProfileAttr::Role => "its role",
        ProfileAttr::Other => "its ID",
        ProfileAttr::Bare => "the whole object",
    };
    let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
    let address = &index.profile(profile).address;
    let message = format!("{} expects the {accepted} of `{address}`, not {given}", argument_of(index, slot));
    Some(Violation::new(Suggestion::UseProfile(profile), applicability, message))
}

/// The violation of a text that is certainly the wrong attribute of a profile outside of the unit.
fn of_foreign_profile(
    index: &UnitIndex<'_>,
    slot: &Slot,
    resolution: &Resolution,
    expected: Expected,
) -> Option<Violation> {
    let (Resolution::Text(text) | Resolution::Unknown(_, text)) = resolution else { return None };
    let literal = text.as_literal().filter(|_| matches!(resolution, Resolution::Text(_)));
    let argument = argument_of(index, slot);
    if let Some(profile) = text.profile_name_of_arn().filter(|_| !expected.accepts(Attribute::Arn)) {
        let message = format!("{argument} expects the name of an instance profile, not its ARN");
        // The launcher and its profile belong to one account, so the name alone is enough.
        let is_plain = |name: &str| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte))
        };
        let name = profile.as_literal().filter(|name| literal.is_some() && is_plain(name));
        // On its own, the name could be taken for the name of a role of the unit.
        let names_role = !index.roles_named(&profile, &slot.provider_alias).is_empty()
            || index.roles.iter().any(|role| Some(role.label.as_str()) == name)
            || index.profiles.iter().any(|other| Some(other.address.as_str()) == name);
        return Some(match name.is_some() && !names_role && matches!(slot.state, SlotState::Expected { .. }) {
            true => Violation::new(Suggestion::UseNameInArn, Applicability::Safe, message),
            false => Violation::new(Suggestion::DisplayOnly, Applicability::Safe, message)
                .with_note("use the last part of the ARN, after its last slash"),
        });
    }
    // CloudFormation fills in `{{resolve:ssm:...}}`.
    let is_bare = literal.is_some_and(|text| !text.is_empty() && !text.contains("{{")) && !text.is_arn();
    if !is_bare || expected != Expected::Arn || !index.roles_named(text, &slot.provider_alias).is_empty() {
        return None;
    }
    let message = format!("{argument} expects the ARN of an instance profile, not a name");
    let note = "no instance profile with that name is defined here, so its ARN is unknown";
    Some(Violation::display_only(message, Some(note.to_owned())))
}

/// The profile of the unit whose name or ARN a text is.
pub(super) fn of_text(
    index: &UnitIndex<'_>,
    text: &TemplateString,
    provider_alias: &str,
) -> Option<(ProfileId, ProfileAttr)> {
    let from_arn = text.profile_name_of_arn();
    let attribute = if from_arn.is_some() { ProfileAttr::Arn } else { ProfileAttr::Name };
    match index.profiles_named(from_arn.as_ref().unwrap_or(text), provider_alias) {
        [profile] => Some((*profile, attribute)),
        _ => None,
    }
}
