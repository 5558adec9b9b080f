//! What a fix does, in one sentence.

use super::{Change, Holder};
use crate::aws::slots::{Kind, Shape};
use crate::model::{Facts, Found, SlotId};
use crate::plan::target::Additions;

/// The title of a fix that makes these changes at so many places.
pub(super) fn of(facts: &Facts<'_>, additions: &Additions, changes: &[Change], places: usize) -> String {
    let mut parts: Vec<String> = Vec::new();
    for change in changes {
        let part = match change {
            Change::Rewire { to, kind, .. } | Change::Replace { to, kind, .. } => hold(facts, additions, *to, *kind),
            Change::Reshape { slot, key } => reshape(facts, *slot, *key),
            Change::Rename { slot } => format!("write it as {}", facts.slot(*slot).spec.key),
            Change::Remove { slot } => format!("delete {}", facts.slot(*slot).argument),
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let shared = if places > 1 { format!(" (in {places} places at once)") } else { String::new() };
    format!("{}{shared}", parts.join(", "))
}

fn hold(facts: &Facts<'_>, additions: &Additions, to: Holder, kind: Kind) -> String {
    let what = if kind == Kind::Name { "name" } else { "ARN" };
    match to {
        Holder::Existing(profile) => format!("use the {what} of {}", facts.profile(profile).address),
        Holder::Planned(planned) => {
            let planned = additions.profile(planned);
            let role = &facts.role(planned.role).address;
            format!("add the instance profile {} for {role} and use its {what}", planned.id)
        }
        Holder::Role(role) => format!("use the name of {}", facts.role(role).address),
        Holder::NameInArn => "use the name in the ARN".to_owned(),
    }
}

fn reshape(facts: &Facts<'_>, slot: SlotId, inner: Option<&str>) -> String {
    let slot = facts.slot(slot);
    let key = slot.spec.key;
    match (slot.found, slot.spec.shape, inner) {
        (Found::WrongShape { .. }, Shape::List(_), _) => format!("write {key} as a list"),
        (Found::WrongShape { .. }, Shape::Value(_), _) => format!("write {key} as one value"),
        (_, _, Some(inner)) => format!("write it as {key}.{inner}"),
        (_, _, None) => format!("write it as {key}"),
    }
}
