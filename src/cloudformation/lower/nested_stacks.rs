//! Nested stacks and SAM applications by a path: what their outputs resolve to.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::aws::family::Family;
use crate::aws::naming::IdStyle;
use crate::cloudformation::lower::scope::Scope;
use crate::cloudformation::nested::{is_local, path_property};
use crate::language::Child;
use crate::model::{
    CallSite, InstanceSelector, Instances, Interface, NodeId, Output, OutputValue, Profile, ProfileId, Resolution,
    Role, RoleId,
};
use crate::syntax::tree::Tree;

/// A nested stack whose template is known, with its roles and profiles in the unit around it.
pub(crate) struct NestedStack {
    pub(crate) interface: Arc<Interface>,
    /// Its path, as it is written.
    pub(crate) path: String,
    /// By their numbers in the interface.
    roles: Vec<RoleId>,
    profiles: Vec<ProfileId>,
}

/// The nested stacks whose templates are known.
#[derive(Default)]
pub(crate) struct NestedStacks {
    pub(crate) by_node: HashMap<NodeId, NestedStack>,
    /// Their roles and profiles, to be added to those of the template itself.
    pub(crate) roles: Vec<Role>,
    pub(crate) profiles: Vec<Profile>,
}

impl NestedStacks {
    /// `children` are the known templates by path. The template itself has so many roles and profiles.
    pub(crate) fn of(
        tree: &Tree,
        scope: &Scope,
        children: &BTreeMap<String, Child>,
        (first_role, first_profile): (usize, usize),
    ) -> Self {
        let mut nested = NestedStacks::default();
        let no_provider = |_: &Family, _: &str| String::new();
        for node in scope.node_ids().filter(|_| !children.is_empty()) {
            let Some((path, interface)) = template_of(tree, scope, node, children) else { continue };
            let label = tree.scalar(scope.resource(node).entry.key).unwrap_or_default();
            let site = CallSite {
                node,
                label,
                reference: label.to_owned(),
                style: IdStyle::LogicalId,
                instances: Instances::One,
                condition: scope.condition(tree, node),
                interface: &interface,
                provider: &no_provider,
            };
            // Of a stack in a loop, each iteration has roles of its own.
            let is_one = scope.resource(node).within.is_none();
            let count = if is_one { interface.roles.len() } else { 0 };
            let next_role = first_role + nested.roles.len();
            let roles: Vec<RoleId> = (0..count).map(|number| RoleId::from(next_role + number)).collect();
            let next_profile = first_profile + nested.profiles.len();
            let count = if is_one { interface.profiles.len() } else { 0 };
            let profiles = (0..count).map(|number| ProfileId::from(next_profile + number)).collect();
            if is_one {
                nested.roles.extend(interface.roles.iter().enumerate().map(|(number, role)| site.role(number, role)));
                nested.profiles.extend(interface.profiles.iter().map(|profile| site.profile(profile, &roles)));
            }
            nested.by_node.insert(node, NestedStack { interface, path, roles, profiles });
        }
        nested
    }

    /// What an output of a nested stack resolves to, by its attribute (`Outputs.RoleName`).
    pub(crate) fn output(&self, node: NodeId, attribute: Option<&str>) -> Option<(Resolution, &NestedStack, &Output)> {
        let stack = self.by_node.get(&node)?;
        let (_, output, _) = stack.interface.output(attribute?, &[])?;
        let whole = InstanceSelector::Whole;
        let resolution = match output.value {
            OutputValue::Role(role, attribute) => Resolution::Role(*stack.roles.get(role)?, attribute, whole),
            OutputValue::Profile(profile, attribute) => {
                Resolution::Profile(*stack.profiles.get(profile)?, attribute, whole)
            }
            OutputValue::Policy(role) => Resolution::Policy(role.and_then(|role| stack.roles.get(role).copied())),
            OutputValue::Absent => Resolution::Absent,
            OutputValue::Input(_) | OutputValue::Unknown => return None,
        };
        Some((resolution, stack, output))
    }
}

/// The template that a resource nests, if it is known.
fn template_of(
    tree: &Tree,
    scope: &Scope,
    node: NodeId,
    children: &BTreeMap<String, Child>,
) -> Option<(String, Arc<Interface>)> {
    let path = scope.property(tree, node, path_property(scope.kind(tree, node))?)?;
    let path = tree.text(path).filter(|path| is_local(path))?;
    Some((path.to_owned(), Arc::clone(children.get(path)?.interface.as_ref()?)))
}
