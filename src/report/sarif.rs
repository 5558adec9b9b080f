//! SARIF 2.1.0, as code scanning services read it: the rules' manual, all findings with their fixes, and fingerprints that survive
//! changes elsewhere in the file.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::{PROGRAM, Run, escape};
use crate::report::fingerprints::Fingerprints;
use crate::report::view;
use crate::report::view::{Entry, Remark, RemarkKind, RuleEntry};
use crate::rules::Rule;
use crate::rules::Severity;
use crate::text::{FileId, Place, Position};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes the findings and problems that the run shows. `rules` are all rules there are, in order: the log describes those without
/// findings too, so that a service can tell "no finding" from "not checked".
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, rules: impl IntoIterator<Item = &'static Rule>, out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<&Rule> = rules.into_iter().collect();
    let mut fingerprints = Fingerprints::default();
    let results: Vec<Value> =
        view::findings(run).filter_map(|entry| result(&entry, &rules, &mut fingerprints)).collect();
    let problems: Vec<Entry<'_>> = view::problems(run).collect();
    let is_successful = problems.iter().all(|problem| problem.diagnostic.severity != Severity::Error);
    let mut invocation = json!({ "executionSuccessful": is_successful });
    let notifications = problems.iter().map(notification).collect();
    set_unless_empty(&mut invocation, "toolExecutionNotifications", notifications);
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver(&rules) },
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation],
            "results": results,
        }],
    });
    escape::write_json(&log, out)
}

fn set_unless_empty(object: &mut Value, key: &str, list: Vec<Value>) {
    if !list.is_empty() {
        object[key] = Value::Array(list);
    }
}

fn driver(rules: &[&Rule]) -> Value {
    json!({
        "name": PROGRAM,
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": env!("CARGO_PKG_HOMEPAGE"),
        "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<Value>>(),
    })
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": full_description(rule.documentation) },
        "helpUri": view::rule_url(rule),
        "help": { "text": rule.documentation, "markdown": rule.documentation },
        "defaultConfiguration": { "level": view::severity_name(rule.severity) },
        "properties": { "tags": ["aws", "iam", "terraform", "cloudformation"] },
    })
}

/// What the rule does: the first paragraph of its page, without markup.
fn full_description(manual: &str) -> String {
    let paragraphs = manual.split("\n\n").map(str::trim);
    let first = paragraphs.into_iter().find(|text| !text.is_empty() && !text.starts_with('#')).unwrap_or_default();
    first.split_whitespace().collect::<Vec<_>>().join(" ").replace(['`', '*'], "")
}

fn result(entry: &Entry<'_>, rules: &[&Rule], fingerprints: &mut Fingerprints) -> Option<Value> {
    let finding = entry.of_rule()?;
    let mut location = location(&finding.unit.sources.place(finding.span));
    location["logicalLocations"] = json!([{ "fullyQualifiedName": finding.owner(), "kind": "resource" }]);
    let mut result = json!({
        "ruleId": finding.rule.code,
        "level": view::severity_name(finding.diagnostic.severity),
        "message": message(entry),
        "locations": [location],
        "partialFingerprints": { "ipfixWiring/v1": fingerprints.of(&finding) },
    });
    if let Some(index) = rules.iter().position(|rule| rule.code == finding.rule.code) {
        result["ruleIndex"] = json!(index);
    }
    let related = finding.diagnostic.related.iter().enumerate().map(|(index, related)| {
        let mut location = self::location(&related.place(&finding.unit.sources));
        location["id"] = json!(index + 1);
        location["message"] = json!({ "text": related.message });
        location
    });
    set_unless_empty(&mut result, "relatedLocations", related.collect());
    set_unless_empty(&mut result, "fixes", fix(&finding).into_iter().collect());
    Some(result)
}

