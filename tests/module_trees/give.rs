//! From the role up to the caller.

use super::directory::{ANY, Directory, SURE, block};
use super::{Beside, Choose, Kind};

/// Names of outputs that give a role.
const ROLE_NAMES: [&str; 5] = ["role_name", "name", "instance_role", "iam_instance", "value"];

/// Names of outputs that give a role and say otherwise, and some of the others.
const LYING_NAMES: [&str; 5] = ["instance_profile", "role_name", "profile", "iam_instance_profile_name", "name"];

/// Names of outputs that give a profile.
const PROFILE_NAMES: [&str; 5] = ["profile_name", "node_role", "instance_role_name", "role_profile", "for_ec2"];

const TRUST: &str = r#"assume_role_policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"}}]}""#;

/// The way up.
pub(crate) struct Given {
    pub(crate) directories: Vec<Directory>,
    pub(crate) depth: usize,
    /// The expression of the role in the caller.
    pub(crate) value: String,
    /// The expression of its profile in the caller.
    pub(crate) profile: Option<String>,
    pub(crate) beside: Beside,
    /// The name of the role that launchers with the value are meant to have.
    pub(crate) role: String,
    /// Whether its name is a literal.
    pub(crate) is_name_known: bool,
}

/// What an output gives of a resource.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The name, and the ARN in another output.
    Attributes,
    /// The resource.
    Whole,
    /// An object with the name and the ARN.
    Object,
}

/// An output and how its name and its ARN are read.
struct Output {
    name: &'static str,
    form: Form,
}

impl Output {
    fn of_attribute(&self, by_arn: bool) -> String {
        let attribute = if by_arn { "arn" } else { "name" };
        match self.form {
            Form::Attributes if by_arn => format!("{}_arn", self.name),
            Form::Attributes => self.name.to_owned(),
            Form::Whole | Form::Object => format!("{}.{attribute}", self.name),
        }
    }

    /// The output where the resource is; `@` is the attribute.
    fn declare(&mut self, choose: &mut impl Choose, directory: &mut Directory, resource: &str, traps: bool) {
        let ways = if traps && choose.often(30) { ANY } else { SURE };
        if !resource.ends_with("this.@") && self.form == Form::Whole {
            self.form = Form::Attributes;
        }
        let of = |attribute: &str| resource.replace('@', attribute);
        match self.form {
            Form::Attributes => {
                for (name, attribute) in [(self.name.to_owned(), "name"), (format!("{}_arn", self.name), "arn")] {
                    let ways = if resource.contains(' ') { &SURE[..1] } else { ways };
                    let (_, value) = directory.wrapped(choose, ways, of(attribute));
                    directory.output(&name, &value);
                }
            }
            Form::Whole => {
                let (_, value) = directory.wrapped(choose, &SURE[..3], resource.replace(".@", ""));
                directory.output(self.name, &value);
            }
            Form::Object => {
                directory.output(self.name, &format!("{{\n  name = {}\n  arn = {}\n}}", of("name"), of("arn")));
            }
        }
    }

    /// The output of a module that only hands it on.
    fn hand_on(&self, choose: &mut impl Choose, directory: &mut Directory, below: &Output) {
        match (self.form, below.form) {
            (Form::Whole, Form::Whole) => directory.output(self.name, &format!("module.inner.{}", below.name)),
            _ => {
                let name = format!("module.inner.{}", below.of_attribute(false));
                let arn = format!("module.inner.{}", below.of_attribute(true));
                if self.form == Form::Object {
                    return directory.output(self.name, &format!("{{\n  name = {name}\n  arn = {arn}\n}}"));
                }
                let (_, name) = directory.wrapped(choose, SURE, name);
                directory.output(self.name, &name);
                directory.output(&format!("{}_arn", self.name), &arn);
            }
        }
    }

