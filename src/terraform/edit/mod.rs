//! Turns the chosen fixes of a plan into edits of the text.

pub(crate) mod align;
mod profile_resource;
mod remove;
mod reshape;
mod rewire;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;

use crate::aws::slots::Attribute;
use crate::language::EditError;
use crate::model::{Slot, SlotId, Unit};
use crate::plan::{Change, FixId, InsertionPoint, Plan, PlannedId, PlannedProfile, Target};
use crate::syntax::hcl::File;
use crate::terraform::edit::profile_resource::Gap;
use crate::terraform::json::{JsonRenderer, NewResource};
use crate::terraform::lower::style::Style;
use crate::terraform::parsed::Module;
use crate::text::{Edit, FileId, Source, Sources, Span, lost_part};

/// An edit that two fixes share lies among so many of those before it.
const MAX_DISTANCE: usize = 64;

/// What edits are made from.
pub(crate) struct Renderer<'m> {
    pub(crate) module: &'m Module,
    pub(crate) sources: &'m Sources,
    pub(crate) plan: &'m Plan,
    /// Where the arguments start that some fix takes out, chosen or not.
    removed: OnceCell<HashSet<(FileId, usize)>>,
}

impl<'m> Renderer<'m> {
    pub(crate) fn new(module: &'m Module, sources: &'m Sources, plan: &'m Plan) -> Self {
        Renderer { module, sources, plan, removed: OnceCell::new() }
    }
}

