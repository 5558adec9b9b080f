//! One run: find files, check them, write fixes, report.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, bail};
use rayon::prelude::*;

use super::args::{Args, Color, Format};
use super::error::io_error;
use super::output::OutputState;
use super::output_file::OutputFiles;
use super::progress::Progress;
use super::requested::{self, Requested};
use super::{generate, output, patches};
use crate::check::{Diagnostic, UnitReport, check};
use crate::report::{RenderOptions, Run};
use crate::rules::Severity;
use crate::text::PathBase;
use crate::workspace::LoadedUnit;
use crate::workspace::config::{self, Settings};
use crate::workspace::discover::{Discovery, UnitFiles};
use crate::workspace::load::{read_unit, tolerate_json};
use crate::workspace::modules::Modules;
use crate::workspace::write::{self, Replacement, WriteError};
use crate::workspace::{ConfigSource, Overrides, os};

/// The stack size of a thread. The HCL parser may use 2 MiB for nested input, and deep trees are walked recursively.
const STACK: usize = 32 * 1024 * 1024;

/// Runs the command and returns the exit status.
pub(crate) fn run(args: &Args) -> Result<u8> {
    if args.list_rules {
        return output::list_rules(args).map(|_| 0);
    }
    if let Some(rule) = &args.explain {
        return output::explain(rule).map(|_| 0);
    }
    if let Some(shell) = args.completions {
        return output::print(&generate::completions(shell)).map(|_| 0);
    }
    if args.man {
        return output::print(&generate::man_page()?).map(|_| 0);
    }
    check_usage(args)?;
    os::allow_many_open_files();
    // Before the search, which would not report that no threads can be started.
    let pool = threads(args)?;
    let (asked, found) = pool.install(|| requested::find(args))?;
    // Before any file is written. A failure afterwards would hide what was written.
    let config = named_config(args);
    let read: Vec<&Path> = config.iter().chain(&args.files_from).map(PathBuf::as_path).collect();
    let files = OutputFiles::open(args, &found, &read)?;
    let directories = if args.write { directories(&found) } else { Vec::new() };
    let terminal = io::stderr().is_terminal();
    let shows_progress = terminal && !args.quiet && !is_dumb();
    let mut run = pool.install(|| check_units(args, &asked, found, shows_progress));
    let stdout_is_terminal = io::stdout().is_terminal();
    patches::check_base(args, &run, stdout_is_terminal)?;
    let stdin = asked.stdin;
    if args.write && stdin.is_none() {
        write(&mut run, shows_progress);
        directories.iter().for_each(|directory| write::remove_leftovers(directory));
    }
    // stdin is fixed on stdout.
    run.written = args.write;
    let look = |on: bool| {
        let RenderOptions { width, wraps, .. } = if on { terminal_look() } else { RenderOptions::default() };
        RenderOptions { color: color(args.color, on), width, wraps }
    };
    let shown = look(args.output_file.is_none() && stdout_is_terminal);
    let prepared = output::prepare(args, &run, stdin.as_ref())?;
    if let Some(base) = &args.relative_to {
        run.rebase(&path_base(base)?);
    }
    let reported = output::reports(&run, &prepared, files.reports);
    let stdout = output::stdout(args, &run, &prepared, shown, files.main);
    // Findings and changes are reported even if stdout cannot be written.
    let advice = stdout.as_ref().map_or(&[][..], |stdout| stdout.advice.as_slice());
    let below_patch = terminal && stdout_is_terminal && stdout.as_ref().is_ok_and(|stdout| stdout.has_patch);
    output::stderr(args, &run, advice, look(terminal), terminal, below_patch)?;
    reported?;
    Ok(if stdout?.printed == OutputState::Closed { 0 } else { status(args, &run) })
}

fn path_base(base: &Path) -> Result<PathBase> {
    let here = patches::working_directory()?;
    PathBase::new(base, &here).map_err(|error| {
        io_error(format_args!("--relative-to {}", base.display()), &error, "specify a directory that can be entered")
    })
}

