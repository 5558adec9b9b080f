//! A case: on disk `before/`, `after/` (only what changes) and `case.toml`; or a row of a table.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::control;
use super::json::{Report, plain};
use super::program::Program;
use super::tree::Tree;
use crate::invariants::{self, Request, Subject as _};

/// `case.toml`
#[derive(Deserialize, Debug, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// One sentence on what the case shows.
    pub(crate) about: String,
    /// What the user names; nothing means the directory.
    #[serde(default)]
    pub(crate) named: Vec<String>,
    /// More arguments.
    #[serde(default)]
    pub(crate) args: Vec<String>,
    /// Whether `after/` is what `--unsafe-fixes` gives; without it, `after-safe/` (or nothing) changes.
    #[serde(default)]
    pub(crate) unsafe_fixes: bool,
    /// Whether the result is in the style of Terraform 0.11, which today's `terraform fmt` rewrites.
    #[serde(default)]
    pub(crate) old_style: bool,
    /// The exit status of the dry run.
    #[serde(default)]
    pub(crate) exit: i32,
    /// The exit status of `--write`.
    #[serde(default)]
    pub(crate) exit_write: i32,
    /// What a deployment against a simulation of AWS shows: see `tests/oracle.rs`.
    #[serde(default)]
    pub(crate) oracle: Option<Oracle>,
    /// After the deployment: the role that each launcher got through its profile, by address.
    #[serde(default)]
    pub(crate) roles: BTreeMap<String, String>,
    /// Why the positive control cannot be added to the input of a case that expects no finding; see `control.rs`.
    #[serde(default)]
    pub(crate) no_control: Option<String>,
    /// All findings: code, `file:line:column` (the column may be left out), and for rules that can fix: `safe`, `unsafe` or `none`.
    pub(crate) findings: Vec<String>,
}

/// What a deployment shows.
#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Oracle {
    /// It is refused before and goes through after.
    Apply,
    /// It goes through after; before, AWS is not asked yet or it works by accident.
    Applies,
}

/// A case.
pub(crate) struct Case {
    /// `terraform/comments/inside-list`
    pub(crate) name: String,
    /// Its settings.
    pub(crate) settings: Settings,
    /// The input.
    pub(crate) before: Tree,
    /// The whole tree after `--write`.
    pub(crate) after: Tree,
    /// Of a case with unsafe fixes: the whole tree after `--write` without them.
    after_safe: Tree,
}

