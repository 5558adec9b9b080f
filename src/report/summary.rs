//! The end of a run's output: what was found, what to do next, what deploying the fixes requires.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;

use super::added::added;
use super::imports::{IMPORT_HINT, Imports};
use super::wrap::wrap;
use super::{RenderOptions, Run, escape};
use crate::report::view;
use crate::report::view::Entry;
use crate::rules::{Applicability, Severity};

/// At most this many import commands are listed.
const MAX_COMMANDS: usize = 5;

/// How many of what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Files that were checked.
    pub files: usize,
    /// Terraform modules that were checked.
    pub modules: usize,
    /// Files with findings, those that could not be checked included.
    pub files_with_findings: usize,
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are notes.
    pub notes: usize,
    /// Findings that are suppressed.
    pub suppressed: usize,
    /// Fixes that the options of this run select: `--write` applies them.
    pub selected: usize,
    /// Fixes that only `--unsafe-fixes` adds.
    #[serde(rename = "unsafe")]
    pub unsafe_fixes: usize,
    /// Errors and warnings without a fix.
    pub unfixed: usize,
}

impl Counts {
    /// Counts.
    pub fn of(run: &Run) -> Self {
        let mut counts = Counts {
            files: run.files,
            modules: run.modules,
            files_with_findings: files_of(run),
            suppressed: run.suppressed,
            ..Counts::default()
        };
        for unit in &run.units {
            counts.selected += unit.applied.len();
            let mut held_back = BTreeSet::new();
            for finding in &unit.findings {
                match finding.severity {
                    Severity::Error => counts.errors += 1,
                    Severity::Warning => counts.warnings += 1,
                    Severity::Note => counts.notes += 1,
                }
                match finding.fix {
                    Some(id) if !finding.applied && unit.plan.fix(id).applicability == Applicability::Unsafe => {
                        held_back.insert(id);
                    }
                    None if finding.severity < Severity::Note => counts.unfixed += 1,
                    Some(_) | None => {}
                }
            }
            counts.unsafe_fixes += held_back.len();
        }
        counts
    }
}

/// Writes the summary.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, options: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let counts = Counts::of(run);
    write_found(run, &counts, options, out)?;
    for line in next_steps(run, &counts) {
        writeln!(out, "{}", wrap(&escape::terminal(&line), options.wrap_at()))?;
    }
    write_imports(&Imports::of(run), options, out)
}

fn write_found(run: &Run, counts: &Counts, options: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let bold = options.style(Style::new().bold());
    let found = found(run, counts);
    let found = match found.strip_prefix("no ") {
        Some(rest) => format!("No {rest}"),
        None => format!("Found {found}"),
    };
    write!(out, "{bold}{found}.{bold:#}")?;
    if !run.shows(Severity::Note) && counts.notes > 0 {
        write!(out, " With -v also {}.", number(counts.notes, "note"))?;
    }
    writeln!(out)
}

/// `3 errors and 1 warning in 2 files (12 files in 4 modules checked)`; what could not be checked is a failure.
pub(super) fn found(run: &Run, counts: &Counts) -> String {
    let mut kinds = Vec::new();
    let failures = failures(run).count();
    for (count, noun) in [(failures, "failure"), (counts.errors, "error"), (counts.warnings, "warning")] {
        if count > 0 {
            kinds.push(number(count, noun));
        }
    }
    if run.shows(Severity::Note) && counts.notes > 0 {
        kinds.push(number(counts.notes, "note"));
    }
    let suppressed = match counts.suppressed {
        0 => String::new(),
        count => format!("; {count} suppressed"),
    };
    let files = number(counts.files, "file");
    let modules = number(counts.modules, "module");
    if kinds.is_empty() {
        let modules = match (counts.modules, run.templates) {
            (0, _) => String::new(),
            (_, 0) => format!(" in {modules}"),
            _ => format!(" and {modules}"),
        };
        return format!("no issues found in {files}{modules}{suppressed}");
    }
    let checked = match (counts.modules, run.templates) {
        (0, _) => format!("{files} checked"),
        (_, 0) => format!("{files} in {modules} checked"),
        _ => format!("{files} and {modules} checked"),
    };
    format!("{} in {} ({checked}){suppressed}", and(&kinds), number(counts.files_with_findings, "file"))
}

/// How many files the findings and failures that are shown are in.
fn files_of(run: &Run) -> usize {
    view::findings(run).chain(failures(run)).map(|entry| &entry.diagnostic.path).collect::<BTreeSet<_>>().len()
}

/// Files that could not be checked, or not be written.
fn failures(run: &Run) -> impl Iterator<Item = Entry<'_>> {
    view::problems(run).filter(|entry| entry.diagnostic.severity == Severity::Error)
}

