//! Locals between a role and a slot, and what else reads them.

use super::parts::{Parts, Repeat, block};
use super::pick::{Pick, anywhere};
use super::role::Role;
use crate::random::Dice;

/// What a local holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    List,
    Map,
    Role,
}

/// A pick that goes through a local, which may have other readers.
pub(crate) fn through(dice: &mut Dice, role: &Role, attribute: &str, parts: &mut Parts) -> Pick {
    let (kind, local, form, expression) = match &role.repeat {
        Repeat::Count { times, .. } if *times > 0 && dice.often(45) => of_counted(dice, role, *times, attribute, parts),
        Repeat::Each { keys, .. } if dice.often(45) => of_keyed(dice, role, keys, attribute, parts),
        _ => of_pick(dice, role, attribute, parts),
    };
    // What is known at plan only can be a key.
    if dice.often(50) {
        let shared = Shared { local: &local, known: attribute == "name", name: attribute != "arn" };
        read(dice, kind, &shared, parts);
    }
    Pick { form, expression }
}

type Local = (Kind, String, &'static str, String);

fn of_pick(dice: &mut Dice, role: &Role, attribute: &str, parts: &mut Parts) -> Local {
    let inner = anywhere(dice, role, attribute, parts);
    parts.note(inner.form);
    match dice.below(8) {
        0 => {
            let local = parts.local("list", &format!("[{}]", inner.expression));
            (Kind::List, local.clone(), "local list", format!("{local}[0]"))
        }
        1 => {
            let local = parts.local("by_name", &format!("{{ web = {} }}", inner.expression));
            let read = if dice.often(50) { format!("{local}.web") } else { format!("{local}[\"web\"]") };
            (Kind::Map, local, "local map", read)
        }
        2 => {
            let first = parts.local("role_name", &inner.expression);
            let second = parts.local("profile_name", &first);
            (Kind::Text, if dice.often(50) { first } else { second.clone() }, "local of a local", second)
        }
        _ => {
            let local = parts.local("role_name", &inner.expression);
            (Kind::Text, local.clone(), "local", local)
        }
    }
}

fn of_counted(dice: &mut Dice, role: &Role, times: usize, attribute: &str, parts: &mut Parts) -> Local {
    let address = role.address();
    let index = dice.below(times);
    let splat = format!("{address}[*].{attribute}");
    if dice.often(20) {
        let (value, read) = match dice.below(2) {
            0 => (address, format!("[{index}].{attribute}")),
            _ => (format!("{address}[{index}]"), format!(".{attribute}")),
        };
        let local = parts.local("role", &value);
        return (Kind::Role, local.clone(), "local role", format!("{local}{read}"));
    }
    let value = match dice.below(4) {
        0 => format!("[for r in {address} : r.{attribute}]"),
        1 => format!("sort({splat})"),
        _ => splat,
    };
    let local = parts.local("names", &value);
    let read = match dice.below(5) {
        0 if times == 1 => format!("one({local})"),
        1 => format!("element({local}, {index})"),
        2 => format!("sort({local})[{index}]"),
        _ => format!("{local}[{index}]"),
    };
    (Kind::List, local, "local list of all", read)
}

fn of_keyed(dice: &mut Dice, role: &Role, keys: &[String], attribute: &str, parts: &mut Parts) -> Local {
    let address = role.address();
    let index = dice.below(keys.len());
    let (key, last) = (&keys[index], &keys[keys.len() - 1]);
    let both = if key == last { format!("[\"{key}\"]") } else { format!("[\"{last}\", \"{key}\"]") };
    match dice.below(6) {
        0 => {
            let local = parts.local("names", &format!("[for k in {both} : {address}[k].{attribute}]"));
            (Kind::List, local.clone(), "local for over keys", format!("{local}[0]"))
        }
        1 => {
            let local = parts.local("roles", &format!("{{ for k in {both} : \"k-${{k}}\" => {address}[k] }}"));
            (Kind::Role, local.clone(), "local map of roles", format!("{local}[\"k-{key}\"].{attribute}"))
        }
        2 => {
            let local = parts.local("the_role", &format!("{address}[\"{key}\"]"));
            (Kind::Role, local.clone(), "local role", format!("{local}.{attribute}"))
        }
        3 => {
            let local = parts.local("all_roles", &address);
            (Kind::Role, local.clone(), "local role", format!("{local}[\"{key}\"].{attribute}"))
        }
        _ => {
            let local = parts.local("by_key", &format!("{{ for k, r in {address} : k => r.{attribute} }}"));
            let read = match dice.below(3) {
                0 => format!("values({local})[{index}]"),
                _ => format!("{local}[\"{key}\"]"),
            };
            (Kind::Map, local, "local map of all", read)
        }
    }
}

const POLICY: &str = "policy_arn = \"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore\"";

/// A local of plain text waits for nothing by itself.
const WAIT: &str = "depends_on = [aws_iam_role.app]";

/// A local with another reader; `known`: at plan; `name`: of a role.
struct Shared<'l> {
    local: &'l str,
    known: bool,
    name: bool,
}

