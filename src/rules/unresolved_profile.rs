#![doc = include_str!("../../docs/rules/IPF011.md")]

use crate::aws::naming::IdStyle;
use crate::model::{LeafId, Part, Reason, Resolution, SlotId, SlotState, UnitIndex};
use crate::rules::claim::{argument_of, takes_profile};
use crate::rules::rule::{Rule, Severity, Violation};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "IPF011",
    name: "unresolved-profile",
    summary: "value that may or may not be an instance profile",
    documentation: include_str!("../../docs/rules/IPF011.md"),
    severity: Severity::Note,
    check,
    ..Rule::BASE
};

fn check(index: &UnitIndex<'_>, slot: SlotId, leaf: LeafId) -> Option<Violation> {
    let slot = index.slot(slot);
    if !takes_profile(slot) || index.is_reported_elsewhere(index.leaf(leaf)) {
        return None;
    }
    let argument = argument_of(index, slot);
    let is_profile_name = |text| !index.profiles_named(text, &slot.provider_alias).is_empty();
    let message = match &index.leaf(leaf).resolution {
        Resolution::Profile(profile, ..) if index.profile(*profile).node.is_none() => {
            format!("{argument} references `{}`, which no readable file declares", index.profile(*profile).address)
        }
        Resolution::Text(text) | Resolution::Unknown(_, text) if is_profile_name(text) => return None,
        // As the value of an unknown argument, a literal may have nothing to do with roles.
        Resolution::Text(text)
            if text.as_literal().is_some() && matches!(slot.state, SlotState::UnknownArgument { .. }) =>
        {
            return None;
        }
        Resolution::Text(text) => match text.as_literal() {
            Some(_) => unresolved(&argument, "a name or ARN that matches no role here"),
            None => unresolved(&argument, "text that is computed at deployment"),
        },
        Resolution::Unknown(Reason::Undeclared, text) => {
            let named: String = text.0.iter().map(Part::as_str).collect();
            let named = match index.id_style {
                // `WebRole.Arn` is an attribute of the undeclared resource.
                IdStyle::LogicalId => named.split('.').next().unwrap_or_default(),
                IdStyle::Label => &named,
            };
            format!("{argument} references `{named}`, which is not declared")
        }
        Resolution::Unknown(reason, _) => unresolved(&argument, reason_text(reason)),
        _ => return None,
    };
    Some(Violation::display_only(message, None))
}

fn unresolved(argument: &str, what: &str) -> String {
    format!("{argument} is {what}; ipfix cannot tell whether it is an instance profile")
}

fn reason_text(reason: &Reason) -> &'static str {
    match reason {
        Reason::Variable => "set from outside (a variable or parameter)",
        Reason::Import => "read from elsewhere (an import or data source)",
        Reason::Module => "an output of a module or nested stack",
        Reason::Computed => "computed at deployment",
        Reason::UnreadableFile => "defined in an unreadable file",
        Reason::Undeclared => "a name that is not declared",
        Reason::Unsupported(why) => why,
    }
}
