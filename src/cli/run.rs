//! One run: find files, check them, write fixes, report.

use std::collections::HashSet;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, bail};
use rayon::prelude::*;

use super::args::{Args, Color, Format};
use super::output::OutputState;
use super::output_file::OutputFiles;
use super::progress::Progress;
use super::{generate, io_error, output, patches};
use crate::check::{Problem, UnitReport};
use crate::report::{RenderOptions, Run};
use crate::rules::Severity;
use crate::workspace::config::{self, ConfigSource, Settings};
use crate::workspace::discover::{self, Discovery, FileKind, Search, SkipReason, SkippedPath, UnitFiles};
use crate::workspace::load::{self, Stdin, UnitOutcome};
use crate::workspace::write::{self, Replacement, WriteError};
use crate::workspace::{Overrides, os};

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
    let (asked, found) = pool.install(|| find(args))?;
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
    let look = |on: bool| {
        let RenderOptions { width, wraps, .. } = if on { terminal_look() } else { RenderOptions::default() };
        RenderOptions { color: color(args.color, on), width, wraps }
    };
    let shown = look(args.output_file.is_none() && stdout_is_terminal);
    let reported = output::reports(args, &run, files.reports);
    let stdout = output::stdout(args, &run, stdin.as_ref(), shown, files.main);
    // Findings and changes are reported even if stdout cannot be written.
    let advice = stdout.as_ref().map_or(&[][..], |stdout| stdout.advice.as_slice());
    let below_patch = terminal && stdout_is_terminal && stdout.as_ref().is_ok_and(|stdout| stdout.has_patch);
    output::stderr(args, &run, advice, look(terminal), terminal, below_patch)?;
    reported?;
    Ok(if stdout?.printed == OutputState::Closed { 0 } else { status(args, &run) })
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
    args.select.iter().chain(&args.ignore).try_for_each(|word| config::check_rule(word)).map_err(anyhow::Error::msg)
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

/// The input that the command line specifies.
#[derive(Default)]
struct Requested {
    /// Paths of files and directories.
    paths: Vec<PathBuf>,
    /// The paths that only `--files-from` lists. Another program, such as `git diff`, made the list.
    listed: HashSet<PathBuf>,
    /// Stdin, if it is one of the files.
    stdin: Option<Stdin>,
}

impl Requested {
    /// The files among the paths, by their real paths.
    fn files(&self) -> HashSet<PathBuf> {
        self.paths.iter().filter(|path| !path.is_dir()).map(|path| config::real(path)).collect()
    }

    /// The diagnostic for a path that cannot be checked.
    fn problem(&self, unreached: &SkippedPath) -> Problem {
        let (severity, message, help) = match self.passes_over(unreached) {
            true => {
                let why = match &unreached.reason {
                    SkipReason::Io(error) if error.kind() == io::ErrorKind::NotFound => "file does not exist",
                    SkipReason::NothingInside => "nothing to check in this directory",
                    _ => "not a Terraform file or template",
                };
                (Severity::Note, format!("skipped: {why}"), None)
            }
            false => (Severity::Error, unreached.message(), Some(unreached.help().to_owned())),
        };
        Problem { severity, path: unreached.path.clone(), span: None, position: None, message, help }
    }

    /// Whether a listed path is irrelevant: a file of another type, a missing file, or a directory without relevant files.
    fn passes_over(&self, unreached: &SkippedPath) -> bool {
        let path = &unreached.path;
        let is_gone = || matches!(&unreached.reason, SkipReason::Io(error) if error.kind() == io::ErrorKind::NotFound);
        let is_other = FileKind::of(path) == FileKind::Other && !path.is_dir();
        self.listed.contains(&config::real(path))
            && (is_other || is_gone() && !path.is_symlink() || matches!(unreached.reason, SkipReason::NothingInside))
    }
}

