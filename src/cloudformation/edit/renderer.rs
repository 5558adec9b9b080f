//! What all edits of a template are made from.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::aws::slots::Attribute;
use crate::cloudformation::edit::style::Style;
use crate::cloudformation::lower::Lowered;
use crate::plan::{Change as Planned, Plan, PlannedId};
use crate::syntax::tree::{Tree, ValueId};
use crate::text::Source;

/// What the edits of one file are made from.
pub(crate) struct Renderer<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) lowered: &'t Lowered,
    pub(crate) source: &'t Source,
    pub(crate) text: &'t str,
    pub(crate) plan: &'t Plan,
    pub(crate) style: &'t Style,
    /// Comments, anchors and tags, in the order of the text.
    pub(crate) protected: &'t [Range<usize>],
    /// The keys of all arguments that some fix removes, chosen or not.
    pub(crate) removed: BTreeSet<ValueId>,
    /// The new profiles, as far as they were asked for: thousands of fixes may need one, and each be rendered alone.
    pub(crate) profiles: RefCell<BTreeMap<PlannedId, Change>>,
}

/// What editing learns from a file as a whole, once for any number of fixes.
#[derive(Clone, Debug)]
pub(crate) struct FileContext {
    style: Style,
    protected: Vec<Range<usize>>,
}

impl FileContext {
    /// Reads the style of the file, and finds what must not be lost.
    pub(crate) fn of(tree: &Tree, text: &str) -> Self {
        FileContext { style: Style::of(tree, text), protected: tree.protected() }
    }
}

impl<'t> Renderer<'t> {
    /// A renderer for the fixes of a plan.
    pub(crate) fn new(
        (tree, lowered): (&'t Tree, &'t Lowered),
        context: &'t FileContext,
        source: &'t Source,
        plan: &'t Plan,
    ) -> Self {
        Renderer {
            tree,
            lowered,
            source,
            text: source.text(),
            plan,
            style: &context.style,
            protected: &context.protected,
            removed: removed(lowered, plan),
            profiles: RefCell::default(),
        }
    }
}

/// A replacement, not yet an [`Edit`](crate::text::Edit).
pub(crate) type Change = (Range<usize>, String);

/// The resource that a rewired leaf references instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Replacement {
    /// A logical ID; in a loop it has the loop's variable in it.
    pub(crate) id: String,
    pub(crate) kind: Attribute,
    /// Of a nested stack, the output that gives it: `Outputs.ProfileName`.
    pub(crate) output: Option<String>,
}

impl Replacement {
    /// The attribute for `Fn::GetAtt`; none for `Ref`.
    pub(crate) fn attribute(&self) -> Option<&str> {
        match (&self.output, self.kind) {
            (Some(output), _) => Some(output),
            (None, Attribute::Name) => None,
            (None, Attribute::Arn) => Some("Arn"),
        }
    }

    /// `X`, `X.Arn`.
    pub(crate) fn dotted(&self) -> String {
        self.attribute().map_or_else(|| self.id.clone(), |attribute| format!("{}.{attribute}", self.id))
    }

    pub(crate) fn function(&self) -> &'static str {
        if self.attribute().is_some() { "GetAtt" } else { "Ref" }
    }

    pub(crate) fn long_name(&self) -> &'static str {
        if self.attribute().is_some() { "Fn::GetAtt" } else { "Ref" }
    }

    /// Whether the ID has a loop's variable in it, so that only `Fn::Sub` gives it.
    pub(crate) fn is_computed(&self) -> bool {
        self.id.contains("${")
    }
}

/// The keys of all that some fix takes away.
fn removed(lowered: &Lowered, plan: &Plan) -> BTreeSet<ValueId> {
    let changes = plan.fixes.iter().flat_map(|fix| &fix.changes);
    let key = |change: &Planned| match change {
        Planned::Remove { slot } => Some(lowered.places[slot.index()].entry.key),
        _ => None,
    };
    changes.filter_map(key).collect()
}
