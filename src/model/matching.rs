//! Which instance of a role a leaf refers to, and which instance of a profile contains that one.

use crate::model::instance::{Index, IndexScope, Instances, Repeat};
use crate::model::{InstanceSelector, Leaf, ProfileId, ProfileRole, Resolution, RoleId, UnitIndex};

/// How the index of a reference to a role changes when the reference becomes one to its profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Resolved {
    /// The index stays.
    Keep,
    /// The index is removed.
    Drop,
    /// This index is written.
    Use(String),
    /// This index is written; it is valid only in the launcher's block.
    UseInBlock(&'static str),
}

/// Why no instance of a profile belongs to a reference to its role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Mismatch {
    /// The profile contains another instance of the role.
    Another,
    /// Several instances of the profile contain it.
    Several,
    /// The one instance of the profile may not exist.
    Optional,
    /// Unknown.
    Unknown,
    /// The reference selects an instance that the role does not have.
    NoInstances,
    /// The reference selects no instance, and the role has several.
    NoIndex,
}

/// The instance of a role that a reference leads to, directly or through a profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum RoleInstance {
    /// The only instance.
    Only,
    /// The instance with this key.
    Key(String),
    /// The instance that this index selects, at its own location.
    Index(String),
    /// All of them, one by one.
    Each,
    /// Unknown.
    Unknown,
}

/// Which instance of its role each instance of a profile contains.
#[derive(Clone, PartialEq, Eq, Debug)]
enum InstanceMapping {
    /// The instance with the same key; both have the same keys.
    Alike,
    /// There is one profile and one role.
    Single,
    /// Every instance of the profile contains the one role.
    All,
    /// There is one profile, which contains the instance of this index.
    One(Index),
    /// The key of the profile and the key of the role, for each instance.
    Written(Vec<(String, String)>),
    Unknown,
}

