//! The pipeline for one unit: read, judge, plan, edit, verify.

mod apply;
mod fixes;
mod input;
mod isolate;
mod report;
mod verify;

pub use crate::check::input::{Input, Language, Options};
pub use crate::check::report::{FileChange, Problem, Reported, UnitReport};
pub use crate::language::{Child, UnreadableFile};

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::capability::Capability;
use crate::check::fixes::{Fixes, Fixing};
use crate::cloudformation::Template;
use crate::language::{EditError, Frontend, Parsed};
use crate::model::{SlotId, Suppression, Unit, UnitIndex};
use crate::plan::{FixId, Plan};
use crate::rules::{self, Finding, Severity, Suggestion};
use crate::suppression::Suppressions;
use crate::terraform::Module;
use crate::text::ReadError;
use crate::text::{Edit, Source, Sources, Span};

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

pub(crate) fn run<F: Frontend>(input: Input, options: &Options) -> UnitReport {
    let text = input.text(options);
    let sources = &input.sources;
    let Parsed { frontend, errors, notes, is_recognized } = F::read(text);
    let index = UnitIndex::of(frontend.unit());
    let mut suppressions = Suppressions::of(&frontend.unit().suppressions, sources);
    let (mut findings, suppressed) = collect_violations(&index, options, sources, &mut suppressions);
    drop(index);
    let may_be_something_else = !is_recognized && !input.is_explicit;
    let unreadable = |error| unreadable::<F>(sources, error, may_be_something_else);
    let mut problems: Vec<Problem> = errors.into_iter().map(unreadable).collect();
    if problems.is_empty() && !is_recognized && input.is_explicit {
        problems.extend(sources.first().map(not_a_template));
    }
    problems.extend(notes.into_iter().map(|note| Problem::unreadable(sources, note, Severity::Note)));
    problems.extend(suppression_problems(&suppressions, sources));
    let Fixes { plan, unit, resolved, applied, changes } =
        Fixing { text, findings: &findings, options }.run(frontend, &mut problems);
    for fix in plan.fixes.iter().filter(|fix| !fix.unsafe_reasons.is_empty()) {
        for &number in &fix.violations {
            findings[number].violation.notes.extend(fix.unsafe_reasons.iter().cloned());
        }
    }
    let findings = report(findings, &unit, &plan, &applied, &resolved);
    UnitReport {
        language: input.language,
        required_capability: plan.required_capability(&unit, &applied).and_then(Capability::name),
        sources: input.sources,
        unit,
        findings,
        plan,
        applied,
        changes,
        problems,
        suppressed,
    }
}

/// A file that the user named and that turned out to be something else.
fn not_a_template(source: &Source) -> Problem {
    Problem {
        severity: Severity::Note,
        path: source.path().to_owned(),
        span: None,
        position: None,
        message: "not a CloudFormation template".to_owned(),
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
    resolved: &[Result<Vec<Edit>, EditError>],
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
            edits: fix.and_then(|fix| resolved.get(fix.0 as usize)?.clone().ok()).unwrap_or_default(),
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
