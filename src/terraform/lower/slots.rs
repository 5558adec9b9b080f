//! Finds the sites of the slot table in a module's blocks.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::OnceLock;

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block, Body, Structure};

use crate::aws::slots::{self, CLOUD_CONTROL_PROFILE_ROLE, Expected, Nesting, Shape, SlotSpec, TERRAFORM_PROFILE_ROLE};
use crate::model::{Resolution, SlotState};
use crate::syntax::hcl;
use crate::syntax::hcl_node::object_key;
use crate::terraform::lower::expression::{Lowering, Registry};
use crate::terraform::lower::module::{ModuleIndex, Resource, structure_name};
use crate::terraform::lower::object_slots;
use crate::terraform::lower::repeat::Repetition;
use crate::terraform::lower::scope::{Binding, Scope};
use crate::terraform::lower::slot_site::{
    KeySet, SlotSite, attribute_span, collection, expected_of_bare, is_kind_key, is_nothing, is_single, keys_set, only,
    value_argument, written_out,
};
use crate::terraform::lower::traversal::Step;
use crate::text::{FileId, Span};

/// The rows of the table by resource type.
fn table() -> &'static HashMap<&'static str, Vec<&'static SlotSpec>> {
    static TABLE: OnceLock<HashMap<&'static str, Vec<&'static SlotSpec>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: HashMap<&str, Vec<&SlotSpec>> = HashMap::new();
        static PROFILES: [SlotSpec; 2] = [TERRAFORM_PROFILE_ROLE, CLOUD_CONTROL_PROFILE_ROLE];
        for spec in slots::terraform().chain(&PROFILES) {
            table.entry(spec.resource).or_default().push(spec);
        }
        table
    })
}

/// Whether the table has a row for this type.
pub(crate) fn has_slots(resource: &Resource<'_>) -> bool {
    !resource.data && table().contains_key(resource.kind)
}

/// All slot sites of one resource, in the order of the table.
pub(crate) fn sites<'a, R: Registry>(lowering: &mut Lowering<'_, 'a, R>, resource: &Resource<'a>) -> Vec<SlotSite<'a>> {
    let mut out = Vec::new();
    let repetition = Repetition::of(lowering.index, resource);
    for spec in table().get(resource.kind).into_iter().flatten() {
        let first = spec.within.first().map_or(spec.key, |step| step.key);
        if spec.nesting == Nesting::Objects && !spec.within.is_empty() {
            out.extend(object_slots::sites(lowering, spec, resource, &repetition));
        } else if let Some((file, block)) = resource.part_with(first) {
            let scope = Scope::of_block(file, repetition.clone());
            let mut bodies = vec![(&block.body, scope)];
            for step in spec.within {
                bodies = descend(lowering, &bodies, step);
            }
            for (body, scope) in bodies {
                in_body(lowering, spec, body, &scope, &mut out);
            }
        }
        let names = || spec.aliases.iter().chain(spec.unknown_arguments);
        let has_any = |block: &Block| names().chain([&spec.key]).any(|name| block.body.get_attribute(name).is_some());
        let in_force = resource.parts.iter().rposition(|(_, block)| has_any(block)).unwrap_or(0);
        let judged: Vec<FileId> =
            out.iter().filter(|site| std::ptr::eq(site.spec, *spec)).map(|site| site.at.file).collect();
        for name in names() {
            // In each file, whatever replaces it: once the override is put right, it no longer overrides the wrong name.
            for (number, &(file, block)) in resource.parts.iter().enumerate() {
                let attribute = block.body.get_attribute(name);
                let scope = Scope::of_block(file, repetition.clone());
                let site = attribute.and_then(|attribute| alias_slot(lowering, spec, attribute, &scope));
                // The right name is taken there, by something in which no value is found.
                let taken = !judged.contains(&file)
                    && block.body.iter().any(|structure| structure_name(structure) == Some(spec.key));
                let taken = taken.then_some("the correct argument is also set and cannot be resolved");
                out.extend(site.map(|site| {
                    let uneditable_reason = taken.or(site.uneditable_reason);
                    SlotSite { overridden: number < in_force, uneditable_reason, ..site }
                }));
            }
        }
    }
    out
}

/// The nested blocks of this name, `dynamic` ones too.
fn descend<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    bodies: &[(&'a Body, Scope<'a>)],
    step: &slots::Step,
) -> Vec<(&'a Body, Scope<'a>)> {
    let mut out = Vec::new();
    for (body, scope) in bodies {
        for block in body.blocks().filter(|block| block_name(block) == Some(step.key)) {
            let scopes = contents(lowering.index, block, scope, !step.when.is_empty());
            for (body, scope) in scopes {
                if step.when.iter().all(|(key, value)| is_literal(lowering, body, key, value, &scope)) {
                    out.push((body, scope));
                }
            }
        }
    }
    out
}

