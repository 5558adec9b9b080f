//! Everything about every finding, for programs. The format is versioned and described by `docs/schemas/report.schema.json`.
//!
//! New members do not change the version; existing ones are never removed and keep their meaning.

use std::io::{self, Write};

use serde::Serialize;

use super::summary::Counts;
use super::{PROGRAM, Run, escape};
use crate::check::Language;
use crate::report::view;
use crate::report::view::{Entry, NewProfile, RuleEntry};
use crate::text::{Place, Position};

/// The version of the format.
const VERSION: u32 = 1;

/// Writes the findings that the run shows, as one JSON object.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    escape::write_json(&Report::of(run), out)
}

#[derive(Serialize)]
struct Report<'r> {
    version: u32,
    tool: Tool,
    written: bool,
    summary: Counts,
    findings: Vec<Finding<'r>>,
    problems: Vec<Problem<'r>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Finding<'r> {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    message: &'r str,
    language: &'static str,
    unit: String,
    resource: &'r str,
    argument: &'r str,
    #[serde(flatten)]
    location: Location,
    related: Vec<Related<'r>>,
    notes: Vec<&'r str>,
    aws_says: Option<String>,
    fix: Option<Fix<'r>>,
    unfixed: Option<&'r str>,
}

/// A range of a file.
#[derive(Serialize)]
struct Location {
    file: String,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
    offset: usize,
}

#[derive(Serialize)]
struct Related<'r> {
    message: &'r str,
    #[serde(flatten)]
    location: Location,
}

#[derive(Serialize)]
struct Fix<'r> {
    id: String,
    title: &'r str,
    #[serde(rename = "safety")]
    applicability: &'static str,
    selected: bool,
    update: &'static str,
    new_profiles: Vec<NewProfile>,
    edits: Vec<Edit>,
}

#[derive(Serialize)]
struct Edit {
    #[serde(flatten)]
    location: Location,
    text: String,
}

#[derive(Serialize)]
struct Problem<'r> {
    severity: &'static str,
    message: &'r str,
    help: Option<&'r str>,
    file: String,
    start: Option<LineColumn>,
}

#[derive(Serialize)]
struct LineColumn {
    line: usize,
    column: usize,
}

impl<'r> Report<'r> {
    fn of(run: &'r Run) -> Self {
        Report {
            version: VERSION,
            tool: Tool { name: PROGRAM, version: env!("CARGO_PKG_VERSION") },
            written: run.written,
            summary: Counts::of(run),
            findings: view::findings(run).filter_map(|entry| Some(Finding::of(&entry.of_rule()?))).collect(),
            problems: view::problems(run).map(|entry| Problem::of(&entry)).collect(),
        }
    }
}

impl<'r> Finding<'r> {
    fn of(entry: &RuleEntry<'r>) -> Self {
        let (unit, diagnostic) = (entry.unit, entry.diagnostic);
        let related = diagnostic.related.iter().map(|related| Related {
            message: &related.message,
            location: Location::of(&related.place(&unit.sources)),
        });
        Finding {
            code: entry.rule.code,
            name: entry.rule.name,
            severity: view::severity_name(diagnostic.severity),
            message: &diagnostic.message,
            language: match unit.language {
                Language::Terraform => "terraform",
                Language::CloudFormation => "cloudformation",
            },
            unit: view::unit_path(unit),
            resource: entry.owner(),
            argument: &entry.slot.argument,
            location: Location::of(&unit.sources.place(entry.span)),
            related: related.collect(),
            notes: diagnostic.notes.iter().map(String::as_str).collect(),
            aws_says: entry.aws_error(),
            fix: Fix::of(entry),
            unfixed: diagnostic.unfixable_reason.as_deref(),
        }
    }
}

impl<'r> Fix<'r> {
    fn of(entry: &RuleEntry<'r>) -> Option<Self> {
        let (fix, id) = entry.fix().zip(entry.fix_id())?;
        let edits = entry.diagnostic.edits.iter().map(|edit| {
            let source = entry.unit.source(edit.span.file);
            Edit { location: Location::of(&source.place(edit.span.range())), text: view::replacement(source, edit) }
        });
        Some(Fix {
            id,
            title: &fix.title,
            applicability: view::applicability_name(fix.applicability),
            selected: entry.diagnostic.applied,
            update: view::update_name(entry.slot.spec.update),
            new_profiles: entry.new_profiles(),
            edits: edits.collect(),
        })
    }
}

impl Location {
    fn of(place: &Place) -> Self {
        let point = |position: Position, offset| Point { line: position.line, column: position.column, offset };
        let (start, end) = place.offsets;
        Location {
            file: escape::forward_slashes(&place.path),
            start: point(place.start, start),
            end: point(place.end, end),
        }
    }
}

