//! The wiring of a unit as boxes and arrows: launcher, profile, role. Drawn by [`mermaid`](crate::report::mermaid).

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::aws::trust::Trust;
use crate::check::{Language, Reported, UnitReport};
use crate::model::{
    LeafId, NodeId, Part, ProfileId, ProfileRole, Reason, Resolution, RoleId, SlotId, TemplateString, UnitIndex,
};
use crate::plan::{Change, FixId, PlannedId, Target};
use crate::report::view;
use crate::rules::{Severity, Subject, Suggestion};

/// From this many launchers of one kind that are wired alike, they share a box.
const ALIKE: usize = 4;
/// So many of them are named in it.
const NAMED: usize = 4;

/// What is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum View {
    /// The unit as it was read.
    Before,
    /// The unit with the applied fixes.
    After,
    /// As it was read, with the applied fixes beside what they replace.
    Both,
}

/// A picture.
pub(crate) struct Graph {
    pub(crate) title: String,
    pub(crate) boxes: Vec<Node>,
    pub(crate) arrows: Vec<Arrow>,
    /// How many launchers were left out.
    pub(crate) left_out: usize,
}

/// A box.
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) lines: Vec<String>,
}

/// What a box stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Launcher,
    Profile,
    /// One that a fix adds.
    NewProfile,
    Role,
    /// A role that EC2 may not assume.
    ClosedRole,
    /// Something that is not in the unit.
    Outside,
}

/// An arrow between two boxes.
pub(crate) struct Arrow {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) state: State,
    /// The rule that a wrong arrow breaks.
    pub(crate) label: Option<&'static str>,
}

/// Whether a wiring is right. The worst is the greatest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub(crate) enum State {
    Right,
    /// Made right by a fix of this run.
    Fixed,
    Undecidable,
    Wrong,
}

/// Where an arrow from a launcher ends.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
enum Endpoint {
    Profile(ProfileId),
    Planned(PlannedId),
    Role(RoleId),
    Outside(String),
}

/// An arrow from a launcher.
type Edge = (Endpoint, State, Option<&'static str>);

/// Launchers of one kind that are wired alike.
struct Row {
    resource: &'static str,
    names: Vec<String>,
    wires: Vec<Edge>,
}

impl Row {
    fn worst(&self) -> State {
        self.wires.iter().map(|edge| edge.1).max().unwrap_or(State::Right)
    }
}

/// Draws a unit; none if it has no launcher. At most `room` arrows go out from launchers: what does not fit is left out, right wirings
/// first, and `room` becomes what is left of it.
pub(crate) fn draw(unit: &UnitReport, view: View, room: &mut usize) -> Option<Graph> {
    let artist = GraphBuilder::new(unit, view);
    let (rows, left_out) = chosen(artist.rows(), room);
    if rows.is_empty() && left_out == 0 {
        return None;
    }
    let mut graph = Graph { title: view::unit_path(unit), boxes: Vec::new(), arrows: Vec::new(), left_out };
    let mut ends: BTreeMap<Endpoint, usize> = BTreeMap::new();
    for row in rows {
        let lines = lines(&row, unit.language);
        graph.boxes.push(Node { kind: Kind::Launcher, lines });
        let from = graph.boxes.len() - 1;
        for (end, state, label) in row.wires {
            let to = artist.end(&end, &mut ends, &mut graph);
            graph.arrows.push(Arrow { from, to, state, label });
        }
    }
    Some(graph)
}

/// The rows that are drawn, and how many launchers are in the others.
fn chosen(rows: Vec<Row>, room: &mut usize) -> (Vec<Row>, usize) {
    let mut by_state: Vec<(State, usize, usize)> =
        rows.iter().enumerate().map(|(index, row)| (row.worst(), index, row.wires.len())).collect();
    by_state.sort_by_key(|&(state, index, _)| (std::cmp::Reverse(state), index));
    let mut fits = vec![false; rows.len()];
    for (_, index, wires) in by_state {
        fits[index] = wires <= *room;
        *room = room.saturating_sub(wires);
    }
    let mut left_out = 0;
    let keep = |(row, fits): (Row, bool)| {
        left_out += if fits { 0 } else { row.names.len() };
        fits.then_some(row)
    };
    let node = rows.into_iter().zip(fits).filter_map(keep).collect();
    (node, left_out)
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
            let named: Vec<String> = names.iter().take(NAMED).map(short).collect();
            let mut lines = vec![format!("{} x {}", names.len(), row.resource), named.join(", ")];
            if names.len() > NAMED {
                lines.push(format!("and {} more", names.len() - NAMED));
            }
            lines
        }
    }
}

