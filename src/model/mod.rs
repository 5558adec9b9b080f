//! What a unit means, independent of its language: its roles and profiles, the slots that take a profile, and their values.
//!
//! Terraform and CloudFormation are lowered to a [`Unit`]; rules and plan read it. Its parts refer to each other by index. The syntax stays
//! with the language, which finds it by the same index.

mod boundary;
mod call;
mod graph;
mod index;
mod instance;
mod interface;
mod matching;
mod names;
mod spans;
mod text;

pub(crate) use crate::model::boundary::interface_of;
pub use crate::model::boundary::{Boundary, BoundaryOutput};
pub(crate) use crate::model::call::CallSite;
pub use crate::model::index::{ProfileRole, UnitIndex};
pub(crate) use graph::References;
pub use instance::{Index, IndexScope, Instances, Repeat};
pub(crate) use interface::is_called_profile;
pub use interface::{
    Crossing, ExportedName, ExportedProfile, ExportedRole, InputCheck, Interface, ModuleProfile, ModuleRole, Output,
    OutputValue, PathStep, ProfileInput, ValuePath,
};
pub use matching::Mismatch;
pub(crate) use matching::{Resolved, RoleInstance};
pub(crate) use names::{Same, compare as compare_names};
pub use text::{Part, TemplateString};

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::capability::Capability;
use crate::aws::family::Family;
use crate::aws::naming::IdStyle;
use crate::aws::slots::{Attribute, Expected, SlotSpec};
use crate::aws::trust::Trust;
use crate::text::{FileId, Place, Span};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The index into the list of the unit.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl From<usize> for $name {
            fn from(index: usize) -> Self {
                $name(u32::try_from(index).unwrap_or(u32::MAX))
            }
        }
    )*};
}

ids!(
    /// The id of a [`Node`].
    NodeId,
    /// The id of a [`Role`].
    RoleId,
    /// The id of a [`Profile`].
    ProfileId,
    /// The id of a [`Slot`].
    SlotId,
    /// The id of a [`Leaf`].
    LeafId,
    /// The id of a [`Definition`].
    DefinitionId,
);

/// Which instances of a resource a reference selects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InstanceSelector {
    /// The resource itself.
    Whole,
    /// One instance by index or key.
    Index,
    /// All of them, one by one (`[*]`, `.*`, a `for` expression, `values`).
    Each,
}

/// The attribute of a role in a reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RoleAttr {
    /// The name (`.name`, `.id`, `!Ref`).
    Name,
    /// The ARN.
    Arn,
    /// Another attribute (`.unique_id`, `.name_prefix`, `RoleId`).
    Other,
    /// None: the whole object.
    Bare,
}

/// The attribute of a profile in a reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ProfileAttr {
    /// The name (`.name`, `.id`, `!Ref`).
    Name,
    /// The ARN.
    Arn,
    /// The name or ARN of its role.
    Role,
    /// Another attribute.
    Other,
    /// None: the whole object.
    Bare,
}

impl From<Attribute> for ProfileAttr {
    fn from(kind: Attribute) -> Self {
        match kind {
            Attribute::Name => ProfileAttr::Name,
            Attribute::Arn => ProfileAttr::Arn,
        }
    }
}

/// Why a value is unknown.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Reason {
    /// A variable or parameter: its value comes from outside (a default proves nothing).
    Variable,
    /// An import from another stack, or a data source of another kind.
    Import,
    /// The output of a module or nested stack.
    Module,
    /// An expression that only a deployment computes.
    Computed,
    /// What it names may be in an unreadable file of the unit.
    UnreadableFile,
    /// It names something that the unit does not declare.
    Undeclared,
    /// ipfix does not follow such a value; the text completes the sentence "it is ...".
    Unsupported(&'static str),
}

/// What a leaf resolves to.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Resolution {
    /// A role.
    Role(RoleId, RoleAttr, InstanceSelector),
    /// A profile.
    Profile(ProfileId, ProfileAttr, InstanceSelector),
    /// A policy, role policy or policy attachment, and its role if it has exactly one.
    Policy(Option<RoleId>),
    /// Plain text that reads as a reference.
    Quoted {
        /// The text.
        text: TemplateString,
        /// What the reference would resolve to.
        reads_as: Box<Resolution>,
        /// Whether it can be nothing else. A bare logical ID may be a mere word.
        certain: bool,
    },
    /// Text; rules compare it with the names of roles and profiles.
    Text(TemplateString),
    /// Nothing: `null`, `""`, `AWS::NoValue`.
    Absent,
    /// Unknown, for this reason. The expression as text, to compare it with names.
    Unknown(Reason, TemplateString),
}

