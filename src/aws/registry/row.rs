//! A row of the table of well-known modules, and what rows are written with.

use crate::aws::registry::version::{Version, VersionRange, v};
use crate::aws::slots::{Attribute, Expected};

/// What the versions of a module in one range take and give.
#[derive(PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct KnownModule {
    /// The modules with this interface, as the registry names them (`namespace/name/provider//directory`), or as git sources if it lacks them.
    pub sources: &'static [&'static str],
    /// The versions that were read.
    pub versions: VersionRange,
    /// The inputs that take an instance profile.
    pub inputs: &'static [KnownInput],
    /// Inputs that take a *role*, whatever they are called. Nothing reads them: they say why `inputs` has no such row.
    pub role_inputs: &'static [&'static [InputStep]],
    /// The outputs that give a role or an instance profile.
    pub outputs: &'static [KnownOutput],
    /// The instance profile that the module makes for one of its roles, whether an output gives it or not. Nothing if no role of `outputs` has one.
    pub profile: Option<OwnProfile>,
    /// Where the row comes from.
    pub evidence: &'static str,
}

/// One step from the arguments of a module call down to a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum InputStep {
    /// The argument, attribute or key of this name.
    Key(&'static str),
    /// Each element of a list, set or map.
    Any,
}

/// An input that takes an instance profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct KnownInput {
    /// The steps from the call's arguments down to the value; the first one is the argument.
    pub path: &'static [InputStep],
    /// Which value it takes.
    pub takes: Expected,
    /// What the name of the profile must start with.
    pub required_prefix: Option<&'static str>,
    /// Its meaning is the same in all versions that have it, and a role never worked: a fix there preserves the intent.
    pub always: bool,
    /// While the module makes its own profile ([`field@KnownModule::profile`]), the value has another meaning or none: it is ignored, or
    /// names the profile to be made.
    pub own_profile_wins: bool,
}

/// What an output gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Gives {
    /// A role's name or ARN.
    Role(Attribute),
    /// An instance profile's name or ARN.
    Profile(Attribute),
    /// Something else that could be mistaken for one of them, such as a role's unique ID.
    Other,
}

/// An output that gives a role or an instance profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct KnownOutput {
    /// The output's name, then the attributes of an object: `module.addons.karpenter.node_iam_role_name` has two steps.
    pub path: &'static [&'static str],
    /// What it gives.
    pub gives: Gives,
    /// Whether it is a list of them.
    pub is_list: bool,
    /// Which role of the module it gives, or which role its profile holds. Numbers mean the same in all rows of a module.
    pub role: u32,
    /// The first version that has it, if that is not the row's first one.
    pub since: Option<Version>,
}

/// The instance profile that a module makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct OwnProfile {
    /// The role that it holds, as numbered by [`field@KnownOutput::role`].
    pub role: u32,
    /// It exists whenever that role's outputs give a role: both have the same condition, or none.
    pub exists_with_role: bool,
    /// Its name is certainly the role's name.
    pub named_after_role: bool,
    /// The argument that decides whether it is made. Other conditions can apply as well, so only "off" is certain.
    pub switch: Option<Switch>,
}

/// An argument that decides whether a module makes its instance profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Switch {
    /// The argument's name.
    pub argument: &'static str,
    /// The value with which the profile is made.
    pub makes: bool,
    /// The value if the call does not set it. Nothing if versions differ in it.
    pub default: Option<bool>,
}

impl Switch {
    /// Whether a call that sets the argument to this value (nothing: does not set it) makes no profile for sure.
    pub fn is_off(self, set: Option<bool>) -> bool {
        set.or(self.default).is_some_and(|value| value != self.makes)
    }
}

// What the rows are written with.

pub(super) const ROLE_NAME: Gives = Gives::Role(Attribute::Name);
pub(super) const ROLE_ARN: Gives = Gives::Role(Attribute::Arn);
pub(super) const PROFILE_NAME: Gives = Gives::Profile(Attribute::Name);
pub(super) const PROFILE_ARN: Gives = Gives::Profile(Attribute::Arn);
pub(super) const ARN_OR_NAME: Expected = Expected::Either { prefer: Attribute::Arn };

/// A row for these modules and versions, to be completed by the methods below.
pub(super) const fn module(sources: &'static [&'static str], versions: VersionRange) -> KnownModule {
    KnownModule { sources, versions, inputs: &[], role_inputs: &[], outputs: &[], profile: None, evidence: "" }
}

pub(super) const fn input(path: &'static [InputStep], takes: Expected) -> KnownInput {
    KnownInput { path, takes, required_prefix: None, always: false, own_profile_wins: false }
}

pub(super) const fn output(path: &'static [&'static str], gives: Gives) -> KnownOutput {
    KnownOutput { path, gives, is_list: false, role: 0, since: None }
}

/// A profile for the module's first role that exists whenever that role does.
pub(super) const PROFILE_WITH_ROLE: OwnProfile =
    OwnProfile { role: 0, exists_with_role: true, named_after_role: false, switch: None };

/// A profile for the module's first role that has conditions of its own.
pub(super) const PROFILE: OwnProfile = OwnProfile { exists_with_role: false, ..PROFILE_WITH_ROLE };

impl KnownModule {
    pub(super) const fn inputs(self, inputs: &'static [KnownInput]) -> KnownModule {
        KnownModule { inputs, ..self }
    }

    pub(super) const fn role_inputs(self, role_inputs: &'static [&'static [InputStep]]) -> KnownModule {
        KnownModule { role_inputs, ..self }
    }

    pub(super) const fn outputs(self, outputs: &'static [KnownOutput]) -> KnownModule {
        KnownModule { outputs, ..self }
    }

    pub(super) const fn profile(self, profile: OwnProfile) -> KnownModule {
        KnownModule { profile: Some(profile), ..self }
    }

    pub(super) const fn evidence(self, evidence: &'static str) -> KnownModule {
        KnownModule { evidence, ..self }
    }
}

impl KnownInput {
    pub(super) const fn required_prefix(self, prefix: &'static str) -> KnownInput {
        KnownInput { required_prefix: Some(prefix), ..self }
    }

    pub(super) const fn always(self) -> KnownInput {
        KnownInput { always: true, ..self }
    }

    pub(super) const fn own_profile_wins(self) -> KnownInput {
        KnownInput { own_profile_wins: true, ..self }
    }
}

impl KnownOutput {
    pub(super) const fn list(self) -> KnownOutput {
        KnownOutput { is_list: true, ..self }
    }

    pub(super) const fn role(self, role: u32) -> KnownOutput {
        KnownOutput { role, ..self }
    }

    pub(super) const fn since(self, major: u64, minor: u64, patch: u64) -> KnownOutput {
        KnownOutput { since: Some(v(major, minor, patch)), ..self }
    }
}

impl OwnProfile {
    pub(super) const fn named_after_role(self) -> OwnProfile {
        OwnProfile { named_after_role: true, ..self }
    }

    /// The profile is made if this argument is true.
    pub(super) const fn if_true(self, argument: &'static str, default: bool) -> OwnProfile {
        OwnProfile { switch: Some(Switch { argument, makes: true, default: Some(default) }), ..self }
    }

    /// The profile is made if this argument is false.
    pub(super) const fn if_false(self, argument: &'static str, default: bool) -> OwnProfile {
        OwnProfile { switch: Some(Switch { argument, makes: false, default: Some(default) }), ..self }
    }
}
