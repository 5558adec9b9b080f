//! The pipeline for one unit: read, judge, plan, edit, verify.

mod apply;
mod input;
mod isolate;
mod report;
mod verify;

pub use crate::check::input::{Input, Language, Options, Unread};
pub use crate::check::report::{FileChange, Gravity, Problem, Reported, UnitReport};
pub use crate::language::Child;

use std::collections::{BTreeMap, BTreeSet};

use crate::check::apply::Draft;
use crate::check::isolate::{Trials, Unproved, Why};
use crate::check::verify::Planned;
use crate::cloudformation::Template;
use crate::language::Engine;
use crate::model::{Facts, Ignore, SlotId, Unit};
use crate::plan::{self, FixId, Plan};
use crate::rules::{self, Cure, Finding, Safety, Severity};
use crate::suppression::Wishes;
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

pub(crate) fn run<E: Engine>(input: Input, options: &Options) -> UnitReport {
    let Input { language, sources, unread, children, named_itself } = input;
    let (engine, errors) = read::<E>(&sources, &unread, &children, options);
    let facts = Facts::of(engine.unit());
    let mut wishes = Wishes::of(&engine.unit().ignores, &sources);
    let (mut findings, suppressed) = judge(&facts, options, &sources, &mut wishes);
    let plan = make_plan(&facts, &findings, &sources, options, &BTreeMap::new());
    drop(facts);
    let found_only = language == Language::CloudFormation && !engine.is_recognised() && !named_itself;
    let unreadable = |error| unreadable::<E>(&sources, error, found_only);
    let mut problems: Vec<Problem> = errors.into_iter().map(unreadable).collect();
    if problems.is_empty() && !engine.is_recognised() && named_itself {
        problems.extend(sources.first().map(no_template));
    }
    problems.extend(engine.notes().into_iter().map(|note| Problem::unreadable(&sources, note, Gravity::Note)));
    problems.extend(faulty_ignores(&wishes, &sources));
    let around = Around { sources: &sources, unread: &unread, children: &children, findings: &findings, options };
    let Settled { plan, unit, alone, newly_needed, changes, applied } = around.settle(engine, plan, &mut problems);
    for fix in plan.fixes.iter().filter(|fix| !fix.doubts.is_empty()) {
        for &number in &fix.serves {
            findings[number].claim.notes.extend(fix.doubts.iter().cloned());
        }
    }
    let findings = report(findings, &unit, &plan, &applied, &alone);
    UnitReport { language, sources, unit, findings, plan, applied, changes, problems, newly_needed, suppressed }
}

fn read<E: Engine>(
    sources: &Sources,
    unread: &[Unread],
    children: &BTreeMap<String, Child>,
    options: &Options,
) -> (E, Vec<ReadError>) {
    let (mut engine, errors) = E::read_with_slots(sources, &options.module_slots);
    for file in unread {
        engine.not_read(&file.path, file.bytes.as_deref());
    }
    engine.know_children(children);
    (engine, errors)
}

fn make_plan(
    facts: &Facts<'_>,
    findings: &[Finding],
    sources: &Sources,
    options: &Options,
    unproved: &BTreeMap<SlotId, String>,
) -> Plan {
    plan::make(facts, findings, &|file| may_change(sources, file), options.naming, unproved)
}

/// What a plan is settled on.
struct Around<'a> {
    sources: &'a Sources,
    unread: &'a [Unread],
    children: &'a BTreeMap<String, Child>,
    findings: &'a [Finding],
    options: &'a Options,
}

/// A plan of which all chosen fixes are proved.
struct Settled {
    plan: Plan,
    unit: Unit,
    /// The edits of each fix alone.
    alone: Vec<Result<Vec<Edit>, String>>,
    newly_needed: Option<&'static str>,
    changes: Vec<FileChange>,
    applied: Vec<FixId>,
}

impl Around<'_> {
    /// Makes and proves the chosen fixes; what cannot be proved is left out, and the plan made anew without it.
    fn settle<E: Engine>(&self, mut engine: E, mut plan: Plan, problems: &mut Vec<Problem>) -> Settled {
        let (sources, findings, options) = (self.sources, self.findings, self.options);
        let slots = &options.module_slots;
        let mut unproved: BTreeMap<SlotId, String> = BTreeMap::new();
        let mut refused = false;
        loop {
            let alone = if options.each_fix_alone { engine.edits_of_each(sources, &plan) } else { Vec::new() };
            let refusals = alone.iter().zip(plan.ids()).filter_map(|(edits, id)| Some((id, edits.as_ref().err()?)));
            let refusals: Vec<_> = refusals
                .flat_map(|(id, why)| plan.fix(id).slots.iter().map(move |&slot| (slot, why.clone())))
                .collect();
            if !refusals.is_empty() {
                unproved.extend(refusals);
                plan = make_plan(&Facts::of(engine.unit()), findings, sources, options, &unproved);
                continue;
            }
            let wanted = |&id: &FixId| !refused && (options.unsafe_fixes || plan.fix(id).safety == Safety::Safe);
            let applied: Vec<FixId> = plan.ids().filter(wanted).collect();
            let newly_needed = engine.newly_needed(&plan, &applied);
            if applied.is_empty() {
                return Settled { plan, unit: engine.into_unit(), alone, newly_needed, changes: Vec::new(), applied };
            }
            let (refusal, draft) =
                rayon::join(|| engine.refused_by_another(sources), || Draft::new(&engine, sources, &plan, &applied));
            if let Some(error) = refusal {
                problems.push(Problem::unreadable(sources, error, Gravity::Error));
                refused = true;
                continue;
            }
            // The trees go before the text is parsed again: two of them at once would double the memory.
            let unit = engine.into_unit();
            let proved = draft.map_err(|why| (FileId(0), why)).and_then(|draft| {
                let edits = draft.edits_as_written(sources);
                let planned = Planned { unit: &unit, findings, plan: &plan, chosen: &applied, edits: &edits };
                draft.prove::<E>(sources, slots, &planned)
            });
            if let Ok(changes) = proved {
                return Settled { plan, unit, alone, newly_needed, changes, applied };
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
            engine = read::<E>(sources, self.unread, self.children, options).0;
            plan = make_plan(&Facts::of(engine.unit()), findings, sources, options, &unproved);
        }
    }
}