    /// One for the next level.
    fn above(&self, choose: &mut impl Choose, names: &[&'static str]) -> Output {
        let form = match self.form {
            Form::Whole => Form::Whole,
            _ => choose.one_of(&[Form::Attributes, Form::Object]),
        };
        Output { name: choose.one_of(names), form }
    }
}

/// Makes the role, its profile, and the way up to the caller.
pub(crate) fn give(
    choose: &mut impl Choose,
    caller: &mut Directory,
    by_arn: bool,
    kind: Kind,
    traits: &mut Vec<String>,
) -> Given {
    let traps = kind == Kind::Traps;
    let role_names = if kind == Kind::Lies { LYING_NAMES } else { ROLE_NAMES };
    let depth = choose.one_of(&[0, 1, 2, 1, 3]);
    let all = [
        Beside::Nothing,
        Beside::InReach,
        Beside::NamesakeInReach,
        Beside::Nothing,
        Beside::InReach,
        Beside::Hidden,
        Beside::HiddenNamesake,
    ];
    let beside = choose.one_of(&all);
    if depth == 0 {
        return in_the_caller(caller, by_arn, beside);
    }
    let mut directories: Vec<Directory> =
        (1..=depth).map(|level| Directory::new(&format!("modules/give{level}"))).collect();
    directories.iter_mut().for_each(|directory| directory.split = choose.often(50));
    let forms = [Form::Attributes, Form::Whole, Form::Object];
    let mut role = Output { name: choose.one_of(&role_names), form: choose.one_of(&forms) };
    let mut profile = Output { name: choose.one_of(&PROFILE_NAMES), form: choose.one_of(&forms) };
    // Names of roles and profiles differ, whatever is drawn.
    let bottom = &mut directories[depth - 1];
    let exported = matches!(beside, Beside::InReach | Beside::NamesakeInReach);
    let declared = declare(choose, bottom, beside, traps, traits);
    role.declare(choose, bottom, declared.role_at, traps);
    if exported {
        profile.declare(choose, bottom, declared.profile_at, traps);
    }
    for level in (0..depth - 1).rev() {
        directories[level].main.push(block("module \"inner\"", &[&format!("source = \"../give{}\"", level + 2)]));
        let (above, profile_above) = (role.above(choose, &role_names), profile.above(choose, &PROFILE_NAMES));
        above.hand_on(choose, &mut directories[level], &role);
        role = above;
        if exported {
            profile_above.hand_on(choose, &mut directories[level], &profile);
            profile = profile_above;
        }
    }
    let index = call(choose, caller, traps, traits);
    let read = |output: &Output| format!("module.iam{index}.{}", output.of_attribute(by_arn));
    let (value, profile) = (read(&role), exported.then(|| read(&profile)));
    Given {
        directories,
        depth,
        value,
        profile,
        beside,
        role: if by_arn { "app-role".to_owned() } else { declared.role },
        is_name_known: declared.is_name_known,
    }
}

/// The call in the caller; the index of the instance that is read.
fn call(choose: &mut impl Choose, caller: &mut Directory, traps: bool, traits: &mut Vec<String>) -> &'static str {
    let (repeat, index) = choose.one_of(&[
        ("", ""),
        ("", ""),
        ("", ""),
        ("count = 1", "[0]"),
        ("for_each = toset([\"blue\"])", "[\"blue\"]"),
    ]);
    let provider = if traps && choose.often(10) {
        traits.push("providers".to_owned());
        let lines = ["alias = \"second\"", "region = \"eu-west-1\""];
        caller.main.push(block("provider \"aws\"", &lines));
        "providers = {\n  aws = aws.second\n}"
    } else {
        ""
    };
    let depends = if traps && choose.often(10) { "depends_on = [terraform_data.before]" } else { "" };
    if !depends.is_empty() {
        caller.main.push(block("resource \"terraform_data\" \"before\"", &[]));
    }
    caller.main.push(block("module \"iam\"", &[repeat, "source = \"../modules/give1\"", provider, depends]));
    index
}

