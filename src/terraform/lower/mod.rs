//! From the blocks of a module to the [`Unit`] that rules read.

pub(crate) mod called;
pub(crate) mod calls;
mod cursor;
mod definition_readers;
mod expression;
mod functions;
mod known_modules;
mod links;
mod marks;
pub(crate) mod module;
mod module_inputs;
mod module_outputs;
mod object_slots;
mod outputs;
mod references;
mod repeat;
mod reserved_names;
mod scope;
mod slot_site;
pub(crate) mod slots;
mod string;
pub(crate) mod style;
mod symbols;
#[cfg(test)]
mod tests;
mod traversal;
mod trust;
mod value;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use hcl_edit::expr::Expression;

use crate::aws::family::{self, Family};
use crate::aws::naming::IdStyle;
use crate::aws::slots::{Expected, Nesting};
use crate::language::UnitText;
use crate::model::{
    Crossing, Definition, DefinitionId, Index as LeafIndex, IndexScope, Instances, Leaf, LeafId, LeafUse, NodeId,
    ProfileName, Reason, Resolution, Role, RoleAttr, Slot, SlotId, SlotState, TemplateString, Unit,
};
use crate::suppression;
use crate::syntax::hcl::File;
use crate::syntax::hcl_canonical::canonical;
use crate::syntax::hcl_node::{literal_key, range};
use crate::terraform::file_name::is_json;
use crate::terraform::lower::called::{makes_given_profile, provider_of_caller};
use crate::terraform::lower::calls::Call;
use crate::terraform::lower::expression::{Lowering, Registry};
use crate::terraform::lower::known_modules::KnownChildren;
use crate::terraform::lower::links::{link_nodes, own_provider_alias, read_back};
use crate::terraform::lower::module::{ModuleIndex, Resource};
use crate::terraform::lower::module_inputs::KnownInputs;
use crate::terraform::lower::repeat::{Repetition, instances};
use crate::terraform::lower::scope::Scope;
use crate::terraform::lower::slot_site::SlotSite;
use crate::terraform::lower::style::Style;
use crate::terraform::lower::symbols::{Symbols, provider_alias};
use crate::terraform::lower::trust::TrustReader;
use crate::terraform::lower::value::{Around, Syntax, Value};
use crate::text::{FileId, Sources, Span};

/// An index from its text: `[0]` for `.0` and `[ 0 ]`.
fn index_of(text: &str, scoped: Option<IndexScope>) -> LeafIndex {
    let text = canonical(text);
    let inner = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
    let key = inner.and_then(|inner| literal_key(&inner.parse().ok()?));
    LeafIndex { text, key, scope: scoped.unwrap_or(IndexScope::Unit), element: None }
}

/// The leaf of a value.
fn leaf_of(value: &Value, definition: Option<DefinitionId>) -> Leaf {
    let spelling = &value.spelling;
    let element = spelling.element.as_ref().map(|text| Box::new(index_of(text, None)));
    let index = spelling.index.as_ref().map(|(_, text)| index_of(text, spelling.scoped));
    let Around { may_fail, filtered, fallback } = spelling.around;
    Leaf {
        span: value.at,
        resolution: value.resolution.clone(),
        definition,
        editable_in_place: spelling.address.is_some(),
        index: index.map(|index| LeafIndex { element, ..index }),
        shares_steps: spelling.shared,
        ordered_by: spelling.ordered_by,
        is_list: spelling.is_list,
        may_fail,
        filtered,
        fallback,
        conditions: Vec::new(),
        crossing: value.crossing.clone(),
        reported_elsewhere: value.reported_elsewhere,
    }
}

/// The unit, and what editing needs to know beside it, such as how each leaf is spelled.
pub(crate) struct Lowered {
    pub(crate) unit: Unit,
    pub(crate) spellings: Vec<Syntax>,
    pub(crate) style: Style,
    /// The parts of slots that read a definition, and are inside of `${...}`.
    pub(crate) interpolated: HashSet<Span>,
    pub(crate) calls: Vec<Call>,
    /// By the ids of roles.
    pub(crate) role_arguments: Vec<RoleArguments>,
}

