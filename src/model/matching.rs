//! Which instance of a repeated role a launcher means, and which instance of its profile holds that one.

use crate::model::instance::{Index, Instances, Repeat, Scoped};
use crate::model::{InstanceSelector, Leaf, ProfileId, ProfileRole, Resolution, RoleId, UnitIndex};

/// Which instance of a profile a reference to an instance of its role becomes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Resolved {
    /// The index stays.
    Keep,
    /// The index goes.
    Drop,
    /// This index is written.
    Use(String),
    /// This index is written, and it means something in the launcher's block only.
    UseInBlock(&'static str),
}

/// Why there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mismatch {
    /// The profile holds another instance of the role.
    Another,
    /// Several instances of the profile hold it.
    Several,
    /// The one instance of the profile may not be there.
    Optional,
    /// It cannot be told.
    Unknown,
    /// The reference picks an instance of a role that has none.
    NoInstances,
    /// The reference picks no instance of a role that has several.
    NoIndex,
}

/// Which instance of a role a reference leads to in the end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Reached {
    /// The only one there is.
    Only,
    /// The one of this key.
    Key(String),
    /// The one that this index picks, where it stands.
    Index(String),
    /// All of them, one by one.
    Each,
    /// That cannot be told.
    Unknown,
}

/// Which instance of its role each instance of a profile holds.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Holding {
    /// That of the same key, and both have the same keys.
    Alike,
    /// There is one profile for one role.
    Single,
    /// Every instance of the profile holds the one role.
    All,
    /// There is one profile, which holds the instance of this index.
    One(Index),
    /// Key of the profile, key of the role.
    Written(Vec<(String, String)>),
    Unknown,
}

