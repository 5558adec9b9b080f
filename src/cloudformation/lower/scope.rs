//! Which resources and parameters a template has, and what a logical ID means where it is used.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::cloudformation::recognise::Layout;
use crate::cloudformation::tree::{Entry, Kind, Tree, ValueId};
use crate::model::NodeId;

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

/// The names of a template.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// In the order of the text; the index is the [`NodeId`].
    pub(crate) resources: Vec<Resource>,
    /// The loop around each loop.
    loops: Vec<Option<LoopId>>,
    /// The names of loops, and of entries that are no resources.
    other_names: Vec<Box<str>>,
    ids: HashMap<(Option<LoopId>, Box<str>), NodeId>,
    parameters: HashSet<Box<str>>,
}

impl Scope {
    pub(crate) fn of(tree: &Tree, layout: &Layout) -> Self {
        let mut scope = Scope::default();
        for &resources in &layout.resources {
            scope.collect(tree, resources, None);
        }
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
                if let Kind::List(items) = &tree.get(body).kind
                    && let Some(&inside) = items.last()
                {
                    let id = LoopId::try_from(self.loops.len()).unwrap_or(LoopId::MAX);
                    self.loops.push(within);
                    self.other_names.push(name.into());
                    self.collect(tree, inside, Some(id));
                }
                continue;
            }
            if key == "<<" || !matches!(tree.get(body).kind, Kind::Mapping(_)) {
                self.other_names.push(key.into());
                continue;
            }
            let id = NodeId::from(self.resources.len());
            self.resources.push(Resource { entry, body, within });
            self.ids.insert((within, key.into()), id);
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
            at = self.loops[at? as usize];
        }
    }

    pub(crate) fn is_parameter(&self, id: &str) -> bool {
        self.parameters.contains(id)
    }

    /// Every name that a new resource cannot have: resources, parameters and loops share them.
    pub(crate) fn taken(&self, tree: &Tree) -> BTreeSet<String> {
        let resources = self.resources.iter().filter_map(|resource| tree.scalar(resource.entry.key));
        let parameters = self.parameters.iter().map(AsRef::as_ref);
        resources.chain(parameters).chain(self.other_names.iter().map(AsRef::as_ref)).map(str::to_owned).collect()
    }

    /// The resource's type.
    pub(crate) fn kind<'t>(&self, tree: &'t Tree, id: NodeId) -> &'t str {
        tree.member(self.resource(id).body, "Type").and_then(|kind| tree.text(kind)).unwrap_or_default()
    }

    /// A property as the resource itself writes it, aliases followed.
    pub(crate) fn property(&self, tree: &Tree, id: NodeId, name: &str) -> Option<ValueId> {
        let properties = tree.member(self.resource(id).body, "Properties")?;
        tree.member(properties, name)
    }
}
