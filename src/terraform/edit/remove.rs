//! Takes an argument out.

use crate::language::EditError;
use crate::model::SlotId;
use crate::plan::Change;
use crate::terraform::edit::Renderer;
use crate::text::lines::{indent_of, leading_blanks, line_end, line_start, next_line};
use crate::text::{Edit, FileId, Span};

impl Renderer<'_> {
    /// Takes the argument's line out, or just the argument if something else is on it.
    ///
    /// Before:
    /// ```hcl
    /// resource "aws_iam_role" "app" {}
    /// resource "aws_iam_instance_profile" "app" {
    ///   role = aws_iam_role.app.name
    /// }
    /// resource "aws_instance" "web" {
    ///   iam_role             = aws_iam_role.app.name
    ///   iam_instance_profile = aws_iam_instance_profile.app.name
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
    ///
    /// # Errors
    /// The argument is not in the file.
    pub(crate) fn remove(&self, slot: SlotId) -> Result<Edit, EditError> {
        let at = self.slot(slot).span;
        if let Some(json) = self.json(at.file) {
            return json.remove(self.slot(slot), &|start| self.is_removed(at.file, start));
        }
        let text = self.sources[at.file].text();
        let rest = &text[at.end..line_end(text, at.end)];
        let blanks = leading_blanks(rest);
        let start = line_start(text, at.start);
        let is_alone = text[start..at.start].trim().is_empty() && rest.trim().is_empty();
        let kept = self.comments_in(&at);
        let (range, text) = if let Some(last) = kept.last() {
            let line_break = format!("\n{}", indent_of(text, at.start));
            // What follows on the line would become part of a comment to the end of the line.
            let swallows = !last.starts_with("/*") && !rest.trim().is_empty();
            let end = if swallows { line_break.as_str() } else { "" };
            (at.start..at.end + if swallows { blanks } else { 0 }, kept.join(&line_break) + end)
        } else if is_alone {
            (start..next_line(text, at.end), String::new())
        } else {
            // A comment that follows stays, on a line of its own.
            let is_commented = rest[blanks..].starts_with(['#', '/']);
            (at.start..at.end + if is_commented { blanks } else { 0 }, String::new())
        };
        Ok(Edit { span: Span::new(at.file, range), text, order: 0 })
    }

    /// Whether some fix, chosen or not, takes out the argument that starts here.
    fn is_removed(&self, file: FileId, start: usize) -> bool {
        let removed = self.removed.get_or_init(|| {
            let changes = self.plan.fixes.iter().flat_map(|fix| &fix.changes);
            let start = |change: &Change| match change {
                Change::Remove { slot } => Some(self.slot(*slot).span).map(|at| (at.file, at.start)),
                _ => None,
            };
            changes.filter_map(start).collect()
        });
        removed.contains(&(file, start))
    }
}
