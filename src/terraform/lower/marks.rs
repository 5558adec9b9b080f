//! Marks what is read by something that is no slot: what a fix must not change for its sake.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use hcl_edit::expr::{BinaryOp, BinaryOperator, Expression};

use crate::model::{InputCheck, ValuePath};
use crate::syntax::hcl_node::{lone_interpolation, parts, range};
use crate::terraform::lower::module::ModuleIndex;
use crate::terraform::lower::references::root;
use crate::terraform::lower::scope::Scope;
use crate::terraform::lower::traversal::{Step, StepKind, path_step, project, steps};
use crate::text::{FileId, Span};

/// Marks that are collected, and what is needed for it.
pub(crate) struct Marks<'i, 'a> {
    index: &'i ModuleIndex<'a>,
    /// What something other than a slot reads.
    pub(crate) read_elsewhere: Vec<Span>,
    /// What something asks only whether it is null.
    pub(crate) asked_for_null: Vec<Span>,
    /// The inputs of the module, or parts of them, that become a part of something other than a slot.
    pub(crate) inputs_read: BTreeSet<ValuePath>,
    /// What is asked of inputs, or of parts of them, to decide something.
    pub(crate) inputs_checked: BTreeMap<ValuePath, InputCheck>,
    /// Whether uses of inputs are of no interest, as in a look at the profile itself.
    pub(crate) ignores_inputs: bool,
    /// Whether the walk is inside of such a question.
    asks_for_null: bool,
    /// Whether it is inside of a question that any name answers alike.
    asks_for_presence: bool,
    /// Whether the walk is inside of a condition: a value that only decides something is not handed on.
    in_condition: bool,
    visited: Visited,
}

impl<'i, 'a> Marks<'i, 'a> {
    pub(crate) fn new(index: &'i ModuleIndex<'a>) -> Self {
        Marks {
            index,
            read_elsewhere: Vec::new(),
            asked_for_null: Vec::new(),
            inputs_read: BTreeSet::new(),
            inputs_checked: BTreeMap::new(),
            ignores_inputs: false,
            asks_for_presence: false,
            asks_for_null: false,
            in_condition: false,
            visited: Visited::default(),
        }
    }

    /// Whether the walk ended early: then anything may be read by anything.
    pub(crate) fn is_cut_short(&self) -> bool {
        self.visited.left == 0
    }

    /// An expression that takes a value of an object reads the keys of that object.
    pub(crate) fn mark_keys_of_objects_read(&mut self, expression: &'a Expression, scope: &Scope<'a>) {
        match expression {
            Expression::Parenthesis(inner) => self.mark_keys_of_objects_read(inner.inner(), scope),
            Expression::Object(object) => {
                for (key, value) in object {
                    if let hcl_edit::expr::ObjectKey::Expression(key) = key {
                        self.mark_read(key, scope);
                    }
                    self.mark_keys_of_objects_read(value.expr(), scope);
                }
            }
            _ => {}
        }
    }

    /// Marks what `expression` refers to as read by something that is no slot.
    pub(crate) fn mark_read(&mut self, expression: &'a Expression, scope: &Scope<'a>) {
        self.mark_deep(expression, scope, 0);
    }

    /// From here on, what is read hands nothing on, as in the validation of a variable. Returns what [`Self::leave_condition`] takes.
    pub(crate) fn enter_condition(&mut self) -> bool {
        std::mem::replace(&mut self.in_condition, true)
    }

    pub(crate) fn leave_condition(&mut self, outer: bool) {
        self.in_condition = outer;
    }

    /// Marks what a condition reads.
    pub(crate) fn mark_condition(&mut self, expression: &'a Expression, scope: &Scope<'a>) {
        let outer = self.enter_condition();
        self.mark_read(expression, scope);
        self.leave_condition(outer);
    }

