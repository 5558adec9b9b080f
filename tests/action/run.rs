//! What the action asks ipfix for, and what becomes of its results. The ipfix on PATH is a stub or the real program.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::runner::{Job, Runner, action, steps};

const STEP: &str = "Run ipfix";

fn run(runner: &Runner, inputs: &[(&str, &str)]) -> Job {
    runner.run(&[&[("install", "path")], inputs].concat())
}

/// The only call of ipfix: its arguments, without the directory that the action makes for the summary.
fn arguments(runner: &Runner, job: &Job) -> String {
    assert_eq!(job.calls.len(), 1, "{:?} {}", job.calls, job.log);
    let call = job.calls[0].strip_prefix("ipfix ").unwrap();
    let call = call.replace(&runner.file("workspace"), "WORKSPACE").replace(&runner.file("_temp"), "TEMP");
    match call.split_once("TEMP/ipfix-run-") {
        Some((before, after)) => format!("{before}SCRATCH{}", &after[6..]),
        None => call,
    }
}

#[test]
fn every_input_reaches_a_script() {
    let action = action();
    for (name, _) in action["inputs"].as_mapping().unwrap() {
        let name = name.as_str().unwrap();
        let expected = format!("${{{{ inputs.{name} }}}}");
        let variable = format!("INPUT_{}", name.to_uppercase().replace('-', "_"));
        let given = steps(&action).iter().any(|step| {
            let given = if name == "working-directory" { &step[name] } else { &step["env"][variable.as_str()] };
            given.as_str() == Some(expected.as_str())
        });
        assert!(given, "{name}");
    }
    for step in steps(&action) {
        let script = step["run"].as_str().unwrap_or_default();
        assert!(!script.contains("${{"), "no value is pasted into a script: {script}");
    }
}

#[test]
fn defaults() {
    let runner = Runner::with_stub(0);
    let job = run(&runner, &[]).passed();
    let expected = "<--output-format><github><--relative-to><WORKSPACE><--report><markdown=SCRATCH/summary.md><--><.>";
    assert_eq!(arguments(&runner, &job), expected);
    assert_eq!(job.summary, "markdown written by ipfix\n");
    assert_eq!((job.outputs["status"].as_str(), job.outputs["sarif-file"].as_str()), ("0", ""));
    assert!(job.log.ends_with("said by ipfix\n"), "{}", job.log);
}

#[test]
fn lines_are_arguments() {
    let runner = Runner::with_stub(0);
    fs::create_dir(runner.path("workspace/app")).unwrap();
    let inputs = [
        ("paths", "a b\r\n\n   \n$(touch stolen)\r\n*.tf\n --weird \n"),
        ("options", "--unsafe-fixes\r\n  --select=IPF001 \n\n--exclude\nx y\n-j\n2\n--report\njson=a.json"),
        ("summary", "false"),
        ("sarif-file", " x y.sarif\r"),
        ("working-directory", "app"),
    ];
    let job = run(&runner, &inputs).passed();
    let expected = "<--output-format><github><--relative-to><WORKSPACE><--report><sarif=x y.sarif>\
                    <--unsafe-fixes><--select=IPF001><--exclude><x y><-j><2><--report><json=a.json>\
                    <--><a b><$(touch stolen)><*.tf><--weird>";
    assert_eq!(arguments(&runner, &job), expected);
    assert!(!runner.path("workspace/app/stolen").exists());
    assert_eq!(job.outputs["sarif-file"], runner.file("workspace/app/x y.sarif"));
    assert_eq!(job.summary, "");
}

#[test]
fn statuses() {
    for (status, fail, expected) in
        [(0, "true", 0), (1, "true", 1), (1, "false", 0), (2, "true", 2), (2, "false", 2), (101, "false", 101)]
    {
        let job = run(&Runner::with_stub(status), &[("fail", fail)]);
        assert_eq!(job.status, expected, "status {status}, fail: {fail}");
        assert_eq!(job.outputs["status"], status.to_string());
        assert_eq!(job.summary, "markdown written by ipfix\n", "the summary is written whatever was found");
        assert!(job.log.contains("said by ipfix"));
    }
}