/// The instance of a role that the author of a leaf refers to.
enum Intended<'l> {
    /// The role itself.
    Whole,
    Key(&'l str),
    /// The instance that a computed index selects.
    Index(&'l Index),
    /// All of them.
    Each(Option<&'l Index>),
    /// The instance with the launcher's own key (a text with `count.index` or `each.key` in it).
    Own,
}

impl UnitIndex<'_> {
    /// The index that selects the instance of a profile for the instance of its role that a leaf refers to. `launcher` says how the block
    /// repeats in which the leaf is read.
    pub(crate) fn instance(&self, profile: ProfileId, leaf: &Leaf, launcher: &Instances) -> Result<Resolved, Mismatch> {
        let role = match self.role_of(profile) {
            ProfileRole::Role(role) => Some(role),
            _ => None,
        };
        let own = &self.profile(profile).instances;
        let role_instances = role.map_or(&Instances::One, |role| &self.role(role).instances);
        let intended = intended(leaf, role_instances, launcher)?;
        match self.instance_mapping(profile, role) {
            InstanceMapping::Alike
                if self.whole_is_first && matches!(intended, Intended::Whole) && own.at_most_one() =>
            {
                Ok(Resolved::Keep)
            }
            InstanceMapping::Alike => of_alike(&intended, role_instances, own, launcher),
            InstanceMapping::Single => of_single(&intended),
            InstanceMapping::All => of_all(&intended, own, launcher),
            InstanceMapping::One(profile_role) => of_one(&intended, &profile_role, role_instances, leaf.may_fail),
            InstanceMapping::Written(pairs) => of_pairs(&intended, &pairs, own),
            InstanceMapping::Unknown => Err(Mismatch::Unknown),
        }
    }

    /// The same for a leaf that names the profile itself, with the resource type of a role.
    pub(crate) fn own_instance(&self, profile: ProfileId, leaf: &Leaf) -> Result<Resolved, Mismatch> {
        let own = &self.profile(profile).instances;
        match (own.repeat(), selector(&leaf.resolution)) {
            (None, Some(InstanceSelector::Whole))
            | (Some(_), Some(InstanceSelector::Index | InstanceSelector::Each)) => Ok(Resolved::Keep),
            (None, _) => Err(Mismatch::NoInstances),
            (Some(repeat), _) => {
                let only = repeat.only_key().and_then(|key| own.index_of(key));
                only.map(Resolved::Use).ok_or(Mismatch::NoIndex)
            }
        }
    }

    /// The same for a new profile, which has one instance for each instance of the role.
    pub(crate) fn new_instance(&self, role: RoleId, leaf: &Leaf, launcher: &Instances) -> Result<Resolved, Mismatch> {
        let instances = &self.role(role).instances;
        let intended = intended(leaf, instances, launcher)?;
        if self.whole_is_first && matches!(intended, Intended::Whole) && instances.at_most_one() {
            return Ok(Resolved::Keep);
        }
        match instances {
            Instances::One => of_single(&intended),
            // The number of new profiles is as unknown as the number of roles.
            Instances::Unknown => match intended {
                Intended::Whole => Ok(Resolved::Keep),
                _ => Err(Mismatch::Unknown),
            },
            Instances::Count(_) | Instances::ForEach(_) => of_alike(&intended, instances, instances, launcher),
        }
    }

    /// The instance of a role that a reference to a role or a profile leads to. None if it is neither.
    pub(crate) fn role_instance(&self, leaf: &Leaf) -> Option<RoleInstance> {
        let resolution = match &leaf.resolution {
            Resolution::Quoted { reads_as, .. } => reads_as,
            resolution => resolution,
        };
        match *resolution {
            Resolution::Role(role, _, selector) => {
                Some(selected(selector, leaf.index.as_ref(), &self.role(role).instances))
            }
            Resolution::Profile(profile, _, selector) => {
                let ProfileRole::Role(role) = self.role_of(profile) else { return Some(RoleInstance::Unknown) };
                let instances = &self.role(role).instances;
                let own = selected(selector, leaf.index.as_ref(), &self.profile(profile).instances);
                Some(match (self.instance_mapping(profile, Some(role)), own) {
                    (InstanceMapping::Alike, own) => own,
                    (InstanceMapping::Single | InstanceMapping::All, RoleInstance::Each) => RoleInstance::Each,
                    (InstanceMapping::Single | InstanceMapping::All, _) => RoleInstance::Only,
                    (InstanceMapping::One(profile_role), _) => {
                        selected(InstanceSelector::Index, Some(&profile_role), instances)
                    }
                    (InstanceMapping::Written(pairs), own) => {
                        let profile_role = pairs
                            .into_iter()
                            .find(|(key, _)| own == RoleInstance::Only || own == RoleInstance::Key(key.clone()));
                        let index = profile_role.map(|(_, key)| Index {
                            text: String::new(),
                            key: Some(key),
                            scope: IndexScope::Unit,
                            element: None,
                        });
                        index.map_or(RoleInstance::Unknown, |index| {
                            selected(InstanceSelector::Index, Some(&index), instances)
                        })
                    }
                    (InstanceMapping::Unknown, _) => RoleInstance::Unknown,
                })
            }
            _ => None,
        }
    }

    fn instance_mapping(&self, profile: ProfileId, role: Option<RoleId>) -> InstanceMapping {
        let found = self.profile(profile);
        // The instances of a call are those of all that is in its module.
        if let Some(module) = &found.module {
            let of_role = role.and_then(|role| self.role(role).module.as_ref());
            if of_role.is_none_or(|of_role| of_role.call != module.call) {
                // A role that is given to the call.
                let single = role.is_some_and(|role| self.role(role).instances == Instances::One);
                let repeats = found.instances != Instances::One;
                return if single && !repeats { InstanceMapping::Single } else { InstanceMapping::Unknown };
            }
            return if found.instances.repeat().is_some() { InstanceMapping::Alike } else { InstanceMapping::Single };
        }
        let profile_role = found.role_slot.and_then(|slot| self.present_leaf(slot));
        let repeats = !matches!(found.instances, Instances::One | Instances::Unknown);
        let (Some(role), Some(profile_role)) = (role, profile_role) else {
            return if repeats { InstanceMapping::Unknown } else { InstanceMapping::Single };
        };
        let instances = &self.role(role).instances;
        if profile_role.ordered_by.is_some() && *instances != Instances::One {
            return InstanceMapping::Unknown;
        }
        let index = profile_role.index.as_ref();
        let element = index.and_then(|index| index.element.as_deref());
        // Behind the end of its list, `element` starts again.
        let element = element.filter(|element| element.key.as_deref().is_none_or(|key| instances.has_key(key)));
        let (index, selector) = match (selector(&profile_role.resolution), element) {
            (Some(InstanceSelector::Each), Some(element)) => (Some(element), Some(InstanceSelector::Index)),
            (selector, _) => (index, selector),
        };
        match (repeats, instances) {
            (false, Instances::One) => InstanceMapping::Single,
            (false, Instances::Unknown) if index.is_none() => InstanceMapping::Single,
            (true, Instances::One) => InstanceMapping::All,
            (_, Instances::Unknown) if repeats => InstanceMapping::Unknown,
            (false, _) => match (index, selector) {
                (Some(index), Some(InstanceSelector::Index)) => InstanceMapping::One(index.clone()),
                _ if instances.at_most_one() => InstanceMapping::One(Index {
                    text: String::new(),
                    key: None,
                    scope: IndexScope::Unit,
                    element: None,
                }),
                _ => InstanceMapping::Unknown,
            },
            (true, _) => repeated(&found.instances, instances, index, selector),
        }
    }
}

fn selected(selector: InstanceSelector, index: Option<&Index>, instances: &Instances) -> RoleInstance {
    match (selector, index) {
        (InstanceSelector::Each, _) => RoleInstance::Each,
        _ if instances.at_most_one() => RoleInstance::Only,
        (InstanceSelector::Index, Some(Index { key: Some(key), .. })) => RoleInstance::Key(key.clone()),
        (InstanceSelector::Index, Some(index)) => RoleInstance::Index(index.text.clone()),
        // The reference to an undeclared resource shows how many there are.
        (InstanceSelector::Whole, _) if matches!(instances, Instances::Unknown) => RoleInstance::Only,
        (InstanceSelector::Whole | InstanceSelector::Index, _) => RoleInstance::Unknown,
    }
}

/// Which instances of a repeated role the instances of a repeated profile contain.
fn repeated(
    profile: &Instances,
    role: &Instances,
    index: Option<&Index>,
    selector: Option<InstanceSelector>,
) -> InstanceMapping {
    let same_keys = profile.repeat_alike(role);
    // A text such as "app-${count.index}" names the instance with its own number.
    let by_own_key = match (index, selector, profile) {
        (Some(index), Some(InstanceSelector::Index), Instances::Count(_)) => index.text == "[count.index]",
        (Some(index), Some(InstanceSelector::Index), Instances::ForEach(repeat)) => {
            let same_value = || index.text == "[each.value]" && repeat.is_set;
            index.text == "[each.key]" || same_value()
        }
        (None, None, _) => true,
        _ => false,
    };
    if same_keys && (by_own_key || role.at_most_one()) {
        return InstanceMapping::Alike;
    }
    let Some(keys) = profile.repeat().and_then(|repeat| repeat.keys.as_ref()) else { return InstanceMapping::Unknown };
    let (Some(index), Some(InstanceSelector::Index)) = (index, selector) else { return InstanceMapping::Unknown };
    let pairs: Option<Vec<(String, String)>> =
        keys.iter().map(|(key, value)| Some((key.clone(), index.key_for(key, value.as_deref())?))).collect();
    pairs.map_or(InstanceMapping::Unknown, InstanceMapping::Written)
}

fn selector(resolution: &Resolution) -> Option<InstanceSelector> {
    match resolution {
        Resolution::Role(_, _, selector) | Resolution::Profile(_, _, selector) => Some(*selector),
        Resolution::Quoted { reads_as, .. } => selector(reads_as),
        Resolution::Policy(_) | Resolution::Text(_) | Resolution::Absent | Resolution::Unknown(..) => None,
    }
}

fn intended<'l>(leaf: &'l Leaf, role: &Instances, launcher: &Instances) -> Result<Intended<'l>, Mismatch> {
    let index = leaf.index.as_ref();
    match (selector(&leaf.resolution), index) {
        (Some(InstanceSelector::Whole), _) => Ok(Intended::Whole),
        (Some(InstanceSelector::Index), Some(Index { key: Some(key), .. })) => Ok(Intended::Key(key)),
        (Some(InstanceSelector::Index), Some(index)) => Ok(Intended::Index(index)),
        // One iteration of a loop, which the name itself selects.
        (Some(InstanceSelector::Index), None) => Ok(Intended::Whole),
        (Some(InstanceSelector::Each), index) => Ok(Intended::Each(index)),
        // A policy, or the name of a role as text.
        (None, _) if role.repeat().is_none() => Ok(Intended::Whole),
        (None, _) if is_own(&leaf.resolution) && launcher.repeat_alike(role) => Ok(Intended::Own),
        (None, _) if matches!(leaf.resolution, Resolution::Policy(_)) => Ok(Intended::Whole),
        (None, _) => Err(Mismatch::Unknown),
    }
}

