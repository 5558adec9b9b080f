//! Expressions in one canonical spelling, for telling whether two are the same: their tokens, without white space, comments, trailing commas, and
//! without parentheses or the quotes of a lone interpolation around the whole.

use crate::syntax::hcl_tokens::{Kind, Token, tokens};

/// The canonical spelling of the text of an expression.
pub(crate) fn canonical(text: &str) -> String {
    let tokens: Vec<Token<'_>> = tokens(text, 0).filter(|token| !token.is_trivia()).collect();
    let tokens = without_wrapping(&tokens);
    let mut out = String::with_capacity(text.len());
    let mut after_code = false;
    for (number, token) in tokens.iter().enumerate() {
        let closes = tokens.get(number + 1).is_some_and(|next| matches!(next.text, ")" | "]" | "}"));
        if token.text == "," && closes {
            continue;
        }
        let is_code = token.kind != Kind::Text;
        if after_code && is_code && out.ends_with(is_word) && token.text.starts_with(is_word) {
            out.push(' ');
        }
        // `.0` is an index too.
        match token
            .text
            .strip_prefix('.')
            .filter(|index| is_code && index.starts_with(|first: char| first.is_ascii_digit()))
        {
            Some(index) => out.extend(["[", index, "]"]),
            None => out.push_str(token.text),
        }
        after_code = is_code;
    }
    out
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-')
}

/// What is inside of `( )` or `"${ }"`.
fn without_wrapping<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let is_one = |inner: &[Token<'_>], open: &Token<'_>| inner.iter().all(|token| token.depth > open.depth);
    match tokens {
        [open, inner @ .., _] if open.text == "(" && is_one(inner, open) => without_wrapping(inner),
        [quote, open, inner @ .., _, _] if quote.kind == Kind::Quote && open.text == "${" && is_one(inner, open) => {
            without_wrapping(inner)
        }
        _ => tokens,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_expression_fold() {
        for (one, other) in [
            ("\"${ var.env }-app\"", "\"${var.env}-app\""),
            ("\"${aws_iam_role.app.0.name}\"", "aws_iam_role.app[0].name"),
            ("var.on ? f( a , b, ) : null", "var.on?f(a,b):null"),
            ("[ for r in x : r.name ]", "[for r in x: r.name]"),
            ("(var.a)", "var.a"),
            ("[\n  a,\n  b,\n]", "[a, b]"),
            ("( # one\n  f(a.*.b) /* two */ )", "f(a.*.b)"),
            ("(\"${(a)}\")", "a"),
            ("a - b", "a  -b"),
        ] {
            assert_eq!(canonical(one), canonical(other), "{one} and {other}");
        }
    }

    #[test]
    fn different_expressions_stay_apart() {
        for (one, other) in [
            ("\"a\"", "a"),
            ("a.b", "a[\"b\"]"),
            ("[a]", "a"),
            ("(a + b) * c", "a + b * c"),
            ("\"${a}${b}\"", "\"${a}\""),
            ("\"$${a}\"", "\"${a}\""),
            ("\"a\\nb\"", "\"a\\n b\""),
            ("(\"${a ? b : c}\").d", "a ? b : c.d"),
            ("{ (a) = 1 }", "{ a = 1 }"),
            ("(a) + (b)", "a) + (b"),
            ("a - b", "a-b"),
            ("<<-E\n  a ${var.x}\n    b\n  E", "<<-E\n  c ${var.x}\n    b\n  E"),
        ] {
            assert_ne!(canonical(one), canonical(other), "{one} and {other}");
        }
    }

    #[test]
    fn no_text_makes_it_panic() {
        for text in [")", "}]", "\"", "\"${", "{ = , }", ": =", "\"\\", "\"\\é\"", "\"x\ny", "${", "(\"${a}\"", "é.0.1"]
        {
            canonical(text);
        }
    }
}
