//! What the launchers of a unit reference, and what is behind that. [`graph`](crate::report::graph) draws it.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use crate::aws::naming::IdStyle;
use crate::aws::slots::Attribute;
use crate::aws::trust::Trust;
use crate::check::{Diagnostic, Language, UnitReport};
use crate::model::{
    Crossing, Leaf, LeafId, NodeId, ProfileId, ProfileRole, Reason, Resolution, RoleId, Slot, SlotId, TemplateString,
    UnitIndex,
};
use crate::plan::{Change, FixId, PlannedId, Target};
use crate::report::view;
use crate::rules::{Severity, Subject, Suggestion};
use crate::text::Place;

/// From this many launchers of one type with the same references, they share a node.
const MIN_ALIKE: usize = 4;
/// At most this many of them are named in it.
const MAX_NAMED: usize = 4;
/// At most this many of the slots that an input reaches are shown one by one.
const MAX_REACHED: usize = 12;

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
    /// An input or an output of a module.
    Port,
    /// Something that is not in the unit.
    Outside,
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
pub(super) enum Endpoint {
    Profile(ProfileId),
    Planned(PlannedId),
    Role(RoleId),
    /// An output of a called module, and what it gives, if that is known.
    Output(NodeId, String, Option<Box<Endpoint>>),
    Outside(String),
}

impl Endpoint {
    /// What it is in the end: what an output gives, or itself.
    pub(super) fn given(&self) -> &Endpoint {
        match self {
            Endpoint::Output(_, _, Some(given)) => given,
            _ => self,
        }
    }
}

/// A reference of a launcher: to what, whether it is right, and the rule that says it is not.
pub(super) type Reference = (Endpoint, State, Option<&'static str>);

/// An input of a called module.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Input {
    pub(super) name: String,
    /// The slots in the module that it reaches.
    reaches: Vec<(Place, String)>,
}

impl Input {
    /// The input that a slot is, if it is one.
    fn of(slot: &Slot) -> Option<Self> {
        (slot.spec.resource == "module").then(|| Input { name: slot.argument.clone(), reaches: slot.reaches.clone() })
    }

    /// The slots that are shown one by one, and how many there are besides.
    pub(super) fn shown(&self) -> (&[(Place, String)], usize) {
        let (shown, others) = self.reaches.split_at(self.reaches.len().min(MAX_REACHED));
        (shown, others.len())
    }

    /// For each slot that it reaches: through which other one of them, if not directly.
    pub(super) fn ways(&self) -> Vec<Option<usize>> {
        // Each slot is followed by those that are reached through it, and a module is a directory. So a slot in a new directory is reached
        // through the slot before it, and one in a known directory in the same way as the others there.
        let mut open: Vec<(Option<&Path>, Option<usize>)> = Vec::new();
        let mut ways = Vec::new();
        for (number, (place, _)) in self.reaches.iter().enumerate() {
            let directory = place.path.parent();
            match open.iter().position(|(known, _)| *known == directory) {
                Some(level) => open.truncate(level + 1),
                None => open.push((directory, number.checked_sub(1))),
            }
            ways.push(open.last().and_then(|(_, before)| *before));
        }
        ways
    }
}

/// Launchers of one type with the same references, or calls that give the same to the same input.
pub(super) struct Row {
    pub(super) resource: &'static str,
    pub(super) input: Option<Input>,
    pub(super) owners: Vec<NodeId>,
    pub(super) references: Vec<Reference>,
}

impl Row {
    /// The row of one slot, without its references.
    fn of(slot: &Slot) -> Self {
        let (resource, owners) = (slot.spec.resource, vec![slot.owner]);
        Row { resource, input: Input::of(slot), owners, references: Vec::new() }
    }

    pub(super) fn worst(&self) -> State {
        self.references.iter().map(|reference| reference.1).max().unwrap_or(State::Right)
    }
}

/// The references of one unit.
pub(super) struct References<'r> {
    unit: &'r UnitReport,
    view: View,
    index: UnitIndex<'r>,
    findings: HashMap<(SlotId, LeafId), &'r Diagnostic>,
}

