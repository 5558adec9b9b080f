//! Findings as a compiler shows them: message, source excerpt, what AWS would say, what the fix does and what deploying it means.

use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Message, Origin, Renderer, Snippet};

use super::wrap::wrap;
use super::{RenderOptions, Run, escape};
use crate::report::view;
use crate::report::view::{Entry, FileDiagnostic, Item};
use crate::rules::Severity;
use crate::text::{Position, Source, Span};

/// Places further apart than this many lines get excerpts of their own.
const SAME_EXCERPT: usize = 12;
/// A line longer than this many bytes (minified JSON) gets no excerpt: the renderer would go through all of it for each finding.
const LONGEST_LINE: usize = 8 * 1024;

/// Writes the findings, in the order of paths and places; those that the run shows.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, options: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if options.color { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
    let renderer = renderer.term_width(options.width);
    for item in view::items(run) {
        let group = match &item {
            Item::Finding(finding) => finding_group(finding, run.written, options),
            Item::Problem(trouble) => problem_group(trouble, options),
        };
        writeln!(out, "{}\n", renderer.render(&[group]))?;
    }
    Ok(())
}

/// A sentence safe to print, and broken where it must be: its lines stand below each other, after `indent` columns.
fn sentence(text: &str, indent: usize, options: RenderOptions) -> String {
    const LEAST: usize = 24;
    wrap(&escape::terminal(text), options.wrap_at().map(|width| width.saturating_sub(indent).max(LEAST))).into_owned()
}

/// A remark under an excerpt: a word on its kind, and a sentence.
fn remark<'a>(level: Level<'a>, kind: &str, text: &str, options: RenderOptions) -> Message<'a> {
    // Before the word stand a line number, seldom of more than four digits, and an equals sign; after it a colon.
    let indent = "1234 = ".len() + kind.len() + ": ".len();
    level.with_name(kind.to_owned()).message(sentence(text, indent, options))
}

fn finding_group<'a>(finding: &Entry<'a>, written: bool, options: RenderOptions) -> Group<'a> {
    let (level, indent) = match finding.severity() {
        Severity::Error => (Level::ERROR, "error[IPF000]: ".len()),
        Severity::Warning => (Level::WARNING, "warning[IPF000]: ".len()),
        Severity::Note => (Level::NOTE, "note[IPF000]: ".len()),
    };
    let title = level.primary_title(sentence(finding.message(), indent, options)).id(finding.code());
    let mut group = Group::with_title(title);
    let label = finding.wanted().unwrap_or_default();
    let mut places = vec![(&finding.reported.span, label.to_owned())];
    places.extend(finding.related().iter().map(|(at, word)| (*at, escape::terminal(word).into_owned())));
    for (number, excerpt) in excerpts(finding, &places).into_iter().enumerate() {
        group = excerpt.append_to(group, number == 0);
    }
    for note in finding.notes() {
        group = group.element(remark(Level::NOTE, "note", note, options));
    }
    if let Some((kind, refusal)) = finding.aws_error_line() {
        group = group.element(remark(Level::NOTE, kind, &refusal, options));
    }
    if let Some((kind, remedy)) = finding.help(written) {
        group = group.element(remark(Level::HELP, kind, &remedy, options));
    }
    if let Some(consequence) = finding.deployment_effect() {
        group = group.element(remark(Level::NOTE, "on deploy", &consequence, options));
    }
    group
}

fn problem_group<'a>(trouble: &FileDiagnostic<'a>, options: RenderOptions) -> Group<'a> {
    let problem = trouble.problem;
    let (level, indent) = match problem.severity {
        Severity::Error => (Level::ERROR, "error: ".len()),
        Severity::Warning => (Level::WARNING, "warning: ".len()),
        Severity::Note => (Level::NOTE, "note: ".len()),
    };
    let mut group = Group::with_title(level.primary_title(sentence(&problem.message, indent, options)));
    let excerpt = match (trouble.source, &problem.span) {
        (Some(source), Some(at)) => Excerpt { source, places: vec![(at.range(), String::new(), true)] },
        _ => return with_help(group.element(origin(escape::path(&problem.path), problem.position)), problem, options),
    };
    group = excerpt.append_to(group, true);
    with_help(group, problem, options)
}

fn with_help<'a>(group: Group<'a>, problem: &'a crate::check::Problem, options: RenderOptions) -> Group<'a> {
    match &problem.help {
        Some(help) => group.element(remark(Level::HELP, "help", help, options)),
        None => group,
    }
}

fn origin<'a>(path: String, position: Option<Position>) -> Origin<'a> {
    match position {
        Some(Position { line, column }) => Origin::path(path).line(line).char_column(column),
        None => Origin::path(path),
    }
}