/// What a leaf means of a role.
enum Meant<'l> {
    /// The role itself.
    Whole,
    Key(&'l str),
    /// The instance of an index that is not written out.
    Index(&'l Index),
    /// All of them.
    Each(Option<&'l Index>),
    /// The instance of the role that repeats as the launcher does (a text with `count.index` or `each.key` in it).
    Own,
}

impl UnitIndex<'_> {
    /// Which instance of a profile stands for what a leaf means of the role in it. `launcher` is how the block is repeated in which the leaf is read.
    pub(crate) fn instance(&self, profile: ProfileId, leaf: &Leaf, launcher: &Instances) -> Result<Resolved, Mismatch> {
        let role = match self.role_of(profile) {
            ProfileRole::Role(role) => Some(role),
            _ => None,
        };
        let own = &self.profile(profile).instances;
        let role_instances = role.map_or(&Instances::One, |role| &self.role(role).instances);
        let meant = meant(leaf, role_instances, launcher)?;
        match self.holding(profile, role) {
            Holding::Alike if self.whole_is_first && matches!(meant, Meant::Whole) && own.at_most_one() => {
                Ok(Resolved::Keep)
            }
            Holding::Alike => alike(&meant, role_instances, own, launcher),
            Holding::Single => of_single(&meant),
            Holding::All => of_all(&meant, own, launcher),
            Holding::One(profile_role) => of_one(&meant, &profile_role, role_instances, leaf.may_fail),
            Holding::Written(pairs) => written(&meant, &pairs, own),
            Holding::Unknown => Err(Mismatch::Unknown),
        }
    }

    /// The same where the leaf names the profile itself, by the type of a role.
    pub(crate) fn own_instance(&self, profile: ProfileId, leaf: &Leaf) -> Result<Resolved, Mismatch> {
        let own = &self.profile(profile).instances;
        match (own.repeat(), pick(&leaf.resolution)) {
            (None, Some(InstanceSelector::Whole))
            | (Some(_), Some(InstanceSelector::Index | InstanceSelector::Each)) => Ok(Resolved::Keep),
            (None, _) => Err(Mismatch::NoInstances),
            (Some(repeat), _) => {
                let only = repeat.only_key().and_then(|key| own.index_of(key));
                only.map(Resolved::Use).ok_or(Mismatch::NoIndex)
            }
        }
    }

    /// The same for a profile that is yet to be added, one for each instance of the role.
    pub(crate) fn new_instance(&self, role: RoleId, leaf: &Leaf, launcher: &Instances) -> Result<Resolved, Mismatch> {
        let instances = &self.role(role).instances;
        let meant = meant(leaf, instances, launcher)?;
        if self.whole_is_first && matches!(meant, Meant::Whole) && instances.at_most_one() {
            return Ok(Resolved::Keep);
        }
        match instances {
            Instances::One => of_single(&meant),
            // How many there will be is as unknown as how many there are.
            Instances::Unknown => match meant {
                Meant::Whole => Ok(Resolved::Keep),
                _ => Err(Mismatch::Unknown),
            },
            Instances::Count(_) | Instances::ForEach(_) => alike(&meant, instances, instances, launcher),
        }
    }

    /// Which instance of its role a reference to a role or a profile leads to. None if it is neither.
    pub(crate) fn reached(&self, leaf: &Leaf) -> Option<Reached> {
        let resolution = match &leaf.resolution {
            Resolution::Quoted { reads_as, .. } => reads_as,
            resolution => resolution,
        };
        match *resolution {
            Resolution::Role(role, _, pick) => Some(picked(pick, leaf.index.as_ref(), &self.role(role).instances)),
            Resolution::Profile(profile, _, pick) => {
                let ProfileRole::Role(role) = self.role_of(profile) else { return Some(Reached::Unknown) };
                let instances = &self.role(role).instances;
                let own = picked(pick, leaf.index.as_ref(), &self.profile(profile).instances);
                Some(match (self.holding(profile, Some(role)), own) {
                    (Holding::Alike, own) => own,
                    (Holding::Single | Holding::All, Reached::Each) => Reached::Each,
                    (Holding::Single | Holding::All, _) => Reached::Only,
                    (Holding::One(profile_role), _) => picked(InstanceSelector::Index, Some(&profile_role), instances),
                    (Holding::Written(pairs), own) => {
                        let profile_role =
                            pairs.into_iter().find(|(key, _)| own == Reached::Only || own == Reached::Key(key.clone()));
                        let index = profile_role.map(|(_, key)| Index {
                            text: String::new(),
                            key: Some(key),
                            scoped: Scoped::Nowhere,
                            element: None,
                        });
                        index.map_or(Reached::Unknown, |index| picked(InstanceSelector::Index, Some(&index), instances))
                    }
                    (Holding::Unknown, _) => Reached::Unknown,
                })
            }
            _ => None,
        }
    }

    fn holding(&self, profile: ProfileId, role: Option<RoleId>) -> Holding {
        let found = self.profile(profile);
        let profile_role = found.role_slot.and_then(|slot| self.present_leaf(slot));
        let repeats = !matches!(found.instances, Instances::One | Instances::Unknown);
        let (Some(role), Some(profile_role)) = (role, profile_role) else {
            return if repeats { Holding::Unknown } else { Holding::Single };
        };
        let instances = &self.role(role).instances;
        if profile_role.ordered_by.is_some() && *instances != Instances::One {
            return Holding::Unknown;
        }
        let index = profile_role.index.as_ref();
        let element = index.and_then(|index| index.element.as_deref());
        // `element` counts on from the start behind the end of its list.
        let element = element.filter(|element| element.key.as_deref().is_none_or(|key| instances.has_key(key)));
        let (index, pick) = match (pick(&profile_role.resolution), element) {
            (Some(InstanceSelector::Each), Some(element)) => (Some(element), Some(InstanceSelector::Index)),
            (pick, _) => (index, pick),
        };
        match (repeats, instances) {
            (false, Instances::One) => Holding::Single,
            (false, Instances::Unknown) if index.is_none() => Holding::Single,
            (true, Instances::One) => Holding::All,
            (_, Instances::Unknown) if repeats => Holding::Unknown,
            (false, _) => match (index, pick) {
                (Some(index), Some(InstanceSelector::Index)) => Holding::One(index.clone()),
                _ if instances.at_most_one() => {
                    Holding::One(Index { text: String::new(), key: None, scoped: Scoped::Nowhere, element: None })
                }
                _ => Holding::Unknown,
            },
            (true, _) => repeated(&found.instances, instances, index, pick),
        }
    }
}

fn picked(pick: InstanceSelector, index: Option<&Index>, instances: &Instances) -> Reached {
    match (pick, index) {
        (InstanceSelector::Each, _) => Reached::Each,
        _ if instances.at_most_one() => Reached::Only,
        (InstanceSelector::Index, Some(Index { key: Some(key), .. })) => Reached::Key(key.clone()),
        (InstanceSelector::Index, Some(index)) => Reached::Index(index.text.clone()),
        // Of what is declared nowhere, the reference tells how many there are.
        (InstanceSelector::Whole, _) if matches!(instances, Instances::Unknown) => Reached::Only,
        (InstanceSelector::Whole | InstanceSelector::Index, _) => Reached::Unknown,
    }
}

/// What the instances of a repeated profile hold of a repeated role.
fn repeated(profile: &Instances, role: &Instances, index: Option<&Index>, pick: Option<InstanceSelector>) -> Holding {
    let same_keys = profile.repeat_alike(role);
    // A text such as "app-${count.index}" names the instance of its own number.
    let by_own_key = match (index, pick, profile) {
        (Some(index), Some(InstanceSelector::Index), Instances::Count(_)) => index.text == "[count.index]",
        (Some(index), Some(InstanceSelector::Index), Instances::ForEach(repeat)) => {
            let same_value = || index.text == "[each.value]" && repeat.is_set;
            index.text == "[each.key]" || same_value()
        }
        (None, None, _) => true,
        _ => false,
    };
    if same_keys && (by_own_key || role.at_most_one()) {
        return Holding::Alike;
    }
    let Some(keys) = profile.repeat().and_then(|repeat| repeat.keys.as_ref()) else { return Holding::Unknown };
    let (Some(index), Some(InstanceSelector::Index)) = (index, pick) else { return Holding::Unknown };
    let pairs: Option<Vec<(String, String)>> =
        keys.iter().map(|(key, value)| Some((key.clone(), index.key_for(key, value.as_deref())?))).collect();
    pairs.map_or(Holding::Unknown, Holding::Written)
}

fn pick(resolution: &Resolution) -> Option<InstanceSelector> {
    match resolution {
        Resolution::Role(_, _, pick) | Resolution::Profile(_, _, pick) => Some(*pick),
        Resolution::Quoted { reads_as, .. } => pick(reads_as),
        Resolution::Policy(_) | Resolution::Text(_) | Resolution::Absent | Resolution::Unknown(..) => None,
    }
}

fn meant<'l>(leaf: &'l Leaf, role: &Instances, launcher: &Instances) -> Result<Meant<'l>, Mismatch> {
    let index = leaf.index.as_ref();
    match (pick(&leaf.resolution), index) {
        (Some(InstanceSelector::Whole), _) => Ok(Meant::Whole),
        (Some(InstanceSelector::Index), Some(Index { key: Some(key), .. })) => Ok(Meant::Key(key)),
        (Some(InstanceSelector::Index), Some(index)) => Ok(Meant::Index(index)),
        // One turn of a loop, which the language tells by the name.
        (Some(InstanceSelector::Index), None) => Ok(Meant::Whole),
        (Some(InstanceSelector::Each), index) => Ok(Meant::Each(index)),
        // A policy, or the name of a role by text.
        (None, _) if role.repeat().is_none() => Ok(Meant::Whole),
        (None, _) if is_own(&leaf.resolution) && launcher.repeat_alike(role) => Ok(Meant::Own),
        (None, _) if matches!(leaf.resolution, Resolution::Policy(_)) => Ok(Meant::Whole),
        (None, _) => Err(Mismatch::Unknown),
    }
}