/// Whether a file is one that fixes may change.
fn may_change(sources: &Sources, file: FileId) -> bool {
    sources.get(file.0 as usize).is_some_and(Source::may_change)
}

/// A file that the user named and that turned out to be something else.
fn no_template(source: &Source) -> Problem {
    Problem {
        gravity: Gravity::Note,
        path: source.path().to_owned(),
        at: None,
        position: None,
        message: "no CloudFormation template: nothing to look at".to_owned(),
        help: None,
    }
}

/// The findings in named files that are wanted and not silenced, and how many are silenced.
fn judge(facts: &Facts<'_>, options: &Options, sources: &Sources, wishes: &mut Wishes<'_>) -> (Vec<Finding>, usize) {
    let mut findings = rules::check(facts);
    let mut suppressed = 0;
    let mut is_wanted = |finding: &Finding| {
        let at = place(facts, finding);
        let file = sources.get(at.file.0 as usize).filter(|file| file.named());
        if file.is_none_or(|file| !options.wants(finding.rule, file.path())) {
            return false;
        }
        // The value may stand on the lines below its key: a word beside the key, or above it, is meant for the whole.
        let place = &facts.slot(finding.slot).at;
        let key = Span::new(place.file, place.start..place.start + 1);
        let silenced = wishes.hear([&at, &key], |code| finding.rule.is_silenced_by(code));
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
        finding.claim.cure = Cure::Report;
        finding
            .claim
            .notes
            .push("a finding on the same argument is ignored, so the argument stays as it is".to_owned());
    }
    findings.sort_by_cached_key(|finding| (place(facts, finding), finding.rule.code));
    (findings, suppressed)
}

/// Where a finding stands: at its leaf, or at what reads the leaf if that stands in a definition.
fn place(unit: &Unit, finding: &Finding) -> Span {
    let (slot, leaf) = (unit.slot(finding.slot), unit.leaf(finding.leaf));
    let reach = slot.leaves.iter().find(|reach| reach.leaf == finding.leaf);
    let read_at = reach.and_then(|reach| reach.read_at);
    match leaf.definition {
        Some(_) => read_at.unwrap_or(slot.value),
        None => leaf.at,
    }
}

fn report(
    findings: Vec<Finding>,
    unit: &Unit,
    plan: &Plan,
    applied: &[FixId],
    alone: &[Result<Vec<Edit>, String>],
) -> Vec<Reported> {
    let mut fix_of: BTreeMap<usize, FixId> = BTreeMap::new();
    for (id, fix) in plan.ids().zip(&plan.fixes) {
        fix_of.extend(fix.serves.iter().map(|&finding| (finding, id)));
    }
    let unfixed: BTreeMap<usize, &String> = plan.unfixed.iter().map(|(number, why)| (*number, why)).collect();
    let reported = |(number, finding): (usize, Finding)| {
        let fix = fix_of.get(&number).copied();
        Reported {
            at: place(unit, &finding),
            applied: fix.is_some_and(|fix| applied.contains(&fix)),
            edits: fix.and_then(|fix| alone.get(fix.0 as usize)?.clone().ok()).unwrap_or_default(),
            unfixed: unfixed.get(&number).map(|why| (*why).clone()),
            fix,
            finding,
        }
    };
    findings.into_iter().enumerate().map(reported).collect()
}

/// A file that does not parse matters if it holds a word that concerns us; less so if it was only found, and may be something else.
fn unreadable<E: Engine>(sources: &Sources, error: ReadError, found_only: bool) -> Problem {
    let source = &sources[error.at.file];
    let gravity = match (found_only, E::concerns(source.text().as_bytes())) {
        (true, _) => Gravity::Warning,
        (false, true) => Gravity::Error,
        (false, false) => Gravity::Note,
    };
    Problem::unreadable(sources, error, gravity)
}

/// Suppressions that cannot be read, and those that suppress nothing.
fn faulty_ignores(wishes: &Wishes<'_>, sources: &Sources) -> Vec<Problem> {
    let problem = |ignore: &Ignore, gravity, message: &str, help: &str| {
        let source = &sources[ignore.at.file];
        source.named().then(|| Problem {
            gravity,
            path: source.path().to_owned(),
            position: Some(source.position(ignore.at.start)),
            at: Some(ignore.at),
            message: message.to_owned(),
            help: Some(help.to_owned()),
        })
    };
    let unreadable = wishes
        .complaints()
        .map(|(ignore, complaint)| problem(ignore, Gravity::Warning, &complaint.message, &complaint.help));
    let unused = wishes.unheard().map(|ignore| problem(ignore, Gravity::Note, "unused suppression", "delete it"));
    unreadable.chain(unused).flatten().collect()
}

/// Why a finding has no fix although one was planned.
fn left_alone(why: &str) -> String {
    format!("the fix could not be proved right ({why}): please report this, with the file if you can share it")
}

/// A proof failed: a fault of the program. The fix is left out.
fn internal(source: &Source, why: &str) -> Problem {
    Problem {
        gravity: Gravity::Error,
        path: source.path().to_owned(),
        position: None,
        at: None,
        message: format!("internal error: a fix could not be proved right, and is left out: {why}"),
        help: Some("please report this, with the file if you can share it".to_owned()),
    }
}
