//! Taking an argument away.
//!
//! Arguments side by side may all have to go, each by a fix of its own. So each takes what stands on the same side of it, and one edit does not
//! reach into another.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::cloudformation::edit::renderer::Change;
use crate::cloudformation::edit::renderer::Renderer;
use crate::cloudformation::lower::Lowered;
use crate::language::EditError;
use crate::plan::{Change as Planned, Plan};
use crate::syntax::tree::{Entry, ValueId};
use crate::text::lines::{line_end, line_start};

/// The keys of all that some fix takes away.
pub(crate) fn removed(lowered: &Lowered, plan: &Plan) -> BTreeSet<ValueId> {
    let changes = plan.fixes.iter().flat_map(|fix| &fix.changes);
    let key = |change: &Planned| match change {
        Planned::Remove { slot } => Some(lowered.places[slot.index()].entry.key),
        _ => None,
    };
    changes.filter_map(key).collect()
}

impl Renderer<'_> {
    /// Removes an entry with its line, or with its comma.
    pub(crate) fn remove(&self, entry: Entry) -> Result<Change, EditError> {
        let mapping = self.tree.get(entry.key).parent.ok_or("the argument stands in no mapping")?;
        let entries = self.tree.entries(mapping);
        let index = entries.binary_search_by_key(&entry.key, |other| other.key).unwrap_or_default();
        let (before, rest) = entries.split_at(index);
        let removed = |entry: &&Entry| self.removed.contains(&entry.key);
        let run = Run {
            first: before.iter().rev().take_while(removed).last().copied().unwrap_or(entry),
            before: before.last().copied(),
            after: rest.get(1).copied(),
            last: rest.last().copied().filter(|_| rest.iter().all(|entry| removed(&entry))),
        };
        let at = match self.tree.get(mapping).flow {
            true => self.with_comma(entry, &run),
            false if entries.len() == 1 => return Err("nothing would be left of the mapping".into()),
            false => self.with_line(entry, &run),
        };
        let blank = self.tree.get(mapping).flow && self.ends_in_a_tag(&run);
        Ok((at, if blank { " " } else { "" }.to_owned()))
    }

    /// Whether the value that stays before what goes is nothing but a tag, which a closing bracket would make another one.
    fn ends_in_a_tag(&self, run: &Run) -> bool {
        let kept = run.before.filter(|_| run.last.is_some()).map(|before| self.tree.get(before.value));
        kept.is_some_and(|kept| kept.tag.is_some() && kept.content.is_empty())
    }

    fn with_comma(&self, entry: Entry, run: &Run) -> Range<usize> {
        let key = |entry: Entry| self.tree.start(self.text, entry.key);
        let end = self.tree.span(entry).end;
        match (run.before, run.after) {
            (Some(before), _) if run.last.is_some() => self.tree.span(before).end..end,
            (_, Some(after)) => key(entry)..key(after),
            _ => key(entry)..end,
        }
    }

    fn with_line(&self, entry: Entry, run: &Run) -> Range<usize> {
        let key = |entry: Entry| self.tree.start(self.text, entry.key);
        let from = key(entry);
        let after_value = self.tree.span(entry).end;
        let end = line_end(self.text, after_value);
        if let Some(comment) = self.tree.comments_in(&(after_value..end)).first() {
            // The comment may be of use to somebody: it stays, on the line.
            return from..comment.start;
        }
        let first = key(run.first);
        if !self.text[line_start(self.text, first)..first].trim().is_empty() {
            // The first key after a dash: the next key takes its place.
            let next = run.after.map_or(after_value, key);
            let comment = self.tree.comments_in(&(after_value..next)).first();
            return from..comment.map_or(next, |comment| comment.start);
        }
        let start = line_start(self.text, from);
        if run.last.is_some_and(|last| !self.text[self.tree.span(last).end..].contains('\n')) {
            // The last lines of a file that does not end in one.
            return self.text[..start].trim_end_matches(['\r', '\n']).len()..end;
        }
        start..self.text[end..].find('\n').map_or(end, |newline| end + newline + 1)
    }
}

/// What stands around an argument that goes.
struct Run {
    /// The first of those side by side that go.
    first: Entry,
    before: Option<Entry>,
    after: Option<Entry>,
    /// The last one of the mapping, if nothing from here on stays.
    last: Option<Entry>,
}