/// Whether a text has names of its own block in it.
fn is_own(resolution: &Resolution) -> bool {
    let (Resolution::Text(text) | Resolution::Unknown(_, text)) = resolution else { return false };
    let own = |part: &super::Part| matches!(part, super::Part::Scoped { expression, .. } if expression.contains("count.index") || expression.contains("each."));
    text.0.iter().any(own)
}

fn alike(meant: &Meant<'_>, role: &Instances, profile: &Instances, launcher: &Instances) -> Result<Resolved, Mismatch> {
    match meant {
        Meant::Key(key) => match role.repeat().and_then(|repeat| repeat.keys.as_ref()) {
            Some(keys) if !keys.iter().any(|(other, _)| other == key) => Err(Mismatch::NoInstances),
            _ => Ok(Resolved::Keep),
        },
        Meant::Index(_) | Meant::Each(_) => Ok(Resolved::Keep),
        Meant::Own if launcher.repeat_alike(profile) => own(profile),
        Meant::Own => Err(Mismatch::Unknown),
        Meant::Whole => {
            let only = role.repeat().and_then(Repeat::only_key).and_then(|key| profile.index_of(key));
            only.map(Resolved::Use).ok_or(Mismatch::NoIndex)
        }
    }
}

fn own(instances: &Instances) -> Result<Resolved, Mismatch> {
    instances.own_index().map(Resolved::UseInBlock).ok_or(Mismatch::Unknown)
}

