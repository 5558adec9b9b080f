//! From a unit to its interface: what each input takes, and what each output gives.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::aws::family;
use crate::aws::slots::{Attribute, Expected};
use crate::model::interface::{
    ExportedName, ExportedProfile, ExportedRole, Interface, Output, OutputValue, PathStep, ProfileInput, ValuePath,
};
use crate::model::{
    Crossing, InputCheck, Instances, Leaf, NodeId, ProfileAttr, ProfileId, ProfileName, ProfileRole, Resolution,
    RoleAttr, RoleId, RoleInstance, Slot, SlotId, SlotState, Suppression, UnitIndex,
};
use crate::text::{Place, Sources, Span};

/// What callers may give to a unit and get from it, as its language reads it. Empty unless it was asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Boundary {
    /// The outputs, and the parts of those that are written out as objects.
    pub outputs: Vec<BoundaryOutput>,
    /// The inputs, or parts of them, that something else than a slot reads.
    pub read_otherwise: BTreeSet<ValuePath>,
    /// The provider configurations of the unit itself: `aws`, `aws.west`.
    pub own_providers: Vec<String>,
    /// What the unit asks of its inputs, or of parts of them, to decide something.
    pub checks: BTreeMap<ValuePath, InputCheck>,
    /// The inputs with a default that is text: where a caller gives nothing, they have that.
    pub inputs_with_default: BTreeSet<String>,
    /// The inputs that a caller leaves out.
    pub left_out: BTreeSet<String>,
    /// Whether a unit that is checked in the same run calls this one.
    pub has_callers: bool,
}

/// An output, or a part of one.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct BoundaryOutput {
    /// Its name.
    pub path: ValuePath,
    /// Its value.
    pub span: Span,
    /// What can become the value.
    pub leaves: Vec<Leaf>,
}

impl BoundaryOutput {
    pub(crate) fn new(path: ValuePath, span: Span, leaves: Vec<Leaf>) -> Self {
        BoundaryOutput { path, span, leaves }
    }
}

/// The interface of a unit. `unknown_profile` says why a profile with the name of a role, or of it, may exist unseen.
pub(crate) fn interface_of(
    index: &UnitIndex<'_>,
    sources: &Sources,
    unknown_profile: &dyn Fn(RoleId) -> Option<String>,
) -> Interface {
    if index.partial {
        return Interface::default();
    }
    let mut exports =
        Exports { index, sources, unknown_profile, roles: Vec::new(), profiles: Vec::new(), out: Interface::default() };
    let nodes: HashMap<&str, NodeId> =
        index.nodes.iter().enumerate().map(|(number, node)| (node.address.as_str(), number.into())).collect();
    for output in &index.boundary.outputs {
        let (value, always) = exports.value(&output.leaves);
        let place = Some(sources.place(output.span));
        let inputs = nodes.get(format!("output.{}", output.path.name).as_str());
        let inputs = inputs.map(|&node| index.inputs_behind(node)).unwrap_or_default();
        let output_of = Output { value, always, inputs, place, through: through(&output.leaves) };
        exports.out.outputs.insert(output.path.clone(), output_of);
    }
    exports.add_profiles_of_roles();
    exports.name_profiles();
    exports.find_outputs_of_profiles();
    let inputs = index.profile_inputs().iter();
    let inputs =
        inputs.filter_map(|(path, slots)| Some((path.clone(), input_of(index, sources, path, slots)?))).collect();
    let own_providers = index.boundary.own_providers.clone();
    let inputs_with_default = index.boundary.inputs_with_default.clone();
    Interface { inputs, inputs_with_default, own_providers, ..exports.out }
}

/// The outputs of other modules that a value comes through.
fn through(leaves: &[Leaf]) -> Vec<(Place, String)> {
    let places = leaves.iter().filter_map(|leaf| match &leaf.crossing {
        Some(Crossing::Output { places, .. }) => Some(places),
        Some(Crossing::Input(_)) | None => None,
    });
    places.flatten().cloned().collect()
}

/// One instance of a role or a profile: its key, if there may be others.
type Key = Option<String>;

