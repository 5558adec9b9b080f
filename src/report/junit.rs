//! JUnit XML, the format in which most CI systems show results. There is no specification; readers agree on these elements and attributes.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesStart, BytesText, Event};

use super::{PROGRAM, Run, escape};
use crate::report::view;
use crate::report::view::{Entry, Remark};
use crate::rules::Severity;

/// How a test case ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// An error or a warning of a rule.
    Failed,
    /// A file that could not be checked.
    Error,
    /// A note, or a warning about a file. Neither changes the exit status.
    Skipped,
    /// A finding that was fixed.
    Passed,
}

/// Writes a suite for each file with findings or problems, and in it a test case for each of them. Without any, one test case passes, because
/// some services treat a report without test cases as a failure.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let entries = view::entries(run);
    let shown: Vec<&Entry<'_>> = entries.iter().filter(|entry| entry.is_finding_or_failure()).collect();
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    element(&mut xml, counted("testsuites", PROGRAM, &shown, run.written), |xml| {
        if shown.is_empty() {
            let suite = counted("testsuite", PROGRAM, &[], run.written);
            return element(xml, suite, |xml| xml.write_event(Event::Empty(case("no findings", PROGRAM))));
        }
        for suite in shown.chunk_by(|a, b| a.diagnostic.path == b.diagnostic.path) {
            let name = path(suite[0]);
            element(xml, counted("testsuite", &name, suite, run.written), |xml| {
                suite.iter().try_for_each(|entry| write_case(entry, &name, run.written, xml))
            })?;
        }
        Ok(())
    })?;
    writeln!(xml.into_inner())
}

type Xml<'o> = Writer<&'o mut dyn Write>;

fn write_case(entry: &Entry<'_>, path: &str, written: bool, xml: &mut Xml<'_>) -> io::Result<()> {
    let diagnostic = entry.diagnostic;
    let place = diagnostic.position.map(|position| format!("{}:{}", position.line, position.column));
    let rule = diagnostic.rule.map_or_else(|| PROGRAM.to_owned(), |rule| format!("{} {}", rule.code, rule.name));
    let name = place.as_deref().map_or_else(|| rule.clone(), |place| format!("{rule} at {place}"));
    let mut start = case(&name, path);
    start.push_attribute(("file", path));
    if let Some(position) = diagnostic.position {
        start.push_attribute(("line", position.line.to_string().as_str()));
        start.push_attribute(("column", position.column.to_string().as_str()));
    }
    let (tag, kind) = match outcome(entry, written) {
        Outcome::Failed => ("failure", Some(view::severity_name(diagnostic.severity))),
        Outcome::Error => ("error", Some("error")),
        Outcome::Skipped => ("skipped", None),
        Outcome::Passed => ("system-out", None),
    };
    let mut verdict = BytesStart::new(tag);
    if tag != "system-out" {
        verdict.push_attribute(("message", legal(&diagnostic.message).as_str()));
    }
    if let Some(kind) = kind {
        verdict.push_attribute(("type", kind));
    }
    element(xml, start, |xml| {
        element(xml, verdict, |xml| xml.write_event(Event::Text(BytesText::new(&text(entry, written)))))
    })
}

fn outcome(entry: &Entry<'_>, written: bool) -> Outcome {
    match entry.diagnostic.severity {
        _ if entry.diagnostic.applied && written => Outcome::Passed,
        Severity::Note => Outcome::Skipped,
        Severity::Error if entry.diagnostic.rule.is_none() => Outcome::Error,
        // Like the exit status, which a warning about a file does not change.
        Severity::Warning if entry.diagnostic.rule.is_none() => Outcome::Skipped,
        Severity::Error | Severity::Warning => Outcome::Failed,
    }
}

/// An element with the numbers of its test cases.
fn counted<'n>(tag: &'n str, name: &str, entries: &[&Entry<'_>], written: bool) -> BytesStart<'n> {
    let number = |wanted| entries.iter().filter(|entry| outcome(entry, written) == wanted).count().to_string();
    let mut start = BytesStart::new(tag);
    start.push_attribute(("name", name));
    start.push_attribute(("tests", entries.len().max(1).to_string().as_str()));
    start.push_attribute(("failures", number(Outcome::Failed).as_str()));
    start.push_attribute(("errors", number(Outcome::Error).as_str()));
    start.push_attribute(("skipped", number(Outcome::Skipped).as_str()));
    start
}

fn case<'n>(name: &str, class: &str) -> BytesStart<'n> {
    let mut start = BytesStart::new("testcase");
    start.push_attribute(("name", name));
    start.push_attribute(("classname", class));
    start
}

fn path(entry: &Entry<'_>) -> String {
    legal(&escape::forward_slashes(&entry.diagnostic.path))
}

/// Text in which characters that XML cannot contain, not even escaped, are written in ASCII.
fn legal(text: &str) -> String {
    escape::terminal(text).replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}")
}

