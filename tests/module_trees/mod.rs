//! Trees of modules that are made from choices: a role somewhere, a launcher somewhere else, modules between them, and one wrong value in the
//! module that calls both.
//!
//! The property tests choose by proptest, so that failing trees shrink; the safety tests by dice. A choice of 0 is the plainest one.

#![allow(dead_code, reason = "each test program uses its part")]

mod directory;
mod give;
mod take;

use std::collections::BTreeMap;

use crate::harness::tree::Tree;
use directory::Directory;
use give::Given;
use take::Taken;

/// What makes the choices.
pub(crate) trait Choose {
    /// A number below `limit`.
    fn below(&mut self, limit: usize) -> usize;

    /// True in so many of a hundred cases.
    fn often(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent.min(100)
    }

    /// One of them.
    fn one_of<T: Copy>(&mut self, all: &[T]) -> T
    where
        Self: Sized,
    {
        all[self.below(all.len())]
    }
}

/// Choices that were drawn before; then only plain ones.
pub(crate) struct Drawn<'d>(pub(crate) &'d [u16], pub(crate) usize);

impl Choose for Drawn<'_> {
    fn below(&mut self, limit: usize) -> usize {
        let drawn = self.0.get(self.1).copied().unwrap_or(0);
        self.1 += 1;
        usize::from(drawn) % limit.max(1)
    }
}

/// What is in a tree beside the wrong value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Nothing: what has a fix by the rules gets it.
    Plain,
    /// Outputs that give a role and may be called profiles.
    Lies,
    /// Much that makes fixes unsafe.
    Traps,
}

/// The profile beside the role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Beside {
    /// None.
    Nothing,
    /// One that the caller can name.
    InReach,
    /// One that the caller cannot name.
    Hidden,
    /// One that the caller can name and that bears the name of the role.
    NamesakeInReach,
    /// One that the caller cannot name and that bears the name of the role.
    HiddenNamesake,
}

/// The profile of the right tree, which is in the account beforehand, and its role.
pub(crate) const EXISTING: [&str; 2] = ["existing", "existing-role"];

/// Where the caller is.
pub(crate) const CALLER: &str = "live";

/// The wrong value, or what the right tree has in its place.
const VALUE: &str = "@value@";

/// A made tree.
pub(crate) struct ModuleTree {
    /// With the wrong value.
    pub(crate) wrong: Tree,
    /// With a profile in its place.
    pub(crate) right: Tree,
    /// With launchers that have no profile.
    pub(crate) without: Tree,
    /// The file of the caller with the wrong value.
    pub(crate) file: String,
    /// The text that the finding may start at.
    pub(crate) at: Vec<String>,
    /// How many calls are between the caller and the role, and between the caller and the launcher.
    pub(crate) depths: [usize; 2],
    /// Whether the ARN is wired.
    pub(crate) by_arn: bool,
    /// The profile of the role.
    pub(crate) beside: Beside,
    /// How the caller names that profile.
    pub(crate) profile: Option<String>,
    /// The roles that the launchers are meant to have, by their addresses.
    pub(crate) launchers: BTreeMap<String, Option<String>>,
    /// What is special about it.
    pub(crate) traits: Vec<String>,
}

impl ModuleTree {
    /// Makes one.
    pub(crate) fn make(choose: &mut impl Choose, kind: Kind) -> ModuleTree {
        let traps = kind == Kind::Traps;
        let mut traits = Vec::new();
        let mut caller = Directory::new(CALLER);
        let by_arn = choose.often(25);
        let mut given = give::give(choose, &mut caller, by_arn, kind, &mut traits);
        let mut taken = take::take(choose, &mut caller, by_arn, traps, &mut traits);
        if traps {
            give::surround(choose, &mut caller, &mut given, &mut traits);
            depend_on_each_other(choose, &mut caller, &mut given, &mut taken, &mut traits);
        }
        let right = right(choose, &mut caller, by_arn, given.is_name_known || traps);
        ModuleTree::assemble(choose, caller, given, taken, &right, by_arn, traits)
    }

