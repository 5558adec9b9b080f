//! Which profile a role gets: one of the unit, or a new one, under which name and where.

use std::collections::{BTreeMap, BTreeSet};

use super::{Holder, Naming, NewName, Place, PlannedId, PlannedProfile, Reindex};
use crate::aws::naming;
use crate::aws::slots::SlotSpec;
use crate::model::{
    Denotes, Facts, Held, Instances, Leaf, NodeId, Origin, Part, Pick, ProfileId, ProfileName, RoleId, Slot, Text,
};
use crate::rules::{Cure, Finding};

/// New profiles for the roles that have none: each, or why it cannot be added.
pub(super) struct Additions {
    pub(super) profiles: Vec<PlannedProfile>,
    by_role: BTreeMap<RoleId, Result<PlannedId, String>>,
}

impl Additions {
    /// Plans a profile for every role that a finding wants one for and that has none.
    pub(super) fn of(facts: &Facts<'_>, findings: &[Finding], naming: Naming) -> Self {
        let mut wanted: BTreeMap<RoleId, Vec<&Slot>> = BTreeMap::new();
        for finding in findings {
            if let Cure::ProfileOf(role) = finding.claim.cure
                && facts.profiles_of(role).is_empty()
            {
                wanted.entry(role).or_default().push(facts.slot(finding.slot));
            }
        }
        let mut order: Vec<RoleId> = wanted.keys().copied().collect();
        // A role that the unit manages has the first choice of labels.
        order.sort_by_key(|&role| (!matches!(facts.role(role).origin, Origin::Declared | Origin::Imported), role));
        let mut taken = facts.taken.clone();
        let mut planned: BTreeMap<RoleId, Result<PlannedProfile, String>> = BTreeMap::new();
        for role in order {
            planned.insert(role, plan_one(facts, role, &wanted[&role], naming, &mut taken));
        }
        let mut additions = Additions { profiles: Vec::new(), by_role: BTreeMap::new() };
        for (role, profile) in planned {
            let id = PlannedId(u32::try_from(additions.profiles.len()).unwrap_or(u32::MAX));
            additions.profiles.extend(profile.clone().ok());
            additions.by_role.insert(role, profile.map(|_| id));
        }
        additions
    }

    /// One of them.
    pub(super) fn profile(&self, id: PlannedId) -> &PlannedProfile {
        &self.profiles[id.0 as usize]
    }
}

fn plan_one(
    facts: &Facts<'_>,
    role: RoleId,
    slots: &[&Slot],
    naming: Naming,
    taken: &mut BTreeSet<String>,
) -> Result<PlannedProfile, String> {
    if let Some(why) = &facts.additions_blocked {
        return Err(why.clone());
    }
    if let Some(&profile) = facts.profiles_named_after(role).first() {
        let address = &facts.profile(profile).address;
        return Err(format!(
            "{address} already has the role's name, and is not known to hold it: AWS refuses a second profile of one name"
        ));
    }
    let declared = facts.role(role);
    let beside_role = declared.node.filter(|&node| facts.node(node).takes_insertions);
    let loops = declared.node.map_or(&[][..], |node| &facts.node(node).loops);
    let takes_it = |owner: &NodeId| facts.node(*owner).takes_insertions && facts.node(*owner).loops == loops;
    let owners = slots.iter().map(|slot| slot.owner).filter(takes_it);
    let first_launcher = owners.min_by_key(|&owner| (facts.node(owner).at.file, facts.node(owner).at.start));
    let place = match (beside_role, first_launcher) {
        (Some(node), _) => Place::After(node),
        (None, Some(node)) => Place::Before(node),
        (None, None) => return Err("no file that may change has a place for a new profile".to_owned()),
    };
    let id = naming::candidates(facts.id_style, &declared.label).find(|id| !taken.contains(id)).unwrap_or_default();
    taken.insert(id.clone());
    let start = slots.iter().find_map(|slot| slot.spec.name_starts_with);
    let name = new_name(declared.origin, declared.name.as_ref(), start, naming);
    if matches!(name, NewName::StartingWith(_)) && !loops.is_empty() {
        return Err("the name of a profile in a loop cannot be made from its role's".to_owned());
    }
    Ok(PlannedProfile { role, id, name, place })
}

