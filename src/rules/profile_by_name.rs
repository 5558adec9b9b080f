#![doc = include_str!("../../docs/rules/IPF012.md")]

use super::{Applicability, Rule, Severity, Suggestion, Violation};
use crate::model::{LeafId, NodeId, ProfileAttr, Resolution, Slot, SlotId, TemplateString, UnitIndex};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF012",
    name: "profile-by-name",
    summary: "a profile of the same module or template is named by text, so the launcher does not wait for it",
    severity: Severity::Warning,
    documentation: include_str!("../../docs/rules/IPF012.md"),
    check,
};

fn check(facts: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let place = facts.slot(slot);
    let wants = super::accepts(place)?;
    let denotes = &facts.leaf(leaf).resolution;
    let (Resolution::Text(text) | Resolution::Unknown(_, text)) = denotes else { return None };
    if !super::takes_profile(place) || !matches!(place.state, crate::model::SlotState::Expected { .. }) {
        return None;
    }
    let (profile, given) = super::wrong_profile_attribute::of_text(facts, text, &place.provider_alias)?;
    let found = facts.profile(profile);
    let node = found.node.filter(|_| found.managed)?;
    let (what, given) = match given {
        ProfileAttr::Arn => ("ARN", crate::aws::slots::Attribute::Arn),
        _ => ("name", crate::aws::slots::Attribute::Name),
    };
    if !wants.accepts(given) || found.provider_alias != place.provider_alias || waits(facts, place, node) {
        return None;
    }
    let safety = if is_certain(facts, denotes, text) { Applicability::Safe } else { Applicability::Unsafe };
    let message = format!(
        "{} gives the {what} of {} as text, so it does not wait for the profile",
        super::place_name(facts, place),
        found.address
    );
    let mut claim = Violation::new(Suggestion::UseProfile(profile), safety, message);
    claim.notes.push("the first deployment may create the launcher before the profile, and fail".to_owned());
    if safety == Applicability::Unsafe {
        claim.notes.push("the profile is matched by an equal expression, not by a name that is written out".to_owned());
    }
    let at = facts.node(node).name_span;
    claim.related.push((at, "this profile has that name".to_owned()));
    Some(claim)
}

/// Whether nothing is launched before the profile is there. A launch template is stored as it is; what launches from it has to wait.
fn waits(facts: &UnitIndex<'_>, place: &Slot, profile: NodeId) -> bool {
    if facts.depends_on(place.owner, profile) {
        return true;
    }
    let referring = facts.referring_to(place.owner);
    place.spec.is_template() && !referring.is_empty() && referring.iter().all(|&node| facts.depends_on(node, profile))
}

/// Whether the text is certainly the profile's: a literal, or an ARN of the caller's own account and partition whose name is written out.
fn is_certain(facts: &UnitIndex<'_>, denotes: &Resolution, text: &TemplateString) -> bool {
    if text.as_literal().is_some() {
        return matches!(denotes, Resolution::Text(_));
    }
    text.profile_name_of_arn().is_some_and(|name| name.as_literal().is_some())
        && text.0.iter().filter_map(crate::model::Part::expression).all(|hole| facts.own_account.contains(hole))
}