impl Renderer<'_> {
    /// All edits of the chosen fixes.
    ///
    /// Before:
    /// ```hcl
    /// resource "aws_iam_role" "app" {}
    /// resource "aws_instance" "web" {
    ///   iam_instance_profile = aws_iam_role.app.name
    /// }
    /// ```
    ///
    /// After:
    /// ```hcl
    /// resource "aws_iam_role" "app" {}
    ///
    /// resource "aws_iam_instance_profile" "app" {
    ///   name = aws_iam_role.app.name
    ///   role = aws_iam_role.app.name
    /// }
    ///
    /// resource "aws_instance" "web" {
    ///   iam_instance_profile = aws_iam_instance_profile.app.name
    /// }
    /// ```
    ///
    /// # Errors
    /// Why the text cannot be changed so.
    pub(crate) fn edits(&self, chosen: &[FixId]) -> Result<Vec<Edit>, EditError> {
        let mut added: BTreeSet<PlannedId> = BTreeSet::new();
        let mut edits: Vec<Edit> = Vec::new();
        for &id in chosen {
            let fix = self.plan.fix(id);
            added.extend(&fix.adds);
            for edit in self.fix(&fix.changes)? {
                // A leaf that two fixes share, or an attribute that two leaves share, is changed once.
                let is_same = |other: &Edit| other.span == edit.span && other.text == edit.text;
                if !edits.iter().rev().take(MAX_DISTANCE).any(is_same) {
                    edits.push(edit);
                }
            }
        }
        edits.extend(self.new_profiles(&added)?);
        let mut by_file: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
        for edit in edits {
            by_file.entry(edit.span.file).or_default().push(edit);
        }
        let mut aligned = Vec::new();
        for (id, edits) in by_file {
            let (source, file) = self.file(id)?;
            keeps_comments(source, &file.comments, id, &edits)?;
            aligned.extend(match self.module.json(id) {
                Some(_) => edits,
                None => self.module.layout(id, source, file).align(source.text(), edits),
            });
        }
        Ok(aligned)
    }

    fn unit(&self) -> &Unit {
        &self.module.built.unit
    }

    fn slot(&self, slot: SlotId) -> &Slot {
        &self.unit().slots[slot.index()]
    }

    /// How references are written in this file. JSON has no other way than `${}`, and Terraform 0.11 read it otherwise.
    fn style(&self, file: FileId) -> Style {
        if self.module.json(file).is_some() { Style::Bare } else { self.module.built.style }
    }

    fn file(&self, id: FileId) -> Result<(&Source, &File), EditError> {
        let source = &self.sources[id];
        let file = self.module.files[id.0 as usize].as_ref();
        file.map(|file| (source, file)).ok_or_else(|| format!("{} was not parsed", source.path().display()).into())
    }

    /// The text of a place; in a string of JSON, without escapes.
    fn text(&self, at: &Span) -> Cow<'_, str> {
        match self.json(at.file) {
            Some(json) => json.text(at).into(),
            None => self.sources[at.file].text()[at.range()].into(),
        }
    }

    /// The renderer of a file in JSON syntax.
    fn json(&self, file: FileId) -> Option<JsonRenderer<'_>> {
        self.module.json(file).map(|json| JsonRenderer::new(file, json, &self.sources[file]))
    }

    /// How a reference to this attribute of a target is written: what comes before its index, and what comes behind.
    ///
    /// Before:
    /// ```hcl
    /// resource "aws_iam_role" "app" {}
    /// resource "aws_iam_instance_profile" "app" {
    ///   role = aws_iam_role.app.name
    /// }
    /// resource "aws_instance" "web" {
    ///   iam_instance_profile = aws_iam_role.app.id
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
    fn reference(&self, to: Target, kind: Attribute) -> (String, String) {
        let (address, attribute) = match to {
            Target::Existing(profile) => {
                let profile = self.unit().profile(profile);
                let output = profile.module.as_ref().and_then(|module| Some((module, module.output(kind)?)));
                if let Some((module, (output, _))) = output {
                    return (module.reference.clone(), output.to_string());
                }
                (profile.address.clone(), profile.family.profile_attribute(kind))
            }
            Target::Planned(planned) => {
                let planned = self.plan.profile(planned);
                let family = self.unit().role(planned.role).family;
                (planned.address(self.unit()), family.profile_attribute(kind))
            }
            Target::Role(role) => {
                let role = self.unit().role(role);
                let output = role.module.as_ref().and_then(|module| Some((module, module.by_name.as_ref()?)));
                if let Some((module, output)) = output {
                    return (module.reference.clone(), output.to_string());
                }
                (role.address.clone(), role.family.role_name)
            }
            Target::NameInArn => (String::new(), ""),
        };
        (address, attribute.to_owned())
    }

    /// The edits of one fix. Those that give a slot another shape take the edits of its leaves in.
    fn fix(&self, changes: &[Change]) -> Result<Vec<Edit>, EditError> {
        let mut edits: Vec<Edit> = Vec::new();
        for change in changes {
            match change {
                Change::Rewire { leaf, to, kind, index } => edits.extend(self.rewire(*leaf, *to, *kind, index)),
                Change::Replace { span, leaf, to, kind, index, .. } => {
                    edits.push(self.replace(span, *leaf, *to, *kind, index));
                }
                Change::Reshape { .. } | Change::Rename { .. } | Change::Remove { .. } => {}
            }
        }
        for change in changes {
            match change {
                Change::Reshape { slot, key } => edits = self.reshape(*slot, *key, edits)?,
                Change::Rename { slot } => edits.push(self.rename(*slot)?),
                Change::Remove { slot } => edits.push(self.remove(*slot)?),
                Change::Rewire { .. } | Change::Replace { .. } => {}
            }
        }
        Ok(edits)
    }

    /// The comments inside of a place.
    fn comments_in(&self, at: &Span) -> Vec<Cow<'_, str>> {
        let comments = self.file(at.file).map_or(&[][..], |(_, file)| &file.comments);
        let first = comments.partition_point(|comment| comment.start < at.start);
        let inside = comments[first..].iter().take_while(|comment| comment.end <= at.end);
        inside.map(|comment| trimmed(self.text(&Span::new(at.file, comment.clone())))).collect()
    }

    /// The new blocks; those that go to one place are one insertion.
    fn new_profiles(&self, added: &BTreeSet<PlannedId>) -> Result<Vec<Edit>, EditError> {
        let mut gaps: BTreeMap<(FileId, usize), (Gap, Vec<String>)> = BTreeMap::new();
        let mut in_json: BTreeMap<FileId, Vec<NewResource>> = BTreeMap::new();
        for &id in added {
            let planned = self.plan.profile(id);
            let (InsertionPoint::After(node) | InsertionPoint::Before(node)) = planned.insertion_point;
            let at = self.unit().node(node).span;
            if self.module.json(at.file).is_some() {
                in_json.entry(at.file).or_default().push(self.new_resource(planned, at));
                continue;
            }
            let (source, file) = self.file(at.file)?;
            let gap = profile_resource::gap(source, file, &at.range(), planned.insertion_point);
            let arguments = &self.module.built.role_arguments[planned.role.index()];
            let text =
                profile_resource::render(planned, self.unit().role(planned.role), arguments, self.style(at.file));
            gaps.entry((at.file, gap.offset)).or_insert_with(|| (gap, Vec::new())).1.push(text);
        }
        let insertion = |((file, offset), (gap, texts)): ((FileId, usize), (Gap, Vec<String>))| Edit {
            span: Span::new(file, offset..offset),
            text: format!("{}{}{}", gap.before, texts.join("\n\n"), gap.after),
            order: 0,
        };
        let mut edits: Vec<Edit> = gaps.into_iter().map(insertion).collect();
        for (file, new) in in_json {
            edits.extend(self.json(file).map(|json| json.insertions(&new)).transpose()?.unwrap_or_default());
        }
        Ok(edits)
    }

    /// A new profile beside a block of a JSON file.
    fn new_resource(&self, planned: &PlannedProfile, beside: Span) -> NewResource {
        let copied = &self.module.built.role_arguments[planned.role.index()];
        let role = self.unit().role(planned.role);
        NewResource {
            kind: role.family.profile,
            label: planned.id.clone(),
            arguments: profile_resource::arguments(planned, role, copied, self.style(beside.file)),
            beside,
            before: matches!(planned.insertion_point, InsertionPoint::Before(_)),
        }
    }
}

/// Without white space at its end.
fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => text.trim_end().into(),
        Cow::Owned(text) => text.trim_end().to_owned().into(),
    }
}

/// Refuses edits of a file that lose one of its comments.
fn keeps_comments(source: &Source, comments: &[Range<usize>], file: FileId, edits: &[Edit]) -> Result<(), EditError> {
    let reached = |edit: &Edit| {
        let first = comments.partition_point(|comment| comment.end <= edit.span.start);
        comments[first..].iter().take_while(|comment| comment.start < edit.span.end).cloned().collect::<Vec<_>>()
    };
    let without_blanks = |at: Range<usize>| at.start..at.start + source.text()[at.clone()].trim_end().len();
    let protected: Vec<Range<usize>> = edits.iter().flat_map(reached).map(without_blanks).collect();
    match lost_part(source, edits, file, &protected) {
        Some(part) => Err(EditError::LosesPart { what: "comment", position: source.position(part.start) }),
        None => Ok(()),
    }
}
