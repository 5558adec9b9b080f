//! The references as a Mermaid flowchart: launchers to profiles to roles, one frame for each module or template, and one in it for each module that it
//! calls.
//!
//! A thin arrow is a right reference, a crossed one is wrong, a dotted one is unresolved, a thick one is added by the fixes of this run.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::{Run, escape};
use crate::check::UnitReport;
use crate::report::graph;
use crate::report::graph::{Edge, Graph, Node};
use crate::report::references::{NodeKind, State, View};

/// Longer lines in a node are cut.
const MAX_LINE: usize = 60;

/// Mermaid refuses more than 500 edges. Each edge from a launcher may come with one from a profile; a longer way counts twice.
const MAX_EDGES: usize = 240;
/// Mermaid refuses more than 50,000 characters.
const MAX_TEXT: usize = 45_000;

/// Writes one flowchart with everything in it.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let units: Vec<&UnitReport> = run.units.iter().collect();
    out.write_all(flowchart(&units, View::Both, MAX_TEXT).as_bytes())
}

/// A flowchart of these units that renderers accept, in at most about `max_text` characters.
pub(crate) fn flowchart(units: &[&UnitReport], view: View, max_text: usize) -> String {
    let mut max_edges = MAX_EDGES;
    loop {
        let mut budget = max_edges;
        let mut chart = Chart { text: "flowchart LR\n".to_owned(), ..Chart::default() };
        for graph in units.iter().filter_map(|unit| graph::graph(unit, view, &mut budget)) {
            chart.add(&graph);
        }
        let text = chart.finish();
        if text.len() <= max_text || max_edges == 0 {
            return text;
        }
        max_edges /= 2;
    }
}

#[derive(Default)]
struct Chart {
    text: String,
    frames: usize,
    nodes: usize,
    /// Launchers of units that did not fit at all.
    left_out: usize,
    /// The states of the edges, in their order.
    edges: Vec<State>,
}

impl Chart {
    fn add(&mut self, graph: &Graph) {
        if graph.nodes.is_empty() {
            self.left_out += graph.left_out;
            return;
        }
        let first = self.nodes;
        self.nodes += graph.nodes.len();
        self.frames += 1;
        let frame = self.frames;
        let title = label(std::slice::from_ref(&graph.title));
        self.line(format_args!("  subgraph frame{frame}[\"{title}\"]"));
        // Frames do not inherit the direction.
        self.line(format_args!("    direction LR"));
        self.nodes_in(graph, None, first, "    ");
        for (number, lines) in graph.frames.iter().enumerate() {
            self.frames += 1;
            let (inner, title) = (self.frames, label(lines));
            self.line(format_args!("    subgraph frame{inner}[\"{title}\"]"));
            self.line(format_args!("      direction LR"));
            self.nodes_in(graph, Some(number), first, "      ");
            self.line(format_args!("    end"));
        }
        for edge in &graph.edges {
            self.edge(edge, first);
        }
        if graph.left_out > 0 {
            let more = format!("{} more launchers", graph.left_out);
            self.line(format_args!("    more{frame}[\"{more}\"]:::outside"));
        }
        self.line(format_args!("  end"));
        for frame in frame..=self.frames {
            self.line(format_args!("  class frame{frame} frame"));
        }
    }

    /// The nodes in this frame of the graph, or in none. The number of the graph's first node is `first`.
    fn nodes_in(&mut self, graph: &Graph, frame: Option<usize>, first: usize, indent: &str) {
        for (index, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.frame == frame) {
            let text = label(&node.lines);
            let (open, close, class) = shape(node);
            self.line(format_args!("{indent}n{}{open}\"{text}\"{close}:::{class}", first + index));
        }
    }

    fn edge(&mut self, edge: &Edge, first: usize) {
        let (from, to) = (first + edge.from, first + edge.to);
        match (edge.state, edge.label) {
            (State::Right, _) => self.line(format_args!("    n{from} --> n{to}")),
            (State::Fixed, _) => self.line(format_args!("    n{from} ==> n{to}")),
            (State::Unresolved, _) => self.line(format_args!("    n{from} -.-> n{to}")),
            (State::Wrong, Some(code)) => self.line(format_args!("    n{from} -- {code} --x n{to}")),
            (State::Wrong, None) => self.line(format_args!("    n{from} --x n{to}")),
        }
        self.edges.push(edge.state);
    }

