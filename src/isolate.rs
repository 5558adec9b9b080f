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
        let draft = Draft::new(&engine, self.sources, self.plan, chosen)
            .map_err(|why| (self.file_of(chosen[0], &engine), why))?;
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::check::{Input, Language, Options, run};
    use crate::engine::{Outline, ReadError};
    use crate::model::Unit;
    use crate::source::Edit;
    use crate::terraform::Module;

    /// A module whose launchers called `bad` get text that is none.
    struct Faulty(Module);

    impl Engine for Faulty {
        fn read(sources: &[Source]) -> (Self, Vec<ReadError>) {
            let (module, errors) = Module::read(sources);
            (Faulty(module), errors)
        }

        fn concerns(text: &[u8]) -> bool {
            Module::concerns(text)
        }

        fn not_read(&mut self, path: &Path, bytes: Option<&[u8]>) {
            self.0.not_read(path, bytes);
        }

        fn unit(&self) -> &Unit {
            self.0.unit()
        }

        fn into_unit(self) -> Unit {
            self.0.into_unit()
        }

        fn outline(&self, sources: &[Source], files: &[FileId]) -> Outline {
            self.0.outline(sources, files)
        }

        fn edits(&self, sources: &[Source], plan: &Plan, chosen: &[FixId]) -> Result<Vec<Edit>, String> {
            let mut edits = self.0.edits(sources, plan, chosen)?;
            for &slot in chosen.iter().flat_map(|&fix| &plan.fix(fix).slots) {
                let slot = self.unit().slot(slot);
                if self.unit().node(slot.owner).address.ends_with(".bad") {
                    edits.iter_mut().filter(|edit| slot.at.contains(&edit.at)).for_each(|edit| edit.text.push(']'));
                }
            }
            Ok(edits)
        }
    }

    fn module(labels: &[&str]) -> Input {
        let role = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n".to_owned();
        let launcher = |label: &&str| {
            format!("\nresource \"aws_instance\" \"{label}\" {{\n  iam_instance_profile = aws_iam_role.app.name\n}}\n")
        };
        let text: String = std::iter::once(role).chain(labels.iter().map(launcher)).collect();
        Input::new(Language::Terraform, vec![Source::new("main.tf", text.into_bytes(), true).expect("text")])
    }

    #[test]
    fn what_cannot_be_proved_is_left_out_alone() {
        let report = run::<Faulty>(module(&["a", "bad", "b", "c", "d"]), &Options::default());
        let after = &report.changes[0].after;
        assert_eq!(after.matches("= aws_iam_instance_profile.app.name").count(), 4, "{after}");
        assert_eq!(after.matches("iam_instance_profile = aws_iam_role.app.name").count(), 1, "{after}");
        let without: Vec<_> = report.findings.iter().filter(|found| found.fix.is_none()).collect();
        let [left] = without.as_slice() else { panic!("{without:?}") };
        assert_eq!(report.unit.node(report.unit.slot(left.finding.slot).owner).address, "aws_instance.bad");
        assert!(left.unfixed.as_ref().is_some_and(|why| why.contains("please report this")));
        assert_eq!(report.problems.len(), 1);
        assert!(report.problems[0].message.starts_with("internal error: a fix could not be proved right"));
    }

    #[test]
    fn nothing_is_left_if_nothing_can_be_proved() {
        let report = run::<Faulty>(module(&["bad"]), &Options::default());
        assert!(report.changes.is_empty() && report.applied.is_empty());
        assert_eq!(report.problems.len(), 1);
    }
}
