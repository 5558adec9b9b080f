//! The roles and profiles of a module, as they are met.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use hcl_edit::expr::Expression;

use crate::aws::family::{self, Family};
use crate::aws::naming::IdStyle;
use crate::aws::trust::Trust;
use crate::model::{CallSite, Instances, Origin, Profile, ProfileId, ProfileName, Role, RoleId};
use crate::syntax::hcl_node::lone_interpolation;
use crate::terraform::lower::called::{CalledModule, provider_of_caller};
use crate::terraform::lower::expression::Registry;
use crate::terraform::lower::known_modules::KnownChildren;
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
    /// The called modules that were met, by the names of the calls.
    modules: HashMap<String, Option<Rc<CalledModule>>>,
    known: &'i KnownChildren,
}

impl<'i, 'a> Symbols<'i, 'a> {
    pub(crate) fn new(index: &'i ModuleIndex<'a>, partial: bool, known: &'i KnownChildren) -> Self {
        let mut catalogue = Symbols {
            index,
            roles: Vec::new(),
            profiles: Vec::new(),
            role_by_address: HashMap::new(),
            profile_by_address: HashMap::new(),
            policies: HashMap::new(),
            partial,
            modules: HashMap::new(),
            known,
        };
        for resource in &index.resources {
            if let Some(family) = Family::of_role(resource.kind) {
                catalogue.role(family, resource.data, resource.label);
            } else if let Some(family) = Family::of_profile(resource.kind) {
                catalogue.profile(family, resource.data, resource.label);
            }
        }
        catalogue.attach_policies();
        catalogue
    }

    /// Which roles each policy resource belongs to.
    fn attach_policies(&mut self) {
        let mut found: Vec<(String, Option<RoleId>)> = Vec::new();
        for resource in self.index.resources.iter().filter(|resource| family::is_iam_type(resource.kind)) {
            let Some(role) = ["role", "roles", "role_name"].into_iter().find_map(|key| self.role_in(resource, key))
            else {
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

    /// Gives ids to the roles and profiles of a called module.
    fn call(&mut self, name: &str) -> Option<CalledModule> {
        let called = self.index.module(name)?;
        let source = called.argument("source")?.1.value.as_str()?;
        let child = self.known.get(&called.node)?;
        let interface = Arc::clone(&child.interface);
        let provider = |family: &Family, alias: &str| {
            provider_of_caller(self.index, called, &interface.own_providers, (family, alias))
        };
        let site = CallSite {
            node: called.node,
            label: name,
            reference: format!("module.{name}"),
            style: IdStyle::Label,
            instances: instances(self.index, called),
            condition: None,
            interface: &interface,
            provider: &provider,
        };
        let (first_role, first_profile) = (self.roles.len(), self.profiles.len());
        let roles: Vec<RoleId> = (0..interface.roles.len()).map(|number| RoleId::from(first_role + number)).collect();
        let profiles = (0..interface.profiles.len()).map(|number| ProfileId::from(first_profile + number)).collect();
        let of_module = interface.roles.iter().enumerate().map(|(number, role)| (site.role(number, role), None));
        self.roles.extend(of_module);
        self.profiles.extend(interface.profiles.iter().map(|profile| (site.profile(profile, &roles), None)));
        let (node, source, is_checked) = (called.node, source.to_owned(), child.is_checked);
        Some(CalledModule { node, source, interface, roles, profiles, is_checked })
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
    fn role(&mut self, family: &'static Family, data: bool, label: &str) -> RoleId {
        let address = module::address(data, family.role, label);
        if let Some(&known) = self.role_by_address.get(&address) {
            return known;
        }
        let declared = self.index.find(data, family.role, label);
        let resource = declared.map(|found| &self.index.resources[found]);
        let origin = match resource {
            None => Origin::Undeclared,
            Some(_) if data => Origin::Data,
            Some(_) if self.index.imported.contains(&address) => Origin::Imported,
            Some(_) => Origin::Declared,
        };
        let role = Role {
            family,
            node: resource.map(|resource| resource.node),
            label: label.to_owned(),
            origin,
            name: None,
            instances: resource.map_or(Instances::Unknown, |resource| instances(self.index, resource)),
            provider_alias: resource.map(|resource| provider_alias(self.index, resource)).unwrap_or_default(),
            trust: Trust::Unknown,
            condition: resource.and_then(|resource| enabled(self.index, resource)),
            passed_to_module: None,
            passed_to_caller: None,
            has_path: resource
                .and_then(|resource| resource.argument("path"))
                .is_some_and(|(_, path)| path.value.as_str() != Some("/")),
            module: None,
            address: address.clone(),
        };
        let id = RoleId::from(self.roles.len());
        self.roles.push((role, declared));
        self.role_by_address.insert(address, id);
        id
    }

    fn profile(&mut self, family: &'static Family, data: bool, label: &str) -> ProfileId {
        let address = module::address(data, family.profile, label);
        if let Some(&known) = self.profile_by_address.get(&address) {
            return known;
        }
        let declared = self.index.find(data, family.profile, label);
        let resource = declared.map(|found| &self.index.resources[found]);
        let profile = Profile {
            family,
            node: resource.map(|resource| resource.node),
            role_slot: None,
            name: ProfileName::Unknown,
            managed: !data,
            instances: resource.map_or(Instances::Unknown, |resource| instances(self.index, resource)),
            provider_alias: resource.map(|resource| provider_alias(self.index, resource)).unwrap_or_default(),
            condition: resource.and_then(|resource| enabled(self.index, resource)),
            module: None,
            address: address.clone(),
        };
        let id = ProfileId::from(self.profiles.len());
        self.profiles.push((profile, declared));
        self.profile_by_address.insert(address, id);
        id
    }

    fn module(&mut self, call: &str) -> Option<Rc<CalledModule>> {
        if let Some(known) = self.modules.get(call) {
            return known.clone();
        }
        let called = self.call(call).map(Rc::new);
        self.modules.insert(call.to_owned(), called.clone());
        called
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
    provider.filter(|provider| !family::is_default_provider(provider)).unwrap_or_default()
}
