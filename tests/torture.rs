//! Input that is no Terraform module, or none that anyone would write: a clear error or a right result, never a crash or a hang.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs, clippy::panic, clippy::print_stdout)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

mod harness;
mod invariants;

use harness::program::ipfix;
use harness::tools::{installed, scratch, skipped, tool};
use harness::tree::Tree;
use ipfix_iac::check::{Diagnostic, Input, Language, Options, check};
use ipfix_iac::text::Source;

/// A launcher that references a role, so that the text beside it is parsed.
const WRONG: &str = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n\nresource \"aws_instance\" \"web\" {\n  iam_instance_profile = aws_iam_role.app.name\n}\n";

fn files(kind: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/torture/terraform").join(kind);
    let mut files: Vec<PathBuf> =
        fs::read_dir(directory).expect("torture files").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    assert!(files.len() > 5, "where are the files?");
    files
}

/// Each is left as it is, with one error that has a place, and exit status 2.
fn refused(kind: &str, says: impl Fn(&str) -> bool) {
    for file in files(kind) {
        let bytes = fs::read(&file).expect("a file");
        let tree = Tree(std::iter::once(("main.tf".to_owned(), bytes)).collect());
        let directory = scratch(&tree);
        let output = ipfix(directory.path(), &["--write", "--unsafe-fixes", "-q", "."]);
        let name = file.display();
        assert_eq!(output.status, 2, "{name}: {}", output.stderr);
        assert_eq!(Tree::read(directory.path()), tree, "{name} was changed");
        let errors: Vec<&str> = output.stderr.lines().collect();
        let [error] = errors.as_slice() else { panic!("{name}: {errors:?}") };
        let mut place = error.split(':').skip(1).map_while(|part| part.parse::<usize>().ok());
        assert!(place.next().is_some() && place.next().is_some(), "{name}: no line and column in {error}");
        assert!(error.contains(": error: ") && says(error), "{name}: {error}");
        for format in ["full", "json", "sarif", "markdown"] {
            let output = ipfix(directory.path(), &["--output-format", format, "."]);
            assert_eq!(output.status, 2, "{name} as {format}: {}", output.stderr);
        }
    }
}

#[test]
fn invalid_hcl_is_left_alone() {
    refused("invalid", |_| true);
}

#[test]
fn valid_hcl_that_the_parser_refuses_is_not_reported_as_invalid() {
    refused("refused", |error| {
        !error.contains("Terraform refuses")
            && ["if Terraform accepts it", "may be valid", "not valid UTF-8"].iter().any(|word| error.contains(word))
    });
}

/// What is wrong in such a file is fixed, and nothing else changes.
#[test]
fn valid_hcl_that_the_parser_refuses_is_still_read() {
    const PROFILE: &str = "resource \"aws_iam_instance_profile\" \"app\" {\n  name = aws_iam_role.app.name\n  role = aws_iam_role.app.name\n}\n\n";
    for file in files("read") {
        let before = fs::read_to_string(&file).expect("a file");
        let directory = scratch(&Tree::of("main.tf", &before));
        let output = ipfix(directory.path(), &["--write", "-q", "."]);
        let name = file.display();
        assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{name}");
        let after = fs::read_to_string(directory.path().join("main.tf")).expect("the file");
        let (role, rest) = before.split_once("\n}\n\n").expect("a role first");
        let rest = rest.replacen("= aws_iam_role.app.name", "= aws_iam_instance_profile.app.name", 1);
        assert_eq!(after, format!("{role}\n}}\n\n{PROFILE}{rest}"), "{name}");
        let again = ipfix(directory.path(), &["-q", "."]);
        assert_eq!((again.status, again.stderr.as_str()), (0, ""), "{name}");
    }
}

/// Terraform refuses the label of an output that is no name; what is said of it is a note, and counts for nothing.
#[test]
fn invalid_labels_are_notes() {
    let text = format!("{WRONG}\noutput \"Public IP\" {{\n  value = aws_instance.web.public_ip\n}}\n");
    let directory = scratch(&Tree::of("main.tf", &text));
    let output = ipfix(directory.path(), &["--write", "-v", "."]);
    assert_eq!(output.status, 0, "{}", output.stderr);
    assert!(output.stderr.contains("main.tf:9:8: note: \"Public IP\" is not a valid name"), "{}", output.stderr);
    let text = text.replace("output", "module");
    let (status, stderr) = error_of(text.into_bytes());
    assert!(status == 2 && stderr.contains("main.tf:9:8: error: \"Public IP\" is not a valid name"), "{stderr}");
}

/// The directories are what they say, by Terraform's own verdict.
#[test]
fn terraform_agrees() {
    if !installed("terraform") {
        skipped("terraform is not installed, so its verdict is NOT compared");
        return;
    }
    for (kind, valid) in [("invalid", false), ("refused", true), ("read", true)] {
        for file in files(kind) {
            let directory = scratch(&Tree::default());
            fs::copy(&file, directory.path().join("main.tf")).expect("a copy");
            let verdict = tool(directory.path(), "terraform", &["fmt", "-list=false", "main.tf"]);
            assert_eq!(verdict.is_ok(), valid, "{}: {verdict:?}", file.display());
        }
    }
}

