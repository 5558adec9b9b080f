//! The examples in the comments of `edit/`: each is run, and each function that makes edits has one.

use std::fs;
use std::path::Path;

use super::source;
use crate::check::{Input, Language, Options, check};

/// A function with its comment.
struct Function {
    name: String,
    /// Whether other files may call it and it returns changes of the text. What such a function calls may be private, and needs no example.
    makes_edits: bool,
    examples: Vec<Example>,
}

/// What is written between `Before:` and the end of the block below `After:`.
struct Example {
    language: String,
    before: String,
    after: String,
}

/// All functions of `edit/`.
fn functions() -> Vec<Function> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cloudformation/edit");
    let mut files: Vec<_> =
        fs::read_dir(directory).expect("a directory").map(|file| file.expect("a file").path()).collect();
    files.sort();
    files.iter().flat_map(|file| functions_of(&fs::read_to_string(file).expect("a source file"))).collect()
}

fn functions_of(text: &str) -> Vec<Function> {
    let mut out = Vec::new();
    let mut comment: Vec<&str> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next().map(str::trim_start) {
        if let Some(line) = line.strip_prefix("///") {
            comment.push(line.strip_prefix(' ').unwrap_or(line));
            continue;
        }
        if line.starts_with("#[") {
            continue;
        }
        let comment = std::mem::take(&mut comment);
        let Some((visibility, rest)) = line.split_once("fn ").filter(|(before, _)| !before.contains("//")) else {
            continue;
        };
        let mut signature = rest.to_owned();
        while !signature.contains('{') {
            signature.push_str(lines.next().expect("the body of a function"));
        }
        let result = signature.split_once("->").map_or("", |(_, result)| result);
        out.push(Function {
            name: rest.split(['(', '<']).next().unwrap_or_default().to_owned(),
            makes_edits: visibility == "pub(crate) " && (result.contains("Change") || result.contains("Edit>")),
            examples: examples(&comment),
        });
    }
    out
}

fn examples(comment: &[&str]) -> Vec<Example> {
    let mut lines = comment.iter();
    let mut out = Vec::new();
    while lines.any(|&line| line == "Before:") {
        let (language, before) = block(&mut lines);
        assert_eq!(lines.next(), Some(&"After:"), "below\n{before}");
        out.push(Example { language, before, after: block(&mut lines).1 });
    }
    out
}

/// A fenced block: its language, and its lines.
fn block<'a>(lines: &mut impl Iterator<Item = &'a &'a str>) -> (String, String) {
    let language = lines.next().and_then(|line| line.strip_prefix("```")).expect("a fenced block");
    let block = lines.take_while(|&&line| line != "```").map(|line| format!("{line}\n")).collect();
    (language.to_owned(), block)
}

#[test]
fn examples_show_what_happens() {
    for function in functions() {
        for Example { language, before, after } in function.examples {
            let input = Input::new(Language::CloudFormation, vec![source(&format!("template.{language}"), &before)]);
            let report = check(input, &Options::default());
            let [change] = report.changes.as_slice() else { panic!("{}: {:?}", function.name, report.problems) };
            assert_eq!(change.after, after, "{}", function.name);
        }
    }
}

#[test]
fn functions_that_make_edits_have_examples() {
    let functions = functions();
    let makers: Vec<&Function> = functions.iter().filter(|function| function.makes_edits).collect();
    let names: Vec<&str> = makers.iter().map(|function| function.name.as_str()).collect();
    assert!(
        ["edits", "rewire", "reshape", "remove", "new_profile"].iter().all(|name| names.contains(name)),
        "{names:?}"
    );
    let without: Vec<&str> =
        makers.iter().filter(|function| function.examples.is_empty()).map(|function| function.name.as_str()).collect();
    assert!(without.is_empty(), "without an example: {without:?}");
}
