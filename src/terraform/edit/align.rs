//! The alignment that `terraform fmt` gives: `=` signs of consecutive arguments, and trailing comments of consecutive lines.
//!
//! Only lines that an edit touches, and the runs they belong to, are looked at, and only a run that was aligned before is aligned again.
//! The rules are those of `formatCells` in hclwrite, which `terraform fmt` calls.

use std::collections::VecDeque;
use std::ops::Range;

use crate::syntax::hcl::File;
use crate::syntax::hcl_tokens;
use crate::text::{Edit, FileId, Source, Span};

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
    /// Splits a piece of code into lines. `comments` are the spans of comments in it, in order.
    fn of(text: &'a str, piece: Range<usize>, comments: &[Range<usize>]) -> Self {
        let mut lines = Vec::new();
        let mut start = piece.start;
        while start <= piece.end {
            let line = line_at(text, start, piece.end, comments);
            start = text[line.at.end..].find('\n').map_or(text.len() + 1, |newline| line.at.end + newline + 1);
            lines.push(line);
        }
        Lines { text, lines }
    }

    fn lead(&self, line: &Line) -> &'a str {
        let end = line.equals.or(line.comment).unwrap_or(line.at.end);
        self.text[line.at.start..end].trim_end()
    }

    fn assign(&self, line: &Line) -> &'a str {
        let Some(equals) = line.equals else { return "" };
        self.text[equals..line.comment.unwrap_or(line.at.end)].trim_end()
    }

    /// The spaces that should stand before `=` and before the comment of each line, were it formatted.
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

