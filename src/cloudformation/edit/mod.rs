//! Chosen fixes into edits of a template's text, in the file's own style.

mod comments;
mod copy;
mod insert;
mod profile_resource;
mod remove;
pub(crate) mod renderer;
mod reshape;
mod rewire;
mod style;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::cloudformation::edit::renderer::{Change, Renderer, To};
use crate::cloudformation::edit::style::Style;
use crate::cloudformation::lower::{FILE, Lowered};
use crate::language::EditError;
use crate::model::{LeafId, SlotId};
use crate::plan::{Change as Planned, FixId, Plan, PlannedId, Target};
use crate::syntax::tree::Tree;
use crate::text::{Edit, Span};

/// What is to happen to one slot as a whole.
#[derive(Clone, Copy, Default)]
struct EditContext {
    reshape: Option<Option<&'static str>>,
    rename: bool,
    remove: bool,
}

impl<'t> Renderer<'t> {
    /// Learns the habits of a file, once for any number of fixes.
    pub(crate) fn new(tree: &'t Tree, lowered: &'t Lowered, text: &'t str, plan: &'t Plan) -> Self {
        let (habits, removed) = (Style::of(tree, text), remove::removed(lowered, plan));
        Renderer { tree, lowered, text, plan, habits, removed, profiles: RefCell::default() }
    }

    /// All edits of the chosen fixes.
    ///
    /// # Errors
    /// A sentence on why the text cannot be changed so.
    pub(crate) fn edits(&self, chosen: &[FixId]) -> Result<Vec<Edit>, EditError> {
        let mut added: BTreeSet<PlannedId> = BTreeSet::new();
        let mut rewired: BTreeMap<LeafId, To> = BTreeMap::new();
        let mut slot_edits: BTreeMap<SlotId, EditContext> = BTreeMap::new();
        let mut changes: Vec<Change> = Vec::new();
        for &id in chosen {
            let fix = self.plan.fix(id);
            added.extend(&fix.adds);
            for change in &fix.changes {
                match change {
                    Planned::Rewire { leaf, to: Target::NameInArn, .. } => changes.extend(self.name_in_arn(*leaf)),
                    Planned::Rewire { leaf, to, kind, .. } => {
                        rewired.insert(*leaf, self.to(*to, *kind));
                    }
                    Planned::Replace { span: at, leaf, to, kind, .. } => {
                        let short = self.is_spelled_short(*leaf);
                        changes.push((at.range(), self.inline(&self.to(*to, *kind), short, "")));
                    }
                    Planned::Reshape { slot, key } => slot_edits.entry(*slot).or_default().reshape = Some(*key),
                    Planned::Rename { slot } => slot_edits.entry(*slot).or_default().rename = true,
                    Planned::Remove { slot } => slot_edits.entry(*slot).or_default().remove = true,
                }
            }
        }
        for (&slot, slot_edit) in &slot_edits {
            changes.extend(self.slot(slot, *slot_edit, &mut rewired)?);
        }
        let reshaped: BTreeSet<LeafId> = slot_edits
            .keys()
            .flat_map(|&slot| &self.lowered.unit.slot(slot).leaves)
            .map(|leaf_use| leaf_use.leaf)
            .collect();
        for (leaf, to) in &rewired {
            let value = self.lowered.leaves[leaf.index()];
            changes.extend(self.rewire(value, to));
            if !reshaped.contains(leaf) {
                changes.extend(self.settle_comments(value, to));
            }
        }
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
        Ok(edits)
    }
}

fn edit(at: std::ops::Range<usize>, text: String, order: u32) -> Edit {
    Edit { span: Span::new(FILE, at), text, order }
}

impl Renderer<'_> {
    fn to(&self, holder: Target, kind: crate::aws::slots::Attribute) -> To {
        let unit = &self.lowered.unit;
        let id = match holder {
            Target::Existing(profile) => unit.profile(profile).address.clone(),
            Target::Planned(planned) => self.plan.profile(planned).id.clone(),
            Target::Role(role) => unit.role(role).label.clone(),
            Target::NameInArn => String::new(),
        };
        To { id, kind }
    }

    /// The name in the place of the ARN that ends in it.
    fn name_in_arn(&self, leaf: LeafId) -> Option<Change> {
        let value = self.tree.get(self.lowered.leaves[leaf.index()]);
        let crate::syntax::tree::ValueKind::Scalar { style, .. } = value.kind else { return None };
        let crate::model::Resolution::Text(text) = &self.lowered.unit.leaf(leaf).resolution else { return None };
        let name = text.profile_name_of_arn()?;
        Some((value.content.clone(), rewire::quoted(name.as_literal()?, style)))
    }

    fn is_spelled_short(&self, leaf: LeafId) -> bool {
        let value = self.lowered.leaves[leaf.index()];
        crate::cloudformation::intrinsic::call(self.tree, value).map_or(self.habits.short, |call| call.long.is_none())
    }

    fn slot(
        &self,
        id: SlotId,
        slot_edit: EditContext,
        rewired: &mut BTreeMap<LeafId, To>,
    ) -> Result<Vec<Change>, EditError> {
        let place = &self.lowered.places[id.index()];
        if slot_edit.remove {
            for leaf_use in &self.lowered.unit.slot(id).leaves {
                rewired.remove(&leaf_use.leaf);
            }
            return Ok(self.sparing_comments(place.entry, self.remove(place.entry)?));
        }
        let mut changes = Vec::new();
        let key = self.tree.scalar(place.entry.key);
        if (slot_edit.rename || slot_edit.reshape.is_some()) && key != Some(place.spec.key) {
            changes.push((self.tree.content_span(place.entry.key), place.spec.key.to_owned()));
        }
        if slot_edit.rename {
            changes.extend(self.rename_inside(place));
        }
        if let Some(key) = slot_edit.reshape {
            changes.extend(self.reshape(id, key, rewired)?);
        }
        Ok(changes)
    }
}
