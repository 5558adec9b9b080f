//! What a reference takes of a role, a profile or a policy: which instance, which attribute.

use crate::aws::family::{self, Family};
use crate::model::{InstanceSelector, ProfileAttr, RoleAttr};
use crate::terraform::lower::traversal::{Step, StepKind};
use crate::text::Span;

/// What a reference takes of a resource, after its label.
pub(crate) struct Taken<'p, 'a> {
    pub(crate) pick: InstanceSelector,
    pub(crate) index: Option<&'p Step<'a>>,
    pub(crate) attribute: Option<&'a str>,
    pub(crate) attribute_at: Option<Span>,
    /// If all instances are taken: the step that picks one of their attributes.
    pub(crate) element: Option<&'p Step<'a>>,
    /// Whether the index or the attribute is taken of other values as well.
    pub(crate) shared: bool,
}

impl<'p, 'a> Taken<'p, 'a> {
    pub(crate) fn of(path: &'p [Step<'a>]) -> Option<Self> {
        let by_key = |step: &Step<'_>| step.at.is_none() && step.kind == StepKind::Attribute("each.key");
        let index = path.first().filter(|step| step.is_index() || by_key(step));
        let pick = match index {
            None => InstanceSelector::Whole,
            Some(step) if by_key(step) => InstanceSelector::Index,
            Some(Step { at: None, .. } | Step { kind: StepKind::Each, .. } | Step { reordered: true, .. }) => {
                InstanceSelector::Each
            }
            Some(_) => InstanceSelector::Index,
        };
        let rest = &path[usize::from(index.is_some())..];
        let is_attribute = |step: &&Step<'_>| matches!(step.kind, StepKind::Attribute(_));
        let shared = index.into_iter().chain(rest.first().filter(is_attribute)).any(|step| step.shared);
        let (attribute, attribute_at, rest) = match rest.split_first() {
            Some((Step { kind: StepKind::Attribute(name), name_at, .. }, rest)) => (Some(*name), *name_at, rest),
            Some(_) => return None,
            None => (None, None, rest),
        };
        let elements_follow =
            pick == InstanceSelector::Each && rest.iter().all(|step| step.is_index() && !step.of_each);
        let element = rest.first().filter(|step| elements_follow && !step.reordered);
        (rest.is_empty() || elements_follow).then_some(Taken { pick, index, attribute, attribute_at, element, shared })
    }
}

pub(crate) fn role_attribute(family: &Family, name: Option<&str>) -> Option<RoleAttr> {
    let Some(name) = name else { return Some(RoleAttr::Bare) };
    let among = |names: &[&str]| names.contains(&name);
    match name {
        family::ARN => Some(RoleAttr::Arn),
        _ if among(family.role_names) => Some(RoleAttr::Name),
        _ => among(family.role_others).then_some(RoleAttr::Other),
    }
}

pub(crate) fn profile_attribute(family: &Family, name: Option<&str>) -> Option<ProfileAttr> {
    let Some(name) = name else { return Some(ProfileAttr::Bare) };
    let among = |names: &[&str]| names.contains(&name);
    match name {
        family::ARN => Some(ProfileAttr::Arn),
        _ if among(family.profile_names) => Some(ProfileAttr::Name),
        _ if among(family.profile_roles) => Some(ProfileAttr::Role),
        _ => among(family.profile_others).then_some(ProfileAttr::Other),
    }
}

/// The attributes of policy resources that stand for the policy (or its role) as a whole.
pub(crate) fn names_policy(attribute: &str) -> bool {
    matches!(
        attribute,
        "name"
            | "id"
            | "arn"
            | "role"
            | "policy_arn"
            | "policy_id"
            | "name_prefix"
            | "roles"
            | "role_name"
            | "policy_name"
            | "managed_policy_name"
    )
}
