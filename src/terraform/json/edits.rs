//! Edits of JSON files, in strings and around them.

use std::ops::Range;

use crate::aws::slots::Shape;
use crate::language::EditError;
use crate::model::Slot;
use crate::syntax::tree::brackets::removal;
use crate::syntax::tree::{Entry, ValueId};
use crate::terraform::json::JsonFile;
use crate::terraform::json::layout::{Draft, Page, expression};
use crate::terraform::json::shadow::COMMENT;
use crate::terraform::json::siblings::Known;
use crate::terraform::json::strings::{escaped, unescaped};
use crate::text::{Edit, FileId, Source, Span, splice_range};

/// What the edits of one JSON file are made from.
pub(crate) struct JsonRenderer<'m> {
    pub(super) id: FileId,
    pub(super) page: Page<'m>,
    source: &'m Source,
    /// The blocks that have the same address as others beside them, in order.
    pub(super) repeated: &'m [Range<usize>],
    pub(super) known: Known,
}

impl<'m> JsonRenderer<'m> {
    pub(crate) fn new(id: FileId, json: &'m JsonFile, source: &'m Source) -> Self {
        let (text, lines) = (source.text(), source.line_starts());
        let page = Page { tree: &json.tree, text, lines, style: json.style(text) };
        JsonRenderer { id, page, source, repeated: &json.repeated, known: Known::default() }
    }

    /// The text of a place, without escapes.
    pub(crate) fn text(&self, at: &Span) -> String {
        unescaped(&self.page.text[at.range()])
    }

    /// Whether a place is a value of its own, and not a part of a string.
    pub(crate) fn is_whole(&self, at: &Span) -> bool {
        let value = self.page.tree.starting_at(at.start);
        value.is_some_and(|value| self.page.tree.get(value).content == at.range())
    }

    /// An edit whose text is HCL, of a part of a string.
    ///
    /// Before:
    /// ```json
    /// {"resource": {
    ///   "aws_iam_role": {"app": {}},
    ///   "aws_iam_instance_profile": {"app": {"role": "${aws_iam_role.app.name}"}},
    ///   "aws_instance": {"web": {"iam_instance_profile": "${aws_iam_role.app.arn}"}}
    /// }}
    /// ```
    ///
    /// After:
    /// ```json
    /// {"resource": {
    ///   "aws_iam_role": {"app": {}},
    ///   "aws_iam_instance_profile": {"app": {"role": "${aws_iam_role.app.name}"}},
    ///   "aws_instance": {"web": {"iam_instance_profile": "${aws_iam_instance_profile.app.name}"}}
    /// }}
    /// ```
    pub(crate) fn in_string(mut edit: Edit) -> Edit {
        edit.text = escaped(&edit.text);
        edit
    }

    /// An expression of HCL as a JSON value.
    pub(crate) fn value(hcl: &str) -> String {
        match expression(hcl) {
            Draft::Text(text) => text,
            Draft::Object { .. } | Draft::List { .. } => format!("\"${{{}}}\"", escaped(hcl)),
        }
    }

    /// The entry that starts here.
    fn entry(&self, start: usize) -> Option<Entry> {
        let key = self.page.tree.starting_at(start)?;
        let entries = self.page.tree.entries(self.page.tree.parent(key)?);
        entries.binary_search_by_key(&key, |entry| entry.key).ok().map(|number| entries[number])
    }

    /// Gives an argument another name.
    ///
    /// Before:
    /// ```json
    /// {"resource": {
    ///   "aws_iam_role": {"app": {}},
    ///   "aws_iam_instance_profile": {"app": {"role": "${aws_iam_role.app.name}"}},
    ///   "aws_instance": {"web": {"iam_role": "${aws_iam_role.app.name}"}}
    /// }}
    /// ```
    ///
    /// After:
    /// ```json
    /// {"resource": {
    ///   "aws_iam_role": {"app": {}},
    ///   "aws_iam_instance_profile": {"app": {"role": "${aws_iam_role.app.name}"}},
    ///   "aws_instance": {"web": {"iam_instance_profile": "${aws_iam_instance_profile.app.name}"}}
    /// }}
    /// ```
    ///
    /// # Errors
    /// The argument is not in the file.
    pub(crate) fn rename(&self, slot: &Slot) -> Result<Edit, EditError> {
        let entry = self.entry(slot.span.start).ok_or(NO_ARGUMENT)?;
        let span = Span::new(self.id, self.page.tree.content_span(entry.key));
        Ok(Edit { span, text: slot.spec.key.to_owned(), order: 0 })
    }

