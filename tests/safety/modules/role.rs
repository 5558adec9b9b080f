//! Roles: how they repeat, and how they are called.

use super::parts::{Parts, Repeat, block};
use crate::random::Dice;

const TRUST: &str = r#"assume_role_policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"}}]}""#;

/// A role of a generated module.
#[derive(Clone)]
pub(crate) struct Role {
    /// Its label.
    pub(crate) label: String,
    /// How it repeats.
    pub(crate) repeat: Repeat,
    /// The expression of its name.
    pub(crate) name: String,
    /// The names, in the order of the instances.
    pub(crate) names: Vec<String>,
    /// The condition of a role that may be absent.
    pub(crate) condition: Option<String>,
}

impl Role {
    /// `aws_iam_role.app`
    pub(crate) fn address(&self) -> String {
        format!("aws_iam_role.{}", self.label)
    }

    /// Makes a role called after `label`.
    pub(crate) fn make(dice: &mut Dice, label: &str, parts: &mut Parts) -> Role {
        let drawn = dice.below(10);
        let role = match drawn {
            0..=3 => once(dice, label, parts),
            4..=6 => counted(dice, label, parts),
            _ => keyed(dice, label, parts),
        };
        let mut lines: Vec<String> = role.repeat.line().into_iter().collect();
        if dice.often(3) {
            lines.push("provider = aws.second".to_owned());
            parts.note("provider");
        }
        lines.push(format!("name = {}", role.name));
        if dice.often(5) {
            lines.push("path = \"/service/\"".to_owned());
        }
        lines.push(TRUST.to_owned());
        parts.iam.push(block(&format!("resource \"aws_iam_role\" \"{label}\""), &lines));
        role
    }
}

fn once(dice: &mut Dice, label: &str, parts: &mut Parts) -> Role {
    let name = match dice.below(8) {
        0 => parts.variable(&format!("{label}_name"), &format!("\"{label}-role\"")),
        1 => format!("format(\"%s-role\", \"{label}\")"),
        2 => format!("\"${{{}}}-role\"", parts.variable("prefix", &format!("\"{label}\""))),
        3 => parts.local(&format!("{label}_name"), &format!("\"{label}-role\"")),
        4 => format!("join(\"-\", [\"{label}\", \"role\"])"),
        _ => format!("\"{label}-role\""),
    };
    parts.note("role once");
    Role { label: label.to_owned(), repeat: Repeat::Once, name, names: vec![format!("{label}-role")], condition: None }
}

fn counted(dice: &mut Dice, label: &str, parts: &mut Parts) -> Role {
    let mut condition = None;
    let mut listed = None;
    let (expression, times) = match dice.below(10) {
        0..=3 => {
            let times = 1 + dice.below(3);
            (times.to_string(), times)
        }
        4 | 5 => {
            let create = parts.variable("create", if dice.often(65) { "true" } else { "false" });
            let times = usize::from(parts.variables.last().is_some_and(|block| block.contains("true")));
            condition = Some(create.clone());
            (format!("{create} ? 1 : 0"), times)
        }
        6 => {
            let names = parts.variable("names", &format!("[\"z-{label}\", \"a-{label}\", \"m-{label}\"]"));
            listed = Some(names.clone());
            (format!("length({names})"), 3)
        }
        7 => {
            let times = 1 + dice.below(3);
            (parts.local("times", &times.to_string()), times)
        }
        _ => {
            let (a, b) = (parts.variable("many", "true"), parts.variable("some", "true"));
            (format!("{a} ? 3 : ({b} ? 1 : 0)"), 3)
        }
    };
    let indexed = |name: &dyn Fn(usize) -> String| (0..times).map(name).collect::<Vec<String>>();
    let (name, names) = match (listed, dice.below(6)) {
        (Some(list), 0..=3) => {
            (format!("{list}[count.index]"), ["z", "a", "m"].map(|first| format!("{first}-{label}")).to_vec())
        }
        (_, 0) => (format!("format(\"{label}-%d\", count.index)"), indexed(&|index| format!("{label}-{index}"))),
        (_, 1) => {
            let name = format!("count.index == 0 ? \"z-{label}\" : \"a-{label}-${{count.index}}\"");
            let of = |index| if index == 0 { format!("z-{label}") } else { format!("a-{label}-{index}") };
            (name, indexed(&of))
        }
        (_, 2 | 3) if times < 2 => (format!("\"{label}-role\""), indexed(&|_| format!("{label}-role"))),
        _ => (format!("\"{label}-${{count.index}}\""), indexed(&|index| format!("{label}-{index}"))),
    };
    parts.note(if condition.is_some() { "role conditional" } else { "role counted" });
    Role { label: label.to_owned(), repeat: Repeat::Count { expression, times }, name, names, condition }
}

fn keyed(dice: &mut Dice, label: &str, parts: &mut Parts) -> Role {
    let mut keys = vec![format!("{label}-x"), format!("{label}-y")];
    if dice.often(30) {
        keys.truncate(1);
    } else if dice.often(20) {
        keys.push(format!("{label}-z"));
    }
    // The names are in another order than the keys.
    let values: Vec<String> = keys.iter().enumerate().map(|(index, key)| format!("n{}-{key}", 9 - index)).collect();
    let list = format!("[{}]", keys.iter().map(|key| format!("\"{key}\"")).collect::<Vec<_>>().join(", "));
    let pairs: Vec<String> = keys.iter().zip(&values).map(|(key, value)| format!("{key} = \"{value}\"")).collect();
    let map = format!("{{ {} }}", pairs.join(", "));
    let (expression, mapped) = match dice.below(8) {
        0..=2 => (format!("toset({list})"), false),
        3 => (map, true),
        4 => (format!("toset({})", parts.variable("keys", &list)), false),
        5 => (parts.variable("roles", &map), true),
        6 => (parts.local("roles", &map), true),
        _ => {
            let base = parts.label("base");
            let lines = [format!("for_each = toset({list})"), "name = each.key".to_owned()];
            parts.other.push(block(&format!("resource \"aws_sns_topic\" \"{base}\""), &lines));
            parts.note("role over a resource");
            (format!("aws_sns_topic.{base}"), false)
        }
    };
    let of_keys = |name: &dyn Fn(&str) -> String| keys.iter().map(|key| name(key)).collect::<Vec<String>>();
    let (name, names) = match dice.below(6) {
        0..=2 if mapped => ("each.value".to_owned(), values),
        0 | 1 => ("each.key".to_owned(), keys.clone()),
        2 => ("format(\"%s-role\", each.key)".to_owned(), of_keys(&|key| format!("{key}-role"))),
        3 => {
            let prefix = parts.variable("prefix", "\"acme\"");
            (format!("\"${{{prefix}}}-${{each.key}}\""), of_keys(&|key| format!("acme-{key}")))
        }
        _ => ("\"role-${each.key}\"".to_owned(), of_keys(&|key| format!("role-{key}"))),
    };
    parts.note("role keyed");
    Role { label: label.to_owned(), repeat: Repeat::Each { expression, keys }, name, names, condition: None }
}
