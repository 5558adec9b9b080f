//! What expressions refer to, apart from the value they give: for cycles, and for who else reads a definition.

use std::collections::HashSet;

use hcl_edit::expr::{BinaryOp, BinaryOperator, Expression};
use hcl_edit::structure::{Attribute, Block};
use hcl_edit::template::ForTemplateExpr;
use hcl_edit::visit::{self, Visit};

use crate::syntax::hcl::range;
use crate::terraform::lower::expression::{Lowering, Registry};
use crate::terraform::lower::scope::Scope;
use crate::terraform::lower::traversal::reach;
use crate::terraform::lower::traversal::{Step, StepKind, steps};
use crate::text::{FileId, Span};

/// Reference by reference: the whole expression (`aws_iam_role.app[0].name`, or a bare name).
struct References<F>(F);

impl<F: FnMut(&Expression)> Visit for References<F> {
    fn visit_expr(&mut self, node: &Expression) {
        let reference = match node {
            Expression::Variable(_) => true,
            Expression::Traversal(traversal) => matches!(traversal.expr, Expression::Variable(_)),
            _ => false,
        };
        if reference {
            (self.0)(node);
        }
        match node {
            // The name itself is no second reference, but an index may hold one.
            Expression::Traversal(traversal) if reference => {
                for operator in &traversal.operators {
                    self.visit_traversal_operator(operator);
                }
            }
            _ => visit::visit_expr(self, node),
        }
    }

    /// The collection of a `%{ for }` is an expression too, which the visitor of the library passes over.
    fn visit_for_template_expr(&mut self, node: &ForTemplateExpr) {
        self.visit_expr(&node.collection_expr);
        visit::visit_for_template_expr(self, node);
    }
}

/// How often a name is read in an expression.
pub(crate) fn mentions(expression: &Expression, name: &str) -> usize {
    let mut count = 0;
    References(|reference: &Expression| count += usize::from(root(reference) == Some(name))).visit_expr(expression);
    count
}

