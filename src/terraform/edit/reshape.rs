//! Writes an argument in another shape or under another name.

use std::fmt::Write;

use crate::aws::slots::{Nesting, Shape};
use crate::language::EditError;
use crate::model::SlotId;
use crate::syntax::hcl_tokens::{Kind, Token, tokens};
use crate::terraform::edit::Renderer;
use crate::terraform::lower::slots::key_range;
use crate::terraform::lower::style::Style;
use crate::text::lines::{indent_of, leading_blanks};
use crate::text::{Edit, Span, splice_range};

impl Renderer<'_> {
    /// Writes the slot in the shape of the table, around the value as the other edits make it.
    ///
    /// Before:
    /// ```hcl
    /// resource "aws_iam_role" "app" {}
    /// resource "aws_iam_instance_profile" "app" {
    ///   role = aws_iam_role.app.name
    /// }
    /// resource "aws_instance" "web" {
    ///   iam_instance_profile {
    ///     # The web servers.
    ///     name = aws_iam_role.app.name
    ///   }
    /// }
    /// ```
    ///
    /// After:
    /// ```hcl
    /// resource "aws_iam_role" "app" {}
    /// resource "aws_iam_instance_profile" "app" {
    ///   role = aws_iam_role.app.name
    /// }
    /// resource "aws_instance" "web" {
    ///   # The web servers.
    ///   iam_instance_profile = aws_iam_instance_profile.app.name
    /// }
    /// ```
    pub(crate) fn reshape(
        &self,
        slot: SlotId,
        key: Option<&'static str>,
        mut edits: Vec<Edit>,
    ) -> Result<Vec<Edit>, EditError> {
        let slot = self.slot(slot);
        if let Some(json) = self.json(slot.span.file) {
            return json.reshape(slot, key, edits);
        }
        let (at, value_at, spec) = (slot.span, slot.value, slot.spec);
        let source = &self.sources[at.file];
        let inside: Vec<Edit> = edits.iter().filter(|edit| value_at.contains(edit.span)).cloned().collect();
        edits.retain(|edit| !at.contains(edit.span));
        let mut value = splice_range(source, value_at.range(), &inside)?;
        // In a list such a value is as it should be; on its own `terraform fmt` would take the wrapping off.
        if let Some(bare) = without_parens(&value).filter(|_| self.style(at.file) == Style::Bare) {
            value = bare.to_owned();
        }
        let indent = indent_of(source.text(), at.start);
        let value_indent = indent_of(source.text(), value_at.start);
        // The comments outside of the value move to lines of their own above it.
        let beside = [Span::new(at.file, at.start..value_at.start), Span::new(at.file, value_at.end..at.end)];
        let mut text = String::new();
        for comment in beside.iter().flat_map(|beside| self.comments_in(beside)) {
            let _ = write!(text, "{comment}\n{indent}");
        }
        match (spec.shape, key) {
            (Shape::Keys { .. }, Some(key)) if spec.nesting == Nesting::Objects && !value.contains('\n') => {
                let _ = write!(text, "{} = {{ {key} = {value} }}", spec.key);
            }
            (Shape::Keys { .. }, Some(key)) if spec.nesting == Nesting::Objects => {
                let value = on_its_own(&value, value_indent, &format!("{indent}  "));
                let _ = write!(text, "{} = {{\n{indent}  {key} = {value}\n{indent}}}", spec.key);
            }
            (Shape::List(_), _) => drop(write!(text, "{} = [{}]", spec.key, reindent(&value, value_indent, indent))),
            (Shape::Keys { .. }, Some(key)) => {
                let value = on_its_own(&value, value_indent, &format!("{indent}  "));
                let _ = write!(text, "{} {{\n{indent}  {key} = {value}\n{indent}}}", spec.key);
            }
            _ => drop(write!(text, "{} = {}", spec.key, on_its_own(&value, value_indent, indent))),
        }
        let edit = Edit { span: at, text, order: 0 };
        edits.push(match spec.nesting {
            Nesting::Blocks => on_lines_of_its_own(source.text(), edit, indent),
            Nesting::Objects => edit,
        });
        Ok(edits)
    }

    /// Gives the argument its right name.
    ///
    /// Before:
    /// ```hcl
    /// resource "aws_iam_role" "app" {}
    /// resource "aws_iam_instance_profile" "app" {
    ///   role = aws_iam_role.app.name
    /// }
    /// resource "aws_instance" "web" {
    ///   iam_role = aws_iam_role.app.name # The web servers.
    /// }
    /// ```
    ///
    /// After:
    /// ```hcl
    /// resource "aws_iam_role" "app" {}
    /// resource "aws_iam_instance_profile" "app" {
    ///   role = aws_iam_role.app.name
    /// }
    /// resource "aws_instance" "web" {
    ///   iam_instance_profile = aws_iam_instance_profile.app.name # The web servers.
    /// }
    /// ```
    ///
    /// # Errors
    /// The argument is not in the file.
    pub(crate) fn rename(&self, slot: SlotId) -> Result<Edit, EditError> {
        let slot = self.slot(slot);
        if let Some(json) = self.json(slot.span.file) {
            return json.rename(slot);
        }
        let span = Span::new(slot.span.file, key_range(&slot.span, &slot.argument));
        Ok(Edit { span, text: slot.spec.key.to_owned(), order: 0 })
    }
}