/// What to do next, and what deploying the applied fixes requires: a sentence each.
pub(super) fn next_steps(run: &Run, counts: &Counts) -> Vec<String> {
    const PERMISSIONS: &str = "Deploying this requires additional permissions: iam:CreateInstanceProfile, iam:AddRoleToInstanceProfile and iam:PassRole.";
    let mut steps = Vec::new();
    if counts.selected > 0 {
        let files = number(run.units.iter().map(|unit| unit.changes.len()).sum(), "file");
        steps.push(match run.written {
            true => format!("Applied {}; changed {files}.", number(counts.selected, "fix")),
            false => format!("{} fixable with `--write` ({files}).", counts.selected),
        });
    }
    if counts.unsafe_fixes > 0 {
        let more = if counts.selected > 0 { "more" } else { "fixable" };
        steps.push(format!("{} {more} with `--unsafe-fixes` (review first).", counts.unsafe_fixes));
    }
    match counts.unfixed {
        0 => {}
        1 => steps.push("1 finding needs manual review.".to_owned()),
        count => steps.push(format!("{count} findings need manual review.")),
    }
    if !added(run).is_empty() {
        steps.push(PERMISSIONS.to_owned());
    }
    for unit in &run.units {
        let capability = unit.required_capability;
        steps.extend(capability.map(|what| format!("Deploying `{}` requires {what}.", view::unit_path(unit))));
    }
    steps
}

fn write_imports(imports: &Imports, options: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    if !imports.commands.is_empty() {
        writeln!(out, "{}", wrap(IMPORT_HINT, options.wrap_at()))?;
    }
    for command in imports.commands.iter().take(MAX_COMMANDS) {
        writeln!(out, "  {command}")?;
    }
    match imports.commands.len().saturating_sub(MAX_COMMANDS) {
        0 => {}
        more => writeln!(out, "  and {more} more")?,
    }
    if let Some(left_out) = imports.left_out() {
        writeln!(out, "{}", wrap(&escape::terminal(&left_out), options.wrap_at()))?;
    }
    Ok(())
}

/// `1 file`, `2 files`
pub(super) fn number(count: usize, noun: &str) -> String {
    match (count, noun) {
        (1, noun) => format!("1 {noun}"),
        (count, "fix") => format!("{count} fixes"),
        (count, noun) => format!("{count} {noun}s"),
    }
}

fn and(parts: &[String]) -> String {
    match parts {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        parts => parts.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    fn written(run: &Run) -> String {
        let mut out = Vec::new();
        write(run, RenderOptions::default(), &mut out).expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    /// Every sentence of the summary.
    #[test]
    fn sentences() {
        let found = "Found 1 failure and 3 errors in 2 files (9 files in 1 module checked)";
        let permissions = "Deploying this requires additional permissions: iam:CreateInstanceProfile, iam:AddRoleToInstanceProfile and iam:PassRole.\n";
        let import = format!("{IMPORT_HINT}\n  terraform -chdir=app import aws_iam_instance_profile.app app-role\n");
        let mut run = Run { files: 9, suppressed: 2, ..sample::run() };
        let steps = "2 fixable with `--write` (2 files).\n1 more with `--unsafe-fixes` (review first).\n";
        let expected = format!("{found}; 2 suppressed. With -v also 1 note.\n{steps}{permissions}{import}");
        assert_eq!(written(&run), expected);
        (run.written, run.min_severity, run.suppressed) = (true, Severity::Note, 0);
        run.units[0].findings[0].severity = Severity::Warning;
        run.units[0].findings[2].fix = None;
        run.units[0].required_capability = Some("CAPABILITY_IAM");
        let found = "Found 1 failure, 2 errors, 1 warning and 1 note in 2 files (9 files in 1 module checked).\n";
        let steps = "Applied 2 fixes; changed 2 files.\n1 finding needs manual review.\n";
        let expected = format!("{found}{steps}{permissions}Deploying `app` requires CAPABILITY_IAM.\n{import}");
        assert_eq!(written(&run), expected);
        (run.units[0].applied, run.units[0].findings[1].fix) = (Vec::new(), None);
        run.units[0].findings[2].fix = Some(crate::plan::FixId(2));
        let text = written(&run);
        assert!(text.contains("\n1 fixable with `--unsafe-fixes` (review first).\n1 finding needs "), "{text}");
        run.units[0].findings[2].fix = None;
        assert!(written(&run).contains("\n2 findings need manual review.\n"));
    }

    #[test]
    fn nothing_found() {
        let mut run = Run { files: 1, templates: 1, ..Run::default() };
        assert_eq!(written(&run), "No issues found in 1 file.\n");
        (run.files, run.modules, run.suppressed) = (4, 2, 1);
        assert_eq!(written(&run), "No issues found in 4 files and 2 modules; 1 suppressed.\n");
        run.templates = 0;
        assert_eq!(written(&run), "No issues found in 4 files in 2 modules; 1 suppressed.\n");
    }
}
