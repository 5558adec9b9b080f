//! The rules: one file each, in an order in which the first that claims a leaf has it.
//!
//! A rule is a match on what a slot wants and what a leaf denotes. It says what should become true ([`Suggestion`]), never which profile,
//! which text or which bytes: that is [`plan`](crate::plan)'s business.

mod accidental_match;
mod nearest;
mod policy_as_profile;
mod profile_by_name;
mod quoted_reference;
mod role_as_profile;
mod role_name_as_profile;
mod role_not_assumable_by_ec2;
mod undecidable_wiring;
mod unknown_role_argument;
mod wrong_profile_attribute;
mod wrong_role_in_profile;
mod wrong_slot_shape;

use crate::aws::slots::{Expected, Shape};
use crate::model::{LeafId, Origin, ProfileAttr, ProfileId, Resolution, RoleId, Slot, SlotId, SlotState, UnitIndex};
use crate::text::Span;

/// The rules that compete for a leaf, in their order: the first that claims it has it.
static BY_PRIORITY: [&Rule; 11] = [
    &wrong_slot_shape::RULE,
    &unknown_role_argument::RULE,
    &accidental_match::RULE,
    &profile_by_name::RULE,
    &quoted_reference::RULE,
    &policy_as_profile::RULE,
    &wrong_profile_attribute::RULE,
    &wrong_role_in_profile::RULE,
    &role_name_as_profile::RULE,
    &role_as_profile::RULE,
    &undecidable_wiring::RULE,
];

/// All rules, by code.
pub static ALL: [&Rule; 12] = [
    &role_as_profile::RULE,
    &role_name_as_profile::RULE,
    &unknown_role_argument::RULE,
    &wrong_profile_attribute::RULE,
    &wrong_role_in_profile::RULE,
    &wrong_slot_shape::RULE,
    &quoted_reference::RULE,
    &policy_as_profile::RULE,
    &accidental_match::RULE,
    &role_not_assumable_by_ec2::RULE,
    &undecidable_wiring::RULE,
    &profile_by_name::RULE,
];

/// The rule with this code.
pub fn by_code(code: &str) -> Option<&'static Rule> {
    ALL.into_iter().find(|rule| rule.code.eq_ignore_ascii_case(code))
}

/// Judges all slots of a unit: one finding for each leaf that a rule claims, and the warnings that stand beside them.
pub(crate) fn check(index: &UnitIndex<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for number in 0..index.slots.len() {
        let slot = SlotId::from(number);
        let mut warned: Vec<String> = Vec::new();
        for leaf_use in &index.slot(slot).leaves {
            let leaf = leaf_use.leaf;
            let mut violation = BY_PRIORITY.iter().find_map(|rule| Some((*rule, (rule.check)(index, slot, leaf)?)));
            if let Some((_, violation)) = &mut violation {
                note_condition(index, slot, leaf, violation);
            }
            findings.extend(violation.map(|(rule, violation)| Finding { rule, slot, leaf, violation }));
            let rule = &role_not_assumable_by_ec2::RULE;
            if let Some(violation) =
                (rule.check)(index, slot, leaf).filter(|violation| !warned.contains(&violation.message))
            {
                warned.push(violation.message.clone());
                findings.push(Finding { rule, slot, leaf, violation });
            }
        }
    }
    findings
}

/// A role that exists under a condition, for a launcher that exists in any case.
fn note_condition(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId, violation: &mut Violation) {
    let Suggestion::ProfileOf(role) = violation.suggestion else { return };
    let (role, place) = (index.role(role), index.slot(slot));
    if let Some(condition) = &role.condition
        && matches!(index.leaf(leaf).resolution, Resolution::Role(..))
        && index.is_unguarded(place, index.leaf(leaf), condition)
    {
        let owner = &index.node(place.owner).address;
        let note = format!(
            "{} exists only where {condition} holds, and {owner} refers to it in any case: the reference was unguarded before and is still",
            role.address
        );
        violation.notes.insert(0, note);
    }
}

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
pub enum Applicability {
    /// The same meaning for sure.
    Safe,
    /// Very likely right; a person must agree.
    Unsafe,
}

/// What a rule wants to become true.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Suggestion {
    /// The leaf is the profile of this role.
    ProfileOf(RoleId),
    /// The leaf is this profile.
    UseProfile(ProfileId),
    /// The leaf is this role's name (in a profile's own slot).
    UseRole(RoleId),
    /// The value stays as it is; only the shape around it changes.
    FixShape,
    /// The leaf is the name at the end of the ARN that it is.
    UseNameInArn,
    /// The argument is gone.
    RemoveArgument,
    /// The argument is gone, together with what is wrong in that one beside it.
    RemoveWith(SlotId),
    /// Nothing: a person must decide.
    DisplayOnly,
}

