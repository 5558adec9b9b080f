//! The references of a unit as a graph: launcher, profile, role. [`mermaid`](crate::report::mermaid) prints it.
//!
//! A module that the unit calls is a frame in it. In the frame are the inputs and outputs that references go through, and what is behind them.

use std::collections::BTreeMap;

use crate::check::UnitReport;
use crate::model::NodeId;
use crate::report::references::{Endpoint, NodeKind, References, Row, State, View};
use crate::report::view;

/// The graph of one unit.
pub(crate) struct Graph {
    pub(crate) title: String,
    pub(crate) nodes: Vec<Node>,
    pub(crate) edges: Vec<Edge>,
    /// The titles of the modules that the unit calls, as far as nodes are in them.
    pub(crate) frames: Vec<Vec<String>>,
    /// How many launchers were left out.
    pub(crate) left_out: usize,
}

/// A node.
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    pub(crate) lines: Vec<String>,
    /// The frame that it is in.
    pub(crate) frame: Option<usize>,
}

/// An edge between two nodes.
pub(crate) struct Edge {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) state: State,
    /// The rule that reports a wrong reference.
    pub(crate) label: Option<&'static str>,
}

/// The graph of a unit; none if it has no launcher. At most `budget` edges start at launchers, and `budget` becomes what is left of it: right
/// references are left out first.
pub(crate) fn graph(unit: &UnitReport, view: View, budget: &mut usize) -> Option<Graph> {
    let references = References::new(unit, view);
    let (rows, left_out) = chosen(references.rows(), budget, |row| references.cost(row));
    if rows.is_empty() && left_out == 0 {
        return None;
    }
    let title = view::unit_path(unit);
    let mut drawing = Drawing {
        graph: Graph { title, nodes: Vec::new(), edges: Vec::new(), frames: Vec::new(), left_out },
        references,
        nodes: BTreeMap::new(),
        frames: BTreeMap::new(),
    };
    for row in rows {
        let from = drawing.row(&row);
        for (endpoint, state, label) in row.references {
            let to = drawing.endpoint(&endpoint);
            drawing.graph.edges.push(Edge { from, to, state, label });
        }
    }
    Some(drawing.graph)
}

/// The rows that are shown, and how many launchers are in the others.
fn chosen(rows: Vec<Row>, budget: &mut usize, cost: impl Fn(&Row) -> usize) -> (Vec<Row>, usize) {
    let mut by_state: Vec<(State, usize, usize)> =
        rows.iter().enumerate().map(|(index, row)| (row.worst(), index, cost(row))).collect();
    by_state.sort_by_key(|&(state, index, _)| (std::cmp::Reverse(state), index));
    let mut fits = vec![false; rows.len()];
    for (_, index, cost) in by_state {
        fits[index] = cost <= *budget;
        *budget = budget.saturating_sub(cost);
    }
    let mut left_out = 0;
    let keep = |(row, fits): (Row, bool)| {
        left_out += if fits { 0 } else { row.owners.len() };
        fits.then_some(row)
    };
    let shown = rows.into_iter().zip(fits).filter_map(keep).collect();
    (shown, left_out)
}

/// The graph of a unit while nodes and edges are added to it.
struct Drawing<'r> {
    references: References<'r>,
    graph: Graph,
    nodes: BTreeMap<Endpoint, usize>,
    /// By the calls that share a frame.
    frames: BTreeMap<Vec<NodeId>, usize>,
}

impl Drawing<'_> {
    fn push(&mut self, kind: NodeKind, lines: Vec<String>, frame: Option<usize>) -> usize {
        self.graph.nodes.push(Node { kind, lines, frame });
        self.graph.nodes.len() - 1
    }

    fn frame(&mut self, calls: &[NodeId]) -> usize {
        if let Some(&frame) = self.frames.get(calls) {
            return frame;
        }
        self.graph.frames.push(self.references.lines(calls, self.references.module_word()));
        self.frames.insert(calls.to_vec(), self.graph.frames.len() - 1);
        self.graph.frames.len() - 1
    }

    /// The node where the references of a row start. An input comes with the slots in its module that it reaches.
    fn row(&mut self, row: &Row) -> usize {
        let Some(input) = &row.input else {
            let lines = self.references.lines(&row.owners, row.resource);
            return self.push(NodeKind::Launcher, lines, None);
        };
        let frame = Some(self.frame(&row.owners));
        let node = self.push(NodeKind::Port, vec![self.references.input_name(&input.name)], frame);
        let first = node + 1;
        let (shown, left_out) = input.shown();
        for ((_, what), way) in shown.iter().zip(input.ways()) {
            let plain = what.replace('`', "");
            let lines: Vec<String> = plain.splitn(2, ": ").map(str::to_owned).collect();
            let kind = if plain.starts_with("module.") { NodeKind::Port } else { NodeKind::Launcher };
            let from = self.push(kind, lines, frame);
            let to = way.map_or(node, |number| first + number);
            self.graph.edges.push(Edge { from, to, state: State::Right, label: None });
        }
        if left_out > 0 {
            let from = self.push(NodeKind::Launcher, vec![format!("{left_out} more")], frame);
            self.graph.edges.push(Edge { from, to: node, state: State::Right, label: None });
        }
        node
    }

    /// The node of an endpoint. It comes with what is behind it.
    fn endpoint(&mut self, endpoint: &Endpoint) -> usize {
        if let Some(&node) = self.nodes.get(endpoint) {
            return node;
        }
        let (kind, line, call) = self.references.described(endpoint);
        let mut lines = vec![line];
        match kind {
            NodeKind::NewProfile => lines.push("new".to_owned()),
            NodeKind::ClosedRole => lines.push("EC2 cannot assume it".to_owned()),
            _ => {}
        }
        let frame = call.map(|call| self.frame(&[call]));
        let from = self.push(kind, lines, frame);
        self.nodes.insert(endpoint.clone(), from);
        if let Some((behind, state, label)) = self.references.behind(endpoint) {
            let to = self.endpoint(&behind);
            self.graph.edges.push(Edge { from, to, state, label });
        }
        from
    }
}