fn text(entry: &Entry<'_>, written: bool) -> String {
    let mut lines = vec![format!("{}: {}", legal(&entry.path_and_line()), legal(&entry.diagnostic.message))];
    lines.extend(entry.remarks(written).iter().map(Remark::line).map(|line| legal(&line)));
    lines.join("\n")
}

fn element(
    xml: &mut Xml<'_>,
    start: BytesStart<'_>,
    content: impl FnOnce(&mut Xml<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let end = start.to_end().into_owned();
    xml.write_event(Event::Start(start))?;
    content(xml)?;
    xml.write_event(Event::End(end))
}

#[cfg(test)]
pub(crate) mod tests {
    use quick_xml::Reader;

    use super::*;
    use crate::report::tests::{self, sample};

    fn written(run: &Run) -> String {
        tests::written(run, |run, out| write(run, out))
    }

    /// The elements, indented, with their attributes as a reader sees them.
    pub(crate) fn elements(xml: &str) -> Vec<String> {
        let (mut reader, mut found, mut depth) = (Reader::from_str(xml), Vec::new(), 0);
        loop {
            let event = reader.read_event().expect("XML");
            let start = match &event {
                Event::Start(start) | Event::Empty(start) => start,
                Event::End(_) => {
                    depth -= 1;
                    continue;
                }
                Event::Eof => return found,
                _ => continue,
            };
            let attributes = start.attributes().map(|attribute| {
                let attribute = attribute.expect("an attribute");
                let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0).expect("text");
                format!(" {}={value}", attribute.key.0)
            });
            let attributes: String = attributes.collect();
            found.push(format!("{}{}{attributes}", "  ".repeat(depth), start.name().0));
            depth += usize::from(matches!(event, Event::Start(_)));
        }
    }

    #[test]
    fn no_findings() {
        let passed = "tests=1 failures=0 errors=0 skipped=0";
        assert_eq!(
            elements(&written(&Run::default())),
            [
                format!("testsuites name=ipfix {passed}"),
                format!("  testsuite name=ipfix {passed}"),
                "    testcase name=no findings classname=ipfix".to_owned(),
            ]
        );
    }

    #[test]
    fn findings_fail_and_notes_are_skipped() {
        let run = Run { min_severity: Severity::Note, ..sample::run() };
        let found = elements(&written(&run));
        assert_eq!(found[0], "testsuites name=ipfix tests=5 failures=3 errors=1 skipped=1");
        assert_eq!(found[1], "  testsuite name=app/broken.tf tests=1 failures=0 errors=1 skipped=0");
        assert_eq!(
            found[2],
            "    testcase name=ipfix at 3:7 classname=app/broken.tf file=app/broken.tf line=3 column=7"
        );
        assert_eq!(found[3], "      error message=expected a value type=error");
        assert_eq!(found[4], "  testsuite name=app/main.tf tests=4 failures=3 errors=0 skipped=1");
        assert_eq!(
            found[5],
            "    testcase name=IPF001 role-as-profile at 3:26 classname=app/main.tf file=app/main.tf line=3 column=26"
        );
        assert_eq!(found[6], "      failure message=`aws_iam_role.app` is a role, not an instance profile type=error");
        assert!(found[12].starts_with("      skipped message="), "{found:#?}");
    }

    #[test]
    fn fixed_findings_pass() {
        let found = elements(&written(&Run { written: true, ..sample::run() }));
        assert_eq!(found[0], "testsuites name=ipfix tests=4 failures=1 errors=1 skipped=0");
        assert_eq!(found.iter().filter(|element| element.trim() == "system-out").count(), 2, "{found:#?}");
    }

    #[test]
    fn markup_and_control_characters() {
        let mut run = Run { min_severity: Severity::Note, ..sample::hostile() };
        for unit in &mut run.units {
            unit.findings[0].message = "<a b=\"c\"> & ]]> \u{1b}[2J\n\u{fffe}d".to_owned();
        }
        let xml = written(&run);
        let found = elements(&xml);
        assert!(found.iter().any(|element| element.contains(r#"message=<a b="c"> & ]]> \u{1b}[2J\n"#)), "{found:#?}");
        assert!(!xml.contains("\u{fffe}"), "{xml}");
    }
}
