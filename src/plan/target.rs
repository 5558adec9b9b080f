//! Which profile a slot gets: one of the unit, or a new one, with its name and its place.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::naming::{self, IdStyle};
use crate::aws::slots::{Attribute, SlotSpec};
use crate::model::{
    Crossing, Leaf, Mismatch, ModuleProfile, NodeId, Origin, Profile, ProfileAttr, ProfileId, ProfileName, ProfileRole,
    References, Resolution, Resolved, Role, RoleAttr, RoleId, Slot, TemplateString, UnitIndex,
};
use crate::plan::unsafe_reasons::{
    name_collision, other_profile_by_name, possible_cycle, possible_overrides, profile_reasons, read_elsewhere,
};
use crate::plan::{IndexEdit, InsertionPoint, Naming, NewName, PlannedId, PlannedProfile, Target, Unfixable};
use crate::rules::{Finding, Suggestion};

/// The new profile of each role that needs one, or why it cannot be added.
pub(super) struct NewProfiles {
    pub(super) profiles: Vec<PlannedProfile>,
    by_role: BTreeMap<RoleId, Result<PlannedId, Unfixable>>,
}

impl NewProfiles {
    /// Plans a profile for every role that has none and for which a finding suggests one.
    pub(super) fn of(index: &UnitIndex<'_>, findings: &[Finding], naming: Naming) -> Self {
        let mut needed: BTreeMap<RoleId, Vec<&Slot>> = BTreeMap::new();
        for finding in findings {
            if let Suggestion::ProfileOf(role) = finding.violation.suggestion
                && index.profiles_of(role).is_empty()
            {
                needed.entry(role).or_default().push(index.slot(finding.slot));
            }
        }
        let mut order: Vec<RoleId> = needed.keys().copied().collect();
        // Roles that the unit manages choose their labels first.
        order.sort_by_key(|&role| (!matches!(index.role(role).origin, Origin::Declared | Origin::Imported), role));
        let mut taken = index.reserved_names.clone();
        let mut planned: BTreeMap<RoleId, Result<PlannedProfile, Unfixable>> = BTreeMap::new();
        let mut room = index.room;
        for role in order {
            let mut profile = plan_profile(index, role, &needed[&role], naming, &mut taken);
            if let Some(room) = room.as_mut().filter(|_| profile.is_ok()) {
                match room.checked_sub(index.role(role).node.map_or(1, |node| index.node(node).turns)) {
                    Some(left) => *room = left,
                    None => profile = Err(Unfixable::TemplateFull),
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

    /// A planned profile by id.
    pub(super) fn profile(&self, id: PlannedId) -> &PlannedProfile {
        &self.profiles[id.0 as usize]
    }
}

fn plan_profile(
    index: &UnitIndex<'_>,
    role: RoleId,
    slots: &[&Slot],
    naming: Naming,
    taken: &mut BTreeSet<String>,
) -> Result<PlannedProfile, Unfixable> {
    if let Some(reason) = &index.insertion_blocker {
        return Err(Unfixable::InsertionBlocked(reason.clone()));
    }
    let declared = index.role(role);
    if let Some(profile) = index.profiles_found_by_name(role, &declared.provider_alias).next() {
        return Err(Unfixable::NameTaken { profile: index.profile(profile).address.clone() });
    }
    if let (IdStyle::Label, Some(condition)) = (index.id_style, &declared.condition) {
        return Err(Unfixable::ConditionalRole { role: declared.address.clone(), condition: condition.clone() });
    }
    if let Some(module) = &declared.module {
        let (call, role) = (module.reference.clone(), declared.address.clone());
        if module.has_hidden_profile {
            return Err(Unfixable::HiddenProfile { call });
        }
        refuse_without_output(declared)?;
        if declared.provider_alias.starts_with("module.") {
            return Err(Unfixable::ProviderOfModule { call, role });
        }
    }
    let beside_role = declared.node.filter(|&node| index.node(node).accepts_insertions);
    let loops = declared.node.map_or(&[][..], |node| &index.node(node).loops);
    let accepts_it = |owner: &NodeId| index.node(*owner).accepts_insertions && index.node(*owner).loops == loops;
    let owners = slots.iter().map(|slot| slot.owner).filter(accepts_it);
    let first_launcher = owners.min_by_key(|&owner| (index.node(owner).span.file, index.node(owner).span.start));
    let place = match (beside_role, first_launcher) {
        (Some(node), _) => InsertionPoint::After(node),
        (None, Some(node)) => InsertionPoint::Before(node),
        (None, None) => return Err(Unfixable::NoInsertionPoint),
    };
    let id = naming::candidates(index.id_style, &declared.label)
        .find(|id| !taken.contains(&declared.family.profile_address(id)))
        .unwrap_or_default();
    taken.insert(declared.family.profile_address(&id));
    let prefix = slots.iter().find_map(|slot| slot.spec.required_prefix);
    let unsafe_reason = name_collision(index, role);
    let name = new_name(declared.origin, declared.name.as_ref(), prefix, naming);
    let name = if unsafe_reason.is_some() && name == NewName::Default { NewName::Prefixed } else { name };
    // Where no argument takes a prefix, only a name that AWS generates is certainly free.
    let name = match name {
        NewName::Prefixed if declared.family.profile_name_prefix.is_none() => NewName::Unnamed,
        name => name,
    };
    if matches!(name, NewName::StartingWith(_)) && !loops.is_empty() {
        return Err(Unfixable::PrefixInLoop);
    }
    Ok(PlannedProfile { role, id, name, insertion_point: place, unsafe_reason })
}

fn new_name(
    origin: Origin,
    role_name: Option<&TemplateString>,
    prefix: Option<&'static str>,
    naming: Naming,
) -> NewName {
    let has_prefix = |prefix: &str| role_name.is_some_and(|name| name.literal_start().starts_with(prefix));
    match (prefix, origin, naming) {
        (Some(prefix), ..) if !has_prefix(prefix) => NewName::StartingWith(prefix),
        (Some(_), Origin::Declared, _) => NewName::OfRole,
        (None, _, Naming::Unnamed) => NewName::Unnamed,
        (None, Origin::Declared, Naming::RoleName) => NewName::Default,
        (None, Origin::Declared, Naming::Prefix) | (_, Origin::Imported | Origin::Data | Origin::Undeclared, _) => {
            NewName::Prefixed
        }
    }
}

/// The chosen target of a leaf, and the index of the new reference.
pub(super) struct TargetChoice {
    pub(super) to: Target,
    pub(super) index: IndexEdit,
    /// Whether that index means something only in the launcher's block.
    pub(super) in_block: bool,
    /// Why the choice is unsafe.
    pub(super) unsafe_reasons: Vec<String>,
}

impl TargetChoice {
    /// A target whose reference keeps its index.
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

/// The profile that contains the role, or the new one that will.
pub(super) fn for_role(
    index: &UnitIndex<'_>,
    new_profiles: &NewProfiles,
    role: RoleId,
    (slot, leaf): (&Slot, &Leaf),
    kind: Attribute,
) -> Result<TargetChoice, Unfixable> {
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
            return Err(Unfixable::OtherInstances { role: address.clone() });
        }
        [] => None,
        [only] => Some(*only),
        several => {
            let named: Vec<_> =
                several.iter().filter(|profile| index.profiles_named_after(role).contains(profile)).collect();
            match named.as_slice() {
                [only] => Some(**only),
                _ => return Err(Unfixable::SeveralProfiles { role: address.clone() }),
            }
        }
    };
    if let Some(profile) = profile {
        let mut choice = for_profile(index, profile, (slot, leaf), kind)?;
        let has_its_name = kind == Attribute::Name && index.profiles_named_after(role).contains(&profile);
        if !has_its_name || !matches!(leaf.resolution, Resolution::Role(_, RoleAttr::Name, _)) {
            choice.unsafe_reasons.extend(other_readers(slot));
        }
        if !matches!(leaf.resolution, Resolution::Role(_, RoleAttr::Arn | RoleAttr::Other, _)) {
            choice.unsafe_reasons.extend(other_profile_by_name(index, role, slot));
        }
        return Ok(choice);
    }
    if let Some(&perhaps) = index.possible_profiles_of(role).first() {
        let profile = index.profile(perhaps).address.clone();
        return Err(Unfixable::ConditionalProfile { profile, role: address.clone() });
    }
    for_new(index, new_profiles, role, slot, leaf)
}

fn for_new(
    index: &UnitIndex<'_>,
    new_profiles: &NewProfiles,
    role: RoleId,
    slot: &Slot,
    leaf: &Leaf,
) -> Result<TargetChoice, Unfixable> {
    // `NewProfiles::of` has planned one for every role without a profile.
    let id = new_profiles.by_role[&role].clone()?;
    let declared = index.role(role);
    refuse_cycle(index, declared.node, slot, &declared.address)?;
    refuse_cycle_through_call(index, declared, slot)?;
    let mut unsafe_reasons: Vec<String> = new_profiles.profile(id).unsafe_reason.iter().cloned().collect();
    if !matches!(leaf.resolution, Resolution::Role(..)) {
        unsafe_reasons.extend(possible_cycle(index, declared.node));
    }
    unsafe_reasons.extend(possible_overrides(index, [Some(slot.owner), declared.node]));
    unsafe_reasons.extend(read_elsewhere(index, slot));
    unsafe_reasons.extend(other_readers(slot));
    // In Terraform, `name_collision` covers this.
    let is_arn = matches!(leaf.resolution, Resolution::Role(_, RoleAttr::Arn | RoleAttr::Other, _));
    if index.id_style == IdStyle::LogicalId && !is_arn {
        unsafe_reasons.extend(other_profile_by_name(index, role, slot));
    }
    if let Some(condition) = &declared.condition
        && !matches!(leaf.resolution, Resolution::Role(..))
        && index.is_unguarded(slot, leaf, condition)
    {
        // There may be a condition because the role, and a profile with its name, may exist already.
        let owner = &index.node(slot.owner).address;
        unsafe_reasons.push(format!(
            "`{}` exists only if `{condition}` is true, and `{owner}` always does; today it names the role as text, which creates no dependency",
            declared.address
        ));
    }
    if let NewName::StartingWith(prefix) = new_profiles.profile(id).name {
        // This applies to all slots of the profile, whichever requires the prefix. If the fixes of the others were safe, the first run
        // would add the profile and a second run would find more to fix.
        unsafe_reasons.push(format!(
            "the name of the instance profile must start with `{prefix}`, and it is unknown whether the name of the role does"
        ));
    }
    let resolved = index.new_instance(role, leaf, &slot.instances);
    let resolved = resolved.map_err(|mismatch| no_instance(mismatch, None, &declared.address))?;
    Ok(TargetChoice::new(Target::Planned(id), resolved, unsafe_reasons))
}

/// An existing profile of the unit.
pub(super) fn for_profile(
    index: &UnitIndex<'_>,
    profile: ProfileId,
    (slot, leaf): (&Slot, &Leaf),
    kind: Attribute,
) -> Result<TargetChoice, Unfixable> {
    let found = index.profile(profile);
    let unsure = found.module.as_ref().map(|module| exported(module, found, kind)).transpose()?.flatten();
    refuse_cycle(index, found.node, slot, &found.address)?;
    refuse_cycle_through_output(index, found, slot, leaf)?;
    refuse_wrong_prefix(index, profile, slot.spec)?;
    if let Some(why) = naming::unnameable(index.id_style, &found.address).filter(|_| found.module.is_none()) {
        return Err(Unfixable::Unnameable { profile: found.address.clone(), reason: why });
    }
    let resolved = match names_profile(index, &leaf.resolution) {
        true if matches!(leaf.resolution, Resolution::Role(..)) => {
            index.own_instance(profile, leaf).map_err(|mismatch| no_instance(mismatch, None, &found.address))?
        }
        true => Resolved::Keep,
        false => index.instance(profile, leaf, &slot.instances).map_err(|mismatch| {
            let role = match index.role_of(profile) {
                ProfileRole::Role(role) => index.role(role).address.as_str(),
                _ => "its role",
            };
            no_instance(mismatch, Some(&found.address), role)
        })?,
    };
    let mut unsafe_reasons = profile_reasons(index, profile, slot, leaf);
    unsafe_reasons.extend(unsure);
    if let Resolution::Role(role, ..) = leaf.resolution {
        unsafe_reasons.extend(more_inputs(index, slot, role, profile));
    }
    // Today AWS looks for a profile with the name of the role.
    if let (Resolution::Profile(_, ProfileAttr::Role, _), ProfileRole::Role(role)) =
        (&leaf.resolution, index.role_of(profile))
    {
        unsafe_reasons.extend(other_profile_by_name(index, role, slot));
    }
    Ok(TargetChoice::new(Target::Existing(profile), resolved, unsafe_reasons))
}

/// Whether a leaf names a profile itself, so that its index is that of the profile.
fn names_profile(index: &UnitIndex<'_>, resolution: &Resolution) -> bool {
    match resolution {
        Resolution::Profile(..) => true,
        // An undeclared role with the label of a profile: only the type is wrong.
        Resolution::Role(role, ..) => index.profile_with_label(*role).is_some(),
        Resolution::Quoted { reads_as, .. } => names_profile(index, reads_as),
        _ => false,
    }
}

fn no_instance(mismatch: Mismatch, profile: Option<&str>, role: &str) -> Unfixable {
    Unfixable::Instance { mismatch, profile: profile.map(str::to_owned), role: role.to_owned() }
}

/// Whether the output of a called module that gives this attribute of its profile is sure to do so: else why not.
///
/// # Errors
/// No output gives it.
fn exported(module: &ModuleProfile, profile: &Profile, kind: Attribute) -> Result<Option<String>, Unfixable> {
    if let Some(why) = &module.missing {
        return Err(Unfixable::Undecided(Some(why.clone())));
    }
    let Some((output, sure)) = module.output(kind) else {
        // Which instance an output should give is for a person to say.
        let path = module.place.as_ref().filter(|_| !module.is_repeated).map(|place| place.path.clone());
        let (call, family, profile) = (module.reference.clone(), profile.family, profile.address.clone());
        let output = module.new_output.clone();
        return Err(Unfixable::NotExported { call, profile, kind, output, family, path });
    };
    let maybe_empty = format!("`{}.{output}` may be empty where the role exists", module.reference);
    Ok((!sure || !module.exists_with_role).then_some(maybe_empty))
}

/// Terraform orders the outputs of a call one by one: another output may wait for the launcher where the one that is read does not.
fn refuse_cycle_through_output(
    index: &UnitIndex<'_>,
    profile: &Profile,
    slot: &Slot,
    leaf: &Leaf,
) -> Result<(), Unfixable> {
    let Some(module) = &profile.module else { return Ok(()) };
    let read = match &leaf.crossing {
        Some(Crossing::Output { call, inputs, .. }) if *call == module.call => inputs,
        _ => return Ok(()),
    };
    let waits_for_more = !module.inputs.is_subset(read);
    match waits_for_more && index.depends_on(module.call, slot.owner) {
        true => Err(cycle(index, &profile.address, slot)),
        false => Ok(()),
    }
}

/// The number of calls is known only when all that is in them is done.
fn refuse_cycle_through_call(index: &UnitIndex<'_>, role: &Role, slot: &Slot) -> Result<(), Unfixable> {
    let call = role.module.as_ref().filter(|_| role.instances.repeat().is_some()).map(|module| module.call);
    match call.is_some_and(|call| index.depends_on(call, slot.owner)) {
        true => Err(cycle(index, &role.address, slot)),
        false => Ok(()),
    }
}

fn cycle(index: &UnitIndex<'_>, target: &str, slot: &Slot) -> Unfixable {
    let owner = index.node(slot.owner).address.clone();
    Unfixable::Cycle { target: target.to_owned(), owner, with_other_fixes: false }
}

/// What refers to a role of a called module needs an output that gives its name.
pub(super) fn refuse_without_output(role: &Role) -> Result<(), Unfixable> {
    match role.module.as_ref().filter(|module| module.by_name.is_none()) {
        Some(module) => Err(Unfixable::NameNotExported { call: module.reference.clone(), role: role.address.clone() }),
        None => Ok(()),
    }
}

/// An output that waits for more inputs may close a cycle in a caller.
fn more_inputs(index: &UnitIndex<'_>, slot: &Slot, role: RoleId, profile: ProfileId) -> Option<String> {
    let (role, profile) = (index.role(role), index.profile(profile));
    let inputs = |node: Option<NodeId>| node.map(|node| index.inputs_behind(node)).unwrap_or_default();
    let is_output = slot.spec.resource == "output";
    (is_output && !inputs(profile.node).is_subset(&inputs(role.node))).then(|| {
        format!("`{}` depends on more inputs than `{}`, so a caller may get a cycle", profile.address, role.address)
    })
}

/// An output has readers that are not known.
fn other_readers(slot: &Slot) -> Option<String> {
    (slot.spec.resource == "output").then(|| "other readers of the output may use it as the role".to_owned())
}

/// Whether a reference from an argument to this node would close a cycle, with these references more than the unit has.
///
/// What the argument reads already is no new dependency, nor is what only depends on that: calls as wholes may form circles.
pub(super) fn closes_cycle(index: &UnitIndex<'_>, slot: &Slot, target: NodeId, more: &References) -> bool {
    let is_call = index.node(slot.owner).address.starts_with("module.");
    let read_already = |node: &NodeId| {
        slot.leaves.iter().map(|leaf_use| index.leaf(leaf_use.leaf)).any(|leaf| {
            let read = match leaf.resolution {
                Resolution::Role(role, ..) => index.role(role).node,
                Resolution::Profile(profile, ..) => index.profile(profile).node,
                _ => None,
            };
            let through = matches!(&leaf.crossing, Some(Crossing::Output { call, .. }) if call == node);
            through || is_call && read == Some(*node)
        })
    };
    if read_already(&target) || target == slot.owner {
        return target == slot.owner && !read_already(&target);
    }
    let reads = &index.node(target).reads;
    match reads.iter().any(read_already) {
        true => {
            reads.iter().filter(|node| !read_already(node)).any(|&node| index.would_depend_on(node, slot.owner, more))
        }
        false => index.would_depend_on(target, slot.owner, more),
    }
}

fn refuse_cycle(index: &UnitIndex<'_>, target: Option<NodeId>, slot: &Slot, address: &str) -> Result<(), Unfixable> {
    let owner = &index.node(slot.owner).address;
    match target.is_some_and(|target| closes_cycle(index, slot, target, &References::default())) {
        true => Err(Unfixable::Cycle { target: address.to_owned(), owner: owner.clone(), with_other_fixes: false }),
        false => Ok(()),
    }
}

fn refuse_wrong_prefix(index: &UnitIndex<'_>, profile: ProfileId, spec: &SlotSpec) -> Result<(), Unfixable> {
    let Some(prefix) = spec.required_prefix else { return Ok(()) };
    let found = index.profile(profile);
    let name = match &found.name {
        ProfileName::Is(text) => Some(text),
        ProfileName::OfRole(role) => index.role(*role).name.as_ref(),
        ProfileName::Generated | ProfileName::Unknown => None,
    };
    match name.is_some_and(|name| name.literal_start().starts_with(prefix)) {
        true => Ok(()),
        false => Err(Unfixable::WrongPrefix { profile: found.address.clone(), prefix }),
    }
}
