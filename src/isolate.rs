//! Which fixes of a unit cannot be proved right, so that the others go on without them.

use crate::aws::slots::ModuleSlot;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::plan::{FixId, Plan};
use crate::rules::Finding;
use crate::source::{FileId, Source};
use crate::verify::Planned;

/// A fix that is left out, and why.
pub(crate) struct Unproved {
    pub(crate) fix: FixId,
    pub(crate) file: FileId,
    pub(crate) why: String,
}

/// What the fixes of one unit are proved on.
pub(crate) struct Trials<'t> {
    pub(crate) sources: &'t [Source],
    pub(crate) slots: &'t [ModuleSlot],
    pub(crate) findings: &'t [Finding],
    pub(crate) plan: &'t Plan,
}

/// So many proofs are tried for one unit; then what is left is given up together.
const MOST_TRIALS: u32 = 64;

impl Trials<'_> {
    /// The fixes without which the others can be proved, given that all of them together cannot.
    pub(crate) fn unproved<E: Engine>(&self, chosen: &[FixId]) -> Vec<Unproved> {
        let mut search = Search { trials: self, left: MOST_TRIALS, good: Vec::new(), bad: Vec::new() };
        search.split::<E>(chosen);
        if search.bad.is_empty() {
            // Proved in parts, and not as a whole: nothing tells which is to blame.
            search.left = 0;
            search.split::<E>(chosen);
        }
        search.bad
    }

    fn prove<E: Engine>(&self, chosen: &[FixId]) -> Result<(), (FileId, String)> {
        let (engine, _) = E::read_with_slots(self.sources, self.slots);
        let draft =
            Draft::new(&engine, self.sources, self.plan, chosen).map_err(|why| (self.file_of(chosen[0], &engine), why))?;
        let unit = engine.into_unit();
        let edits = draft.edits_as_written(self.sources);
        let planned = Planned { unit: &unit, findings: self.findings, plan: self.plan, chosen, edits: &edits };
        draft.prove::<E>(self.sources, self.slots, &planned).map(drop)
    }

    fn file_of<E: Engine>(&self, fix: FixId, engine: &E) -> FileId {
        let slot = self.plan.fix(fix).slots.first();
        slot.map_or(FileId(0), |&slot| engine.unit().slot(slot).at.file)
    }
}

struct Search<'s, 't> {
    trials: &'s Trials<'t>,
    left: u32,
    /// What is proved, all together.
    good: Vec<FixId>,
    bad: Vec<Unproved>,
}

impl Search<'_, '_> {
    /// Halves what cannot be proved together with the good ones, until what is in the way is alone.
    fn split<E: Engine>(&mut self, part: &[FixId]) {
        let Some(left) = self.left.checked_sub(1) else {
            let why = || "too many fixes of the unit cannot be proved right".to_owned();
            self.bad.extend(part.iter().map(|&fix| Unproved { fix, file: FileId(0), why: why() }));
            return;
        };
        self.left = left;
        let mut together = self.good.clone();
        together.extend(part);
        together.sort();
        match (self.trials.prove::<E>(&together), part) {
            (Ok(()), _) => self.good = together,
            (Err((file, why)), &[fix]) => self.bad.push(Unproved { fix, file, why }),
            (Err(_), _) => {
                let (first, second) = part.split_at(part.len() / 2);
                self.split::<E>(first);
                self.split::<E>(second);
            }
        }
    }
}
