//! What follows from a unit: names, and the role of each profile.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::graph::References;
use crate::model::{
    InstanceSelector, Instances, Leaf, NodeId, Profile, ProfileId, ProfileName, Resolution, RoleId, SlotId,
    TemplateString, Unit, ValuePath,
};

/// The roles and profiles with one name; also by provider configuration, because names are unique within an account.
#[derive(Default)]
struct Namesakes<'u> {
    roles: Vec<RoleId>,
    profiles: Vec<ProfileId>,
    by_account: HashMap<&'u str, (Vec<RoleId>, Vec<ProfileId>)>,
}

/// A unit with what follows from it, computed once: who has which name, and which role each profile contains.
pub struct UnitIndex<'u> {
    unit: &'u Unit,
    by_name: HashMap<&'u TemplateString, Namesakes<'u>>,
    profile_by_address: HashMap<&'u str, ProfileId>,
    profile_roles: Vec<ProfileRole>,
    profiles_by_role: HashMap<RoleId, Vec<ProfileId>>,
    /// The profiles that contain one of several roles; the deployment decides which.
    possible_profiles_by_role: HashMap<RoleId, Vec<ProfileId>>,
    named_after: HashMap<RoleId, Vec<ProfileId>>,
    /// Computed only if something needs a fix.
    references: OnceCell<References>,
    /// Profiles by the literal start of their names, in lower case.
    profiles_by_start: OnceCell<BTreeMap<String, Vec<ProfileId>>>,
    /// The inputs that take a profile.
    pub(super) profile_inputs: OnceCell<BTreeMap<ValuePath, Vec<SlotId>>>,
}

impl std::ops::Deref for UnitIndex<'_> {
    type Target = Unit;

    fn deref(&self) -> &Unit {
        self.unit
    }
}

impl<'u> UnitIndex<'u> {
    /// Computes the index of a unit.
    pub fn of(unit: &'u Unit) -> Self {
        let mut index = UnitIndex {
            unit,
            by_name: HashMap::new(),
            profile_by_address: HashMap::new(),
            profile_roles: Vec::new(),
            profiles_by_role: HashMap::new(),
            possible_profiles_by_role: HashMap::new(),
            named_after: HashMap::new(),
            references: OnceCell::new(),
            profiles_by_start: OnceCell::new(),
            profile_inputs: OnceCell::new(),
        };
        for (number, role) in unit.roles.iter().enumerate() {
            let Some(name) = &role.name else { continue };
            let named = index.by_name.entry(name).or_default();
            named.roles.push(RoleId::from(number));
            named.by_account.entry(&role.provider_alias).or_default().0.push(RoleId::from(number));
        }
        let all_written_out =
            unit.roles.iter().all(|role| role.name.as_ref().is_none_or(|name| name.as_literal().is_some()));
        for (number, profile) in unit.profiles.iter().enumerate() {
            let id = ProfileId::from(number);
            index.profile_by_address.entry(&profile.address).or_insert(id);
            let profile_role = index.find_role(profile, all_written_out);
            if let ProfileRole::Role(role) = profile_role {
                index.profiles_by_role.entry(role).or_default().push(id);
            }
            if profile_role == ProfileRole::Unknown {
                for role in index.possible_roles(profile) {
                    index.possible_profiles_by_role.entry(role).or_default().push(id);
                }
            }
            index.profile_roles.push(profile_role);
        }
        for (number, profile) in unit.profiles.iter().enumerate() {
            let id = ProfileId::from(number);
            let name = match &profile.name {
                ProfileName::Is(text) => Some(text),
                ProfileName::OfRole(role) => {
                    index.named_after.entry(*role).or_default().push(id);
                    unit.role(*role).name.as_ref()
                }
                ProfileName::Generated | ProfileName::Unknown => None,
            };
            let Some(name) = name else { continue };
            let named = index.by_name.entry(name).or_default();
            named.profiles.push(id);
            named.by_account.entry(&profile.provider_alias).or_default().1.push(id);
            if matches!(profile.name, ProfileName::Is(_)) {
                for &role in &named.roles {
                    index.named_after.entry(role).or_default().push(id);
                }
            }
        }
        index
    }

    /// The declared profile with the label of an undeclared role, unless it contains that role: probably what the author intended.
    pub(crate) fn profile_with_label(&self, id: RoleId) -> Option<ProfileId> {
        let role = self.unit.role(id);
        let address = role.family.profile_address(&role.label);
        let found = self.profile_by_address.get(address.as_str()).copied().filter(|_| role.node.is_none())?;
        let is_own = self.role_of(found) == ProfileRole::Role(id);
        (self.unit.profile(found).node.is_some() && !is_own).then_some(found)
    }

