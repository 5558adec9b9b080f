//! What follows from a unit: who is called how, and what each profile holds.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::aws::naming;
use crate::model::graph::References;
use crate::model::{
    Denotes, Instances, Leaf, NodeId, Pick, Profile, ProfileId, ProfileName, RoleId, SlotId, Text, Unit,
};

/// What has one name, also apart by the provider configurations that make it: names are unique within an account.
#[derive(Default)]
struct Named<'u> {
    roles: Vec<RoleId>,
    profiles: Vec<ProfileId>,
    by_account: HashMap<&'u str, (Vec<RoleId>, Vec<ProfileId>)>,
}

/// A unit with what follows from it, worked out once: what each profile holds and who is called how.
pub struct Facts<'u> {
    unit: &'u Unit,
    by_name: HashMap<&'u Text, Named<'u>>,
    profile_by_address: HashMap<&'u str, ProfileId>,
    held: Vec<Held>,
    holders: HashMap<RoleId, Vec<ProfileId>>,
    /// The profiles that hold one of several roles, which of them a deployment decides.
    perhaps_holders: HashMap<RoleId, Vec<ProfileId>>,
    named_after: HashMap<RoleId, Vec<ProfileId>>,
    /// Needed only where something is to be fixed.
    references: OnceCell<References>,
    /// Profiles by what their names start with, as far as that is written out, in small letters.
    profiles_by_start: OnceCell<BTreeMap<String, Vec<ProfileId>>>,
}

impl std::ops::Deref for Facts<'_> {
    type Target = Unit;

    fn deref(&self) -> &Unit {
        self.unit
    }
}

impl<'u> Facts<'u> {
    /// Works them out.
    pub fn of(unit: &'u Unit) -> Self {
        let mut facts = Facts {
            unit,
            by_name: HashMap::new(),
            profile_by_address: HashMap::new(),
            held: Vec::new(),
            holders: HashMap::new(),
            perhaps_holders: HashMap::new(),
            named_after: HashMap::new(),
            references: OnceCell::new(),
            profiles_by_start: OnceCell::new(),
        };
        for (index, role) in unit.roles.iter().enumerate() {
            let Some(name) = &role.name else { continue };
            let named = facts.by_name.entry(name).or_default();
            named.roles.push(RoleId::from(index));
            named.by_account.entry(&role.account).or_default().0.push(RoleId::from(index));
        }
        let all_written_out =
            unit.roles.iter().all(|role| role.name.as_ref().is_none_or(|name| name.as_literal().is_some()));
        for (index, profile) in unit.profiles.iter().enumerate() {
            let id = ProfileId::from(index);
            facts.profile_by_address.entry(&profile.address).or_insert(id);
            let held = facts.find_held(profile, all_written_out);
            if let Held::Role(role) = held {
                facts.holders.entry(role).or_default().push(id);
            }
            if held == Held::Unknown {
                for role in facts.perhaps_held(profile) {
                    facts.perhaps_holders.entry(role).or_default().push(id);
                }
            }
            facts.held.push(held);
        }
        for (index, profile) in unit.profiles.iter().enumerate() {
            let id = ProfileId::from(index);
            let name = match &profile.name {
                ProfileName::Is(text) => Some(text),
                ProfileName::OfRole(role) => {
                    facts.named_after.entry(*role).or_default().push(id);
                    unit.role(*role).name.as_ref()
                }
                ProfileName::Generated | ProfileName::Unknown => None,
            };
            let Some(name) = name else { continue };
            let named = facts.by_name.entry(name).or_default();
            named.profiles.push(id);
            named.by_account.entry(&profile.account).or_default().1.push(id);
            if matches!(profile.name, ProfileName::Is(_)) {
                for &role in &named.roles {
                    facts.named_after.entry(role).or_default().push(id);
                }
            }
        }
        facts
    }

    /// The declared profile that bears the label of a role: what is meant where the role is declared nowhere, unless it is the role's own.
    pub(crate) fn profile_of_that_label(&self, id: RoleId) -> Option<ProfileId> {
        let role = self.unit.role(id);
        let address = naming::profile_address(self.unit.id_style, &role.label);
        let found = self.profile_by_address.get(address.as_str()).copied().filter(|_| role.node.is_none())?;
        let is_own = self.held_by(found) == Held::Role(id);
        (self.unit.profile(found).node.is_some() && !is_own).then_some(found)
    }

    /// The roles that have this name. Where a role or profile of the account has it, only those of the account.
    pub fn roles_named(&self, name: &Text, account: &str) -> &[RoleId] {
        let Some(named) = self.by_name.get(name) else { return &[] };
        named.by_account.get(account).map_or(&named.roles, |(roles, _)| roles)
    }

    /// The profiles that have this name. Where a role or profile of the account has it, only those of the account.
    pub fn profiles_named(&self, name: &Text, account: &str) -> &[ProfileId] {
        let Some(named) = self.by_name.get(name) else { return &[] };
        named.by_account.get(account).map_or(&named.profiles, |(_, profiles)| profiles)
    }

