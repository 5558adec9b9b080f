//! Who takes an instance profile: one row per place, each with the source of the fact.
//!
//! Look-alikes that take a *role* (`aws_lambda_function.role`, App Runner's `instance_role_arn`, ...) are absent by design: a place that
//! is no row is never looked at.

mod cloudformation;
mod module;
mod terraform;

pub use cloudformation::{CLOUDFORMATION, PROFILE_ROLE as CLOUDFORMATION_PROFILE_ROLE};
pub use module::ModuleSlot;
pub use terraform::{PROFILE_ROLE as TERRAFORM_PROFILE_ROLE, TERRAFORM};

/// What a reference to a role or profile can give: its name, or its Amazon Resource Name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Attribute {
    /// The friendly name, such as `app-role`.
    Name,
    /// `arn:aws:iam::123456789012:instance-profile/app-role`.
    Arn,
}

/// What a place takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Expected {
    /// An instance profile's name.
    Name,
    /// An instance profile's name; an ARN works there as well, but no documentation says so, so none is ever written.
    NamePreferred,
    /// An instance profile's ARN.
    Arn,
    /// A profile's name or ARN; where the author gave neither, `prefer` decides.
    Either {
        /// The kind that is written where the old value tells nothing.
        prefer: Attribute,
    },
    /// A *role's* name: the role argument of an instance profile itself.
    RoleName,
}

impl Expected {
    /// Whether a profile's name, or its ARN, is taken.
    pub fn accepts(self, kind: Attribute) -> bool {
        match self {
            Expected::Name => kind == Attribute::Name,
            Expected::Arn => kind == Attribute::Arn,
            Expected::NamePreferred | Expected::Either { .. } => true,
            Expected::RoleName => false,
        }
    }
}

/// How the value of a place is written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Shape {
    /// One value.
    Value(Expected),
    /// A nested block or object that takes exactly one of these keys. `misnamed` are keys that people write there and the schema lacks.
    Keys {
        /// The keys that exist, with what each takes.
        keys: &'static [(&'static str, Expected)],
        /// Keys that do not exist there.
        unknown_keys: &'static [&'static str],
    },
    /// A list of at most one value.
    List(Expected),
}

/// One step from the resource's body down to the block that holds the place. Repeated blocks and lists are looked into one by one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Step {
    /// The nested block's, or property's, name.
    pub key: &'static str,
    /// Only blocks in which these arguments have these literal values.
    pub when: &'static [(&'static str, &'static str)],
}

/// What happens to running infrastructure when the value of a place changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Update {
    /// Changed without a new resource.
    InPlace,
    /// The resource is destroyed and made anew.
    Replaces,
    /// Depends on the resource's other settings.
    Depends,
    /// The table does not know.
    Unknown,
}

/// One place that takes an instance profile (or, for a profile itself, its role).
#[derive(PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct SlotSpec {
    /// The resource type.
    pub resource: &'static str,
    /// From the resource's arguments (CloudFormation: from `Properties`) down to the block that has `key`.
    pub within: &'static [Step],
    /// The argument, property or nested block; empty in the rows for inputs of modules, which all are called otherwise.
    pub key: &'static str,
    /// How its value looks.
    pub shape: Shape,
    /// Made-up arguments of this resource that people write for it; the schema has none of them.
    pub unknown_arguments: &'static [&'static str],
    /// Former or mistaken names of `key` itself (a profile's removed `roles`, CloudFormation's `Role`).
    pub aliases: &'static [&'static str],
    /// The profile's name must start so.
    pub required_prefix: Option<&'static str>,
    /// What a change does to what runs.
    pub update: Update,
    /// What AWS answers to a role here; `{}` stands for the value.
    pub aws_error: &'static str,
    /// Where the row comes from.
    pub source: &'static str,
}

impl SlotSpec {
    /// Whether the resource only stores what others launch from (EC2 API reference, CreateLaunchTemplate: not all parameters are validated).
    pub fn is_template(&self) -> bool {
        matches!(self.resource, "aws_launch_template" | "AWS::EC2::LaunchTemplate")
    }

    /// The option that the place is the value of, where options are set by name (Elastic Beanstalk).
    pub fn option(&self) -> Option<&'static str> {
        let literals = self.within.last()?.when.iter();
        literals.rev().find(|(key, _)| matches!(*key, "name" | "OptionName")).map(|&(_, option)| option)
    }
}

/// Whether a resource type launches something with an instance profile.
pub fn is_launcher(table: &'static [SlotSpec], resource: &str) -> bool {
    table.iter().any(|spec| spec.resource == resource)
}
