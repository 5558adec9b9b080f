//! What a fix does, in one sentence.

use crate::aws::slots::{Attribute, Shape};
use crate::model::{SlotId, SlotState, UnitIndex};
use crate::plan::target::NewProfiles;
use crate::plan::{Change, Target};

/// The title of a fix that makes these changes to so many slots.
pub(super) fn title(index: &UnitIndex<'_>, new_profiles: &NewProfiles, changes: &[Change], slots: usize) -> String {
    let mut parts: Vec<String> = Vec::new();
    for change in changes {
        let part = match change {
            Change::Rewire { to, kind, .. } | Change::Replace { to, kind, .. } => {
                use_target(index, new_profiles, *to, *kind)
            }
            Change::Reshape { slot, key } => reshape(index, *slot, *key),
            Change::Rename { slot } => format!("rename the argument to `{}`", index.slot(*slot).spec.key),
            Change::Remove { slot } => format!("delete `{}`", index.slot(*slot).argument),
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let last = parts.pop().unwrap_or_default();
    let first = parts.join(", ");
    let joint = match (first.is_empty(), first.contains(" and ")) {
        (true, _) => "",
        (false, true) => ", and ",
        (false, false) => " and ",
    };
    let places = if slots > 1 { format!(" (in {slots} places)") } else { String::new() };
    format!("{first}{joint}{last}{places}")
}

fn use_target(index: &UnitIndex<'_>, new_profiles: &NewProfiles, to: Target, kind: Attribute) -> String {
    let attribute = if kind == Attribute::Name { "name" } else { "ARN" };
    match to {
        Target::Existing(profile) => {
            let profile = index.profile(profile);
            match profile.module.as_ref().and_then(|module| Some((&module.reference, module.output(kind)?))) {
                Some((call, (output, _))) => format!("use the output `{call}.{output}`"),
                None => format!("use the {attribute} of `{}`", profile.address),
            }
        }
        Target::Planned(planned) => {
            let planned = new_profiles.profile(planned);
            let (profile, role) = (planned.address(index), index.role(planned.role));
            format!("add `{profile}` for `{}` and use its {attribute}", role.address)
        }
        Target::Role(role) => format!("use the name of `{}`", index.role(role).address),
        Target::NameInArn => "use the name in the ARN".to_owned(),
    }
}

fn reshape(index: &UnitIndex<'_>, slot: SlotId, inner: Option<&str>) -> String {
    let slot = index.slot(slot);
    let key = slot.spec.key;
    match (slot.state, slot.spec.shape, inner) {
        (SlotState::WrongShape { .. }, Shape::List(_), _) => format!("write `{key}` as a list"),
        (SlotState::WrongShape { .. }, Shape::Value(_), _) => format!("write `{key}` as a single value"),
        (_, _, Some(inner)) => format!("write the argument as `{key}.{inner}`"),
        (_, _, None) => format!("write the argument as `{key}`"),
    }
}
