//! A case on disk: `before/`, `after/` (only what changes) and `case.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::json::{Report, plain};
use super::program::Program;
use super::tree::Tree;
use crate::invariants::{self, Request, Subject as _};

/// `case.toml`
#[derive(Deserialize, Debug)]
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
    /// What a deployment against a stand-in for AWS shows: see `tests/oracle.rs`.
    #[serde(default)]
    pub(crate) oracle: Option<Oracle>,
    /// After the deployment: the role that each launcher got through its profile, by address.
    #[serde(default)]
    pub(crate) roles: BTreeMap<String, String>,
    /// All findings: code, `file:line:column` (the column may be left out), and for rules that can fix: `safe`, `unsafe` or `none`.
    pub(crate) findings: Vec<String>,
}

/// What a deployment shows.
#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Oracle {
    /// It is refused before and goes through after.
    Apply,
    /// It goes through after; before, AWS is not asked yet or it works by chance.
    Applies,
}

/// A case.
pub(crate) struct Case {
    /// Its directory.
    pub(crate) directory: PathBuf,
    /// Its settings.
    pub(crate) settings: Settings,
    /// The input.
    pub(crate) before: Tree,
    /// The whole tree after `--write`.
    pub(crate) after: Tree,
}

impl Case {
    /// All cases below `testdata/<engine>/`, in order.
    pub(crate) fn all(engine: &str) -> Vec<PathBuf> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(engine);
        let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
        let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("a directory entry").path()).collect();
        cases.sort();
        cases
    }

    /// Reads a case.
    pub(crate) fn read(directory: &Path) -> Result<Case, String> {
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
        let after = Tree::read(&directory.join("after"));
        if let Some(idle) = after.0.iter().find(|(path, bytes)| before.0.get(*path) == Some(bytes)) {
            return Err(format!("after/{} is as before: leave it out", idle.0));
        }
        let after = before.with(&after);
        Ok(Case { directory: directory.to_owned(), settings, before, after })
    }

    /// The name of its directory.
    pub(crate) fn name(&self) -> String {
        self.directory.file_name().unwrap_or_default().to_string_lossy().into_owned()
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
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
    }

    fn request(&self, unsafe_fixes: bool) -> Request {
        let paths = if self.settings.named.is_empty() { vec![".".to_owned()] } else { self.settings.named.clone() };
        Request { paths, unsafe_fixes, format: !self.settings.old_style, arguments: self.settings.args.clone() }
    }

    /// Without `--unsafe-fixes`, only what `after-safe/` holds changes, and the run ends with 1 (or 2, if a file cannot be read).
    fn run_safely(&self) -> Option<String> {
        let wanted = self.before.with(&Tree::read(&self.directory.join("after-safe")));
        let outcome = match Program.check(&self.before, &self.request(false)) {
            Ok(outcome) => outcome,
            Err(error) => return Some(error),
        };
        if let Some(difference) = wanted.difference(&outcome.after) {
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

/// Whether a finding is the wanted one; a wanted place without a column stands for any column of the line.
fn matches(wanted: &str, got: &str) -> bool {
    let (mut wanted, mut got) = (wanted.split(' '), got.split(' '));
    let code = wanted.next() == got.next();
    let (place, found) = (wanted.next().unwrap_or_default(), got.next().unwrap_or_default());
    let same = place == found || found.rsplit_once(':').is_some_and(|(line, _)| line == place);
    code && same && wanted.eq(got)
}
