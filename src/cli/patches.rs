//! The patch of a run: the names of its files, where it applies, and how it looks on a terminal.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::args::{Args, Format};
use super::error::io_error;
use crate::report::Run;
use crate::text;
use crate::text::{PatchNames, Source};

/// The patches of all changed files, sorted by name.
pub(crate) struct Patches {
    pub(crate) bytes: Vec<u8>,
    names: Option<PatchNames>,
}

impl Patches {
    /// Creates the patches, if any output shows them.
    ///
    /// # Errors
    /// A patch cannot refer to the files.
    pub(crate) fn of(args: &Args, run: &Run) -> Result<Self> {
        let changed = if are_shown(args) { changed(run) } else { Vec::new() };
        let Some(names) = names(args, &changed)? else { return Ok(Patches { bytes: Vec::new(), names: None }) };
        let mut all: Vec<(&Vec<u8>, Vec<u8>)> = names
            .names
            .iter()
            .zip(&changed)
            .map(|(name, (source, after))| {
                (name, text::unified(name, &source.bytes(), &source.with_text((*after).to_owned()).bytes()))
            })
            .collect();
        all.sort();
        all.dedup_by(|a, b| a.0 == b.0);
        let bytes = all.into_iter().flat_map(|(_, patch)| patch).collect();
        Ok(Patches { bytes, names: Some(names) })
    }

    /// Hints on where and how to apply the patch, if that is not obvious.
    pub(crate) fn advice(&self) -> Vec<String> {
        let Some(names) = &self.names else { return Vec::new() };
        let mut advice = Vec::new();
        if let Some(from) = &names.apply_from {
            advice.push(format!("Apply the patch from {}.", from.display()));
        }
        if names.git_needs_p1 {
            advice.push(
                "git resolves these paths from the top of the work tree; apply the patch with `git apply -p1`."
                    .to_owned(),
            );
        }
        advice
    }
}

fn changed(run: &Run) -> Vec<(&Source, &str)> {
    let of_unit = |unit: &'_ crate::check::UnitReport| unit.changes.len();
    let mut changed = Vec::with_capacity(run.units.iter().map(of_unit).sum());
    for unit in &run.units {
        let changes = unit.changes.iter();
        changed.extend(changes.map(|change| (&unit.sources[change.file], change.after.as_str())));
    }
    changed
}

fn names(args: &Args, changed: &[(&Source, &str)]) -> Result<Option<PatchNames>> {
    if changed.is_empty() {
        return Ok(None);
    }
    let here = working_directory()?;
    let paths: Vec<&Path> = changed.iter().map(|(source, _)| source.path()).collect();
    if let Some(base) = &args.relative_to {
        match PatchNames::relative_to(base, &here, &paths) {
            Ok(names) => return Ok(Some(names)),
            Err(error) if are_applied(args) => {
                let help = "specify a directory above all changed files";
                return Err(io_error(format_args!("--relative-to {}", base.display()), &error, help));
            }
            // The patch in a comment is only read, so it is better shown with other names than not at all.
            Err(_) => {}
        }
    }
    let names = PatchNames::new(&here, &paths).map_err(|error| {
        let help = "run ipfix in a directory above all changed files, or specify fewer files";
        io_error("the paths of the patch", &error, help)
    });
    names.map(Some)
}

/// The working directory.
///
/// # Errors
/// It does not exist any more.
pub(crate) fn working_directory() -> Result<PathBuf> {
    std::env::current_dir()
        .map_err(|error| io_error("the working directory", &error, "change to a directory that exists"))
}

/// Whether any output shows the patch.
fn are_shown(args: &Args) -> bool {
    are_applied(args) || args.output_format == Format::Markdown || is_reported(args, Format::Markdown)
}

/// Whether any output is the patch itself, which somebody may apply.
fn are_applied(args: &Args) -> bool {
    replaces_stdout(args) || is_beside_file(args) || is_reported(args, Format::Diff)
}

/// Whether the main output is the patch.
fn replaces_stdout(args: &Args) -> bool {
    args.output_format == Format::Diff && !args.check && (!args.write || args.diff)
}

/// Whether stdout gets the patch because the main output goes to a file.
fn is_beside_file(args: &Args) -> bool {
    args.diff && args.output_format != Format::Diff
}

fn is_reported(args: &Args, format: Format) -> bool {
    args.report.iter().any(|report| report.format == format)
}

/// Rejects a patch for a program if it does not apply in the working directory, because the program does not see the hint.
///
/// # Errors
/// Such a patch, or files outside the directory of `--relative-to`.
pub(crate) fn check_base(args: &Args, run: &Run, stdout_is_terminal: bool) -> Result<()> {
    if !are_shown(args) {
        return Ok(());
    }
    let for_programs = replaces_stdout(args) && (args.output_file.is_some() || !stdout_is_terminal)
        || is_beside_file(args) && !stdout_is_terminal
        || is_reported(args, Format::Diff);
    let names = names(args, &changed(run))?;
    let outside = names.and_then(|names| names.apply_from).filter(|_| for_programs && args.relative_to.is_none());
    if let Some(base) = outside {
        let base = base.display();
        bail!(
            "the patch changes files outside the working directory and would not apply here; run ipfix in {base}, or add `--relative-to {base}`"
        );
    }
    Ok(())
}

/// A patch for display: control characters are escaped. If it contains any, the result is not a valid patch.
pub(crate) fn visible(patch: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(patch);
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        let (line, end) = line.strip_suffix('\r').map_or((line, end), |line| (line, "\r\n"));
        for (number, part) in line.split('\t').enumerate() {
            out.extend([if number > 0 { "\t" } else { "" }, &text::terminal(part)]);
        }
        out.push_str(end);
    }
    out.into_bytes()
}

/// A patch in the colors of git.
pub(crate) fn colored(patch: &[u8]) -> Vec<u8> {
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

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn control_characters_are_escaped() {
        let patch = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\tb # \u{1b}[2J\u{202e}\r\n+a\tb\u{7}\n";
        let shown = String::from_utf8(visible(patch.as_bytes())).expect("text");
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{shown:?}");
        assert!(shown.contains("-a\tb # ") && shown.contains("\r\n+a\tb"), "{shown:?}");
        let plain = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-größe\r\n+b\n\\ No newline at end of file\n";
        assert_eq!(visible(plain.as_bytes()), plain.as_bytes());
    }
}
