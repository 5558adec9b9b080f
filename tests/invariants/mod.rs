//! What holds for any input: one function, called by every case, by the property tests and by the mutation tests.
//!
//! With fixes applied as `--write` would:
//! 1. the result parses again; 2. a second run finds nothing fixable and changes nothing; 3. bytes outside the edits are equal (exactly, in
//!    order), and every comment is still there; 4. `git apply` and `patch -p1` of the printed patch give the same bytes; 5. what was clean to
//!    `terraform fmt` still is; 6. the CRLF and BOM twins of the input give those twins of the output; 7. neither the order of arguments or
//!    inputs nor `--jobs` changes a byte; 8. nothing panics or reports an internal error.
//!
//! The positive control (9) belongs to the cases: see `harness/control.rs`.

#![allow(dead_code, reason = "each test program uses its part")]

mod comments;
mod merged;

use std::sync::{LazyLock, Once};

pub(crate) use self::merged::merged;
use crate::harness::json::{Report, with_padding_of};
use crate::harness::tools::{installed, scratch, skipped, tool};
use crate::harness::tree::{Tree, is_terraform_json};

/// What is asked of ipfix.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Files and directories.
    pub(crate) paths: Vec<String>,
    /// Whether unsafe fixes are applied.
    pub(crate) unsafe_fixes: bool,
    /// Whether `terraform fmt` judges the result: it takes a tenth of a second for each file.
    pub(crate) format: bool,
    /// More arguments, for the program.
    pub(crate) arguments: Vec<String>,
}

/// What ipfix made of it.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The files as `--write` leaves them.
    pub(crate) after: Tree,
    /// The input with the reported edits made, by other code than ipfix's own.
    pub(crate) spliced: Tree,
    /// How many findings have a fix that is applied.
    pub(crate) fixable: usize,
    /// How many files could not be read or done.
    pub(crate) problems: usize,
    /// The patch of the dry run.
    pub(crate) patch: Option<Vec<u8>>,
    /// The exit statuses of the dry run and of `--write`, if there was a process.
    pub(crate) status: Option<[i32; 2]>,
    /// The whole report.
    pub(crate) report: Report,
}

/// What ipfix made of the same input in another order.
#[derive(Debug)]
pub(crate) struct Reordered {
    /// The files as `--write` leaves them.
    pub(crate) after: Tree,
    /// The patch of the dry run.
    pub(crate) patch: Option<Vec<u8>>,
    /// What is reported, where that comes at no cost: see `Report::summary`.
    pub(crate) findings: Option<Vec<String>>,
}

/// A way to run ipfix: as a program, or in this process.
pub(crate) trait Subject {
    /// Looks at a tree, and fixes it.
    ///
    /// # Errors
    /// A panic, an internal error, output where none belongs.
    fn check(&self, tree: &Tree, request: &Request) -> Result<Outcome, String>;

    /// Only fixes it, and gives the files and the patch where there is one.
    ///
    /// # Errors
    /// Those of `check`.
    fn fix(&self, tree: &Tree, request: &Request) -> Result<(Tree, Option<Vec<u8>>), String> {
        self.check(tree, request).map(|outcome| (outcome.after, outcome.patch))
    }

    /// Fixes it with the arguments or the inputs in another order.
    ///
    /// # Errors
    /// Those of `check`.
    fn fix_in_another_order(&self, tree: &Tree, request: &Request) -> Result<Reordered, String>;
}

static TERRAFORM: LazyLock<bool> = LazyLock::new(|| installed("terraform"));
static GIT: LazyLock<bool> = LazyLock::new(|| installed("git"));
static PATCH: LazyLock<bool> = LazyLock::new(|| installed("patch"));

/// Says loudly which tools are absent, once in each test program.
pub(crate) fn announce_missing_tools() {
    static ANNOUNCED: Once = Once::new();
    ANNOUNCED.call_once(announce);
}

