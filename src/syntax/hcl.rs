//! One HCL file: parsed, and checked for what the parser lets through.

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::structure::{Block, Body};

use crate::syntax::hcl_lenient;
use crate::syntax::hcl_lenient::Tree;
use crate::syntax::hcl_tokens;
use crate::text::ReadError;
use crate::text::{FileId, Source, Span, floor_char_boundary};

/// A word of the parser's message about its limit for nesting. Deeper files are valid, but ipfix cannot read them.
const NESTING_LIMIT: &str = "nest";

/// A word of its message about the limit for operators in a row.
const CHAIN_LIMIT: &str = "chained";

/// A file as a syntax tree.
pub(crate) struct File {
    /// The tree.
    pub(crate) body: Body,
    /// Comments, in order.
    pub(crate) comments: Vec<Range<usize>>,
    /// Objects that have a key twice, in order.
    pub(crate) repeated: Vec<Range<usize>>,
    /// What Terraform refuses, though the rest can be read.
    pub(crate) notes: Vec<ReadError>,
}

/// Parses one file.
pub(crate) fn parse(id: FileId, source: &Source) -> Result<File, ReadError> {
    let text = source.text();
    let fault = |offset: usize, message: &str| ReadError {
        span: Span::new(id, offset..offset),
        message: message.to_owned(),
        help: Some("Terraform rejects this file: fix it, then run ipfix again".to_owned()),
    };
    let scan = hcl_tokens::scan(text);
    let Tree { body, repeated } = match (hcl_lenient::parse(text, scan.as_ref().ok()), &scan) {
        (Ok(tree), _) => tree,
        // The key alone would be no reason.
        (Err(error), Err(found)) if hcl_lenient::is_repeated_key(&error) => {
            return Err(fault(found.offset, found.message));
        }
        (Err(error), _) => return Err(refused(id, text, &error)),
    };
    let hcl_tokens::Scan { comments, .. } = scan.map_err(|found| fault(found.offset, found.message))?;
    let mut notes = Vec::new();
    for label in labels(&body).filter(|label| !is_name(label.text)) {
        let message = format!(
            "{:?} is not a valid name: a name starts with a letter or underscore and contains only letters, digits, underscores and dashes",
            label.text
        );
        if label.is_referred_to {
            return Err(fault(label.offset, &message));
        }
        let help = "Terraform 0.12 and later reject it; ipfix reads the rest of the file".to_owned();
        notes.push(ReadError { span: Span::new(id, label.offset..label.offset), message, help: Some(help) });
    }
    Ok(File { body, comments, repeated, notes })
}

/// What the parser says, and what that means for the file.
fn refused(id: FileId, text: &str, error: &hcl_edit::parser::Error) -> ReadError {
    let offset = floor_char_boundary(text, error.location().offset());
    let mentions = |what: &str| error.message().contains(what);
    let help = if mentions(NESTING_LIMIT) {
        "the file may be valid; ipfix reads at most 64 nested levels. Split the expression into locals"
    } else if mentions(CHAIN_LIMIT) {
        "the file may be valid; ipfix reads at most 128 operators in a row. Split the expression into locals"
    } else {
        "check the file with `terraform fmt`; if Terraform accepts it, this is a limitation of ipfix, which does not change the file"
    };
    ReadError { span: Span::new(id, offset..offset), message: message(error), help: Some(help.to_owned()) }
}

/// A label that must be a name.
struct Label<'a> {
    offset: usize,
    text: &'a str,
    /// Whether it is part of the address of something that ipfix looks at.
    is_referred_to: bool,
}

/// The labels of the blocks that others refer to by name.
fn labels(body: &Body) -> impl Iterator<Item = Label<'_>> {
    body.blocks().flat_map(|block| {
        let kind = block.ident.as_str();
        let (is_named, is_referred_to) = match kind {
            "resource" | "data" | "module" | "provider" => (true, true),
            "variable" | "output" => (true, false),
            _ => (false, false),
        };
        block.labels.iter().filter(move |_| is_named).map(move |label| Label {
            offset: label.span().map_or(0, |at| at.start),
            text: label.as_str(),
            is_referred_to,
        })
    })
}

fn is_name(label: &str) -> bool {
    hcl_edit::Ident::try_new(label).is_ok()
}

fn message(error: &hcl_edit::parser::Error) -> String {
    let message = error.message().lines().collect::<Vec<_>>().join("; ");
    format!("cannot be parsed as HCL: {}", message.trim_end_matches('.'))
}

/// The text of a block's label.
pub(crate) fn label(block: &Block, index: usize) -> Option<&str> {
    block.labels.get(index).map(hcl_edit::structure::BlockLabel::as_str)
}

/// The range of a block, from its type to its closing brace.
pub(crate) fn block_range(block: &Block) -> Range<usize> {
    block.span().unwrap_or(0..0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_a_place() {
        let source = Source::new("a.tf", b"a = 1\nb = ]\n".to_vec(), true).expect("text");
        let error = parse(FileId(0), &source).map(|_| ()).expect_err("unbalanced");
        assert_eq!(source.position(error.span.start).line, 2);
        let source = Source::new("a.tf", b"x {\n  a = 1\n  a = 2\n}\n".to_vec(), true).expect("text");
        let error = parse(FileId(0), &source).map(|_| ()).expect_err("twice");
        assert_eq!(source.position(error.span.start).line, 3);
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

    #[test]
    fn labels_that_nothing_here_refers_to_are_notes() {
        let text = "output \"Public IP\" {\n}\nvariable \"1st\" {\n}\noutput \"ip\" {\n}\n";
        let source = Source::new("a.tf", text.as_bytes().to_vec(), true).expect("text");
        let notes = parse(FileId(0), &source).map(|file| file.notes).expect("read");
        let lines: Vec<usize> = notes.iter().map(|note| source.position(note.span.start).line).collect();
        assert_eq!(lines, [1, 3]);
        let text = format!("{text}module \"a b\" {{\n}}\n");
        let source = Source::new("a.tf", text.into_bytes(), true).expect("text");
        assert!(parse(FileId(0), &source).is_err());
    }
}
