//! The Reviewdog Diagnostic Format: one `DiagnosticResult`, whose columns count bytes of UTF-8.
//!
//! A suggestion of that format replaces one range of the file of its diagnostic, and reviewers apply one at a time. So a fix is one
//! suggestion that spans all its edits; a fix that changes other files too, or lines far apart, cannot be one, and the message names it
//! instead.

use std::io::{self, Write};

use serde::Serialize;

use super::{Run, escape};
use crate::report::view;
use crate::report::view::{Entry, FileDiagnostic};
use crate::rules::Severity;
use crate::text::{Source, Span};

/// A longer suggestion is none: nobody reads it, and thousands of findings would carry the same text.
const LONGEST_SUGGESTION: usize = 16 * 1024;

/// Writes the findings that the run shows, and its problems but notes.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let mut diagnostics: Vec<_> = view::findings(run).map(|finding| of_finding(&finding, run.written)).collect();
    diagnostics.extend(
        view::problems(run).filter(|trouble| trouble.problem.severity < Severity::Note).map(|it| of_problem(&it)),
    );
    escape::write_json(&DiagnosticResult { source: Tool { name: env!("CARGO_PKG_NAME") }, diagnostics }, out)
}

#[derive(Serialize)]
struct DiagnosticResult {
    source: Tool,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
}

#[derive(Serialize)]
struct Diagnostic {
    message: String,
    location: Location,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related>,
}

