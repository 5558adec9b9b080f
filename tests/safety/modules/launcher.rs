//! Launchers: what they are, how they repeat, and their slot.

use super::local;
use super::parts::{Parts, Repeat, block};
use super::pick::{self, Pick};
use super::role::Role;
use crate::random::Dice;

const KINDS: [&str; 6] = [
    "aws_instance",
    "aws_instance",
    "aws_launch_template",
    "aws_launch_template",
    "aws_launch_configuration",
    "aws_spot_instance_request",
];

/// A launcher of a generated module.
pub(crate) struct Launcher {
    /// Its resource type.
    pub(crate) kind: &'static str,
    /// Its label.
    pub(crate) label: String,
    /// `count = …` or `for_each = …`
    pub(crate) repeat: Option<String>,
    /// Its other arguments.
    pub(crate) lines: Vec<String>,
    /// The argument or block under test.
    pub(crate) slot: String,
    /// The value of the argument, as one expression.
    pub(crate) value: String,
    /// The instance that is launched from this template, or the group.
    pub(crate) launched: Option<(String, String)>,
    /// The form of its slot, for the figures.
    pub(crate) form: &'static str,
}

impl Launcher {
    /// Its block.
    pub(crate) fn text(&self) -> String {
        self.block(Some(&self.slot))
    }

    /// The same without the slot, and beside it a resource that holds what stood there.
    pub(crate) fn probe(&self) -> String {
        let mut lines: Vec<String> = self.repeat.clone().into_iter().collect();
        lines.push(format!("input = {}", self.value));
        let probe = block(&format!("resource \"terraform_data\" \"probe_{}\"", self.label), &lines);
        format!("{}\n{probe}", self.block(None))
    }

    fn block(&self, slot: Option<&String>) -> String {
        let lines: Vec<String> = self.repeat.iter().chain(&self.lines).chain(slot).cloned().collect();
        block(&format!("resource \"{}\" \"{}\"", self.kind, self.label), &lines)
    }

    /// Makes one for the first role; sometimes the second is in another branch.
    pub(crate) fn make(dice: &mut Dice, label: &str, roles: [&Role; 2], alone: bool, parts: &mut Parts) -> Launcher {
        let [role, second] = roles;
        let kind = dice.one_of(&KINDS);
        let template = kind == "aws_launch_template";
        let by_arn = template && dice.often(35) && roles.iter().all(|role| !role.names.is_empty());
        let attribute = if by_arn { "arn" } else { dice.one_of(&["name", "name", "name", "name", "id", "arn"]) };
        let (repeat, picked) = repeated(dice, role, attribute, parts);
        let unscoped = picked.is_none();
        let Pick { form, expression } = match picked {
            Some(picked) => picked,
            None if dice.often(40) => local::through(dice, role, attribute, parts),
            None => pick::anywhere(dice, role, attribute, parts),
        };
        parts.note(form);
        let mut value = pick::wrapped(dice, expression, parts);
        if second.label != role.label && dice.often(10) {
            let (which, other) =
                (parts.variable("which", "true"), pick::anywhere(dice, second, attribute, parts).expression);
            let arms = if dice.often(50) { [&value, &other] } else { [&other, &value] };
            value = format!("{which} ? {} : ({})", arms[0], arms[1]);
            parts.note("two roles");
        }
        let mut lines = vec![
            format!(
                "{} = \"ami-12345678\"",
                if template || kind.ends_with("configuration") { "image_id" } else { "ami" }
            ),
            "instance_type = \"t3.micro\"".to_owned(),
        ];
        if !kind.ends_with("configuration") {
            lines.extend(tags(dice, repeat.as_deref(), &value, unscoped, parts));
        }
        let known = attribute == "name" && !value.contains("null");
        let slot = if template {
            template_slot(dice, &value, by_arn, known, parts)
        } else {
            plain_slot(dice, &value, alone, parts)
        };
        let mut launcher = Launcher { kind, label: label.to_owned(), repeat, lines, slot, value, launched: None, form };
        launcher.launch(dice, parts);
        launcher
    }

