//! What goes to standard output and what to standard error.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Result, bail};

use super::args::{Args, Format};
use super::output_file::OutputFile;
use super::units::Stdin;
use super::{config, refused};
use crate::check::UnitReport;
use crate::report::{Look, Run, concise, full, github, json, markdown, mermaid, rdjson, sarif, statistics, summary};
use crate::rules;
use crate::source::{self, PatchNames, Source};

/// The path that a unit is sorted by: that of its first file.
pub(crate) fn unit_path(unit: &UnitReport) -> Option<&Path> {
    unit.sources.first().map(Source::path)
}

/// The patches of all changed files, in the order of their names.
struct Patches {
    bytes: Vec<u8>,
    names: Option<PatchNames>,
}

impl Patches {
    /// Where and how the patch applies, if that is not plain.
    fn advice(&self) -> Vec<String> {
        let Some(names) = &self.names else { return Vec::new() };
        let mut advice = Vec::new();
        if let Some(from) = &names.apply_from {
            advice.push(format!("The patch applies from {}.", from.display()));
        }
        if names.git_needs_p1 {
            advice.push(
                "Here git takes the paths of a patch from the top of the work tree: apply it with git apply -p1."
                    .to_owned(),
            );
        }
        advice
    }
}

fn patches(run: &Run) -> Result<Patches> {
    let mut changed: Vec<(&Source, &str)> = Vec::new();
    for unit in &run.units {
        changed
            .extend(unit.changes.iter().map(|change| (&unit.sources[change.file.0 as usize], change.after.as_str())));
    }
    if changed.is_empty() {
        return Ok(Patches { bytes: Vec::new(), names: None });
    }
    let here = std::env::current_dir()
        .map_err(|error| refused("the working directory", &error, "go to a directory that is there"))?;
    let paths: Vec<&Path> = changed.iter().map(|(source, _)| source.path()).collect();
    let help = "go to a directory from which all files can be reached, or name fewer files";
    let names = PatchNames::new(&here, &paths).map_err(|error| refused("the paths of the patch", &error, help))?;
    let mut all: Vec<(&Vec<u8>, Vec<u8>)> = names
        .names
        .iter()
        .zip(&changed)
        .map(|(name, (source, after))| {
            (name, source::unified(name, &source.bytes(), &source.with_text((*after).to_owned()).bytes()))
        })
        .collect();
    all.sort();
    all.dedup_by(|a, b| a.0 == b.0);
    let bytes = all.into_iter().flat_map(|(_, patch)| patch).collect();
    Ok(Patches { bytes, names: Some(names) })
}

/// Writes what standard output, or the file in its place, is to hold. Gives back what there is to say on applying a printed patch.
pub(crate) fn stdout(
    args: &Args,
    run: &Run,
    stdin: Option<&Stdin>,
    look: Look,
    file: Option<OutputFile<'_>>,
) -> Result<(Vec<String>, Printed)> {
    let mut content = Vec::new();
    let mut advice = Vec::new();
    if let Some(stdin) = stdin.filter(|_| args.write) {
        content = fixed_text(run, stdin);
    } else if args.check {
        for unit in &run.units {
            for change in &unit.changes {
                let path = unit.sources[change.file.0 as usize].path().display().to_string();
                writeln!(content, "{}", source::terminal(&path))?;
            }
        }
    } else if args.output_format == Format::Diff {
        if !args.write || args.diff {
            let patches = patches(run)?;
            advice = patches.advice();
            content = patches.bytes;
        }
    } else {
        formatted(args, run, look, &mut content)?;
    }
    let is_patch = args.output_format == Format::Diff && !args.check && stdin.is_none_or(|_| !args.write);
    if is_patch && look.color || look.wraps && (is_patch || stdin.is_some()) {
        content = visible(&content);
    }
    if is_patch && look.color {
        content = colored(&content);
    }
    let printed = match file {
        Some(file) => {
            file.write(&content)?;
            if args.diff && args.output_format != Format::Diff { print(&patches(run)?.bytes)? } else { Printed::All }
        }
        None => print(&content)?,
    };
    Ok((advice, printed))
}

/// A patch for people's eyes: what would steer the terminal is written out. It is no patch any more where there is such a thing.
fn visible(patch: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(patch);
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        let (line, end) = line.strip_suffix('\r').map_or((line, end), |line| (line, "\r\n"));
        for (number, part) in line.split('\t').enumerate() {
            out.extend([if number > 0 { "\t" } else { "" }, &source::terminal(part)]);
        }
        out.push_str(end);
    }
    out.into_bytes()
}

