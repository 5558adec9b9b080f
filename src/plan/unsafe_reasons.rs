//! Why a fix is unsafe: what the account, an unreadable file or a condition may hide.

use crate::aws::naming::IdStyle;
use crate::model::{
    Instances, Leaf, NodeId, Origin, ProfileId, ProfileName, ProfileRole, Resolution, RoleId, Same, Slot, UnitIndex,
    compare_names,
};

/// Why a profile with the role's name may exist already.
pub(crate) fn name_collision(index: &UnitIndex<'_>, role: RoleId) -> Option<String> {
    let declared = index.role(role);
    if let Some(module) = &declared.module {
        if let Some(why) = &module.unknown_profile {
            return Some(why.clone());
        }
        if module.is_optional {
            return Some(format!("the output that gives the name of `{}` may be empty", declared.address));
        }
    }
    if index.id_style == IdStyle::LogicalId {
        return index.insertion_caveat.map(str::to_owned).or_else(|| unknowable_profile(index));
    }
    if let Some(output) = &declared.passed_to_caller {
        return Some(format!(
            "a caller reads `{}` from the output `{output}` and may create an instance profile with its name",
            declared.address
        ));
    }
    if let Some(module) = declared.passed_to_module {
        let module = &index.node(module).address;
        return Some(format!(
            "`{module}` receives `{}` and may create an instance profile with its name",
            declared.address
        ));
    }
    if let Some(imported) = index.imported_profiles.first() {
        return Some(format!("`{imported}` is imported without a block here; it may have the name of the role"));
    }
    if let Some(left) = index.removed_profiles.first() {
        return Some(format!(
            "`{left}` is removed from the state but stays in the account; it may have the name of the role"
        ));
    }
    let namesake = || possible_namesake(index, role, &declared.provider_alias);
    unknowable_profile(index).or_else(|| {
        let profile = index.profile(namesake()?);
        Some(format!(
            "`{}` may have the name of `{}`; AWS rejects a second instance profile with the same name",
            profile.address, declared.address
        ))
    })
}

/// A profile with another role that may have this role's name (in the same account), or certainly has it (in any account).
fn possible_namesake(index: &UnitIndex<'_>, role: RoleId, provider_alias: &str) -> Option<ProfileId> {
    let declared = index.role(role);
    let name = declared.name.as_ref()?;
    index.profiles_with_prefix_of(name).into_iter().find(|&id| {
        let profile = index.profile(id);
        if index.role_of(id) == ProfileRole::Role(role) {
            return false;
        }
        let of_account = profile.provider_alias == provider_alias;
        match &profile.name {
            ProfileName::Is(text) => match compare_names(text, name) {
                Same::Surely => true,
                // A profile with the name of another role of the account does not have the name of this one.
                Same::Perhaps => {
                    let others = index.roles_named(text, &profile.provider_alias);
                    // Unless that role may not exist.
                    let exists = |&other: &RoleId| {
                        let other = index.role(other);
                        other.provider_alias == provider_alias
                            && other.origin == Origin::Declared
                            && other.instances == Instances::One
                    };
                    of_account && !others.iter().any(exists)
                }
                Same::Never => false,
            },
            ProfileName::OfRole(other) => {
                let other = index.role(*other);
                let same = other.name.as_ref().map(|other| compare_names(other, name));
                match other.origin {
                    Origin::Declared | Origin::Imported => {
                        other.provider_alias != declared.provider_alias && same == Some(Same::Surely)
                    }
                    // It may be the same role under another address.
                    Origin::Data | Origin::Undeclared => same != Some(Same::Never),
                }
            }
            ProfileName::Generated | ProfileName::Unknown => false,
        }
    })
}

/// Another profile that the launcher may get today, because it has the role's name.
pub(super) fn other_profile_by_name(index: &UnitIndex<'_>, role: RoleId, slot: &Slot) -> Option<String> {
    let other = &index.profile(possible_namesake(index, role, &slot.provider_alias)?).address;
    let role = &index.role(role).address;
    Some(format!(
        "`{other}` may have the name of `{role}`; if so, the instances run with the role of that instance profile today"
    ))
}

