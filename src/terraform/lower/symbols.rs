//! The roles and profiles of a module, as they are met.

use std::collections::{BTreeSet, HashMap};

use hcl_edit::expr::{Expression, ObjectKey};

use crate::aws::trust::Trust;
use crate::model::{Instances, Origin, Profile, ProfileId, ProfileName, Role, RoleId};
use crate::syntax::hcl_node::{lone_interpolation, object_key};
use crate::terraform::lower::expression::Registry;
use crate::terraform::lower::module;
use crate::terraform::lower::module::{ModuleIndex, Resource};
use crate::terraform::lower::references;
use crate::terraform::lower::repeat::instances;

/// Roles and profiles as they are met.
pub(crate) struct Symbols<'i, 'a> {
    index: &'i ModuleIndex<'a>,
    pub(crate) roles: Vec<(Role, Option<usize>)>,
    pub(crate) profiles: Vec<(Profile, Option<usize>)>,
    role_by_address: HashMap<String, RoleId>,
    profile_by_address: HashMap<String, ProfileId>,
    /// Policies by address, with the one role that a policy resource names or is attached to.
    policies: HashMap<String, BTreeSet<RoleId>>,
    partial: bool,
}

impl<'i, 'a> Symbols<'i, 'a> {
    pub(crate) fn new(index: &'i ModuleIndex<'a>, partial: bool) -> Self {
        let mut catalogue = Symbols {
            index,
            roles: Vec::new(),
            profiles: Vec::new(),
            role_by_address: HashMap::new(),
            profile_by_address: HashMap::new(),
            policies: HashMap::new(),
            partial,
        };
        for resource in &index.resources {
            match resource.kind {
                "aws_iam_role" => drop(catalogue.role(resource.data, resource.label)),
                "aws_iam_instance_profile" => drop(catalogue.profile(resource.data, resource.label)),
                _ => {}
            }
        }
        catalogue.attach_policies();
        catalogue
    }

    /// Which roles each policy resource belongs to.
    fn attach_policies(&mut self) {
        let mut found: Vec<(String, Option<RoleId>)> = Vec::new();
        for resource in self.index.resources.iter().filter(|resource| resource.kind.starts_with("aws_iam_")) {
            let Some(role) = self.role_in(resource, "role").or_else(|| self.role_in(resource, "roles")) else {
                continue;
            };
            found.push((resource.address(), Some(role)));
            let policy = resource.argument("policy_arn").and_then(|(_, attribute)| address_of(&attribute.value));
            found.extend(policy.map(|policy| (policy, Some(role))));
        }
        for (policy, role) in found {
            self.policies.entry(policy).or_default().extend(role);
        }
    }

    fn role_in(&mut self, resource: &Resource<'a>, key: &str) -> Option<RoleId> {
        let value = &resource.argument(key)?.1.value;
        let value = value.as_array().filter(|array| array.len() == 1).and_then(|array| array.get(0)).unwrap_or(value);
        let address = address_of(value)?;
        self.role_by_address.get(&address).copied()
    }
}

/// The resource address that an expression starts with: `aws_iam_role.app` for `"${aws_iam_role.app[0].name}"`.
fn address_of(expression: &Expression) -> Option<String> {
    let inner = lone_interpolation(expression).unwrap_or(expression);
    let mut first = None;
    if matches!(inner, Expression::Traversal(_)) {
        references::addresses_in(inner, |address| first = first.take().or(Some(address)));
    }
    first
}

impl Registry for Symbols<'_, '_> {
    fn role(&mut self, data: bool, label: &str) -> RoleId {
        let address = module::address(data, "aws_iam_role", label);
        if let Some(&known) = self.role_by_address.get(&address) {
            return known;
        }
        let declared = self.index.find(data, "aws_iam_role", label);
        let resource = declared.map(|found| &self.index.resources[found]);
        let origin = match resource {
            None => Origin::Undeclared,
            Some(_) if data => Origin::Data,
            Some(_) if self.index.imported.contains(&address) => Origin::Imported,
            Some(_) => Origin::Declared,
        };
        let role = Role {
            node: resource.map(|resource| resource.node),
            label: label.to_owned(),
            origin,
            name: None,
            instances: resource.map_or(Instances::Unknown, |resource| instances(self.index, resource)),
            provider_alias: resource.map(|resource| provider_alias(self.index, resource)).unwrap_or_default(),
            trust: Trust::Unknown,
            condition: resource.and_then(|resource| enabled(self.index, resource)),
            passed_to_module: None,
            address: address.clone(),
        };
        let id = RoleId::from(self.roles.len());
        self.roles.push((role, declared));
        self.role_by_address.insert(address, id);
        id
    }

    fn profile(&mut self, data: bool, label: &str) -> ProfileId {
        let address = module::address(data, "aws_iam_instance_profile", label);
        if let Some(&known) = self.profile_by_address.get(&address) {
            return known;
        }
        let declared = self.index.find(data, "aws_iam_instance_profile", label);
        let resource = declared.map(|found| &self.index.resources[found]);
        let profile = Profile {
            node: resource.map(|resource| resource.node),
            role_slot: None,
            name: ProfileName::Unknown,
            managed: !data,
            instances: resource.map_or(Instances::Unknown, |resource| instances(self.index, resource)),
            provider_alias: resource.map(|resource| provider_alias(self.index, resource)).unwrap_or_default(),
            condition: resource.and_then(|resource| enabled(self.index, resource)),
            address: address.clone(),
        };
        let id = ProfileId::from(self.profiles.len());
        self.profiles.push((profile, declared));
        self.profile_by_address.insert(address, id);
        id
    }

    fn policy(&mut self, data: bool, kind: &str, label: &str) -> Option<RoleId> {
        let roles = self.policies.get(&module::address(data, kind, label))?;
        (roles.len() == 1).then(|| roles.first().copied()).flatten()
    }

    fn is_partial(&self) -> bool {
        self.partial
    }
}

/// What OpenTofu's `lifecycle { enabled = ... }` says, unless it is `true` (OpenTofu documentation, "The enabled meta-argument").
fn enabled(index: &ModuleIndex<'_>, resource: &Resource<'_>) -> Option<String> {
    let (file, block) = resource.part_with("lifecycle")?;
    let lifecycle = block.body.blocks().find(|inner| inner.ident.as_str() == "lifecycle")?;
    let enabled = index.canonical(file, &lifecycle.body.get_attribute("enabled")?.value);
    (enabled != "true").then_some(enabled)
}

/// The provider configuration that a resource names, without quotes (0.11 wrote them).
pub(crate) fn provider_alias(index: &ModuleIndex<'_>, resource: &Resource<'_>) -> String {
    let provider = resource.argument("provider").map(|(file, attribute)| match attribute.value.as_str() {
        Some(quoted) => quoted.to_owned(),
        None => index.canonical(file, &attribute.value),
    });
    // `aws` alone is the default configuration.
    provider.filter(|provider| provider != "aws").unwrap_or_default()
}

/// The provider configuration that a module gets as its `aws`.
pub(crate) fn provider_alias_of_module(index: &ModuleIndex<'_>, module: &Resource<'_>) -> String {
    let is_aws = |key: &ObjectKey| object_key(key).is_some_and(|key| key == "aws");
    let provider = module.argument("providers").and_then(|(file, attribute)| {
        let (_, value) = attribute.value.as_object()?.iter().find(|(key, _)| is_aws(key))?;
        Some(index.canonical(file, value.expr()))
    });
    provider.filter(|provider| provider != "aws").unwrap_or_default()
}
