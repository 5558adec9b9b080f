//! What an expression resolves to: its leaves, followed through locals, functions, `for` expressions and iterators.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use hcl_edit::expr::{Conditional, Expression, ForExpr, Traversal, TraversalOperator};

use crate::aws::family::{self, Family};
use crate::model::{
    Crossing, IndexScope, InstanceSelector, ProfileId, Reason, Resolution, RoleAttr, RoleId, TemplateString, ValuePath,
};
use crate::syntax::hcl_node::{lone_interpolation, range};
use crate::terraform::lower::called::CalledModule;
use crate::terraform::lower::cursor::Cursor;
use crate::terraform::lower::functions::{arn_that_is_cut, set_elements, values_of};
use crate::terraform::lower::marks::Marks;
use crate::terraform::lower::module::ModuleIndex;
use crate::terraform::lower::references;
use crate::terraform::lower::reserved_names::{Taken, names_policy, profile_attribute, role_attribute};
use crate::terraform::lower::scope::{Binding, Scope};
use crate::terraform::lower::traversal::{Step, StepKind, path_step, project, shared, steps};
use crate::terraform::lower::value::{Around, Defined, Syntax, Value};
use crate::text::Span;

/// Definitions nested deeper than this are given up; a cycle of locals ends here too.
const MAX_DEPTH: u32 = 24;

/// An expression with more leaves than this is not followed: its fix would be too long to review.
const MAX_LEAVES: usize = 512;

/// So many expressions may be gone through for one place: locals that each name others several times lead to a number without end.
const MAX_STEPS: u32 = 10_000;

/// Why nothing is changed in an object of which Terraform drops a part.
const REPEATED_KEY: &str =
    "it comes from an object with a duplicate key, of which only the last value is used: keep one of them";