/// Whether a text contains names that are valid only in its own block.
fn is_own(resolution: &Resolution) -> bool {
    let (Resolution::Text(text) | Resolution::Unknown(_, text)) = resolution else { return false };
    let own = |part: &super::Part| matches!(part, super::Part::Scoped { expression, .. } if expression.contains("count.index") || expression.contains("each."));
    text.0.iter().any(own)
}

fn of_alike(
    intended: &Intended<'_>,
    role: &Instances,
    profile: &Instances,
    launcher: &Instances,
) -> Result<Resolved, Mismatch> {
    match intended {
        Intended::Key(key) => match role.repeat().and_then(|repeat| repeat.keys.as_ref()) {
            Some(keys) if !keys.iter().any(|(other, _)| other == key) => Err(Mismatch::NoInstances),
            _ => Ok(Resolved::Keep),
        },
        Intended::Index(_) | Intended::Each(_) => Ok(Resolved::Keep),
        Intended::Own if launcher.repeat_alike(profile) => own(profile),
        Intended::Own => Err(Mismatch::Unknown),
        Intended::Whole => {
            let only = role.repeat().and_then(Repeat::only_key).and_then(|key| profile.index_of(key));
            only.map(Resolved::Use).ok_or(Mismatch::NoIndex)
        }
    }
}

