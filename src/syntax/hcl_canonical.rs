//! Expressions in one canonical spelling, for telling whether two are the same: white space, comments, quotes around a lone interpolation and
//! legacy index spelling are folded.

use std::fmt::Write;

use hcl_edit::expr::{Expression, ObjectKey, TraversalOperator};
use hcl_edit::template::{Directive, Element, Template};

/// The canonical spelling.
pub(crate) fn expression(expression: &Expression) -> String {
    let mut out = String::new();
    write(expression, &mut out);
    out
}

/// The canonical spelling of an object's key.
pub(crate) fn key(key: &ObjectKey) -> String {
    match key {
        ObjectKey::Ident(name) => name.as_str().to_owned(),
        ObjectKey::Expression(key) => expression(key),
    }
}

/// Adds the canonical spelling to a text.
pub(crate) fn write(expression: &Expression, out: &mut String) {
    match expression {
        Expression::Null(_) => out.push_str("null"),
        Expression::Bool(value) => drop(write!(out, "{}", value.value())),
        Expression::Number(value) => drop(write!(out, "{}", value.value())),
        Expression::String(value) => drop(write!(out, "{:?}", value.value())),
        Expression::Array(array) => list(out, '[', array.iter(), ']'),
        Expression::Object(object) => {
            out.push('{');
            for (key, value) in object {
                match key {
                    ObjectKey::Ident(ident) => drop(write!(out, "{:?}", ident.as_str())),
                    ObjectKey::Expression(key) => write(key, out),
                }
                out.push('=');
                write(value.expr(), out);
                out.push(',');
            }
            out.push('}');
        }
        Expression::StringTemplate(template) => match lone_interpolation(expression) {
            Some(inner) => write(inner, out),
            None => quoted(out, template.iter()),
        },
        // The parser has taken the indent of `<<-` off already.
        Expression::HeredocTemplate(heredoc) => quoted(out, heredoc.template.iter()),
        Expression::Parenthesis(inner) => match inner.inner() {
            atom @ (Expression::Traversal(_)
            | Expression::Variable(_)
            | Expression::FuncCall(_)
            | Expression::String(_)) => {
                write(atom, out);
            }
            inner => {
                out.push('(');
                write(inner, out);
                out.push(')');
            }
        },
        Expression::Variable(name) => out.push_str(name.as_str()),
        Expression::Conditional(conditional) => {
            write(&conditional.cond_expr, out);
            out.push('?');
            write(&conditional.true_expr, out);
            out.push(':');
            write(&conditional.false_expr, out);
        }
        Expression::FuncCall(call) => {
            for part in &call.name.namespace {
                let _ = write!(out, "{}::", part.as_str());
            }
            out.push_str(call.name.name.as_str());
            list(out, '(', call.args.iter(), ')');
            if call.args.expand_final() {
                out.push_str("...");
            }
        }
        Expression::Traversal(traversal) => {
            write(&traversal.expr, out);
            for operator in &traversal.operators {
                write_operator(operator.value(), out);
            }
        }
        Expression::UnaryOp(unary) => {
            out.push_str(unary.operator.value().as_str());
            write(&unary.expr, out);
        }
        Expression::BinaryOp(binary) => {
            write(&binary.lhs_expr, out);
            out.push_str(binary.operator.value().as_str());
            write(&binary.rhs_expr, out);
        }
        Expression::ForExpr(each) => write_for(each, out),
    }
}

fn write_for(each: &hcl_edit::expr::ForExpr, out: &mut String) {
    out.push_str("[for ");
    if let Some(key) = &each.intro.key_var {
        let _ = write!(out, "{},", key.as_str());
    }
    let _ = write!(out, "{} in ", each.intro.value_var.as_str());
    write(&each.intro.collection_expr, out);
    out.push(':');
    if let Some(key) = &each.key_expr {
        write(key, out);
        out.push_str("=>");
    }
    write(&each.value_expr, out);
    if each.grouping {
        out.push_str("...");
    }
    if let Some(condition) = &each.cond {
        out.push_str(" if ");
        write(&condition.expr, out);
    }
    out.push(']');
}

fn write_operator(operator: &TraversalOperator, out: &mut String) {
    match operator {
        TraversalOperator::AttrSplat(_) => out.push_str(".*"),
        TraversalOperator::FullSplat(_) => out.push_str("[*]"),
        TraversalOperator::GetAttr(name) => drop(write!(out, ".{}", name.as_str())),
        TraversalOperator::Index(index) => {
            out.push('[');
            write(index, out);
            out.push(']');
        }
        TraversalOperator::LegacyIndex(index) => drop(write!(out, "[{}]", index.value())),
    }
}

fn list<'a>(out: &mut String, open: char, items: impl Iterator<Item = &'a Expression>, close: char) {
    out.push(open);
    for item in items {
        write(item, out);
        out.push(',');
    }
    out.push(close);
}

fn quoted<'a>(out: &mut String, elements: impl Iterator<Item = &'a Element>) {
    out.push('"');
    template(out, elements);
    out.push('"');
}

fn template<'a>(out: &mut String, elements: impl Iterator<Item = &'a Element>) {
    for element in elements {
        match element {
            Element::Literal(text) => out.push_str(&text.replace("${", "$${")),
            Element::Interpolation(interpolation) => {
                out.push_str("${");
                write(&interpolation.expr, out);
                out.push('}');
            }
            Element::Directive(directive) => write_directive(directive, out),
        }
    }
}

fn write_directive(directive: &Directive, out: &mut String) {
    let part = |out: &mut String, inner: &Template| template(out, inner.iter());
    match directive {
        Directive::If(branch) => {
            out.push_str("%{if ");
            write(&branch.if_expr.cond_expr, out);
            out.push('}');
            part(out, &branch.if_expr.template);
            if let Some(other) = &branch.else_expr {
                out.push_str("%{else}");
                part(out, &other.template);
            }
            out.push_str("%{endif}");
        }
        Directive::For(each) => {
            let _ = write!(out, "%{{for {} in ", each.for_expr.value_var.as_str());
            write(&each.for_expr.collection_expr, out);
            out.push('}');
            part(out, &each.for_expr.template);
            out.push_str("%{endfor}");
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn canon(text: &str) -> String {
        expression(&text.parse().expect("an expression"))
    }

    #[test]
    fn spellings_of_one_expression_fold() {
        for (one, other) in [
            ("\"${ var.env }-app\"", "\"${var.env}-app\""),
            ("\"${aws_iam_role.app.0.name}\"", "aws_iam_role.app[0].name"),
            ("var.on ? f( a , b ) : null", "var.on?f(a,b):null"),
            ("[ for r in x : r.name ]", "[for r in x: r.name]"),
            ("(var.a)", "var.a"),
            ("<<-E\n  a\n    b\n  E", "<<E\na\n  b\nE"),
        ] {
            assert_eq!(canon(one), canon(other), "{one} and {other}");
        }
    }

    #[test]
    fn different_expressions_stay_apart() {
        for (one, other) in [
            ("\"a\"", "a"),
            ("a.b", "a[\"b\"]"),
            ("[a]", "a"),
            ("(a + b) * c", "a + b * c"),
            ("\"$${a}\"", "\"${a}\""),
            ("<<-E\n  a ${var.x}\n    b\n  E", "<<-E\n  c ${var.x}\n    b\n  E"),
        ] {
            assert_ne!(canon(one), canon(other), "{one} and {other}");
        }
    }
}
