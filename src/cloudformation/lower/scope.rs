//! Which resources and parameters a template has, and what a logical ID means where it is used.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::aws::naming::{self, IdStyle};
use crate::cloudformation::detect::Layout;
use crate::model::{NodeId, Part, TemplateString};
use crate::syntax::tree::{Entry, Tree, ValueId, ValueKind};
use crate::text::FileId;

/// Templates are units of one file.
pub(crate) const FILE: FileId = FileId(0);

/// The body of an `Fn::ForEach`, by index.
pub(crate) type LoopId = u32;

/// A resource's entry.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub(crate) entry: Entry,
    /// The mapping with `Type` and `Properties`.
    pub(crate) body: ValueId,
    /// The loop that makes it, if one does.
    pub(crate) within: Option<LoopId>,
}

/// An `Fn::ForEach`.
#[derive(Clone, Debug)]
struct Loop {
    around: Option<LoopId>,
    variable: Box<str>,
    /// The values of the variable, if they are written out.
    values: Option<Vec<Box<str>>>,
}

/// More names than this are not worked out for one that loops make.
const MAX_NAMES: usize = 4096;

/// How many names for a new profile are looked at.
const MAX_CANDIDATES: usize = 16;

/// What an ID means once the loops are worked out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Generated {
    /// Nothing that is there.
    Nothing,
    /// This resource; `turn` if it is what one turn of a loop makes of it.
    One { node: NodeId, turn: bool },
    /// Another one in each turn of the loops around.
    Several,
    /// Perhaps what a loop makes over values that are not written out.
    Perhaps,
}

/// The names of a template.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// In the order of the text; the index is the [`NodeId`].
    pub(crate) resources: Vec<Resource>,
    loops: Vec<Loop>,
    /// The names of loops, and of entries that are no resources.
    other_names: Vec<Box<str>>,
    ids: HashMap<(Option<LoopId>, Box<str>), NodeId>,
    /// What loops make of the names in them, as far as that can be worked out.
    made: HashMap<Box<str>, NodeId>,
    /// Those of which it cannot, with holes.
    patterns: Vec<Box<str>>,
    parameters: HashSet<Box<str>>,
}

impl Scope {
    pub(crate) fn of(tree: &Tree, layout: &Layout) -> Self {
        let mut scope = Scope::default();
        for &resources in &layout.resources {
            scope.collect(tree, resources, None);
        }
        scope.work_out(tree);
        if let Some(parameters) = tree.member(layout.root, "Parameters") {
            let names = tree.entries(parameters).iter().filter_map(|entry| tree.scalar(entry.key));
            scope.parameters = names.map(Into::into).collect();
        }
        scope
    }

    fn collect(&mut self, tree: &Tree, resources: ValueId, within: Option<LoopId>) {
        for &entry in tree.entries(resources) {
            let Some(key) = tree.scalar(entry.key) else { continue };
            let body = tree.resolve(entry.value);
            if let Some(name) = key.strip_prefix("Fn::ForEach::") {
                if let ValueKind::List(items) = tree.kind(body)
                    && let Some(&inside) = items.last()
                {
                    let id = LoopId::try_from(self.loops.len()).unwrap_or(LoopId::MAX);
                    self.loops.push(Loop::of(tree, items, within));
                    self.other_names.push(name.into());
                    self.collect(tree, inside, Some(id));
                }
                continue;
            }
            if key == "<<" || !matches!(tree.kind(body), ValueKind::Mapping(_)) {
                self.other_names.push(key.into());
                continue;
            }
            let id = NodeId::from(self.resources.len());
            self.resources.push(Resource { entry, body, within });
            self.ids.insert((within, key.into()), id);
        }
    }

    fn work_out(&mut self, tree: &Tree) {
        for node in self.node_ids().filter(|&node| self.resource(node).within.is_some()).collect::<Vec<_>>() {
            let resource = self.resource(node);
            for name in self.expanded(tree.scalar(resource.entry.key).unwrap_or_default(), resource.within) {
                match has_hole(&name) {
                    true => self.patterns.push(name.into()),
                    false => drop(self.made.entry(name.into()).or_insert(node)),
                }
            }
        }
    }

    pub(crate) fn resource(&self, id: NodeId) -> &Resource {
        &self.resources[id.index()]
    }