    /// The roles with this name. If a role or profile of the account has it, only those of the account.
    pub fn roles_named(&self, name: &TemplateString, provider_alias: &str) -> &[RoleId] {
        let Some(named) = self.by_name.get(name) else { return &[] };
        named.by_account.get(provider_alias).map_or(&named.roles, |(roles, _)| roles)
    }

    /// The profiles with this name. If a role or profile of the account has it, only those of the account.
    pub fn profiles_named(&self, name: &TemplateString, provider_alias: &str) -> &[ProfileId] {
        let Some(named) = self.by_name.get(name) else { return &[] };
        named.by_account.get(provider_alias).map_or(&named.profiles, |(_, profiles)| profiles)
    }

    /// The profiles whose names may start like this one, in order. So a name is compared with few of thousands of profiles.
    pub(crate) fn profiles_with_prefix_of(&self, name: &TemplateString) -> Vec<ProfileId> {
        let by_start = self.profiles_by_start.get_or_init(|| {
            let mut by_start: BTreeMap<String, Vec<ProfileId>> = BTreeMap::new();
            for (number, profile) in self.unit.profiles.iter().enumerate() {
                let text = match &profile.name {
                    ProfileName::Is(text) => Some(text),
                    ProfileName::OfRole(role) => self.unit.role(*role).name.as_ref(),
                    ProfileName::Generated | ProfileName::Unknown => continue,
                };
                by_start.entry(text.map(start_of).unwrap_or_default()).or_default().push(number.into());
            }
            by_start
        });
        let start = start_of(name);
        let shorter = (0..start.len()).filter_map(|length| by_start.get(&start[..length]));
        let longer = by_start.range(start.clone()..).take_while(|(other, _)| other.starts_with(&start));
        let mut found: Vec<ProfileId> =
            shorter.chain(longer.map(|(_, profiles)| profiles)).flatten().copied().collect();
        found.sort();
        found
    }

    /// The role that a profile contains.
    pub fn role_of(&self, profile: ProfileId) -> ProfileRole {
        self.profile_roles[profile.index()]
    }

    /// The profiles that contain this role, in order.
    pub fn profiles_of(&self, role: RoleId) -> &[ProfileId] {
        self.profiles_by_role.get(&role).map_or(&[], Vec::as_slice)
    }

    /// The profiles that contain this role or another one, depending on a condition.
    pub(crate) fn possible_profiles_of(&self, role: RoleId) -> &[ProfileId] {
        self.possible_profiles_by_role.get(&role).map_or(&[], Vec::as_slice)
    }

    /// The profiles whose *name* is certainly the name of this role, whichever role they contain.
    pub fn profiles_named_after(&self, role: RoleId) -> &[ProfileId] {
        self.named_after.get(&role).map_or(&[], Vec::as_slice)
    }