fn own(instances: &Instances) -> Result<Resolved, Mismatch> {
    instances.own_index().map(Resolved::UseInBlock).ok_or(Mismatch::Unknown)
}

/// The role has one instance, of which Terraform accepts no index but a splat.
fn of_single(intended: &Intended<'_>) -> Result<Resolved, Mismatch> {
    match intended {
        Intended::Whole | Intended::Own => Ok(Resolved::Keep),
        Intended::Each(Some(index)) if matches!(index.text.as_str(), "[*]" | ".*") => Ok(Resolved::Keep),
        Intended::Key("0") => Ok(Resolved::Drop),
        Intended::Key(_) | Intended::Index(_) | Intended::Each(_) => Err(Mismatch::NoInstances),
    }
}

fn of_all(intended: &Intended<'_>, profile: &Instances, launcher: &Instances) -> Result<Resolved, Mismatch> {
    if !matches!(intended, Intended::Whole | Intended::Own) {
        return Err(Mismatch::Unknown);
    }
    match profile.repeat().and_then(Repeat::only_key).and_then(|key| profile.index_of(key)) {
        Some(only) => Ok(Resolved::Use(only)),
        None if launcher.repeat_alike(profile) => own(profile),
        None if profile.at_most_one() => Err(Mismatch::Optional),
        None => Err(Mismatch::Several),
    }
}

fn of_one(
    intended: &Intended<'_>,
    profile_role: &Index,
    role: &Instances,
    may_fail: bool,
) -> Result<Resolved, Mismatch> {
    match intended {
        Intended::Key(key) => match (&profile_role.key, role) {
            (Some(profile_role), _) if profile_role == key => Ok(Resolved::Drop),
            (Some(_), _) => Err(Mismatch::Another),
            // It is the only instance, but it may not exist; the reference then fails, and that to the profile does not.
            (None, Instances::Count(repeat)) if repeat.at_most_one && *key == "0" && !may_fail => Ok(Resolved::Drop),
            (None, Instances::ForEach(repeat)) if repeat.only_key() == Some(key) && !may_fail => Ok(Resolved::Drop),
            (None, _) => Err(Mismatch::Unknown),
        },
        Intended::Index(index) if index.text == profile_role.text && index.scope == IndexScope::Unit => {
            Ok(Resolved::Drop)
        }
        Intended::Index(_) if matches!(role, Instances::Count(_)) && role.at_most_one() && !may_fail => {
            Ok(Resolved::Drop)
        }
        Intended::Whole if role.at_most_one() => Ok(Resolved::Keep),
        Intended::Whole | Intended::Index(_) | Intended::Each(_) | Intended::Own => Err(Mismatch::Unknown),
    }
}

fn of_pairs(intended: &Intended<'_>, pairs: &[(String, String)], profile: &Instances) -> Result<Resolved, Mismatch> {
    let Intended::Key(key) = intended else { return Err(Mismatch::Unknown) };
    let mut holding = pairs.iter().filter(|(_, profile_role)| profile_role == key);
    match (holding.next(), holding.next()) {
        (Some((own, _)), None) => profile.index_of(own).map(Resolved::Use).ok_or(Mismatch::Unknown),
        (None, _) => Err(Mismatch::Another),
        (Some(_), Some(_)) => Err(Mismatch::Several),
    }
}
