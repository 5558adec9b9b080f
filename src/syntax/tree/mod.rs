//! One tree with byte spans for YAML and JSON, so that what CloudFormation means by it is written once.
//!
//! The tree keeps what an edit needs and what a reader of plain data would lose: tags, anchors, aliases, quoting styles, brackets and
//! comments. It never prints itself.

mod arena;
pub(crate) mod brackets;
mod json;
mod parse;
mod value;
mod yaml;

use std::collections::HashSet;
use std::ops::Range;

use crate::syntax::tree::arena::Arena;
pub(crate) use crate::syntax::tree::value::{Entry, ScalarStyle, Value, ValueId, ValueKind};

use crate::text::lines::{indent_of, line_start};

/// In which of the two languages the text is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Syntax {
    Yaml,
    Json,
}

/// A parsed file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Tree {
    pub(crate) syntax: Syntax,
    store: Arena,
    /// The value of each document; JSON has one.
    pub(crate) documents: Vec<ValueId>,
    /// All aliases, in order.
    pub(crate) aliases: Vec<ValueId>,
    /// Values behind a tag of YAML's own (`!!str`), in order, and where that is.
    core_tags: Vec<(ValueId, Range<usize>)>,
    /// Where comments are, `#` included, line end excluded.
    pub(crate) comments: Vec<Range<usize>>,
    /// Keys that their mapping has had before, keys that are no scalars, and keys that are not there at all (`? `, `: a`).
    pub(crate) invalid_keys: Vec<ValueId>,
}

/// Why a text is neither YAML nor JSON, or not looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ParseError {
    pub(crate) offset: usize,
    pub(crate) message: String,
    /// Whether the text has only more of something than is taken, and may be right all the same.
    pub(crate) is_limit: bool,
}

impl ParseError {
    pub(crate) fn new(offset: usize, message: impl Into<String>) -> Self {
        ParseError { offset, message: message.into(), is_limit: false }
    }

    fn too_deep(offset: usize, levels: u32) -> Self {
        let message = format!("nested more than {levels} levels deep (aliases expanded), the limit of ipfix");
        ParseError { offset, message, is_limit: true }
    }
}

impl Tree {
    /// For a text of this length.
    fn new(syntax: Syntax, length: usize) -> Self {
        Tree {
            syntax,
            store: Arena::new(length),
            documents: Vec::new(),
            aliases: Vec::new(),
            core_tags: Vec::new(),
            comments: Vec::new(),
            invalid_keys: Vec::new(),
        }
    }

    /// A tree without a document.
    pub(crate) fn empty() -> Self {
        Tree::new(Syntax::Yaml, 0)
    }