impl<'r> Problem<'r> {
    fn of(entry: &Entry<'r>) -> Self {
        let diagnostic = entry.diagnostic;
        Problem {
            severity: view::severity_name(diagnostic.severity),
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            file: escape::forward_slashes(&diagnostic.path),
            start: diagnostic.position.map(|start| LineColumn { line: start.line, column: start.column }),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::tests::{sample, schema};
    use crate::text::Source;

    fn written(run: &Run) -> String {
        let mut out = Vec::new();
        write(run, &mut out).expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    fn parsed(run: &Run) -> Value {
        serde_json::from_str(&written(run)).expect("JSON")
    }

    #[test]
    fn the_schema_describes_it() {
        let schema = schema::Schema::parse(include_str!("../../docs/schemas/report.schema.json"));
        for run in [sample::run(), sample::hostile(), Run::default()] {
            schema.check(&parsed(&run)).expect("as the schema says");
        }
        let mut wrong = parsed(&sample::run());
        wrong["findings"][0]["start"]["line"] = Value::from("three");
        schema.check(&wrong).expect_err("a line is a number");
    }

    #[test]
    fn edits_of_each_fix() {
        let report = parsed(&sample::run());
        for finding in report["findings"].as_array().expect("findings").iter().take(3) {
            let mut files = [("app/iam.tf", sample::IAM.to_owned()), ("app/main.tf", sample::MAIN.to_owned())];
            let edits = finding["fix"]["edits"].as_array().expect("edits");
            // From the end, so that offsets before stay right.
            for edit in edits.iter().rev() {
                let file = files.iter_mut().find(|(name, _)| edit["file"] == *name).expect("a file of the sample");
                let offset =
                    |end: &str| usize::try_from(edit[end]["offset"].as_u64().expect("a number")).expect("small");
                file.1.replace_range(offset("start")..offset("end"), edit["text"].as_str().expect("text"));
            }
            let after = files.map(|(_, text)| text).concat();
            let added = &finding["fix"]["new_profiles"][0];
            let label = added["address"].as_str().expect("text").replace('.', "\" \"");
            assert_eq!(after.matches(&format!("resource \"{label}\"")).count(), 1, "{after}");
            let index = usize::try_from(added["edit"].as_u64().expect("a number")).expect("small");
            assert!(edits[index]["text"].as_str().expect("text").contains(&label), "{finding}");
        }
    }

    #[test]
    fn notes() {
        let report = parsed(&sample::run());
        assert_eq!(report["findings"].as_array().expect("findings").len(), 3);
        assert_eq!(report["summary"]["notes"], 1, "they are counted");
        let all = parsed(&Run { min_severity: crate::rules::Severity::Note, ..sample::run() });
        assert_eq!(all["findings"].as_array().expect("findings").len(), 4);
    }

    #[test]
    fn selected_and_written() {
        let report = parsed(&sample::run());
        assert_eq!(report["written"], false);
        let selected = |number: usize| &report["findings"][number]["fix"]["selected"];
        assert_eq!((selected(0), selected(2)), (&Value::from(true), &Value::from(false)));
        assert_eq!(report["summary"]["selected"], 2);
        assert_eq!((&report["summary"]["files"], &report["summary"]["files_with_findings"]), (&3.into(), &2.into()));
    }

    #[test]
    fn ids_of_shared_profiles() {
        let report = parsed(&sample::run());
        let id = |index: usize| report["findings"][index]["fix"]["new_profiles"][0]["id"].as_str().map(str::to_owned);
        assert_eq!(id(0).expect("an id"), "app:aws_iam_instance_profile.app");
        assert_eq!(id(0), id(1));
        assert_ne!(id(0), id(2));
        assert_ne!(report["findings"][0]["fix"]["id"], report["findings"][1]["fix"]["id"]);
    }

    #[test]
    fn offsets_and_line_endings_of_the_file_on_disk() {
        let mut run = sample::run();
        let unit = &mut run.units[0];
        let bytes = format!("\u{feff}{}\r\n\r\n\r\n\r\n", sample::IAM.replace('\n', " ")).into_bytes();
        unit.sources[crate::text::FileId(0)] = Source::new("app/iam.tf", bytes, true).expect("text");
        let report = parsed(&run);
        let edit = &report["findings"][0]["fix"]["edits"][0];
        assert_eq!(edit["start"]["offset"], sample::IAM.len() + 3);
        assert!(
            edit["text"].as_str().expect("text").starts_with("\r\nresource \"aws_iam_instance_profile\""),
            "{edit}"
        );
    }

    #[test]
    fn harmful_characters() {
        let text = written(&sample::hostile());
        assert_eq!(sample::harmful(&text), None, "{text:?}");
        let report: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(report["findings"][0]["message"], "a\u{1b}[2Jb\nc\u{2067}d");
    }
}
