//! A slot as it is found in a module, and the shapes in which its value may be written, right or wrong.

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, Object};
use hcl_edit::structure::Attribute;

use crate::aws::family::Family;
use crate::aws::slots::{self, Expected, SlotSpec};
use crate::model::{ProfileAttr, ProfileInput, Resolution, SlotState};
use crate::syntax::hcl_node::{object_key, range, unwrapped};
use crate::terraform::lower::expression::{Lowering, Registry};
use crate::terraform::lower::module::ModuleIndex;
use crate::terraform::lower::repeat;
use crate::terraform::lower::scope::Scope;
use crate::terraform::lower::traversal::{Step, StepKind};
use crate::text::{FileId, Span};

/// Where a slot is, before it is a [`Slot`](crate::model::Slot).
pub(crate) struct SlotSite<'a> {
    pub(crate) spec: &'static SlotSpec,
    pub(crate) argument: String,
    /// The value to lower.
    pub(crate) value: &'a Expression,
    /// The argument or block, key included.
    pub(crate) at: Span,
    pub(crate) found: SlotState,
    pub(crate) scope: Scope<'a>,
    /// Whether another file has an argument for the same thing that counts in its place.
    pub(crate) overridden: bool,
    /// Why it stays as it is, whatever is found in it.
    pub(crate) uneditable_reason: Option<&'static str>,
    /// The steps to take of the value, if it is only a part of what is written.
    pub(crate) path: Vec<Step<'a>>,
    /// If it is an input of a called module: what is known of it.
    pub(crate) input: Option<ProfileInput>,
}

impl<'a> SlotSite<'a> {
    pub(super) fn new(
        spec: &'static SlotSpec,
        argument: impl Into<String>,
        value: &'a Expression,
        at: Span,
        found: SlotState,
        scope: &Scope<'a>,
    ) -> Self {
        let (argument, scope) = (argument.into(), scope.clone());
        SlotSite {
            spec,
            argument,
            value,
            at,
            found,
            scope,
            overridden: false,
            uneditable_reason: None,
            path: Vec::new(),
            input: None,
        }
    }

    /// The provider of the launcher.
    pub(crate) fn family(&self) -> &'static Family {
        self.input.as_ref().map_or_else(|| Family::of_type(self.spec.resource), |input| input.family)
    }
}

pub(super) fn attribute_span(file: FileId, attribute: &Attribute) -> Span {
    let key = attribute.key.span().unwrap_or_default();
    Span::new(file, key.start..range(&attribute.value).end)
}

/// An argument where one is expected. A list or an object is the wrong shape: if there is just one value in it, that is meant.
pub(super) fn value_argument<'a>(
    spec: &'static SlotSpec,
    at: Span,
    value: &'a Expression,
    expected: Expected,
    scope: &Scope<'a>,
) -> Vec<SlotSite<'a>> {
    let wrong = SlotState::WrongShape { becomes: expected };
    let in_object = |object: &'a Object| {
        let profile_keys = object.iter().filter(|(key, _)| object_key(key).is_some_and(|key| is_kind_key(&key)));
        let values: Vec<&Expression> = profile_keys.map(|(_, value)| value.expr()).collect();
        let found = if values.len() > 1 { SlotState::ConflictingKeys { expected } } else { wrong };
        values.into_iter().map(|value| (value, found)).collect()
    };
    let values: Vec<(&Expression, SlotState)> = match collection(value) {
        Expression::Array(array) => match only(array.iter()).map(collection) {
            Some(Expression::Object(object)) => in_object(object),
            element => element.map(|element| (element, wrong)).into_iter().collect(),
        },
        Expression::Object(object) => in_object(object),
        value => vec![(value, SlotState::Expected { expected })],
    };
    values.into_iter().map(|(value, found)| SlotSite::new(spec, spec.key, value, at, found, scope)).collect()
}