    pub(crate) fn node_ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.resources.len()).map(NodeId::from)
    }

    /// The resource that an ID means inside this loop.
    pub(crate) fn find(&self, id: &str, within: Option<LoopId>) -> Option<NodeId> {
        let mut at = within;
        loop {
            if let Some(&node) = self.ids.get(&(at, id.into())) {
                return Some(node);
            }
            at = self.loops[at? as usize].around;
        }
    }

    /// The same for an ID that only the loops lead to: what they make of a resource's name, or of the ID itself.
    pub(crate) fn find_made(&self, id: &str, within: Option<LoopId>) -> Generated {
        if self.loops.is_empty() {
            return Generated::Nothing;
        }
        let names = self.expanded(id, within);
        let found: BTreeSet<Option<(NodeId, bool)>> = names.iter().map(|name| self.meant(name)).collect();
        match found.iter().collect::<Vec<_>>().as_slice() {
            [Some((node, turn))] => Generated::One { node: *node, turn: *turn },
            [None] if within.is_some() && names.iter().any(|name| has_hole(name)) => Generated::Several,
            [None] if self.patterns.iter().any(|made| names.iter().any(|name| may_become(made, name))) => {
                Generated::Perhaps
            }
            [] | [None] => Generated::Nothing,
            _ => Generated::Several,
        }
    }

    /// All resources that an ID may mean inside this loop.
    pub(crate) fn find_all(&self, id: &str, within: Option<LoopId>) -> Vec<NodeId> {
        match self.find(id, within) {
            Some(node) => vec![node],
            None if self.loops.is_empty() => Vec::new(),
            None => {
                let names = self.expanded(id, within);
                names.iter().filter_map(|name| self.meant(name)).map(|(node, _)| node).collect()
            }
        }
    }

    /// The resource that has a name in the end, and whether a turn of a loop makes it.
    fn meant(&self, name: &str) -> Option<(NodeId, bool)> {
        let outside = self.ids.get(&(None, name.into())).map(|&node| (node, false));
        outside.or_else(|| self.made.get(name).map(|&node| (node, true)))
    }

    /// A loop with those around it, the outermost first.
    pub(crate) fn loops_around(&self, within: Option<LoopId>) -> Vec<LoopId> {
        let mut loops: Vec<LoopId> = std::iter::successors(within, |&at| self.loops[at as usize].around).collect();
        loops.reverse();
        loops
    }

    /// How many resources one inside of a loop becomes, as far as the values of the loops are written out.
    pub(crate) fn turns(&self, within: Option<LoopId>) -> usize {
        let turns = |&id: &LoopId| self.loops[id as usize].values.as_ref().map_or(1, Vec::len);
        self.loops_around(within).iter().map(turns).fold(1, usize::saturating_mul)
    }

    /// A text of something inside of these loops: their variables mean something there only.
    pub(crate) fn scoped(&self, text: TemplateString, within: Option<LoopId>) -> TemplateString {
        if within.is_none() {
            return text;
        }
        let mut out = TemplateString::default();
        for part in text.0 {
            match &part {
                Part::Literal(literal) => self.scope_literal(literal, within, &mut out),
                Part::Interpolation(expression) => {
                    match self.loop_of(expression.split('.').next().unwrap_or_default(), within) {
                        Some(scope) => out.0.push(Part::Scoped { expression: expression.clone(), scope }),
                        None => out.0.push(part),
                    }
                }
                Part::Scoped { .. } => out.0.push(part),
            }
        }
        out
    }

    fn scope_literal(&self, literal: &str, within: Option<LoopId>, out: &mut TemplateString) {
        let mut rest = literal;
        while let Some(open) = rest.find(['$', '&']) {
            let variable = rest[open + 1..].strip_prefix('{').and_then(|inner| inner.split_once('}'));
            let found = variable.and_then(|(name, after)| Some((name, after, self.loop_of(name, within)?)));
            match found {
                Some((name, after, scope)) => {
                    out.push_literal(&rest[..open]);
                    out.0.push(Part::Scoped { expression: name.to_owned(), scope });
                    rest = after;
                }
                None => {
                    out.push_literal(&rest[..=open]);
                    rest = &rest[open + 1..];
                }
            }
        }
        out.push_literal(rest);
    }

    /// The loop around that has a variable of this name.
    fn loop_of(&self, variable: &str, within: Option<LoopId>) -> Option<String> {
        let mut around = std::iter::successors(within, |&at| self.loops[at as usize].around);
        around.find(|&id| *self.loops[id as usize].variable == *variable).map(|id| format!("loop {id}"))
    }

    pub(crate) fn is_parameter(&self, id: &str) -> bool {
        self.parameters.contains(id)
    }

    /// Every name that a new resource cannot have: resources, parameters and loops share them, and what loops make of names.
    pub(crate) fn taken(&self, tree: &Tree) -> BTreeSet<String> {
        let resources = self.resources.iter().filter_map(|resource| tree.scalar(resource.entry.key));
        let parameters = self.parameters.iter().map(AsRef::as_ref);
        let mut taken: BTreeSet<String> =
            resources.chain(parameters).chain(self.other_names.iter().map(AsRef::as_ref)).map(str::to_owned).collect();
        if !self.loops.is_empty() {
            self.take_expanded(tree, &mut taken);
        }
        taken
    }

    /// Adds what loops make of the names, and the names for new profiles that would be one of those once they are expanded.
    fn take_expanded(&self, tree: &Tree, taken: &mut BTreeSet<String>) {
        taken.extend(self.made.keys().map(ToString::to_string));
        let whole: Vec<String> = taken.iter().filter(|name| !has_hole(name)).cloned().collect();
        let is_taken = |name: &String| match has_hole(name) {
            true => whole.iter().any(|other| may_become(name, other)),
            false => taken.contains(name) || self.patterns.iter().any(|pattern| may_become(pattern, name)),
        };
        let mut refused = Vec::new();
        for id in self.node_ids().filter(|&id| self.kind(tree, id) == "AWS::IAM::Role") {
            let role = self.resource(id);
            let label = tree.scalar(role.entry.key).unwrap_or_default();
            let candidates = naming::candidates(IdStyle::LogicalId, label).take(MAX_CANDIDATES);
            refused.extend(candidates.filter(|name| self.expanded(name, role.within).iter().any(is_taken)));
        }
        taken.extend(refused);
    }

    /// What the loops around a name make of it; what cannot be worked out stays in it as `${N}`.
    fn expanded(&self, name: &str, within: Option<LoopId>) -> Vec<String> {
        let mut names = vec![name.to_owned()];
        let mut at = within.filter(|_| has_hole(name));
        while let Some(inner) = at.and_then(|id| self.loops.get(id as usize)) {
            if let Some(values) = &inner.values
                && names.len() * values.len() <= MAX_NAMES
            {
                let (raw, cleaned) = (format!("${{{}}}", inner.variable), format!("&{{{}}}", inner.variable));
                let clean = |value: &str| value.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
                let with = |name: &String, value: &str| name.replace(&raw, value).replace(&cleaned, &clean(value));
                names = names.iter().flat_map(|name| values.iter().map(move |value| with(name, value))).collect();
            }
            at = inner.around;
        }
        names
    }

    /// The resource's type.
    pub(crate) fn kind<'t>(&self, tree: &'t Tree, id: NodeId) -> &'t str {
        tree.member(self.resource(id).body, "Type").and_then(|kind| tree.text(kind)).unwrap_or_default()
    }

    /// A property, whether the resource itself writes it or merges it; aliases followed.
    pub(crate) fn property(&self, tree: &Tree, id: NodeId, name: &str) -> Option<ValueId> {
        let properties = tree.merged_member(self.resource(id).body, "Properties")?;
        tree.merged_member(properties, name)
    }

    /// The condition under which a resource exists.
    pub(crate) fn condition(&self, tree: &Tree, id: NodeId) -> Option<String> {
        let condition = tree.merged_member(self.resource(id).body, "Condition")?;
        tree.text(condition).map(str::to_owned)
    }
}

impl Loop {
    /// `[variable, collection, resources]`
    fn of(tree: &Tree, items: &[ValueId], around: Option<LoopId>) -> Self {
        let variable = items.first().and_then(|&variable| tree.text(variable)).unwrap_or_default().into();
        let collection = items.get(1).map(|&collection| tree.resolve(collection));
        let written =
            collection.filter(|&list| matches!(tree.kind(list), ValueKind::List(_)) && tree.tag(list).is_none());
        let values = written.and_then(|list| {
            let text = |&item: &ValueId| tree.text(tree.resolve(item)).map(Into::into);
            tree.items(list).iter().map(text).collect()
        });
        Loop { around, variable, values }
    }
}

fn has_hole(name: &str) -> bool {
    name.contains("${") || name.contains("&{")
}

/// Whether a name with holes may be this one once they are filled.
fn may_become(pattern: &str, name: &str) -> bool {
    let start = pattern.find(['$', '&']).map_or(pattern, |at| &pattern[..at]);
    let end = pattern.rsplit('}').next().unwrap_or_default();
    name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
}