fn announce() {
    for (found, program, what) in [
        (*TERRAFORM, "terraform", "that formatted files stay formatted"),
        (*GIT, "git", "that `git apply` takes the patches"),
        (*PATCH, "patch", "that `patch -p1` takes the patches"),
    ] {
        if !found {
            skipped(&format!("{program} is not installed, so it is NOT tested {what}"));
        }
    }
}

/// Fixes `tree` and checks every invariant: the outcome, and what is broken.
///
/// # Errors
/// A run that gave no outcome at all.
pub(crate) fn hold(subject: &dyn Subject, tree: &Tree, request: &Request) -> Result<(Outcome, Vec<String>), String> {
    announce_missing_tools();
    let outcome = subject.check(tree, request)?;
    let mut broken = Vec::new();
    broken.extend(second_run(subject, &outcome, request)?);
    broken.extend(outside_of_edits(&outcome));
    for (path, before, after) in tree.changed(&outcome.after) {
        broken.extend(comments::lost(path, before, after).map(|lost| format!("{path}: comments lost: {lost:?}")));
        broken.extend(request.format.then(|| unformatted(path, before, after)).flatten());
    }
    broken.extend(patches(tree, &outcome));
    for (what, twin, of) in [("CRLF", tree.crlf(), Tree::crlf as fn(&Tree) -> _), ("BOM", tree.bom(), Tree::bom)] {
        broken.extend(twin_differs(what, subject, twin, of(&outcome.after), request)?);
    }
    broken.extend(order_matters(subject, tree, &outcome, request)?);
    Ok((outcome, broken))
}

/// 1 and 2.
fn second_run(subject: &dyn Subject, first: &Outcome, request: &Request) -> Result<Option<String>, String> {
    let second = subject.check(&first.after, request)?;
    if let Some(difference) = first.after.difference(&second.after) {
        return Ok(Some(format!("a second run changes something: {difference}")));
    }
    if second.fixable > 0 {
        return Ok(Some(format!("a second run finds something to fix: {:?}", second.report.findings)));
    }
    if second.problems > first.problems {
        return Ok(Some(format!("the result cannot be read: {:?}", second.report.problems)));
    }
    Ok(None)
}

/// 3, by making the reported edits again: every byte that no edit covers is there, in order, and nothing but the edits differs.
fn outside_of_edits(outcome: &Outcome) -> Option<String> {
    let mut spliced = outcome.spliced.clone();
    for (path, bytes) in &mut spliced.0 {
        // Two new labels of one type are written below one key; the edits of each fix alone write the key. Terraform merges them.
        let got = outcome.after.0.get(path).filter(|got| is_terraform_json(path) && merged(got) == merged(bytes));
        if let Some(got) = got {
            bytes.clone_from(got);
        }
        *bytes = outcome.after.0.get(path).map_or_else(|| bytes.clone(), |got| with_padding_of(got, bytes));
    }
    let difference = spliced.difference(&outcome.after)?;
    Some(format!("the edits reported are not what --write does: {difference}"))
}

/// 5.
fn unformatted(path: &str, before: &[u8], after: &[u8]) -> Option<String> {
    if !path.ends_with(".tf") || !*TERRAFORM || after.contains(&b'\r') {
        return None;
    }
    let clean = |bytes: &[u8]| -> Option<bool> {
        let directory = scratch(&Tree(std::iter::once(("main.tf".to_owned(), bytes.to_vec())).collect()));
        tool(directory.path(), "terraform", &["fmt", "-list=false", "main.tf"]).ok()?;
        Some(Tree::read(directory.path()).0.get("main.tf")? == bytes)
    };
    (clean(after) != Some(true) && clean(before) == Some(true))
        .then(|| format!("{path}: no longer clean to terraform fmt"))
}