/// What a profile of a role copies from the role's block, or from the call of its module.
pub(crate) struct RoleArguments {
    /// The text of these arguments.
    pub(crate) count: Option<String>,
    pub(crate) provider: Option<String>,
}

impl RoleArguments {
    fn of(index: &ModuleIndex<'_>, role: &Resource<'_>) -> Self {
        let text = |key: &str| {
            let (file, attribute) = role.argument(key)?;
            Some(index.text(&Span::new(file, range(&attribute.value))).to_owned())
        };
        RoleArguments { count: text("count"), provider: text("provider") }
    }
}

/// Builds the unit of a module.
pub(crate) fn build(
    sources: &Sources,
    files: &[Option<File>],
    index: &mut ModuleIndex<'_>,
    text: UnitText<'_>,
) -> Lowered {
    let partial = files.iter().any(Option::is_none);
    let known = known_modules::of_calls(index, text.children, text.follows_modules);
    let nodes = std::mem::take(&mut index.nodes);
    let mut builder = Builder {
        unit: Unit { nodes, ..Unit::new(IdStyle::Label) },
        spellings: Vec::new(),
        leaves: HashMap::new(),
        slot_ends: HashSet::new(),
        with_nested_slots: HashSet::new(),
        lowering: Lowering::new(index, Symbols::new(index, partial, &known)),
    };
    builder.find_slots();
    builder.find_module_slots(KnownInputs { configured: text.module_inputs, known: &known });
    builder.find_output_slots(&text.callers.readers);
    if text.wants_interface {
        builder.find_outputs();
    }
    builder.find_roles_of_callers(&text.callers.outputs_read);
    builder.describe_given_roles(&known);
    builder.describe_roles();
    builder.describe_profiles();
    builder.link_definitions(text.wants_interface || text.callers.are_checked);
    builder.unit.boundary.has_callers = text.callers.are_checked;
    builder.unit.boundary.left_out.clone_from(&text.callers.left_out);
    let Builder { mut unit, spellings, lowering, .. } = builder;
    let arguments = |role: &Role, declared: Option<usize>| match declared {
        Some(declared) => RoleArguments::of(index, &index.resources[declared]),
        None => RoleArguments {
            provider: (!role.provider_alias.is_empty()).then(|| role.provider_alias.clone()),
            count: None,
        },
    };
    let role_arguments = lowering.registry.roles.iter().map(|(role, declared)| arguments(role, *declared)).collect();
    unit.roles = lowering.registry.roles.into_iter().map(|(role, _)| role).collect();
    unit.profiles = lowering.registry.profiles.into_iter().map(|(profile, _)| profile).collect();
    unit.reserved_names = reserved_addresses(&unit, index);
    unit.reserved_names.extend(lowering.named_in_text);
    link_nodes(&mut unit, index, text.wants_interface);
    unit.own_account = own_provider_alias(index);
    let may_be_profile = |address: &&String| family::is_profile_address(address) || address.starts_with("module.");
    unit.removed_profiles = index.left_behind.iter().filter(may_be_profile).cloned().collect();
    let taken_over = index.imported.iter().filter(|address| family::is_profile_address(address));
    unit.imported_profiles = taken_over.filter(|address| index.node_at(address).is_none()).cloned().collect();
    unit.value_readers = read_back(&unit, index);
    let calls = calls::of(&unit, index);
    calls::settle(&mut unit, &calls, &BTreeMap::new());
    unit.partial = partial;
    describe_files(&mut unit, sources, files);
    let style = style::of(sources, files);
    unit.whole_is_first = style == Style::Interpolated;
    Lowered { unit, spellings, style, interpolated: lowering.interpolated, calls, role_arguments }
}

/// The addresses that a new profile must not get.
fn reserved_addresses(unit: &Unit, index: &ModuleIndex<'_>) -> BTreeSet<String> {
    let is_profile = |resource: &&Resource<'_>| !resource.data && Family::of_profile(resource.kind).is_some();
    let declared = index.resources.iter().filter(is_profile).map(Resource::address);
    // A new profile of that address would be what a reference meant that leads nowhere now, or what is imported, moved or removed, or make a
    // mere text look like a reference to it.
    let undeclared = unit.profiles.iter().filter(|profile| profile.node.is_none()).map(|profile| &profile.address);
    declared.chain(undeclared.chain(&index.departed).chain(&index.imported).cloned()).collect()
}

