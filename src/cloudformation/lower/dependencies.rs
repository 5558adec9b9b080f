//! Which resources a resource refers to, wherever inside.

use std::collections::{BTreeSet, HashMap};

use crate::cloudformation::intrinsic::{Call, Function, Piece, call, pieces, split_attribute, sub_text};
use crate::cloudformation::lower::resolve::reference;
use crate::cloudformation::lower::scope::{LoopId, Scope};
use crate::model::NodeId;
use crate::syntax::tree::{Tree, ValueId, ValueKind};

/// The resources and parameters that a call of a function names.
pub(crate) fn names_in<'t>(tree: &'t Tree, call: &Call) -> Vec<&'t str> {
    match call.function {
        Function::Ref | Function::GetAtt => reference(tree, call).map(|reference| reference.id).into_iter().collect(),
        Function::Sub => {
            let (text, _, variables) = sub_text(tree, call).unwrap_or(("", call.argument, None));
            // A variable of its own hides a resource of that name.
            let is_own = |name: &str| variables.is_some_and(|own| tree.member(own, name).is_some());
            let name = |piece| match piece {
                Piece::Variable(name, _) if !is_own(name) => Some(split_attribute(name).0),
                _ => None,
            };
            pieces(text).into_iter().filter_map(name).collect()
        }
        _ => Vec::new(),
    }
}

/// Collects them; values under an anchor are searched once.
pub(crate) struct Reads<'t> {
    tree: &'t Tree,
    scope: &'t Scope,
    anchored: HashMap<(ValueId, Option<LoopId>), BTreeSet<NodeId>>,
}

impl<'t> Reads<'t> {
    pub(crate) fn new(tree: &'t Tree, scope: &'t Scope) -> Self {
        Reads { tree, scope, anchored: HashMap::new() }
    }

    pub(crate) fn of_resource(&mut self, id: NodeId) -> BTreeSet<NodeId> {
        let resource = self.scope.resource(id);
        let mut out = BTreeSet::new();
        if let Some(depends) = self.tree.member(resource.body, "DependsOn") {
            let names = std::iter::once(depends).chain(self.tree.items(depends).iter().copied());
            let names = names.filter_map(|name| self.tree.scalar(self.tree.resolve(name)));
            out.extend(names.flat_map(|name| self.scope.find_all(name, resource.within)));
        }
        let body = resource.body;
        self.collect(body, resource.within, &mut out);
        out.remove(&id);
        out
    }

    fn collect(&mut self, id: ValueId, within: Option<LoopId>, out: &mut BTreeSet<NodeId>) {
        if let Some(call) = call(self.tree, id) {
            out.extend(names_in(self.tree, &call).into_iter().flat_map(|name| self.scope.find_all(name, within)));
        }
        match self.tree.kind(id) {
            ValueKind::Scalar { .. } => {}
            ValueKind::List(items) => items.iter().for_each(|&item| self.collect(item, within, out)),
            ValueKind::Mapping(entries) => entries.iter().for_each(|entry| self.collect(entry.value, within, out)),
            ValueKind::Alias(target) => {
                if !self.anchored.contains_key(&(target, within)) {
                    let mut inside = BTreeSet::new();
                    // Only a marker while it is searched; an alias cannot be inside its own target.
                    self.collect(target, within, &mut inside);
                    self.anchored.insert((target, within), inside);
                }
                out.extend(self.anchored.get(&(target, within)).into_iter().flatten());
            }
        }
    }
}
