//! Verification before output: the edited text is read again and compared with what was planned.
//!
//! It knows no language. It compares two [`Outline`]s, which the frontend makes from trees that it parsed, and asks what the changed slots
//! *resolve* to now; it never compares spliced text with itself.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use crate::aws::slots::{Attribute, SlotSpec};
use crate::language::{Entry, Frontend, Outline};
use crate::model::{
    IndexScope, Leaf, ProfileAttr, ProfileRole, Resolution, RoleAttr, RoleInstance, Slot, SlotId, SlotState, Unit,
    UnitIndex,
};
use crate::plan::{Change, FixId, Naming, Plan, Target};
use crate::rules::{self, Finding};
use crate::text::{Edit, FileId, Span, SpliceError};

/// What was planned, and what it was planned on.
pub(crate) struct Planned<'p> {
    pub(crate) unit: &'p Unit,
    pub(crate) findings: &'p [Finding],
    pub(crate) plan: &'p Plan,
    pub(crate) chosen: &'p [FixId],
    pub(crate) edits: &'p [Edit],
}

/// How the edited unit differs from what was planned, or why that cannot be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum VerifyError {
    /// The edits overlap.
    Splice(SpliceError),
    /// The edited text does not parse.
    Unreadable(String),
    /// An independent parser refuses the edited text, or reads it otherwise.
    Crosscheck(String),
    /// What is at this byte changes, and no fix asks for it.
    Changed(usize),
    /// Something appears at this byte, and no fix asks for it.
    Appeared(usize),
    /// A comment is gone.
    LostComment(String),
    /// A new profile does not hold its role.
    WrongRole { profile: String, role: String },
    /// A slot does not get what the fix gives it.
    WrongValue { argument: String, owner: String, expected: String },
    /// The owner of a slot still has a fixable finding.
    StillFixable(String),
    /// Too many fixes of the unit cannot be verified to find out which.
    TooManyFailures,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VerifyError::Splice(error) => error.fmt(f),
            VerifyError::Unreadable(message) => write!(f, "the edited text does not parse: {message}"),
            VerifyError::Crosscheck(message) => write!(f, "after the edits: {message}"),
            VerifyError::Changed(at) => write!(f, "the fix would also change the text at byte {at}"),
            VerifyError::Appeared(at) => write!(f, "the fix would also insert text at byte {at}"),
            VerifyError::LostComment(comment) => write!(f, "the comment {comment:?} would be lost"),
            VerifyError::WrongRole { profile, role } => write!(f, "the new profile {profile} would not hold {role}"),
            VerifyError::WrongValue { argument, owner, expected } => {
                write!(f, "{argument} of {owner} would not become {expected}")
            }
            VerifyError::StillFixable(owner) => write!(f, "{owner} would still have something to fix"),
            VerifyError::TooManyFailures => f.write_str("too many fixes of this unit cannot be verified"),
        }
    }
}

impl From<SpliceError> for VerifyError {
    fn from(error: SpliceError) -> Self {
        VerifyError::Splice(error)
    }
}

/// Checks that the unit after the edits is what the plan says, and nothing else.
///
/// # Errors
/// The first difference.
pub(crate) fn verify<F: Frontend>(
    planned: &Planned<'_>,
    (before, after): (&Outline, &Outline),
    frontend: &F,
    may_change: &dyn Fn(FileId) -> bool,
) -> Result<(), VerifyError> {
    compare_outlines(planned, before, after)?;
    let index = UnitIndex::of(frontend.unit());
    let before = UnitIndex::of(planned.unit);
    profiles_hold_their_roles(planned, &index)?;
    places_denote_what_was_planned(planned, &before, &index)?;
    no_violations_remain(planned, &before, &index, may_change)
}

fn compare_outlines(planned: &Planned<'_>, before: &Outline, after: &Outline) -> Result<(), VerifyError> {
    let mut regions: Vec<Span> = Vec::new();
    for fix in planned.chosen.iter().map(|&id| planned.plan.fix(id)) {
        regions.extend(fix.slots.iter().map(|&slot| planned.unit.slot(slot).span));
        for change in &fix.changes {
            if let Change::Rewire { leaf, .. } = change {
                let definition = planned.unit.leaf(*leaf).definition;
                regions.extend(definition.map(|definition| planned.unit.definition(definition).span));
            }
        }
    }
    let images = Regions::new(map_spans(planned.edits, &regions));
    let regions = Regions::new(regions);
    let mut old = before.entries.iter().filter(|entry| !regions.hold(&entry.span));
    let mut new = after.entries.iter().filter(|entry| !images.hold(&entry.span));
    loop {
        match (old.next(), new.next()) {
            (None, None) => break,
            (Some(old), Some(new)) if same(old, new) => {}
            (Some(entry), _) => {
                return Err(VerifyError::Changed(entry.span.start));
            }
            (None, Some(entry)) => {
                return Err(VerifyError::Appeared(entry.span.start));
            }
        }
    }
    let mut comments: HashMap<&str, usize> = HashMap::new();
    for comment in &after.comments {
        *comments.entry(comment).or_default() += 1;
    }
    for comment in &before.comments {
        match comments.get_mut(comment.as_str()) {
            Some(left) if *left > 0 => *left -= 1,
            _ => return Err(VerifyError::LostComment(comment.clone())),
        }
    }
    Ok(())
}