/// A value as an argument of its own. Where brackets around it allowed it to have several lines, it gets parentheses.
fn on_its_own(value: &str, from: &str, indent: &str) -> String {
    let is_value = |value: &str| format!("x = {value}\n").parse::<hcl_edit::structure::Body>().is_ok();
    if !value.contains('\n') || is_value(value) || !is_value(&format!("({value}\n)")) {
        return reindent(value, from, indent);
    }
    let deeper = format!("{indent}  ");
    format!("(\n{deeper}{}\n{indent})", reindent(value, from, &deeper))
}

/// Code of several lines at another depth. The lines of a comment stay as they are; with a heredoc in it, all do.
fn reindent(code: &str, from: &str, to: &str) -> String {
    let all: Vec<_> = tokens(code, 0).collect();
    if all.iter().any(|token| token.kind == Kind::Heredoc) {
        return code.to_owned();
    }
    let mut out = String::new();
    let mut done = 0;
    for end in all.iter().filter(|token| token.kind == Kind::LineEnd).map(Token::end) {
        let is_blank = |line: &str| line.split('\n').next().is_none_or(|line| line.trim().is_empty());
        let moves = code[end..].strip_prefix(from).is_some_and(|line| !is_blank(line));
        out.push_str(&code[done..end]);
        done = end;
        if moves {
            out.push_str(to);
            done += from.len();
        }
    }
    out + &code[done..]
}

/// What is inside of a text that is nothing but one reference between `"${` and `}"`.
fn without_parens(value: &str) -> Option<&str> {
    let inner = value.strip_prefix("\"${")?.strip_suffix("}\"")?.trim();
    let plain = |character: char| character.is_alphanumeric() || "_-.[]*".contains(character);
    (!inner.is_empty() && inner.chars().all(plain)).then_some(inner)
}

/// A block on one line can hold one argument, and neither a block nor a comment to the end of the line: what needs more opens it up.
fn on_lines_of_its_own(text: &str, edit: Edit, indent: &str) -> Edit {
    let before = text[..edit.span.start].trim_end_matches([' ', '\t']);
    let opens = before.rsplit_once('{').is_some_and(|(_, between)| {
        let comment = between.trim_start();
        let is_comment = comment.starts_with("/*") && comment.ends_with("*/");
        (comment.is_empty() || is_comment) && !between.contains('\n')
    });
    if !edit.text.contains('\n') || !opens {
        return edit;
    }
    let after = leading_blanks(&text[edit.span.end..]);
    let span = Span::new(edit.span.file, before.len()..edit.span.end + after);
    let inner = reindent(&edit.text, "", "  ");
    Edit { span, text: format!("\n{indent}  {inner}\n{indent}"), order: edit.order }
}