/// The units that the command line specifies.
fn find(args: &Args) -> Result<(Requested, Discovery)> {
    if args.paths.iter().any(|path| path == Path::new("-")) {
        let Some(name) = args.stdin_filename.as_deref() else {
            bail!("`-` requires `--stdin-filename NAME`, which determines the file type and the module");
        };
        if args.paths.len() > 1 || args.files_from.is_some() {
            bail!("`-` cannot be used with other paths; pass `-` alone, or only files");
        }
        let bytes = standard_input()?;
        let unit = load::of_stdin(name).map_err(anyhow::Error::msg)?;
        let path = match &unit {
            UnitFiles::Module(module) => module.files.iter().find(|file| file.is_target).map(|file| file.path.clone()),
            UnitFiles::Template(template) => Some(template.path.clone()),
        };
        let stdin = Stdin { path: path.unwrap_or_else(|| name.to_owned()), bytes };
        let asked = Requested { paths: vec![stdin.path.clone()], stdin: Some(stdin), ..Requested::default() };
        return Ok((asked, Discovery { units: vec![unit], problems: Vec::new() }));
    }
    let mut paths = args.paths.clone();
    let mut listed = HashSet::new();
    if let Some(list) = &args.files_from {
        let bytes = if list == Path::new("-") { standard_input()? } else { read_list(list)? };
        if !args.null && bytes.contains(&0) {
            bail!("--files-from {}: contains NUL characters; add `--null`, or write one path per line", list.display());
        }
        paths.extend(discover::paths_in_list(&bytes, args.null));
        listed.extend(paths[args.paths.len()..].iter().map(|path| config::real(path)));
        let named: HashSet<PathBuf> = args.paths.iter().map(|path| config::real(path)).collect();
        listed.retain(|path| !named.contains(path));
    } else if paths.is_empty() {
        paths.push(PathBuf::from("."));
    }
    if args.exclude.iter().any(|glob| glob.trim().is_empty()) {
        bail!("`--exclude` has an empty glob; specify a pattern, or remove the option");
    }
    let mut search = Search::default();
    search.exclude.clone_from(&args.exclude);
    (search.no_ignore, search.hidden, search.jobs) = (args.no_ignore, args.hidden, args.jobs);
    let mut found = discover::discover(&paths, &search).map_err(|glob| {
        anyhow::anyhow!("--exclude {}: invalid glob: {}; use gitignore syntax", glob.glob, glob.message)
    })?;
    for unit in &mut found.units {
        if let UnitFiles::Template(template) = unit {
            // The program that made the list does not know which files are templates.
            template.is_explicit &= !listed.contains(&config::real(&template.path));
        }
    }
    Ok((Requested { paths, listed, stdin: None }, found))
}

fn standard_input() -> Result<Vec<u8>> {
    all_of("standard input", Ok(io::stdin().lock()), "redirect a file or pipe text to stdin")
}

/// The paths of `--files-from`.
fn read_list(list: &Path) -> Result<Vec<u8>> {
    let what = format!("--files-from {}", list.display());
    all_of(&what, std::fs::File::open(list), "specify a readable file with one path per line")
}

/// The whole content of an input from the command line.
fn all_of(what: &str, from: io::Result<impl io::Read>, help: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let whole = from.and_then(|from| load::read_at_most(from, &mut bytes));
    if !whole.map_err(|error| io_error(what, &error, help))? {
        bail!("{what}: larger than {} MiB, the maximum that ipfix reads; split it", load::LARGEST / (1024 * 1024));
    }
    Ok(bytes)
}

/// The configuration file from the command line or from the environment.
fn named_config(args: &Args) -> Option<PathBuf> {
    let from_environment = || std::env::var_os("IPFIX_CONFIG").filter(|value| !value.is_empty()).map(PathBuf::from);
    args.config.clone().or_else(from_environment)
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
    let named = named_config(args);
    let source = match named.as_deref() {
        _ if args.isolated => ConfigSource::None,
        Some(path) => ConfigSource::File(path),
        None => ConfigSource::Closest,
    };
    let mut finder = config::Finder::new(&overrides, source);
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
    let wiring = args.formats().any(|format| format == Format::Mermaid);
    let outcomes: Vec<UnitOutcome> = units
        .into_par_iter()
        .map(|(unit, settings)| {
            let mut outcome = load::check_unit(&unit, asked.stdin.as_ref(), &settings);
            load::tolerate_json(&mut outcome, &unit, &is_explicit);
            progress.step();
            // Reports without content are dropped at once, because a tree may have tens of thousands of files.
            outcome.suppressed = outcome.report.as_ref().map_or(0, |report| report.suppressed);
            outcome.report = outcome.report.filter(|report| wiring || has_something_to_say(report));
            outcome
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
            unit.problems.push(Problem {
                severity: Severity::Error,
                path: error.path().to_owned(),
                span: None,
                position: None,
                message: error.message(),
                help: Some(error.help().to_owned()),
            });
            // In a partially written unit, no fix is complete. The error lists the changed files.
            if !matches!(error, WriteError::NotSynced { .. }) {
                unit.discard_changes();
            }
        }
        progress.step();
    }
    progress.finish();
    run.written = true;
}

/// 2 after an error, 1 if findings remain, otherwise 0.
fn status(args: &Args, run: &Run) -> u8 {
    let problems = run.problems.iter().chain(run.units.iter().flat_map(|unit| &unit.problems));
    if problems.into_iter().any(|problem| problem.severity == Severity::Error) {
        return 2;
    }
    let remains = |unit: &UnitReport| {
        let counts = |finding: &crate::check::Reported| {
            finding.finding.rule.severity != Severity::Note && !(args.write && finding.applied)
        };
        unit.findings.iter().any(counts)
    };
    u8::from(!args.exit_zero && run.units.iter().any(remains))
}
