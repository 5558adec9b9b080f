//! What is known of the modules that a module calls: from their code, or from the table of well-known modules.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::aws::family;
use crate::aws::registry::{self, Gives, InputStep, Known, OwnProfile};
use crate::aws::slots::Attribute;
use crate::aws::trust::Trust;
use crate::language::Child;
use crate::model::{
    ExportedName, ExportedProfile, ExportedRole, InputCheck, Interface, NodeId, Origin, Output, OutputValue, PathStep,
    ProfileAttr, ProfileInput, RoleAttr, ValuePath,
};
use crate::terraform::lower::module::{ModuleIndex, Resource};

/// What is known of a called module.
pub(crate) struct KnownChild {
    pub(crate) interface: Arc<Interface>,
    /// Whether its own files are checked in the same run.
    pub(crate) is_checked: bool,
}

/// The calls of which the module is known.
pub(crate) type KnownChildren = HashMap<NodeId, KnownChild>;

/// Why a fix is unsafe where the code of the module was not read.
const FROM_TABLE: &str = "the module is known from a table of public modules, not from its code";

/// What is known of all calls. A local module is in `children`, by its source.
pub(crate) fn of_calls(index: &ModuleIndex<'_>, children: &BTreeMap<String, Child>, follows: bool) -> KnownChildren {
    let known = |call: &Resource<'_>| {
        let source = call.argument("source")?.1.value.as_str()?;
        let child = match children.get(source) {
            Some(child) => {
                KnownChild { interface: Arc::clone(child.interface.as_ref()?), is_checked: child.is_checked }
            }
            None if follows => KnownChild { interface: Arc::new(well_known(call, source)?), is_checked: false },
            None => return None,
        };
        Some((call.node, child))
    };
    index.modules.iter().filter_map(known).collect()
}

/// The interface of a well-known module, as this call has it.
fn well_known(call: &Resource<'_>, source: &str) -> Option<Interface> {
    let version = call.argument("version").and_then(|(_, attribute)| attribute.value.as_str());
    // A constraint that is not a literal may allow any version.
    let known = registry::known(source, version)?;
    let own = known.profile.map(|profile| OwnProfileOfCall::of(call, profile));
    let mut interface = Interface { is_from_table: true, ..Interface::default() };
    for input in &known.inputs {
        // The module ignores the value while it is told to make a profile of its own.
        if input.own_profile_wins && own.as_ref().is_some_and(|own| own.is_asked_for) {
            continue;
        }
        let steps = input.path.iter().map(|step| match step {
            InputStep::Key(key) => PathStep::Key((*key).to_owned()),
            InputStep::Any => PathStep::Any,
        });
        let mut steps: Vec<PathStep> = steps.collect();
        let PathStep::Key(name) = steps.remove(0) else { continue };
        interface.inputs.insert(
            ValuePath { name, steps },
            ProfileInput {
                family: &family::AWS,
                expected: input.takes,
                check: InputCheck::None,
                required_prefix: input.required_prefix,
                provider_alias: String::new(),
                uses: Vec::new(),
                suppressed: Vec::new(),
                unsafe_reason: (!input.always).then(|| FROM_TABLE.to_owned()),
            },
        );
    }
    add_outputs(&mut interface, &known, own.as_ref());
    Some(interface)
}

/// The profile that a well-known module makes, as far as the arguments of a call tell.
struct OwnProfileOfCall {
    profile: OwnProfile,
    /// Whether it is made, if that is known.
    made: Option<bool>,
    /// Whether the call itself says that it is made.
    is_asked_for: bool,
    /// Why it is not made, if it is not.
    missing: Option<String>,
}

impl OwnProfileOfCall {
    fn of(call: &Resource<'_>, profile: OwnProfile) -> Self {
        let Some(switch) = profile.switch else {
            return OwnProfileOfCall { profile, made: None, is_asked_for: false, missing: None };
        };
        let argument = call.argument(switch.argument);
        let set = argument.and_then(|(_, attribute)| attribute.value.as_bool());
        let made = match (argument, set) {
            (Some(_), None) => None,
            _ => set.or(switch.default).map(|value| value == switch.makes),
        };
        let missing = (made == Some(false)).then(|| {
            format!(
                "`module.{}` makes no instance profile: set `{} = {}` there, and use its output",
                call.label, switch.argument, switch.makes
            )
        });
        OwnProfileOfCall { profile, made, is_asked_for: set == Some(switch.makes), missing }
    }
}

