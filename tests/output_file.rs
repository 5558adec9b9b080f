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
    let refused = |arguments: &[&str], name: &str| {
        let output = ipfix(directory.path(), &[&["-q", "--output-file", name], arguments].concat());
        assert_eq!(output.status, 2, "{name}");
        assert!(output.stderr.starts_with(&format!("ipfix: --output-file {name}: ")), "{}", output.stderr);
        assert!(output.stdout.is_empty());
        assert_eq!(Tree::read(directory.path()), before);
    };
    for name in ["main.tf", "./main.tf", "linked.txt", "t.json"] {
        refused(&["."], name);
        refused(&["--output-format", "json", "."], name);
    }
    refused(&["t.json"], "t.json");
    refused(&["named.json"], "named.json");
    #[cfg(unix)]
    refused(&["t.json"], "symlink.json");
    refused(&["."], "ipfix.toml");
    refused(&["--files-from", "list"], "list");
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
