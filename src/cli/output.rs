//! The output on stdout and stderr.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Result, bail};
use serde::Serialize;

use super::args::{Args, Format};
use super::error::io_error;
use super::output_file::OutputFile;
use super::patches::{self, Patches};
use super::requested::Stdin;
use crate::check::UnitReport;
use crate::report::{
    RenderOptions, Run, concise, full, github, gitlab, json, junit, markdown, mermaid, rdjson, sarif, severity_name,
    statistics, summary,
};
use crate::rules;
use crate::text;
use crate::text::Source;
use crate::workspace::config;

/// The path by which units are sorted: the path of the first file.
pub(crate) fn unit_path(unit: &UnitReport) -> Option<&Path> {
    unit.sources.first().map(Source::path)
}

/// The result of writing to stdout.
pub(crate) struct Stdout {
    /// Hints on how to apply a printed patch.
    pub(crate) advice: Vec<String>,
    pub(crate) printed: OutputState,
    /// Whether a patch was printed that is not empty.
    pub(crate) has_patch: bool,
}

/// Output that depends on the real paths of the files. It is created before `--relative-to` changes the paths in the run.
pub(crate) struct Prepared {
    patches: Patches,
    /// The fixed text, if `--write` prints stdin.
    fixed_stdin: Option<Vec<u8>>,
    /// Whether the text comes from stdin.
    is_stdin: bool,
}

/// Creates the patches and the fixed text of stdin.
///
/// # Errors
/// A patch cannot refer to the files.
pub(crate) fn prepare(args: &Args, run: &Run, stdin: Option<&Stdin>) -> Result<Prepared> {
    Ok(Prepared {
        patches: Patches::of(args, run)?,
        fixed_stdin: stdin.filter(|_| args.write).map(|stdin| fixed_text(run, stdin)),
        is_stdin: stdin.is_some(),
    })
}

/// Writes the output to stdout or to the output file.
pub(crate) fn stdout(
    args: &Args,
    run: &Run,
    prepared: &Prepared,
    look: RenderOptions,
    file: Option<OutputFile<'_>>,
) -> Result<Stdout> {
    let mut content = Vec::new();
    let mut advice = Vec::new();
    if let Some(fixed) = &prepared.fixed_stdin {
        content.clone_from(fixed);
    } else if args.check {
        for unit in &run.units {
            for change in &unit.changes {
                let path = unit.sources[change.file].path().display().to_string();
                writeln!(content, "{}", text::terminal(&path))?;
            }
        }
    } else if args.output_format == Format::Diff {
        if !args.write || args.diff {
            advice = prepared.patches.advice();
            content.clone_from(&prepared.patches.bytes);
        }
    } else {
        formatted(args.output_format, run, prepared, look, &mut content)?;
    }
    let is_patch = args.output_format == Format::Diff && !args.check && prepared.fixed_stdin.is_none();
    if is_patch && look.color || look.wraps && (is_patch || prepared.is_stdin) {
        content = patches::visible(&content);
    }
    if is_patch && look.color {
        content = patches::colored(&content);
    }
    let has_patch = is_patch && file.is_none() && !content.is_empty();
    let printed = match file {
        Some(file) => {
            file.write(&content)?;
            match args.diff && args.output_format != Format::Diff {
                true => print(&prepared.patches.bytes)?,
                false => OutputState::All,
            }
        }
        None => print(&content)?,
    };
    Ok(Stdout { advice, printed, has_patch })
}