impl<'r> References<'r> {
    pub(super) fn new(unit: &'r UnitReport, view: View) -> Self {
        let index = UnitIndex::of(&unit.unit);
        let about_reference =
            unit.findings.iter().filter(|finding| finding.rule.is_none_or(|rule| rule.subject != Subject::Role));
        let by_leaf = |finding: &'r Diagnostic| Some(((finding.site?.slot, finding.site?.leaf), finding));
        let findings = about_reference.filter_map(by_leaf).collect();
        References { unit, view, index, findings }
    }

    /// The launchers, grouped by their references and ordered by the role that they get.
    pub(super) fn rows(&self) -> Vec<Row> {
        let unit = &self.unit.unit;
        let of_profiles: HashSet<SlotId> = unit.profiles.iter().filter_map(|profile| profile.role_slot).collect();
        let mut by_owner: BTreeMap<(NodeId, Option<Input>), Row> = BTreeMap::new();
        for (index, slot) in unit.slots.iter().enumerate() {
            let id = SlotId::from(index);
            if of_profiles.contains(&id) {
                continue;
            }
            let row = by_owner.entry((slot.owner, Input::of(slot))).or_insert_with(|| Row::of(slot));
            for leaf_use in &slot.leaves {
                for reference in self.references(id, leaf_use.leaf) {
                    if !row.references.contains(&reference) {
                        row.references.push(reference);
                    }
                }
            }
        }
        let mut alike: Vec<Row> = Vec::new();
        let mut indices: HashMap<(&'static str, Option<Input>, Vec<Reference>), usize> = HashMap::new();
        for row in by_owner.into_values().filter(|row| !row.references.is_empty()) {
            match indices.entry((row.resource, row.input.clone(), row.references.clone())) {
                Entry::Occupied(known) => alike[*known.get()].owners.extend(row.owners),
                Entry::Vacant(new) => {
                    new.insert(alike.len());
                    alike.push(row);
                }
            }
        }
        let mut rows: Vec<Row> = alike.into_iter().flat_map(Self::split).collect();
        rows.sort_by_cached_key(|row| row.references.first().map(|reference| self.final_role(&reference.0)));
        rows
    }

    /// A few launchers with the same references get a node each.
    fn split(row: Row) -> Vec<Row> {
        if row.owners.len() >= MIN_ALIKE {
            return vec![row];
        }
        let Row { resource, input, owners, references } = row;
        let one = |owner| Row { resource, input: input.clone(), owners: vec![owner], references: references.clone() };
        owners.into_iter().map(one).collect()
    }

    /// How many edges a row takes of the budget, which allows for as many again.
    pub(super) fn cost(&self, row: &Row) -> usize {
        let is_output = |endpoint: &Endpoint| matches!(endpoint, Endpoint::Output(..));
        let of_reference = |(endpoint, ..): &Reference| {
            let longer = is_output(endpoint) || self.profile_role(endpoint).is_some_and(|(role, ..)| is_output(&role));
            if longer { 2 } else { 1 }
        };
        let reached = row.input.as_ref().map_or(0, |input| input.reaches.len().min(MAX_REACHED + 1));
        row.references.iter().map(of_reference).sum::<usize>() + reached
    }

    /// The references of one leaf of one slot.
    fn references(&self, slot: SlotId, leaf: LeafId) -> Vec<Reference> {
        let read = self.unit.unit.leaf(leaf);
        let finding = self.findings.get(&(slot, leaf)).copied();
        let suggestion = finding.and_then(|finding| Some(finding.site?.suggestion));
        let alias = &self.unit.unit.slot(slot).provider_alias;
        let Some(endpoint) = self.before(&read.resolution, alias, suggestion) else { return Vec::new() };
        let endpoint = through_output(read, endpoint);
        let state = match finding.map(|finding| finding.severity) {
            Some(Severity::Error | Severity::Warning) => State::Wrong,
            None if matches!(endpoint.given(), Endpoint::Profile(_)) => State::Right,
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
            Change::Rewire { leaf: changed, to, kind, .. } | Change::Replace { leaf: changed, to, kind, .. }
                if *changed == leaf =>
            {
                Some(match *to {
                    Target::Existing(profile) => self.profile(profile, *kind),
                    Target::Planned(profile) => Endpoint::Planned(profile),
                    Target::Role(role) => self.role(role),
                    Target::NameInArn => before.clone(),
                })
            }
            _ => None,
        });
        let goes = || changes.iter().any(|change| matches!(change, Change::Remove { slot: gone } if *gone == slot));
        // A new shape around the same value is neither.
        rewired.or_else(|| (!goes()).then(|| before.clone()))
    }

