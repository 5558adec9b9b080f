//! How a [`Tree`](crate::syntax::tree::Tree) keeps its values: a large template has hundreds of thousands, so each takes few bytes and no memory of its own.

use std::num::NonZeroU32;
use std::ops::Range;

use crate::syntax::tree::value::{Entry, ScalarStyle, Value, ValueId, ValueKind};

/// A range of one of the vectors, or of the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Part {
    start: u32,
    end: u32,
}

impl Part {
    /// [`Arena::MAX_LENGTH`] sees to it that all offsets fit.
    fn new(range: &Range<usize>) -> Self {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Part { start: narrow(range.start), end: narrow(range.end) }
    }

    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Node {
    Scalar(Part, ScalarStyle),
    List(Part),
    Mapping(Part),
    Alias(ValueId),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct NodeRecord {
    node: Node,
    content: Part,
    /// Its number among the tags, from 1.
    tag: Option<NonZeroU32>,
    /// Its number among the anchors, from 1.
    anchor: Option<NonZeroU32>,
    parent: Option<ValueId>,
    flow: bool,
}

/// All values of a tree.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Arena {
    values: Vec<NodeRecord>,
    items: Vec<ValueId>,
    entries: Vec<Entry>,
    /// The texts of all scalars, one after the other.
    texts: String,
    tags: Vec<(Box<str>, Range<usize>)>,
    anchors: Vec<Range<usize>>,
}

/// A value that is to be kept; without its contents if it is a collection.
pub(crate) struct NodeDraft {
    pub(crate) content: Range<usize>,
    pub(crate) tag: Option<(Box<str>, Range<usize>)>,
    pub(crate) flow: bool,
    pub(crate) parent: Option<ValueId>,
}

/// What a value that is to be kept is.
#[derive(Clone, Copy)]
pub(crate) enum NodeRef<'t> {
    Scalar(&'t str, ScalarStyle),
    List,
    Mapping,
    Alias(ValueId),
}

impl Arena {
    /// The longest text of which a tree can be made, in bytes: a scalar may be a little longer than it is written (`"\L"`).
    pub(crate) const MAX_LENGTH: usize = 1 << 31;

    /// For a text of this length: room enough that nothing has to be moved as it grows.
    pub(crate) fn new(length: usize) -> Self {
        Arena {
            values: Vec::with_capacity(length / 16),
            entries: Vec::with_capacity(length / 32),
            texts: String::with_capacity(length),
            ..Arena::default()
        }
    }

    pub(crate) fn push(&mut self, of: NodeRef<'_>, new: NodeDraft) -> ValueId {
        let node = match of {
            NodeRef::Scalar(text, style) => {
                let start = self.texts.len();
                self.texts.push_str(text);
                Node::Scalar(Part::new(&(start..self.texts.len())), style)
            }
            NodeRef::List => Node::List(Part::new(&(0..0))),
            NodeRef::Mapping => Node::Mapping(Part::new(&(0..0))),
            NodeRef::Alias(target) => Node::Alias(target),
        };
        let tag = new.tag.and_then(|tag| {
            self.tags.push(tag);
            number(self.tags.len())
        });
        let NodeDraft { content, flow, parent, .. } = new;
        let content = Part::new(&content);
        self.values.push(NodeRecord { node, content, tag, anchor: None, parent, flow });
        ValueId(number(self.values.len()).unwrap_or(NonZeroU32::MAX))
    }

    /// Gives a list its items.
    pub(crate) fn fill_list(&mut self, id: ValueId, items: &[ValueId]) {
        let start = self.items.len();
        self.items.extend_from_slice(items);
        self.values[id.index()].node = Node::List(Part::new(&(start..self.items.len())));
    }

    /// Gives a mapping its entries.
    pub(crate) fn fill_mapping(&mut self, id: ValueId, entries: &[Entry]) {
        let start = self.entries.len();
        self.entries.extend_from_slice(entries);
        self.values[id.index()].node = Node::Mapping(Part::new(&(start..self.entries.len())));
    }

