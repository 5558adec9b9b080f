//! A template's tree into a [`Unit`].

mod boundary;
mod conditions;
mod dependencies;
mod nested_stacks;
pub(crate) mod resolve;
pub(crate) mod scope;
mod shared;
pub(crate) mod slots;
mod suppressions;
mod trust;

use std::collections::HashMap;

use crate::aws::capability::{Capability, IAM_RESOURCES};
use crate::aws::family;
use crate::aws::naming::IdStyle;
use crate::aws::slots::{Attribute, CLOUDFORMATION, CLOUDFORMATION_PROFILE_ROLE, Expected, Shape, SlotSpec};
use crate::cloudformation::detect;
use crate::cloudformation::detect::Layout;
use crate::cloudformation::intrinsic;
use crate::cloudformation::intrinsic::{Function, call};
use crate::cloudformation::lower::nested_stacks::NestedStacks;
use crate::cloudformation::lower::resolve::{Reader, Target, alternatives};
pub(crate) use crate::cloudformation::lower::scope::FILE;
use crate::cloudformation::lower::slots::{Finder, ResolvedValue, SlotProblem, SlotSite};
use crate::cloudformation::nested::path_property;
use crate::language::UnitText;
use crate::model::{
    Instances, Leaf, LeafId, LeafUse, Node, NodeId, Origin, Part, Profile, ProfileId, ProfileName, Reason, Resolution,
    Role, RoleAttr, RoleId, Slot, SlotId, SlotState, Unit,
};
use crate::syntax::tree::{Tree, ValueId, ValueKind};
use crate::text::{Source, Span};
use conditions::Conditions;
use scope::{LoopId, Scope};

/// A unit, and what of the tree each part of it is.
#[derive(Clone, Debug)]
pub(crate) struct Lowered {
    pub(crate) unit: Unit,
    pub(crate) scope: Scope,
    /// By leaf.
    pub(crate) leaves: Vec<ValueId>,
    /// By slot.
    pub(crate) places: Vec<SlotSite>,
}

impl Lowered {
    /// Of a file that is no template.
    pub(crate) fn nothing() -> Self {
        let unit = Unit::new(IdStyle::LogicalId);
        Lowered { unit, scope: Scope::default(), leaves: Vec::new(), places: Vec::new() }
    }
}

/// What the deployer has to acknowledge for one resource.
fn capability(tree: &Tree, scope: &Scope, node: NodeId) -> Capability {
    let kind = scope.kind(tree, node);
    match IAM_RESOURCES.iter().find(|(iam, _)| *iam == kind) {
        Some((_, name)) if !name.is_empty() && scope.property(tree, node, name).is_some() => Capability::NamedIam,
        Some(_) => Capability::Iam,
        None => Capability::Nothing,
    }
}

/// How many resources a template may have (CloudFormation User Guide, "Understand CloudFormation quotas").
const MAX_RESOURCES: usize = 500;

