//! What is said where: severities, reports beside stdout, lists of files, suppressions.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

mod across_modules;
#[path = "../harness/mod.rs"]
mod harness;
#[path = "../invariants/mod.rs"]
mod invariants;
mod paths;

use harness::program::{Output, ipfix, without_settings};
use harness::tools::{installed, scratch, skipped, tool};
use harness::tree::Tree;

const ROLE: &str = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n";
const WRONG: &str = "resource \"aws_instance\" \"web\" {\n  iam_instance_profile = aws_iam_role.app.name\n}\n";
/// A note.
const UNKNOWN: &str = "resource \"aws_instance\" \"db\" {\n  iam_instance_profile = var.profile\n}\n";
/// A warning: it works by accident.
const CHANCE: &str =
    "resource \"aws_iam_instance_profile\" \"app\" {\n  name = \"app\"\n  role = aws_iam_role.app.name\n}\n";

fn tree(files: &[(&str, &str)]) -> Tree {
    Tree(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect())
}

fn run(files: &[(&str, &str)], arguments: &[&str]) -> Output {
    ipfix(scratch(&tree(files)).path(), arguments)
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn module() -> String {
    format!("{ROLE}\n{WRONG}\n{UNKNOWN}")
}

/// Runs a script of the shell, with this program as `ipfix`.
fn sh(directory: &Path, script: &str) -> (i32, String, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_ipfix")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    let output = without_settings(&mut command).args(["-c", script]).env("PATH", path).current_dir(directory).output();
    let output = output.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_summary_counts_findings_files_and_modules() {
    let module = module();
    let quiet = format!("# ipfix: ignore-file\n{module}");
    let files = [
        ("a/main.tf", module.as_str()),
        ("a/more.tf", ""),
        ("b/main.tf", "locals {}\n"),
        ("c/main.tf", quiet.as_str()),
        ("t.yaml", "a: 1\n"),
    ];
    let summary = |paths: &[&str]| -> Value {
        let report: Value =
            serde_json::from_str(&text(&run(&files, &[&["--output-format", "json"], paths].concat()))).unwrap();
        report["summary"].clone()
    };
    for (paths, files, modules, files_with_findings, suppressed) in
        [(&["."][..], 5, 3, 1, 1), (&["a", "b"], 3, 2, 1, 0), (&["b", "c"], 2, 2, 0, 1)]
    {
        let counts = summary(paths);
        let expected = [
            ("files", files),
            ("modules", modules),
            ("files_with_findings", files_with_findings),
            ("suppressed", suppressed),
        ];
        for (name, count) in expected {
            assert_eq!(counts[name], count, "{paths:?} {name}: {counts}");
        }
    }
    let report: Value = serde_json::from_str(&text(&run(&files, &["--output-format", "json", "."]))).unwrap();
    assert_eq!(report["summary"]["selected"], 1);
    assert_eq!(report["findings"][0]["fix"]["selected"], true);
    assert_eq!(report["written"], false);
}

#[test]
fn min_severity_applies_to_every_format() {
    let module = module();
    let files = [("main.tf", module.as_str())];
    for format in ["concise", "full", "json", "sarif", "github", "gitlab", "junit", "rdjson", "markdown"] {
        let shown = |more: &[&str]| text(&run(&files, &[&["--output-format", format, "."], more].concat()));
        // SARIF describes all rules.
        let mark = if format == "sarif" { "\"ruleId\": \"IPF011\"" } else { "IPF011" };
        let place = |text: &str| text.contains(mark);
        assert!(!place(&shown(&[])) && place(&shown(&["-v"])), "{format}");
        assert!(place(&shown(&["--min-severity", "note"])), "{format}");
        assert!(!place(&shown(&["-v", "--min-severity", "warning"])), "{format}");
    }
}

#[test]
fn findings_below_min_severity_are_neither_counted_nor_fixed() {
    let module = format!("{ROLE}\n{CHANCE}\n{WRONG}");
    let files = [("main.tf", module.as_str())];
    let by_default = run(&files, &["."]);
    assert_eq!(by_default.status, 1);
    assert!(by_default.stderr.contains(" IPF009 "), "{}", by_default.stderr);
    let errors = run(&files, &["--min-severity", "error", "."]);
    assert_eq!((errors.status, text(&errors).as_str()), (0, ""));
    assert!(!errors.stderr.contains("IPF"), "{}", errors.stderr);
}

#[test]
fn the_last_of_quiet_and_verbose_wins() {
    let module = module();
    let files = [("main.tf", module.as_str())];
    assert_eq!(run(&files, &["-v", "-q", "."]).stderr, "");
    assert!(run(&files, &["-q", "-v", "."]).stderr.contains(" IPF011 "));
}

#[test]
fn several_reports_in_one_run() {
    let module = module();
    let directory = scratch(&tree(&[("main.tf", &module)]));
    let reports = ["--report", "sarif=x.sarif", "--report", "concise=x.txt", "--report", "diff=x.patch"];
    let output = ipfix(directory.path(), &[&reports[..], &["--output-format", "json", "."]].concat());
    assert_eq!(output.status, 1, "{}", output.stderr);
    let read = |name: &str| fs::read_to_string(directory.path().join(name)).unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"][0]["code"], "IPF001");
    let log: Value = serde_json::from_str(&read("x.sarif")).unwrap();
    assert_eq!(log["runs"][0]["results"][0]["fixes"][0]["properties"]["selected"], true);
    assert!(read("x.txt").starts_with("main.tf:6:26: IPF001 [*] "), "{}", read("x.txt"));
    assert_eq!(read("x.patch"), text(&ipfix(directory.path(), &["."])));
    // With the patch on stdout, a report has the edits of each fix all the same.
    ipfix(directory.path(), &["-q", "--report", "json=x.json", "."]);
    let report: Value = serde_json::from_str(&read("x.json")).unwrap();
    assert!(!report["findings"][0]["fix"]["edits"].as_array().unwrap().is_empty());
}

#[test]
fn common_option_aliases_are_accepted() {
    let module = module();
    let directory = scratch(&tree(&[("main.tf", &module)]));
    assert!(text(&ipfix(directory.path(), &["--format", "concise", "."])).starts_with("main.tf:6:26: "));
    assert_eq!(ipfix(directory.path(), &["--fix", "."]).status, 0);
    assert!(
        fs::read_to_string(directory.path().join("main.tf")).unwrap().contains("aws_iam_instance_profile.app.name")
    );
    let help = text(&run(&[], &["--help"]));
    assert!(!help.contains("--fix\n") && !help.contains("--fix ") && !help.contains("--format"), "{help}");
    let unknown = run(&[], &["--fixes"]).stderr;
    assert!(!unknown.contains("as a value"), "{unknown}");
}

#[test]
fn a_file_list_may_contain_any_path() {
    let module = module();
    let files = [
        ("main.tf", module.as_str()),
        ("notes.md", "text\n"),
        (
            "chart/values.yaml",
            "{{- if x }}\nType: AWS::EC2::Instance\nIamInstanceProfile: x\nR: AWS::IAM::Role\n{{- end }}\n",
        ),
        ("docs/x.txt", ""),
    ];
    let directory = scratch(&tree(&files));
    let list = "main.tf\nnotes.md\nchart/values.yaml\ngone.tf\ngone/x.py\ndocs\n";
    fs::write(directory.path().join("list"), list).unwrap();
    let output = ipfix(directory.path(), &["--files-from", "list"]);
    assert_eq!(output.status, 1, "{}", output.stderr);
    assert!(!output.stderr.contains("notes.md") && !output.stderr.contains("gone"), "{}", output.stderr);
    let verbose = ipfix(directory.path(), &["-v", "--files-from", "list"]).stderr;
    for name in [
        "notes.md: note: skipped: not a Terraform file or template\n",
        "gone.tf: note: skipped: file does not exist\n",
        "gone/x.py: note: skipped: file does not exist\n",
        "docs: note: skipped: nothing to check in this directory\n",
    ] {
        assert!(verbose.contains(name), "{name}: {verbose}");
    }
    fs::write(directory.path().join("list"), &list["main.tf\n".len()..]).unwrap();
    assert_eq!(ipfix(directory.path(), &["--files-from", "list"]).status, 0);
    // What the user names himself is another matter.
    assert_eq!(ipfix(directory.path(), &["--files-from", "list", "notes.md"]).status, 2);
    assert_eq!(ipfix(directory.path(), &["--files-from", "list", "chart/values.yaml"]).status, 2);
}

#[test]
fn file_list_from_git_diff() {
    if !installed("git") {
        skipped("git is not installed, so it is NOT tested that ipfix reads the list of `git diff`");
        return;
    }
    let directory = scratch(&tree(&[("main.tf", ROLE), ("old.tf", WRONG), ("a b.py", "")]));
    let git = |arguments: &[&str]| tool(directory.path(), "git", arguments).unwrap();
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "x"]);
    fs::write(directory.path().join("main.tf"), format!("{ROLE}\n{WRONG}")).unwrap();
    fs::write(directory.path().join("a b.py"), "print()\n").unwrap();
    fs::remove_file(directory.path().join("old.tf")).unwrap();
    let (status, patch, said) = sh(directory.path(), "git diff --name-only -z | ipfix -0 --files-from -");
    assert_eq!(status, 1, "{said}");
    assert!(patch.starts_with("--- a/main.tf\n"), "{patch}");
    assert!(said.starts_with("main.tf:6:26: IPF001 [*] "), "{said}");
}