fn block_name(block: &Block) -> Option<&str> {
    if block.ident.as_str() == "dynamic" { hcl::label(block, 0) } else { Some(block.ident.as_str()) }
}

/// The body of a nested block; for a `dynamic` one that of its content, once for all elements or (`apart`) once for each.
fn contents<'a>(
    index: &ModuleIndex<'a>,
    block: &'a Block,
    scope: &Scope<'a>,
    apart: bool,
) -> Vec<(&'a Body, Scope<'a>)> {
    if block.ident.as_str() != "dynamic" {
        return vec![(&block.body, scope.clone())];
    }
    let content = block.body.blocks().find(|inner| inner.ident.as_str() == "content");
    let (Some(content), Some(name)) = (content, hcl::label(block, 0)) else { return Vec::new() };
    let iterator = block.body.get_attribute("iterator").and_then(|iterator| iterator.value.as_variable());
    let name = iterator.map_or(name, |iterator| iterator.as_str());
    let Some(for_each) = block.body.get_attribute("for_each") else { return vec![(&content.body, scope.clone())] };
    let elements = if apart { written_out(index, (scope.file, &for_each.value)) } else { Vec::new() };
    let elements = if elements.is_empty() { vec![Step::any()] } else { elements };
    let bind = |element| {
        let mut inner = scope.clone();
        let scope = Rc::new(scope.clone());
        inner.bindings.push(Binding {
            name,
            collection: &for_each.value,
            element,
            scope,
            iterator: true,
            is_key: false,
        });
        (&content.body, inner)
    };
    elements.into_iter().map(bind).collect()
}

fn is_literal<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    body: &'a Body,
    key: &str,
    wanted: &str,
    scope: &Scope<'a>,
) -> bool {
    let Some(attribute) = body.get_attribute(key) else { return false };
    let values = lowering.leaves(&attribute.value, scope);
    let literal =
        |resolution: &Resolution| matches!(resolution, Resolution::Text(text) if text.as_literal() == Some(wanted));
    values.len() == 1 && values.iter().all(|value| literal(&value.resolution))
}

fn in_body<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    spec: &'static SlotSpec,
    body: &'a Body,
    scope: &Scope<'a>,
    out: &mut Vec<SlotSite<'a>>,
) {
    let first = out.len();
    let mut set = 0;
    for structure in body.iter().filter(|structure| structure_name(structure) == Some(spec.key)) {
        set += 1;
        match (structure, spec.shape) {
            (Structure::Attribute(attribute), Shape::Value(expected)) => {
                let at = attribute_span(scope.file, attribute);
                out.extend(value_argument(spec, at, &attribute.value, expected, scope));
            }
            (Structure::Attribute(attribute), Shape::List(expected)) => {
                out.extend(list_argument(lowering, spec, attribute, expected, scope));
            }
            (Structure::Attribute(attribute), Shape::Keys { keys, .. }) => {
                out.extend(argument_for_block(lowering, spec, attribute, keys, scope));
            }
            (Structure::Block(block), Shape::Keys { keys, .. }) => {
                for (body, scope) in contents(lowering.index, block, scope, false) {
                    out.extend(keys_of_block(lowering, spec, body, keys, &scope));
                }
            }
            (Structure::Block(block), Shape::Value(expected) | Shape::List(expected)) => {
                for (body, scope) in contents(lowering.index, block, scope, false) {
                    out.extend(block_for_argument(spec, block, body, expected, &scope));
                }
            }
        }
    }
    for site in out[first..].iter_mut().filter(|site| set > 1 && matches!(site.found, SlotState::WrongShape { .. })) {
        site.uneditable_reason = Some("it is set twice, and only one of them can have the right shape");
    }
}

/// A list of one value. A single value in its place is the wrong shape; what comes from elsewhere is taken to be a list.
fn list_argument<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    spec: &'static SlotSpec,
    attribute: &'a Attribute,
    expected: Expected,
    scope: &Scope<'a>,
) -> Option<SlotSite<'a>> {
    let at = attribute_span(scope.file, attribute);
    let site = |value, found| SlotSite::new(spec, spec.key, value, at, found, scope);
    let elements = |found| SlotSite { path: vec![Step::any()], ..site(&attribute.value, found) };
    match &attribute.value {
        Expression::Null(_) => None,
        Expression::Array(array) if array.is_empty() => None,
        Expression::Array(array) => Some(match only(array.iter()) {
            Some(inner @ Expression::Array(_)) => SlotSite {
                path: vec![Step::any()],
                uneditable_reason: Some("a list inside of a list cannot be converted automatically"),
                ..site(inner, SlotState::WrongShape { becomes: expected })
            },
            Some(value) => site(value, SlotState::Expected { expected }),
            None => elements(SlotState::MultipleValues { expected }),
        }),
        value if is_single(lowering, value, scope) => Some(site(value, SlotState::WrongShape { becomes: expected })),
        _ => Some(elements(SlotState::Expected { expected })),
    }
}

