//! ipfix called in this process: for many inputs in little time.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use ipfix_iac::check::{self, Input, Language, Options, UnitReport, UnreadableFile};
use ipfix_iac::rules::{Applicability, Severity};
use ipfix_iac::text::{Source, Span, unified};
use ipfix_iac::workspace::{ConfigSource, LoadOptions, load};

use super::json::{Edit, Finding, Fix, Offset, Point, Problem, Report, plain};
use super::patch::applied;
use super::tools::scratch;
use super::tree::{Tree, is_source};
use crate::invariants::{Outcome, Reordered, Request, Subject};

/// The library as the invariants see it. Every directory with Terraform files is a unit, and so is every template.
pub(crate) struct Library;

impl Subject for Library {
    fn check(&self, tree: &Tree, request: &Request) -> Result<Outcome, String> {
        outcome(tree, request, units(tree, request), Path::new(""))
    }

    /// The units in reverse, and the files of each.
    fn fix_in_another_order(&self, tree: &Tree, request: &Request) -> Result<Reordered, String> {
        let mut units = units(tree, request);
        units.reverse();
        units.iter_mut().for_each(|(unit, _)| reorder(unit));
        let outcome = outcome(tree, request, units, Path::new(""))?;
        Ok(Reordered { findings: Some(outcome.report.summary()), after: outcome.after, patch: outcome.patch })
    }
}

/// The library with files on disk, so that modules know of each other.
pub(crate) struct Workspace;

impl Subject for Workspace {
    fn check(&self, tree: &Tree, request: &Request) -> Result<Outcome, String> {
        let scratch = scratch(tree);
        let units = loaded(scratch.path(), &request.paths)?;
        outcome(tree, request, units, scratch.path())
    }

    /// The paths and the units in reverse, and the files of each.
    fn fix_in_another_order(&self, tree: &Tree, request: &Request) -> Result<Reordered, String> {
        let scratch = scratch(tree);
        let paths: Vec<String> = request.paths.iter().rev().cloned().collect();
        let mut units = loaded(scratch.path(), &paths)?;
        units.reverse();
        units.iter_mut().for_each(|(unit, _)| reorder(unit));
        let outcome = outcome(tree, request, units, scratch.path())?;
        Ok(Reordered { findings: Some(outcome.report.summary()), after: outcome.after, patch: outcome.patch })
    }
}

fn loaded(root: &Path, paths: &[String]) -> Result<Vec<(Input, Options)>, String> {
    let paths: Vec<PathBuf> = paths.iter().map(|path| root.join(path)).collect();
    let mut options = LoadOptions::default();
    options.config = ConfigSource::None;
    let loaded = catch_unwind(AssertUnwindSafe(|| load(&paths, &options)));
    let workspace = loaded.map_err(|_| "loading panicked".to_owned())?.map_err(|error| error.to_string())?;
    if let Some(problem) = workspace.problems.first() {
        return Err(problem.message.clone());
    }
    Ok(workspace.units.into_iter().filter_map(|unit| Some((unit.input?, unit.options))).collect())
}

fn reorder(unit: &mut Input) {
    // Neither the first file stays the first, nor the last one the last.
    unit.sources.reverse();
    let middle = unit.sources.len() / 2;
    unit.sources.rotate_left(middle);
    unit.unreadable.reverse();
}

/// What the library makes of units whose paths are below `root`.
fn outcome(tree: &Tree, request: &Request, units: Vec<(Input, Options)>, root: &Path) -> Result<Outcome, String> {
    let mut outcome = Outcome { after: tree.clone(), ..Outcome::default() };
    let mut exact = tree.clone();
    for (input, mut options) in units {
        options.unsafe_fixes = request.unsafe_fixes;
        options.resolve_fixes = true;
        let checked = catch_unwind(AssertUnwindSafe(|| check::check(input, &options)));
        let unit = checked.map_err(|panic| {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            format!("panicked: {}", said.or(panic.downcast_ref::<&str>().copied()).unwrap_or("?"))
        })?;
        if let Some(problem) = unit.problems.iter().find(|problem| problem.message.contains("internal error")) {
            return Err(problem.message.clone());
        }
        for change in &unit.changes {
            let source = &unit.sources[change.file];
            let path = shown(source.path(), root);
            exact.0.insert(path.clone(), spliced(source, &change.edits));
            let (before, after) = (source.bytes(), source.with_text(change.after.clone()).bytes());
            let patch = unified(path.as_bytes(), &before, &after);
            if applied(&before, &patch).as_ref() != Some(&after) {
                return Err(format!("the patch does not apply: {}", String::from_utf8_lossy(&patch)));
            }
            outcome.after.0.insert(path, after);
        }
        add(&mut outcome.report, &unit, root);
    }
    if let Some(difference) = exact.difference(&outcome.after) {
        return Err(format!("bytes outside of the edits differ: {difference}"));
    }
    outcome.fixable = outcome.report.applied().count();
    outcome.problems = outcome.report.problems.iter().filter(|problem| problem.severity == "error").count();
    outcome.spliced = outcome.report.splice(tree)?;
    Ok(outcome)
}

