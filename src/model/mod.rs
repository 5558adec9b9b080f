//! What a unit *means*, in no language: its roles and profiles, the places that take a profile, and what stands in those places.
//!
//! The engines (one for Terraform, one for CloudFormation) make a [`Unit`]; rules and plan read it.
//! Everything refers to everything by index; how a thing is spelled stays with the engine, by the same index.

mod graph;
mod index;
mod instance;
mod matching;
mod names;
mod text;

pub use crate::model::index::{ProfileRole, UnitIndex};
pub(crate) use graph::References;
pub use instance::{Index, Instances, Repeat, Scoped};
pub(crate) use matching::{Mismatch, Reached, Resolved};
pub(crate) use names::{Same, compare as compare_names};
pub use text::{Part, TemplateString};

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::naming::IdStyle;
use crate::aws::slots::{Attribute, Expected, SlotSpec};
use crate::aws::trust::Trust;
use crate::text::{FileId, Span};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// As an index into the unit's list.
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
    /// A block or resource entry of the unit.
    NodeId,
    /// A role.
    RoleId,
    /// An instance profile.
    ProfileId,
    /// A place that takes a profile.
    SlotId,
    /// A part of a wiring that can become the slot's value.
    LeafId,
    /// Something written once and read by name: a local, a map's entry, an anchor.
    DefinitionId,
);

/// What a reference takes of a resource that may have several instances.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InstanceSelector {
    /// The resource itself.
    Whole,
    /// One instance by index or key.
    Index,
    /// All of them, one by one (`[*]`, `.*`, a `for` expression, `values`).
    Each,
}

/// Which attribute of a role a reference takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RoleAttr {
    /// The name (`.name`, `.id`, `!Ref`).
    Name,
    /// The ARN.
    Arn,
    /// Another one, of no use for a profile (`.unique_id`, `.name_prefix`, `RoleId`).
    Other,
    /// None: the whole object.
    Bare,
}

/// Which attribute of a profile a reference takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ProfileAttr {
    /// The name (`.name`, `.id`, `!Ref`).
    Name,
    /// The ARN.
    Arn,
    /// The name or ARN of the role inside.
    Role,
    /// Another one.
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

/// Why a wiring cannot be followed to its end.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Reason {
    /// A variable or parameter: its value comes from outside (a default is no proof).
    Variable,
    /// An import from another stack, or a data source of another kind.
    Import,
    /// The output of a module or nested stack.
    Module,
    /// An expression that only a deployment computes.
    Computed,
    /// A file of the unit could not be read, and what is named may be in there.
    UnreadableFile,
    /// It names something that the unit does not have.
    Undeclared,
    /// Written where it cannot be changed (an alias, a merge key), or where no rule decides it.
    Unsupported(&'static str),
}

/// What a leaf stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Resolution {
    /// A role.
    Role(RoleId, RoleAttr, InstanceSelector),
    /// A profile.
    Profile(ProfileId, ProfileAttr, InstanceSelector),
    /// A policy, role policy or attachment, and its one role if that can be told.
    Policy(Option<RoleId>),
    /// Plain text that reads as a reference to what is inside. `certain` unless it could as well be a mere word (a bare logical ID).
    Quoted {
        /// The text as it stands.
        text: TemplateString,
        /// What the reference would stand for.
        reads_as: Box<Resolution>,
        /// Whether nothing but a reference can be meant.
        certain: bool,
    },
    /// Text that names neither for sure; rules compare it with names.
    Text(TemplateString),
    /// Nothing: `null`, `""`, `AWS::NoValue`.
    Absent,
    /// It cannot be known, for this reason; the expression as text, for comparing it with names.
    Unknown(Reason, TemplateString),
}

impl Resolution {
    /// Whether it certainly is an ARN.
    pub fn is_arn(&self) -> bool {
        match self {
            Resolution::Role(_, RoleAttr::Arn, _) | Resolution::Profile(_, ProfileAttr::Arn, _) => true,
            Resolution::Text(text) => text.is_arn(),
            _ => false,
        }
    }
}

/// A part of a wiring that can become the slot's value. Shared by every slot that reaches it, so that an edit is planned once.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Leaf {
    /// The whole expression of the leaf.
    pub span: Span,
    /// What it stands for.
    pub resolution: Resolution,
    /// The definition in which it stands, if not in the slot itself.
    pub definition: Option<DefinitionId>,
    /// Whether the engine can rewire it where it stands; if not, only replacing a whole value helps.
    pub editable_in_place: bool,
    /// The step that picks an instance of a repeated resource, if there is one.
    pub index: Option<Index>,
    /// Whether its index or its attribute is taken of other leaves as well (`(a ? b : c).name`): it cannot change for one of them alone.
    pub shares_steps: bool,
    /// The function around it that orders or drops by value (`sort`): another value in its place would stand elsewhere.
    pub ordered_by: Option<&'static str>,
    /// Whether a failure to find it leads to another value (`try`).
    pub may_fail: bool,
    /// Whether a condition may leave it out, so that nothing is in its place (`[for x in y : x if z]`).
    pub filtered: bool,
    /// If it is nothing: whether that is only where something else is not there (`try(x[0].name, "")`).
    pub fallback: bool,
    /// The conditions under which it is taken (CloudFormation): those of the `Fn::If`s around it in whose first arm it stands.
    pub conditions: Vec<String>,
}

