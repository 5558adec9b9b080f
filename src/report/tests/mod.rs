//! All formats over all cases of `testdata/`.

mod modules;
pub(crate) mod sample;
pub(crate) mod schema;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::check::{Input, Language, Options, UnitReport, check};
use crate::report::tests::schema::Schema;
use crate::report::{Run, gitlab, json, junit, markdown, mermaid, rdjson, sarif};
use crate::rules::{self, Severity};
use crate::text::Source;

/// The units of all cases, each as the bytes of its files.
fn units() -> Vec<(Language, BTreeMap<PathBuf, Vec<u8>>)> {
    let mut units = Vec::new();
    for (frontend, language) in [("terraform", Language::Terraform), ("cloudformation", Language::CloudFormation)] {
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(frontend);
        let entries = |directory: PathBuf| fs::read_dir(directory).into_iter().flatten();
        let topics = entries(cases).map(|it| it.expect("a topic").path());
        let mut cases: Vec<PathBuf> = topics.flat_map(entries).map(|it| it.expect("a case").path()).collect();
        cases.sort();
        for case in cases {
            let files: BTreeMap<PathBuf, Vec<u8>> = fs::read_dir(case.join("before"))
                .into_iter()
                .flatten()
                .map(|it| it.expect("a file").path())
                .filter(|path| path.is_file())
                .map(|path| (path.clone(), fs::read(path).expect("a readable file")))
                .collect();
            match language {
                Language::Terraform => {
                    units.push((
                        language,
                        files.into_iter().filter(|(path, _)| path.extension().is_some_and(|it| it == "tf")).collect(),
                    ));
                }
                Language::CloudFormation => units.extend(files.into_iter().map(|file| (language, [file].into()))),
            }
        }
    }
    units
}

/// The report of one unit; none if a file of it is not text.
fn checked(language: Language, files: &BTreeMap<PathBuf, Vec<u8>>) -> Option<UnitReport> {
    let sources = files.iter().map(|(path, bytes)| Source::new(path, bytes.clone(), true));
    let input = Input::new(language, sources.collect::<Result<_, _>>().ok()?);
    let options = Options { unsafe_fixes: true, resolve_fixes: true, ..Options::default() };
    Some(check(input, &options))
}

/// What a format writes, which must be harmless.
pub(crate) fn written(run: &Run, write: impl Fn(&Run, &mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(run, &mut out).expect("memory");
    let text = String::from_utf8(out).expect("UTF-8");
    assert_eq!(sample::harmful(&text), None, "{text:?}");
    text
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// Errors and warnings of a unit that have a fix, and errors about its files.
fn faults(unit: &UnitReport) -> (usize, usize) {
    let findings = unit.findings.iter().filter(|it| it.severity < Severity::Note && it.fix.is_some());
    (findings.count(), unit.problems.iter().filter(|it| it.severity == Severity::Error).count())
}

/// The files after the edits of one fix of the JSON report.
fn fixed(files: &BTreeMap<PathBuf, Vec<u8>>, fix: &Value) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = files.clone();
    // Edits are in order, so from the last to the first no offset is moved by another edit.
    for edit in fix["edits"].as_array().expect("edits").iter().rev() {
        let offset = |end: &str| usize::try_from(edit[end]["offset"].as_u64().expect("a number")).expect("small");
        let bytes = files.get_mut(Path::new(edit["file"].as_str().expect("text"))).expect("a file of the unit");
        bytes.splice(offset("start")..offset("end"), edit["text"].as_str().expect("text").bytes());
    }
    files
}

/// A file after a suggestion of rdjson: lines, and columns in bytes.
fn suggested(bytes: &[u8], suggestion: &Value) -> Vec<u8> {
    let offset = |end: &str| {
        let number =
            |name: &str| usize::try_from(suggestion["range"][end][name].as_u64().expect("a number")).expect("small");
        let lines = bytes.split_inclusive(|&byte| byte == b'\n').take(number("line") - 1);
        lines.map(<[u8]>::len).sum::<usize>() + number("column") - 1
    };
    let mut bytes = bytes.to_vec();
    bytes.splice(offset("start")..offset("end"), suggestion["text"].as_str().expect("text").bytes());
    bytes
}

#[test]
fn each_fix_alone_in_json_and_rdjson() {
    let mut tried = 0;
    for (language, files) in units() {
        let Some(unit) = checked(language, &files) else { continue };
        let before = faults(&unit);
        if before.1 > 0 {
            // Nothing is applied there, and what is wrong with the file stays wrong.
            continue;
        }
        let run = Run { units: vec![unit], ..Run::default() };
        let report = parsed(&written(&run, |run, out| json::write(run, out)));
        let review = parsed(&written(&run, |run, out| rdjson::write(run, out)));
        for (finding, diagnostic) in report["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .zip(review["diagnostics"].as_array().expect("diagnostics"))
        {
            let fix = &finding["fix"];
            if fix.is_null() {
                assert!(diagnostic.get("suggestions").is_none(), "{diagnostic}");
                continue;
            }
            tried += 1;
            for added in fix["new_profiles"].as_array().expect("profiles") {
                assert!(added["edit"].is_u64(), "{finding}");
            }
            let after = fixed(&files, fix);
            let again = checked(language, &after).expect("text");
            let left = faults(&again);
            assert!(left.0 < before.0 && left.1 == 0, "{finding}\n{:?}", again.problems);
            let file = Path::new(finding["file"].as_str().expect("text"));
            match diagnostic["suggestions"].as_array() {
                Some(suggestions) => {
                    assert_eq!(suggestions.len(), 1);
                    assert_eq!(suggested(&files[file], &suggestions[0]), after[file], "{diagnostic}");
                }
                None => {
                    assert!(after.iter().any(|(path, bytes)| path != file && files[path] != *bytes), "{diagnostic}")
                }
            }
        }
    }
    assert!(tried > 200, "only {tried} fixes were tried");
}

#[test]
fn schemas_and_limits() {
    let report = Schema::parse(include_str!("../../../docs/schemas/report.schema.json"));
    let log = Schema::parse(include_str!("../../../testdata/schemas/sarif-2.1.0.schema.json"));
    let quality = Schema::parse(include_str!("../../../testdata/schemas/gitlab-code-quality.schema.json"));
    let mut run = Run { min_severity: Severity::Note, ..Run::default() };
    for (language, files) in units() {
        let Some(unit) = checked(language, &files) else { continue };
        let alone = Run { units: vec![unit], min_severity: Severity::Note, ..Run::default() };
        report.check(&parsed(&written(&alone, |run, out| json::write(run, out)))).expect("a valid report");
        quality.check(&parsed(&written(&alone, |run, out| gitlab::write(run, out)))).expect("a valid report");
        junit::tests::elements(&written(&alone, |run, out| junit::write(run, out)));
        log.check(&parsed(&written(&alone, |run, out| sarif::write(run, rules::ALL, out)))).expect("valid SARIF");
        mermaid::assert_accepted(&written(&alone, |run, out| mermaid::write(run, out)));
        run.units.extend(alone.units);
    }
    mermaid::assert_accepted(&written(&run, |run, out| mermaid::write(run, out)));
    let comment = written(&run, |run, out| markdown::write(run, "", out));
    assert!(comment.chars().count() < 65_536, "{}", comment.chars().count());
}