fn in_the_caller(caller: &mut Directory, by_arn: bool, beside: Beside) -> Given {
    caller.main.push(block("resource \"aws_iam_role\" \"app\"", &["name = \"app-role\"", TRUST]));
    let name = match beside {
        Beside::Nothing => None,
        Beside::InReach | Beside::Hidden => Some("\"app-profile\""),
        Beside::NamesakeInReach | Beside::HiddenNamesake => Some("aws_iam_role.app.name"),
    };
    if let Some(name) = name {
        let lines = [&format!("name = {name}"), "role = aws_iam_role.app.name"];
        caller.main.push(block("resource \"aws_iam_instance_profile\" \"web\"", &lines));
    }
    let beside = match beside {
        Beside::Hidden => Beside::InReach,
        Beside::HiddenNamesake => Beside::NamesakeInReach,
        other => other,
    };
    let attribute = if by_arn { "arn" } else { "name" };
    Given {
        directories: Vec::new(),
        depth: 0,
        value: format!("aws_iam_role.app.{attribute}"),
        profile: name.map(|_| format!("aws_iam_instance_profile.web.{attribute}")),
        beside,
        role: "app-role".to_owned(),
        is_name_known: true,
    }
}

/// What stands in the module of the role.
struct Declared {
    /// The role that a launcher with the role's name has.
    role: String,
    is_name_known: bool,
    /// How role and profile are named; `@` is the attribute.
    role_at: &'static str,
    profile_at: &'static str,
}

/// The role and its profile in their own module.
fn declare(
    choose: &mut impl Choose,
    directory: &mut Directory,
    beside: Beside,
    traps: bool,
    traits: &mut Vec<String>,
) -> Declared {
    let name = match choose.below(4) {
        0 => "\"app-role\"".to_owned(),
        1 => directory.variable("name", &["default = \"app-role\""]),
        2 => directory.local("role", "\"app-role\""),
        _ => format!("\"${{{}}}-role\"", directory.variable("prefix", &["default = \"app\""])),
    };
    let is_name_known = !name.contains("var.");
    let mut declared =
        Declared { role: "app-role".to_owned(), is_name_known, role_at: "aws_iam_role.this.@", profile_at: PROFILE };
    directory.main.push(block(ROLE, &[&format!("name = {name}"), TRUST]));
    let own = match beside {
        Beside::Nothing => None,
        Beside::InReach | Beside::Hidden => Some("\"web-profile\"".to_owned()),
        Beside::NamesakeInReach | Beside::HiddenNamesake if choose.often(50) && name.contains('.') => {
            Some(name.clone())
        }
        Beside::NamesakeInReach | Beside::HiddenNamesake => Some("aws_iam_role.this.name".to_owned()),
    };
    if let Some(own) = &own {
        let lines = [&format!("name = {own}"), "role = aws_iam_role.this.name"];
        directory.main.push(block("resource \"aws_iam_instance_profile\" \"this\"", &lines));
    }
    if traps && choose.often(35) {
        match beside {
            Beside::Nothing if choose.often(60) => {
                traits.push("namesake of another role in the child".to_owned());
                declared.role = namesake(choose, directory, &name);
            }
            Beside::InReach => spoil(choose, directory, &mut declared, traits),
            _ => {
                traits.push("path".to_owned());
                directory.add_line(ROLE, "path = \"/service/\"");
            }
        }
    }
    declared
}

const ROLE: &str = "resource \"aws_iam_role\" \"this\"";
const PROFILE: &str = "aws_iam_instance_profile.this.@";

/// A profile with the name of the role that holds another one: launchers have that by chance.
fn namesake(choose: &mut impl Choose, directory: &mut Directory, name: &str) -> String {
    directory.main.push(block("resource \"aws_iam_role\" \"another\"", &["name = \"another-role\"", TRUST]));
    let name = match choose.below(5) {
        0 => "\"app-role\"",
        1 => "aws_iam_role.this.name",
        2 => "format(\"%s-role\", \"app\")",
        3 => "join(\"-\", [\"app\", \"role\"])",
        _ => name,
    };
    let lines = [&format!("name = {name}"), "role = aws_iam_role.another.name"];
    directory.main.push(block("resource \"aws_iam_instance_profile\" \"another\"", &lines));
    "another-role".to_owned()
}

