//! The pipeline for one unit: read, collect violations, plan, edit, verify.

mod apply;
mod input;
mod isolate;
mod report;
mod verify;

pub use crate::check::input::{Input, Language, Options, UnreadableFile};
pub use crate::check::report::{Diagnostic, FileChange, Related, Site, UnitReport};
pub use crate::language::Child;

use std::collections::{BTreeMap, BTreeSet};

use crate::check::apply::PendingChanges;
use crate::check::isolate::{Trials, Unproved, Why};
use crate::check::verify::Planned;
use crate::cloudformation::Template;
use crate::language::{EditError, Frontend};
use crate::model::{SlotId, Unit, UnitIndex};
use crate::plan::{self, FixId, Plan};
use crate::rules::{self, Applicability, Finding, Severity, Suggestion};
use crate::suppression::Suppressions;
use crate::terraform::Module;
use crate::text::ReadError;
use crate::text::{Edit, FileId, Source, Sources, Span};

/// Checks one unit, and plans, makes and verifies its fixes. Writes nothing.
///
/// Files that cannot be read are not errors of this function but among the [`problems`](UnitReport::problems).
pub fn check(input: Input, options: &Options) -> UnitReport {
    match input.language {
        Language::Terraform => run::<Module>(input, options),
        Language::CloudFormation => run::<Template>(input, options),
    }
}

/// The new versions of the files that the fixes of one unit change.
pub fn fix(input: Input, options: &Options) -> Vec<Source> {
    check(input, options).fixed().collect()
}

pub(crate) fn run<E: Frontend>(input: Input, options: &Options) -> UnitReport {
    let Input { language, sources, unreadable: unread, children, is_explicit: named_itself } = input;
    let (frontend, errors) = read::<E>(&sources, &unread, &children, options);
    let index = UnitIndex::of(frontend.unit());
    let mut suppressions = Suppressions::of(&frontend.unit().suppressions, &sources);
    let (findings, suppressed) = collect_violations(&index, options, &sources, &mut suppressions);
    let plan = make_plan(&index, &findings, &sources, options, &BTreeMap::new());
    drop(index);
    let is_searched = language == Language::CloudFormation && !frontend.is_recognised() && !named_itself;
    let unreadable = |error| unreadable::<E>(&sources, error, is_searched);
    let mut problems: Vec<Diagnostic> = errors.into_iter().map(unreadable).collect();
    if problems.is_empty() && !frontend.is_recognised() && named_itself {
        problems.extend(sources.first().map(not_a_template));
    }
    problems.extend(frontend.notes().into_iter().map(|note| Diagnostic::unreadable(&sources, note, Severity::Note)));
    problems.extend(suppression_problems(&suppressions, &sources));
    let around = Around { sources: &sources, unread: &unread, children: &children, findings: &findings, options };
    let settled = around.settle(frontend, plan, &mut problems);
    let findings = diagnostics(findings, &sources, &settled);
    let Settled { plan, unit, required_capability, changes, applied, .. } = settled;
    UnitReport { language, sources, unit, findings, plan, applied, changes, problems, required_capability, suppressed }
}

fn read<E: Frontend>(
    sources: &Sources,
    unread: &[UnreadableFile],
    children: &BTreeMap<String, Child>,
    options: &Options,
) -> (E, Vec<ReadError>) {
    let (mut frontend, errors) = E::read_with_slots(sources, &options.module_slots);
    for file in unread {
        frontend.add_unreadable(&file.path, file.bytes.as_deref());
    }
    frontend.add_children(children);
    (frontend, errors)
}

fn make_plan(
    index: &UnitIndex<'_>,
    findings: &[Finding],
    sources: &Sources,
    options: &Options,
    unproved: &BTreeMap<SlotId, String>,
) -> Plan {
    plan::plan(index, findings, &|file| may_change(sources, file), options.naming, unproved)
}

/// What a unit's fixes are planned and verified on.
struct Around<'a> {
    sources: &'a Sources,
    unread: &'a [UnreadableFile],
    children: &'a BTreeMap<String, Child>,
    findings: &'a [Finding],
    options: &'a Options,
}

/// A plan whose applied fixes are all verified.
struct Settled {
    plan: Plan,
    unit: Unit,
    /// The edits of each fix alone.
    alone: Vec<Result<Vec<Edit>, EditError>>,
    required_capability: Option<&'static str>,
    changes: Vec<FileChange>,
    applied: Vec<FixId>,
}

