//! Small Terraform modules, each made from a seed and a number: roles, profiles that fit or do not, launchers, and what is between them.

pub(crate) mod judge;
mod launcher;
mod local;
mod parts;
mod pick;
mod profile;
mod role;
pub(crate) mod state;

use crate::harness::tree::Tree;
use crate::invariants::Request;
use crate::random::Dice;
use launcher::Launcher;
use parts::{Parts, Repeat, block};
use role::Role;

/// A generated module.
pub(crate) struct Module {
    /// Its files.
    pub(crate) tree: Tree,
    /// The same module with resources that hold the values of the arguments, and launchers without them.
    probe: Tree,
    /// What is named to the program.
    pub(crate) named: Vec<String>,
    launchers: Vec<Launcher>,
    /// What is special about it.
    pub(crate) traits: Vec<String>,
}

impl Module {
    /// Makes module `number`.
    pub(crate) fn make(seed: u64, number: u64) -> Module {
        let mut dice = Dice::new(seed, number);
        let mut parts = Parts::default();
        let app = Role::make(&mut dice, "app", &mut parts);
        let other = dice.often(45).then(|| Role::make(&mut dice, "other", &mut parts));
        let profile = dice.often(if matches!(app.repeat, Repeat::Once) { 55 } else { 75 }).then(|| {
            let label = dice.one_of(&["app", "app", "app", "web", "p"]);
            profile::make(&mut dice, &app, label, &mut parts)
        });
        if let Some(other) = &other {
            if dice.often(40) {
                profile::make(&mut dice, other, "other", &mut parts);
            }
            let named = parts.traits.iter().any(|one| one.starts_with("name by"));
            if dice.often(20) && !named {
                trap(&mut dice, &app, other, &mut parts);
            }
        }
        let number_of = 1 + usize::from(dice.often(30)) + usize::from(dice.often(10));
        let mut launchers = Vec::new();
        for label in ["web", "db", "cache"].into_iter().take(number_of) {
            let role = other.as_ref().filter(|_| dice.often(30)).unwrap_or(&app);
            let mut launcher =
                Launcher::make(&mut dice, label, [role, other.as_ref().unwrap_or(&app)], number_of == 1, &mut parts);
            if let Some(profile) = profile.iter().flatten().next().filter(|_| dice.often(15)) {
                launcher.lines.push(format!("depends_on = [{profile}]"));
                parts.note("depends_on");
            }
            launchers.push(launcher);
        }
        oddities(&mut dice, &mut parts);
        Module::assemble(&mut dice, parts, launchers)
    }

    fn assemble(dice: &mut Dice, parts: Parts, launchers: Vec<Launcher>) -> Module {
        let locals: Vec<String> = parts.locals.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let locals = if locals.is_empty() { Vec::new() } else { vec![block("locals", &locals)] };
        let split = dice.often(25);
        let locals_first = dice.often(50);
        let written = |text: &dyn Fn(&Launcher) -> String| {
            let launchers: Vec<String> = launchers.iter().map(text).collect();
            let (first, last) = if locals_first { (&locals[..], &[][..]) } else { (&[][..], &locals[..]) };
            let iam = [&parts.variables[..], &parts.iam[..], first].concat().join("\n");
            let web = [last, &launchers[..], &parts.other[..]].concat().join("\n");
            if split {
                return Tree::of("iam.tf", &iam).with(&Tree::of("web.tf", &web));
            }
            Tree::of("main.tf", &[iam, web].join("\n"))
        };
        let (tree, probe) = (written(&Launcher::text), written(&Launcher::probe));
        let only_web = split && dice.often(60);
        let named = vec![if only_web { "web.tf".to_owned() } else { ".".to_owned() }];
        Module { tree, probe, named, launchers, traits: parts.traits }
    }

    /// What is asked of the program.
    pub(crate) fn request(&self) -> Request {
        Request { paths: self.named.clone(), unsafe_fixes: false, format: false, arguments: Vec::new() }
    }

    /// The form of the launcher around a line of a file.
    fn launcher_at(&self, file: &str, line: usize) -> Option<&Launcher> {
        let text = String::from_utf8_lossy(self.tree.0.get(file)?);
        let lines: Vec<&str> = text.lines().take(line).collect();
        let head = lines.into_iter().rev().find(|line| line.starts_with("resource "))?;
        self.launchers.iter().find(|launcher| head.contains(&format!("\"{}\" \"{}\"", launcher.kind, launcher.label)))
    }
}

/// A profile that bears the name of one role and holds another.
fn trap(dice: &mut Dice, app: &Role, other: &Role, parts: &mut Parts) {
    let (Some(name), false) = (app.names.first(), other.names.is_empty()) else { return };
    let first = |role: &Role| match &role.repeat {
        Repeat::Once => format!("{}.name", role.address()),
        Repeat::Count { .. } => format!("{}[0].name", role.address()),
        Repeat::Each { keys, .. } => format!("{}[\"{}\"].name", role.address(), keys[0]),
    };
    let words: Vec<&str> = name.split('-').collect();
    let name = match dice.below(6) {
        0 => format!("\"{name}\""),
        1 => first(app),
        2 => format!("\"{}\"", name.to_uppercase()),
        3 => format!("format(\"%s\", \"{name}\")"),
        4 => format!("join(\"-\", {words:?})"),
        _ => parts.variable("trap_name", &format!("\"{name}\"")),
    };
    parts.note("profile of another role under the name");
    let lines = [format!("name = {name}"), format!("role = {}", first(other))];
    parts.iam.push(block("resource \"aws_iam_instance_profile\" \"trap\"", &lines));
}

fn oddities(dice: &mut Dice, parts: &mut Parts) {
    let uses_second = parts.iam.iter().any(|block| block.contains("aws.second"));
    if uses_second || dice.often(2) {
        let lines = ["alias = \"second\"".to_owned(), "region = \"eu-west-1\"".to_owned()];
        parts.variables.push(block("provider \"aws\"", &lines));
    }
    if dice.often(3) {
        let lines = ["from = aws_iam_role.old".to_owned(), "to = aws_iam_role.app".to_owned()];
        parts.iam.push(block("moved", &lines));
        parts.note("moved");
    }
    if dice.often(3) {
        let lines = ["from = aws_iam_instance_profile.old".to_owned(), "lifecycle {\n  destroy = false\n}".to_owned()];
        parts.iam.push(block("removed", &lines));
        parts.note("removed");
    }
}