    /// Those of them that a launcher of this account finds by the role's name. If the role belongs to the account, so must the profile.
    pub(crate) fn profiles_found_by_name(
        &self,
        role: RoleId,
        provider_alias: &str,
    ) -> impl Iterator<Item = ProfileId> + '_ {
        let all = self.profiles_named_after(role);
        let of_account = |&profile: &ProfileId| self.unit.profile(profile).provider_alias == *provider_alias;
        let apart = self.unit.role(role).provider_alias == provider_alias || all.iter().any(of_account);
        let provider_alias = provider_alias.to_owned();
        all.iter()
            .copied()
            .filter(move |&profile| !apart || self.unit.profile(profile).provider_alias == provider_alias)
    }

    /// Whether `from` is `to` or refers to it, directly or through others.
    pub fn depends_on(&self, from: NodeId, to: NodeId) -> bool {
        self.would_depend_on(from, to, &References::default())
    }

    /// The nodes that refer to this one directly.
    pub(crate) fn referring_to(&self, node: NodeId) -> &[NodeId] {
        self.references.get_or_init(|| References::of(&self.unit.nodes)).read_by(node)
    }

    /// The same with `more` references than the unit has.
    pub(crate) fn would_depend_on(&self, from: NodeId, to: NodeId, more: &References) -> bool {
        self.references.get_or_init(|| References::of(&self.unit.nodes)).reach(from, to, more)
    }

    /// Whether a node refers to something that no readable file declares, directly or through others.
    pub(crate) fn reaches_undeclared(&self, from: NodeId) -> bool {
        let mut seen = HashSet::from([from]);
        let mut open = vec![from];
        while let Some(node) = open.pop().map(|node| self.unit.node(node)) {
            if node.refers_to_undeclared {
                return true;
            }
            open.extend(node.reads.iter().copied().filter(|&next| seen.insert(next)));
        }
        false
    }

    /// The one leaf of a slot that is not absent.
    pub(crate) fn present_leaf(&self, slot: SlotId) -> Option<&'u Leaf> {
        let leaves = self.unit.slot(slot).leaves.iter().map(|leaf_use| self.unit.leaf(leaf_use.leaf));
        let mut present = leaves.filter(|leaf| leaf.resolution != Resolution::Absent);
        present.next().filter(|_| present.next().is_none())
    }

    fn find_role(&self, profile: &Profile, all_written_out: bool) -> ProfileRole {
        if let Some(module) = &profile.module {
            return module.role.map_or(ProfileRole::Unknown, ProfileRole::Role);
        }
        let Some(slot) = profile.role_slot else {
            return ProfileRole::Unknown;
        };
        let leaves = || self.unit.slot(slot).leaves.iter().map(|leaf_use| self.unit.leaf(leaf_use.leaf));
        let Some(leaf) = self.present_leaf(slot) else {
            let nothing = leaves().all(|leaf| leaf.resolution == Resolution::Absent);
            return if nothing { ProfileRole::NoRole } else { ProfileRole::Unknown };
        };
        let profile_role = self.role_through(&leaf.resolution, &profile.provider_alias, all_written_out);
        let is_nothing = |leaf: &Leaf| leaf.resolution == Resolution::Absent;
        // A condition may leave the profile without a role.
        if leaf.filtered || leaves().any(|leaf| is_nothing(leaf) && !leaf.fallback) {
            return ProfileRole::Unknown;
        }
        // The value is absent only if the role is. Then the profile does not exist either, if both are optional in the same way.
        if let ProfileRole::Role(role) = profile_role
            && leaves().any(is_nothing)
        {
            let role = &self.unit.role(role).instances;
            let together = role.at_most_one() && profile.instances.repeat_alike(role);
            return if together || *role == Instances::One { profile_role } else { ProfileRole::Unknown };
        }
        profile_role
    }

    /// The roles of which a profile contains one.
    fn possible_roles(&self, profile: &Profile) -> Vec<RoleId> {
        let leaves = profile.role_slot.map_or(&[][..], |slot| self.unit.slot(slot).leaves.as_slice());
        let profile_role = leaves.iter().map(|leaf_use| {
            self.role_through(&self.unit.leaf(leaf_use.leaf).resolution, &profile.provider_alias, false)
        });
        let roles = profile_role.filter_map(|profile_role| match profile_role {
            ProfileRole::Role(role) => Some(role),
            ProfileRole::OtherRole | ProfileRole::NoRole | ProfileRole::Unknown => None,
        });
        roles.collect()
    }

    fn role_through(&self, resolution: &Resolution, provider_alias: &str, all_written_out: bool) -> ProfileRole {
        let by_name = |text: &TemplateString| {
            let name = text.role_name_of_arn();
            match self.roles_named(name.as_ref().unwrap_or(text), provider_alias) {
                [role] => ProfileRole::Role(*role),
                [] if text.as_literal().is_some() && all_written_out => ProfileRole::OtherRole,
                _ => ProfileRole::Unknown,
            }
        };
        let in_a_loop =
            |role: &RoleId| self.unit.role(*role).node.is_some_and(|node| !self.unit.node(node).loops.is_empty());
        match resolution {
            // Each iteration of a loop creates a role of its own.
            Resolution::Role(role, _, InstanceSelector::Index) if in_a_loop(role) => ProfileRole::Unknown,
            Resolution::Role(role, ..) => ProfileRole::Role(*role),
            Resolution::Text(text) | Resolution::Unknown(_, text) => by_name(text),
            Resolution::Quoted { reads_as, .. } => self.role_through(reads_as, provider_alias, all_written_out),
            Resolution::Absent => ProfileRole::NoRole,
            Resolution::Profile(..) | Resolution::Policy(_) => ProfileRole::Unknown,
        }
    }
}

/// The literal start of a name, in lower case; nothing if it is not ASCII.
fn start_of(name: &TemplateString) -> String {
    let start = name.literal_start();
    if start.is_ascii() { start.to_ascii_lowercase() } else { String::new() }
}

/// The role in an instance profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProfileRole {
    /// This role of the unit.
    Role(RoleId),
    /// A role outside of the unit.
    OtherRole,
    /// No role.
    NoRole,
    /// Unknown.
    Unknown,
}
