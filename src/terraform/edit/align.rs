//! The alignment that `terraform fmt` gives: `=` signs of consecutive arguments, and trailing comments of consecutive lines.
//!
//! Only lines that an edit reaches, and the runs they belong to, are looked at, and only a run that was aligned before is aligned again.
//! The rules are those of `formatCells` in hclwrite, which `terraform fmt` calls.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use crate::syntax::hcl::File;
use crate::syntax::hcl_tokens::{Kind, tokens};
use crate::text::lines::{line_end, line_start};
use crate::text::{Edit, Span};

/// A line as the formatter sees it: a multi-line token, such as a heredoc, is part of the line that opens it.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Line {
    /// Without line end.
    at: Range<usize>,
    /// The `=` that is aligned, if there is one.
    equals: Option<usize>,
    /// The trailing comment that is aligned, if there is one.
    comment: Option<usize>,
}

/// Lines of a text that was parsed.
struct Lines<'a> {
    text: &'a str,
    lines: Vec<Line>,
}

impl<'a> Lines<'a> {
    /// Splits a piece of code into lines; none if it is no HCL.
    fn of(text: &'a str, piece: Range<usize>) -> Option<Self> {
        let mut lines = Vec::new();
        let mut line = Line { at: piece.clone(), equals: None, comment: None };
        let (mut end, mut depth, mut depth_at_equals) = (piece.start, 0_i32, 0);
        for token in tokens(&text[..piece.end], piece.start) {
            end = token.end();
            let is_first = || text[line.at.start..token.start].trim().is_empty();
            match (token.kind, token.text) {
                _ if token.in_template => {}
                (Kind::LineEnd, _) => {
                    line.at.end = line_end(text, line.at.start.max(token.start.saturating_sub(1)));
                    // A line that opens more brackets than it closes, or the reverse, is not aligned.
                    line.equals = line.equals.filter(|_| depth == depth_at_equals);
                    let next = Line { at: end..piece.end, equals: None, comment: None };
                    lines.push(std::mem::replace(&mut line, next));
                }
                (Kind::Comment, comment) if !comment.starts_with("/*") && !is_first() => {
                    line.comment = Some(token.start)
                }
                (Kind::Sign, "=") if line.equals.is_none() && !is_first() => {
                    (line.equals, depth_at_equals) = (Some(token.start), depth);
                }
                (Kind::Sign, "(" | "[" | "{") => depth += 1,
                (Kind::Sign, ")" | "]" | "}") => depth -= 1,
                _ => {}
            }
        }
        line.equals = line.equals.filter(|_| depth == depth_at_equals);
        lines.push(line);
        (end == piece.end).then_some(Lines { text, lines })
    }

    fn lead(&self, line: &Line) -> &'a str {
        let end = line.equals.or(line.comment).unwrap_or(line.at.end);
        self.text[line.at.start..end].trim_end()
    }

    fn assign(&self, line: &Line) -> &'a str {
        let Some(equals) = line.equals else { return "" };
        self.text[equals..line.comment.unwrap_or(line.at.end)].trim_end()
    }

    /// The spaces that should be before `=` and before the comment of each line, were it formatted.
    fn paddings(&self) -> Vec<(usize, usize)> {
        let mut paddings = vec![(1, 1); self.lines.len()];
        for run in runs(&self.lines, |line| line.equals.is_some()) {
            let widest = run.clone().map(|number| width(self.lead(&self.lines[number]))).max().unwrap_or(0);
            for number in run {
                paddings[number].0 = widest - width(self.lead(&self.lines[number])) + 1;
            }
        }
        for run in runs(&self.lines, |line| line.comment.is_some()) {
            let columns = |number: usize| {
                let line = &self.lines[number];
                let assign = self.assign(line);
                let spaces = if line.equals.is_some() { paddings[number].0 } else { 0 };
                width(self.lead(line)) + spaces + width(assign)
            };
            let columns: Vec<usize> = run.clone().map(columns).collect();
            let widest = columns.iter().copied().max().unwrap_or(0);
            for (number, columns) in run.zip(columns) {
                paddings[number].1 = widest - columns + 1;
            }
        }
        paddings
    }

    /// The spans of white space before `=` and before the comment.
    fn gaps(&self, line: &Line) -> [Option<Range<usize>>; 2] {
        let gap = |end: usize, from: usize| {
            let text = &self.text[from..end];
            from + text.trim_end_matches([' ', '\t']).len()..end
        };
        let equals = line.equals.map(|equals| gap(equals, line.at.start));
        let comment = line.comment.map(|comment| gap(comment, line.equals.unwrap_or(line.at.start)));
        [equals, comment]
    }

    fn is_aligned(&self) -> bool {
        let paddings = self.paddings();
        self.lines.iter().zip(paddings).all(|(line, (equals, comment))| {
            let [before_equals, before_comment] = self.gaps(line);
            let fits =
                |gap: Option<Range<usize>>, spaces: usize| gap.is_none_or(|gap| is_spaces(&self.text[gap], spaces));
            fits(before_equals, equals) && fits(before_comment, comment)
        })
    }
}

