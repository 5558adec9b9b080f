//! Runs the examples in the comments of `edit/` and `json/`: what is fixed in the block under `Before:` is the block under `After:`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::check::{Input, Language, Options, fix};
use crate::text::Source;

/// A function with its comment.
struct Function {
    name: String,
    makes_edits: bool,
    blocks: Vec<Block>,
}

/// A code block of a comment.
struct Block {
    /// The line above it.
    above: String,
    /// The name of a file for it.
    file: &'static str,
    text: String,
}

fn files() -> Vec<PathBuf> {
    let terraform = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/terraform");
    let entries = ["edit", "json"].map(|directory| fs::read_dir(terraform.join(directory)).expect("the directory"));
    entries.into_iter().flatten().map(|entry| entry.expect("an entry").path()).collect()
}

/// The functions of a file that other files call.
fn functions(text: &str) -> Vec<Function> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut functions = Vec::new();
    let mut comment: Vec<&str> = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let line = line.trim();
        if let Some(more) = line.strip_prefix("///") {
            comment.push(more.strip_prefix(' ').unwrap_or(more));
        } else if let Some(rest) = line.strip_prefix("pub(crate) fn ") {
            let signature = code.lines().skip(number).map(|line| format!("{line} ")).collect::<String>();
            let signature = signature.split(" {").next().unwrap_or_default();
            let result = signature.rsplit("->").next().unwrap_or_default();
            let name = rest.split(['(', '<']).next().unwrap_or_default().to_owned();
            functions.push(Function {
                name,
                makes_edits: ["Edit>", "Edit,"].iter().any(|edit| result.contains(edit)) || result.trim() == "Edit",
                blocks: blocks(&comment),
            });
            comment.clear();
        } else if !line.starts_with("#[") {
            comment.clear();
        }
    }
    functions
}

fn blocks(comment: &[&str]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in comment.iter().enumerate() {
        match &mut open {
            None => {
                let above = number.checked_sub(1).map_or("", |above| comment[above]).to_owned();
                let file = ["main.tf", "main.tf.json"][usize::from(*line == "```json")];
                let starts = matches!(*line, "```hcl" | "```json");
                open = starts.then_some(Block { above, file, text: String::new() });
            }
            Some(_) if *line == "```" => blocks.extend(open.take()),
            Some(block) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
        }
    }
    blocks
}

fn fixed(before: &Block) -> String {
    let source = Source::new(before.file, before.text.as_bytes().to_vec(), true).expect("text");
    let options = Options { unsafe_fixes: true, ..Options::default() };
    let after = fix(Input::new(Language::Terraform, vec![source]), &options);
    after.first().map_or_else(|| before.text.clone(), |source| source.text().to_owned())
}

#[test]
fn the_examples_in_the_comments_hold() {
    let mut with_examples = 0;
    for file in files() {
        for function in functions(&fs::read_to_string(&file).expect("a source")) {
            let (file, name) = (file.display(), &function.name);
            assert!(
                !function.makes_edits || !function.blocks.is_empty(),
                "{file}: {name} makes edits and has no example"
            );
            for pair in function.blocks.chunks(2) {
                let [before, after] = pair else { panic!("{file}: {name} has half an example") };
                assert_eq!((before.above.as_str(), after.above.as_str()), ("Before:", "After:"), "{file}: {name}");
                assert_ne!(before.text, after.text, "{file}: the example of {name} changes nothing");
                assert_eq!(fixed(before), after.text, "{file}: {name}");
                with_examples += 1;
            }
        }
    }
    assert!(with_examples >= 8, "only {with_examples} examples were found");
}
