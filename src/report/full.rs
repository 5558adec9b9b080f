//! Diagnostics as a compiler shows them: message, source excerpts and remarks.

use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Message, Origin, Renderer, Snippet};

use super::wrap::wrap;
use super::{RenderOptions, Run, escape};
use crate::report::view;
use crate::report::view::{Entry, Remark, RemarkKind, severity_name};
use crate::rules::Severity;
use crate::text::{Position, Source, Span};

/// Ranges further apart than this many lines get excerpts of their own.
const SAME_EXCERPT: usize = 12;
/// A line longer than this many bytes (minified JSON) gets no excerpt: the renderer would go through all of it for each finding.
const MAX_LINE: usize = 8 * 1024;

/// Writes the findings and problems that the run shows, in the order of paths and positions.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, options: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if options.color { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
    let renderer = renderer.term_width(options.width);
    for entry in view::entries(run) {
        writeln!(out, "{}\n", renderer.render(&[group(&entry, run.written, options)]))?;
    }
    Ok(())
}

fn group<'a>(entry: &Entry<'a>, written: bool, options: RenderOptions) -> Group<'a> {
    let diagnostic = entry.diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let code = diagnostic.code().map(|code| format!("[{code}]")).unwrap_or_default();
    let indent = severity_name(diagnostic.severity).len() + code.len() + ": ".len();
    let title = level.primary_title(sentence(&diagnostic.message, indent, options));
    let mut group = Group::with_title(match diagnostic.code() {
        Some(code) => title.id(code),
        None => title,
    });
    if entry.range().is_some() {
        for (number, excerpt) in excerpts(entry).into_iter().enumerate() {
            group = excerpt.append_to(group, number == 0);
        }
    } else {
        group = group.element(origin(escape::path(&diagnostic.path), diagnostic.position));
    }
    for (place, label) in entry.related_places() {
        let Position { line, column } = place.start;
        let text = format!("{}:{line}:{column}: {label}", escape::path(&place.path));
        let remark = Remark { kind: RemarkKind::Note, label: "note", text: text.into() };
        group = group.element(message(&remark, options));
    }
    for remark in entry.remarks(written) {
        group = group.element(message(&remark, options));
    }
    group
}

/// A sentence safe to print, and broken where it must be: its lines are aligned after `indent` columns.
fn sentence(text: &str, indent: usize, options: RenderOptions) -> String {
    const MIN: usize = 24;
    wrap(&escape::terminal(text), options.wrap_at().map(|width| width.saturating_sub(indent).max(MIN))).into_owned()
}

/// A remark below an excerpt: its label, and the sentence.
fn message<'a>(remark: &Remark<'a>, options: RenderOptions) -> Message<'a> {
    let level = match remark.kind {
        RemarkKind::Note | RemarkKind::AwsError | RemarkKind::Deployment => Level::NOTE,
        RemarkKind::Fix | RemarkKind::Unfixable | RemarkKind::Help => Level::HELP,
    };
    // Before the label are a line number, seldom of more than four digits, and an equals sign; after it is a colon.
    let indent = "1234 = ".len() + remark.label.len() + ": ".len();
    level.with_name(remark.label).message(sentence(&remark.text, indent, options))
}

fn origin<'a>(path: String, position: Option<Position>) -> Origin<'a> {
    match position {
        Some(Position { line, column }) => Origin::path(path).line(line).char_column(column),
        None => Origin::path(path),
    }
}

/// Ranges of one file that are near to each other.
struct Excerpt<'a> {
    source: &'a Source,
    /// Range, label, and whether it is the range of the diagnostic itself.
    ranges: Vec<(Range<usize>, String, bool)>,
}

/// The range of the diagnostic and its related ranges by file and nearness; the diagnostic's own excerpt comes first.
fn excerpts<'a>(entry: &Entry<'a>) -> Vec<Excerpt<'a>> {
    let Some(((_, span), unit)) = entry.range().zip(entry.unit) else { return Vec::new() };
    let label = entry.of_rule().and_then(|rule| rule.label()).unwrap_or_default();
    let mut labels: Vec<(Span, &str)> = vec![(span, label)];
    let related = entry.diagnostic.related.iter();
    labels.extend(related.filter_map(|related| Some((related.span()?, related.message.as_str()))));
    let mut excerpts: Vec<Excerpt<'a>> = Vec::new();
    for (number, (span, label)) in labels.into_iter().enumerate() {
        let source = unit.source(span.file);
        let range = (span.range(), escape::terminal(label).into_owned(), number == 0);
        let near = |excerpt: &&mut Excerpt<'a>| {
            std::ptr::eq(excerpt.source, source) && {
                let lines = excerpt.lines();
                let line = source.position(span.start).line;
                line + SAME_EXCERPT >= lines.start && line <= lines.end + SAME_EXCERPT
            }
        };
        match excerpts.iter_mut().find(near) {
            Some(excerpt) => excerpt.ranges.push(range),
            None => excerpts.push(Excerpt { source, ranges: vec![range] }),
        }
    }
    excerpts
}

impl<'a> Excerpt<'a> {
    /// The first line and the last, counted from 1.
    fn lines(&self) -> Range<usize> {
        let lines = |pick: fn(&Range<usize>) -> usize| {
            self.ranges.iter().map(move |(range, ..)| self.source.position(pick(range)).line)
        };
        lines(|range| range.start).min().unwrap_or(1)..lines(|range| range.start).max().unwrap_or(1)
    }

