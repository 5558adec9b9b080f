//! What an expression stands for: the leaves of a wiring, followed through locals, functions, `for` expressions and iterators.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use hcl_edit::expr::{Expression, ForExpr, Traversal};

use crate::model::{IndexScope, ProfileId, Reason, Resolution, RoleAttr, RoleId, TemplateString};
use crate::syntax::hcl_canonical;
use crate::syntax::hcl_node::range;
use crate::terraform::lower::marks::Marks;
use crate::terraform::lower::module::ModuleIndex;
use crate::terraform::lower::references;
use crate::terraform::lower::reserved_names::{Taken, names_policy, profile_attribute, role_attribute};
use crate::terraform::lower::scope::{Binding, Scope};
use crate::terraform::lower::traversal::{Step, StepKind, project, shared, steps};
use crate::terraform::lower::value::{Around, Defined, Syntax, Value};
use crate::text::Span;

/// Definitions nested deeper than this are given up; a cycle of locals ends here too.
const DEEPEST: u32 = 24;

/// A wiring with more leaves than this is given up: nobody could review its fix.
const MOST_LEAVES: usize = 512;

/// So many expressions may be gone through for one place: locals that each name others several times lead to a number without end.
const MOST_STEPS: u32 = 10_000;

/// Why nothing is changed in an object of which Terraform drops a part.
const REPEATED_KEY: &str =
    "it comes from an object that sets a key twice, of which only the last counts: keep one of them";

/// Gives ids to roles and profiles that a reference names, declared or not.
pub(crate) trait Registry {
    /// The role of this address.
    fn role(&mut self, data: bool, label: &str) -> RoleId;
    /// The profile of this address.
    fn profile(&mut self, data: bool, label: &str) -> ProfileId;
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
    /// The parts of slots that read what stands under a name, and stand inside of `${...}` themselves.
    pub(crate) interpolated: HashSet<Span>,
    /// Labels of profiles that a text names and that are declared nowhere.
    pub(crate) named_in_text: Vec<String>,
    /// Whether the place that is gone through takes something from an object that has a key twice.
    meets_repeated_key: bool,
    /// What is left of [`MOST_STEPS`] for the place that is gone through.
    steps_left: Option<u32>,
}

/// The functions that take what is there of several values.
const FALLBACKS: [&str; 4] = ["try", "coalesce", "coalescelist", "concat"];