/// Message and remarks; fixes have a member of their own.
fn message(entry: &Entry<'_>) -> Value {
    let remarks = entry.remarks(false);
    let mut lines = vec![entry.diagnostic.message.clone()];
    lines.extend(remarks.iter().filter(|remark| remark.kind != RemarkKind::Fix).map(Remark::line));
    json!({ "text": lines.join("\n") })
}

fn fix(finding: &RuleEntry<'_>) -> Option<Value> {
    let (fix, id) = finding.fix().zip(finding.fix_id())?;
    let mut by_file: BTreeMap<FileId, Vec<Value>> = BTreeMap::new();
    for edit in &finding.diagnostic.edits {
        let source = finding.unit.source(edit.span.file);
        by_file.entry(edit.span.file).or_default().push(json!({
            "deletedRegion": region(&source.place(edit.span.range())),
            "insertedContent": { "text": view::replacement(source, edit) },
        }));
    }
    if by_file.is_empty() {
        return None;
    }
    let changes = by_file.into_iter().map(|(file, replacements)| {
        json!({ "artifactLocation": artifact(finding.unit.source(file).path()), "replacements": replacements })
    });
    let new_profiles: Vec<String> = finding.new_profiles().into_iter().map(|profile| profile.id).collect();
    Some(json!({
        "description": { "text": fix.title },
        "artifactChanges": changes.collect::<Vec<Value>>(),
        "properties": {
            "id": id,
            "safety": view::applicability_name(fix.applicability),
            "selected": finding.diagnostic.applied,
            "newProfiles": new_profiles,
        },
    }))
}

fn notification(problem: &Entry<'_>) -> Value {
    let mut physical_location = json!({ "artifactLocation": artifact(&problem.diagnostic.path) });
    if let Some(Position { line, column }) = problem.diagnostic.position {
        physical_location["region"] = json!({ "startLine": line, "startColumn": column });
    }
    json!({
        "level": view::severity_name(problem.diagnostic.severity),
        "message": message(problem),
        "locations": [{ "physicalLocation": physical_location }],
    })
}

fn location(place: &Place) -> Value {
    json!({ "physicalLocation": { "artifactLocation": artifact(&place.path), "region": region(place) } })
}

fn region(Place { start, end, .. }: &Place) -> Value {
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

/// A file as a URI: relative to the root of the sources, unless its path is absolute.
fn artifact(path: &Path) -> Value {
    let slashed = escape::forward_slashes(path);
    if path.is_absolute() {
        let rooted = if slashed.starts_with('/') { "" } else { "/" };
        return json!({ "uri": format!("file://{rooted}{}", percent_encoded(&slashed)) });
    }
    let relative = slashed.strip_prefix("./").unwrap_or(&slashed);
    json!({ "uri": percent_encoded(relative), "uriBaseId": "%SRCROOT%" })
}

fn percent_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out.extend(['%', hex(byte >> 4), hex(byte & 15)]),
        }
    }
    out
}

