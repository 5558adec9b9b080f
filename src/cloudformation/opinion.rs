//! A second opinion: does an independent parser read the text as our tree does?
//!
//! Our tree of the text before and our tree of the text after differ by exactly the plan (that is verified elsewhere, on outlines). If
//! another parser, with another grammar engine, reads both texts as our trees have them, then the difference that *it* sees is the plan
//! too. serde_yaml stands on libyaml, as CloudFormation's own tools do; serde_json is strict.

use serde_yaml::Value as Yaml;

use super::tree::{Failure, Kind, Style, Syntax, Tree, ValueId};
use crate::source::Source;

/// Has the second parser read a file, and compares its reading with ours.
pub(crate) fn agree(source: &Source, tree: &Tree) -> Result<(), Failure> {
    let text = source.text();
    let root = tree.documents.first();
    let differs = match tree.syntax {
        Syntax::Json => {
            let value = serde_json::from_str(text).map_err(|error| Failure {
                offset: offset_of(source, error.line(), error.column()),
                message: format!("a second parser, serde_json, cannot read this: {error}"),
            })?;
            root.and_then(|&root| differs_from_json(tree, root, &value))
        }
        Syntax::Yaml => {
            let value: Yaml = serde_yaml::from_str(text).map_err(|error| Failure {
                offset: error.location().map_or(0, |at| offset_of(source, at.line(), at.column())),
                message: format!("a second parser, libyaml, cannot read this: {error}"),
            })?;
            root.and_then(|&root| differs_from_yaml(tree, root, &value, true))
        }
    };
    match differs {
        None => Ok(()),
        Some(id) => {
            Err(Failure { offset: tree.full(id).start, message: "two parsers read this value differently".to_owned() })
        }
    }
}

