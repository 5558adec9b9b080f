//! What stands side by side in JSON files.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::syntax::tree::{Entry, Tree, ValueId, ValueKind};

/// In which brackets values side by side are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Brackets {
    /// Whether the most of them are lists; not for a tie.
    pub(super) are_lists: bool,
    /// The first that is a list with something in it.
    pub(super) first: Option<ValueId>,
}

impl Brackets {
    pub(super) fn of(tree: &Tree, siblings: &[Entry]) -> Self {
        let is_list = |entry: &&Entry| matches!(tree.kind(entry.value), ValueKind::List(_));
        Brackets {
            are_lists: 2 * siblings.iter().filter(is_list).count() > siblings.len(),
            first: siblings.iter().map(|entry| entry.value).find(|&value| !tree.items(value).is_empty()),
        }
    }
}

/// What many insertions into one object or array ask for: a file may have thousands of entries side by side, each with its own insertion.
#[derive(Default)]
pub(super) struct Known {
    /// The first entry with a key, of an object or of the objects of an array.
    entries: RefCell<HashMap<(ValueId, &'static str), Option<Entry>>>,
    /// The brackets of the labels of all types that it has, and of the bodies of these.
    brackets: RefCell<HashMap<ValueId, [Brackets; 2]>>,
}

impl Known {
    pub(super) fn entry(&self, tree: &Tree, around: ValueId, key: &'static str) -> Option<Entry> {
        *self.entries.borrow_mut().entry((around, key)).or_insert_with(|| match tree.items(around) {
            [] => tree.entry(around, key),
            objects => objects.iter().find_map(|&object| tree.entry(object, key)),
        })
    }

    pub(super) fn brackets(&self, tree: &Tree, types: ValueId) -> [Brackets; 2] {
        *self.brackets.borrow_mut().entry(types).or_insert_with(|| {
            let types = tree.entries_inside(types);
            let labels: Vec<Entry> = types.iter().flat_map(|entry| tree.entries_inside(entry.value)).collect();
            [Brackets::of(tree, &types), Brackets::of(tree, &labels)]
        })
    }
}
