//! Turns the chosen fixes of a plan into edits of the text.

pub(crate) mod align;
mod profile_resource;
mod remove;
mod reshape;
mod rewire;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::aws::naming::{IdStyle, profile_address};
use crate::aws::slots::Attribute;
use crate::language::EditError;
use crate::model::{Slot, SlotId, Unit};
use crate::plan::{Change, FixId, InsertionPoint, Plan, PlannedId, Target};
use crate::syntax::hcl::File;
use crate::terraform::edit::profile_resource::Gap;
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
            aligned.extend(self.module.layout(id, source, file).align(source.text(), edits));
        }
        Ok(aligned)
    }

    fn unit(&self) -> &Unit {
        &self.module.built.unit
    }

    fn slot(&self, slot: SlotId) -> &Slot {
        &self.unit().slots[slot.index()]
    }

    /// How references are written in this module.
    fn style(&self) -> Style {
        self.module.built.style
    }

    fn file(&self, id: FileId) -> Result<(&Source, &File), EditError> {
        let source = &self.sources[id];
        let file = self.module.files[id.0 as usize].as_ref();
        file.map(|file| (source, file)).ok_or_else(|| format!("{} was not parsed", source.path().display()).into())
    }

    fn text(&self, at: &Span) -> &str {
        &self.sources[at.file].text()[at.range()]
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
        let attribute = match kind {
            Attribute::Name => "name",
            Attribute::Arn => "arn",
        };
        let address = match to {
            Target::Existing(profile) => {
                let profile = self.unit().profile(profile);
                let output = profile.module.as_ref().and_then(|module| Some((module, module.output(kind)?)));
                if let Some((module, (output, _))) = output {
                    return (module.reference.clone(), output.to_string());
                }
                profile.address.clone()
            }
            Target::Planned(planned) => profile_address(IdStyle::Label, &self.plan.profile(planned).id),
            Target::Role(role) => {
                let role = self.unit().role(role);
                let output = role.module.as_ref().and_then(|module| Some((module, module.by_name.as_ref()?)));
                if let Some((module, output)) = output {
                    return (module.reference.clone(), output.to_string());
                }
                role.address.clone()
            }
            Target::NameInArn => String::new(),
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
                Change::Rename { slot } => edits.push(self.rename(*slot)),
                Change::Remove { slot } => edits.push(self.remove(*slot)),
                Change::Rewire { .. } | Change::Replace { .. } => {}
            }
        }
        Ok(edits)
    }

    /// The comments inside of a place.
    fn comments_in(&self, at: &Span) -> Vec<&str> {
        let comments = self.file(at.file).map_or(&[][..], |(_, file)| &file.comments);
        let first = comments.partition_point(|comment| comment.start < at.start);
        let inside = comments[first..].iter().take_while(|comment| comment.end <= at.end);
        inside.map(|comment| self.sources[at.file].text()[comment.clone()].trim_end()).collect()
    }

    /// The new blocks; those that go to one place are one insertion.
    fn new_profiles(&self, added: &BTreeSet<PlannedId>) -> Result<Vec<Edit>, EditError> {
        let mut gaps: BTreeMap<(FileId, usize), (Gap, Vec<String>)> = BTreeMap::new();
        for &id in added {
            let planned = self.plan.profile(id);
            let (InsertionPoint::After(node) | InsertionPoint::Before(node)) = planned.insertion_point;
            let at = self.unit().node(node).span;
            let (source, file) = self.file(at.file)?;
            let gap = profile_resource::gap(source, file, &at.range(), planned.insertion_point);
            let arguments = &self.module.built.role_arguments[planned.role.index()];
            let text = profile_resource::render(planned, self.unit().role(planned.role), arguments, self.style());
            gaps.entry((at.file, gap.offset)).or_insert_with(|| (gap, Vec::new())).1.push(text);
        }
        let insertion = |((file, offset), (gap, texts)): ((FileId, usize), (Gap, Vec<String>))| Edit {
            span: Span::new(file, offset..offset),
            text: format!("{}{}{}", gap.before, texts.join("\n\n"), gap.after),
            order: 0,
        };
        Ok(gaps.into_iter().map(insertion).collect())
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
