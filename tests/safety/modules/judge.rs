//! A module before and after: what stood in the slots, and what the launchers then have.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Module;
use super::launcher::Launcher;
use super::state::State;
use crate::deploy::{Deployed, Deployer};
use crate::figures::{Failure, Verdict};
use crate::harness::json::{Report, plain};
use crate::harness::library::Library;
use crate::harness::tree::Tree;
use crate::invariants::Subject as _;

/// What runs with a launcher before a fix.
enum Before {
    /// Nothing: the slot is empty.
    Nothing,
    /// This role.
    Role(String),
    /// This one, because a profile of that very name holds it.
    Chance(String),
    /// A profile that is not of the module.
    External(String),
}

impl Module {
    /// Fixes it, deploys it, and compares.
    pub(crate) fn judge(&self, deployer: &mut Deployer) -> Result<Verdict, String> {
        let outcome = match Library.check(&self.tree, &self.request()) {
            Ok(outcome) => outcome,
            Err(error) => return Ok(Verdict::Failed(self.failure("broken off", error, None, &self.tree))),
        };
        if outcome.report.applied().next().is_none() {
            return Ok(if outcome.report.findings.is_empty() { Verdict::NothingFound } else { Verdict::NoSafeFix });
        }
        let before = deployer.deploy(&self.probe, None)?;
        if let Some(error) = failed_step(&before.verdict) {
            return Ok(Verdict::Invalid(format!("{error}\n{:?}", self.probe)));
        }
        let after = deployer.deploy(&outcome.after, None)?;
        let fixed = self.fixed(&outcome.report);
        let comparison = Comparison { module: self, fixed, before: &before, after: &after };
        let wrong = comparison.wrong();
        let Some((kind, said)) = wrong else { return Ok(Verdict::Fixed) };
        Ok(Verdict::Failed(self.failure(kind, said, Some(&comparison.fixed), &outcome.after)))
    }

    fn failure(&self, kind: &str, said: String, fixed: Option<&BTreeSet<String>>, after: &Tree) -> Failure {
        let mut forms: Vec<String> = Vec::new();
        for launcher in &self.launchers {
            if fixed.is_none_or(|fixed| fixed.contains(&address(launcher))) {
                forms.push(launcher.form.to_owned());
            }
        }
        forms.extend(self.traits.iter().filter(|one| one.contains("profile") || one.contains("shared")).cloned());
        let difference = self.tree.difference(after).unwrap_or_default();
        let text = format!("named: {:?}\ntraits: {:?}{:?}\n{difference}", self.named, self.traits, self.tree);
        Failure { kind: kind.to_owned(), said, forms: forms.join(", "), text }
    }

    /// The launchers that have a fix for all that is said of their wiring. Where one arm of a conditional is only reported, it may be the one that is taken,
    /// and stays as it was.
    fn fixed(&self, report: &Report) -> BTreeSet<String> {
        let (mut fixed, mut left) = (BTreeSet::new(), BTreeSet::new());
        for finding in &report.findings {
            let Some(launcher) = self.launcher_at(plain(&finding.file), finding.start.line) else { continue };
            match &finding.fix {
                Some(fix) if fix.selected => fixed.insert(address(launcher)),
                _ if finding.code == "IPF010" => continue,
                _ => left.insert(address(launcher)),
            };
        }
        fixed.difference(&left).cloned().collect()
    }
}

fn address(launcher: &Launcher) -> String {
    format!("{}.{}", launcher.kind, launcher.label)
}

/// The first step that did not go through.
pub(crate) fn failed_step(verdict: &Value) -> Option<String> {
    let failed = ["init", "validate", "apply"].into_iter().find(|step| verdict[step] != "ok");
    failed.map(|step| format!("{step}: {}", verdict[step].as_str().unwrap_or("nothing said")))
}

struct Comparison<'m> {
    module: &'m Module,
    fixed: BTreeSet<String>,
    before: &'m Deployed,
    after: &'m Deployed,
}

