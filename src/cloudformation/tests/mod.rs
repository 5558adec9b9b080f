//! Reader and renderer together, driven by the smallest possible plan: every leaf that is a role gets the role's profile.

mod capabilities;
mod examples;
mod placing;
mod reading;
mod rewiring;

use std::collections::BTreeMap;

use super::Template;
use super::lower::{is_arn, key_for};
use crate::aws::naming;
use crate::aws::slots::{Attribute, Expected};
use crate::language::{EditError, Frontend};
use crate::model::{LeafId, ProfileAttr, Resolution, RoleAttr, RoleId, SlotId, SlotState, UnitIndex};
use crate::plan::{Change, Fix, FixId, IndexEdit, InsertionPoint, NewName, Plan, PlannedId, PlannedProfile, Target};
use crate::rules::Applicability;
use crate::text::{FileId, Source, Sources, splice};

pub(super) fn source(name: &str, text: &str) -> Source {
    Source::new(name, text.as_bytes().to_vec(), true).expect("text")
}

pub(super) fn read(text: &str) -> Template {
    let name = if text.trim_start().starts_with('{') { "t.json" } else { "t.yaml" };
    let (template, errors) = Template::read(&vec![source(name, text)].into());
    assert_eq!(errors, [], "{text}");
    template
}

/// The text after every role in a slot has become its profile; checked by the second parser.
pub(super) fn fixed(text: &str) -> String {
    try_fixed(text).expect("edits")
}

/// The same, or why there are no edits.
pub(super) fn try_fixed(text: &str) -> Result<String, EditError> {
    let name = if text.trim_start().starts_with('{') { "t.json" } else { "t.yaml" };
    let sources: Sources = vec![source(name, text)].into();
    let source = &sources[FileId(0)];
    let (template, errors) = Template::read(&sources);
    assert_eq!(errors, [], "{text}");
    let plan = plan(&template);
    let chosen: Vec<FixId> = (0..plan.fixes.len()).map(|index| FixId(u32::try_from(index).expect("few"))).collect();
    let edits = template.edits(&sources, &plan, &chosen)?;
    let after = source.with_text(splice(source, &edits).unwrap_or_else(|error| panic!("{error}: {edits:#?}")));
    assert_eq!(template.crosscheck_before(&sources), None);
    let after = vec![after].into();
    let (read_again, _) = Template::read(&after);
    let after = &after[FileId(0)];
    read_again.crosscheck(after).unwrap_or_else(|error| panic!("{error}\n{}", after.text()));
    Ok(after.text().to_owned())
}

struct Planner<'t> {
    index: UnitIndex<'t>,
    plan: Plan,
    planned: BTreeMap<RoleId, PlannedId>,
}

/// A stand-in for the rules: no safety, no exceptions, every role and wrong attribute is rewired.
fn plan(template: &Template) -> Plan {
    let index = UnitIndex::of(template.unit());
    let mut planner = Planner { index, plan: Plan::default(), planned: BTreeMap::new() };
    for index in 0..template.unit().slots.len() {
        planner.slot(SlotId::from(index));
    }
    planner.plan
}

