//! The configurations of CI systems in `docs/integrations.md`: their commands run, in order, and write the report where the system looks for it.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_yaml::Value;

mod harness;
mod invariants;

use harness::program::without_settings;
use harness::tree::Tree;

const DOCUMENT: &str = include_str!("../docs/integrations.md");

/// The first block of a section in this language.
fn snippet(section: &str, language: &str) -> &'static str {
    let (_, rest) = DOCUMENT.split_once(&format!("\n## {section}\n")).expect("the section");
    let (_, block) = rest.split_once(&format!("\n```{language}\n")).expect("a block");
    block.split_once("\n```\n").expect("its end").0
}

fn yaml(section: &str) -> Value {
    serde_yaml::from_str(snippet(section, "yaml")).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value:?} is not text"))
}

/// The texts below these keys in a list of steps.
fn commands<'v>(steps: &'v Value, key: &str) -> Vec<&'v str> {
    steps.as_sequence().unwrap().iter().filter_map(|step| step[key].as_str()).collect()
}

/// A checkout, and beside it a `PATH` with ipfix and with a `pip` and a `python3` that only record what they are asked to install.
struct Checkout {
    directory: tempfile::TempDir,
}

impl Checkout {
    fn of(example: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        Tree::read(&examples.join(example)).write(&directory.path().join("checkout"));
        let bin = directory.path().join("bin");
        fs::create_dir(&bin).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_ipfix"), bin.join("ipfix")).unwrap();
        Checkout { directory }
    }

    /// Runs commands as a CI system does: each in a shell of its own, until one fails. Returns the status of the last one, and what was to be installed.
    fn run(&self, commands: &[&str]) -> (i32, String) {
        let checkout = self.directory.path().join("checkout");
        let prelude = r#"
            pip() { echo "$*" >> ../installed; }
            python3() { mkdir -p .ipfix/bin; ln -s ../../../bin/ipfix .ipfix/bin/ipfix; printf '#!/bin/sh\necho "$*" >> ../installed\n' > .ipfix/bin/pip; chmod +x .ipfix/bin/pip; }
        "#;
        let path = std::env::var("PATH").unwrap();
        let mut status = 0;
        for command in commands {
            let output = without_settings(&mut Command::new("bash"))
                .args(["-ec", &format!("{prelude}\n{command}")])
                .current_dir(&checkout)
                .env("PATH", format!("{}:{path}", self.directory.path().join("bin").display()))
                .env("CI_PROJECT_DIR", &checkout)
                .output()
                .unwrap();
            status = output.status.code().unwrap();
            if status != 0 {
                break;
            }
        }
        (status, fs::read_to_string(self.directory.path().join("installed")).unwrap_or_default())
    }

    fn read(&self, name: &str) -> String {
        let path = self.directory.path().join("checkout").join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

/// The commands fail for a module with a finding and pass for one without. In both cases, they write a report to this file.
fn assert_works(commands: &[&str], report: &str, finding: &str) {
    let wanted = format!("install ipfix-iac=={}\n", env!("CARGO_PKG_VERSION"));
    for status in [1, 0] {
        let checkout = Checkout::of("terraform/everyday");
        if status == 0 {
            assert_eq!(checkout.run(&["ipfix --quiet --write ."]).0, 0);
        }
        assert_eq!(checkout.run(commands), (status, wanted.clone()), "{commands:?}");
        assert_eq!(checkout.read(report).contains(finding), status == 1, "{report}: {}", checkout.read(report));
    }
}

#[test]
fn gitlab() {
    let job = &yaml("GitLab")["ipfix"];
    let script: Vec<&str> = job["script"].as_sequence().unwrap().iter().map(text).collect();
    assert_eq!(text(&job["artifacts"]["when"]), "always");
    let report = text(&job["artifacts"]["reports"]["codequality"]);
    assert_works(&script, report, r#""path": "main.tf""#);
    let checkout = Checkout::of("terraform");
    assert_eq!(checkout.run(&[&format!("cd everyday\n{}", script[1])]).0, 1);
    assert!(checkout.read(&format!("everyday/{report}")).contains(r#""path": "everyday/main.tf""#));
}

#[test]
fn circleci() {
    let steps = &yaml("CircleCI")["jobs"]["ipfix"]["steps"];
    let stored =
        steps.as_sequence().unwrap().iter().find_map(|step| step["store_test_results"]["path"].as_str()).unwrap();
    // CircleCI names the suite by the directory below the stored one.
    assert_works(&commands(steps, "run"), &format!("{stored}/ipfix/results.xml"), r#"classname="main.tf""#);
}

#[test]
fn azure_pipelines() {
    let pipeline = yaml("Azure Pipelines");
    let steps = pipeline["steps"].as_sequence().unwrap();
    let publish = steps.iter().find(|step| step["task"].as_str() == Some("PublishTestResults@2")).unwrap();
    assert_eq!(text(&publish["condition"]), "succeededOrFailed()");
    assert_works(
        &commands(&pipeline["steps"], "script"),
        text(&publish["inputs"]["testResultsFiles"]),
        r#"classname="main.tf""#,
    );
}

#[test]
fn jenkins() {
    let pipeline = snippet("Jenkins", "groovy");
    let quoted = |line: &'static str, word: &str| line.trim().strip_prefix(word)?.strip_suffix('\'');
    let commands: Vec<&str> = pipeline.lines().filter_map(|line| quoted(line, "sh '")).collect();
    let report = pipeline.lines().find_map(|line| quoted(line, "junit '")).unwrap();
    assert_works(&commands, report, r#"classname="main.tf""#);
    assert_eq!(pipeline.matches(['{', '(']).count(), pipeline.matches(['}', ')']).count());
}

#[test]
fn atlantis() {
    let server = yaml("Atlantis");
    let workflow = text(&server["repos"][0]["workflow"]);
    let steps = &server["workflows"][workflow]["plan"]["steps"];
    let checkout = Checkout::of("terraform/everyday");
    assert_eq!(checkout.run(&commands(steps, "run")).0, 1, "findings stop the plan");
    assert_eq!(checkout.run(&["ipfix --quiet --write ."]).0, 0);
    assert_eq!(checkout.run(&commands(steps, "run")).0, 0);
}

/// The document installs the current version. A version that `packaging/set-version` misses would install an old one.
#[test]
fn versions() {
    for (_, rest) in DOCUMENT.match_indices("ipfix-iac==").map(|(at, found)| DOCUMENT.split_at(at + found.len())) {
        assert!(rest.starts_with(env!("CARGO_PKG_VERSION")), "{}", &rest[..20]);
    }
}
