//! What is said where: severities, reports beside stdout, lists of files, suppressions, patches of other directories.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

mod harness;
mod invariants;

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

#[test]
fn a_patch_for_another_directory_needs_a_base() {
    let module = module();
    let directory = scratch(&tree(&[("here/x.tf", ""), ("there/main.tf", &module)]));
    let here = directory.path().join("here");
    let real = directory.path().join("there").canonicalize().unwrap();
    let real = real.display();
    let said = format!(
        "ipfix: the patch changes files outside the working directory and would not apply here; run ipfix in {real}, or add `--relative-to {real}`\n"
    );
    for arguments in [
        &["../there"][..],
        &["--diff", "--write", "../there"],
        &["-o", "x", "../there"],
        &["--report", "diff=x", "--check", "../there"],
    ] {
        let output = ipfix(&here, arguments);
        assert_eq!(
            (output.status, output.stderr.as_str(), text(&output).as_str()),
            (2, said.as_str(), ""),
            "{arguments:?}"
        );
        assert_eq!(fs::read_to_string(directory.path().join("there/main.tf")).unwrap(), module);
    }
    let output = ipfix(&here, &["--relative-to", "..", "../there"]);
    assert_eq!(output.status, 1, "{}", output.stderr);
    assert!(text(&output).starts_with("--- a/there/main.tf\n+++ b/there/main.tf\n"), "{}", text(&output));
    assert!(output.stderr.contains("Apply the patch from "), "{}", output.stderr);
    let below = ipfix(directory.path(), &["--relative-to", "there", "."]);
    assert!(text(&below).starts_with("--- a/main.tf\n"), "{}", text(&below));
    // No patch, nothing to refuse.
    assert_eq!(ipfix(&here, &["--check", "../there"]).status, 1);
    assert_eq!(ipfix(&here, &["--output-format", "json", "../there"]).status, 1);
    assert_eq!(ipfix(&here, &["--write", "../there"]).status, 0);
    assert_eq!(ipfix(&here, &["../there"]).status, 0, "nothing to fix");
}

