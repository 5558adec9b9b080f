#![doc = include_str!("../../docs/rules/IPF003.md")]

use super::Verdict;
use super::{Claim, Cure, Rule, Safety, Severity, quoted_reference, role_name_as_profile, wrong_profile_attribute};
use crate::aws::slots::{Kind, Shape};
use crate::model::{Denotes, Facts, Found, LeafId, Slot, SlotId, Text};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF003",
    name: "unknown-role-argument",
    summary: "a launcher has an argument that its schema lacks, with a role or profile in it",
    severity: Severity::Error,
    manual: include_str!("../../docs/rules/IPF003.md"),
    check,
};

fn check(facts: &Facts<'_>, slot: SlotId, leaf: LeafId) -> Option<Claim> {
    let place = facts.slot(slot);
    let Found::Stray { right_one, .. } = place.found else { return None };
    let owner = &facts.node(place.owner).address;
    let meant = match place.spec.option() {
        Some(option) => format!("the setting \"{option}\"{}", namespace(place)),
        None => place.spec.key.to_owned(),
    };
    let message = format!("{owner} has no argument {}: what is meant is {meant}", place.argument);
    let denotes = &facts.leaf(leaf).denotes;
    let mut claim = match denotes {
        Denotes::Role(role, ..) => super::claim_role(facts, place, *role, Safety::Safe, message),
        Denotes::Profile(profile, ..) => Claim::new(Cure::UseProfile(*profile), Safety::Safe, message),
        Denotes::Policy(Some(role)) => super::claim_role(facts, place, *role, Safety::Unsafe, message),
        Denotes::Text(text) | Denotes::Unknown(_, text) => {
            claim_text(facts, place, text, message.clone()).or_else(|| wrong_case(place, text, message))?
        }
        Denotes::Quoted { text, .. } => claim_text(facts, place, text, message.clone())
            .or_else(|| quoted_reference::claim(facts, place, denotes, message))?,
        Denotes::Policy(None) | Denotes::Absent => return None,
    };
    if place.spec.option().is_some() {
        claim.cure = Cure::Report;
        claim.notes =
            vec!["an option is set in a setting of its own, with its namespace, its name and its value".to_owned()];
        return Some(claim);
    }
    match right_one.map(|right| (right, super::verdict(facts, right))) {
        None => {}
        Some((_, Verdict::Right)) => drop_argument(&mut claim, Cure::DropArgument, Safety::Safe),
        // What it says of the role is no longer needed once the other is mended, and not before.
        Some((right, Verdict::Wrong(safety))) => drop_argument(&mut claim, Cure::DropWith(right), safety),
        Some((_, Verdict::Undecidable)) => {
            claim.cure = Cure::Report;
            claim.notes.push(format!(
                "the {} beside it cannot be judged, so the argument is left for you to delete",
                place.spec.key
            ));
        }
    }
    Some(claim)
}

/// ` of aws:autoscaling:launchconfiguration`
fn namespace(place: &Slot) -> String {
    let literals = place.spec.within.iter().flat_map(|step| step.only_if);
    let namespace = literals.into_iter().find(|(key, _)| key.eq_ignore_ascii_case("namespace"));
    namespace.map_or(String::new(), |(_, namespace)| format!(" of {namespace}"))
}

/// The right argument in the wrong case: nothing else can be meant, whatever the value is.
fn wrong_case(place: &Slot, text: &Text, message: String) -> Option<Claim> {
    if !super::is_in_wrong_case(place) {
        return None;
    }
    let wants = place.found.wants();
    let is_wrong_arn =
        text.role_name_of_arn().is_some() || text.profile_name_of_arn().is_some() && !wants.takes(Kind::Arn);
    if is_wrong_arn {
        let mut claim = Claim::new(Cure::Report, Safety::Unsafe, message);
        claim.notes.push(
            "its value is an ARN that does not belong there either: write the name of an instance profile".to_owned(),
        );
        return Some(claim);
    }
    let mut claim = Claim::new(Cure::KeepValue, Safety::Safe, message);
    if matches!(place.spec.shape, Shape::Keys { .. }) && !place.argument.contains('.') {
        claim.safety = Safety::Unsafe;
        claim.notes.push("the value is taken to be the name of an instance profile".to_owned());
    }
    Some(claim)
}

/// The claim on a text that is the name or ARN of a profile or role of the unit.
fn claim_text(facts: &Facts<'_>, place: &Slot, text: &Text, message: String) -> Option<Claim> {
    match wrong_profile_attribute::of_text(facts, text, &place.account) {
        Some((profile, _)) => {
            let safety = if text.as_literal().is_some() { Safety::Safe } else { Safety::Unsafe };
            Some(Claim::new(Cure::UseProfile(profile), safety, message))
        }
        None => role_name_as_profile::claim(facts, place, text, message),
    }
}

fn drop_argument(claim: &mut Claim, cure: Cure, safety: Safety) {
    claim.cure = cure;
    claim.safety = safety;
    claim.notes.clear();
}
