//! Chosen fixes into edits of a template's text, in the style of the file.

mod insert;
mod kept;
mod layout;
mod profile_resource;
mod remove;
pub(crate) mod renderer;
mod reshape;
mod rewire;
mod style;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::aws::slots::Attribute;
use crate::cloudformation::edit::layout::quoted;
use crate::cloudformation::edit::renderer::{Change, Renderer, Replacement};
use crate::cloudformation::edit::reshape::PendingLeaves;
use crate::cloudformation::lower::FILE;
use crate::language::EditError;
use crate::model::{LeafId, Resolution, SlotId, ValuePath};
use crate::plan::{Change as Planned, FixId, PlannedId, Target};
use crate::syntax::tree::ValueKind;
use crate::text::{Edit, Span, lost_part};

/// What changes at one slot as a whole.
#[derive(Clone, Copy, Default)]
struct SlotEdit {
    /// Whether it gets another shape, and the key inside, if it has one.
    reshape: Option<Option<&'static str>>,
    rename: bool,
    remove: bool,
}

impl Renderer<'_> {
    /// All edits of the chosen fixes.
    ///
    /// Before:
    /// ```yaml
    /// Resources:
    ///   AppRole:
    ///     Type: AWS::IAM::Role
    ///   AppInstanceProfile:
    ///     Type: AWS::IAM::InstanceProfile
    ///     Properties:
    ///       Role: !GetAtt AppRole.Arn
    ///   Web:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       IamRole: !Ref AppRole
    ///   Db:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       IamInstanceProfile: arn:aws:iam::123456789012:instance-profile/team/db
    /// ```
    /// After:
    /// ```yaml
    /// Resources:
    ///   AppRole:
    ///     Type: AWS::IAM::Role
    ///   AppInstanceProfile:
    ///     Type: AWS::IAM::InstanceProfile
    ///     Properties:
    ///       Roles:
    ///         - !Ref AppRole
    ///   Web:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       IamInstanceProfile: !Ref AppInstanceProfile
    ///   Db:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       IamInstanceProfile: db
    /// ```
    ///
    /// # Errors
    /// Why the text cannot be changed so.
    pub(crate) fn edits(&self, chosen: &[FixId]) -> Result<Vec<Edit>, EditError> {
        let mut added: BTreeSet<PlannedId> = BTreeSet::new();
        let mut slot_edits: BTreeMap<SlotId, SlotEdit> = BTreeMap::new();
        let mut pending = PendingLeaves::default();
        for &id in chosen {
            let fix = self.plan.fix(id);
            added.extend(&fix.adds);
            for change in &fix.changes {
                match change {
                    Planned::Rewire { leaf, to: Target::NameInArn, .. } => {
                        pending.changes.extend(self.name_in_arn(*leaf));
                    }
                    Planned::Rewire { leaf, to, kind, .. } => {
                        pending.rewired.insert(*leaf, self.replacement(*to, *kind));
                    }
                    Planned::Replace { span, leaf, to, kind, .. } => {
                        let value = self.lowered.leaves[leaf.index()];
                        let reference = self.new_reference(value, &self.replacement(*to, *kind));
                        pending.changes.push((span.range(), self.style.in_brackets(&reference, "", false)));
                    }
                    Planned::Reshape { slot, key } => slot_edits.entry(*slot).or_default().reshape = Some(*key),
                    Planned::Rename { slot } => slot_edits.entry(*slot).or_default().rename = true,
                    Planned::Remove { slot } => slot_edits.entry(*slot).or_default().remove = true,
                }
            }
        }
        let mut changes: Vec<Change> = Vec::new();
        for (&slot, slot_edit) in &slot_edits {
            changes.extend(self.slot(slot, *slot_edit, &mut pending)?);
        }
        for (leaf, to) in &pending.rewired {
            changes.extend(self.rewire(self.lowered.leaves[leaf.index()], to));
        }
        changes.append(&mut pending.changes);
        let mut edits: Vec<Edit> = changes.into_iter().map(|(at, text)| edit(at, text, 0)).collect();
        edits.sort_by(|a, b| (a.span.start, a.span.end, &a.text).cmp(&(b.span.start, b.span.end, &b.text)));
        edits.dedup();
        for id in added {
            let known = self.profiles.borrow().get(&id).cloned();
            let (at, text) = match known {
                Some(profile) => profile,
                None => {
                    let profile = self.new_profile(id)?;
                    self.profiles.borrow_mut().insert(id, profile.clone());
                    profile
                }
            };
            edits.push(edit(at, text, id.0 + 1));
        }
        self.keep_protected(&edits)?;
        Ok(edits)
    }

    /// Checks that the edits lose no comment, anchor or tag.
    fn keep_protected(&self, edits: &[Edit]) -> Result<(), EditError> {
        let touched = edits.iter().flat_map(|edit| {
            let first = self.protected.partition_point(|part| part.end <= edit.span.start);
            self.protected[first..].iter().take_while(|part| part.start < edit.span.end)
        });
        let touched: Vec<Range<usize>> = touched.cloned().collect();
        if edits.iter().any(|edit| has_indentation_indicator(&edit.text)) {
            // The indicator counts from the indent around the scalar, which is another one in the new place.
            return Err("the value has a block scalar with an explicit indentation indicator: change it by hand".into());
        }
        let Some(lost) = lost_part(self.source, edits, FILE, &touched) else { return Ok(()) };
        let what = match self.text.as_bytes()[lost.start] {
            b'#' => "comment",
            b'&' => "anchor",
            _ => "tag",
        };
        Err(EditError::LosesPart { what, position: self.source.position(lost.start) })
    }
}