    /// An instance or a group that is launched from a template or a configuration.
    fn launch(&mut self, dice: &mut Dice, parts: &mut Parts) {
        let index = match &self.repeat {
            None => "",
            Some(line) if line.starts_with("count") => "[count.index]",
            Some(_) => "[each.key]",
        };
        let mut lines: Vec<String> = self.repeat.clone().into_iter().collect();
        let label = format!("{}_run", self.label);
        let reference = format!("{}.{}{index}", self.kind, self.label);
        let kind = match self.kind {
            "aws_launch_template" if dice.often(60) => {
                lines.push(format!("launch_template {{\n  id = {reference}.id\n}}"));
                "aws_instance"
            }
            "aws_launch_configuration" if dice.often(40) => {
                lines.extend(["max_size = 1".to_owned(), "min_size = 0".to_owned()]);
                lines.push(format!("launch_configuration = {reference}.id"));
                "aws_autoscaling_group"
            }
            _ => return,
        };
        parts.other.push(block(&format!("resource \"{kind}\" \"{label}\""), &lines));
        self.launched = Some((kind.to_owned(), label));
    }
}

/// Another reader of what the slot reads, in the launcher itself.
fn tags(dice: &mut Dice, repeat: Option<&str>, value: &str, unscoped: bool, parts: &mut Parts) -> Option<String> {
    if repeat.is_some_and(|line| line.contains("=>")) && dice.often(30) {
        parts.note("each.value shared");
        return Some("tags = {\n  role = try(each.value.name, each.value)\n}".to_owned());
    }
    if unscoped && value.starts_with("local.") && dice.often(15) {
        parts.note("local shared");
        return Some(format!("tags = {{\n  role = {value}\n}}"));
    }
    None
}

/// How the launcher repeats; and if that gives it a name for an instance of the role, what it reads by it.
fn repeated(dice: &mut Dice, role: &Role, attribute: &str, parts: &mut Parts) -> (Option<String>, Option<Pick>) {
    if dice.often(if matches!(role.repeat, Repeat::Once) { 65 } else { 45 }) {
        return (None, None);
    }
    let (line, form, expression) = match &role.repeat {
        Repeat::Once => return over_once(dice, role, attribute, parts),
        Repeat::Count { expression, times } => over_counted(dice, role, expression, *times, attribute, parts),
        Repeat::Each { expression, keys } => over_keyed(dice, role, expression, keys, attribute, parts),
    };
    (Some(line), Some(Pick { form, expression }))
}

fn over_once(dice: &mut Dice, role: &Role, attribute: &str, parts: &mut Parts) -> (Option<String>, Option<Pick>) {
    let one = format!("{}.{attribute}", role.address());
    let each =
        |line: String| (Some(line), Some(Pick { form: "each.value of a map", expression: "each.value".to_owned() }));
    match dice.below(6) {
        0 => each(format!("for_each = {{ web = {one} }}")),
        1 => {
            let local = parts.local("launch", &format!("{{ web = {one} }}"));
            each(format!("for_each = {local}"))
        }
        2 if attribute == "name" => each(format!("for_each = toset([{one}])")),
        3 => (Some("for_each = toset([\"one\", \"two\"])".to_owned()), None),
        _ => (Some("count = 2".to_owned()), None),
    }
}