/// While a file is unreadable, the target may depend on the launcher through it.
pub(super) fn possible_cycle(index: &UnitIndex<'_>, target: Option<NodeId>) -> Option<String> {
    let target = target.filter(|&target| index.partial && index.reaches_undeclared(target))?;
    Some(format!(
        "`{}` depends on something that no readable file declares; a reference to it may close a cycle",
        index.node(target).address
    ))
}

/// What reads the value of the slot from the launcher.
pub(super) fn read_elsewhere(index: &UnitIndex<'_>, slot: &Slot) -> Option<String> {
    let owner = index.node(slot.owner);
    let key = slot.spec.within.first().map_or(slot.spec.key, |step| step.key);
    let reader = index.value_readers.get(&(slot.owner, key.to_owned()))?;
    Some(format!("`{reader}` reads `{key}` of `{}`; how it uses a role there is unknown", owner.address))
}

/// What an unreadable override file may change.
pub(super) fn possible_overrides(index: &UnitIndex<'_>, nodes: [Option<NodeId>; 2]) -> Vec<String> {
    let overridden = |node: NodeId| {
        let node = index.node(node);
        let by = node.possible_override.as_ref()?;
        Some(format!("`{by}` is unreadable and may override `{}`", node.address))
    };
    nodes.into_iter().flatten().filter_map(overridden).collect()
}

/// Why the use of an existing profile may be wrong.
pub(super) fn profile_reasons(index: &UnitIndex<'_>, profile: ProfileId, slot: &Slot, leaf: &Leaf) -> Vec<String> {
    let mut unsafe_reasons = Vec::new();
    let found = index.profile(profile);
    let role = match leaf.resolution {
        Resolution::Role(role, ..) => Some(index.role(role)),
        _ => None,
    };
    let names_profile = matches!(leaf.resolution, Resolution::Profile(..));
    if let Some(condition) = &found.condition
        && !names_profile
        && role.is_none_or(|role| role.condition.as_ref() != Some(condition))
        && index.is_unguarded(slot, leaf, condition)
    {
        let owner = &index.node(slot.owner).address;
        unsafe_reasons
            .push(format!("`{}` exists only if `{condition}` is true, and `{owner}` always does", found.address));
    }
    // If the role belongs to another account, the finding says so.
    let of_account = match index.role_of(profile) {
        ProfileRole::Role(role) => index.role(role).provider_alias == slot.provider_alias,
        ProfileRole::OtherRole | ProfileRole::NoRole | ProfileRole::Unknown => true,
    };
    if !names_profile && of_account && found.node.is_some() && found.provider_alias != slot.provider_alias {
        unsafe_reasons.push(crate::rules::OTHER_ACCOUNT.to_owned());
    }
    if !names_profile {
        unsafe_reasons.extend(possible_cycle(index, found.node));
    }
    unsafe_reasons.extend(possible_overrides(index, [Some(slot.owner), found.node]));
    unsafe_reasons.extend(read_elsewhere(index, slot));
    let profile_role = found.role_slot.map(|slot| index.slot(slot).leaves.as_slice()).unwrap_or_default();
    let uncertain = |resolution: &Resolution| matches!(resolution, Resolution::Quoted { certain: false, .. });
    if !names_profile && profile_role.iter().any(|leaf_use| uncertain(&index.leaf(leaf_use.leaf).resolution)) {
        unsafe_reasons.push(format!("`{}` probably contains the role, but names it as plain text", found.address));
    }
    unsafe_reasons
}

/// Why an existing profile may be the role's: its name and its role are both unknown.
fn unknowable_profile(index: &UnitIndex<'_>) -> Option<String> {
    let unknown = |profile: ProfileId| {
        let name_unknown = match &index.profile(profile).name {
            ProfileName::Unknown => true,
            ProfileName::Is(text) => text.as_literal().is_none(),
            ProfileName::OfRole(_) | ProfileName::Generated => false,
        };
        name_unknown && index.role_of(profile) == ProfileRole::Unknown
    };
    let profile = (0..index.profiles.len()).map(ProfileId::from).find(|&profile| {
        let found = index.profile(profile);
        found.node.is_some() && found.module.is_none() && unknown(profile)
    })?;
    let address = &index.profile(profile).address;
    Some(format!("the name and the role of `{address}` are unknown; it may be the instance profile of this role"))
}
