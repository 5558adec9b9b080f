//! The last words of a run: what was found, what to do next, what the deployer newly needs.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::entry;
use super::wrap::wrap;
use super::{Look, Run, escape};
use crate::check::{Gravity, Language, UnitReport};
use crate::model::{Instances, Text};
use crate::plan::{NewName, PlannedId, PlannedProfile};
use crate::rules::{Safety, Severity};

/// More lines than this of one kind are summed up.
const MOST_LINES: usize = 5;

/// How many of what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Files that were looked at.
    pub files: usize,
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are notes.
    pub notes: usize,
    /// Fixes that are applied with the options of this run.
    pub applied: usize,
    /// Fixes that only `--unsafe-fixes` adds.
    #[serde(rename = "unsafe")]
    pub unsafe_fixes: usize,
    /// Errors and warnings without a fix.
    pub unfixed: usize,
}

impl Counts {
    /// Counts.
    pub fn of(run: &Run) -> Self {
        let mut counts = Counts { files: run.files, ..Counts::default() };
        for unit in &run.units {
            counts.applied += unit.applied.len();
            let mut held_back = BTreeSet::new();
            for reported in &unit.findings {
                let severity = reported.finding.rule.severity;
                match severity {
                    Severity::Error => counts.errors += 1,
                    Severity::Warning => counts.warnings += 1,
                    Severity::Note => counts.notes += 1,
                }
                match reported.fix {
                    Some(id) if !reported.applied && unit.plan.fix(id).safety == Safety::Unsafe => {
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
pub fn write(run: &Run, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let counts = Counts::of(run);
    write_found(run, &counts, look, out)?;
    write_next(run, &counts, look, out)?;
    for line in needs(run) {
        writeln!(out, "{}", wrap(&escape::terminal(&line), look.wrap_at()))?;
    }
    write_imports(&imports(run), look, out)
}

fn write_found(run: &Run, counts: &Counts, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let bold = look.style(Style::new().bold());
    write!(out, "{bold}Found {}.{bold:#}", found(run, counts))?;
    if !run.verbose && counts.notes > 0 {
        write!(out, " With -v also {}.", number(counts.notes, "note"))?;
    }
    writeln!(out)
}

/// `3 errors and 1 warning in 12 files`; what could not be read or judged is a failure.
pub(super) fn found(run: &Run, counts: &Counts) -> String {
    let mut kinds = Vec::new();
    let failures = entry::problems(run, false).filter(|trouble| trouble.problem.gravity == Gravity::Error).count();
    for (count, noun) in [(failures, "failure"), (counts.errors, "error"), (counts.warnings, "warning")] {
        if count > 0 {
            kinds.push(number(count, noun));
        }
    }
    if run.verbose && counts.notes > 0 {
        kinds.push(number(counts.notes, "note"));
    }
    let found = if kinds.is_empty() { "nothing wrong".to_owned() } else { and(&kinds) };
    format!("{found} in {}", number(counts.files, "file"))
}

fn write_next(run: &Run, counts: &Counts, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let good = look.style(AnsiColor::Green.on_default());
    if counts.applied > 0 {
        let fixes = number(counts.applied, "fix");
        let changed: usize = run.units.iter().map(|unit| unit.changes.len()).sum();
        let files = number(changed, "file");
        if run.written {
            writeln!(out, "{good}Applied {fixes}; changed {files}.{good:#}")?;
        } else {
            writeln!(out, "{good}--write{good:#} applies {fixes} and changes {files}.")?;
        }
    }
    if counts.unsafe_fixes > 0 {
        let (fixes, more) = (number(counts.unsafe_fixes, "fix"), if counts.applied > 0 { " more" } else { "" });
        writeln!(out, "{good}--unsafe-fixes{good:#} adds {fixes}{more}: read the findings first.")?;
    }
    match counts.unfixed {
        0 => Ok(()),
        1 => writeln!(out, "1 finding has no fix: a person must decide."),
        count => writeln!(out, "{count} findings have no fix: a person must decide."),
    }
}

/// A profile that the applied fixes of a unit add.
struct Added<'r> {
    unit: &'r UnitReport,
    id: PlannedId,
    profile: &'r PlannedProfile,
}

fn added(run: &Run) -> Vec<Added<'_>> {
    let mut added = Vec::new();
    for unit in &run.units {
        let ids: BTreeSet<_> = unit.applied.iter().flat_map(|&fix| unit.plan.fix(fix).adds.iter().copied()).collect();
        added.extend(ids.into_iter().map(|id| Added { unit, id, profile: unit.plan.profile(id) }));
    }
    added
}

/// What whoever deploys the applied fixes newly needs, a sentence each.
pub(super) fn needs(run: &Run) -> Vec<String> {
    const PERMISSIONS: &str =
        "Whoever deploys it newly needs iam:CreateInstanceProfile, iam:AddRoleToInstanceProfile and iam:PassRole.";
    let mut needs = Vec::new();
    if !added(run).is_empty() {
        needs.push(PERMISSIONS.to_owned());
    }
    for unit in &run.units {
        needs.extend(unit.newly_needed.map(|what| format!("{} newly needs {what}.", entry::unit_path(unit))));
    }
    needs
}

/// The commands that take over profiles of the same name, in case they exist: somebody may have made one by hand, because that makes the
/// wrong wiring work.
pub(super) fn imports(run: &Run) -> Vec<String> {
    added(run).iter().filter_map(import).collect()
}

/// What comes before those commands.
pub(super) const TAKE_OVER: &str =
    "Should AWS answer EntityAlreadyExists, a profile of the role's name is there already; take it over:";

fn write_imports(commands: &[String], look: Look, out: &mut dyn Write) -> io::Result<()> {
    if commands.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", wrap(TAKE_OVER, look.wrap_at()))?;
    for command in commands.iter().take(MOST_LINES) {
        writeln!(out, "  {command}")?;
    }
    match commands.len().saturating_sub(MOST_LINES) {
        0 => Ok(()),
        more => writeln!(out, "  and likewise for {more} more"),
    }
}

fn import(added: &Added<'_>) -> Option<String> {
    let role = added.unit.unit.role(added.profile.role);
    let plain = |text: &str| text.chars().all(|it| it.is_alphanumeric() || "+=,.@_-/".contains(it));
    let name = role.name.as_ref().and_then(Text::as_literal).filter(|name| !name.is_empty() && plain(name))?;
    let named_alike = matches!(added.profile.name, NewName::Default | NewName::OfRole);
    if added.unit.language != Language::Terraform || !named_alike || role.instances != Instances::One {
        return None;
    }
    let module = match entry::unit_path(added.unit) {
        path if path == "." => String::new(),
        path if plain(&path) => format!(" -chdir={path}"),
        // In the wrong directory the command would be worse than none.
        path if escape::terminal(&path) != path => return None,
        path => format!(" -chdir='{}'", path.replace('\'', r"'\''")),
    };
    Some(format!("terraform{module} import {} {name}", entry::planned_address(added.unit, added.id)))
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
    use std::path::Path;

    use super::super::sample;
    use super::*;
    use crate::model::Repeat;
    use crate::source::Source;

    fn written(run: &Run) -> String {
        let mut out = Vec::new();
        write(run, Look::default(), &mut out).expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn it_says_what_to_do_next() {
        let mut run = sample::run();
        assert_eq!(
            written(&run),
            "Found 1 failure and 3 errors in 3 files. With -v also 1 note.\n\
             --write applies 2 fixes and changes 2 files.\n\
             --unsafe-fixes adds 1 fix more: read the findings first.\n\
             Whoever deploys it newly needs iam:CreateInstanceProfile, iam:AddRoleToInstanceProfile and iam:PassRole.\n\
             Should AWS answer EntityAlreadyExists, a profile of the role's name is there already; take it over:\n  \
             terraform -chdir=app import aws_iam_instance_profile.app app-role\n"
        );
        run.written = true;
        run.verbose = true;
        run.units[0].findings[0].finding.rule = &sample::CHANCE;
        run.units[0].findings[2].fix = None;
        let text = written(&run);
        assert!(
            text.starts_with(
                "Found 1 failure, 2 errors, 1 warning and 1 note in 3 files.\nApplied 2 fixes; changed 2 files.\n"
            ),
            "{text}"
        );
        assert!(text.contains("\n1 finding has no fix: a person must decide.\n"), "{text}");
        assert!(!text.contains("--unsafe-fixes"), "{text}");
    }

    #[test]
    fn nothing_found_is_said_in_one_line() {
        assert_eq!(written(&Run { files: 1, ..Run::default() }), "Found nothing wrong in 1 file.\n");
    }

    #[test]
    fn only_a_role_with_one_known_name_can_be_taken_over() {
        let imports = |change: fn(&mut UnitReport)| {
            let mut run = sample::run();
            change(&mut run.units[0]);
            super::imports(&run)
        };
        assert_eq!(imports(|_| ()).len(), 1);
        assert_eq!(imports(|unit| unit.applied.push(crate::plan::FixId(2))).len(), 1, "a prefixed name is always free");
        assert!(imports(|unit| unit.unit.roles[0].name = Some(Text::hole("var.name"))).is_empty());
        assert!(imports(|unit| unit.unit.roles[0].name = Some(Text::literal("a; rm -rf /"))).is_empty());
        assert!(imports(|unit| unit.unit.roles[0].instances = Instances::Count(Repeat::over("2"))).is_empty());
        assert!(imports(|unit| unit.applied.clear()).is_empty());
        let moved = |unit: &mut UnitReport, directory: &str| {
            for source in &mut unit.sources {
                let path = Path::new(directory).join(source.path().file_name().expect("a file"));
                *source = Source::new(path, source.bytes(), true).expect("text");
            }
        };
        let imports_in = |directory: &str| {
            let mut run = sample::run();
            moved(&mut run.units[0], directory);
            super::imports(&run)
        };
        assert_eq!(
            imports_in("it's; here"),
            [r"terraform -chdir='it'\''s; here' import aws_iam_instance_profile.app app-role"]
        );
        assert!(imports_in("line\nbreak").is_empty());
    }

    #[test]
    fn capabilities_are_named_when_they_are_new() {
        let mut run = sample::run();
        run.units[0].newly_needed = Some("CAPABILITY_IAM");
        assert!(written(&run).contains("\napp newly needs CAPABILITY_IAM.\n"));
    }
}
