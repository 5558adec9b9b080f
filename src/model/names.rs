//! Whether two names may be the same. IAM ignores case in names (IAM API reference, CreateInstanceProfile: InstanceProfileName).

use super::{Part, TemplateString};

/// Whether two names are the same at deployment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Same {
    Surely,
    Perhaps,
    Never,
}

/// Compares two names, of which one or both may be computed.
///
/// A module may have thousands of names, so most pairs must be distinguished without a comparison of every character.
pub(crate) fn compare(one: &TemplateString, other: &TemplateString) -> Same {
    if let (Some(one), Some(other)) = (one.as_literal(), other.as_literal()) {
        return if same_letters(one, other) { Same::Surely } else { Same::Never };
    }
    let ends = |first: Option<&Part>, second: Option<&Part>, apart: fn(&str, &str) -> bool| match (first, second) {
        (Some(Part::Literal(first)), Some(Part::Literal(second))) => apart(first, second),
        _ => false,
    };
    if ends(one.0.first(), other.0.first(), start_apart) || ends(one.0.last(), other.0.last(), end_apart) {
        return Same::Never;
    }
    let (mut one, mut other) = (pieces(one), pieces(other));
    let common = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    one.drain(..common);
    other.drain(..common);
    let common = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    one.truncate(one.len() - common);
    other.truncate(other.len() - common);
    match (one.as_slice(), other.as_slice()) {
        ([], []) => Same::Surely,
        ([], rest) | (rest, []) if rest.iter().any(|piece| matches!(piece, Piece::Character(_))) => Same::Never,
        (one, other) if differ(one.first(), other.first()) || differ(one.last(), other.last()) => Same::Never,
        (one, other) if is_literal(one) && !fits(other, one) || is_literal(other) && !fits(one, other) => Same::Never,
        _ => Same::Perhaps,
    }
}

fn same_letters(one: &str, other: &str) -> bool {
    match one.is_ascii() && other.is_ascii() {
        true => one.eq_ignore_ascii_case(other),
        false => one.to_lowercase() == other.to_lowercase(),
    }
}

/// Whether neither text starts with the other.
fn start_apart(one: &str, other: &str) -> bool {
    let length = one.len().min(other.len());
    one.is_ascii() && other.is_ascii() && !one[..length].eq_ignore_ascii_case(&other[..length])
}

/// Whether neither text ends with the other.
fn end_apart(one: &str, other: &str) -> bool {
    let length = one.len().min(other.len());
    let tail = |text: &str| text.len() - length;
    one.is_ascii() && other.is_ascii() && !one[tail(one)..].eq_ignore_ascii_case(&other[tail(other)..])
}

/// A character, or a computed part.
#[derive(PartialEq, Eq)]
enum Piece<'t> {
    Character(char),
    Computed(&'t Part),
}

fn pieces(text: &TemplateString) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    for part in &text.0 {
        match part {
            Part::Literal(text) => out.extend(text.chars().flat_map(char::to_lowercase).map(Piece::Character)),
            computed => out.push(Piece::Computed(computed)),
        }
    }
    out
}

fn differ(one: Option<&Piece<'_>>, other: Option<&Piece<'_>>) -> bool {
    matches!((one, other), (Some(Piece::Character(one)), Some(Piece::Character(other))) if one != other)
}

fn is_literal(pieces: &[Piece<'_>]) -> bool {
    pieces.iter().all(|piece| matches!(piece, Piece::Character(_)))
}

/// Whether a pattern may evaluate to this text: the literal parts of the pattern occur in it, in order.
fn fits(pattern: &[Piece<'_>], text: &[Piece<'_>]) -> bool {
    let mut rest = text;
    for stretch in pattern.split(|piece| matches!(piece, Piece::Computed(_))).filter(|stretch| !stretch.is_empty()) {
        let Some(at) = rest.windows(stretch.len()).position(|window| window == stretch) else { return false };
        rest = &rest[at + stretch.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(parts: &[&str]) -> TemplateString {
        let mut text = TemplateString::default();
        for part in parts {
            match part.strip_prefix('$') {
                Some(expression) => text.0.push(Part::Interpolation(expression.to_owned())),
                None => text.push_literal(part),
            }
        }
        text
    }

    #[test]
    fn computed_names() {
        for (one, other, same) in [
            (&["App"][..], &["app"][..], Same::Surely),
            (&["app"], &["app2"], Same::Never),
            (&["$var.a", "-role"], &["$var.a", "-ROLE"], Same::Surely),
            (&["$var.a", "-role"], &["$var.a", "-profile"], Same::Never),
            (&["$var.a"], &["$var.a", "-profile"], Same::Never),
            (&["$var.a"], &["$var.a", "$var.b"], Same::Perhaps),
            (&["$var.a"], &["$var.b"], Same::Perhaps),
            (&["$var.a"], &["app"], Same::Perhaps),
            (&["web-", "$var.a"], &["app"], Same::Never),
            (&["a", "$var.a", "x", "$var.b", "b"], &["a1x2b"], Same::Perhaps),
            (&["a", "$var.a", "x", "$var.b", "b"], &["a12b"], Same::Never),
            (&["a", "$var.a"], &["$var.b", "b"], Same::Perhaps),
            (&[], &[], Same::Surely),
        ] {
            assert_eq!(compare(&text(one), &text(other)), same, "{one:?} {other:?}");
            assert_eq!(compare(&text(other), &text(one)), same, "{other:?} {one:?}");
        }
    }
}
