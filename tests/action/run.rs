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
    let mut parts = call.split("TEMP/ipfix-run-");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |before, after| format!("{before}SCRATCH{}", &after[6..]))
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
    assert!(job.log.contains("\nsaid by ipfix\n"), "{}", job.log);
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
    let expected = "<--output-format><github><--relative-to><WORKSPACE><--report><sarif=SCRATCH/ipfix.sarif>\
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
    let lines = job.heard();
    let expected = "::error title=ipfix::the input `fail` is `%25%0A::error::forged%0D`; expected `true` or `false`";
    assert_eq!(lines, [expected]);
}

/// What ipfix says about a file, with a name that is a command for the runner.
#[test]
fn commands_in_names() {
    let runner = Runner::with_ipfix();
    for name in
        ["::set-output name=sarif-file::/etc/passwd.tf", "a ##[set-output name=status;]0/main.tf", "##[error]x.tf"]
    {
        let file = runner.path("workspace").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "resource \"aws_instance\" \"x\" {\n  iam_instance_profile = aws_iam_role.").unwrap();
        let job = run(&runner, &[("paths", name), ("options", "-v")]);
        assert_eq!((job.status, job.outputs["status"].as_str()), (2, "2"), "{}", job.log);
        assert!(job.log.contains(name), "{}", job.log);
        let heard = job.heard();
        assert!(!heard.is_empty() && heard.iter().all(|line| line.starts_with("::error file=")), "{}", job.log);
    }
}

/// A report on stdout quotes files.
#[test]
fn commands_in_reports() {
    let runner = Runner::with_ipfix();
    let module = runner
        .read("workspace/app/main.tf")
        .replace("iam_instance_profile", "# ##[add-path]/tmp\n  iam_instance_profile");
    fs::write(runner.path("workspace/app/main.tf"), module).unwrap();
    let job = run(&runner, &[("paths", "app"), ("options", "--report\ndiff=/dev/stdout")]);
    assert!(job.log.contains(" # ##[add-path]/tmp\n") && job.log.contains("--- a/app/main.tf\n"), "{}", job.log);
    let heard = job.heard();
    assert!(heard.len() == 1 && heard[0].starts_with("::error file=app/main.tf,"), "{}", job.log);
}

/// Text that ends commands, or has no line feed at its end.
#[test]
fn commands_on_stderr() {
    let runner = Runner::new();
    let text = "::stop-commands::x\n::x::\n::add-path::/tmp\n  ::error::a\n##[add-path]/tmp\n::error::b";
    runner.add_program(
        "bin/ipfix",
        &format!(
            "#!/usr/bin/env bash\nprintf '{text}' >&2\necho '::warning file=a.tf::found'\necho '::error ##[add-path]/tmp'\necho '::add-path::/tmp'\nprintf '{text}' >&2\nexit 1\n"
        ),
    );
    let tokens: Vec<String> = (0..2)
        .map(|_| {
            let job = run(&runner, &[]);
            assert_eq!((job.status, job.heard()), (1, vec!["::warning file=a.tf::found"]), "{}", job.log);
            let token = job.log.split("::stop-commands::").nth(1).unwrap().lines().next().unwrap().to_owned();
            assert!(token.len() == 32, "{token}");
            token
        })
        .collect();
    assert_ne!(tokens[0], tokens[1]);
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

/// A pull request can commit symlinks.
#[test]
fn log_through_a_symlink() {
    let runner = Runner::with_ipfix();
    let victim = runner.path("victim");
    fs::write(&victim, "untouched").unwrap();
    for fail in ["true", "false"] {
        symlink(&victim, runner.path("workspace/ipfix.sarif")).unwrap();
        let job = run(&runner, &[("sarif-file", "ipfix.sarif"), ("fail", fail)]);
        assert_eq!(job.status, i32::from(fail == "true"), "{}", job.log);
        assert_eq!(runner.read("victim"), "untouched");
        let log = runner.path("workspace/ipfix.sarif");
        assert!(log.symlink_metadata().unwrap().is_file());
        assert!(runner.read("workspace/ipfix.sarif").contains("IPF001"));
        assert_eq!(job.outputs["sarif-file"], log.to_str().unwrap());
        fs::remove_file(log).unwrap();
    }
    // Not into a directory that a symlink names in place of the file.
    fs::create_dir(runner.path("elsewhere")).unwrap();
    symlink(runner.path("elsewhere"), runner.path("workspace/ipfix.sarif")).unwrap();
    run(&runner, &[("sarif-file", "ipfix.sarif"), ("fail", "false")]).passed();
    assert_eq!(fs::read_dir(runner.path("elsewhere")).unwrap().count(), 0);
    assert!(runner.path("workspace/ipfix.sarif").symlink_metadata().unwrap().is_file());
}

#[test]
fn places_of_the_log() {
    let runner = Runner::with_stub(0);
    for directory in ["workspace/out/deep", "elsewhere/deep", "workspace2", "_temp/reports"] {
        fs::create_dir_all(runner.path(directory)).unwrap();
    }
    symlink(runner.path("elsewhere/deep"), runner.path("workspace/link")).unwrap();
    symlink(runner.path("workspace/out"), runner.path("workspace/inside")).unwrap();
    symlink(runner.path("_temp/reports"), runner.path("workspace/temporary")).unwrap();
    let outside = "is neither in the workspace nor in the runner's temporary directory";
    let (absolute, sibling) = (runner.file("ipfix.sarif"), runner.file("workspace2/x.sarif"));
    for (file, message) in [
        (absolute.as_str(), outside),
        (&sibling, outside),
        ("../x.sarif", outside),
        ("link/x.sarif", outside),
        // Where the system goes, not where the name seems to go.
        ("link/../x.sarif", outside),
        ("a-/x.sarif", "the directory of `sarif-file` does not exist"),
        ("out", "is a directory; specify a file"),
        ("out/", "is a directory; specify a file"),
        ("out/..", "is a directory; specify a file"),
    ] {
        for fail in ["true", "false"] {
            let job = run(&runner, &[("sarif-file", file), ("fail", fail)]);
            job.failed_with(STEP, message);
            assert_eq!((job.status, job.outputs["status"].as_str()), (2, "2"), "{file}: {}", job.log);
            assert!(job.calls.is_empty() && job.outputs["sarif-file"].is_empty(), "{file}");
        }
    }
    let temporary = runner.file("_temp/x.sarif");
    for file in
        ["x.sarif", "out/deep/x.sarif", "out/deep/../x.sarif", "inside/x.sarif", "temporary/x.sarif", &temporary]
    {
        let job = run(&runner, &[("sarif-file", file)]).passed();
        assert_eq!(fs::read_to_string(&job.outputs["sarif-file"]).unwrap(), "sarif written by ipfix\n", "{file}");
    }
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
    let annotations = job.heard();
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
        let job = run(&runner, &[("working-directory", directory), ("sarif-file", &runner.file("_temp/ipfix.sarif"))]);
        names_app_main_tf(&runner, &job, "_temp/ipfix.sarif");
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
