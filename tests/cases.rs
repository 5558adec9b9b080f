//! Every directory `testdata/terraform/TOPIC/NAME` and `testdata/cloudformation/TOPIC/NAME` is a test of its own, and so is every row of
//! `tests/tables/`: `cargo test --test cases comments/` runs those whose name holds `comments/`.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::exit, missing_docs, clippy::panic, clippy::print_stdout)]

use libtest_mimic::{Arguments, Trial};

mod harness;
mod invariants;
mod tables;

use harness::case::Case;

fn main() {
    let arguments = Arguments::from_args();
    invariants::announce_missing_tools();
    let mut trials = Vec::new();
    for engine in ["terraform", "cloudformation"] {
        for (name, case) in Case::all(engine) {
            trials.push(Trial::test(name, move || Ok(run(&case?)?)));
        }
        for case in tables::all(engine) {
            trials.push(Trial::test(case.name.clone(), move || {
                Ok(run(&case).and_then(|()| tables::fixes_alone(&case))?)
            }));
        }
    }
    trials.push(Trial::test("enough_cases_change_nothing", enough_cases_change_nothing));
    libtest_mimic::run(&arguments, trials).exit();
}

fn run(case: &Case) -> Result<(), String> {
    case.run().map_err(|wrong| format!("{}\n{wrong}", case.settings.about))
}

/// A codemod is judged by what it leaves alone: a third of the Terraform cases must change nothing.
fn enough_cases_change_nothing() -> Result<(), libtest_mimic::Failed> {
    let cases = Case::all("terraform").into_iter().map(|(_, case)| case).collect::<Result<Vec<_>, _>>()?;
    let cases: Vec<Case> = cases.into_iter().chain(tables::all("terraform")).collect();
    let unchanged = cases.iter().filter(|case| case.before == case.after).count();
    if unchanged * 3 < cases.len() {
        Err(format!("only {unchanged} of {} cases stay unchanged", cases.len()).into())
    } else {
        Ok(())
    }
}
