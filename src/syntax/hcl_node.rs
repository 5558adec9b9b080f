//! What single nodes of parsed HCL say: where they are, and which key they spell.

use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, ObjectKey};

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

/// The range of an expression in its file. Everything that comes out of the parser has one.
pub(crate) fn range(expression: &Expression) -> Range<usize> {
    expression.span().unwrap_or(0..0)
}
