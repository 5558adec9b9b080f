//! Values for the argument of a template's launcher.

use super::Role;
use crate::random::Dice;

/// The value of a slot.
pub(crate) struct Slot {
    /// Its text in YAML.
    pub(crate) text: String,
    /// What kind it is of.
    pub(crate) form: &'static str,
    /// Whether it holds where the role is absent.
    pub(crate) guarded: bool,
}

/// A profile's logical ID and its condition.
type Profile = (&'static str, Option<&'static str>);

/// A value that is the name or ARN of `role`, perhaps under conditions.
pub(crate) fn value(dice: &mut Dice, role: &Role, second: Option<&Role>, profiles: &[Profile], by_arn: bool) -> Slot {
    let (form, leaf) = leaf(dice, role, by_arn);
    let slot = |form, text, guarded| Slot { text, form, guarded };
    let profile = profiles
        .iter()
        .find(|profile| profile.1.is_none())
        .map(|(id, _)| if by_arn { format!("!GetAtt {id}.Arn") } else { format!("!Ref {id}") });
    if let Some(condition) = role.condition.filter(|_| dice.often(70)) {
        let text = match (dice.below(4), second, profile) {
            (0, Some(second), _) => format!("!If [{condition}, {leaf}, {}]", plain(second, by_arn)),
            (1, _, Some(profile)) => format!("!If [{condition}, {leaf}, {profile}]"),
            (2, ..) => format!("!If [{condition}, {leaf}, !Ref ExistingRole]"),
            _ => format!("!If [{condition}, {leaf}, !Ref AWS::NoValue]"),
        };
        return slot("If of the role's condition", text, true);
    }
    let unconditional = role.condition.is_none();
    match (dice.below(14), second, profile) {
        (0, Some(second), _) => {
            let condition = dice.one_of(&["Prod", "Test"]);
            slot("If of two roles", format!("!If [{condition}, {leaf}, {}]", plain(second, by_arn)), unconditional)
        }
        (1, ..) => slot("If with nothing", format!("!If [Prod, {leaf}, !Ref AWS::NoValue]"), unconditional),
        (2, ..) => slot("If with a profile", format!("!If [Test, !Ref ExistingProfile, {leaf}]"), unconditional),
        (3, _, Some(profile)) => {
            let condition = dice.one_of(&["Prod", "Test"]);
            slot("If with a profile", format!("!If [{condition}, {profile}, {leaf}]"), unconditional)
        }
        (4, Some(second), Some(profile)) => {
            let inner = format!("!If [CreateRole, {}, {leaf}]", plain(second, by_arn));
            slot("If in an If", format!("!If [Test, {profile}, {inner}]"), unconditional)
        }
        _ => slot(form, leaf, unconditional),
    }
}

fn plain(role: &Role, by_arn: bool) -> String {
    if by_arn { format!("!GetAtt {}.Arn", role.id) } else { format!("!Ref {}", role.id) }
}

fn leaf(dice: &mut Dice, role: &Role, by_arn: bool) -> (&'static str, String) {
    let id = role.id;
    if by_arn {
        return match dice.below(7) {
            0 => ("GetAtt in long", format!("\n            Fn::GetAtt: [{id}, Arn]")),
            1 => ("Sub of the ARN", format!("!Sub \"${{{id}.Arn}}\"")),
            2 => ("ARN made up", format!("!Sub \"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/${{{id}}}\"")),
            3 => ("Join of one", format!("!Join [\"\", [!GetAtt {id}.Arn]]")),
            4 => ("Select", format!("!Select [0, [!GetAtt {id}.Arn, \"x\"]]")),
            _ => ("GetAtt", format!("!GetAtt {id}.Arn")),
        };
    }
    match (dice.below(16), &role.name) {
        (0, Some(name)) => ("literal", name.clone()),
        (1, Some(name)) => ("Sub of a literal", format!("!Sub \"{name}\"")),
        (2, Some(name)) if name == "named-app" => ("parameter with the name", "!Ref RoleName".to_owned()),
        (2, Some(name)) if name == "mapped-app" => {
            ("map with the name", "!FindInMap [Names, !Ref Env, Role]".to_owned())
        }
        (3, _) => ("Sub", format!("!Sub \"${{{id}}}\"")),
        (4, _) => ("Sub with a map", format!("!Sub [\"${{r}}\", {{ r: !Ref {id} }}]")),
        (5, _) => ("Join of one", format!("!Join [\"\", [!Ref {id}]]")),
        (6, _) => ("Select", format!("!Select [0, [!Ref {id}, \"x\"]]")),
        (7, _) => ("Select and Split of the ARN", format!("!Select [1, !Split [\"/\", !GetAtt {id}.Arn]]")),
        (8, _) => ("Ref in long", format!("\n            Ref: {id}")),
        _ => ("Ref", format!("!Ref {id}")),
    }
}
