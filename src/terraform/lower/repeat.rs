//! How a block is repeated: what `count` or `for_each` says, followed through locals and the resources that are repeated over.

use std::rc::Rc;

use hcl_edit::expr::{Expression, FuncCall, Traversal, TraversalOperator};

use crate::model::{Instances, Repeat};
use crate::syntax::hcl_node::{literal_key, lone_interpolation, object_key};
use crate::terraform::lower::module::{ModuleIndex, Resource};
use crate::terraform::lower::references::is_named;
use crate::terraform::lower::traversal::entries;
use crate::text::FileId;

/// More keys than this are not told apart.
const MAX_KEYS: usize = 256;

/// So many locals and resources are followed from one to the next; a cycle ends here.
const MAX_DEPTH: u32 = 16;

/// An expression in its file.
type InFile<'a> = (FileId, &'a Expression);

/// What `count` and `each` mean in a block.
#[derive(Clone)]
pub(crate) struct Repetition<'a> {
    /// Its `for_each`, if it has one.
    pub(crate) for_each: Option<InFile<'a>>,
    /// What `count.index` and `each.key` mean: the same in blocks with equal text.
    pub(crate) keys: Rc<str>,
    /// What `each.value` and `self` mean.
    pub(crate) values: Rc<str>,
}

impl<'a> Repetition<'a> {
    /// Of a resource, data source or module call.
    pub(crate) fn of(index: &ModuleIndex<'a>, resource: &Resource<'a>) -> Self {
        let for_each = resource.argument("for_each").map(|(file, attribute)| (file, &attribute.value));
        let own = resource.address();
        let keys = match instances(index, resource) {
            Instances::Count(repeat) => format!("count {}", repeat.over),
            Instances::ForEach(repeat) => format!("for_each {}", repeat.over),
            Instances::One | Instances::Unknown => own.clone(),
        };
        let values = for_each.map_or(own, |(file, value)| format!("for_each {}", index.canonical(file, value)));
        Repetition { for_each, keys: keys.into(), values: values.into() }
    }

    /// Of what cannot be repeated: a local, an output.
    pub(crate) fn none() -> Self {
        Repetition { for_each: None, keys: "".into(), values: "".into() }
    }
}

/// How many instances a resource has.
pub(crate) fn instances<'a>(index: &ModuleIndex<'a>, resource: &Resource<'a>) -> Instances {
    instances_within(index, resource, MAX_DEPTH)
}

fn instances_within<'a>(index: &ModuleIndex<'a>, resource: &Resource<'a>, depth: u32) -> Instances {
    if let Some((file, count)) = resource.argument("count") {
        Instances::Count(number(index, (file, &count.value), depth))
    } else if let Some((file, for_each)) = resource.argument("for_each") {
        Instances::ForEach(keys(index, (file, &for_each.value), depth))
    } else {
        Instances::One
    }
}

/// What is inside of brackets and of a lone interpolation, and behind a local.
pub(crate) fn followed<'a>(index: &ModuleIndex<'a>, (file, expression): InFile<'a>, depth: u32) -> InFile<'a> {
    let inner = match expression {
        Expression::Parenthesis(inner) => Some((file, inner.inner())),
        Expression::StringTemplate(_) => lone_interpolation(expression).map(|inner| (file, inner)),
        Expression::Traversal(traversal) => local(traversal).and_then(|name| index.local(name)),
        _ => None,
    };
    match inner {
        Some(inner) if depth > 0 => followed(index, inner, depth - 1),
        _ => (file, expression),
    }
}

/// `local.x`, and nothing taken of it.
fn local(traversal: &Traversal) -> Option<&str> {
    let [only] = traversal.operators.as_slice() else { return None };
    match only.value() {
        TraversalOperator::GetAttr(name) if is_named(&traversal.expr, "local") => Some(name.as_str()),
        _ => None,
    }
}

fn call(expression: &Expression) -> Option<(&str, &FuncCall)> {
    let Expression::FuncCall(call) = expression else { return None };
    (!call.name.is_namespaced() && !call.args.expand_final()).then(|| (call.name.name.as_str(), &**call))
}

/// The one argument of this function.
fn argument_of<'a>(expression: &'a Expression, function: &str) -> Option<&'a Expression> {
    let (name, call) = call(expression)?;
    (name == function && call.args.len() == 1).then(|| call.args.get(0)).flatten()
}

fn number<'a>(index: &ModuleIndex<'a>, (file, expression): InFile<'a>, depth: u32) -> Repeat {
    let Some(depth) = depth.checked_sub(1) else { return Repeat::over(index.canonical(file, expression)) };
    let (file, expression) = followed(index, (file, expression), depth);
    let mut repeat = Repeat::over(index.canonical(file, expression));
    if let Some(number) = literal_key(expression).and_then(|text| text.parse::<usize>().ok()) {
        return counted(number);
    }
    if let Expression::Conditional(conditional) = expression {
        let arms = [&conditional.true_expr, &conditional.false_expr];
        repeat.at_most_one = arms.into_iter().all(|arm| number(index, (file, arm), depth).at_most_one);
        return repeat;
    }
    let Some(counted_over) = argument_of(expression, "length") else { return repeat };
    if let Some(resource) = whole_resource(index, counted_over) {
        return match instances_within(index, resource, depth) {
            Instances::Count(same) => same,
            Instances::ForEach(keyed) => Repeat { at_most_one: keyed.at_most_one, ..repeat },
            Instances::One | Instances::Unknown => repeat,
        };
    }
    match followed(index, (file, counted_over), depth).1 {
        Expression::Array(array) => counted(array.len()),
        _ => repeat,
    }
}

