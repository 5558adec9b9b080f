//! What lowering finds: values, how they are written, and what is around them.

use crate::model::{Denotes, Scoped};
use crate::source::Span;

/// What around an expression decides whether it becomes the value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Around {
    /// `try`
    pub(super) may_fail: bool,
    /// A `for` with an `if`.
    pub(super) filtered: bool,
    /// A function that takes the first of several that is there.
    pub(super) fallback: bool,
}

/// How a leaf is written, for rewriting it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Spelling {
    /// The address alone (`aws_iam_role.app`). None: only the whole leaf can be replaced.
    pub(super) address: Option<Span>,
    /// The last attribute's name alone; none for a bare reference.
    pub(super) attribute: Option<Span>,
    /// Where an attribute goes that a bare reference lacks.
    pub(super) end: usize,
    /// The step that picks an instance: where it stands (if it is written down here), and its text.
    pub(super) index: Option<(Option<Span>, String)>,
    /// If that step takes all: the index of the one that is taken in the end.
    pub(super) element: Option<String>,
    /// Where the names in that step mean something.
    pub(super) scoped: Option<Scoped>,
    /// Whether that step or the attribute is taken of other leaves too.
    pub(super) shared: bool,
    /// The function around it that orders or drops by value.
    pub(super) ordered_by: Option<&'static str>,
    /// What around it decides whether it becomes the value.
    pub(super) around: Around,
    /// Whether the leaf stands inside of `${...}` already.
    pub(super) interpolated: bool,
}

/// A leaf in the making.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) at: Span,
    pub(super) denotes: Denotes,
    pub(super) spelling: Spelling,
    /// The definition in which it stands: an index into [`Lowering::definitions`].
    pub(super) definition: Option<usize>,
    /// The part of the slot's own expression that leads to it.
    pub(super) read_at: Option<Span>,
}

/// A value under a name, met on the way.
pub(super) struct Defined {
    pub(super) name: String,
    pub(super) at: Span,
}