fn threads(args: &Args) -> Result<rayon::ThreadPool> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.jobs).stack_size(STACK).build();
    pool.map_err(|error| {
        anyhow::anyhow!(
            "could not start threads: {error}; use a smaller `--jobs`, or raise the limits on processes and memory"
        )
    })
}

/// The directories of the checked files.
fn directories(found: &Discovery) -> Vec<PathBuf> {
    let directory = |unit: &UnitFiles| match unit {
        UnitFiles::Module(module) => Some(module.directory.clone()),
        UnitFiles::Template(template) => template.path.parent().map(|parent| Path::new(".").join(parent)),
    };
    let mut directories: Vec<PathBuf> = found.units.iter().filter_map(directory).collect();
    directories.sort();
    directories.dedup();
    directories
}

fn check_usage(args: &Args) -> Result<()> {
    let machine = args.output_format != Format::Diff;
    if args.diff && machine && args.output_file.is_none() {
        bail!(
            "`--diff` and `--output-format {}` both write to stdout; add `--output-file FILE`",
            args.output_format.name()
        );
    }
    if args.check && machine {
        bail!(
            "`--check` and `--output-format {}` both write to stdout; use only one of them",
            args.output_format.name()
        );
    }
    let reads_stdin = args.paths.iter().any(|path| path == Path::new("-"));
    if args.stdin_filename.is_some() && !reads_stdin {
        bail!("`--stdin-filename` requires `-` as the path; add `-`, or remove the option");
    }
    if args.write && reads_stdin && (machine || args.diff) {
        bail!("`--write -` prints only the fixed text; remove `--write`, or remove `--output-format` and `--diff`");
    }
    if let Some(base) = args.relative_to.as_ref().filter(|base| !base.is_dir()) {
        bail!("--relative-to {}: not a directory; specify a directory above all changed files", base.display());
    }
    args.select.iter().chain(&args.ignore).try_for_each(|word| config::check_rule(word)).map_err(anyhow::Error::from)
}

/// Options for a terminal. Sentences wrap at its width, or at 80 columns if the width is unknown.
fn terminal_look() -> RenderOptions {
    const LEAST: usize = 40;
    let size = terminal_size::terminal_size_of(io::stderr()).or_else(|| terminal_size::terminal_size_of(io::stdout()));
    let width = size.map_or(80, |(width, _)| usize::from(width.0).max(LEAST));
    RenderOptions { width, wraps: true, ..RenderOptions::default() }
}

fn color(when: Color, terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    match when {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
        Color::Auto => set("CLICOLOR_FORCE") || set("FORCE_COLOR") || terminal && !is_dumb(),
    }
}

/// Whether the terminal only supports plain text.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// The configuration file from the command line or from the environment.
fn named_config(args: &Args) -> Option<PathBuf> {
    let from_environment = || std::env::var_os("IPFIX_CONFIG").filter(|value| !value.is_empty()).map(PathBuf::from);
    args.config.clone().or_else(from_environment)
}

/// The result for one unit.
struct UnitOutcome {
    /// Its report, if it was checked and has something to say.
    report: Option<UnitReport>,
    problems: Vec<Diagnostic>,
    files: usize,
    is_module: bool,
    suppressed: usize,
}

/// The settings on the command line that override the configuration file.
fn overrides(args: &Args) -> Overrides {
    let mut overrides = Overrides::default();
    overrides.select.clone_from(&args.select);
    overrides.ignore.clone_from(&args.ignore);
    overrides.unsafe_fixes = match (args.unsafe_fixes, args.no_unsafe_fixes) {
        (_, true) => Some(false),
        (true, false) => Some(true),
        (false, false) => None,
    };
    overrides.min_severity = args.least_severity();
    overrides.resolve_fixes = args.formats().any(Format::shows_edits);
    overrides
}