/// Both parsers count lines and columns from 1; a column that is off by some bytes does no harm.
fn offset_of(source: &Source, line: usize, column: usize) -> usize {
    let starts = source.line_starts();
    let start = starts.get(line.saturating_sub(1)).copied().unwrap_or(source.text().len());
    let mut at = (start + column.saturating_sub(1)).min(source.text().len());
    while !source.text().is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The first value that the two have differently.
fn differs_from_json(tree: &Tree, id: ValueId, value: &serde_json::Value) -> Option<ValueId> {
    use serde_json::Value;
    let same = match (&tree.get(id).kind, value) {
        (Kind::Scalar { text, style }, Value::String(other)) => *style == Style::Double && **text == **other,
        (Kind::Scalar { text, style: Style::Plain }, Value::Null) => **text == *"null",
        (Kind::Scalar { text, style: Style::Plain }, Value::Bool(other)) => text.parse() == Ok(*other),
        // A number may be written in several ways, so the two texts need not be equal.
        (Kind::Scalar { style: Style::Plain, .. }, Value::Number(_)) => true,
        (Kind::List(items), Value::Array(others)) if items.len() == others.len() => {
            return items.iter().zip(others).find_map(|(&item, other)| differs_from_json(tree, item, other));
        }
        (Kind::Mapping(entries), Value::Object(others)) if entries.len() == others.len() => {
            return entries.iter().find_map(|entry| match tree.scalar(entry.key).and_then(|key| others.get(key)) {
                Some(other) => differs_from_json(tree, entry.value, other),
                None => Some(entry.key),
            });
        }
        _ => false,
    };
    if same { None } else { Some(id) }
}

/// Likewise; `tagged` says whether the value's tag is still to be compared.
fn differs_from_yaml(tree: &Tree, id: ValueId, value: &Yaml, tagged: bool) -> Option<ValueId> {
    let own = tree.get(id);
    if let Kind::Alias(target) = own.kind {
        return differs_from_yaml(tree, target, value, true).map(|_| id);
    }
    if tagged && let Some((tag, _)) = &own.tag {
        return match value {
            Yaml::Tagged(other) if other.tag == tag.as_ref() => differs_from_yaml(tree, id, &other.value, false),
            // A tag of YAML's own (`!!int`) says how to read a scalar and is gone afterwards.
            other if tag.starts_with("tag:yaml.org,2002:") && !matches!(other, Yaml::Tagged(_)) => None,
            _ => Some(id),
        };
    }
    let same = match (&own.kind, value) {
        (Kind::Scalar { text, .. }, Yaml::String(other)) => **text == **other,
        (Kind::Scalar { style: Style::Plain, .. }, Yaml::Null | Yaml::Bool(_) | Yaml::Number(_)) => true,
        (Kind::List(items), Yaml::Sequence(others)) if items.len() == others.len() => {
            return items.iter().zip(others).find_map(|(&item, other)| differs_from_yaml(tree, item, other, true));
        }
        (Kind::Mapping(entries), Yaml::Mapping(others)) if entries.len() == others.len() => {
            return entries.iter().zip(others).find_map(|(entry, (key, other))| {
                differs_from_yaml(tree, entry.key, key, true)
                    .or_else(|| differs_from_yaml(tree, entry.value, other, true))
            });
        }
        _ => false,
    };
    if same { None } else { Some(id) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opinion(text: &str) -> Result<(), Failure> {
        let tree = Tree::parse(text, false)?;
        agree(&Source::new("t.yaml", text.as_bytes().to_vec(), true).expect("text"), &tree)
    }

    #[test]
    fn both_parsers_read_everyday_text_alike() {
        for text in [
            "a: !Ref X\nb: !GetAtt [X, Arn]\nc: &x {d: 1, e: yes, f: ~}\ng: *x\nh: !Sub\n- a\n- {}\n",
            "a: |\n  x\n\n  y\nb: >-\n  x\n  y\nc: \"\\u00e4\"\nd: 'it''s'\n",
            "a: |\n  x",
            "{\"a\": [1, 1e3, true, null, \"\\u00e4\"], \"b\": {\"Ref\": \"X\"}}",
            "<<: {a: b}\n",
            "a: !!str 1\nb: 0x1F\nc: 2010-09-09\n",
        ] {
            assert_eq!(opinion(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_the_other_parser_refuses_is_told() {
        for text in ["a: 1\na: 2\n", "{\"a\": \"\u{1}\"}", "a: &x [1]\nb: &y [*x,*x]\nc: *y\n{"] {
            assert!(opinion(text).is_err(), "{text}");
        }
    }

    /// Where the two parsers are known to differ from each other or from YAML's letter. An upgrade of either shows here.
    #[test]
    fn the_edges_of_both_parsers() {
        // (text, ours reads it, the other reads it)
        let edges = [
            ("a: \"\u{2028}\"\n", true, true),
            ("a:\n\t\n  b: 1\n", true, false),
            ("{\"k\"\n: v}\n", true, false),
            ("a: {\n\tb: 1}\n", false, true),
            ("a: \"\\ud83d\\ude00\"\n", true, false),
            ("a: 1\na: 2\n", true, false),
            ("? [a]\n: b\n", true, true),
            ("a: .nan\n", true, true),
            ("a: *x\n", false, false),
            ("a: b: c\n", false, false),
            ("\u{feff}a: 1\n", true, true),
            ("", true, true),
        ];
        for (text, ours, other) in edges {
            let read = (Tree::parse(text, false).is_ok(), serde_yaml::from_str::<Yaml>(text).is_ok());
            assert_eq!(read, (ours, other), "{text:?}");
        }
        for (depth, ours, other) in [(120, true, true), (200, true, false), (300, false, false)] {
            let text = format!("a: {}{}\n", "[".repeat(depth), "]".repeat(depth));
            let read = (Tree::parse(&text, false).is_ok(), serde_yaml::from_str::<Yaml>(&text).is_ok());
            assert_eq!(read, (ours, other), "{depth}");
        }
    }
}