    /// A reference to a profile: one of a called module is read from an output.
    fn profile(&self, id: ProfileId, kind: Attribute) -> Endpoint {
        let module = self.unit.unit.profile(id).module.as_ref();
        match module.and_then(|module| Some((module.call, module.output(kind)?))) {
            Some((call, (output, _))) => {
                Endpoint::Output(call, output.to_string(), Some(Box::new(Endpoint::Profile(id))))
            }
            None => Endpoint::Profile(id),
        }
    }

    /// A reference to a role by name: one of a called module is read from an output.
    fn role(&self, id: RoleId) -> Endpoint {
        let module = self.unit.unit.role(id).module.as_ref();
        match module.and_then(|module| Some((module.call, module.by_name.as_ref()?))) {
            Some((call, output)) => Endpoint::Output(call, output.to_string(), Some(Box::new(Endpoint::Role(id)))),
            None => Endpoint::Role(id),
        }
    }

    /// The kind of an endpoint, its address in its module, and the call if it is in a called one.
    pub(super) fn described(&self, endpoint: &Endpoint) -> (NodeKind, String, Option<NodeId>) {
        let unit = &self.unit.unit;
        // Of a module that is only known from a table, the addresses in it are not known.
        let inside = |address: &str, reference: &str, what: &str, place: &Option<Place>| {
            let address = address.strip_prefix(reference).and_then(|rest| rest.strip_prefix('.')).unwrap_or(address);
            if place.is_some() { address.to_owned() } else { what.to_owned() }
        };
        match endpoint {
            Endpoint::Profile(id) => {
                let profile = unit.profile(*id);
                match &profile.module {
                    Some(module) => (
                        NodeKind::Profile,
                        inside(&profile.address, &module.reference, "instance profile", &module.place),
                        Some(module.call),
                    ),
                    None => (NodeKind::Profile, profile.address.clone(), None),
                }
            }
            Endpoint::Planned(id) => (NodeKind::NewProfile, view::planned_address(self.unit, *id), None),
            Endpoint::Role(id) => {
                let role = unit.role(*id);
                let kind = match role.trust {
                    Trust::NotEc2 => NodeKind::ClosedRole,
                    Trust::Ec2 | Trust::Unknown => NodeKind::Role,
                };
                match &role.module {
                    Some(module) => {
                        (kind, inside(&role.address, &module.reference, "IAM role", &module.place), Some(module.call))
                    }
                    None => (kind, role.address.clone(), None),
                }
            }
            Endpoint::Output(call, output, _) => (NodeKind::Port, self.output_name(output), Some(*call)),
            Endpoint::Outside(text) => (NodeKind::Outside, text.clone(), None),
        }
    }

    /// An input of a called module, as the module writes it.
    pub(super) fn input_name(&self, input: &str) -> String {
        match self.unit.unit.id_style {
            IdStyle::Label => format!("var.{input}"),
            IdStyle::LogicalId => format!("Parameters.{}", input.trim_start_matches("Parameters.")),
        }
    }

    /// An output of a called module.
    fn output_name(&self, output: &str) -> String {
        match self.unit.unit.id_style {
            IdStyle::Label => format!("output.{output}"),
            IdStyle::LogicalId => output.to_owned(),
        }
    }