/// The role has one instance: what picks one of it is refused by Terraform, but for a splat.
fn of_single(meant: &Meant<'_>) -> Result<Resolved, Mismatch> {
    match meant {
        Meant::Whole | Meant::Own => Ok(Resolved::Keep),
        Meant::Each(Some(index)) if matches!(index.text.as_str(), "[*]" | ".*") => Ok(Resolved::Keep),
        Meant::Key("0") => Ok(Resolved::Drop),
        Meant::Key(_) | Meant::Index(_) | Meant::Each(_) => Err(Mismatch::NoInstances),
    }
}

fn of_all(meant: &Meant<'_>, profile: &Instances, launcher: &Instances) -> Result<Resolved, Mismatch> {
    if !matches!(meant, Meant::Whole | Meant::Own) {
        return Err(Mismatch::Unknown);
    }
    match profile.repeat().and_then(Repeat::only_key).and_then(|key| profile.index_of(key)) {
        Some(only) => Ok(Resolved::Use(only)),
        None if launcher.repeat_alike(profile) => own(profile),
        None if profile.at_most_one() => Err(Mismatch::Optional),
        None => Err(Mismatch::Several),
    }
}

fn of_one(meant: &Meant<'_>, profile_role: &Index, role: &Instances, may_fail: bool) -> Result<Resolved, Mismatch> {
    match meant {
        Meant::Key(key) => match (&profile_role.key, role) {
            (Some(profile_role), _) if profile_role == key => Ok(Resolved::Drop),
            (Some(_), _) => Err(Mismatch::Another),
            // The only one there can be; but it may not be there, and then the reference fails, which the profile's does not.
            (None, Instances::Count(repeat)) if repeat.at_most_one && *key == "0" && !may_fail => Ok(Resolved::Drop),
            (None, Instances::ForEach(repeat)) if repeat.only_key() == Some(key) && !may_fail => Ok(Resolved::Drop),
            (None, _) => Err(Mismatch::Unknown),
        },
        Meant::Index(index) if index.text == profile_role.text && index.scoped == Scoped::Nowhere => Ok(Resolved::Drop),
        Meant::Index(_) if matches!(role, Instances::Count(_)) && role.at_most_one() && !may_fail => Ok(Resolved::Drop),
        Meant::Whole if role.at_most_one() => Ok(Resolved::Keep),
        Meant::Whole | Meant::Index(_) | Meant::Each(_) | Meant::Own => Err(Mismatch::Unknown),
    }
}

fn written(meant: &Meant<'_>, pairs: &[(String, String)], profile: &Instances) -> Result<Resolved, Mismatch> {
    let Meant::Key(key) = meant else { return Err(Mismatch::Unknown) };
    let mut holding = pairs.iter().filter(|(_, profile_role)| profile_role == key);
    match (holding.next(), holding.next()) {
        (Some((own, _)), None) => profile.index_of(own).map(Resolved::Use).ok_or(Mismatch::Unknown),
        (None, _) => Err(Mismatch::Another),
        (Some(_), Some(_)) => Err(Mismatch::Several),
    }
}
