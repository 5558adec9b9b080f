//! The modules that a module calls, with their roles and profiles in the unit of the caller.

use std::sync::Arc;

use crate::aws::family::{self, Family};
use crate::model::{ExportedProfile, Interface, NodeId, ProfileId, RoleId};
use crate::syntax::hcl_node::object_key;
use crate::terraform::lower::module::{ModuleIndex, Resource};

/// A module that is called, with its roles and profiles in the unit of the caller.
pub(crate) struct CalledModule {
    pub(crate) node: NodeId,
    /// As it is written.
    pub(crate) source: String,
    pub(crate) interface: Arc<Interface>,
    /// By their numbers in the interface.
    pub(crate) roles: Vec<RoleId>,
    pub(crate) profiles: Vec<ProfileId>,
    /// Whether its own files are checked in the same run.
    pub(crate) is_checked: bool,
}

/// The provider configuration of the caller that a called module has under this alias; an empty one is the default of each, in the module the one
/// of this provider.
pub(crate) fn provider_of_caller(
    index: &ModuleIndex<'_>,
    module: &Resource<'_>,
    own_providers: &[String],
    (family, alias): (&Family, &str),
) -> String {
    let inside = if alias.is_empty() { family.provider } else { alias };
    let given = module.argument("providers").and_then(|(file, attribute)| {
        let entries = attribute.value.as_object()?.iter();
        let mut found = entries.filter(|(key, _)| key_text(index, file, key).as_deref() == Some(inside));
        found.next().map(|(_, value)| index.canonical(file, value.expr()))
    });
    match given {
        Some(provider) if family::is_default_provider(&provider) => String::new(),
        Some(provider) => provider,
        None if alias.is_empty() && !own_providers.iter().any(|own| own == inside) => String::new(),
        // A configuration that only the module knows.
        None => format!("module.{}:{inside}", module.label),
    }
}

fn key_text(index: &ModuleIndex<'_>, file: crate::text::FileId, key: &hcl_edit::expr::ObjectKey) -> Option<String> {
    object_key(key).or_else(|| key.as_expr().map(|key| index.canonical(file, key)))
}

/// The calls that export a profile of a role which the caller gives.
pub(crate) fn makes_given_profile(interface: &Interface) -> bool {
    let is_exported = |profile: &ExportedProfile| profile.by_name.is_some() || profile.by_arn.is_some();
    interface.profiles.iter().any(|profile| profile.role_input.is_some() && is_exported(profile))
}