    pub(crate) fn get(&self, id: ValueId) -> Value<'_> {
        self.store.get(id)
    }

    pub(crate) fn kind(&self, id: ValueId) -> ValueKind<'_> {
        self.store.kind(id)
    }

    /// A local tag without its `!`.
    pub(crate) fn tag(&self, id: ValueId) -> Option<&str> {
        self.store.tag(id).map(|(tag, _)| &**tag)
    }

    /// Notes the keys of a mapping that it has had before, and those that are no scalars or not there.
    fn note_bad_keys(&mut self, entries: &[Entry]) {
        let text = |entry: &Entry| self.scalar(entry.key).filter(|_| !self.is_absent(entry.key));
        // Nearly all mappings are small: comparing is quicker there than hashing.
        let bad: Vec<ValueId> = if entries.len() <= 12 {
            let mut had = [None; 12];
            let bad = entries.iter().enumerate().filter(|&(index, entry)| {
                had[index] = text(entry);
                had[index].is_none() || had[..index].contains(&had[index])
            });
            bad.map(|(_, entry)| entry.key).collect()
        } else {
            let mut seen = HashSet::with_capacity(entries.len());
            let bad = entries.iter().filter(|entry| text(entry).is_none_or(|text| !seen.insert(text)));
            bad.map(|entry| entry.key).collect()
        };
        self.invalid_keys.extend(bad);
    }

    /// Whether nothing at all is written where this value is.
    pub(crate) fn is_absent(&self, id: ValueId) -> bool {
        self.store.content(id).is_empty()
    }

    /// All values, in the order of their starts.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ValueId> {
        self.store.ids()
    }

    /// The value, or what it is an alias of.
    pub(crate) fn resolve(&self, id: ValueId) -> ValueId {
        self.store.resolve(id)
    }

    /// The entries of a mapping; none for anything else.
    pub(crate) fn entries(&self, id: ValueId) -> &[Entry] {
        self.store.entries(id)
    }

    /// The items of a list; none for anything else.
    pub(crate) fn items(&self, id: ValueId) -> &[ValueId] {
        self.store.items(id)
    }

    /// A scalar's text, whatever its tag.
    pub(crate) fn scalar(&self, id: ValueId) -> Option<&str> {
        self.store.scalar(id)
    }

    /// The text of a scalar that no tag makes into something else.
    pub(crate) fn text(&self, id: ValueId) -> Option<&str> {
        if self.store.tag(id).is_some() { None } else { self.scalar(id) }
    }

    pub(crate) fn style(&self, id: ValueId) -> Option<ScalarStyle> {
        self.store.style(id)
    }

    /// The entry with this key, as written in the mapping itself (no merge keys).
    pub(crate) fn entry(&self, mapping: ValueId, key: &str) -> Option<Entry> {
        self.entries(mapping).iter().copied().find(|entry| self.scalar(entry.key) == Some(key))
    }

    /// The entries of a mapping, or of all mappings of a list.
    pub(crate) fn entries_inside(&self, id: ValueId) -> Vec<Entry> {
        match self.items(id) {
            [] => self.entries(id).to_vec(),
            items => items.iter().flat_map(|&item| self.entries(item)).copied().collect(),
        }
    }

    /// The value under this key, aliases followed.
    pub(crate) fn member(&self, mapping: ValueId, key: &str) -> Option<ValueId> {
        self.entry(mapping, key).map(|entry| self.resolve(entry.value))
    }

    /// The same, with what the mapping merges by `<<` (one mapping or a list of them): what it writes itself comes first.
    pub(crate) fn merged_member(&self, mapping: ValueId, key: &str) -> Option<ValueId> {
        self.member(mapping, key).or_else(|| {
            let merged = self.member(mapping, "<<")?;
            let sources = match self.store.kind(merged) {
                ValueKind::List(items) => items,
                _ => std::slice::from_ref(&merged),
            };
            sources.iter().find_map(|&source| self.member(self.resolve(source), key))
        })
    }

    /// The whole value with its tag; with its anchor only if the anchor is between tag and content.
    pub(crate) fn outer_span(&self, id: ValueId) -> Range<usize> {
        let content = self.store.content(id);
        let start = self.store.tag(id).map_or(content.start, |(_, tag)| tag.start.min(content.start));
        start..content.end
    }

    /// The whole value with tag and anchor.
    pub(crate) fn full_span(&self, id: ValueId) -> Range<usize> {
        let whole = self.outer_span(id);
        let anchor = self.store.anchor(id).map_or(whole.start, |anchor| anchor.start);
        whole.start.min(anchor)..whole.end
    }

    /// A range that starts at a value, from the tag of YAML's own that may be before it.
    pub(crate) fn with_core_tag(&self, id: ValueId, range: Range<usize>) -> Range<usize> {
        let tag = self.core_tags.binary_search_by_key(&id, |(of, _)| *of).map(|at| self.core_tags[at].1.start);
        tag.unwrap_or(range.start).min(range.start)..range.end
    }

    /// What no edit may lose: comments, anchors, and the tags of YAML's own, in the order of the text.
    pub(crate) fn protected(&self) -> Vec<Range<usize>> {
        let tags = self.core_tags.iter().map(|(_, tag)| tag);
        let mut parts: Vec<_> = self.comments.iter().chain(self.store.anchors()).chain(tags).cloned().collect();
        parts.sort_by_key(|part| part.start);
        parts
    }

    /// An entry from the start of its key to the end of its value.
    pub(crate) fn span(&self, entry: Entry) -> Range<usize> {
        let key = self.full_span(entry.key);
        key.start..self.store.content(entry.value).end.max(key.end)
    }

    /// The entries before and after the one with this key.
    pub(crate) fn neighbours(&self, key: ValueId) -> (Option<Entry>, Option<Entry>) {
        let entries = self.store.parent(key).map_or(&[][..], |mapping| self.entries(mapping));
        let Ok(index) = entries.binary_search_by_key(&key, |entry| entry.key) else { return (None, None) };
        let before = index.checked_sub(1).and_then(|index| entries.get(index));
        (before.copied(), entries.get(index + 1).copied())
    }

    /// Where the entry with this key starts: at the key, or at the `?` that may be written before it, perhaps on another line.
    pub(crate) fn start(&self, text: &str, key: ValueId) -> usize {
        let at = self.with_core_tag(key, self.full_span(key)).start;
        let Some(mapping) = self.store.parent(key) else { return at };
        let (before, _) = self.neighbours(key);
        let from = before.map_or(self.store.content(mapping).start, |before| self.span(before).end);
        // Nothing but white space, a comma and comments can be there too.
        let between = text.get(from..at).unwrap_or_default();
        let is_said = |mark: usize| self.comments_in(&(from..at)).iter().any(|comment| comment.contains(&mark));
        let mut marks = between.match_indices('?').map(|(mark, _)| from + mark);
        marks.rfind(|&mark| !is_said(mark)).unwrap_or(at)
    }

    /// Where lines can be put above a value: before its key, or before the dash of the item that it is or is the first entry of. None in brackets,
    /// and where an anchor, a tag or a question mark is before the key.
    pub(crate) fn room_above(&self, text: &str, value: ValueId) -> Option<usize> {
        let first = match self.entry_of_value(value) {
            _ if self.in_flow(value) => return None,
            Some(entry) => {
                let key = self.get(entry.key);
                let is_bare = key.anchor.is_none() && key.tag.is_none();
                Some(key.content.start).filter(|&start| is_bare && self.start(text, entry.key) == start)?
            }
            None => self.full_span(value).start,
        };
        let indent = indent_of(text, first);
        match text[line_start(text, first)..first].trim() {
            "" => Some(first),
            "-" => Some(line_start(text, first) + indent.len()),
            // Behind several dashes: below them.
            _ => self.entry_of_value(value).map(|_| first),
        }
    }

    /// The text between a scalar's quotes.
    pub(crate) fn content_span(&self, id: ValueId) -> Range<usize> {
        let content = self.store.content(id);
        match self.style(id) {
            Some(ScalarStyle::Single | ScalarStyle::Double) if content.len() >= 2 => content.start + 1..content.end - 1,
            _ => content,
        }
    }

    /// Whether the value is inside brackets (or is JSON), where line breaks and indentation mean nothing.
    pub(crate) fn in_flow(&self, id: ValueId) -> bool {
        let mut at = self.store.parent(id);
        while let Some(parent) = at {
            if self.store.is_flow(parent) {
                return true;
            }
            at = self.store.parent(parent);
        }
        false
    }

    /// The entry of which this is the value.
    pub(crate) fn entry_of_value(&self, id: ValueId) -> Option<Entry> {
        let parent = self.store.parent(id)?;
        self.entries(parent).iter().copied().find(|entry| entry.value == id)
    }

    /// The value or key that starts at this offset. In JSON, there is at most one.
    pub(crate) fn starting_at(&self, offset: usize) -> Option<ValueId> {
        self.store.starting_at(offset)
    }

    /// The collection around a value.
    pub(crate) fn parent(&self, id: ValueId) -> Option<ValueId> {
        self.store.parent(id)
    }

    /// The comments that start inside this range.
    pub(crate) fn comments_in(&self, range: &Range<usize>) -> &[Range<usize>] {
        let first = self.comments.partition_point(|comment| comment.start < range.start);
        let last = self.comments.partition_point(|comment| comment.start < range.end);
        &self.comments[first..last.max(first)]
    }
}
