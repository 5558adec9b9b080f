//! The steps of `action.yml`, run as a GitHub runner runs them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::print_stdout)]
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_yaml::Value;

/// The script of a step.
fn script(step: &str) -> String {
    let action: Value = serde_yaml::from_str(include_str!("../action.yml")).unwrap();
    let steps = action["runs"]["steps"].as_sequence().unwrap();
    let step = steps.iter().find(|one| one["name"].as_str() == Some(step)).unwrap();
    assert_eq!(step["shell"].as_str(), Some("bash"));
    step["run"].as_str().unwrap().to_owned()
}

/// What the step `Run ipfix` sees of an input that the workflow does not set.
fn default_of(input: &str) -> String {
    let action: Value = serde_yaml::from_str(include_str!("../action.yml")).unwrap();
    action["inputs"][input]["default"].as_str().unwrap().to_owned()
}

/// A runner with an `ipfix` that writes down its arguments, one call a line, and exits with a given status.
struct Runner {
    directory: tempfile::TempDir,
}

impl Runner {
    fn new(status: i32) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let stub = format!(
            "#!/bin/sh\n(for it in \"$@\"; do printf '<%s>' \"$it\"; done; echo) >> \"$CALLS\"\necho said by ipfix\nexit {status}\n"
        );
        let runner = Runner { directory };
        fs::write(runner.file("stub"), stub).unwrap();
        // By a process that starts no other: one that this test starts meanwhile would have a program that is being written
        // open for writing as well, and as long as it is open, it cannot be run.
        let installed =
            Command::new("install").args(["-m", "755"]).args([runner.file("stub"), runner.file("ipfix")]).status();
        assert!(installed.unwrap().success());
        runner
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap_or_default()
    }

    /// A runner on which ipfix itself is installed.
    fn with_ipfix() -> Self {
        let directory = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_ipfix"), directory.path().join("ipfix")).unwrap();
        Runner { directory }
    }

    /// Runs a step the way a runner does: the script in a file, bash without a profile, failing on the first error.
    fn run(&self, step: &str, inputs: &[(&str, &str)]) -> Output {
        fs::write(self.file("step.sh"), script(step)).unwrap();
        let path = format!("{}:{}", self.directory.path().display(), std::env::var("PATH").unwrap());
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(self.file("step.sh"));
        bash.current_dir(self.directory.path()).env("PATH", path).env("CALLS", self.file("calls"));
        for name in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH"] {
            bash.env(name, self.file(name));
        }
        for input in ["paths", "options", "fail", "summary", "sarif-file"] {
            let given = inputs.iter().find(|(name, _)| *name == input).map(|(_, value)| (*value).to_owned());
            let variable = format!("INPUT_{}", input.to_uppercase().replace('-', "_"));
            bash.env(variable, given.unwrap_or_else(|| default_of(input)));
        }
        bash.output().unwrap()
    }
}

const STEP: &str = "Run ipfix";

#[test]
fn every_input_reaches_the_script() {
    let action: Value = serde_yaml::from_str(include_str!("../action.yml")).unwrap();
    let step = &action["runs"]["steps"].as_sequence().unwrap()[1];
    for (name, _) in action["inputs"].as_mapping().unwrap() {
        let name = name.as_str().unwrap();
        let expected = format!("${{{{ inputs.{name} }}}}");
        let variable = format!("INPUT_{}", name.to_uppercase().replace('-', "_"));
        let given = if name == "working-directory" { &step[name] } else { &step["env"][variable.as_str()] };
        assert_eq!(given.as_str(), Some(expected.as_str()), "{name}");
    }
    assert!(!script(STEP).contains("${{"), "no input is pasted into the script");
}

#[test]
fn defaults_annotate_and_summarize_the_working_directory() {
    let runner = Runner::new(0);
    let output = runner.run(STEP, &[]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(runner.read("calls"), "<--output-format><github><--><.>\n<--quiet><--output-format><markdown><--><.>\n");
    assert_eq!(runner.read("GITHUB_STEP_SUMMARY"), "said by ipfix\n");
    assert_eq!(runner.read("GITHUB_OUTPUT"), "status=0\n");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "said by ipfix\n");
}

#[test]
fn lines_are_arguments_whatever_they_contain() {
    let runner = Runner::new(0);
    let paths = "a b\n\n$(touch stolen)\n*.tf\n";
    let inputs = [
        ("paths", paths),
        ("options", "--unsafe-fixes\n--select=IPF001"),
        ("summary", "false"),
        ("sarif-file", "x y.sarif"),
    ];
    assert!(runner.run(STEP, &inputs).status.success());
    let common = "<--unsafe-fixes><--select=IPF001><--><a b><$(touch stolen)><*.tf>";
    assert_eq!(
        runner.read("calls"),
        format!(
            "<--output-format><github>{common}\n<--quiet><--output-format><sarif><--output-file><x y.sarif>{common}\n"
        )
    );
    assert!(!runner.file("stolen").exists());
}

#[test]
fn findings_fail_the_step_on_request_and_errors_always() {
    for (status, fail, expected) in [(0, "true", 0), (1, "true", 1), (1, "false", 0), (2, "true", 2), (2, "false", 2)] {
        let runner = Runner::new(status);
        let output = runner.run(STEP, &[("fail", fail)]);
        assert_eq!(output.status.code(), Some(expected), "status {status}, fail: {fail}");
        assert_eq!(runner.read("GITHUB_OUTPUT"), format!("status={status}\n"));
        assert_eq!(runner.read("calls").lines().count(), 2, "the summary is written whatever was found");
    }
}

#[test]
fn ipfix_on_the_path_is_not_rebuilt() {
    let runner = Runner::new(0);
    assert!(runner.run("Install ipfix", &[]).status.success());
    assert!(!runner.file("GITHUB_PATH").exists());
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock").exists(), "--locked needs it");
}

#[test]
fn with_the_real_ipfix_a_job_gets_annotations_a_summary_and_a_log() {
    let runner = Runner::with_ipfix();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/terraform/everyday/main.tf");
    fs::create_dir(runner.file("app")).unwrap();
    fs::copy(example, runner.file("app/main.tf")).unwrap();
    let output = runner.run(STEP, &[("paths", "app"), ("sarif-file", "ipfix.sarif")]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(runner.read("GITHUB_OUTPUT"), "status=1\n");
    let annotations = String::from_utf8(output.stdout).unwrap();
    assert!(!annotations.is_empty());
    for line in annotations.lines() {
        assert!(line.starts_with("::error file=app/main.tf,line="), "{line}");
    }
    let summary = runner.read("GITHUB_STEP_SUMMARY");
    for part in [
        "## ipfix: 1 error in 1 file (1 file in 1 module checked)\n",
        "```mermaid\n",
        "+resource \"aws_iam_instance_profile\" \"web\" {\n",
    ] {
        assert!(summary.contains(part), "{summary}");
    }
    let log: serde_json::Value = serde_json::from_str(&runner.read("ipfix.sarif")).unwrap();
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "IPF001");
}