fn formatted(args: &Args, run: &Run, look: Look, out: &mut Vec<u8>) -> Result<()> {
    match args.output_format {
        Format::Diff => {}
        Format::Full => full::write(run, look, out)?,
        Format::Concise => concise::write(run, look, out)?,
        Format::Json => json::write(run, out)?,
        Format::Sarif => sarif::write(run, rules::ALL, out)?,
        Format::Github => github::write(run, out)?,
        Format::Rdjson => rdjson::write(run, out)?,
        Format::Markdown => markdown::write(run, &String::from_utf8_lossy(&patches(run)?.bytes), out)?,
        Format::Mermaid => mermaid::write(run, out)?,
    }
    Ok(())
}

/// The text from standard input with its fixes made.
fn fixed_text(run: &Run, stdin: &Stdin) -> Vec<u8> {
    let changed = run.units.iter().find_map(|unit| {
        let change = unit.changes.iter().find(|change| unit.sources[change.file.0 as usize].path() == stdin.path)?;
        Some(unit.sources[change.file.0 as usize].with_text(change.after.clone()).bytes())
    });
    changed.unwrap_or_else(|| stdin.bytes.clone())
}

/// A patch in git's colours.
fn colored(patch: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(patch.len() * 2);
    for line in patch.split_inclusive(|&byte| byte == b'\n') {
        let color: &[u8] = match line {
            _ if line.starts_with(b"--- ") || line.starts_with(b"+++ ") => b"\x1b[1m",
            [b'@', b'@', ..] => b"\x1b[36m",
            [b'+', ..] => b"\x1b[32m",
            [b'-', ..] => b"\x1b[31m",
            _ => {
                out.extend_from_slice(line);
                continue;
            }
        };
        let (text, end) = line.strip_suffix(b"\n").map_or((line, &b""[..]), |text| (text, &b"\n"[..]));
        out.extend_from_slice(color);
        out.extend_from_slice(text);
        out.extend_from_slice(b"\x1b[0m");
        out.extend_from_slice(end);
    }
    out
}

/// Whether standard output took everything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Printed {
    All,
    /// It was closed early (`| head`): whoever reads it has seen enough.
    Closed,
}

/// To standard output.
pub(crate) fn print(bytes: &[u8]) -> Result<Printed> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Printed::Closed),
        other => other
            .map(|()| Printed::All)
            .map_err(|error| refused("standard output", &error, "look where it goes to, then run ipfix again")),
    }
}

/// Writes findings, problems and the summary to standard error.
pub(crate) fn stderr(args: &Args, run: &Run, advice: &[String], look: Look, terminal: bool) -> Result<()> {
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
        writeln!(content, "{}", source::terminal(line))?;
    }
    if args.statistics {
        statistics::write(run, look, &mut content)?;
    }
    if !args.quiet {
        summary::write(run, look, &mut content)?;
    }
    match io::stderr().lock().write_all(&content) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| refused("standard error", &error, "look where it goes to")),
    }
}

/// The rules, one line each.
pub(crate) fn list_rules() -> Result<Printed> {
    let mut text = Vec::new();
    for rule in rules::ALL {
        writeln!(text, "{}  {:<26}  {}", rule.code, rule.name, rule.summary)?;
    }
    print(&text)
}

/// The page of a rule's manual.
pub(crate) fn explain(wanted: &str) -> Result<Printed> {
    let rule = rules::by_code(wanted).or_else(|| rules::ALL.into_iter().find(|rule| rule.name == wanted));
    match rule {
        Some(rule) => print(rule.manual.as_bytes()),
        None => bail!(
            "{}",
            config::check_rule(wanted)
                .err()
                .unwrap_or_else(|| format!("{wanted} is no single rule: ipfix --list-rules lists them"))
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_would_steer_a_terminal_is_written_out() {
        let patch = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\tb # \u{1b}[2J\u{202e}\r\n+a\tb\u{7}\n";
        let shown = String::from_utf8(visible(patch.as_bytes())).expect("text");
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{shown:?}");
        assert!(shown.contains("-a\tb # ") && shown.contains("\r\n+a\tb"), "{shown:?}");
        let plain = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-größe\r\n+b\n\\ No newline at end of file\n";
        assert_eq!(visible(plain.as_bytes()), plain.as_bytes());
    }
}