    /// Marks what decides the instances of a block that is repeated over this: the keys of a map, the elements of a set, every condition. The values of
    /// a map are read by `each.value`, or not at all.
    pub(crate) fn mark_keys_read(&mut self, expression: &'a Expression, scope: &Scope<'a>, depth: u32) {
        if depth > MAX_DEPTH {
            return self.mark_deep(expression, scope, depth);
        }
        let deeper = depth + 1;
        if let Some(inner) = lone_interpolation(expression) {
            return self.mark_keys_read(inner, scope, deeper);
        }
        match expression {
            Expression::Parenthesis(next) => self.mark_keys_read(next.inner(), scope, deeper),
            Expression::Conditional(conditional) => {
                self.mark_keys_read(&conditional.true_expr, scope, deeper);
                self.mark_keys_read(&conditional.false_expr, scope, deeper);
                self.mark_deep(&conditional.cond_expr, scope, depth);
            }
            Expression::Object(object) => {
                for (key, _) in object {
                    if let hcl_edit::expr::ObjectKey::Expression(key) = key {
                        self.mark_deep(key, scope, depth);
                    }
                }
            }
            // The elements of a list that a `dynamic` block goes through have numbers for keys.
            Expression::Array(_) => {}
            Expression::Traversal(traversal) => {
                let path = steps(scope.file, traversal, 0);
                let local = match (root(expression), path.first().map(|step| &step.kind)) {
                    (Some("local"), Some(StepKind::Attribute(name))) => self.index.local(name),
                    _ => None,
                };
                // Its keys decide how many there are; what becomes of its values, `each.value` says.
                if root(expression) == Some("var") {
                    let outer = self.enter_condition();
                    self.mark_deep(expression, scope, depth);
                    return self.leave_condition(outer);
                }
                let Some((file, value)) = local.filter(|_| depth < MAX_DEPTH) else {
                    return self.mark_deep(expression, scope, depth);
                };
                for (reached, rest, _) in project(value, path[1..].to_vec()) {
                    match rest.as_slice() {
                        [] => self.mark_keys_read(reached, &Scope::of_module(file), depth + 1),
                        _ => self.mark_deep(reached, &Scope::of_module(file), depth + 1),
                    }
                }
            }
            Expression::FuncCall(call) if matches!(call.name.name.as_str(), "merge" | "tomap" | "tolist") => {
                call.args.iter().for_each(|next| self.mark_keys_read(next, scope, deeper));
            }
            Expression::ForExpr(each) => {
                self.mark_keys_read(&each.intro.collection_expr, scope, deeper);
                let bound = scope.with_binding(each);
                for read in each.key_expr.iter().chain(each.cond.iter().map(|condition| &condition.expr)) {
                    self.mark_deep(read, &bound, depth);
                }
            }
            _ => self.mark_deep(expression, scope, depth),
        }
    }

