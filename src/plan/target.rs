//! Which profile a role gets: one of the unit, or a new one, under which name and where.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::naming::{self, IdStyle};
use crate::aws::slots::SlotSpec;
use crate::model::{
    Leaf, Mismatch, NodeId, Origin, ProfileAttr, ProfileId, ProfileName, ProfileRole, Resolution, Resolved, RoleAttr,
    RoleId, Slot, TemplateString, UnitIndex,
};
use crate::plan::unsafe_reasons::{
    doubts_about, met_by_name, name_doubt, perhaps_overridden, read_back, unseen_way_back,
};
use crate::plan::{IndexEdit, InsertionPoint, Naming, NewName, PlannedId, PlannedProfile, Target};
use crate::rules::{Finding, Suggestion};

/// New profiles for the roles that have none: each, or why it cannot be added.
pub(super) struct NewProfiles {
    pub(super) profiles: Vec<PlannedProfile>,
    by_role: BTreeMap<RoleId, Result<PlannedId, String>>,
}

impl NewProfiles {
    /// Plans a profile for every role that a finding wants one for and that has none.
    pub(super) fn of(index: &UnitIndex<'_>, findings: &[Finding], naming: Naming) -> Self {
        let mut wanted: BTreeMap<RoleId, Vec<&Slot>> = BTreeMap::new();
        for finding in findings {
            if let Suggestion::ProfileOf(role) = finding.violation.suggestion
                && index.profiles_of(role).is_empty()
            {
                wanted.entry(role).or_default().push(index.slot(finding.slot));
            }
        }
        let mut order: Vec<RoleId> = wanted.keys().copied().collect();
        // A role that the unit manages has the first choice of labels.
        order.sort_by_key(|&role| (!matches!(index.role(role).origin, Origin::Declared | Origin::Imported), role));
        let mut taken = index.reserved_names.clone();
        let mut planned: BTreeMap<RoleId, Result<PlannedProfile, String>> = BTreeMap::new();
        let mut room = index.room;
        for role in order {
            let mut profile = plan_one(index, role, &wanted[&role], naming, &mut taken);
            if let Some(room) = room.as_mut().filter(|_| profile.is_ok()) {
                match room.checked_sub(index.role(role).node.map_or(1, |node| index.node(node).turns)) {
                    Some(left) => *room = left,
                    None => profile = Err(NO_ROOM.to_owned()),
                }
            }
            planned.insert(role, profile);
        }
        let mut new_profiles = NewProfiles { profiles: Vec::new(), by_role: BTreeMap::new() };
        for (role, profile) in planned {
            let id = PlannedId(u32::try_from(new_profiles.profiles.len()).unwrap_or(u32::MAX));
            new_profiles.profiles.extend(profile.clone().ok());
            new_profiles.by_role.insert(role, profile.map(|_| id));
        }
        new_profiles
    }

    /// One of them.
    pub(super) fn profile(&self, id: PlannedId) -> &PlannedProfile {
        &self.profiles[id.0 as usize]
    }
}

/// CloudFormation User Guide, "Understand CloudFormation quotas": at most 500 resources in a template.
const NO_ROOM: &str =
    "the template would have more than 500 resources, which CloudFormation refuses: move some into another stack";

