//! Which resources refer to which.

use std::collections::{HashMap, HashSet};

use super::{Node, NodeId};

/// References between nodes, in both directions.
#[derive(Default)]
pub(crate) struct References {
    reads: HashMap<NodeId, Vec<NodeId>>,
    read_by: HashMap<NodeId, Vec<NodeId>>,
}

impl References {
    /// The references of a unit.
    pub(super) fn of(nodes: &[Node]) -> Self {
        let mut references = References::default();
        for (index, node) in nodes.iter().enumerate() {
            for &read in &node.reads {
                references.add(NodeId::from(index), read);
            }
        }
        references
    }

    /// The nodes that refer to this one.
    pub(super) fn read_by(&self, node: NodeId) -> &[NodeId] {
        self.read_by.get(&node).map_or(&[], Vec::as_slice)
    }

    /// Adds the reference of `from` to `to`.
    pub(crate) fn add(&mut self, from: NodeId, to: NodeId) {
        self.reads.entry(from).or_default().push(to);
        self.read_by.entry(to).or_default().push(from);
    }

    /// Whether `from` is `to` or refers to it, directly or through others, with these references and `more`.
    ///
    /// The search starts from both ends: if nothing depends on the launcher, it ends at once, however much the role depends on.
    pub(super) fn reach(&self, from: NodeId, to: NodeId, more: &Self) -> bool {
        let mut ahead = Search::new(from, [&self.reads, &more.reads]);
        let mut back = Search::new(to, [&self.read_by, &more.read_by]);
        if from == to {
            return true;
        }
        loop {
            let (Some(forward), Some(backward)) = (ahead.cost_of_next(), back.cost_of_next()) else { return false };
            let met = if forward <= backward { ahead.step(&back.seen) } else { back.step(&ahead.seen) };
            if met {
                return true;
            }
        }
    }
}

/// A search in one direction.
struct Search<'g> {
    edges: [&'g HashMap<NodeId, Vec<NodeId>>; 2],
    seen: HashSet<NodeId>,
    open: Vec<NodeId>,
    /// The number of references followed so far.
    cost: usize,
}

impl<'g> Search<'g> {
    fn new(start: NodeId, edges: [&'g HashMap<NodeId, Vec<NodeId>>; 2]) -> Self {
        Search { edges, seen: HashSet::from([start]), open: vec![start], cost: 0 }
    }

    fn next_to(&self, node: NodeId) -> impl Iterator<Item = NodeId> + use<'g> {
        self.edges.into_iter().filter_map(move |edges| edges.get(&node)).flatten().copied()
    }

    /// The cost after the next step; none at the end.
    fn cost_of_next(&self) -> Option<usize> {
        let node = *self.open.last()?;
        let degree: usize = self.edges.iter().filter_map(|edges| edges.get(&node)).map(Vec::len).sum();
        Some(self.cost + degree)
    }

    /// One step; true if it meets the other search.
    fn step(&mut self, others: &HashSet<NodeId>) -> bool {
        let Some(node) = self.open.pop() else { return false };
        for next in self.next_to(node) {
            self.cost += 1;
            if others.contains(&next) {
                return true;
            }
            if self.seen.insert(next) {
                self.open.push(next);
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_from_both_ends() {
        let node = NodeId::from;
        let mut references = References::default();
        for (from, to) in [(0, 1), (1, 2), (2, 3), (4, 3), (5, 5), (6, 7), (7, 6)] {
            references.add(node(from), node(to));
        }
        let mut more = References::default();
        more.add(node(3), node(6));
        let none = References::default();
        let leads = |from: usize, to: usize, more: &References| references.reach(node(from), node(to), more);
        assert!(leads(0, 3, &none) && leads(0, 0, &none) && leads(5, 5, &none) && leads(8, 8, &none));
        assert!(!leads(3, 0, &none) && !leads(0, 4, &none) && !leads(0, 8, &none) && !leads(0, 7, &none));
        assert!(leads(0, 7, &more) && leads(4, 6, &more) && !leads(6, 3, &more));
    }
}
