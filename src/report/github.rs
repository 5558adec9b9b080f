//! Workflow commands that a GitHub Actions runner turns into annotations of the changed files.
//!
//! The runner shows ten errors, ten warnings and ten notices of a step; the other lines stay in its log.

use std::io::{self, Write};

use super::{Run, escape};
use crate::report::view;
use crate::report::view::{Entry, FileDiagnostic, Item};
use crate::rules::Severity;

/// Writes one command a line for each finding that the run shows, and each problem but notes.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    for item in view::items(run) {
        match item {
            Item::Finding(finding) => write_finding(&finding, run.written, out)?,
            Item::Problem(trouble) if trouble.problem.severity < Severity::Note => write_problem(&trouble, out)?,
            Item::Problem(_) => {}
        }
    }
    Ok(())
}

fn write_finding(finding: &Entry<'_>, written: bool, out: &mut dyn Write) -> io::Result<()> {
    let command = match finding.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let (start, end) = (finding.start(), finding.end());
    write!(
        out,
        "::{command} file={},line={}",
        property(&escape::forward_slashes(finding.source().path())),
        start.line
    )?;
    write!(out, ",endLine={}", end.line)?;
    if start.line == end.line {
        // The runner takes columns only where they are of one line.
        write!(out, ",col={},endColumn={}", start.column, end.column)?;
    }
    let title = format!("{} {}", finding.code(), finding.reported.finding.rule.name);
    write!(out, ",title={}::", property(&title))?;
    let mut lines = vec![finding.message().to_owned()];
    lines.extend(finding.notes().into_iter().map(str::to_owned));
    lines.extend(finding.aws_error_line().map(|(kind, told)| format!("{kind}: {told}")));
    lines.extend(finding.help(written).map(|(kind, what)| format!("{kind}: {what}")));
    lines.extend(finding.deployment_effect().map(|what| format!("on deploy: {what}")));
    let lines: Vec<String> = lines.iter().map(|line| message(line)).collect();
    writeln!(out, "{}", lines.join("%0A"))
}

fn write_problem(trouble: &FileDiagnostic<'_>, out: &mut dyn Write) -> io::Result<()> {
    let problem = trouble.problem;
    let command = if problem.severity == Severity::Error { "error" } else { "warning" };
    write!(out, "::{command} file={}", property(&escape::forward_slashes(&problem.path)))?;
    if let Some(place) = problem.position {
        write!(out, ",line={},col={}", place.line, place.column)?;
    }
    write!(out, ",title=ipfix::{}", message(&problem.message))?;
    if let Some(help) = &problem.help {
        write!(out, "%0A{}", message(help))?;
    }
    writeln!(out)
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
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[..2],
            [
                "::error file=app/broken.tf,line=3,col=7,title=ipfix::expected a value%0Aipfix cannot read this file; it is left as it is",
                "::error file=app/main.tf,line=3,endLine=3,col=26,endColumn=47,title=IPF001 role-as-profile::\
                 `aws_iam_role.app` is a role, not an instance profile\
                 %0AAWS says: Value (app-role) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name\
                 %0Afix: add aws_iam_instance_profile.app and use its name\
                 %0Aon deploy: aws_instance.web is updated in place",
            ]
        );
        assert!(lines[4].starts_with("::notice file=app/main.tf,line=19,"), "{text}");
    }

    #[test]
    fn notes_are_annotations_only_where_they_are_asked_for() {
        assert!(!written(&sample::run()).contains("::notice "));
    }

    #[test]
    fn columns_are_left_out_where_the_place_has_several_lines() {
        let mut run = sample::run();
        run.units[0].findings[0].span.end += 10;
        let text = written(&run);
        assert!(text.contains("line=3,endLine=6,title="), "{text}");
    }

    #[test]
    fn nobody_forges_a_command() {
        let text = written(&Run { min_severity: Severity::Note, ..sample::hostile() });
        assert_eq!(sample::harmful(&text), None, "{text:?}");
        assert_eq!(text.lines().count(), 5, "{text}");
        assert!(
            text.lines().all(|line| line.starts_with("::error file=app/") || line.starts_with("::notice file=app/"))
        );
        assert!(text.contains(r"file=app/\u{1b}[31m\n%3A%3Aerror%3A%3Ax%25%2C%3A\u{202e}.tf,line=3"), "{text}");
    }
}