    fn finish(mut self) -> String {
        if self.left_out > 0 {
            let left_out = self.left_out;
            self.line(format_args!("  rest[\"{left_out} more launchers\"]:::outside"));
        } else if self.frames == 0 {
            self.line(format_args!("  none[\"no references found\"]"));
        }
        for (state, style) in
            [(State::Wrong, "stroke:#cf222e,stroke-width:2px"), (State::Fixed, "stroke:#1a7f37,stroke-width:3px")]
        {
            let numbers: Vec<String> = self
                .edges
                .iter()
                .enumerate()
                .filter(|(_, it)| **it == state)
                .map(|(number, _)| number.to_string())
                .collect();
            if !numbers.is_empty() {
                self.line(format_args!("  linkStyle {} {style}", numbers.join(",")));
            }
        }
        // Colours that can be read on a light and on a dark page.
        for class in [
            "launcher fill:#ddf4ff,stroke:#0969da,color:#1f2328",
            "profile fill:#fff8c5,stroke:#9a6700,color:#1f2328",
            "new fill:#dafbe1,stroke:#1a7f37,stroke-width:3px,color:#1f2328",
            "role fill:#fbefff,stroke:#8250df,color:#1f2328",
            "closed fill:#ffebe9,stroke:#cf222e,color:#1f2328",
            "port fill:#f6f8fa,stroke:#0969da,color:#1f2328",
            "frame fill:none,stroke:#656d76",
            "outside fill:#f6f8fa,stroke:#656d76,stroke-dasharray:4,color:#1f2328",
        ] {
            self.line(format_args!("  classDef {class}"));
        }
        self.text
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{line}");
    }
}

/// The brackets around the text of a node, and its class.
fn shape(node: &Node) -> (&'static str, &'static str, &'static str) {
    match node.kind {
        NodeKind::Launcher => ("[", "]", "launcher"),
        NodeKind::Profile => ("{{", "}}", "profile"),
        NodeKind::NewProfile => ("{{", "}}", "new"),
        NodeKind::Role => ("([", "])", "role"),
        NodeKind::ClosedRole => ("([", "])", "closed"),
        NodeKind::Port => (">", "]", "port"),
        NodeKind::Outside => ("[/", "/]", "outside"),
    }
}

/// Lines of a node, in quotes. What could have a meaning in Mermaid, HTML or Markdown becomes an entity of Mermaid.
fn label(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    lines.join("<br/>")
}

fn escaped(line: &str) -> String {
    let mut out = String::new();
    for (count, character) in escape::terminal(line).chars().enumerate() {
        if count == MAX_LINE {
            out.push('\u{2026}');
            break;
        }
        match character {
            character if character.is_alphanumeric() || " _.,-()/".contains(character) => out.push(character),
            character => {
                let _ = write!(out, "#{};", u32::from(character));
            }
        }
    }
    out
}

