//! The roles and profiles of a called unit, as parts of the unit that calls it.

use std::collections::BTreeSet;

use crate::aws::family::Family;
use crate::aws::naming::IdStyle;
use crate::model::interface::{
    ExportedName, ExportedProfile, ExportedRole, Interface, Output, OutputValue, PathStep, ValuePath,
};
use crate::model::{
    Instances, ModuleProfile, ModuleRole, NodeId, Part, Profile, ProfileName, Role, RoleAttr, RoleId, TemplateString,
};

/// The call of a module, or a nested stack: what its roles and profiles have in common.
pub(crate) struct CallSite<'c> {
    pub(crate) node: NodeId,
    /// Its name: what it suggests for the profile of a role in it.
    pub(crate) label: &'c str,
    /// As references write it: `module.iam`, or a logical ID.
    pub(crate) reference: String,
    pub(crate) style: IdStyle,
    pub(crate) instances: Instances,
    /// The condition under which it exists (CloudFormation).
    pub(crate) condition: Option<String>,
    pub(crate) interface: &'c Interface,
    /// The provider configuration of the caller that is this one of the module, by alias.
    pub(crate) provider: &'c dyn Fn(&Family, &str) -> String,
}

impl CallSite<'_> {
    /// A role of the module, for the unit of the caller.
    pub(crate) fn role(&self, number: usize, exported: &ExportedRole) -> Role {
        let gives = |output: &&Output| matches!(output.value, OutputValue::Role(role, RoleAttr::Name | RoleAttr::Bare) if role == number);
        let outputs = self.interface.outputs.iter().filter(|(_, output)| gives(output));
        let of_role =
            |(_, output): &(&ValuePath, &Output)| matches!(output.value, OutputValue::Role(role, _) if role == number);
        let all = self.interface.outputs.iter().filter(of_role).map(|(path, _)| path.name.clone()).collect();
        let by_name = outputs.min_by_key(|(path, output)| (!output.always, path.steps.len(), *path));
        let path = by_name.map(|(path, output)| match output.value {
            OutputValue::Role(_, RoleAttr::Bare) => with_key(path, exported.family.role_name),
            _ => path.clone(),
        });
        Role {
            family: exported.family,
            node: Some(self.node),
            address: format!("{}.{}", self.reference, exported.address),
            label: self.label.to_owned(),
            origin: exported.origin,
            name: exported.name.as_ref().map(|name| self.foreign(name)),
            instances: self.instances.clone(),
            provider_alias: (self.provider)(exported.family, &exported.provider_alias),
            trust: exported.trust,
            condition: self.condition.clone(),
            passed_to_module: None,
            passed_to_caller: None,
            has_path: false,
            module: Some(Box::new(ModuleRole {
                call: self.node,
                reference: self.reference.clone(),
                outputs: all,
                by_name: path,
                is_optional: by_name.is_some_and(|(_, output)| !output.always),
                place: exported.place.clone(),
                unknown_profile: exported.unknown_profile.as_ref().map(|why| format!("in `{}`, {why}", self.reference)),
                has_hidden_profile: exported.has_hidden_profile,
            })),
        }
    }

    /// A profile of the module, for the unit of the caller. `roles` are those of the module there.
    pub(crate) fn profile(&self, exported: &ExportedProfile, roles: &[RoleId]) -> Profile {
        Profile {
            family: exported.family,
            node: Some(self.node),
            address: format!("{}.{}", self.reference, exported.address),
            role_slot: None,
            name: match &exported.name {
                ExportedName::OfRole(role) => ProfileName::OfRole(roles[*role]),
                ExportedName::Is(name) => ProfileName::Is(self.foreign(name)),
                ExportedName::Generated => ProfileName::Generated,
                ExportedName::Unknown => ProfileName::Unknown,
            },
            managed: true,
            instances: self.instances.clone(),
            provider_alias: (self.provider)(exported.family, &exported.provider_alias),
            condition: self.condition.clone(),
            module: Some(Box::new(ModuleProfile {
                call: self.node,
                reference: self.reference.clone(),
                role: exported.role.map(|role| roles[role]),
                exists_with_role: exported.exists_with_role,
                by_name: exported.by_name.clone(),
                by_arn: exported.by_arn.clone(),
                inputs: self.inputs_of(exported),
                new_output: self.new_output(exported),
                is_repeated: exported.is_repeated,
                place: exported.place.clone(),
                missing: exported.missing.clone(),
                is_from_table: self.interface.is_from_table,
            })),
        }
    }

    /// The inputs that the outputs of a profile depend on.
    fn inputs_of(&self, exported: &ExportedProfile) -> BTreeSet<String> {
        let names: BTreeSet<&String> =
            [&exported.by_name, &exported.by_arn].into_iter().flatten().map(|(path, _)| &path.name).collect();
        let outputs = self.interface.outputs.iter().filter(|(path, _)| names.contains(&path.name));
        outputs.flat_map(|(_, output)| output.inputs.iter().cloned()).collect()
    }

    /// `instance_profile` or `InstanceProfile`, unless the module has several profiles or such an output.
    fn new_output(&self, exported: &ExportedProfile) -> String {
        let usual = match self.style {
            IdStyle::Label => "instance_profile",
            IdStyle::LogicalId => "InstanceProfile",
        };
        let names = self.interface.outputs.keys().map(|path| path.name.trim_start_matches("Outputs."));
        let is_taken = names.into_iter().any(|name| name.starts_with(usual));
        let label = exported.address.rsplit('.').next().filter(|_| is_taken || self.interface.profiles.len() > 1);
        match (label, self.style) {
            (None, _) => usual.to_owned(),
            (Some(label), IdStyle::Label) => format!("{label}_{usual}"),
            (Some(label), IdStyle::LogicalId) => label.to_owned(),
        }
    }

    /// A text of the module: an expression in it means nothing outside.
    fn foreign(&self, text: &TemplateString) -> TemplateString {
        let part = |part: &Part| match part {
            Part::Literal(text) => Part::Literal(text.clone()),
            Part::Interpolation(expression) => {
                Part::Scoped { expression: expression.clone(), scope: self.reference.clone() }
            }
            Part::Scoped { expression, scope } => {
                Part::Scoped { expression: expression.clone(), scope: format!("{} {scope}", self.reference) }
            }
        };
        TemplateString(text.0.iter().map(part).collect())
    }
}

fn with_key(path: &ValuePath, key: &str) -> ValuePath {
    let mut path = path.clone();
    path.steps.push(PathStep::Key(key.to_owned()));
    path
}