fn same(old: &Entry, new: &Entry) -> bool {
    (old.depth, old.fingerprint) == (new.depth, new.fingerprint)
}

/// Where changed regions and inserted text stand in the new text.
fn map_spans(edits: &[Edit], regions: &[Span]) -> Vec<Span> {
    // One pass over all edges, in order: `shift` is how much the text has grown up to there.
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.file, edit.span.start, edit.span.end, edit.order));
    let mut out: Vec<Span> = Vec::with_capacity(edits.len() + regions.len());
    let mut shift: (FileId, isize) = (FileId(0), 0);
    let mut shifts: Vec<(FileId, usize, usize, isize)> = Vec::with_capacity(sorted.len());
    for edit in sorted {
        if shift.0 != edit.span.file {
            shift = (edit.span.file, 0);
        }
        let start = edit.span.start.saturating_add_signed(shift.1);
        // No fix asks for white space: what is around it is as it was.
        if !edit.text.trim().is_empty() {
            out.push(Span { file: edit.span.file, start, end: start + edit.text.len() });
        }
        shift.1 += isize::try_from(edit.text.len()).unwrap_or(0)
            - isize::try_from(edit.span.end - edit.span.start).unwrap_or(0);
        shifts.push((edit.span.file, edit.span.start, edit.span.end, shift.1));
    }
    let moved = |file: FileId, at: usize, upto: usize| {
        let shift = upto.checked_sub(1).map(|number| shifts[number]).filter(|shift| shift.0 == file);
        at.saturating_add_signed(shift.map_or(0, |shift| shift.3))
    };
    for &Span { file, start, end } in regions {
        // What is taken away right before it lies outside; what is inserted at its start belongs to it.
        let number = shifts
            .partition_point(|&(of, from, to, _)| (of, to) < (file, start) || (of, to) == (file, start) && from < to);
        // What goes with text before it starts where that did.
        let first = shifts
            .get(number)
            .filter(|&&(of, from, ..)| of == file && from < start)
            .map_or(start, |&(_, from, ..)| from);
        let image = moved(file, first, number);
        // An insertion at its very end belongs to it; what is replaced or taken away from there on does not.
        let number = shifts.partition_point(|&(of, from, to, _)| (of, from, to) <= (file, end, end));
        let last = number.checked_sub(1).map(|number| shifts[number]).filter(|&(of, _, to, _)| of == file && to > end);
        let end = moved(file, last.map_or(end, |(_, _, to, _)| to), number).max(image);
        out.push(Span { file, start: image, end });
    }
    out
}

/// Ranges to look up by place.
struct Regions {
    /// In order; none overlaps the next.
    merged: Vec<Span>,
}

impl Regions {
    fn new(mut spans: Vec<Span>) -> Self {
        spans.sort();
        let mut merged: Vec<Span> = Vec::new();
        for span in spans {
            match merged.last_mut() {
                Some(last) if last.overlaps(span) => last.end = last.end.max(span.end),
                _ => merged.push(span),
            }
        }
        Regions { merged }
    }

    /// Whether something in the structure is in a region, or contains one. What is empty follows something of its own, as an empty
    /// item behind its dash: at the end of a region it is the region's last.
    fn hold(&self, at: &Span) -> bool {
        let number = self.merged.partition_point(|span| (span.file, span.end) < (at.file, at.start.max(1)));
        let ends_behind = |span: &Span| at.start < span.end || (at.start == at.end && at.start == span.end);
        let shares = |span: &&Span| span.file == at.file && span.start < at.end && ends_behind(span);
        self.merged[number..].iter().take(2).find(shares).is_some()
    }
}

