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

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let place = index.slot(slot);
    let expected = super::accepts(place)?;
    let resolution = &index.leaf(leaf).resolution;
    let (Resolution::Text(text) | Resolution::Unknown(_, text)) = resolution else { return None };
    if !super::takes_profile(place) || !matches!(place.state, crate::model::SlotState::Expected { .. }) {
        return None;
    }
    let (profile, given) = super::wrong_profile_attribute::of_text(index, text, &place.provider_alias)?;
    let found = index.profile(profile);
    let node = found.node.filter(|_| found.managed)?;
    let (what, given) = match given {
        ProfileAttr::Arn => ("ARN", crate::aws::slots::Attribute::Arn),
        _ => ("name", crate::aws::slots::Attribute::Name),
    };
    if !expected.accepts(given) || found.provider_alias != place.provider_alias || waits(index, place, node) {
        return None;
    }
    let applicability = if is_certain(index, resolution, text) { Applicability::Safe } else { Applicability::Unsafe };
    let message = format!(
        "{} gives the {what} of {} as text, so it does not wait for the profile",
        super::place_name(index, place),
        found.address
    );
    let mut violation = Violation::new(Suggestion::UseProfile(profile), applicability, message);
    violation.notes.push("the first deployment may create the launcher before the profile, and fail".to_owned());
    if applicability == Applicability::Unsafe {
        violation
            .notes
            .push("the profile is matched by an equal expression, not by a name that is written out".to_owned());
    }
    let at = index.node(node).name_span;
    violation.related.push((at, "this profile has that name".to_owned()));
    Some(violation)
}

/// Whether nothing is launched before the profile is there. A launch template is stored as it is; what launches from it has to wait.
fn waits(index: &UnitIndex<'_>, place: &Slot, profile: NodeId) -> bool {
    if index.depends_on(place.owner, profile) {
        return true;
    }
    let referring = index.referring_to(place.owner);
    place.spec.is_template() && !referring.is_empty() && referring.iter().all(|&node| index.depends_on(node, profile))
}

/// Whether the text is certainly the profile's: a literal, or an ARN of the caller's own account and partition whose name is written out.
fn is_certain(index: &UnitIndex<'_>, resolution: &Resolution, text: &TemplateString) -> bool {
    if text.as_literal().is_some() {
        return matches!(resolution, Resolution::Text(_));
    }
    text.profile_name_of_arn().is_some_and(|name| name.as_literal().is_some())
        && text.0.iter().filter_map(crate::model::Part::expression).all(|hole| index.own_account.contains(hole))
}