/// Writes the reports of `--report`.
pub(crate) fn reports(run: &Run, prepared: &Prepared, files: Vec<(Format, OutputFile<'_>)>) -> Result<()> {
    for (format, file) in files {
        let mut content = Vec::new();
        formatted(format, run, prepared, RenderOptions::default(), &mut content)?;
        file.write(&content)?;
    }
    Ok(())
}

fn formatted(format: Format, run: &Run, prepared: &Prepared, look: RenderOptions, out: &mut Vec<u8>) -> Result<()> {
    let patch = &prepared.patches.bytes;
    match format {
        Format::Diff => out.extend_from_slice(patch),
        Format::Full => full::write(run, look, out)?,
        Format::Concise => concise::write(run, look, out)?,
        Format::Json => json::write(run, out)?,
        Format::Sarif => sarif::write(run, rules::ALL, out)?,
        Format::Github => github::write(run, out)?,
        Format::Gitlab => gitlab::write(run, out)?,
        Format::Junit => junit::write(run, out)?,
        Format::Rdjson => rdjson::write(run, out)?,
        Format::Markdown => markdown::write(run, &String::from_utf8_lossy(patch), out)?,
        Format::Mermaid => mermaid::write(run, out)?,
    }
    Ok(())
}

/// The text from stdin with its fixes applied.
fn fixed_text(run: &Run, stdin: &Stdin) -> Vec<u8> {
    let changed = run.units.iter().find_map(|unit| {
        let change = unit.changes.iter().find(|change| unit.sources[change.file].path() == stdin.path)?;
        Some(unit.sources[change.file].with_text(change.after.clone()).bytes())
    });
    changed.unwrap_or_else(|| stdin.bytes.clone())
}

/// Whether all output was written to stdout.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum OutputState {
    All,
    /// The reader closed it early, as in `| head`.
    Closed,
}

/// Prints to stdout.
pub(crate) fn print(bytes: &[u8]) -> Result<OutputState> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(OutputState::Closed),
        other => other
            .map(|()| OutputState::All)
            .map_err(|error| io_error("standard output", &error, "check where the output goes, then run ipfix again")),
    }
}

/// Writes findings, problems and the summary to stderr. `below_patch` says whether they follow a patch on the same terminal.
pub(crate) fn stderr(
    args: &Args,
    run: &Run,
    advice: &[String],
    look: RenderOptions,
    terminal: bool,
    below_patch: bool,
) -> Result<()> {
    let mut content = Vec::new();
    let shown = args.output_format.shows_findings() && args.output_file.is_none() && !args.check;
    let errors_only;
    let run_shown = if args.quiet || shown {
        errors_only = run.problems_alone();
        &errors_only
    } else {
        run
    };
    if terminal {
        full::write(run_shown, look, &mut content)?;
    } else {
        concise::write(run_shown, look, &mut content)?;
    }
    for line in advice.iter().filter(|_| !args.quiet) {
        writeln!(content, "{}", text::terminal(line))?;
    }
    if args.statistics {
        statistics::write(run, look, &mut content)?;
    }
    if !args.quiet {
        summary::write(run, look, &mut content)?;
    }
    if below_patch && !content.is_empty() {
        content.insert(0, b'\n');
    }
    match io::stderr().lock().write_all(&content) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| io_error("standard error", &error, "check where the output goes")),
    }
}

/// A rule in the JSON list.
#[derive(Serialize)]
struct RuleRow {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    summary: &'static str,
}

/// Prints the rules as a table or as JSON.
pub(crate) fn list_rules(args: &Args) -> Result<OutputState> {
    let mut text = Vec::new();
    if args.output_format == Format::Json {
        let rows = rules::ALL.map(|rule| RuleRow {
            code: rule.code,
            name: rule.name,
            severity: severity_name(rule.severity),
            summary: rule.summary,
        });
        serde_json::to_writer_pretty(&mut text, &rows)?;
        text.push(b'\n');
        return print(&text);
    }
    for rule in rules::ALL {
        writeln!(text, "{}  {:<26}  {}", rule.code, rule.name, rule.summary)?;
    }
    print(&text)
}

/// Prints the documentation of a rule.
pub(crate) fn explain(wanted: &str) -> Result<OutputState> {
    let rule = rules::by_code(wanted).or_else(|| rules::ALL.into_iter().find(|rule| rule.name == wanted));
    match rule {
        Some(rule) => print(rule.documentation.as_bytes()),
        None => {
            config::check_rule(wanted)?;
            bail!("`{wanted}` does not name a single rule; see `ipfix --list-rules`")
        }
    }
}