/// The name that a reference starts with.
fn root(reference: &Expression) -> Option<&str> {
    match reference {
        Expression::Variable(name) => Some(name.as_str()),
        Expression::Traversal(traversal) => match &traversal.expr {
            Expression::Variable(name) => Some(name.as_str()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the whole of a managed or read resource is meant, as in `for_each = aws_iam_role.app`.
pub(crate) fn is_resource(expression: &Expression) -> bool {
    let Expression::Traversal(traversal) = expression else { return false };
    let Expression::Variable(root) = &traversal.expr else { return false };
    !matches!(root.as_str(), "local" | "var" | "module" | "each" | "self" | "path" | "terraform" | "count")
        && traversal.operators.len() == if matches!(root.as_str(), "data" | "resource") { 2 } else { 1 }
}

/// The first two names of every reference in an expression: `each` and `key` of `each.key`.
pub(crate) fn roots(expression: &Expression, mut found: impl FnMut(&str, Option<&str>)) {
    References(|reference: &Expression| {
        let Some(root) = root(reference) else { return };
        let attribute = match reference {
            Expression::Traversal(traversal) => match traversal.operators.first().map(hcl_edit::Decorated::value) {
                Some(hcl_edit::expr::TraversalOperator::GetAttr(name)) => Some(name.as_str()),
                _ => None,
            },
            _ => None,
        };
        found(root, attribute);
    })
    .visit_expr(expression);
}

/// Whether an expression calls a function that gives another value each time.
pub(crate) fn is_impure(expression: &Expression) -> bool {
    struct Calls(bool);
    impl Visit for Calls {
        fn visit_func_call(&mut self, node: &hcl_edit::expr::FuncCall) {
            self.0 |= matches!(node.name.name.as_str(), "uuid" | "timestamp" | "bcrypt");
            visit::visit_func_call(self, node);
        }
    }
    let mut calls = Calls(false);
    calls.visit_expr(expression);
    calls.0
}

/// The addresses that a block refers to (`aws_iam_role.app`, `local.name`, `module.iam`), also in the quoted `depends_on` of old.
pub(crate) fn addresses(block: &Block, mut found: impl FnMut(String)) {
    let depends_on = block.body.get_attribute("depends_on").and_then(|attribute| attribute.value.as_array());
    for quoted in depends_on.into_iter().flatten().filter_map(Expression::as_str) {
        found(quoted.to_owned());
    }
    References(|reference: &Expression| found_address(reference, &mut found)).visit_block(block);
}

/// The attributes of resources that a block reads: address and attribute, behind an index if there is one. `self.x` has the address `self`.
pub(crate) fn attributes(block: &Block, mut found: impl FnMut(&str, &str)) {
    References(|reference: &Expression| found_attribute(reference, &mut found)).visit_block(block);
}

/// Likewise for one expression.
pub(crate) fn attributes_in(expression: &Expression, mut found: impl FnMut(&str, &str)) {
    References(|reference: &Expression| found_attribute(reference, &mut found)).visit_expr(expression);
}

fn found_attribute(reference: &Expression, found: &mut impl FnMut(&str, &str)) {
    let (Some(root), Expression::Traversal(traversal)) = (root(reference), reference) else { return };
    let mut names = traversal.operators.iter().filter_map(|operator| match operator.value() {
        hcl_edit::expr::TraversalOperator::GetAttr(name) => Some(name.as_str()),
        _ => None,
    });
    let (address, attribute) = match root {
        "self" => ("self".to_owned(), names.next()),
        "resource" => match (names.next(), names.next()) {
            (Some(kind), Some(label)) => (format!("{kind}.{label}"), names.next()),
            _ => return,
        },
        kind => match names.next() {
            Some(label) => (format!("{kind}.{label}"), names.next()),
            None => return,
        },
    };
    if let Some(attribute) = attribute {
        found(&address, attribute);
    }
}

/// Likewise for one expression.
pub(crate) fn addresses_in(expression: &Expression, mut found: impl FnMut(String)) {
    References(|reference: &Expression| found_address(reference, &mut found)).visit_expr(expression);
}

fn found_address(reference: &Expression, found: &mut impl FnMut(String)) {
    let (Some(root), Expression::Traversal(traversal)) = (root(reference), reference) else { return };
    let name = |number: usize| match traversal.operators.get(number).map(hcl_edit::Decorated::value) {
        Some(hcl_edit::expr::TraversalOperator::GetAttr(name)) => Some(name.as_str()),
        // `aws_instance["web"]` is `aws_instance.web`.
        Some(hcl_edit::expr::TraversalOperator::Index(index)) => index.as_str(),
        _ => None,
    };
    match (root, name(0), name(1)) {
        ("data", Some(kind), Some(label)) => found(format!("data.{kind}.{label}")),
        // The long form of a reference to a managed resource.
        ("resource", Some(kind), Some(label)) => found(format!("{kind}.{label}")),
        (root, Some(name), _) => found(format!("{root}.{name}")),
        _ => {}
    }
}

/// Whether a block has a reference or a call outside of a template, which Terraform 0.11 could not write, and whether it has an argument that is
/// nothing but an interpolation, which `terraform fmt` has unwrapped since.
pub(crate) fn has_bare_reference(block: &Block) -> (bool, bool) {
    struct Bare {
        bare: bool,
        interpolated: bool,
        inside: u32,
    }
    impl Visit for Bare {
        fn visit_attr(&mut self, node: &Attribute) {
            self.interpolated |= crate::syntax::hcl_canonical::lone_interpolation(&node.value).is_some();
            visit::visit_attr(self, node);
        }

        fn visit_expr(&mut self, node: &Expression) {
            match node {
                Expression::Variable(_)
                | Expression::Traversal(_)
                | Expression::FuncCall(_)
                | Expression::Conditional(_)
                | Expression::ForExpr(_)
                    if self.inside == 0 =>
                {
                    self.bare = true;
                }
                Expression::StringTemplate(_) | Expression::HeredocTemplate(_) => {
                    self.inside += 1;
                    visit::visit_expr(self, node);
                    self.inside -= 1;
                    return;
                }
                _ => {}
            }
            visit::visit_expr(self, node);
        }
    }
    let mut visitor = Bare { bare: false, interpolated: false, inside: 0 };
    visitor.visit_block(block);
    (visitor.bare, visitor.interpolated)
}

/// An expression that takes a value of an object reads the keys of that object.
pub(crate) fn touch_keys_of<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    expression: &'a Expression,
    scope: &Scope<'a>,
) {
    match expression {
        Expression::Parenthesis(inner) => touch_keys_of(lowering, inner.inner(), scope),
        Expression::Object(object) => {
            for (key, value) in object {
                if let hcl_edit::expr::ObjectKey::Expression(key) = key {
                    touch(lowering, key, scope);
                }
                touch_keys_of(lowering, value.expr(), scope);
            }
        }
        _ => {}
    }
}

/// Marks what `expression` refers to as read by something that is no slot.
pub(crate) fn touch<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    expression: &'a Expression,
    scope: &Scope<'a>,
) {
    touch_deep(lowering, expression, scope, 0);
}

/// Marks what decides the instances of a block that is repeated over this: the keys of a map, the elements of a set, every condition. The values of
/// a map are read by `each.value`, or by nobody.
pub(crate) fn touch_keys<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    expression: &'a Expression,
    scope: &Scope<'a>,
    depth: u32,
) {
    if depth > DEEPEST {
        return touch_deep(lowering, expression, scope, depth);
    }
    let deeper = depth + 1;
    match expression {
        Expression::Parenthesis(next) => touch_keys(lowering, next.inner(), scope, deeper),
        Expression::Conditional(conditional) => {
            touch_keys(lowering, &conditional.true_expr, scope, deeper);
            touch_keys(lowering, &conditional.false_expr, scope, deeper);
            touch_deep(lowering, &conditional.cond_expr, scope, depth);
        }
        Expression::Object(object) => {
            for (key, _) in object {
                if let hcl_edit::expr::ObjectKey::Expression(key) = key {
                    touch_deep(lowering, key, scope, depth);
                }
            }
        }
        // The elements of a list that a `dynamic` block goes through have numbers for keys.
        Expression::Array(_) => {}
        Expression::Traversal(traversal) => {
            let path = steps(scope.file, traversal, 0);
            let local = match (root(expression), path.first().map(|step| &step.kind)) {
                (Some("local"), Some(StepKind::Attribute(name))) => lowering.index.local(name),
                _ => None,
            };
            let Some((file, value)) = local.filter(|_| depth < DEEPEST) else {
                return touch_deep(lowering, expression, scope, depth);
            };
            for (reached, rest, _) in reach(value, path[1..].to_vec()) {
                match rest.as_slice() {
                    [] => touch_keys(lowering, reached, &Scope::of_module(file), depth + 1),
                    _ => touch_deep(lowering, reached, &Scope::of_module(file), depth + 1),
                }
            }
        }
        Expression::FuncCall(call) if matches!(call.name.name.as_str(), "merge" | "tomap" | "tolist") => {
            call.args.iter().for_each(|next| touch_keys(lowering, next, scope, deeper));
        }
        Expression::ForExpr(each) => {
            touch_keys(lowering, &each.intro.collection_expr, scope, deeper);
            let bound = scope.with_binding(each);
            for read in each.key_expr.iter().chain(each.cond.iter().map(|condition| &condition.expr)) {
                touch_deep(lowering, read, &bound, depth);
            }
        }
        _ => touch_deep(lowering, expression, scope, depth),
    }
}

/// Deeper than this nobody nests locals; a cycle ends here.
const DEEPEST: u32 = 24;

/// What has been marked by the walk below, and how much walking is left: locals that each read several others make more ways than there are
/// locals.
pub(crate) struct Walk {
    /// Expressions that were gone through as wholes.
    done: HashSet<(FileId, usize, usize)>,
    left: u32,
}

impl Default for Walk {
    fn default() -> Self {
        Walk { done: HashSet::new(), left: 1_000_000 }
    }
}

impl Walk {
    /// Whether the walk ended early: then anything may be read by anything.
    pub(crate) fn is_cut_short(&self) -> bool {
        self.left == 0
    }
}

fn touch_deep<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    expression: &'a Expression,
    scope: &Scope<'a>,
    depth: u32,
) {
    let mut found: Vec<&'a Expression> = Vec::new();
    let mut asked: Vec<&'a Expression> = Vec::new();
    collect(expression, &mut found, &mut asked);
    let outer = lowering.asks_for_null;
    for (reference, asks) in
        found.into_iter().map(|found| (found, outer)).chain(asked.into_iter().map(|asked| (asked, true)))
    {
        lowering.asks_for_null = asks;
        let path = match reference {
            Expression::Traversal(traversal) => steps(scope.file, traversal, 0),
            _ => Vec::new(),
        };
        touch_reference(lowering, reference, &path, scope, depth);
    }
    lowering.asks_for_null = outer;
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

/// All references: names, and traversals that start at one. The visitor of the crate does not lend its nodes for long enough, hence this walk.
fn collect<'a>(expression: &'a Expression, found: &mut Vec<&'a Expression>, asked: &mut Vec<&'a Expression>) {
    use hcl_edit::expr::TraversalOperator;
    use hcl_edit::template::{Directive, Element, Template};
    fn template<'a>(inner: &'a Template, found: &mut Vec<&'a Expression>, asked: &mut Vec<&'a Expression>) {
        elements(inner.iter(), found, asked);
    }
    fn elements<'a>(
        inner: impl Iterator<Item = &'a Element>,
        found: &mut Vec<&'a Expression>,
        asked: &mut Vec<&'a Expression>,
    ) {
        for element in inner {
            match element {
                Element::Literal(_) => {}
                Element::Interpolation(inner) => collect(&inner.expr, found, asked),
                Element::Directive(directive) => match &**directive {
                    Directive::If(branch) => {
                        collect(&branch.if_expr.cond_expr, found, asked);
                        template(&branch.if_expr.template, found, asked);
                        if let Some(other) = &branch.else_expr {
                            template(&other.template, found, asked);
                        }
                    }
                    Directive::For(each) => {
                        collect(&each.for_expr.collection_expr, found, asked);
                        template(&each.for_expr.template, found, asked);
                    }
                },
            }
        }
    }
    match expression {
        Expression::Null(_) | Expression::Bool(_) | Expression::Number(_) | Expression::String(_) => {}
        Expression::Variable(_) => found.push(expression),
        Expression::Array(array) => array.iter().for_each(|inner| collect(inner, found, asked)),
        Expression::Object(object) => {
            for (key, value) in object {
                if let hcl_edit::expr::ObjectKey::Expression(key) = key {
                    collect(key, found, asked);
                }
                collect(value.expr(), found, asked);
            }
        }
        Expression::StringTemplate(inner) => elements(inner.iter(), found, asked),
        Expression::HeredocTemplate(heredoc) => template(&heredoc.template, found, asked),
        Expression::Parenthesis(inner) => collect(inner.inner(), found, asked),
        Expression::Conditional(inner) => {
            collect(&inner.cond_expr, found, asked);
            collect(&inner.true_expr, found, asked);
            collect(&inner.false_expr, found, asked);
        }
        Expression::FuncCall(call) => call.args.iter().for_each(|inner| collect(inner, found, asked)),
        Expression::Traversal(traversal) => {
            match &traversal.expr {
                Expression::Variable(_) => found.push(expression),
                base => collect(base, found, asked),
            }
            for operator in &traversal.operators {
                if let TraversalOperator::Index(index) = operator.value() {
                    collect(index, found, asked);
                }
            }
        }
        Expression::UnaryOp(inner) => collect(&inner.expr, found, asked),
        Expression::BinaryOp(inner) if asked_for_null(inner).is_some() => asked.extend(asked_for_null(inner)),
        Expression::BinaryOp(inner) => {
            collect(&inner.lhs_expr, found, asked);
            collect(&inner.rhs_expr, found, asked);
        }
        Expression::ForExpr(each) => {
            collect(&each.intro.collection_expr, found, asked);
            each.key_expr.iter().for_each(|inner| collect(inner, found, asked));
            collect(&each.value_expr, found, asked);
            each.cond.iter().for_each(|inner| collect(&inner.expr, found, asked));
        }
    }
}

