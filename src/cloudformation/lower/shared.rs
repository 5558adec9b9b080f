//! Values that are written once and read several times: anchors and their aliases.
//!
//! A value under an anchor may be changed there if every reader is a slot of one kind. Whatever else is reached through an alias or a
//! merge key is frozen.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::cloudformation::lower::scope::FILE;
use crate::cloudformation::lower::slots::{ResolvedValue, SlotProblem, SlotSite};
use crate::model::{Definition, DefinitionId, LeafId, SlotId, Unit};
use crate::syntax::tree::{Tree, ValueId};
use crate::text::Span;

const BY_ALIAS: &str = "it is reached through an alias, and something else reads the same text";
const BY_MERGE: &str = "it is reached through a merge key (`<<`)";
const ANCHOR_INSIDE: &str = "an anchor inside the value is read elsewhere";

/// How often values occur in a document once all aliases are followed.
pub(crate) struct AliasUses<'t> {
    tree: &'t Tree,
    aliases: HashMap<ValueId, Vec<ValueId>>,
}

/// Aliases of aliases of aliases, ... deeper than this are taken as endless.
const MAX_ALIAS_DEPTH: u32 = 32;

impl<'t> AliasUses<'t> {
    pub(crate) fn of(tree: &'t Tree) -> Self {
        let mut aliases: HashMap<ValueId, Vec<ValueId>> = HashMap::new();
        for &id in &tree.aliases {
            aliases.entry(tree.resolve(id)).or_default().push(id);
        }
        AliasUses { tree, aliases }
    }

    /// Whether it is in the document once.
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

    /// How often it is in the document; `limit` if that many times or more.
    fn count(&self, id: ValueId, limit: usize, depth: u32) -> usize {
        if depth > MAX_ALIAS_DEPTH {
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

    /// The name of the anchor that repeats this value.
    fn anchor_name(&self, id: ValueId, text: &str) -> String {
        let anchored = self.ancestors(id).find(|at| self.aliases.contains_key(at));
        anchored.and_then(|at| self.tree.get(at).anchor.clone()).map_or_else(String::new, |at| text[at].to_owned())
    }
}

/// Makes definitions of what slots share, and freezes slots that cannot be changed where they are.
pub(crate) fn resolve_shared(
    tree: &Tree,
    text: &str,
    unit: &mut Unit,
    leaves: &[ValueId],
    places: &[SlotSite],
    reached: &[Vec<ResolvedValue>],
) {
    let uses = AliasUses::of(tree);
    if uses.aliases.is_empty() {
        return;
    }
    let mut sharing = Sharing { tree, text, unit, leaves, places, reached, uses };
    sharing.freeze_around_anchors();
    sharing.freeze_merged();
    let shared = sharing.shared_leaves();
    for (leaf, slots) in &shared {
        if !sharing.is_changed_alike(*leaf, slots) {
            slots.iter().for_each(|&slot| sharing.freeze(slot, BY_ALIAS));
        }
    }
    sharing.freeze_with_others(&shared);
    for (leaf, slots) in shared {
        if slots.iter().all(|&slot| sharing.unit.slot(slot).uneditable_reason.is_none()) {
            sharing.define(leaf, &slots);
        }
    }
}

/// A unit whose slots may share values.
struct Sharing<'t, 'u> {
    tree: &'t Tree,
    text: &'t str,
    unit: &'u mut Unit,
    leaves: &'u [ValueId],
    places: &'u [SlotSite],
    reached: &'u [Vec<ResolvedValue>],
    uses: AliasUses<'t>,
}

impl Sharing<'_, '_> {
    fn freeze(&mut self, slot: SlotId, why: &'static str) {
        let slot = &mut self.unit.slots[slot.index()];
        slot.uneditable_reason = slot.uneditable_reason.or(Some(why));
    }

    /// What an alias elsewhere reads must not change with the value, or the key, that has it inside.
    fn freeze_around_anchors(&mut self) {
        let around_anchors = self.uses.around_anchors();
        for (index, place) in self.places.iter().enumerate() {
            let slot = &self.unit.slots[index];
            let reshaped = (place.problem != SlotProblem::None).then_some([place.entry.value, place.branch.value]);
            let leaves = slot.leaves.iter().map(|leaf_use| self.leaves[leaf_use.leaf.index()]);
            let mut changed = leaves.chain(reshaped.into_iter().flatten());
            let is_read = self.uses.aliases.contains_key(&place.entry.key);
            if is_read || changed.any(|value| around_anchors.contains(&value)) {
                self.freeze(SlotId::from(index), ANCHOR_INSIDE);
            }
        }
    }

    fn freeze_merged(&mut self) {
        for (slot, reached) in self.unit.slots.iter_mut().zip(self.reached) {
            if slot.leaves.iter().zip(reached).any(|(_, how)| how.merged) {
                slot.uneditable_reason = Some(BY_MERGE);
            }
        }
    }

    /// The leaves that occur more than once, with the slots that read them.
    fn shared_leaves(&self) -> Vec<(LeafId, Vec<SlotId>)> {
        let mut readers: BTreeMap<LeafId, Vec<SlotId>> = BTreeMap::new();
        for (index, slot) in self.unit.slots.iter().enumerate() {
            for (leaf_use, how) in slot.leaves.iter().zip(&self.reached[index]) {
                if !self.uses.is_once(how.value) {
                    readers.entry(leaf_use.leaf).or_default().push(SlotId::from(index));
                }
            }
        }
        readers.into_iter().collect()
    }

    /// Whether slots of one kind are all that reads a leaf.
    fn is_changed_alike(&self, leaf: LeafId, slots: &[SlotId]) -> bool {
        let first = slots.first().map(|&slot| self.unit.slot(slot).state);
        self.uses.count(self.leaves[leaf.index()], slots.len() + 1, 0) == slots.len()
            && slots.iter().all(|&slot| {
                let problem = self.places[slot.index()].problem;
                Some(self.unit.slot(slot).state) == first && problem == SlotProblem::None
            })
    }

    /// A frozen reader freezes all that read the same text, and so on.
    fn freeze_with_others(&mut self, shared: &[(LeafId, Vec<SlotId>)]) {
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for (_, slots) in shared {
                let frozen = slots.iter().filter(|&&slot| self.unit.slot(slot).uneditable_reason.is_some()).count();
                if frozen > 0 && frozen < slots.len() {
                    slots.iter().for_each(|&slot| self.freeze(slot, BY_ALIAS));
                    changed = true;
                }
            }
        }
    }

    /// Makes a definition of a leaf that these slots read.
    fn define(&mut self, leaf: LeafId, slots: &[SlotId]) {
        let value = self.leaves[leaf.index()];
        let id = DefinitionId::from(self.unit.definitions.len());
        self.unit.definitions.push(Definition {
            name: self.uses.anchor_name(value, self.text),
            span: Span::new(FILE, self.tree.outer_span(value)),
            leaves: vec![leaf],
            readers: slots.iter().map(|&slot| Some(slot)).collect(),
            asked_for_null: false,
        });
        self.unit.leaves[leaf.index()].definition = Some(id);
        for &slot in slots {
            let leaf_uses = self.unit.slots[slot.index()].leaves.iter_mut();
            for (leaf_use, how) in leaf_uses.zip(&self.reached[slot.index()]) {
                if leaf_use.leaf == leaf {
                    let at = self.tree.full_span(how.alias.unwrap_or(value));
                    leaf_use.reference_span = Some(Span::new(FILE, at));
                }
            }
        }
    }
}