/// What a rule says of a leaf.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Violation {
    /// What should become true.
    pub suggestion: Suggestion,
    /// How sure that is.
    pub applicability: Applicability,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Other places, each with a word on it.
    pub related: Vec<(Span, String)>,
    /// More to know, a sentence each: why the fix is unsafe, or why there is none.
    pub notes: Vec<String>,
}

impl Violation {
    /// A claim with nothing more to say.
    fn new(suggestion: Suggestion, applicability: Applicability, message: String) -> Self {
        Violation { suggestion, applicability, message, related: Vec::new(), notes: Vec::new() }
    }
}

/// A rule.
#[non_exhaustive]
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
    pub documentation: &'static str,
    /// Looks at one leaf of one slot.
    pub(crate) check: fn(&UnitIndex<'_>, SlotId, LeafId) -> Option<Violation>,
}

/// One rule broken at one place.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The slot.
    pub slot: SlotId,
    /// The leaf.
    pub leaf: LeafId,
    /// What the rule said.
    pub violation: Violation,
}

impl Rule {
    /// Whether its fix changes the argument around the value: its shape, or its name.
    pub(crate) fn is_about_the_argument(&self) -> bool {
        [wrong_slot_shape::RULE.code, unknown_role_argument::RULE.code].contains(&self.code)
    }

    /// Whether it is about the role behind a reference, not about the reference.
    pub(crate) fn is_about_role(&self) -> bool {
        self.code == role_not_assumable_by_ec2::RULE.code
    }

    /// Whether a wish for silence with this code holds for it. IPF009 is what becomes of IPF001 and IPF002 once a profile has the name of the
    /// role, as one that another fix adds may have: who silenced those meant the wiring.
    pub(crate) fn is_silenced_by(&self, code: &str) -> bool {
        let before = [role_as_profile::RULE.code, role_name_as_profile::RULE.code];
        self.code == code || self.code == accidental_match::RULE.code && before.contains(&code)
    }

