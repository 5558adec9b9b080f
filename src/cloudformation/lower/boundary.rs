//! What a template can be given and gives: its parameters and outputs for those that nest it, and the parameters of the stacks that it nests.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use crate::aws::slots::module_input_spec;
use crate::cloudformation::intrinsic::{Function, call};
use crate::cloudformation::lower::Lowering;
use crate::cloudformation::lower::dependencies::names_in;
use crate::cloudformation::lower::resolve::{alternatives, reference};
use crate::cloudformation::lower::scope::FILE;
use crate::cloudformation::lower::slots::{ResolvedValue, SlotSite};
use crate::language::UnitText;
use crate::model::{
    BoundaryOutput, Crossing, InstanceSelector, Leaf, NodeId, Reason, Resolution, TemplateString, ValuePath,
};
use crate::syntax::tree::{ValueId, ValueKind};
use crate::text::Span;

/// The sections of a template that look at parameters and hand nothing on.
const CHECKS: [&str; 3] = ["Parameters", "Conditions", "Rules"];

impl Lowering<'_> {
    /// The parameters of a nested stack that take a profile.
    pub(super) fn given_parameters(&mut self, node: NodeId) {
        let Some(stack) = self.reader.nested.by_node.get(&node) else { return };
        let resource = self.reader.scope.resource(node);
        let Some(properties) = self.tree.entry(resource.body, "Properties") else { return };
        let (interface, within) = (Arc::clone(&stack.interface), resource.within);
        for (path, input) in &interface.inputs {
            let spec = module_input_spec(input.expected, input.required_prefix.is_some());
            for place in self.finder.given(spec, properties.value, &path.name, within) {
                let place = SlotSite { expected: Some(input.expected), ..place };
                let Some(slot) = self.slot(node, place) else { continue };
                let slot = &mut self.unit.slots[slot.index()];
                slot.reaches.clone_from(&input.uses);
                slot.unsafe_reason.clone_from(&input.unsafe_reason);
                self.unit.suppressions.extend(input.suppressions_at(slot.span));
            }
        }
    }

    /// What those that nest the template can know of it.
    pub(super) fn describe_boundary(&mut self, text: UnitText<'_>) {
        self.unit.boundary.has_callers = text.callers.are_checked;
        self.unit.boundary.left_out.clone_from(&text.callers.left_out);
        if text.wants_interface || text.callers.are_checked {
            self.find_other_reads();
            let with_default = self.parameters().into_iter().filter(|&(_, parameter)| {
                let default = self.tree.member(parameter, "Default").and_then(|default| self.tree.text(default));
                default.is_some_and(|default| !default.is_empty())
            });
            self.unit.boundary.inputs_with_default = with_default.map(|(name, _)| name.to_owned()).collect();
        }
        if text.wants_interface {
            self.doubt_patterns();
            self.find_outputs();
        }
    }

    /// The parameters, each with its mapping.
    fn parameters(&self) -> Vec<(&str, ValueId)> {
        let parameters = self.tree.member(self.reader.layout.root, "Parameters");
        let entries = parameters.map_or(&[][..], |parameters| self.tree.entries(parameters));
        let named = entries.iter().filter_map(|entry| Some((self.tree.scalar(entry.key)?, entry.value)));
        named.map(|(name, value)| (name, self.tree.resolve(value))).collect()
    }

    /// The parameter that a leaf gives.
    fn input_of(&self, leaf: usize) -> Option<&ValuePath> {
        match &self.unit.leaves[leaf].crossing {
            Some(Crossing::Input(path)) => Some(path),
            Some(Crossing::Output { .. }) | None => None,
        }
    }

    /// The name of another profile may not fit the pattern of a parameter.
    fn doubt_patterns(&mut self) {
        let with_pattern: BTreeSet<String> = self
            .parameters()
            .into_iter()
            .filter(|&(_, parameter)| self.tree.entry(parameter, "AllowedPattern").is_some())
            .map(|(name, _)| name.to_owned())
            .collect();
        for number in 0..self.unit.slots.len() {
            let inputs = self.unit.slots[number].leaves.iter().filter_map(|used| self.input_of(used.leaf.index()));
            let doubtful = inputs.map(|path| &path.name).find(|name| with_pattern.contains(*name));
            let why = doubtful.map(|name| {
                format!("the `AllowedPattern` of the parameter `{name}` may not match the name of the instance profile")
            });
            let slot = &mut self.unit.slots[number];
            slot.unsafe_reason = slot.unsafe_reason.take().or(why);
        }
    }

    fn find_outputs(&mut self) {
        let Some(outputs) = self.tree.member(self.reader.layout.root, "Outputs") else { return };
        for entry in self.tree.entries(outputs) {
            let body = self.tree.resolve(entry.value);
            let value = self.tree.entry(body, "Value").map(|value| value.value);
            let (Some(name), Some(value)) = (self.tree.scalar(entry.key), value) else { continue };
            let condition = self.tree.entry(body, "Condition").and_then(|condition| self.tree.text(condition.value));
            let mut leaves = Vec::new();
            self.output_leaves(ResolvedValue { value, alias: None, merged: false }, &mut leaves);
            for leaf in &mut leaves {
                self.limit(leaf, condition);
            }
            // As references to it are written.
            let path = ValuePath::whole(format!("Outputs.{name}"));
            let span = Span::new(FILE, self.tree.full_span(value));
            self.unit.boundary.outputs.push(BoundaryOutput::new(path, span, leaves));
        }
    }

    fn output_leaves(&mut self, from: ResolvedValue, out: &mut Vec<Leaf>) {
        let from = self.finder.through(from);
        let inside = alternatives(self.tree, from.value);
        if inside.is_empty() {
            out.push(self.leaf(from, None));
        }
        for value in inside {
            self.output_leaves(ResolvedValue { value, ..from }, out);
        }
    }

    /// An output exists only under its condition. So does what has the same one.
    fn limit(&self, leaf: &mut Leaf, condition: Option<&str>) {
        let of_resource = match &leaf.resolution {
            // One of the resources that a loop makes.
            Resolution::Role(.., InstanceSelector::Index) | Resolution::Profile(.., InstanceSelector::Index) => {
                leaf.resolution = Resolution::Unknown(Reason::Computed, TemplateString::default());
                None
            }
            Resolution::Role(role, ..) => self.unit.roles.get(role.index()).map(|role| &role.condition),
            Resolution::Profile(profile, ..) => {
                self.unit.profiles.get(profile.index()).map(|profile| &profile.condition)
            }
            _ => None,
        };
        let is_alike = of_resource.is_some_and(|of_resource| of_resource.as_deref() == condition);
        leaf.may_fail |= condition.is_some();
        leaf.filtered |= condition.is_some() && !is_alike;
    }

    /// Finds the parameters that something else than a slot reads.
    fn find_other_reads(&mut self) {
        let mut known: HashSet<ValueId> = HashSet::new();
        for (slot, reached) in self.unit.slots.iter().zip(&self.reached) {
            let inputs = slot.leaves.iter().zip(reached).filter(|(used, _)| self.input_of(used.leaf.index()).is_some());
            for (_, reached) in inputs {
                known.insert(reached.value);
                known.extend(reached.alias.filter(|&alias| self.tree.resolve(alias) == reached.value));
            }
        }
        let mut reads = OtherReads { lowering: self, known, names: BTreeSet::new(), seen: HashSet::new(), all: false };
        for entry in self.tree.entries(self.reader.layout.root) {
            if !self.tree.scalar(entry.key).is_some_and(|section| CHECKS.contains(&section)) {
                reads.walk(entry.value, true);
            }
        }
        let OtherReads { names, all, .. } = reads;
        // What is included when the template is deployed may read any of them.
        let all = all || self.unit.insertion_caveat.is_some();
        let read = self.parameters().into_iter().map(|(name, _)| name).filter(|name| all || names.contains(*name));
        self.unit.boundary.read_otherwise = read.map(ValuePath::whole).collect();
    }
}

