//! Every directory below `testdata/terraform/` and `testdata/cloudformation/` is a test of its own:
//! `cargo test --test cases 037` runs those whose name holds `037`.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::exit, missing_docs, clippy::panic, clippy::print_stdout)]

use libtest_mimic::{Arguments, Trial};

mod harness;
mod invariants;

use harness::case::Case;

fn main() {
    let arguments = Arguments::from_args();
    invariants::announce_missing_tools();
    let mut trials = Vec::new();
    for engine in ["terraform", "cloudformation"] {
        for directory in Case::all(engine) {
            let name = format!("{engine}::{}", directory.file_name().unwrap_or_default().to_string_lossy());
            trials.push(Trial::test(name, move || {
                Case::read(&directory)
                    .and_then(|case| case.run().map_err(|wrong| format!("{}\n{wrong}", case.settings.about)))?;
                Ok(())
            }));
        }
    }
    trials.push(Trial::test("there_are_as_many_cases_to_leave_alone", as_many_negatives));
    libtest_mimic::run(&arguments, trials).exit();
}

/// A codemod is judged by what it leaves alone: of the Terraform cases, enough must change nothing.
fn as_many_negatives() -> Result<(), libtest_mimic::Failed> {
    let cases = Case::all("terraform").iter().map(|directory| Case::read(directory)).collect::<Result<Vec<_>, _>>()?;
    let untouched = cases.iter().filter(|case| case.before == case.after).count();
    if untouched * 3 < cases.len() {
        Err(format!("only {untouched} of {} cases stay untouched", cases.len()).into())
    } else {
        Ok(())
    }
}
