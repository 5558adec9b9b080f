//! How a slot reads one instance of a role.

use super::parts::{Parts, Repeat};
use super::role::Role;
use crate::random::Dice;

/// An expression that is one role's name or ARN.
#[derive(Clone)]
pub(crate) struct Pick {
    /// What kind it is of, for the figures.
    pub(crate) form: &'static str,
    /// Its text.
    pub(crate) expression: String,
}

fn pick(form: &'static str, expression: String) -> Pick {
    Pick { form, expression }
}

/// A pick that means the same everywhere in the module.
pub(crate) fn anywhere(dice: &mut Dice, role: &Role, attribute: &str, parts: &mut Parts) -> Pick {
    // What takes an ARN refuses a name before AWS is asked.
    if dice.often(8) && !role.names.is_empty() && attribute != "arn" {
        return text(dice, role, parts);
    }
    match &role.repeat {
        Repeat::Once => once(dice, &role.address(), attribute, parts),
        Repeat::Count { times: 0, .. } => guarded(dice, role, attribute, parts),
        Repeat::Count { .. } if role.condition.is_some() && dice.often(60) => guarded(dice, role, attribute, parts),
        Repeat::Count { times, .. } => counted(dice, role, *times, attribute, parts),
        Repeat::Each { keys, .. } => keyed(dice, role, keys, attribute, parts),
    }
}

/// The role's name, written out.
fn text(dice: &mut Dice, role: &Role, parts: &mut Parts) -> Pick {
    let name = dice.one_of(&role.names);
    match dice.below(4) {
        0 => pick("name in a variable", parts.variable("profile", &format!("\"{name}\""))),
        1 => pick("name by format", format!("format(\"%s\", \"{name}\")")),
        2 if !role.name.contains("each.") && !role.name.contains("count.") => pick("same text", role.name.clone()),
        _ => pick("literal", format!("\"{name}\"")),
    }
}

fn once(dice: &mut Dice, address: &str, attribute: &str, parts: &mut Parts) -> Pick {
    let one = format!("{address}.{attribute}");
    match dice.below(12) {
        0 => pick("splat of one", format!("one({address}[*].{attribute})")),
        1 => pick("splat of one", format!("{address}.*.{attribute}[0]")),
        2 => {
            let use_other = parts.variable("other", "false");
            pick("conditional with text", format!("{use_other} ? \"existing\" : {one}"))
        }
        3 => pick("list", format!("[{one}, \"existing\"][0]")),
        4 => pick("map", format!("{{ web = {one}, db = \"existing\" }}[\"web\"]")),
        5 => pick("for", format!("[for r in [{address}] : r.{attribute}][0]")),
        _ => pick("direct", one),
    }
}

/// Of a role that may be absent.
fn guarded(dice: &mut Dice, role: &Role, attribute: &str, parts: &mut Parts) -> Pick {
    let address = role.address();
    let first = format!("{address}[0].{attribute}");
    let splat = format!("{address}[*].{attribute}");
    let condition = role.condition.clone().unwrap_or_else(|| format!("length({address}) > 0"));
    match dice.below(10) {
        0 => pick("one(splat)", format!("one({splat})")),
        1 => pick("try", format!("try({first}, null)")),
        2 => pick("try", format!("try({first}, {})", parts.variable("fallback", "\"existing\""))),
        3 => {
            let other = parts.variable("fallback", "{ name = \"existing\", id = \"existing\", arn = \"existing\" }");
            pick("attribute of try", format!("try({address}[0], {other}).{attribute}"))
        }
        4 => pick("conditional", format!("{condition} ? {first} : null")),
        5 => pick("conditional", format!("{condition} ? {first} : {}", parts.variable("existing", "\"existing\""))),
        6 => pick("join(splat)", format!("join(\"\", {splat})")),
        7 => pick("element(concat)", format!("element(concat({splat}, [\"existing\"]), 0)")),
        8 => pick("coalesce", format!("coalesce(one({splat}), \"existing\")")),
        _ => pick("conditional by length", format!("length({address}) > 0 ? {first} : null")),
    }
}

