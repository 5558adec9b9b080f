//! The rules: one file each, in an order in which the first that claims a leaf has it.
//!
//! A rule is a match on what a slot wants and what a leaf denotes. It says what should become true ([`Cure`]), never which profile,
//! which text or which bytes: that is [`plan`](crate::plan)'s business.

use crate::model::{Facts, LeafId, ProfileId, RoleId, SlotId};
use crate::source::Span;

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// The deployment fails.
    Error,
    /// It works by chance, or it starts and then fails.
    Warning,
    /// ipfix cannot decide; it never counts for the exit status.
    Note,
}

/// How sure a fix is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Safety {
    /// The same meaning for sure.
    Safe,
    /// Very likely right; a person must agree.
    Unsafe,
}

/// What a rule wants to become true.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cure {
    /// The leaf is the profile of this role.
    ProfileOf(RoleId),
    /// The leaf is this profile.
    UseProfile(ProfileId),
    /// The leaf is this role's name (in a profile's own slot).
    UseRole(RoleId),
    /// The argument is gone.
    DropArgument,
    /// Nothing: a person must decide.
    Report,
}

/// What a rule says of a leaf.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// What should become true.
    pub cure: Cure,
    /// How sure that is.
    pub safety: Safety,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Other places, each with a word on it.
    pub related: Vec<(Span, String)>,
    /// More to know, a sentence each: why the fix is unsafe, or why there is none.
    pub notes: Vec<String>,
}

/// A rule.
pub struct Rule {
    /// `IPF001`
    pub code: &'static str,
    /// `role-as-profile`
    pub name: &'static str,
    /// One line on what is wrong.
    pub summary: &'static str,
    /// How bad a finding is.
    pub severity: Severity,
    /// Its page of the manual, in Markdown.
    pub manual: &'static str,
    /// Looks at one leaf of one slot.
    pub(crate) check: fn(&Facts<'_>, SlotId, LeafId) -> Option<Claim>,
}

/// One rule broken at one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The slot.
    pub slot: SlotId,
    /// The leaf.
    pub leaf: LeafId,
    /// What the rule said.
    pub claim: Claim,
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}
