//! What child modules are given, and what is known of them: a profile of a role's name may be made there.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::language::Child;
use crate::model::{NodeId, RoleId, Unit};
use crate::terraform::lower::module::{ModuleIndex, Resource};
use crate::terraform::lower::references;

/// A call of a child module, or a resource that makes others out of sight.
pub(crate) struct Call {
    node: NodeId,
    /// As it is written; none for a resource, or where it is computed.
    source: Option<String>,
    /// The roles that it is given, directly or by locals.
    roles: BTreeSet<RoleId>,
    /// The roles whose name it is given, by the same expression.
    names: BTreeSet<RoleId>,
}

/// Resources that may make an instance profile of a role that they are given.
const MAKERS: [&str; 3] = ["aws_cloudformation_stack", "aws_cloudformation_stack_set", "awscc_iam_instance_profile"];

/// All calls of a module.
pub(crate) fn of(unit: &Unit, index: &ModuleIndex<'_>) -> Vec<Call> {
    let mut role_by_node: HashMap<NodeId, RoleId> = HashMap::new();
    for (number, role) in unit.roles.iter().enumerate() {
        role_by_node.extend(role.node.map(|node| (node, RoleId::from(number))));
    }
    let mut role_by_name: HashMap<String, Vec<RoleId>> = HashMap::new();
    for resource in index.resources.iter().filter(|resource| resource.kind == "aws_iam_role") {
        if let (Some(role), Some((file, name))) = (role_by_node.get(&resource.node), resource.argument("name")) {
            role_by_name.entry(index.canonical(file, &name.value)).or_default().push(*role);
        }
    }
    let makers = index.resources.iter().filter(|resource| MAKERS.contains(&resource.kind));
    let calls = index.modules.iter().chain(makers);
    // What takes a profile is given the role by mistake, and gets a profile.
    let slots: HashSet<(NodeId, &str)> = unit.slots.iter().map(|slot| (slot.owner, slot.argument.as_str())).collect();
    calls.map(|called| call(index, called, &slots, &role_by_node, &role_by_name)).collect()
}

fn call(
    index: &ModuleIndex<'_>,
    called: &Resource<'_>,
    slots: &HashSet<(NodeId, &str)>,
    role_by_node: &HashMap<NodeId, RoleId>,
    role_by_name: &HashMap<String, Vec<RoleId>>,
) -> Call {
    let source = called.argument("source").and_then(|(_, attribute)| attribute.value.as_str()).map(str::to_owned);
    let mut given = Call { node: called.node, source, roles: BTreeSet::new(), names: BTreeSet::new() };
    let mut seen: HashSet<NodeId> = HashSet::new();
    let mut open: Vec<String> = Vec::new();
    // What it only waits for, it is not given.
    let arguments =
        called.parts.iter().flat_map(|&(file, block)| block.body.attributes().map(move |attribute| (file, attribute)));
    let is_given = |key: &str| key != "depends_on" && !slots.contains(&(called.node, key));
    for (file, attribute) in arguments.filter(|(_, attribute)| is_given(attribute.key.as_str())) {
        references::addresses_in(&attribute.value, |address| open.push(address));
        given.names.extend(role_by_name.get(&index.canonical(file, &attribute.value)).into_iter().flatten());
    }
    while let Some(address) = open.pop() {
        let Some(node) = index.node_at(&address).filter(|&node| seen.insert(node)) else { continue };
        given.roles.extend(role_by_node.get(&node));
        let local = address.strip_prefix("local.").and_then(|name| index.local(name));
        if let Some((_, value)) = local {
            references::addresses_in(value, |address| open.push(address));
        }
    }
    given
}

/// Notes for each role the first call that may make a profile of its name. Of a child of which nothing is known, that is one that is given the role.
pub(crate) fn settle(unit: &mut Unit, calls: &[Call], children: &BTreeMap<String, Child>) {
    for role in &mut unit.roles {
        role.passed_to_module = None;
    }
    for call in calls {
        let child = call.source.as_ref().and_then(|source| children.get(source));
        let makers: Vec<RoleId> = match child {
            None => call.roles.iter().copied().collect(),
            Some(child) if !child.makes_profiles => Vec::new(),
            Some(child) => {
                let is_named = |role: &RoleId| {
                    let name = unit.role(*role).name.as_ref().and_then(|name| name.as_literal());
                    name.is_some_and(|name| child.texts.contains(name))
                };
                let named = (0..unit.roles.len()).map(RoleId::from).filter(is_named);
                call.roles.iter().chain(&call.names).copied().chain(named).collect()
            }
        };
        for role in makers {
            unit.roles[role.index()].passed_to_module.get_or_insert(call.node);
        }
    }
}
