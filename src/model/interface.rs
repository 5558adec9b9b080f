//! What the outside can know of a module or a template: what its inputs take, and what its outputs give.
//!
//! A value that crosses a boundary is always written down in the caller: as an argument of the call, or as a reference to an output. So a unit is
//! still checked and fixed alone; it only reads the interfaces of the modules that it calls. An interface has no syntax and is small.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::aws::family::Family;
use crate::aws::slots::{Attribute, Expected};
use crate::aws::trust::Trust;
use crate::model::{NodeId, Origin, ProfileAttr, RoleAttr, RoleId, Suppression, TemplateString};
use crate::text::{Place, Span};

/// One step into a value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum PathStep {
    /// The attribute, the map entry or the list element with this key.
    Key(String),
    /// Any element: it is selected by something that is not a literal.
    Any,
}

/// An input or an output, or a part of its value: `profile`, `settings.profile`, `groups[*].profile`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct ValuePath {
    /// The variable, parameter or output.
    pub name: String,
    /// The steps from its value to the part.
    pub steps: Vec<PathStep>,
}

impl ValuePath {
    /// The whole value.
    pub fn whole(name: impl Into<String>) -> Self {
        ValuePath { name: name.into(), steps: Vec::new() }
    }

    /// Whether a part of both is the same: one is inside of the other.
    pub fn overlaps(&self, other: &ValuePath) -> bool {
        let alike =
            |(one, other): (&PathStep, &PathStep)| one == other || *one == PathStep::Any || *other == PathStep::Any;
        self.name == other.name && self.steps.iter().zip(&other.steps).all(alike)
    }

    /// Whether every part that `other` can mean is meant by this one too.
    pub fn covers(&self, other: &ValuePath) -> bool {
        let alike = |(one, other): (&PathStep, &PathStep)| one == other || *one == PathStep::Any;
        self.name == other.name
            && self.steps.len() == other.steps.len()
            && self.steps.iter().zip(&other.steps).all(alike)
    }
}

impl fmt::Display for ValuePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for step in &self.steps {
            match step {
                PathStep::Any => f.write_str("[*]")?,
                PathStep::Key(key) if key.bytes().all(|byte| byte.is_ascii_digit()) => write!(f, "[{key}]")?,
                PathStep::Key(key) if is_identifier(key) => write!(f, ".{key}")?,
                PathStep::Key(key) => write!(f, "[\"{key}\"]")?,
            }
        }
        Ok(())
    }
}

fn is_identifier(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && key.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

/// What the outside can know of a unit. It is empty for a unit of which not every file could be read: nothing of it is certain.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Interface {
    /// The inputs, or parts of them, that take an instance profile and nothing else.
    pub inputs: BTreeMap<ValuePath, ProfileInput>,
    /// The inputs among them that have a default other than nothing.
    pub inputs_with_default: BTreeSet<String>,
    /// The outputs, or parts of them.
    pub outputs: BTreeMap<ValuePath, Output>,
    /// The roles that outputs lead to.
    pub roles: Vec<ExportedRole>,
    /// The profiles that outputs lead to, and those of exported roles.
    pub profiles: Vec<ExportedProfile>,
    /// The provider configurations that the module has of its own: `aws`, `aws.west` (Terraform).
    pub own_providers: Vec<String>,
    /// Whether it is only known from a table, not from its code.
    pub is_from_table: bool,
}

impl Interface {
    /// The longest part of this output value that is known, and how many of the keys lead to it.
    pub fn output(&self, name: &str, keys: &[&str]) -> Option<(&ValuePath, &Output, usize)> {
        (0..=keys.len()).rev().find_map(|length| {
            let steps = keys[..length].iter().map(|&key| PathStep::Key(key.to_owned())).collect();
            let path = ValuePath { name: name.to_owned(), steps };
            self.outputs.get_key_value(&path).map(|(path, output)| (path, output, length))
        })
    }
}

/// Whether an output says in its name that it is an instance profile. That decides where a fault is reported, never that there is one.
pub(crate) fn is_called_profile(output: &str) -> bool {
    output.to_ascii_lowercase().contains("profile")
}