fn profiles_hold_their_roles(planned: &Planned<'_>, after: &UnitIndex<'_>) -> Result<(), VerifyError> {
    let mut adds: Vec<_> = planned.chosen.iter().flat_map(|&id| &planned.plan.fix(id).adds).collect();
    adds.sort();
    adds.dedup();
    let by_address: HashMap<&str, usize> =
        after.profiles.iter().enumerate().map(|(number, profile)| (profile.address.as_str(), number)).collect();
    for &&id in &adds {
        let profile = planned.plan.profile(id);
        let address = profile.address(planned.unit);
        let role = &planned.unit.role(profile.role).address;
        let profile_role = by_address.get(address.as_str()).map(|&number| after.role_of(number.into()));
        match profile_role {
            Some(ProfileRole::Role(found)) if after.role(found).address == *role => {}
            _ => return Err(VerifyError::WrongRole { profile: address, role: role.clone() }),
        }
    }
    Ok(())
}

fn address_of(planned: &Planned<'_>, to: Target) -> String {
    match to {
        Target::Existing(profile) => planned.unit.profile(profile).address.clone(),
        Target::Planned(id) => planned.plan.profile(id).address(planned.unit),
        Target::Role(role) => planned.unit.role(role).address.clone(),
        Target::NameInArn => "the name in the ARN".to_owned(),
    }
}

/// Where a slot is, whatever its value: its owner's address, the row of the table, and the argument by its right name.
type SlotKey<'u> = (&'u str, *const SlotSpec, &'u str);

fn place_of<'u>(unit: &'u Unit, slot: &'u Slot) -> SlotKey<'u> {
    (unit.node(slot.owner).address.as_str(), std::ptr::from_ref(slot.spec), slot.key())
}

/// Slots of a unit by where they are.
fn slots_by_place(index: &Unit) -> HashMap<SlotKey<'_>, Vec<SlotId>> {
    let mut places: HashMap<SlotKey<'_>, Vec<SlotId>> = HashMap::new();
    for (number, slot) in index.slots.iter().enumerate() {
        places.entry(place_of(index, slot)).or_default().push(number.into());
    }
    places
}

fn places_denote_what_was_planned(
    planned: &Planned<'_>,
    before: &UnitIndex<'_>,
    after: &UnitIndex<'_>,
) -> Result<(), VerifyError> {
    let places = slots_by_place(after);
    for fix in planned.chosen.iter().map(|&id| planned.plan.fix(id)) {
        for change in &fix.changes {
            let (leaf, to, kind) = match change {
                Change::Rewire { leaf, to, kind, .. } | Change::Replace { leaf, to, kind, .. } => (*leaf, *to, *kind),
                Change::Reshape { .. } | Change::Rename { .. } | Change::Remove { .. } => continue,
            };
            let expected = address_of(planned, to);
            let readers = fix.slots.iter().map(|&slot| planned.unit.slot(slot));
            let goes = |slot: &&Slot| {
                fix.changes.iter().any(|change| match change {
                    Change::Remove { slot: gone } => std::ptr::eq(*slot, planned.unit.slot(*gone)),
                    _ => false,
                })
            };
            // What goes, or what another file overrides, denotes nothing; that its text is as planned is all there is to know.
            let readers = readers.filter(|slot| !slot.overridden && !goes(slot)).filter(|slot| match change {
                Change::Replace { slot: only, .. } => std::ptr::eq(*slot, planned.unit.slot(*only)),
                _ => slot.leaves.iter().any(|leaf_use| leaf_use.leaf == leaf),
            });
            for slot in readers {
                let owner = planned.unit.node(slot.owner).address.as_str();
                let found = places.get(&place_of(planned.unit, slot));
                let right = found.into_iter().flatten().any(|&place| {
                    let place = after.slot(place);
                    matches!(place.state, SlotState::Expected { .. })
                        && place.leaves.iter().map(|leaf_use| after.leaf(leaf_use.leaf)).any(|found| {
                            is_name_in_arn(to, &planned.unit.leaf(leaf).resolution, &found.resolution)
                                || resolves_to(after, &found.resolution, &expected, kind)
                                    && means_same_instance(before, planned.unit.leaf(leaf), after, found)
                        })
                });
                if !right {
                    let (argument, owner) = (slot.key().to_owned(), owner.to_owned());
                    return Err(VerifyError::WrongValue { argument, owner, expected });
                }
            }
        }
    }
    Ok(())
}