/// Changes the profile that the caller can name, or the role, so that one does not stand for the other.
fn spoil(choose: &mut impl Choose, directory: &mut Directory, declared: &mut Declared, traits: &mut Vec<String>) {
    let head = "resource \"aws_iam_instance_profile\" \"this\"";
    let replace = |directory: &mut Directory, from: &str, to: &str| {
        let block = directory.main.iter_mut().find(|block| block.starts_with(head)).expect("a profile");
        *block = block.replace(from, to);
    };
    let picked = |choose: &mut dyn FnMut(usize) -> usize| {
        [
            "one(aws_iam_instance_profile.this[*].@)",
            "try(aws_iam_instance_profile.this[0].@, null)",
            "join(\"\", aws_iam_instance_profile.this[*].@)",
        ][choose(3)]
    };
    let what = match choose.below(6) {
        0 => {
            directory.main.push(block("resource \"aws_iam_role\" \"another\"", &["name = \"another-role\"", TRUST]));
            replace(directory, "aws_iam_role.this", "aws_iam_role.another");
            "profile of another role"
        }
        1 | 2 => {
            let default = choose.one_of(&["default = false", "default = true"]);
            let create = directory.variable("create_profile", &["type = bool", default]);
            directory.add_line(head, &format!("count = {create} ? 1 : 0"));
            declared.profile_at = picked(&mut |limit| choose.below(limit));
            "optional profile"
        }
        3 => {
            let create = directory.variable("create", &["type = bool", "default = true"]);
            for head in [ROLE, head] {
                directory.add_line(head, &format!("count = {create} ? 1 : 0"));
            }
            replace(directory, "aws_iam_role.this", "aws_iam_role.this[0]");
            declared.role_at = "one(aws_iam_role.this[*].@)";
            declared.profile_at = picked(&mut |limit| choose.below(limit));
            "optional role and profile"
        }
        4 => {
            replace(directory, "name = \"web-profile\"", "name_prefix = \"web-\"");
            "generated name"
        }
        _ => {
            directory.main.push(block("resource \"aws_iam_role\" \"another\"", &["name = \"another-role\"", TRUST]));
            let first = directory.variable("first", &["type = bool", "default = true"]);
            declared.role_at = "var.first ? aws_iam_role.this.@ : aws_iam_role.another.@";
            let _ = first;
            "one of two roles"
        }
    };
    traits.push(what.to_owned());
}

/// Other things in the caller and beside it.
pub(crate) fn surround(choose: &mut impl Choose, caller: &mut Directory, given: &mut Given, traits: &mut Vec<String>) {
    let is_namesake = matches!(given.beside, Beside::NamesakeInReach | Beside::HiddenNamesake);
    if is_namesake || traits.iter().any(|one| one.contains("namesake")) || !choose.often(15) {
        return;
    }
    let lines = ["name = \"app-role\"", "role = aws_iam_role.rooted.name"];
    let profile = block("resource \"aws_iam_instance_profile\" \"rooted\"", &lines);
    let role = block("resource \"aws_iam_role\" \"rooted\"", &["name = \"rooted-role\"", TRUST]);
    // Of other modules only literal names are compared, and only with those of new profiles.
    let may_be_far = given.is_name_known && given.beside == Beside::Nothing;
    given.role = "rooted-role".to_owned();
    match choose.below(2) {
        0 => {
            traits.push("namesake of another role in the caller".to_owned());
            caller.main.extend([role, profile]);
        }
        _ if !may_be_far => given.role = "app-role".to_owned(),
        _ => {
            traits.push("namesake of another role in a third module".to_owned());
            let mut stray = Directory::new("modules/stray");
            stray.main.extend([role, profile]);
            given.directories.push(stray);
            caller.main.push(block("module \"stray\"", &["source = \"../modules/stray\""]));
        }
    }
    // The ARN of a role is that of no profile.
    if given.value.ends_with("arn") {
        given.role = "app-role".to_owned();
    }
}
