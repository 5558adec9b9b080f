//! SARIF 2.1.0, as code scanning services read it: the rules' manual, all findings with their fixes, and fingerprints that survive
//! changes elsewhere in the file.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::{Run, escape};
use crate::report::view;
use crate::report::view::{Entry, Remark, RemarkKind, RuleEntry};
use crate::rules::Rule;
use crate::rules::Severity;
use crate::text::{FileId, Source, Span};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes the findings and problems that the run shows. `rules` are all rules there are, in order: the log describes those without
/// findings too, so that a service can tell "no finding" from "not checked".
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, rules: impl IntoIterator<Item = &'static Rule>, out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<&Rule> = rules.into_iter().collect();
    let mut fingerprints = Fingerprints::default();
    let results = view::findings(run).filter_map(|entry| result(&entry, &rules, &mut fingerprints)).collect();
    let problems = || view::problems(run);
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [RunObject {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: Some(env!("CARGO_PKG_REPOSITORY")).filter(|uri| !uri.is_empty()),
                    rules: rules.iter().map(|rule| descriptor(rule)).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation {
                execution_successful: problems().all(|problem| problem.diagnostic.severity != Severity::Error),
                tool_execution_notifications: problems().map(|problem| notification(&problem)).collect(),
            }],
            results,
        }],
    };
    escape::write_json(&log, out)
}

#[derive(Serialize)]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [RunObject<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunObject<'r> {
    tool: Tool,
    column_kind: &'static str,
    invocations: [Invocation; 1],
    results: Vec<ResultObject<'r>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    information_uri: Option<&'static str>,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    name: &'static str,
    short_description: Message,
    full_description: Message,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Configuration,
    properties: Tags,
}

#[derive(Serialize)]
struct Help {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Tags {
    tags: [&'static str; 4],
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
    locations: [Location; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultObject<'r> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix<'r> {
    description: Description<'r>,
    artifact_changes: Vec<ArtifactChange>,
    properties: FixProperties,
}

#[derive(Serialize)]
struct Description<'r> {
    text: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixProperties {
    id: String,
    #[serde(rename = "safety")]
    applicability: &'static str,
    selected: bool,
    new_profiles: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Message,
}

fn descriptor(rule: &Rule) -> Descriptor {
    Descriptor {
        id: rule.code,
        name: rule.name,
        short_description: Message { text: rule.summary.to_owned() },
        full_description: Message { text: full_description(rule.documentation) },
        help: Help { text: rule.documentation, markdown: rule.documentation },
        help_uri: view::rule_url(rule),
        default_configuration: Configuration { level: view::severity_name(rule.severity) },
        properties: Tags { tags: ["aws", "iam", "terraform", "cloudformation"] },
    }
}

/// What the rule does: the first paragraph of its page, without markup.
fn full_description(manual: &str) -> String {
    let paragraphs = manual.split("\n\n").map(str::trim);
    let first = paragraphs.into_iter().find(|text| !text.is_empty() && !text.starts_with('#')).unwrap_or_default();
    first.split_whitespace().collect::<Vec<_>>().join(" ").replace(['`', '*'], "")
}

fn result<'r>(entry: &Entry<'r>, rules: &[&Rule], fingerprints: &mut Fingerprints) -> Option<ResultObject<'r>> {
    let finding = entry.of_rule()?;
    let mut location = location(finding.source(), &finding.span);
    location.logical_locations =
        vec![LogicalLocation { fully_qualified_name: finding.owner().to_owned(), kind: "resource" }];
    let related = finding.diagnostic.related.iter().enumerate().map(|(index, related)| Location {
        id: Some(index + 1),
        message: Some(Message { text: related.message.clone() }),
        ..self::location(finding.unit.source(related.span.file), &related.span)
    });
    Some(ResultObject {
        rule_id: finding.rule.code,
        rule_index: rules.iter().position(|rule| rule.code == finding.rule.code),
        level: view::severity_name(finding.diagnostic.severity),
        message: message(entry),
        locations: [location],
        related_locations: related.collect(),
        partial_fingerprints: BTreeMap::from([("ipfixWiring/v1", fingerprints.of(&finding))]),
        fixes: fix(&finding).into_iter().collect(),
    })
}

/// Message and remarks; fixes have a place of their own.
fn message(entry: &Entry<'_>) -> Message {
    let remarks = entry.remarks(false);
    let mut lines = vec![entry.diagnostic.message.clone()];
    lines.extend(remarks.iter().filter(|remark| remark.kind != RemarkKind::Fix).map(Remark::line));
    Message { text: lines.join("\n") }
}

fn fix<'r>(finding: &RuleEntry<'r>) -> Option<Fix<'r>> {
    let (fix, id) = finding.fix().zip(finding.fix_id())?;
    let mut by_file: BTreeMap<FileId, Vec<Replacement>> = BTreeMap::new();
    for edit in &finding.diagnostic.edits {
        let source = finding.unit.source(edit.span.file);
        by_file.entry(edit.span.file).or_default().push(Replacement {
            deleted_region: region(source, &edit.span),
            inserted_content: Message { text: view::replacement(source, edit) },
        });
    }
    if by_file.is_empty() {
        return None;
    }
    let changes = by_file.into_iter().map(|(file, replacements)| ArtifactChange {
        artifact_location: artifact(finding.unit.source(file).path()),
        replacements,
    });
    Some(Fix {
        description: Description { text: &fix.title },
        artifact_changes: changes.collect(),
        properties: FixProperties {
            id,
            applicability: view::applicability_name(fix.applicability),
            selected: finding.diagnostic.applied,
            new_profiles: finding.new_profiles().into_iter().map(|profile| profile.id).collect(),
        },
    })
}

