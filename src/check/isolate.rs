//! Which fixes of a unit cannot be proved right, so that the others go on without them.

use crate::aws::slots::ModuleSlot;
use crate::check::apply::PendingChanges;
use crate::check::verify::Planned;
use crate::language::Frontend;
use crate::plan::{FixId, Plan};
use crate::rules::Finding;
use crate::text::{FileId, Sources};

/// A fix that is left out, and why.
pub(crate) struct Unproved {
    pub(crate) fix: FixId,
    pub(crate) why: Why,
}

/// Why a fix is left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Why {
    /// Its edits cannot be made: the text is such that a person has to change it.
    Refused(String),
    /// Its edits could not be proved right, in this file: a fault of the program.
    Unproved(FileId, String),
}

/// What the fixes of one unit are proved on.
pub(crate) struct Trials<'t> {
    pub(crate) sources: &'t Sources,
    pub(crate) slots: &'t [ModuleSlot],
    pub(crate) findings: &'t [Finding],
    pub(crate) plan: &'t Plan,
}

/// So many proofs are tried for one unit; then what is left is given up together.
const MOST_TRIALS: u32 = 64;

impl Trials<'_> {
    /// The fixes without which the others can be proved, given that all of them together cannot.
    pub(crate) fn unproved<E: Frontend>(&self, chosen: &[FixId]) -> Vec<Unproved> {
        let mut search = Search { trials: self, left: MOST_TRIALS, good: Vec::new(), bad: Vec::new() };
        search.split::<E>(chosen);
        if search.bad.is_empty() {
            // Proved in parts, and not as a whole: nothing tells which is to blame.
            search.left = 0;
            search.split::<E>(chosen);
        }
        search.bad
    }

    fn prove<E: Frontend>(&self, chosen: &[FixId]) -> Result<(), Why> {
        let (frontend, _) = E::read_with_slots(self.sources, self.slots);
        let draft = PendingChanges::new(&frontend, self.sources, self.plan, chosen).map_err(Why::Refused)?;
        let unit = frontend.into_unit();
        let edits = draft.normalized_edits(self.sources);
        let planned = Planned { unit: &unit, findings: self.findings, plan: self.plan, chosen, edits: &edits };
        let proved = draft.verify::<E>(self.sources, self.slots, &planned);
        proved.map(drop).map_err(|(file, why)| Why::Unproved(file, why))
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
    fn split<E: Frontend>(&mut self, part: &[FixId]) {
        let Some(left) = self.left.checked_sub(1) else {
            let why = Why::Unproved(FileId(0), "too many fixes could not be verified".to_owned());
            self.bad.extend(part.iter().map(|&fix| Unproved { fix, why: why.clone() }));
            return;
        };
        self.left = left;
        let mut together = self.good.clone();
        together.extend(part);
        together.sort();
        match (self.trials.prove::<E>(&together), part) {
            (Ok(()), _) => self.good = together,
            (Err(why), &[fix]) => self.bad.push(Unproved { fix, why }),
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
    use crate::language::{EditError, Outline};
    use crate::model::Unit;
    use crate::terraform::Module;
    use crate::text::Edit;
    use crate::text::ReadError;
    use crate::text::Source;

    /// A module whose launchers called `bad` get text that is none, and those called `refused` no text.
    struct Faulty(Module);

    impl Frontend for Faulty {
        fn read(sources: &Sources) -> (Self, Vec<ReadError>) {
            let (module, errors) = Module::read(sources);
            (Faulty(module), errors)
        }

        fn is_relevant(text: &[u8]) -> bool {
            Module::is_relevant(text)
        }

        fn add_unreadable(&mut self, path: &Path, bytes: Option<&[u8]>) {
            self.0.add_unreadable(path, bytes);
        }

        fn unit(&self) -> &Unit {
            self.0.unit()
        }

        fn into_unit(self) -> Unit {
            self.0.into_unit()
        }

        fn outline(&self, sources: &Sources, files: &[FileId]) -> Outline {
            self.0.outline(sources, files)
        }

        fn edits(&self, sources: &Sources, plan: &Plan, chosen: &[FixId]) -> Result<Vec<Edit>, EditError> {
            let slots = chosen.iter().flat_map(|&fix| &plan.fix(fix).slots);
            let mut owners = slots.map(|&slot| &self.unit().node(self.unit().slot(slot).owner).address);
            if owners.any(|address| address.ends_with(".refused")) {
                return Err("this text cannot be changed so".into());
            }
            let mut edits = self.0.edits(sources, plan, chosen)?;
            for &slot in chosen.iter().flat_map(|&fix| &plan.fix(fix).slots) {
                let slot = self.unit().slot(slot);
                if self.unit().node(slot.owner).address.ends_with(".bad") {
                    edits.iter_mut().filter(|edit| slot.span.contains(edit.span)).for_each(|edit| edit.text.push(']'));
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
        assert_eq!(
            report.unit.node(report.unit.slot(left.site.expect("a slot").slot).owner).address,
            "aws_instance.bad"
        );
        assert!(left.unfixable_reason.as_ref().is_some_and(|why| why.contains("please report this")));
        assert_eq!(report.problems.len(), 1);
        assert!(report.problems[0].message.starts_with("internal error: "));
    }

    #[test]
    fn a_fix_whose_edits_cannot_be_made_says_why() {
        for each_fix_alone in [false, true] {
            let options = Options { resolve_fixes: each_fix_alone, ..Options::default() };
            let report = run::<Faulty>(module(&["a", "refused", "b"]), &options);
            assert_eq!(report.applied.len(), 2);
            let without: Vec<_> =
                report.findings.iter().filter_map(|found| found.unfixable_reason.as_deref()).collect();
            assert_eq!(without, ["this text cannot be changed so"]);
            assert!(report.problems.is_empty(), "{:?}", report.problems);
            let edits = report.findings.iter().filter(|found| !found.edits.is_empty()).count();
            assert_eq!(edits, if each_fix_alone { 2 } else { 0 });
        }
    }

    #[test]
    fn nothing_is_left_if_nothing_can_be_proved() {
        let report = run::<Faulty>(module(&["bad"]), &Options::default());
        assert!(report.changes.is_empty() && report.applied.is_empty());
        assert_eq!(report.problems.len(), 1);
    }
}
