//! What a fix does, in one sentence.

use super::{Change, Target};
use crate::aws::slots::{Attribute, Shape};
use crate::model::{SlotId, SlotState, UnitIndex};
use crate::plan::target::NewProfiles;

/// The title of a fix that makes these changes at so many places.
pub(super) fn of(index: &UnitIndex<'_>, new_profiles: &NewProfiles, changes: &[Change], places: usize) -> String {
    let mut parts: Vec<String> = Vec::new();
    for change in changes {
        let part = match change {
            Change::Rewire { to, kind, .. } | Change::Replace { to, kind, .. } => hold(index, new_profiles, *to, *kind),
            Change::Reshape { slot, key } => reshape(index, *slot, *key),
            Change::Rename { slot } => format!("write it as {}", index.slot(*slot).spec.key),
            Change::Remove { slot } => format!("delete {}", index.slot(*slot).argument),
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let shared = if places > 1 { format!(" (in {places} places at once)") } else { String::new() };
    format!("{}{shared}", parts.join(", "))
}

fn hold(index: &UnitIndex<'_>, new_profiles: &NewProfiles, to: Target, kind: Attribute) -> String {
    let what = if kind == Attribute::Name { "name" } else { "ARN" };
    match to {
        Target::Existing(profile) => format!("use the {what} of {}", index.profile(profile).address),
        Target::Planned(planned) => {
            let planned = new_profiles.profile(planned);
            let role = &index.role(planned.role).address;
            format!("add the instance profile {} for {role} and use its {what}", planned.id)
        }
        Target::Role(role) => format!("use the name of {}", index.role(role).address),
        Target::NameInArn => "use the name in the ARN".to_owned(),
    }
}

fn reshape(index: &UnitIndex<'_>, slot: SlotId, inner: Option<&str>) -> String {
    let slot = index.slot(slot);
    let key = slot.spec.key;
    match (slot.state, slot.spec.shape, inner) {
        (SlotState::WrongShape { .. }, Shape::List(_), _) => format!("write {key} as a list"),
        (SlotState::WrongShape { .. }, Shape::Value(_), _) => format!("write {key} as one value"),
        (_, _, Some(inner)) => format!("write it as {key}.{inner}"),
        (_, _, None) => format!("write it as {key}"),
    }
}
