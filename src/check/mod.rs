//! The pipeline for one unit: read, collect violations, plan, edit, verify.

mod apply;
mod fixes;
mod input;
mod interface;
mod isolate;
mod report;
mod verify;

pub use crate::check::input::{Input, Language, Options};
pub use crate::check::interface::{Demand, demands, interface};
pub use crate::check::report::{Diagnostic, FileChange, Related, Site, UnitReport};
pub use crate::language::{Callers, Child, Reader, UnreadableFile};

use std::collections::BTreeSet;

use crate::aws::capability::Capability;
use crate::check::fixes::{Fixes, Fixing};
use crate::cloudformation::Template;
use crate::language::{Frontend, Parsed};
use crate::model::{Crossing, Slot, SlotId, Unit, UnitIndex};
use crate::rules::{self, Finding, Severity, Suggestion};
use crate::suppression::Suppressions;
use crate::terraform::Module;
use crate::text::ReadError;
use crate::text::{Source, Sources, Span};

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

pub(crate) fn run<F: Frontend>(input: Input, options: &Options) -> UnitReport {
    let text = input.text(options);
    let sources = &input.sources;
    let Parsed { frontend, errors, notes, is_recognized } = F::read(text);
    let index = UnitIndex::of(frontend.unit());
    let mut suppressions = Suppressions::of(&frontend.unit().suppressions, sources);
    let (findings, suppressed) = collect_violations(&index, options, sources, &mut suppressions);
    drop(index);
    let may_be_something_else = !is_recognized && !input.is_explicit || input.is_incidental;
    let unreadable = |error| unreadable::<F>(sources, error, may_be_something_else);
    let mut problems: Vec<Diagnostic> = errors.into_iter().map(unreadable).collect();
    if problems.is_empty() && !is_recognized && input.is_explicit {
        problems.extend(sources.first().map(not_a_template));
    }
    problems.extend(notes.into_iter().map(|note| Diagnostic::unreadable(sources, note, Severity::Note)));
    problems.extend(suppression_problems(&suppressions, sources));
    let fixes = Fixing { text, findings: &findings, options }.run(frontend, &mut problems);
    let findings = diagnostics(findings, sources, &fixes);
    let Fixes { plan, unit, applied, changes, .. } = fixes;
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
    // One at a slot that an input reaches suppresses the findings of the callers.
    for slot in index.slots.iter().filter(|slot| is_of_input(index, slot)) {
        suppressions
            .suppresses([&slot.value, &Span::new(slot.span.file, slot.span.start..slot.span.start + 1)], |_| true);
    }
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
            .push("a finding on the same argument is ignored, so the argument stays as it is".to_owned());
    }
    findings.sort_by_cached_key(|finding| (primary_span(index, finding), finding.rule.code));
    (findings, suppressed)
}

fn is_of_input(unit: &Unit, slot: &Slot) -> bool {
    let mut leaves = slot.leaves.iter().map(|leaf_use| unit.leaf(leaf_use.leaf));
    leaves.any(|leaf| matches!(leaf.crossing, Some(Crossing::Input(_))))
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
fn diagnostics(findings: Vec<Finding>, sources: &Sources, fixes: &Fixes) -> Vec<Diagnostic> {
    let Fixes { plan, unit, resolved, applied, .. } = fixes;
    let of_finding = |finding: Finding| {
        let span = primary_span(unit, &finding);
        Diagnostic::of_finding(finding, span, sources, unit)
    };
    let mut diagnostics: Vec<Diagnostic> = findings.into_iter().map(of_finding).collect();
    for ((number, id), fix) in plan.ids().enumerate().zip(&plan.fixes) {
        let mut edits = resolved.get(number).and_then(|edits| edits.clone().ok()).unwrap_or_default();
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
        // A reason is not repeated as a note.
        let reason = reason.to_string();
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
