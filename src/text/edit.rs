use std::fmt;
use std::ops::Range;

use crate::text::source::{FileId, LineEnding, Source, Span};

/// One replacement of a byte range by text. An empty range inserts.
///
/// `text` is written with `\n`; [`splice`] gives it the file's line ending.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
    /// Settles the order of insertions at one offset: smaller first.
    pub order: u32,
}

/// Edits that cannot be made together. It is a fault of the program, never of the input.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SpliceError {
    /// The offset where two edits overlap, or which is no place in the text.
    pub offset: usize,
}

impl fmt::Display for SpliceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "edits overlap or are out of bounds at byte {}", self.offset)
    }
}

impl std::error::Error for SpliceError {}

/// Makes all `edits` of one file at once. Bytes outside their ranges are copied as they are.
///
/// # Errors
/// Two edits that overlap, or a range that is none of the text.
pub fn splice(source: &Source, edits: &[Edit]) -> Result<String, SpliceError> {
    splice_range(source, 0..source.text().len(), edits)
}

/// Makes all `edits` of a part of a file at once, and gives the text of that part.
///
/// # Errors
/// Two edits that overlap, or a range that is none of the part.
pub(crate) fn splice_range(source: &Source, part: Range<usize>, edits: &[Edit]) -> Result<String, SpliceError> {
    let text = source.text().get(..part.end).ok_or(SpliceError { offset: part.end })?;
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end, edit.order));
    let grown: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut out = String::with_capacity(part.len() + grown);
    let mut done = part.start;
    for edit in sorted {
        let kept = if edit.span.start < done { None } else { text.get(done..edit.span.start) };
        let replaced = text.get(edit.span.range());
        let (Some(kept), Some(_)) = (kept, replaced) else {
            return Err(SpliceError { offset: edit.span.start });
        };
        out.push_str(kept);
        match source.line_ending() {
            LineEnding::Lf => out.push_str(&edit.text),
            LineEnding::Crlf => out.push_str(&edit.text.replace("\r\n", "\n").replace('\n', "\r\n")),
        }
        done = edit.span.end;
    }
    out.push_str(text.get(done..).ok_or(SpliceError { offset: part.start })?);
    Ok(out)
}

/// The first of the protected parts (comments, anchors, tags) of a file that the edits delete and whose text no new text holds.
///
/// A part counts as kept if some edit of the file writes its text again, as often as it stood there.
pub(crate) fn lost_part(
    source: &Source,
    edits: &[Edit],
    file: FileId,
    protected: &[Range<usize>],
) -> Option<Range<usize>> {
    let edits: Vec<&Edit> = edits.iter().filter(|edit| edit.span.file == file).collect();
    let written: Vec<&str> = edits.iter().map(|edit| edit.text.as_str()).collect();
    // What an edit carries over from a file has the line endings of the file.
    let mut written = written.join("\n").replace("\r\n", "\n");
    for part in protected {
        let is_deleted = edits.iter().any(|edit| edit.span.start < part.end && part.start < edit.span.end);
        if !is_deleted {
            continue;
        }
        let text = source.text().get(part.clone()).unwrap_or_default().replace("\r\n", "\n");
        match written.find(&text) {
            Some(at) => written.replace_range(at..at + text.len(), ""),
            None => return Some(part.clone()),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str, order: u32) -> Edit {
        Edit { span: Span::new(FileId(0), start..end), text: text.to_owned(), order }
    }

    fn source(text: &str) -> Source {
        Source::new("a", text.as_bytes().to_vec(), true).expect("text")
    }

    #[test]
    fn edits_are_made_together_whatever_their_order() {
        let edits = [edit(4, 5, "Z", 0), edit(0, 1, "X", 0), edit(2, 2, "b", 1), edit(2, 2, "a", 0)];
        assert_eq!(splice(&source("0123456"), &edits).expect("no overlap"), "X1ab23Z56");
        assert_eq!(splice_range(&source("0123456"), 2..5, &edits[2..]).expect("no overlap"), "ab234");
        assert!(splice_range(&source("0123456"), 2..4, &edits).is_err());
    }

    #[test]
    fn inserted_lines_take_the_line_ending_of_the_file() {
        assert_eq!(splice(&source("a\r\nb\r\n"), &[edit(3, 3, "x\n", 0)]).expect("no overlap"), "a\r\nx\r\nb\r\n");
    }

    #[test]
    fn overlaps_and_places_outside_are_refused() {
        assert!(splice(&source("0123"), &[edit(0, 2, "", 0), edit(1, 3, "", 0)]).is_err());
        assert!(splice(&source("0123"), &[edit(3, 9, "", 0)]).is_err());
        assert!(splice(&source("ä"), &[edit(1, 2, "", 0)]).is_err());
    }

    #[test]
    fn a_protected_part_is_lost_unless_it_is_written_again() {
        let source = source("a # one\nb # two\n");
        let protected = [2..7, 10..15];
        let lost = |edits: &[Edit]| lost_part(&source, edits, FileId(0), &protected);
        assert_eq!(lost(&[edit(0, 1, "x", 0), edit(8, 9, "y", 0)]), None);
        assert_eq!(lost(&[edit(0, 7, "x", 0)]), Some(2..7));
        assert_eq!(lost(&[edit(0, 0, "# one\n", 0), edit(0, 7, "x", 0)]), None);
        assert_eq!(lost(&[edit(0, 15, "# one\n", 0)]), Some(10..15));
        assert_eq!(lost(&[edit(2, 2, "x", 0)]), None, "what is put in front of it leaves it alone");
        let source = self::source("/* a\r\nb */ c\r\n");
        assert_eq!(
            lost_part(&source, &[edit(0, 11, "/* a\r\nb */", 0)], FileId(0), std::slice::from_ref(&(0..9))),
            None
        );
    }
}
