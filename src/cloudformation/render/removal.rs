//! Taking an argument away.

use super::Renderer;
use super::layout::start_of_key;
use super::reference::Change;
use crate::cloudformation::tree::{Entry, Kind, line_end, line_start};

impl Renderer<'_> {
    /// Removes an entry with its line, or with its comma.
    pub(super) fn remove(&self, entry: Entry) -> Result<Change, String> {
        let mapping = self.tree.get(entry.key).parent.map(|parent| self.tree.get(parent));
        let Some((Kind::Mapping(entries), flow)) = mapping.map(|mapping| (mapping.kind, mapping.flow)) else {
            return Err("the argument stands in no mapping".to_owned());
        };
        let index = entries.binary_search_by_key(&entry.key, |other| other.key).unwrap_or_default();
        let before = index.checked_sub(1).and_then(|index| entries.get(index));
        let after = entries.get(index + 1);
        let span = self.tree.span(entry);
        if flow {
            return Ok(match (before, after) {
                (_, Some(after)) => (span.start..self.tree.full(after.key).start, String::new()),
                (Some(before), None) => (self.tree.span(*before).end..span.end, String::new()),
                (None, None) => (span, String::new()),
            });
        }
        if before.is_none() && after.is_none() {
            return Err("nothing would be left of the mapping".to_owned());
        }
        let start = line_start(self.text, span.start);
        let end = line_end(self.text, span.end);
        let from = start_of_key(self.text, span.start);
        let trailing = self.tree.comments_in(&(span.end..end)).first();
        if let Some(comment) = trailing {
            // The comment may be of use to somebody: it stays, on the line.
            return Ok((from..comment.start, String::new()));
        }
        if !self.text[start..from].trim().is_empty() {
            // The first key after a dash: the next key takes its place.
            let next = after.map_or(span.end, |after| self.tree.full(after.key).start);
            let next = self.tree.comments_in(&(span.end..next)).first().map_or(next, |comment| comment.start);
            return Ok((from..next, String::new()));
        }
        let newline = self.text[end..].find('\n').map(|at| end + at + 1);
        match newline {
            Some(next) => Ok((start..next, String::new())),
            // The last line of a file that does not end in one.
            None => {
                let before = self.text[..start].trim_end_matches(['\r', '\n']).len();
                Ok((before..end, String::new()))
            }
        }
    }
}