fn plan_one(
    index: &UnitIndex<'_>,
    role: RoleId,
    slots: &[&Slot],
    naming: Naming,
    taken: &mut BTreeSet<String>,
) -> Result<PlannedProfile, String> {
    if let Some(why) = &index.insertion_blocker {
        return Err(why.clone());
    }
    let declared = index.role(role);
    if let Some(profile) = index.profiles_found_by_name(role, &declared.provider_alias).next() {
        let address = &index.profile(profile).address;
        return Err(format!(
            "{address} already has the role's name, and is not known to hold it: AWS refuses a second profile of one name"
        ));
    }
    if let (IdStyle::Label, Some(condition)) = (index.id_style, &declared.condition) {
        return Err(format!(
            "{} exists only where {condition} holds (its lifecycle.enabled): add a profile with the same lifecycle by hand",
            declared.address
        ));
    }
    let beside_role = declared.node.filter(|&node| index.node(node).accepts_insertions);
    let loops = declared.node.map_or(&[][..], |node| &index.node(node).loops);
    let takes_it = |owner: &NodeId| index.node(*owner).accepts_insertions && index.node(*owner).loops == loops;
    let owners = slots.iter().map(|slot| slot.owner).filter(takes_it);
    let first_launcher = owners.min_by_key(|&owner| (index.node(owner).span.file, index.node(owner).span.start));
    let place = match (beside_role, first_launcher) {
        (Some(node), _) => InsertionPoint::After(node),
        (None, Some(node)) => InsertionPoint::Before(node),
        (None, None) => return Err("no file that may change has a place for a new profile".to_owned()),
    };
    let id = naming::candidates(index.id_style, &declared.label).find(|id| !taken.contains(id)).unwrap_or_default();
    taken.insert(id.clone());
    let start = slots.iter().find_map(|slot| slot.spec.required_prefix);
    let unsafe_reason = name_doubt(index, role);
    let name = new_name(declared.origin, declared.name.as_ref(), start, naming);
    let name = if unsafe_reason.is_some() && name == NewName::Default { NewName::Prefixed } else { name };
    if matches!(name, NewName::StartingWith(_)) && !loops.is_empty() {
        return Err("the name of a profile in a loop cannot be made from its role's".to_owned());
    }
    Ok(PlannedProfile { role, id, name, insertion_point: place, unsafe_reason })
}

fn new_name(
    origin: Origin,
    role_name: Option<&TemplateString>,
    start: Option<&'static str>,
    naming: Naming,
) -> NewName {
    let starts_so = |start: &str| role_name.is_some_and(|name| name.literal_start().starts_with(start));
    match (start, origin, naming) {
        (Some(start), ..) if !starts_so(start) => NewName::StartingWith(start),
        (Some(_), Origin::Declared, _) => NewName::OfRole,
        (None, _, Naming::Unnamed) => NewName::Unnamed,
        (None, Origin::Declared, Naming::RoleName) => NewName::Default,
        (None, Origin::Declared, Naming::Prefix) | (_, Origin::Imported | Origin::Data | Origin::Undeclared, _) => {
            NewName::Prefixed
        }
    }
}

/// A holder for a leaf, and what becomes of the index of its reference.
pub(super) struct TargetChoice {
    pub(super) to: Target,
    pub(super) index: IndexEdit,
    /// Whether that index means something in the launcher's block only.
    pub(super) in_block: bool,
    /// What makes it unsafe.
    pub(super) unsafe_reasons: Vec<String>,
}

impl TargetChoice {
    /// Something of which the index stays.
    pub(super) fn keeping(to: Target) -> Self {
        TargetChoice { to, index: IndexEdit::Keep, in_block: false, unsafe_reasons: Vec::new() }
    }

    fn new(to: Target, resolved: Resolved, unsafe_reasons: Vec<String>) -> Self {
        let in_block = matches!(resolved, Resolved::UseInBlock(_));
        let index = match resolved {
            Resolved::Keep => IndexEdit::Keep,
            Resolved::Drop => IndexEdit::Drop,
            Resolved::Use(index) => IndexEdit::Use(index),
            Resolved::UseInBlock(index) => IndexEdit::Use(index.to_owned()),
        };
        TargetChoice { to, index, in_block, unsafe_reasons }
    }
}

