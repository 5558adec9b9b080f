//! One HCL file: parsed, and checked for what the parser lets through.

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};

use super::scan;
use crate::engine::ReadError;
use crate::source::{FileId, Source, Span, char_start};

/// The deepest nesting that the parser takes; deeper files are valid, but ipfix cannot read them.
const DEEPEST: &str = "nest";

/// A word of the message of the limit for operators in a row.
const LONGEST_CHAIN: &str = "chained";

/// A file as a syntax tree.
pub(super) struct File {
    /// The tree.
    pub(super) body: Body,
    /// Comments, in order.
    pub(super) comments: Vec<Range<usize>>,
}

/// Parses one file.
pub(super) fn parse(id: FileId, source: &Source) -> Result<File, ReadError> {
    let text = source.text();
    let body: Body = text.parse().map_err(|error: hcl_edit::parser::Error| {
        let offset = char_start(text, error.location().offset());
        let at_most = |what: &str| error.message().contains(what);
        let help = if at_most(DEEPEST) {
            "the file may be valid; ipfix reads at most 64 nested levels. Split the expression into locals"
        } else if at_most(LONGEST_CHAIN) {
            "the file may be valid; ipfix reads at most 128 operators in a row. Split the expression into locals"
        } else {
            "check the file with `terraform fmt`; if Terraform takes it, ipfix cannot read this file, and leaves it alone"
        };
        ReadError { at: Span::new(id, offset..offset), message: message(&error), help: Some(help.to_owned()) }
    })?;
    let fault = |offset: usize, message: &str| ReadError {
        at: Span::new(id, offset..offset),
        message: message.to_owned(),
        help: Some("Terraform refuses this file: correct it and run ipfix again".to_owned()),
    };
    let comments = scan::comments(text).map_err(|found| fault(found.offset, found.message))?;
    if let Some((offset, name)) = misnamed(&body) {
        return Err(fault(
            offset,
            &format!(
                "{name:?} is no name: a name starts with a letter or underscore and holds letters, digits, underscores and dashes"
            ),
        ));
    }
    Ok(File { body, comments })
}

/// The first label that Terraform does not take for a name, of the blocks that others refer to by name.
fn misnamed(body: &Body) -> Option<(usize, &str)> {
    let named = body.blocks().filter(|block| {
        matches!(block.ident.as_str(), "resource" | "data" | "module" | "variable" | "output" | "provider")
    });
    let mut labels = named.flat_map(|block| &block.labels);
    let bad = labels.find(|label| !is_name(label.as_str()))?;
    Some((bad.span().map_or(0, |at| at.start), bad.as_str()))
}

fn is_name(label: &str) -> bool {
    hcl_edit::Ident::try_new(label).is_ok()
}

fn message(error: &hcl_edit::parser::Error) -> String {
    let message = error.message().lines().collect::<Vec<_>>().join("; ");
    format!("cannot be parsed as HCL: {}", message.trim_end_matches('.'))
}

/// The range of an expression in its file. Everything that comes out of the parser has one.
pub(super) fn range(expression: &Expression) -> Range<usize> {
    expression.span().unwrap_or(0..0)
}

/// The text of a block's label.
pub(super) fn label(block: &Block, index: usize) -> Option<&str> {
    block.labels.get(index).map(hcl_edit::structure::BlockLabel::as_str)
}

/// The range of a block, from its type to its closing brace.
pub(super) fn block_range(block: &Block) -> Range<usize> {
    block.span().unwrap_or(0..0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_a_place() {
        let source = Source::new("a.tf", b"a = 1\nb = ]\n".to_vec(), true).expect("text");
        let error = parse(FileId(0), &source).map(|_| ()).expect_err("unbalanced");
        assert_eq!(source.position(error.at.start).line, 2);
        let source = Source::new("a.tf", b"x {\n  a = 1\n  a = 2\n}\n".to_vec(), true).expect("text");
        let error = parse(FileId(0), &source).map(|_| ()).expect_err("twice");
        assert_eq!(source.position(error.at.start).line, 3);
    }

    #[test]
    fn labels_are_names() {
        let parsed = |label: &str| {
            let text = format!("resource \"aws_iam_role\" \"{label}\" {{\n}}\n");
            parse(FileId(0), &Source::new("a.tf", text.into_bytes(), true).expect("text")).is_ok()
        };
        assert!(["app", "_a", "a-1", "größe"].iter().all(|label| parsed(label)));
        assert!(["", " x = <<p", "1a", "-a", "a.b"].iter().all(|label| !parsed(label)));
    }
}
