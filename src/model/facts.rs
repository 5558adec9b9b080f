//! What follows from a unit: who is called how, and what each profile holds.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::graph::References;
use super::{Denotes, NodeId, Pick, Profile, ProfileId, ProfileName, RoleId, Text, Unit};

/// A unit with what follows from it, worked out once: what each profile holds and who is called how.
pub struct Facts<'u> {
    unit: &'u Unit,
    roles_by_name: HashMap<&'u Text, Vec<RoleId>>,
    profiles_by_name: HashMap<&'u Text, Vec<ProfileId>>,
    held: Vec<Held>,
    holders: HashMap<RoleId, Vec<ProfileId>>,
    named_after: HashMap<RoleId, Vec<ProfileId>>,
    /// Needed only where something is to be fixed.
    references: OnceCell<References>,
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
            roles_by_name: HashMap::new(),
            profiles_by_name: HashMap::new(),
            held: Vec::new(),
            holders: HashMap::new(),
            named_after: HashMap::new(),
            references: OnceCell::new(),
        };
        for (index, role) in unit.roles.iter().enumerate() {
            if let Some(name) = &role.name {
                facts.roles_by_name.entry(name).or_default().push(RoleId::from(index));
            }
        }
        let all_written_out =
            unit.roles.iter().all(|role| role.name.as_ref().is_none_or(|name| name.as_literal().is_some()));
        for (index, profile) in unit.profiles.iter().enumerate() {
            let id = ProfileId::from(index);
            let held = facts.find_held(profile, all_written_out);
            if let Held::Role(role) = held {
                facts.holders.entry(role).or_default().push(id);
            }
            facts.held.push(held);
            let name = match &profile.name {
                ProfileName::Is(text) => Some(text),
                ProfileName::OfRole(role) => {
                    facts.named_after.entry(*role).or_default().push(id);
                    unit.role(*role).name.as_ref()
                }
                ProfileName::Generated | ProfileName::Unknown => None,
            };
            let Some(name) = name else { continue };
            facts.profiles_by_name.entry(name).or_default().push(id);
            if matches!(profile.name, ProfileName::Is(_)) {
                for role in facts.roles_by_name.get(name).into_iter().flatten() {
                    facts.named_after.entry(*role).or_default().push(id);
                }
            }
        }
        facts
    }

    /// The roles that have this name.
    pub fn roles_named(&self, name: &Text) -> &[RoleId] {
        self.roles_by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The profiles that have this name.
    pub fn profiles_named(&self, name: &Text) -> &[ProfileId] {
        self.profiles_by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// What a profile holds.
    pub fn held_by(&self, profile: ProfileId) -> Held {
        self.held[profile.index()]
    }

    /// The profiles that hold this role, in order.
    pub fn profiles_of(&self, role: RoleId) -> &[ProfileId] {
        self.holders.get(&role).map_or(&[], Vec::as_slice)
    }

    /// The profiles whose *name* is certainly this role's name, whatever they hold.
    pub fn profiles_named_after(&self, role: RoleId) -> &[ProfileId] {
        self.named_after.get(&role).map_or(&[], Vec::as_slice)
    }

    /// Whether `from` refers to `to`, directly or through others (or is it).
    pub fn depends_on(&self, from: NodeId, to: NodeId) -> bool {
        self.would_depend_on(from, to, &References::default())
    }

    /// The same if there were more references than there are.
    pub(crate) fn would_depend_on(&self, from: NodeId, to: NodeId, more: &References) -> bool {
        self.references.get_or_init(|| References::of(&self.unit.nodes)).lead(from, to, more)
    }

    fn find_held(&self, profile: &Profile, all_written_out: bool) -> Held {
        let Some(slot) = profile.role_slot else {
            return Held::Unknown;
        };
        let leaves = &self.unit.slot(slot).leaves;
        let [only] = leaves.as_slice() else {
            return if leaves.is_empty() { Held::Nothing } else { Held::Unknown };
        };
        self.held_through(&self.unit.leaf(only.leaf).denotes, all_written_out)
    }

    fn held_through(&self, denotes: &Denotes, all_written_out: bool) -> Held {
        let by_name = |text: &Text| {
            let name = text.role_name_of_arn();
            match self.roles_named(name.as_ref().unwrap_or(text)) {
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
            Denotes::Quoted { reads_as, .. } => self.held_through(reads_as, all_written_out),
            Denotes::Absent => Held::Nothing,
            Denotes::Profile(..) | Denotes::Policy(_) => Held::Unknown,
        }
    }
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