fn counted(number: usize) -> Repeat {
    let all = (number <= MAX_KEYS).then(|| (0..number).map(|key| (key.to_string(), None)).collect());
    let mut repeat = Repeat::over(number.to_string());
    repeat.keys = all;
    repeat.at_most_one = number <= 1;
    repeat
}

fn keys<'a>(index: &ModuleIndex<'a>, (file, expression): InFile<'a>, depth: u32) -> Repeat {
    let Some(depth) = depth.checked_sub(1) else { return Repeat::over(index.canonical(file, expression)) };
    let (file, expression) = followed(index, (file, expression), depth);
    if let Some(resource) = whole_resource(index, expression) {
        let without_values =
            |keys: Vec<(String, Option<String>)>| keys.into_iter().map(|(key, _)| (key, None)).collect();
        if let Instances::ForEach(repeat) = instances_within(index, resource, depth) {
            return Repeat { keys: repeat.keys.map(without_values), is_set: false, ..repeat };
        }
    }
    let mut repeat = Repeat::over(index.canonical(file, expression));
    match expression {
        Expression::Conditional(conditional) => {
            let arms = [&conditional.true_expr, &conditional.false_expr];
            repeat.at_most_one = arms.into_iter().all(|arm| keys(index, (file, arm), depth).at_most_one);
            return repeat;
        }
        Expression::ForExpr(each) if each.cond.is_none() && !each.grouping => {
            let same_key = matches!((&each.key_expr, &each.intro.key_var),
                (Some(Expression::Variable(key)), Some(name)) if key.as_str() == name.as_str());
            return if same_key {
                let over = keys(index, (file, &each.intro.collection_expr), depth);
                Repeat {
                    keys: over.keys.map(|keys| keys.into_iter().map(|(key, _)| (key, None)).collect()),
                    is_set: false,
                    ..over
                }
            } else {
                repeat
            };
        }
        _ => {}
    }
    if let Some(inner) = argument_of(expression, "tomap") {
        return keys(index, (file, inner), depth);
    }
    let written: Option<Vec<(String, Option<String>)>> = match expression {
        Expression::Object(object) => {
            let pair = |(key, value): (&_, &Expression)| Some((object_key(key)?, literal_key(value)));
            entries(object).map(pair).collect()
        }
        _ => set_of(index, (file, expression), depth),
    };
    repeat.is_set = argument_of(expression, "toset").is_some();
    repeat.keys = written.filter(|keys| keys.len() <= MAX_KEYS);
    repeat.at_most_one = repeat.keys.as_ref().is_some_and(|keys| keys.len() <= 1);
    repeat
}

/// The elements of `toset([...])`, where they are written out.
fn set_of<'a>(
    index: &ModuleIndex<'a>,
    (file, expression): InFile<'a>,
    depth: u32,
) -> Option<Vec<(String, Option<String>)>> {
    let (_, list) = followed(index, (file, argument_of(expression, "toset")?), depth);
    let mut elements: Vec<String> = list.as_array()?.iter().map(literal_key).collect::<Option<_>>()?;
    elements.sort();
    elements.dedup();
    Some(elements.into_iter().map(|element| (element.clone(), Some(element))).collect())
}

/// The resource, or the call of a module, that an expression names as a whole: `aws_iam_role.app`, `aws_iam_role.app[*]`, `aws_iam_role.app[*].name`.
fn whole_resource<'i, 'a>(index: &'i ModuleIndex<'a>, expression: &Expression) -> Option<&'i Resource<'a>> {
    let Expression::Traversal(traversal) = expression else { return None };
    let Expression::Variable(root) = &traversal.expr else { return None };
    let mut names: Vec<&str> = vec![root.as_str()];
    let mut rest = traversal.operators.iter().map(hcl_edit::Decorated::value).peekable();
    while let Some(TraversalOperator::GetAttr(name)) = rest.peek() {
        names.push(name.as_str());
        rest.next();
    }
    let splat = matches!(rest.next(), Some(TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_)));
    let plain = |operator: &TraversalOperator| matches!(operator, TraversalOperator::GetAttr(_));
    if !splat && rest.next().is_some() || !rest.all(plain) {
        return None;
    }
    let found = match names.as_slice() {
        ["data", kind, label] => index.find(true, kind, label),
        ["module", call, ..] => return index.module(call),
        ["resource", kind, label] | [kind, label] => index.find(false, kind, label),
        _ => None,
    };
    found.map(|found| &index.resources[found])
}
