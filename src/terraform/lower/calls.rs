//! What child modules are given, and what is known of them: a profile of a role's name may be made there.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use hcl_edit::expr::Expression;

use crate::aws::family::Family;
use crate::language::Child;
use crate::model::{NodeId, Role, RoleId, TemplateString, Unit};
use crate::syntax::hcl_node::range;
use crate::terraform::lower::module::{ModuleIndex, Resource};
use crate::terraform::lower::references;
use crate::text::Span;

/// A call of a child module, or a resource that makes others out of sight.
pub(crate) struct Call {
    node: NodeId,
    /// As it is written; none for a resource, or where it is computed.
    source: Option<String>,
    /// The roles that it is given, directly or by locals.
    roles: BTreeSet<RoleId>,
    /// The roles whose name it is given, by the same expression.
    names: BTreeSet<RoleId>,
    /// The texts and references that it is given, in canonical spelling.
    texts: BTreeSet<String>,
}

/// Resources that may make an instance profile of a role that they are given.
const MAKERS: [&str; 4] = [
    "aws_cloudformation_stack",
    "aws_cloudformation_stack_set",
    "awscc_cloudformation_stack",
    "awscc_cloudformation_stack_set",
];

/// What roles are known by, to see which of them a call is given.
struct Roles<'u> {
    unit: &'u Unit,
    /// Those of this module.
    by_node: HashMap<NodeId, RoleId>,
    /// Those of called modules, by the call.
    by_call: HashMap<&'u str, Vec<RoleId>>,
    /// By the expression of the name.
    by_name: HashMap<String, Vec<RoleId>>,
}

impl<'u> Roles<'u> {
    fn of(unit: &'u Unit, index: &ModuleIndex<'_>) -> Self {
        let mut roles = Roles { unit, by_node: HashMap::new(), by_call: HashMap::new(), by_name: HashMap::new() };
        for (number, role) in unit.roles.iter().enumerate() {
            match (&role.module, role.node) {
                (Some(module), _) => roles.by_call.entry(&module.reference).or_default().push(number.into()),
                (None, Some(node)) => drop(roles.by_node.insert(node, number.into())),
                (None, None) => {}
            }
        }
        for resource in &index.resources {
            let Some(family) = Family::of_role(resource.kind) else { continue };
            let name = resource.argument(family.role_name_argument(resource.data));
            if let (Some(role), Some((file, name))) = (roles.by_node.get(&resource.node), name) {
                roles.by_name.entry(index.canonical(file, &name.value)).or_default().push(*role);
            }
        }
        roles
    }

    /// The roles that an output of a called module gives.
    fn of_output<'s>(&'s self, call: &str, output: &'s str) -> impl Iterator<Item = RoleId> + 's {
        let all = self.by_call.get(call).into_iter().flatten().copied();
        let module = |role: RoleId| self.unit.role(role).module.as_ref();
        all.filter(move |&role| module(role).is_some_and(|module| module.outputs.contains(output)))
    }
}

/// All calls of a module.
pub(crate) fn of(unit: &Unit, index: &ModuleIndex<'_>) -> Vec<Call> {
    let roles = Roles::of(unit, index);
    let makers = index.resources.iter().filter(|resource| MAKERS.contains(&resource.kind));
    let calls = index.modules.iter().chain(makers);
    // What takes a profile is given the role by mistake, and gets a profile.
    let mut slots = Slots::default();
    for slot in &unit.slots {
        slots.arguments.insert((slot.owner, &slot.argument));
        slots.values.insert((slot.owner, slot.value));
    }
    calls.map(|called| call(index, called, &slots, &roles)).collect()
}

/// The slots of calls.
#[derive(Default)]
struct Slots<'u> {
    /// By the name of the argument; an override may replace its value.
    arguments: HashSet<(NodeId, &'u str)>,
    /// By the value, which may be a part of an argument.
    values: HashSet<(NodeId, Span)>,
}

/// What a call is not given: what it only waits for, and what it is.
const NOT_GIVEN: [&str; 6] = ["depends_on", "source", "version", "providers", "count", "for_each"];

