//! Rewires a reference, or the part of an expression that reads one, in place.

use std::fmt::Write;

use crate::aws::slots::Attribute;
use crate::model::{LeafId, Resolution};
use crate::plan::{IndexEdit, Target};
use crate::terraform::edit::Renderer;
use crate::terraform::json::JsonRenderer;
use crate::terraform::lower::style::Style;
use crate::text::{Edit, Span};

impl Renderer<'_> {
    /// Gives a reference another address and attribute, and another index where role and profile are not repeated alike.
    ///
    /// Before:
    /// ```hcl
    /// resource "aws_iam_role" "app" {}
    /// resource "aws_iam_instance_profile" "app" {
    ///   role = aws_iam_role.app.name
    /// }
    /// resource "aws_launch_template" "web" {
    ///   iam_instance_profile {
    ///     arn = aws_iam_role.app.arn
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
    /// resource "aws_launch_template" "web" {
    ///   iam_instance_profile {
    ///     arn = aws_iam_instance_profile.app.arn
    ///   }
    /// }
    /// ```
    pub(crate) fn rewire(&self, leaf: LeafId, to: Target, kind: Attribute, index: &IndexEdit) -> Vec<Edit> {
        let spelling = &self.module.built.spellings[leaf.index()];
        let at = self.unit().leaf(leaf).span;
        let Some(address) = spelling.address else {
            return vec![self.replace(&at, leaf, to, kind, index)];
        };
        let file = address.file;
        let is_json = self.module.json(file).is_some();
        let edit = |at: Span, text: String| {
            let edit = Edit { span: at, text, order: 0 };
            if is_json { JsonRenderer::in_string(edit) } else { edit }
        };
        let mut edits = Vec::new();
        let (new, attribute) = self.reference(to, kind);
        let mut after_address = None;
        match (&spelling.index, index) {
            (Some((Some(at), _)), IndexEdit::Drop) => edits.push(edit(*at, self.with_comments_of(at, String::new()))),
            (Some((Some(at), _)), IndexEdit::Use(text)) => {
                edits.push(edit(*at, self.with_comments_of(at, self.style(file).index(text))));
            }
            (None, IndexEdit::Use(text)) => after_address = Some(self.style(file).index(text)),
            _ => {}
        }
        if self.text(&address) != new || after_address.is_some() {
            let text = format!("{new}{}", after_address.unwrap_or_default());
            edits.push(edit(address, self.with_comments_of(&address, text)));
        }
        let stays = |text: &str| text == "id" && spelling.shared && kind == Attribute::Name;
        match spelling.attribute {
            // `.id` is a name too; where another value shares it, it stays.
            Some(at) if stays(&self.text(&at)) => {}
            Some(at) if self.text(&at) != attribute => edits.push(edit(at, attribute)),
            Some(_) => {}
            None => edits.push(edit(Span::new(file, spelling.end..spelling.end), format!(".{attribute}"))),
        }
        edits
    }

    /// Writes a new value in place of a part of an expression.
    ///
    /// Before:
    /// ```hcl
    /// resource "aws_iam_role" "app" {}
    /// resource "aws_iam_instance_profile" "app" {
    ///   role = aws_iam_role.app.name
    /// }
    /// resource "aws_instance" "web" {
    ///   iam_instance_profile = "aws_iam_role.app.name"
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
    ///   iam_instance_profile = aws_iam_instance_profile.app.name
    /// }
    /// ```
    pub(crate) fn replace(&self, at: &Span, leaf: LeafId, to: Target, kind: Attribute, index: &IndexEdit) -> Edit {
        let spelling = &self.module.built.spellings[leaf.index()];
        let is_whole = self.json(at.file).map(|json| json.is_whole(at));
        let value = match (to, &self.unit().leaf(leaf).resolution) {
            (Target::NameInArn, Resolution::Text(text)) => {
                format!("\"{}\"", text.profile_name_of_arn().unwrap_or_default().as_literal().unwrap_or_default())
            }
            _ => {
                let index = match (index, &spelling.index) {
                    (IndexEdit::Keep, Some((_, text))) => text.clone(),
                    (IndexEdit::Use(text), _) => self.style(at.file).index(text),
                    (IndexEdit::Keep, None) | (IndexEdit::Drop, _) => String::new(),
                };
                let is_leaf = self.unit().leaf(leaf).span == *at;
                let interpolated = is_leaf && spelling.interpolated || self.module.built.interpolated.contains(at);
                let style = if interpolated { Style::Bare } else { self.style(at.file) };
                let (address, attribute) = self.reference(to, kind);
                style.value(&format!("{address}{index}.{attribute}"))
            }
        };
        let text = self.with_comments_of(at, value);
        match is_whole {
            Some(true) => Edit { span: *at, text: JsonRenderer::value(&text), order: 0 },
            Some(false) => JsonRenderer::in_string(Edit { span: *at, text, order: 0 }),
            None => Edit { span: *at, text, order: 0 },
        }
    }

    /// Text that replaces a part, with the comments that are inside of it.
    fn with_comments_of(&self, at: &Span, mut text: String) -> String {
        for comment in self.comments_in(at) {
            // A comment to the end of the line needs that end; it is in brackets of some kind, or there could be none.
            let end = if comment.starts_with("/*") { "" } else { "\n" };
            let _ = write!(text, " {comment}{end}");
        }
        text
    }
}
