#![doc = include_str!("../../docs/rules/IPF004.md")]

use super::{Applicability, Rule, Severity, Suggestion, Violation};
use crate::aws::slots::{Attribute, Expected};
use crate::model::{LeafId, ProfileAttr, ProfileId, Resolution, Slot, SlotId, SlotState, TemplateString, UnitIndex};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF004",
    name: "wrong-profile-attribute",
    summary: "an instance profile is there, but by the wrong attribute",
    severity: Severity::Error,
    documentation: include_str!("../../docs/rules/IPF004.md"),
    check,
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let place = index.slot(slot);
    let expected = super::accepts(place)?;
    let (profile, given) = match &index.leaf(leaf).resolution {
        Resolution::Profile(profile, attribute, _) => (*profile, *attribute),
        Resolution::Text(text) | Resolution::Unknown(_, text) => match of_text(index, text, &place.provider_alias) {
            Some(found) => found,
            None => {
                let is_plain = matches!(index.leaf(leaf).resolution, Resolution::Text(_));
                return of_elsewhere(index, place, text, expected, is_plain);
            }
        },
        _ => return None,
    };
    let due = match (expected, given) {
        (Expected::RoleName, _)
        | (Expected::Name | Expected::NamePreferred | Expected::Either { .. }, ProfileAttr::Name)
        | (Expected::Arn | Expected::NamePreferred | Expected::Either { .. }, ProfileAttr::Arn) => return None,
        (Expected::Name | Expected::NamePreferred, _) => "name",
        (Expected::Arn, _) => "ARN",
        (Expected::Either { .. }, _) => "name or ARN",
    };
    let given = match given {
        ProfileAttr::Name => "name",
        ProfileAttr::Arn => "ARN",
        ProfileAttr::Role => "role",
        ProfileAttr::Other => "id",
        ProfileAttr::Bare => "whole object",
    };
    // As for the name of a role: texts that are written out are the same for sure, expressions only look so.
    let surely = match &index.leaf(leaf).resolution {
        Resolution::Text(text) | Resolution::Unknown(_, text) => {
            let name = text.profile_name_of_arn();
            name.as_ref().unwrap_or(text).as_literal().is_some()
        }
        _ => true,
    };
    let applicability = if surely { Applicability::Safe } else { Applicability::Unsafe };
    let address = &index.profile(profile).address;
    let message = format!("{} takes the {due} of {address}, not its {given}", super::place_name(index, place));
    Some(Violation::new(Suggestion::UseProfile(profile), applicability, message))
}

/// Text that is certainly of the wrong kind, of a profile that is made elsewhere.
fn of_elsewhere(
    index: &UnitIndex<'_>,
    place: &Slot,
    text: &TemplateString,
    expected: Expected,
    is_plain: bool,
) -> Option<Violation> {
    let name = super::place_name(index, place);
    if let Some(profile) = text.profile_name_of_arn().filter(|_| !expected.accepts(Attribute::Arn)) {
        let message = format!("{name} takes the name of an instance profile, not its ARN");
        // A launcher and its profile are of one account.
        let plain = |name: &str| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte))
        };
        let is_plain = is_plain && text.as_literal().is_some() && profile.as_literal().is_some_and(plain);
        // Alone, the name would be taken for that of a role here.
        let names_role = !index.roles_named(&profile, &place.provider_alias).is_empty()
            || index.roles.iter().any(|role| Some(role.label.as_str()) == profile.as_literal())
            || index.profiles.iter().any(|other| Some(other.address.as_str()) == profile.as_literal());
        let fixable = !names_role && is_plain && matches!(place.state, SlotState::Expected { .. });
        let suggestion = if fixable { Suggestion::UseNameInArn } else { Suggestion::DisplayOnly };
        let mut violation = Violation::new(suggestion, Applicability::Safe, message);
        if !fixable {
            violation.notes.push("write the last part of the ARN, behind its last slash".to_owned());
        }
        return Some(violation);
    }
    // `{{resolve:ssm:...}}` is filled in by CloudFormation.
    let is_written_out = |text: &str| !text.is_empty() && !text.contains("{{");
    let is_bare = is_plain && text.as_literal().is_some_and(is_written_out) && !text.is_arn();
    if !is_bare || expected != Expected::Arn || !index.roles_named(text, &place.provider_alias).is_empty() {
        return None;
    }
    let message = format!("{name} takes the ARN of an instance profile, not a name");
    let mut violation = Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message);
    violation.notes.push("no profile of that name is in sight, so its ARN is not known".to_owned());
    Some(violation)
}

/// Text that is the name or ARN of a profile of the unit.
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