type Scoped = (String, &'static str, String);

fn over_counted(
    dice: &mut Dice,
    role: &Role,
    expression: &str,
    times: usize,
    attribute: &str,
    parts: &mut Parts,
) -> Scoped {
    let address = role.address();
    let line = match dice.below(5) {
        0 if times > 0 => format!("count = {times}"),
        1 => format!("count = length({address})"),
        2 if times > 1 => "count = 1".to_owned(),
        _ => format!("count = {expression}"),
    };
    let splat = format!("{address}[*].{attribute}");
    let (form, pick) = match dice.below(13) {
        0 => ("element by count.index", format!("element({splat}, count.index)")),
        1 => ("splat by count.index", format!("{address}.*.{attribute}[count.index]")),
        2 => ("local list by count.index", format!("{}[count.index]", parts.local("names", &splat))),
        3 => ("for by count.index", format!("[for r in {address} : r.{attribute}][count.index]")),
        4 if times > 0 => ("reversed index", format!("{address}[{} - count.index].{attribute}", times - 1)),
        5 if times > 1 => ("shifted index", format!("{address}[(count.index + 1) % {times}].{attribute}")),
        6 => ("sort", format!("sort({splat})[count.index]")),
        7 if attribute != "arn" => ("same text", role.name.clone()),
        8 => {
            let line = format!("for_each = {{ for i, r in {address} : \"k${{i}}\" => r.{attribute} }}");
            return (line, "each.value of for", "each.value".to_owned());
        }
        9 if attribute == "name" => {
            return (
                format!("for_each = toset({splat})"),
                "each.key of names",
                dice.one_of(&["each.key", "each.value"]).to_owned(),
            );
        }
        10 => ("try", format!("try({address}[count.index].{attribute}, null)")),
        _ => ("count.index", format!("{address}[count.index].{attribute}")),
    };
    (line, form, pick)
}

fn over_keyed(
    dice: &mut Dice,
    role: &Role,
    expression: &str,
    keys: &[String],
    attribute: &str,
    parts: &mut Parts,
) -> Scoped {
    let address = role.address();
    let last = &keys[keys.len() - 1];
    let by_key = format!("{address}[each.key].{attribute}");
    let line = match dice.below(4) {
        0 => format!("for_each = toset([\"{last}\"])"),
        1 => format!("for_each = {address}"),
        _ => format!("for_each = {expression}"),
    };
    let names = format!("{{ for k, r in {address} : k => r.{attribute} }}");
    match dice.below(13) {
        0 => (format!("for_each = {address}"), "each.value.name", format!("each.value.{attribute}")),
        1 => (format!("for_each = {names}"), "each.value of for", "each.value".to_owned()),
        2 => {
            let local = parts.local("launch", &names);
            (format!("for_each = {local}"), "each.value of a local", "each.value".to_owned())
        }
        3 => (
            format!("for_each = {{ web = \"{last}\" }}"),
            "key by each.value",
            format!("{address}[each.value].{attribute}"),
        ),
        4 => {
            let map = format!(
                "for_each = {{ web = {address}[\"{last}\"].{attribute}, db = {address}[\"{}\"].{attribute} }}",
                keys[0]
            );
            (map, "each.value of a map", "each.value".to_owned())
        }
        5 if attribute == "name" => (
            format!("for_each = toset([for r in {address} : r.name])"),
            "each.key of names",
            dice.one_of(&["each.key", "each.value"]).to_owned(),
        ),
        6 if attribute != "arn" => (format!("for_each = {expression}"), "same text", role.name.clone()),
        7 => {
            let local = parts.local("by_key", &names);
            (line, "local map by each.key", format!("{local}[each.key]"))
        }
        8 => (
            format!("count = length({address})"),
            "values by count.index",
            format!("values({address})[count.index].{attribute}"),
        ),
        9 => (line, "for by each.key", format!("{names}[each.key]")),
        _ => (line, "each.key", by_key),
    }
}

/// An argument; a launcher that is alone in its module may have an unknown one, or a list.
fn plain_slot(dice: &mut Dice, value: &str, alone: bool, parts: &mut Parts) -> String {
    if alone && dice.often(5) {
        parts.note("unknown argument");
        return format!("role = {value}");
    }
    if alone && dice.often(3) {
        parts.note("list for a string");
        return format!("iam_instance_profile = [{value}]");
    }
    format!("iam_instance_profile = {value}")
}

fn template_slot(dice: &mut Dice, value: &str, by_arn: bool, known: bool, parts: &mut Parts) -> String {
    let argument = if by_arn { "arn" } else { "name" };
    let dynamic = |each: &str, read: &str| {
        let content = format!("  content {{\n    {argument} = iam_instance_profile.{read}\n  }}");
        format!("dynamic \"iam_instance_profile\" {{\n  for_each = {each}\n{content}\n}}")
    };
    let form = dice.below(16);
    if form < 4 && !value.contains("null") {
        parts.note("dynamic block");
    }
    match form {
        _ if value.contains("null") => {}
        0 => return dynamic(&format!("[{value}]"), "value"),
        1 if known => return dynamic(&format!("{{ ({value}) = true }}"), "key"),
        2 if known => return dynamic(&format!("toset([{value}])"), dice.one_of(&["key", "value"])),
        3 => return dynamic(&format!("{{ main = {value} }}"), "value"),
        _ => {}
    }
    format!("iam_instance_profile {{\n  {argument} = {value}\n}}")
}