/// Something written once and read by name: a local, an entry of a map, a `for_each` element, an anchor, a variable of `Fn::Sub`.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Definition {
    /// As people call it: `local.profile`, `local.p["web"]`, `&profile`.
    pub name: String,
    /// Its value.
    pub span: Span,
    /// The leaves in it.
    pub leaves: Vec<LeafId>,
    /// Who reads it. `None` stands for anything that is no slot.
    pub readers: BTreeSet<Option<SlotId>>,
    /// Whether something asks if it is null: what that decides must not become unknown before the deployment.
    pub asked_for_null: bool,
}

/// Any block or resource entry: taken names, cycles, placement and suppression need them all.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Node {
    /// `aws_instance.web`, `data.aws_iam_role.app`, `local.profile`, a logical ID.
    pub address: String,
    /// The whole block or entry.
    pub span: Span,
    /// The name in its heading, for pointing at it.
    pub name_span: Span,
    /// What it refers to, wherever inside; filled in for what roles and profiles depend on.
    pub reads: BTreeSet<NodeId>,
    /// Whether a new resource may be put beside it: its file may change and takes additions.
    pub accepts_insertions: bool,
    /// The condition under which it exists (CloudFormation).
    pub condition: Option<String>,
    /// The loops that make it (`Fn::ForEach`), the outermost first: it can be named only inside of them.
    pub loops: Vec<u32>,
    /// How many resources it becomes, as far as that is written out: the turns of the loops around it.
    pub turns: usize,
    /// Whether it refers to something that no file declares that could be read.
    pub refers_to_undeclared: bool,
    /// The override file that could not be read and that may change it.
    pub possible_override: Option<String>,
}

/// A wish to hear nothing of some rules, from a comment or from metadata.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Suppression {
    /// The rules' codes; empty means all.
    pub codes: Vec<String>,
    /// Where it is written.
    pub span: Span,
    /// What it covers.
    pub covers: Span,
}

/// Where a role comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The unit makes it.
    Declared,
    /// The unit manages it, but it was made elsewhere (an `import` block).
    Imported,
    /// A data source: it exists already.
    Data,
    /// Not declared in the unit.
    Undeclared,
}

/// A role, or what is known to stand for one.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Role {
    /// Its block; none if it is declared nowhere that was read.
    pub node: Option<NodeId>,
    /// `aws_iam_role.app`, `data.aws_iam_role.app`, `AppRole`.
    pub address: String,
    /// The label or logical ID.
    pub label: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Its name at AWS, as far as it is written; none if AWS or Terraform makes one up.
    pub name: Option<TemplateString>,
    /// How many there are.
    pub instances: Instances,
    /// The provider configuration that makes it (Terraform's alias); empty for the default one.
    pub provider_alias: String,
    /// Whether EC2 may assume it.
    pub trust: Trust,
    /// The condition under which it exists (CloudFormation's, or what OpenTofu's `enabled` says).
    pub condition: Option<String>,
    /// A child module that is given the role, and may make a profile of its name.
    pub passed_to_module: Option<NodeId>,
}

/// What an instance profile is called at AWS.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ProfileName {
    /// This.
    Is(TemplateString),
    /// The role's name, by reference.
    OfRole(RoleId),
    /// Made up at deployment.
    Generated,
    /// That is not known.
    Unknown,
}

/// An instance profile.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// Its block; none if it is declared nowhere that was read.
    pub node: Option<NodeId>,
    /// `aws_iam_instance_profile.app`, `data.aws_iam_instance_profile.app`, `AppInstanceProfile`.
    pub address: String,
    /// The place of its own role; none for a data source.
    pub role_slot: Option<SlotId>,
    /// Its name.
    pub name: ProfileName,
    /// Whether the unit makes it; a data source only reads it.
    pub managed: bool,
    /// How many there are.
    pub instances: Instances,
    /// The provider configuration that makes it (Terraform's alias); empty for the default one.
    pub provider_alias: String,
    /// The condition under which it exists (CloudFormation's, or what OpenTofu's `enabled` says).
    pub condition: Option<String>,
}

/// How a place was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SlotState {
    /// As the schema has it.
    Expected {
        /// What the value must be.
        expected: Expected,
    },
    /// The right place in a wrong shape: attribute for block or the reverse, list for string, a key that is not there.
    WrongShape {
        /// What the value must be once the shape is right.
        becomes: Expected,
    },
    /// A made-up argument of the launcher.
    UnknownArgument {
        /// What the real argument takes.
        becomes: Expected,
        /// The real argument beside it, if there is one.
        correct_sibling: Option<SlotId>,
    },
    /// Both the name and the ARN key are set.
    ConflictingKeys {
        /// What this key takes.
        expected: Expected,
    },
    /// Several values stand where one may.
    MultipleValues {
        /// What the one value must be.
        expected: Expected,
    },
}