impl Resolution {
    /// Whether it is a name or an ARN, if that is known.
    pub(crate) fn attribute(&self) -> Option<Attribute> {
        match self {
            Resolution::Role(_, RoleAttr::Name, _) | Resolution::Profile(_, ProfileAttr::Name, _) => {
                Some(Attribute::Name)
            }
            Resolution::Role(_, RoleAttr::Arn, _) | Resolution::Profile(_, ProfileAttr::Arn, _) => Some(Attribute::Arn),
            Resolution::Text(text) | Resolution::Unknown(_, text) if text.is_arn() => Some(Attribute::Arn),
            Resolution::Text(_) => Some(Attribute::Name),
            Resolution::Quoted { reads_as, .. } => reads_as.attribute(),
            _ => None,
        }
    }
}

/// A sub-expression that can become the value of a slot, such as one arm of a conditional. All slots that read it share it, so that an edit
/// is planned once.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Leaf {
    /// The whole expression.
    pub span: Span,
    /// What it resolves to.
    pub resolution: Resolution,
    /// The definition that contains it, if it is not in the slot itself.
    pub definition: Option<DefinitionId>,
    /// Whether an edit can change only its address and attribute; if not, the whole value has to be replaced.
    pub editable_in_place: bool,
    /// The step that selects an instance of a repeated resource, if any.
    pub index: Option<Index>,
    /// Whether its index or its attribute applies to other leaves as well (`(a ? b : c).name`), so that it cannot change for one alone.
    pub shares_steps: bool,
    /// The function around it that orders or drops by value (`sort`): another value may end up in another place.
    pub ordered_by: Option<&'static str>,
    /// Whether all instances are taken as a list, and none of them is picked.
    pub is_list: bool,
    /// Whether another value is used if it does not exist (`try`).
    pub may_fail: bool,
    /// Whether a condition may leave it out (`[for x in y : x if z]`).
    pub filtered: bool,
    /// If it is absent: whether only because something else does not exist (`try(x[0].name, "")`).
    pub fallback: bool,
    /// The conditions under which it is used: those of each `Fn::If` around it that has it in the first arm.
    pub conditions: Vec<String>,
    /// The boundary of the unit that it crosses.
    pub crossing: Option<Crossing>,
    /// Whether something is said about it in another unit: at the callers that give the input, or at the output in the module.
    pub reported_elsewhere: bool,
}

/// A value that is written once and read by name: a local, an entry of a map, a `for_each` element, an anchor, a variable of `Fn::Sub`.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Definition {
    /// Its name: `local.profile`, `local.p["web"]`, `&profile`.
    pub name: String,
    /// Its value.
    pub span: Span,
    /// The leaves in it.
    pub leaves: Vec<LeafId>,
    /// Its readers; `None` is any reader that is not a slot.
    pub readers: BTreeSet<Option<SlotId>>,
    /// Whether something checks if it is null: the answer must stay known before the deployment.
    pub asked_for_null: bool,
}

/// A block or resource entry. All of them matter for reserved names, cycles, insertion points and suppressions.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Node {
    /// `aws_instance.web`, `data.aws_iam_role.app`, `local.profile`, a logical ID.
    pub address: String,
    /// The whole block or entry.
    pub span: Span,
    /// Its name in the source; findings point at it.
    pub name_span: Span,
    /// The nodes that it refers to. Complete for everything that roles and profiles depend on.
    pub reads: BTreeSet<NodeId>,
    /// Whether a new resource may be inserted beside it: its file may change and accepts insertions.
    pub accepts_insertions: bool,
    /// The condition under which it exists (CloudFormation).
    pub condition: Option<String>,
    /// The loops around it (`Fn::ForEach`), the outermost first: only inside of them it has a name.
    pub loops: Vec<u32>,
    /// How many resources it becomes, as far as known: the iterations of the loops around it.
    pub turns: usize,
    /// Whether it refers to something that no readable file declares.
    pub refers_to_undeclared: bool,
    /// An unreadable override file that may change it.
    pub possible_override: Option<String>,
}

/// A suppression of findings, from a comment or from metadata.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Suppression {
    /// The codes of the rules; empty means all.
    pub codes: Vec<String>,
    /// Where it is written.
    pub span: Span,
    /// What it covers.
    pub covers: Span,
    /// Whether it is written in a called module, at the slot that an argument reaches.
    pub is_inherited: bool,
}

/// Where a role comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The unit creates it.
    Declared,
    /// The unit manages it but did not create it (an `import` block).
    Imported,
    /// A data source: it already exists.
    Data,
    /// Not declared in the unit.
    Undeclared,
}

