//! Profiles that are there already, and fit or do not.

use super::parts::{Parts, Repeat, block};
use super::role::Role;
use crate::random::Dice;

/// What a profile block holds: how it repeats, its name, its role, and a word for it.
struct Shape {
    repeat: Option<String>,
    name: String,
    role: String,
    what: &'static str,
}

fn shape(repeat: Option<String>, name: &str, role: String, what: &'static str) -> Shape {
    Shape { repeat, name: name.to_owned(), role, what }
}

/// Adds a profile of `role` called `label`; its address.
pub(crate) fn make(dice: &mut Dice, role: &Role, label: &str, parts: &mut Parts) -> Option<String> {
    let mut shape = match &role.repeat {
        Repeat::Once => once(dice, role, parts),
        Repeat::Count { expression, times } => counted(dice, role, expression, *times, parts)?,
        Repeat::Each { expression, keys } => keyed(dice, role, expression, keys, parts),
    };
    rename(dice, role, label, &mut shape, parts);
    parts.note(&format!("profile {}", shape.what));
    let mut lines: Vec<String> = shape.repeat.into_iter().collect();
    if dice.often(3) {
        lines.push("provider = aws.second".to_owned());
        parts.note("provider");
    }
    lines.push(if dice.often(4) { format!("name_prefix = {}", shape.name) } else { format!("name = {}", shape.name) });
    lines.push(format!("role = {}", shape.role));
    parts.iam.push(block(&format!("resource \"aws_iam_instance_profile\" \"{label}\""), &lines));
    Some(format!("aws_iam_instance_profile.{label}"))
}

fn once(dice: &mut Dice, role: &Role, parts: &mut Parts) -> Shape {
    let address = role.address();
    let name = format!("{address}.name");
    match dice.below(8) {
        0 | 7 => shape(Some("count = 2".to_owned()), "\"p-${count.index}\"", name, "twice"),
        1 => {
            let create = parts.variable("make", "true");
            let external = parts.variable("existing", "\"existing-role\"");
            shape(None, "\"p\"", format!("{create} ? {name} : {external}"), "conditional role")
        }
        2 => shape(Some("for_each = toset([\"main\"])".to_owned()), "\"p-${each.key}\"", name, "keyed by others"),
        3 => {
            let local = parts.local("profile_role", &name);
            shape(None, "\"p\"", local, "role by a local")
        }
        4 => {
            let create = parts.variable("make", "true");
            shape(Some(format!("count = {create} ? 1 : 0")), "\"p\"", name, "conditional")
        }
        _ => shape(None, "\"p\"", if dice.often(30) { format!("{address}.id") } else { name }, "plain"),
    }
}

fn counted(dice: &mut Dice, role: &Role, expression: &str, times: usize, parts: &mut Parts) -> Option<Shape> {
    let address = role.address();
    let same = Some(format!("count = {expression}"));
    let plain = format!("{address}[count.index].name");
    let name = "\"p-${count.index}\"";
    let last = times.saturating_sub(1);
    Some(match dice.below(17) {
        0 | 1 => shape(same, name, plain, "same count"),
        2 => shape(Some(format!("count = length({address})")), name, plain, "count by length"),
        3 if times > 1 => {
            let role = format!("{address}[count.index + 1].name");
            shape(Some(format!("count = {last}")), name, role, "shifted")
        }
        4 if times > 0 => shape(same, name, format!("{address}[0].name"), "all the first"),
        5 if times > 1 => shape(same, name, format!("{address}[{last} - count.index].name"), "reversed"),
        6 | 14 if times > 1 => {
            let name = "count.index == 0 ? \"pz\" : \"pa-${count.index}\"";
            shape(same, name, plain, "names in another order")
        }
        7 | 15 if times > 0 => {
            shape(Some("count = 2".to_owned()), name, format!("{address}[0].name"), "twice the first")
        }
        8 if times > 0 => shape(None, "\"p\"", format!("{address}[{last}].name"), "of the last"),
        9 if times > 1 => shape(Some(format!("count = {last}")), name, plain, "one fewer"),
        10 => {
            let create = role.condition.clone()?;
            let external = parts.variable("existing", "\"existing-role\"");
            shape(None, "\"p\"", format!("{create} ? {address}[0].name : {external}"), "conditional role")
        }
        11 if times > 0 => {
            let keys: Vec<String> = (0..times).map(|index| format!("\"{index}\"")).collect();
            let each = format!("for_each = toset([{}])", keys.join(", "));
            shape(Some(each), "\"p-${each.key}\"", format!("{address}[tonumber(each.key)].name"), "keyed by index")
        }
        12 if times > 0 => shape(
            Some(format!("for_each = {{ for r in {address} : r.name => r }}")),
            "\"p-${each.key}\"",
            "each.value.name".to_owned(),
            "keyed by name",
        ),
        _ if times > 0 => shape(None, "\"p\"", format!("{address}[0].name"), "of the first"),
        _ => return None,
    })
}

