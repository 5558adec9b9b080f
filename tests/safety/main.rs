//! Safe fixes are safe: after them, each launcher has the very role that stood in its slot, and nothing else has changed.
//!
//! Small modules and templates are made from a seed: roles, profiles that fit or do not, launchers, and ways between them that people write.
//! Each is fixed with safe fixes only. If there was one, the real Terraform deploys the module against a simulation of AWS twice:
//! before, with resources that hold the values of the arguments and launchers without them; and after. Then each launcher must have the role
//! that its slot named, and all other resources, their arguments and the outputs must be as before.
//!
//! The judges are not part of this repository (see `tests/oracle.rs`): without `IPFIX_ORACLE_DIR` these tests are *ignored*, never passed.
//! `IPFIX_SAFETY_MODULES=5000 IPFIX_SAFETY_SEED=7 cargo test --release --test safety of_modules` looks longer, and elsewhere; for templates it is
//! `IPFIX_SAFETY_TEMPLATES`, for trees of modules `IPFIX_SAFETY_TREES`. `IPFIX_SAFETY_ONLY=42` looks at number 42 alone. `IPFIX_SAFETY_ALL=1` shows every failure at length, and what
//! cannot be deployed at all.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::exit, missing_docs, clippy::panic, clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use libtest_mimic::{Arguments, Trial};

#[path = "../harness/mod.rs"]
mod harness;
#[path = "../invariants/mod.rs"]
mod invariants;
#[path = "../module_trees/mod.rs"]
mod module_trees;

mod deploy;
mod figures;
mod modules;
mod random;
mod templates;
mod trees;

use deploy::Deployer;
use figures::{Figures, Verdict};
use modules::Module;
use templates::Template;

/// So many processes deploy at once.
const PROCESSES: usize = 2;

fn main() {
    let arguments = Arguments::from_args();
    let oracle = std::env::var_os("IPFIX_ORACLE_DIR").map(PathBuf::from).filter(|directory| directory.is_dir());
    if oracle.is_none() {
        harness::tools::skipped("IPFIX_ORACLE_DIR names no directory, so it is NOT tested that safe fixes are safe");
    }
    let ignored = oracle.is_none();
    let directory = oracle.unwrap_or_default();
    let program = directory.join("tf-oracle");
    let modules = Trial::test("safe_fixes_of_modules_keep_every_role", move || Ok(look_at_modules(&program)?));
    let program = directory.join("cfn-oracle");
    let templates = Trial::test("safe_fixes_of_templates_keep_every_role", move || Ok(look_at_templates(&program)?));
    let program = directory.join("tf-oracle");
    let trees = Trial::test("safe_fixes_across_modules_keep_every_role", move || Ok(look_at_trees(&program)?));
    let trials = [modules, templates, trees].map(|trial| trial.with_ignored_flag(ignored));
    libtest_mimic::run(&arguments, trials.into()).exit();
}

fn look_at_modules(program: &Path) -> Result<(), String> {
    let options = ["--keep", "--replan", "--aws", "5", "--assume-profile", "existing=existing-role"];
    // Nothing but this profile is in the account beforehand.
    look("module", number_from("IPFIX_SAFETY_MODULES", 100), PROCESSES, |numbers, done| {
        let mut deployer = Deployer::start(program, &options)?;
        for number in numbers {
            done(
                number,
                Module::make(seed(), number).judge(&mut deployer).map_err(|error| format!("{number}: {error}"))?,
            );
        }
        Ok(())
    })
}

fn look_at_trees(program: &Path) -> Result<(), String> {
    let options = ["--keep", "--replan", "--aws", "5", "--assume-profile", &module_trees::EXISTING.join("=")];
    look("tree", number_from("IPFIX_SAFETY_TREES", 40), PROCESSES, |numbers, done| {
        let mut deployer = Deployer::start(program, &options)?;
        for number in numbers {
            let verdict = trees::judge(seed(), number, &mut deployer);
            done(number, verdict.map_err(|error| format!("{number}: {error}"))?);
        }
        Ok(())
    })
}

fn look_at_templates(program: &Path) -> Result<(), String> {
    let options = ["--assume-profile", "existing-profile=existing-role"];
    look("template", number_from("IPFIX_SAFETY_TEMPLATES", 40), 1, |numbers, done| {
        let mut deployer = Deployer::start(program, &options)?;
        for number in numbers {
            let verdict = Template::make(seed(), number).judge(&mut deployer);
            done(number, verdict.map_err(|error| format!("{number}: {error}"))?);
        }
        Ok(())
    })
}

/// What looks at some numbers, and hands out what came of each.
type Work<'w> = dyn Fn(&mut dyn Iterator<Item = u64>, &dyn Fn(u64, Verdict)) -> Result<(), String> + Sync + 'w;

/// Shares numbers out, and prints the figures.
fn look(
    what: &str,
    until: u64,
    processes: usize,
    work: impl Fn(&mut dyn Iterator<Item = u64>, &dyn Fn(u64, Verdict)) -> Result<(), String> + Sync,
) -> Result<(), String> {
    let only = std::env::var("IPFIX_SAFETY_ONLY").ok().and_then(|number| number.parse::<u64>().ok());
    let (first, until) = only.map_or((0, until), |number| (number, number + 1));
    let next = AtomicU64::new(first);
    let figures = Mutex::new(Figures::default());
    let work: &Work<'_> = &work;
    let broken = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..processes)
            .map(|_| {
                scope.spawn(|| {
                    let mut numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed))
                        .take_while(|number| *number < until);
                    work(&mut numbers, &|number, verdict| figures.lock().expect("no panic").add(number, verdict))
                })
            })
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().expect("a thread").err()).collect::<Vec<_>>()
    });
    let mut figures = figures.into_inner().expect("no panic");
    println!("{}", figures.report(what, seed(), only.is_some() || std::env::var_os("IPFIX_SAFETY_ALL").is_some()));
    if !broken.is_empty() {
        return Err(broken.join("\n"));
    }
    if figures.too_many_invalid() {
        return Err(format!("more than a twentieth of the {what}s cannot be deployed at all"));
    }
    if figures.failures() > 0 { Err(format!("{} safe fixes are not safe", figures.failures())) } else { Ok(()) }
}

fn seed() -> u64 {
    number_from("IPFIX_SAFETY_SEED", 1)
}

fn number_from(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|number| number.parse().ok()).unwrap_or(default)
}