#[test]
fn refused_options() {
    let formats = "the action prints annotations; add other formats with `--report FORMAT=FILE`";
    let files = "the action prints annotations; write a file with `--report FORMAT=FILE`";
    let patch = "the action prints annotations; write the patch with `--report diff=FILE`";
    let base = "paths in reports are relative to the workspace";
    let other = "it prints information and checks nothing";
    let stdin = "a step has no stdin; specify files";
    let runner = Runner::with_stub(0);
    for (options, message) in [
        ("--output-format\nsarif", formats),
        ("--output-format=sarif", formats),
        ("--format=json", formats),
        ("--format\njson", formats),
        ("--output-file\nx", files),
        (" --output-file=x\r", files),
        ("-o\nx", files),
        ("-ox", files),
        ("-o=x", files),
        ("-wo\nx", files),
        ("-qwox", files),
        ("--check", patch),
        ("--write\n--diff", patch),
        ("--relative-to\n..", base),
        ("--relative-to=..", base),
        ("--list-rules", other),
        ("--explain\nIPF001", other),
        ("--explain=IPF001", other),
        ("--completions=bash", other),
        ("--man", other),
        ("-h", other),
        ("-wh", other),
        ("--help", other),
        ("-V", other),
        ("--version", other),
        ("-", stdin),
        ("--files-from\n-", stdin),
        ("--files-from=-", stdin),
        ("--write\n--\nx", "list paths in the input `paths`"),
    ] {
        let job = run(&runner, &[("options", options), ("fail", "false")]);
        job.failed_with(STEP, message);
        assert_eq!((job.status, job.outputs["status"].as_str()), (2, "2"), "{options:?}");
        assert!(job.calls.is_empty(), "{options:?}: {:?}", job.calls);
    }
}

#[test]
fn accepted_options() {
    let runner = Runner::with_stub(0);
    for options in [
        "-v",
        "-q",
        "-w",
        "--write",
        "-wq",
        "-j4",
        "-qjo",
        "--unsafe-fixes",
        "--exit-zero",
        "--report=json=x",
        "--explain-all",
    ] {
        let job = run(&runner, &[("options", options)]).passed();
        assert!(arguments(&runner, &job).contains(&format!("<{options}><-->")), "{options}");
    }
}

#[test]
fn wrong_inputs() {
    let runner = Runner::with_stub(0);
    for (input, value, message) in [
        ("fail", "yes", "the input `fail` is `yes`; expected `true` or `false`"),
        ("fail", "", "the input `fail` is ``; expected `true` or `false`"),
        ("summary", "True", "the input `summary` is `True`; expected `true` or `false`"),
        ("sarif-file", "a\nb", "the input `sarif-file` has several lines"),
        ("paths", "", "the input `paths` is empty; specify files or directories, or `.`"),
        ("paths", " \r\n\n", "the input `paths` is empty"),
        ("paths", "a\n-\n", "a file of this name is `./-`"),
        ("options", "--list-rules=%0A::error::x\u{1b}", ""),
    ] {
        let job = run(&runner, &[(input, value)]);
        if message.is_empty() {
            // Left to ipfix.
            job.passed();
            continue;
        }
        job.failed_with(STEP, message);
        assert_eq!((job.status, job.outputs["status"].as_str()), (2, "2"), "{input}: {value:?}");
        assert!(job.calls.is_empty(), "{input}: {value:?}");
    }
}

#[test]
fn forged_commands() {
    let job = run(&Runner::with_stub(0), &[("fail", "%\n::error::forged\r")]);
    let lines: Vec<&str> = job.log.lines().filter(|line| line.starts_with("::")).collect();
    let expected = "::error title=ipfix::the input `fail` is `%25%0A::error::forged%0D`; expected `true` or `false`";
    assert_eq!(lines, [expected]);
}

#[test]
fn listed_files() {
    let runner = Runner::with_stub(0);
    let job = run(&runner, &[("options", "--files-from=changed.txt"), ("paths", "")]).passed();
    assert!(arguments(&runner, &job).ends_with("<--files-from=changed.txt><-->"), "{:?}", job.calls);
    run(&runner, &[("options", "--files-from\nchanged.txt"), ("paths", "")]).passed();
}

#[test]
fn summary_that_cannot_be_written() {
    let mut runner = Runner::with_stub(1);
    let summary = runner.file("missing/summary");
    runner.set("GITHUB_STEP_SUMMARY", &summary);
    let job = run(&runner, &[("fail", "false")]);
    job.failed_with(STEP, "the job summary cannot be written");
    assert_eq!((job.status, job.outputs["status"].as_str()), (2, "1"));
    assert!(job.log.contains("said by ipfix"), "{}", job.log);
}

#[test]
fn old_log() {
    let runner = Runner::with_ipfix();
    fs::write(runner.path("workspace/ipfix.sarif"), "{}").unwrap();
    let past = std::time::SystemTime::now() - std::time::Duration::from_secs(5);
    fs::File::options().write(true).open(runner.path("workspace/ipfix.sarif")).unwrap().set_modified(past).unwrap();
    // The run fails before it writes.
    let job = run(&runner, &[("sarif-file", "ipfix.sarif"), ("options", "--no-such-option")]);
    assert_eq!((job.status, job.outputs["sarif-file"].as_str()), (2, ""), "{}", job.log);
}

#[test]
fn directory_outside_of_the_workspace() {
    let runner = Runner::with_stub(0);
    let elsewhere = runner.file("_temp");
    let job = run(&runner, &[("working-directory", &elsewhere), ("summary", "false")]).passed();
    assert_eq!(arguments(&runner, &job), "<--output-format><github><--><.>");
}