    /// Whether a user means this rule by this word: its code, the beginning of its code, or its name.
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

/// Whether a place takes a profile, and not (as a profile's own argument does) a role.
fn takes_profile(slot: &Slot) -> bool {
    slot.state.expected() != Expected::RoleName
}

/// What a place takes once its name and its shape are right, which the rules for those see to; none where the argument has to go, or a
/// person has to choose.
fn accepts(slot: &Slot) -> Option<Expected> {
    match slot.state {
        SlotState::Expected { expected } => Some(expected),
        SlotState::WrongShape { becomes } | SlotState::UnknownArgument { becomes, correct_sibling: None } => {
            Some(becomes)
        }
        SlotState::UnknownArgument { .. } | SlotState::ConflictingKeys { .. } | SlotState::MultipleValues { .. } => {
            None
        }
    }
}

/// `iam_instance_profile of aws_instance.web`; of an option setting, its option instead of `value`.
fn place_name(index: &UnitIndex<'_>, slot: &Slot) -> String {
    let owner = &index.node(slot.owner).address;
    match slot.spec.option() {
        Some(option) if slot.argument == slot.spec.key => format!("setting \"{option}\" of {owner}"),
        _ => format!("{} of {owner}", slot.argument),
    }
}

/// Whether nothing is wrong with the name of an argument, and of the key inside, but its case. CloudFormation refuses it, whatever the value is.
fn is_in_wrong_case(slot: &Slot) -> bool {
    let mut parts = slot.argument.splitn(2, '.');
    let key = parts.next().is_some_and(|key| key.eq_ignore_ascii_case(slot.spec.key));
    let inner = match (parts.next(), slot.spec.shape) {
        (Some(inner), Shape::Keys { keys, .. }) => keys.iter().any(|(key, _)| key.eq_ignore_ascii_case(inner)),
        (Some(_), _) => false,
        (None, _) => slot.argument != slot.spec.key,
    };
    key && inner
}

/// Where a role is declared.
fn role_place(index: &UnitIndex<'_>, role: RoleId) -> Option<Span> {
    index.role(role).node.map(|node| index.node(node).name_span)
}

/// What makes a fix unsafe when role and launcher are not made through the same provider configuration.
pub(crate) const OTHER_ACCOUNT: &str =
    "role, profile and launcher use different provider configurations: a profile cannot cross accounts";

/// The claim that a slot should hold the profile of a role. What makes that unsafe is in the notes.
fn claim_role(
    index: &UnitIndex<'_>,
    slot: &Slot,
    role: RoleId,
    applicability: Applicability,
    message: String,
) -> Violation {
    let mut violation = Violation::new(Suggestion::ProfileOf(role), applicability, message);
    let label = match index.profiles_of(role).first() {
        Some(&profile) => format!("this is the role; {} is a profile of it", index.profile(profile).address),
        None => "this is a role; it needs a profile around it".to_owned(),
    };
    violation.related.extend(role_place(index, role).map(|at| (at, label)));
    if let Some(profile) = index.profile_with_label(role) {
        return wrong_type(index, violation, role, profile);
    }
    let near = nearest::role(index, role);
    let role = index.role(role);
    let unsafe_reason = match role.origin {
        Origin::Declared | Origin::Imported if role.provider_alias == slot.provider_alias => None,
        Origin::Declared | Origin::Imported => Some(OTHER_ACCOUNT.to_owned()),
        Origin::Data => Some(format!(
            "{} exists already; if it was made in the console, a profile of its name exists too and the wiring works",
            role.address
        )),
        Origin::Undeclared if near.is_some() => {
            violation.suggestion = Suggestion::DisplayOnly;
            let near = near.unwrap_or_default();
            Some(format!("{} is declared in no file of the module: did you mean {near}?", role.address))
        }
        Origin::Undeclared => Some(format!("{} is declared in no file of the module", role.address)),
    };
    if let Some(unsafe_reason) = unsafe_reason {
        violation.applicability = Applicability::Unsafe;
        violation.notes.push(unsafe_reason);
    }
    violation
}

/// A reference to a role that is declared nowhere, where a profile has its label: the type is wrong.
fn wrong_type(index: &UnitIndex<'_>, mut violation: Violation, role: RoleId, profile: ProfileId) -> Violation {
    let profile_address = &index.profile(profile).address;
    violation.suggestion = Suggestion::UseProfile(profile);
    violation.applicability = Applicability::Unsafe;
    violation.notes.push(format!(
        "{} is declared in no file of the module, and {profile_address} is: the type is taken to be wrong",
        index.role(role).address
    ));
    let at = index.profile(profile).node.map(|node| index.node(node).name_span);
    violation.related.extend(at.map(|at| (at, "this profile has that label".to_owned())));
    violation
}

/// What can be said of the real argument beside a made-up one.
enum Classification {
    Right,
    /// How safe it is to mend it.
    Wrong(Applicability),
    Undecidable,
}

fn verdict(index: &UnitIndex<'_>, slot: SlotId) -> Classification {
    let expected = index.slot(slot).state.expected();
    let provider_alias = &index.slot(slot).provider_alias;
    let mut right = true;
    let mut mended = false;
    let mut surely = true;
    for leaf_use in &index.slot(slot).leaves {
        let mut errors = BY_PRIORITY.iter().filter(|rule| rule.severity != Severity::Note);
        let claimed = errors.find_map(|rule| Some((*rule, (rule.check)(index, slot, leaf_use.leaf)?)));
        match (&index.leaf(leaf_use.leaf).resolution, claimed) {
            (_, Some((rule, violation)))
                if !rule.is_about_the_argument() && violation.suggestion != Suggestion::DisplayOnly =>
            {
                return Classification::Wrong(violation.applicability);
            }
            (Resolution::Role(..) | Resolution::Policy(_) | Resolution::Quoted { .. }, _) => {
                return Classification::Wrong(Applicability::Safe);
            }
            (Resolution::Profile(_, attribute, _), claimed) => {
                let fits = match attribute {
                    ProfileAttr::Name => expected != Expected::Arn,
                    ProfileAttr::Arn => expected != Expected::Name,
                    _ => false,
                };
                if !fits {
                    return Classification::Wrong(Applicability::Safe);
                }
                mended |= claimed.is_some_and(|(_, violation)| violation.suggestion != Suggestion::DisplayOnly);
            }
            (Resolution::Text(text) | Resolution::Unknown(_, text), _)
                if !index.profiles_named(text, provider_alias).is_empty() =>
            {
                surely &= text.as_literal().is_some();
            }
            // A text in an argument that gets another name or shape becomes what it names.
            (Resolution::Text(_) | Resolution::Unknown(..), Some((_, violation)))
                if violation.suggestion != Suggestion::DisplayOnly =>
            {
                return Classification::Wrong(violation.applicability);
            }
            (Resolution::Text(_) | Resolution::Absent | Resolution::Unknown(..), _) => right = false,
        }
    }
    let will_stay = matches!(index.slot(slot).state, SlotState::Expected { .. } | SlotState::UnknownArgument { .. });
    match right {
        // It only looks like the profile's name.
        true if will_stay && !surely => Classification::Wrong(Applicability::Unsafe),
        true if will_stay => Classification::Right,
        true if mended => Classification::Wrong(Applicability::Safe),
        _ => Classification::Undecidable,
    }
}