fn new_name(origin: Origin, role_name: Option<&Text>, start: Option<&'static str>, naming: Naming) -> NewName {
    let starts_so = |start: &str| role_name.is_some_and(|name| name.literal_start().starts_with(start));
    match (start, origin, naming) {
        (Some(start), ..) if !starts_so(start) => NewName::StartingWith(start),
        (Some(_), Origin::Declared, _) => NewName::OfRole,
        (None, _, Naming::Unnamed) => NewName::Unnamed,
        (None, Origin::Declared, Naming::RoleName) => NewName::Default,
        (None, Origin::Declared, Naming::Prefix) | (_, Origin::Imported | Origin::Data | Origin::Elsewhere, _) => {
            NewName::Prefixed
        }
    }
}

/// A holder for a leaf, and what becomes of the index of its reference.
pub(super) struct Choice {
    pub(super) to: Holder,
    pub(super) index: Reindex,
    /// What makes it unsafe.
    pub(super) doubts: Vec<String>,
}

/// The profile that holds the role, or the one that will.
pub(super) fn for_role(
    facts: &Facts<'_>,
    additions: &Additions,
    role: RoleId,
    slot: &Slot,
    leaf: &Leaf,
) -> Result<Choice, String> {
    let all = facts.profiles_of(role);
    let holding: Vec<_> = all.iter().copied().filter(|&profile| holds_instance(facts, profile, leaf)).collect();
    let profile = match holding.as_slice() {
        [] if !all.is_empty() => {
            let address = &facts.role(role).address;
            return Err(format!(
                "the profiles of {address} hold other instances of it than the one that is meant here"
            ));
        }
        [] => None,
        [only] => Some(*only),
        several => {
            let named: Vec<_> =
                several.iter().filter(|profile| facts.profiles_named_after(role).contains(profile)).collect();
            match named.as_slice() {
                [only] => Some(**only),
                _ => return Err(format!("several profiles hold {}: say which one is meant", facts.role(role).address)),
            }
        }
    };
    match profile {
        Some(profile) => for_profile(facts, profile, slot, leaf),
        None => for_new(facts, additions, role, slot, leaf),
    }
}

fn for_new(facts: &Facts<'_>, additions: &Additions, role: RoleId, slot: &Slot, leaf: &Leaf) -> Result<Choice, String> {
    let id = additions
        .by_role
        .get(&role)
        .cloned()
        .unwrap_or_else(|| Err("no profile is planned for the role".to_owned()))?;
    let declared = facts.role(role);
    refuse_cycle(facts, declared.node, slot, &declared.address)?;
    let mut doubts: Vec<String> = facts.additions_doubted.map(str::to_owned).into_iter().collect();
    if let Some(unknown) = unknowable_profile(facts) {
        doubts.push(format!(
            "neither the name nor the role of {unknown} can be known: it may be the profile of this role"
        ));
    }
    if let Some(condition) = &declared.condition
        && !matches!(leaf.denotes, Denotes::Role(..))
        && facts.is_unguarded(slot, leaf, condition)
    {
        // Such a condition may well be there because the role, and a profile of its name, exist already.
        let owner = &facts.node(slot.owner).address;
        doubts.push(format!(
            "{} exists only where {condition} holds, and {owner} in any case: so far it named the role by text, and referred to nothing",
            declared.address
        ));
    }
    if let NewName::StartingWith(start) = additions.profile(id).name {
        // Whichever slot asks for that start: were the others safe, their fix would add the profile, and a second run had more to do.
        doubts.push(format!("the profile's name must start with {start}, and the role's name is not known to"));
    }
    let index = match (&declared.instances, pick(&leaf.denotes)) {
        (Instances::Unknown, Some(Pick::Index | Pick::Each)) => {
            return Err(format!("how many of {} there are is not known", declared.address));
        }
        (_, Some(_)) | (Instances::One | Instances::Unknown, None) => Reindex::Keep,
        (instances, None) => Reindex::Use(index_of_text(instances, leaf_text(&leaf.denotes)).ok_or_else(|| {
            format!("{} has several instances, and which one is meant cannot be told", declared.address)
        })?),
    };
    Ok(Choice { to: Holder::Planned(id), index, doubts })
}

