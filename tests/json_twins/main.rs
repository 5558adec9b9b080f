//! Every Terraform case in Terraform's JSON syntax: ipfix must find and fix there what it finds and fixes in the native syntax.
//!
//! `cargo test --test json_twins locals/` runs the twins of the cases whose name holds `locals/`. Where a twin is treated otherwise for a reason,
//! `differences.rs` lists it.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::exit, missing_docs, clippy::panic, clippy::print_stdout)]

use std::collections::BTreeSet;

use libtest_mimic::{Arguments, Trial};

#[path = "../harness/mod.rs"]
mod harness;
#[path = "../hcl_to_json/mod.rs"]
mod hcl_to_json;
#[path = "../invariants/mod.rs"]
mod invariants;
#[path = "../tables/mod.rs"]
mod tables;

mod differences;
mod twin;

use harness::case::Case;
use twin::Twin;

/// Cases without a file that can be converted: hcl-edit refuses an object with a key twice, line ends in `{ for ... }` and more (see
/// `src/syntax/hcl_lenient.rs`), and Terraform an argument twice.
const WITHOUT_TWIN: usize = 20;

fn main() {
    let arguments = Arguments::from_args();
    invariants::announce_missing_tools();
    let mut trials = Vec::new();
    for (name, case) in cases() {
        trials.push(Trial::test(name, move || match Twin::of(case?) {
            Some(twin) => Ok(judge(&twin)?),
            // `list_of_differences` counts these.
            None => Ok(()),
        }));
    }
    trials.push(Trial::test("list_of_differences", || Ok(list_is_right()?)));
    libtest_mimic::run(&arguments, trials).exit();
}

/// The Terraform cases with a file in the native syntax.
fn cases() -> impl Iterator<Item = (String, Result<Case, String>)> {
    let rows = tables::all("terraform").into_iter().map(|case| (case.name.clone(), Ok(case)));
    let is_native = |case: &Case| case.before.0.keys().any(|path| hcl_to_json::twin_path(path).is_some());
    Case::all("terraform").into_iter().chain(rows).filter(move |(_, case)| case.as_ref().map_or(true, is_native))
}

/// A twin must be treated as the original, or otherwise if it is listed so. The invariants hold in any case.
fn judge(twin: &Twin) -> Result<(), String> {
    let (differences, broken) = twin.compare()?;
    match (differences::reason(twin.name()), differences.is_empty()) {
        _ if !broken.is_empty() => Err(format!("{}\n{}", broken.join("\n"), differences.join("\n"))),
        (Some(reason), true) => Err(format!("listed, but it does not differ: {reason}")),
        (None, false) => Err(format!("{}\n{:?}", differences.join("\n"), twin.before)),
        _ => Ok(()),
    }
}

fn list_is_right() -> Result<(), String> {
    let (mut names, mut without) = (BTreeSet::new(), Vec::new());
    for (name, case) in cases() {
        if Twin::of(case?).is_none() {
            without.push(name.clone());
        }
        names.insert(name);
    }
    let listed: Vec<&str> = differences::KINDS.iter().flat_map(|kind| kind.cases).copied().collect();
    if let Some(unknown) = listed.iter().find(|case| !names.contains(**case)) {
        return Err(format!("{unknown} is no case"));
    }
    if let Some(kind) = differences::KINDS.iter().find(|kind| kind.reason.is_empty() || kind.cases.is_empty()) {
        return Err(format!("a kind without a reason or without cases: {:?}", kind.cases));
    }
    if listed.len() != differences::COUNT {
        return Err(format!("{} cases are listed: are these more than before?", listed.len()));
    }
    if without.len() != WITHOUT_TWIN {
        return Err(format!("{} cases have no twin: {}", without.len(), without.join("\n")));
    }
    Ok(())
}