/// All paths of all formats are those of the base, so that a service finds the files of its repository.
#[test]
fn paths_are_relative_to_the_base() {
    let call = "module \"web\" {\n  source  = \"./modules/web\"\n  profile = aws_iam_role.app.name\n}\n";
    let web = "variable \"profile\" {}\nresource \"aws_instance\" \"web\" {\n  iam_instance_profile = var.profile\n}\n";
    let caller = format!("{ROLE}\n{call}");
    let files = [
        ("app/main.tf", caller.as_str()),
        ("app/modules/web/main.tf", web),
        ("app/broken/x.tf", "resource \"aws_instance\" \"a\" {\n  iam_instance_profile =\n"),
    ];
    let directory = scratch(&tree(&files));
    let app = directory.path().join("app");
    for base in ["..", directory.path().to_str().unwrap()] {
        for format in
            ["diff", "full", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjson", "markdown", "mermaid"]
        {
            let output = ipfix(&app, &["--relative-to", base, "--output-format", format, "."]);
            assert_eq!(output.status, 2, "{format}: {}", output.stderr);
            let (shown, said) = (text(&output), output.stderr.as_str());
            assert!(
                shown.contains("app/main.tf") || format == "mermaid" && shown.contains("\"app\""),
                "{format}: {shown}"
            );
            let outside =
                |text: &str| text.replace("app/main.tf", "").replace("app/modules/web/main.tf", "").contains("main.tf");
            assert!(!outside(&shown) && !outside(said), "{format}: {shown}{said}");
            assert!(format!("{shown}{said}").contains("app/broken/x.tf"), "{format}: {shown}{said}");
        }
    }
    let report: Value =
        serde_json::from_str(&text(&ipfix(&app, &["--relative-to", "..", "--output-format", "json", "."]))).unwrap();
    let finding = &report["findings"][0];
    assert_eq!((&finding["unit"], &finding["file"]), (&"app".into(), &"app/main.tf".into()));
    let related: Vec<&Value> = finding["related"].as_array().unwrap().iter().map(|related| &related["file"]).collect();
    assert!(related.contains(&&"app/modules/web/main.tf".into()), "{finding}");
    // A file outside of the base has no name in its repository.
    let outside = text(&ipfix(&app, &["--relative-to", "modules", "--output-format", "concise", "."]));
    let real = directory.path().canonicalize().unwrap().join("app/main.tf");
    assert!(outside.contains(&format!("{}:7:13: IPF001", real.display())), "{outside}");
    // The names of files that change, and what is written, stay the same files.
    assert_eq!(text(&ipfix(&app, &["--relative-to", "..", "--check", "."])), "app/main.tf\n");
    assert_eq!(ipfix(&app, &["--relative-to", "..", "--write", "main.tf"]).status, 0);
    assert!(fs::read_to_string(app.join("main.tf")).unwrap().contains("aws_iam_instance_profile.app.name"));
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

/// The output in a format for a case of `testdata/terraform/across-modules/`; of a flowchart, the part before its colors.
fn across_modules(case: &str, format: &str) -> String {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/terraform/across-modules");
    let directory = scratch(&Tree::read(&cases.join(case).join("before")));
    let shown = text(&ipfix(directory.path(), &["--output-format", format, "."]));
    shown.split("  linkStyle ").next().unwrap_or_default().to_owned()
}

/// An argument of a call: the slot that it reaches, and the module as a frame.
#[test]
fn an_argument_of_a_call() {
    let full = "\
error[IPF001]: `module.vanilla`: `instance_profile_name` references the IAM role `aws_iam_role.game`; an instance profile is expected
  --> main.tf:19:27
   |
11 | resource \"aws_iam_role\" \"game\" {
   |                         ------ IAM role defined here
...
19 |   instance_profile_name = aws_iam_role.game.name
   |                           ^^^^^^^^^^^^^^^^^^^^^^ expected an instance profile name
   |
   = note: modules/ec2/main.tf:8:26: reaches `aws_instance.this`: `iam_instance_profile`
   = fix: add `aws_iam_instance_profile.game` for `aws_iam_role.game` and use its name

";
    assert_eq!(across_modules("input", "full"), full);
    let mermaid = "\
flowchart LR
  subgraph frame1[\".\"]
    direction LR
    n2([\"aws_iam_role.game\"]):::role
    n3{{\"aws_iam_instance_profile.game<br/>new\"}}:::new
    subgraph frame2[\"module.vanilla\"]
      direction LR
      n0>\"var.instance_profile_name\"]:::port
      n1[\"aws_instance.this<br/>iam_instance_profile\"]:::launcher
    end
    n1 --> n0
    n0 -- IPF001 --x n2
    n3 ==> n2
    n0 ==> n3
  end
  class frame1 frame
  class frame2 frame
  subgraph frame3[\"modules/ec2\"]
    direction LR
    n4[\"aws_instance.this\"]:::launcher
    n5[/\"var.instance_profile_name (input)\"/]:::outside
    n4 -.-> n5
  end
  class frame3 frame
";
    assert_eq!(across_modules("input", "mermaid"), mermaid);
}

/// An output of a call: its value, and the role behind it.
#[test]
fn an_output_of_a_call() {
    let full = "\
error[IPF001]: `aws_instance.web`: `iam_instance_profile` references the IAM role `module.iam.aws_iam_role.this`; an instance profile is expected
 --> main.tf:8:26
  |
1 | module \"iam\" {
  |        ----- this module contains the IAM role
...
8 |   iam_instance_profile = module.iam.role_name
  |                          ^^^^^^^^^^^^^^^^^^^^ expected an instance profile name
  |
  = note: iam/main.tf:1:25: IAM role defined here
  = note: iam/main.tf:14:11: output `role_name` of `module.iam`
  = AWS says: Value (web-role) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name
  = fix: add `aws_iam_instance_profile.iam` for `module.iam.aws_iam_role.this` and use its name
  = on deploy: `aws_instance.web` is updated in place

";
    assert_eq!(across_modules("output", "full"), full);
    let mermaid = "\
flowchart LR
  subgraph frame1[\".\"]
    direction LR
    n0[\"aws_instance.web\"]:::launcher
    n3{{\"aws_iam_instance_profile.iam<br/>new\"}}:::new
    subgraph frame2[\"module.iam\"]
      direction LR
      n1>\"output.role_name\"]:::port
      n2([\"aws_iam_role.this\"]):::role
    end
    n1 --> n2
    n0 -- IPF001 --x n1
    n3 ==> n1
    n0 ==> n3
  end
  class frame1 frame
  class frame2 frame
";
    assert_eq!(across_modules("output", "mermaid"), mermaid);
}

/// The notes of `full` that are about other modules.
fn places(case: &str) -> Vec<String> {
    let full = across_modules(case, "full");
    let notes = full.lines().filter_map(|line| line.trim_start().strip_prefix("= note: "));
    notes.filter(|note| note.contains(".tf:")).map(str::to_owned).collect()
}

#[test]
fn the_way_of_a_value_through_several_modules() {
    for (case, expected) in [
        (
            "input-passed-through-three-levels",
            &[
                "stack/main.tf:7:17: reaches `module.service`: `iam_profile`",
                "service/main.tf:7:22: reaches `module.ec2`: `instance_profile`",
                "ec2/main.tf:8:26: reaches `aws_instance.this`: `iam_instance_profile`",
            ][..],
        ),
        (
            "output-of-a-grandchild",
            &[
                "iam/main.tf:1:25: IAM role defined here",
                "iam/main.tf:13:37: instance profile defined here",
                "iam/main.tf:19:11: output `role_name` of `module.inner`",
                "stack/main.tf:6:11: output `role_name` of `module.stack`",
            ],
        ),
        (
            "output-given-to-an-input",
            &[
                "iam/main.tf:1:25: IAM role defined here",
                "iam/main.tf:13:37: instance profile defined here",
                "iam/main.tf:19:11: output `role_name` of `module.iam`",
                "ec2/main.tf:8:26: reaches `aws_instance.this`: `iam_instance_profile`",
            ],
        ),
        (
            "profile-output-of-two-callers",
            &[
                "envs/dev/main.tf:8:26: read as an instance profile by `aws_instance.web`: `iam_instance_profile`",
                "envs/prod/main.tf:8:26: read as an instance profile by `aws_instance.web`: `iam_instance_profile`",
            ],
        ),
    ] {
        assert_eq!(places(case), expected, "{case}");
    }
    let inner = "    n3 --> n2\n    n4 --> n3\n    n5 --> n4\n    n2 -- IPF001 --x n6\n";
    let mermaid = across_modules("input-passed-through-three-levels", "mermaid");
    assert!(mermaid.contains(inner), "{mermaid}");
}

#[test]
fn a_finding_within_one_module() {
    let files = [("main.tf", &*format!("{ROLE}\n{WRONG}"))];
    let full = "\
error[IPF001]: `aws_instance.web`: `iam_instance_profile` references the IAM role `aws_iam_role.app`; an instance profile is expected
 --> main.tf:6:26
  |
1 | resource \"aws_iam_role\" \"app\" {
  |                         ----- IAM role defined here
...
6 |   iam_instance_profile = aws_iam_role.app.name
  |                          ^^^^^^^^^^^^^^^^^^^^^ expected an instance profile name
  |
  = AWS says: Value (app) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name
  = fix: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name
  = on deploy: `aws_instance.web` is updated in place

";
    assert_eq!(text(&run(&files, &["--output-format", "full", "."])), full);
    let mermaid = text(&run(&files, &["--output-format", "mermaid", "."]));
    assert!(mermaid.matches("subgraph").count() == 1 && !mermaid.contains(":::port"), "{mermaid}");
}
