#![doc = include_str!("../../docs/rules/IPF002.md")]

use crate::model::{Crossing, LeafId, Origin, Resolution, RoleId, Slot, SlotId, TemplateString, UnitIndex};
use crate::rules::claim::{EQUAL_EXPRESSION, accepts, argument_of, claim_role, role_locations, takes_profile};
use crate::rules::rule::{Applicability, Rule, Suggestion, Violation};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF002",
    name: "role-name-as-profile",
    summary: "name or ARN of an IAM role used where an instance profile is expected",
    documentation: include_str!("../../docs/rules/IPF002.md"),
    check,
    ..Rule::BASE
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let (Resolution::Text(text) | Resolution::Quoted { text, .. } | Resolution::Unknown(_, text)) =
        &index.leaf(leaf).resolution
    else {
        return None;
    };
    let slot = index.slot(slot);
    if accepts(slot).is_none() || !takes_profile(slot) {
        return None;
    }
    // An input may name both: a role that exists, and the profile that the console made with it.
    let exists = |role: &RoleId| index.role(*role).origin == Origin::Data;
    if matches!(index.leaf(leaf).crossing, Some(Crossing::Input(_)))
        && index.roles_named(text, &slot.provider_alias).iter().all(exists)
    {
        return None;
    }
    let from_arn = text.role_name_of_arn().is_some();
    let what = if from_arn { "ARN" } else { "name" };
    let message = format!("{} is the {what} of an IAM role; an instance profile is expected", argument_of(index, slot));
    // An ARN says that it is the ARN of a role, wherever that role is.
    violation(index, slot, text, message.clone()).or_else(|| {
        let note = "no role with that name is defined here: use the name of the instance profile that contains it";
        from_arn.then(|| Violation::display_only(message, Some(note.to_owned())))
    })
}

/// How many further roles of one name a violation shows.
const MAX_RELATED: usize = 8;

/// The violation of a text that is the name or ARN of a role of the unit, and of no profile in it.
pub(super) fn violation(
    index: &UnitIndex<'_>,
    slot: &Slot,
    text: &TemplateString,
    message: String,
) -> Option<Violation> {
    if !index.profiles_named(text, &slot.provider_alias).is_empty() {
        return None;
    }
    let from_arn = text.role_name_of_arn();
    let matching = index.roles_named(from_arn.as_ref().unwrap_or(text), &slot.provider_alias);
    let applicability =
        if from_arn.is_none() && text.as_literal().is_some() { Applicability::Safe } else { Applicability::Unsafe };
    let (&role, others) = matching.split_first()?;
    let mut violation = claim_role(index, slot, role, applicability, message);
    if from_arn.is_some() {
        violation.notes.push("the ARN may refer to a role in another account".to_owned());
    } else if applicability == Applicability::Unsafe {
        violation.notes.push(format!("the role is {EQUAL_EXPRESSION}"));
    }
    if !others.is_empty() {
        violation.suggestion = Suggestion::DisplayOnly;
    }
    for &other in others.iter().take(MAX_RELATED) {
        violation.related.extend(role_locations(index, other, "IAM role with the same name", ""));
    }
    Some(violation)
}