/// Terraform and ipfix agree on which files of all cases can be read: by one run of `terraform fmt` over all of them, under numbers.
#[test]
fn terraform_reads_what_ipfix_reads() {
    if !installed("terraform") {
        skipped("terraform is not installed, so its verdict on the cases is NOT compared");
        return;
    }
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/terraform");
    let mut all = Tree::read(&cases);
    all.0.retain(|path, _| path.ends_with(".tf"));
    let numbered = all.0.values().enumerate().map(|(number, bytes)| (format!("{number:05}.tf"), bytes.clone()));
    let numbered = Tree(numbered.collect());
    let directory = scratch(&numbered);
    let mut arguments = vec!["fmt", "-list=false", "-write=false", "-no-color"];
    arguments.extend(numbered.0.keys().map(String::as_str));
    let said = tool(directory.path(), "terraform", &arguments).err().unwrap_or_default();
    let mut differ = Vec::new();
    for ((path, bytes), name) in all.0.iter().zip(numbered.0.keys()) {
        let ours = Source::new("main.tf", bytes.clone(), true).is_ok_and(|source| {
            let report = check(Input::new(Language::Terraform, vec![source]), &Options::default());
            let help = |problem: &Diagnostic| problem.help.clone().unwrap_or_default();
            let unread = ["Terraform rejects this file", "if Terraform accepts it", "the file may be valid"];
            !report.problems.iter().map(help).any(|help| unread.iter().any(|word| help.contains(word)))
        });
        let theirs = !said.contains(&format!("on {name} line "));
        if ours != theirs {
            differ.push(format!("{path}: ipfix reads it: {ours}, terraform: {theirs}"));
        }
    }
    assert!(all.0.len() > 800, "{} files", all.0.len());
    assert!(differ.is_empty(), "{}\n{said}", differ.join("\n"));
    // Without a file that both refuse, an empty list would prove nothing.
    assert!(said.contains(".tf line "), "{said}");
}

/// The status and the errors of a run over one file, which must stay as it is.
fn error_of(bytes: Vec<u8>) -> (i32, String) {
    let tree = Tree(std::iter::once(("main.tf".to_owned(), bytes)).collect());
    let directory = scratch(&tree);
    let output = ipfix(directory.path(), &["--write", "--unsafe-fixes", "-q", "."]);
    assert_eq!(Tree::read(directory.path()), tree);
    (output.status, output.stderr)
}

#[test]
fn nesting() {
    const DEEP: usize = 100_000;
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{ a = ", " }"), ("\"${", "}\""), ("f(", ")"), ("!", ""), ("x ? y : ", "")]
    {
        let deep = format!("{WRONG}\nlocals {{\n  x = {}1{}\n}}\n", open.repeat(DEEP), close.repeat(DEEP));
        let (status, stderr) = error_of(deep.into_bytes());
        assert_eq!(status, 2, "{open}: {stderr}");
        assert!(stderr.len() < 1000, "{open}: the error is {} bytes long", stderr.len());
    }
    let blocks = format!("{WRONG}\n{}{}", "a {\n".repeat(DEEP), "}\n".repeat(DEEP));
    assert_eq!(error_of(blocks.into_bytes()).0, 2);
    let heredocs = format!("{WRONG}\nlocals {{\n  x = {}\n", "<<A\n${".repeat(DEEP));
    assert_eq!(error_of(heredocs.into_bytes()).0, 2);
}