impl Runner {
    /// A runner with the real ipfix and a module in `workspace/app`.
    fn with_ipfix() -> Self {
        let runner = Runner::with_program(Path::new(env!("CARGO_BIN_EXE_ipfix")));
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/terraform/everyday/main.tf");
        fs::create_dir(runner.path("workspace/app")).unwrap();
        fs::copy(example, runner.path("workspace/app/main.tf")).unwrap();
        runner
    }
}

/// All paths are those of the repository, wherever ipfix ran. Returns the SARIF log.
fn names_app_main_tf(runner: &Runner, job: &Job, log: &str) {
    assert_eq!((job.status, job.outputs["status"].as_str()), (1, "1"), "{}", job.log);
    let annotations: Vec<&str> = job.log.lines().filter(|line| line.starts_with("::")).collect();
    assert!(!annotations.is_empty());
    for line in annotations {
        assert!(line.starts_with("::error file=app/main.tf,line="), "{line}");
    }
    for part in [
        "## ipfix: 1 error in 1 file (1 file in 1 module checked)\n",
        "```mermaid\n",
        "--- a/app/main.tf\n+++ b/app/main.tf\n",
        "+resource \"aws_iam_instance_profile\" \"web\" {\n",
    ] {
        assert!(job.summary.contains(part), "{part}: {}", job.summary);
    }
    assert_eq!(job.outputs["sarif-file"], runner.file(log));
    let log: serde_json::Value = serde_json::from_str(&runner.read(log)).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "IPF001");
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "app/main.tf");
    assert_eq!(result["fixes"][0]["artifactChanges"][0]["artifactLocation"]["uri"], "app/main.tf");
}

#[test]
fn paths_from_the_workspace() {
    let runner = Runner::with_ipfix();
    let job = run(&runner, &[("paths", "app"), ("sarif-file", "ipfix.sarif")]);
    names_app_main_tf(&runner, &job, "workspace/ipfix.sarif");
}

#[test]
fn paths_from_another_directory() {
    let runner = Runner::with_ipfix();
    let job = run(&runner, &[("working-directory", "app"), ("sarif-file", "ipfix.sarif")]);
    names_app_main_tf(&runner, &job, "workspace/app/ipfix.sarif");
}

#[test]
fn paths_through_a_symlink() {
    let mut runner = Runner::with_ipfix();
    symlink(runner.path("workspace"), runner.path("link")).unwrap();
    let link = runner.file("link");
    runner.set("GITHUB_WORKSPACE", &link);
    for directory in [".", "app"] {
        let job = run(&runner, &[("working-directory", directory), ("sarif-file", &runner.file("ipfix.sarif"))]);
        names_app_main_tf(&runner, &job, "ipfix.sarif");
    }
}

#[test]
fn missing_directory() {
    let runner = Runner::with_ipfix();
    for fail in ["true", "false"] {
        let job = run(&runner, &[("sarif-file", "missing/ipfix.sarif"), ("fail", fail)]);
        assert_eq!((job.status, job.outputs["status"].as_str()), (2, "2"), "{}", job.log);
        assert_eq!(job.outputs["sarif-file"], "");
    }
}

#[test]
fn options_of_the_real_program() {
    for (options, status) in [
        ("--exit-zero", 0),
        ("-q", 1),
        ("-v", 1),
        ("-qw", 0),
        ("--select\nIPF003", 0),
        ("--report\ndiff=fix.patch", 1),
        // No option can be abbreviated, so none can be refused too late.
        ("--output-f=json", 2),
        ("--chec", 2),
        ("--unsafe-fixes --select=IPF001", 2),
    ] {
        let runner = Runner::with_ipfix();
        let job = run(&runner, &[("options", options)]);
        assert_eq!(job.status, status, "{options}: {}", job.log);
        assert_eq!(job.summary.contains("## ipfix"), status < 2, "{options}: {}", job.summary);
        let fixed = runner.read("workspace/app/main.tf").contains("aws_iam_instance_profile");
        assert_eq!(fixed, options == "-qw", "{options}");
    }
}

/// An option that is new must be thought about here.
#[test]
fn every_option_is_accepted_or_refused() {
    let output = Command::new(env!("CARGO_BIN_EXE_ipfix")).args(["--completions", "fish"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let long = |line: &str| Some(line.split_once(" -l ")?.1.split(' ').next()?.to_owned());
    let mut options: Vec<String> = text.lines().filter_map(long).collect();
    options.sort();
    options.dedup();
    let accepted = [
        "color",
        "config",
        "exclude",
        "exit-zero",
        "files-from",
        "fix",
        "hidden",
        "ignore",
        "isolated",
        "jobs",
        "min-severity",
        "no-ignore",
        "no-unsafe-fixes",
        "null",
        "quiet",
        "report",
        "select",
        "statistics",
        "stdin-filename",
        "unsafe-fixes",
        "verbose",
        "write",
    ];
    assert!(options.len() > 20, "{text}");
    let runner = Runner::with_stub(0);
    for option in options {
        let job = run(&runner, &[("options", &format!("--{option}")), ("summary", "false")]);
        assert_eq!(job.status == 0, accepted.contains(&option.as_str()), "--{option}");
    }
}
