//! JSON that tries a reader's patience, as Terraform modules: each file is fixed, or refused with its bytes untouched.
#![allow(clippy::unwrap_used, missing_docs, clippy::panic, clippy::print_stderr, clippy::print_stdout)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

mod harness;
mod invariants;

use harness::library::Library;
use harness::tree::Tree;
use invariants::{Request, Subject as _, hold};
use ipfix_iac::check::{Diagnostic, Input, Language, Options, UnitReport, check};
use ipfix_iac::rules::Severity;
use ipfix_iac::text::Source;

/// A role, and a launcher that is given the role.
const WRONG: [&str; 2] = [
    r#""aws_iam_role": {"app": {"name": "app"}}"#,
    r#""aws_instance": {"web": {"iam_instance_profile": "${aws_iam_role.app.name}"}}"#,
];

/// A file with both, and with more types.
fn document(more: &str) -> String {
    let [role, launcher] = WRONG;
    format!("{{\"resource\": {{{role}, {launcher}{more}}}}}\n")
}

fn files(kind: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/torture/terraform/json").join(kind);
    let mut files: Vec<PathBuf> =
        fs::read_dir(directory).expect("torture files").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    assert!(files.len() > 4, "where are the files?");
    files
}

fn look(bytes: impl Into<Vec<u8>>) -> UnitReport {
    let input = match Source::new("main.tf.json", bytes.into(), true) {
        Ok(source) => Input::new(Language::Terraform, vec![source]),
        Err(error) => panic!("{error}"),
    };
    let mut options = Options::default();
    options.unsafe_fixes = true;
    check(input, &options)
}

fn errors(report: &UnitReport) -> Vec<&Diagnostic> {
    report.problems.iter().filter(|problem| problem.severity == Severity::Error).collect()
}

/// One error, and what it says to do.
fn refused(name: &str, report: &UnitReport, help: &str) {
    let errors = errors(report);
    let [error] = errors.as_slice() else { panic!("{name}: {errors:?}") };
    assert!(report.changes.is_empty(), "{name} would be changed");
    let says = |text: &String| text.contains(help);
    assert!(says(&error.message) || error.help.as_ref().is_some_and(says), "{name}: {error:?}");
}

/// The text as it has to be for `--write`; the only change that there is.
fn fixed(name: &str, report: &UnitReport) -> String {
    assert!(errors(report).is_empty(), "{name}: {:?}", report.problems);
    let [change] = report.changes.as_slice() else { panic!("{name}: {} changes", report.changes.len()) };
    let again = look(change.after.clone());
    assert!(again.changes.is_empty() && errors(&again).is_empty(), "{name}: {:?}", again.problems);
    change.after.clone()
}

#[test]
fn invalid_json_is_left_alone() {
    for path in files("invalid") {
        refused(&path.display().to_string(), &look(fs::read(&path).expect("a file")), "Terraform rejects");
    }
}

#[test]
fn what_terraform_may_accept_is_not_reported_as_invalid() {
    for path in files("refused") {
        let bytes = fs::read(&path).expect("a file");
        let name = path.display().to_string();
        if std::str::from_utf8(&bytes).is_err() {
            assert!(Source::new("main.tf.json", bytes, true).is_err(), "{name}");
            continue;
        }
        refused(&name, &look(bytes), "the file may be valid");
    }
}

/// What is wrong in such a file is fixed, and nothing else changes, as another parser reads it.
#[test]
fn unusual_files_are_fixed() {
    for path in files("read") {
        let name = path.display().to_string();
        let before = fs::read_to_string(&path).expect("a file");
        let after = fixed(&name, &look(before.clone()));
        let [before, after] = [before, after].map(|text| numbers_as_text(&text));
        let [mut before, after] = [before, after].map(|text| invariants::merged(text.as_bytes()).expect("JSON"));
        let resources = &mut before["resource"];
        resources["aws_instance"]["web"]["iam_instance_profile"] = "${aws_iam_instance_profile.app.name}".into();
        resources["aws_iam_instance_profile"] =
            json!({"app": {"name": "${aws_iam_role.app.name}", "role": "${aws_iam_role.app.name}"}});
        assert_eq!(after, before, "{name}");
    }
}

/// Numbers beyond the bounds of `f64`, which serde_json does not keep, as text.
fn numbers_as_text(text: &str) -> String {
    let long = "9".repeat(400);
    text.replace("-1e400", "\"less\"").replace("1e400", "\"more\"").replace(&long, "\"long\"")
}