struct Exports<'e, 'u> {
    index: &'e UnitIndex<'u>,
    sources: &'e Sources,
    unknown_profile: &'e dyn Fn(RoleId) -> Option<String>,
    /// What the numbers of the interface mean.
    roles: Vec<(RoleId, Key)>,
    profiles: Vec<(ProfileId, Option<usize>)>,
    out: Interface,
}

impl Exports<'_, '_> {
    /// The value of an output, and whether it always has it.
    fn value(&mut self, leaves: &[Leaf]) -> (OutputValue, bool) {
        let present: Vec<&Leaf> = leaves.iter().filter(|leaf| leaf.resolution != Resolution::Absent).collect();
        let certain = present.len() == leaves.len() && leaves.iter().all(|leaf| !leaf.may_fail && !leaf.filtered);
        let mut values: Vec<(OutputValue, bool)> = Vec::new();
        for leaf in present {
            let value = self.leaf(leaf);
            if !values.contains(&value) {
                values.push(value);
            }
        }
        let is_profile = |(value, _): &(OutputValue, bool)| matches!(value, OutputValue::Profile(..));
        match values.as_slice() {
            [] => (OutputValue::Absent, true),
            [(value, exists)] => (value.clone(), certain && *exists),
            // One of several profiles: it is right, whichever it is.
            [(OutputValue::Profile(first, attribute), _), others @ ..]
                if others.iter().all(|other| is_profile(other) && attribute_of(&other.0) == Some(*attribute)) =>
            {
                let (address, family) = (self.out.profiles[*first].address.clone(), self.out.profiles[*first].family);
                let number = self.out.profiles.len();
                self.profiles.push((ProfileId(u32::MAX), None));
                self.out.profiles.push(ExportedProfile { address, family, ..unknown_profile() });
                (OutputValue::Profile(number, *attribute), certain)
            }
            _ => (OutputValue::Unknown, false),
        }
    }

    /// The value of one leaf, and whether it exists in any case.
    fn leaf(&mut self, leaf: &Leaf) -> (OutputValue, bool) {
        if let Some(Crossing::Input(path)) = &leaf.crossing {
            return (OutputValue::Input(path.clone()), true);
        }
        let key = || match self.index.role_instance(leaf) {
            Some(RoleInstance::Only) => Some(None),
            Some(RoleInstance::Key(key)) => Some(Some(key)),
            Some(RoleInstance::Each) if self.is_picked(leaf) => Some(None),
            Some(RoleInstance::Index(_) | RoleInstance::Each | RoleInstance::Unknown) | None => None,
        };
        match leaf.resolution {
            Resolution::Role(role, attribute, _) => match key() {
                Some(key) => {
                    let exists = exists(&self.index.role(role).instances, key.as_deref());
                    (OutputValue::Role(self.role(role, key), attribute), exists)
                }
                None => (OutputValue::Unknown, false),
            },
            Resolution::Profile(profile, attribute, _) => {
                let exists = exists(
                    &self.index.profile(profile).instances,
                    leaf.index.as_ref().and_then(|index| index.key.as_deref()),
                );
                let role = match (self.index.role_of(profile), key()) {
                    (ProfileRole::Role(role), Some(key)) => Some(self.role(role, key)),
                    _ => None,
                };
                match attribute {
                    ProfileAttr::Role => match role {
                        Some(role) => (OutputValue::Role(role, RoleAttr::Name), exists),
                        None => (OutputValue::Unknown, false),
                    },
                    _ => (OutputValue::Profile(self.profile(profile, role), attribute), exists),
                }
            }
            Resolution::Policy(role) => {
                let role = role.filter(|&role| self.index.role(role).instances == Instances::One);
                (OutputValue::Policy(role.map(|role| self.role(role, None))), true)
            }
            _ => (OutputValue::Unknown, false),
        }
    }

    /// Whether a function picks one of all instances, and there is at most one (`one(aws_iam_role.app[*].name)`).
    fn is_picked(&self, leaf: &Leaf) -> bool {
        let instances = match leaf.resolution {
            Resolution::Role(role, ..) => &self.index.role(role).instances,
            Resolution::Profile(profile, ..) => &self.index.profile(profile).instances,
            _ => return false,
        };
        instances.at_most_one() && !leaf.is_list
    }