    /// The profiles whose names do not start otherwise than this one, in order: one name for thousands of profiles is compared with few.
    pub(crate) fn profiles_starting_like(&self, name: &Text) -> Vec<ProfileId> {
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

    /// What a profile holds.
    pub fn held_by(&self, profile: ProfileId) -> Held {
        self.held[profile.index()]
    }

    /// The profiles that hold this role, in order.
    pub fn profiles_of(&self, role: RoleId) -> &[ProfileId] {
        self.holders.get(&role).map_or(&[], Vec::as_slice)
    }

    /// The profiles that hold this role or another one, depending on a condition.
    pub(crate) fn perhaps_profiles_of(&self, role: RoleId) -> &[ProfileId] {
        self.perhaps_holders.get(&role).map_or(&[], Vec::as_slice)
    }

    /// The profiles whose *name* is certainly this role's name, whatever they hold.
    pub fn profiles_named_after(&self, role: RoleId) -> &[ProfileId] {
        self.named_after.get(&role).map_or(&[], Vec::as_slice)
    }

    /// Those of them that a launcher of this account gets if it gives the role's name: of its own account if the role is of that account too.
    pub(crate) fn profiles_met_by_name(&self, role: RoleId, account: &str) -> impl Iterator<Item = ProfileId> + '_ {
        let all = self.profiles_named_after(role);
        let of_account = |&profile: &ProfileId| self.unit.profile(profile).account == *account;
        let apart = self.unit.role(role).account == account || all.iter().any(of_account);
        let account = account.to_owned();
        all.iter().copied().filter(move |&profile| !apart || self.unit.profile(profile).account == account)
    }

    /// Whether `from` refers to `to`, directly or through others (or is it).
    pub fn depends_on(&self, from: NodeId, to: NodeId) -> bool {
        self.would_depend_on(from, to, &References::default())
    }

    /// What refers to a node directly.
    pub(crate) fn referring_to(&self, node: NodeId) -> &[NodeId] {
        self.references.get_or_init(|| References::of(&self.unit.nodes)).read_by(node)
    }

    /// The same if there were more references than there are.
    pub(crate) fn would_depend_on(&self, from: NodeId, to: NodeId, more: &References) -> bool {
        self.references.get_or_init(|| References::of(&self.unit.nodes)).lead(from, to, more)
    }

    /// Whether something refers to what no file declares that could be read, directly or through others.
    pub(crate) fn leads_to_undeclared(&self, from: NodeId) -> bool {
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

    /// The one leaf of a slot that stands for something.
    pub(crate) fn present_leaf(&self, slot: SlotId) -> Option<&'u Leaf> {
        let leaves = self.unit.slot(slot).leaves.iter().map(|reach| self.unit.leaf(reach.leaf));
        let mut present = leaves.filter(|leaf| leaf.denotes != Denotes::Absent);
        present.next().filter(|_| present.next().is_none())
    }

    fn find_held(&self, profile: &Profile, all_written_out: bool) -> Held {
        let Some(slot) = profile.role_slot else {
            return Held::Unknown;
        };
        let leaves = || self.unit.slot(slot).leaves.iter().map(|reach| self.unit.leaf(reach.leaf));
        let Some(leaf) = self.present_leaf(slot) else {
            let nothing = leaves().all(|leaf| leaf.denotes == Denotes::Absent);
            return if nothing { Held::Nothing } else { Held::Unknown };
        };
        let held = self.held_through(&leaf.denotes, &profile.account, all_written_out);
        let is_nothing = |leaf: &Leaf| leaf.denotes == Denotes::Absent;
        // A condition may leave the profile without a role.
        if leaf.filtered || leaves().any(|leaf| is_nothing(leaf) && !leaf.fallback) {
            return Held::Unknown;
        }
        // Nothing is there only where the role is not: neither is the profile, if both are optional alike.
        if let Held::Role(role) = held
            && leaves().any(is_nothing)
        {
            let role = &self.unit.role(role).instances;
            let together = role.at_most_one() && profile.instances.repeat_alike(role);
            return if together || *role == Instances::One { held } else { Held::Unknown };
        }
        held
    }

    /// The roles of which a profile holds one.
    fn perhaps_held(&self, profile: &Profile) -> Vec<RoleId> {
        let leaves = profile.role_slot.map_or(&[][..], |slot| self.unit.slot(slot).leaves.as_slice());
        let held =
            leaves.iter().map(|reach| self.held_through(&self.unit.leaf(reach.leaf).denotes, &profile.account, false));
        let roles = held.filter_map(|held| match held {
            Held::Role(role) => Some(role),
            Held::Another | Held::Nothing | Held::Unknown => None,
        });
        roles.collect()
    }

    fn held_through(&self, denotes: &Denotes, account: &str, all_written_out: bool) -> Held {
        let by_name = |text: &Text| {
            let name = text.role_name_of_arn();
            match self.roles_named(name.as_ref().unwrap_or(text), account) {
                [role] => Held::Role(*role),
                [] if text.as_literal().is_some() && all_written_out => Held::Another,
                _ => Held::Unknown,
            }
        };
        let in_a_loop =
            |role: &RoleId| self.unit.role(*role).node.is_some_and(|node| !self.unit.node(node).loops.is_empty());
        match denotes {
            // What one turn of a loop makes is not what each of them does.
            Denotes::Role(role, _, Pick::Index) if in_a_loop(role) => Held::Unknown,
            Denotes::Role(role, ..) => Held::Role(*role),
            Denotes::Text(text) | Denotes::Unknown(_, text) => by_name(text),
            Denotes::Quoted { reads_as, .. } => self.held_through(reads_as, account, all_written_out),
            Denotes::Absent => Held::Nothing,
            Denotes::Profile(..) | Denotes::Policy(_) => Held::Unknown,
        }
    }
}

/// What a name starts with, in small letters; nothing where capitals are more than a matter of ASCII.
fn start_of(name: &Text) -> String {
    let start = name.literal_start();
    if start.is_ascii() { start.to_ascii_lowercase() } else { String::new() }
}

/// What an instance profile holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Held {
    /// This role of the unit.
    Role(RoleId),
    /// A role that is none of the unit's.
    Another,
    /// No role at all.
    Nothing,
    /// That is not known.
    Unknown,
}
