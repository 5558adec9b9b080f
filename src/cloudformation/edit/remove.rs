//! Taking an argument away.
//!
//! Arguments side by side may all have to go, each by a fix of its own. So each takes what is on the same side of it, and no edit
//! reaches into another.

use std::ops::Range;

use crate::cloudformation::edit::renderer::{Change, Renderer};
use crate::language::EditError;
use crate::syntax::tree::Entry;
use crate::syntax::tree::brackets::removal;
use crate::text::lines::{leading_blanks, line_end, line_start, next_line};

impl Renderer<'_> {
    /// Removes an entry with its line, or with its comma.
    ///
    /// Before:
    /// ```yaml
    /// Resources:
    ///   AppRole:
    ///     Type: AWS::IAM::Role
    ///   AppInstanceProfile:
    ///     Type: AWS::IAM::InstanceProfile
    ///     Properties:
    ///       Roles: [!Ref AppRole]
    ///   Web:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       IamInstanceProfile: !Ref AppInstanceProfile
    ///       Role: !Ref AppRole
    ///   Db:
    ///     Type: AWS::EC2::Instance
    ///     Properties: {Role: !Ref AppRole, IamInstanceProfile: !Ref AppInstanceProfile}
    /// ```
    /// After:
    /// ```yaml
    /// Resources:
    ///   AppRole:
    ///     Type: AWS::IAM::Role
    ///   AppInstanceProfile:
    ///     Type: AWS::IAM::InstanceProfile
    ///     Properties:
    ///       Roles: [!Ref AppRole]
    ///   Web:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       IamInstanceProfile: !Ref AppInstanceProfile
    ///   Db:
    ///     Type: AWS::EC2::Instance
    ///     Properties: {IamInstanceProfile: !Ref AppInstanceProfile}
    /// ```
    pub(crate) fn remove(&self, entry: Entry) -> Result<Vec<Change>, EditError> {
        let mapping = self.tree.get(entry.key).parent.ok_or("the argument is in no mapping")?;
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
        if !self.tree.get(mapping).flow {
            if entries.len() == 1 {
                return Err("nothing would be left of the mapping".into());
            }
            return Ok(vec![(self.with_line(entry, &run), String::new())]);
        }
        let place = |entry: Entry| self.tree.start(self.text, entry.key)..self.tree.span(entry).end;
        let at = removal(entries, index, place, |other| other == entry || removed(&&other));
        if !self.tree.comments_in(&at).is_empty() {
            return Ok(self.beside_comments(entry, &run));
        }
        Ok(vec![(at, if self.ends_in_a_tag(&run) { " " } else { "" }.to_owned())])
    }

    /// Where comments would go with an entry and its comma: those two alone, with the blanks behind them.
    fn beside_comments(&self, entry: Entry, run: &Run) -> Vec<Change> {
        let span = self.tree.start(self.text, entry.key)..self.tree.span(entry).end;
        let blanks = |at: usize| at + leading_blanks(&self.text[at..]);
        let line = line_start(self.text, span.start);
        let before = &self.text[line..span.start];
        if before.trim() == "," {
            // Where commas are first, its own is the one before it.
            let comma = line + before.find(',').unwrap_or_default();
            return vec![(comma..blanks(span.end), String::new())];
        }
        let comma = self.comma_behind(span.end);
        let is_beside = comma.filter(|&comma| comma == blanks(span.end));
        // The entry before goes with the line break, unless a comment is between.
        let joins = run.first.key != entry.key
            && run
                .before
                .is_some_and(|before| self.tree.comments_in(&(self.tree.span(before).end..span.start)).is_empty());
        let starts_line = before.trim().is_empty() && !joins;
        if let Some(comma) = is_beside.filter(|&comma| starts_line && blanks(comma + 1) == line_end(self.text, comma)) {
            return vec![(line..next_line(self.text, comma), String::new())];
        }
        // What starts a line goes with the blanks behind it, so that a comment starts there.
        let past = |at: usize| if starts_line { blanks(at) } else { at };
        let blank = if joins { " ".to_owned() } else { String::new() };
        match (is_beside, comma) {
            (Some(comma), _) => vec![(span.start..past(comma + 1), blank)],
            (None, Some(comma)) => vec![(span.start..past(span.end), blank), (comma..blanks(comma + 1), String::new())],
            (None, None) => vec![(span.start..past(span.end), blank)],
        }
    }

    /// The comma behind a value; only comments and white space may be between.
    fn comma_behind(&self, mut at: usize) -> Option<usize> {
        loop {
            let next = at + self.text[at..].find(|char: char| !char.is_whitespace())?;
            match self.text.as_bytes()[next] {
                b',' => return Some(next),
                b'#' => at = line_end(self.text, next),
                _ => return None,
            }
        }
    }

    /// Whether the value that stays before what goes is nothing but a tag, which a closing bracket would make another one.
    fn ends_in_a_tag(&self, run: &Run) -> bool {
        let kept = run.before.filter(|_| run.last.is_some()).map(|before| self.tree.get(before.value));
        kept.is_some_and(|kept| kept.tag.is_some() && kept.content.is_empty())
    }

    fn with_line(&self, entry: Entry, run: &Run) -> Range<usize> {
        let key = |entry: Entry| self.tree.start(self.text, entry.key);
        let from = key(entry);
        let after_value = self.tree.span(entry).end;
        let end = line_end(self.text, after_value);
        if let Some(comment) = self.tree.comments_in(&(after_value..end)).first() {
            // The comment stays, on its line.
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
        start..next_line(self.text, end)
    }
}

/// What is around an argument that is removed.
struct Run {
    /// The first of those side by side that go.
    first: Entry,
    before: Option<Entry>,
    after: Option<Entry>,
    /// The last one of the mapping, if nothing from here on stays.
    last: Option<Entry>,
}