/// What a module asks of an input, beside using it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum InputCheck {
    /// Nothing.
    #[default]
    None,
    /// Only whether there is a value (`var.profile != null`): the answer must be known before the deployment.
    Presence,
    /// Something about the value, as in a validation.
    Value,
}

/// An input that takes an instance profile.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ProfileInput {
    /// The provider of the launchers.
    pub family: &'static Family,
    /// What all its uses accept.
    pub expected: Expected,
    /// What the module asks of it.
    pub check: InputCheck,
    /// What the name of the profile must start with.
    pub required_prefix: Option<&'static str>,
    /// The provider configuration of the launchers, in the module's own terms; empty for its default one.
    pub provider_alias: String,
    /// The slots that the value reaches, with what they are.
    pub uses: Vec<(Place, String)>,
    /// The codes of findings that a comment at such a slot suppresses. An empty list in it means all.
    pub suppressed: Vec<Vec<String>>,
    /// Why a fix of the argument is unsafe, if it is.
    pub unsafe_reason: Option<String>,
}

impl ProfileInput {
    /// The suppressions in the unit, as those of an argument for the input.
    pub(crate) fn suppressions_at(&self, argument: Span) -> impl Iterator<Item = Suppression> + '_ {
        let inherited = move |codes: &Vec<String>| Suppression {
            codes: codes.clone(),
            span: argument,
            covers: argument,
            is_inherited: true,
        };
        self.suppressed.iter().map(inherited)
    }
}

/// What an output gives.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Output {
    /// Its value.
    pub value: OutputValue,
    /// Whether it always has that value, and is never null or empty.
    pub always: bool,
    /// The inputs that it depends on, directly or through others (Terraform).
    pub inputs: BTreeSet<String>,
    /// Its value in the module.
    pub place: Option<Place>,
    /// The outputs of modules that the module calls itself, if it hands one on: the values in those modules, the nearest first, with what they are.
    pub through: Vec<(Place, String)>,
}

/// The value of an output. Numbers index the lists of the [`Interface`].
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum OutputValue {
    /// A role of the module.
    Role(usize, RoleAttr),
    /// A profile of the module.
    Profile(usize, ProfileAttr),
    /// A policy, and its role if it has exactly one.
    Policy(Option<usize>),
    /// An input that is handed on.
    Input(ValuePath),
    /// Nothing.
    Absent,
    /// Unknown.
    Unknown,
}

/// A role that an output leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ExportedRole {
    /// How its provider, or CloudFormation, writes roles and profiles.
    pub family: &'static Family,
    /// Its address in the module.
    pub address: String,
    /// How the module got it.
    pub origin: Origin,
    /// Its name at AWS.
    pub name: Option<TemplateString>,
    /// Whether EC2 can assume it.
    pub trust: Trust,
    /// Its provider configuration in the module's own terms.
    pub provider_alias: String,
    /// Where it is declared.
    pub place: Option<Place>,
    /// Why a profile with its name, or of it, may exist without being known, if so.
    pub unknown_profile: Option<String>,
    /// Whether the module may make its profile out of sight (a module that is only known from a table): none is ever added.
    pub has_hidden_profile: bool,
}

/// The name of an exported profile.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ExportedName {
    /// The name of this role.
    OfRole(usize),
    /// This name, in the module's own terms.
    Is(TemplateString),
    /// Generated by the deployment.
    Generated,
    /// Unknown.
    Unknown,
}

/// A profile that an output leads to, or one of an exported role.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ExportedProfile {
    /// How its provider, or CloudFormation, writes profiles.
    pub family: &'static Family,
    /// Its address in the module.
    pub address: String,
    /// The exported role in it, if it is one.
    pub role: Option<usize>,
    /// The input that names the role in it, if callers give that.
    pub role_input: Option<ValuePath>,
    /// Whether it exists whatever the inputs are.
    pub always: bool,
    /// Whether it has `count` or `for_each` in the module.
    pub is_repeated: bool,
    /// Its name.
    pub name: ExportedName,
    /// Whether it certainly exists whenever its role does.
    pub exists_with_role: bool,
    /// Its provider configuration in the module's own terms.
    pub provider_alias: String,
    /// Where it is declared.
    pub place: Option<Place>,
    /// The output that gives its name, and whether it always does.
    pub by_name: Option<(ValuePath, bool)>,
    /// The output that gives its ARN, and whether it always does.
    pub by_arn: Option<(ValuePath, bool)>,
    /// Why its outputs are certainly empty in this call, if so.
    pub missing: Option<String>,
}