    fn place(&self, node: Option<crate::model::NodeId>, known: Option<&Place>) -> Option<Place> {
        known.cloned().or_else(|| Some(self.sources.place(self.index.node(node?).name_span)))
    }

    fn role(&mut self, id: RoleId, key: Key) -> usize {
        let known = self.roles.iter().position(|known| *known == (id, key.clone()));
        known.unwrap_or_else(|| {
            let role = self.index.role(id);
            let index = key.as_ref().and_then(|key| role.instances.index_of(key)).unwrap_or_default();
            let module = role.module.as_ref();
            self.out.roles.push(ExportedRole {
                family: role.family,
                address: format!("{}{index}", role.address),
                origin: role.origin,
                name: role.name.clone(),
                trust: role.trust,
                provider_alias: role.provider_alias.clone(),
                place: self.place(role.node, module.and_then(|module| module.place.as_ref())),
                unknown_profile: role
                    .has_path
                    .then(|| {
                        format!(
                            "`{}` has a path, which an instance profile outside of its module cannot copy",
                            role.address
                        )
                    })
                    .or_else(|| (self.unknown_profile)(id)),
                has_hidden_profile: module.is_some_and(|module| module.has_hidden_profile),
            });
            self.roles.push((id, key));
            self.roles.len() - 1
        })
    }

    fn profile(&mut self, id: ProfileId, role: Option<usize>) -> usize {
        let known = self.profiles.iter().position(|known| *known == (id, role));
        known.unwrap_or_else(|| {
            let profile = self.index.profile(id);
            let module = profile.module.as_ref();
            let exists_with_role = match role.map(|number| self.roles[number].0) {
                Some(role) => {
                    let role = self.index.role(role);
                    let together = match (&profile.instances, &role.instances) {
                        (Instances::One, _) => true,
                        (one, other) => one.repeat_alike(other),
                    };
                    together
                        && (profile.condition.is_none() || profile.condition == role.condition)
                        && module.is_none_or(|module| module.exists_with_role)
                }
                None => false,
            };
            let role_leaf = profile.role_slot.and_then(|slot| self.index.present_leaf(slot));
            let role_input = match role_leaf.and_then(|leaf| leaf.crossing.as_ref()) {
                Some(Crossing::Input(path)) => Some(path.clone()),
                Some(Crossing::Output { .. }) | None => None,
            };
            self.out.profiles.push(ExportedProfile {
                family: profile.family,
                address: profile.address.clone(),
                role,
                role_input,
                always: profile.instances == Instances::One && profile.condition.is_none(),
                is_repeated: profile.module.is_none() && profile.instances.repeat().is_some(),
                exists_with_role,
                provider_alias: profile.provider_alias.clone(),
                place: self.place(profile.node, module.and_then(|module| module.place.as_ref())),
                missing: module.and_then(|module| module.missing.clone()),
                ..unknown_profile()
            });
            self.profiles.push((id, role));
            self.profiles.len() - 1
        })
    }

    /// A caller must not add a profile beside one that it cannot reach.
    fn add_profiles_of_roles(&mut self) {
        for number in 0..self.roles.len() {
            let role = self.roles[number].0;
            for &profile in self.index.profiles_of(role) {
                self.profile(profile, Some(number));
            }
        }
        for (profile, role) in self.profiles.clone() {
            let ProfileName::OfRole(named) = (match profile.0 {
                u32::MAX => continue,
                _ => &self.index.profile(profile).name,
            }) else {
                continue;
            };
            // The name of an exported role, in another profile.
            if role.is_none() && self.index.role(*named).instances == Instances::One {
                self.role(*named, None);
            }
        }
        for number in 0..self.roles.len() {
            for &profile in self.index.profiles_named_after(self.roles[number].0) {
                if !self.profiles.iter().any(|(known, _)| *known == profile) {
                    self.profile(profile, None);
                }
            }
        }
    }

