//! The pipeline for one unit: read, judge, plan, edit, verify.

mod apply;
mod input;
mod isolate;
mod report;
mod verify;

pub use crate::check::input::{Input, Language, Options, UnreadableFile};
pub use crate::check::report::{FileChange, Problem, Reported, UnitReport};
pub use crate::language::Child;

use std::collections::{BTreeMap, BTreeSet};

use crate::check::apply::PendingChanges;
use crate::check::isolate::{Trials, Unproved, Why};
use crate::check::verify::Planned;
use crate::cloudformation::Template;
use crate::language::{EditError, Frontend};
use crate::model::{SlotId, Suppression, Unit, UnitIndex};
use crate::plan::{self, FixId, Plan};
use crate::rules::{self, Applicability, Finding, Severity, Suggestion};
use crate::suppression::Suppressions;
use crate::terraform::Module;
use crate::text::ReadError;
use crate::text::{Edit, FileId, Source, Sources, Span};

/// Looks at one unit and plans, makes and proves its fixes. Nothing is written.
///
/// What a source says is never an error of this function: files that cannot be read are among the [`problems`](UnitReport::problems).
pub fn check(input: Input, options: &Options) -> UnitReport {
    match input.language {
        Language::Terraform => run::<Module>(input, options),
        Language::CloudFormation => run::<Template>(input, options),
    }
}

/// The files of one unit that its fixes change, as they will be. [`check`] says why.
pub fn fix(input: Input, options: &Options) -> Vec<Source> {
    check(input, options).fixed().collect()
}

pub(crate) fn run<E: Frontend>(input: Input, options: &Options) -> UnitReport {
    let Input { language, sources, unreadable: unread, children, is_explicit: named_itself } = input;
    let (frontend, errors) = read::<E>(&sources, &unread, &children, options);
    let index = UnitIndex::of(frontend.unit());
    let mut suppressions = Suppressions::of(&frontend.unit().suppressions, &sources);
    let (mut findings, suppressed) = collect_violations(&index, options, &sources, &mut suppressions);
    let plan = make_plan(&index, &findings, &sources, options, &BTreeMap::new());
    drop(index);
    let found_only = language == Language::CloudFormation && !frontend.is_recognised() && !named_itself;
    let unreadable = |error| unreadable::<E>(&sources, error, found_only);
    let mut problems: Vec<Problem> = errors.into_iter().map(unreadable).collect();
    if problems.is_empty() && !frontend.is_recognised() && named_itself {
        problems.extend(sources.first().map(not_a_template));
    }
    problems.extend(frontend.notes().into_iter().map(|note| Problem::unreadable(&sources, note, Severity::Note)));
    problems.extend(suppression_problems(&suppressions, &sources));
    let around = Around { sources: &sources, unread: &unread, children: &children, findings: &findings, options };
    let Settled { plan, unit, alone, required_capability: newly_needed, changes, applied } =
        around.settle(frontend, plan, &mut problems);
    for fix in plan.fixes.iter().filter(|fix| !fix.unsafe_reasons.is_empty()) {
        for &number in &fix.violations {
            findings[number].violation.notes.extend(fix.unsafe_reasons.iter().cloned());
        }
    }
    let findings = report(findings, &unit, &plan, &applied, &alone);
    UnitReport {
        language,
        sources,
        unit,
        findings,
        plan,
        applied,
        changes,
        problems,
        required_capability: newly_needed,
        suppressed,
    }
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

/// What a plan is settled on.
struct Around<'a> {
    sources: &'a Sources,
    unread: &'a [UnreadableFile],
    children: &'a BTreeMap<String, Child>,
    findings: &'a [Finding],
    options: &'a Options,
}

