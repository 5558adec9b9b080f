//! Giving an argument the shape that it takes: its value is written anew, around the part that stays.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::aws::slots::Shape;
use crate::cloudformation::edit::layout::{Block, Draft, Kept};
use crate::cloudformation::edit::renderer::{Change, Renderer, Replacement};
use crate::cloudformation::edit::rewire::NewValue;
use crate::cloudformation::intrinsic::call;
use crate::cloudformation::lower::key_for;
use crate::cloudformation::lower::slots::SlotSite;
use crate::language::EditError;
use crate::model::{LeafId, SlotId};
use crate::syntax::tree::ValueId;

/// What changes inside of values, until a value around them is written anew.
#[derive(Default)]
pub(crate) struct PendingLeaves {
    pub(crate) rewired: BTreeMap<LeafId, Replacement>,
    pub(crate) changes: Vec<Change>,
}

/// What is put around the part that stays.
#[derive(Clone, Copy)]
enum Wrapper {
    None,
    Key(&'static str),
    List,
}

impl Renderer<'_> {
    /// Gives the value of an argument its shape. The leaves inside are written with it, so they leave `pending`.
    ///
    /// Before:
    /// ```yaml
    /// Resources:
    ///   AppRole:
    ///     Type: AWS::IAM::Role
    ///   AppInstanceProfile:
    ///     Type: AWS::IAM::InstanceProfile
    ///     Properties:
    ///       Roles: !Ref AppRole
    ///   Template:
    ///     Type: AWS::EC2::LaunchTemplate
    ///     Properties:
    ///       LaunchTemplateData:
    ///         IamInstanceProfile: !Ref AppRole # by name
    ///   Web:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       IamInstanceProfile:
    ///         # the only one
    ///         Name: !If
    ///           - Large
    ///           - !GetAtt AppRole.Arn
    ///           - !Ref AWS::NoValue
    /// Conditions:
    ///   Large: !Equals [a, b]
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
    ///   Template:
    ///     Type: AWS::EC2::LaunchTemplate
    ///     Properties:
    ///       LaunchTemplateData:
    ///         IamInstanceProfile:
    ///           Name: !Ref AppInstanceProfile # by name
    ///   Web:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       # the only one
    ///       IamInstanceProfile: !If
    ///         - Large
    ///         - !Ref AppInstanceProfile
    ///         - !Ref AWS::NoValue
    /// Conditions:
    ///   Large: !Equals [a, b]
    /// ```
    pub(crate) fn reshape(
        &self,
        slot: SlotId,
        key: Option<&'static str>,
        pending: &mut PendingLeaves,
    ) -> Result<Vec<Change>, EditError> {
        let place = &self.lowered.places[slot.index()];
        let branch = place.branch.value;
        let item = self.tree.items(branch).first().copied().filter(|_| call(self.tree, branch).is_none());
        let inside = place.inner.map(|inner| inner.value).or(item);
        let (stays, wrapper) = match place.spec.shape {
            Shape::Value(_) => (inside.ok_or("the value has another shape than was planned")?, Wrapper::None),
            // If the value is a list already, only the name of the argument is wrong.
            Shape::List(_) if !place.is_bare() => return Ok(Vec::new()),
            Shape::List(_) => (branch, Wrapper::List),
            Shape::Keys { .. } => {
                let wanted = self.only_leaf(slot).and_then(|leaf| pending.rewired.get(&leaf)).map(|to| to.kind);
                let key = key.or_else(|| wanted.and_then(|kind| key_for(place.spec, kind)));
                let key = key.ok_or("the argument takes no such key")?;
                if let (Some(inner), None) = (place.inner, item) {
                    let is_renamed = self.tree.scalar(inner.key) != Some(key);
                    let renamed = (self.tree.content_span(inner.key), key.to_owned());
                    return Ok(is_renamed.then_some(renamed).into_iter().collect());
                }
                (inside.unwrap_or(branch), Wrapper::Key(key))
            }
        };
        let (part, kept) = self.part_that_stays(slot, branch, stays, pending);
        let draft = match wrapper {
            Wrapper::None => part,
            Wrapper::Key(key) => Draft::Object(vec![(self.style.key(key), part)]),
            Wrapper::List => Draft::List(vec![part]),
        };
        let in_brackets = self.is_braced(branch) && stays != branch;
        Ok(self.write_anew(branch, &NewValue { draft, kept, wraps: stays == branch, in_brackets }))
    }

    /// The part of a value that stays, and where its text is: that with its leaves rewired, or nothing where it is written anew.
    fn part_that_stays(
        &self,
        slot: SlotId,
        branch: ValueId,
        stays: ValueId,
        pending: &mut PendingLeaves,
    ) -> (Draft, Range<usize>) {
        let leaf = self.only_leaf(slot).filter(|leaf| self.lowered.leaves[leaf.index()] == stays);
        let to = leaf.and_then(|leaf| pending.rewired.get(&leaf)).cloned();
        if let (Some(leaf), Some(to)) = (leaf, to)
            && self.rewire_in_place(stays, &to).is_none()
        {
            pending.rewired.remove(&leaf);
            let new = self.new_reference(stays, &to);
            let anchor = self.tree.get(stays).anchor.filter(|_| stays != branch);
            return (anchor.map_or(new.clone(), |anchor| self.anchored(&self.text[anchor], &new)), 0..0);
        }
        let span = if stays == branch { self.tree.outer_span(stays) } else { self.tree.full_span(stays) };
        let mut changes: Vec<Change> = pending.changes.extract_if(.., |(at, _)| span.contains(&at.start)).collect();
        pending.rewired.retain(|leaf, to| {
            let leaf = self.lowered.leaves[leaf.index()];
            let is_inside = span.contains(&self.tree.outer_span(leaf).start);
            if is_inside {
                changes.extend(self.rewire(leaf, to));
            }
            !is_inside
        });
        changes.sort_by_key(|(at, _)| (at.start, at.end));
        (Draft::Kept(self.kept(stays, &span, &changes)), span)
    }

    /// A value behind an anchor.
    fn anchored(&self, anchor: &str, value: &Draft) -> Draft {
        let block = self.style.block(value);
        let in_brackets = Some(format!("{anchor} {}", self.style.in_brackets(value, "", false)));
        let text = format!("{anchor}{}", self.style.after_colon(&block, ""));
        Draft::Kept(Kept { block: Block { text, beside_key: true }, in_brackets })
    }

    /// Gives the key inside an argument its right name too.
    pub(super) fn rename_inside(&self, place: &SlotSite) -> Option<Change> {
        let Shape::Keys { keys, .. } = place.spec.shape else { return None };
        let inner = place.inner?;
        let (right, _) = keys.iter().find(|(_, wants)| Some(*wants) == place.expected)?;
        (self.tree.scalar(inner.key) != Some(right)).then(|| (self.tree.content_span(inner.key), (*right).to_owned()))
    }

    fn only_leaf(&self, slot: SlotId) -> Option<LeafId> {
        match self.lowered.unit.slot(slot).leaves.as_slice() {
            [only] => Some(only.leaf),
            _ => None,
        }
    }
}