impl SlotState {
    /// What a right value in this place is.
    pub fn expected(&self) -> Expected {
        match *self {
            SlotState::Expected { expected }
            | SlotState::ConflictingKeys { expected }
            | SlotState::MultipleValues { expected } => expected,
            SlotState::WrongShape { becomes } | SlotState::UnknownArgument { becomes, .. } => becomes,
        }
    }
}

/// A leaf as one slot reaches it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct LeafUse {
    /// The leaf.
    pub leaf: LeafId,
    /// If it stands in a definition: the part of the slot's own expression that reads it.
    pub reference_span: Option<Span>,
}

/// A place that takes a profile, as the unit fills it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Slot {
    /// The launcher (or the profile, for its own role).
    pub owner: NodeId,
    /// The row of the table.
    pub spec: &'static SlotSpec,
    /// The argument as people write it: `iam_instance_profile`, `iam_instance_profile.name`, `role`.
    pub argument: String,
    /// The value.
    pub value: Span,
    /// The whole argument or block, key included; or the arm of a conditional in it that has a shape of its own.
    pub span: Span,
    /// The whole argument or block in any case: what stands in one of those is put right together, or not at all.
    pub argument_span: Span,
    /// Its shape.
    pub state: SlotState,
    /// What can become the value.
    pub leaves: Vec<LeafUse>,
    /// The provider configuration of the launcher; empty for the default one.
    pub provider_alias: String,
    /// How many instances the launcher has.
    pub instances: Instances,
    /// Whether another file has an argument for the same thing that counts in its place (Terraform's override files).
    pub overridden: bool,
    /// If the place cannot be rewritten whatever stands in it (reached through an alias or a merge key): why.
    pub uneditable_reason: Option<&'static str>,
}

impl Slot {
    /// The argument that is meant, in its right name.
    pub fn key(&self) -> &str {
        if self.spec.key.is_empty() { &self.argument } else { self.spec.key }
    }
}

/// A module or template.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Unit {
    /// Blocks and resource entries, in the order of files and places.
    pub nodes: Vec<Node>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Instance profiles.
    pub profiles: Vec<Profile>,
    /// Places that take a profile or, in a profile, a role.
    pub slots: Vec<Slot>,
    /// Leaves.
    pub leaves: Vec<Leaf>,
    /// Definitions.
    pub definitions: Vec<Definition>,
    /// Wishes for silence.
    pub suppressions: Vec<Suppression>,
    /// Identifiers that a new profile cannot have.
    pub reserved_names: BTreeSet<String>,
    /// The rules for identifiers.
    pub id_style: IdStyle,
    /// Why nothing may be added to this unit: a file that could not be read mentions an instance profile.
    pub insertion_blocker: Option<String>,
    /// Why what is added may be there already: the unit has resources that stand in no file of it.
    pub insertion_caveat: Option<&'static str>,
    /// How many more resources the unit may have; none where there is no limit.
    pub room: Option<usize>,
    /// Expressions that stand for the account, the partition or the region of whoever deploys the unit.
    pub own_account: BTreeSet<String>,
    /// Profiles that are imported, and whose blocks are in no file.
    pub taken_over: Vec<String>,
    /// Which arguments of a block something else reads (`aws_launch_template.web.iam_instance_profile`), and what.
    pub read_back: BTreeMap<(NodeId, String), String>,
    /// Profiles that left the state of the unit and stay in the account, by address.
    pub left_behind: Vec<String>,
    /// Whether a file of the unit could not be read.
    pub partial: bool,
    /// Whether a reference that picks no instance of a resource with a count means the first one (Terraform 0.11).
    pub whole_is_first: bool,
    /// Files that belong to another unit as well, and why they cannot change.
    pub shared_files: BTreeMap<FileId, String>,
}

impl Unit {
    /// An empty unit.
    pub fn new(id_style: IdStyle) -> Self {
        Unit {
            nodes: Vec::new(),
            roles: Vec::new(),
            profiles: Vec::new(),
            slots: Vec::new(),
            leaves: Vec::new(),
            definitions: Vec::new(),
            suppressions: Vec::new(),
            reserved_names: BTreeSet::new(),
            id_style,
            insertion_blocker: None,
            insertion_caveat: None,
            room: None,
            own_account: BTreeSet::new(),
            left_behind: Vec::new(),
            taken_over: Vec::new(),
            read_back: BTreeMap::new(),
            partial: false,
            whole_is_first: false,
            shared_files: BTreeMap::new(),
        }
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

    /// Whether a value is taken where something under this condition does not exist: neither the slot's owner nor an `Fn::If` around the value
    /// has the condition.
    pub(crate) fn is_unguarded(&self, slot: &Slot, leaf: &Leaf, condition: &str) -> bool {
        self.node(slot.owner).condition.as_deref() != Some(condition)
            && leaf.conditions.iter().all(|under| under != condition)
    }
}