    fn mark_deep(&mut self, expression: &'a Expression, scope: &Scope<'a>, depth: u32) {
        let mut found: Vec<(&'a Expression, Reading)> = Vec::new();
        collect(expression, Reading::Value, &mut found);
        let outer = (self.asks_for_null, self.in_condition, self.asks_for_presence);
        for (reference, reading) in found {
            self.asks_for_null = outer.0 || reading == Reading::NullCheck;
            self.in_condition = outer.1 || reading != Reading::Value;
            self.asks_for_presence = outer.2 || matches!(reading, Reading::NullCheck | Reading::PresenceCheck);
            let path = match reference {
                Expression::Traversal(traversal) => steps(scope.file, traversal, 0),
                _ => Vec::new(),
            };
            self.mark_reference(reference, &path, scope, depth);
        }
        (self.asks_for_null, self.in_condition, self.asks_for_presence) = outer;
    }

    fn mark_reference(&mut self, reference: &'a Expression, path: &[Step<'a>], scope: &Scope<'a>, depth: u32) {
        if depth > MAX_DEPTH {
            return;
        }
        let Some(root) = root(reference) else { return };
        let first = path.first().map(|step| step.kind.clone());
        let any = |rest: &[Step<'a>]| std::iter::once(Step::any()).chain(rest.iter().cloned()).collect::<Vec<_>>();
        if let Some(binding) = scope.bindings.iter().rev().find(|binding| binding.name == root).cloned() {
            if binding.is_key || binding.iterator && first == Some(StepKind::Attribute("key")) {
                return self.mark_keys_read(binding.collection, &binding.scope, depth + 1);
            }
            let skip = usize::from(binding.iterator && first == Some(StepKind::Attribute("value")));
            let inner = (*binding.scope).clone();
            return self.mark_from(binding.collection, any(&path[skip.min(path.len())..]), &inner, depth + 1);
        }
        match (root, first) {
            ("var", Some(StepKind::Attribute(name))) if !self.ignores_inputs => {
                let steps = path[1..].iter().map(path_step).collect();
                let input = ValuePath { name: name.to_owned(), steps };
                let check = if self.asks_for_presence { InputCheck::Presence } else { InputCheck::Value };
                match self.in_condition {
                    true => {
                        let known = self.inputs_checked.entry(input).or_default();
                        *known = check.max(*known);
                    }
                    false => drop(self.inputs_read.insert(input)),
                }
            }
            ("local", Some(StepKind::Attribute(name))) => {
                let Some((file, value)) = self.index.local(name) else { return };
                self.mark_from(value, path[1..].to_vec(), &Scope::of_module(file), depth + 1);
            }
            ("each", Some(StepKind::Attribute("value"))) => {
                let Some((file, collection)) = scope.repetition.for_each else { return };
                self.mark_from(collection, any(&path[1..]), &Scope::of_module(file), depth + 1);
            }
            _ => {}
        }
    }

    fn mark_from(&mut self, value: &'a Expression, path: Vec<Step<'a>>, scope: &Scope<'a>, depth: u32) {
        for (reached, rest, _) in project(value, path) {
            let at = range(reached);
            match self.asks_for_null {
                true => self.asked_for_null.push(Span::new(scope.file, at.clone())),
                false => self.read_elsewhere.push(Span::new(scope.file, at.clone())),
            }
            self.visited.left = self.visited.left.saturating_sub(1);
            let as_a_whole = !self.asks_for_null
                && rest.is_empty()
                && scope.bindings.is_empty()
                && scope.repetition.for_each.is_none();
            if self.visited.left == 0
                || as_a_whole && !self.visited.done.insert((scope.file, at.start, at.end, self.in_condition))
            {
                continue;
            }
            match reached {
                Expression::Traversal(traversal) if matches!(traversal.expr, Expression::Variable(_)) => {
                    let mut path = steps(scope.file, traversal, 0);
                    path.extend(rest);
                    self.mark_reference(reached, &path, scope, depth);
                }
                _ => self.mark_deep(reached, scope, depth + 1),
            }
        }
    }
}

/// Locals are not nested deeper than this; a cycle ends here.
const MAX_DEPTH: u32 = 24;

/// What has been marked by the walk below, and how much walking is left: locals that each read several others make more ways than there are
/// locals.
struct Visited {
    /// Expressions that were gone through as wholes, and whether for a condition.
    done: HashSet<(FileId, usize, usize, bool)>,
    left: u32,
}

impl Default for Visited {
    fn default() -> Self {
        Visited { done: HashSet::new(), left: 1_000_000 }
    }
}

/// The side of `x == null` or `x != null` that is not `null`, where it is a reference. The name of a role and that of a profile answer alike.
fn asked_for_null(operation: &BinaryOp) -> Option<&Expression> {
    let compares = matches!(operation.operator.value(), BinaryOperator::Eq | BinaryOperator::NotEq);
    let (one, other) = (&operation.lhs_expr, &operation.rhs_expr);
    let asked = match (one, other) {
        (Expression::Null(_), asked) | (asked, Expression::Null(_)) if compares => asked,
        _ => return None,
    };
    root(asked).is_some().then_some(asked)
}

/// What becomes of a reference's value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// It is a part of the result.
    Value,
    /// It decides something: a condition, a comparison, a number.
    Condition,
    /// It is only asked whether it is empty.
    PresenceCheck,
    /// It is only checked for null.
    NullCheck,
}

/// The functions whose result says nothing of what their argument is (Terraform documentation, "Built-in Functions").
const ASKING: [&str; 4] = ["can", "contains", "anytrue", "alltrue"];

/// All references (names, and traversals that start at one).
fn collect<'a>(expression: &'a Expression, reading: Reading, found: &mut Vec<(&'a Expression, Reading)>) {
    match expression {
        Expression::BinaryOp(inner) => {
            if let Some(asked) = asked_for_null(inner) {
                return found.push((asked, Reading::NullCheck));
            }
            let is_empty = |side: &Expression| side.as_str() == Some("");
            let asks = is_empty(&inner.lhs_expr) || is_empty(&inner.rhs_expr);
            let reading = if asks { Reading::PresenceCheck } else { Reading::Condition };
            collect(&inner.lhs_expr, reading, found);
            collect(&inner.rhs_expr, reading, found);
        }
        Expression::Conditional(conditional) => {
            collect(&conditional.cond_expr, Reading::Condition, found);
            collect(&conditional.true_expr, reading, found);
            collect(&conditional.false_expr, reading, found);
        }
        Expression::FuncCall(call) if call.name.name.as_str() == "length" => {
            call.args.iter().for_each(|argument| collect(argument, Reading::PresenceCheck, found));
        }
        Expression::FuncCall(call) if ASKING.contains(&call.name.name.as_str()) => {
            call.args.iter().for_each(|argument| collect(argument, Reading::Condition, found));
        }
        Expression::Variable(_) => found.push((expression, reading)),
        _ => {
            let is_reference = root(expression).is_some();
            found.extend(is_reference.then_some((expression, reading)));
            // The name itself is no second reference, but an index may hold one.
            let parts = parts(expression).into_iter().skip(usize::from(is_reference));
            parts.for_each(|part| collect(part, reading, found));
        }
    }
}
