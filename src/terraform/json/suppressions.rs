//! Suppressions in the comments of JSON files: `"//": "ipfix:ignore[IPF001]"`.

use crate::model::Suppression;
use crate::suppression;
use crate::syntax::tree::ValueKind;
use crate::terraform::json::JsonFile;
use crate::text::{FileId, Source, Span};

/// All suppressions of a file. A comment is about the body that it is in.
pub(crate) fn suppressions(id: FileId, source: &Source, json: &JsonFile) -> Vec<Suppression> {
    let tree = &json.tree;
    let mut out = Vec::new();
    for (value, covers) in &json.comments {
        let texts = match tree.kind(*value) {
            ValueKind::List(items) => items,
            _ => std::slice::from_ref(value),
        };
        for &text in texts {
            let at = Span::new(id, tree.content_span(text));
            let covers = Span::new(id, covers.clone());
            out.extend(tree.text(text).and_then(|text| suppression::in_text(text, at, covers, source)));
        }
    }
    out
}