fn is_spaces(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte == b' ')
}

/// How wide text is for `terraform fmt`: in grapheme clusters. Combining marks are what makes these differ from characters.
fn width(text: &str) -> usize {
    use unicode_segmentation::UnicodeSegmentation;
    if text.is_ascii() { text.len() } else { text.graphemes(true).count() }
}

fn runs(lines: &[Line], member: impl Fn(&Line) -> bool) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = None;
    for (number, line) in lines.iter().enumerate() {
        match (member(line), start) {
            (true, None) => start = Some(number),
            (false, Some(first)) => {
                runs.push(first..number);
                start = None;
            }
            _ => {}
        }
    }
    runs.extend(start.map(|first| first..lines.len()));
    runs
}

/// The layout of one file, for any number of sets of edits.
pub(crate) struct Layout {
    /// The lines of each top-level block or argument, in order; those that follow each other without a blank line are one, as comments are
    /// aligned across them.
    blocks: Vec<Range<usize>>,
    /// The lines of the blocks that were looked at last, with the blocks' numbers: fixes shown alone come back to the same few, the role's and the
    /// launcher's.
    recent: Mutex<VecDeque<(usize, Arc<[Line]>)>>,
}

/// So many blocks are remembered.
const MAX_RECENT: usize = 4;

impl Layout {
    pub(crate) fn of(text: &str, file: &File) -> Self {
        let lines = |range: Range<usize>| line_start(text, range.start)..line_end(text, range.end);
        let mut blocks: Vec<Range<usize>> = Vec::new();
        for block in file.body.iter().filter_map(hcl_edit::Span::span).map(lines) {
            match blocks.last_mut() {
                Some(last)
                    if text[last.end..block.start.max(last.end)].bytes().filter(|&byte| byte == b'\n').count() <= 1 =>
                {
                    last.end = block.end;
                }
                _ => blocks.push(block),
            }
        }
        Layout { blocks, recent: Mutex::default() }
    }