impl Case {
    /// All cases below `testdata/<engine>/<topic>/`, in order, each with its name.
    pub(crate) fn all(engine: &str) -> Vec<(String, Result<Case, String>)> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(engine);
        let cases = entries(&directory).into_iter().flat_map(|topic| entries(&topic));
        cases.map(|directory| (Case::name_of(&directory), Case::read(&directory))).collect()
    }

    /// A case of a table; without unsafe fixes, nothing changes.
    pub(crate) fn new(name: String, settings: Settings, before: Tree, after: Tree) -> Case {
        Case { name, settings, after_safe: before.clone(), before, after }
    }

    /// The last three parts of its path.
    fn name_of(directory: &Path) -> String {
        let parts: Vec<_> = directory.iter().rev().take(3).map(std::ffi::OsStr::to_string_lossy).collect();
        format!("{}/{}/{}", parts[2], parts[1], parts[0])
    }

    /// Reads a case.
    fn read(directory: &Path) -> Result<Case, String> {
        let settings = directory.join("case.toml");
        let settings = fs::read_to_string(&settings).map_err(|error| format!("{}: {error}", settings.display()))?;
        let settings: Settings = toml::from_str(&settings).map_err(|error| format!("case.toml: {error}"))?;
        let before = Tree::read(&directory.join("before"));
        if before.0.is_empty() {
            return Err("before/ is empty".to_owned());
        }
        if settings.about.is_empty() {
            return Err("case.toml does not say what the case shows".to_owned());
        }
        let [after, after_safe] = ["after", "after-safe"].map(|name| Tree::read(&directory.join(name)));
        if let Some(unchanged) = after.0.iter().find(|(path, bytes)| before.0.get(*path) == Some(bytes)) {
            return Err(format!("after/{} is as before: leave it out", unchanged.0));
        }
        let (after, after_safe) = (before.with(&after), before.with(&after_safe));
        Ok(Case { name: Case::name_of(directory), settings, before, after, after_safe })
    }

    /// Runs it: the result, the exit statuses, the findings, and the invariants.
    pub(crate) fn run(&self) -> Result<(), String> {
        let request = self.request(self.settings.unsafe_fixes);
        let (outcome, mut wrong) = invariants::hold(&Program, &self.before, &request)?;
        if let Some(difference) = self.after.difference(&outcome.after) {
            wrong.push(difference);
        }
        let statuses = Some([self.settings.exit, self.settings.exit_write]);
        if outcome.status != statuses {
            wrong.push(format!(
                "exit statuses of the dry run and of --write: wanted {statuses:?}, got {:?}",
                outcome.status
            ));
        }
        wrong.extend(self.wrong_findings(&outcome.report));
        if self.settings.unsafe_fixes {
            wrong.extend(self.run_safely());
        }
        wrong.extend(self.wrong_control());
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
    }

    /// The positive control: an engine that finds nothing must not pass a case that expects nothing.
    fn wrong_control(&self) -> Option<String> {
        match &self.settings.no_control {
            Some(_) if !self.settings.findings.is_empty() => {
                Some("`no_control` beside findings: leave it out".to_owned())
            }
            Some(reason) if reason.trim().is_empty() => Some("`no_control` gives no reason".to_owned()),
            None if self.settings.findings.is_empty() => control::missed(&self.before, &self.request(false)),
            _ => None,
        }
    }

    /// What is asked of ipfix.
    pub(crate) fn request(&self, unsafe_fixes: bool) -> Request {
        let paths = if self.settings.named.is_empty() { vec![".".to_owned()] } else { self.settings.named.clone() };
        Request { paths, unsafe_fixes, format: !self.settings.old_style, arguments: self.settings.args.clone() }
    }

    /// Without `--unsafe-fixes`, only what `after-safe/` holds changes, and the run ends with 1 (or 2, if a file cannot be read).
    fn run_safely(&self) -> Option<String> {
        let outcome = match Program.check(&self.before, &self.request(false)) {
            Ok(outcome) => outcome,
            Err(error) => return Some(error),
        };
        if let Some(difference) = self.after_safe.difference(&outcome.after) {
            return Some(format!("without --unsafe-fixes: {difference}"));
        }
        (outcome.status.is_some_and(|status| status != [self.settings.exit.max(1); 2]))
            .then(|| format!("without --unsafe-fixes: exit statuses {:?}", outcome.status))
    }

    fn wrong_findings(&self, report: &Report) -> Option<String> {
        let mut missing = Vec::new();
        let mut got: Vec<String> = report.findings.iter().map(Case::describe).collect();
        for wanted in &self.settings.findings {
            match got.iter().position(|got| matches(wanted, got)) {
                Some(index) => drop(got.remove(index)),
                None => missing.push(wanted.as_str()),
            }
        }
        (!missing.is_empty() || !got.is_empty())
            .then(|| format!("findings: wanted and missing {missing:?}, too many {got:?}"))
    }

    /// A finding as `case.toml` writes it.
    fn describe(finding: &super::json::Finding) -> String {
        let place =
            format!("{} {}:{}:{}", finding.code, plain(&finding.file), finding.start.line, finding.start.column);
        if matches!(finding.code.as_str(), "IPF010" | "IPF011") && finding.fix.is_none() {
            return place;
        }
        format!("{place} {}", finding.fix.as_ref().map_or("none", |fix| fix.safety.as_str()))
    }
}

/// What is in a directory, in order.
fn entries(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.expect("a directory entry").path()).collect();
    entries.sort();
    entries
}

/// Whether a finding is the wanted one; a wanted place without a column matches any column of the line.
fn matches(wanted: &str, got: &str) -> bool {
    let (mut wanted, mut got) = (wanted.split(' '), got.split(' '));
    let code = wanted.next() == got.next();
    let (place, found) = (wanted.next().unwrap_or_default(), got.next().unwrap_or_default());
    let same = place == found || found.rsplit_once(':').is_some_and(|(line, _)| line == place);
    code && same && wanted.eq(got)
}
