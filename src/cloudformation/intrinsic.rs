//! Intrinsic functions: the short form (`!Ref X`), the long one (`Ref: X`), and the text of `Fn::Sub`.

use std::ops::Range;

use crate::syntax::tree::{Entry, Tree, ValueId, ValueKind};

/// The functions that wirings are made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Function {
    Ref,
    GetAtt,
    Sub,
    Join,
    Select,
    Split,
    If,
    ImportValue,
    FindInMap,
    /// Any other; nothing is known of its result.
    Other,
}

impl Function {
    /// By its long name. `Ref` and `Condition` alone have no `Fn::`.
    fn from_long(name: &str) -> Option<Self> {
        match name.strip_prefix("Fn::") {
            // There is no `Fn::Ref`.
            Some("Ref") => None,
            Some(short) => Some(Function::from_short(short)),
            None if name == "Ref" => Some(Function::Ref),
            None => None,
        }
    }

    fn from_short(name: &str) -> Self {
        match name {
            "Ref" => Function::Ref,
            "GetAtt" => Function::GetAtt,
            "Sub" => Function::Sub,
            "Join" => Function::Join,
            "Select" => Function::Select,
            "Split" => Function::Split,
            "If" => Function::If,
            "ImportValue" => Function::ImportValue,
            "FindInMap" => Function::FindInMap,
            _ => Function::Other,
        }
    }
}

/// A function's call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(crate) function: Function,
    /// What it is called with. In the short form it is the tagged value itself.
    pub(crate) argument: ValueId,
    /// In the long form, the only entry of the mapping.
    pub(crate) long: Option<Entry>,
}

/// The call that this value is, if it is one.
pub(crate) fn call(tree: &Tree, id: ValueId) -> Option<Call> {
    if let Some(tag) = tree.tag(id) {
        return Some(Call { function: Function::from_short(tag), argument: id, long: None });
    }
    let [entry] = tree.entries(id) else { return None };
    let function = Function::from_long(tree.text(entry.key)?)?;
    Some(Call { function, argument: entry.value, long: Some(*entry) })
}

impl Call {
    /// The argument if it is written-out text (in the short form the tag is the function's own).
    pub(crate) fn text<'t>(&self, tree: &'t Tree) -> Option<&'t str> {
        if self.long.is_some() { tree.text(self.argument) } else { tree.scalar(self.argument) }
    }

    /// The arguments if it is called with a list.
    pub(crate) fn arguments<'t>(&self, tree: &'t Tree) -> &'t [ValueId] {
        if self.long.is_some() && tree.tag(self.argument).is_some() { &[] } else { tree.items(self.argument) }
    }
}

/// A piece of the text of `Fn::Sub`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Piece<'t> {
    /// Characters that stay (`${!x}` gives `${x}`).
    Literal(&'t str),
    /// The opening of an escaped variable.
    Escaped(&'t str),
    /// `${name}`: the name, and where it is in the text.
    Variable(&'t str, Range<usize>),
}

/// Takes the text of `Fn::Sub` apart.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut done = 0;
    let mut from = 0;
    while let Some(open) = text[from..].find("${").map(|at| from + at) {
        let Some(close) = text[open..].find('}').map(|at| open + at) else { break };
        let inside = &text[open + 2..close];
        from = close + 1;
        if inside.contains("${") || inside.is_empty() {
            // `${Role${N}}`: the inner one is the variable of a loop around.
            from = open + 2;
            continue;
        }
        if open > done {
            out.push(Piece::Literal(&text[done..open]));
        }
        match inside.strip_prefix('!') {
            Some(name) => out.push(Piece::Escaped(name)),
            None => {
                let name = inside.trim();
                let start = open + 2 + (inside.len() - inside.trim_start().len());
                out.push(Piece::Variable(name, start..start + name.len()));
            }
        }
        done = close + 1;
    }
    if done < text.len() {
        out.push(Piece::Literal(&text[done..]));
    }
    out
}

/// The text of an `Fn::Sub`, the scalar that has it, and the mapping of its own variables.
pub(crate) fn sub_text<'t>(tree: &'t Tree, call: &Call) -> Option<(&'t str, ValueId, Option<ValueId>)> {
    if let Some(text) = call.text(tree) {
        return Some((text, call.argument, None));
    }
    match *call.arguments(tree) {
        [text] => Some((tree.text(text)?, text, None)),
        [text, variables] => Some((tree.text(text)?, text, Some(variables))),
        _ => None,
    }
}