#[derive(Serialize)]
struct Code {
    value: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Location {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct Related {
    message: String,
    location: Location,
}

fn of_finding(finding: &Entry<'_>, written: bool) -> Diagnostic {
    let violation = &finding.reported.finding.violation;
    let suggestion = suggestion(finding);
    let mut lines = vec![violation.message.clone()];
    lines.extend(finding.notes().into_iter().map(str::to_owned));
    lines.extend(finding.aws_error_line().map(|(kind, told)| format!("{kind}: {told}")));
    lines.extend(finding.help(written).map(|(kind, what)| match suggestion {
        None if finding.fix().is_some() => {
            format!("{kind}: {what} (in places too far apart for a suggestion: run ipfix)")
        }
        _ => format!("{kind}: {what}"),
    }));
    lines.extend(finding.deployment_effect().map(|what| format!("on deploy: {what}")));
    Diagnostic {
        message: lines.join("\n"),
        location: location(finding.source(), &finding.reported.span),
        severity: match finding.severity() {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => "INFO",
        },
        code: Some(Code { value: finding.code(), url: view::rule_url(finding.reported.finding.rule) }),
        suggestions: suggestion.into_iter().collect(),
        related_locations: finding
            .related()
            .into_iter()
            .map(|(at, message)| Related {
                message: message.into_owned(),
                location: location(view::source(finding.unit, at), at),
            })
            .collect(),
    }
}

fn of_problem(trouble: &FileDiagnostic<'_>) -> Diagnostic {
    let problem = trouble.problem;
    let help = problem.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let range = match (trouble.source, &problem.span) {
        (Some(source), Some(at)) => Some(range(source, at)),
        // Without the text, characters cannot be turned into bytes; a line is near enough for what is no suggestion.
        _ => problem.position.map(|place| {
            let start = || Position { line: place.line, column: 1 };
            Range { start: start(), end: start() }
        }),
    };
    Diagnostic {
        message: format!("{}{help}", problem.message),
        location: Location { path: escape::forward_slashes(&problem.path), range },
        severity: if problem.severity == Severity::Error { "ERROR" } else { "WARNING" },
        code: None,
        suggestions: Vec::new(),
        related_locations: Vec::new(),
    }
}

/// The whole fix as one replacement, if it stays in the finding's file and is not too long.
fn suggestion(finding: &Entry<'_>) -> Option<Suggestion> {
    let file = finding.reported.span.file;
    let source = finding.source();
    let edits = finding.edits();
    if edits.iter().any(|edit| edit.span.file != file) {
        return None;
    }
    let (start, end) = (edits.first()?.span.start, edits.last()?.span.end);
    let inserted: usize = edits.iter().map(|edit| edit.text.len()).sum();
    if end - start + inserted > LONGEST_SUGGESTION {
        return None;
    }
    let mut text = String::new();
    let mut done = start;
    for edit in edits {
        text.push_str(source.text().get(done..edit.span.start)?);
        text.push_str(&view::replacement(source, edit));
        done = edit.span.end;
    }
    Some(Suggestion { range: range(source, &Span::new(file, start..done)), text })
}

fn location(source: &Source, at: &Span) -> Location {
    Location { path: escape::forward_slashes(source.path()), range: Some(range(source, at)) }
}

fn range(source: &Source, at: &Span) -> Range {
    let position = |offset: usize| {
        let line = source.position(offset).line;
        let start = source.line_starts()[line - 1];
        // The byte order mark is part of the first line.
        let before = if line == 1 { 0 } else { source.byte_offset(start) };
        Position { line, column: source.byte_offset(offset) - before + 1 }
    };
    Range { start: position(at.start), end: position(at.end) }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::tests::sample;

    fn parsed(run: &Run) -> Value {
        let mut out = Vec::new();
        write(run, &mut out).expect("memory");
        let text = String::from_utf8(out).expect("UTF-8");
        assert_eq!(sample::harmful(&text), None, "{text:?}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// What a reviewer's click on a suggestion makes of the text: lines and columns as the format counts them.
    fn clicked(text: &str, suggestion: &Value) -> String {
        let offset = |end: &str| {
            let number = |name: &str| {
                usize::try_from(suggestion["range"][end][name].as_u64().expect("a number")).expect("small")
            };
            let lines = text.split_inclusive('\n').take(number("line") - 1);
            lines.map(str::len).sum::<usize>() + number("column") - 1
        };
        let new = suggestion["text"].as_str().expect("text");
        format!("{}{new}{}", &text[..offset("start")], &text[offset("end")..])
    }

    #[test]
    fn a_suggestion_is_the_whole_fix() {
        for (mark, crlf) in [("", false), ("\u{feff}", true)] {
            let mut run = sample::run();
            let unit = &mut run.units[0];
            let shifted = |text: &str| {
                let text = text.replace("ami-1", "\u{e4}\u{e4}-");
                if crlf { text.replace('\n', "\r\n") } else { text }
            };
            let main = format!("{mark}{}", shifted(sample::MAIN));
            unit.sources[crate::text::FileId(1)] =
                Source::new("app/main.tf", main.clone().into_bytes(), true).expect("text");
            for edit in &mut unit.findings[2].edits {
                for end in [&mut edit.span.start, &mut edit.span.end] {
                    *end = shifted(&sample::MAIN[..*end]).len();
                }
            }
            let report = parsed(&run);
            let suggestions = report["diagnostics"][2]["suggestions"].as_array().expect("suggestions");
            assert_eq!(suggestions.len(), 1);
            let source = &run.units[0].sources[crate::text::FileId(1)];
            let fixed = crate::text::splice(source, &run.units[0].findings[2].edits).expect("no overlap");
            assert_eq!(clicked(&main, &suggestions[0]), format!("{mark}{fixed}"));
        }
    }

    #[test]
    fn a_fix_of_several_files_is_told_not_suggested() {
        let report = parsed(&sample::run());
        let first = &report["diagnostics"][0];
        assert!(first.get("suggestions").is_none(), "{first}");
        assert!(
            first["message"].as_str().expect("text").contains("in places too far apart for a suggestion"),
            "{first}"
        );
        assert_eq!(first["related_locations"][0]["location"]["path"], "app/iam.tf");
        assert_eq!(first["location"]["range"]["start"]["column"], 26);
    }

    #[test]
    fn a_fix_of_places_far_apart_is_told_too() {
        let mut run = sample::run();
        let padded = format!("{}#{}\n", sample::MAIN, "-".repeat(20_000));
        let unit = &mut run.units[0];
        unit.sources[crate::text::FileId(1)] =
            Source::new("app/main.tf", padded.clone().into_bytes(), true).expect("text");
        let end = Span::new(unit.findings[2].span.file, padded.len()..padded.len());
        unit.findings[2].edits.push(crate::text::Edit { span: end, text: "# end\n".to_owned(), order: 0 });
        assert!(parsed(&run)["diagnostics"][2].get("suggestions").is_none());
    }

    #[test]
    fn problems_and_notes_are_there() {
        let report = parsed(&Run { min_severity: Severity::Note, ..sample::run() });
        let severities: Vec<&Value> =
            report["diagnostics"].as_array().expect("diagnostics").iter().map(|one| &one["severity"]).collect();
        assert_eq!(severities, ["ERROR", "ERROR", "ERROR", "INFO", "ERROR"]);
        parsed(&sample::hostile());
    }
}