fn hex(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).map_or('0', |digit| digit.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{sample, schema};
    use crate::text::Source;

    fn parsed(run: &Run) -> Value {
        let mut out = Vec::new();
        write(run, sample::RULES, &mut out).expect("memory");
        let text = String::from_utf8(out).expect("UTF-8");
        assert_eq!(sample::harmful(&text), None, "{text:?}");
        serde_json::from_str(&text).expect("JSON")
    }

    #[test]
    fn the_schema_accepts_it() {
        let schema = schema::Schema::parse(include_str!("../../testdata/schemas/sarif-2.1.0.schema.json"));
        for run in [sample::run(), sample::hostile(), Run::default()] {
            schema.check(&parsed(&run)).expect("valid SARIF");
        }
        let mut wrong = parsed(&sample::run());
        wrong["runs"][0]["results"][0]["level"] = Value::from("fatal");
        schema.check(&wrong).expect_err("no such level");
    }

    #[test]
    fn results_point_to_their_rules() {
        let log = parsed(&sample::run());
        let driver = &log["runs"][0]["tool"]["driver"];
        for result in log["runs"][0]["results"].as_array().expect("results") {
            let index = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small");
            assert_eq!(driver["rules"][index]["id"], result["ruleId"]);
        }
        assert_eq!(driver["rules"].as_array().expect("rules").len(), 3);
        assert_eq!(driver["rules"][2]["defaultConfiguration"]["level"], "note");
    }

    #[test]
    fn rules_have_a_full_description() {
        let log = parsed(&sample::run());
        let rule = &log["runs"][0]["tool"]["driver"]["rules"][0];
        assert_eq!(rule["fullDescription"]["text"], "A role is not an instance profile.");
        for rule in crate::rules::ALL {
            let text = full_description(rule.documentation);
            assert!(
                text.ends_with('.') && text.len() > 60 && !text.contains(['`', '*', '#', '\n']),
                "{}: {text}",
                rule.code
            );
        }
    }

    #[test]
    fn notes() {
        let results = |run: &Run| parsed(run)["runs"][0]["results"].as_array().expect("results").len();
        assert_eq!(results(&sample::run()), 3);
        assert_eq!(results(&Run { min_severity: Severity::Note, ..sample::run() }), 4);
        assert_eq!(results(&Run { min_severity: Severity::Error, ..sample::run() }), 3);
    }

    #[test]
    fn a_fix_changes_all_its_files() {
        let log = parsed(&sample::run());
        let fix = &log["runs"][0]["results"][1]["fixes"][0];
        let changes = fix["artifactChanges"].as_array().expect("changes");
        let files: Vec<&Value> = changes.iter().map(|change| &change["artifactLocation"]["uri"]).collect();
        assert_eq!(files, ["app/iam.tf", "app/main.tf"]);
        let replacement = &changes[1]["replacements"][0];
        let region = serde_json::json!({"startLine": 7, "startColumn": 26, "endLine": 7, "endColumn": 46});
        assert_eq!(replacement["deletedRegion"], region);
        assert_eq!(replacement["insertedContent"]["text"], "aws_iam_instance_profile.app.name");
        assert_eq!(fix["properties"]["newProfiles"][0], "app:aws_iam_instance_profile.app");
    }

    fn fingerprints(run: &Run) -> Vec<String> {
        let log = parsed(run);
        let results = log["runs"][0]["results"].as_array().expect("results").iter();
        results
            .map(|result| result["partialFingerprints"]["ipfixWiring/v1"].as_str().expect("text").to_owned())
            .collect()
    }

    #[test]
    fn fingerprints_are_stable_and_unique() {
        let before = fingerprints(&sample::run());
        let mut moved = sample::run();
        let unit = &mut moved.units[0];
        let text = format!("# one line more\n{}", sample::MAIN);
        unit.sources[crate::text::FileId(1)] = Source::new("app/main.tf", text.into_bytes(), true).expect("text");
        for finding in &mut unit.findings {
            let span = finding.span.as_mut().expect("a span");
            span.start += "# one line more\n".len();
            span.end += "# one line more\n".len();
        }
        assert_eq!(fingerprints(&moved), before);
        let distinct: std::collections::BTreeSet<&String> = before.iter().collect();
        assert_eq!(distinct.len(), before.len());
        let mut twice = sample::run();
        twice.units.extend(sample::run().units);
        let twice = fingerprints(&twice);
        assert_eq!(twice[3], twice[0].replace(":1", ":2"));
    }

    #[test]
    fn paths_become_uris() {
        let uri = |path: &str| artifact(Path::new(path))["uri"].clone();
        assert_eq!(uri("./a b/\u{e4}#.tf"), "a%20b/%C3%A4%23.tf");
        assert_eq!(uri("../x.tf"), "../x.tf");
        let (absolute, expected) =
            if cfg!(windows) { ("C:\\srv\\x.tf", "file:///C%3A/srv/x.tf") } else { ("/srv/x.tf", "file:///srv/x.tf") };
        assert_eq!(uri(absolute), expected);
        assert_eq!(artifact(Path::new(absolute)).get("uriBaseId"), None);
    }
}