fn check_units(args: &Args, asked: &Requested, found: Discovery, shows_progress: bool) -> Run {
    let overrides = overrides(args);
    let source = match named_config(args) {
        _ if args.isolated => ConfigSource::None,
        Some(path) => ConfigSource::File(path),
        None => ConfigSource::Closest,
    };
    let mut finder = config::Finder::new(&overrides, &source);
    let files = asked.files();
    let configured = |unit: UnitFiles| {
        let settings = finder.for_unit(unit.path()).ok()?;
        Some((settings.without_excluded(unit, &|path| files.contains(path))?, settings))
    };
    let units: Vec<(UnitFiles, Arc<Settings>)> = found.units.into_iter().filter_map(configured).collect();
    let is_explicit = |path: &Path| {
        let path = config::real(path);
        files.contains(&path) && !asked.listed.contains(&path)
    };
    let progress = Progress::new("Checking", units.len(), shows_progress);
    let draws_graph = args.formats().any(|format| format == Format::Mermaid);
    let buffers = asked.buffers();
    let modules = Modules::of(&units, &buffers);
    let outcomes: Vec<UnitOutcome> = units
        .par_iter()
        .map(|(unit, settings)| {
            let LoadedUnit { input, options, mut problems, files, is_module } =
                read_unit(unit, &buffers, settings, &modules);
            let mut report = input.map(|input| check(input, &options));
            for problems in report.as_mut().map(|report| &mut report.problems).into_iter().chain([&mut problems]) {
                tolerate_json(problems, unit, &is_explicit);
            }
            progress.step();
            let suppressed = report.as_ref().map_or(0, |report| report.suppressed);
            // Reports without content are dropped at once, because a tree may have tens of thousands of files.
            let report = report.filter(|report| draws_graph || has_something_to_say(report));
            UnitOutcome { report, problems, files, is_module, suppressed }
        })
        .collect();
    progress.finish();
    let mut run = Run { min_severity: args.least_severity(), ..Run::default() };
    run.problems.extend(found.problems.iter().map(|unreached| asked.problem(unreached)));
    run.problems.append(&mut finder.problems);
    for outcome in outcomes {
        run.files += outcome.files;
        run.modules += usize::from(outcome.is_module);
        run.templates += if outcome.is_module { 0 } else { outcome.files };
        run.suppressed += outcome.suppressed;
        run.problems.extend(outcome.problems);
        run.units.extend(outcome.report);
    }
    run.units.sort_by(|a, b| output::unit_path(a).cmp(&output::unit_path(b)));
    run.problems.sort_by(|a, b| a.path.cmp(&b.path));
    run
}

fn has_something_to_say(report: &UnitReport) -> bool {
    !report.findings.is_empty() || !report.problems.is_empty() || !report.changes.is_empty()
}

/// Writes the changes unit by unit. Each unit is written completely or not at all.
fn write(run: &mut Run, shows_progress: bool) {
    let changed = run.units.iter().filter(|unit| !unit.changes.is_empty()).count();
    let progress = Progress::new("Writing", changed, shows_progress);
    for unit in run.units.iter_mut().filter(|unit| !unit.changes.is_empty()) {
        let contents: Vec<(PathBuf, Vec<u8>, Vec<u8>)> = unit
            .in_writing_order()
            .into_iter()
            .map(|change| {
                let source = unit.source(change.file);
                (source.path().to_owned(), source.bytes(), source.with_text(change.after.clone()).bytes())
            })
            .collect();
        let replacements: Vec<Replacement<'_>> =
            contents.iter().map(|(path, before, after)| Replacement { path, before, after }).collect();
        if let Err(error) = write::replace_all(&replacements) {
            let help = Some(error.help().to_owned());
            unit.problems.push(Diagnostic::about_file(Severity::Error, error.path(), error.message(), help));
            // In a partially written unit, no fix is complete. The error lists the changed files.
            if !matches!(error, WriteError::NotSynced { .. }) {
                unit.discard_changes();
            }
        }
        progress.step();
    }
    progress.finish();
}

/// 2 after an error, 1 if findings remain, otherwise 0.
fn status(args: &Args, run: &Run) -> u8 {
    let problems = run.problems.iter().chain(run.units.iter().flat_map(|unit| &unit.problems));
    if problems.into_iter().any(|problem| problem.severity == Severity::Error) {
        return 2;
    }
    let remains = |unit: &UnitReport| {
        let counts = |finding: &Diagnostic| finding.severity != Severity::Note && !(args.write && finding.applied);
        unit.findings.iter().any(counts)
    };
    u8::from(!args.exit_zero && run.units.iter().any(remains))
}
