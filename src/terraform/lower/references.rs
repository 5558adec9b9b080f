//! What expressions refer to, apart from the value they give: for cycles, and for who else reads a definition.

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body, Structure};

use crate::syntax::hcl_node::{lone_interpolation, parts};

/// Calls `found` for each reference in an expression: the whole of it (`aws_iam_role.app[0].name`, or a bare name).
fn in_expression<'a>(expression: &'a Expression, found: &mut dyn FnMut(&'a Expression)) {
    let is_reference = root(expression).is_some();
    if is_reference {
        found(expression);
    }
    // The name itself is no second reference, but an index may hold one.
    parts(expression).into_iter().skip(usize::from(is_reference)).for_each(|part| in_expression(part, found));
}

/// Calls `found` for the value of each argument in a block.
fn values<'a>(body: &'a Body, found: &mut dyn FnMut(&'a Expression)) {
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => found(&attribute.value),
            Structure::Block(block) => values(&block.body, found),
        }
    }
}

/// How often a name is read in an expression.
pub(crate) fn count_references(expression: &Expression, name: &str) -> usize {
    let mut count = 0;
    in_expression(expression, &mut |reference| count += usize::from(root(reference) == Some(name)));
    count
}

/// The name that a reference starts with.
pub(crate) fn root(reference: &Expression) -> Option<&str> {
    match reference {
        Expression::Variable(name) => Some(name.as_str()),
        Expression::Traversal(traversal) => match &traversal.expr {
            Expression::Variable(name) => Some(name.as_str()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether this is the name alone.
pub(crate) fn is_named(expression: &Expression, name: &str) -> bool {
    matches!(expression, Expression::Variable(variable) if variable.as_str() == name)
}

/// Whether the whole of a resource or of a call is meant, as in `for_each = aws_iam_role.app`.
pub(crate) fn is_resource(expression: &Expression) -> bool {
    let Expression::Traversal(traversal) = expression else { return false };
    let Expression::Variable(root) = &traversal.expr else { return false };
    !matches!(root.as_str(), "local" | "var" | "each" | "self" | "path" | "terraform" | "count")
        && traversal.operators.len() == if matches!(root.as_str(), "data" | "resource") { 2 } else { 1 }
}

/// The first two names of every reference in an expression: `each` and `key` of `each.key`.
pub(crate) fn roots(expression: &Expression, mut found: impl FnMut(&str, Option<&str>)) {
    in_expression(expression, &mut |reference| {
        let Some(root) = root(reference) else { return };
        let attribute = match reference {
            Expression::Traversal(traversal) => match traversal.operators.first().map(hcl_edit::Decorated::value) {
                Some(hcl_edit::expr::TraversalOperator::GetAttr(name)) => Some(name.as_str()),
                _ => None,
            },
            _ => None,
        };
        found(root, attribute);
    });
}

/// Whether an expression calls a function that gives another value each time.
pub(crate) fn is_impure(expression: &Expression) -> bool {
    let is_call = matches!(expression, Expression::FuncCall(call) if matches!(call.name.name.as_str(), "uuid" | "timestamp" | "bcrypt"));
    is_call || parts(expression).into_iter().any(is_impure)
}

/// The addresses that a block refers to (`aws_iam_role.app`, `local.name`, `module.iam`), also in the quoted `depends_on` of old.
pub(crate) fn addresses(block: &Block, mut found: impl FnMut(String)) {
    let depends_on = block.body.get_attribute("depends_on").and_then(|attribute| attribute.value.as_array());
    for quoted in depends_on.into_iter().flatten().filter_map(Expression::as_str) {
        found(quoted.to_owned());
    }
    values(&block.body, &mut |value| in_expression(value, &mut |reference| found_address(reference, &mut found)));
}

/// The attributes of resources that a block reads: address and attribute, behind an index if there is one. `self.x` has the address `self`.
pub(crate) fn attributes(block: &Block, mut found: impl FnMut(&str, &str)) {
    values(&block.body, &mut |value| in_expression(value, &mut |reference| found_attribute(reference, &mut found)));
}

/// Likewise for one expression.
pub(crate) fn attributes_in(expression: &Expression, mut found: impl FnMut(&str, &str)) {
    in_expression(expression, &mut |reference| found_attribute(reference, &mut found));
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
    in_expression(expression, &mut |reference| found_address(reference, &mut found));
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
    let (mut bare, mut interpolated) = (false, false);
    values(&block.body, &mut |value| {
        bare |= is_bare(value);
        interpolated |= lone_interpolation(value).is_some();
    });
    (bare, interpolated)
}

fn is_bare(expression: &Expression) -> bool {
    match expression {
        Expression::Variable(_)
        | Expression::Traversal(_)
        | Expression::FuncCall(_)
        | Expression::Conditional(_)
        | Expression::ForExpr(_) => true,
        Expression::StringTemplate(_) | Expression::HeredocTemplate(_) => false,
        _ => parts(expression).into_iter().any(is_bare),
    }
}
