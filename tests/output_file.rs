//! `--output-file`: never a file that ipfix reads, and a failed run keeps the old content.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::fs;

mod harness;
mod invariants;

use harness::program::ipfix;
use harness::tools::scratch;
use harness::tree::Tree;

const MODULE: &str = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n\nresource \"aws_instance\" \"web\" {\n  iam_instance_profile = aws_iam_role.app.name\n}\n";
const TEMPLATE: &str = r#"{"Resources": {"R": {"Type": "AWS::IAM::Role"}, "W": {"Type": "AWS::EC2::Instance", "Properties": {"IamInstanceProfile": {"Ref": "R"}}}}}"#;

#[test]
fn input_files_are_refused_under_any_name() {
    let tree = Tree::of("main.tf", MODULE);
    let directory = scratch(&tree);
    let at = |name: &str| directory.path().join(name);
    fs::write(at("t.json"), TEMPLATE).unwrap();
    fs::write(at("named.json"), "{}").unwrap();
    fs::write(at("ipfix.toml"), "select = [\"IPF001\"]\n").unwrap();
    fs::write(at("list"), "main.tf\n").unwrap();
    fs::hard_link(at("main.tf"), at("linked.txt")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("t.json", at("symlink.json")).unwrap();
    let before = Tree::read(directory.path());
    let refused = |arguments: &[&str], name: &str, why: &str| {
        let output = ipfix(directory.path(), &[&["-q", "--output-file", name], arguments].concat());
        let said = format!("ipfix: --output-file {name}: {why}; choose another file\n");
        assert_eq!((output.status, output.stderr.as_str()), (2, said.as_str()), "{name}");
        assert!(output.stdout.is_empty());
        assert_eq!(Tree::read(directory.path()), before);
    };
    let is_checked = "this file is being checked";
    for name in ["main.tf", "./main.tf", "linked.txt", "t.json"] {
        refused(&["."], name, is_checked);
        refused(&["--output-format", "json", "."], name, is_checked);
    }
    refused(&["t.json"], "t.json", is_checked);
    refused(&["named.json"], "named.json", is_checked);
    #[cfg(unix)]
    refused(&["t.json"], "symlink.json", is_checked);
    let is_input = "this is a configuration file or a list of paths";
    refused(&["."], "ipfix.toml", is_input);
    refused(&["--files-from", "list"], "list", is_input);
}

#[test]
fn an_older_report_is_replaced_except_by_a_failed_run() {
    let directory = scratch(&Tree::of("main.tf", MODULE));
    let report = directory.path().join("report.json");
    let run = |more: &[&str]| {
        let output = ipfix(directory.path(), &[&["-q", "-o", "report.json", "--output-format", "json"], more].concat());
        (output.status, fs::read_to_string(&report).unwrap())
    };
    fs::write(&report, "x".repeat(100_000)).unwrap();
    let (status, first) = run(&["."]);
    assert!(status == 1 && first.starts_with('{') && first.contains("IPF001"), "{status}: {first}");
    assert_eq!(run(&["."]), (1, first.clone()));
    assert_eq!(run(&["--exclude", "a[b", "."]), (2, first));
}
