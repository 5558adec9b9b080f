//! Cases, damaged: bytes of every input of `testdata/` are cut, doubled, swapped and mixed with others by a seeded generator, and the invariants must
//! hold for every result. A fuzzer for stable Rust: the seed makes every run the same.
//!
//! `IPFIX_MUTATIONS=20000 cargo test --test mutations` looks longer, `IPFIX_MUTATION_SEED=7` elsewhere.
#![allow(clippy::unwrap_used, missing_docs, clippy::panic, clippy::print_stderr, clippy::print_stdout)]

use std::path::Path;

mod harness;
mod invariants;
mod tables;

use harness::case::Case;
use harness::library::Library;
use harness::tree::Tree;
use invariants::{Request, hold};

/// xorshift64*: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap_or(0) % sides.max(1)
    }
}

fn number_from(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Inputs of all cases of an engine, and of the torture directory.
fn seeds(engine: &str) -> Vec<Tree> {
    let cases =
        Case::all(engine).into_iter().map(|(name, case)| case.unwrap_or_else(|error| panic!("{name}: {error}")));
    let mut seeds: Vec<Tree> = cases.chain(tables::all(engine)).map(|case| case.before).collect();
    let torture = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/torture").join(engine);
    seeds.extend(Tree::read(&torture).0.into_iter().map(|(path, bytes)| {
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        Tree(std::iter::once((name, bytes)).collect())
    }));
    seeds.retain(|tree| !tree.0.is_empty());
    seeds
}

/// Text that means something to a parser, or to ipfix.
const WORDS: &[&str] = &[
    "\"",
    "${",
    "}",
    "{",
    "(",
    ")",
    "[",
    "]",
    "\n",
    "\r\n",
    "#",
    "/*",
    "*/",
    "<<EOT\n",
    "\nEOT\n",
    "=",
    ".",
    "*",
    "?",
    ":",
    ",",
    "\u{feff}",
    "\0",
    "ä",
    "日",
    " ",
    "\t",
    "- ",
    "&a ",
    "*a",
    "<<: ",
    "!Ref ",
    "!Sub ",
    "!GetAtt ",
    "|\n",
    "null",
    "each.value",
    "count.index",
    "local.",
    "aws_iam_role.app.name",
    "aws_iam_instance_profile.app.arn",
    "iam_instance_profile",
    "data.",
    "dynamic ",
    "for_each",
    "\\",
    "'",
    "%{",
    "\\\"",
    "\\u0024",
    "\\u00",
    "\"${",
    "}\"",
    "[{",
    "}]",
    "\": {\"",
    "\"//\": \"ipfix:ignore\",",
    "\"resource\": {",
    "\"aws_iam_role\"",
    "1e400",
];

fn mutate(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let at = dice.roll(bytes.len() + 1);
    let length = dice.roll(24).min(bytes.len() - at);
    match dice.roll(7) {
        0 => drop(bytes.drain(at..at + length)),
        1 => {
            let copy = bytes[at..at + length].to_vec();
            bytes.splice(at..at, copy);
        }
        2 if !bytes.is_empty() => {
            let at = at.min(bytes.len() - 1);
            bytes[at] = u8::try_from(dice.roll(256)).unwrap_or(0);
        }
        3 => {
            let from = dice.roll(other.len() + 1);
            let length = dice.roll(80).min(other.len() - from);
            bytes.splice(at..at, other[from..from + length].iter().copied());
        }
        4 => bytes.truncate(at),
        5 => {
            // A line, elsewhere: what a person does who edits in a hurry.
            let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
            let line = lines.get(dice.roll(lines.len())).cloned().unwrap_or_default();
            lines.insert(dice.roll(lines.len() + 1), line);
            *bytes = lines.concat();
        }
        _ => drop(bytes.splice(at..at, WORDS[dice.roll(WORDS.len())].bytes())),
    }
}

/// The invariants over `count` mutants.
fn run(engine: &str, count: u64) {
    let seeds = seeds(engine);
    if seeds.is_empty() {
        return;
    }
    let mut dice = Dice(number_from("IPFIX_MUTATION_SEED", 0x1BF1) | 1);
    let (mut changed, mut refused) = (0u64, 0u64);
    for number in 0..count {
        let mut tree = seeds[dice.roll(seeds.len())].clone();
        let other = seeds[dice.roll(seeds.len())].0.values().next().cloned().unwrap_or_default();
        let victim = dice.roll(tree.0.len());
        let bytes = tree.0.values_mut().nth(victim).expect("a file");
        for _ in 0..=dice.roll(4) {
            mutate(bytes, &other, &mut dice);
        }
        let request = Request {
            paths: vec![".".to_owned()],
            unsafe_fixes: dice.roll(2) == 0,
            format: number % 8 == 0 && !may_look_old(&tree),
            arguments: Vec::new(),
        };
        let (outcome, broken) = match hold(&Library, &tree, &request) {
            Ok(held) => held,
            Err(error) => panic!("mutant {number}: {error}\n{}", show(&tree)),
        };
        assert!(broken.is_empty(), "mutant {number}: {}\n{}", broken.join("\n"), show(&tree));
        changed += u64::from(outcome.after != tree);
        refused += u64::from(outcome.problems > 0);
    }
    // Mutants that are all refused, or never, would test little.
    assert!(
        count < 100 || (changed * 50 > count && refused * 20 > count),
        "{count} mutants, {changed} changed, {refused} refused"
    );
}

/// Whether a mutant may be taken for a module of Terraform 0.11, in whose style new text is then written; today's `terraform fmt` rewrites that.
fn may_look_old(tree: &Tree) -> bool {
    tree.0.values().any(|bytes| bytes.windows(3).any(|window| window == b"\"${"))
}

fn show(tree: &Tree) -> String {
    tree.0
        .iter()
        .map(|(path, bytes)| {
            format!("=== {path}\n{}\n{:?}\n", String::from_utf8_lossy(bytes), String::from_utf8_lossy(bytes))
        })
        .collect()
}

#[test]
fn terraform() {
    run("terraform", number_from("IPFIX_MUTATIONS", 1500));
}

#[test]
fn cloudformation() {
    run("cloudformation", number_from("IPFIX_MUTATIONS", 1500));
}