pub(crate) fn lower(tree: &Tree, layout: &Layout, source: &Source, text: UnitText<'_>) -> Lowered {
    let scope = Scope::of(tree, layout);
    let mut unit = Unit::new(IdStyle::LogicalId);
    unit.reserved_names = scope.taken(tree);
    unit.insertion_caveat = detect::has_inclusion(tree, layout).then_some(
        "the template includes resources that are not in this file (Fn::Transform): the profile may be among them",
    );
    unit.capability = scope.node_ids().map(|node| capability(tree, &scope, node)).max().or(Some(Capability::Nothing));
    unit.nodes = nodes(tree, &scope);
    let resources: usize = unit.nodes.iter().map(|node| node.turns).sum();
    unit.own_account = ["AWS::AccountId", "AWS::Partition"].map(str::to_owned).into();
    unit.room = Some(MAX_RESOURCES.saturating_sub(resources));
    let mut targets = Vec::with_capacity(scope.resources.len());
    let (mut roles, mut profiles) = (0, 0);
    for node in scope.node_ids() {
        targets.push(match scope.kind(tree, node) {
            "AWS::IAM::Role" => {
                roles += 1;
                Target::Role(RoleId::from(roles - 1))
            }
            "AWS::IAM::InstanceProfile" => {
                profiles += 1;
                Target::Profile(ProfileId::from(profiles - 1))
            }
            "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" | "AWS::IAM::RolePolicy" => Target::Policy,
            kind if path_property(kind).is_some() => Target::Stack,
            _ => Target::Other,
        });
    }
    let nested = NestedStacks::of(tree, &scope, text.children, (roles, profiles));
    // The deployer acknowledges nested roles already.
    if !nested.roles.is_empty() {
        unit.capability = unit.capability.max(Some(Capability::Iam));
    }
    let reader = Reader::new(tree, layout, &scope, targets, nested);
    let mut lowering = Lowering {
        tree,
        reader,
        conditions: Conditions::of(tree, layout.root),
        unit,
        finder: Finder::new(tree),
        known: HashMap::new(),
        leaves: Vec::new(),
        places: Vec::new(),
        reached: Vec::new(),
    };
    for node in scope.node_ids() {
        lowering.resource(node);
    }
    lowering.unit.roles.append(&mut lowering.reader.nested.roles);
    lowering.unit.profiles.append(&mut lowering.reader.nested.profiles);
    lowering.describe_boundary(text);
    let Lowering { mut unit, leaves, places, reached, .. } = lowering;
    shared::resolve_shared(tree, source.text(), &mut unit, &leaves, &places, &reached);
    unit.reserved_names.extend(unit.leaves.iter().filter_map(|leaf| undeclared(&leaf.resolution)));
    unit.suppressions.extend(suppressions::suppressions(tree, layout, &scope, source));
    Lowered { unit, scope, leaves, places }
}

/// The ID that a leaf seems to name and that nothing has: a resource of that ID would change what the leaf means.
fn undeclared(resolution: &Resolution) -> Option<String> {
    let text = match resolution {
        Resolution::Text(text) | Resolution::Unknown(Reason::Undeclared, text) => text,
        Resolution::Quoted { reads_as, .. } => return undeclared(reads_as),
        _ => return None,
    };
    let [Part::Literal(id) | Part::Interpolation(id)] = text.0.as_slice() else { return None };
    Some(intrinsic::split_attribute(id).0.to_owned())
}

fn nodes(tree: &Tree, scope: &Scope) -> Vec<Node> {
    let mut reads = dependencies::Reads::new(tree, scope);
    let shared = shared::AliasUses::of(tree);
    let mut open: HashMap<ValueId, bool> = HashMap::new();
    scope
        .node_ids()
        .map(|id| {
            let resource = scope.resource(id);
            let parent = tree.get(resource.entry.key).parent;
            let once = parent.is_some_and(|parent| *open.entry(parent).or_insert_with(|| shared.is_once(parent)));
            Node {
                address: tree.scalar(resource.entry.key).unwrap_or_default().to_owned(),
                span: Span::new(FILE, tree.span(resource.entry)),
                name_span: Span::new(FILE, tree.get(resource.entry.key).content.clone()),
                reads: reads.of_resource(id),
                accepts_insertions: once,
                condition: scope.condition(tree, id),
                loops: scope.loops_around(resource.within),
                turns: scope.turns(resource.within),
                refers_to_undeclared: false,
                possible_override: None,
            }
        })
        .collect()
}

struct Lowering<'t> {
    tree: &'t Tree,
    reader: Reader<'t>,
    conditions: Conditions<'t>,
    unit: Unit,
    finder: Finder<'t>,
    /// Leaves by value: what several slots reach is one leaf.
    known: HashMap<ValueId, LeafId>,
    leaves: Vec<ValueId>,
    places: Vec<SlotSite>,
    /// By slot: how each of its leaves was reached.
    reached: Vec<Vec<ResolvedValue>>,
}