    fn append_to(self, group: Group<'a>, primary: bool) -> Group<'a> {
        let source = self.source;
        let lines = self.lines();
        let starts = source.line_starts();
        let from = starts[lines.start - 1];
        let to = starts.get(lines.end).copied().unwrap_or(source.text().len());
        let path = escape::path(source.path());
        let window = source.text().get(from..to).unwrap_or_default();
        if window.split('\n').any(|line| line.len() > MAX_LINE) {
            let start = self.ranges.first().map_or(from, |(range, ..)| range.start);
            let at = origin(path, Some(source.position(start)));
            return group.element(at);
        }
        let annotations = self.ranges.into_iter().map(|(range, label, is_own)| {
            let kind = if is_own && primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            kind.span(one_line(window, range.start - from..range.end - from))
                .label(Some(label).filter(|it| !it.is_empty()))
        });
        let annotations: Vec<_> = annotations.collect();
        group.element(
            Snippet::source(escape::excerpt(window)).line_start(lines.start).path(path).annotations(annotations),
        )
    }
}

/// A range cut at the end of its first line: a block is shown by its head.
fn one_line(window: &str, range: Range<usize>) -> Range<usize> {
    let start = range.start.min(window.len());
    let rest = window.get(start..).unwrap_or_default();
    let line = rest.find('\n').unwrap_or(rest.len());
    let line = rest[..line].trim_end_matches('\r').len();
    start..range.end.min(start + line)
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

    const WEB: &str = "\
error[IPF001]: `aws_iam_role.app` is a role, not an instance profile
 --> app/main.tf:3:26
  |
3 |   iam_instance_profile = aws_iam_role.app.name
  |                          ^^^^^^^^^^^^^^^^^^^^^ {label}
  |
 ::: app/iam.tf:1:1
  |
1 | resource \"aws_iam_role\" \"app\" {
  | ----------------------------- the role
  |
";

    const DARK: &str = "\
note[IPF011]: `var.profile` may be a role or a profile
  --> app/main.tf:19:26
   |
19 |   iam_instance_profile = var.profile
   |                          ^^^^^^^^^^^
   |
";

    const BROKEN: &str = "\
error: expected a value
--> app/broken.tf:3:7
";

    #[test]
    fn findings_and_problems() {
        let run = Run { min_severity: Severity::Note, ..sample::run() };
        let text = written(&run, RenderOptions::default());
        let parts: Vec<&str> = text.split("\n\n").collect();
        let entries = view::entries(&run);
        assert_eq!(parts.len(), entries.len() + 1, "{text}");
        for (expected, number) in [(BROKEN, 0), (WEB, 1), (DARK, 4)] {
            let entry = &entries[number];
            let label = entry.of_rule().and_then(|rule| rule.label()).unwrap_or_default();
            let remarks = entry.remarks(false);
            assert!(!remarks.is_empty());
            let mut lines =
                parts[number].strip_prefix(expected.replace("{label}", label).as_str()).expect(parts[number]).lines();
            for remark in remarks {
                assert_eq!(
                    lines.next().map(str::trim_start),
                    Some(format!("= {}: {}", remark.label, remark.text).as_str())
                );
            }
            assert_eq!(lines.next(), None, "{text}");
        }
        assert!(!written(&sample::run(), RenderOptions::default()).contains("IPF011"));
    }

    #[test]
    fn colour_is_added_and_nothing_else() {
        let run = sample::run();
        let colored = written(&run, RenderOptions { color: true, ..RenderOptions::default() });
        assert_ne!(colored, written(&run, RenderOptions::default()));
        assert_eq!(anstream::adapter::strip_str(&colored).to_string(), written(&run, RenderOptions::default()));
    }

    /// The excerpt of two places in one text.
    fn excerpt_of(text: &str, primary: &str, other: &str) -> String {
        let source = Source::new("x.tf", text.as_bytes().to_vec(), true).expect("text");
        let place = |part: &str| text.find(part).map(|start| start..start + part.len()).expect("a part");
        let ranges = vec![(place(primary), "here".to_owned(), true), (place(other), "there".to_owned(), false)];
        let group = Group::with_title(Level::ERROR.primary_title("no"));
        let group = Excerpt { source: &source, ranges }.append_to(group, true);
        Renderer::plain().render(&[group])
    }

    #[test]
    fn carets_after_tabs_wide_characters_and_carriage_returns() {
        let text = excerpt_of("a\r\n\tx = \"\u{8868}\u{1b}\" + role\r\nb {\r\n  c = 1\r\n}\r\n", "role", "b {\r\n  c");
        let expected = "\
error: no
 --> x.tf:2:13
  |
2 |     x = \"\u{8868}?\" + role
  |                 ^^^^ here
3 | b {
  | --- there";
        assert_eq!(text, expected);
    }

    #[test]
    fn very_long_lines() {
        let text = excerpt_of(&format!("{{\"a\": \"{}\", \"role\": 1, \"b\": 2}}", "x".repeat(9000)), "role", "b");
        assert_eq!(text, "error: no\n--> x.tf:1:9012");
    }

    #[test]
    fn names_cannot_steer_the_terminal() {
        let text = written(&sample::hostile(), RenderOptions::default());
        assert_eq!(sample::harmful(&text), None, "{text:?}");
    }
}
