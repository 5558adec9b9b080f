#![doc = include_str!("../../docs/rules/IPF012.md")]

use crate::aws::slots::Attribute;
use crate::model::{LeafId, NodeId, Part, ProfileAttr, Resolution, Slot, SlotId, SlotState, TemplateString, UnitIndex};
use crate::rules::claim::{EQUAL_EXPRESSION, accepts, argument_of, profile_locations, takes_profile};
use crate::rules::rule::{Applicability, Rule, Severity, Suggestion, Violation};
use crate::rules::wrong_profile_attribute::of_text;

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF012",
    name: "profile-by-name",
    summary: "instance profile named by text, so the resource does not depend on it",
    documentation: include_str!("../../docs/rules/IPF012.md"),
    severity: Severity::Warning,
    check,
    ..Rule::BASE
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let slot = index.slot(slot);
    let expected = accepts(slot)?;
    let resolution = &index.leaf(leaf).resolution;
    let (Resolution::Text(text) | Resolution::Unknown(_, text)) = resolution else { return None };
    if !takes_profile(slot) || !matches!(slot.state, SlotState::Expected { .. }) {
        return None;
    }
    let (profile, given) = of_text(index, text, &slot.provider_alias)?;
    let found = index.profile(profile);
    let node = found.node.filter(|_| found.managed)?;
    let (what, given) = match given {
        ProfileAttr::Arn => ("ARN", Attribute::Arn),
        _ => ("name", Attribute::Name),
    };
    if !expected.accepts(given) || found.provider_alias != slot.provider_alias || waits(index, slot, node) {
        return None;
    }
    let applicability = if is_certain(index, resolution, text) { Applicability::Safe } else { Applicability::Unsafe };
    let (argument, owner) = (argument_of(index, slot), &index.node(slot.owner).address);
    let message = format!("{argument} is the {what} of `{}` as text, which creates no dependency", found.address);
    let mut violation = Violation::new(Suggestion::UseProfile(profile), applicability, message);
    violation.notes.push(format!("the first deployment may create `{owner}` before the instance profile, and fail"));
    if applicability == Applicability::Unsafe {
        violation.notes.push(format!("the instance profile is {EQUAL_EXPRESSION}"));
    }
    violation.related.extend(profile_locations(index, profile, "instance profile"));
    Some(violation)
}

/// Whether nothing is launched before the profile exists. A launch template is only stored: what launches from it has to wait.
fn waits(index: &UnitIndex<'_>, slot: &Slot, profile: NodeId) -> bool {
    if index.depends_on(slot.owner, profile) {
        return true;
    }
    let referring = index.referring_to(slot.owner);
    slot.spec.is_template() && !referring.is_empty() && referring.iter().all(|&node| index.depends_on(node, profile))
}

/// Whether the text is certainly the profile's: a literal, or an ARN of the caller's own account and partition with a literal name.
fn is_certain(index: &UnitIndex<'_>, resolution: &Resolution, text: &TemplateString) -> bool {
    if text.as_literal().is_some() {
        return matches!(resolution, Resolution::Text(_));
    }
    text.profile_name_of_arn().is_some_and(|name| name.as_literal().is_some())
        && text.0.iter().filter_map(Part::expression).all(|expression| index.own_account.contains(expression))
}