/// A block with `name` or `arn`, as the table has it.
fn keys_of_block<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    spec: &'static SlotSpec,
    body: &'a Body,
    keys: &'static [(&'static str, Expected)],
    scope: &Scope<'a>,
) -> Vec<SlotSite<'a>> {
    let set = |&(key, expected): &(&'static str, Expected)| {
        let attribute = body.get_attribute(key)?;
        Some(KeySet { key, expected, at: attribute_span(scope.file, attribute), value: &attribute.value })
    };
    keys_set(lowering, spec, keys.iter().filter_map(set).collect(), scope)
}

/// An argument where a block is expected.
fn argument_for_block<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    spec: &'static SlotSpec,
    attribute: &'a Attribute,
    keys: &'static [(&'static str, Expected)],
    scope: &Scope<'a>,
) -> Option<SlotSite<'a>> {
    let inner = match collection(&attribute.value) {
        Expression::Array(array) => collection(only(array.iter())?),
        value => value,
    };
    let (value, expected) = match inner {
        Expression::Object(object) => {
            let set = object.iter().filter_map(|(key, value)| {
                let key = object_key(key)?;
                let expected = keys.iter().find(|(name, _)| *name == key)?.1;
                (!is_nothing(value.expr())).then_some((value.expr(), expected))
            });
            only(set)?
        }
        value => (value, expected_of_bare(lowering, value, keys, scope)?),
    };
    let at = attribute_span(scope.file, attribute);
    let found = SlotState::WrongShape { becomes: expected };
    Some(SlotSite::new(spec, spec.key, value, at, found, scope))
}

/// A block where an argument is expected, with its content; that of a `dynamic` block is in its `content`.
fn block_for_argument<'a>(
    spec: &'static SlotSpec,
    block: &'a Block,
    body: &'a Body,
    expected: Expected,
    scope: &Scope<'a>,
) -> Vec<SlotSite<'a>> {
    let set: Vec<_> = body.attributes().filter(|attribute| !is_nothing(&attribute.value)).collect();
    let is_dynamic = block.ident.as_str() == "dynamic";
    let uneditable_reason =
        is_dynamic.then_some("a `dynamic` block cannot be converted automatically: write the argument manually");
    let site = |attribute: &'a Attribute, at, found| SlotSite {
        uneditable_reason,
        ..SlotSite::new(spec, spec.key, &attribute.value, at, found, scope)
    };
    let whole = Span::new(scope.file, hcl::block_range(block));
    match set.as_slice() {
        _ if body.blocks().next().is_some() => Vec::new(),
        [only] => vec![site(only, whole, SlotState::WrongShape { becomes: expected })],
        several if several.iter().all(|attribute| is_kind_key(attribute.key.as_str())) => several
            .iter()
            .map(|attribute| {
                site(attribute, attribute_span(scope.file, attribute), SlotState::ConflictingKeys { expected })
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// An unknown argument of a launcher, or a former name of the argument.
fn alias_slot<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    spec: &'static SlotSpec,
    attribute: &'a Attribute,
    scope: &Scope<'a>,
) -> Option<SlotSite<'a>> {
    let (Shape::Value(expected) | Shape::List(expected)) = spec.shape else { return None };
    let name = attribute.key.as_str();
    let is_unknown = spec.unknown_arguments.contains(&name);
    let (value, is_listed) = match collection(&attribute.value) {
        Expression::Array(array) => (collection(only(array.iter())?), true),
        value => (value, false),
    };
    // Under the name of a list, something that is not written out may be one.
    let is_collection = matches!(value, Expression::Array(_) | Expression::Object(_));
    let may_be_list = !is_unknown && (is_collection || !is_listed && !is_single(lowering, value, scope));
    let found = if is_unknown {
        SlotState::UnknownArgument { becomes: expected, correct_sibling: None }
    } else {
        SlotState::WrongShape { becomes: expected }
    };
    let at = attribute_span(scope.file, attribute);
    let uneditable_reason = may_be_list.then_some("its value may be a list, and not the name of one role");
    Some(SlotSite { uneditable_reason, ..SlotSite::new(spec, name, value, at, found, scope) })
}

/// The range of an argument's name.
pub(crate) fn key_range(at: &Span, argument: &str) -> Range<usize> {
    at.start..at.start + argument.len()
}
