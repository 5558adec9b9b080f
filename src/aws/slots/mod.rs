//! Which arguments and properties take an instance profile: one row per argument, each with the source of the fact.
//!
//! Look-alikes that take a *role* (`aws_lambda_function.role`, App Runner's `instance_role_arn`, ...) are absent by design: an argument
//! without a row is never examined.

mod cloud_control;
mod cloudformation;
mod module;
mod terraform;

pub use cloud_control::{CLOUD_CONTROL, PROFILE_ROLE as CLOUD_CONTROL_PROFILE_ROLE};
pub use cloudformation::{CLOUDFORMATION, PROFILE_ROLE as CLOUDFORMATION_PROFILE_ROLE};
pub use module::{InvalidSource, ModuleInput};
pub(crate) use module::{module_input_spec, output_spec};
pub use terraform::{PROFILE_ROLE as TERRAFORM_PROFILE_ROLE, TERRAFORM};

/// What a reference to a role or profile can give: its name, or its Amazon Resource Name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Attribute {
    /// The friendly name, such as `app-role`.
    Name,
    /// `arn:aws:iam::123456789012:instance-profile/app-role`.
    Arn,
}

/// Which value a slot takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Expected {
    /// An instance profile's name.
    Name,
    /// An instance profile's name. An ARN works there as well, but no documentation says so, so none is ever written.
    NamePreferred,
    /// An instance profile's ARN.
    Arn,
    /// A profile's name or ARN. If the author gave neither, `prefer` decides.
    Either {
        /// The attribute that a fix writes if the old value gives no hint.
        prefer: Attribute,
    },
    /// A *role's* name: the role argument of an instance profile itself.
    RoleName,
}

impl Expected {
    /// Whether a slot takes this attribute of a profile.
    pub fn accepts(self, kind: Attribute) -> bool {
        match self {
            Expected::Name => kind == Attribute::Name,
            Expected::Arn => kind == Attribute::Arn,
            Expected::NamePreferred | Expected::Either { .. } => true,
            Expected::RoleName => false,
        }
    }
}

/// How the value of a slot is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Shape {
    /// One value.
    Value(Expected),
    /// A nested block or object that takes exactly one of these keys.
    Keys {
        /// The keys that exist, with what each takes.
        keys: &'static [(&'static str, Expected)],
        /// Keys that people write there and the schema lacks.
        unknown_keys: &'static [&'static str],
    },
    /// A list of at most one value.
    List(Expected),
}

/// One step from the body of the resource down to the block with the slot. Repeated blocks and lists are searched one by one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Step {
    /// The name of the nested block or property.
    pub key: &'static str,
    /// Only blocks in which these arguments have these literal values.
    pub when: &'static [(&'static str, &'static str)],
    /// Whether it is a list of objects, where nested values are [objects](Nesting::Objects).
    pub is_list: bool,
}

const fn step(key: &'static str) -> Step {
    Step { key, when: &[], is_list: false }
}

impl Step {
    const fn list(self) -> Step {
        Step { is_list: true, ..self }
    }

    const fn when(self, when: &'static [(&'static str, &'static str)]) -> Step {
        Step { when, ..self }
    }
}

/// How Terraform writes a value that has arguments of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Nesting {
    /// As a nested block.
    Blocks,
    /// As an argument whose value is an object, or a list of objects.
    Objects,
}

/// What happens to running infrastructure when the value of a slot changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Update {
    /// The resource is updated in place.
    InPlace,
    /// The resource is replaced: destroyed and recreated.
    Replaces,
    /// Depends on the resource's other settings.
    Depends,
    /// The table does not say.
    Unknown,
}

/// An argument or property that takes an instance profile (or, for a profile itself, its role).
#[derive(PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct SlotSpec {
    /// The resource type.
    pub resource: &'static str,
    /// The steps from the resource's arguments (CloudFormation: from `Properties`) down to the block that has `key`.
    pub within: &'static [Step],
    /// The argument, property or nested block; empty in the rows for inputs of modules, each of which has its own name.
    pub key: &'static str,
    /// How its value is written.
    pub shape: Shape,
    /// How what is around it, and its keys, are written (Terraform).
    pub nesting: Nesting,
    /// Arguments that people write in its place and that the schema lacks.
    pub unknown_arguments: &'static [&'static str],
    /// Former or mistaken names of `key` itself (a profile's removed `roles`, CloudFormation's `Role`).
    pub aliases: &'static [&'static str],
    /// What the name of the profile must start with.
    pub required_prefix: Option<&'static str>,
    /// What a change of the value does to running infrastructure.
    pub update: Update,
    /// What AWS answers to a role here; `{}` is the value.
    pub aws_error: &'static str,
    /// Where the row comes from.
    pub source: &'static str,
}

