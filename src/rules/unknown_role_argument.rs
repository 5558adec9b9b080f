#![doc = include_str!("../../docs/rules/IPF003.md")]

use super::Verdict;
use super::{Claim, Cure, Rule, Safety, Severity};
use crate::model::{Denotes, Facts, Found, LeafId, SlotId};

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
    let message = format!("{owner} has no argument {}: what is meant is {}", place.argument, place.spec.key);
    let mut claim = match &facts.leaf(leaf).denotes {
        Denotes::Role(role, ..) => super::claim_role(facts, place, *role, Safety::Safe, message),
        Denotes::Profile(profile, ..) => Claim::new(Cure::UseProfile(*profile), Safety::Safe, message),
        Denotes::Policy(Some(role)) => super::claim_role(facts, place, *role, Safety::Unsafe, message),
        Denotes::Text(text) => match (facts.profiles_named(text), facts.roles_named(text)) {
            ([profile], _) => Claim::new(Cure::UseProfile(*profile), Safety::Safe, message),
            ([], [role]) => super::claim_role(facts, place, *role, Safety::Safe, message),
            _ => return None,
        },
        Denotes::Quoted { reads_as, .. } => match **reads_as {
            Denotes::Role(role, ..) => super::claim_role(facts, place, role, Safety::Safe, message),
            Denotes::Profile(profile, ..) => Claim::new(Cure::UseProfile(profile), Safety::Safe, message),
            _ => return None,
        },
        Denotes::Policy(None) | Denotes::Absent | Denotes::Unknown(..) => return None,
    };
    match right_one.map(|right| super::verdict(facts, right)) {
        None => {}
        Some(Verdict::Right) => drop_argument(&mut claim, Safety::Safe),
        // What it says of the role is no longer needed once the other is mended, and not before.
        Some(Verdict::Wrong(safety)) => drop_argument(&mut claim, safety),
        Some(Verdict::Undecidable) => {
            claim.cure = Cure::Report;
            claim.notes.push(format!(
                "the {} beside it cannot be judged, so the argument is left for you to delete",
                place.spec.key
            ));
        }
    }
    Some(claim)
}

fn drop_argument(claim: &mut Claim, safety: Safety) {
    claim.cure = Cure::DropArgument;
    claim.safety = safety;
    claim.notes.clear();
}
