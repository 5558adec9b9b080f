//! The structure of a template for comparing before with after.

use super::lower::FILE;
use super::tree::{Kind, Tree, ValueId};
use crate::engine::{Entry, Outline};
use crate::source::Span;

/// Every scalar, alias, empty collection, and tag of a collection, by path; and every comment.
pub(crate) fn outline(tree: &Tree, text: &str) -> Outline {
    let mut outline = Outline::default();
    for &document in &tree.documents {
        add(tree, text, document, &mut String::new(), &mut outline.entries);
    }
    outline.comments = tree.comments.iter().map(|comment| text[comment.clone()].trim_end().to_owned()).collect();
    outline
}

fn add(tree: &Tree, text: &str, id: ValueId, path: &mut String, out: &mut Vec<Entry>) {
    let value = tree.get(id);
    let mut prefix = String::new();
    if let Some((tag, _)) = &value.tag {
        prefix = format!("!{tag}");
    }
    if let Some(anchor) = &value.anchor {
        prefix = format!("{} {prefix}", &text[anchor.clone()]);
    }
    let mut entry = |value: String, path: &str| {
        out.push(Entry { depth: 0, name: path.to_owned(), value, at: Span::new(FILE, tree.full(id)) });
    };
    match &value.kind {
        Kind::Scalar { text, .. } => {
            entry(if prefix.is_empty() { text.to_string() } else { format!("{prefix} {text}") }, path)
        }
        Kind::Alias(_) => entry(text[value.content.clone()].to_owned(), path),
        Kind::List(items) if items.is_empty() => entry(format!("{prefix}[]"), path),
        Kind::Mapping(entries) if entries.is_empty() => entry(format!("{prefix}{{}}"), path),
        Kind::List(items) => {
            if !prefix.is_empty() {
                entry(prefix, path);
            }
            for (index, &item) in items.iter().enumerate() {
                within(path, &format!("[{index}]"), |path| add(tree, text, item, path, out));
            }
        }
        Kind::Mapping(entries) => {
            if !prefix.is_empty() {
                entry(prefix, path);
            }
            for entry in entries {
                let key = segment(tree.scalar(entry.key).unwrap_or_default(), path.is_empty());
                within(path, &key, |path| add(tree, text, entry.value, path, out));
            }
        }
    }
}

fn within(path: &mut String, segment: &str, then: impl FnOnce(&mut String)) {
    let length = path.len();
    path.push_str(segment);
    then(path);
    path.truncate(length);
}

/// A key as part of a path: with a dot before it, and quoted if it has characters that paths use.
fn segment(key: &str, first: bool) -> String {
    let plain =
        !key.is_empty() && key.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, ':' | '_' | '-'));
    match (first, plain) {
        (true, true) => key.to_owned(),
        (false, true) => format!(".{key}"),
        (true, false) => format!("{key:?}"),
        (false, false) => format!(".{key:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scalar_has_its_path() {
        let text = "a: &x !Ref B # c\n'b.c': [1, {}]\nd: !If\n- e\n- *x\n";
        let tree = Tree::parse(text, false).expect("YAML");
        let outline = outline(&tree, text);
        let entries: Vec<_> = outline.entries.iter().map(|entry| (entry.name.as_str(), entry.value.as_str())).collect();
        assert_eq!(
            entries,
            [
                ("a", "&x !Ref B"),
                ("\"b.c\"[0]", "1"),
                ("\"b.c\"[1]", "{}"),
                ("d", "!If"),
                ("d[0]", "e"),
                ("d[1]", "*x")
            ]
        );
        assert_eq!(outline.comments, ["# c"]);
    }
}