    /// Takes an argument out, with a comma. `removed` are the starts of all arguments that go.
    ///
    /// Before:
    /// ```json
    /// {"resource": {
    ///   "aws_iam_role": {"app": {}},
    ///   "aws_iam_instance_profile": {"app": {"role": "${aws_iam_role.app.name}"}},
    ///   "aws_instance": {"web": {"iam_role": "${aws_iam_role.app.name}", "iam_instance_profile": "${aws_iam_instance_profile.app.name}"}}
    /// }}
    /// ```
    ///
    /// After:
    /// ```json
    /// {"resource": {
    ///   "aws_iam_role": {"app": {}},
    ///   "aws_iam_instance_profile": {"app": {"role": "${aws_iam_role.app.name}"}},
    ///   "aws_instance": {"web": {"iam_instance_profile": "${aws_iam_instance_profile.app.name}"}}
    /// }}
    /// ```
    ///
    /// # Errors
    /// The argument is not in the file.
    pub(crate) fn remove(&self, slot: &Slot, removed: &dyn Fn(usize) -> bool) -> Result<Edit, EditError> {
        let entry = self.entry(slot.span.start).ok_or(NO_ARGUMENT)?;
        let around = self.page.tree.parent(entry.key).ok_or(NO_ARGUMENT)?;
        let entries = self.page.tree.entries(around);
        let number = entries.binary_search_by_key(&entry.key, |entry| entry.key).unwrap_or_default();
        let start = |entry: Entry| self.page.tree.get(entry.key).content.start;
        let goes = |other: Entry| other == entry || removed(start(other));
        let at = match entries {
            // `{}`
            [_] => self.inside(around),
            _ => removal(entries, number, |entry| self.page.tree.span(entry), goes),
        };
        Ok(Edit { span: Span::new(self.id, at), text: String::new(), order: 0 })
    }

    fn inside(&self, object: ValueId) -> Range<usize> {
        let content = self.page.tree.get(object).content;
        content.start + 1..content.end - 1
    }

    /// Writes an argument in the shape of the table, around the value as the other edits make it.
    ///
    /// Before:
    /// ```json
    /// {"resource": {
    ///   "aws_iam_role": {"app": {}},
    ///   "aws_iam_instance_profile": {"app": {"role": "${aws_iam_role.app.name}"}},
    ///   "aws_launch_template": {"web": {"iam_instance_profile": "${aws_iam_role.app.name}"}}
    /// }}
    /// ```
    ///
    /// After:
    /// ```json
    /// {"resource": {
    ///   "aws_iam_role": {"app": {}},
    ///   "aws_iam_instance_profile": {"app": {"role": "${aws_iam_role.app.name}"}},
    ///   "aws_launch_template": {"web": {"iam_instance_profile": {"name": "${aws_iam_instance_profile.app.name}"}}}
    /// }}
    /// ```
    ///
    /// # Errors
    /// The argument is not in the file, or a comment would be lost.
    pub(crate) fn reshape(
        &self,
        slot: &Slot,
        key: Option<&'static str>,
        mut edits: Vec<Edit>,
    ) -> Result<Vec<Edit>, EditError> {
        let entry = self.entry(slot.span.start).ok_or(NO_ARGUMENT)?;
        let at = self.page.tree.get(entry.value).content;
        self.keep_comments(entry.value)?;
        let inside: Vec<Edit> = edits.iter().filter(|edit| slot.value.contains(edit.span)).cloned().collect();
        edits.retain(|edit| !slot.span.contains(edit.span));
        let value = splice_range(self.source, slot.value.range(), &inside)?;
        let value = if self.is_whole(&slot.value) { value } else { format!("\"${{{value}}}\"") };
        let around = self.page.tree.parent(entry.key).ok_or(NO_ARGUMENT)?;
        let lines = self.page.has_lines(around);
        let draft = match (slot.spec.shape, key) {
            (Shape::Keys { .. }, Some(key)) => {
                let lines = lines && self.page.style.spread;
                Draft::Object { entries: vec![(key.to_owned(), Draft::Text(value))], lines }
            }
            (Shape::List(_), _) => {
                Draft::List { items: vec![Draft::Text(value)], lines: lines && self.page.style.spread_values }
            }
            _ => Draft::Text(value),
        };
        let text = draft.render(self.page.style, self.page.indent_of(at.start));
        if self.page.tree.scalar(entry.key) != Some(slot.spec.key) {
            edits.push(self.rename(slot)?);
        }
        edits.push(Edit { span: Span::new(self.id, at), text, order: 0 });
        Ok(edits)
    }
}

impl JsonRenderer<'_> {
    /// Refuses to write a value anew that has a comment inside.
    fn keep_comments(&self, value: ValueId) -> Result<(), EditError> {
        let tree = self.page.tree;
        for entry in tree.entries(value) {
            if tree.scalar(entry.key) == Some(COMMENT) {
                let position = self.source.position(tree.get(entry.key).content.start);
                return Err(EditError::LosesPart { what: "comment", position });
            }
            self.keep_comments(entry.value)?;
        }
        tree.items(value).iter().try_for_each(|&item| self.keep_comments(item))
    }
}

const NO_ARGUMENT: &str = "the argument is not found in the file";
