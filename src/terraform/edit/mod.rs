//! Turns the chosen fixes of a plan into edits of the text.

mod align;
mod profile_block;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::aws::naming::{self, IdStyle};
use crate::aws::slots::{Attribute, Shape};
use crate::language::EditError;
use crate::model::{LeafId, Resolution, SlotId, Unit};
use crate::plan::{Change, FixId, IndexEdit, InsertionPoint, Plan, PlannedId, Target};
use crate::syntax::hcl_tokens;
use crate::terraform::Module;
use crate::terraform::edit::align::Layout;
use crate::terraform::lower::module::ModuleIndex;
use crate::terraform::lower::slots::key_range;
use crate::terraform::lower::style::Style;
use crate::text::{Edit, FileId, Sources, Span};

/// For each set of fixes all its edits.
pub(crate) fn edits_of_sets(
    module: &Module,
    sources: &Sources,
    plan: &Plan,
    sets: &[&[FixId]],
) -> Vec<Result<Vec<Edit>, EditError>> {
    let index = ModuleIndex::new(sources, &module.files);
    let mut writer = Writer {
        module,
        sources,
        plan,
        index: &index,
        layouts: BTreeMap::new(),
        blocks: BTreeMap::new(),
        edits: Vec::new(),
    };
    sets.iter().map(|chosen| writer.edits_of(chosen)).collect()
}

struct Writer<'m> {
    module: &'m Module,
    sources: &'m Sources,
    plan: &'m Plan,
    index: &'m ModuleIndex<'m>,
    layouts: BTreeMap<FileId, Layout<'m>>,
    /// The new blocks, as far as they were asked for: thousands of fixes may need one, and each be rendered alone.
    blocks: BTreeMap<PlannedId, (FileId, profile_block::AlignmentGap, String)>,
    edits: Vec<Edit>,
}

