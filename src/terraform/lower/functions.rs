//! Terraform's functions, as far as a reference passes through them unchanged.

use hcl_edit::expr::{Expression, FuncCall, TraversalOperator};

use crate::syntax::hcl_node::{literal_key, range};
use crate::terraform::lower::traversal::{Step, StepKind};
use crate::text::{FileId, Span};

/// What a call's value can be.
pub(crate) struct Parts<'a> {
    /// The function.
    pub(crate) name: &'a str,
    /// Expressions of which one becomes the value, each with the steps taken of it.
    pub(crate) values: Vec<(&'a Expression, Vec<Step<'a>>)>,
    /// Arguments that are read but are no value.
    pub(crate) read: Vec<&'a Expression>,
    /// The function, if it orders or drops by value: a profile's name or ARN is another value than its role's.
    pub(crate) ordered_by: Option<&'static str>,
}

/// The functions of one argument that order or drop its elements by value (Terraform documentation, "Collection Functions").
const BY_VALUE: [&str; 3] = ["sort", "distinct", "toset"];

/// The arguments that can become the value of a call, given the steps that are taken of it. None: the call computes something new.
pub(crate) fn values_of<'a>(file: FileId, expression: &'a Expression, path: &[Step<'a>]) -> Option<Parts<'a>> {
    let (name, arguments) = call(expression)?;
    let mut read = Vec::new();
    let values: Vec<(&Expression, Vec<Step<'_>>)> = match (name, arguments.as_slice()) {
        ("try" | "coalesce" | "coalescelist", all) => all.iter().map(|&each| (each, path.to_vec())).collect(),
        ("concat", all) => all.iter().map(|&each| (each, unordered(name, path))).collect(),
        ("tostring" | "sensitive" | "nonsensitive" | "trimspace" | "tolist" | "toset" | "tomap", &[only])
        | ("compact" | "distinct" | "sort" | "reverse", &[only]) => vec![(only, unordered(name, path))],
        ("one", &[only]) => vec![(only, prefixed(Step::any(), path))],
        ("element", &[list, index]) => {
            read.push(index);
            let kind = literal_key(index).map_or(StepKind::AnyKey, StepKind::Key);
            let computed = Some(Span::new(file, range(index)));
            vec![(list, prefixed(Step { kind, computed, ..Step::any() }, path))]
        }
        ("values", &[map]) if path.first().is_some_and(Step::is_index) => {
            vec![(map, prefixed(Step::any(), &path[1..]))]
        }
        ("flatten", &[Expression::Array(lists)]) => lists.iter().map(|list| (list, unordered(name, path))).collect(),
        ("lookup", &[map, key]) => vec![(map, prefixed(by_key(key, &mut read), path))],
        ("lookup", &[map, key, default]) => {
            vec![(map, prefixed(by_key(key, &mut read), path)), (default, path.to_vec())]
        }
        ("format", &[pattern, only]) if literal_key(pattern).as_deref() == Some("%s") => vec![(only, path.to_vec())],
        ("join", &[separator, Expression::Array(list)]) if list.len() == 1 => {
            read.push(separator);
            vec![(list.get(0)?, path.to_vec())]
        }
        ("join", &[separator, list]) if literal_key(separator).as_deref() == Some("") && is_splat(list) => {
            vec![(list, prefixed(Step::any(), path))]
        }
        _ => return None,
    };
    let ordered_by = BY_VALUE.into_iter().find(|&function| function == name);
    Some(Parts { name, values, read, ordered_by })
}

fn by_key<'a>(key: &'a Expression, read: &mut Vec<&'a Expression>) -> Step<'a> {
    match literal_key(key) {
        Some(key) => Step { kind: StepKind::Key(key), ..Step::any() },
        None => {
            read.push(key);
            Step::any()
        }
    }
}

/// Functions that give the elements other places make every index an unknown one.
fn unordered<'a>(name: &str, path: &[Step<'a>]) -> Vec<Step<'a>> {
    let mut path = path.to_vec();
    let reordered = matches!(name, "compact" | "distinct" | "sort" | "reverse" | "toset" | "concat" | "flatten");
    if let Some(first) = path.first_mut().filter(|first| reordered && first.is_index()) {
        first.kind = StepKind::AnyKey;
        first.reordered = true;
    }
    path
}

fn prefixed<'a>(step: Step<'a>, path: &[Step<'a>]) -> Vec<Step<'a>> {
    std::iter::once(step).chain(path.iter().cloned()).collect()
}

fn call(expression: &Expression) -> Option<(&str, Vec<&Expression>)> {
    let Expression::FuncCall(call) = expression else { return None };
    let FuncCall { name, args, .. } = &**call;
    (!name.is_namespaced() && !args.expand_final()).then(|| (name.name.as_str(), args.iter().collect()))
}

fn is_splat(expression: &Expression) -> bool {
    let Expression::Traversal(traversal) = expression else { return false };
    let splat = |operator: &TraversalOperator| {
        matches!(operator, TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_))
    };
    traversal.operators.iter().any(|operator| splat(operator.value()))
}

/// The ARN of which this takes the last segment: `element(split("/", X), 1)`, `split("/", X)[1]`, `basename(X)`, also through `reverse`.
pub(crate) fn arn_that_is_cut<'a>(expression: &'a Expression, path: &[Step<'a>]) -> Option<&'a Expression> {
    match path {
        [] => match expression {
            Expression::Traversal(traversal) => {
                let one = traversal.operators.len() == 1;
                let indexed = one && matches!(traversal.operators[0].value(), TraversalOperator::Index(_));
                indexed.then(|| split_arn(&traversal.expr)).flatten()
            }
            _ => match (call(expression)?.0, call(expression)?.1.as_slice()) {
                ("element", &[list, _]) => split_arn(list),
                ("one" | "last", _) => None,
                ("basename", &[arn]) => Some(arn),
                _ => None,
            },
        },
        _ => None,
    }
}

fn split_arn(expression: &Expression) -> Option<&Expression> {
    let (name, arguments) = call(expression)?;
    match (name, arguments.as_slice()) {
        ("split", &[separator, arn]) if literal_key(separator).as_deref() == Some("/") => Some(arn),
        ("reverse", &[inner]) => split_arn(inner),
        _ => None,
    }
}

/// The argument of `toset`.
pub(crate) fn set_elements(expression: &Expression) -> Option<&Expression> {
    let Expression::FuncCall(call) = expression else { return None };
    let only = (call.args.len() == 1).then(|| call.args.get(0)).flatten();
    only.filter(|_| call.name.name.as_str() == "toset" && !call.name.is_namespaced())
}
