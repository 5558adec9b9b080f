//! A Code Quality report as GitLab shows it in merge requests: the subset of the Code Climate format that GitLab documents.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{PROGRAM, Run, escape};
use crate::report::fingerprints::Fingerprints;
use crate::report::view;
use crate::report::view::{Entry, Remark};
use crate::rules::Severity;

/// Writes the findings that the run shows and has not fixed, and its problems except notes.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let mut fingerprints = Fingerprints::default();
    let entries = view::entries(run);
    let is_open = |entry: &&Entry<'_>| entry.is_finding_or_failure() && !(run.written && entry.diagnostic.applied);
    let shown = entries.iter().filter(is_open);
    let issues: Vec<Value> = shown.map(|entry| issue(entry, run.written, &mut fingerprints)).collect();
    escape::write_json(&issues, out)
}

fn issue(entry: &Entry<'_>, written: bool, fingerprints: &mut Fingerprints) -> Value {
    let diagnostic = entry.diagnostic;
    let remarks: Vec<String> = entry.remarks(written).iter().map(Remark::line).collect();
    let fingerprint = match entry.of_rule() {
        Some(finding) => fingerprints.of(&finding),
        None => fingerprints.of_problem(entry),
    };
    let path = escape::forward_slashes(&diagnostic.path);
    json!({
        "type": "issue",
        "check_name": diagnostic.code().unwrap_or(PROGRAM),
        "description": diagnostic.message,
        "content": { "body": remarks.join("\n\n") },
        "categories": ["Bug Risk"],
        "severity": severity(diagnostic.severity),
        "fingerprint": fingerprint,
        // GitLab matches paths of the repository, which do not start with `./`.
        "location": { "path": path.strip_prefix("./").unwrap_or(&path), "positions": positions(entry) },
    })
}

/// The levels are info, minor, major, critical and blocker. What keeps a deployment from working is major.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Note => "info",
    }
}

/// A problem of a whole file is shown at its first line.
fn positions(entry: &Entry<'_>) -> Value {
    let position = |line: usize, column: usize| json!({ "line": line, "column": column });
    if let Some((source, span)) = entry.range() {
        let place = source.place(span.range());
        let (start, end) = (place.start, place.end);
        return json!({ "begin": position(start.line, start.column), "end": position(end.line, end.column) });
    }
    let (line, column) = entry.diagnostic.position.map_or((1, 1), |position| (position.line, position.column));
    json!({ "begin": position(line, column), "end": position(line, column) })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::report::tests::{self, sample, schema};

    fn parsed(run: &Run) -> Vec<Value> {
        let text = tests::written(run, |run, out| write(run, out));
        serde_json::from_str(&text).expect("JSON")
    }

    #[test]
    fn the_schema_accepts_it() {
        let schema = schema::Schema::parse(include_str!("../../testdata/schemas/gitlab-code-quality.schema.json"));
        for run in [sample::run(), sample::hostile(), Run::default()] {
            schema.check(&Value::from(parsed(&run))).expect("a valid report");
        }
        let mut wrong = parsed(&sample::run());
        wrong[0]["severity"] = Value::from("fatal");
        schema.check(&Value::from(wrong)).expect_err("no such level");
    }

    #[test]
    fn findings_and_unreadable_files() {
        let issues = parsed(&Run { min_severity: Severity::Note, ..sample::run() });
        let shown = |issue: &Value| {
            let text = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_default();
            let begin = &issue["location"]["positions"]["begin"];
            format!(
                "{} {} {}:{}:{}",
                text(&issue["check_name"]),
                text(&issue["severity"]),
                text(&issue["location"]["path"]),
                begin["line"],
                begin["column"]
            )
        };
        assert_eq!(
            issues.iter().map(shown).collect::<Vec<_>>(),
            [
                "ipfix major app/broken.tf:3:7",
                "IPF001 major app/main.tf:3:26",
                "IPF001 major app/main.tf:7:26",
                "IPF001 major app/main.tf:15:26",
                "IPF011 info app/main.tf:19:26",
            ]
        );
        assert!(issues[1]["content"]["body"].as_str().expect("text").contains("fix: "), "{}", issues[1]);
    }

    #[test]
    fn fixed_findings_are_left_out() {
        let open = parsed(&sample::run()).len();
        assert_eq!(parsed(&Run { written: true, ..sample::run() }).len(), open - 2);
    }

    #[test]
    fn fingerprints_are_unique() {
        let mut run = sample::run();
        let again = run.problems.clone();
        run.problems.extend(again);
        let issues = parsed(&run);
        let distinct: BTreeSet<&str> = issues.iter().filter_map(|issue| issue["fingerprint"].as_str()).collect();
        assert_eq!(distinct.len(), issues.len());
    }

    #[test]
    fn paths_start_in_the_repository() {
        let mut run = sample::run();
        for problem in &mut run.problems {
            problem.path = std::path::Path::new("./app").join("broken.tf");
        }
        assert!(parsed(&run).iter().any(|issue| issue["location"]["path"] == "app/broken.tf"));
    }
}
