//! Workflow commands that a GitHub Actions runner turns into annotations of the changed files.
//!
//! The runner shows ten errors, ten warnings and ten notices of a step; the other lines stay in its log.

use std::io::{self, Write};

use super::{Run, escape};
use crate::report::view;
use crate::report::view::{Entry, Remark};
use crate::rules::Severity;

/// Writes one command a line for each finding that the run shows, and each problem but notes.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    for entry in view::entries(run) {
        if entry.is_finding_or_failure() {
            write_entry(&entry, run.written, out)?;
        }
    }
    Ok(())
}

fn write_entry(entry: &Entry<'_>, written: bool, out: &mut dyn Write) -> io::Result<()> {
    let diagnostic = entry.diagnostic;
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    write!(out, "::{command} file={}", property(&escape::forward_slashes(&diagnostic.path)))?;
    write_position(entry, out)?;
    match diagnostic.rule {
        Some(rule) => write!(out, ",title={}::", property(&format!("{} {}", rule.code, rule.name)))?,
        None => write!(out, ",title=ipfix::")?,
    }
    let mut lines = vec![message(&diagnostic.message)];
    lines.extend(entry.remarks(written).iter().map(Remark::line).map(|line| message(&line)));
    writeln!(out, "{}", lines.join("%0A"))
}

fn write_position(entry: &Entry<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(start) = entry.diagnostic.position else { return Ok(()) };
    let Some((source, span)) = entry.range().filter(|_| entry.diagnostic.rule.is_some()) else {
        return write!(out, ",line={},col={}", start.line, start.column);
    };
    let end = source.position(span.end);
    write!(out, ",line={},endLine={}", start.line, end.line)?;
    // The runner takes columns only of a range on one line.
    if start.line == end.line { write!(out, ",col={},endColumn={}", start.column, end.column) } else { Ok(()) }
}

/// A message as a workflow command carries it: one line, `%` escaped.
fn message(text: &str) -> String {
    escape::terminal(text).replace('%', "%25")
}

/// A property's value: what ends a property or the properties is escaped as well.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    fn written(run: &Run) -> String {
        let mut out = Vec::new();
        write(run, &mut out).expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn one_command_a_line() {
        let run = Run { min_severity: Severity::Note, ..sample::run() };
        let text = written(&run);
        let entries = view::entries(&run);
        let remarks = |number: usize| {
            entries[number].remarks(false).iter().map(|remark| format!("%0A{}", remark.line())).collect::<String>()
        };
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[..2],
            [
                format!("::error file=app/broken.tf,line=3,col=7,title=ipfix::expected a value%0A{}", sample::HELP),
                format!(
                    "::error file=app/main.tf,line=3,endLine=3,col=26,endColumn=47,title=IPF001 role-as-profile::\
                     `aws_iam_role.app` is a role, not an instance profile{}",
                    remarks(1)
                ),
            ]
        );
        assert!(lines[4].starts_with("::notice file=app/main.tf,line=19,"), "{text}");
    }

    #[test]
    fn notes() {
        assert!(!written(&sample::run()).contains("::notice "));
    }

    #[test]
    fn ranges_of_several_lines() {
        let mut run = sample::run();
        run.units[0].findings[0].span.as_mut().expect("a span").end += 10;
        let text = written(&run);
        assert!(text.contains("line=3,endLine=6,title="), "{text}");
    }

    #[test]
    fn forged_commands() {
        let text = written(&Run { min_severity: Severity::Note, ..sample::hostile() });
        assert_eq!(sample::harmful(&text), None, "{text:?}");
        assert_eq!(text.lines().count(), 5, "{text}");
        assert!(
            text.lines().all(|line| line.starts_with("::error file=app/") || line.starts_with("::notice file=app/"))
        );
        assert!(text.contains(r"file=app/\u{1b}[31m\n%3A%3Aerror%3A%3Ax%25%2C%3A\u{202e}.tf,line=3"), "{text}");
    }
}