fn counted(dice: &mut Dice, role: &Role, times: usize, attribute: &str, parts: &mut Parts) -> Pick {
    let address = role.address();
    let index = dice.below(times);
    let splat = format!("{address}[*].{attribute}");
    let legacy = format!("{address}.*.{attribute}");
    let last = times - 1;
    if times == 1 && dice.often(25) {
        return dice.one_of(&[
            pick("one(splat)", format!("one({splat})")),
            pick("join(splat)", format!("join(\"\", {legacy})")),
        ]);
    }
    match dice.below(26) {
        0..=5 => pick("index", format!("{address}[{index}].{attribute}")),
        6 => {
            pick("index by variable", format!("{address}[{}].{attribute}", parts.variable("pick", &index.to_string())))
        }
        7 | 8 => pick("element(splat)", format!("element({}, {index})", dice.one_of(&[splat, legacy]))),
        9 | 10 => pick("splat[index]", format!("{}[{index}]", dice.one_of(&[format!("({splat})"), legacy]))),
        11 | 24 | 25 => pick("sort", format!("sort({splat})[{index}]")),
        12 => pick("toset", format!("tolist(toset({splat}))[{index}]")),
        13 => pick("distinct", format!("distinct({splat})[{index}]")),
        14 => pick("reverse", format!("reverse({splat})[{index}]")),
        15 => pick("element(concat)", format!("element(concat({splat}, [\"existing\"]), {index})")),
        16 => pick("for", format!("[for r in {address} : r.{attribute}][{index}]")),
        17 => pick("for over indexes", format!("[for i in [{last}, 0] : {address}[i].{attribute}][0]")),
        18 => pick("for map", format!("{{ for i, r in {address} : \"k${{i}}\" => r.{attribute} }}[\"k{index}\"]")),
        19 => pick("try", format!("try({address}[{index}].{attribute}, null)")),
        20 => {
            let which = parts.variable("which", "true");
            pick("attribute of conditional", format!("({which} ? {address}[{last}] : {address}[0]).{attribute}"))
        }
        21 => {
            let which = parts.variable("which", "false");
            pick("two arms", format!("{which} ? {address}[0].{attribute} : {address}[{last}].{attribute}"))
        }
        22 => pick("list", format!("[{address}[{last}].{attribute}, {address}[0].{attribute}][0]")),
        _ => pick("slice", format!("slice({splat}, {last}, {times})[0]")),
    }
}

fn keyed(dice: &mut Dice, role: &Role, keys: &[String], attribute: &str, parts: &mut Parts) -> Pick {
    let address = role.address();
    let index = dice.below(keys.len());
    let key = &keys[index];
    let last = &keys[keys.len() - 1];
    let one = format!("{address}[\"{key}\"].{attribute}");
    match dice.below(20) {
        0..=5 => pick("key", one),
        6 => {
            pick("key by variable", format!("{address}[{}].{attribute}", parts.variable("key", &format!("\"{key}\""))))
        }
        7 | 8 => pick("values[index]", format!("values({address})[{index}].{attribute}")),
        9 => pick("sort", format!("sort(values({address})[*].{attribute})[{index}]")),
        10 => pick("values splat", format!("element(values({address})[*].{attribute}, {index})")),
        11 => pick("for", format!("[for r in {address} : r.{attribute}][{index}]")),
        12 => pick("for if", format!("[for k, r in {address} : r.{attribute} if k == \"{key}\"][0]")),
        13 => pick("for map", format!("{{ for k, r in {address} : k => r.{attribute} }}[\"{key}\"]")),
        14 => pick("for over keys", format!("[for k in [\"{last}\", \"{key}\"] : {address}[k].{attribute}][0]")),
        15 => pick("keys", format!("{address}[keys({address})[{index}]].{attribute}")),
        16 => pick("try", format!("try({one}, null)")),
        17 => {
            let which = parts.variable("which", "true");
            pick(
                "attribute of conditional",
                format!("({which} ? {address}[\"{key}\"] : {address}[\"{last}\"]).{attribute}"),
            )
        }
        18 => pick("map", format!("{{ web = {one}, db = {address}[\"{last}\"].{attribute} }}[\"web\"]")),
        _ => pick("one(for)", format!("one([for k, r in {address} : r.{attribute} if k == \"{key}\"])")),
    }
}

/// Something around a pick that changes nothing.
pub(crate) fn wrapped(dice: &mut Dice, expression: String, parts: &mut Parts) -> String {
    match dice.below(20) {
        0 => format!("({expression})"),
        1 if !expression.contains('"') => format!("\"${{{expression}}}\""),
        2 => format!("try({expression}, null)"),
        3 => format!("coalesce({expression}, \"existing\")"),
        4 => format!("format(\"%s\", {expression})"),
        5 => format!("{} ? {expression} : null", parts.variable("enabled", "true")),
        _ => expression,
    }
}
