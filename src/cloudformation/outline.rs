//! The structure of a template for comparing before with after.

use super::lower::FILE;
use crate::language::{Entry, Outline, fingerprint};
use crate::syntax::tree::{Tree, ValueId, ValueKind};
use crate::text::Span;

/// Every scalar, alias, empty collection, and tag or anchor of a collection, by path; and every comment.
pub(crate) fn outline(tree: &Tree, text: &str) -> Outline {
    let mut outline = Outline::default();
    for &document in &tree.documents {
        add(tree, text, document, 0, &mut outline.entries);
    }
    outline.comments = tree.comments.iter().map(|comment| text[comment.clone()].trim_end().to_owned()).collect();
    outline
}

/// `path` is a fingerprint of the keys and indices that lead to the value.
fn add(tree: &Tree, text: &str, id: ValueId, path: u64, out: &mut Vec<Entry>) {
    let value = tree.get(id);
    let anchor = value.anchor.as_ref().map(|anchor| &text[anchor.clone()]);
    let tag = value.tag.as_ref().map(|(tag, _)| &**tag);
    let (kind, written) = match &value.kind {
        ValueKind::Scalar { text, .. } => ("scalar", &**text),
        ValueKind::Alias(_) => ("alias", &text[value.content.clone()]),
        ValueKind::List(items) => (if items.is_empty() { "[]" } else { "list" }, ""),
        ValueKind::Mapping(entries) => (if entries.is_empty() { "{}" } else { "mapping" }, ""),
    };
    // Of a collection with contents, the contents tell all but what is written before it, and only that is compared: what becomes of
    // the contents is no change of it.
    let before = [value.tag.as_ref().map(|(_, tag)| tag.end), value.anchor.as_ref().map(|anchor| anchor.end)];
    let end = match before.into_iter().flatten().max() {
        before if matches!(kind, "list" | "mapping") => before,
        _ => Some(tree.full_span(id).end),
    };
    if let Some(end) = end {
        let at = Span::new(FILE, tree.full_span(id).start..end);
        out.push(Entry::new(0, path, (kind, anchor, tag, written), at));
    }
    for (index, &item) in tree.items(id).iter().enumerate() {
        add(tree, text, item, fingerprint((path, index)), out);
    }
    for entry in tree.entries(id) {
        let key = tree.scalar(entry.key).unwrap_or_default();
        add(tree, text, entry.value, fingerprint((path, key)), out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prints(text: &str) -> Vec<u64> {
        let tree = Tree::parse(text, false).expect("YAML");
        outline(&tree, text).entries.iter().map(|entry| entry.fingerprint).collect()
    }

    const TEXT: &str = "a: &x !Ref B # c\n'b.c': [1, {}]\nd: !If\n- e\n- *x\n";

    #[test]
    fn every_scalar_has_its_place_and_layout_has_none() {
        let tree = Tree::parse(TEXT, false).expect("YAML");
        let outline = outline(&tree, TEXT);
        let texts: Vec<&str> = outline.entries.iter().map(|entry| TEXT[entry.span.range()].trim()).collect();
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
