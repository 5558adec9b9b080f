#![doc = include_str!("../../docs/rules/IPF002.md")]

use super::{Applicability, Rule, Severity, Suggestion, Violation};
use crate::model::{LeafId, Resolution, Slot, SlotId, TemplateString, UnitIndex};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF002",
    name: "role-name-as-profile",
    summary: "text that is the name or ARN of a role stands where an instance profile is due",
    severity: Severity::Error,
    documentation: include_str!("../../docs/rules/IPF002.md"),
    check,
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let (Resolution::Text(text) | Resolution::Quoted { text, .. } | Resolution::Unknown(_, text)) =
        &index.leaf(leaf).resolution
    else {
        return None;
    };
    let place = index.slot(slot);
    if super::accepts(place).is_none() || !super::takes_profile(place) {
        return None;
    }
    let from_arn = text.role_name_of_arn().is_some();
    let what = if from_arn { "the ARN of a role" } else { "the name of a role" };
    let message = format!("{} is given {what} instead of an instance profile", super::place_name(index, place));
    let violation = violation(index, place, text, message.clone());
    // An ARN tells what it is the ARN of, wherever that is.
    violation.or_else(|| {
        let mut violation = Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message);
        violation.notes.push("no role of that name is in sight: name the instance profile that holds it".to_owned());
        from_arn.then_some(violation)
    })
}

/// So many more roles of one name are shown.
const MOST_SHOWN: usize = 8;

/// The claim that a text is the name or ARN of a role of the unit, and of no profile there.
pub(super) fn violation(
    index: &UnitIndex<'_>,
    place: &Slot,
    text: &TemplateString,
    message: String,
) -> Option<Violation> {
    if !index.profiles_named(text, &place.provider_alias).is_empty() {
        return None;
    }
    let from_arn = text.role_name_of_arn();
    let matching = index.roles_named(from_arn.as_ref().unwrap_or(text), &place.provider_alias);
    let applicability =
        if from_arn.is_none() && text.as_literal().is_some() { Applicability::Safe } else { Applicability::Unsafe };
    let (&role, others) = matching.split_first()?;
    let mut violation = super::claim_role(index, place, role, applicability, message);
    if from_arn.is_some() {
        violation.notes.push("the ARN may name a role of another account".to_owned());
    } else if applicability == Applicability::Unsafe {
        violation
            .notes
            .push("the role is matched by an equal expression, not by a name that is written out".to_owned());
    }
    if !others.is_empty() {
        violation.suggestion = Suggestion::DisplayOnly;
    }
    for &other in others.iter().take(MOST_SHOWN) {
        let related = super::role_place(index, other);
        violation.related.extend(related.map(|at| (at, "this role has that name too".to_owned())));
    }
    Some(violation)
}