/// A value that another unit gives.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Crossing {
    /// An input of this unit, or a part of it: its callers give it.
    Input(ValuePath),
    /// An output of a module that this unit calls.
    Output {
        /// The call.
        call: NodeId,
        /// The source of the module, as it is written.
        source: String,
        /// The output, or a part of it.
        output: ValuePath,
        /// The inputs that it depends on (Terraform).
        inputs: BTreeSet<String>,
        /// Where outputs give it, in this module and then in those that it calls itself, with what each output is.
        places: Vec<(Place, String)>,
    },
}

/// What is known of a role in a module that the unit calls.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ModuleRole {
    /// The call.
    pub call: NodeId,
    /// The call as references write it: `module.iam`.
    pub reference: String,
    /// All outputs that give something of it.
    pub outputs: BTreeSet<String>,
    /// The output that gives its name, if there is one.
    pub by_name: Option<ValuePath>,
    /// Whether that output may be null or empty.
    pub is_optional: bool,
    /// Where it is declared.
    pub place: Option<Place>,
    /// Why a profile with its name, or of it, may exist without being known, if so.
    pub unknown_profile: Option<String>,
    /// Whether the module may make its profile out of sight: none is ever added.
    pub has_hidden_profile: bool,
}

/// What is known of a profile in a module that the unit calls.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ModuleProfile {
    /// The call.
    pub call: NodeId,
    /// The call as references write it: `module.iam`.
    pub reference: String,
    /// The role in it, if that is known.
    pub role: Option<RoleId>,
    /// Whether it certainly exists whenever its role does.
    pub exists_with_role: bool,
    /// The output that gives its name, and whether it always does.
    pub by_name: Option<(ValuePath, bool)>,
    /// The output that gives its ARN, and whether it always does.
    pub by_arn: Option<(ValuePath, bool)>,
    /// The inputs that these outputs depend on (Terraform).
    pub inputs: BTreeSet<String>,
    /// The start of the name of an output that could give it and does not exist yet.
    pub new_output: String,
    /// Whether it is repeated in the module, so that such an output has to pick one.
    pub is_repeated: bool,
    /// Where it is declared.
    pub place: Option<Place>,
    /// Why its outputs are certainly empty in this call, if so.
    pub missing: Option<String>,
    /// Whether it is only known from a table, and a change to it needs a review.
    pub is_from_table: bool,
}

impl ModuleProfile {
    /// The output that gives this attribute, and whether it always does.
    pub fn output(&self, attribute: Attribute) -> Option<&(ValuePath, bool)> {
        match attribute {
            Attribute::Name => self.by_name.as_ref(),
            Attribute::Arn => self.by_arn.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str, steps: &[&str]) -> ValuePath {
        let step = |key: &&str| if *key == "*" { PathStep::Any } else { PathStep::Key((*key).to_owned()) };
        ValuePath { name: name.to_owned(), steps: steps.iter().map(step).collect() }
    }

    #[test]
    fn parts_of_values() {
        let groups = path("groups", &["*", "profile"]);
        assert_eq!(groups.to_string(), "groups[*].profile");
        assert_eq!(path("groups", &["my key"]).to_string(), "groups[\"my key\"]");
        assert_eq!(path("groups", &["0", "profile"]).to_string(), "groups[0].profile");
        assert!(groups.overlaps(&path("groups", &["web"])) && groups.overlaps(&ValuePath::whole("groups")));
        assert!(!groups.overlaps(&path("groups", &["web", "size"])) && !groups.overlaps(&ValuePath::whole("group")));
        assert!(groups.covers(&path("groups", &["web", "profile"])));
        assert!(!path("groups", &["web", "profile"]).covers(&groups) && !groups.covers(&ValuePath::whole("groups")));
    }
}