/// An IAM role: a resource, a data source, or an undeclared role that something references.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Role {
    /// How its provider, or CloudFormation, writes roles and profiles.
    pub family: &'static Family,
    /// Its block; none if no readable file declares it.
    pub node: Option<NodeId>,
    /// `aws_iam_role.app`, `data.aws_iam_role.app`, `AppRole`.
    pub address: String,
    /// The label or logical ID.
    pub label: String,
    /// How the unit got it.
    pub origin: Origin,
    /// Its name at AWS; none if AWS or Terraform generates one.
    pub name: Option<TemplateString>,
    /// How many instances it has.
    pub instances: Instances,
    /// The alias of its provider configuration (Terraform); empty for the default one.
    pub provider_alias: String,
    /// Whether EC2 can assume it.
    pub trust: Trust,
    /// The condition under which it exists (CloudFormation's, or OpenTofu's `enabled`).
    pub condition: Option<String>,
    /// A child module that receives the role and may create a profile with its name.
    pub passed_to_module: Option<NodeId>,
    /// An output that gives it to a caller which may create a profile with its name.
    pub passed_to_caller: Option<String>,
    /// Whether it has a path other than `/`, which its profile gets too (Terraform).
    pub has_path: bool,
    /// The called module that it comes from, if it is not of this unit.
    pub module: Option<Box<ModuleRole>>,
}

/// The name of an instance profile at AWS.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ProfileName {
    /// This name.
    Is(TemplateString),
    /// The name of this role, by reference.
    OfRole(RoleId),
    /// A name that the deployment generates.
    Generated,
    /// Unknown.
    Unknown,
}

/// An instance profile.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// How its provider, or CloudFormation, writes profiles.
    pub family: &'static Family,
    /// Its block; none if no readable file declares it.
    pub node: Option<NodeId>,
    /// `aws_iam_instance_profile.app`, `data.aws_iam_instance_profile.app`, `AppInstanceProfile`.
    pub address: String,
    /// The slot of its role; none for a data source.
    pub role_slot: Option<SlotId>,
    /// Its name.
    pub name: ProfileName,
    /// Whether the unit creates it; a data source only reads it.
    pub managed: bool,
    /// How many instances it has.
    pub instances: Instances,
    /// The alias of its provider configuration (Terraform); empty for the default one.
    pub provider_alias: String,
    /// The condition under which it exists (CloudFormation's, or OpenTofu's `enabled`).
    pub condition: Option<String>,
    /// The called module that it comes from, if it is not of this unit.
    pub module: Option<Box<ModuleProfile>>,
}

/// What is right or wrong with the name and shape of a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SlotState {
    /// As in the schema.
    Expected {
        /// What the value must be.
        expected: Expected,
    },
    /// The right argument in a wrong shape: an attribute for a block or the reverse, a list for a string, an unknown key.
    WrongShape {
        /// What the value must be once the shape is right.
        becomes: Expected,
    },
    /// An argument that the schema of the launcher lacks.
    UnknownArgument {
        /// What the correct argument takes.
        becomes: Expected,
        /// The correct argument beside it, if any.
        correct_sibling: Option<SlotId>,
    },
    /// Both the name and the ARN key are set.
    ConflictingKeys {
        /// What this key takes.
        expected: Expected,
    },
    /// There are several values, and one is allowed.
    MultipleValues {
        /// What the one value must be.
        expected: Expected,
    },
}

impl SlotState {
    /// What a correct value is.
    pub fn expected(&self) -> Expected {
        match *self {
            SlotState::Expected { expected }
            | SlotState::ConflictingKeys { expected }
            | SlotState::MultipleValues { expected } => expected,
            SlotState::WrongShape { becomes } | SlotState::UnknownArgument { becomes, .. } => becomes,
        }
    }
}

/// A leaf as one slot reads it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct LeafUse {
    /// The leaf.
    pub leaf: LeafId,
    /// If it is in a definition: the part of the slot's own expression that reads the definition.
    pub reference_span: Option<Span>,
}

