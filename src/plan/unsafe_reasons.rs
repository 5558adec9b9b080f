//! What makes a fix unsafe: what may be in the account, in a file that was not read, or behind a condition.

use crate::aws::naming::IdStyle;
use crate::model::{
    Instances, Leaf, NodeId, Origin, ProfileId, ProfileName, ProfileRole, Resolution, RoleId, Same, Slot, UnitIndex,
    compare_names,
};

/// Why a profile under the role's name may exist already.
pub(super) fn name_doubt(index: &UnitIndex<'_>, role: RoleId) -> Option<String> {
    let declared = index.role(role);
    if index.id_style == IdStyle::LogicalId {
        return index.insertion_caveat.map(str::to_owned).or_else(|| unknowable_profile(index));
    }
    if let Some(module) = declared.passed_to_module {
        let module = &index.node(module).address;
        return Some(format!("{module} is given {}: it may make a profile of the role's name", declared.address));
    }
    if let Some(imported) = index.taken_over.first() {
        return Some(format!("{imported} is imported, and its block is not here: it may have the role's name"));
    }
    if let Some(left) = index.left_behind.first() {
        return Some(format!("{left} is removed from the state and stays in the account: it may have the role's name"));
    }
    let perhaps = || perhaps_of_that_name(index, role, &declared.provider_alias);
    unknowable_profile(index).or_else(|| {
        let profile = index.profile(perhaps()?);
        Some(format!(
            "{} may have the name of {}: AWS refuses a second profile of one name",
            profile.address, declared.address
        ))
    })
}

/// A profile of this account that may turn out to have the role's name, and holds another role; or one that certainly has it, of any account.
fn perhaps_of_that_name(index: &UnitIndex<'_>, role: RoleId, provider_alias: &str) -> Option<ProfileId> {
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
                // It has the name of another role of the account, which is not this one's.
                Same::Perhaps => {
                    let others = index.roles_named(text, &profile.provider_alias);
                    // One that may not be there keeps no name from the others.
                    let is_there = |&other: &RoleId| {
                        let other = index.role(other);
                        other.provider_alias == provider_alias
                            && other.origin == Origin::Declared
                            && other.instances == Instances::One
                    };
                    of_account && !others.iter().any(is_there)
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
                    // It may be this very role, under another address.
                    Origin::Data | Origin::Undeclared => same != Some(Same::Never),
                }
            }
            ProfileName::Generated | ProfileName::Unknown => false,
        }
    })
}

/// Another profile that a launcher may get today, by the role's name.
pub(super) fn met_by_name(index: &UnitIndex<'_>, role: RoleId, slot: &Slot) -> Option<String> {
    let met = &index.profile(perhaps_of_that_name(index, role, &slot.provider_alias)?).address;
    let role = &index.role(role).address;
    Some(format!("{met} may have the name of {role}: then the launcher runs with the role in that profile today"))
}

/// While a file could not be read, the way back to the launcher may lead through it.
pub(super) fn unseen_way_back(index: &UnitIndex<'_>, target: Option<NodeId>) -> Option<String> {
    let target = target.filter(|&target| index.partial && index.reaches_undeclared(target))?;
    Some(format!(
        "{} depends on something that no file declares that could be read: a reference to it may close a cycle",
        index.node(target).address
    ))
}

/// What else reads the value of the slot, from the launcher.
pub(super) fn read_back(index: &UnitIndex<'_>, slot: &Slot) -> Option<String> {
    let owner = index.node(slot.owner);
    let key = slot.spec.within.first().map_or(slot.spec.key, |step| step.key);
    let reader = index.read_back.get(&(slot.owner, key.to_owned()))?;
    Some(format!("{reader} reads {key} of {}: what it does with a role is not known", owner.address))
}

/// What an override file that could not be read may change.
pub(super) fn perhaps_overridden(index: &UnitIndex<'_>, nodes: [Option<NodeId>; 2]) -> Vec<String> {
    let overridden = |node: NodeId| {
        let node = index.node(node);
        let by = node.possible_override.as_ref()?;
        Some(format!("{by} could not be read, and may override {}", node.address))
    };
    nodes.into_iter().flatten().filter_map(overridden).collect()
}

/// What may be wrong with a profile of the unit.
pub(super) fn doubts_about(index: &UnitIndex<'_>, profile: ProfileId, slot: &Slot, leaf: &Leaf) -> Vec<String> {
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
        unsafe_reasons.push(format!("{} exists only where {condition} holds, and {owner} in any case", found.address));
    }
    // Where the role is of another account, the finding says so.
    let of_account = match index.role_of(profile) {
        ProfileRole::Role(role) => index.role(role).provider_alias == slot.provider_alias,
        ProfileRole::OtherRole | ProfileRole::NoRole | ProfileRole::Unknown => true,
    };
    if !names_profile && of_account && found.node.is_some() && found.provider_alias != slot.provider_alias {
        unsafe_reasons.push(crate::rules::OTHER_ACCOUNT.to_owned());
    }
    if !names_profile {
        unsafe_reasons.extend(unseen_way_back(index, found.node));
    }
    unsafe_reasons.extend(perhaps_overridden(index, [Some(slot.owner), found.node]));
    unsafe_reasons.extend(read_back(index, slot));
    let profile_role = found.role_slot.map(|slot| index.slot(slot).leaves.as_slice()).unwrap_or_default();
    let guessed = |resolution: &Resolution| matches!(resolution, Resolution::Quoted { certain: false, .. });
    if !names_profile && profile_role.iter().any(|leaf_use| guessed(&index.leaf(leaf_use.leaf).resolution)) {
        unsafe_reasons.push(format!(
            "that {} holds the role is a guess: its own role is plain text that reads so",
            found.address
        ));
    }
    unsafe_reasons
}

/// A profile of the unit that might be any: its name and its role are both unknown.
fn unknowable_profile(index: &UnitIndex<'_>) -> Option<String> {
    let unknown = |profile: ProfileId| {
        let name_unknown = match &index.profile(profile).name {
            ProfileName::Unknown => true,
            ProfileName::Is(text) => text.as_literal().is_none(),
            ProfileName::OfRole(_) | ProfileName::Generated => false,
        };
        name_unknown && index.role_of(profile) == ProfileRole::Unknown
    };
    let profile = (0..index.profiles.len())
        .map(ProfileId::from)
        .find(|&profile| index.profile(profile).node.is_some() && unknown(profile))?;
    let address = &index.profile(profile).address;
    Some(format!("neither the name nor the role of {address} can be known: it may be the profile of this role"))
}