fn add_outputs(interface: &mut Interface, known: &Known, own: Option<&OwnProfileOfCall>) {
    let mut numbers: BTreeMap<u32, usize> = BTreeMap::new();
    for output in known.outputs.iter().filter(|output| !output.is_list) {
        let Some((&name, rest)) = output.path.split_first() else { continue };
        let steps = rest.iter().map(|&key| PathStep::Key(key.to_owned())).collect();
        let path = ValuePath { name: name.to_owned(), steps };
        let number = *numbers.entry(output.role).or_insert_with(|| {
            let own = own.filter(|own| own.profile.role == output.role);
            interface.roles.push(role(known, output.role));
            interface.profiles.push(profile(known, output.role, interface.roles.len() - 1, own));
            interface.roles.len() - 1
        });
        let value = match output.gives {
            Gives::Role(Attribute::Name) => OutputValue::Role(number, RoleAttr::Name),
            Gives::Role(Attribute::Arn) => OutputValue::Role(number, RoleAttr::Arn),
            Gives::Profile(Attribute::Name) => OutputValue::Profile(number, ProfileAttr::Name),
            Gives::Profile(Attribute::Arn) => OutputValue::Profile(number, ProfileAttr::Arn),
            Gives::Other => OutputValue::Role(number, RoleAttr::Other),
        };
        interface
            .outputs
            .insert(path, Output { value, always: true, place: None, through: Vec::new(), inputs: BTreeSet::new() });
    }
}

/// The output that stands for something whose address in the module is not known.
fn address(known: &Known, role: u32, gives: impl Fn(Gives) -> bool) -> Option<String> {
    let output = known.outputs.iter().find(|output| output.role == role && gives(output.gives))?;
    Some(output.path.join("."))
}

fn role(known: &Known, number: u32) -> ExportedRole {
    let address = address(known, number, |gives| matches!(gives, Gives::Role(_)));
    ExportedRole {
        family: &family::AWS,
        address: address.unwrap_or_else(|| family::AWS.role.to_owned()),
        origin: Origin::Declared,
        name: None,
        trust: Trust::Unknown,
        provider_alias: String::new(),
        place: None,
        unknown_profile: None,
        has_hidden_profile: true,
    }
}

fn profile(known: &Known, number: u32, role: usize, own: Option<&OwnProfileOfCall>) -> ExportedProfile {
    let output = |attribute| {
        let output = known.profile_output(number, attribute)?;
        let (&name, rest) = output.path.split_first()?;
        let steps = rest.iter().map(|&key| PathStep::Key(key.to_owned())).collect();
        (!output.is_list).then(|| (ValuePath { name: name.to_owned(), steps }, true))
    };
    let address = address(known, number, |gives| matches!(gives, Gives::Profile(_)));
    let is_named_alike = own.is_some_and(|own| own.profile.named_after_role && own.made != Some(false));
    let is_made = own.is_some_and(|own| own.profile.switch.is_none() || own.made == Some(true));
    ExportedProfile {
        family: &family::AWS,
        address: address.unwrap_or_else(|| family::AWS.profile.to_owned()),
        role: Some(role),
        role_input: None,
        always: false,
        is_repeated: false,
        name: if is_named_alike { ExportedName::OfRole(role) } else { ExportedName::Unknown },
        // The switch is the only condition that the profile has of its own.
        exists_with_role: is_made && own.is_some_and(|own| own.profile.exists_with_role || own.made == Some(true)),
        provider_alias: String::new(),
        place: None,
        by_name: output(Attribute::Name),
        by_arn: output(Attribute::Arn),
        missing: own.and_then(|own| own.missing.clone()),
    }
}