    fn name_profiles(&mut self) {
        for (number, &(id, role)) in self.profiles.iter().enumerate() {
            if id.0 == u32::MAX {
                continue;
            }
            let named_after = |&&number: &&usize| self.index.profiles_named_after(self.roles[number].0).contains(&id);
            let of_role = role.as_ref().filter(named_after).copied().or_else(|| {
                let all: Vec<usize> = (0..self.roles.len()).collect();
                all.iter().find(named_after).copied()
            });
            self.out.profiles[number].name = match (of_role, &self.index.profile(id).name) {
                (Some(role), _) => ExportedName::OfRole(role),
                (None, ProfileName::Is(name)) => ExportedName::Is(name.clone()),
                (None, ProfileName::Generated) => ExportedName::Generated,
                (None, ProfileName::OfRole(_) | ProfileName::Unknown) => ExportedName::Unknown,
            };
        }
    }

    /// Which output gives the name or the ARN of each profile: one that always does, else the first.
    fn find_outputs_of_profiles(&mut self) {
        for output in &self.index.boundary.outputs {
            let Some(Output { value: OutputValue::Profile(number, attribute), .. }) =
                self.out.outputs.get(&output.path)
            else {
                continue;
            };
            let sure = output.leaves.iter().all(|leaf| leaf.resolution != Resolution::Absent || leaf.fallback)
                && output.leaves.iter().all(|leaf| !leaf.filtered);
            let with = |key: &str| {
                let mut path = output.path.clone();
                path.steps.push(PathStep::Key(key.to_owned()));
                path
            };
            let by = |attribute: Attribute| {
                (attribute, with(self.out.profiles[*number].family.profile_attribute(attribute)))
            };
            let found: Vec<(Attribute, ValuePath)> = match attribute {
                ProfileAttr::Name => vec![(Attribute::Name, output.path.clone())],
                ProfileAttr::Arn => vec![(Attribute::Arn, output.path.clone())],
                ProfileAttr::Bare => vec![by(Attribute::Name), by(Attribute::Arn)],
                ProfileAttr::Role | ProfileAttr::Other => Vec::new(),
            };
            let profile = &mut self.out.profiles[*number];
            for (attribute, path) in found {
                let known = match attribute {
                    Attribute::Name => &mut profile.by_name,
                    Attribute::Arn => &mut profile.by_arn,
                };
                if known.as_ref().is_none_or(|(_, known_sure)| sure && !known_sure) {
                    *known = Some((path, sure));
                }
            }
        }
    }
}

/// Whether an instance exists, whatever the inputs are.
fn exists(instances: &Instances, key: Option<&str>) -> bool {
    *instances == Instances::One || key.is_some_and(|key| instances.has_key(key))
}

fn attribute_of(value: &OutputValue) -> Option<ProfileAttr> {
    match value {
        OutputValue::Profile(_, attribute) => Some(*attribute),
        _ => None,
    }
}

fn unknown_profile() -> ExportedProfile {
    ExportedProfile {
        family: &family::AWS,
        address: String::new(),
        role: None,
        role_input: None,
        always: false,
        is_repeated: false,
        name: ExportedName::Unknown,
        exists_with_role: false,
        provider_alias: String::new(),
        place: None,
        by_name: None,
        by_arn: None,
        missing: None,
    }
}

impl UnitIndex<'_> {
    /// The inputs that a node depends on, directly or through others.
    pub(crate) fn inputs_behind(&self, node: NodeId) -> BTreeSet<String> {
        let mut seen: BTreeSet<NodeId> = BTreeSet::from([node]);
        let mut open = vec![node];
        while let Some(next) = open.pop() {
            open.extend(self.node(next).reads.iter().copied().filter(|&read| seen.insert(read)));
        }
        let names = seen.iter().filter_map(|&node| self.node(node).address.strip_prefix("var."));
        names.map(str::to_owned).collect()
    }

    /// The inputs, or parts of them, that take an instance profile and nothing else, with the slots that they reach.
    pub(crate) fn profile_inputs(&self) -> &BTreeMap<ValuePath, Vec<SlotId>> {
        self.profile_inputs.get_or_init(|| profile_inputs(self))
    }

    /// Whether something is said about a leaf in another unit that is checked in the same run.
    pub(crate) fn is_reported_elsewhere(&self, leaf: &Leaf) -> bool {
        let is_asked_of_callers = |path: &ValuePath| {
            self.boundary.has_callers
                && !self.partial
                && !(self.boundary.left_out.contains(&path.name)
                    && self.boundary.inputs_with_default.contains(&path.name))
                && self.profile_inputs().keys().any(|input| input.covers(path))
        };
        leaf.reported_elsewhere || matches!(&leaf.crossing, Some(Crossing::Input(path)) if is_asked_of_callers(path))
    }
}

