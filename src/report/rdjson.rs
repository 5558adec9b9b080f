//! The Reviewdog Diagnostic Format: one `DiagnosticResult`, whose columns count bytes of UTF-8.
//!
//! A suggestion of that format replaces one range of the file of its diagnostic, and reviewers apply one at a time. So a fix is one
//! suggestion that spans all its edits; a fix that changes other files too, or lines far apart, cannot be one, and the message names it
//! instead.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{PROGRAM, Run, escape};
use crate::report::view;
use crate::report::view::{Entry, Remark, RemarkKind, RuleEntry};
use crate::rules::Severity;
use crate::text::Place;

/// A longer text is not suggested: it would be too long to read, and thousands of findings would repeat it.
const MAX_SUGGESTION: usize = 16 * 1024;

/// Writes the findings that the run shows, and its problems but notes.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let problems = view::problems(run).filter(|problem| problem.diagnostic.severity < Severity::Note);
    let diagnostics = view::findings(run).chain(problems).map(|entry| diagnostic(&entry, run.written));
    let diagnostics: Vec<Value> = diagnostics.collect();
    escape::write_json(&json!({ "source": { "name": PROGRAM }, "diagnostics": diagnostics }), out)
}

fn diagnostic(entry: &Entry<'_>, written: bool) -> Value {
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
    let mut object = json!({
        "message": lines.join("\n"),
        "location": { "path": escape::forward_slashes(&diagnostic.path) },
        "severity": match diagnostic.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => "INFO",
        },
    });
    if let Some((source, span)) = entry.range() {
        object["location"]["range"] = range(&source.place(span.range()));
    } else if let Some(position) = diagnostic.position {
        // Without the text, characters cannot be turned into bytes; the line is near enough for a file that could not be read.
        let start = json!({ "line": position.line, "column": 1 });
        object["location"]["range"] = json!({ "start": start, "end": start });
    }
    if let Some(rule) = diagnostic.rule {
        object["code"] = json!({ "value": rule.code, "url": view::rule_url(rule) });
    }
    if let Some(suggestion) = suggestion {
        object["suggestions"] = json!([suggestion]);
    }
    if let Some(unit) = entry.unit.filter(|_| !diagnostic.related.is_empty()) {
        let related = diagnostic.related.iter().map(|related| {
            let place = related.place(&unit.sources);
            let location = json!({ "path": escape::forward_slashes(&place.path), "range": range(&place) });
            json!({ "message": related.message, "location": location })
        });
        object["related_locations"] = related.collect();
    }
    object
}

/// The whole fix as one replacement, if it stays in the finding's file and is not too long.
fn suggestion(finding: &RuleEntry<'_>) -> Option<Value> {
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
    Some(json!({ "range": range(&source.place(start..done)), "text": text }))
}

fn range(place: &Place) -> Value {
    let position = |line: usize, column: usize| json!({ "line": line, "column": column });
    let (start, end) = place.byte_columns;
    json!({ "start": position(place.start.line, start), "end": position(place.end.line, end) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;
    use crate::text::{Source, Span};

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
        assert!(first["message"].as_str().expect("text").contains("; run ipfix)"), "{first}");
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