/// Why no index can be written, in a sentence about the profile (none: one that is to be added) and its role.
fn explain(mismatch: Mismatch, profile: Option<&str>, role: &str) -> String {
    match (mismatch, profile) {
        (Mismatch::Another, Some(profile)) => {
            format!("{profile} holds another instance of {role} than the one that is meant here")
        }
        (Mismatch::Several, Some(profile)) => {
            format!("several instances of {profile} hold {role}: write the index of one")
        }
        (Mismatch::Optional, profile) => {
            format!(
                "{} may not exist, and {role} does in any case: its count may be 0",
                profile.unwrap_or("the profile")
            )
        }
        (Mismatch::NoInstances, _) => {
            format!("{role} has no instance of that index: Terraform refuses the reference as it stands")
        }
        (Mismatch::NoIndex, _) => {
            format!("{role} has several instances, and the reference picks none of them: write the index")
        }
        (Mismatch::Unknown, Some(profile)) => {
            format!(
                "which instance of {profile} holds which instance of {role} cannot be told: write the index yourself"
            )
        }
        (Mismatch::Another | Mismatch::Several | Mismatch::Unknown, None) => {
            format!("which instance of {role} is meant cannot be told")
        }
    }
}

/// The profile that holds the role, or the one that will.
pub(super) fn for_role(
    index: &UnitIndex<'_>,
    new_profiles: &NewProfiles,
    role: RoleId,
    slot: &Slot,
    leaf: &Leaf,
) -> Result<TargetChoice, String> {
    let all = index.profiles_of(role);
    let address = &index.role(role).address;
    let of_account =
        all.iter().any(|&profile| index.profile(profile).provider_alias == index.role(role).provider_alias);
    let fits = |&profile: &ProfileId| {
        let found = index.profile(profile);
        (!of_account || found.provider_alias == index.role(role).provider_alias)
            && index.instance(profile, leaf, &slot.instances) != Err(Mismatch::Another)
    };
    let holding: Vec<_> = all.iter().copied().filter(fits).collect();
    let profile = match holding.as_slice() {
        [] if !all.is_empty() => {
            return Err(format!(
                "the profiles of {address} hold other instances of it than the one that is meant here"
            ));
        }
        [] => None,
        [only] => Some(*only),
        several => {
            let named: Vec<_> =
                several.iter().filter(|profile| index.profiles_named_after(role).contains(profile)).collect();
            match named.as_slice() {
                [only] => Some(**only),
                _ => return Err(format!("several profiles hold {address}: say which one is meant")),
            }
        }
    };
    if let Some(profile) = profile {
        let mut choice = for_profile(index, profile, slot, leaf)?;
        if !matches!(leaf.resolution, Resolution::Role(_, RoleAttr::Arn | RoleAttr::Other, _)) {
            choice.unsafe_reasons.extend(met_by_name(index, role, slot));
        }
        return Ok(choice);
    }
    if let Some(&perhaps) = index.possible_profiles_of(role).first() {
        let perhaps = &index.profile(perhaps).address;
        return Err(format!(
            "{perhaps} holds {address} only under a condition, else another role or none: use it, or add a profile of its own"
        ));
    }
    for_new(index, new_profiles, role, slot, leaf)
}

fn for_new(
    index: &UnitIndex<'_>,
    new_profiles: &NewProfiles,
    role: RoleId,
    slot: &Slot,
    leaf: &Leaf,
) -> Result<TargetChoice, String> {
    let id = new_profiles
        .by_role
        .get(&role)
        .cloned()
        .unwrap_or_else(|| Err("no profile is planned for the role".to_owned()))?;
    let declared = index.role(role);
    refuse_cycle(index, declared.node, slot, &declared.address)?;
    let mut unsafe_reasons: Vec<String> = new_profiles.profile(id).unsafe_reason.iter().cloned().collect();
    if !matches!(leaf.resolution, Resolution::Role(..)) {
        unsafe_reasons.extend(unseen_way_back(index, declared.node));
    }
    unsafe_reasons.extend(perhaps_overridden(index, [Some(slot.owner), declared.node]));
    unsafe_reasons.extend(read_back(index, slot));
    // Where a new profile has the role's name, that name is doubted already.
    let is_arn = matches!(leaf.resolution, Resolution::Role(_, RoleAttr::Arn | RoleAttr::Other, _));
    if index.id_style == IdStyle::LogicalId && !is_arn {
        unsafe_reasons.extend(met_by_name(index, role, slot));
    }
    if let Some(condition) = &declared.condition
        && !matches!(leaf.resolution, Resolution::Role(..))
        && index.is_unguarded(slot, leaf, condition)
    {
        // Such a condition may well be there because the role, and a profile of its name, exist already.
        let owner = &index.node(slot.owner).address;
        unsafe_reasons.push(format!(
            "{} exists only where {condition} holds, and {owner} in any case: so far it named the role by text, and referred to nothing",
            declared.address
        ));
    }
    if let NewName::StartingWith(start) = new_profiles.profile(id).name {
        // Whichever slot asks for that start: were the others safe, their fix would add the profile, and a second run had more to do.
        unsafe_reasons.push(format!("the profile's name must start with {start}, and the role's name is not known to"));
    }
    let resolved = index.new_instance(role, leaf, &slot.instances);
    let resolved = resolved.map_err(|mismatch| explain(mismatch, None, &declared.address))?;
    Ok(TargetChoice::new(Target::Planned(id), resolved, unsafe_reasons))
}

