//! Where lowering is: an expression, and what is taken of its value.

use std::ops::Range;

use hcl_edit::expr::Expression;

use crate::syntax::hcl_node::range;
use crate::terraform::lower::scope::Scope;
use crate::terraform::lower::traversal::Step;

/// An expression, what is taken of its value, and where both stand.
pub(crate) struct Cursor<'s, 'a> {
    pub(crate) expression: &'a Expression,
    /// The steps that are still to take of its value.
    pub(crate) path: Vec<Step<'a>>,
    /// What a fix replaces: the expression, or the one around it that takes the steps.
    pub(crate) outer_span: Range<usize>,
    pub(crate) scope: &'s Scope<'a>,
}

impl<'s, 'a> Cursor<'s, 'a> {
    /// The whole value of an expression.
    pub(crate) fn new(expression: &'a Expression, scope: &'s Scope<'a>) -> Self {
        Cursor::of(expression, Vec::new(), scope)
    }

    /// What these steps take of the value of an expression, where the steps are written elsewhere.
    pub(crate) fn of(expression: &'a Expression, path: Vec<Step<'a>>, scope: &'s Scope<'a>) -> Self {
        Cursor { expression, path, outer_span: range(expression), scope }
    }

    /// The same steps, taken of a part that can become the value.
    pub(crate) fn part(&self, part: &'a Expression) -> Self {
        let outer_span = self.span_of(part);
        Cursor { expression: part, path: self.path.clone(), outer_span, scope: self.scope }
    }

    /// The same, where nothing else is taken of the expression.
    pub(crate) fn into_part(self, part: &'a Expression) -> Self {
        let outer_span = self.span_of(part);
        Cursor { expression: part, outer_span, ..self }
    }

    /// Without its first step.
    pub(crate) fn skip_step(mut self) -> Self {
        self.path.remove(0);
        self
    }

    /// Steps that are written in the text belong to what is replaced; those that a function takes do not.
    fn span_of(&self, part: &Expression) -> Range<usize> {
        let is_written = self.path.iter().any(|step| step.at.is_some());
        if is_written { self.outer_span.clone() } else { range(part) }
    }
}
