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
        out.push(Entry::new(0, path, &value, Span::new(FILE, tree.full(id))));
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

    fn prints(text: &str) -> Vec<u64> {
        let tree = Tree::parse(text, false).expect("YAML");
        outline(&tree, text).entries.iter().map(|entry| entry.print).collect()
    }

    const TEXT: &str = "a: &x !Ref B # c\n'b.c': [1, {}]\nd: !If\n- e\n- *x\n";

    #[test]
    fn every_scalar_has_its_place_and_layout_has_none() {
        let tree = Tree::parse(TEXT, false).expect("YAML");
        let outline = outline(&tree, TEXT);
        let texts: Vec<&str> = outline.entries.iter().map(|entry| TEXT[entry.at.range()].trim()).collect();
        assert_eq!(texts.len(), 6, "{texts:?}");
        assert_eq!(outline.comments, ["# c"]);
        assert_eq!(prints(TEXT), prints("a: &x   !Ref B\n\nb.c:\n  - 1\n  - {}\nd: !If [e, *x]\n"));
    }

    #[test]
    fn every_change_shows() {
        for (from, to) in
            [("B", "C"), ("!Ref", "!Sub"), ("b.c", "b.d"), ("{}", "[]"), ("!If", "!Or"), ("&x", "&y"), ("e", "f")]
        {
            let changed = TEXT.replace(from, to).replace("*x", if from == "&x" { "*y" } else { "*x" });
            assert_ne!(prints(TEXT), prints(&changed), "{from} to {to}");
        }
    }
}
