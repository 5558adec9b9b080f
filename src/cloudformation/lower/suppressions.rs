//! Suppressions in metadata: `Metadata: {ipfix: {ignore: [IPF001]}}` on a resource or on the template.

use std::ops::Range;

use crate::cloudformation::detect::Layout;
use crate::cloudformation::lower::scope::FILE;
use crate::cloudformation::lower::scope::Scope;
use crate::model::Suppression;
use crate::suppression;
use crate::syntax::tree::{Tree, ValueId};
use crate::text::{Source, Span};

/// All suppressions of a template, including those in comments.
pub(crate) fn suppressions(tree: &Tree, layout: &Layout, scope: &Scope, source: &Source) -> Vec<Suppression> {
    let mut out = suppression::suppressions(FILE, source, &tree.comments);
    out.extend(in_metadata(tree, layout.root, 0..source.text().len()));
    for resource in &scope.resources {
        out.extend(in_metadata(tree, resource.body, tree.span(resource.entry)));
    }
    out
}

/// `ignore` takes a list of codes, one code, or `true` for all rules.
fn in_metadata(tree: &Tree, body: ValueId, covers: Range<usize>) -> Option<Suppression> {
    let metadata = tree.member(body, "Metadata")?;
    let rules = tree.member(tree.member(metadata, "ipfix")?, "ignore")?;
    let codes: Vec<String> = match tree.text(rules) {
        Some("true") => Vec::new(),
        Some(code) => vec![code.to_ascii_uppercase()],
        None => {
            let codes: Vec<String> =
                tree.items(rules).iter().filter_map(|&code| tree.text(code)).map(str::to_ascii_uppercase).collect();
            (!codes.is_empty()).then_some(codes)?
        }
    };
    let (span, covers) = (Span::new(FILE, tree.full_span(rules)), Span::new(FILE, covers));
    Some(Suppression { codes, span, covers, is_inherited: false })
}