impl Writer<'_> {
    fn unit(&self) -> &Unit {
        &self.module.built.unit
    }

    fn edits_of(&mut self, chosen: &[FixId]) -> Result<Vec<Edit>, EditError> {
        self.edits.clear();
        let mut adds: BTreeSet<PlannedId> = BTreeSet::new();
        for &id in chosen {
            let fix = self.plan.fix(id);
            adds.extend(&fix.adds);
            self.fix(&fix.changes)?;
        }
        let additions = self.additions(&adds)?;
        self.edits.extend(additions);
        Ok(self.aligned())
    }

    /// How references are written in this module.
    fn style(&self) -> Style {
        self.module.built.style
    }

    fn address(&self, to: Target) -> String {
        match to {
            Target::Existing(profile) => self.unit().profile(profile).address.clone(),
            Target::Planned(planned) => naming::profile_address(IdStyle::Label, &self.plan.profile(planned).id),
            Target::Role(role) => self.unit().role(role).address.clone(),
            Target::NameInArn => String::new(),
        }
    }

    /// The changes of one fix. Those that give a slot another shape take the changes of its leaves in.
    fn fix(&mut self, changes: &[Change]) -> Result<(), EditError> {
        let mut edits: Vec<Edit> = Vec::new();
        for change in changes {
            match change {
                Change::Rewire { leaf, to, kind, index } => edits.extend(self.rewire(*leaf, *to, *kind, index)),
                Change::Replace { span: at, leaf, to, kind, index, .. } => {
                    let interpolated = self.module.built.interpolated.contains(at);
                    edits.push(self.replace(at, *leaf, *to, *kind, index, interpolated));
                }
                Change::Reshape { .. } | Change::Rename { .. } | Change::Remove { .. } => {}
            }
        }
        for change in changes {
            match change {
                Change::Reshape { slot, key } => self.reshape(*slot, *key, &mut edits)?,
                Change::Rename { slot } => edits.push(self.rename(*slot)),
                Change::Remove { slot } => edits.push(self.remove(*slot)),
                Change::Rewire { .. } | Change::Replace { .. } => {}
            }
        }
        for edit in edits {
            // A leaf that two fixes share, or an attribute that two leaves share, is changed once.
            let same = |other: &&Edit| other.span == edit.span && other.text == edit.text;
            if self.edits.iter().rev().take(64).find(same).is_none() {
                self.edits.push(edit);
            }
        }
        Ok(())
    }

    fn rewire(&mut self, leaf: LeafId, to: Target, kind: Attribute, index: &IndexEdit) -> Vec<Edit> {
        let spelling = self.module.built.spellings[leaf.index()].clone();
        let at = self.unit().leaf(leaf).span;
        let Some(address) = spelling.address else {
            let interpolated = spelling.interpolated || self.module.built.interpolated.contains(&at);
            return vec![self.replace(&at, leaf, to, kind, index, interpolated)];
        };
        let file = address.file;
        let edit = |at: Span, text: String| Edit { span: at, text, order: 0 };
        let mut edits = Vec::new();
        let new = self.address(to);
        let mut after_address = None;
        match (&spelling.index, index) {
            (Some((Some(at), _)), IndexEdit::Drop) => edits.push(edit(*at, self.with_comments_of(at, String::new()))),
            (Some((Some(at), _)), IndexEdit::Use(text)) => {
                edits.push(edit(*at, self.with_comments_of(at, self.style().index(text))));
            }
            (None, IndexEdit::Use(text)) => after_address = Some(self.style().index(text)),
            _ => {}
        }
        if self.index.text(&address) != new || after_address.is_some() {
            let text = format!("{new}{}", after_address.unwrap_or_default());
            edits.push(edit(address, self.with_comments_of(&address, text)));
        }
        let attribute = attribute(kind);
        let stays = |text: &str| text == "id" && spelling.shared && kind == Attribute::Name;
        match spelling.attribute {
            // `.id` is a name too; where another value shares it, it stays.
            Some(at) if stays(self.index.text(&at)) => {}
            Some(at) if self.index.text(&at) != attribute => edits.push(edit(at, attribute.to_owned())),
            Some(_) => {}
            None => edits.push(edit(Span::new(file, spelling.end..spelling.end), format!(".{attribute}"))),
        }
        edits
    }

    fn replace(
        &mut self,
        at: &Span,
        leaf: LeafId,
        to: Target,
        kind: Attribute,
        index: &IndexEdit,
        interpolated: bool,
    ) -> Edit {
        let spelling = &self.module.built.spellings[leaf.index()];
        let index = match (index, &spelling.index) {
            (IndexEdit::Keep, Some((_, text))) => text.clone(),
            (IndexEdit::Use(text), _) => self.style().index(text),
            (IndexEdit::Keep, None) | (IndexEdit::Drop, _) => String::new(),
        };
        let expression = format!("{}{index}.{}", self.address(to), attribute(kind));
        let style = if interpolated { Style::Bare } else { self.style() };
        if let (Target::NameInArn, Resolution::Text(text)) = (to, &self.unit().leaf(leaf).resolution) {
            let name = text.profile_name_of_arn().unwrap_or_default();
            let text = format!("\"{}\"", name.as_literal().unwrap_or_default());
            return Edit { span: *at, text: self.with_comments_of(at, text), order: 0 };
        }
        Edit { span: *at, text: self.with_comments_of(at, style.value(&expression)), order: 0 }
    }

    /// Text that replaces what stands at a place, with the comments that stood inside.
    fn with_comments_of(&self, at: &Span, mut text: String) -> String {
        for comment in self.comments_in(at) {
            // A comment to the end of the line needs that end; it stands in brackets of some kind, or there could be none.
            let end = if comment.starts_with("/*") { "" } else { "\n" };
            let _ = write!(text, " {comment}{end}");
        }
        text
    }

    /// Writes the slot in the shape of the table, around the value as the other edits make it.
    fn reshape(&mut self, slot: SlotId, key: Option<&'static str>, edits: &mut Vec<Edit>) -> Result<(), EditError> {
        let slot = &self.unit().slots[slot.index()];
        let (at, value_at, spec) = (slot.span, slot.value, slot.spec);
        let inside: Vec<Edit> = edits.iter().filter(|edit| value_at.contains(edit.span)).cloned().collect();
        edits.retain(|edit| !at.contains(edit.span));
        let source = &self.sources[at.file];
        let mut value = splice_piece(source.text(), &value_at, &inside)?;
        // In a list such a value is as it should be; on its own `terraform fmt` would take the wrapping off.
        let bare = without_parens(&value).map(str::to_owned);
        if let Some(bare) = bare.filter(|_| self.style() == Style::Bare) {
            value = bare;
        }
        let indent = indentation(source.text(), at.start);
        let value_indent = indentation(source.text(), value_at.start);
        let mut text = String::new();
        for comment in self.comments_beside(&at, &value_at) {
            let _ = write!(text, "{comment}\n{indent}");
        }
        match (spec.shape, key) {
            (Shape::Keys { .. }, Some(key)) => {
                let value = on_its_own(&value, &value_indent, &format!("{indent}  "));
                let _ = write!(text, "{} {{\n{indent}  {key} = {value}\n{indent}}}", spec.key);
            }
            _ => drop(write!(text, "{} = {}", spec.key, on_its_own(&value, &value_indent, &indent))),
        }
        edits.push(on_lines_of_its_own(source.text(), Edit { span: at, text, order: 0 }, &indent));
        Ok(())
    }

    /// The comments of a slot that stand outside of its value: they move to lines of their own above it.
    fn comments_beside(&self, at: &Span, value: &Span) -> Vec<String> {
        let file = self.module.files[at.file.0 as usize].as_ref();
        let comments = file.map_or(&[][..], |file| &file.comments);
        let beside = comments.iter().filter(|comment| {
            at.start <= comment.start
                && comment.end <= at.end
                && (comment.end <= value.start || value.end <= comment.start)
        });
        beside.map(|comment| self.index.text(&Span::new(at.file, comment.clone())).trim_end().to_owned()).collect()
    }

    fn rename(&self, slot: SlotId) -> Edit {
        let slot = &self.unit().slots[slot.index()];
        let at = Span::new(slot.span.file, key_range(&slot.span, &slot.argument));
        Edit { span: at, text: slot.spec.key.to_owned(), order: 0 }
    }

    /// Takes the argument's line out, or just the argument if something else stands there.
    fn remove(&self, slot: SlotId) -> Edit {
        let slot = &self.unit().slots[slot.index()];
        let text = self.sources[slot.span.file].text();
        let start = text[..slot.span.start].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[slot.span.end..].find('\n').map_or(text.len(), |newline| slot.span.end + newline + 1);
        let alone = text[start..slot.span.start].trim().is_empty() && text[slot.span.end..end].trim().is_empty();
        let comment_follows = text[slot.span.end..end].trim_start().starts_with(['#', '/']);
        let range = match (alone, comment_follows) {
            (true, _) => start..end,
            // No comment is lost: it stays, on a line of its own.
            (false, true) => {
                slot.span.start
                    ..slot.span.end
                        + (text[slot.span.end..].len() - text[slot.span.end..].trim_start_matches([' ', '\t']).len())
            }
            (false, false) => slot.span.range(),
        };
        let kept = self.comments_in(&slot.span);
        if kept.is_empty() {
            return Edit { span: Span::new(slot.span.file, range), text: String::new(), order: 0 };
        }
        let line_break = format!("\n{}", indentation(text, slot.span.start));
        let mut lines = kept.join(&line_break);
        let rest = text[slot.span.end..end].trim_end();
        let blanks = rest.len() - rest.trim_start().len();
        let swallows = kept.last().is_some_and(|last| !last.starts_with("/*")) && !rest.is_empty();
        // What follows on the line would become part of a comment to the end of the line.
        let at = match swallows {
            true => slot.span.start..slot.span.end + blanks,
            false => slot.span.range(),
        };
        if swallows {
            lines.push_str(&line_break);
        }
        Edit { span: Span::new(slot.span.file, at), text: lines, order: 0 }
    }

    /// The comments inside of a place.
    fn comments_in(&self, at: &Span) -> Vec<&str> {
        let file = self.module.files[at.file.0 as usize].as_ref();
        let comments = file.map_or(&[][..], |file| &file.comments);
        let first = comments.partition_point(|comment| comment.start < at.start);
        let inside = comments[first..].iter().take_while(|comment| comment.end <= at.end);
        inside.map(|comment| self.index.text(&Span::new(at.file, comment.clone())).trim_end()).collect()
    }

    fn aligned(&mut self) -> Vec<Edit> {
        let mut by_file: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
        for edit in std::mem::take(&mut self.edits) {
            by_file.entry(edit.span.file).or_default().push(edit);
        }
        let mut out = Vec::new();
        for (id, edits) in by_file {
            let (module, source) = (self.module, &self.sources[id]);
            match &module.files[id.0 as usize] {
                Some(file) => {
                    out.extend(self.layouts.entry(id).or_insert_with(|| Layout::of(id, source, file)).align(edits))
                }
                None => out.extend(edits),
            }
        }
        out
    }

    /// The new blocks; those that go to one place are one insertion.
    fn additions(&mut self, adds: &BTreeSet<PlannedId>) -> Result<Vec<Edit>, EditError> {
        let mut gaps: BTreeMap<(FileId, usize), (profile_block::AlignmentGap, Vec<String>)> = BTreeMap::new();
        for &id in adds {
            let known = self.blocks.get(&id).cloned();
            let (file, gap, text) = match known {
                Some(block) => block,
                None => {
                    let block = self.new_block(id)?;
                    self.blocks.entry(id).or_insert(block).clone()
                }
            };
            gaps.entry((file, gap.offset)).or_insert_with(|| (gap, Vec::new())).1.push(text);
        }
        let join =
            |((file, offset), (gap, texts)): ((FileId, usize), (profile_block::AlignmentGap, Vec<String>))| Edit {
                span: Span::new(file, offset..offset),
                text: format!("{}{}{}", gap.before, texts.join("\n\n"), gap.after),
                order: 0,
            };
        Ok(gaps.into_iter().map(join).collect())
    }

    /// A new block, and where it goes.
    fn new_block(&mut self, id: PlannedId) -> Result<(FileId, profile_block::AlignmentGap, String), EditError> {
        let planned = self.plan.profile(id);
        let (InsertionPoint::After(node) | InsertionPoint::Before(node)) = planned.insertion_point;
        let at = self.unit().node(node).span;
        let style = self.style();
        let source = &self.sources[at.file];
        let Some(file) = &self.module.files[at.file.0 as usize] else {
            return Err(format!("{} was not parsed", source.path().display()).into());
        };
        let role = self.unit().role(planned.role);
        let data = role.address.starts_with("data.");
        let resource = self.index.find(data, "aws_iam_role", &role.label).map(|found| &self.index.resources[found]);
        let text = profile_block::render(planned, role, resource, self.index, style);
        Ok((at.file, profile_block::gap(source, file, &at.range(), planned.insertion_point), text))
    }
}

