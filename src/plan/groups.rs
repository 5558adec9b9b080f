//! Which slots are fixed together.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::slots::SlotSpec;
use crate::model::{DefinitionId, NodeId, SlotId, SlotState, UnitIndex};
use crate::plan::Decisions;
use crate::text::Span;

/// Slots that must be fixed together: in one argument, unknown arguments in a file and in its override, or readers of a definition that
/// changes. Groups are ordered by their first slots.
pub(super) fn groups(index: &UnitIndex<'_>, decisions: &Decisions) -> Vec<BTreeSet<SlotId>> {
    let mut forest = Forest::default();
    let mut joined: BTreeSet<DefinitionId> = BTreeSet::new();
    let mut first_in: BTreeMap<(NodeId, &Span), SlotId> = BTreeMap::new();
    let mut first_unknown: BTreeMap<(NodeId, *const SlotSpec), SlotId> = BTreeMap::new();
    for (&id, decided) in decisions {
        let slot = index.slot(id);
        forest.join(id, *first_in.entry((slot.owner, &slot.argument_span)).or_insert(id));
        if let SlotState::UnknownArgument { correct_sibling: None, .. } = slot.state {
            let other = *first_unknown.entry((slot.owner, std::ptr::from_ref(slot.spec))).or_insert(id);
            // An override is another file.
            if index.slot(other).span.file != slot.span.file {
                forest.join(id, other);
            }
        }
        for shared in decided.iter().flatten().filter_map(|decision| decision.shared) {
            if joined.insert(shared) {
                let readers = index.definition(shared).readers.iter().flatten();
                readers.for_each(|&reader| forest.join(id, reader));
            }
        }
    }
    forest.into_trees()
}

/// A union-find forest: each slot points to another one of its tree, a root to itself.
#[derive(Default)]
struct Forest {
    next: BTreeMap<SlotId, SlotId>,
}

impl Forest {
    fn root(&mut self, id: SlotId) -> SlotId {
        let mut root = id;
        while let Some(&next) = self.next.get(&root).filter(|&&next| next != root) {
            root = next;
        }
        self.next.insert(id, root);
        root
    }

    fn join(&mut self, one: SlotId, other: SlotId) {
        let (one, other) = (self.root(one), self.root(other));
        self.next.insert(one.max(other), one.min(other));
    }

    fn into_trees(mut self) -> Vec<BTreeSet<SlotId>> {
        let mut trees: BTreeMap<SlotId, BTreeSet<SlotId>> = BTreeMap::new();
        for id in self.next.keys().copied().collect::<Vec<_>>() {
            trees.entry(self.root(id)).or_default().insert(id);
        }
        trees.into_values().collect()
    }
}