/// A profile of the unit as it is.
pub(super) fn for_profile(
    index: &UnitIndex<'_>,
    profile: ProfileId,
    slot: &Slot,
    leaf: &Leaf,
) -> Result<TargetChoice, String> {
    let found = index.profile(profile);
    refuse_cycle(index, found.node, slot, &found.address)?;
    refuse_wrong_start(index, profile, slot.spec)?;
    if let Some(why) = naming::unnameable(index.id_style, &found.address) {
        return Err(format!("{why}: rename {}", found.address));
    }
    let resolved = match meant_profile(index, &leaf.resolution) {
        true if matches!(leaf.resolution, Resolution::Role(..)) => {
            index.own_instance(profile, leaf).map_err(|mismatch| explain(mismatch, None, &found.address))?
        }
        true => Resolved::Keep,
        false => index.instance(profile, leaf, &slot.instances).map_err(|mismatch| {
            let role = match index.role_of(profile) {
                ProfileRole::Role(role) => index.role(role).address.as_str(),
                _ => "its role",
            };
            explain(mismatch, Some(&found.address), role)
        })?,
    };
    let mut unsafe_reasons = doubts_about(index, profile, slot, leaf);
    // Its role's name, in the place of its own, is what AWS looks for today.
    if let (Resolution::Profile(_, ProfileAttr::Role, _), ProfileRole::Role(role)) =
        (&leaf.resolution, index.role_of(profile))
    {
        unsafe_reasons.extend(met_by_name(index, role, slot));
    }
    Ok(TargetChoice::new(Target::Existing(profile), resolved, unsafe_reasons))
}

/// Whether a leaf names a profile itself, so that its index is the profile's.
fn meant_profile(index: &UnitIndex<'_>, resolution: &Resolution) -> bool {
    match resolution {
        Resolution::Profile(..) => true,
        // A role that is declared nowhere, with the label of a profile: the type is wrong, and nothing else.
        Resolution::Role(role, ..) => index.profile_with_label(*role).is_some(),
        Resolution::Quoted { reads_as, .. } => meant_profile(index, reads_as),
        _ => false,
    }
}

fn refuse_cycle(index: &UnitIndex<'_>, target: Option<NodeId>, slot: &Slot, address: &str) -> Result<(), String> {
    let owner = &index.node(slot.owner).address;
    match target.is_some_and(|target| index.depends_on(target, slot.owner)) {
        true => Err(format!("{address} depends on {owner}: a reference back would be a cycle")),
        false => Ok(()),
    }
}

fn refuse_wrong_start(index: &UnitIndex<'_>, profile: ProfileId, spec: &SlotSpec) -> Result<(), String> {
    let Some(start) = spec.required_prefix else { return Ok(()) };
    let found = index.profile(profile);
    let name = match &found.name {
        ProfileName::Is(text) => Some(text),
        ProfileName::OfRole(role) => index.role(*role).name.as_ref(),
        ProfileName::Generated | ProfileName::Unknown => None,
    };
    match name.is_some_and(|name| name.literal_start().starts_with(start)) {
        true => Ok(()),
        false => Err(format!("the name of {} must start with {start} to be taken here", found.address)),
    }
}