/// The inputs, or parts of them, of which every use is a slot for a profile, all of one kind; with these slots.
fn profile_inputs(index: &UnitIndex<'_>) -> BTreeMap<ValuePath, Vec<SlotId>> {
    let mut found: BTreeMap<ValuePath, Vec<SlotId>> = BTreeMap::new();
    let mut others: BTreeSet<ValuePath> = index.boundary.read_otherwise.clone();
    for (number, slot) in index.slots.iter().enumerate() {
        for leaf in slot.leaves.iter().map(|leaf_use| index.leaf(leaf_use.leaf)) {
            let Some(Crossing::Input(path)) = &leaf.crossing else { continue };
            let takes_profile =
                matches!(slot.state, SlotState::Expected { expected } if expected != Expected::RoleName);
            if !takes_profile || slot.overridden {
                others.insert(path.clone());
            } else {
                found.entry(path.clone()).or_default().push(number.into());
            }
        }
    }
    let general: Vec<ValuePath> = found.keys().cloned().collect();
    let is_covered = |path: &ValuePath| general.iter().any(|other| other != path && other.covers(path));
    found.retain(|path, slots| {
        !others.iter().any(|other| other.overlaps(path)) && !is_covered(path) && are_alike(index, slots)
    });
    found
}

/// Whether one profile can be right for all of these slots.
fn are_alike(index: &UnitIndex<'_>, slots: &[SlotId]) -> bool {
    let all = || slots.iter().map(|&slot| index.slot(slot));
    let Some(first) = all().next() else { return false };
    let same = |slot: &Slot| {
        slot.provider_alias == first.provider_alias && slot.spec.required_prefix == first.spec.required_prefix
    };
    all().all(same) && expected_by_all(all()).is_some()
}

/// What all of these slots accept, if anything.
fn expected_by_all<'s>(slots: impl Iterator<Item = &'s Slot>) -> Option<Expected> {
    let mut slots = slots.map(|slot| slot.state.expected());
    let first = slots.next()?;
    slots.try_fold(first, |one, other| {
        let both = |attribute| one.accepts(attribute) && other.accepts(attribute);
        match (both(Attribute::Name), both(Attribute::Arn)) {
            _ if one == other => Some(one),
            (true, true) => Some(Expected::NamePreferred),
            (true, false) => Some(Expected::Name),
            (false, true) => Some(Expected::Arn),
            (false, false) => None,
        }
    })
}

/// What callers know of an input that reaches these slots.
fn input_of(index: &UnitIndex<'_>, sources: &Sources, path: &ValuePath, slots: &[SlotId]) -> Option<ProfileInput> {
    let all = || slots.iter().map(|&slot| index.slot(slot));
    let first = all().next()?;
    let uses = all().flat_map(|slot| {
        let what = format!("`{}`: `{}`", index.node(slot.owner).address, slot.argument);
        std::iter::once((sources.place(slot.value), what)).chain(slot.reaches.iter().cloned())
    });
    let covers = |suppression: &&Suppression| {
        all().any(|slot| {
            let start = Span::new(slot.span.file, slot.span.start..slot.span.start + 1);
            suppression.covers.overlaps(start) || suppression.covers.overlaps(slot.value)
        })
    };
    let own = index.boundary.checks.iter().filter(|(other, _)| other.overlaps(path)).map(|(_, check)| *check);
    Some(ProfileInput {
        family: first.family,
        check: own.chain(all().map(|slot| slot.check)).max().unwrap_or_default(),
        expected: expected_by_all(all())?,
        required_prefix: first.spec.required_prefix,
        provider_alias: first.provider_alias.clone(),
        uses: uses.collect(),
        suppressed: index.suppressions.iter().filter(covers).map(|suppression| suppression.codes.clone()).collect(),
        unsafe_reason: all().find_map(|slot| slot.unsafe_reason.clone()),
    })
}
