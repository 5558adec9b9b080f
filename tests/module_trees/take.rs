//! From the caller down to the launchers.

use std::collections::BTreeMap;

use super::directory::{ANY, Directory, Way, block};
use super::{Choose, EXISTING, VALUE};

/// Names of variables, which say nothing of what they take.
const NAMES: [&str; 7] =
    ["instance_profile", "role_name", "profile", "iam_role", "role", "iam_instance_profile_name", "name_of_role"];

/// The way down.
pub(crate) struct Taken {
    pub(crate) directories: Vec<Directory>,
    pub(crate) depth: usize,
    /// Where the finding may start.
    pub(crate) at: Vec<String>,
    /// The addresses of the launchers that get the value.
    pub(crate) launchers: Vec<String>,
    /// Those that get another.
    pub(crate) others: BTreeMap<String, Option<String>>,
}

/// How a variable carries the value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Carrier {
    Whole,
    Object,
    List,
    Map,
}

impl Carrier {
    fn holding(self, value: &str) -> String {
        match self {
            Carrier::Whole => value.to_owned(),
            Carrier::Object => format!("{{\n  size = \"t3.micro\"\n  profile = {value}\n}}"),
            Carrier::List => format!("[{value}]"),
            Carrier::Map => format!("{{\n  web = {value}\n}}"),
        }
    }

    fn read(self, variable: &str) -> String {
        match self {
            Carrier::Whole => variable.to_owned(),
            Carrier::Object => format!("{variable}.profile"),
            Carrier::List => format!("{variable}[0]"),
            Carrier::Map => format!("{variable}[\"web\"]"),
        }
    }
}

/// An input on the way.
#[derive(Clone, Copy)]
struct Input {
    name: &'static str,
    carrier: Carrier,
    optional: bool,
}

impl Input {
    fn choose(choose: &mut impl Choose) -> Input {
        let carrier = choose.one_of(&[Carrier::Whole, Carrier::Whole, Carrier::Object, Carrier::List, Carrier::Map]);
        let optional = carrier == Carrier::Whole && choose.often(40);
        Input { name: choose.one_of(&NAMES), carrier, optional }
    }

    /// Declares it, and reads it.
    fn declare(self, choose: &mut impl Choose, directory: &mut Directory) -> String {
        let default = choose.one_of(&["default = null", "default = \"\""]);
        let lines: &[&str] = match self.carrier {
            Carrier::Whole if self.optional => &["type = string", default],
            Carrier::Whole => &["type = string"],
            Carrier::Object if choose.often(30) => &["type = any"],
            Carrier::Object => &["type = object({\n  size = string\n  profile = string\n})"],
            Carrier::List => &["type = list(string)"],
            Carrier::Map => &["type = map(string)"],
        };
        self.carrier.read(&directory.variable(self.name, lines))
    }
}

/// Makes the way down, and the value in the caller.
pub(crate) fn take(
    choose: &mut impl Choose,
    caller: &mut Directory,
    by_arn: bool,
    traps: bool,
    traits: &mut Vec<String>,
) -> Taken {
    let depth = choose.one_of(&[1, 2, 0, 3, 4]);
    let (way, value) = caller.wrapped(choose, ANY, VALUE.to_owned());
    let mut at = vec![value.clone()];
    if way != Way::Plain && way != Way::Local {
        at.push(VALUE.to_owned());
    }
    if traps && way == Way::Local && choose.often(50) {
        traits.push("shared local".to_owned());
        caller.main.push(block(
            "resource \"aws_sns_topic\" \"shared\"",
            &["name = \"shared\"", &format!("tags = {{\n  role = {value}\n}}")],
        ));
    }
    let mut taken = Taken { directories: Vec::new(), depth, at, launchers: Vec::new(), others: BTreeMap::new() };
    if depth == 0 {
        taken.launchers = launchers(choose, caller, &value, by_arn, traps, 1);
        return taken;
    }
    let inputs: Vec<Input> = (0..depth).map(|_| Input::choose(choose)).collect();
    let mut below = Vec::new();
    for (level, &input) in inputs.iter().enumerate() {
        let mut directory = Directory::new(&format!("modules/take{}", level + 1));
        directory.split = choose.often(50);
        let read = input.declare(choose, &mut directory);
        let (_, read) = directory.wrapped(choose, ANY, read);
        match inputs.get(level + 1) {
            None => {
                let number = 1 + usize::from(choose.often(20));
                below = launchers(choose, &mut directory, &read, by_arn, traps, number);
            }
            Some(next) => call_next(choose, &mut directory, level + 2, *next, &read),
        }
        if traps && choose.often(8) {
            traits.push("read otherwise".to_owned());
            let lines = ["name = \"topic\"", &format!("tags = {{\n  profile = {read}\n}}")];
            directory.main.push(block("resource \"aws_sns_topic\" \"reader\"", &lines));
        }
        taken.directories.push(directory);
    }
    let inner: String = (1..depth).map(|_| "module.inner.").collect();
    let below: Vec<String> = below.into_iter().map(|address| format!("{inner}{address}")).collect();
    calls(choose, caller, inputs[0], &value, &below, &mut taken);
    taken
}

