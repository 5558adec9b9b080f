//! What a rule is, and what it says.

use crate::model::{LeafId, ProfileId, RoleId, SlotId, UnitIndex};
use crate::text::Location;

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// The deployment fails.
    Error,
    /// It works by accident, or the instances start and then fail.
    Warning,
    /// ipfix cannot decide. A note never affects the exit status.
    Note,
}

/// How certain it is that a fix preserves the intent of the author.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Applicability {
    /// The fix preserves the intent.
    Safe,
    /// The fix is probably right but needs review.
    Unsafe,
}

/// What the findings of a rule are about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Subject {
    /// The value of the argument: what it references.
    Reference,
    /// The argument around the value: its name, or its shape.
    Argument,
    /// The role that the reference leads to. Such a finding is reported beside one about the reference, and has no fix.
    Role,
}

/// What should become true.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Suggestion {
    /// The leaf is the profile of this role.
    ProfileOf(RoleId),
    /// The leaf is this profile.
    UseProfile(ProfileId),
    /// The leaf is the name of this role (in a profile's own argument).
    UseRole(RoleId),
    /// The value stays; only the shape around it changes.
    FixShape,
    /// The leaf, an ARN, becomes the name at the end of it.
    UseNameInArn,
    /// The argument is removed.
    RemoveArgument,
    /// The argument is removed once this argument beside it is fixed.
    RemoveWith(SlotId),
    /// No fix: a person must decide.
    DisplayOnly,
}

/// What a rule says about a leaf.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Violation {
    /// What should become true.
    pub suggestion: Suggestion,
    /// How certain that is.
    pub applicability: Applicability,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Other locations, each with a label.
    pub related: Vec<(Location, String)>,
    /// Further sentences: why the fix is unsafe, or why there is none.
    pub notes: Vec<String>,
}

impl Violation {
    pub(super) fn new(suggestion: Suggestion, applicability: Applicability, message: String) -> Self {
        Violation { suggestion, applicability, message, related: Vec::new(), notes: Vec::new() }
    }

    /// A violation without a fix; the note says why.
    pub(super) fn display_only(message: String, note: Option<String>) -> Self {
        let violation = Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message);
        Violation { notes: note.into_iter().collect(), ..violation }
    }

    pub(super) fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

/// A rule.
#[non_exhaustive]
pub struct Rule {
    /// `IPF001`
    pub code: &'static str,
    /// `role-as-profile`
    pub name: &'static str,
    /// What is wrong, in one line.
    pub summary: &'static str,
    /// How bad a finding is.
    pub severity: Severity,
    /// Its page of the manual, in Markdown.
    pub documentation: &'static str,
    /// What its findings are about.
    pub subject: Subject,
    /// Rules whose findings can become findings of this one when another fix is applied. Suppressing those suppresses this one.
    pub(crate) supersedes: &'static [&'static Rule],
    /// Checks one leaf of one slot.
    pub(crate) check: fn(&UnitIndex<'_>, SlotId, LeafId) -> Option<Violation>,
}

impl Rule {
    /// What most rules share.
    pub(crate) const BASE: Rule = Rule {
        code: "",
        name: "",
        summary: "",
        severity: Severity::Error,
        documentation: "",
        subject: Subject::Reference,
        supersedes: &[],
        check: |_, _, _| None,
    };

    /// Whether its fix changes the argument around the value: its shape, or its name.
    pub(crate) fn is_about_the_argument(&self) -> bool {
        self.subject == Subject::Argument
    }

    /// Whether a suppression with this code applies to its findings.
    pub(crate) fn is_silenced_by(&self, code: &str) -> bool {
        self.code == code || self.supersedes.iter().any(|rule| rule.code == code)
    }

    /// Whether this word of a user selects the rule: its code, the beginning of its code, or its name.
    pub fn matches_selector(&self, word: &str) -> bool {
        let beginning = self.code.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        !word.is_empty() && beginning || self.name == word
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}

/// A violation of one rule at one location.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The slot.
    pub slot: SlotId,
    /// The leaf.
    pub leaf: LeafId,
    /// What the rule says.
    pub violation: Violation,
}