/// Whether new text has the header of a block scalar such as `|2` or `>2-`.
fn has_indentation_indicator(text: &str) -> bool {
    text.lines().filter_map(|line| line.split_whitespace().next_back()).any(|word| {
        let marks = word.strip_prefix(['|', '>']).unwrap_or_default();
        marks.contains(|mark: char| mark.is_ascii_digit())
            && marks.chars().all(|mark| mark.is_ascii_digit() || matches!(mark, '+' | '-'))
    })
}

fn edit(at: Range<usize>, text: String, order: u32) -> Edit {
    Edit { span: Span::new(FILE, at), text, order }
}

impl Renderer<'_> {
    /// What references to a target name. What is in a nested stack is an output of that.
    fn replacement(&self, target: Target, kind: Attribute) -> Replacement {
        let unit = &self.lowered.unit;
        let output = |call: &String, output: Option<&ValuePath>| {
            Some(Replacement { id: call.clone(), kind, output: Some(output?.to_string()) })
        };
        let of_nested = match target {
            Target::Existing(profile) => unit
                .profile(profile)
                .module
                .as_ref()
                .and_then(|module| output(&module.reference, module.output(kind).map(|(output, _)| output))),
            Target::Role(role) => {
                unit.role(role).module.as_ref().and_then(|module| output(&module.reference, module.by_name.as_ref()))
            }
            Target::Planned(_) | Target::NameInArn => None,
        };
        of_nested.unwrap_or_else(|| {
            let id = match target {
                Target::Existing(profile) => unit.profile(profile).address.clone(),
                Target::Planned(planned) => self.plan.profile(planned).id.clone(),
                Target::Role(role) => unit.role(role).label.clone(),
                Target::NameInArn => String::new(),
            };
            Replacement { id, kind, output: None }
        })
    }

    /// The name in the place of the ARN that ends in it.
    fn name_in_arn(&self, leaf: LeafId) -> Option<Change> {
        let value = self.tree.get(self.lowered.leaves[leaf.index()]);
        let ValueKind::Scalar { style, .. } = value.kind else { return None };
        let Resolution::Text(text) = &self.lowered.unit.leaf(leaf).resolution else { return None };
        let name = text.profile_name_of_arn()?;
        Some((value.content.clone(), quoted(name.as_literal()?, style)))
    }

    fn slot(&self, id: SlotId, slot_edit: SlotEdit, pending: &mut PendingLeaves) -> Result<Vec<Change>, EditError> {
        let place = &self.lowered.places[id.index()];
        if slot_edit.remove {
            for leaf_use in &self.lowered.unit.slot(id).leaves {
                pending.rewired.remove(&leaf_use.leaf);
            }
            return self.remove(place.entry);
        }
        let mut changes = Vec::new();
        if self.tree.scalar(place.entry.key) != Some(place.spec.key) {
            changes.push((self.tree.content_span(place.entry.key), place.spec.key.to_owned()));
        }
        match slot_edit.reshape {
            Some(key) => changes.extend(self.reshape(id, key, pending)?),
            None => changes.extend(self.rename_inside(place)),
        }
        Ok(changes)
    }
}