/// Runs a command line on a terminal; none if there is no `script`.
#[cfg(target_os = "linux")]
fn on_terminal(directory: &Path, command: &str) -> Option<String> {
    let mut script = Command::new("script");
    let line = format!("{} {command}", env!("CARGO_BIN_EXE_ipfix"));
    without_settings(&mut script).args(["--quiet", "--command", &line, "/dev/null"]).current_dir(directory);
    match script.env("TERM", "xterm").output() {
        Ok(output) => Some(String::from_utf8(output.stdout).unwrap().replace('\r', "")),
        Err(_) => {
            skipped("`script` is not installed, so it is NOT tested what a terminal gets");
            None
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_blank_line_separates_patch_and_findings_on_a_terminal() {
    let module = module();
    let directory = scratch(&tree(&[("main.tf", &module), ("right/main.tf", "locals {}\n"), ("here/x.tf", "")]));
    let Some(shown) = on_terminal(directory.path(), "--color never main.tf") else { return };
    assert!(shown.contains(" {\n\nerror[IPF001]: "), "{shown}");
    let quiet = on_terminal(directory.path(), "--color never -q main.tf").unwrap();
    assert!(!quiet.contains("\n\n"), "{quiet}");
    let nothing = on_terminal(directory.path(), "--color never right").unwrap();
    assert!(!nothing.is_empty() && !nothing.contains("\n\n"), "{nothing}");
    // The output says where the patch applies.
    let outside = on_terminal(&directory.path().join("here"), "--color never ../main.tf").unwrap();
    assert!(outside.contains("Apply the patch from ") && outside.contains("+++ b/main.tf\n"), "{outside}");
}

#[test]
fn colors_can_be_forced() {
    let module = module();
    let directory = scratch(&tree(&[("main.tf", &module)]));
    let is_colored = |script: &str| sh(directory.path(), script).1.contains('\u{1b}');
    assert!(!is_colored("ipfix -q ."));
    assert!(is_colored("FORCE_COLOR=1 ipfix -q ."));
    assert!(is_colored("CLICOLOR_FORCE=1 ipfix -q ."));
    assert!(!is_colored("FORCE_COLOR=0 ipfix -q ."));
    assert!(!is_colored("NO_COLOR=1 FORCE_COLOR=1 ipfix -q ."));
    assert!(!is_colored("FORCE_COLOR=1 ipfix -q --color never ."));
}

#[test]
fn rules_are_listed_as_json() {
    let rules: Value = serde_json::from_str(&text(&run(&[], &["--list-rules", "--output-format", "json"]))).unwrap();
    let rules = rules.as_array().unwrap();
    assert_eq!(rules[0]["code"], "IPF001");
    assert_eq!(rules[0]["name"], "role-as-profile");
    assert_eq!(rules[0]["severity"], "error");
    assert_eq!(rules.len(), text(&run(&[], &["--list-rules"])).lines().count());
    assert!(rules.iter().all(|rule| rule["summary"].as_str().is_some_and(|summary| !summary.is_empty())));
}

/// How many findings a run without any others suppresses.
fn suppressed(files: &[(&str, &str)]) -> u64 {
    let output = run(files, &["--output-format", "json", "."]);
    assert_eq!((output.status, output.stderr.contains(": ")), (0, false), "{}", output.stderr);
    let report: Value = serde_json::from_str(&text(&output)).unwrap();
    report["summary"]["suppressed"].as_u64().unwrap()
}

#[test]
fn suppressions() {
    let with = |comment: &str| format!("{ROLE}\n{}", WRONG.replace("app.name\n", &format!("app.name {comment}\n")));
    for comment in
        ["# ipfix: ignore[IPF001]", "// ipfix: ignore[IPF001]", "# ipfix:ignore", "# ipfix: ignore-file[IPF001]"]
    {
        assert_eq!(suppressed(&[("main.tf", &with(comment))]), 1, "{comment}");
    }
    for comment in
        ["# ipfix: ignore IPF001", "// ipfix disable", "# ipfix: ignore[IPF01]", "# ipfix: ignore[role-as-profile]"]
    {
        let output = run(&[("main.tf", &with(comment))], &["."]);
        assert_eq!(output.status, 1);
        assert!(output.stderr.starts_with("main.tf:6:26: IPF001 "), "{comment}: {}", output.stderr);
        assert!(output.stderr.contains("main.tf:6:48: warning: "), "{comment}: {}", output.stderr);
        assert!(!run(&[("main.tf", &with(comment))], &["-v", "."]).stderr.contains(": note: "), "{comment}");
    }
    // A known code beside an unknown one counts.
    let output = run(&[("main.tf", &with("# ipfix: ignore[IPF001, X]"))], &["."]);
    assert_eq!(output.status, 0, "{}", output.stderr);
    assert!(output.stderr.contains("main.tf:6:48: warning: "), "{}", output.stderr);
    let remark = run(&[("main.tf", &with("# ipfix adds the profile"))], &["."]);
    assert!(!remark.stderr.contains("warning"), "{}", remark.stderr);
    let unused = run(&[("main.tf", &format!("# ipfix: ignore[IPF005]\n{}", with("")))], &["-v", "."]);
    assert!(unused.stderr.contains("main.tf:1:1: note: "), "{}", unused.stderr);
}

#[test]
fn suppressions_in_metadata() {
    let template = |codes: &str| {
        format!(
            "{{\"Resources\": {{\"R\": {{\"Type\": \"AWS::IAM::Role\"}}, \"W\": {{\"Type\": \"AWS::EC2::Instance\", \
             \"Metadata\": {{\"ipfix\": {{\"ignore\": {codes}}}}}, \"Properties\": {{\"IamInstanceProfile\": {{\"Ref\": \"R\"}}}}}}}}}}"
        )
    };
    assert_eq!(suppressed(&[("t.json", &template("[\"IPF001\"]"))]), 1);
    let output = run(&[("t.json", &template("[\"IPF0001\"]"))], &["."]);
    assert_eq!(output.status, 1);
    assert!(output.stderr.contains(": warning: "), "{}", output.stderr);
}

#[test]
fn terraform_json_that_is_only_found_and_cannot_be_read_is_not_an_error() {
    let json = "{\"resource\": {\"aws_instance\": {\"web\": {\"iam_instance_profile\": \"x\",}}}}\n";
    let files = [("main.tf", ROLE), ("cdk.tf.json", json)];
    let found = run(&files, &["."]);
    assert_eq!(found.status, 0, "{}", found.stderr);
    assert!(found.stderr.starts_with("cdk.tf.json:1:68: warning: "), "{}", found.stderr);
    let errors = run(&files, &["--min-severity", "error", "."]).stderr;
    assert!(!errors.contains("cdk.tf.json"), "{errors}");
    let configured = [files[0], files[1], ("ipfix.toml", "exclude = [\"*.tf.json\"]\n")];
    for excluded in [run(&files, &["-v", "--exclude", "*.tf.json", "."]), run(&configured, &["-v", "."])] {
        assert_eq!(excluded.status, 0, "{}", excluded.stderr);
        assert!(!excluded.stderr.contains("cdk.tf.json"), "{}", excluded.stderr);
    }
    assert_eq!(run(&files, &["cdk.tf.json"]).status, 2);
    assert_eq!(run(&files, &["main.tf"]).status, 0);
}

#[test]
fn each_instance_of_a_new_profile_can_be_imported() {
    let module = |repeat: &str, name: &str| {
        let index = if repeat.starts_with("count") { "count.index" } else { "each.key" };
        format!(
            "resource \"aws_iam_role\" \"app\" {{\n  {repeat}\n  name = \"{name}\"\n}}\n\nresource \"aws_instance\" \"web\" {{\n  {repeat}\n  iam_instance_profile = aws_iam_role.app[{index}].name\n}}\n"
        )
    };
    let said = |repeat: &str, name: &str| run(&[("main.tf", &module(repeat, name))], &["."]).stderr;
    let numbered = said("count = 2", "app-${count.index}");
    assert!(numbered.ends_with(":\n  terraform import 'aws_iam_instance_profile.app[0]' app-0\n  terraform import 'aws_iam_instance_profile.app[1]' app-1\n"), "{numbered}");
    let keyed = said("for_each = toset([\"a\", \"b\"])", "app-${each.key}");
    assert!(keyed.contains("  terraform import 'aws_iam_instance_profile.app[\"a\"]' app-a\n"), "{keyed}");
    let unknown = said("count = var.number", "app-${count.index}");
    assert!(!unknown.contains("terraform import"), "{unknown}");
}

#[test]
fn bash_completes_rule_codes() {
    let complete = |words: &str| {
        let script = format!(
            "eval \"$({} --completions bash)\"; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _ipfix ipfix \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"; printf '%s ' \"${{COMPREPLY[@]}}\"",
            env!("CARGO_BIN_EXE_ipfix")
        );
        String::from_utf8(Command::new("bash").args(["-c", &script]).output().unwrap().stdout).unwrap()
    };
    for option in ["--select", "--ignore", "--explain"] {
        assert!(complete(&format!("ipfix {option} IPF00")).starts_with("IPF001 IPF002 "), "{option}");
        assert_eq!(complete(&format!("ipfix {option} IPF011")), "IPF011 ", "{option}");
    }
    assert!(!text(&run(&[], &["--help"])).contains("[possible values: IPF001"));
}