impl Around<'_> {
    /// Makes and verifies the selected fixes. Fixes that cannot be verified are left out, and the rest is planned again.
    fn settle<E: Frontend>(&self, mut frontend: E, mut plan: Plan, problems: &mut Vec<Diagnostic>) -> Settled {
        let (sources, findings, options) = (self.sources, self.findings, self.options);
        let mut unproved: BTreeMap<SlotId, String> = BTreeMap::new();
        let mut refused = false;
        loop {
            let alone = if options.resolve_fixes { frontend.edits_of_each(sources, &plan) } else { Vec::new() };
            let refusals = refusals(&plan, &alone);
            if !refusals.is_empty() {
                unproved.extend(refusals);
                plan = make_plan(&UnitIndex::of(frontend.unit()), findings, sources, options, &unproved);
                continue;
            }
            let wanted =
                |&id: &FixId| !refused && (options.unsafe_fixes || plan.fix(id).applicability == Applicability::Safe);
            let applied: Vec<FixId> = plan.ids().filter(wanted).collect();
            let required_capability = frontend.required_capability(&plan, &applied);
            if applied.is_empty() {
                return Settled {
                    plan,
                    unit: frontend.into_unit(),
                    alone,
                    required_capability,
                    changes: Vec::new(),
                    applied,
                };
            }
            let (refusal, draft) = rayon::join(
                || frontend.crosscheck_before(sources),
                || PendingChanges::new(&frontend, sources, &plan, &applied),
            );
            if let Some(error) = refusal {
                problems.push(Diagnostic::unreadable(sources, error, Severity::Error));
                refused = true;
                continue;
            }
            // Drops the trees before the new text is parsed: two of them at once would double the memory.
            let unit = frontend.into_unit();
            let proved = draft.map_err(|why| (FileId(0), why)).and_then(|draft| {
                let edits = draft.normalized_edits(sources);
                let planned = Planned { unit: &unit, findings, plan: &plan, chosen: &applied, edits: &edits };
                draft.verify::<E>(sources, &options.module_slots, &planned)
            });
            if let Ok(changes) = proved {
                return Settled { plan, unit, alone, required_capability, changes, applied };
            }
            let trials = Trials { sources, slots: &options.module_slots, findings, plan: &plan };
            for Unproved { fix, why } in trials.unproved::<E>(&applied) {
                let why = match why {
                    Why::Refused(why) => why,
                    Why::Unproved(file, why) => {
                        problems.push(internal(&sources[file], &why));
                        left_alone(&why)
                    }
                };
                unproved.extend(plan.fix(fix).slots.iter().map(|&slot| (slot, why.clone())));
            }
            frontend = read::<E>(sources, self.unread, self.children, options).0;
            plan = make_plan(&UnitIndex::of(frontend.unit()), findings, sources, options, &unproved);
        }
    }
}

/// The slots of fixes whose edits cannot be made, and why.
fn refusals(plan: &Plan, alone: &[Result<Vec<Edit>, EditError>]) -> Vec<(SlotId, String)> {
    let refused = alone.iter().zip(&plan.fixes).filter_map(|(edits, fix)| Some((fix, edits.as_ref().err()?)));
    refused.flat_map(|(fix, why)| fix.slots.iter().map(move |&slot| (slot, why.to_string()))).collect()
}

/// Whether a file is one that fixes may change.
fn may_change(sources: &Sources, file: FileId) -> bool {
    sources.get(file.0 as usize).is_some_and(Source::may_change)
}

/// A note on a file that the user named and that is something else.
fn not_a_template(source: &Source) -> Diagnostic {
    Diagnostic::about_file(Severity::Note, source.path(), "not a CloudFormation template", None)
}

/// The findings in target files that are enabled and not suppressed, and how many are suppressed.
fn collect_violations(
    index: &UnitIndex<'_>,
    options: &Options,
    sources: &Sources,
    suppressions: &mut Suppressions<'_>,
) -> (Vec<Finding>, usize) {
    let mut findings = rules::check(index);
    let mut suppressed = 0;
    let mut is_reported = |finding: &Finding| {
        let at = primary_span(index, finding);
        let file = sources.get(at.file.0 as usize).filter(|file| file.is_target());
        if file.is_none_or(|file| !options.is_enabled(finding.rule, file.path())) {
            return false;
        }
        // The value may be on lines below its key: a suppression beside the key or above it applies to the whole argument.
        let slot = &index.slot(finding.slot).span;
        let key = Span::new(slot.file, slot.start..slot.start + 1);
        let is_suppressed = suppressions.suppresses([&at, &key], |code| finding.rule.is_silenced_by(code));
        suppressed += usize::from(is_suppressed && finding.rule.severity < Severity::Note);
        !is_suppressed
    };
    let mut left_alone: BTreeSet<SlotId> = BTreeSet::new();
    findings.retain(|finding| {
        let is_reported = is_reported(finding);
        if !is_reported && finding.rule.is_about_the_argument() {
            left_alone.insert(finding.slot);
        }
        is_reported
    });
    for finding in findings.iter_mut().filter(|finding| left_alone.contains(&finding.slot)) {
        // With a fixed name and shape, the ignored finding would become another rule's, and the next run would fix it.
        finding.violation.suggestion = Suggestion::DisplayOnly;
        finding
            .violation
            .notes
            .push("another finding on this argument is ignored, so the argument is not changed".to_owned());
    }
    findings.sort_by_cached_key(|finding| (primary_span(index, finding), finding.rule.code));
    (findings, suppressed)
}

