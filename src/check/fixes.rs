//! Which fixes of a unit are applied: their edits are made and verified together, and those that cannot be are left out one by one.

use std::collections::BTreeMap;

use crate::check::apply::{PendingChanges, Unverified};
use crate::check::isolate::{Cause, LeftOut, Trials};
use crate::check::report::{Diagnostic, FileChange};
use crate::check::verify::Planned;
use crate::check::{Options, apply};
use crate::language::{EditError, Frontend, UnitText};
use crate::model::{SlotId, Unit, UnitIndex};
use crate::plan::{FixId, Plan};
use crate::rules::{Applicability, Finding, Severity};
use crate::text::{Edit, Source};

/// What the fixes of one unit are made from.
#[derive(Clone, Copy)]
pub(crate) struct Fixing<'a> {
    pub(crate) text: UnitText<'a>,
    pub(crate) findings: &'a [Finding],
    pub(crate) options: &'a Options,
}

/// A plan of which all applied fixes are verified.
pub(crate) struct Fixes {
    pub(crate) plan: Plan,
    pub(crate) unit: Unit,
    /// The edits of each fix alone, if they were asked for.
    pub(crate) resolved: Vec<Result<Vec<Edit>, EditError>>,
    pub(crate) applied: Vec<FixId>,
    pub(crate) changes: Vec<FileChange>,
}

impl Fixing<'_> {
    /// Plans, makes and verifies the fixes. What cannot be made or verified is left out, and the plan made anew without it.
    pub(crate) fn run<F: Frontend>(self, mut frontend: F, problems: &mut Vec<Diagnostic>) -> Fixes {
        let sources = self.text.sources;
        let mut unfixable: BTreeMap<SlotId, String> = BTreeMap::new();
        let mut is_refused = false;
        loop {
            let plan = self.plan(&frontend, &unfixable);
            let resolved = self.resolve_fixes(&frontend, &plan);
            let failed = resolved.iter().zip(&plan.fixes).filter_map(|(edits, fix)| Some((fix, edits.as_ref().err()?)));
            let failed: Vec<(SlotId, String)> =
                failed.flat_map(|(fix, error)| fix.slots.iter().map(move |&slot| (slot, error.to_string()))).collect();
            if !failed.is_empty() {
                unfixable.extend(failed);
                continue;
            }
            let applied = if is_refused { Vec::new() } else { self.chosen(&plan) };
            if applied.is_empty() {
                return Fixes { plan, unit: frontend.into_unit(), resolved, applied, changes: Vec::new() };
            }
            let (refusal, pending) = rayon::join(
                || sources.ids().zip(sources.iter()).find_map(|(id, source)| frontend.crosscheck(id, source).err()),
                || PendingChanges::new(&frontend, sources, &plan, &applied),
            );
            if let Some(error) = refusal {
                problems.push(Diagnostic::unreadable(sources, error, Severity::Error));
                is_refused = true;
                continue;
            }
            if pending.is_err() {
                // Each fix alone tells which of them cannot be made. A search for them would verify the unit many times.
                let alone = applied.iter().map(|&id| (plan.fix(id), frontend.edits(sources, &plan, &[id])));
                let failed = alone.filter_map(|(fix, edits)| Some((&fix.slots, edits.err()?.to_string())));
                let failed: Vec<_> =
                    failed.flat_map(|(slots, why)| slots.iter().map(move |&slot| (slot, why.clone()))).collect();
                if !failed.is_empty() {
                    unfixable.extend(failed);
                    continue;
                }
            }
            // The trees go before the text is parsed again: two of them at once would double the memory.
            let unit = frontend.into_unit();
            let verified = pending.ok().and_then(|pending| {
                let edits = pending.normalized_edits(sources);
                let planned =
                    Planned { unit: &unit, findings: self.findings, plan: &plan, chosen: &applied, edits: &edits };
                pending.verify::<F>(self.text, &planned).ok()
            });
            if let Some(changes) = verified {
                return Fixes { plan, unit, resolved, applied, changes };
            }
            let trials = Trials { text: self.text, findings: self.findings, plan: &plan };
            for LeftOut { fix, cause } in trials.unverifiable::<F>(&applied) {
                let reason = self.reason(&cause, problems);
                unfixable.extend(plan.fix(fix).slots.iter().map(|&slot| (slot, reason.clone())));
            }
            frontend = F::read(self.text).frontend;
        }
    }

    fn plan<F: Frontend>(self, frontend: &F, unfixable: &BTreeMap<SlotId, String>) -> Plan {
        let may_change = |file| apply::may_change(self.text.sources, file);
        let index = UnitIndex::of(frontend.unit());
        crate::plan::plan(&index, self.findings, &may_change, self.options.naming, unfixable)
    }

    /// The edits of each fix alone, in the order of the plan; nothing unless they are asked for.
    fn resolve_fixes<F: Frontend>(self, frontend: &F, plan: &Plan) -> Vec<Result<Vec<Edit>, EditError>> {
        let ids = plan.ids().filter(|_| self.options.resolve_fixes);
        ids.map(|id| frontend.edits(self.text.sources, plan, &[id])).collect()
    }

    fn chosen(self, plan: &Plan) -> Vec<FixId> {
        let is_chosen = |id: &FixId| self.options.unsafe_fixes || plan.fix(*id).applicability == Applicability::Safe;
        plan.ids().filter(is_chosen).collect()
    }

    /// Why a fix is left out, as its finding says it. What could not be verified is a fault of the program, and a problem of its own.
    fn reason(self, cause: &Cause, problems: &mut Vec<Diagnostic>) -> String {
        match cause {
            Cause::Edit(error) => error.to_string(),
            Cause::Unverified(Unverified { file, error }) => {
                problems.push(internal_error(&self.text.sources[*file], &error.to_string()));
                format!("the fix could not be verified ({error}); {PLEASE_REPORT}")
            }
        }
    }
}

const PLEASE_REPORT: &str = "please report this, and attach the file if you can share it";

/// A fix that could not be verified: a bug of ipfix. The fix is skipped.
fn internal_error(source: &Source, why: &str) -> Diagnostic {
    let why = format!("a fix could not be verified and was skipped: {why}");
    Diagnostic::internal(source.path(), &why, PLEASE_REPORT.to_owned())
}