/// A profile of the unit as it is.
pub(super) fn for_profile(facts: &Facts<'_>, profile: ProfileId, slot: &Slot, leaf: &Leaf) -> Result<Choice, String> {
    let found = facts.profile(profile);
    refuse_cycle(facts, found.node, slot, &found.address)?;
    if !holds_instance(facts, profile, leaf) {
        return Err(format!("{} holds another instance of the role than the one that is meant here", found.address));
    }
    refuse_wrong_start(facts, profile, slot.spec)?;
    if let Some(why) = naming::unnameable(facts.id_style, &found.address) {
        return Err(format!("{why}: rename {}", found.address));
    }
    let index = match (&leaf.denotes, &found.instances) {
        (Denotes::Profile(..), _) => Reindex::Keep,
        (denotes, instances) => reindex(denotes, instances, &slot.instances, facts).ok_or_else(|| {
            format!("{} has another number of instances than the role: write the index yourself", found.address)
        })?,
    };
    Ok(Choice { to: Holder::Existing(profile), index, doubts: doubts_about(facts, profile, slot, leaf) })
}

/// What may be wrong with a profile of the unit.
fn doubts_about(facts: &Facts<'_>, profile: ProfileId, slot: &Slot, leaf: &Leaf) -> Vec<String> {
    let mut doubts = Vec::new();
    let found = facts.profile(profile);
    let role = match leaf.denotes {
        Denotes::Role(role, ..) => Some(facts.role(role)),
        _ => None,
    };
    if let Some(condition) = &found.condition
        && !matches!(leaf.denotes, Denotes::Profile(..))
        && role.is_none_or(|role| role.condition.as_ref() != Some(condition))
        && facts.is_unguarded(slot, leaf, condition)
    {
        let owner = &facts.node(slot.owner).address;
        doubts.push(format!("{} exists only where {condition} holds, and {owner} in any case", found.address));
    }
    let held = found.role_slot.map(|slot| facts.slot(slot).leaves.as_slice()).unwrap_or_default();
    let guessed = |denotes: &Denotes| matches!(denotes, Denotes::Quoted { certain: false, .. });
    if !matches!(leaf.denotes, Denotes::Profile(..))
        && held.iter().any(|reach| guessed(&facts.leaf(reach.leaf).denotes))
    {
        doubts.push(format!(
            "that {} holds the role is a guess: its own role is plain text that reads so",
            found.address
        ));
    }
    doubts
}

/// What becomes of the index of a reference to a role when it is to name a profile with these instances, from a launcher with those.
fn reindex(denotes: &Denotes, profile: &Instances, launcher: &Instances, facts: &Facts<'_>) -> Option<Reindex> {
    let role = match denotes {
        Denotes::Role(role, ..) => Some(facts.role(*role)),
        Denotes::Quoted { reads_as, .. } => return reindex(reads_as, profile, launcher, facts),
        _ => None,
    };
    let (several, picked) = (!matches!(profile, Instances::One | Instances::Unknown), pick(denotes));
    match (several, picked) {
        (false, None | Some(Pick::Whole)) => Some(Reindex::Keep),
        (false, Some(Pick::Index)) => Some(Reindex::Drop),
        (false, Some(Pick::Each)) => None,
        (true, Some(Pick::Index | Pick::Each)) => {
            let alike =
                role.is_some_and(|role| std::mem::discriminant(&role.instances) == std::mem::discriminant(profile));
            alike.then_some(Reindex::Keep)
        }
        (true, Some(Pick::Whole)) => match profile {
            Instances::Count(count) if count == "1" => Some(Reindex::Use("[0]")),
            Instances::Count(_) if launcher == profile => Some(Reindex::Use("[count.index]")),
            Instances::Keyed(_) if launcher == profile => Some(Reindex::Use("[each.key]")),
            _ => None,
        },
        (true, None) => index_of_text(profile, leaf_text(denotes)).map(Reindex::Use),
    }
}

