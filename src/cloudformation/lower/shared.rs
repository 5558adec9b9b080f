//! Values that are written once and read several times: anchors and their aliases.
//!
//! A value under an anchor may be changed there if every reader is a slot of one kind. Whatever else is reached through an alias or a
//! merge key is frozen.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::FILE;
use crate::aws::slots::{Expected, Shape};
use crate::cloudformation::intrinsic::{call, fits_any_quotes};
use crate::cloudformation::lower::resolve::{alternatives, reference};
use crate::cloudformation::lower::slots::{ResolvedValue, SlotProblem, SlotSite};
use crate::model::{Definition, DefinitionId, LeafId, SlotId, SlotState, Unit};
use crate::syntax::tree::{Entry, ScalarStyle, Tree, ValueId, ValueKind};
use crate::text::Span;

const BY_ALIAS: &str = "it is reached through an alias, and something else reads the same text";
const BY_MERGE: &str = "it is reached through a merge key (`<<`)";
const COMMENT_INSIDE: &str = "a comment stands inside the value";
const ANCHOR_INSIDE: &str = "an anchor inside the value is read elsewhere";
const ANCHORED_TWICE: &str = "two anchors would meet at one value";
const ANCHORED_LINES: &str = "an anchor stands before a value of several lines";
const CORE_TAG: &str = "a tag of YAML's own stands before the value";
const ODD_KEY: &str = "an anchor, a tag or a comment belongs to its key or the next one";

/// How often values occur in a document once all aliases are followed.
pub(crate) struct AliasUses<'t> {
    tree: &'t Tree,
    aliases: HashMap<ValueId, Vec<ValueId>>,
}

/// Aliases of aliases of aliases, ... deeper than this are taken as endless.
const DEEPEST: u32 = 32;

impl<'t> AliasUses<'t> {
    pub(crate) fn of(tree: &'t Tree) -> Self {
        let mut aliases: HashMap<ValueId, Vec<ValueId>> = HashMap::new();
        for &id in &tree.aliases {
            aliases.entry(tree.resolve(id)).or_default().push(id);
        }
        AliasUses { tree, aliases }
    }

    /// Whether it stands in the document once.
    pub(crate) fn is_once(&self, id: ValueId) -> bool {
        self.aliases.is_empty() || self.ancestors(id).all(|at| !self.aliases.contains_key(&at))
    }

    fn ancestors(&self, id: ValueId) -> impl Iterator<Item = ValueId> {
        std::iter::successors(Some(id), |&at| self.tree.get(at).parent)
    }

    /// What has an anchor inside that some alias names.
    fn around_anchors(&self) -> HashSet<ValueId> {
        let mut around = HashSet::new();
        for &target in self.aliases.keys() {
            // What is around the first one known is known.
            self.ancestors(target).skip(1).take_while(|&at| around.insert(at)).for_each(drop);
        }
        around
    }

    /// How often it stands in the document; `limit` if that many times or more.
    fn count(&self, id: ValueId, limit: usize, depth: u32) -> usize {
        if depth > DEEPEST {
            return limit;
        }
        let mut count = 1usize;
        for at in self.ancestors(id) {
            for &alias in self.aliases.get(&at).map_or(&[][..], Vec::as_slice) {
                if count >= limit {
                    return limit;
                }
                count = count.saturating_add(self.count(alias, limit, depth + 1));
            }
        }
        count.min(limit)
    }

    /// What people call the anchor that repeats this value.
    fn anchor_name(&self, id: ValueId, text: &str) -> String {
        let anchored = self.ancestors(id).find(|at| self.aliases.contains_key(at));
        anchored.and_then(|at| self.tree.get(at).anchor.clone()).map_or_else(String::new, |at| text[at].to_owned())
    }
}