/// The range of a finding: its leaf, or the reference to it if the leaf is in a definition.
fn primary_span(unit: &Unit, finding: &Finding) -> Span {
    let (slot, leaf) = (unit.slot(finding.slot), unit.leaf(finding.leaf));
    let leaf_use = slot.leaves.iter().find(|leaf_use| leaf_use.leaf == finding.leaf);
    let read_at = leaf_use.and_then(|leaf_use| leaf_use.reference_span);
    match leaf.definition {
        Some(_) => read_at.unwrap_or(slot.value),
        None => leaf.span,
    }
}

/// The findings as diagnostics, with their fixes or the reasons why they have none.
fn diagnostics(findings: Vec<Finding>, sources: &Sources, settled: &Settled) -> Vec<Diagnostic> {
    let Settled { plan, unit, alone, applied, .. } = settled;
    let of_finding = |finding: Finding| {
        let span = primary_span(unit, &finding);
        Diagnostic::of_finding(finding, span, sources, unit)
    };
    let mut diagnostics: Vec<Diagnostic> = findings.into_iter().map(of_finding).collect();
    for ((number, id), fix) in plan.ids().enumerate().zip(&plan.fixes) {
        let mut edits = alone.get(number).and_then(|edits| edits.clone().ok()).unwrap_or_default();
        edits.sort_by_key(|edit| (edit.span.file, edit.span.start, edit.span.end, edit.order));
        for &violation in &fix.violations {
            let diagnostic = &mut diagnostics[violation];
            diagnostic.fix = Some(id);
            diagnostic.applied = applied.contains(&id);
            diagnostic.edits.clone_from(&edits);
            diagnostic.notes.extend(fix.unsafe_reasons.iter().cloned());
        }
    }
    for (violation, reason) in &plan.unfixed {
        let diagnostic = &mut diagnostics[*violation];
        let reason = reason.to_string();
        // A reason is not repeated as a note.
        diagnostic.notes.retain(|note| *note != reason);
        diagnostic.unfixable_reason = Some(reason);
    }
    diagnostics
}

/// A file that does not parse matters if it contains a relevant keyword; less so if a search found it, because it may be something else.
fn unreadable<E: Frontend>(sources: &Sources, error: ReadError, is_searched: bool) -> Diagnostic {
    let source = &sources[error.span.file];
    let severity = match (is_searched, E::is_relevant(source.text().as_bytes())) {
        (true, _) => Severity::Warning,
        (false, true) => Severity::Error,
        (false, false) => Severity::Note,
    };
    Diagnostic::unreadable(sources, error, severity)
}

/// Suppressions that cannot be read, and those that suppress nothing.
fn suppression_problems(suppressions: &Suppressions<'_>, sources: &Sources) -> Vec<Diagnostic> {
    let problem = |span: Span, severity, message: &str, help: &str| {
        let source = Some(&sources[span.file]).filter(|source| source.is_target())?;
        Some(Diagnostic::at_span(source, span, severity, message.to_owned(), Some(help.to_owned())))
    };
    let unreadable = suppressions.complaints().map(|(suppression, complaint)| {
        problem(suppression.span, Severity::Warning, &complaint.message, &complaint.help)
    });
    let unused = suppressions
        .unused()
        .map(|suppression| problem(suppression.span, Severity::Note, "unused suppression", "delete it"));
    unreadable.chain(unused).flatten().collect()
}

const PLEASE_REPORT: &str = "please report this, and attach the file if you can share it";

/// Why a finding has no fix although one was planned.
fn left_alone(why: &str) -> String {
    format!("the fix could not be verified ({why}); {PLEASE_REPORT}")
}

/// A fix that could not be verified: a bug of ipfix. The fix is skipped.
fn internal(source: &Source, why: &str) -> Diagnostic {
    let message = format!("internal error: a fix could not be verified and was skipped: {why}");
    Diagnostic::about_file(Severity::Error, source.path(), message, Some(PLEASE_REPORT.to_owned()))
}