/// A logical ID and the attribute after its first dot.
pub(crate) fn split_attribute(name: &str) -> (&str, Option<&str>) {
    match name.split_once('.') {
        Some((id, attribute)) => (id, Some(attribute)),
        None => (name, None),
    }
}

/// Whether an ID can take the place of another one, whatever its quotes. CloudFormation allows no ID that cannot.
pub(crate) fn fits_any_quotes(id: &str) -> bool {
    id.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.' | '$' | '&' | '{' | '}'))
}

/// A value in one canonical spelling: two that are equal here are built alike.
pub(crate) fn canonical(tree: &Tree, id: ValueId) -> String {
    let mut out = String::new();
    write_canonical(tree, id, &mut out);
    out
}

/// A longer text is cut: such a value is compared with nothing.
const MAX_CANONICAL: usize = 4096;

fn write_canonical(tree: &Tree, id: ValueId, out: &mut String) {
    if out.len() > MAX_CANONICAL {
        return;
    }
    let value = tree.get(id);
    if let Some((tag, _)) = &value.tag {
        let prefix = if matches!(tag.as_ref(), "Ref" | "Condition") { "" } else { "Fn::" };
        out.push_str("{\"");
        out.push_str(prefix);
        out.push_str(tag);
        out.push_str("\":");
    }
    match value.kind {
        ValueKind::Scalar { text, .. } => {
            out.push('"');
            out.extend(text.escape_default());
            out.push('"');
        }
        ValueKind::List(items) => {
            out.push('[');
            for &item in items {
                write_canonical(tree, item, out);
                out.push(',');
            }
            out.push(']');
        }
        ValueKind::Mapping(entries) => {
            out.push('{');
            for entry in entries {
                write_canonical(tree, entry.key, out);
                out.push(':');
                write_canonical(tree, entry.value, out);
                out.push(',');
            }
            out.push('}');
        }
        ValueKind::Alias(target) => write_canonical(tree, target, out),
    }
    if value.tag.is_some() {
        out.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sub_text_is_taken_apart() {
        assert_eq!(
            pieces("a-${ X }${!Y}-${Z.Arn}"),
            [
                Piece::Literal("a-"),
                Piece::Variable("X", 5..6),
                Piece::Escaped("Y"),
                Piece::Literal("-"),
                Piece::Variable("Z.Arn", 16..21),
            ]
        );
        assert_eq!(pieces("${open"), [Piece::Literal("${open")]);
        assert_eq!(pieces("${Role${N}}"), [Piece::Literal("${Role"), Piece::Variable("N", 8..9), Piece::Literal("}")]);
    }

    #[test]
    fn short_and_long_forms_are_the_same_call() {
        let tree = Tree::parse("a: !GetAtt X.Arn\nb: {'Fn::GetAtt': X.Arn}\nc: {Ref: X, Y: Z}\n", false).expect("YAML");
        let values: Vec<_> = tree.entries(tree.documents[0]).iter().map(|entry| call(&tree, entry.value)).collect();
        assert!(values[2].is_none());
        let (short, long) = (values[0].expect("short"), values[1].expect("long"));
        assert_eq!((short.function, short.text(&tree)), (Function::GetAtt, Some("X.Arn")));
        assert_eq!((long.function, long.text(&tree)), (Function::GetAtt, Some("X.Arn")));
        let ids: Vec<_> = tree.entries(tree.documents[0]).iter().map(|entry| entry.value).collect();
        assert_ne!(canonical(&tree, ids[0]), canonical(&tree, ids[2]));
    }
}
