//! Values that cross modules, where a case on disk cannot show it: links, standard input, work trees of git, long chains of calls.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

mod harness;
mod invariants;

use harness::json::Report;
use harness::program::{ipfix, without_settings};
use harness::tools::scratch;
use harness::tree::Tree;

const CHILD: &str = "variable \"profile\" {\n  type = string\n}\n\nresource \"aws_instance\" \"this\" {\n  iam_instance_profile = var.profile\n}\n";

const ROLE: &str = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n";

/// The line of the wrong argument in a caller.
const WRONG: usize = 7;

fn caller(source: &str) -> String {
    format!("{ROLE}\nmodule \"web\" {{\n  source  = \"{source}\"\n  profile = aws_iam_role.app.name\n}}\n")
}

fn tree(files: &[(&str, &str)]) -> Tree {
    files.iter().fold(Tree::default(), |tree, (path, text)| tree.with(&Tree::of(path, text)))
}

/// All findings, notes too: the rule, the file and the line.
fn findings(directory: &Path, arguments: &[&str]) -> Vec<String> {
    let json = ["--output-format", "json", "--min-severity", "note"];
    let output = ipfix(directory, &[&json, arguments].concat());
    shown(&output.stdout, &output.stderr)
}

fn shown(stdout: &[u8], stderr: &str) -> Vec<String> {
    let report = Report::parse(stdout).unwrap_or_else(|error| panic!("{error}\n{stderr}"));
    report.findings.iter().map(|it| format!("{} {}:{}", it.code, it.file, it.start.line)).collect()
}

fn wrong_in(file: &str) -> String {
    format!("IPF001 {file}:{WRONG}")
}

