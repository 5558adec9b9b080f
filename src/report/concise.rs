//! One line for each finding and problem: `main.tf:3:26: IPF001 [*] message`.
//!
//! `[*]` marks a finding whose fix `--write` applies, `[fixed]` one whose fix has been applied.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{RenderOptions, Run, escape};
use crate::report::view;
use crate::report::view::{Entry, severity_name};
use crate::rules::Severity;

/// Writes the findings and problems that the run shows, in the order of paths and positions.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, options: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    view::entries(run).iter().try_for_each(|entry| write_entry(entry, run.written, options, out))
}

fn write_entry(entry: &Entry<'_>, written: bool, options: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let diagnostic = entry.diagnostic;
    let bold = options.style(Style::new().bold());
    let style = options.style(severity_style(diagnostic.severity));
    let mark = options.style(AnsiColor::Cyan.on_default());
    write!(out, "{bold}{}{bold:#}:", escape::path(&diagnostic.path))?;
    if let Some(position) = diagnostic.position {
        write!(out, "{}:{}:", position.line, position.column)?;
    }
    match diagnostic.code() {
        Some(code) => write!(out, " {style}{code}{style:#} ")?,
        None => write!(out, " {style}{}{style:#}: ", severity_name(diagnostic.severity))?,
    }
    if diagnostic.applied {
        write!(out, "{mark}{}{mark:#} ", if written { "[fixed]" } else { "[*]" })?;
    }
    write!(out, "{}", escape::terminal(&diagnostic.message))?;
    if let Some(help) = &diagnostic.help {
        write!(out, "; {}", escape::terminal(help))?;
    }
    writeln!(out)
}

fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::BrightRed.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Note => AnsiColor::BrightGreen.on_default().bold(),
    }
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
