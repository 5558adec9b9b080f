//! Where an expression is: in which block and loops, and what led to it.

use std::ops::Range;
use std::rc::Rc;

use hcl_edit::expr::{Expression, ForExpr};

use crate::model::{Part, TemplateString};
use crate::syntax::hcl_node::range;
use crate::terraform::lower::module::ModuleIndex;
use crate::terraform::lower::references;
use crate::terraform::lower::repeat::Repetition;
use crate::terraform::lower::traversal::Step;
use crate::terraform::lower::value::Around;
use crate::text::{FileId, Span};

/// A name for the elements of a collection: the variable of a `for` expression, the iterator of a `dynamic` block.
#[derive(Clone)]
pub(crate) struct Binding<'a> {
    pub(crate) name: &'a str,
    pub(crate) collection: &'a Expression,
    /// Which element.
    pub(crate) element: Step<'a>,
    pub(crate) scope: Rc<Scope<'a>>,
    /// An iterator is read through `.value`, and what it iterates over is a definition.
    pub(crate) iterator: bool,
    /// Whether it is the variable of the keys.
    pub(crate) is_key: bool,
}

/// Where an expression is.
#[derive(Clone)]
pub(crate) struct Scope<'a> {
    pub(crate) file: FileId,
    pub(crate) interpolated: bool,
    /// How many definitions were entered on the way here.
    pub(crate) depth: u32,
    pub(crate) definition: Option<usize>,
    pub(crate) reference_span: Option<Span>,
    /// The outermost function call around that picks an element of what it is given.
    pub(crate) picked_by: Option<Range<usize>>,
    /// What around decides whether this becomes the value.
    pub(crate) around: Around,
    /// The innermost function around that orders or drops by value.
    pub(crate) ordered_by: Option<&'static str>,
    /// How the block around is repeated.
    pub(crate) repetition: Repetition<'a>,
    pub(crate) bindings: Vec<Binding<'a>>,
}

impl<'a> Scope<'a> {
    /// The body of a block.
    pub(crate) fn of_block(file: FileId, repetition: Repetition<'a>) -> Self {
        Scope {
            file,
            interpolated: false,
            depth: 0,
            definition: None,
            reference_span: None,
            picked_by: None,
            ordered_by: None,
            around: Around::default(),
            repetition,
            bindings: Vec::new(),
        }
    }

    /// A place where nothing is repeated, such as the value of a local.
    pub(crate) fn of_module(file: FileId) -> Self {
        Scope::of_block(file, Repetition::none())
    }

    /// An expression as text that is not written out.
    pub(crate) fn hole(&self, expression: &Expression, index: &ModuleIndex<'_>) -> TemplateString {
        let text = index.canonical(self.file, expression);
        let mut scope: Vec<String> = Vec::new();
        references::roots(expression, |root, attribute| match (root, attribute) {
            ("count", _) | ("each", Some("key")) => scope.push(self.repetition.keys.to_string()),
            ("each" | "self", _) => scope.push(self.repetition.values.to_string()),
            (name, _) => {
                let binding = self.bindings.iter().rev().find(|binding| binding.name == name);
                // A loop is told by the place of what it goes through.
                scope
                    .extend(binding.map(|binding| format!("{}:{:?}", binding.scope.file.0, range(binding.collection))));
            }
        });
        // What has another value each time that it is asked for is equal to nothing.
        if references::is_impure(expression) {
            scope.push(format!("{}:{:?}", self.file.0, range(expression)));
        }
        if scope.is_empty() {
            return TemplateString::interpolation(text);
        }
        scope.sort();
        scope.dedup();
        TemplateString(vec![Part::Scoped { expression: text, scope: scope.join(" ") }])
    }

    /// The inside of a `for` expression.
    pub(crate) fn with_binding(&self, each: &'a ForExpr) -> Self {
        let mut inner = self.clone();
        inner.bindings.push(Binding {
            name: each.intro.value_var.as_str(),
            collection: &each.intro.collection_expr,
            element: Step::any(),
            scope: Rc::new(self.clone()),
            iterator: false,
            is_key: false,
        });
        if let Some(key) = &each.intro.key_var {
            let last = inner.bindings.last().cloned();
            inner.bindings.extend(last.map(|value| Binding { name: key.as_str(), is_key: true, ..value }));
        }
        inner
    }

    /// Whether an expression has names in it that mean something only here.
    pub(crate) fn has_own_names(&self, expression: &Expression) -> bool {
        let mut own = false;
        references::roots(expression, |root, _| {
            own |=
                matches!(root, "count" | "each" | "self") || self.bindings.iter().any(|binding| binding.name == root);
        });
        own
    }
}
