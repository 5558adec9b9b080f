//! The place of a new entry: after which byte, with how many blank lines or which comma.

use std::ops::Range;

use crate::cloudformation::edit::renderer::Change;
use crate::cloudformation::edit::renderer::Renderer;
use crate::syntax::tree::brackets::separator;
use crate::syntax::tree::{Entry, ScalarStyle, ValueId, ValueKind};
use crate::text::lines::{blank_lines_at_end, column, indent_of, indent_to, line_end, line_start};

impl Renderer<'_> {
    /// The text between two entries, without comments.
    fn separator(&self, siblings: ValueId, beside: Entry) -> String {
        let entries = self.tree.entries(siblings);
        let number = entries.binary_search_by_key(&beside.key, |entry| entry.key).unwrap_or_default();
        let part = |entry: &Entry| self.tree.start(self.text, entry.key)..self.tree.span(*entry).end;
        let first = number.saturating_sub(1);
        let near: Vec<Range<usize>> = entries[first..].iter().take(3).map(part).collect();
        let open = self.tree.get(siblings).content.start;
        separator(&near, number - first, open, &self.style.brackets.comma, |gap| self.without_comments(&gap))
    }

    /// Into a mapping in brackets: laid out as its neighbours are. `entry` gives the text for an indentation.
    pub(super) fn insert_in_brackets(
        &self,
        siblings: ValueId,
        beside: Entry,
        before: bool,
        entry: impl Fn(&str) -> String,
    ) -> Change {
        let separator = self.separator(siblings, beside);
        let key = self.tree.start(self.text, beside.key);
        // A comma at the start of the line takes the place of a space.
        let indent = separator.rsplit_once('\n').map(|(_, indent)| indent.replace(',', " "));
        let entry = entry(&indent.unwrap_or_else(|| indent_of(self.text, key).to_owned()));
        if before {
            return (key..key, format!("{entry}{separator}"));
        }
        self.behind_in_brackets(beside, &separator, &entry)
    }

    /// A new entry in brackets after another one; a comment that trails that one stays with it.
    fn behind_in_brackets(&self, beside: Entry, separator: &str, entry: &str) -> Change {
        let end = self.tree.span(beside).end;
        // On one line, what is behind the next entry or the closing brace is said of that.
        let trails = |comment: &&Range<usize>| matches!(self.text[end..comment.start].trim(), "" | ",");
        let comment = self.tree.comments_in(&(end..line_end(self.text, end))).first().filter(trails);
        let Some(comment) = comment else {
            return (end..end, format!("{separator}{entry}"));
        };
        let below = match separator.find('\n') {
            Some(newline) => separator[newline..].to_owned(),
            None => format!("\n{}", indent_of(self.text, self.tree.full_span(beside.key).start)),
        };
        if self.text[end..comment.start].contains(',') {
            return (comment.end..comment.end, format!("{}{entry},", below.replace(',', "")));
        }
        if below.contains(',') {
            return (comment.end..comment.end, format!("{below}{entry}"));
        }
        // One edit, since an addition that several fixes share is made once: the comment is written again behind the comma.
        (end..comment.end, format!(",{}{below}{entry}", &self.text[end..comment.end]))
    }

    /// Where a new entry goes, but for blank lines and comments.
    pub(super) fn place_of(&self, siblings: ValueId, beside: Entry, before: bool) -> usize {
        if before || !self.tree.get(siblings).flow && self.ends_in_open_block_scalar(beside) {
            return self.tree.start(self.text, beside.key);
        }
        self.tree.span(beside).end
    }

    /// Into a block mapping: on lines of its own after the role's last line, with as many blank lines as before the role.
    pub(super) fn insert_lines(&self, siblings: ValueId, beside: Entry, before: bool, lines: &str) -> Change {
        let key = self.tree.start(self.text, beside.key);
        let indent = indent_to(self.text, key);
        let entries = self.tree.entries(siblings);
        let index = entries.binary_search_by_key(&beside.key, |entry| entry.key).unwrap_or_default();
        let blank = match index.checked_sub(1).and_then(|index| entries.get(index)) {
            Some(previous) => self.blank_lines_between(*previous, beside),
            None => entries.get(index + 1).map_or(0, |next| self.blank_lines_between(beside, *next)),
        };
        // After a block scalar that keeps the blank lines at its end (`|+`), one more would be its text.
        let blank = if self.keeps_blank_lines(beside.value) && !before { 0 } else { blank };
        let gap = "\n".repeat(blank + 1);
        if before || self.ends_in_open_block_scalar(beside) {
            // Where another entry's first key shares the line with a dash, the new one takes its place on that line.
            let own_line = self.text[line_start(self.text, key)..key].trim().is_empty();
            let at = if own_line { self.above_comments(key, indent.len()) } else { key };
            let at = if own_line { at + indent.len().min(line_end(self.text, at) - at) } else { at };
            return (at..at, format!("{lines}{gap}{indent}"));
        }
        let at = self.end_of_entry(beside, indent.len());
        match self.text[at..].find('\n') {
            Some(newline) => {
                let below = at + newline + 1;
                (below..below, format!("{}{indent}{lines}\n", "\n".repeat(blank)))
            }
            // The last line of a file that does not end in one.
            None => (at..at, format!("{gap}{indent}{lines}")),
        }
    }

    /// The start of the comment lines that are glued to a key above it, or of the key's own line.
    fn above_comments(&self, key: usize, width: usize) -> usize {
        let mut at = line_start(self.text, key);
        while at > 0 {
            let above = line_start(self.text, at - 1);
            let line = &self.text[above..at];
            let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
            if !(line.trim_start().starts_with('#') && blank == width) {
                break;
            }
            at = above;
        }
        at
    }

    /// The end of the last line of an entry; comments below that are indented deeper than its key belong to it.
    fn end_of_entry(&self, entry: Entry, width: usize) -> usize {
        let at = line_end(self.text, self.end_of_content(entry.value));
        self.comments_below(at, width).last().map_or(at, |last| last.end)
    }

    /// The comments on the lines below, as far as they are indented deeper than this; blank lines may be between.
    pub(super) fn comments_below(&self, at: usize, width: usize) -> Vec<Range<usize>> {
        let mut out = Vec::new();
        let mut looked_at = line_end(self.text, at);
        while let Some(newline) = self.text[looked_at..].find('\n') {
            let next = looked_at + newline + 1;
            looked_at = line_end(self.text, next);
            let line = &self.text[next..looked_at];
            let inside = line.len() - line.trim_start_matches([' ', '\t']).len();
            match line.trim() {
                "" => {}
                // A suppression is about the line below it, wherever it starts.
                comment if crate::suppression::is_directive(comment) => break,
                comment if comment.starts_with('#') && inside > width => out.push(next + inside..looked_at),
                _ => break,
            }
        }
        out
    }

    /// Where a value ends; the blank lines at the end of a block scalar that keeps them (`|+`) belong to it.
    fn end_of_content(&self, value: ValueId) -> usize {
        let end = self.tree.get(value).content.end;
        if !self.keeps_blank_lines(value) {
            return end;
        }
        let mut at = line_end(self.text, end);
        while let Some(newline) = self.text[at..].find('\n') {
            let next = at + newline + 1;
            let end = line_end(self.text, next);
            if next >= self.text.len() || !self.text[next..end].trim().is_empty() {
                break;
            }
            at = end;
        }
        at
    }

    /// Whether a value ends in a block scalar to which the blank lines after it belong.
    fn keeps_blank_lines(&self, value: ValueId) -> bool {
        let last = self.last_scalar(value);
        let scalar = &self.text[self.tree.get(last).content.clone()];
        let header = scalar.lines().next().unwrap_or_default();
        let is_block = matches!(self.tree.style(last), Some(ScalarStyle::Literal | ScalarStyle::Folded));
        is_block && header.split('#').next().unwrap_or_default().contains('+')
    }

    fn last_scalar(&self, value: ValueId) -> ValueId {
        let mut at = value;
        loop {
            let inside = match self.tree.kind(at) {
                ValueKind::List(items) => items.last().copied(),
                ValueKind::Mapping(entries) => entries.last().map(|entry| entry.value),
                _ => None,
            };
            match inside {
                Some(inside) if !self.tree.get(at).flow => at = inside,
                _ => return at,
            }
        }
    }

    /// Whether the file ends inside this entry's last block scalar, without a line end: one more line would change that text.
    fn ends_in_open_block_scalar(&self, entry: Entry) -> bool {
        let last = self.last_scalar(entry.value);
        matches!(self.tree.style(last), Some(ScalarStyle::Literal | ScalarStyle::Folded))
            && !self.text.ends_with('\n')
            && self.tree.get(last).content.end >= self.text.trim_end().len()
    }

    /// How many blank lines are above an entry and the comments that are glued to it. `before` is the entry before it.
    fn blank_lines_between(&self, before: Entry, entry: Entry) -> usize {
        let key = self.tree.start(self.text, entry.key);
        let end = self.end_of_content(before.value);
        let above = self.above_comments(key, column(self.text, key));
        // Blank lines that are text of the entry before are no layout.
        self.text.get(line_end(self.text, end)..above).map_or(0, blank_lines_at_end)
    }
}