/// Notes which files belong to two modules, and the suppressions of each.
fn describe_files(unit: &mut Unit, sources: &Sources, files: &[Option<File>]) {
    for (number, (source, file)) in sources.iter().zip(files).enumerate() {
        let id = FileId(u32::try_from(number).unwrap_or(u32::MAX));
        unit.shared_files.extend(source.other_path().map(|other| {
            let (path, other) = (source.path().display(), other.display());
            let why = format!("{path} and {other} are the same file, in two modules: a fix would change both");
            (id, why)
        }));
        // What looks like a comment in a JSON file is inside of a string.
        if !is_json(source.path()) {
            let comments = file.as_ref().map_or(&[][..], |file| &file.comments);
            unit.suppressions.extend(suppression::suppressions(id, source, comments));
        }
    }
}

struct Builder<'i, 'a> {
    unit: Unit,
    spellings: Vec<Syntax>,
    leaves: HashMap<(Span, String), LeafId>,
    /// Where the values end that were lowered as slots: what they refer to is read by a slot.
    slot_ends: HashSet<(FileId, usize)>,
    /// The calls of modules, and the resources, of which a slot is only a part of an argument.
    with_nested_slots: HashSet<NodeId>,
    lowering: Lowering<'i, 'a, Symbols<'i, 'a>>,
}