/// 4.
fn patches(tree: &Tree, outcome: &Outcome) -> Vec<String> {
    let mut broken = Vec::new();
    let Some(patch) = &outcome.patch else { return broken };
    let changed = tree.changed(&outcome.after).count();
    if patch.is_empty() || changed == 0 {
        if patch.is_empty() != (changed == 0) {
            broken.push(format!("{changed} files change, and the patch has {} bytes", patch.len()));
        }
        return broken;
    }
    let outside = tempfile::NamedTempFile::new().and_then(|file| std::fs::write(file.path(), patch).map(|()| file));
    let outside = outside.expect("a file for the patch");
    let path = outside.path().to_string_lossy();
    let programs: [(bool, &str, &[&str]); 2] =
        [(*GIT, "git", &["apply", "--whitespace=nowarn", &path]), (*PATCH, "patch", &["-p1", "-s", "-i", &path])];
    for (_, program, arguments) in programs.iter().filter(|(found, ..)| *found) {
        let directory = scratch(tree);
        match tool(directory.path(), program, arguments) {
            Err(error) => broken.push(format!("{error}\n{}", String::from_utf8_lossy(patch))),
            Ok(_) => broken.extend(
                outcome
                    .after
                    .difference(&Tree::read(directory.path()))
                    .map(|difference| format!("{program}: {difference}")),
            ),
        }
    }
    broken
}

/// 6.
fn twin_differs(
    what: &str,
    subject: &dyn Subject,
    before: Option<Tree>,
    after: Option<Tree>,
    request: &Request,
) -> Result<Option<String>, String> {
    let (Some(before), Some(after)) = (before, after) else { return Ok(None) };
    let (got, _) = subject.fix(&before, request).map_err(|error| format!("the {what} twin: {error}"))?;
    Ok(after.difference(&got).map(|difference| format!("the {what} twin: {difference}")))
}

/// 7.
fn order_matters(
    subject: &dyn Subject,
    tree: &Tree,
    first: &Outcome,
    request: &Request,
) -> Result<Option<String>, String> {
    let other = subject.fix_in_another_order(tree, request)?;
    if let Some(difference) = first.after.difference(&other.after) {
        return Ok(Some(format!("the order of arguments or inputs matters: {difference}")));
    }
    if first.patch != other.patch {
        return Ok(Some("the patch depends on the order of arguments or inputs, or on --jobs".to_owned()));
    }
    let differ = |findings: &Vec<String>| *findings != first.report.summary();
    let findings = other.findings.filter(differ);
    Ok(findings.map(|findings| {
        format!("the report depends on the order of inputs:\n{:#?}\n{findings:#?}", first.report.summary())
    }))
}

#[test]
fn bytes_outside_of_edits_are_compared_exactly() {
    let spliced = Tree::of("a.tf", "a  = 1 # x\nb = 2\n");
    let broken = |after: Tree| outside_of_edits(&Outcome { after, spliced: spliced.clone(), ..Outcome::default() });
    assert_eq!(broken(spliced.clone()), None);
    for after in ["a = 1 # x\nb = 2\n", "a  = 1 # x\n\nb = 2\n", "b = 2\na  = 1 # x\n", "a  = 1 # x\nb = 2"] {
        assert!(broken(Tree::of("a.tf", after)).is_some(), "{after}");
    }
    // Where several fixes align lines, each otherwise, the number of blanks is open, and nothing else.
    let padded = Tree(std::iter::once(("a.tf".to_owned(), b"a\xFF= 1 # x\n".to_vec())).collect());
    let broken_padding = |text| {
        outside_of_edits(&Outcome { after: Tree::of("a.tf", text), spliced: padded.clone(), ..Outcome::default() })
    };
    assert!(broken_padding("a   = 1 # x\n").is_none() && broken_padding("a = 1 # x\n").is_none());
    assert!(broken_padding("a= 1 # x\n").is_some() && broken_padding("a  = 1  # x\n").is_some());
    assert!(broken(Tree::default()).is_some() && broken(spliced.with(&Tree::of("b.tf", ""))).is_some());
}