    fn assemble(
        choose: &mut impl Choose,
        mut caller: Directory,
        given: Given,
        taken: Taken,
        right: &str,
        by_arn: bool,
        traits: Vec<String>,
    ) -> ModuleTree {
        caller.split = choose.often(50);
        let mut directories = vec![caller];
        directories.extend(given.directories);
        directories.extend(taken.directories);
        if choose.often(20) {
            directories.push(above());
        }
        let text = |value: &str, slots: bool| {
            let trees = directories.iter().map(|directory| {
                directory.tree(&|text| {
                    let text = text.replace(VALUE, value).replace("@right@", right);
                    if slots { text.replace("#slot ", "") } else { without_slots(&text) }
                })
            });
            trees.fold(Tree::default(), |all, tree| all.with(&tree))
        };
        let mut launchers = taken.others;
        launchers.extend(taken.launchers.into_iter().map(|address| (address, Some(given.role.clone()))));
        let at = taken.at.iter().map(|at| at.replace(VALUE, &given.value)).collect();
        ModuleTree {
            wrong: text(&given.value, true),
            right: text(right, true),
            without: text(&given.value, false),
            file: format!("{CALLER}/main.tf"),
            at,
            depths: [given.depth, taken.depth],
            by_arn,
            beside: given.beside,
            profile: given.profile,
            launchers,
            traits,
        }
    }

    /// All directories with modules.
    pub(crate) fn directories(&self) -> Vec<String> {
        let files = self.wrong.0.keys();
        let mut all: Vec<String> = files.filter_map(|file| Some(file.rsplit_once('/')?.0.to_owned())).collect();
        all.dedup();
        all
    }
}

/// The profile of the role waits for the launcher: only the role may be read by it.
fn depend_on_each_other(
    choose: &mut impl Choose,
    caller: &mut Directory,
    given: &mut Given,
    taken: &mut Taken,
    traits: &mut Vec<String>,
) {
    let calls = ["module \"iam\"", "module \"web\""];
    let is_one = |call: &str| {
        let block = caller.main.iter().find(|block| block.starts_with(call));
        block.is_some_and(|block| !block.contains("count = ") && !block.contains("for_each = "))
    };
    let profile = "resource \"aws_iam_instance_profile\" \"this\"";
    let fits = [given.depth, taken.depth] == [1, 1] && calls.iter().all(|call| is_one(call));
    if !fits || !given.directories[0].main.iter().any(|block| block.starts_with(profile)) || !choose.often(25) {
        return;
    }
    traits.push("a profile that waits for the launcher".to_owned());
    let launcher = taken.launchers[0].trim_start_matches("module.web.").to_owned();
    // The ID itself is another one in each deployment.
    taken.directories[0].output("done", &format!("{launcher}.id == \"\" ? \"no\" : \"yes\""));
    let note = given.directories[0].variable("note", &["type = string"]);
    given.directories[0].add_line(profile, &format!("tags = {{\n    note = {note}\n  }}"));
    caller.add_line("module \"iam\"", "note = module.web.done");
}

/// A profile for the place of the wrong value. A role whose name is not known may be called as any profile of the caller.
fn right(choose: &mut impl Choose, caller: &mut Directory, by_arn: bool, declared: bool) -> String {
    let (attribute, [name, _]) = (if by_arn { "arn" } else { "name" }, EXISTING);
    if declared && !choose.often(30) {
        let lines = [format!("name = \"{name}\"")];
        caller.main.push(directory::block("data \"aws_iam_instance_profile\" \"existing\"", &[&lines[0]]));
        return format!("data.aws_iam_instance_profile.existing.{attribute}");
    }
    if by_arn { format!("\"arn:aws:iam::123456789012:instance-profile/{name}\"") } else { format!("\"{name}\"") }
}

/// A module that calls the caller.
fn above() -> Directory {
    let mut above = Directory::new("top");
    above.main.push(directory::block("module \"live\"", &["source = \"../live\""]));
    above
}

fn without_slots(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.contains("#slot ")).collect()
}
