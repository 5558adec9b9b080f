//! The references of a unit as a graph: launcher, profile, role. [`mermaid`](crate::report::mermaid) prints it.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::aws::trust::Trust;
use crate::check::{Diagnostic, Language, UnitReport};
use crate::model::{
    LeafId, NodeId, ProfileId, ProfileRole, Reason, Resolution, RoleId, SlotId, TemplateString, UnitIndex,
};
use crate::plan::{Change, FixId, PlannedId, Target};
use crate::report::view;
use crate::rules::{Severity, Subject, Suggestion};

/// From this many launchers of one type with the same references, they share a node.
const MIN_ALIKE: usize = 4;
/// At most this many of them are named in it.
const MAX_NAMED: usize = 4;

/// Which state of a unit a graph shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum View {
    /// The unit as it was read.
    Before,
    /// The unit with the applied fixes.
    After,
    /// As it was read, with the applied fixes beside what they replace.
    Both,
}

/// The graph of one unit.
pub(crate) struct Graph {
    pub(crate) title: String,
    pub(crate) nodes: Vec<Node>,
    pub(crate) edges: Vec<Edge>,
    /// How many launchers were left out.
    pub(crate) left_out: usize,
}

/// A node.
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    pub(crate) lines: Vec<String>,
}

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NodeKind {
    Launcher,
    Profile,
    /// One that a fix adds.
    NewProfile,
    Role,
    /// A role that EC2 cannot assume.
    ClosedRole,
    /// Something that is not in the unit.
    Outside,
}

/// An edge between two nodes.
pub(crate) struct Edge {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) state: State,
    /// The rule that reports a wrong reference.
    pub(crate) label: Option<&'static str>,
}

/// Whether a reference is right. The worst is the greatest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub(crate) enum State {
    Right,
    /// Added by a fix of this run.
    Fixed,
    Unresolved,
    Wrong,
}

/// What a launcher references.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
enum Endpoint {
    Profile(ProfileId),
    Planned(PlannedId),
    Role(RoleId),
    Outside(String),
}

/// A reference of a launcher: to what, whether it is right, and the rule that says it is not.
type Reference = (Endpoint, State, Option<&'static str>);

/// Launchers of one type with the same references.
struct Row {
    resource: &'static str,
    names: Vec<String>,
    references: Vec<Reference>,
}

impl Row {
    fn worst(&self) -> State {
        self.references.iter().map(|reference| reference.1).max().unwrap_or(State::Right)
    }
}

/// The graph of a unit; none if it has no launcher. At most `budget` edges start at launchers, and `budget` becomes what is left of it: right
/// references are left out first.
pub(crate) fn graph(unit: &UnitReport, view: View, budget: &mut usize) -> Option<Graph> {
    let builder = GraphBuilder::new(unit, view);
    let (rows, left_out) = chosen(builder.rows(), budget);
    if rows.is_empty() && left_out == 0 {
        return None;
    }
    let mut graph = Graph { title: view::unit_path(unit), nodes: Vec::new(), edges: Vec::new(), left_out };
    let mut known: BTreeMap<Endpoint, usize> = BTreeMap::new();
    for row in rows {
        let lines = lines(&row, unit.language);
        graph.nodes.push(Node { kind: NodeKind::Launcher, lines });
        let from = graph.nodes.len() - 1;
        for (endpoint, state, label) in row.references {
            let to = builder.node(&endpoint, &mut known, &mut graph);
            graph.edges.push(Edge { from, to, state, label });
        }
    }
    Some(graph)
}

/// The rows that are shown, and how many launchers are in the others.
fn chosen(rows: Vec<Row>, budget: &mut usize) -> (Vec<Row>, usize) {
    let mut by_state: Vec<(State, usize, usize)> =
        rows.iter().enumerate().map(|(index, row)| (row.worst(), index, row.references.len())).collect();
    by_state.sort_by_key(|&(state, index, _)| (std::cmp::Reverse(state), index));
    let mut fits = vec![false; rows.len()];
    for (_, index, references) in by_state {
        fits[index] = references <= *budget;
        *budget = budget.saturating_sub(references);
    }
    let mut left_out = 0;
    let keep = |(row, fits): (Row, bool)| {
        left_out += if fits { 0 } else { row.names.len() };
        fits.then_some(row)
    };
    let shown = rows.into_iter().zip(fits).filter_map(keep).collect();
    (shown, left_out)
}

fn lines(row: &Row, language: Language) -> Vec<String> {
    match row.names.as_slice() {
        [name] => match language {
            Language::Terraform => vec![name.clone()],
            Language::CloudFormation => vec![name.clone(), row.resource.to_owned()],
        },
        names => {
            let short = |name: &String| match language {
                Language::Terraform => name.rsplit('.').next().unwrap_or(name).to_owned(),
                Language::CloudFormation => name.clone(),
            };
            let named: Vec<String> = names.iter().take(MAX_NAMED).map(short).collect();
            let mut lines = vec![format!("{} x {}", names.len(), row.resource), named.join(", ")];
            if names.len() > MAX_NAMED {
                lines.push(format!("and {} more", names.len() - MAX_NAMED));
            }
            lines
        }
    }
}

/// Builds the graph of one unit.
struct GraphBuilder<'r> {
    unit: &'r UnitReport,
    view: View,
    index: UnitIndex<'r>,
    findings: HashMap<(SlotId, LeafId), &'r Diagnostic>,
}