const POLICIES: [&str; 5] = [
    "aws_iam_policy",
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
    "aws_iam_policy_attachment",
    "aws_iam_role_policies_exclusive",
];

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
        self.steps_left.get_or_insert(MOST_STEPS);
        walk(self);
        let within = self.steps_left != Some(0);
        if is_outermost {
            self.steps_left = None;
        }
        within
    }

    /// The leaves of an expression.
    pub(crate) fn leaves(&mut self, expression: &'a Expression, scope: &Scope<'a>) -> Vec<Value> {
        let mut out = Vec::new();
        let within = self.within_steps(|this| this.lower(expression, Vec::new(), None, scope, &mut out));
        if !within || out.len() > MOST_LEAVES {
            out.clear();
            out.push(self.unknown(Reason::Computed, expression, range(expression), scope));
        }
        out
    }

    /// The leaves of a slot, and why they must stay as they are.
    pub(crate) fn leaves_of_slot(
        &mut self,
        expression: &'a Expression,
        scope: &Scope<'a>,
    ) -> (Vec<Value>, Option<&'static str>) {
        self.meets_repeated_key = false;
        let leaves = self.leaves(expression, scope);
        (leaves, self.meets_repeated_key.then_some(REPEATED_KEY))
    }

    /// `path` is what is taken of the expression's value; `frame` is the whole expression that takes it.
    pub(crate) fn lower(
        &mut self,
        expression: &'a Expression,
        path: Vec<Step<'a>>,
        outer_span: Option<Range<usize>>,
        scope: &Scope<'a>,
        out: &mut Vec<Value>,
    ) {
        self.steps_left = self.steps_left.map(|left| left.saturating_sub(1));
        if scope.depth > DEEPEST || out.len() > MOST_LEAVES || self.steps_left == Some(0) {
            out.push(self.unknown(Reason::Computed, expression, range(expression), scope));
            return;
        }
        self.meets_repeated_key |= self.index.is_in_repeated(scope.file, &range(expression));
        let at = outer_span.unwrap_or_else(|| range(expression));
        let frame = is_written(&path).then(|| at.clone());
        if let Some(cut) = self.name_cut_from_arn(expression, &path, &at, scope) {
            out.push(cut);
            return;
        }
        match expression {
            Expression::Parenthesis(inner) => self.lower(inner.inner(), path, frame, scope, out),
            Expression::Conditional(conditional) => {
                self.marks.touch(&conditional.cond_expr, scope);
                let around = Around { fallback: false, ..scope.around };
                let scope = &Scope { around, ..scope.clone() };
                let path = shared(&path);
                self.lower(&conditional.true_expr, path.clone(), frame.clone(), scope, out);
                self.lower(&conditional.false_expr, path, frame, scope, out);
            }
            Expression::StringTemplate(_) if hcl_canonical::lone_interpolation(expression).is_some() => {
                let Some(inner) = hcl_canonical::lone_interpolation(expression) else { return };
                let scope = Scope { interpolated: true, ..scope.clone() };
                self.lower(inner, path, frame, &scope, out);
            }
            Expression::String(_) | Expression::StringTemplate(_) | Expression::HeredocTemplate(_)
                if path.is_empty() =>
            {
                let text = self.text(expression, scope);
                let (resolution, index) = self.text_denotes(text);
                let mut value = self.whole(at, resolution, scope);
                value.spelling.index = index.map(|index| (None, index));
                out.push(value);
            }
            Expression::Null(_) => out.push(self.whole(at, Resolution::Absent, scope)),
            Expression::Array(_) | Expression::Object(_) if !path.is_empty() => {
                self.marks.touch_keys_of(expression, scope);
                let reached = project(expression, path);
                let several = reached.len() > 1;
                for (inner, rest, _) in reached {
                    let rest = if several { shared(&rest) } else { rest };
                    let frame = is_written(&rest).then(|| at.clone());
                    self.lower(inner, rest, frame, scope, out);
                }
            }
            Expression::Variable(name) => {
                self.reference(expression, (name.as_str(), range(expression)), path, at, scope, out);
            }
            Expression::Traversal(traversal) => self.traversal(expression, traversal, path, at, scope, out),
            Expression::FuncCall(_) => self.call(expression, &path, at, scope, out),
            Expression::ForExpr(each) if path.first().is_some_and(Step::is_index) => {
                self.for_expression(each, &path[1..], scope, out);
            }
            _ => out.push(self.unknown(Reason::Computed, expression, at, scope)),
        }
    }

    fn traversal(
        &mut self,
        expression: &'a Expression,
        traversal: &'a Traversal,
        path: Vec<Step<'a>>,
        at: Range<usize>,
        scope: &Scope<'a>,
        out: &mut Vec<Value>,
    ) {
        let mut all = steps(scope.file, traversal, scope.depth);
        for (step, operator) in all.iter_mut().zip(&traversal.operators) {
            if let hcl_edit::expr::TraversalOperator::Index(index) = operator.value() {
                step.scoped = scope.has_own_names(index);
                self.marks.touch(index, scope);
            }
        }
        all.extend(path);
        match &traversal.expr {
            Expression::Variable(root) => {
                let root = (root.as_str(), range(&traversal.expr));
                self.reference(expression, root, all, at, scope, out);
            }
            base => self.lower(base, all, Some(at), scope, out),
        }
    }

    fn reference(
        &mut self,
        expression: &'a Expression,
        (root, root_at): (&'a str, Range<usize>),
        path: Vec<Step<'a>>,
        at: Range<usize>,
        scope: &Scope<'a>,
        out: &mut Vec<Value>,
    ) {
        if let Some(binding) = scope.bindings.iter().rev().find(|binding| binding.name == root).cloned() {
            return self.loop_binding(&binding, path, expression, at, scope, out);
        }
        let attribute = |number: usize| match path.get(number).map(|step| &step.kind) {
            Some(StepKind::Attribute(name)) => Some(*name),
            _ => None,
        };
        let found = match (root, attribute(0), attribute(1)) {
            ("var", Some(name), None) if path.len() == 1 && self.index.is_collection(name) => {
                Err(Reason::Unsupported("given from outside, and no single text"))
            }
            ("var", ..) => Err(Reason::Variable),
            ("module", ..) => Err(Reason::Module),
            ("local", Some(name), _) => return self.local(name, expression, &path[1..], at, scope, out),
            ("each", Some("value"), _) => return self.each_value(expression, &path[1..], at, scope, out),
            ("each" | "count" | "path" | "terraform" | "self", ..) => Err(Reason::Computed),
            ("data", Some(kind), Some(label)) => self.resource((true, kind, label), root_at, &path[1..], at, scope),
            // The long form of a reference to a managed resource.
            ("resource", Some(kind), Some(label)) => {
                self.resource((false, kind, label), root_at, &path[1..], at, scope)
            }
            (kind, Some(label), _) => self.resource((false, kind, label), root_at, &path, at, scope),
            _ => Err(Reason::Computed),
        };
        out.push(found.unwrap_or_else(|reason| self.unknown(reason, expression, range(expression), scope)));
    }

    /// `path` starts with the label.
    fn resource(
        &mut self,
        (data, kind, label): (bool, &str, &str),
        root_at: Range<usize>,
        path: &[Step<'a>],
        at: Range<usize>,
        scope: &Scope<'a>,
    ) -> Result<Value, Reason> {
        let taken = Taken::of(&path[1..]).ok_or(Reason::Computed)?;
        let resolution = match kind {
            "aws_iam_role" => {
                let attribute = role_attribute(taken.attribute).ok_or(Reason::Computed)?;
                Resolution::Role(self.registry.role(data, label), attribute, taken.pick)
            }
            "aws_iam_instance_profile" => {
                let attribute = profile_attribute(taken.attribute).ok_or(Reason::Computed)?;
                Resolution::Profile(self.registry.profile(data, label), attribute, taken.pick)
            }
            _ if POLICIES.contains(&kind)
                && (taken.attribute.is_none() || taken.attribute.is_some_and(names_policy)) =>
            {
                Resolution::Policy(self.registry.policy(data, kind, label))
            }
            _ if data => return Err(Reason::Import),
            _ => return Err(Reason::Computed),
        };
        let here = |step: &Step<'_>| step.at.is_none() || step.depth == scope.depth;
        let written_here = path[1..].iter().all(here);
        let index = taken.index.filter(|step| !step.reordered).map(|step| (step.at, self.index_text(step)));
        let mut value = self.whole(at.clone(), resolution, scope);
        value.spelling.scoped = taken.index.map(|step| match step.scoped {
            false => IndexScope::Unit,
            // Deeper, its names are those of a definition's loop.
            true if step.depth == 0 => IndexScope::Block,
            true => IndexScope::Other,
        });
        value.spelling.element = taken.element.and_then(|step| self.element_text(step));
        value.spelling.shared = taken.shared;
        value.spelling.index = index.filter(|(_, text)| !text.is_empty());
        value.spelling.end = at.end;
        if written_here {
            let end = path[0].at.as_ref().map_or(root_at.end, |label| label.end);
            value.spelling.address = Some(Span::new(scope.file, root_at.start..end));
            value.spelling.attribute = taken.attribute_at;
        } else if let Some(read_at) = &scope.reference_span {
            value.at = *read_at;
            value.definition = None;
            value.spelling.interpolated = false;
        }
        Ok(value)
    }

    fn index_text(&self, step: &Step<'_>) -> String {
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
            (StepKind::AnyKey, Some(computed)) => Some(format!("[{computed}]")),
            (StepKind::AnyKey, None) => step.at.as_ref().map(|at| self.index.text(at).to_owned()),
            _ => None,
        }
    }

    /// A leaf that can be replaced, but has no address of its own to swap.
    fn whole(&self, at: Range<usize>, resolution: Resolution, scope: &Scope<'a>) -> Value {
        let (interpolated, ordered_by, around) = (scope.interpolated, scope.ordered_by, scope.around);
        let spelling = Syntax { interpolated, ordered_by, around, end: at.end, ..Syntax::default() };
        let at = Span::new(scope.file, at);
        Value { at, resolution, spelling, definition: scope.definition, reference_span: scope.reference_span }
    }

    fn unknown(&mut self, reason: Reason, expression: &'a Expression, at: Range<usize>, scope: &Scope<'a>) -> Value {
        self.marks.touch(expression, scope);
        self.whole(at, Resolution::Unknown(reason, scope.hole(expression)), scope)
    }

    fn loop_binding(
        &mut self,
        binding: &Binding<'a>,
        path: Vec<Step<'a>>,
        expression: &'a Expression,
        at: Range<usize>,
        scope: &Scope<'a>,
        out: &mut Vec<Value>,
    ) {
        let mut path = path;
        if binding.is_key {
            out.push(self.unknown(Reason::Computed, expression, at, scope));
            return;
        }
        if binding.iterator {
            let key = |step: &Step<'_>| step.kind == StepKind::Attribute("key");
            if let (StepKind::Key(element), [step]) = (&binding.element.kind, path.as_slice())
                && key(step)
            {
                out.push(self.whole(at, Resolution::Text(TemplateString::literal(element.clone())), scope));
                return;
            }
            let value = path.first().is_some_and(|step| step.kind == StepKind::Attribute("value"));
            if !value {
                out.push(self.unknown(Reason::Computed, expression, at, scope));
                return;
            }
            path.remove(0);
        }
        let read_at = self.reader(scope, &path, at.clone());
        path.insert(0, binding.element.clone());
        if binding.iterator {
            let inner = Scope {
                depth: scope.depth + 1,
                reference_span: read_at,
                ordered_by: scope.ordered_by,
                around: scope.around,
                ..(*binding.scope).clone()
            };
            self.enter_definition(binding.collection, &format!("{}.value", binding.name), path, &inner, out);
        } else {
            let inner = Scope {
                interpolated: scope.interpolated,
                reference_span: scope.reference_span,
                definition: scope.definition,
                depth: scope.depth,
                ordered_by: scope.ordered_by,
                around: scope.around,
                ..(*binding.scope).clone()
            };
            self.lower(binding.collection, path, Some(at), &inner, out);
        }
    }

    fn local(
        &mut self,
        name: &str,
        expression: &'a Expression,
        path: &[Step<'a>],
        at: Range<usize>,
        scope: &Scope<'a>,
        out: &mut Vec<Value>,
    ) {
        let Some((file, value)) = self.index.local(name) else {
            let reason = if self.registry.is_partial() { Reason::UnreadableFile } else { Reason::Undeclared };
            out.push(self.unknown(reason, expression, at, scope));
            return;
        };
        let read_at = self.reader(scope, path, at);
        let ordered_by = scope.ordered_by;
        let around = scope.around;
        let inner =
            Scope { depth: scope.depth + 1, reference_span: read_at, ordered_by, around, ..Scope::of_module(file) };
        self.enter_definition(value, &format!("local.{name}"), path.to_vec(), &inner, out);
    }

    /// Lowers what stands under a name. `scope` is that of the definition, one level deeper than its reader's.
    fn enter_definition(
        &mut self,
        value: &'a Expression,
        name: &str,
        path: Vec<Step<'a>>,
        scope: &Scope<'a>,
        out: &mut Vec<Value>,
    ) {
        let before = out.len();
        self.marks.touch_keys_of(value, scope);
        let all = project(value, path);
        let several = all.len() > 1;
        for (reached, rest, suffix) in all {
            let rest = if several { shared(&rest) } else { rest };
            let at = Span::new(scope.file, range(reached));
            let definition = self.define(format!("{name}{suffix}"), at);
            let scope = Scope { definition: Some(definition), ..scope.clone() };
            self.lower(reached, rest, None, &scope, out);
            if out.len() > MOST_LEAVES {
                return;
            }
        }
        if out.len() == before {
            let value = self.unknown(Reason::Undeclared, value, range(value), scope);
            out.push(value);
        }
    }

    fn define(&mut self, name: String, at: Span) -> usize {
        let next = self.definitions.len();
        let known = *self.definition_by_span.entry(at).or_insert(next);
        if known == next {
            self.definitions.push(Defined { name, at });
        }
        known
    }

    fn each_value(
        &mut self,
        expression: &'a Expression,
        path: &[Step<'a>],
        at: Range<usize>,
        scope: &Scope<'a>,
        out: &mut Vec<Value>,
    ) {
        let for_each = scope
            .repetition
            .for_each
            .map(|(file, value)| (file, hcl_canonical::lone_interpolation(value).unwrap_or(value)));
        let Some((file, collection)) = for_each else {
            out.push(self.unknown(Reason::Computed, expression, at, scope));
            return;
        };
        let read_at = self.reader(scope, path, at);
        let inner = Scope { depth: scope.depth + 1, reference_span: read_at, ..Scope::of_module(file) };
        // An element of what `for_each` names is picked by its key; `Attribute` here is the text of the index, not a name.
        let element = Step { kind: StepKind::Attribute("each.key"), scoped: true, ..Step::any() };
        let element = if references::is_resource(collection) { element } else { Step::any() };
        let set = crate::terraform::lower::functions::set_elements(collection);
        let mut full = vec![element];
        full.extend(path.iter().cloned());
        let before = out.len();
        self.enter_definition(set.unwrap_or(collection), "each.value", full, &inner, out);
        if set.is_some() {
            // The elements of a set are its keys: to change one would make another instance.
            for value in &mut out[before..] {
                value.at = read_at.unwrap_or(value.at);
                value.definition = None;
                value.spelling = Syntax::default();
            }
        }
    }

    fn for_expression(&mut self, each: &'a ForExpr, path: &[Step<'a>], scope: &Scope<'a>, out: &mut Vec<Value>) {
        let name = each.intro.value_var.as_str();
        let mut inner = scope.with_binding(each);
        inner.around.filtered |= each.cond.is_some();
        for read in each.cond.iter().map(|condition| &condition.expr).chain(&each.key_expr) {
            self.marks.touch(read, &inner);
        }
        let before = out.len();
        self.lower(&each.value_expr, path.to_vec(), None, &inner, out);
        let also = |expression: &Expression| references::count_references(expression, name);
        let tangled = also(&each.value_expr) > 1
            || each.cond.as_ref().is_some_and(|condition| also(&condition.expr) > 0)
            || each.key_expr.as_ref().is_some_and(|key| also(key) > 0);
        if tangled {
            for value in &mut out[before..] {
                value.spelling.address = None;
            }
        }
    }

    /// The part of the slot's own expression whose value stands under a name: the reference itself, or the call that picks an element of it.
    fn reader(&mut self, scope: &Scope<'a>, path: &[Step<'a>], at: Range<usize>) -> Option<Span> {
        if scope.reference_span.is_some() {
            return scope.reference_span;
        }
        let picks = path.iter().any(|step| step.at.is_none());
        let here = Span::new(scope.file, scope.picked_by.clone().filter(|_| picks).unwrap_or(at));
        if scope.interpolated {
            self.interpolated.insert(here);
        }
        Some(here)
    }

    /// `element(split("/", aws_iam_role.app.arn), 1)` and its like: the role's name, cut out of its ARN.
    fn name_cut_from_arn(
        &mut self,
        expression: &'a Expression,
        path: &[Step<'a>],
        at: &Range<usize>,
        scope: &Scope<'a>,
    ) -> Option<Value> {
        let arn = crate::terraform::lower::functions::arn_that_is_cut(expression, path)?;
        let values = self.leaves(arn, scope);
        let [Value { resolution: Resolution::Role(role, RoleAttr::Arn, pick), spelling, .. }] = values.as_slice()
        else {
            return None;
        };
        let mut value = self.whole(at.clone(), Resolution::Role(*role, RoleAttr::Name, *pick), scope);
        value.spelling.index.clone_from(&spelling.index);
        value.spelling.scoped = spelling.scoped;
        Some(value)
    }

    fn call(
        &mut self,
        expression: &'a Expression,
        path: &[Step<'a>],
        at: Range<usize>,
        scope: &Scope<'a>,
        out: &mut Vec<Value>,
    ) {
        let Some(parts) = crate::terraform::lower::functions::values_of(expression, path) else {
            out.push(self.unknown(Reason::Computed, expression, at, scope));
            return;
        };
        for ignored in parts.read {
            self.marks.touch(ignored, scope);
        }
        let frame = is_written(path).then(|| at.clone());
        let ordered_by = parts.ordered_by.or(scope.ordered_by);
        let around = Around {
            may_fail: scope.around.may_fail || parts.name == "try",
            fallback: scope.around.fallback || FALLBACKS.contains(&parts.name),
            ..scope.around
        };
        let scope = &Scope { ordered_by, around, ..scope.clone() };
        let several = parts.values.len() > 1;
        for (argument, inner_path) in parts.values {
            let inner_path = if several { shared(&inner_path) } else { inner_path };
            if inner_path.len() > path.len() && scope.picked_by.is_none() {
                let scope = Scope { picked_by: Some(at.clone()), ..scope.clone() };
                self.lower(argument, inner_path, frame.clone(), &scope, out);
            } else {
                self.lower(argument, inner_path, frame.clone(), scope, out);
            }
        }
    }
}

/// Whether some of the steps stand in the text; those that a function takes do not.
fn is_written(path: &[Step<'_>]) -> bool {
    path.iter().any(|step| step.at.is_some())
}
