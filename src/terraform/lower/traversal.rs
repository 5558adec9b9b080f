//! References as paths: where an expression starts, and the steps taken from there.

use std::collections::HashMap;

use crate::syntax::hcl_node::{literal_key, lone_interpolation, object_key};
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, Object, ObjectKey, ObjectValue, Traversal, TraversalOperator};

use crate::model::PathStep;
use crate::syntax::hcl_lenient;
use crate::text::{FileId, Span};

/// One step: an attribute, an index, or all elements.
#[derive(Clone, Debug)]
pub(crate) struct Step<'a> {
    pub(crate) kind: StepKind<'a>,
    /// The text of the step, brackets or dot included; none for a step that a function takes (`one`, `values`).
    pub(crate) at: Option<Span>,
    /// For an attribute: its name alone.
    pub(crate) name_at: Option<Span>,
    /// How many definitions had been entered when the step was written: steps of one reference may come from several.
    pub(crate) depth: u32,
    /// Whether it is taken of several values at once (`(a ? b : c).name`).
    pub(crate) shared: bool,
    /// Whether an index has names in it that mean something only where it is written.
    pub(crate) scoped: bool,
    /// The index of a step that a function takes, where it is not written out.
    pub(crate) computed: Option<Span>,
    /// Whether it is an index behind `[*]`, which Terraform takes of each element, and not of the list.
    pub(crate) of_each: bool,
    /// Whether a function around gives the elements other places, so that an index of the result is none of the resource.
    pub(crate) reordered: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum StepKind<'a> {
    Attribute(&'a str),
    Key(String),
    AnyKey,
    Each,
}

impl Step<'_> {
    /// A step that is not written in the text: some element of a collection.
    pub(crate) fn any() -> Self {
        Step {
            kind: StepKind::AnyKey,
            at: None,
            name_at: None,
            depth: 0,
            shared: false,
            scoped: false,
            computed: None,
            of_each: false,
            reordered: false,
        }
    }

    /// A step into a value of a called module, written nowhere here.
    pub(crate) fn into_value(step: &PathStep) -> Self {
        let kind = match step {
            PathStep::Key(key) => StepKind::Key(key.clone()),
            PathStep::Any => StepKind::AnyKey,
        };
        Step { kind, ..Step::any() }
    }

    /// The key that the step names, if it is written out.
    pub(crate) fn key(&self) -> Option<&str> {
        match &self.kind {
            StepKind::Attribute(name) => Some(name),
            StepKind::Key(key) => Some(key),
            StepKind::AnyKey | StepKind::Each => None,
        }
    }

    /// Whether it takes one element or all of a collection.
    pub(crate) fn is_index(&self) -> bool {
        !matches!(self.kind, StepKind::Attribute(_))
    }
}

/// A step into an input or an output.
pub(crate) fn path_step(step: &Step<'_>) -> PathStep {
    step.key().map_or(PathStep::Any, |key| PathStep::Key(key.to_owned()))
}

/// The steps of a traversal.
pub(crate) fn steps<'a>(file: FileId, traversal: &'a Traversal, depth: u32) -> Vec<Step<'a>> {
    let mut splat = false;
    let step = |operator: &'a hcl_edit::Decorated<TraversalOperator>| {
        splat |= matches!(operator.value(), TraversalOperator::FullSplat(_));
        let is_index = matches!(operator.value(), TraversalOperator::Index(_) | TraversalOperator::LegacyIndex(_));
        let at = operator.span().map(|range| Span::new(file, range));
        let mut name_at = None;
        let kind = match operator.value() {
            TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => StepKind::Each,
            TraversalOperator::GetAttr(name) => {
                name_at = name.span().map(|range| Span::new(file, range));
                StepKind::Attribute(name.as_str())
            }
            TraversalOperator::Index(index) => literal_key(index).map_or(StepKind::AnyKey, StepKind::Key),
            TraversalOperator::LegacyIndex(index) => StepKind::Key(index.value().to_string()),
        };
        Step { kind, at, name_at, depth, of_each: splat && is_index, ..Step::any() }
    };
    traversal.operators.iter().map(step).collect()
}

/// The same steps, taken of one of several values.
pub(crate) fn shared<'a>(path: &[Step<'a>]) -> Vec<Step<'a>> {
    path.iter().map(|step| Step { shared: true, ..step.clone() }).collect()
}

/// The entries of an object that count: where a key is set twice, the last one does.
pub(crate) fn entries(object: &Object) -> impl Iterator<Item = (&ObjectKey, &Expression)> {
    let may_repeat = hcl_lenient::may_repeat_a_key(object);
    let mut last: HashMap<String, usize> = HashMap::new();
    if may_repeat {
        let names = object.iter().enumerate().filter_map(|(number, (key, _))| Some((object_key(key)?, number)));
        last.extend(names);
    }
    let counts = move |&(number, (key, _)): &(usize, (&ObjectKey, &ObjectValue))| {
        let is_last = || object_key(key).is_none_or(|name| last.get(&name) == Some(&number));
        !may_repeat || !hcl_lenient::is_overwritten(key) && is_last()
    };
    object.iter().enumerate().filter(counts).map(|(_, (key, value))| (key, value.expr()))
}

/// Goes as far as objects and lists are written out: what is reached, the steps that are left, and the steps taken as text.
pub(crate) fn project<'a>(
    expression: &'a Expression,
    path: Vec<Step<'a>>,
) -> Vec<(&'a Expression, Vec<Step<'a>>, String)> {
    let mut out = Vec::new();
    descend(expression, path, String::new(), &mut out);
    out
}

fn descend<'a>(
    expression: &'a Expression,
    path: Vec<Step<'a>>,
    taken: String,
    out: &mut Vec<(&'a Expression, Vec<Step<'a>>, String)>,
) {
    let Some(first) = path.first() else { return out.push((expression, path, taken)) };
    if let Some(inner) = lone_interpolation(expression) {
        return descend(inner, path, taken, out);
    }
    let wanted = first.key().map(str::to_owned);
    let any = matches!(first.kind, StepKind::AnyKey | StepKind::Each) || first.at.is_none() && wanted.is_none();
    match expression {
        Expression::Parenthesis(inner) => descend(inner.inner(), path, taken, out),
        Expression::Object(object) => {
            let mut found = None;
            for (key, value) in entries(object) {
                let key = object_key(key);
                if any {
                    let name = key.as_deref().unwrap_or("?");
                    descend(value, path[1..].to_vec(), format!("{taken}[\"{name}\"]"), out);
                } else if key == wanted {
                    found = Some(value);
                }
            }
            if let Some(value) = found {
                let name = wanted.unwrap_or_default();
                descend(value, path[1..].to_vec(), format!("{taken}[\"{name}\"]"), out);
            }
        }
        Expression::Array(array) => {
            let wanted: Option<usize> = wanted.and_then(|key| key.parse().ok());
            for (number, element) in array.iter().enumerate() {
                if any || wanted == Some(number) {
                    descend(element, path[1..].to_vec(), format!("{taken}[{number}]"), out);
                }
            }
        }
        _ => out.push((expression, path, taken)),
    }
}
