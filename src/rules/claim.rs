//! What several rules share: how they name an argument, what it accepts, and the violation that asks for the profile of a role.

use crate::aws::slots::{Expected, Shape};
use crate::model::{NodeId, Origin, ProfileId, RoleId, Slot, SlotState, UnitIndex};
use crate::rules::nearest;
use crate::rules::rule::{Applicability, Suggestion, Violation};
use crate::text::{Location, Place};

/// Why a fix is unsafe if role and launcher use different provider configurations.
pub(crate) const OTHER_ACCOUNT: &str = "the role, its profile and the resource use different provider configurations; an instance profile cannot be used across accounts";

/// Why a fix is unsafe if a computed text names a role or profile.
pub(super) const EQUAL_EXPRESSION: &str = "matched by an equal expression, not by a literal name";

/// Why a fix is unsafe if nothing is known of the value.
pub(super) const ASSUMED_NAME: &str = "the value is assumed to be the name of an instance profile";

/// Whether a slot takes a profile, and not (as a profile's own argument does) a role.
pub(super) fn takes_profile(slot: &Slot) -> bool {
    slot.state.expected() != Expected::RoleName
}

/// What a slot accepts once its name and its shape are right, which other rules fix; none if the argument has to be removed, or if a
/// person has to choose.
pub(super) fn accepts(slot: &Slot) -> Option<Expected> {
    match slot.state {
        SlotState::Expected { expected } => Some(expected),
        SlotState::WrongShape { becomes } | SlotState::UnknownArgument { becomes, correct_sibling: None } => {
            Some(becomes)
        }
        SlotState::UnknownArgument { .. } | SlotState::ConflictingKeys { .. } | SlotState::MultipleValues { .. } => {
            None
        }
    }
}

/// The beginning of a message: `` `aws_instance.web`: `iam_instance_profile` ``. An option setting is named by its option, not by `value`.
pub(super) fn argument_of(index: &UnitIndex<'_>, slot: &Slot) -> String {
    let owner = &index.node(slot.owner).address;
    match slot.spec.option() {
        Some(option) if slot.argument == slot.spec.key => format!("`{owner}`: setting `{option}`"),
        _ => format!("`{owner}`: `{}`", slot.argument),
    }
}

/// Whether only the case of an argument, or of the key inside, is wrong. CloudFormation refuses it, whatever the value is.
pub(super) fn is_in_wrong_case(slot: &Slot) -> bool {
    let mut parts = slot.argument.splitn(2, '.');
    let key = parts.next().is_some_and(|key| key.eq_ignore_ascii_case(slot.spec.key));
    let inner = match (parts.next(), slot.spec.shape) {
        (Some(inner), Shape::Keys { keys, .. }) => keys.iter().any(|(key, _)| key.eq_ignore_ascii_case(inner)),
        (Some(_), _) => false,
        (None, _) => slot.argument != slot.spec.key,
    };
    key && inner
}

/// Where a role is declared: `IAM role defined here`. `what` names the role, and `more` ends the label.
pub(super) fn role_locations(index: &UnitIndex<'_>, role: RoleId, what: &str, more: &str) -> Vec<(Location, String)> {
    let role = index.role(role);
    declaration(index, role.node, role.module.as_ref().map(|module| module.place.as_ref()), what, more)
}

/// Where a profile is declared: `instance profile defined here`. `what` names the profile.
pub(super) fn profile_locations(index: &UnitIndex<'_>, profile: ProfileId, what: &str) -> Vec<(Location, String)> {
    let profile = index.profile(profile);
    declaration(index, profile.node, profile.module.as_ref().map(|module| module.place.as_ref()), what, "")
}

/// The locations of a declaration. One in a called module (`place` is its own location, if known) has two: the call shows it as well.
fn declaration(
    index: &UnitIndex<'_>,
    node: Option<NodeId>,
    place: Option<Option<&Place>>,
    what: &str,
    more: &str,
) -> Vec<(Location, String)> {
    let Some(node) = node else { return Vec::new() };
    let here = Location::Here(index.node(node).name_span);
    match place {
        None => vec![(here, format!("{what} defined here{more}"))],
        Some(place) => {
            let inside = place.map(|place| (Location::Elsewhere(place.clone()), format!("{what} defined here")));
            std::iter::once((here, format!("this module contains the {what}{more}"))).chain(inside).collect()
        }
    }
}

/// The violation of a slot that should hold the profile of a role. What makes that unsafe is in the notes.
pub(super) fn claim_role(
    index: &UnitIndex<'_>,
    slot: &Slot,
    role: RoleId,
    applicability: Applicability,
    message: String,
) -> Violation {
    let mut violation = Violation::new(Suggestion::ProfileOf(role), applicability, message);
    let profile = index.profiles_of(role).first();
    let more = profile.map(|&profile| format!("; its instance profile is `{}`", index.profile(profile).address));
    violation.related.extend(role_locations(index, role, "IAM role", &more.unwrap_or_default()));
    // A profile of the unit is named beside its role; one of a called module is in another file.
    let inside = profile.and_then(|&profile| index.profile(profile).module.as_ref()?.place.clone());
    let inside = inside.map(|place| (Location::Elsewhere(place), "instance profile defined here".to_owned()));
    violation.related.extend(inside);
    if let Some(profile) = index.profile_with_label(role) {
        return wrong_type(index, violation, role, profile);
    }
    let near = nearest::role(index, role);
    let role = index.role(role);
    let unsafe_reason = match (role.origin, near) {
        (Origin::Declared | Origin::Imported, _) if role.provider_alias == slot.provider_alias => return violation,
        (Origin::Declared | Origin::Imported, _) => OTHER_ACCOUNT.to_owned(),
        (Origin::Data, _) => format!(
            "`{}` already exists; if it was created in the console, a profile with its name exists too, and this reference works",
            role.address
        ),
        (Origin::Undeclared, Some(near)) => {
            violation.suggestion = Suggestion::DisplayOnly;
            format!("`{}` is not declared in this module; did you mean `{near}`?", role.address)
        }
        (Origin::Undeclared, None) => format!("`{}` is not declared in this module", role.address),
    };
    violation.applicability = Applicability::Unsafe;
    violation.with_note(unsafe_reason)
}

/// A reference to an undeclared role, where a profile has its label: the resource type is wrong.
fn wrong_type(index: &UnitIndex<'_>, mut violation: Violation, role: RoleId, profile: ProfileId) -> Violation {
    violation.suggestion = Suggestion::UseProfile(profile);
    violation.applicability = Applicability::Unsafe;
    violation.related.extend(profile_locations(index, profile, "instance profile with this label"));
    violation.with_note(format!(
        "`{}` is not declared in this module, but `{}` is: the resource type is probably wrong",
        index.role(role).address,
        index.profile(profile).address
    ))
}