fn call_next(choose: &mut impl Choose, directory: &mut Directory, number: usize, input: Input, read: &str) {
    let given = argument(choose, directory, input, read);
    directory.main.push(block("module \"inner\"", &[&format!("source = \"../take{number}\""), &given]));
}

/// The argument of a call; sometimes the object around the value is a local.
fn argument(choose: &mut impl Choose, directory: &mut Directory, input: Input, value: &str) -> String {
    let mut held = input.carrier.holding(value);
    if input.carrier == Carrier::Object && choose.often(20) {
        held = directory.local("settings", &held);
    }
    format!("{} = {held}", input.name)
}

/// The calls in the caller: one that gives the value, and others that give what is right, or nothing.
fn calls(
    choose: &mut impl Choose,
    caller: &mut Directory,
    input: Input,
    value: &str,
    below: &[String],
    taken: &mut Taken,
) {
    let source = "source = \"../modules/take1\"";
    let (repeat, keys): (&str, &[&str]) = choose.one_of(&[
        ("", &[""]),
        ("", &[""]),
        ("count = 1", &["[0]"]),
        ("for_each = toset([\"a\", \"b\"])", &["[\"a\"]", "[\"b\"]"]),
    ]);
    let given = argument(choose, caller, input, value);
    if given.contains("local.settings") {
        taken.at.push("local.settings".to_owned());
    }
    caller.main.push(block("module \"web\"", &[repeat, source, &given]));
    for key in keys {
        taken.launchers.extend(below.iter().map(|address| format!("module.web{key}.{address}")));
    }
    for number in 0..choose.below(3) {
        let nothing = input.optional && choose.often(40);
        let right =
            if nothing { String::new() } else { format!("{} = {}", input.name, input.carrier.holding("@right@")) };
        caller.main.push(block(&format!("module \"other{number}\""), &[source, &right]));
        let role = (!nothing).then(|| EXISTING[1].to_owned());
        let all = below.iter().map(|address| (format!("module.other{number}.{address}"), role.clone()));
        taken.others.extend(all);
    }
}

/// Launchers that read an expression; their addresses.
fn launchers(
    choose: &mut impl Choose,
    directory: &mut Directory,
    read: &str,
    by_arn: bool,
    traps: bool,
    number: usize,
) -> Vec<String> {
    let mut all = Vec::new();
    for label in ["this", "second"].into_iter().take(number) {
        let (kind, lines) = launcher(choose, read, by_arn);
        let (repeat, keys): (String, &[&str]) = match choose.below(if traps { 6 } else { 3 }) {
            2 => ("count = 2".to_owned(), &["[0]", "[1]"]),
            3 => ("for_each = toset([\"x\"])".to_owned(), &["[\"x\"]"]),
            // Whether there is a name is known in the plan; an ARN is not.
            4 if !by_arn => (format!("count = ({read}) == \"none\" ? 0 : 1"), &["[0]"]),
            _ => (String::new(), &[""]),
        };
        let mut body = vec![repeat.as_str()];
        body.extend(lines.iter().map(String::as_str));
        directory.main.push(block(&format!("resource \"{kind}\" \"{label}\""), &body));
        all.extend(keys.iter().map(|key| format!("{kind}.{label}{key}")));
    }
    all
}

fn launcher(choose: &mut impl Choose, read: &str, by_arn: bool) -> (&'static str, Vec<String>) {
    let template = |argument: &str| {
        let slot = format!("#slot iam_instance_profile {{\n#slot   {argument} = {read}\n#slot }}");
        ("aws_launch_template", vec!["image_id = \"ami-12345678\"".to_owned(), slot])
    };
    let ami = ["ami = \"ami-12345678\"".to_owned(), "instance_type = \"t3.micro\"".to_owned()];
    let slot = format!("#slot iam_instance_profile = {read}");
    if by_arn {
        return template("arn");
    }
    match choose.below(5) {
        0 | 1 => ("aws_instance", vec![ami[0].clone(), ami[1].clone(), slot]),
        2 => template("name"),
        3 => (
            "aws_launch_configuration",
            vec!["image_id = \"ami-12345678\"".to_owned(), "instance_type = \"t3.micro\"".to_owned(), slot],
        ),
        _ => ("aws_spot_instance_request", vec![ami[0].clone(), ami[1].clone(), slot]),
    }
}
