//! JSON into the tree. jsonc-parser gives places and keeps repeated keys; serde_json says first whether the text is JSON at all.

use jsonc_parser::common::Ranged;
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, ParseOptions, ast};

use super::{Entry, Failure, Kind, Style, Syntax, Tree, Value, ValueId};

/// jsonc-parser with every leniency switched off.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(super) fn parse(text: &str) -> Result<Tree, Failure> {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => locate(text),
        Err(error) => {
            Err(Failure { offset: offset(text, error.line(), error.column()), message: without_place(&error) })
        }
    }
}

/// The tree of a text that a strict parser has read already.
pub(super) fn locate(text: &str) -> Result<Tree, Failure> {
    let parsed = jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &STRICT).map_err(|error| Failure {
        offset: error.range().start,
        message: match error.kind() {
            ParseErrorKind::NestingDepthExceeded => super::too_deep(512),
            other => other.to_string(),
        },
    })?;
    let mut tree = Tree::new(Syntax::Json);
    if let Some(value) = &parsed.value {
        let root = add(&mut tree, value, None);
        tree.documents.push(root);
    }
    Ok(tree)
}

fn add(tree: &mut Tree, value: &ast::Value<'_>, parent: Option<ValueId>) -> ValueId {
    let range = value.range();
    let content = range.start..range.end;
    match value {
        ast::Value::StringLit(string) => scalar(tree, &string.value, Style::Double, content, parent),
        ast::Value::NumberLit(number) => scalar(tree, number.value, Style::Plain, content, parent),
        ast::Value::BooleanLit(boolean) => {
            scalar(tree, if boolean.value { "true" } else { "false" }, Style::Plain, content, parent)
        }
        ast::Value::NullKeyword(_) => scalar(tree, "null", Style::Plain, content, parent),
        ast::Value::Array(array) => {
            let id = collection(tree, Kind::List(Vec::new()), content, parent);
            let items = array.elements.iter().map(|item| add(tree, item, Some(id))).collect();
            tree.get_mut(id).kind = Kind::List(items);
            id
        }
        ast::Value::Object(object) => {
            let id = collection(tree, Kind::Mapping(Vec::new()), content, parent);
            let mut entries = Vec::with_capacity(object.properties.len());
            for property in &object.properties {
                let range = property.name.range();
                let key = scalar(tree, property.name.as_str(), Style::Double, range.start..range.end, Some(id));
                entries.push(Entry { key, value: add(tree, &property.value, Some(id)) });
            }
            tree.note_bad_keys(&entries);
            tree.get_mut(id).kind = Kind::Mapping(entries);
            id
        }
    }
}

fn scalar(
    tree: &mut Tree,
    text: &str,
    style: Style,
    content: std::ops::Range<usize>,
    parent: Option<ValueId>,
) -> ValueId {
    tree.push(Value {
        kind: Kind::Scalar { text: text.into(), style },
        content,
        tag: None,
        anchor: None,
        flow: false,
        parent,
    })
}

fn collection(tree: &mut Tree, kind: Kind, content: std::ops::Range<usize>, parent: Option<ValueId>) -> ValueId {
    tree.push(Value { kind, content, tag: None, anchor: None, flow: true, parent })
}

/// serde_json counts lines and byte columns from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start = if line <= 1 {
        0
    } else {
        text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').nth(line - 2).map_or(text.len(), |(at, _)| at + 1)
    };
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_keys_stay_visible_and_places_are_bytes() {
        let text = "{\"ä\": [1, {\"a\": null}], \"ä\": true}";
        let tree = parse(text).expect("JSON");
        let root = tree.documents[0];
        assert_eq!(tree.entries(root).len(), 2);
        assert_eq!(tree.bad_keys, [tree.entries(root)[1].key]);
        assert_eq!(&text[tree.whole(tree.entries(root)[0].value)], "[1, {\"a\": null}]");
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        for (text, line_offset) in
            [("{\"a\": 1,}", 8), ("{\n  \"a\": 01\n}", 10), ("{\"a\": 1 // c\n}", 8), ("{'a': 1}", 1)]
        {
            assert_eq!(parse(text).expect_err(text).offset, line_offset, "{text}");
        }
    }
}