/// Gives ids to roles and profiles that a reference names, declared or not.
pub(crate) trait Registry {
    /// The role of this address.
    fn role(&mut self, family: &'static Family, data: bool, label: &str) -> RoleId;
    /// The profile of this address.
    fn profile(&mut self, family: &'static Family, data: bool, label: &str) -> ProfileId;
    /// The module of this call, if anything is known of it.
    fn module(&mut self, call: &str) -> Option<Rc<CalledModule>>;
    /// The one role of a policy resource.
    fn policy(&mut self, data: bool, kind: &str, label: &str) -> Option<RoleId>;
    /// Whether a file of the module could not be read.
    fn is_partial(&self) -> bool;
}

/// Follows expressions.
pub(crate) struct Lowering<'i, 'a, R> {
    pub(crate) index: &'i ModuleIndex<'a>,
    pub(crate) registry: R,
    pub(crate) definitions: Vec<Defined>,
    definition_by_span: HashMap<Span, usize>,
    pub(crate) marks: Marks<'i, 'a>,
    /// The parts of slots that read a definition, and are inside of `${...}` themselves.
    pub(crate) interpolated: HashSet<Span>,
    /// Addresses of profiles that a text names and that are declared nowhere.
    pub(crate) named_in_text: Vec<String>,
    /// Whether the place that is gone through takes something from an object that has a key twice.
    meets_repeated_key: bool,
    /// What is left of [`MAX_STEPS`] for the place that is gone through.
    steps_left: Option<u32>,
}

/// The functions that take what is there of several values.
const FALLBACKS: [&str; 4] = ["try", "coalesce", "coalescelist", "concat"];

impl<'i, 'a, R: Registry> Lowering<'i, 'a, R> {
    pub(crate) fn new(index: &'i ModuleIndex<'a>, registry: R) -> Self {
        Lowering {
            index,
            registry,
            definitions: Vec::new(),
            definition_by_span: HashMap::new(),
            marks: Marks::new(index),
            interpolated: HashSet::new(),
            named_in_text: Vec::new(),
            meets_repeated_key: false,
            steps_left: None,
        }
    }

    /// Goes through one place; false if that took too many steps.
    pub(crate) fn within_steps(&mut self, walk: impl FnOnce(&mut Self)) -> bool {
        let is_outermost = self.steps_left.is_none();
        self.steps_left.get_or_insert(MAX_STEPS);
        walk(self);
        let within = self.steps_left != Some(0);
        if is_outermost {
            self.steps_left = None;
        }
        within
    }

    /// The leaves of an expression.
    pub(crate) fn leaves(&mut self, expression: &'a Expression, scope: &Scope<'a>) -> Vec<Value> {
        self.leaves_at(expression, &[], scope)
    }

    /// The leaves of what these steps take of an expression.
    pub(super) fn leaves_at(&mut self, expression: &'a Expression, path: &[Step<'a>], scope: &Scope<'a>) -> Vec<Value> {
        let mut values = Vec::new();
        let within = self.within_steps(|this| values = this.lower(Cursor::of(expression, path.to_vec(), scope)));
        if !within || values.len() > MAX_LEAVES {
            values = vec![self.unknown(Reason::Computed, &Cursor::new(expression, scope))];
        }
        values
    }

    /// What these steps take of a slot's value, and why it must stay as it is.
    pub(crate) fn leaves_of_slot(
        &mut self,
        expression: &'a Expression,
        path: &[Step<'a>],
        scope: &Scope<'a>,
    ) -> (Vec<Value>, Option<&'static str>) {
        self.meets_repeated_key = false;
        let leaves = self.leaves_at(expression, path, scope);
        (leaves, self.meets_repeated_key.then_some(REPEATED_KEY))
    }

    pub(crate) fn lower(&mut self, cursor: Cursor<'_, 'a>) -> Vec<Value> {
        let Cursor { expression, scope, .. } = cursor;
        self.steps_left = self.steps_left.map(|left| left.saturating_sub(1));
        if scope.depth > MAX_DEPTH || self.steps_left == Some(0) {
            return vec![self.unknown(Reason::Computed, &Cursor::new(expression, scope))];
        }
        self.meets_repeated_key |= self.index.is_in_repeated(scope.file, &range(expression));
        if let Some(cut) = self.name_cut_from_arn(&cursor) {
            return vec![cut];
        }
        let is_taken_of = !cursor.path.is_empty();
        match expression {
            Expression::Parenthesis(inner) => self.lower(cursor.into_part(inner.inner())),
            Expression::Conditional(conditional) => self.conditional(conditional, cursor),
            Expression::StringTemplate(_) if lone_interpolation(expression).is_some() => {
                let Some(inner) = lone_interpolation(expression) else { return Vec::new() };
                let scope = Scope { interpolated: true, ..scope.clone() };
                self.lower(Cursor { scope: &scope, ..cursor.into_part(inner) })
            }
            Expression::String(_) | Expression::StringTemplate(_) | Expression::HeredocTemplate(_) if !is_taken_of => {
                let text = self.text(expression, scope);
                let (resolution, index) = self.resolve_text(text);
                let mut value = self.whole(&cursor, resolution);
                value.spelling.index = index.map(|index| (None, index));
                vec![value]
            }
            Expression::Null(_) => vec![self.whole(&cursor, Resolution::Absent)],
            Expression::Array(_) | Expression::Object(_) if is_taken_of => self.collection(cursor),
            Expression::Variable(name) => self.reference(name.as_str(), range(expression), cursor),
            Expression::Traversal(traversal) => self.traversal(traversal, cursor),
            Expression::FuncCall(_) => self.call(&cursor),
            Expression::ForExpr(each) if cursor.path.first().is_some_and(Step::is_index) => {
                self.for_expression(each, &cursor)
            }
            _ => vec![self.unknown(Reason::Computed, &cursor)],
        }
    }

    fn conditional(&mut self, conditional: &'a Conditional, cursor: Cursor<'_, 'a>) -> Vec<Value> {
        self.marks.mark_condition(&conditional.cond_expr, cursor.scope);
        let around = Around { fallback: false, ..cursor.scope.around };
        let scope = &Scope { around, ..cursor.scope.clone() };
        let cursor = Cursor { path: shared(&cursor.path), scope, ..cursor };
        let mut values = self.lower(cursor.part(&conditional.true_expr));
        values.extend(self.lower(cursor.into_part(&conditional.false_expr)));
        values
    }

    /// A list or an object of which something is taken.
    fn collection(&mut self, cursor: Cursor<'_, 'a>) -> Vec<Value> {
        self.marks.mark_keys_of_objects_read(cursor.expression, cursor.scope);
        let Cursor { expression, path, outer_span, scope } = cursor;
        let reached = project(expression, path);
        let several = reached.len() > 1;
        let mut values = Vec::new();
        for (element, rest, _) in reached {
            let path = if several { shared(&rest) } else { rest };
            let outer_span = outer_span.clone();
            values.extend(self.lower(Cursor { expression, path, outer_span, scope }.into_part(element)));
        }
        values
    }

    fn traversal(&mut self, traversal: &'a Traversal, mut cursor: Cursor<'_, 'a>) -> Vec<Value> {
        let scope = cursor.scope;
        let mut path = steps(scope.file, traversal, scope.depth);
        for (step, operator) in path.iter_mut().zip(&traversal.operators) {
            if let TraversalOperator::Index(index) = operator.value() {
                step.scoped = scope.has_own_names(index);
                self.marks.mark_read(index, scope);
            }
        }
        path.append(&mut cursor.path);
        let cursor = Cursor { path, ..cursor };
        match &traversal.expr {
            Expression::Variable(root) => self.reference(root.as_str(), range(&traversal.expr), cursor),
            base => self.lower(Cursor { expression: base, ..cursor }),
        }
    }

    /// A name, and the steps taken from it.
    fn reference(&mut self, root: &'a str, root_at: Range<usize>, cursor: Cursor<'_, 'a>) -> Vec<Value> {
        let Cursor { expression, scope, .. } = cursor;
        if let Some(binding) = scope.bindings.iter().rev().find(|binding| binding.name == root) {
            return self.loop_binding(binding, cursor);
        }
        let attribute = |number: usize| match cursor.path.get(number).map(|step| &step.kind) {
            Some(StepKind::Attribute(name)) => Some(*name),
            _ => None,
        };
        let found = match (root, attribute(0), attribute(1)) {
            ("var", Some(name), None) if cursor.path.len() == 1 && self.index.is_collection(name) => {
                Err(Reason::Unsupported("set from outside, and not a single string"))
            }
            ("var", Some(name), _) => return vec![self.input(name, &cursor)],
            ("var", ..) => Err(Reason::Variable),
            ("module", Some(call), _) => return self.output_of_module(call, root_at, &cursor),
            ("module", ..) => Err(Reason::Module),
            ("local", Some(name), _) => return self.local(name, cursor.skip_step()),
            ("each", Some("value"), _) => return self.each_value(cursor.skip_step()),
            ("each" | "count" | "path" | "terraform" | "self", ..) => Err(Reason::Computed),
            ("data", Some(kind), Some(label)) => self.resource((true, kind, label), root_at, &cursor.skip_step()),
            // The long form of a reference to a managed resource.
            ("resource", Some(kind), Some(label)) => self.resource((false, kind, label), root_at, &cursor.skip_step()),
            (kind, Some(label), _) => self.resource((false, kind, label), root_at, &cursor),
            _ => Err(Reason::Computed),
        };
        vec![found.unwrap_or_else(|reason| self.unknown(reason, &Cursor::new(expression, scope)))]
    }

    /// The steps of the cursor start with the label.
    fn resource(
        &mut self,
        (data, kind, label): (bool, &str, &str),
        root_at: Range<usize>,
        cursor: &Cursor<'_, 'a>,
    ) -> Result<Value, Reason> {
        let Some((label_step, path)) = cursor.path.split_first() else { return Err(Reason::Computed) };
        let (path, is_element) = without_element_of_roles(kind, path);
        let taken = Taken::of(path).ok_or(Reason::Computed)?;
        let resolution = match (Family::of_role(kind), Family::of_profile(kind)) {
            (Some(family), _) => {
                let attribute = role_attribute(family, taken.attribute).ok_or(Reason::Computed)?;
                Resolution::Role(self.registry.role(family, data, label), attribute, taken.pick)
            }
            (None, Some(family)) => {
                let attribute = profile_attribute(family, taken.attribute).ok_or(Reason::Computed)?;
                Resolution::Profile(self.registry.profile(family, data, label), attribute, taken.pick)
            }
            _ if family::is_policy_type(kind) && taken.attribute.is_none_or(names_policy) => {
                Resolution::Policy(self.registry.policy(data, kind, label))
            }
            _ if data => return Err(Reason::Import),
            _ => return Err(Reason::Computed),
        };
        let scope = cursor.scope;
        let written_here = !is_element && is_written_here(path, scope.depth);
        let index = taken.index.filter(|step| !step.reordered).map(|step| (step.at, self.index_text(step)));
        let mut value = self.whole(cursor, resolution);
        value.spelling.scoped = taken.index.map(scope_of_index);
        value.spelling.element = taken.element.and_then(|step| self.element_text(step));
        value.spelling.is_list = taken.pick == InstanceSelector::Each && taken.element.is_none();
        value.spelling.shared = taken.shared;
        value.spelling.index = index.filter(|(_, text)| !text.is_empty());
        if written_here {
            let end = label_step.at.as_ref().map_or(root_at.end, |label| label.end);
            value.spelling.address = Some(Span::new(scope.file, root_at.start..end));
            value.spelling.attribute = taken.attribute_at;
        } else if let Some(picked_by) = scope.picked_by.clone().filter(|_| is_element) {
            value.at = Span::new(scope.file, picked_by);
        } else if let Some(reference_span) = scope.reference_span {
            value.at = reference_span;
            value.definition = None;
            value.spelling.interpolated = false;
        }
        Ok(value)
    }

    pub(super) fn index_text(&self, step: &Step<'_>) -> String {
        match (&step.at, &step.kind) {
            (Some(at), _) => self.index.text(at).to_owned(),
            (None, StepKind::Key(key)) => format!("[\"{key}\"]"),
            (None, StepKind::Attribute(name)) => format!("[{name}]"),
            (None, _) => String::new(),
        }
    }

    fn element_text(&self, step: &Step<'_>) -> Option<String> {
        match (&step.kind, &step.computed) {
            (StepKind::Key(key), _) => Some(format!("[{key}]")),
            (StepKind::AnyKey, Some(computed)) => Some(format!("[{}]", self.index.text(computed))),
            (StepKind::AnyKey, None) => step.at.as_ref().map(|at| self.index.text(at).to_owned()),
            _ => None,
        }
    }

    /// A leaf that can be replaced, but has no address of its own to swap.
    pub(super) fn whole(&self, cursor: &Cursor<'_, 'a>, resolution: Resolution) -> Value {
        let Scope { interpolated, ordered_by, around, definition, reference_span, .. } = *cursor.scope;
        let spelling = Syntax { interpolated, ordered_by, around, end: cursor.outer_span.end, ..Syntax::default() };
        let at = Span::new(cursor.scope.file, cursor.outer_span.clone());
        Value { at, resolution, spelling, definition, reference_span, crossing: None, reported_elsewhere: false }
    }

    /// The value of a variable, or a part of it. The steps of the cursor start with its name.
    fn input(&mut self, name: &str, cursor: &Cursor<'_, 'a>) -> Value {
        let path = ValuePath { name: name.to_owned(), steps: cursor.path[1..].iter().map(path_step).collect() };
        let whole = Cursor::new(cursor.expression, cursor.scope);
        let text = cursor.scope.hole(cursor.expression, self.index);
        let value = self.whole(&whole, Resolution::Unknown(Reason::Variable, text));
        Value { crossing: Some(Crossing::Input(path)), ..value }
    }

    pub(super) fn unknown(&mut self, reason: Reason, cursor: &Cursor<'_, 'a>) -> Value {
        self.marks.mark_read(cursor.expression, cursor.scope);
        self.whole(cursor, Resolution::Unknown(reason, cursor.scope.hole(cursor.expression, self.index)))
    }

    /// The variable of a `for` expression or the iterator of a `dynamic` block.
    fn loop_binding(&mut self, binding: &Binding<'a>, mut cursor: Cursor<'_, 'a>) -> Vec<Value> {
        if binding.is_key {
            return vec![self.unknown(Reason::Computed, &cursor)];
        }
        if binding.iterator {
            match (&binding.element.kind, cursor.path.as_slice()) {
                (StepKind::Key(element), [Step { kind: StepKind::Attribute("key"), .. }]) => {
                    return vec![self.whole(&cursor, Resolution::Text(TemplateString::literal(element.clone())))];
                }
                (_, [Step { kind: StepKind::Attribute("value"), .. }, ..]) => cursor = cursor.skip_step(),
                _ => return vec![self.unknown(Reason::Computed, &cursor)],
            }
        }
        let Scope { ordered_by, around, depth, interpolated, definition, reference_span, .. } = *cursor.scope;
        let read_at = self.reader(&cursor);
        cursor.path.insert(0, binding.element.clone());
        let scope = Scope { ordered_by, around, ..(*binding.scope).clone() };
        if binding.iterator {
            let scope = Scope { depth: depth + 1, reference_span: read_at, ..scope };
            let name = format!("{}.value", binding.name);
            return self.enter_definition(&name, Cursor::of(binding.collection, cursor.path, &scope));
        }
        let scope = &Scope { interpolated, reference_span, definition, depth, ..scope };
        self.lower(Cursor { expression: binding.collection, scope, ..cursor })
    }

    fn local(&mut self, name: &str, cursor: Cursor<'_, 'a>) -> Vec<Value> {
        let Some((file, value)) = self.index.local(name) else {
            let reason = if self.registry.is_partial() { Reason::UnreadableFile } else { Reason::Undeclared };
            return vec![self.unknown(reason, &cursor)];
        };
        let reference_span = self.reader(&cursor);
        let Scope { ordered_by, around, depth, .. } = *cursor.scope;
        let scope = Scope { depth: depth + 1, reference_span, ordered_by, around, ..Scope::of_module(file) };
        self.enter_definition(&format!("local.{name}"), Cursor::of(value, cursor.path, &scope))
    }

    /// Lowers the value of a name. The scope is that of the definition, one level deeper than its reader's.
    fn enter_definition(&mut self, name: &str, cursor: Cursor<'_, 'a>) -> Vec<Value> {
        let Cursor { expression, path, scope, .. } = cursor;
        self.marks.mark_keys_of_objects_read(expression, scope);
        let reached = project(expression, path);
        let several = reached.len() > 1;
        let mut values = Vec::new();
        for (value, rest, suffix) in reached {
            let path = if several { shared(&rest) } else { rest };
            let at = Span::new(scope.file, range(value));
            let definition = Some(self.define(format!("{name}{suffix}"), at));
            values.extend(self.lower(Cursor::of(value, path, &Scope { definition, ..scope.clone() })));
            if values.len() > MAX_LEAVES {
                break;
            }
        }
        if values.is_empty() {
            values.push(self.unknown(Reason::Undeclared, &Cursor::new(expression, scope)));
        }
        values
    }

    fn define(&mut self, name: String, at: Span) -> usize {
        let next = self.definitions.len();
        let known = *self.definition_by_span.entry(at).or_insert(next);
        if known == next {
            self.definitions.push(Defined { name, at });
        }
        known
    }

    fn each_value(&mut self, cursor: Cursor<'_, 'a>) -> Vec<Value> {
        let Some((file, for_each)) = cursor.scope.repetition.for_each else {
            return vec![self.unknown(Reason::Computed, &cursor)];
        };
        let collection = lone_interpolation(for_each).unwrap_or(for_each);
        let reference_span = self.reader(&cursor);
        let scope = Scope { depth: cursor.scope.depth + 1, reference_span, ..Scope::of_module(file) };
        // An element of what `for_each` names is picked by its key; `Attribute` here is the text of the index, not a name.
        let element = Step { kind: StepKind::Attribute("each.key"), scoped: true, ..Step::any() };
        let element = if references::is_resource(collection) { element } else { Step::any() };
        let set = set_elements(collection);
        let path = std::iter::once(element).chain(cursor.path).collect();
        let mut values = self.enter_definition("each.value", Cursor::of(set.unwrap_or(collection), path, &scope));
        if set.is_some() {
            // The elements of a set are its keys: to change one would make another instance.
            for value in &mut values {
                value.at = reference_span.unwrap_or(value.at);
                value.definition = None;
                value.spelling = Syntax::default();
            }
        }
        values
    }

    fn for_expression(&mut self, each: &'a ForExpr, cursor: &Cursor<'_, 'a>) -> Vec<Value> {
        let name = each.intro.value_var.as_str();
        let mut scope = cursor.scope.with_binding(each);
        scope.around.filtered |= each.cond.is_some();
        let others: Vec<&Expression> =
            each.cond.iter().map(|condition| &condition.expr).chain(&each.key_expr).collect();
        for &read in &others {
            self.marks.mark_condition(read, &scope);
        }
        let mut values = self.lower(Cursor::of(&each.value_expr, cursor.path[1..].to_vec(), &scope));
        let count = |expression: &Expression| references::count_references(expression, name);
        if count(&each.value_expr) > 1 || others.into_iter().any(|read| count(read) > 0) {
            values.iter_mut().for_each(|value| value.spelling.address = None);
        }
        values
    }

    /// The part of the slot's own expression whose value is that of a name: the reference itself, or the call that picks an element of it.
    fn reader(&mut self, cursor: &Cursor<'_, 'a>) -> Option<Span> {
        let scope = cursor.scope;
        if scope.reference_span.is_some() {
            return scope.reference_span;
        }
        let picks = cursor.path.iter().any(|step| step.at.is_none());
        let at = scope.picked_by.clone().filter(|_| picks).unwrap_or_else(|| cursor.outer_span.clone());
        let here = Span::new(scope.file, at);
        if scope.interpolated {
            self.interpolated.insert(here);
        }
        Some(here)
    }

    /// `element(split("/", aws_iam_role.app.arn), 1)` and its like: the role's name, cut out of its ARN.
    fn name_cut_from_arn(&mut self, cursor: &Cursor<'_, 'a>) -> Option<Value> {
        let arn = arn_that_is_cut(cursor.expression, &cursor.path)?;
        let values = self.leaves(arn, cursor.scope);
        let [Value { resolution: Resolution::Role(role, RoleAttr::Arn, pick), spelling, .. }] = values.as_slice()
        else {
            return None;
        };
        let mut value = self.whole(cursor, Resolution::Role(*role, RoleAttr::Name, *pick));
        value.spelling.index.clone_from(&spelling.index);
        value.spelling.scoped = spelling.scoped;
        Some(value)
    }

    fn call(&mut self, cursor: &Cursor<'_, 'a>) -> Vec<Value> {
        let Some(parts) = values_of(cursor.scope.file, cursor.expression, &cursor.path) else {
            return vec![self.unknown(Reason::Computed, cursor)];
        };
        for ignored in parts.read {
            self.marks.mark_read(ignored, cursor.scope);
        }
        let outer = cursor.scope;
        let around = Around {
            may_fail: outer.around.may_fail || parts.name == "try",
            fallback: outer.around.fallback || FALLBACKS.contains(&parts.name),
            ..outer.around
        };
        let ordered_by = parts.ordered_by.or(outer.ordered_by);
        let several = parts.values.len() > 1;
        let mut values = Vec::new();
        for (argument, path) in parts.values {
            let picks = path.len() > cursor.path.len();
            let picked_by = outer.picked_by.clone().or_else(|| picks.then(|| cursor.outer_span.clone()));
            let scope = Scope { ordered_by, around, picked_by, ..outer.clone() };
            let path = if several { shared(&path) } else { path };
            values.extend(self.lower(Cursor { path, scope: &scope, ..cursor.part(argument) }));
        }
        values
    }
}

/// The steps without one that takes an element of the list of a profile's roles, of which there is only one; and whether there is such a step.
fn without_element_of_roles<'p, 'a>(kind: &str, path: &'p [Step<'a>]) -> (&'p [Step<'a>], bool) {
    let is_list = |step: &Step<'_>| {
        let of_profile = Family::of_profile(kind).filter(|family| family.takes_list);
        matches!(step.kind, StepKind::Attribute(name) if of_profile.is_some_and(|family| family.role_argument == name))
    };
    match path {
        [steps @ .., list, element] if is_list(list) && element.is_index() => (&path[..=steps.len()], true),
        _ => (path, false),
    }
}

/// Whether all steps are written in the expression itself, or taken by a function, and none in a definition on the way.
pub(super) fn is_written_here(path: &[Step<'_>], depth: u32) -> bool {
    path.iter().all(|step| step.at.is_none() || step.depth == depth)
}

/// Where the names in an index mean something.
pub(super) fn scope_of_index(step: &Step<'_>) -> IndexScope {
    match step.scoped {
        false => IndexScope::Unit,
        // Deeper, its names are those of a definition's loop.
        true if step.depth == 0 => IndexScope::Block,
        true => IndexScope::Other,
    }
}
