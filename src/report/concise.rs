//! One line for each finding and problem: `main.tf:3:26: IPF001 [*] message`.
//!
//! `[*]` marks a finding whose fix `--write` applies, `[fixed]` one whose fix has been applied.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{RenderOptions, Run, escape};
use crate::report::view;
use crate::report::view::{Entry, FileDiagnostic, Item};
use crate::rules::Severity;

/// Writes the findings, in the order of paths and places; those that the run shows.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, options: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    for item in view::items(run) {
        match item {
            Item::Finding(finding) => write_finding(&finding, run.written, options, out)?,
            Item::Problem(trouble) => write_problem(&trouble, options, out)?,
        }
    }
    Ok(())
}

fn write_finding(finding: &Entry<'_>, written: bool, options: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let path = escape::path(finding.source().path());
    let place = finding.start();
    let code = options.style(severity_style(finding.severity()));
    let bold = options.style(Style::new().bold());
    let mark = options.style(AnsiColor::Cyan.on_default());
    write!(out, "{bold}{path}{bold:#}:{}:{}: {code}{}{code:#} ", place.line, place.column, finding.code())?;
    if finding.reported.applied {
        write!(out, "{mark}{}{mark:#} ", if written { "[fixed]" } else { "[*]" })?;
    }
    writeln!(out, "{}", escape::terminal(finding.message()))
}

fn write_problem(trouble: &FileDiagnostic<'_>, options: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let problem = trouble.problem;
    let bold = options.style(Style::new().bold());
    let style = options.style(gravity_style(problem.severity));
    write!(out, "{bold}{}{bold:#}:", escape::path(&problem.path))?;
    if let Some(place) = problem.position {
        write!(out, "{}:{}:", place.line, place.column)?;
    }
    write!(out, " {style}{}{style:#}: {}", view::gravity_name(problem.severity), escape::terminal(&problem.message))?;
    if let Some(help) = &problem.help {
        write!(out, "; {}", escape::terminal(help))?;
    }
    writeln!(out)
}

pub(super) fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::BrightRed.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Note => AnsiColor::BrightGreen.on_default().bold(),
    }
}

fn gravity_style(severity: Severity) -> Style {
    severity_style(match severity {
        Severity::Error => Severity::Error,
        Severity::Warning => Severity::Warning,
        Severity::Note => Severity::Note,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    fn written(run: &Run, options: RenderOptions) -> String {
        let mut out = Vec::new();
        write(run, options, &mut out).expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn one_line_each_by_path_and_place() {
        let mut run = sample::run();
        assert_eq!(
            written(&run, RenderOptions::default()),
            "app/broken.tf:3:7: error: expected a value; ipfix cannot read this file; it is left as it is\n\
             app/main.tf:3:26: IPF001 [*] `aws_iam_role.app` is a role, not an instance profile\n\
             app/main.tf:7:26: IPF001 [*] `aws_iam_role.app` is a role, not an instance profile\n\
             app/main.tf:15:26: IPF001 `data.aws_iam_role.console` is a role, not an instance profile\n"
        );
        run.min_severity = Severity::Note;
        let verbose = written(&run, RenderOptions::default());
        assert!(verbose.ends_with("app/main.tf:19:26: IPF011 `var.profile` may be a role or a profile\n"), "{verbose}");
        run.written = true;
        assert!(written(&run, RenderOptions::default()).contains("app/main.tf:3:26: IPF001 [fixed] "));
    }

    #[test]
    fn colour_is_added_and_nothing_else() {
        let run = sample::run();
        let colored = written(&run, RenderOptions { color: true, ..RenderOptions::default() });
        assert!(colored.contains("\u{1b}[1mapp/main.tf\u{1b}[0m:3:26"), "{colored:?}");
        assert_eq!(anstream::adapter::strip_str(&colored).to_string(), written(&run, RenderOptions::default()));
    }

    #[test]
    fn names_cannot_steer_the_terminal() {
        let text = written(&sample::hostile(), RenderOptions::default());
        assert_eq!(sample::harmful(&text), None, "{text:?}");
        assert_eq!(text.lines().count(), 4, "{text}");
    }
}
