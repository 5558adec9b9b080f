//! From findings to fixes: which profile to use or add, with which name, where, and how safe that is.
//!
//! A [`Fix`] is intent. The language turns the chosen fixes into edits, all at once, because shared new profiles, insertions at one place
//! and padding depend on the chosen set.

mod groups;
mod planner;
mod target;
mod title;
mod unfixable;
mod unsafe_reasons;

#[cfg(test)]
mod tests;

pub(crate) use crate::plan::planner::plan;
pub use crate::plan::unfixable::Unfixable;
pub(crate) use crate::plan::unsafe_reasons::name_collision;

use std::collections::BTreeMap;

use crate::aws::capability::Capability;
use crate::aws::slots::Attribute;
use crate::model::{DefinitionId, LeafId, NodeId, ProfileId, RoleId, SlotId, Unit};
use crate::rules::Applicability;
use crate::text::Span;

/// The id of a profile that a fix may add: an index into [`Plan::profiles`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct PlannedId(pub u32);

/// The id of a fix: an index into [`Plan::fixes`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct FixId(pub u32);

/// Where a new resource goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InsertionPoint {
    /// Right after this block or entry.
    After(NodeId),
    /// Right before it, above a comment that is attached to it.
    Before(NodeId),
}

/// How new profiles are named at AWS, as the user prefers. An argument that requires a certain name gets it in any case; other than that, a
/// profile in CloudFormation never has a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Naming {
    /// Like the role, as the console does it. If the role already exists, and a profile with its name may exist too, that name is a prefix.
    #[default]
    RoleName,
    /// The role's name as the prefix of a generated name.
    Prefix,
    /// A generated name, without any argument.
    Unnamed,
}

/// The name of a new profile at AWS.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum NewName {
    /// The default of the language: in Terraform the role's name, in CloudFormation none.
    Default,
    /// The role's name and a dash as the prefix of a generated name: a profile with the role's name may already exist.
    Prefixed,
    /// No argument: AWS generates the name.
    Unnamed,
    /// The role's name, in either language: a slot requires a prefix, and the role's name has it.
    OfRole,
    /// This prefix and the role's name: a slot requires the prefix, and the role's name may lack it.
    StartingWith(&'static str),
}

/// A profile that a fix may add.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct PlannedProfile {
    /// The role that it will contain.
    pub role: RoleId,
    /// Its label or logical ID.
    pub id: String,
    /// Its name.
    pub name: NewName,
    /// Where it goes.
    pub insertion_point: InsertionPoint,
    /// Why a profile with the role, or with its name, may already exist.
    pub unsafe_reason: Option<String>,
}

impl PlannedProfile {
    /// Its address, as references in the unit spell it.
    pub fn address(&self, unit: &Unit) -> String {
        unit.role(self.role).family.profile_address(&self.id)
    }
}

/// What a slot should hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Target {
    /// A profile of the unit.
    Existing(ProfileId),
    /// A profile that the same fix adds.
    Planned(PlannedId),
    /// A role, by name (in a profile's own slot).
    Role(RoleId),
    /// The name at the end of the ARN that is there as text.
    NameInArn,
}

/// How the index of a reference changes if role and profile differ in their number of instances.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum IndexEdit {
    /// It stays.
    Keep,
    /// It is removed.
    Drop,
    /// This one is written, in place of the old one if any.
    Use(String),
}

/// One change of a fix.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Change {
    /// The leaf keeps its spelling; its address and last attribute change. If the leaf is not
    /// [editable in place](crate::model::Leaf::editable_in_place), it is replaced as a whole.
    Rewire {
        /// The leaf.
        leaf: LeafId,
        /// What it should hold.
        to: Target,
        /// By name or ARN.
        kind: Attribute,
        /// How its index changes.
        index: IndexEdit,
    },
    /// The part of a slot's expression that reads a shared definition is replaced as a whole.
    Replace {
        /// The slot.
        slot: SlotId,
        /// That part.
        span: Span,
        /// The leaf in the definition.
        leaf: LeafId,
        /// What it should hold.
        to: Target,
        /// By name or ARN.
        kind: Attribute,
        /// How its index changes.
        index: IndexEdit,
    },
    /// The argument is written anew in the shape that the table says, with the value that `Rewire` makes of its leaf.
    Reshape {
        /// The slot.
        slot: SlotId,
        /// The key inside (`name`, `Arn`), if the shape has keys.
        key: Option<&'static str>,
    },
    /// An unknown argument gets the name of the correct one.
    Rename {
        /// The slot.
        slot: SlotId,
    },
    /// The argument is removed.
    Remove {
        /// The slot.
        slot: SlotId,
    },
}

/// The changes to one slot, or to several that must be fixed together. They are applied together or not at all, even across files.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Fix {
    /// The findings that it fixes: indices into the list that the plan was made from.
    pub violations: Vec<usize>,
    /// The slots that it fixes.
    pub slots: Vec<SlotId>,
    /// The profiles that it adds. One that several fixes add is written once.
    pub adds: Vec<PlannedId>,
    /// What changes.
    pub changes: Vec<Change>,
    /// How safe it is.
    pub applicability: Applicability,
    /// What it does, in one sentence.
    pub title: String,
    /// Why it is unsafe, in addition to what its findings say.
    pub unsafe_reasons: Vec<String>,
}

/// All fixes of a unit, and the profiles that they may add.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Plan {
    /// New profiles, in the order of their roles.
    pub profiles: Vec<PlannedProfile>,
    /// Fixes, in the order of their locations.
    pub fixes: Vec<Fix>,
    /// The findings without a fix: indices into the list that the plan was made from, and why.
    pub unfixed: Vec<(usize, Unfixable)>,
}

impl Plan {
    /// A planned profile by id.
    pub fn profile(&self, id: PlannedId) -> &PlannedProfile {
        &self.profiles[id.0 as usize]
    }

    /// The capability that the deployer has to acknowledge after the chosen fixes and did not have to before.
    pub fn required_capability(&self, unit: &Unit, chosen: &[FixId]) -> Option<Capability> {
        let before = unit.capability?;
        let added = chosen.iter().flat_map(|&fix| &self.fix(fix).adds).map(|&id| match self.profile(id).name {
            NewName::OfRole | NewName::StartingWith(_) => Capability::NamedIam,
            NewName::Default | NewName::Prefixed | NewName::Unnamed => Capability::Iam,
        });
        added.max().filter(|&after| before < after)
    }

    /// The ids of all fixes, in order.
    pub fn ids(&self) -> impl Iterator<Item = FixId> + use<> {
        (0..u32::try_from(self.fixes.len()).unwrap_or(u32::MAX)).map(FixId)
    }

    /// A fix by id.
    pub fn fix(&self, id: FixId) -> &Fix {
        &self.fixes[id.0 as usize]
    }
}

/// How one finding is to be fixed.
struct Decision {
    changes: Vec<Change>,
    /// The definition that changes, which fixes all its readers.
    shared: Option<DefinitionId>,
    applicability: Applicability,
    unsafe_reasons: Vec<String>,
}

/// For each slot with findings: how each of them is to be fixed, or why the slot has no fix.
type Decisions = BTreeMap<SlotId, Result<Vec<Decision>, Unfixable>>;