fn nested(open: &str, close: &str, depth: usize) -> String {
    format!("{}1{}", open.repeat(depth), close.repeat(depth))
}

/// Brackets are fixed up to 127 levels, of which four are around the value, and read up to 512.
#[test]
fn levels_of_brackets() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let at = |depth: usize| look(document(&format!(r#", "t": {{"x": {{"a": {}}}}}"#, nested(open, close, depth))));
        for depth in [30, 40, 41, 123] {
            fixed(&format!("{depth} times {open}"), &at(depth));
        }
        for depth in [124, 507, 508, 509, 1000, 100_000] {
            let report = at(depth);
            assert!(
                errors(&report).len() == 1 && report.changes.is_empty(),
                "{depth} times {open}: {:?}",
                report.problems
            );
            assert_eq!(report.findings.is_empty(), depth > 508, "{depth} times {open}: {:?}", report.problems);
        }
    }
}

/// Of what is inside of `${}`, the parser of HCL takes 64 levels.
#[test]
fn levels_of_expressions() {
    let forms = [("(", ")"), ("[", "]"), ("{a=", "}"), ("\\\"${", "}\\\""), ("f(", ")"), ("!", ""), ("x?y:", "")];
    for (open, close) in forms {
        let at = |depth: usize| {
            look(document(&format!(r#", "t": {{"x": {{"a": "${{{}}}"}}}}"#, nested(open, close, depth))))
        };
        fixed(&format!("20 times {open}"), &at(20));
        for depth in [130, 1000, 100_000] {
            let report = at(depth);
            refused(&format!("{depth} times {open}"), &report, "the file may be valid");
            assert!(report.problems[0].message.len() < 1000, "{}", report.problems[0].message);
        }
    }
}

/// A small file with most of what JSON and templates have.
const SMALL: &str = r#"{"//":"c","resource":[{"aws_iam_role":{"a":{"count":1.5e1}},"aws_instance":{"w":[{"iam_instance_profile":"${aws_iam_role.a[0].n\u0061me}","t":{"\"":[true,null,"%{if b}\n%{endif}"]}}]}}]}"#;

fn request(unsafe_fixes: bool) -> Request {
    Request { paths: vec![".".to_owned()], unsafe_fixes, format: false, arguments: Vec::new() }
}

/// The invariants for a damaged file; whether it is changed, and whether it is refused.
fn damaged(bytes: Vec<u8>) -> (bool, bool) {
    let tree = Tree(std::iter::once(("main.tf.json".to_owned(), bytes)).collect());
    let shown = || format!("{tree:?}");
    let (outcome, broken) =
        hold(&Library, &tree, &request(true)).unwrap_or_else(|error| panic!("{error}: {}", shown()));
    assert!(broken.is_empty(), "{}: {}", broken.join("\n"), shown());
    (outcome.after != tree, outcome.problems > 0)
}

#[test]
fn files_cut_off_anywhere() {
    assert_eq!(damaged(SMALL.as_bytes().to_vec()), (true, false));
    // What names no profile is not even parsed.
    let first = SMALL.find("iam_instance_profile").unwrap_or_default() + "iam_instance_profile".len();
    for end in 0..SMALL.len() {
        let (is_changed, is_refused) = damaged(SMALL.as_bytes()[..end].to_vec());
        assert!(!is_changed && (is_refused || end < first), "the first {end} bytes");
    }
}

#[test]
fn files_with_one_byte_less_or_another() {
    let (mut changed, mut refused) = (0, 0);
    let mut count = |bytes: Vec<u8>| {
        let (is_changed, is_refused) = damaged(bytes);
        changed += usize::from(is_changed);
        refused += usize::from(is_refused);
    };
    for at in 0..SMALL.len() {
        let (before, after) = (&SMALL.as_bytes()[..at], &SMALL.as_bytes()[at + 1..]);
        count([before, after].concat());
        for other in *b"\"\\{],:$x\n\0\xc3" {
            count([before, &[other], after].concat());
        }
    }
    assert!(changed > 100 && refused > 1000, "{changed} changed, {refused} refused");
}

#[test]
fn other_encodings() {
    let text = document("");
    let utf16 = |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(to_bytes).collect() };
    let tree = |bytes: Vec<u8>| Tree(std::iter::once(("main.tf.json".to_owned(), bytes)).collect());
    for bytes in [
        [b"\xff\xfe".to_vec(), utf16(u16::to_le_bytes)].concat(),
        [b"\xfe\xff".to_vec(), utf16(u16::to_be_bytes)].concat(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
        text.replace("app", "\0").into_bytes(),
        text.bytes().map(|byte| if byte == b'w' { 0xff } else { byte }).collect(),
    ] {
        let tree = tree(bytes);
        let outcome = Library.check(&tree, &request(true)).expect("no internal error");
        assert_eq!(outcome.after, tree);
        assert!(outcome.report.findings.is_empty(), "{:?}", outcome.report.findings);
    }
}

/// Thousands of parts side by side, each of which is looked for among the others.
#[test]
fn wide_files() {
    const MANY: usize = 400;
    let all = |part: fn(usize) -> String| (0..MANY).map(part).collect::<Vec<_>>().join(",");
    let role = |number: usize| format!(r#""r{number}":{{"name":"r{number}"}}"#);
    let launcher =
        |number: usize| format!(r#""w{number}":{{"iam_instance_profile":"${{aws_iam_role.r{number}.name}}"}}"#);
    for resources in [
        format!(r#"{{"aws_iam_role":{{{}}},"aws_instance":{{{}}}}}"#, all(role), all(launcher)),
        format!(r#"[{{"aws_iam_role":{{{}}}}},{{"aws_instance":{{{}}}}}]"#, all(role), all(launcher)),
        format!("[{}]", all(|number| format!("{{{}}}", repeated(number)))),
        format!("{{{}}}", all(repeated)),
        format!("[{}]", all(|number| format!("{{{}}}", repeated(number).replace(",\"aws_i", "},{\"aws_i")))),
        format!(r#"{{{}}},"resource":{{"aws_iam_instance_profile":{{"old":{{}}}}}}"#, all(repeated)),
    ] {
        let after = fixed("a wide file", &look(format!("{{\"resource\":{resources}}}")));
        assert_eq!(after.matches("${aws_iam_instance_profile.").count(), MANY);
        assert_eq!(after.matches("\"role\":").count(), MANY);
    }
}

fn repeated(number: usize) -> String {
    let launcher = format!(r#"{{"iam_instance_profile":"${{aws_iam_role.r{number}.name}}"}}"#);
    format!(r#""aws_iam_role":{{"r{number}":{{}}}},"aws_instance":{{"w{number}":{launcher}}}"#)
}

/// One part that is very long, or very often there.
#[test]
fn long_parts() {
    const MANY: usize = 4000;
    let value = |text: &str| format!(r#", "t": {{"x": {{"a": {text}}}}}"#);
    for more in [
        value(&format!("\"{}\"", "${a.b}x".repeat(MANY))),
        value(&format!("\"{}\"", "\\u0041\\n${a(\\\"b\\\")}".repeat(MANY))),
        value(&format!("\"{}\"", "$%".repeat(MANY))),
        value(&format!("\"{}\"", "\\\"".repeat(MANY))),
        value(&format!("[{}1]", "[[{}]],".repeat(MANY))),
        value(&format!("{{\"{}\": 1}}", "k".repeat(1_000_000))),
        value(&format!("1, {} \"b\": 2", "\"//\": \"c\",".repeat(MANY))),
        value(&"9".repeat(MANY)),
        value(&format!("1{}", " ".repeat(1_000_000))),
        format!(
            r#", "t": {{{}}}"#,
            (0..MANY).map(|number| format!(r#""x{number}": {{}}"#)).collect::<Vec<_>>().join(", ")
        ),
    ] {
        fixed(&more[..100], &look(document(&more)));
    }
    // Escapes in the place that is rewritten.
    let escaped = |text: &str| {
        text.chars().fold(String::new(), |mut out, char| {
            let _ = write!(out, "\\u{:04x}", u32::from(char));
            out
        })
    };
    let text = document("").replace("${aws_iam_role.app.name}", &escaped("${aws_iam_role.app.name}"));
    let after = fixed("escapes", &look(text));
    let after: Value = serde_json::from_str(&after).expect("JSON");
    assert_eq!(
        after["resource"]["aws_instance"]["web"]["iam_instance_profile"],
        "${aws_iam_instance_profile.app.name}"
    );
}
