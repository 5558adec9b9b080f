//! The Reviewdog Diagnostic Format: one `DiagnosticResult`, whose columns count bytes of UTF-8.
//!
//! A suggestion of that format replaces one range of the file of its diagnostic, and reviewers apply one at a time. So a fix is one
//! suggestion that spans all its edits; a fix that changes other files too, or lines far apart, cannot be one, and the message names it
//! instead.

use std::io::{self, Write};

use serde::Serialize;

use super::{Run, escape};
use crate::report::view;
use crate::report::view::{Entry, Remark, RemarkKind, RuleEntry};
use crate::rules::Severity;
use crate::text::{Source, Span};

/// A longer text is not suggested: nobody reads it, and thousands of findings would repeat it.
const MAX_SUGGESTION: usize = 16 * 1024;

/// Writes the findings that the run shows, and its problems but notes.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let problems = view::problems(run).filter(|problem| problem.diagnostic.severity < Severity::Note);
    let diagnostics = view::findings(run).chain(problems).map(|entry| diagnostic(&entry, run.written)).collect();
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

fn diagnostic(entry: &Entry<'_>, written: bool) -> Diagnostic {
    let diagnostic = entry.diagnostic;
    let suggestion = entry.of_rule().and_then(|rule| suggestion(&rule));
    let line = |remark: &Remark<'_>| match remark.kind {
        RemarkKind::Fix if suggestion.is_none() => {
            format!("{} (too far apart for one suggestion; run ipfix)", remark.line())
        }
        _ => remark.line(),
    };
    let mut lines = vec![diagnostic.message.clone()];
    lines.extend(entry.remarks(written).iter().map(line));
    // Without the text, characters cannot be turned into bytes; the line is near enough for a file that could not be read.
    let line_only = |line| Range { start: Position { line, column: 1 }, end: Position { line, column: 1 } };
    let range = match entry.range() {
        Some((source, span)) => Some(range(source, &span)),
        None => diagnostic.position.map(|position| line_only(position.line)),
    };
    let related = entry.unit.into_iter().flat_map(|unit| {
        diagnostic.related.iter().map(|related| Related {
            message: related.message.clone(),
            location: location(unit.source(related.span.file), &related.span),
        })
    });
    Diagnostic {
        message: lines.join("\n"),
        location: Location { path: escape::forward_slashes(&diagnostic.path), range },
        severity: match diagnostic.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => "INFO",
        },
        code: diagnostic.rule.map(|rule| Code { value: rule.code, url: view::rule_url(rule) }),
        related_locations: related.collect(),
        suggestions: suggestion.into_iter().collect(),
    }
}

/// The whole fix as one replacement, if it stays in the finding's file and is not too long.
fn suggestion(finding: &RuleEntry<'_>) -> Option<Suggestion> {
    let file = finding.span.file;
    let source = finding.source();
    let edits = &finding.diagnostic.edits;
    if edits.iter().any(|edit| edit.span.file != file) {
        return None;
    }
    let (start, end) = (edits.first()?.span.start, edits.last()?.span.end);
    let inserted: usize = edits.iter().map(|edit| edit.text.len()).sum();
    if end - start + inserted > MAX_SUGGESTION {
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
    fn fixes_of_several_files() {
        let report = parsed(&sample::run());
        let first = &report["diagnostics"][0];
        assert!(first.get("suggestions").is_none(), "{first}");
        assert!(
            first["message"].as_str().expect("text").contains("(too far apart for one suggestion; run ipfix)"),
            "{first}"
        );
        assert_eq!(first["related_locations"][0]["location"]["path"], "app/iam.tf");
        assert_eq!(first["location"]["range"]["start"]["column"], 26);
    }

    #[test]
    fn fixes_with_edits_far_apart() {
        let mut run = sample::run();
        let padded = format!("{}#{}\n", sample::MAIN, "-".repeat(20_000));
        let unit = &mut run.units[0];
        unit.sources[crate::text::FileId(1)] =
            Source::new("app/main.tf", padded.clone().into_bytes(), true).expect("text");
        let end = Span::new(crate::text::FileId(1), padded.len()..padded.len());
        unit.findings[2].edits.push(crate::text::Edit { span: end, text: "# end\n".to_owned(), order: 0 });
        assert!(parsed(&run)["diagnostics"][2].get("suggestions").is_none());
    }

    #[test]
    fn severities() {
        let report = parsed(&Run { min_severity: Severity::Note, ..sample::run() });
        let severities: Vec<&Value> =
            report["diagnostics"].as_array().expect("diagnostics").iter().map(|one| &one["severity"]).collect();
        assert_eq!(severities, ["ERROR", "ERROR", "ERROR", "INFO", "ERROR"]);
        parsed(&sample::hostile());
    }
}
