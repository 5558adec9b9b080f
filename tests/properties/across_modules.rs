//! Trees of modules with one wrong value between them: it is found where it is written, and mended as the rules say.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::config;
use crate::harness::json::Finding;
use crate::harness::library::Workspace;
use crate::harness::program::ipfix;
use crate::harness::tools::scratch;
use crate::harness::tree::Tree;
use crate::invariants::{Outcome, Request, Subject as _, hold};
use crate::module_trees::{Beside, CALLER, Drawn, Kind, ModuleTree};

/// A tree is as much work as several modules, so there are fewer of them.
const SHARE: u32 = 4;

fn for_trees(kind: Kind, test: impl Fn(&ModuleTree) -> Result<(), TestCaseError>) {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(config().cases);
    let mut runner = TestRunner::new(Config { cases: cases.div_ceil(SHARE), ..config() });
    let choices = prop::collection::vec(any::<u16>(), 0..80);
    let failed = runner.run(&choices, |choices| {
        let tree = ModuleTree::make(&mut Drawn(&choices, 0), kind);
        let shown = || format!("{:?} {:?} at {:?}{:?}", tree.beside, tree.depths, tree.at, tree.wrong);
        test(&tree).map_err(|error| TestCaseError::fail(format!("{error}\n{}", shown())))
    });
    failed.unwrap_or_else(|error| panic!("{error}"));
}

fn request(paths: &[&str]) -> Request {
    let paths = paths.iter().map(|&path| path.to_owned()).collect();
    Request { paths, unsafe_fixes: false, format: false, arguments: Vec::new() }
}

/// What ipfix makes of a tree, if every invariant holds.
fn held(tree: &Tree, request: &Request) -> Result<Outcome, TestCaseError> {
    match hold(&Workspace, tree, request) {
        Ok((outcome, broken)) if broken.is_empty() => Ok(outcome),
        Ok((_, broken)) => Err(TestCaseError::fail(broken.join("\n"))),
        Err(error) => Err(TestCaseError::fail(error)),
    }
}

fn checked(tree: &Tree, request: &Request) -> Result<Outcome, TestCaseError> {
    Workspace.check(tree, request).map_err(TestCaseError::fail)
}

/// What is wrong, without notes.
fn wrong(outcome: &Outcome) -> Vec<&Finding> {
    outcome.report.findings.iter().filter(|finding| finding.severity != "note").collect()
}

/// What the rules say of the wrong value: the rule, and the safety of the fix.
fn expected(tree: &ModuleTree) -> (&'static str, Option<&'static str>) {
    let by_accident = matches!(tree.beside, Beside::NamesakeInReach | Beside::HiddenNamesake) && !tree.by_arn;
    let fix = (!matches!(tree.beside, Beside::Hidden | Beside::HiddenNamesake)).then_some("safe");
    (if by_accident { "IPF009" } else { "IPF001" }, fix)
}

/// The one wrong value is found where the caller writes it, and mended if there is a fix; a second run finds nothing more to fix.
#[test]
fn one_wrong_value_is_found_and_mended() {
    for_trees(Kind::Plain, |tree| {
        let outcome = held(&tree.wrong, &request(&["."]))?;
        let findings = wrong(&outcome);
        prop_assert_eq!(findings.len(), 1, "{:#?}", findings);
        let (finding, (code, fix)) = (findings[0], expected(tree));
        prop_assert_eq!((finding.code.as_str(), finding.file.as_str()), (code, tree.file.as_str()), "{:#?}", finding);
        let text = String::from_utf8_lossy(&tree.wrong.0[&tree.file])[finding.start.offset..].to_owned();
        prop_assert!(tree.at.iter().any(|at| text.starts_with(at.as_str())), "at {:?}", text.lines().next());
        prop_assert_eq!(finding.fix.as_ref().map(|fix| fix.safety.as_str()), fix, "{:#?}", finding);
        let changed: Vec<&str> = tree.wrong.changed(&outcome.after).map(|(path, ..)| path).collect();
        prop_assert!(changed.iter().all(|path| path.starts_with(CALLER)), "{:?}", changed);
        let after = outcome.after.0.iter().filter(|(path, _)| path.starts_with(CALLER));
        let after: String = after.map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
        if fix.is_some() {
            let profile = tree.profile.as_deref().unwrap_or("aws_iam_instance_profile.");
            prop_assert!(after.contains(profile), "{} is not in\n{}", profile, after);
        }
        let left = checked(&outcome.after, &request(&["."]))?;
        prop_assert_eq!(wrong(&left).len(), usize::from(fix.is_none()), "{:#?}", wrong(&left));
        Ok(())
    });
}

/// With a profile in the place of the role, nothing is wrong.
#[test]
fn a_right_value_is_left_alone() {
    for_trees(Kind::Plain, |tree| {
        let outcome = held(&tree.right, &request(&["."]))?;
        prop_assert!(wrong(&outcome).is_empty(), "{:#?}", wrong(&outcome));
        prop_assert!(outcome.after == tree.right);
        Ok(())
    });
}

/// An output may be called a profile and give a role. Then it is wrong there, or in the caller: once, and somewhere.
#[test]
fn a_role_that_is_called_a_profile_is_found_once() {
    for_trees(Kind::Lies, |tree| {
        for path in [".", CALLER] {
            let outcome = held(&tree.wrong, &Request { unsafe_fixes: true, ..request(&[path]) })?;
            prop_assert_eq!(wrong(&outcome).len(), 1, "{}: {:#?}", path, wrong(&outcome));
        }
        Ok(())
    });
}

/// Which modules are named beside the caller decides nothing in the caller.
#[test]
fn other_named_modules_change_nothing_in_the_caller() {
    for_trees(Kind::Plain, |tree| {
        let all = checked(&tree.wrong, &request(&["."]))?;
        let alone = checked(&tree.wrong, &request(&[CALLER]))?;
        let errors = |outcome: &Outcome| -> Vec<String> {
            let caller = wrong(outcome).into_iter().filter(|finding| finding.file.starts_with(CALLER));
            caller.map(|finding| format!("{finding:?}")).collect()
        };
        prop_assert_eq!(errors(&all), errors(&alone));
        prop_assert!(all.after == alone.after);
        let directories = tree.directories();
        let named: Vec<&str> = directories.iter().map(String::as_str).collect();
        let named = checked(&tree.wrong, &request(&named))?;
        prop_assert_eq!(all.report.summary(), named.report.summary());
        Ok(())
    });
}

/// Neither the number of threads nor the order of paths changes a byte of a report.
#[test]
fn threads_and_the_order_of_paths_do_not_matter() {
    for_trees(Kind::Lies, |tree| {
        let scratch = scratch(&tree.wrong);
        let mut directories = tree.directories();
        let run = |jobs: &str, directories: &[String]| {
            let mut arguments = vec!["--output-format", "json", "--min-severity", "note", "--jobs", jobs];
            arguments.extend(directories.iter().map(String::as_str));
            String::from_utf8(ipfix(scratch.path(), &arguments).stdout).expect("a report in UTF-8")
        };
        let first = run("1", &directories);
        directories.reverse();
        let middle = directories.len() / 2;
        directories.rotate_left(middle);
        prop_assert_eq!(first, run("4", &directories));
        Ok(())
    });
}
