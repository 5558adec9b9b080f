//! What lowering finds: values, how they are written, and what is around them.

use crate::model::{Crossing, IndexScope, Resolution};
use crate::text::Span;

/// What around an expression decides whether it becomes the value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Around {
    /// `try`
    pub(crate) may_fail: bool,
    /// A `for` with an `if`.
    pub(crate) filtered: bool,
    /// A function that takes the first of several that is there.
    pub(crate) fallback: bool,
}

/// How a leaf is written, for rewriting it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Syntax {
    /// The address alone (`aws_iam_role.app`). None: only the whole leaf can be replaced.
    pub(crate) address: Option<Span>,
    /// The last attribute's name alone; none for a bare reference.
    pub(crate) attribute: Option<Span>,
    /// Where an attribute goes that a bare reference lacks.
    pub(crate) end: usize,
    /// The step that picks an instance: where it is (if it is written here), and its text.
    pub(crate) index: Option<(Option<Span>, String)>,
    /// If that step takes all: the index of the one that is taken in the end.
    pub(crate) element: Option<String>,
    /// If that step takes all: whether none of them is picked in the end.
    pub(crate) is_list: bool,
    /// Where the names in that step mean something.
    pub(crate) scoped: Option<IndexScope>,
    /// Whether that step or the attribute is taken of other leaves too.
    pub(crate) shared: bool,
    /// The function around it that orders or drops by value.
    pub(crate) ordered_by: Option<&'static str>,
    /// What around it decides whether it becomes the value.
    pub(crate) around: Around,
    /// Whether the leaf is inside of `${...}` already.
    pub(crate) interpolated: bool,
}

/// A leaf in the making.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) at: Span,
    pub(crate) resolution: Resolution,
    pub(crate) spelling: Syntax,
    /// The definition that it is in: an index into [`Lowering::definitions`].
    pub(crate) definition: Option<usize>,
    /// The part of the slot's own expression that leads to it.
    pub(crate) reference_span: Option<Span>,
    /// The boundary of the module that it crosses.
    pub(crate) crossing: Option<Crossing>,
    /// Whether the module that gives it has a finding of its own for it.
    pub(crate) reported_elsewhere: bool,
}

/// A value under a name, met on the way.
pub(crate) struct Defined {
    pub(crate) name: String,
    pub(crate) at: Span,
}
