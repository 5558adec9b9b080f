//! Generated modules and templates: whatever the wiring, the layout, the comments and the bytes at line ends, the invariants hold, and the
//! most common mistake is found.
//!
//! `PROPTEST_CASES=10000 cargo test --test properties` looks longer, `PROPTEST_RNG_SEED=2` elsewhere.
#![allow(clippy::unwrap_used, missing_docs, clippy::panic, clippy::print_stderr, clippy::print_stdout)]

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

#[path = "../harness/mod.rs"]
mod harness;
#[path = "../hcl_to_json/mod.rs"]
mod hcl_to_json;
#[path = "../invariants/mod.rs"]
mod invariants;
#[path = "../module_trees/mod.rs"]
mod module_trees;

mod across_modules;
mod bytes;
mod faults;
mod json_layouts;
mod modules;
mod print;
mod templates;
mod value;
mod wirings;

use harness::library::Library;
use harness::tree::Tree;
use invariants::{Outcome, Request, hold};

fn config() -> Config {
    // The seed is fixed: what fails here fails everywhere.
    Config { cases: 128, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Config::default() }
}

/// What ipfix makes of a tree, if every invariant holds.
fn held(tree: &Tree, request: &Request) -> Result<Outcome, TestCaseError> {
    let shown = || tree.0.iter().map(|(path, bytes)| format!("=== {path}\n{}", String::from_utf8_lossy(bytes)));
    match hold(&Library, tree, request) {
        Ok((outcome, broken)) if broken.is_empty() => Ok(outcome),
        Ok((_, broken)) => Err(TestCaseError::fail(format!("{}\n{}", broken.join("\n"), shown().collect::<String>()))),
        Err(error) => Err(TestCaseError::fail(format!("{error}\n{}", shown().collect::<String>()))),
    }
}