    /// What a called module is called in the language.
    pub(super) fn module_word(&self) -> &'static str {
        match self.unit.unit.id_style {
            IdStyle::Label => "module",
            IdStyle::LogicalId => "nested stack",
        }
    }

    /// What is behind an endpoint: the role in a profile, or what an output gives.
    pub(super) fn behind(&self, endpoint: &Endpoint) -> Option<Reference> {
        match endpoint {
            Endpoint::Output(_, _, given) => Some((given.as_deref()?.clone(), State::Right, None)),
            endpoint => self.profile_role(endpoint),
        }
    }

    /// The role in a profile.
    fn profile_role(&self, endpoint: &Endpoint) -> Option<Reference> {
        match endpoint {
            Endpoint::Planned(id) => Some((self.role(self.unit.plan.profile(*id).role), State::Fixed, None)),
            Endpoint::Profile(id) => {
                let slot = self.unit.unit.profile(*id).role_slot;
                let leaves = || {
                    let slot = slot.map(|id| (id, self.unit.unit.slot(id)));
                    slot.into_iter().flat_map(|(id, slot)| slot.leaves.iter().map(move |leaf_use| (id, leaf_use.leaf)))
                };
                let finding = leaves().find_map(|key| self.findings.get(&key));
                let ProfileRole::Role(role) = self.index.role_of(*id) else { return None };
                let mut read = leaves().map(|(_, leaf)| self.unit.unit.leaf(leaf));
                let read = read.find(|leaf| matches!(leaf.resolution, Resolution::Role(read, ..) if read == role));
                let role = Endpoint::Role(role);
                let role = read.map_or_else(|| role.clone(), |leaf| through_output(leaf, role.clone()));
                Some(match finding {
                    Some(finding) if self.view == View::Before || !finding.applied => {
                        (role, State::Wrong, finding.code())
                    }
                    Some(_) => (role, State::Fixed, None),
                    None => (role, State::Right, None),
                })
            }
            Endpoint::Role(_) | Endpoint::Output(..) | Endpoint::Outside(_) => None,
        }
    }

    /// By which role a row is ordered: the one that its first reference leads to.
    fn final_role(&self, endpoint: &Endpoint) -> (Option<RoleId>, Endpoint) {
        let role = match endpoint.given() {
            Endpoint::Role(role) => Some(*role),
            given => self.profile_role(given).and_then(|(role, ..)| match role.given() {
                Endpoint::Role(role) => Some(*role),
                _ => None,
            }),
        };
        (role, endpoint.clone())
    }

    /// Nodes that are alike, in words: their addresses, or how many they are and the first of them.
    pub(super) fn lines(&self, owners: &[NodeId], resource: &'static str) -> Vec<String> {
        let language = self.unit.language;
        let address = |owner: &NodeId| self.unit.unit.node(*owner).address.as_str();
        if let [owner] = owners {
            return match language {
                Language::Terraform => vec![address(owner).to_owned()],
                Language::CloudFormation => vec![address(owner).to_owned(), resource.to_owned()],
            };
        }
        let short = |owner| match language {
            Language::Terraform => address(owner).rsplit('.').next().unwrap_or_default(),
            Language::CloudFormation => address(owner),
        };
        let named: Vec<&str> = owners.iter().take(MAX_NAMED).map(short).collect();
        let mut lines = vec![format!("{} x {resource}", owners.len()), named.join(", ")];
        if owners.len() > MAX_NAMED {
            lines.push(format!("and {} more", owners.len() - MAX_NAMED));
        }
        lines
    }
}

/// What a leaf references, through the output of a module if it reads one.
fn through_output(leaf: &Leaf, endpoint: Endpoint) -> Endpoint {
    let Some(Crossing::Output { call, output, .. }) = &leaf.crossing else { return endpoint };
    // What is not known needs no node behind the output.
    let given = Some(endpoint).filter(|endpoint| !matches!(endpoint, Endpoint::Outside(_)));
    Endpoint::Output(*call, output.to_string(), given.map(Box::new))
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