fn attribute(kind: Attribute) -> &'static str {
    match kind {
        Attribute::Name => "name",
        Attribute::Arn => "arn",
    }
}

/// A value as an argument of its own. Where brackets around it allowed it to have several lines, it gets parentheses.
fn on_its_own(value: &str, from: &str, indent: &str) -> String {
    let is_value = |value: &str| format!("x = {value}\n").parse::<hcl_edit::structure::Body>().is_ok();
    if !value.contains('\n') || is_value(value) || !is_value(&format!("({value}\n)")) {
        return moved(value, from, indent);
    }
    let deeper = format!("{indent}  ");
    format!("(\n{deeper}{}\n{indent})", moved(value, from, &deeper))
}

/// A value of several lines at another depth. What has text in it that its lines belong to (a heredoc, a comment of several lines) stays as it is.
fn moved(value: &str, from: &str, to: &str) -> String {
    let spans_lines = |(start, _): (usize, &str)| {
        let comment = value[start..].split("*/").next().unwrap_or_default();
        comment.contains('\n')
    };
    if value.contains("<<") || value.match_indices("/*").any(spans_lines) {
        return value.to_owned();
    }
    let mut lines = value.split('\n');
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let deeper = line.strip_prefix(from).filter(|rest| !rest.trim().is_empty());
        out.push('\n');
        out.extend(deeper.map(|_| to));
        out.push_str(deeper.unwrap_or(line));
    }
    out
}