/// A path below `root`, as the keys of a tree are.
fn shown(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path).to_string_lossy();
    plain(&below).to_owned()
}

fn units(tree: &Tree, request: &Request) -> Vec<(Input, Options)> {
    let mut modules: BTreeMap<&str, Input> = BTreeMap::new();
    let mut units = Vec::new();
    for (path, bytes) in tree.0.iter().filter(|(path, _)| is_source(path)) {
        let named = request.paths.iter().any(|named| named == "." || named == path);
        let source = Source::new(path, bytes.clone(), named);
        if !path.contains(".tf") && !path.contains(".tofu") {
            units.extend(source.map(|source| Input::new(Language::CloudFormation, vec![source])));
            continue;
        }
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let module = modules.entry(directory).or_insert_with(|| Input::new(Language::Terraform, Vec::new()));
        match source {
            Ok(source) => module.sources.push(source),
            Err(_) => module.unreadable.push(UnreadableFile { path: path.into(), bytes: Some(bytes.clone()) }),
        }
    }
    units.extend(modules.into_values());
    units.into_iter().map(|unit| (unit, Options::default())).collect()
}

/// The edits made by other code than the crate's own.
fn spliced(source: &Source, edits: &[ipfix_iac::text::Edit]) -> Vec<u8> {
    let mut edits: Vec<_> = edits.iter().collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end, edit.order));
    let mut text = source.text().to_owned();
    for edit in edits.into_iter().rev() {
        text.replace_range(edit.span.range(), &with_line_ending(source, &edit.text));
    }
    source.with_text(text).bytes()
}

/// New text with the file's line ends.
fn with_line_ending(source: &Source, text: &str) -> String {
    match source.line_ending() {
        ipfix_iac::text::LineEnding::Lf => text.to_owned(),
        ipfix_iac::text::LineEnding::Crlf => text.replace("\r\n", "\n").replace('\n', "\r\n"),
    }
}

fn add(report: &mut Report, unit: &UnitReport, root: &Path) {
    let source = |at: &Span| &unit.sources[at.file];
    let file = |at: &Span| shown(source(at).path(), root);
    let offset = |at: &Span, offset: usize| Offset { offset: source(at).byte_offset(offset) };
    for reported in &unit.findings {
        let at = &reported.span.expect("findings have a span");
        let position = source(at).position(at.start);
        let edits = reported.edits.iter().map(|edit| Edit {
            file: file(&edit.span),
            start: offset(&edit.span, edit.span.start),
            end: offset(&edit.span, edit.span.end),
            text: with_line_ending(source(&edit.span), &edit.text),
        });
        let fix = reported.fix.map(|id| Fix {
            id: format!("{}:{id:?}", file(at)),
            title: unit.plan.fix(id).title.clone(),
            safety: match unit.plan.fix(id).applicability {
                Applicability::Safe => "safe".to_owned(),
                Applicability::Unsafe => "unsafe".to_owned(),
            },
            selected: reported.applied,
            edits: edits.collect(),
        });
        report.findings.push(Finding {
            code: reported.code().expect("findings have a rule").to_owned(),
            severity: format!("{:?}", reported.severity).to_lowercase(),
            message: reported.message.clone(),
            file: file(at),
            start: Point { line: position.line, column: position.column, offset: source(at).byte_offset(at.start) },
            fix,
        });
    }
    report.problems.extend(unit.problems.iter().map(|problem| Problem {
        severity: match problem.severity {
            Severity::Error => "error".to_owned(),
            Severity::Warning => "warning".to_owned(),
            Severity::Note => "note".to_owned(),
        },
        message: problem.message.clone(),
        file: shown(&problem.path, root),
    }));
}