/// What is read outside of the slots.
struct OtherReads<'l, 't> {
    lowering: &'l Lowering<'t>,
    /// The values of slots, and the aliases of such.
    known: HashSet<ValueId>,
    names: BTreeSet<&'t str>,
    /// The targets of aliases that were searched.
    seen: HashSet<ValueId>,
    /// Whether a name is computed and may be any.
    all: bool,
}

impl OtherReads<'_, '_> {
    fn walk(&mut self, id: ValueId, skips_known: bool) {
        if skips_known && self.known.contains(&id) {
            return;
        }
        let tree = self.lowering.tree;
        if let Some(call) = call(tree, id) {
            let is_reference = matches!(call.function, Function::Ref | Function::GetAtt);
            self.all |= is_reference && reference(tree, &call).is_none_or(|found| found.id.contains(['$', '&']));
            self.names.extend(names_in(tree, &call));
        }
        match tree.kind(id) {
            ValueKind::Scalar { .. } => {}
            ValueKind::List(items) => items.iter().for_each(|&item| self.walk(item, skips_known)),
            ValueKind::Mapping(entries) => entries.iter().for_each(|entry| self.walk(entry.value, skips_known)),
            ValueKind::Alias(target) => {
                if self.seen.insert(target) {
                    self.walk(target, false);
                }
            }
        }
    }
}