/// The line that starts at an offset.
fn line_at(text: &str, start: usize, limit: usize, comments: &[Range<usize>]) -> Line {
    let bytes = text.as_bytes();
    let (mut at, mut depth, mut equals, mut balance) = (start, 0_i32, None, 0_i32);
    let mut comment = None;
    let mut quoted: Vec<u32> = Vec::new();
    let mut next_comment = comments.partition_point(|comment| comment.start < start);
    while at < limit.min(bytes.len()) {
        if quoted.is_empty() && comments.get(next_comment).is_some_and(|comment| comment.start == at) {
            let found = &comments[next_comment];
            let block = text[found.clone()].starts_with("/*");
            comment = (!block).then_some(at);
            at = found.end;
            next_comment += 1;
            continue;
        }
        match (bytes[at], quoted.last().copied()) {
            // Inside of a quoted template; the number counts braces of its open interpolation, 0 for none.
            (b'\\', Some(0)) => at += 1,
            (b'"', Some(0)) => drop(quoted.pop()),
            (b'$' | b'%', Some(0)) if bytes.get(at + 1) == Some(&b'{') && bytes[at - 1] != bytes[at] => {
                at += 1;
                if let Some(open) = quoted.last_mut() {
                    *open = 1;
                }
            }
            (_, Some(0)) => {}
            (b'"', _) => quoted.push(0),
            (b'{', Some(_)) => quoted.last_mut().into_iter().for_each(|open| *open += 1),
            (b'}', Some(_)) => quoted.last_mut().into_iter().for_each(|open| *open -= 1),
            (b'\n', None) => break,
            (b'{' | b'[' | b'(', None) => depth += 1,
            (b'}' | b']' | b')', None) => depth -= 1,
            (b'=', None) if equals.is_none() => {
                let alone = !matches!(bytes.get(at + 1), Some(b'=' | b'>'))
                    && !matches!(bytes[at - 1], b'=' | b'!' | b'<' | b'>');
                if alone && !text[start..at].trim().is_empty() {
                    equals = Some(at);
                    balance = depth;
                }
            }
            (b'<', None) if bytes[at..].starts_with(b"<<") => {
                if let Some(end) = heredoc_end(text, at) {
                    at = end;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    let at = at.min(bytes.len());
    let end = if at > start && bytes[at - 1] == b'\r' { at - 1 } else { at };
    // A line that opens more brackets than it closes, or the reverse, is not aligned.
    let equals = equals.filter(|_| depth == balance);
    let comment = comment.filter(|&comment| !text[start..comment].trim().is_empty());
    Line { at: start..end, equals, comment }
}

/// The end of the marker line of a heredoc that starts at `<<`.
fn heredoc_end(text: &str, at: usize) -> Option<usize> {
    let line_end = at + text[at..].find('\n')?;
    let marker = text[at + 2..line_end].trim_start_matches('-').trim_end();
    if marker.is_empty()
        || !marker.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || byte >= 0x80)
    {
        return None;
    }
    let mut start = line_end + 1;
    loop {
        let end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
        if text[start..end].trim() == marker {
            return Some(start + text[start..end].trim_end().len());
        }
        if end == text.len() {
            return None;
        }
        start = end + 1;
    }
}

/// The layout of one file, for any number of sets of edits.
pub(crate) struct Layout<'f> {
    id: FileId,
    text: &'f str,
    comments: &'f [Range<usize>],
    /// The lines of each top-level block or argument, in order; those that follow each other without a blank line are one, as comments are
    /// aligned across them.
    blocks: Vec<Range<usize>>,
    /// The lines of the blocks that were looked at last, with the blocks' numbers: fixes shown alone come back to the same few, the role's and the
    /// launcher's.
    recent: VecDeque<(usize, Vec<Line>)>,
}

/// So many blocks are remembered.
const RECENT: usize = 4;

impl<'f> Layout<'f> {
    pub(crate) fn of(id: FileId, source: &'f Source, file: &'f File) -> Self {
        let text = source.text();
        let lines = |range: Range<usize>| {
            let start = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
            let end = text[range.end..].find('\n').map_or(text.len(), |newline| range.end + newline);
            start..end
        };
        let mut blocks: Vec<Range<usize>> = Vec::new();
        for block in file.body.iter().filter_map(hcl_edit::Span::span).map(lines) {
            match blocks.last_mut() {
                Some(last) if block.start <= last.end + 1 => last.end = block.end,
                _ => blocks.push(block),
            }
        }
        Layout { id, text, comments: &file.comments, blocks, recent: VecDeque::new() }
    }

    /// Adds to edits of the file those that keep touched runs aligned, and lines apart that a new block parts.
    pub(crate) fn align(&mut self, edits: Vec<Edit>) -> Vec<Edit> {
        let mut sorted = edits;
        sorted.sort_by_key(|edit| (edit.span.start, edit.span.end, edit.order));
        let mut out = Vec::with_capacity(sorted.len());
        let mut rest = sorted.into_iter().peekable();
        while let Some(edit) = rest.next() {
            let block = self.blocks.partition_point(|block| block.end < edit.span.start);
            // A new block may stand where there is none.
            let around = self.blocks.get(block).filter(|block| block.start <= edit.span.start);
            let Some(end) = around.map(|block| block.end) else {
                out.push(edit);
                continue;
            };
            let mut inside = vec![edit];
            while let Some(edit) = rest.next_if(|edit| edit.span.start <= end) {
                inside.push(edit);
            }
            out.extend(self.align_block(block, inside));
        }
        out
    }

    /// `edits` are those in one top-level block, in order.
    fn align_block(&mut self, number: usize, edits: Vec<Edit>) -> Vec<Edit> {
        let known = self.recent.iter().position(|(known, _)| *known == number);
        let lines = match known.and_then(|known| self.recent.remove(known)) {
            Some((_, lines)) => lines,
            None => Lines::of(self.text, self.blocks[number].clone(), self.comments).lines,
        };
        let line_of = |offset: usize| lines.partition_point(|line| line.at.start <= offset).saturating_sub(1);
        // A value alone moves nothing in its line or others, unless a comment stands behind it.
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
            let before = Lines { text: self.text, lines: lines[first..=last].to_vec() };
            if before.is_aligned() {
                align_piece(self.id, self.text, piece, &mut inside);
            }
            out.extend(inside);
        }
        self.recent.truncate(RECENT - 1);
        self.recent.push_front((number, lines));
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
fn align_piece(id: FileId, text: &str, piece: Range<usize>, edits: &mut Vec<Edit>) {
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
    // A heredoc at the end of the piece ends with its line.
    after.push('\n');
    let Ok(comments) = hcl_tokens::comments(&after) else { return };
    after.pop();
    let lines = Lines::of(&after, 0..after.len(), &comments);
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
                let at = Span::new(id, at + offset..at + offset + length);
                edits.push(Edit { span: at, text: " ".repeat(spaces), order: 0 });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::hcl;
    use crate::text::splice;

    /// Replaces each `from` by `to` and aligns.
    fn aligned(text: &str, changes: &[(&str, &str)]) -> String {
        let source = Source::new("a.tf", text.as_bytes().to_vec(), true).expect("text");
        let file = hcl::parse(FileId(0), &source).expect("HCL");
        let edit = |(from, to): &(&str, &str)| {
            let start = text.find(from).expect("is in the text");
            Edit { span: Span::new(FileId(0), start..start + from.len()), text: (*to).to_owned(), order: 0 }
        };
        let edits = Layout::of(FileId(0), &source, &file).align(changes.iter().map(edit).collect());
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
