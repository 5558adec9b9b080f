//! Finds the sites of the slot table in arguments whose values are objects and lists of objects, where a provider has these in place of nested
//! blocks.

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, FuncCall, Object, ObjectKey};

use crate::aws::slots::{Expected, Shape, SlotSpec, Step as TableStep};
use crate::model::{Resolution, SlotState};
use crate::syntax::hcl_node::{object_key, range, unwrapped};
use crate::terraform::lower::expression::{Lowering, Registry};
use crate::terraform::lower::module::{ModuleIndex, Resource};
use crate::terraform::lower::repeat::Repetition;
use crate::terraform::lower::scope::Scope;
use crate::terraform::lower::slot_site::{
    KeySet, SlotSite, attribute_span, expected_of_bare, is_nothing, is_single, keys_set, only, value_argument,
    written_out,
};
use crate::terraform::lower::traversal::{Step, StepKind, entries};
use crate::text::{FileId, Span};

/// An object or a list, or what can become one: as far as it is written out on the spot, and then the steps to take of it.
#[derive(Clone)]
struct Part<'a> {
    /// The argument or the entry that it is the value of.
    at: Span,
    value: &'a Expression,
    path: Vec<Step<'a>>,
}

/// The sites of one row of the table in one resource.
pub(super) fn sites<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    spec: &'static SlotSpec,
    resource: &Resource<'a>,
    repetition: &Repetition<'a>,
) -> Vec<SlotSite<'a>> {
    let Some((file, attribute)) = spec.within.first().and_then(|step| resource.argument(step.key)) else {
        return Vec::new();
    };
    let scope = Scope::of_block(file, repetition.clone());
    let argument = Part { at: attribute_span(file, attribute), value: &attribute.value, path: Vec::new() };
    let mut parts = vec![argument];
    for (number, step) in spec.within.iter().enumerate() {
        if number > 0 {
            parts = parts.iter().filter_map(|part| part.entry(file, step.key)).collect();
        }
        parts = parts.into_iter().flat_map(|part| part.elements(lowering.index, file, step)).collect();
        parts.retain(|part| step.when.iter().all(|(key, wanted)| is_literal(lowering, part, key, wanted, &scope)));
    }
    let slots: Vec<Part<'a>> = parts.iter().filter_map(|part| part.entry(file, spec.key)).collect();
    slots.into_iter().flat_map(|slot| sites_of(lowering, spec, slot, &scope)).collect()
}

impl<'a> Part<'a> {
    /// What is inside of brackets; none where the value is not written out on the spot.
    fn written(&self) -> Option<&'a Expression> {
        self.path.is_empty().then(|| unwrapped(self.value))
    }

    /// The value of a key.
    fn entry(&self, file: FileId, key: &'static str) -> Option<Self> {
        match self.written() {
            Some(Expression::Object(object)) => {
                let (name, value) = find(object, key)?;
                Some(Part { at: entry_span(file, name, value), value, path: Vec::new() })
            }
            Some(Expression::Null(_)) => None,
            Some(Expression::FuncCall(call)) if is_call(call, "merge") => self.entry_of_merged(file, call, key),
            _ => Some(self.through(Step { kind: StepKind::Attribute(key), ..Step::any() })),
        }
    }

    /// The value of a key in the last of several objects that has it.
    fn entry_of_merged(&self, file: FileId, call: &'a FuncCall, key: &'static str) -> Option<Self> {
        let lacks_it =
            |object: &Self| matches!(object.written(), Some(Expression::Object(object)) if find(object, key).is_none());
        let objects = call.args.iter().map(|object| self.with(object));
        objects.filter(|object| !lacks_it(object)).last()?.entry(file, key)
    }

    /// The elements of a list; all of it where none is expected. Elements that are told apart by what they hold are taken one by one.
    fn elements(self, index: &ModuleIndex<'a>, file: FileId, step: &TableStep) -> Vec<Self> {
        match self.written() {
            Some(Expression::Array(array)) => {
                let element = |value| Part { at: Span::new(file, range(value)), value, path: Vec::new() };
                array.iter().map(element).collect()
            }
            Some(Expression::Object(_)) => vec![self],
            _ if !step.is_list => vec![self],
            Some(Expression::Conditional(conditional)) if !step.when.is_empty() => {
                let arms = [&conditional.true_expr, &conditional.false_expr];
                arms.into_iter().flat_map(|arm| self.with(arm).elements(index, file, step)).collect()
            }
            Some(Expression::FuncCall(call)) if !step.when.is_empty() && is_call(call, "concat") => {
                call.args.iter().flat_map(|list| self.with(list).elements(index, file, step)).collect()
            }
            Some(collection) if !step.when.is_empty() => {
                let elements = written_out(index, (file, collection));
                let elements = if elements.is_empty() { vec![Step::any()] } else { elements };
                elements.into_iter().map(|element| self.through(element)).collect()
            }
            _ => vec![self.through(Step::any())],
        }
    }

    /// A value of which this one is made.
    fn with(&self, value: &'a Expression) -> Self {
        Part { at: self.at, value, path: Vec::new() }
    }

    fn through(&self, step: Step<'a>) -> Self {
        let path = self.path.iter().cloned().chain([step]).collect();
        Part { at: self.at, value: self.value, path }
    }
}