/// With a text on standard input.
fn findings_of_input(directory: &Path, name: &str, text: &str) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ipfix"));
    without_settings(&mut command).current_dir(directory);
    command.args(["--output-format", "json", "--min-severity", "note", "--stdin-filename", name, "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    shown(&output.stdout, &String::from_utf8_lossy(&output.stderr))
}

#[test]
fn two_names_of_one_directory_are_one_module() {
    let scratch = scratch(&tree(&[
        ("modules/ec2/main.tf", CHILD),
        ("a/main.tf", &caller("../modules/ec2")),
        ("b/main.tf", &caller("../tf-modules/ec2")),
    ]));
    symlink("modules", scratch.path().join("tf-modules")).unwrap();
    let wrong = [wrong_in("a/main.tf"), wrong_in("b/main.tf")];
    assert_eq!(findings(scratch.path(), &["."]), wrong);
    assert_eq!(findings(scratch.path(), &["a", "b", "modules/ec2"]), wrong);
    // The note in the child goes by whichever name it is named.
    assert_eq!(findings(scratch.path(), &["b", "modules/ec2"]), wrong[1..]);
    assert_eq!(findings(scratch.path(), &["a", "tf-modules/ec2"]), wrong[..1]);
    assert_eq!(findings(scratch.path(), &["tf-modules/ec2"]), ["IPF011 tf-modules/ec2/main.tf:6"]);
}

#[test]
fn a_module_named_twice_by_two_names_is_reported_once() {
    let scratch = scratch(&tree(&[("modules/ec2/main.tf", CHILD), ("a/main.tf", &caller("../modules/ec2"))]));
    symlink("modules", scratch.path().join("tf-modules")).unwrap();
    symlink("a", scratch.path().join("z")).unwrap();
    assert_eq!(findings(scratch.path(), &["a", "z", "modules/ec2", "tf-modules/ec2"]), [wrong_in("a/main.tf")]);
}

#[test]
fn a_caller_may_be_reached_through_a_link() {
    let scratch =
        scratch(&tree(&[("real/modules/ec2/main.tf", CHILD), ("real/live/main.tf", &caller("../modules/ec2"))]));
    symlink("real/live", scratch.path().join("live")).unwrap();
    // `modules` is beside the real directory, not beside the link.
    assert_eq!(findings(scratch.path(), &["live"]), [wrong_in("live/main.tf")]);
    tree(&[("modules/ec2/main.tf", "variable \"profile\" {}\n")]).write(scratch.path());
    assert_eq!(findings(scratch.path(), &["live"]), [wrong_in("live/main.tf")]);
    let output = ipfix(scratch.path(), &["--write", "live"]);
    assert_eq!(output.status, 0, "{}", output.stderr);
    let fixed = fs::read_to_string(scratch.path().join("real/live/main.tf")).unwrap();
    assert!(fixed.contains("= aws_iam_instance_profile.app.name"), "{fixed}");
    assert!(scratch.path().join("live").is_symlink());
}

#[test]
fn files_of_a_child_may_be_links() {
    let scratch = scratch(&tree(&[
        ("shared/main.tf", CHILD),
        ("ec2/outputs.tf", "output \"id\" {\n  value = aws_instance.this.id\n}\n"),
        ("live/main.tf", &caller("../ec2")),
    ]));
    symlink("../shared/main.tf", scratch.path().join("ec2/main.tf")).unwrap();
    assert_eq!(findings(scratch.path(), &["live"]), [wrong_in("live/main.tf")]);
    assert_eq!(findings(scratch.path(), &["live", "ec2"]), [wrong_in("live/main.tf")]);
    let output = ipfix(scratch.path(), &["--write", "live", "ec2"]);
    assert_eq!(output.status, 0, "{}", output.stderr);
    assert_eq!(fs::read_to_string(scratch.path().join("shared/main.tf")).unwrap(), CHILD);
    assert!(scratch.path().join("ec2/main.tf").is_symlink());
    assert_eq!(findings(scratch.path(), &["live", "ec2"]), [""; 0]);
}

#[test]
fn a_child_with_a_dangling_link_is_not_whole() {
    let scratch = scratch(&tree(&[("ec2/main.tf", CHILD), ("live/main.tf", &caller("../ec2"))]));
    symlink("nowhere.tf", scratch.path().join("ec2/more.tf")).unwrap();
    assert_eq!(findings(scratch.path(), &["live"]), [""; 0]);
    fs::remove_file(scratch.path().join("ec2/more.tf")).unwrap();
    assert_eq!(findings(scratch.path(), &["live"]), [wrong_in("live/main.tf")]);
}

#[test]
fn standard_input_may_be_a_child_or_a_caller() {
    let text = caller("../ec2");
    let scratch = scratch(&tree(&[("ec2/main.tf", CHILD), ("live/main.tf", "# not this\n"), ("other/main.tf", &text)]));
    // No caller is named.
    assert_eq!(findings_of_input(scratch.path(), "ec2/main.tf", CHILD), ["IPF011 ec2/main.tf:6"]);
    assert_eq!(findings_of_input(scratch.path(), "live/main.tf", &text), [wrong_in("live/main.tf")]);
    // A new file of a new module.
    assert_eq!(findings_of_input(scratch.path(), "live/new.tf", &text), [wrong_in("live/new.tf")]);
    assert_eq!(findings_of_input(scratch.path(), "live/main.tf", &text.replace("../ec2", "../nowhere")), [""; 0]);
}

#[test]
fn nothing_outside_of_the_work_tree_is_read() {
    let source = "../../outside/ec2";
    let files = [("outside/ec2/main.tf", CHILD), ("repository/live/main.tf", &*caller(source))];
    let scratch = scratch(&tree(&files));
    let live = ["repository/live"];
    assert_eq!(findings(scratch.path(), &live), [wrong_in("repository/live/main.tf")], "no work tree");
    let git = scratch.path().join("repository/.git");
    fs::create_dir(&git).unwrap();
    assert_eq!(findings(scratch.path(), &live), [""; 0], "a repository");
    fs::remove_dir(&git).unwrap();
    fs::write(&git, "gitdir: ../.git/modules/repository\n").unwrap();
    assert_eq!(findings(scratch.path(), &live), [""; 0], "a submodule");
    // The repository around both does not help.
    fs::create_dir(scratch.path().join(".git")).unwrap();
    assert_eq!(findings(scratch.path(), &["."]), ["IPF011 outside/ec2/main.tf:6"], "a submodule and its repository");
    fs::remove_file(&git).unwrap();
    assert_eq!(findings(scratch.path(), &live), [wrong_in("repository/live/main.tf")], "one repository");
}

/// `calls` modules, of which the first calls the second and so on; the last one launches.
fn chain(calls: usize) -> Tree {
    let mut files = tree(&[("main.tf", &caller("./m1")), (&format!("m{calls}/main.tf"), CHILD)]);
    for number in 1..calls {
        let text = format!(
            "variable \"profile\" {{\n  type = string\n}}\n\nmodule \"web\" {{\n  source  = \"../m{}\"\n  profile = var.profile\n}}\n",
            number + 1
        );
        files = files.with(&Tree::of(&format!("m{number}/main.tf"), &text));
    }
    files
}

#[test]
fn a_long_chain_of_calls_is_followed_up_to_a_limit() {
    for (calls, found) in [(1, true), (16, true), (24, true), (25, false), (100, false)] {
        let scratch = scratch(&chain(calls));
        let output = ipfix(scratch.path(), &["--output-format", "json", "."]);
        let report = Report::parse(&output.stdout).unwrap();
        assert!(report.problems.is_empty(), "{calls}: {:?}", report.problems);
        let expected = if found { vec![wrong_in("main.tf")] } else { Vec::new() };
        assert_eq!(shown(&output.stdout, &output.stderr), expected, "{calls}");
        assert_eq!(output.status, i32::from(found), "{calls}: {}", output.stderr);
    }
}

#[test]
fn threads_do_not_matter_among_many_callers() {
    let mut files = tree(&[("modules/ec2/main.tf", CHILD)]).with(&chain(12));
    for number in 0..60 {
        files = files.with(&Tree::of(&format!("c{number}/main.tf"), &caller("../modules/ec2")));
    }
    let scratch = scratch(&files);
    let run = |jobs: &str, arguments: &[&str]| {
        let output = ipfix(scratch.path(), &[arguments, &["--jobs", jobs, "--min-severity", "note", "."]].concat());
        (output.status, String::from_utf8(output.stdout).unwrap(), output.stderr)
    };
    for arguments in [&[][..], &["--output-format", "json"], &["--output-format", "sarif"]] {
        let one = run("1", arguments);
        assert_eq!(one.0, 1);
        for _ in 0..3 {
            assert_eq!(one, run("8", arguments), "{arguments:?}");
        }
    }
}
