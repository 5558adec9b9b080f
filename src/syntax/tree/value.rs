//! One value of a tree, as it is read.

use std::num::NonZeroU32;
use std::ops::Range;

/// A value of a [`Tree`], by index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub(crate) struct ValueId(pub(crate) NonZeroU32);

impl ValueId {
    pub(crate) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// How a scalar is written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ScalarStyle {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ValueKind<'t> {
    Scalar {
        text: &'t str,
        style: ScalarStyle,
    },
    List(&'t [ValueId]),
    Mapping(&'t [Entry]),
    /// `*name`, with its target.
    Alias(ValueId),
}

/// A key with its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub(crate) key: ValueId,
    pub(crate) value: ValueId,
}

/// A value with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Value<'t> {
    pub(crate) kind: ValueKind<'t>,
    /// The value without tag and anchor: quotes, brackets and a block scalar's `|` belong to it; line ends after it do not.
    pub(crate) content: Range<usize>,
    /// A local tag without its `!`, and where it is.
    pub(crate) tag: Option<&'t (Box<str>, Range<usize>)>,
    /// Where `&name` is.
    pub(crate) anchor: Option<Range<usize>>,
    /// Whether a collection is written with brackets.
    pub(crate) flow: bool,
    /// The collection around it; a key and a value have the mapping.
    pub(crate) parent: Option<ValueId>,
}