/// Whether a profile, if there is one of it for a repeated role, holds the instance that a leaf picks.
fn holds_instance(facts: &Facts<'_>, profile: ProfileId, leaf: &Leaf) -> bool {
    let found = facts.profile(profile);
    let Denotes::Role(role, _, Pick::Index) = leaf.denotes else { return true };
    if !matches!(found.instances, Instances::One) || at_most_one(&facts.role(role).instances) {
        return true;
    }
    let held = found.role_slot.map(|slot| facts.slot(slot).leaves.as_slice());
    let [held] = held.unwrap_or_default() else { return true };
    let held = &facts.leaf(held.leaf).index;
    // Of a role that is declared nowhere it is not known whether there are several.
    let may_be_one = !matches!(facts.role(role).instances, Instances::Unknown);
    *held == leaf.index || may_be_one && (held.is_none() || leaf.index.is_none())
}

/// Whether a count is one or zero: `1`, `var.create ? 1 : 0`.
fn at_most_one(instances: &Instances) -> bool {
    match instances {
        Instances::One => true,
        Instances::Count(count) => {
            let count: String = count.chars().filter(|character| !" ()".contains(*character)).collect();
            matches!(count.as_str(), "0" | "1") || count.ends_with("?1:0") || count.ends_with("?0:1")
        }
        Instances::Keyed(_) | Instances::Unknown => false,
    }
}

fn pick(denotes: &Denotes) -> Option<Pick> {
    match denotes {
        Denotes::Role(_, _, pick) | Denotes::Profile(_, _, pick) => Some(*pick),
        Denotes::Quoted { reads_as, .. } => pick(reads_as),
        Denotes::Policy(_) | Denotes::Text(_) | Denotes::Absent | Denotes::Unknown(..) => None,
    }
}

fn leaf_text(denotes: &Denotes) -> Option<&Text> {
    match denotes {
        Denotes::Text(text) | Denotes::Unknown(_, text) => Some(text),
        _ => None,
    }
}

/// The instance that text with `count.index` or `each.key` in it stands for.
fn index_of_text(instances: &Instances, text: Option<&Text>) -> Option<&'static str> {
    let has =
        |name: &str| text?.0.iter().any(|part| matches!(part, Part::Hole(hole) if hole.contains(name))).then_some(());
    match instances {
        Instances::Count(_) => has("count.index").map(|()| "[count.index]"),
        Instances::Keyed(_) => has("each.").map(|()| "[each.key]"),
        Instances::One | Instances::Unknown => None,
    }
}

fn refuse_cycle(facts: &Facts<'_>, target: Option<NodeId>, slot: &Slot, address: &str) -> Result<(), String> {
    let owner = &facts.node(slot.owner).address;
    match target.is_some_and(|target| facts.depends_on(target, slot.owner)) {
        true => Err(format!("{address} depends on {owner}: a reference back would be a cycle")),
        false => Ok(()),
    }
}

fn refuse_wrong_start(facts: &Facts<'_>, profile: ProfileId, spec: &SlotSpec) -> Result<(), String> {
    let Some(start) = spec.name_starts_with else { return Ok(()) };
    let found = facts.profile(profile);
    let name = match &found.name {
        ProfileName::Is(text) => Some(text),
        ProfileName::OfRole(role) => facts.role(*role).name.as_ref(),
        ProfileName::Generated | ProfileName::Unknown => None,
    };
    match name.is_some_and(|name| name.literal_start().starts_with(start)) {
        true => Ok(()),
        false => Err(format!("the name of {} must start with {start} to be taken here", found.address)),
    }
}

/// A profile of the unit that might be any: its name and its role are both unknown.
fn unknowable_profile<'f>(facts: &'f Facts<'_>) -> Option<&'f str> {
    let unknown = |profile: ProfileId| {
        let name_unknown = match &facts.profile(profile).name {
            ProfileName::Unknown => true,
            ProfileName::Is(text) => text.as_literal().is_none(),
            ProfileName::OfRole(_) | ProfileName::Generated => false,
        };
        name_unknown && facts.held_by(profile) == Held::Unknown
    };
    (0..facts.profiles.len())
        .map(ProfileId::from)
        .find(|&profile| facts.profile(profile).node.is_some() && unknown(profile))
        .map(|profile| facts.profile(profile).address.as_str())
}