    /// The lines of a block.
    fn lines(&self, text: &str, number: usize) -> Option<Arc<[Line]>> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let known = recent.iter().position(|(known, _)| *known == number);
        let lines = match known.and_then(|known| recent.remove(known)) {
            Some((_, lines)) => lines,
            None => Lines::of(text, self.blocks[number].clone())?.lines.into(),
        };
        recent.truncate(MAX_RECENT - 1);
        recent.push_front((number, Arc::clone(&lines)));
        Some(lines)
    }

    /// Adds to edits of the file those that keep the runs aligned that they reach, and lines apart that a new block parts.
    ///
    /// Before:
    /// ```hcl
    /// resource "aws_iam_role" "app" {}
    /// resource "aws_iam_instance_profile" "app" {
    ///   role = aws_iam_role.app.name
    /// }
    /// resource "aws_instance" "web" {
    ///   ami      = "ami-1"          # one
    ///   iam_role = aws_iam_role.app # two
    /// }
    /// ```
    ///
    /// After:
    /// ```hcl
    /// resource "aws_iam_role" "app" {}
    /// resource "aws_iam_instance_profile" "app" {
    ///   role = aws_iam_role.app.name
    /// }
    /// resource "aws_instance" "web" {
    ///   ami                  = "ami-1"                           # one
    ///   iam_instance_profile = aws_iam_instance_profile.app.name # two
    /// }
    /// ```
    pub(crate) fn align(&self, text: &str, edits: Vec<Edit>) -> Vec<Edit> {
        let mut sorted = edits;
        sorted.sort_by_key(|edit| (edit.span.start, edit.span.end, edit.order));
        let mut out = Vec::with_capacity(sorted.len());
        let mut rest = sorted.into_iter().peekable();
        while let Some(edit) = rest.next() {
            let block = self.blocks.partition_point(|block| block.end < edit.span.start);
            // A new block may go where there is none.
            let around = self.blocks.get(block).filter(|block| block.start <= edit.span.start);
            let Some(end) = around.map(|block| block.end) else {
                out.push(edit);
                continue;
            };
            let mut inside = vec![edit];
            while let Some(edit) = rest.next_if(|edit| edit.span.start <= end) {
                inside.push(edit);
            }
            out.extend(self.align_block(text, block, inside));
        }
        out
    }

    /// `edits` are those in one top-level block, in order.
    fn align_block(&self, text: &str, number: usize, edits: Vec<Edit>) -> Vec<Edit> {
        let Some(lines) = self.lines(text, number) else { return edits };
        let line_of = |offset: usize| lines.partition_point(|line| line.at.start <= offset).saturating_sub(1);
        // A value alone moves nothing in its line or others, unless a comment follows it.
        let is_value = |edit: &Edit| {
            let line = &lines[line_of(edit.span.start)];
            let behind = line.comment.is_none() && line.equals.is_some_and(|equals| equals < edit.span.start);
            behind && edit.span.end <= line.at.end && !edit.text.contains('\n')
        };
        let in_run = |line: &Line| line.equals.is_some() || line.comment.is_some();
        let mut moved: Vec<Range<usize>> = Vec::new();
        for edit in edits.iter().filter(|edit| !is_value(edit)) {
            let (first, last) = (line_of(edit.span.start), line_of(edit.span.end));
            if moved.last().is_none_or(|before| before.end <= last) {
                let above = lines[..first].iter().rev().take_while(|line| in_run(line)).count();
                let below = lines[last..].iter().skip(1).take_while(|line| in_run(line)).count();
                moved.push(first - above..last + below + 1);
            }
        }
        let stays = |edit: &Edit| {
            let line = line_of(edit.span.start);
            let next = moved.partition_point(|run| run.end <= line);
            is_value(edit) && moved.get(next).is_none_or(|run| line < run.start)
        };
        let (mut out, edits): (Vec<Edit>, Vec<Edit>) = edits.into_iter().partition(stays);
        let mut rest = edits.into_iter().peekable();
        while let Some(edit) = rest.next() {
            let mut first = line_of(edit.span.start);
            let mut last = line_of(edit.span.end.max(edit.span.start + 1) - 1);
            let mut inside = vec![edit];
            while first > 0 && in_run(&lines[first - 1]) {
                first -= 1;
            }
            loop {
                while last + 1 < lines.len() && in_run(&lines[last + 1]) {
                    last += 1;
                }
                let Some(next) = rest.next_if(|next| line_of(next.span.start) <= last + 1) else { break };
                last = last.max(line_of(next.span.end.max(next.span.start + 1) - 1));
                inside.push(next);
            }
            let piece = lines[first].at.start..lines[last].at.end;
            let before = Lines { text, lines: lines[first..=last].to_vec() };
            if before.is_aligned() {
                align_piece(text, piece, &mut inside);
            }
            out.extend(inside);
        }
        out
    }
}

/// Where a byte of the edited text comes from.
enum From {
    /// From this edit, at this offset of its text.
    Edit(usize, usize),
    /// From the original text.
    Text(usize),
}