/// Whether a reference leads to the instance of the role that the old one meant, and has no names in it that mean nothing there.
fn means_same_instance(before: &UnitIndex<'_>, old: &Leaf, after: &UnitIndex<'_>, new: &Leaf) -> bool {
    let moved_out = new.definition.is_some()
        && new.index != old.index
        && new.index.as_ref().is_some_and(|index| index.scope != IndexScope::Unit);
    let meant = match &old.resolution {
        Resolution::Quoted { reads_as, .. } => reads_as,
        resolution => resolution,
    };
    if matches!(new.resolution, Resolution::Role(..)) {
        return new.index == old.index;
    }
    let same = match (meant, before.role_instance(old), after.role_instance(new)) {
        // A profile by a wrong attribute, or under a wrong type, keeps its index, whatever it holds.
        (Resolution::Profile(..), ..) => new.index == old.index,
        (Resolution::Role(role, ..), ..) if before.profile_with_label(*role).is_some() => true,
        // A reference without an index to a role with several instances leads nowhere; the new one does.
        (Resolution::Role(..), Some(RoleInstance::Unknown), Some(new)) => new != RoleInstance::Unknown,
        (Resolution::Role(..), old, new) => old == new && new != Some(RoleInstance::Unknown),
        _ => true,
    };
    same && !moved_out
}

fn is_name_in_arn(to: Target, old: &Resolution, new: &Resolution) -> bool {
    match (to, old, new) {
        (Target::NameInArn, Resolution::Text(old), Resolution::Text(new)) => {
            old.profile_name_of_arn().as_ref() == Some(new)
        }
        _ => false,
    }
}

fn resolves_to(after: &UnitIndex<'_>, resolution: &Resolution, address: &str, kind: Attribute) -> bool {
    match resolution {
        Resolution::Profile(profile, attribute, _) => {
            let right = match kind {
                Attribute::Name => *attribute == ProfileAttr::Name,
                Attribute::Arn => *attribute == ProfileAttr::Arn,
            };
            right && after.profile(*profile).address == address
        }
        Resolution::Role(role, RoleAttr::Name, _) => after.role(*role).address == address,
        _ => false,
    }
}

/// Findings counted by place. A fix may turn one rule's finding into another's elsewhere (a new profile has the name
/// that a launcher with a silenced finding gives), so rules are not told apart.
type Count<'u> = BTreeMap<SlotKey<'u>, usize>;

fn count<'f>(unit: &'f Unit, findings: impl Iterator<Item = &'f Finding>) -> Count<'f> {
    let mut counts = Count::new();
    for finding in findings {
        let slot = unit.slot(finding.slot);
        *counts.entry(place_of(unit, slot)).or_default() += 1;
    }
    counts
}

fn no_violations_remain(
    planned: &Planned<'_>,
    before: &UnitIndex<'_>,
    after: &UnitIndex<'_>,
    may_change: &dyn Fn(FileId) -> bool,
) -> Result<(), VerifyError> {
    let before = rules::check(before);
    let mut allowed = count(planned.unit, before.iter());
    let answered = planned.chosen.iter().flat_map(|&id| &planned.plan.fix(id).violations);
    for (key, answered) in count(planned.unit, answered.map(|&number| &planned.findings[number])) {
        if let Some(allowed) = allowed.get_mut(&key) {
            *allowed = allowed.saturating_sub(answered);
        }
    }
    let mut findings = rules::check(after);
    findings.retain(|finding| may_change(after.slot(finding.slot).value.file));
    let plan = crate::plan::plan(after, &findings, may_change, Naming::default(), &BTreeMap::new());
    let fixable = plan.fixes.iter().flat_map(|fix| &fix.violations).map(|&number| &findings[number]);
    for (key, left) in count(after, fixable) {
        if left > allowed.get(&key).copied().unwrap_or(0) {
            return Err(VerifyError::StillFixable(key.0.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_move_with_the_text() {
        const FILE: FileId = FileId(0);
        let image = |edits: &[(std::ops::Range<usize>, &str)]| {
            let edit = |(at, text): &(std::ops::Range<usize>, &str)| Edit {
                span: Span::new(FILE, at.clone()),
                text: (*text).to_owned(),
                order: 0,
            };
            let edits: Vec<Edit> = edits.iter().map(edit).collect();
            map_spans(&edits, &[Span::new(FILE, 4..8)]).pop().map(crate::text::Span::range)
        };
        assert_eq!(image(&[]), Some(4..8));
        // Before it, right before it, around it.
        assert_eq!(image(&[(0..2, "")]), Some(2..6));
        assert_eq!(image(&[(1..4, "")]), Some(1..5));
        assert_eq!(image(&[(2..10, "")]), Some(2..2));
        assert_eq!(image(&[(2..10, "xyz")]), Some(2..5));
        // At its start, inside, at its end; and behind it.
        assert_eq!(image(&[(4..4, "xy")]), Some(4..10));
        assert_eq!(image(&[(5..6, "xyz")]), Some(4..10));
        assert_eq!(image(&[(8..8, "xyz")]), Some(4..11));
        assert_eq!(image(&[(8..9, "xyz")]), Some(4..8));
        assert_eq!(image(&[(0..1, "xyz"), (3..9, ""), (9..9, "x")]), Some(5..5));
    }
}
