//! A template before and after.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{FILE, Template};
use crate::deploy::Deployer;
use crate::figures::{Failure, Verdict};
use crate::harness::library::Library;
use crate::harness::tree::Tree;
use crate::invariants::Subject as _;

impl Template {
    /// Fixes it, deploys it, and compares.
    pub(crate) fn judge(&self, deployer: &mut Deployer) -> Result<Verdict, String> {
        let outcome = match Library.check(&self.tree, &self.request()) {
            Ok(outcome) => outcome,
            Err(error) => return Ok(Verdict::Failed(self.failure("broken off", error, &self.tree))),
        };
        if outcome.report.applied().next().is_none() {
            return Ok(if outcome.report.findings.is_empty() { Verdict::NothingFound } else { Verdict::NoSafeFix });
        }
        let applied = outcome.report.findings.iter().filter(|one| one.fix.as_ref().is_some_and(|fix| fix.selected));
        let fixed: BTreeSet<String> = applied.filter_map(|one| entry_at(&text(&self.tree), one.start.line)).collect();
        let before = deployer.deploy(&self.probe, Some(FILE))?.verdict;
        let no_errors = before["lint_errors"].as_array().is_some_and(Vec::is_empty);
        if before["deploy"] != "ok" || !no_errors || twice_in_any_case(&before["profiles"]).is_some() {
            let why = format!("{}, {}", before["deploy"], before["lint_errors"]);
            return Ok(Verdict::Invalid(format!("{why}\n{:?}", self.probe)));
        }
        let after = deployer.deploy(&self.without_the_unfixed(&outcome.after, &fixed), Some(FILE))?.verdict;
        let Some((kind, said)) = self.wrong(&before, &after, &fixed) else { return Ok(Verdict::Fixed) };
        Ok(Verdict::Failed(self.failure(kind, said, &outcome.after)))
    }

    /// What is left alone is refused as before, and would hide the rest.
    fn without_the_unfixed(&self, after: &Tree, fixed: &BTreeSet<String>) -> Tree {
        let mut lines = Vec::new();
        let mut drops = false;
        for line in text(after).lines() {
            if !line.starts_with("   ") && line.ends_with(':') {
                let id = line.trim().trim_end_matches(':');
                drops = self.launchers.iter().any(|launcher| launcher.id == id) && !fixed.contains(id);
            }
            if !drops {
                lines.push(format!("{line}\n"));
            }
        }
        Tree::of(FILE, &lines.concat())
    }

    fn wrong(&self, before: &Value, after: &Value, fixed: &BTreeSet<String>) -> Option<(&'static str, String)> {
        let [old, new] = [before, after].map(|verdict| -> BTreeMap<String, Value> {
            serde_json::from_value(verdict["instances"].clone()).unwrap_or_default()
        });
        if after["lint_errors"].as_array().is_none_or(|errors| !errors.is_empty()) {
            return Some(("cfn-lint has an error", after["lint_errors"].to_string()));
        }
        if after["deploy"] != "ok" {
            let kind = if after["deploy"].to_string().contains("already exists") {
                "a name that is taken"
            } else {
                "cannot be deployed"
            };
            return Some((kind, format!("{} {}", after["deploy"], after["aws_error"])));
        }
        if let Some(name) = twice_in_any_case(&after["profiles"]) {
            return Some(("a name that is taken", format!("two profiles are called {name}, in any case")));
        }
        for launcher in self.launchers.iter().filter(|launcher| fixed.contains(launcher.id)) {
            let id = launcher.id;
            let (had, has) = (old.get(id), new.get(id));
            let Some(had) = had else {
                if let Some(has) = has {
                    return Some(("another role", format!("{id} had nothing, and has {has}")));
                }
                continue;
            };
            let value = had["profile"].as_str().unwrap_or_default();
            let wanted = had["role"].as_str().map_or_else(|| known(value), known);
            let got = has.and_then(|has| has["role"].as_str()).map(known);
            // What cannot be known stays as it is.
            let of_the_template = value.contains("oracle-") || names_a_role(value);
            let left = !of_the_template && has.is_some_and(|has| has["profile"] == value);
            if got.as_deref() != Some(&wanted) && !left {
                let kind = if got.is_some() { "another role" } else { "still refused" };
                return Some((
                    kind,
                    format!("{id} had {wanted} (from {value}), and has {}", has.unwrap_or(&Value::Null)),
                ));
            }
        }
        None
    }

    fn failure(&self, kind: &str, said: String, after: &Tree) -> Failure {
        let mut forms: Vec<String> = self.launchers.iter().map(|launcher| launcher.form.to_owned()).collect();
        forms.extend(self.traits.iter().cloned());
        let difference = self.tree.difference(after).unwrap_or_default();
        let text = format!("{:?}\n{difference}", self.tree);
        Failure { kind: kind.to_owned(), said, forms: forms.join(", "), text }
    }
}

fn text(tree: &Tree) -> String {
    tree.0.get(FILE).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
}

/// A name that two profiles have, which IAM refuses in any case of its letters, and the oracle only in the same.
fn twice_in_any_case(profiles: &Value) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut names = profiles.as_object()?.keys().map(|name| name.to_lowercase());
    names.find(|name| !seen.insert(name.clone()))
}

/// Whether a name or ARN is of a role that the template names.
fn names_a_role(value: &str) -> bool {
    ["app-role", "other-role", "named-app", "mapped-app"].iter().any(|name| value.ends_with(name))
}

/// The logical ID of the entry around a line.
fn entry_at(text: &str, line: usize) -> Option<String> {
    let lines: Vec<&str> = text.lines().take(line).collect();
    let head = lines.into_iter().rev().find(|line| line.starts_with("  ") && !line.starts_with("   "))?;
    Some(head.trim().trim_end_matches(':').to_owned())
}

/// A role as it is known in both deployments: its name, or its logical ID where the deployment makes a name up.
fn known(role: &str) -> String {
    let name = role.rsplit('/').next().unwrap_or(role);
    let words: Vec<&str> = name.split('-').collect();
    match words[..] {
        ["oracle", id, drawn] if drawn.len() == 12 => id.to_owned(),
        _ => name.to_owned(),
    }
}
