//! Templates that try a reader's patience: each is fixed and proved, or refused with its bytes untouched.
#![allow(clippy::panic, missing_docs)]

use ipfix_iac::rules::Severity;
use std::fs;
use std::path::{Path, PathBuf};

use ipfix_iac::check::{Input, Language, Options, UnitReport, check};
use ipfix_iac::text::Source;

fn files(kind: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/torture/cloudformation").join(kind);
    let mut files: Vec<PathBuf> =
        fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    assert!(files.len() > 30, "{} files", files.len());
    files
}

fn look(source: Source) -> UnitReport {
    check(Input::new(Language::CloudFormation, vec![source]), &Options::default())
}

#[test]
fn broken_templates_are_refused_and_unchanged() {
    for path in files("invalid") {
        let source = Source::new(&path, fs::read(&path).expect("a file"), true).expect("text");
        let report = look(source);
        let errors = report.problems.iter().filter(|problem| problem.severity == Severity::Error).count();
        assert_eq!((errors, report.changes.len()), (1, 0), "{}: {:?}", path.display(), report.problems);
    }
}

#[test]
fn unusual_templates_are_fixed_once() {
    let mut untouched = Vec::new();
    for path in files("odd") {
        let source = Source::new(&path, fs::read(&path).expect("a file"), true).expect("text");
        let report = look(source);
        assert!(report.problems.is_empty(), "{}: {:?}", path.display(), report.problems);
        let [change] = report.changes.as_slice() else {
            untouched.push(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
            continue;
        };
        let after = report.source(change.file).with_text(change.after.clone());
        let again = look(after);
        assert!(again.changes.is_empty() && again.problems.is_empty(), "{}", path.display());
        assert!(again.findings.iter().all(|finding| finding.fix.is_none()), "{}", path.display());
    }
    // What is included may be the profile already, so that fix is unsafe.
    assert_eq!(untouched, ["included-resources.yaml"]);
}
