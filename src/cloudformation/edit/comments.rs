//! Comments beside what is taken out of brackets.

use std::ops::Range;

use crate::cloudformation::edit::renderer::Change;
use crate::cloudformation::edit::renderer::Renderer;
use crate::cloudformation::lower::slots::SlotProblem;
use crate::syntax::tree::Entry;
use crate::text::lines::line_start;

impl Renderer<'_> {
    /// Where comments would go with an argument and its comma: those two alone, each with the blanks behind it.
    pub(crate) fn sparing_comments(&self, entry: Entry, change: Change) -> Vec<Change> {
        let Some(mapping) = self.tree.get(entry.key).parent else { return vec![change] };
        let around = self.tree.get(mapping);
        if !around.flow || self.tree.comments_in(&change.0).is_empty() {
            return vec![change];
        }
        let span = self.tree.span(entry);
        let line = line_start(self.text, span.start);
        let beside_made_up = self.is_beside_made_up(entry);
        let blanks = |at: usize| self.text[at..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if self.text[line..span.start].trim() == "," && !beside_made_up {
            // Where commas stand first, its own is the one before it.
            let comma = line + self.text[line..span.start].find(',').unwrap_or_default();
            return vec![(comma..span.end + blanks(span.end), String::new())];
        }
        let is_last = self.tree.entries(mapping).last().is_some_and(|last| last.key == entry.key);
        let comma = match change.0.start < span.start && !is_last {
            true => self.comma_in(change.0.start..span.start),
            false => self.comma_in(span.end..around.content.end.max(span.end)),
        };
        // What starts a line goes with the blanks behind it, so that a comment starts there.
        let starts_line = self.text[line..span.start].trim().is_empty();
        let end = |at: usize| at + if starts_line && !beside_made_up { blanks(at) } else { 0 };
        // What goes before it takes the blanks of its line, unless a comment stands between.
        let has_line = starts_line && (!beside_made_up || self.comes_after_a_comment(entry));
        match comma {
            Some(comma) if comma >= span.end && has_line && self.text[comma + 1..].starts_with(['\r', '\n']) => {
                let next = self.text[comma..].find('\n').map_or(self.text.len(), |newline| comma + newline + 1);
                let between = span.end..comma;
                if self.tree.comments_in(&between).is_empty() {
                    return vec![(line..next, String::new())];
                }
                vec![(span.start..end(span.end), String::new()), (comma..comma + 1, String::new())]
            }
            Some(comma) if comma >= span.end && comma <= span.end + blanks(span.end) => {
                vec![(span.start..end(comma + 1), String::new())]
            }
            Some(comma) => {
                let behind = if comma > span.start { blanks(comma + 1) } else { 0 };
                vec![(span.start..end(span.end), String::new()), (comma..comma + 1 + behind, String::new())]
            }
            None => vec![(span.start..end(span.end), String::new())],
        }
    }

    /// The comma that comes first in a part of the text, but for comments.
    fn comma_in(&self, at: Range<usize>) -> Option<usize> {
        let comments = self.tree.comments_in(&at);
        let chars = self.text[at.clone()].char_indices().map(|(offset, char)| (at.start + offset, char));
        let mut text = chars.filter(|(_, char)| !char.is_whitespace());
        let next = text.find(|(offset, _)| !comments.iter().any(|comment| comment.contains(offset)));
        next.filter(|(_, char)| *char == ',').map(|(offset, _)| offset)
    }

    fn comes_after_a_comment(&self, entry: Entry) -> bool {
        let between = |before: Entry| self.tree.span(before).start..self.tree.span(entry).start;
        self.tree.neighbours(entry.key).0.is_some_and(|before| !self.tree.comments_in(&between(before)).is_empty())
    }

    /// Whether what stands before an argument may go as well, with the line break between.
    fn is_beside_made_up(&self, entry: Entry) -> bool {
        let before = self.tree.neighbours(entry.key).0;
        let made_up = |key| {
            let mut places = self.lowered.places.iter();
            places.any(|place| place.problem == SlotProblem::Stray && place.entry.key == key)
        };
        before.is_some_and(|before| made_up(before.key))
    }
}