#[test]
fn other_encodings() {
    let utf16 = |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> { WRONG.encode_utf16().flat_map(to_bytes).collect() };
    for bytes in [
        [b"\xff\xfe".to_vec(), utf16(u16::to_le_bytes)].concat(),
        [b"\xfe\xff".to_vec(), utf16(u16::to_be_bytes)].concat(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
    ] {
        // No word of ours is in these bytes; with a mark at their start they are known all the same.
        let marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
        let (status, stderr) = error_of(bytes.clone());
        assert_eq!((status, stderr.contains("UTF-16")), if marked { (2, true) } else { (0, false) }, "{stderr}");
        let mut tree = Tree::of("main.tf", WRONG);
        tree.0.insert("utf16.tf".to_owned(), bytes);
        let directory = scratch(&tree);
        let output = ipfix(directory.path(), &["-q", "."]);
        assert!(output.stderr.contains("utf16.tf: error: "), "{}", output.stderr);
        assert_eq!(output.status, 2);
    }
}

#[test]
fn small_unusual_files() {
    for bytes in [
        "",
        "\n",
        "\r\n",
        "\u{feff}",
        "#",
        "/*",
        "\"",
        "${",
        "<<",
        "<<EOT",
        "}",
        "aws_instance",
        "\u{0}",
        "\r",
        "aws_iam_instance_profile\n",
    ] {
        let (status, stderr) = error_of(bytes.as_bytes().to_vec());
        assert!(status == 0 || status == 2, "{bytes:?}: {status} {stderr}");
    }
}

/// Text in a finding that would steer a terminal or fake an annotation comes out escaped, wherever it comes out.
#[test]
fn control_characters() {
    let nasty = "\u{1b}[31m\u{202e}evil\u{7}";
    let text = format!(
        "{WRONG}\nresource \"aws_instance\" \"x\" {{\n  iam_instance_profile = aws_iam_role.app.arn # {nasty}\n}}\n"
    );
    let mut tree = Tree::of("main.tf", &text);
    tree.0.insert("a\u{1b}[31m\nb.tf".to_owned(), WRONG.replace("app", "b").replace("web", "b").into_bytes());
    let directory = scratch(&tree);
    for format in ["full", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjson", "markdown", "mermaid"] {
        let output = ipfix(directory.path(), &["--output-format", format, "--color", "never", "."]);
        let printed = [output.stdout, output.stderr.into_bytes()].concat();
        let printed = String::from_utf8(printed).expect("text");
        for raw in ['\u{1b}', '\u{202e}', '\u{7}'] {
            assert!(!printed.contains(raw), "--output-format {format} prints {raw:?} raw");
        }
    }
}

/// Of a line of more than 8 KiB only the place is reported, not the text; a shorter one is trimmed to what is around the place.
#[test]
fn long_lines() {
    for (length, shown) in [(7_000, true), (9_000, false)] {
        let text = WRONG.replace("aws_iam_role.app.name", &format!("aws_iam_role.app.name # {}", "x".repeat(length)));
        let directory = scratch(&Tree::of("main.tf", &text));
        let output = ipfix(directory.path(), &["--output-format", "full", "."]);
        let said = String::from_utf8(output.stdout).expect("text");
        let longest = said.lines().map(str::len).max().unwrap_or(0);
        assert!(said.contains("main.tf:6:26") && longest < 300, "{length}: {said}");
        assert_eq!(said.contains("iam_instance_profile = aws_iam_role.app.name"), shown, "{length}: {said}");
    }
}

/// Many launchers on one role, and one very long line: what is said stays short.
#[test]
fn very_wide_input() {
    let mut text = WRONG.to_owned();
    for number in 0..2000 {
        let _ = write!(
            text,
            "\nresource \"aws_instance\" \"i{number}\" {{\n  iam_instance_profile = aws_iam_role.app.name\n}}\n"
        );
    }
    let _ = write!(
        text,
        "\nresource \"aws_instance\" \"long\" {{\n  iam_instance_profile = aws_iam_role.app.arn\n  user_data = \"{}\"\n  tags = {{ {} }}\n}}\n",
        "x".repeat(1_000_000),
        "a".repeat(1000)
    );
    let directory = scratch(&Tree::of("main.tf", &text.replace("{ aaa", "{ a = 1, b").replace("aa }", "aa = 1 }")));
    let output = ipfix(directory.path(), &["--write", "."]);
    assert_eq!(output.status, 0, "{}", output.stderr.lines().last().unwrap_or_default());
    let after = fs::read_to_string(directory.path().join("main.tf")).expect("the file");
    assert_eq!(after.matches("aws_iam_instance_profile.app.name").count(), 2002);
    assert_eq!(after.matches("resource \"aws_iam_instance_profile\"").count(), 1);
    let longest = output.stderr.lines().map(str::len).max().unwrap_or(0);
    assert!(longest < 2000, "a line of {longest} bytes on standard error");
}

/// Locals that each name the one before several times expand to more than fits anywhere; expressions that read them are not resolved.
#[test]
fn exponential_locals() {
    let chain = |wrapped: fn(&str) -> String| -> String {
        let one = |number: usize| format!("  l{number} = {}\n", wrapped(&format!("local.l{}", number - 1)));
        format!("locals {{\n  l0 = \"app\"\n{}}}\n\n", (1..24).map(one).collect::<String>())
    };
    let text = chain(|one| format!("\"${{{one}}}${{{one}}}${{{one}}}\""));
    let cut = chain(|one| format!("element(split(\"/\", {one}), 1)"));
    let list = chain(|one| format!("[{one}, {one}, {one}, {one}, {one}, {one}, {one}, {one}, {one}, {one}]"));
    let choice = chain(|one| format!("var.a ? {one} : {one}"));
    for locals in [text, cut, list, choice] {
        for read in [
            WRONG.replace("aws_iam_role.app.name", "local.l23"),
            WRONG.replace("aws_iam_role.app.name", "element(split(\"/\", \"${local.l23}\"), 1)"),
            WRONG.replace("\"app\"\n", "local.l23\n"),
            WRONG.replace("\"app\"\n", "\"app\"\n  assume_role_policy = jsonencode(local.l23)\n"),
            format!(
                "{WRONG}resource \"aws_iam_instance_profile\" \"app\" {{\n  name = local.l23\n  role = local.l22\n}}\n"
            ),
        ] {
            let directory = scratch(&Tree::of("main.tf", &format!("{locals}{read}")));
            let output = ipfix(directory.path(), &["-v", "."]);
            assert!(output.status < 2, "{}", output.stderr);
            assert!(output.stderr.len() < 10_000, "{} bytes", output.stderr.len());
        }
    }
}