impl Lowering<'_> {
    fn resource(&mut self, node: NodeId) {
        match self.reader.targets[node.index()] {
            Target::Role(_) => {
                let role = self.role(node);
                self.unit.roles.push(role);
            }
            Target::Profile(id) => {
                let name = self.profile_name(node);
                let condition = self.unit.node(node).condition.clone();
                self.unit.profiles.push(Profile {
                    family: &family::CLOUDFORMATION,
                    node: Some(node),
                    address: self.unit.node(node).address.clone(),
                    role_slot: None,
                    name,
                    managed: true,
                    instances: Instances::One,
                    provider_alias: String::new(),
                    condition,
                    module: None,
                });
                let slots = self.slots(node, &CLOUDFORMATION_PROFILE_ROLE);
                self.unit.profiles[id.index()].role_slot = slots.first().copied();
            }
            Target::Stack => self.given_parameters(node),
            Target::Policy | Target::Other => {
                let kind = self.reader.scope.kind(self.tree, node);
                for spec in CLOUDFORMATION.iter().filter(|spec| spec.resource == kind) {
                    self.slots(node, spec);
                }
            }
        }
    }

    fn role(&self, node: NodeId) -> Role {
        let name = self.reader.scope.property(self.tree, node, "RoleName");
        let name = name.and_then(|name| self.reader.text_of(name)).filter(|name| !name.0.is_empty());
        let within = self.reader.scope.resource(node).within;
        let name = name.map(|name| self.reader.scope.scoped(name, within));
        let policy = self.reader.scope.property(self.tree, node, "AssumeRolePolicyDocument");
        let address = self.unit.node(node).address.clone();
        Role {
            family: &family::CLOUDFORMATION,
            node: Some(node),
            label: address.clone(),
            address,
            origin: Origin::Declared,
            name,
            instances: Instances::One,
            provider_alias: String::new(),
            trust: trust::trust(self.tree, policy),
            condition: self.unit.node(node).condition.clone(),
            passed_to_module: None,
            passed_to_caller: None,
            has_path: false,
            module: None,
        }
    }

    fn profile_name(&self, node: NodeId) -> ProfileName {
        let Some(name) = self.reader.scope.property(self.tree, node, "InstanceProfileName") else {
            return ProfileName::Generated;
        };
        let within = self.reader.scope.resource(node).within;
        match self.reader.denote(name, within).0 {
            Resolution::Role(role, RoleAttr::Name, _) => ProfileName::OfRole(role),
            Resolution::Absent => ProfileName::Generated,
            _ => match self.reader.text_of(name) {
                Some(name) => ProfileName::Is(self.reader.scope.scoped(name, within)),
                None => ProfileName::Unknown,
            },
        }
    }

    fn slots(&mut self, node: NodeId, spec: &'static SlotSpec) -> Vec<SlotId> {
        let resource = self.reader.scope.resource(node);
        let within = resource.within;
        let Some(properties) = self.tree.entry(resource.body, "Properties") else { return Vec::new() };
        let places = self.finder.places(spec, properties.value, within);
        let first = self.unit.slots.len();
        let made: Vec<SlotId> = places.into_iter().filter_map(|place| self.slot(node, place)).collect();
        let right: Vec<(ValueId, SlotId)> = made
            .iter()
            .filter(|slot| self.places[slot.index()].problem != SlotProblem::UnknownArgument)
            .map(|&slot| (self.places[slot.index()].block, slot))
            .collect();
        for index in first..self.unit.slots.len() {
            let block = self.places[index].block;
            let beside = right.iter().find(|(of, _)| *of == block).map(|&(_, slot)| slot);
            let in_the_way = self.is_in_the_way(first, index);
            let slot = &mut self.unit.slots[index];
            match &mut slot.state {
                SlotState::UnknownArgument { correct_sibling, .. } if beside.is_some() => {
                    *correct_sibling = beside;
                    // What goes may have any shape.
                    slot.uneditable_reason = None;
                }
                _ if in_the_way => slot.uneditable_reason = Some("another argument sets the same value"),
                _ => {}
            }
        }
        made
    }

    fn slot(&mut self, owner: NodeId, place: SlotSite) -> Option<SlotId> {
        let mut leaves = Vec::new();
        let mut reached = Vec::new();
        for &value in &place.values {
            self.leaves_of(value, place.within, &mut leaves, &mut reached);
        }
        let expected = place.expected.or_else(|| self.wants_by_value(place.spec, &leaves))?;
        if self.is_a_list_by_function(&place, &leaves) {
            return None;
        }
        let found = match place.problem {
            SlotProblem::None => SlotState::Expected { expected },
            SlotProblem::Shape => SlotState::WrongShape { becomes: expected },
            SlotProblem::BothKeys => SlotState::ConflictingKeys { expected },
            SlotProblem::MultipleValues => SlotState::MultipleValues { expected },
            SlotProblem::UnknownArgument => SlotState::UnknownArgument { becomes: expected, correct_sibling: None },
        };
        let uneditable_reason = self.uneditable_reason(&place, expected);
        let whole = place.branch.value == place.entry.value || place.branch.alias == Some(place.entry.value);
        let at = match place.inner {
            Some(inner) if place.problem == SlotProblem::None => self.tree.span(inner),
            _ if whole => self.tree.span(place.entry),
            _ => self.tree.full_span(place.branch.value),
        };
        let value = match (place.inner, place.problem) {
            (Some(inner), SlotProblem::None) => inner.value,
            _ if whole => place.entry.value,
            _ => place.branch.value,
        };
        let id = SlotId::from(self.unit.slots.len());
        self.unit.slots.push(Slot {
            family: &family::CLOUDFORMATION,
            owner,
            spec: place.spec,
            argument: self.argument(&place),
            value: Span::new(FILE, self.tree.full_span(value)),
            span: Span::new(FILE, at),
            argument_span: Span::new(FILE, self.tree.span(place.entry)),
            state: found,
            leaves,
            instances: crate::model::Instances::One,
            provider_alias: String::new(),
            overridden: false,
            uneditable_reason,
            reaches: Vec::new(),
            check: crate::model::InputCheck::None,
            unsafe_reason: None,
        });
        self.places.push(place);
        self.reached.push(reached);
        Some(id)
    }

    /// Why the value cannot be changed, judged by its shape alone.
    fn uneditable_reason(&mut self, place: &SlotSite, expected: Expected) -> Option<&'static str> {
        let is_list = matches!(place.spec.shape, Shape::List(_));
        match place.problem {
            SlotProblem::UnknownArgument | SlotProblem::Shape if !self.is_wrong_case(place) && self.is_unfit(place) => {
                Some("its value has another shape than the argument takes")
            }
            SlotProblem::MultipleValues if is_list => {
                Some("a profile takes exactly one role, and the list has several: keep only the right one")
            }
            SlotProblem::MultipleValues => Some("the list has several items: keep only the right one"),
            SlotProblem::Shape if is_list && self.finder.is_nested(place.branch) => {
                Some("the list contains a list: remove one of the two")
            }
            SlotProblem::Shape if self.is_key_taken(place, expected) => {
                Some("the correct key is also set, without a value")
            }
            _ => None,
        }
    }

    /// As people write it: `IamInstanceProfile`, `IamInstanceProfile.Name`.
    fn argument(&self, place: &SlotSite) -> String {
        let key = self.tree.scalar(place.entry.key).unwrap_or(place.spec.key);
        match place.inner.and_then(|inner| self.tree.scalar(inner.key)) {
            Some(inner) => format!("{key}.{inner}"),
            None => key.to_owned(),
        }
    }

    /// Whether an unknown argument cannot take the correct name: that is there already, or another would take it too.
    fn is_in_the_way(&self, first: usize, index: usize) -> bool {
        let is_unknown = |place: &SlotSite| self.tree.scalar(place.entry.key) != Some(place.spec.key);
        let place = &self.places[index];
        let others = self.places[first..].iter().enumerate().filter(|&(number, _)| first + number != index);
        is_unknown(place)
            && (self.tree.entry(place.block, place.spec.key).is_some()
                || others.into_iter().any(|(_, other)| other.block == place.block && is_unknown(other)))
    }

    /// Whether a key that has to be called otherwise has one of that name beside it.
    fn is_key_taken(&self, place: &SlotSite, expected: Expected) -> bool {
        let (Shape::Keys { keys, .. }, Some(inner)) = (place.spec.shape, place.inner) else { return false };
        let right = keys.iter().find(|(_, of)| *of == expected).map(|&(key, _)| key);
        let object = self.tree.get(inner.key).parent;
        right != self.tree.scalar(inner.key)
            && object.zip(right).is_some_and(|(object, right)| self.tree.entry(object, right).is_some())
    }

    /// Whether nothing but the case of its name is wrong with the name: then the shape is put right with it.
    fn is_wrong_case(&self, place: &SlotSite) -> bool {
        let key = self.tree.scalar(place.entry.key).unwrap_or_default();
        let has_keys = matches!(place.spec.shape, Shape::Keys { .. });
        let is_one = match call(self.tree, place.branch.value) {
            Some(call) => call.function != Function::If,
            None => matches!(self.tree.kind(place.branch.value), ValueKind::Scalar { .. }),
        };
        has_keys
            && is_one
            && place.is_bare()
            && place.problem == SlotProblem::UnknownArgument
            && key != place.spec.key
            && key.eq_ignore_ascii_case(place.spec.key)
    }

    /// Whether the value would still have a wrong shape once the name of the argument, or the shape around it, is right.
    fn is_unfit(&mut self, place: &SlotSite) -> bool {
        match (place.spec.shape, place.problem) {
            (Shape::List(_), _) => false,
            (_, SlotProblem::Shape) => place.values.iter().any(|&value| self.finder.is_other_shape(value)),
            (Shape::Value(_), _) => self.finder.is_other_shape(place.branch),
            (Shape::Keys { .. }, _) => place.inner.is_none(),
        }
    }

    /// `Roles: !Ref Names` with a list for a parameter, or another function, gives a list: its shape is right.
    fn is_a_list_by_function(&self, place: &SlotSite, leaves: &[LeafUse]) -> bool {
        let by_function =
            matches!(place.spec.shape, Shape::List(_)) && place.problem == SlotProblem::Shape && place.is_bare();
        by_function
            && leaves.iter().all(|leaf_use| {
                matches!(self.unit.leaf(leaf_use.leaf).resolution, Resolution::Unknown(..) | Resolution::Absent)
            })
    }

    /// Of the keys of an object, the one that a plain value belongs to: the name's, unless the author gave an ARN.
    fn wants_by_value(&self, spec: &SlotSpec, leaves: &[LeafUse]) -> Option<Expected> {
        let Shape::Keys { keys, .. } = spec.shape else { return None };
        let is_arn =
            leaves.iter().any(|leaf_use| self.unit.leaf(leaf_use.leaf).resolution.attribute() == Some(Attribute::Arn));
        let kind = if is_arn { Expected::Arn } else { Expected::Name };
        keys.iter().find(|(_, expected)| *expected == kind).or_else(|| keys.first()).map(|&(_, expected)| expected)
    }

    fn leaves_of(
        &mut self,
        from: ResolvedValue,
        within: Option<LoopId>,
        out: &mut Vec<LeafUse>,
        reached: &mut Vec<ResolvedValue>,
    ) {
        let from = self.finder.through(from);
        let inside = alternatives(self.tree, from.value);
        if !inside.is_empty() {
            for value in inside {
                self.leaves_of(ResolvedValue { value, ..from }, within, out, reached);
            }
            return;
        }
        let leaf = match self.known.get(&from.value) {
            Some(&leaf) => leaf,
            None => {
                let leaf = LeafId::from(self.unit.leaves.len());
                self.unit.leaves.push(self.leaf(from, within));
                self.leaves.push(from.value);
                self.known.insert(from.value, leaf);
                leaf
            }
        };
        out.push(LeafUse { leaf, reference_span: None });
        reached.push(from);
    }

    fn leaf(&self, from: ResolvedValue, within: Option<LoopId>) -> Leaf {
        let (resolution, rewirable) = self.reader.denote(from.value, within);
        let crossing = self.reader.crossing(from.value, &resolution, within);
        let scoped = |text| self.reader.scope.scoped(text, within);
        let resolution = match resolution {
            Resolution::Text(text) => Resolution::Text(scoped(text)),
            Resolution::Unknown(reason, text) => Resolution::Unknown(reason, scoped(text)),
            Resolution::Quoted { text, reads_as, certain } => {
                Resolution::Quoted { text: scoped(text), reads_as, certain }
            }
            other => other,
        };
        Leaf {
            span: Span::new(FILE, self.tree.outer_span(from.value)),
            resolution,
            definition: None,
            editable_in_place: rewirable,
            index: None,
            shares_steps: false,
            ordered_by: None,
            is_list: false,
            may_fail: false,
            filtered: false,
            fallback: false,
            conditions: self.conditions.around(from),
            crossing,
            reported_elsewhere: false,
        }
    }
}

/// The key of an object that takes this.
pub(crate) fn key_for(spec: &SlotSpec, kind: Attribute) -> Option<&'static str> {
    let Shape::Keys { keys, .. } = spec.shape else { return None };
    let expected = match kind {
        Attribute::Name => Expected::Name,
        Attribute::Arn => Expected::Arn,
    };
    keys.iter().find(|(_, of)| *of == expected).map(|&(key, _)| key)
}