fn touch_reference<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    reference: &'a Expression,
    path: &[Step<'a>],
    scope: &Scope<'a>,
    depth: u32,
) {
    if depth > DEEPEST {
        return;
    }
    let Some(root) = root(reference) else { return };
    let first = path.first().map(|step| step.kind.clone());
    let any = |rest: &[Step<'a>]| std::iter::once(Step::any()).chain(rest.iter().cloned()).collect::<Vec<_>>();
    if let Some(binding) = scope.bindings.iter().rev().find(|binding| binding.name == root).cloned() {
        if binding.is_key || binding.iterator && first == Some(StepKind::Attribute("key")) {
            return touch_keys(lowering, binding.collection, &binding.scope, depth + 1);
        }
        let skip = usize::from(binding.iterator && first == Some(StepKind::Attribute("value")));
        let inner = (*binding.scope).clone();
        return touch_from(lowering, binding.collection, any(&path[skip.min(path.len())..]), &inner, depth + 1);
    }
    match (root, first) {
        ("local", Some(StepKind::Attribute(name))) => {
            let Some((file, value)) = lowering.index.local(name) else { return };
            touch_from(lowering, value, path[1..].to_vec(), &Scope::of_module(file), depth + 1);
        }
        ("each", Some(StepKind::Attribute("value"))) => {
            let Some((file, collection)) = scope.repetition.for_each else { return };
            touch_from(lowering, collection, any(&path[1..]), &Scope::of_module(file), depth + 1);
        }
        _ => {}
    }
}

fn touch_from<'a, R: Registry>(
    lowering: &mut Lowering<'_, 'a, R>,
    value: &'a Expression,
    path: Vec<Step<'a>>,
    scope: &Scope<'a>,
    depth: u32,
) {
    for (reached, rest, _) in reach(value, path) {
        let at = range(reached);
        match lowering.asks_for_null {
            true => lowering.asked_for_null.push(Span::new(scope.file, at.clone())),
            false => lowering.touched.push(Span::new(scope.file, at.clone())),
        }
        lowering.walk.left = lowering.walk.left.saturating_sub(1);
        let as_a_whole = !lowering.asks_for_null
            && rest.is_empty()
            && scope.bindings.is_empty()
            && scope.repetition.for_each.is_none();
        if lowering.walk.left == 0 || as_a_whole && !lowering.walk.done.insert((scope.file, at.start, at.end)) {
            continue;
        }
        match reached {
            Expression::Traversal(traversal) if matches!(traversal.expr, Expression::Variable(_)) => {
                let mut path = steps(scope.file, traversal, 0);
                path.extend(rest);
                touch_reference(lowering, reached, &path, scope, depth);
            }
            _ => touch_deep(lowering, reached, scope, depth + 1),
        }
    }
}
