//! From findings to fixes: which profile to use or add, under which name, where; what may be done without asking.
//!
//! A [`Fix`] is intent. Only when the fixes to apply are chosen does the engine of the language turn them into edits, all at once,
//! because a shared new profile, coinciding insertions and padding depend on the chosen set.

mod groups;
mod planner;
mod target;
mod title;
mod unsafe_reasons;

pub(crate) use crate::plan::planner::plan;

use crate::aws::capability::Capability;
use crate::aws::slots::Attribute;
use crate::model::{DefinitionId, LeafId, NodeId, ProfileId, RoleId, SlotId, Unit};
use crate::rules::Applicability;
use crate::text::Span;

/// A profile that a fix may add: an index into [`Plan::profiles`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct PlannedId(pub u32);

/// A fix: an index into [`Plan::fixes`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct FixId(pub u32);

/// Where a new resource goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InsertionPoint {
    /// Right after this block or entry.
    After(NodeId),
    /// Right before it (above the comment that is glued to it).
    Before(NodeId),
}

/// How new profiles are called at AWS, as far as the user has a say. Places that ask for a certain name get it whatever this says, and a
/// CloudFormation profile never has a name otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Naming {
    /// As the role, as the console does it; a prefix where the role exists already, and perhaps a profile of its name with it.
    #[default]
    RoleName,
    /// With the role's name as prefix of a generated one.
    Prefix,
    /// A generated name: no argument says anything.
    Unnamed,
}

/// What a new profile is called at AWS.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum NewName {
    /// As the language does by default: Terraform the role's name, CloudFormation none.
    Default,
    /// The role's name and a dash as prefix of a generated one: the role exists already, and perhaps a profile of its name with it.
    Prefixed,
    /// Nothing is said: AWS makes one up.
    Unnamed,
    /// The role's name, also where the language would leave it out (a slot that asks for a certain start, which the role's name has).
    OfRole,
    /// These characters, then the role's name (a slot that asks for a certain start, which the role's name may lack).
    StartingWith(&'static str),
}

/// A profile that does not exist yet.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct PlannedProfile {
    /// The role it holds.
    pub role: RoleId,
    /// Its label or logical ID.
    pub id: String,
    /// Its name.
    pub name: NewName,
    /// Where it goes.
    pub insertion_point: InsertionPoint,
    /// Why a profile of the role, or of its name, may exist already.
    pub unsafe_reason: Option<String>,
}

/// What a place is to hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Target {
    /// A profile of the unit.
    Existing(ProfileId),
    /// A profile that the same fix adds.
    Planned(PlannedId),
    /// A role, by name (in a profile's own slot).
    Role(RoleId),
    /// The name at the end of the ARN that stands there as text.
    NameInArn,
}

/// What becomes of the index of a reference, when role and profile have not the same number of instances.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum IndexEdit {
    /// It stays.
    Keep,
    /// It goes.
    Drop,
    /// This one is written, in place of the old one if there is one.
    Use(String),
}

/// One change of a fix.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Change {
    /// The leaf keeps its spelling; its address and last attribute change. If the leaf is not
    /// [`rewirable`](crate::model::Leaf::rewirable), it is replaced whole.
    Rewire {
        /// The leaf.
        leaf: LeafId,
        /// What it is to hold.
        to: Target,
        /// By name or ARN.
        kind: Attribute,
        /// What becomes of an index.
        index: IndexEdit,
    },
    /// The part of a slot's expression that reads a shared definition is replaced whole.
    Replace {
        /// The slot.
        slot: SlotId,
        /// That part.
        span: Span,
        /// The leaf that stood behind it.
        leaf: LeafId,
        /// What it is to hold.
        to: Target,
        /// By name or ARN.
        kind: Attribute,
        /// What becomes of an index.
        index: IndexEdit,
    },
    /// The slot gets the shape of the table; its value is what `Rewire` makes of its leaf. `key` is the key inside (`name`, `Arn`), if the shape has keys.
    Reshape {
        /// The slot.
        slot: SlotId,
        /// The key inside.
        key: Option<&'static str>,
    },
    /// A made-up argument gets the name of the real one.
    Rename {
        /// The slot.
        slot: SlotId,
    },
    /// The argument goes.
    Remove {
        /// The slot.
        slot: SlotId,
    },
}

/// What should become true at one slot, or at all slots that share a definition: applied whole or not at all, even across files.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Fix {
    /// The findings it answers: indices into the list that the plan was made from.
    pub violations: Vec<usize>,
    /// The slots it makes right.
    pub slots: Vec<SlotId>,
    /// The profiles it needs. One that several fixes need is written once.
    pub adds: Vec<PlannedId>,
    /// What changes.
    pub changes: Vec<Change>,
    /// How sure it is.
    pub applicability: Applicability,
    /// What it does, in one sentence.
    pub title: String,
    /// What makes it unsafe beyond what its findings say, a sentence each.
    pub unsafe_reasons: Vec<String>,
}

/// All fixes of a unit, and the profiles that they may add.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Plan {
    /// New profiles, in the order of their roles.
    pub profiles: Vec<PlannedProfile>,
    /// Fixes, in the order of their places.
    pub fixes: Vec<Fix>,
    /// For findings without a fix, why: index into the list of findings and a sentence.
    pub unfixed: Vec<(usize, String)>,
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

/// What is to happen for one finding.
struct Decision {
    changes: Vec<Change>,
    /// The definition that is changed, which makes all its readers right.
    shared: Option<DefinitionId>,
    applicability: Applicability,
    unsafe_reasons: Vec<String>,
}