    pub(crate) fn set_content(&mut self, id: ValueId, content: &Range<usize>) {
        self.values[id.index()].content = Part::new(content);
    }

    pub(crate) fn set_anchor(&mut self, id: ValueId, anchor: Range<usize>) {
        self.anchors.push(anchor);
        self.values[id.index()].anchor = number(self.anchors.len());
    }

    /// All values, in the order of their starts.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ValueId> + use<> {
        (1..=self.values.len()).filter_map(|at| number(at).map(ValueId))
    }

    /// The value that starts at this offset, of a text in which no two do.
    pub(crate) fn starting_at(&self, offset: usize) -> Option<ValueId> {
        let start = |record: &NodeRecord| record.content.start as usize;
        let at = self.values.binary_search_by_key(&offset, start).ok()?;
        number(at + 1).map(ValueId)
    }

    #[inline]
    pub(crate) fn get(&self, id: ValueId) -> Value<'_> {
        let stored = &self.values[id.index()];
        Value {
            kind: self.kind(id),
            content: stored.content.range(),
            tag: self.tag(id),
            anchor: self.anchor(id).cloned(),
            flow: stored.flow,
            parent: stored.parent,
        }
    }

    #[inline]
    pub(crate) fn kind(&self, id: ValueId) -> ValueKind<'_> {
        match self.values[id.index()].node {
            Node::Scalar(part, style) => ValueKind::Scalar { text: &self.texts[part.range()], style },
            Node::List(part) => ValueKind::List(&self.items[part.range()]),
            Node::Mapping(part) => ValueKind::Mapping(&self.entries[part.range()]),
            Node::Alias(target) => ValueKind::Alias(target),
        }
    }

    #[inline]
    pub(crate) fn scalar(&self, id: ValueId) -> Option<&str> {
        match self.values[id.index()].node {
            Node::Scalar(part, _) => Some(&self.texts[part.range()]),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn items(&self, id: ValueId) -> &[ValueId] {
        match self.values[id.index()].node {
            Node::List(part) => &self.items[part.range()],
            _ => &[],
        }
    }

    #[inline]
    pub(crate) fn entries(&self, id: ValueId) -> &[Entry] {
        match self.values[id.index()].node {
            Node::Mapping(part) => &self.entries[part.range()],
            _ => &[],
        }
    }

    #[inline]
    pub(crate) fn style(&self, id: ValueId) -> Option<ScalarStyle> {
        match self.values[id.index()].node {
            Node::Scalar(_, style) => Some(style),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn resolve(&self, id: ValueId) -> ValueId {
        match self.values[id.index()].node {
            Node::Alias(target) => target,
            _ => id,
        }
    }

    #[inline]
    pub(crate) fn content(&self, id: ValueId) -> Range<usize> {
        self.values[id.index()].content.range()
    }

    #[inline]
    pub(crate) fn tag(&self, id: ValueId) -> Option<&(Box<str>, Range<usize>)> {
        self.values[id.index()].tag.and_then(|number| self.tags.get(number.get() as usize - 1))
    }

    #[inline]
    pub(crate) fn anchor(&self, id: ValueId) -> Option<&Range<usize>> {
        self.values[id.index()].anchor.and_then(|number| self.anchors.get(number.get() as usize - 1))
    }

    pub(crate) fn anchors(&self) -> &[Range<usize>] {
        &self.anchors
    }

    #[inline]
    pub(crate) fn parent(&self, id: ValueId) -> Option<ValueId> {
        self.values[id.index()].parent
    }

    #[inline]
    pub(crate) fn is_flow(&self, id: ValueId) -> bool {
        self.values[id.index()].flow
    }
}

fn number(count: usize) -> Option<NonZeroU32> {
    u32::try_from(count).ok().and_then(NonZeroU32::new)
}