impl Comparison<'_> {
    /// What is wrong after the fix: in a word, and at length.
    fn wrong(&self) -> Option<(&'static str, String)> {
        let (before, after) = (State::read(&self.before.state), State::read(&self.after.state));
        let step = failed_step(&self.after.verdict);
        if let Some(error) = step.as_ref().filter(|error| !self.only_left_alone(error, &before)) {
            return Some((kind_of(error), error.clone()));
        }
        if let Some(wrong) = self.other_roles(&before, step.is_none()) {
            let kind = match &wrong {
                wrong if wrong.ends_with(" is gone") => "a launcher is gone",
                wrong if wrong.contains("\"role\":null") => "no role at all",
                wrong if wrong.contains(" of the profile of that name") => "another role than by chance",
                _ => "another role",
            };
            return Some((kind, wrong));
        }
        let differences = before.differences(&after, step.is_none());
        if !differences.is_empty() {
            return Some(("something else changed", differences.join("\n")));
        }
        let replan = &self.after.verdict["replan"];
        (step.is_none() && replan != "no changes").then(|| ("a second plan has changes", replan.to_string()))
    }

    /// Whether everything that AWS refuses is a launcher without a fix, for what stood there before.
    fn only_left_alone(&self, error: &str, before: &State) -> bool {
        let Some(errors) = error.strip_prefix("apply: ") else { return false };
        errors.split("; ").all(|error| {
            let error = error.rsplit_once(" @ ").map_or(error, |(said, _place)| said);
            let Some((said, address)) = error.rsplit_once(" [") else { return false };
            let refused =
                ["Invalid IAM Instance Profile", "Invalid IamInstanceProfile"].iter().any(|word| said.contains(word));
            let launcher = self.module.launchers.iter().find(|launcher| {
                let launched = launcher.launched.as_ref().map(|(kind, label)| format!("{kind}.{label}"));
                [Some(self::address(launcher)), launched].into_iter().flatten().any(|own| {
                    address
                        .trim_end_matches(']')
                        .strip_prefix(&own)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
                })
            });
            refused
                && launcher.is_some_and(|launcher| {
                    let values = before.probed(&launcher.label);
                    !self.fixed.contains(&self::address(launcher))
                        && values.values().filter_map(Value::as_str).any(|value| said.contains(value))
                })
        })
    }

    /// Launchers that have another role than before.
    fn other_roles(&self, before: &State, whole: bool) -> Option<String> {
        let instances: BTreeMap<String, Value> =
            serde_json::from_value(self.after.verdict["instances"].clone()).unwrap_or_default();
        for launcher in &self.module.launchers {
            let fixed = self.fixed.contains(&address(launcher));
            let probed = before.probed(&launcher.label);
            for (key, value) in &probed {
                let truth = self.truth(value, before);
                let launched = launcher.launched.as_ref().map(|(kind, label)| format!("{kind}.{label}{key}"));
                for address in [Some(format!("{}{key}", address(launcher))), launched].into_iter().flatten() {
                    let wrong = match instances.get(&address) {
                        None => whole.then(|| format!("{address} is gone")),
                        Some(now) => wrong_role(&address, &truth, now, fixed, value),
                    };
                    if wrong.is_some() {
                        return wrong;
                    }
                }
            }
        }
        None
    }

    /// What ran with a value in the slot: a profile of that name comes first, then what the author meant.
    fn truth(&self, value: &Value, before: &State) -> Before {
        let value = match value {
            Value::Object(role) => role.get("name").unwrap_or(&Value::Null),
            Value::Array(items) => items.first().unwrap_or(&Value::Null),
            other => other,
        };
        let Some(value) = value.as_str().filter(|value| !value.is_empty()) else { return Before::Nothing };
        let held = self.before.verdict["profiles"][value].as_str();
        match (held, before.role_called(value)) {
            (Some(held), Some(meant)) if held != meant => Before::Chance(held.to_owned()),
            (Some(held), _) => Before::Role(held.to_owned()),
            (None, Some(meant)) => Before::Role(meant),
            (None, None) => Before::External(value.to_owned()),
        }
    }
}

fn wrong_role(address: &str, truth: &Before, now: &Value, fixed: bool, value: &Value) -> Option<String> {
    let right = match truth {
        Before::Nothing => now["profile"].is_null(),
        Before::External(profile) => now["profile"] == profile.as_str(),
        Before::Role(role) | Before::Chance(role) => {
            now["role"] == role.as_str() || (!fixed && now["profile"] == *value)
        }
    };
    let wanted = match truth {
        Before::Nothing => "no profile".to_owned(),
        Before::External(profile) => format!("the profile {profile}"),
        Before::Role(role) => format!("the role {role}"),
        Before::Chance(role) => format!("the role {role} of the profile of that name"),
    };
    (!right).then(|| format!("{address} had {wanted} (from {value}), and has {now}"))
}

/// A word for an error.
pub(crate) fn kind_of(error: &str) -> &'static str {
    let known = [
        ("EntityAlreadyExists", "a name that is taken"),
        ("already exists", "a name that is taken"),
        ("Invalid index", "invalid index"),
        ("Invalid function argument", "invalid function argument"),
        ("non-counted context", "names of another scope"),
        ("Invalid reference", "names of another scope"),
        ("Cycle", "cycle"),
        ("Unsupported attribute", "unsupported attribute"),
        ("Incorrect attribute value type", "wrong type"),
        ("Invalid for_each argument", "invalid for_each"),
        ("Invalid count argument", "invalid count"),
        ("NoSuchEntity", "no such role"),
        ("no associated IAM Roles", "a profile without a role"),
        ("Invalid IAM Instance Profile", "still refused"),
        ("Invalid IamInstanceProfile", "still refused"),
    ];
    let kind = known.iter().find(|(words, _)| error.contains(words)).map(|(_, kind)| *kind);
    kind.unwrap_or(if error.starts_with("validate") { "invalid" } else { "cannot be applied" })
}