/// Whether this is a function that makes one list or one object of several, which are written one by one.
pub(super) fn joins(call: &FuncCall) -> bool {
    is_call(call, "concat") || is_call(call, "merge")
}

fn is_call(call: &FuncCall, function: &str) -> bool {
    call.name.name.as_str() == function && !call.name.is_namespaced() && !call.args.expand_final()
}

fn find<'a>(object: &'a Object, key: &str) -> Option<(&'a ObjectKey, &'a Expression)> {
    entries(object).find(|(name, _)| object_key(name).as_deref() == Some(key))
}

fn entry_span(file: FileId, key: &ObjectKey, value: &Expression) -> Span {
    let value = range(value);
    Span::new(file, key.span().map_or(value.start, |key| key.start)..value.end)
}

/// Whether a key of an object has this literal value.
fn is_literal<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    object: &Part<'a>,
    key: &'static str,
    wanted: &str,
    scope: &Scope<'a>,
) -> bool {
    let Some(part) = object.entry(scope.file, key) else { return false };
    let values = lowering.leaves_at(part.value, &part.path, scope);
    let is_wanted =
        |resolution: &Resolution| matches!(resolution, Resolution::Text(text) if text.as_literal() == Some(wanted));
    values.len() == 1 && values.iter().all(|value| is_wanted(&value.resolution))
}

/// The sites of a slot with this value.
fn sites_of<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    spec: &'static SlotSpec,
    slot: Part<'a>,
    scope: &Scope<'a>,
) -> Vec<SlotSite<'a>> {
    match (spec.shape, slot.written()) {
        (Shape::Value(expected) | Shape::List(expected), Some(value)) => {
            value_argument(spec, slot.at, value, expected, scope)
        }
        (Shape::Value(expected) | Shape::List(expected), None) => {
            elsewhere(lowering, spec, spec.key.to_owned(), expected, slot, scope).into_iter().collect()
        }
        (Shape::Keys { keys, unknown_keys }, Some(Expression::Object(object))) => {
            let set = |&(key, expected): &(&'static str, Expected)| {
                let (name, value) = find(object, key)?;
                Some(KeySet { key, expected, at: entry_span(scope.file, name, value), value })
            };
            let known = keys_set(lowering, spec, keys.iter().filter_map(set).collect(), scope);
            match (known.is_empty(), keys.first()) {
                (true, Some(&(_, expected))) => unknown_key(spec, unknown_keys, expected, object, &slot, scope),
                _ => known,
            }
        }
        (Shape::Keys { keys, .. }, written) => {
            if let Some((value, becomes)) = written.and_then(|value| in_another_shape(lowering, value, keys, scope)) {
                return vec![SlotSite::new(spec, spec.key, value, slot.at, SlotState::WrongShape { becomes }, scope)];
            }
            let by_key = |&(key, expected): &(&'static str, Expected)| {
                let part = slot.entry(scope.file, key)?;
                elsewhere(lowering, spec, format!("{}.{key}", spec.key), expected, part, scope)
            };
            keys.iter().filter_map(by_key).collect()
        }
    }
}

/// The value that is meant where something else than an object with a key is written: a string, or a list of one object or string.
fn in_another_shape<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    value: &'a Expression,
    keys: &'static [(&'static str, Expected)],
    scope: &Scope<'a>,
) -> Option<(&'a Expression, Expected)> {
    let value = match value {
        Expression::Array(array) => only(array.iter())?,
        value => value,
    };
    if let Expression::Object(object) = value {
        let set = keys.iter().filter_map(|&(key, expected)| Some((find(object, key)?.1, expected)));
        return only(set.filter(|(value, _)| !is_nothing(value)));
    }
    let becomes = is_single(lowering, value, scope).then(|| expected_of_bare(lowering, value, keys, scope))??;
    Some((value, becomes))
}

/// A key that the schema lacks, in place of the one that it has.
fn unknown_key<'a>(
    spec: &'static SlotSpec,
    unknown_keys: &'static [&'static str],
    becomes: Expected,
    object: &'a Object,
    slot: &Part<'a>,
    scope: &Scope<'a>,
) -> Vec<SlotSite<'a>> {
    let found = unknown_keys.iter().filter_map(|key| Some((key, find(object, key)?.1)));
    let site = |(key, value): (&&str, &'a Expression)| {
        let argument = format!("{}.{key}", spec.key);
        SlotSite::new(spec, argument, value, slot.at, SlotState::WrongShape { becomes }, scope)
    };
    found.map(site).collect()
}

/// A value that is written elsewhere, or depends on a condition; none if nothing shows that it is set at all.
fn elsewhere<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    spec: &'static SlotSpec,
    argument: String,
    expected: Expected,
    part: Part<'a>,
    scope: &Scope<'a>,
) -> Option<SlotSite<'a>> {
    let values = lowering.leaves_at(part.value, &part.path, scope);
    let is_known = values.iter().any(|value| match value.resolution {
        Resolution::Unknown(..) => value.crossing.is_some(),
        _ => true,
    });
    let site = SlotSite::new(spec, argument, part.value, part.at, SlotState::Expected { expected }, scope);
    is_known.then_some(SlotSite { path: part.path, ..site })
}