impl<'r> GraphBuilder<'r> {
    fn new(unit: &'r UnitReport, view: View) -> Self {
        let index = UnitIndex::of(&unit.unit);
        let about_reference =
            unit.findings.iter().filter(|finding| finding.rule.is_none_or(|rule| rule.subject != Subject::Role));
        let by_leaf = |finding: &'r Diagnostic| Some(((finding.site?.slot, finding.site?.leaf), finding));
        let findings = about_reference.filter_map(by_leaf).collect();
        GraphBuilder { unit, view, index, findings }
    }

    /// The launchers, grouped by their references and ordered by the role that they get.
    fn rows(&self) -> Vec<Row> {
        let unit = &self.unit.unit;
        let of_profiles: HashSet<SlotId> = unit.profiles.iter().filter_map(|profile| profile.role_slot).collect();
        let mut by_owner: BTreeMap<NodeId, (&'static str, Vec<Reference>)> = BTreeMap::new();
        for (index, slot) in unit.slots.iter().enumerate() {
            let id = SlotId::from(index);
            if of_profiles.contains(&id) {
                continue;
            }
            let (_, references) = by_owner.entry(slot.owner).or_insert((slot.spec.resource, Vec::new()));
            for leaf_use in &slot.leaves {
                for reference in self.references(id, leaf_use.leaf) {
                    if !references.contains(&reference) {
                        references.push(reference);
                    }
                }
            }
        }
        let mut alike: Vec<Row> = Vec::new();
        let mut indices: HashMap<(&'static str, Vec<Reference>), usize> = HashMap::new();
        for (owner, (resource, references)) in by_owner {
            if references.is_empty() {
                continue;
            }
            let index = *indices.entry((resource, references.clone())).or_insert_with(|| {
                alike.push(Row { resource, names: Vec::new(), references });
                alike.len() - 1
            });
            alike[index].names.push(unit.node(owner).address.clone());
        }
        let mut rows: Vec<Row> = alike.into_iter().flat_map(Self::split).collect();
        rows.sort_by_cached_key(|row| row.references.first().map(|reference| self.final_role(&reference.0)));
        rows
    }

    /// A few launchers with the same references get a node each.
    fn split(row: Row) -> Vec<Row> {
        if row.names.len() >= MIN_ALIKE {
            return vec![row];
        }
        let one = |name| Row { resource: row.resource, names: vec![name], references: row.references.clone() };
        row.names.into_iter().map(one).collect()
    }

    /// The references of one leaf of one slot.
    fn references(&self, slot: SlotId, leaf: LeafId) -> Vec<Reference> {
        let resolution = &self.unit.unit.leaf(leaf).resolution;
        let finding = self.findings.get(&(slot, leaf)).copied();
        let suggestion = finding.and_then(|finding| Some(finding.site?.suggestion));
        let alias = &self.unit.unit.slot(slot).provider_alias;
        let Some(endpoint) = self.before(resolution, alias, suggestion) else { return Vec::new() };
        let state = match finding.map(|finding| finding.severity) {
            Some(Severity::Error | Severity::Warning) => State::Wrong,
            None if matches!(endpoint, Endpoint::Profile(_)) => State::Right,
            Some(Severity::Note) | None => State::Unresolved,
        };
        let label = finding.filter(|_| state == State::Wrong).and_then(Diagnostic::code);
        let fix = finding.filter(|finding| finding.applied).and_then(|finding| finding.fix);
        let after = |fix| self.after(fix, slot, leaf, &endpoint).map(|endpoint| (endpoint, State::Fixed, None));
        let before = (endpoint.clone(), state, label);
        match (self.view, fix) {
            (View::Before, _) | (_, None) => vec![before],
            (View::After, Some(fix)) => after(fix).into_iter().collect(),
            (View::Both, Some(fix)) => std::iter::once(before).chain(after(fix)).collect(),
        }
    }

    /// What the leaf references before the fix.
    fn before(
        &self,
        resolution: &Resolution,
        provider_alias: &str,
        suggestion: Option<Suggestion>,
    ) -> Option<Endpoint> {
        let meant = match suggestion {
            Some(Suggestion::ProfileOf(role) | Suggestion::UseRole(role)) => Some(Endpoint::Role(role)),
            Some(Suggestion::UseProfile(profile)) => Some(Endpoint::Profile(profile)),
            Some(
                Suggestion::FixShape
                | Suggestion::UseNameInArn
                | Suggestion::RemoveArgument
                | Suggestion::RemoveWith(_)
                | Suggestion::DisplayOnly,
            )
            | None => None,
        };
        let outside = |text: &TemplateString, why: &str| {
            let expression = if let [part] = text.0.as_slice() { part.expression() } else { None };
            let shown = expression.map_or_else(|| view::display(text), str::to_owned);
            Endpoint::Outside(if shown.is_empty() { why.to_owned() } else { format!("{shown} ({why})") })
        };
        let named = |text| {
            move || match self.index.profiles_named(text, provider_alias) {
                [profile] => Some(Endpoint::Profile(*profile)),
                _ => None,
            }
        };
        match resolution {
            Resolution::Role(role, ..) => Some(Endpoint::Role(*role)),
            Resolution::Profile(profile, ..) => Some(Endpoint::Profile(*profile)),
            Resolution::Policy(role) => {
                Some(role.map_or_else(|| Endpoint::Outside("a policy".to_owned()), Endpoint::Role))
            }
            Resolution::Quoted { reads_as, .. } => self.before(reads_as, provider_alias, suggestion),
            Resolution::Text(text) => {
                Some(meant.or_else(named(text)).unwrap_or_else(|| outside(text, "not declared here")))
            }
            Resolution::Unknown(reason, text) => {
                Some(meant.or_else(named(text)).unwrap_or_else(|| outside(text, reason_word(reason))))
            }
            Resolution::Absent => None,
        }
    }

    /// What the leaf references after the fix; none if the argument is removed.
    fn after(&self, fix: FixId, slot: SlotId, leaf: LeafId, before: &Endpoint) -> Option<Endpoint> {
        let changes = &self.unit.plan.fix(fix).changes;
        let rewired = changes.iter().find_map(|change| match change {
            Change::Rewire { leaf: changed, to, .. } | Change::Replace { leaf: changed, to, .. }
                if *changed == leaf =>
            {
                Some(match *to {
                    Target::Existing(profile) => Endpoint::Profile(profile),
                    Target::Planned(profile) => Endpoint::Planned(profile),
                    Target::Role(role) => Endpoint::Role(role),
                    Target::NameInArn => before.clone(),
                })
            }
            _ => None,
        });
        let goes = || changes.iter().any(|change| matches!(change, Change::Remove { slot: gone } if *gone == slot));
        // A new shape around the same value is neither.
        rewired.or_else(|| (!goes()).then(|| before.clone()))
    }

    /// The node of an endpoint; that of a profile comes with the edge to its role.
    fn node(&self, endpoint: &Endpoint, known: &mut BTreeMap<Endpoint, usize>, graph: &mut Graph) -> usize {
        if let Some(&node) = known.get(endpoint) {
            return node;
        }
        let unit = &self.unit.unit;
        let (kind, line) = match endpoint {
            Endpoint::Profile(id) => (NodeKind::Profile, unit.profile(*id).address.clone()),
            Endpoint::Planned(id) => (NodeKind::NewProfile, view::planned_address(self.unit, *id)),
            Endpoint::Role(id) => match unit.role(*id).trust {
                Trust::NotEc2 => (NodeKind::ClosedRole, unit.role(*id).address.clone()),
                Trust::Ec2 | Trust::Unknown => (NodeKind::Role, unit.role(*id).address.clone()),
            },
            Endpoint::Outside(text) => (NodeKind::Outside, text.clone()),
        };
        let mut lines = vec![line];
        match kind {
            NodeKind::NewProfile => lines.push("new".to_owned()),
            NodeKind::ClosedRole => lines.push("EC2 cannot assume it".to_owned()),
            _ => {}
        }
        graph.nodes.push(Node { kind, lines });
        let from = graph.nodes.len() - 1;
        known.insert(endpoint.clone(), from);
        if let Some((role, state, label)) = self.profile_role(endpoint) {
            let to = self.node(&Endpoint::Role(role), known, graph);
            graph.edges.push(Edge { from, to, state, label });
        }
        from
    }

    /// The role in a profile.
    fn profile_role(&self, endpoint: &Endpoint) -> Option<(RoleId, State, Option<&'static str>)> {
        match endpoint {
            Endpoint::Planned(id) => Some((self.unit.plan.profile(*id).role, State::Fixed, None)),
            Endpoint::Profile(id) => {
                let slot = self.unit.unit.profile(*id).role_slot;
                let finding = slot.and_then(|slot| {
                    let mut leaves = self.unit.unit.slot(slot).leaves.iter();
                    leaves.find_map(|leaf_use| self.findings.get(&(slot, leaf_use.leaf)))
                });
                let ProfileRole::Role(role) = self.index.role_of(*id) else { return None };
                Some(match finding {
                    Some(finding) if self.view == View::Before || !finding.applied => {
                        (role, State::Wrong, finding.code())
                    }
                    Some(_) => (role, State::Fixed, None),
                    None => (role, State::Right, None),
                })
            }
            Endpoint::Role(_) | Endpoint::Outside(_) => None,
        }
    }

    /// By which role a row is ordered: the one that its first reference leads to.
    fn final_role(&self, endpoint: &Endpoint) -> (Option<RoleId>, Endpoint) {
        let role = match endpoint {
            Endpoint::Role(role) => Some(*role),
            endpoint => self.profile_role(endpoint).map(|profile_role| profile_role.0),
        };
        (role, endpoint.clone())
    }
}

fn reason_word(reason: &Reason) -> &'static str {
    match reason {
        Reason::Variable => "input",
        Reason::Import => "imported",
        Reason::Module => "module output",
        Reason::Computed => "computed",
        Reason::UnreadableFile => "possibly in an unreadable file",
        Reason::Undeclared => "not declared here",
        Reason::Unsupported(_) => "not supported",
    }
}