/// Edits a piece of the text that was aligned, and adds what keeps it so.
fn align_piece(text: &str, piece: Range<usize>, edits: &mut Vec<Edit>) {
    let Some(file) = edits.first().map(|edit| edit.span.file) else { return };
    let mut after = String::new();
    let mut origin: Vec<(usize, From)> = Vec::new();
    let mut done = piece.start;
    for (number, edit) in edits.iter().enumerate() {
        origin.push((after.len(), From::Text(done)));
        after.push_str(&text[done..edit.span.start]);
        origin.push((after.len(), From::Edit(number, 0)));
        after.push_str(&edit.text);
        done = edit.span.end;
    }
    origin.push((after.len(), From::Text(done)));
    after.push_str(&text[done..piece.end.max(done)]);
    let Some(lines) = Lines::of(&after, 0..after.len()) else { return };
    let mut changes: Vec<(Range<usize>, usize)> = Vec::new();
    for (line, (equals, comment)) in lines.lines.iter().zip(lines.paddings()) {
        let [before_equals, before_comment] = lines.gaps(line);
        changes.extend(before_equals.map(|gap| (gap, equals)));
        changes.extend(before_comment.map(|gap| (gap, comment)));
    }
    // From the end, so that offsets in the texts of edits stay true.
    for (gap, spaces) in changes.into_iter().rev().filter(|(gap, spaces)| !is_spaces(&after[gap.clone()], *spaces)) {
        let number = origin.partition_point(|(start, _)| *start <= gap.start).saturating_sub(1);
        let (start, from) = &origin[number];
        let (offset, length) = (gap.start - start, gap.len());
        match from {
            From::Edit(number, at) => {
                let range = at + offset..at + offset + length;
                if edits[*number].text.get(range.clone()).is_some() {
                    edits[*number].text.replace_range(range, &" ".repeat(spaces));
                }
            }
            From::Text(at) => {
                let at = Span::new(file, at + offset..at + offset + length);
                edits.push(Edit { span: at, text: " ".repeat(spaces), order: 0 });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::hcl;
    use crate::text::{FileId, Source, splice};

    /// Replaces each `from` by `to` and aligns.
    fn aligned(text: &str, changes: &[(&str, &str)]) -> String {
        let source = Source::new("a.tf", text.as_bytes().to_vec(), true).expect("text");
        let file = hcl::parse(FileId(0), &source).expect("HCL");
        let edit = |(from, to): &(&str, &str)| {
            let start = text.find(from).expect("is in the text");
            Edit { span: Span::new(FileId(0), start..start + from.len()), text: (*to).to_owned(), order: 0 }
        };
        let edits = Layout::of(text, &file).align(text, changes.iter().map(edit).collect());
        splice(&source, &edits).expect("no overlap")
    }

    #[test]
    fn a_longer_name_widens_its_run_alone() {
        let before =
            "r \"a\" \"b\" {\n  ami = 1 # x\n  role = old\n\n  z = 1\n}\n".replace("ami = 1 # x", "ami  = 1 # x");
        let after = "r \"a\" \"b\" {\n  ami     = 1 # x\n  profile = new\n\n  z = 1\n}\n";
        assert_eq!(aligned(&before, &[("role", "profile"), ("old", "new")]), after);
    }

    #[test]
    fn a_longer_value_moves_the_comments_of_its_run() {
        let before = "r {\n  a = 1   # one\n  b = old # two\n}\n";
        assert_eq!(aligned(before, &[("old", "longer")]), "r {\n  a = 1      # one\n  b = longer # two\n}\n");
    }

    #[test]
    fn what_was_not_aligned_is_left_alone() {
        let before = "r {\n  a=1 # one\n  b = old # two\n}\n";
        assert_eq!(aligned(before, &[("old", "longer")]), before.replace("old", "longer"));
    }

    #[test]
    fn a_removed_line_narrows_the_run() {
        let before = "r {\n  long_name = 1\n  b         = 2\n}\n";
        assert_eq!(aligned(before, &[("  long_name = 1\n", "")]), "r {\n  b = 2\n}\n");
    }

    #[test]
    fn heredocs_are_one_line_and_openers_break_a_run() {
        let before = "r {\n  b    = old\n  data = <<E\n x = 1\n\nE\n  t = {\n    q = 1\n  }\n}\n";
        let after = "r {\n  longer = new\n  data   = <<E\n x = 1\n\nE\n  t = {\n    q = 1\n  }\n}\n";
        assert_eq!(aligned(before, &[("b", "longer"), ("old", "new")]), after);
    }
}
