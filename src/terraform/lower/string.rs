//! Text: what a string expression says, with plain locals put in, and what plain text denotes.

use hcl_edit::expr::Expression;
use hcl_edit::template::Element;

use crate::aws::family::{self, Family};
use crate::model::{Reason, Resolution, TemplateString};
use crate::syntax::hcl_node::range;
use crate::terraform::lower::cursor::Cursor;
use crate::terraform::lower::expression::{Lowering, Registry};
use crate::terraform::lower::reserved_names::{Taken, profile_attribute, role_attribute};
use crate::terraform::lower::scope::Scope;
use crate::terraform::lower::traversal::{Step, StepKind, steps};
use crate::terraform::lower::value::Value;
use crate::text::FileId;

/// Longer text (in bytes) is no name and no ARN of a profile (IAM takes 128 and 2048 characters, says its API reference: InstanceProfile), and is not
/// put in where a local is read.
const MAX_TEXT_LENGTH: usize = 8192;

impl<'a, R: Registry> Lowering<'_, 'a, R> {
    /// A string expression that is not followed, such as a name, with locals that are plain text put in.
    pub(crate) fn whole_text(&mut self, expression: &'a Expression, scope: &Scope<'a>) -> TemplateString {
        let mut text = TemplateString::default();
        let within = self.within_steps(|this| text = this.text(expression, scope));
        if within { text } else { scope.hole(expression, self.index) }
    }

    /// The same inside of something else.
    pub(crate) fn text(&mut self, expression: &'a Expression, scope: &Scope<'a>) -> TemplateString {
        if range(expression).len() > MAX_TEXT_LENGTH {
            self.marks.mark_read(expression, scope);
            return TemplateString::interpolation(format!("{}:{}", scope.file.0, range(expression).start));
        }
        match expression {
            Expression::String(text) => TemplateString::literal(text.value().clone()),
            Expression::Parenthesis(inner) => self.text(inner.inner(), scope),
            Expression::StringTemplate(template) => {
                let text = self.template(template.iter(), scope);
                text.unwrap_or_else(|| scope.hole(expression, self.index))
            }
            Expression::HeredocTemplate(heredoc) => {
                let literal = heredoc.template.iter().all(Element::is_literal);
                if !literal {
                    self.marks.mark_read(expression, scope);
                    return scope.hole(expression, self.index);
                }
                // The parser has taken the indent of `<<-` off already.
                TemplateString::literal(heredoc.template.to_string())
            }
            Expression::Traversal(_) => {
                let values = self.lower(Cursor::new(expression, scope));
                self.marks.mark_read(expression, scope);
                match values.as_slice() {
                    [Value { resolution: Resolution::Text(text), .. }] => text.clone(),
                    _ => scope.hole(expression, self.index),
                }
            }
            _ => {
                self.marks.mark_read(expression, scope);
                scope.hole(expression, self.index)
            }
        }
    }

    /// None if it becomes too long.
    fn template(&mut self, elements: impl Iterator<Item = &'a Element>, scope: &Scope<'a>) -> Option<TemplateString> {
        let mut text = TemplateString::default();
        let mut length = 0;
        for element in elements {
            match element {
                Element::Literal(literal) => text.push_literal(literal),
                Element::Interpolation(inner) => {
                    let part = self.text(&inner.expr, scope);
                    length += part.len();
                    if length <= MAX_TEXT_LENGTH {
                        text.push_text(&part);
                    }
                }
                Element::Directive(_) => text.push_text(&TemplateString::interpolation(format!("{element:?}"))),
            }
        }
        (length <= MAX_TEXT_LENGTH).then_some(text)
    }

    /// Plain text: nothing, a reference in quotes (with its index), or text to compare with names.
    pub(crate) fn resolve_text(&mut self, text: TemplateString) -> (Resolution, Option<String>) {
        match text.as_literal() {
            Some("") => (Resolution::Absent, None),
            Some(literal) => self.quoted_reference(literal).unwrap_or((Resolution::Text(text), None)),
            None => (Resolution::Text(text), None),
        }
    }

    /// `aws_iam_role.app[0].name` as plain text.
    fn quoted_reference(&mut self, literal: &str) -> Option<(Resolution, Option<String>)> {
        let inner = literal.trim();
        let inner = inner.strip_prefix("${").and_then(|inner| inner.strip_suffix('}')).unwrap_or(inner).trim();
        let parsed: Expression = inner.starts_with(['a', 'd']).then(|| inner.parse().ok())??;
        let Expression::Traversal(traversal) = &parsed else { return None };
        let Expression::Variable(root) = &traversal.expr else { return None };
        let path = steps(FileId(0), traversal, 0);
        let data = root.as_str() == "data";
        let (kind, path) = match path.split_first() {
            Some((Step { kind: StepKind::Attribute(kind), .. }, rest)) if data => (*kind, rest),
            _ => (root.as_str(), path.as_slice()),
        };
        let StepKind::Attribute(label) = path.first()?.kind else { return None };
        let taken = Taken::of(&path[1..])?;
        if !family::is_iam_type(kind) {
            return None;
        }
        let text = TemplateString::literal(literal);
        let (of_role, of_profile) = (Family::of_role(kind), Family::of_profile(kind));
        let known = of_role.is_some() || of_profile.is_some();
        if !known && path.len() < 2 {
            return None;
        }
        if !known && self.index.find(data, kind, label).is_some() {
            let address = TemplateString::literal(crate::terraform::lower::module::address(data, kind, label));
            let reads_as = Box::new(Resolution::Unknown(Reason::Unsupported("no instance profile"), address));
            return Some((Resolution::Quoted { text, reads_as, certain: true }, None));
        }
        if !known || self.index.find(data, kind, label).is_none() {
            if let Some(family) = of_profile.filter(|_| !data) {
                self.named_in_text.push(family.profile_address(label));
            }
            let address = TemplateString::literal(crate::terraform::lower::module::address(data, kind, label));
            let reason = if self.registry.is_partial() { Reason::UnreadableFile } else { Reason::Undeclared };
            let reads_as = Box::new(Resolution::Unknown(reason, address));
            return Some((Resolution::Quoted { text, reads_as, certain: true }, None));
        }
        let reads_as = match (of_role, of_profile) {
            (Some(family), _) => {
                let attribute = role_attribute(family, taken.attribute)?;
                Resolution::Role(self.registry.role(family, data, label), attribute, taken.pick)
            }
            (None, Some(family)) => {
                let attribute = profile_attribute(family, taken.attribute)?;
                Resolution::Profile(self.registry.profile(family, data, label), attribute, taken.pick)
            }
            (None, None) => return None,
        };
        let index = taken.index.and_then(|step| inner.get(step.at.as_ref()?.range())).map(str::to_owned);
        Some((Resolution::Quoted { text, reads_as: Box::new(reads_as), certain: true }, index))
    }
}