/// Places of one file that are near to each other.
struct Excerpt<'a> {
    source: &'a Source,
    /// Range, label, and whether it is the place of the finding itself.
    places: Vec<(Range<usize>, String, bool)>,
}

/// Groups places by file and nearness; the first place's group comes first.
fn excerpts<'a>(finding: &Entry<'a>, places: &[(&'a Span, String)]) -> Vec<Excerpt<'a>> {
    let mut excerpts: Vec<Excerpt<'a>> = Vec::new();
    for (number, (at, label)) in places.iter().enumerate() {
        let source = view::source(finding.unit, at);
        let place = (at.range(), label.clone(), number == 0);
        let near = |excerpt: &&mut Excerpt<'a>| {
            std::ptr::eq(excerpt.source, source) && {
                let lines = excerpt.lines();
                let line = source.position(at.start).line;
                line + SAME_EXCERPT >= lines.start && line <= lines.end + SAME_EXCERPT
            }
        };
        match excerpts.iter_mut().find(near) {
            Some(excerpt) => excerpt.places.push(place),
            None => excerpts.push(Excerpt { source, places: vec![place] }),
        }
    }
    excerpts
}

impl<'a> Excerpt<'a> {
    /// The first line and the last, counted from 1.
    fn lines(&self) -> Range<usize> {
        let lines = |pick: fn(&Range<usize>) -> usize| {
            self.places.iter().map(move |(range, ..)| self.source.position(pick(range)).line)
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
        if window.split('\n').any(|line| line.len() > LONGEST_LINE) {
            let start = self.places.first().map_or(from, |(range, ..)| range.start);
            let at = origin(path, Some(source.position(start)));
            return group.element(at);
        }
        let annotations = self.places.into_iter().map(|(range, label, is_finding)| {
            let kind = if is_finding && primary { AnnotationKind::Primary } else { AnnotationKind::Context };
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
  |                          ^^^^^^^^^^^^^^^^^^^^^ must be a profile's name
  |
 ::: app/iam.tf:1:1
  |
1 | resource \"aws_iam_role\" \"app\" {
  | ----------------------------- the role
  |
  = AWS says: Value (app-role) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name
  = fix: add aws_iam_instance_profile.app and use its name
  = on deploy: aws_instance.web is updated in place
";

    const OLD: &str = "\
error[IPF001]: `data.aws_iam_role.console` is a role, not an instance profile
  --> app/main.tf:15:26
   |
15 |   iam_instance_profile = data.aws_iam_role.console.name
   |                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ must be a profile's name
   |
   = note: a role made in the console has a profile of its name
   = AWS may say: Value (console) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name
   = unsafe fix: add aws_iam_instance_profile.console and use its name (only with --unsafe-fixes)
   = on deploy: aws_instance.old is updated in place
";

    const DARK: &str = "\
note[IPF011]: `var.profile` may be a role or a profile
  --> app/main.tf:19:26
   |
19 |   iam_instance_profile = var.profile
   |                          ^^^^^^^^^^^
   |
   = no fix: the value of a variable comes from outside
";

    const BROKEN: &str = "\
error: expected a value
--> app/broken.tf:3:7
 = help: ipfix cannot read this file; it is left as it is
";

    #[test]
    fn findings_and_problems_as_a_compiler_shows_them() {
        let mut run = sample::run();
        let text = written(&run, RenderOptions::default());
        for expected in [WEB, OLD, BROKEN] {
            assert!(text.contains(expected), "{text}");
        }
        assert!(!text.contains("IPF011"), "{text}");
        run.min_severity = Severity::Note;
        assert!(written(&run, RenderOptions::default()).contains(DARK));
        run.written = true;
        assert!(written(&run, RenderOptions::default()).contains("  = fixed: add aws_iam_instance_profile.app"));
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
        let places = vec![(place(primary), "here".to_owned(), true), (place(other), "there".to_owned(), false)];
        let group = Group::with_title(Level::ERROR.primary_title("no"));
        let group = Excerpt { source: &source, places }.append_to(group, true);
        Renderer::plain().render(&[group])
    }

    #[test]
    fn carets_stand_right_behind_tabs_wide_characters_and_carriage_returns() {
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
    fn lines_without_end_are_not_shown() {
        let text = excerpt_of(&format!("{{\"a\": \"{}\", \"role\": 1, \"b\": 2}}", "x".repeat(9000)), "role", "b");
        assert_eq!(text, "error: no\n--> x.tf:1:9012");
    }

    #[test]
    fn names_cannot_steer_the_terminal() {
        let text = written(&sample::hostile(), RenderOptions::default());
        assert_eq!(sample::harmful(&text), None, "{text:?}");
    }
}
