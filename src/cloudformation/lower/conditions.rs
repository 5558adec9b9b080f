//! Conditions, as far as one says something of another.

use std::collections::HashMap;

use crate::cloudformation::intrinsic::{Function, call};
use crate::cloudformation::lower::slots::ResolvedValue;
use crate::syntax::tree::{Tree, ValueId};

/// The conditions of a template.
pub(crate) struct Conditions<'t> {
    tree: &'t Tree,
    /// By name: those that hold exactly where it does not.
    opposites: HashMap<&'t str, Vec<&'t str>>,
}

impl<'t> Conditions<'t> {
    /// `root` is the mapping that has `Conditions`.
    pub(crate) fn of(tree: &'t Tree, root: ValueId) -> Self {
        let mut opposites: HashMap<&str, Vec<&str>> = HashMap::new();
        let all = tree.member(root, "Conditions").map_or(&[][..], |conditions| tree.entries(conditions));
        for entry in all {
            if let (Some(name), Some(other)) = (tree.text(entry.key), negated(tree, entry.value)) {
                opposites.entry(name).or_default().push(other);
                opposites.entry(other).or_default().push(name);
            }
        }
        Conditions { tree, opposites }
    }

    /// The conditions under which a value is taken: those of the `Fn::If`s around it if it is in the first branch, and their opposites
    /// if it is in the second.
    pub(crate) fn around(&self, reached: ResolvedValue) -> Vec<String> {
        let mut out = Vec::new();
        // What is under an alias is taken where the alias is.
        for start in [Some(reached.value), reached.alias].into_iter().flatten() {
            let mut at = start;
            while let Some(parent) = self.tree.get(at).parent {
                // In the long form, the list of arguments is between the call and its branches.
                let around = self.tree.get(parent).parent.filter(|&around| {
                    call(self.tree, around).is_some_and(|call| call.long.is_some() && call.argument == parent)
                });
                out.extend(self.of_arm(parent, at));
                out.extend(around.into_iter().flat_map(|around| self.of_arm(around, at)));
                at = parent;
            }
        }
        out
    }

    /// The conditions under which a branch of this call is taken, if it is a call of `Fn::If`.
    fn of_arm(&self, value: ValueId, branch: ValueId) -> Vec<String> {
        let Some(call) = call(self.tree, value).filter(|call| call.function == Function::If) else { return Vec::new() };
        let [condition, yes, no] = *call.arguments(self.tree) else { return Vec::new() };
        match self.tree.text(condition) {
            Some(name) if branch == yes => vec![name.to_owned()],
            Some(name) if branch == no => {
                self.opposites.get(name).into_iter().flatten().map(|&it| it.to_owned()).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The condition of which a value says that it does not hold: `!Not [!Condition X]`, short or long.
fn negated(tree: &Tree, value: ValueId) -> Option<&str> {
    let list = match (tree.tag(value), tree.entries(value)) {
        (Some("Not"), _) => value,
        (None, [only]) if tree.text(only.key) == Some("Fn::Not") => only.value,
        _ => return None,
    };
    let [operand] = *tree.items(list) else { return None };
    match (tree.tag(operand), tree.entries(operand)) {
        (Some("Condition"), _) => tree.scalar(operand),
        (None, [only]) if tree.text(only.key) == Some("Condition") => tree.text(only.value),
        _ => None,
    }
}