/// Adds something else that reads a local.
fn read(dice: &mut Dice, kind: Kind, shared: &Shared<'_>, parts: &mut Parts) {
    parts.note("local shared");
    let way = dice.below(8);
    let done = match kind {
        Kind::Text => shared.text(way, parts),
        Kind::List => shared.list(dice, way, parts),
        Kind::Map => shared.map(way, parts),
        Kind::Role => None,
    };
    if done.is_none() {
        output(shared.local, parts);
    }
}

impl Shared<'_> {
    fn text(&self, way: usize, parts: &mut Parts) -> Option<()> {
        let local = self.local;
        match way {
            0 if self.name => attachment(parts, ["count = 1", &format!("role = {local}")]),
            1 if self.known => attachment(parts, [&format!("for_each = toset([{local}])"), "role = each.key"]),
            2 if self.known => topic(parts, [&format!("for_each = {{ ({local}) = \"x\" }}"), "name = each.key"]),
            3 if self.known => {
                let count = format!("count = {local} == \"app-role\" || {local} == \"app-0\" ? 2 : 1");
                topic(parts, [&count, "name = \"topic-${count.index}\""]);
            }
            4 => tag_specifications(local, parts),
            5 => resource(
                parts,
                "aws_instance",
                "plain",
                &["ami = \"ami-12345678\"", "instance_type = \"t3.micro\"", &tags(local)],
            ),
            _ if self.name => topic(parts, [&format!("name = {local}"), &tags(local)]),
            _ => return None,
        }
        Some(())
    }

    fn list(&self, dice: &mut Dice, way: usize, parts: &mut Parts) -> Option<()> {
        let local = self.local;
        let set = format!("for_each = toset({local})");
        match way {
            0 | 1 if self.known => attachment(parts, [&set, dice.one_of(&["role = each.key", "role = each.value"])]),
            2 if self.name => {
                attachment(parts, [&format!("count = length({local})"), &format!("role = {local}[count.index]")]);
            }
            3 if self.known => topic(parts, [&set, "name = each.key"]),
            4 => topic(parts, ["name = \"t\"", &tags(&format!("join(\",\", {local})"))]),
            _ => return None,
        }
        Some(())
    }

    fn map(&self, way: usize, parts: &mut Parts) -> Option<()> {
        let local = self.local;
        let each = format!("for_each = {local}");
        match way {
            0 | 1 if self.name => attachment(parts, [&each, "role = each.value"]),
            2 if self.name => topic(parts, [&each, "name = each.value"]),
            3 => topic(parts, ["name = \"t\"", &format!("tags = {local}")]),
            4 if self.known => {
                topic(parts, [&format!("for_each = {{ for k, v in {local} : v => k }}"), "name = each.key"]);
            }
            _ => return None,
        }
        Some(())
    }
}

fn tags(value: &str) -> String {
    format!("tags = {{\n  role = {value}\n}}")
}

fn resource(parts: &mut Parts, kind: &str, stem: &str, lines: &[&str]) {
    let label = parts.label(stem);
    let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    parts.other.push(block(&format!("resource \"{kind}\" \"{label}\""), &lines));
}

fn attachment(parts: &mut Parts, lines: [&str; 2]) {
    resource(parts, "aws_iam_role_policy_attachment", "ssm", &[lines[0], lines[1], POLICY, WAIT]);
}

fn topic(parts: &mut Parts, lines: [&str; 2]) {
    resource(parts, "aws_sns_topic", "topic", &lines);
}

fn output(local: &str, parts: &mut Parts) {
    let name = local.trim_start_matches("local.");
    parts.other.push(block(&format!("output \"{name}\""), &[format!("value = {local}")]));
}

/// A dynamic block whose key the local is.
fn tag_specifications(local: &str, parts: &mut Parts) {
    let content = "  content {\n    resource_type = tag_specifications.value\n    tags = {\n      role = tag_specifications.key\n    }\n  }";
    let lines = [
        "image_id = \"ami-12345678\"".to_owned(),
        format!("dynamic \"tag_specifications\" {{\n  for_each = {{ ({local}) = \"instance\" }}\n{content}\n}}"),
    ];
    let label = parts.label("tagged");
    parts.other.push(block(&format!("resource \"aws_launch_template\" \"{label}\""), &lines));
}
