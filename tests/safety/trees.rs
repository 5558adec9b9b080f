//! Trees of modules: a role in one, a launcher in another, and what is between them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::deploy::{Deployed, Deployer};
use crate::figures::{Failure, Verdict};
use crate::harness::library::Workspace;
use crate::harness::tree::Tree;
use crate::invariants::{Request, Subject as _};
use crate::module_trees::{CALLER, Choose, Kind, ModuleTree};
use crate::modules::judge::{failed_step, kind_of};
use crate::modules::state::State;
use crate::random::Dice;

impl Choose for Dice {
    fn below(&mut self, limit: usize) -> usize {
        Dice::below(self, limit)
    }
}

/// Makes tree `number`, fixes it, deploys it, and compares.
pub(crate) fn judge(seed: u64, number: u64, deployer: &mut Deployer) -> Result<Verdict, String> {
    let mut dice = Dice::new(seed, number);
    let tree = ModuleTree::make(&mut dice, Kind::Traps);
    let named = if dice.often(50) { "." } else { CALLER };
    let request = Request { paths: vec![named.to_owned()], unsafe_fixes: false, format: false, arguments: Vec::new() };
    let failure = |kind: &str, said: String, after: &Tree| {
        let difference = tree.wrong.difference(after).unwrap_or_default();
        let text = format!("named: {named}\ntraits: {:?}{:?}\n{difference}", tree.traits, tree.wrong);
        Verdict::Failed(Failure { kind: kind.to_owned(), said, forms: tree.traits.join(", "), text })
    };
    let outcome = match Workspace.check(&tree.wrong, &request) {
        Ok(outcome) => outcome,
        Err(error) => return Ok(failure("broken off", error, &tree.wrong)),
    };
    if outcome.report.applied().next().is_none() {
        return Ok(if outcome.report.findings.is_empty() { Verdict::NothingFound } else { Verdict::NoSafeFix });
    }
    let before = deployer.deploy(&tree.without, Some(CALLER))?;
    if let Some(error) = failed_step(&before.verdict) {
        return Ok(Verdict::Invalid(format!("{error}\n{:?}", tree.without)));
    }
    let after = deployer.deploy(&outcome.after, Some(CALLER))?;
    let wrong = wrong(&tree, &before, &after);
    Ok(wrong.map_or(Verdict::Fixed, |(kind, said)| failure(kind, said, &outcome.after)))
}

/// What is wrong after the fix: in a word, and at length.
fn wrong(tree: &ModuleTree, before: &Deployed, after: &Deployed) -> Option<(&'static str, String)> {
    if let Some(error) = failed_step(&after.verdict) {
        return Some((kind_of(&error), error));
    }
    let instances: BTreeMap<String, Value> =
        serde_json::from_value(after.verdict["instances"].clone()).unwrap_or_default();
    for (address, role) in &tree.launchers {
        let now = instances.get(address).map_or(Value::Null, |now| now["role"].clone());
        if now.as_str() != role.as_deref() {
            return Some((
                "another role",
                format!("{address} is meant to have {role:?}, and has {now}: {instances:?}"),
            ));
        }
    }
    let differences = State::read(&before.state).differences(&State::read(&after.state), true);
    if !differences.is_empty() {
        return Some(("something else changed", differences.join("\n")));
    }
    let replan = &after.verdict["replan"];
    (replan != "no changes").then(|| ("a second plan has changes", replan.to_string()))
}
