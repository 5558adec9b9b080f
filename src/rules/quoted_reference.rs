#![doc = include_str!("../../docs/rules/IPF007.md")]

use super::{Claim, Cure, Rule, Safety, Severity};
use crate::model::{Denotes, Facts, LeafId, Part, Reason, Slot, SlotId};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF007",
    name: "quoted-reference",
    summary: "plain text that reads as a reference",
    severity: Severity::Error,
    manual: include_str!("../../docs/rules/IPF007.md"),
    check,
};

fn check(facts: &Facts<'_>, slot: SlotId, leaf: LeafId) -> Option<Claim> {
    let denotes @ Denotes::Quoted { text, .. } = &facts.leaf(leaf).denotes else { return None };
    let place = facts.slot(slot);
    if !super::takes_profile(place) || super::will_take(place).is_none() {
        return None;
    }
    let literal = text.as_literal().unwrap_or_default();
    let message = format!("{} is given the text \"{literal}\", not what it names", super::place_name(facts, place));
    claim(facts, place, denotes, message)
}

/// The claim that a text was meant as the reference that it reads as; not where something is called so.
pub(super) fn claim(facts: &Facts<'_>, place: &Slot, denotes: &Denotes, message: String) -> Option<Claim> {
    let Denotes::Quoted { text, reads_as, certain } = denotes else { return None };
    let account = &place.account;
    if !facts.roles_named(text, account).is_empty() || !facts.profiles_named(text, account).is_empty() {
        return None;
    }
    let safety = if *certain { Safety::Safe } else { Safety::Unsafe };
    match **reads_as {
        Denotes::Role(role, ..) => Some(super::claim_role(facts, place, role, safety, message)),
        Denotes::Profile(profile, ..) => Some(Claim::new(Cure::UseProfile(profile), safety, message)),
        Denotes::Unknown(Reason::OutOfReach(_), ref named) if *certain => {
            let mut claim = Claim::new(Cure::Report, Safety::Unsafe, message);
            let address = named.as_literal().unwrap_or_default();
            claim.notes.push(format!("the text reads as a reference to {address}, which is no instance profile"));
            Some(claim)
        }
        Denotes::Unknown(Reason::NoSuchName, ref named) if *certain => {
            let mut claim = Claim::new(Cure::Report, Safety::Unsafe, message);
            let address = named.0.iter().map(Part::as_str).collect::<String>();
            let near = super::nearest::address(facts, &address);
            let near = near.map_or(String::new(), |near| format!(" (did you mean {near}?)"));
            claim.notes.push(format!("the text reads as a reference to {address}, which is declared nowhere{near}"));
            Some(claim)
        }
        _ => None,
    }
}