/// Makes definitions of what slots share, and freezes slots that cannot be changed where they stand.
pub(crate) fn resolve_shared(
    tree: &Tree,
    text: &str,
    unit: &mut Unit,
    leaves: &[ValueId],
    places: &[SlotSite],
    reached: &[Vec<ResolvedValue>],
) {
    freeze_commented(tree, text, unit, leaves, places);
    freeze_tagged(tree, unit, leaves, places);
    freeze_anchored_twice(tree, unit, places);
    freeze_odd_keys(tree, text, unit, places);
    let occurrences = AliasUses::of(tree);
    if occurrences.aliases.is_empty() {
        return;
    }
    let around_anchors = occurrences.around_anchors();
    for (slot, place) in unit.slots.iter_mut().zip(places) {
        let reshaped = (place.problem != SlotProblem::None).then_some([place.entry.value, place.branch.value]);
        let mut changed =
            slot.leaves.iter().map(|leaf_use| leaves[leaf_use.leaf.index()]).chain(reshaped.into_iter().flatten());
        if changed.any(|value| around_anchors.contains(&value)) {
            slot.uneditable_reason = slot.uneditable_reason.or(Some(ANCHOR_INSIDE));
        }
    }
    let mut readers: HashMap<LeafId, Vec<SlotId>> = HashMap::new();
    for (index, slot) in unit.slots.iter_mut().enumerate() {
        for (leaf_use, how) in slot.leaves.iter().zip(&reached[index]) {
            if how.merged {
                slot.uneditable_reason = Some(BY_MERGE);
            }
            if !occurrences.is_once(how.value) {
                readers.entry(leaf_use.leaf).or_default().push(SlotId::from(index));
            }
        }
    }
    let mut shared: Vec<(LeafId, Vec<SlotId>)> = readers.into_iter().collect();
    shared.sort_unstable_by_key(|(leaf, _)| *leaf);
    for (leaf, slots) in &shared {
        let all_read = occurrences.count(leaves[leaf.index()], slots.len() + 1, 0) == slots.len();
        let first = slots.first().map(|&slot| unit.slot(slot).state);
        let alike = slots
            .iter()
            .all(|&slot| Some(unit.slot(slot).state) == first && places[slot.index()].problem == SlotProblem::None);
        if !(all_read && alike) {
            slots.iter().for_each(|&slot| freeze(unit, slot));
        }
    }
    // One frozen reader freezes all that read the same text, and so on.
    loop {
        let mut changed = false;
        for (_, slots) in &shared {
            let uneditable_reason = slots.iter().filter(|&&slot| unit.slot(slot).uneditable_reason.is_some()).count();
            if uneditable_reason > 0 && uneditable_reason < slots.len() {
                slots.iter().for_each(|&slot| freeze(unit, slot));
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    for (leaf, slots) in shared {
        if slots.iter().all(|&slot| unit.slot(slot).uneditable_reason.is_none()) {
            define(tree, text, unit, &occurrences, leaf, leaves[leaf.index()], &slots, reached);
        }
    }
}

fn freeze(unit: &mut Unit, slot: SlotId) {
    let slot = &mut unit.slots[slot.index()];
    slot.uneditable_reason = slot.uneditable_reason.or(Some(BY_ALIAS));
}

#[allow(clippy::too_many_arguments)] // One caller; a struct for it would say no more.
fn define(
    tree: &Tree,
    text: &str,
    unit: &mut Unit,
    occurrences: &AliasUses<'_>,
    leaf: LeafId,
    value: ValueId,
    slots: &[SlotId],
    reached: &[Vec<ResolvedValue>],
) {
    let id = DefinitionId::from(unit.definitions.len());
    unit.definitions.push(Definition {
        name: occurrences.anchor_name(value, text),
        span: Span::new(FILE, tree.outer_span(value)),
        leaves: vec![leaf],
        readers: slots.iter().map(|&slot| Some(slot)).collect(),
        asked_for_null: false,
    });
    unit.leaves[leaf.index()].definition = Some(id);
    for &slot in slots {
        let how = &reached[slot.index()];
        for (leaf_use, how) in unit.slots[slot.index()].leaves.iter_mut().zip(how) {
            if leaf_use.leaf == leaf {
                let at = tree.full_span(how.alias.unwrap_or(value));
                leaf_use.reference_span = Some(Span::new(FILE, at));
            }
        }
    }
}

/// A comment inside a value that an edit would have to replace as a whole must not get lost.
fn freeze_commented(tree: &Tree, text: &str, unit: &mut Unit, leaves: &[ValueId], places: &[SlotSite]) {
    if tree.comments.is_empty() {
        return;
    }
    let commented = |range: &Range<usize>| !tree.comments_in(range).is_empty();
    // Where an ID takes the place of another, what is around that stays; in a loop, not all IDs are text.
    let fit = unit.profiles.iter().all(|profile| fits_any_quotes(&profile.address));
    for (slot, place) in unit.slots.iter_mut().zip(places) {
        let apart = is_taken_apart(tree, place);
        let swaps = fit && place.within.is_none() && !apart;
        let inside = slot.leaves.iter().map(|leaf_use| leaves[leaf_use.leaf.index()]).any(|leaf| {
            let kept = || {
                swaps && only_the_id_changes(tree, leaf, slot.state.expected())
                    || place.problem == SlotProblem::None && tree.room_above(text, leaf).is_some()
            };
            commented(&tree.outer_span(leaf)) && !kept()
        });
        let goes = matches!(slot.state, SlotState::UnknownArgument { correct_sibling: Some(_), .. });
        let arm = tree.get(place.branch.value);
        // Of an item of a list, `- Name: X`, the value moves up to the dash.
        let taken_off = |inner: Entry| {
            let item = tree.entry_of_value(place.branch.value).is_none() && matches!(place.spec.shape, Shape::Value(_));
            item && commented(&(arm.content.start..tree.outer_span(inner.value).start))
        };
        // Keys without a value that come after it go.
        let followed = |inner: Entry| {
            let end = arm.content.end;
            matches!(place.spec.shape, Shape::Value(_)) && commented(&(tree.span(inner).end.min(end)..end))
        };
        let replaced = match place.problem {
            _ if loses_what_stands_between(tree, text, place) => true,
            SlotProblem::Shape if place.inner.is_some_and(taken_off) || place.inner.is_some_and(followed) => true,
            SlotProblem::Shape => {
                apart && (arm.flow || matches!(arm.kind, ValueKind::List(_))) && commented(&arm.content)
            }
            SlotProblem::Stray if goes || place.inner.is_some() => commented(&tree.span(place.entry)),
            SlotProblem::Stray => false,
            SlotProblem::None | SlotProblem::BothKeys | SlotProblem::Crowded => false,
        };
        if inside || replaced {
            slot.uneditable_reason = slot.uneditable_reason.or(Some(COMMENT_INSIDE));
        }
    }
}

/// Whether a value comes out of what is around it, so that it may be written anew.
fn is_taken_apart(tree: &Tree, place: &SlotSite) -> bool {
    let kept = place.is_bare() && tree.get(place.branch.value).anchor.is_none() && !tree.in_flow(place.branch.value);
    place.problem == SlotProblem::Shape && !kept
}

/// Whether a reference becomes one to a profile by another ID alone.
fn only_the_id_changes(tree: &Tree, leaf: ValueId, expected: Expected) -> bool {
    let Some(reference) = call(tree, leaf).and_then(|call| reference(tree, &call)) else { return false };
    let written = !matches!(tree.style(reference.id_at), None | Some(ScalarStyle::Literal | ScalarStyle::Folded));
    written
        && match reference.attribute {
            None => expected != Expected::Arn,
            Some(attribute) => attribute == "Arn" && matches!(expected, Expected::Arn | Expected::Either { .. }),
        }
}

/// A comment between the colon and a value of the wrong shape that is no block is lost with the line break there; not where the value stays,
/// with something put around it.
fn loses_what_stands_between(tree: &Tree, text: &str, place: &SlotSite) -> bool {
    let (key, arm) = (tree.full_span(place.entry.key), tree.get(place.branch.value));
    let is_block = !arm.flow
        && matches!(arm.kind, ValueKind::List(_) | ValueKind::Mapping(_))
        && call(tree, place.branch.value).is_none();
    let written_here = place.branch.value == place.entry.value;
    let between = key.end..tree.outer_span(place.branch.value).start.max(key.end);
    // Behind an explicit key (`? Name`), the colon comes after the comments.
    let lost = tree.comments_in(&between).last().is_some_and(|last| !text[last.end..between.end].contains(':'));
    place.problem != SlotProblem::None && !is_block && written_here && lost && !place.is_bare()
}

/// A value has one anchor: one inside of what goes, which has one too, cannot take its place. And what has one gets brackets around it, in which
/// lines without brackets cannot stand.
fn freeze_anchored_twice(tree: &Tree, unit: &mut Unit, places: &[SlotSite]) {
    for (slot, place) in unit.slots.iter_mut().zip(places).filter(|(_, place)| place.problem == SlotProblem::Shape) {
        let arm = tree.get(place.branch.value);
        let mut inside = place.values.iter().filter(|value| value.value != place.branch.value);
        if arm.anchor.is_some() && inside.any(|value| tree.get(value.value).anchor.is_some()) {
            slot.uneditable_reason = slot.uneditable_reason.or(Some(ANCHORED_TWICE));
        }
        let lines = !arm.flow && !alternatives(tree, place.branch.value).is_empty();
        if arm.anchor.is_some() && lines && place.is_bare() {
            slot.uneditable_reason = slot.uneditable_reason.or(Some(ANCHORED_LINES));
        }
    }
}

/// A made-up argument goes from its key to the next one, or gets another key: what else is said of a key would go too, or stay behind.
fn freeze_odd_keys(tree: &Tree, text: &str, unit: &mut Unit, places: &[SlotSite]) {
    let tagged = |key: ValueId| tree.core_tagged.binary_search(&key).is_ok();
    for (slot, place) in unit.slots.iter_mut().zip(places).filter(|(_, place)| place.problem == SlotProblem::Stray) {
        let key = place.entry.key;
        let (_, next) = tree.neighbours(key);
        let is_commented = !tree.comments_in(&(tree.start(text, key)..tree.full_span(key).start)).is_empty();
        if tree.get(key).anchor.is_some() || is_commented || tagged(key) || next.is_some_and(|next| tagged(next.key)) {
            slot.uneditable_reason = slot.uneditable_reason.or(Some(ODD_KEY));
        }
    }
}

/// `!!str` and its like may stand before anything but another tag, so a reference cannot take the place of what is behind it.
fn freeze_tagged(tree: &Tree, unit: &mut Unit, leaves: &[ValueId], places: &[SlotSite]) {
    if tree.core_tagged.is_empty() {
        return;
    }
    let tagged = |value: ValueId| tree.core_tagged.binary_search(&value).is_ok();
    for (slot, place) in unit.slots.iter_mut().zip(places) {
        let reshaped = place.problem != SlotProblem::None && (tagged(place.entry.value) || tagged(place.branch.value));
        if reshaped || slot.leaves.iter().any(|leaf_use| tagged(leaves[leaf_use.leaf.index()])) {
            slot.uneditable_reason = slot.uneditable_reason.or(Some(CORE_TAG));
        }
    }
}
