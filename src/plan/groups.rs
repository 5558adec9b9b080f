//! Which slots are fixed together.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::slots::SlotSpec;
use crate::model::{DefinitionId, NodeId, SlotId, SlotState, UnitIndex};
use crate::plan::Decision;
use crate::text::Span;

/// Slots that must be fixed together, because they stand in one argument, are made up in a base and its override, or read a definition that
/// changes; in the order of their first ones.
pub(super) fn groups(
    index: &UnitIndex<'_>,
    decided: &BTreeMap<SlotId, Result<Vec<Decision>, String>>,
) -> Vec<BTreeSet<SlotId>> {
    // A forest: each slot points to another one of its group, or is the root of it.
    let mut next: BTreeMap<SlotId, SlotId> = BTreeMap::new();
    fn root(next: &mut BTreeMap<SlotId, SlotId>, of: SlotId) -> SlotId {
        let mut at = of;
        while let Some(&further) = next.get(&at).filter(|&&further| further != at) {
            at = further;
        }
        next.insert(of, at);
        at
    }
    let mut joined: BTreeSet<DefinitionId> = BTreeSet::new();
    let mut first_in: BTreeMap<(NodeId, &Span), SlotId> = BTreeMap::new();
    let mut first_made_up: BTreeMap<(NodeId, *const SlotSpec), SlotId> = BTreeMap::new();
    for (&slot, decisions) in decided {
        let place = index.slot(slot);
        let first = *first_in.entry((place.owner, &place.argument_span)).or_insert(slot);
        // Made up in a base and in what overrides it, which is another file.
        let made_up = match place.state {
            SlotState::UnknownArgument { correct_sibling: None, .. } => {
                Some(*first_made_up.entry((place.owner, std::ptr::from_ref(place.spec))).or_insert(slot))
            }
            _ => None,
        };
        let made_up = made_up.filter(|&other| index.slot(other).span.file != place.span.file);
        for other in [Some(first), made_up].into_iter().flatten() {
            let (own, other) = (root(&mut next, slot), root(&mut next, other));
            next.insert(own.max(other), own.min(other));
        }
        let own = root(&mut next, slot);
        for shared in decisions.iter().flatten().filter_map(|decision| decision.shared) {
            if joined.insert(shared) {
                for &reader in index.definition(shared).readers.iter().flatten() {
                    let other = root(&mut next, reader);
                    let own = root(&mut next, own);
                    next.insert(own.max(other), own.min(other));
                }
            }
        }
    }
    let mut groups: BTreeMap<SlotId, BTreeSet<SlotId>> = BTreeMap::new();
    for slot in next.keys().copied().collect::<Vec<_>>() {
        groups.entry(root(&mut next, slot)).or_default().insert(slot);
    }
    groups.into_values().collect()
}