fn notification(problem: &Entry<'_>) -> Notification {
    let region = problem.diagnostic.position.map(|start| Region {
        start_line: start.line,
        start_column: start.column,
        end_line: None,
        end_column: None,
    });
    let physical_location = PhysicalLocation { artifact_location: artifact(&problem.diagnostic.path), region };
    Notification {
        level: view::severity_name(problem.diagnostic.severity),
        message: message(problem),
        locations: [Location { id: None, physical_location, logical_locations: Vec::new(), message: None }],
    }
}

fn location(source: &Source, at: &Span) -> Location {
    let physical_location =
        PhysicalLocation { artifact_location: artifact(source.path()), region: Some(region(source, at)) };
    Location { id: None, physical_location, logical_locations: Vec::new(), message: None }
}

fn region(source: &Source, at: &Span) -> Region {
    let (start, end) = (source.position(at.start), source.position(at.end));
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: Some(end.line),
        end_column: Some(end.column),
    }
}

/// A file as a URI: relative to the root of the sources, unless its path is absolute.
fn artifact(path: &Path) -> ArtifactLocation {
    let slashed = escape::forward_slashes(path);
    if path.is_absolute() {
        let rooted = if slashed.starts_with('/') { "" } else { "/" };
        return ArtifactLocation { uri: format!("file://{rooted}{}", percent_encoded(&slashed)), uri_base_id: None };
    }
    let relative = slashed.strip_prefix("./").unwrap_or(&slashed);
    ArtifactLocation { uri: percent_encoded(relative), uri_base_id: Some("%SRCROOT%") }
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

/// Identifiers of findings that stay the same while lines move: hashes of rule, file, resource, argument and the text that is wrong.
#[derive(Default)]
struct Fingerprints {
    seen: HashMap<u64, usize>,
}

impl Fingerprints {
    /// The identifier of a finding. Equal ones (two equal blocks in one resource) are numbered in the order of the file.
    fn of(&mut self, finding: &RuleEntry<'_>) -> String {
        let path = escape::forward_slashes(finding.source().path());
        let text: Vec<&str> = finding.text().split_whitespace().collect();
        let parts = [finding.rule.code, &path, finding.owner(), &finding.slot.argument, &text.join(" ")];
        let hash = fnv1a(parts.join("\0").as_bytes());
        let number = self.seen.entry(hash).or_default();
        *number += 1;
        format!("{hash:016x}:{number}")
    }
}

/// The 64-bit FNV-1a hash: the same in every build, unlike the standard library's.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::tests::{sample, schema};

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
        let uri = |path: &str| artifact(Path::new(path)).uri;
        assert_eq!(uri("./a b/\u{e4}#.tf"), "a%20b/%C3%A4%23.tf");
        assert_eq!(uri("../x.tf"), "../x.tf");
        assert_eq!(uri("/srv/x.tf"), "file:///srv/x.tf");
        assert_eq!(artifact(Path::new("/srv/x.tf")).uri_base_id, None);
    }

    #[test]
    fn the_hash_is_fnv1a() {
        // From the vectors of the algorithm's authors.
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
