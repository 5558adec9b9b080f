//! What expressions refer to, apart from the value they give: for cycles, and for who else reads a definition.

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block};
use hcl_edit::template::ForTemplateExpr;
use hcl_edit::visit::{self, Visit};

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
pub(crate) fn count_references(expression: &Expression, name: &str) -> usize {
    let mut count = 0;
    References(|reference: &Expression| count += usize::from(root(reference) == Some(name))).visit_expr(expression);
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