const NAME: Shape = Shape::Value(Expected::Name);
const NAME_PREFERRED: Shape = Shape::Value(Expected::NamePreferred);
const ARN: Shape = Shape::Value(Expected::Arn);
const NAME_OR_ARN: Shape = Shape::Value(Expected::Either { prefer: Attribute::Name });
const ARN_OR_NAME: Shape = Shape::Value(Expected::Either { prefer: Attribute::Arn });

/// What the name of an instance profile of RDS Custom starts with.
pub(super) const RDS_CUSTOM_PREFIX: &str = "AWSRDSCustom";

// Services that answer otherwise than EC2 does.
const LAUNCH_TEMPLATE_ERROR: &str = "You must use a valid fully-formed launch template. Value ({}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name";
const LAUNCH_CONFIGURATION_ERROR: &str = "Invalid IamInstanceProfile: {}";
const BATCH_ERROR: &str = "CLIENT_ERROR - Invalid IamInstanceProfile: {}";
const IMAGE_BUILDER_ERROR: &str = "The value supplied for parameter instanceProfileName is not valid. The provided instance profile does not exist: {}";

/// A row for this resource type, to be completed by the methods below.
const fn slot(resource: &'static str) -> SlotSpec {
    SlotSpec {
        resource,
        within: &[],
        key: "",
        shape: NAME,
        nesting: Nesting::Blocks,
        unknown_arguments: &[],
        aliases: &[],
        required_prefix: None,
        update: Update::Unknown,
        aws_error: "",
        source: "",
    }
}

impl SlotSpec {
    const fn objects(self) -> SlotSpec {
        SlotSpec { nesting: Nesting::Objects, ..self }
    }

    const fn within(self, within: &'static [Step]) -> SlotSpec {
        SlotSpec { within, ..self }
    }

    /// What EC2 answers follows from the shape.
    const fn at(self, key: &'static str, shape: Shape) -> SlotSpec {
        let aws_error = match shape {
            Shape::Value(Expected::RoleName) | Shape::List(_) => {
                "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"
            }
            Shape::Value(Expected::Arn) | Shape::Keys { .. } => {
                "Value ({}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN"
            }
            Shape::Value(_) => {
                "Value ({}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"
            }
        };
        SlotSpec { key, shape, aws_error, ..self }
    }

    const fn unknown_arguments(self, unknown_arguments: &'static [&'static str]) -> SlotSpec {
        SlotSpec { unknown_arguments, ..self }
    }

    const fn aliases(self, aliases: &'static [&'static str]) -> SlotSpec {
        SlotSpec { aliases, ..self }
    }

    const fn required_prefix(self, prefix: &'static str) -> SlotSpec {
        SlotSpec { required_prefix: Some(prefix), ..self }
    }

    const fn in_place(self) -> SlotSpec {
        SlotSpec { update: Update::InPlace, ..self }
    }

    const fn replaces(self) -> SlotSpec {
        SlotSpec { update: Update::Replaces, ..self }
    }

    const fn depends(self) -> SlotSpec {
        SlotSpec { update: Update::Depends, ..self }
    }

    const fn aws_error(self, aws_error: &'static str) -> SlotSpec {
        SlotSpec { aws_error, ..self }
    }

    const fn source(self, source: &'static str) -> SlotSpec {
        SlotSpec { source, ..self }
    }

    /// Whether the resource only stores what others launch from (EC2 API reference, CreateLaunchTemplate: not all parameters are validated).
    pub fn is_template(&self) -> bool {
        matches!(self.resource, "aws_launch_template" | "awscc_ec2_launch_template" | "AWS::EC2::LaunchTemplate")
    }

    /// The option that the slot is the value of, where options are set by name (Elastic Beanstalk).
    pub fn option(&self) -> Option<&'static str> {
        let literals = self.within.last()?.when.iter();
        literals.rev().find(|(key, _)| matches!(*key, "name" | "option_name" | "OptionName")).map(|&(_, option)| option)
    }
}

/// The arguments of all providers of Terraform that take an instance profile.
pub fn terraform() -> impl Iterator<Item = &'static SlotSpec> {
    TERRAFORM.iter().chain(CLOUD_CONTROL)
}

/// Whether a resource type launches something with an instance profile.
pub fn is_launcher(table: &'static [SlotSpec], resource: &str) -> bool {
    table.iter().any(|spec| spec.resource == resource)
}
