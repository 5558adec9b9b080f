#![doc = include_str!("../../docs/rules/IPF011.md")]

use super::{Applicability, Rule, Severity, Suggestion, Violation};
use crate::aws::naming::IdStyle;
use crate::model::{LeafId, Part, Reason, Resolution, SlotId, SlotState, UnitIndex};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF011",
    name: "undecidable-wiring",
    summary: "what stands in the place of an instance profile cannot be known",
    severity: Severity::Note,
    documentation: include_str!("../../docs/rules/IPF011.md"),
    check,
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let place = index.slot(slot);
    if !super::takes_profile(place) {
        return None;
    }
    let resolution = &index.leaf(leaf).resolution;
    if let Resolution::Profile(profile, ..) = resolution
        && index.profile(*profile).node.is_none()
    {
        let (name, address) = (super::place_name(index, place), &index.profile(*profile).address);
        let message = format!("{name} refers to {address}, which no file that could be read declares");
        return Some(Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message));
    }
    let why = match resolution {
        Resolution::Text(text) if index.profiles_named(text, &place.provider_alias).is_empty() => {
            match text.as_literal() {
                // Under a made-up name it may be about something else.
                Some(_) if matches!(place.state, SlotState::UnknownArgument { .. }) => return None,
                Some(_) => "a name or ARN with no role of that name in sight",
                None => "a text that is put together at deployment",
            }
        }
        Resolution::Unknown(Reason::Undeclared, text)
            if index.profiles_named(text, &place.provider_alias).is_empty() =>
        {
            let named: String = text.0.iter().map(Part::as_str).collect();
            // `WebRole.Arn` is the attribute of what is declared nowhere.
            let named = match index.id_style {
                IdStyle::LogicalId => named.split('.').next().unwrap_or_default().to_owned(),
                IdStyle::Label => named,
            };
            let message = format!("{} refers to {named}, which is declared nowhere", super::place_name(index, place));
            return Some(Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message));
        }
        Resolution::Unknown(reason, text) if index.profiles_named(text, &place.provider_alias).is_empty() => {
            reason_text(reason)
        }
        _ => return None,
    };
    let message =
        format!("{} is {why}: ipfix cannot tell whether it is an instance profile", super::place_name(index, place));
    Some(Violation::new(Suggestion::DisplayOnly, Applicability::Unsafe, message))
}

fn reason_text(reason: &Reason) -> &'static str {
    match reason {
        Reason::Variable => "given from outside (a variable or parameter)",
        Reason::Import => "read from elsewhere (an import or data source)",
        Reason::Module => "the output of a module or nested stack",
        Reason::Computed => "computed at deployment",
        Reason::UnreadableFile => "defined in a file that could not be read",
        Reason::Undeclared => "a name that is declared nowhere",
        Reason::Unsupported(why) => why,
    }
}
