//! The structure of JSON files for verification: every value by its path.

use crate::language::{Entry, Outline};
use crate::syntax::tree::{Tree, ValueId, ValueKind};
use crate::text::{FileId, Source, Span};

/// The outline of one file. The items of a list have no number, so that a new one changes none behind it: depth and order tell where each is.
pub(crate) fn outline(id: FileId, source: &Source, tree: &Tree, out: &mut Outline) {
    out.entries.push(Entry::new(0, source.path().display().to_string(), "", Span::new(id, 0..0)));
    for &document in &tree.documents {
        add(id, tree, (document, ""), tree.get(document).content.start, 1, &mut out.entries);
    }
}

/// `start` is where the value starts with its key.
fn add(id: FileId, tree: &Tree, (value, name): (ValueId, &str), start: usize, depth: u32, out: &mut Vec<Entry>) {
    let content = tree.get(value).content;
    let whole = Span::new(id, start..content.end);
    // What becomes of the contents is no change of what holds them.
    let heading = Span::new(id, start..content.start + 1);
    match tree.kind(value) {
        ValueKind::Scalar { text, style } => out.push(Entry::new(depth, name, (format!("{style:?}"), text), whole)),
        ValueKind::Alias(_) => out.push(Entry::new(depth, name, "alias", whole)),
        ValueKind::List(items) => {
            out.push(Entry::new(depth, name, "[]", heading));
            for &item in items {
                add(id, tree, (item, ""), tree.get(item).content.start, depth + 1, out);
            }
        }
        ValueKind::Mapping(entries) => {
            out.push(Entry::new(depth, name, "{}", heading));
            for entry in entries {
                let key = tree.scalar(entry.key).unwrap_or_default();
                add(id, tree, (entry.value, key), tree.get(entry.key).content.start, depth + 1, out);
            }
        }
    }
}
