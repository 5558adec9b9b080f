#![doc = include_str!("../../docs/rules/IPF012.md")]

use super::{Claim, Cure, Rule, Safety, Severity};
use crate::model::{Denotes, Facts, LeafId, NodeId, ProfileAttr, Slot, SlotId, Text};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF012",
    name: "profile-by-name",
    summary: "a profile of the same module or template is named by text, so the launcher does not wait for it",
    severity: Severity::Warning,
    manual: include_str!("../../docs/rules/IPF012.md"),
    check,
};

fn check(facts: &Facts<'_>, slot: SlotId, leaf: LeafId) -> Option<Claim> {
    let place = facts.slot(slot);
    let wants = super::will_take(place)?;
    let denotes = &facts.leaf(leaf).denotes;
    let (Denotes::Text(text) | Denotes::Unknown(_, text)) = denotes else { return None };
    if !super::takes_profile(place) || !matches!(place.found, crate::model::Found::AsSpecified { .. }) {
        return None;
    }
    let (profile, given) = super::wrong_profile_attribute::of_text(facts, text, &place.account)?;
    let found = facts.profile(profile);
    let node = found.node.filter(|_| found.managed)?;
    let (what, given) = match given {
        ProfileAttr::Arn => ("ARN", crate::aws::slots::Kind::Arn),
        _ => ("name", crate::aws::slots::Kind::Name),
    };
    if !wants.takes(given) || found.account != place.account || waits(facts, place, node) {
        return None;
    }
    let safety = if is_certain(facts, denotes, text) { Safety::Safe } else { Safety::Unsafe };
    let message = format!(
        "{} gives the {what} of {} as text, so it does not wait for the profile",
        super::place_name(facts, place),
        found.address
    );
    let mut claim = Claim::new(Cure::UseProfile(profile), safety, message);
    claim.notes.push("the first deployment may create the launcher before the profile, and fail".to_owned());
    if safety == Safety::Unsafe {
        claim.notes.push("the profile is matched by an equal expression, not by a name that is written out".to_owned());
    }
    let at = facts.node(node).heading;
    claim.related.push((at, "this profile has that name".to_owned()));
    Some(claim)
}

/// Whether nothing is launched before the profile is there. A launch template is stored as it is; what launches from it has to wait.
fn waits(facts: &Facts<'_>, place: &Slot, profile: NodeId) -> bool {
    if facts.depends_on(place.owner, profile) {
        return true;
    }
    let referring = facts.referring_to(place.owner);
    place.spec.is_template() && !referring.is_empty() && referring.iter().all(|&node| facts.depends_on(node, profile))
}

/// Whether the text is certainly the profile's: a literal, or an ARN of the caller's own account and partition whose name is written out.
fn is_certain(facts: &Facts<'_>, denotes: &Denotes, text: &Text) -> bool {
    if text.as_literal().is_some() {
        return matches!(denotes, Denotes::Text(_));
    }
    text.profile_name_of_arn().is_some_and(|name| name.as_literal().is_some())
        && text.0.iter().filter_map(crate::model::Part::expression).all(|hole| facts.own_account.contains(hole))
}