/// Keeps the limits of renderers.
#[cfg(test)]
pub(super) fn assert_accepted(text: &str) {
    assert!(text.len() <= 50_000, "{} bytes", text.len());
    let arrows = text.lines().filter(|line| [" --", " ==> ", " -.-> "].iter().any(|arrow| line.contains(arrow)));
    assert!(arrows.count() <= 500, "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Diagnostic;
    use crate::model::{LeafId, NodeId, Resolution, SlotId, TemplateString};
    use crate::report::tests::{self, sample};

    fn written(run: &Run) -> String {
        tests::written(run, |run, out| write(run, out))
    }

    /// The sample with many launchers like its first.
    fn crowd(count: usize) -> Run {
        let mut run = sample::run();
        let unit = &mut run.units[0];
        for number in 0..count {
            let mut node = unit.unit.nodes[2].clone();
            node.address = format!("aws_instance.worker_{number}");
            unit.unit.nodes.push(node);
            let mut slot = unit.unit.slots[0].clone();
            slot.owner = NodeId::from(unit.unit.nodes.len() - 1);
            unit.unit.slots.push(slot);
            let mut finding = sample::run().units.remove(0).findings.remove(0);
            finding.site.as_mut().expect("a slot").slot = SlotId::from(unit.unit.slots.len() - 1);
            unit.findings.push(finding);
        }
        run
    }

    #[test]
    fn before_beside_after() {
        let expected = r#"flowchart LR
  subgraph frame1["app"]
    direction LR
    n0["aws_instance.dark"]:::launcher
    n1[/"var.profile (input)"/]:::outside
    n2["aws_instance.web"]:::launcher
    n3(["aws_iam_role.app"]):::role
    n4{{"aws_iam_instance_profile.app<br/>new"}}:::new
    n5["aws_launch_configuration.batch"]:::launcher
    n6["aws_instance.old"]:::launcher
    n7(["data.aws_iam_role.console"]):::role
    n0 -.-> n1
    n2 -- IPF001 --x n3
    n4 ==> n3
    n2 ==> n4
    n5 -- IPF001 --x n3
    n5 ==> n4
    n6 -- IPF001 --x n7
  end
  class frame1 frame
  linkStyle 1,4,6 stroke:#cf222e,stroke-width:2px
  linkStyle 2,3,5 stroke:#1a7f37,stroke-width:3px
  classDef launcher "#;
        let text = written(&sample::run());
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn before_and_after() {
        let run = sample::run();
        let arrows = |view| {
            let graph = graph::graph(&run.units[0], view, &mut 100).expect("launchers");
            let name = |index: usize| graph.nodes[index].lines[0].clone();
            let arrows = graph.edges.iter();
            arrows.map(|it| (name(it.from), name(it.to), it.state)).collect::<std::collections::HashSet<_>>()
        };
        let arrow = |from: &str, to: &str, state| (from.to_owned(), to.to_owned(), state);
        let (role, profile) = ("aws_iam_role.app", "aws_iam_instance_profile.app");
        let (web, batch) = ("aws_instance.web", "aws_launch_configuration.batch");
        let same = [
            arrow("aws_instance.old", "data.aws_iam_role.console", State::Wrong),
            arrow("aws_instance.dark", "var.profile (input)", State::Unresolved),
        ];
        let mut before = arrows(View::Before);
        let mut after = arrows(View::After);
        for arrow in &same {
            assert!(before.remove(arrow) && after.remove(arrow), "{arrow:?}");
        }
        assert_eq!(before, [arrow(web, role, State::Wrong), arrow(batch, role, State::Wrong)].into());
        let fixed = |from: &str, to: &str| arrow(from, to, State::Fixed);
        assert_eq!(after, [fixed(web, profile), fixed(batch, profile), fixed(profile, role)].into());
    }

    #[test]
    fn launchers_with_the_same_references() {
        let text = written(&crowd(100));
        let shared = "\"101 x aws_instance<br/>web, worker_0, worker_1, worker_2<br/>and 97 more\"";
        assert!(text.contains(shared), "{text}");
        assert_eq!(text.matches(":::launcher").count(), 4, "{text}");
    }

    #[test]
    fn right_references_are_left_out_first() {
        let mut run = crowd(300);
        // Every launcher reaches something else, so that none share a box.
        let unit = &mut run.units[0];
        for number in 0..300 {
            let id = SlotId::from(4 + number);
            let is_of_slot = |finding: &Diagnostic| finding.site.is_some_and(|site| site.slot == id);
            unit.findings.retain(|finding| !is_of_slot(finding) || number < 50);
            unit.unit.leaves.push(unit.unit.leaves[0].clone());
            let leaf = LeafId::from(unit.unit.leaves.len() - 1);
            let word = TemplateString::literal(format!("profile-{number}"));
            unit.unit.leaves[leaf.index()].resolution = Resolution::Text(word);
            unit.unit.slots[id.index()].leaves[0].leaf = leaf;
            for finding in unit.findings.iter_mut().filter(|finding| is_of_slot(finding)) {
                finding.site.as_mut().expect("a slot").leaf = leaf;
                finding.applied = false;
            }
        }
        let text = written(&run);
        assert_eq!(text.matches(" -- IPF001 --x ").count(), 53, "{text}");
        assert!(text.contains("\"66 more launchers\""), "{text}");
        assert_accepted(&text);
    }

    #[test]
    fn many_units() {
        let mut run = Run { units: (0..100).flat_map(|_| sample::run().units).collect(), ..Run::default() };
        let text = written(&run);
        assert_accepted(&text);
        // 6 arrows from launchers for each unit.
        assert_eq!(text.matches("subgraph").count(), 40, "{text}");
        assert!(text.contains("  rest[\"240 more launchers\"]"), "{text}");
        for (number, node) in run.units.iter_mut().flat_map(|unit| &mut unit.unit.nodes).enumerate() {
            node.address = format!("{number}{}", "\u{7}".repeat(60));
        }
        assert_accepted(&written(&run));
    }

    #[test]
    fn escaped_labels() {
        let nasty = "a\"];b%%{init: {}}%%<b>`&#x\nend";
        let text = escaped(nasty);
        let plain = text.replace("#34;", "").replace("#93;", "");
        assert!(!plain.contains(['"', '%', '{', '<', '>', '&', '`', '\n', '[', ']', ':']), "{text}");
        assert!(escaped(&"x".repeat(100)).ends_with("x\u{2026}"));
        let mut run = sample::run();
        run.units[0].unit.nodes[2].address = nasty.to_owned();
        assert_eq!(written(&run).lines().count(), written(&sample::run()).lines().count());
    }

    #[test]
    fn empty_flowchart() {
        assert!(written(&Run::default()).starts_with("flowchart LR\n  none["));
    }
}