/// What is looked up again and again while a unit is drawn.
struct GraphBuilder<'r> {
    unit: &'r UnitReport,
    view: View,
    index: UnitIndex<'r>,
    findings: HashMap<(SlotId, LeafId), &'r Reported>,
}

impl<'r> GraphBuilder<'r> {
    fn new(unit: &'r UnitReport, view: View) -> Self {
        let index = UnitIndex::of(&unit.unit);
        let about_wiring = unit.findings.iter().filter(|reported| reported.finding.rule.subject != Subject::Role);
        let findings = about_wiring.map(|it| ((it.finding.slot, it.finding.leaf), it)).collect();
        GraphBuilder { unit, view, index, findings }
    }

    /// The launchers, those that are wired alike together, ordered by the role that they reach.
    fn rows(&self) -> Vec<Row> {
        let unit = &self.unit.unit;
        let of_profiles: HashSet<SlotId> = unit.profiles.iter().filter_map(|profile| profile.role_slot).collect();
        let mut by_owner: BTreeMap<NodeId, (&'static str, Vec<Edge>)> = BTreeMap::new();
        for (index, slot) in unit.slots.iter().enumerate() {
            let id = SlotId::from(index);
            if of_profiles.contains(&id) {
                continue;
            }
            let (_, wires) = by_owner.entry(slot.owner).or_insert((slot.spec.resource, Vec::new()));
            for leaf_use in &slot.leaves {
                for edge in self.wires(id, leaf_use.leaf) {
                    if !wires.contains(&edge) {
                        wires.push(edge);
                    }
                }
            }
        }
        let mut alike: Vec<Row> = Vec::new();
        let mut places: HashMap<(&'static str, Vec<Edge>), usize> = HashMap::new();
        for (owner, (resource, wires)) in by_owner {
            if wires.is_empty() {
                continue;
            }
            let place = *places.entry((resource, wires.clone())).or_insert_with(|| {
                alike.push(Row { resource, names: Vec::new(), wires });
                alike.len() - 1
            });
            alike[place].names.push(unit.node(owner).address.clone());
        }
        let mut rows: Vec<Row> = alike.into_iter().flat_map(Self::split).collect();
        rows.sort_by_cached_key(|row| row.wires.first().map(|edge| self.final_role(&edge.0)));
        rows
    }

    /// A few launchers that are wired alike get a box each.
    fn split(row: Row) -> Vec<Row> {
        if row.names.len() >= ALIKE {
            return vec![row];
        }
        let one = |name| Row { resource: row.resource, names: vec![name], wires: row.wires.clone() };
        row.names.into_iter().map(one).collect()
    }

    /// What one leaf of one slot is drawn as.
    fn wires(&self, slot: SlotId, leaf: LeafId) -> Vec<Edge> {
        let resolution = &self.unit.unit.leaf(leaf).resolution;
        let reported = self.findings.get(&(slot, leaf)).copied();
        let Some(end) = self.denoted(resolution, &self.unit.unit.slot(slot).provider_alias, reported) else {
            return Vec::new();
        };
        let state = match reported.map(|reported| reported.finding.rule.severity) {
            Some(Severity::Error | Severity::Warning) => State::Wrong,
            None if matches!(end, Endpoint::Profile(_)) => State::Right,
            Some(Severity::Note) | None => State::Undecidable,
        };
        let label = reported.filter(|_| state == State::Wrong).map(|reported| reported.finding.rule.code);
        let fix = reported.filter(|reported| reported.applied).and_then(|reported| reported.fix);
        let after = |fix| self.after(fix, slot, leaf, &end).map(|end| (end, State::Fixed, None));
        let before = (end.clone(), state, label);
        match (self.view, fix) {
            (View::Before, _) | (_, None) => vec![before],
            (View::After, Some(fix)) => after(fix).into_iter().collect(),
            (View::Both, Some(fix)) => std::iter::once(before).chain(after(fix)).collect(),
        }
    }

    /// What stands in the place before the fix.
    fn denoted(&self, resolution: &Resolution, provider_alias: &str, reported: Option<&Reported>) -> Option<Endpoint> {
        let meant = match reported.map(|reported| reported.finding.violation.suggestion) {
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
            let shown = match text.0.as_slice() {
                [Part::Interpolation(expression) | Part::Scoped { expression, .. }] => expression.clone(),
                _ => view::display(text),
            };
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
            Resolution::Quoted { reads_as, .. } => self.denoted(reads_as, provider_alias, reported),
            Resolution::Text(text) => {
                Some(meant.or_else(named(text)).unwrap_or_else(|| outside(text, "not in this unit")))
            }
            Resolution::Unknown(reason, text) => {
                Some(meant.or_else(named(text)).unwrap_or_else(|| outside(text, reason_word(reason))))
            }
            Resolution::Absent => None,
        }
    }

    /// What stands in the place after the fix; none if the argument goes.
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

    /// The box of an end; a profile's brings the arrow to its role with it.
    fn end(&self, end: &Endpoint, ends: &mut BTreeMap<Endpoint, usize>, graph: &mut Graph) -> usize {
        if let Some(&node) = ends.get(end) {
            return node;
        }
        let unit = &self.unit.unit;
        let (kind, line) = match end {
            Endpoint::Profile(id) => (Kind::Profile, unit.profile(*id).address.clone()),
            Endpoint::Planned(id) => (Kind::NewProfile, view::planned_address(self.unit, *id)),
            Endpoint::Role(id) => match unit.role(*id).trust {
                Trust::NotEc2 => (Kind::ClosedRole, unit.role(*id).address.clone()),
                Trust::Ec2 | Trust::Unknown => (Kind::Role, unit.role(*id).address.clone()),
            },
            Endpoint::Outside(text) => (Kind::Outside, text.clone()),
        };
        let mut lines = vec![line];
        match kind {
            Kind::NewProfile => lines.push("new".to_owned()),
            Kind::ClosedRole => lines.push("EC2 may not assume it".to_owned()),
            _ => {}
        }
        graph.boxes.push(Node { kind, lines });
        let from = graph.boxes.len() - 1;
        ends.insert(end.clone(), from);
        if let Some((role, state, label)) = self.profile_role(end) {
            let to = self.end(&Endpoint::Role(role), ends, graph);
            graph.arrows.push(Arrow { from, to, state, label });
        }
        from
    }

    /// The role in a profile.
    fn profile_role(&self, end: &Endpoint) -> Option<(RoleId, State, Option<&'static str>)> {
        match end {
            Endpoint::Planned(id) => Some((self.unit.plan.profile(*id).role, State::Fixed, None)),
            Endpoint::Profile(id) => {
                let slot = self.unit.unit.profile(*id).role_slot;
                let finding = slot.and_then(|slot| {
                    let reaches = self.unit.unit.slot(slot).leaves.iter();
                    reaches.filter_map(|leaf_use| self.findings.get(&(slot, leaf_use.leaf))).next()
                });
                let ProfileRole::Role(role) = self.index.role_of(*id) else { return None };
                Some(match finding {
                    Some(reported) if self.view == View::Before || !reported.applied => {
                        (role, State::Wrong, Some(reported.finding.rule.code))
                    }
                    Some(_) => (role, State::Fixed, None),
                    None => (role, State::Right, None),
                })
            }
            Endpoint::Role(_) | Endpoint::Outside(_) => None,
        }
    }

    /// By which role a row is ordered: the one at the end of its first wire.
    fn final_role(&self, end: &Endpoint) -> (Option<RoleId>, Endpoint) {
        let role = match end {
            Endpoint::Role(role) => Some(*role),
            end => self.profile_role(end).map(|profile_role| profile_role.0),
        };
        (role, end.clone())
    }
}

fn reason_word(reason: &Reason) -> &'static str {
    match reason {
        Reason::Variable => "a value from outside",
        Reason::Import => "an import",
        Reason::Module => "a module's output",
        Reason::Computed => "computed",
        Reason::UnreadableFile => "perhaps in a file that could not be read",
        Reason::Undeclared => "not in this unit",
        Reason::Unsupported(_) => "out of reach",
    }
}