/// A plan of which all chosen fixes are proved.
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
    /// Makes and proves the chosen fixes; what cannot be proved is left out, and the plan made anew without it.
    fn settle<E: Frontend>(&self, mut frontend: E, mut plan: Plan, problems: &mut Vec<Problem>) -> Settled {
        let (sources, findings, options) = (self.sources, self.findings, self.options);
        let slots = &options.module_slots;
        let mut unproved: BTreeMap<SlotId, String> = BTreeMap::new();
        let mut refused = false;
        let mut ask_each = options.resolve_fixes;
        loop {
            let alone = if ask_each { frontend.edits_of_each(sources, &plan) } else { Vec::new() };
            let refusals = alone.iter().zip(plan.ids()).filter_map(|(edits, id)| Some((id, edits.as_ref().err()?)));
            let refusals: Vec<_> = refusals
                .flat_map(|(id, why)| plan.fix(id).slots.iter().map(move |&slot| (slot, why.to_string())))
                .collect();
            if !refusals.is_empty() {
                unproved.extend(refusals);
                plan = make_plan(&UnitIndex::of(frontend.unit()), findings, sources, options, &unproved);
                continue;
            }
            let alone = if options.resolve_fixes { alone } else { Vec::new() };
            let wanted =
                |&id: &FixId| !refused && (options.unsafe_fixes || plan.fix(id).applicability == Applicability::Safe);
            let applied: Vec<FixId> = plan.ids().filter(wanted).collect();
            let newly_needed = frontend.required_capability(&plan, &applied);
            if applied.is_empty() {
                return Settled {
                    plan,
                    unit: frontend.into_unit(),
                    alone,
                    required_capability: newly_needed,
                    changes: Vec::new(),
                    applied,
                };
            }
            let (refusal, draft) = rayon::join(
                || frontend.crosscheck_before(sources),
                || PendingChanges::new(&frontend, sources, &plan, &applied),
            );
            if let Some(error) = refusal {
                problems.push(Problem::unreadable(sources, error, Severity::Error));
                refused = true;
                continue;
            }
            if draft.is_err() && !ask_each {
                // Each fix alone tells which cannot be made; to search for them would prove the unit many times.
                ask_each = true;
                continue;
            }
            // The trees go before the text is parsed again: two of them at once would double the memory.
            let unit = frontend.into_unit();
            let proved = draft.map_err(|why| (FileId(0), why)).and_then(|draft| {
                let edits = draft.normalized_edits(sources);
                let planned = Planned { unit: &unit, findings, plan: &plan, chosen: &applied, edits: &edits };
                draft.verify::<E>(sources, slots, &planned)
            });
            if let Ok(changes) = proved {
                return Settled { plan, unit, alone, required_capability: newly_needed, changes, applied };
            }
            let trials = Trials { sources, slots, findings, plan: &plan };
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

/// Whether a file is one that fixes may change.
fn may_change(sources: &Sources, file: FileId) -> bool {
    sources.get(file.0 as usize).is_some_and(Source::may_change)
}

/// A file that the user named and that turned out to be something else.
fn not_a_template(source: &Source) -> Problem {
    Problem {
        severity: Severity::Note,
        path: source.path().to_owned(),
        span: None,
        position: None,
        message: "no CloudFormation template: nothing to look at".to_owned(),
        help: None,
    }
}

/// The findings in named files that are wanted and not silenced, and how many are silenced.
fn collect_violations(
    index: &UnitIndex<'_>,
    options: &Options,
    sources: &Sources,
    suppressions: &mut Suppressions<'_>,
) -> (Vec<Finding>, usize) {
    let mut findings = rules::check(index);
    let mut suppressed = 0;
    let mut is_wanted = |finding: &Finding| {
        let at = primary_span(index, finding);
        let file = sources.get(at.file.0 as usize).filter(|file| file.is_target());
        if file.is_none_or(|file| !options.is_enabled(finding.rule, file.path())) {
            return false;
        }
        // The value may stand on the lines below its key: a word beside the key, or above it, is meant for the whole.
        let place = &index.slot(finding.slot).span;
        let key = Span::new(place.file, place.start..place.start + 1);
        let silenced = suppressions.suppresses([&at, &key], |code| finding.rule.is_silenced_by(code));
        suppressed += usize::from(silenced && finding.rule.severity < Severity::Note);
        !silenced
    };
    let mut left_alone: BTreeSet<SlotId> = BTreeSet::new();
    findings.retain(|finding| {
        let wanted = is_wanted(finding);
        if !wanted && finding.rule.is_about_the_argument() {
            left_alone.insert(finding.slot);
        }
        wanted
    });
    for finding in findings.iter_mut().filter(|finding| left_alone.contains(&finding.slot)) {
        // Were the argument right in name and shape, what is ignored would be another rule's finding, and fixed by the next run.
        finding.violation.suggestion = Suggestion::DisplayOnly;
        finding
            .violation
            .notes
            .push("a finding on the same argument is ignored, so the argument stays as it is".to_owned());
    }
    findings.sort_by_cached_key(|finding| (primary_span(index, finding), finding.rule.code));
    (findings, suppressed)
}

/// Where a finding stands: at its leaf, or at what reads the leaf if that stands in a definition.
fn primary_span(unit: &Unit, finding: &Finding) -> Span {
    let (slot, leaf) = (unit.slot(finding.slot), unit.leaf(finding.leaf));
    let leaf_use = slot.leaves.iter().find(|leaf_use| leaf_use.leaf == finding.leaf);
    let read_at = leaf_use.and_then(|leaf_use| leaf_use.reference_span);
    match leaf.definition {
        Some(_) => read_at.unwrap_or(slot.value),
        None => leaf.span,
    }
}

fn report(
    findings: Vec<Finding>,
    unit: &Unit,
    plan: &Plan,
    applied: &[FixId],
    alone: &[Result<Vec<Edit>, EditError>],
) -> Vec<Reported> {
    let mut fix_of: BTreeMap<usize, FixId> = BTreeMap::new();
    for (id, fix) in plan.ids().zip(&plan.fixes) {
        fix_of.extend(fix.violations.iter().map(|&finding| (finding, id)));
    }
    let unfixed: BTreeMap<usize, &String> = plan.unfixed.iter().map(|(number, why)| (*number, why)).collect();
    let reported = |(number, finding): (usize, Finding)| {
        let fix = fix_of.get(&number).copied();
        Reported {
            span: primary_span(unit, &finding),
            applied: fix.is_some_and(|fix| applied.contains(&fix)),
            edits: fix.and_then(|fix| alone.get(fix.0 as usize)?.clone().ok()).unwrap_or_default(),
            unfixable_reason: unfixed.get(&number).map(|why| (*why).clone()),
            fix,
            finding,
        }
    };
    findings.into_iter().enumerate().map(reported).collect()
}

/// A file that does not parse matters if it holds a word that concerns us; less so if it was only found, and may be something else.
fn unreadable<E: Frontend>(sources: &Sources, error: ReadError, found_only: bool) -> Problem {
    let source = &sources[error.span.file];
    let severity = match (found_only, E::is_relevant(source.text().as_bytes())) {
        (true, _) => Severity::Warning,
        (false, true) => Severity::Error,
        (false, false) => Severity::Note,
    };
    Problem::unreadable(sources, error, severity)
}

/// Suppressions that cannot be read, and those that suppress nothing.
fn suppression_problems(suppressions: &Suppressions<'_>, sources: &Sources) -> Vec<Problem> {
    let problem = |suppression: &Suppression, severity, message: &str, help: &str| {
        let source = &sources[suppression.span.file];
        source.is_target().then(|| Problem {
            severity,
            path: source.path().to_owned(),
            position: Some(source.position(suppression.span.start)),
            span: Some(suppression.span),
            message: message.to_owned(),
            help: Some(help.to_owned()),
        })
    };
    let unreadable = suppressions
        .complaints()
        .map(|(suppression, complaint)| problem(suppression, Severity::Warning, &complaint.message, &complaint.help));
    let unused = suppressions
        .unused()
        .map(|suppression| problem(suppression, Severity::Note, "unused suppression", "delete it"));
    unreadable.chain(unused).flatten().collect()
}

/// Why a finding has no fix although one was planned.
fn left_alone(why: &str) -> String {
    format!("the fix could not be proved right ({why}): please report this, with the file if you can share it")
}

/// A proof failed: a fault of the program. The fix is left out.
fn internal(source: &Source, why: &str) -> Problem {
    Problem {
        severity: Severity::Error,
        path: source.path().to_owned(),
        position: None,
        span: None,
        message: format!("internal error: a fix could not be proved right, and is left out: {why}"),
        help: Some("please report this, with the file if you can share it".to_owned()),
    }
}