/// What is inside of a text that is one reference between `"${` and `}"` and nothing else.
fn without_parens(value: &str) -> Option<&str> {
    let inner = value.strip_prefix("\"${")?.strip_suffix("}\"")?.trim();
    let plain = |character: char| character.is_alphanumeric() || "_-.[]*".contains(character);
    (!inner.is_empty() && inner.chars().all(plain)).then_some(inner)
}

/// A block on one line can hold one argument, and neither a block nor a comment to the end of the line: what needs more opens it up.
fn on_lines_of_its_own(text: &str, edit: Edit, indent: &str) -> Edit {
    let before = text[..edit.span.start].trim_end_matches([' ', '\t']);
    if !edit.text.contains('\n') || !before.ends_with('{') {
        return edit;
    }
    let after = text[edit.span.end..].len() - text[edit.span.end..].trim_start_matches([' ', '\t']).len();
    let at = Span::new(edit.span.file, before.len()..edit.span.end + after);
    let inner = indented(&edit.text);
    Edit { span: at, text: format!("\n{indent}  {inner}\n{indent}"), order: edit.order }
}

/// Lines moved two columns to the right, but not those that belong to a comment or a heredoc.
fn indented(text: &str) -> String {
    if text.contains("<<") {
        return text.to_owned();
    }
    let comments = hcl_tokens::comments(text).unwrap_or_default();
    let mut out = String::new();
    for (at, character) in text.char_indices() {
        out.push(character);
        if character == '\n' && !comments.iter().any(|comment| comment.contains(&at)) {
            out.push_str("  ");
        }
    }
    out
}

/// The white space that the line of an offset starts with.
fn indentation(text: &str, offset: usize) -> String {
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let line = &text[start..offset];
    line[..line.len() - line.trim_start().len()].to_owned()
}

/// The text of a place after some edits inside of it.
fn splice_piece(text: &str, at: &Span, edits: &[Edit]) -> Result<String, EditError> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::new();
    let mut done = at.start;
    for edit in sorted {
        let kept = text.get(done..edit.span.start).ok_or("edits of one value overlap")?;
        out.push_str(kept);
        out.push_str(&edit.text);
        done = edit.span.end;
    }
    out.push_str(text.get(done..at.end).ok_or("edits of one value overlap")?);
    Ok(out)
}
