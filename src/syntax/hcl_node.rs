//! What single nodes of parsed HCL say: where they are, and which key they spell.

use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, ObjectKey, TraversalOperator};
use hcl_edit::template::{Directive, Element};

/// The text of an object's key, if it is written out.
pub(crate) fn object_key(key: &ObjectKey) -> Option<String> {
    match key {
        ObjectKey::Ident(name) => Some(name.as_str().to_owned()),
        ObjectKey::Expression(Expression::Variable(name)) => Some(name.as_str().to_owned()),
        ObjectKey::Expression(expression) => literal_key(expression),
    }
}

/// A key that is written out: `"web"`, `0`.
pub(crate) fn literal_key(expression: &Expression) -> Option<String> {
    match expression {
        Expression::String(text) => Some(text.value().clone()),
        Expression::Number(number) => Some(number.value().to_string()),
        Expression::Parenthesis(inner) => literal_key(inner.inner()),
        _ => None,
    }
}

/// What is inside of `"${...}"`, if a quoted template is nothing but that.
pub(crate) fn lone_interpolation(expression: &Expression) -> Option<&Expression> {
    let Expression::StringTemplate(template) = expression else { return None };
    let mut elements = template.iter();
    match (elements.next(), elements.next()) {
        (Some(Element::Interpolation(inner)), None) => Some(&inner.expr),
        _ => None,
    }
}

/// What is inside of parentheses and lone interpolations.
pub(crate) fn unwrapped(expression: &Expression) -> &Expression {
    match (expression, lone_interpolation(expression)) {
        (Expression::Parenthesis(inner), _) => unwrapped(inner.inner()),
        (_, Some(inner)) => unwrapped(inner),
        _ => expression,
    }
}

/// The range of an expression in its file. Everything that comes out of the parser has one.
pub(crate) fn range(expression: &Expression) -> Range<usize> {
    expression.span().unwrap_or(0..0)
}

/// The expressions that one is made of, in the order of the text; of a traversal the first is what it starts at. The visitor of the crate does not
/// lend its nodes for long enough.
pub(crate) fn parts(expression: &Expression) -> Vec<&Expression> {
    match expression {
        Expression::Null(_)
        | Expression::Bool(_)
        | Expression::Number(_)
        | Expression::String(_)
        | Expression::Variable(_) => Vec::new(),
        Expression::Array(array) => array.iter().collect(),
        Expression::Object(object) => {
            object.iter().flat_map(|(key, value)| key.as_expr().into_iter().chain([value.expr()])).collect()
        }
        Expression::StringTemplate(template) => template_parts(template.iter()),
        Expression::HeredocTemplate(heredoc) => template_parts(heredoc.template.iter()),
        Expression::Parenthesis(inner) => vec![inner.inner()],
        Expression::Conditional(inner) => vec![&inner.cond_expr, &inner.true_expr, &inner.false_expr],
        Expression::FuncCall(call) => call.args.iter().collect(),
        Expression::Traversal(traversal) => {
            let indexes = traversal.operators.iter().filter_map(|operator| match operator.value() {
                TraversalOperator::Index(index) => Some(index),
                _ => None,
            });
            std::iter::once(&traversal.expr).chain(indexes).collect()
        }
        Expression::UnaryOp(inner) => vec![&inner.expr],
        Expression::BinaryOp(inner) => vec![&inner.lhs_expr, &inner.rhs_expr],
        Expression::ForExpr(each) => {
            let condition = each.cond.as_ref().map(|condition| &condition.expr);
            let parts = std::iter::once(&each.intro.collection_expr).chain(&each.key_expr);
            parts.chain([&each.value_expr]).chain(condition).collect()
        }
    }
}

fn template_parts<'a>(elements: impl Iterator<Item = &'a Element>) -> Vec<&'a Expression> {
    let parts = |element: &'a Element| match element {
        Element::Literal(_) => Vec::new(),
        Element::Interpolation(inner) => vec![&inner.expr],
        Element::Directive(directive) => match &**directive {
            Directive::If(branch) => {
                let mut parts = vec![&branch.if_expr.cond_expr];
                parts.extend(template_parts(branch.if_expr.template.iter()));
                parts.extend(branch.else_expr.iter().flat_map(|other| template_parts(other.template.iter())));
                parts
            }
            Directive::For(each) => {
                let mut parts = vec![&each.for_expr.collection_expr];
                parts.extend(template_parts(each.for_expr.template.iter()));
                parts
            }
        },
    };
    elements.flat_map(parts).collect()
}
