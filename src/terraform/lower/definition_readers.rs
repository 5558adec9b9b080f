//! Who reads the definitions and inputs that slots read, beside them.

use std::rc::Rc;

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body, Structure};

use crate::aws::family::Family;
use crate::model::ValuePath;
use crate::syntax::hcl;
use crate::syntax::hcl_node::{lone_interpolation, range};
use crate::terraform::lower::Builder;
use crate::terraform::lower::object_slots::joins;
use crate::terraform::lower::repeat::Repetition;
use crate::terraform::lower::scope::{Binding, Scope};
use crate::terraform::lower::traversal::Step;
use crate::text::Span;

impl<'a> Builder<'_, 'a> {
    /// Finds out who else reads the definitions that slots read.
    pub(super) fn link_definitions(&mut self, wants_inputs: bool) {
        if self.unit.definitions.is_empty() && !wants_inputs {
            return;
        }
        let index = self.lowering.index;
        for &(file, block, node) in &index.blocks {
            let for_each = block.body.get_attribute("for_each").map(|attribute| (file, &attribute.value));
            let repetition = Repetition { for_each, ..Repetition::none() };
            let scope = Scope::of_block(file, repetition);
            match block.ident.as_str() {
                // The validation of a variable hands nothing on.
                "variable" => self.mark_conditions(|this| this.mark_body(&block.body, &scope, true)),
                // Neither does a look at the profile itself.
                "data" if hcl::label(block, 0).and_then(Family::of_profile).is_some() => {
                    self.lowering.marks.ignores_inputs = true;
                    self.mark_body(&block.body, &scope, true);
                    self.lowering.marks.ignores_inputs = false;
                }
                "module" | "resource" if node.is_some_and(|node| self.with_nested_slots.contains(&node)) => {
                    self.mark_arguments(block, &scope);
                }
                _ => self.mark_body(&block.body, &scope, true),
            }
        }
        self.unit.boundary.read_otherwise = std::mem::take(&mut self.lowering.marks.inputs_read);
        self.unit.boundary.checks = std::mem::take(&mut self.lowering.marks.inputs_checked);
        if self.lowering.marks.is_cut_short() {
            let all: Vec<ValuePath> = self.inputs().map(|(name, _)| ValuePath::whole(name)).collect();
            self.unit.boundary.read_otherwise.extend(all);
        }
        self.unit.boundary.inputs_with_default =
            self.inputs().filter(|(_, block)| has_text_default(block)).map(|(name, _)| name.to_owned()).collect();
        let mut read = std::mem::take(&mut self.lowering.marks.read_elsewhere);
        read.sort_unstable_by_key(|at| (at.file, at.start, at.end));
        read.dedup_by(|next, last| {
            let joined = next.file == last.file && next.start < last.end;
            last.end = if joined { last.end.max(next.end) } else { last.end };
            joined
        });
        let is_read = |at: &Span| {
            let number = read.partition_point(|read| (read.file, read.end) <= (at.file, at.start));
            read.get(number).is_some_and(|read| read.overlaps(*at))
        };
        let asked = std::mem::take(&mut self.lowering.marks.asked_for_null);
        for definition in &mut self.unit.definitions {
            definition.asked_for_null = asked.iter().any(|asked| asked.overlaps(definition.span));
            if self.lowering.marks.is_cut_short() || is_read(&definition.span) {
                definition.readers.insert(None);
            }
        }
    }

    /// The variables.
    fn inputs(&self) -> impl Iterator<Item = (&'a str, &'a Block)> + '_ {
        let blocks = self.lowering.index.blocks.iter().map(|&(_, block, _)| block);
        let variables = blocks.filter(|block| block.ident.as_str() == "variable");
        variables.filter_map(|block| Some((hcl::label(block, 0)?, block)))
    }

    fn mark_conditions(&mut self, walk: impl FnOnce(&mut Self)) {
        let outer = self.lowering.marks.enter_condition();
        walk(self);
        self.lowering.marks.leave_condition(outer);
    }

    /// Marks what a block reads that has slots in its arguments.
    fn mark_arguments(&mut self, block: &'a Block, scope: &Scope<'a>) {
        let is_resource = block.ident.as_str() == "resource";
        for attribute in block.body.attributes() {
            match attribute.key.as_str() {
                "for_each" if is_resource => self.lowering.marks.mark_keys_read(&attribute.value, scope, 0),
                _ => self.mark_around_slots(&attribute.value, scope),
            }
        }
        block.body.blocks().for_each(|inner| self.mark_block(inner, scope));
    }

    /// Marks what an argument reads beside the slots in it.
    fn mark_around_slots(&mut self, value: &'a Expression, scope: &Scope<'a>) {
        let end = range(value).end;
        match value {
            _ if self.slot_ends.contains(&(scope.file, end)) => {}
            Expression::Parenthesis(inner) => self.mark_around_slots(inner.inner(), scope),
            Expression::StringTemplate(_) => match lone_interpolation(value) {
                Some(inner) => self.mark_around_slots(inner, scope),
                None => self.lowering.marks.mark_read(value, scope),
            },
            Expression::Object(object) => {
                object.iter().for_each(|(_, value)| self.mark_around_slots(value.expr(), scope));
            }
            Expression::Array(array) => array.iter().for_each(|element| self.mark_around_slots(element, scope)),
            Expression::Conditional(conditional) => {
                self.lowering.marks.mark_condition(&conditional.cond_expr, scope);
                self.mark_around_slots(&conditional.true_expr, scope);
                self.mark_around_slots(&conditional.false_expr, scope);
            }
            Expression::FuncCall(call) if joins(call) => {
                call.args.iter().for_each(|list| self.mark_around_slots(list, scope));
            }
            value => self.lowering.marks.mark_read(value, scope),
        }
    }

    fn mark_body(&mut self, body: &'a Body, scope: &Scope<'a>, top: bool) {
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let end = range(&attribute.value).end;
                    if top && attribute.key.as_str() == "for_each" {
                        self.lowering.marks.mark_keys_read(&attribute.value, scope, 0);
                    } else if !self.slot_ends.contains(&(scope.file, end)) {
                        self.lowering.marks.mark_read(&attribute.value, scope);
                    }
                }
                Structure::Block(block)
                    if matches!(block.ident.as_str(), "precondition" | "postcondition" | "assert") =>
                {
                    self.mark_conditions(|this| this.mark_block(block, scope));
                }
                Structure::Block(block) => self.mark_block(block, scope),
            }
        }
    }

    fn mark_block(&mut self, block: &'a Block, scope: &Scope<'a>) {
        if block.ident.as_str() != "dynamic" {
            return self.mark_body(&block.body, scope, false);
        }
        let for_each = block.body.get_attribute("for_each").map(|attribute| &attribute.value);
        let name = hcl::label(block, 0);
        let mut inner = scope.clone();
        if let Some(collection) = for_each {
            self.lowering.marks.mark_keys_read(collection, scope, 0);
        }
        if let (Some(collection), Some(name)) = (for_each, name) {
            let iterator = block.body.get_attribute("iterator").and_then(|iterator| iterator.value.as_variable());
            let name = iterator.map_or(name, |iterator| iterator.as_str());
            let element = Step::any();
            let scope = Rc::new(scope.clone());
            inner.bindings.push(Binding { name, collection, element, scope, iterator: true, is_key: false });
        }
        for content in block.body.blocks() {
            self.mark_body(&content.body, &inner, false);
        }
    }
}

/// Whether a variable has a default that is not nothing.
fn has_text_default(block: &Block) -> bool {
    let default = block.body.get_attribute("default").map(|default| &default.value);
    default.and_then(Expression::as_str).is_some_and(|default| !default.is_empty())
}
