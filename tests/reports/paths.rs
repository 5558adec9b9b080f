//! Paths in the output: relative to the working directory, or to another one.

use std::fs;

use serde_json::Value;

use crate::harness::program::ipfix;
use crate::harness::tools::scratch;
use crate::{ROLE, module, sh, text, tree};

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

#[test]
fn a_comment_shows_files_outside_of_the_base_too() {
    let module = module();
    let directory = scratch(&tree(&[("here/x.tf", ""), ("there/main.tf", &module)]));
    let here = directory.path().join("here");
    let output = ipfix(&here, &["--relative-to", ".", "--output-format", "markdown", "../there"]);
    assert_eq!(output.status, 1, "{}", output.stderr);
    assert!(text(&output).contains("\n+++ b/main.tf\n"), "{}", text(&output));
}

/// A report that cannot be read would hide why there is none.
#[test]
fn a_run_that_fails_leaves_no_empty_reports() {
    let module = module();
    let directory = scratch(&tree(&[("here/old.json", "kept"), ("there/main.tf", &module)]));
    let here = directory.path().join("here");
    let reports = ["--report", "junit=new.xml", "--report", "gitlab=old.json", "--report", "diff=x.patch", "../there"];
    assert_eq!(ipfix(&here, &reports).status, 2, "the patch would not apply here");
    assert!(!here.join("new.xml").exists() && !here.join("x.patch").exists());
    assert_eq!(fs::read_to_string(here.join("old.json")).unwrap(), "kept");
}

#[test]
fn reports_beside_fixed_stdin() {
    let module = module();
    let directory = scratch(&tree(&[("main.tf", &module)]));
    let command =
        "ipfix -q --write --report junit=junit.xml --report gitlab=quality.json - --stdin-filename main.tf < main.tf";
    let (status, fixed, said) = sh(directory.path(), command);
    assert_eq!((status, said.as_str()), (0, ""));
    assert!(fixed.contains("aws_iam_instance_profile"), "{fixed}");
    let read = |name: &str| fs::read_to_string(directory.path().join(name)).unwrap();
    assert!(read("junit.xml").contains(r#"failures="0""#), "{}", read("junit.xml"));
    assert_eq!(read("quality.json"), "[]\n");
}
