//! The pages of `docs/rules/`: their examples work, their headings are the fixed ones, and the README's table matches the registry.
#![allow(clippy::unwrap_used, missing_docs, clippy::panic, clippy::print_stderr, clippy::print_stdout)]

use std::fs;
use std::path::Path;

use ipfix_iac::rules;

mod harness;
mod invariants;

use harness::json::Report;
use harness::program::ipfix;
use harness::tools::scratch;
use harness::tree::Tree;

/// A fenced example: ```` ```hcl before ````.
struct Example<'t> {
    language: &'t str,
    role: &'t str,
    text: String,
}

fn examples(manual: &str) -> Vec<Example<'_>> {
    let mut examples = Vec::new();
    let mut lines = manual.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let text = lines.by_ref().take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect();
        if let Some((language, role)) = info.split_once(' ') {
            examples.push(Example { language, role, text });
        }
    }
    examples
}

fn file_of(language: &str) -> &'static str {
    if language == "hcl" { "main.tf" } else { "template.yaml" }
}

/// The codes of the findings in an example, and its text with all fixes applied.
fn fixed(example: &Example<'_>) -> (Vec<String>, String) {
    let file = file_of(example.language);
    let directory = scratch(&Tree::of(file, &example.text));
    let json = ipfix(directory.path(), &["--output-format", "json", "--min-severity", "note", "."]);
    let report = Report::parse(&json.stdout).expect("a report");
    let written = ipfix(directory.path(), &["--write", "--unsafe-fixes", "."]);
    assert!(written.status < 2, "{}", written.stderr);
    let after = fs::read_to_string(directory.path().join(file)).expect("the file");
    (report.findings.into_iter().map(|finding| finding.code).collect(), after)
}

#[test]
fn examples_do_what_the_manual_says() {
    for rule in rules::ALL {
        let examples = examples(rule.documentation);
        for language in ["hcl", "yaml"] {
            let of_language = || examples.iter().filter(|example| example.language == language);
            let mut seen = Vec::new();
            for example in of_language() {
                let (codes, after) = fixed(example);
                seen.push(example.role);
                match example.role {
                    "before" => {
                        assert!(
                            codes.iter().any(|code| code == rule.code),
                            "{}: {codes:?} in\n{}",
                            rule.code,
                            example.text
                        );
                        let wanted = of_language().find(|example| example.role == "after").expect("an example after");
                        assert_eq!(after, wanted.text, "{}", rule.code);
                    }
                    "finding" => {
                        assert_eq!(codes, [rule.code], "{}", example.text);
                        assert_eq!(after, example.text, "{}", rule.code);
                    }
                    "after" | "clean" => assert!(codes.is_empty(), "{}: {codes:?} in\n{}", rule.code, example.text),
                    other => panic!("{}: a fence says `{other}`", rule.code),
                }
            }
            assert!(
                seen == ["before", "after"] || seen == ["finding", "clean"],
                "{}: the {language} examples are {seen:?}",
                rule.code
            );
        }
    }
}

#[test]
fn pages_have_the_fixed_headings() {
    let headings =
        ["## What it does", "## Why it is bad", "## Example", "## Use instead", "## Fix safety", "## References"];
    for rule in rules::ALL {
        let title = format!("# {}: {}", rule.code, rule.name);
        assert_eq!(rule.documentation.lines().next(), Some(title.as_str()));
        let found: Vec<&str> = rule.documentation.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(found, headings, "{}", rule.code);
    }
}

#[test]
fn every_page_belongs_to_a_rule() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let mut pages: Vec<String> = fs::read_dir(directory)
        .expect("the manual")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    pages.sort();
    let mut rules: Vec<String> = rules::ALL.iter().map(|rule| format!("{}.md", rule.code)).collect();
    rules.sort();
    assert_eq!(pages, rules);
}

#[test]
fn explain_prints_the_page() {
    let directory = scratch(&Tree::default());
    for rule in rules::ALL {
        let output = ipfix(directory.path(), &["--explain", rule.code]);
        assert_eq!(output.status, 0, "{}", output.stderr);
        assert_eq!(String::from_utf8(output.stdout).expect("text").trim_end(), rule.documentation.trim_end());
    }
}

#[test]
fn the_readme_lists_the_registry() {
    let rows = include_str!("../README.md").lines().filter(|line| line.starts_with("| [IPF"));
    let mut table: Vec<(String, String)> = rows
        .map(|row| {
            let mut cells = row.split('|').map(str::trim).skip(1);
            let code = cells.next().unwrap_or_default().trim_start_matches('[').split(']').next().unwrap_or_default();
            (code.to_owned(), cells.next().unwrap_or_default().to_owned())
        })
        .collect();
    table.sort();
    let mut rules: Vec<_> = rules::ALL.iter().map(|rule| (rule.code.to_owned(), rule.name.to_owned())).collect();
    rules.sort();
    assert_eq!(table, rules);
}

#[test]
fn the_readme_counts_the_arguments() {
    let arguments = ipfix_iac::aws::slots::terraform().count() + ipfix_iac::aws::slots::CLOUDFORMATION.len();
    let says = format!("**It knows {arguments} arguments**");
    assert!(include_str!("../README.md").contains(&says), "the README does not say: {says}");
}