impl<'a> Builder<'_, 'a> {
    fn find_slots(&mut self) {
        for resource in &self.lowering.index.resources {
            if !slots::has_slots(resource) {
                continue;
            }
            let first = self.unit.slots.len();
            let (provider_alias, instances) =
                (provider_alias(self.lowering.index, resource), instances(self.lowering.index, resource));
            for site in slots::sites(&mut self.lowering, resource) {
                if site.spec.nesting == Nesting::Objects && !site.spec.within.is_empty() {
                    self.with_nested_slots.insert(resource.node);
                }
                self.add_slot(site, resource.node, &provider_alias, &instances);
            }
            self.match_unknown_arguments(first);
            self.freeze_aliases(first);
            if let Some(family) = Family::of_profile(resource.kind) {
                let profile = self.lowering.registry.profile(family, false, resource.label);
                // An override counts, a former name in it too: it is fixed with the others.
                let own = first..self.unit.slots.len();
                let mut files = resource.parts.iter().rev().map(|&(file, _)| file);
                let slot = files.find_map(|file| own.clone().find(|&slot| self.unit.slots[slot].span.file == file));
                let slot = slot.map(SlotId::from);
                let profile = &mut self.lowering.registry.profiles[profile.index()].0;
                if profile.node == Some(resource.node) {
                    profile.role_slot = slot;
                }
            }
        }
    }

    /// The inputs of called modules that take a profile.
    fn find_module_slots(&mut self, inputs: KnownInputs<'_>) {
        let index = self.lowering.index;
        for module in &index.modules {
            let instances = instances(index, module);
            let child = inputs.known.get(&module.node);
            let own_providers = child.map_or(&[][..], |child| &child.interface.own_providers);
            for site in inputs.sites(index, module) {
                let alias = site.input.as_ref().map_or("", |input| input.provider_alias.as_str());
                let provider_alias = provider_of_caller(index, module, own_providers, (site.family(), alias));
                // Only a part of an argument is the slot.
                if module.argument(&site.argument).is_none() {
                    self.with_nested_slots.insert(module.node);
                }
                self.suppress_as_in_module(&site);
                self.add_slot(site, module.node, &provider_alias, &instances);
            }
        }
    }

    /// A comment at the slot in the module suppresses the findings of all callers.
    fn suppress_as_in_module(&mut self, site: &SlotSite<'a>) {
        self.unit.suppressions.extend(site.input.iter().flat_map(|input| input.suppressions_at(site.at)));
    }

    fn add_slot(&mut self, site: SlotSite<'a>, owner: NodeId, provider_alias: &str, instances: &Instances) {
        let id = SlotId::from(self.unit.slots.len());
        let value_at = Span::new(site.scope.file, range(site.value));
        self.slot_ends.extend([(value_at.file, value_at.end), (site.at.file, site.at.end)]);
        let (values, uneditable_reason) = self.lowering.leaves_of_slot(site.value, &site.path, &site.scope);
        // The part is missing there.
        if values.is_empty() && !site.path.is_empty() {
            return;
        }
        let mut leaves: Vec<LeafUse> = Vec::new();
        for mut value in values {
            // A fault at the output is none of an argument that takes it.
            if value.reported_elsewhere && site.found.expected() != Expected::RoleName {
                let text = TemplateString::interpolation(canonical(self.lowering.index.text(&value.at)));
                value.resolution = Resolution::Unknown(Reason::Module, text);
                value.spelling.address = None;
            } else {
                value.reported_elsewhere = false;
            }
            // A reference to the whole cannot be replaced by the part.
            let read_at = value.reference_span.filter(|_| site.path.is_empty());
            let leaf = self.leaf(value, id);
            if !leaves.iter().any(|leaf_use| leaf_use.leaf == leaf) {
                leaves.push(LeafUse { leaf, reference_span: read_at });
            }
        }
        self.unit.slots.push(Slot {
            family: site.family(),
            owner,
            spec: site.spec,
            argument: site.argument,
            value: value_at,
            argument_span: site.at,
            span: site.at,
            state: site.found,
            leaves,
            provider_alias: provider_alias.to_owned(),
            instances: instances.clone(),
            overridden: site.overridden,
            uneditable_reason: site.uneditable_reason.or(uneditable_reason),
            reaches: site.input.as_ref().map(|input| input.uses.clone()).unwrap_or_default(),
            check: site.input.as_ref().map(|input| input.check).unwrap_or_default(),
            unsafe_reason: site.input.and_then(|input| input.unsafe_reason),
        });
    }

    fn leaf(&mut self, value: Value, reader: SlotId) -> LeafId {
        let definition = value.definition.map(|number| self.definition(number));
        // Two leaves of one expression may differ in nothing but the index: `(a ? x[0] : x[1]).name`.
        let Value { resolution, crossing, spelling, .. } = &value;
        let input = match crossing {
            Some(Crossing::Input(path)) => Some(path),
            Some(Crossing::Output { .. }) | None => None,
        };
        let key = (value.at, format!("{resolution:?} {:?} {:?} {input:?}", spelling.address, spelling.index));
        let next = LeafId::from(self.unit.leaves.len());
        let id = *self.leaves.entry(key).or_insert(next);
        if id == next {
            self.unit.leaves.push(leaf_of(&value, definition));
            self.spellings.push(value.spelling);
        }
        if let Some(definition) = definition {
            let definition = &mut self.unit.definitions[definition.index()];
            definition.readers.insert(Some(reader));
            if !definition.leaves.contains(&id) {
                definition.leaves.push(id);
            }
        }
        id
    }

    /// Definitions have the same numbers in the unit as in the lowering.
    fn definition(&mut self, number: usize) -> DefinitionId {
        for defined in self.lowering.definitions.iter().skip(self.unit.definitions.len()) {
            let (name, at) = (defined.name.clone(), defined.at);
            self.unit.definitions.push(Definition {
                name,
                span: at,
                leaves: Vec::new(),
                readers: BTreeSet::new(),
                asked_for_null: false,
            });
        }
        DefinitionId::from(number)
    }

    /// An unknown argument knows the real one beside it.
    fn match_unknown_arguments(&mut self, first: usize) {
        let all = first..self.unit.slots.len();
        let is_stray = |number: usize| matches!(self.unit.slots[number].state, SlotState::UnknownArgument { .. });
        let real = all.clone().find(|&number| !is_stray(number));
        // Without a real one, the first of several in a file takes its name, and the others are beside it.
        let first_in = |file| all.clone().find(|&number| self.unit.slots[number].span.file == file);
        let beside: Vec<_> =
            all.clone().map(|number| real.or_else(|| first_in(self.unit.slots[number].span.file))).collect();
        for (number, real) in all.zip(beside).filter(|&(number, real)| Some(number) != real) {
            if let SlotState::UnknownArgument { correct_sibling: right_one, .. } = &mut self.unit.slots[number].state {
                *right_one = real.map(SlotId::from);
            }
        }
    }

    /// An argument under a wrong name cannot take the right one where that is set beside it.
    fn freeze_aliases(&mut self, first: usize) {
        let slots = &mut self.unit.slots[first..];
        let right: Vec<FileId> =
            slots.iter().filter(|slot| slot.argument == slot.spec.key).map(|slot| slot.span.file).collect();
        let misspelled = |slot: &&mut Slot| slot.spec.aliases.contains(&slot.argument.as_str());
        for slot in slots.iter_mut().filter(misspelled).filter(|slot| right.contains(&slot.span.file)) {
            slot.uneditable_reason = Some("another argument sets the same value");
        }
    }

    fn describe_roles(&mut self) {
        let mut reader = TrustReader::default();
        for number in 0..self.lowering.registry.roles.len() {
            let Some(declared) = self.lowering.registry.roles[number].1 else { continue };
            let resource = &self.lowering.index.resources[declared];
            let family = self.lowering.registry.roles[number].0.family;
            let name = self.text_of(resource, family.role_name_argument(resource.data));
            let trust = reader.trust(self.lowering.index, resource);
            let role = &mut self.lowering.registry.roles[number].0;
            role.name = name;
            role.trust = trust;
        }
    }

    fn text_of(&mut self, resource: &Resource<'a>, key: &str) -> Option<TemplateString> {
        let (file, attribute) = resource.argument(key)?;
        let repetition = Repetition::of(self.lowering.index, resource);
        let text = self.lowering.whole_text(&attribute.value, &Scope::of_block(file, repetition));
        (text.as_literal() != Some("") && !matches!(attribute.value, Expression::Null(_))).then_some(text)
    }

    /// Profiles of called modules whose roles the calls give.
    fn describe_given_roles(&mut self, known: &KnownChildren) {
        let index = self.lowering.index;
        for call in &index.modules {
            let Some(child) = known.get(&call.node).filter(|child| makes_given_profile(&child.interface)) else {
                continue;
            };
            let given = self.lowering.roles_given(call, &child.interface);
            let Some(module) = self.lowering.registry.module(call.label).filter(|_| !given.is_empty()) else {
                continue;
            };
            for (number, role) in given {
                let always = child.interface.profiles[number].always;
                let profile = &mut self.lowering.registry.profiles[module.profiles[number].index()].0;
                if let Some(module) = &mut profile.module {
                    (module.role, module.exists_with_role) = (Some(role), always);
                }
            }
        }
    }

    fn describe_profiles(&mut self) {
        for number in 0..self.lowering.registry.profiles.len() {
            let Some(declared) = self.lowering.registry.profiles[number].1 else { continue };
            let resource = &self.lowering.index.resources[declared];
            // A look at a profile is no other use of an input that names one.
            self.lowering.marks.ignores_inputs = true;
            let argument = self.lowering.registry.profiles[number].0.family.profile_name_argument(resource.data);
            let name = match resource.argument(argument) {
                None if resource.data => ProfileName::Unknown,
                None => ProfileName::Generated,
                Some((file, attribute)) => {
                    let scope = Scope::of_block(file, Repetition::of(self.lowering.index, resource));
                    let values = self.lowering.leaves(&attribute.value, &scope);
                    match values.as_slice() {
                        [Value { resolution: Resolution::Role(role, RoleAttr::Name, _), .. }] => {
                            ProfileName::OfRole(*role)
                        }
                        [Value { resolution: Resolution::Absent, .. }] => ProfileName::Generated,
                        _ => self.text_of(resource, argument).map_or(ProfileName::Unknown, ProfileName::Is),
                    }
                }
            };
            self.lowering.registry.profiles[number].0.name = name;
            self.lowering.marks.ignores_inputs = false;
        }
    }
}