/// An argument of a resource that takes an instance profile (or, in a profile, a role), with its value.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Slot {
    /// The provider of the launcher, which is that of CloudFormation in a template.
    pub family: &'static Family,
    /// The resource: a launcher, or a profile.
    pub owner: NodeId,
    /// The row of the table.
    pub spec: &'static SlotSpec,
    /// The argument as it is written: `iam_instance_profile`, `iam_instance_profile.name`, `role`.
    pub argument: String,
    /// The value.
    pub value: Span,
    /// The whole argument or block, including the key; or the arm of a conditional in it that has its own shape.
    pub span: Span,
    /// The whole argument or block in any case. Slots with the same one are fixed together or not at all.
    pub argument_span: Span,
    /// What is right or wrong with its name and shape.
    pub state: SlotState,
    /// The leaves that can become the value.
    pub leaves: Vec<LeafUse>,
    /// The alias of the launcher's provider configuration; empty for the default one.
    pub provider_alias: String,
    /// How many instances the launcher has.
    pub instances: Instances,
    /// Whether an override file (Terraform) replaces this argument.
    pub overridden: bool,
    /// Why no edit can change the argument, if none can (it is read through an alias or a merge key).
    pub uneditable_reason: Option<&'static str>,
    /// If it is an input of a called module: the slots in that module that the value reaches, with what they are.
    pub reaches: Vec<(Place, String)>,
    /// What that module asks of the value.
    pub check: InputCheck,
    /// Why a fix of it is unsafe, whatever its value is.
    pub unsafe_reason: Option<String>,
}

impl Slot {
    /// The correct name of the argument.
    pub fn key(&self) -> &str {
        if self.spec.key.is_empty() { &self.argument } else { self.spec.key }
    }
}

/// What is analysed as a whole: a Terraform module, or a CloudFormation template.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Unit {
    /// Blocks and resource entries, in the order of files and locations.
    pub nodes: Vec<Node>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Instance profiles.
    pub profiles: Vec<Profile>,
    /// Arguments that take a profile or, in a profile, a role.
    pub slots: Vec<Slot>,
    /// Leaves.
    pub leaves: Vec<Leaf>,
    /// Definitions.
    pub definitions: Vec<Definition>,
    /// Suppressions of findings.
    pub suppressions: Vec<Suppression>,
    /// Addresses that a new profile cannot have.
    pub reserved_names: BTreeSet<String>,
    /// The syntax of identifiers.
    pub id_style: IdStyle,
    /// Why nothing may be inserted, if so: an unreadable file mentions an instance profile.
    pub insertion_blocker: Option<String>,
    /// Why a new profile may already exist, if so: the unit has resources that none of its files contains.
    pub insertion_caveat: Option<&'static str>,
    /// How many more resources the unit may have; none if there is no limit.
    pub room: Option<usize>,
    /// What the deployer has to acknowledge for what the unit creates; none where the language knows no capabilities.
    pub capability: Option<Capability>,
    /// Expressions for the account, the partition or the region of the deployment.
    pub own_account: BTreeSet<String>,
    /// Profiles that are imported and that no file declares, by address.
    pub imported_profiles: Vec<String>,
    /// What reads an argument of a block (`aws_launch_template.web.iam_instance_profile`), by block and argument.
    pub value_readers: BTreeMap<(NodeId, String), String>,
    /// Profiles that left the state of the unit but stay in the account, by address.
    pub removed_profiles: Vec<String>,
    /// Whether a file of the unit is unreadable.
    pub partial: bool,
    /// Whether a reference without an index to a resource with `count` means the first instance (Terraform 0.11).
    pub whole_is_first: bool,
    /// Files that belong to another unit as well, and why they cannot change.
    pub shared_files: BTreeMap<FileId, String>,
    /// Files that a program wrote and will write again, and why a change of them does not last.
    pub generated_files: BTreeMap<FileId, String>,
    /// What callers may give and get.
    pub boundary: Boundary,
}

impl Unit {
    /// An empty unit.
    pub fn new(id_style: IdStyle) -> Self {
        Unit { id_style, ..Unit::default() }
    }

    /// A node by id.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// A role by id.
    pub fn role(&self, id: RoleId) -> &Role {
        &self.roles[id.index()]
    }

    /// A profile by id.
    pub fn profile(&self, id: ProfileId) -> &Profile {
        &self.profiles[id.index()]
    }

    /// A slot by id.
    pub fn slot(&self, id: SlotId) -> &Slot {
        &self.slots[id.index()]
    }

    /// A leaf by id.
    pub fn leaf(&self, id: LeafId) -> &Leaf {
        &self.leaves[id.index()]
    }

    /// A definition by id.
    pub fn definition(&self, id: DefinitionId) -> &Definition {
        &self.definitions[id.index()]
    }

    /// Whether a value is also used when this condition is false: neither the owner of the slot nor an `Fn::If` around the value has it.
    pub(crate) fn is_unguarded(&self, slot: &Slot, leaf: &Leaf, condition: &str) -> bool {
        self.node(slot.owner).condition.as_deref() != Some(condition)
            && leaf.conditions.iter().all(|under| under != condition)
    }
}