impl Planner<'_> {
    fn slot(&mut self, id: SlotId) {
        let slot = self.index.slot(id).clone();
        if slot.uneditable_reason.is_some() {
            return;
        }
        let mut changes = Vec::new();
        let mut adds = Vec::new();
        if let SlotState::UnknownArgument { correct_sibling: Some(_), .. } = slot.state {
            self.push(vec![Change::Remove { slot: id }], adds, id);
            return;
        }
        for leaf_use in &slot.leaves {
            changes.extend(self.leaf(leaf_use.leaf, slot.state.expected(), &mut adds, slot.spec.required_prefix));
        }
        let kind = changes.iter().find_map(|change| match change {
            Change::Rewire { kind, .. } => Some(*kind),
            _ => None,
        });
        if changes.is_empty() && !matches!(slot.state.expected(), Expected::RoleName) {
            return;
        }
        match slot.state {
            SlotState::WrongShape { .. } => {
                let key = kind.and_then(|kind| key_for(slot.spec, kind));
                changes.push(Change::Reshape { slot: id, key });
            }
            SlotState::UnknownArgument { .. } => changes.push(Change::Rename { slot: id }),
            SlotState::Expected { .. } | SlotState::ConflictingKeys { .. } | SlotState::MultipleValues { .. } => {}
        }
        if !changes.is_empty() {
            self.push(changes, adds, id);
        }
    }

    fn push(&mut self, changes: Vec<Change>, adds: Vec<PlannedId>, slot: SlotId) {
        self.plan.fixes.push(Fix {
            violations: Vec::new(),
            slots: vec![slot],
            adds,
            changes,
            applicability: Applicability::Safe,
            title: String::new(),
            unsafe_reasons: Vec::new(),
        });
    }

    fn leaf(
        &mut self,
        leaf: LeafId,
        wants: Expected,
        adds: &mut Vec<PlannedId>,
        start: Option<&'static str>,
    ) -> Option<Change> {
        let resolution = self.index.leaf(leaf).resolution.clone();
        let kind = match wants {
            Expected::Name | Expected::NamePreferred | Expected::RoleName => Attribute::Name,
            Expected::Arn => Attribute::Arn,
            Expected::Either { .. } if is_arn(&resolution) => Attribute::Arn,
            Expected::Either { .. } => Attribute::Name,
        };
        let role = match &resolution {
            Resolution::Quoted { reads_as, .. } => role_of(reads_as)?,
            Resolution::Text(text) | Resolution::Unknown(_, text) => {
                let [role] = *self.index.roles_named(&text.role_name_of_arn().unwrap_or(text.clone()), "") else {
                    return None;
                };
                role
            }
            Resolution::Policy(role) => (*role)?,
            Resolution::Profile(_, ProfileAttr::Name, _) if kind == Attribute::Name => return None,
            Resolution::Profile(_, ProfileAttr::Arn, _) if kind == Attribute::Arn => return None,
            Resolution::Profile(profile, ..) if wants != Expected::RoleName => {
                return Some(Change::Rewire { leaf, to: Target::Existing(*profile), kind, index: IndexEdit::Keep });
            }
            resolution => role_of(resolution)?,
        };
        let to = if wants == Expected::RoleName {
            if matches!(resolution, Resolution::Role(_, RoleAttr::Name, _) | Resolution::Text(_)) {
                return None;
            }
            Target::Role(role)
        } else {
            match self.index.profiles_of(role) {
                [profile, ..] => Target::Existing(*profile),
                [] => Target::Planned(self.planned(role, adds, start)),
            }
        };
        Some(Change::Rewire { leaf, to, kind, index: IndexEdit::Keep })
    }

    fn planned(&mut self, role: RoleId, adds: &mut Vec<PlannedId>, start: Option<&'static str>) -> PlannedId {
        let id = self.planned.get(&role).copied().unwrap_or_else(|| {
            let label = self.index.role(role).label.clone();
            let used = |id: &String| self.plan.profiles.iter().any(|profile| profile.id == *id);
            let name = naming::candidates(self.index.id_style, &label)
                .find(|id| !self.index.reserved_names.contains(id) && !used(id))
                .expect("endless");
            let new = match (start, &self.index.role(role).name) {
                (None, _) => NewName::Default,
                (Some(start), Some(name)) if name.literal_start().starts_with(start) => NewName::OfRole,
                (Some(_), _) => NewName::StartingWith("AWSRDSCustom"),
            };
            let place = InsertionPoint::After(self.index.role(role).node.expect("declared"));
            self.plan.profiles.push(PlannedProfile {
                role,
                id: name,
                name: new,
                insertion_point: place,
                unsafe_reason: None,
            });
            let id = PlannedId(u32::try_from(self.plan.profiles.len() - 1).expect("few"));
            self.planned.insert(role, id);
            id
        });
        adds.push(id);
        id
    }
}

fn role_of(resolution: &Resolution) -> Option<RoleId> {
    match resolution {
        Resolution::Role(role, ..) => Some(*role),
        Resolution::Quoted { reads_as, .. } => role_of(reads_as),
        _ => None,
    }
}
