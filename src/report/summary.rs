//! The last words of a run: what was found, what to do next, what the deployer newly needs.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::added::added;
use super::imports::{IMPORT_HINT, Imports};
use super::wrap::wrap;
use super::{RenderOptions, Run, escape};
use crate::report::view;
use crate::rules::{Applicability, Severity};

/// More lines than this of one kind are summed up.
const MOST_LINES: usize = 5;

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
            for reported in &unit.findings {
                let severity = reported.finding.rule.severity;
                match severity {
                    Severity::Error => counts.errors += 1,
                    Severity::Warning => counts.warnings += 1,
                    Severity::Note => counts.notes += 1,
                }
                match reported.fix {
                    Some(id) if !reported.applied && unit.plan.fix(id).applicability == Applicability::Unsafe => {
                        held_back.insert(id);
                    }
                    None if severity < Severity::Note => counts.unfixed += 1,
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
    write_next(run, &counts, options, out)?;
    for line in needs(run) {
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

/// `3 errors and 1 warning in 2 files (12 files in 4 modules checked)`; what could not be read or judged is a failure.
pub(super) fn found(run: &Run, counts: &Counts) -> String {
    let mut kinds = Vec::new();
    let failures = view::problems(run).filter(|trouble| trouble.problem.severity == Severity::Error).count();
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
    let findings = view::findings(run).map(|finding| finding.source().path());
    let failed = view::problems(run).filter(|trouble| trouble.problem.severity == Severity::Error);
    findings.chain(failed.map(|trouble| trouble.problem.path.as_path())).collect::<BTreeSet<_>>().len()
}

fn write_next(run: &Run, counts: &Counts, options: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let good = options.style(AnsiColor::Green.on_default());
    if counts.selected > 0 {
        let changed: usize = run.units.iter().map(|unit| unit.changes.len()).sum();
        let files = number(changed, "file");
        if run.written {
            writeln!(out, "{good}Applied {}; changed {files}.{good:#}", number(counts.selected, "fix"))?;
        } else {
            writeln!(out, "{} fixable with {good}--write{good:#} ({files}).", counts.selected)?;
        }
    }
    if counts.unsafe_fixes > 0 {
        let (count, more) = (counts.unsafe_fixes, if counts.selected > 0 { "more" } else { "fixable" });
        writeln!(out, "{count} {more} with {good}--unsafe-fixes{good:#} (review first).")?;
    }
    match counts.unfixed {
        0 => Ok(()),
        1 => writeln!(out, "1 finding needs manual review."),
        count => writeln!(out, "{count} findings need manual review."),
    }
}

/// What deploying the applied fixes newly requires, a sentence each.
pub(super) fn needs(run: &Run) -> Vec<String> {
    const PERMISSIONS: &str = "Deploying this requires additional permissions: iam:CreateInstanceProfile, iam:AddRoleToInstanceProfile and iam:PassRole.";
    let mut needs = Vec::new();
    if !added(run).is_empty() {
        needs.push(PERMISSIONS.to_owned());
    }
    for unit in &run.units {
        needs.extend(
            unit.required_capability.map(|what| format!("Deploying {} now requires {what}.", view::unit_path(unit))),
        );
    }
    needs
}

fn write_imports(imports: &Imports, options: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    if !imports.commands.is_empty() {
        writeln!(out, "{}", wrap(IMPORT_HINT, options.wrap_at()))?;
    }
    for command in imports.commands.iter().take(MOST_LINES) {
        writeln!(out, "  {command}")?;
    }
    match imports.commands.len().saturating_sub(MOST_LINES) {
        0 => {}
        more => writeln!(out, "  and likewise for {more} more")?,
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

    #[test]
    fn it_says_what_to_do_next() {
        let mut run = sample::run();
        run.files = 9;
        run.suppressed = 2;
        assert_eq!(
            written(&run),
            "Found 1 failure and 3 errors in 2 files (9 files in 1 module checked); 2 suppressed. With -v also 1 note.\n\
             2 fixable with --write (2 files).\n\
             1 more with --unsafe-fixes (review first).\n\
             Deploying this requires additional permissions: iam:CreateInstanceProfile, iam:AddRoleToInstanceProfile and iam:PassRole.\n\
             If AWS reports EntityAlreadyExists, the profile already exists; import it:\n  \
             terraform -chdir=app import aws_iam_instance_profile.app app-role\n"
        );
        run.written = true;
        run.min_severity = Severity::Note;
        run.suppressed = 0;
        run.units[0].findings[0].finding.rule = &sample::CHANCE;
        run.units[0].findings[2].fix = None;
        let text = written(&run);
        let first = "Found 1 failure, 2 errors, 1 warning and 1 note in 2 files (9 files in 1 module checked).\n";
        assert!(text.starts_with(&format!("{first}Applied 2 fixes; changed 2 files.\n")), "{text}");
        assert!(text.contains("\n1 finding needs manual review.\n"), "{text}");
        assert!(!text.contains("--unsafe-fixes"), "{text}");
    }

    #[test]
    fn nothing_found_is_said_in_one_line() {
        let mut run = Run { files: 1, templates: 1, ..Run::default() };
        assert_eq!(written(&run), "No issues found in 1 file.\n");
        (run.files, run.modules, run.suppressed) = (4, 2, 1);
        assert_eq!(written(&run), "No issues found in 4 files and 2 modules; 1 suppressed.\n");
        run.templates = 0;
        assert_eq!(written(&run), "No issues found in 4 files in 2 modules; 1 suppressed.\n");
    }

    #[test]
    fn capabilities_are_named_when_they_are_new() {
        let mut run = sample::run();
        run.units[0].required_capability = Some("CAPABILITY_IAM");
        assert!(written(&run).contains("\nDeploying app now requires CAPABILITY_IAM.\n"));
    }
}