fn call(index: &ModuleIndex<'_>, called: &Resource<'_>, slots: &Slots<'_>, known: &Roles<'_>) -> Call {
    let source = called.argument("source").and_then(|(_, attribute)| attribute.value.as_str()).map(str::to_owned);
    let (roles, names, texts) = Default::default();
    let mut given = Call { node: called.node, source, roles, names, texts };
    let mut seen: HashSet<NodeId> = HashSet::new();
    let mut open: Vec<String> = Vec::new();
    let mut read = |value: &Expression, open: &mut Vec<String>| {
        references::addresses_in(value, |address| open.push(address));
        references::attributes_in(value, |call, output| given.roles.extend(known.of_output(call, output)));
    };
    let arguments =
        called.parts.iter().flat_map(|&(file, block)| block.body.attributes().map(move |attribute| (file, attribute)));
    let is_given = |key: &str| key != "depends_on" && !slots.arguments.contains(&(called.node, key));
    for (file, attribute) in arguments.filter(|(_, attribute)| is_given(attribute.key.as_str())) {
        let is_slot = |value: &Expression| slots.values.contains(&(called.node, Span::new(file, range(value))));
        for value in around_slots(&attribute.value, &is_slot) {
            read(value, &mut open);
            let text = index.canonical(file, value);
            given.names.extend(known.by_name.get(&text).into_iter().flatten());
            if !NOT_GIVEN.contains(&attribute.key.as_str()) && text.contains(['"', '.']) {
                given.texts.insert(text);
            }
        }
    }
    while let Some(address) = open.pop() {
        if !index.node_at(&address).is_some_and(|node| seen.insert(node)) {
            continue;
        }
        if let Some((_, value)) = address.strip_prefix("local.").and_then(|name| index.local(name)) {
            read(value, &mut open);
        }
    }
    let own = seen.iter().filter_map(|node| known.by_node.get(node));
    given.roles.extend(own);
    given
}

/// The parts of an argument that are no slots: all of it, if it holds none.
fn around_slots<'a>(value: &'a Expression, is_slot: &dyn Fn(&Expression) -> bool) -> Vec<&'a Expression> {
    let within = |parts: Vec<&'a Expression>| parts.into_iter().flat_map(|part| around_slots(part, is_slot)).collect();
    match value {
        value if is_slot(value) => Vec::new(),
        Expression::Object(object) => within(object.iter().map(|(_, value)| value.expr()).collect()),
        Expression::Array(array) => within(array.iter().collect()),
        value => vec![value],
    }
}

/// The roles of called modules that are named by something which this call is given too.
fn named_alike(unit: &Unit, calls: &HashMap<NodeId, &Call>, call: &Call) -> Vec<RoleId> {
    let is_computed = |name: &Option<TemplateString>| name.as_ref().is_some_and(|name| name.as_literal().is_none());
    let of_another = |&(_, role): &(usize, &Role)| {
        let Some(module) = role.module.as_ref().filter(|module| module.call != call.node) else { return false };
        let own = calls.get(&module.call);
        is_computed(&role.name) && own.is_some_and(|own| !own.texts.is_disjoint(&call.texts))
    };
    unit.roles.iter().enumerate().filter(of_another).map(|(number, _)| number.into()).collect()
}

/// Notes for each role the first call that may make a profile of its name. Of a child of which nothing is known, that is one that is given the role.
pub(crate) fn settle(unit: &mut Unit, calls: &[Call], children: &BTreeMap<String, Child>) {
    for role in &mut unit.roles {
        role.passed_to_module = None;
    }
    let by_node: HashMap<NodeId, &Call> = calls.iter().map(|call| (call.node, call)).collect();
    for call in calls {
        let child = call.source.as_ref().and_then(|source| children.get(source));
        let makers: Vec<RoleId> = match child {
            None => call.roles.iter().copied().collect(),
            Some(child) if !child.makes_profiles => Vec::new(),
            Some(child) => {
                let is_named = |role: &RoleId| {
                    let role = unit.role(*role);
                    // What a module does with its own role, its interface says.
                    let is_own = role.module.as_ref().is_some_and(|module| module.call == call.node);
                    let name = role.name.as_ref().and_then(|name| name.as_literal());
                    !is_own && name.is_some_and(|name| child.texts.contains(name))
                };
                let named = (0..unit.roles.len()).map(RoleId::from).filter(is_named);
                let alike = named_alike(unit, &by_node, call);
                call.roles.iter().chain(&call.names).copied().chain(named).chain(alike).collect()
            }
        };
        for role in makers {
            unit.roles[role.index()].passed_to_module.get_or_insert(call.node);
        }
    }
}