fn keyed(dice: &mut Dice, role: &Role, expression: &str, keys: &[String], parts: &mut Parts) -> Shape {
    let address = role.address();
    let same = Some(format!("for_each = {expression}"));
    let plain = format!("{address}[each.key].name");
    let name = "\"p-${each.key}\"";
    let (first, last) = (&keys[0], &keys[keys.len() - 1]);
    match dice.below(12) {
        0 | 1 => shape(same, name, plain, "same for_each"),
        2 | 3 => {
            let role = if dice.often(60) { "each.value.name".to_owned() } else { plain };
            shape(Some(format!("for_each = {address}")), name, role, "over the role")
        }
        4 => {
            let each = format!("for_each = {{ web = \"{last}\", db = \"{first}\" }}");
            let each = if keys.len() > 1 { each } else { format!("for_each = {{ web = \"{first}\" }}") };
            shape(Some(each), name, format!("{address}[each.value].name"), "keyed by others")
        }
        5 => shape(Some(format!("for_each = toset([\"{first}\"])")), name, plain, "fewer keys"),
        6 => shape(None, "\"p\"", format!("{address}[\"{first}\"].name"), "of the first"),
        7 => {
            let each = format!("for_each = {{ \"{first}\" = \"{last}\", \"{last}\" = \"{first}\" }}");
            let each = if keys.len() > 1 { each } else { format!("for_each = {{ \"{first}\" = \"{first}\" }}") };
            shape(Some(each), name, format!("{address}[each.value].name"), "swapped")
        }
        8 => {
            let order = parts.local("order", &format!("[\"{last}\", \"{first}\"]"));
            let role = format!("{address}[{order}[count.index]].name");
            shape(Some(format!("count = length({order})")), "\"p-${count.index}\"", role, "counted")
        }
        9 => shape(same, name, format!("{address}[\"{first}\"].name"), "all the first"),
        10 => {
            let each = format!("for_each = {{ for k, r in {address} : r.name => k }}");
            shape(Some(each), name, format!("{address}[each.value].name"), "keyed by name")
        }
        _ => shape(None, "\"p\"", format!("values({address})[0].name"), "of the first"),
    }
}

/// Gives it a name that is the role's, or looks like it.
fn rename(dice: &mut Dice, role: &Role, label: &str, shape: &mut Shape, parts: &mut Parts) {
    if shape.name == "\"p\"" {
        let real = role.names.first().cloned().unwrap_or_else(|| "app-role".to_owned());
        let (name, note) = match dice.below(12) {
            0 => (shape.role.clone(), Some("name by reference")),
            1 => (format!("\"{real}\""), Some("name by literal")),
            2 => (format!("\"{}\"", real.to_uppercase()), Some("name in capitals")),
            3 => (format!("format(\"%s\", \"{real}\")"), Some("name by format")),
            4 => (format!("join(\"-\", {:?})", real.split('-').collect::<Vec<_>>()), Some("name by join")),
            _ => (format!("\"{label}-profile\""), None),
        };
        shape.name = name;
        note.into_iter().for_each(|note| parts.note(note));
        return;
    }
    let alike = matches!(shape.what, "same count" | "same for_each" | "over the role" | "one fewer" | "fewer keys");
    let unique = alike || matches!(shape.what, "shifted" | "reversed" | "swapped" | "keyed by others" | "counted");
    if shape.what != "twice" && unique && dice.often(25) {
        let by_expression = alike && shape.what != "over the role" && dice.often(50);
        let by_expression = by_expression && !(shape.what == "fewer keys" && role.name.contains("each.value"));
        shape.name = if by_expression { role.name.clone() } else { shape.role.clone() };
        parts.note("name by reference");
    } else if label != "app" {
        shape.name = shape.name.replace("\"p", &format!("\"{label}"));
    }
}
