//! The outputs of a module, for its callers: what each of them gives, and which of them are wrong.

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block};

use crate::aws::family;
use crate::aws::slots::{Shape, output_spec};
use crate::language::Reader;
use crate::model::{BoundaryOutput, Instances, PathStep, Resolution, SlotState, ValuePath};
use crate::syntax::hcl;
use crate::syntax::hcl_node::{object_key, range};
use crate::terraform::lower::scope::Scope;
use crate::terraform::lower::slot_site::{SlotSite, attribute_span};
use crate::terraform::lower::traversal::entries;
use crate::terraform::lower::{Builder, leaf_of};
use crate::text::{FileId, Span};

/// Objects that are nested deeper are one value.
const MAX_OBJECT_DEPTH: usize = 4;

impl<'a> Builder<'_, 'a> {
    /// All outputs, and the provider configurations of the module itself.
    pub(super) fn find_outputs(&mut self) {
        let index = self.lowering.index;
        for (file, name, attribute) in outputs(&index.blocks) {
            self.add_output(ValuePath::whole(name), &attribute.value, file);
        }
        let providers = index.blocks.iter().filter(|(_, block, _)| block.ident.as_str() == "provider");
        let named = providers.filter_map(|&(_, block, _)| Some((hcl::label(block, 0)?, block)));
        let of_aws = named.filter(|(name, _)| family::is_default_provider(name));
        let configuration = |(name, block): (&str, &Block)| {
            let alias = block.body.get_attribute("alias").and_then(|alias| alias.value.as_str());
            alias.map_or_else(|| name.to_owned(), |alias| format!("{name}.{alias}"))
        };
        // The empty block of old only says that the caller gives a configuration.
        let is_own = |block: &Block| {
            block.body.iter().any(|structure| {
                !matches!(crate::terraform::lower::module::structure_name(structure), Some("alias" | "version"))
            })
        };
        self.unit.boundary.own_providers = of_aws.filter(|(_, block)| is_own(block)).map(configuration).collect();
    }

    fn add_output(&mut self, path: ValuePath, value: &'a Expression, file: FileId) {
        match value {
            Expression::Parenthesis(inner) => return self.add_output(path, inner.inner(), file),
            Expression::Object(object) if path.steps.len() < MAX_OBJECT_DEPTH => {
                for (key, value) in entries(object) {
                    let Some(key) = object_key(key) else { continue };
                    let mut path = path.clone();
                    path.steps.push(PathStep::Key(key));
                    self.add_output(path, value, file);
                }
                return;
            }
            _ => {}
        }
        let values = self.lowering.leaves(value, &Scope::of_module(file));
        let leaves = values.iter().map(|value| leaf_of(value, None)).collect();
        let span = Span::new(file, range(value));
        self.unit.boundary.outputs.push(BoundaryOutput::new(path, span, leaves));
    }

    /// The roles that outputs give to callers which may make a profile of them.
    pub(super) fn find_roles_of_callers(&mut self, outputs_read: &BTreeSet<String>) {
        let index = self.lowering.index;
        for (file, name, attribute) in outputs(&index.blocks).filter(|(_, name, _)| outputs_read.contains(*name)) {
            for value in self.lowering.leaves(&attribute.value, &Scope::of_module(file)) {
                if let Resolution::Role(role, ..) = value.resolution {
                    let role = &mut self.lowering.registry.roles[role.index()].0;
                    role.passed_to_caller.get_or_insert_with(|| name.to_owned());
                }
            }
        }
    }

    /// The outputs that callers hand to an argument for a profile.
    pub(super) fn find_output_slots(&mut self, readers: &BTreeMap<String, Reader>) {
        let index = self.lowering.index;
        for (file, name, attribute) in outputs(&index.blocks) {
            let (Some(reader), Some(node)) = (readers.get(name), index.node_at(&format!("output.{name}"))) else {
                continue;
            };
            let spec = output_spec(reader.takes);
            let Shape::Value(expected) = spec.shape else { continue };
            let at = attribute_span(file, attribute);
            let (found, scope) = (SlotState::Expected { expected }, Scope::of_module(file));
            let site = SlotSite::new(spec, spec.key, &attribute.value, at, found, &scope);
            self.add_slot(site, node, "", &Instances::One);
            if let Some(slot) = self.unit.slots.last_mut() {
                slot.reaches.clone_from(&reader.places);
            }
        }
    }
}

fn outputs<'a>(
    blocks: &[(FileId, &'a Block, Option<crate::model::NodeId>)],
) -> impl Iterator<Item = (FileId, &'a str, &'a Attribute)> {
    blocks.iter().filter(|(_, block, _)| block.ident.as_str() == "output").filter_map(|&(file, block, _)| {
        let name = hcl::label(block, 0)?;
        let value = block.body.get_attribute("value").filter(|value| value.span().is_some())?;
        Some((file, name, value))
    })
}