/// Whether an expression is a single string, or the whole of a role, wherever anything is known of it.
pub(super) fn is_single<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    expression: &'a Expression,
    scope: &Scope<'a>,
) -> bool {
    let values = lowering.leaves(expression, scope);
    values.iter().any(|value| match value.resolution {
        Resolution::Role(..) => !value.spelling.is_list,
        Resolution::Profile(_, attribute, _) => !value.spelling.is_list && attribute != ProfileAttr::Bare,
        Resolution::Policy(_) | Resolution::Text(_) | Resolution::Quoted { .. } => true,
        Resolution::Absent | Resolution::Unknown(..) => false,
    })
}

/// A list or an object that is written out, perhaps in brackets or in a lone interpolation; any other value as it is.
pub(super) fn collection(value: &Expression) -> &Expression {
    match unwrapped(value) {
        collection @ (Expression::Array(_) | Expression::Object(_)) => collection,
        _ => value,
    }
}

pub(super) fn is_kind_key(key: &str) -> bool {
    matches!(key, "name" | "arn")
}

pub(super) fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

/// A key of a slot that has keys, with its value.
pub(super) struct KeySet<'a> {
    pub(super) key: &'static str,
    pub(super) expected: Expected,
    /// With the value.
    pub(super) at: Span,
    pub(super) value: &'a Expression,
}

/// The keys that are set beside each other.
pub(super) fn keys_set<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    spec: &'static SlotSpec,
    mut set: Vec<KeySet<'a>>,
    scope: &Scope<'a>,
) -> Vec<SlotSite<'a>> {
    set.retain(|key| !is_nothing(key.value));
    // Modules fill both keys from values of which one is null.
    let both = set.len() > 1 && set.iter().all(|key| is_surely_set(lowering, key.value, scope));
    let site = |KeySet { key, expected, at, value }| {
        let found = if both { SlotState::ConflictingKeys { expected } } else { SlotState::Expected { expected } };
        SlotSite::new(spec, format!("{}.{key}", spec.key), value, at, found, scope)
    };
    set.into_iter().map(site).collect()
}

/// Whether an expression has a value whatever is put into the module.
fn is_surely_set<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    expression: &'a Expression,
    scope: &Scope<'a>,
) -> bool {
    let values = lowering.leaves(expression, scope);
    !values.iter().any(|value| matches!(value.resolution, Resolution::Absent | Resolution::Unknown(..)))
}

/// `null` or `""`: the key might as well be absent.
pub(super) fn is_nothing(expression: &Expression) -> bool {
    matches!(expression, Expression::Null(_)) || expression.as_str() == Some("")
}

/// What a value without a key is to be: an ARN if it is one.
pub(super) fn expected_of_bare<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    value: &'a Expression,
    keys: &'static [(&'static str, Expected)],
    scope: &Scope<'a>,
) -> Option<Expected> {
    let values = lowering.leaves(value, scope);
    let by_arn = values.iter().any(|value| value.resolution.attribute() == Some(slots::Attribute::Arn));
    let mut all = keys.iter().map(|(_, expected)| *expected);
    all.clone().find(|&expected| (expected == Expected::Arn) == by_arn).or_else(|| all.next())
}

/// So many locals are followed from one to the next.
const MAX_LOCALS: u32 = 8;

/// More elements than this are not told apart.
const MAX_ELEMENTS: usize = 256;

/// A step to each element of a collection that is written out, on the spot or in a local; none if it is not.
pub(super) fn written_out<'a>(index: &ModuleIndex<'a>, collection: (FileId, &'a Expression)) -> Vec<Step<'a>> {
    let (_, collection) = repeat::followed(index, collection, MAX_LOCALS);
    let by_key = |key: String| Step { kind: StepKind::Key(key), ..Step::any() };
    let keys: Vec<String> = match collection {
        Expression::Array(array) => (0..array.len()).map(|number| number.to_string()).collect(),
        Expression::Object(object) => object.iter().filter_map(|(key, _)| object_key(key)).collect(),
        _ => Vec::new(),
    };
    if keys.len() > MAX_ELEMENTS { Vec::new() } else { keys.into_iter().map(by_key).collect() }
}
