//! Which fixes of a unit cannot be verified, so that the others go on without them.

use crate::check::apply::{PendingChanges, Unverified};
use crate::check::verify::{Planned, VerifyError};
use crate::language::{EditError, Frontend, UnitText};
use crate::plan::{FixId, Plan};
use crate::rules::Finding;
use crate::text::FileId;

/// A fix that is left out, and why.
pub(crate) struct LeftOut {
    pub(crate) fix: FixId,
    pub(crate) cause: Cause,
}

/// Why a fix is left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Cause {
    /// Its edits cannot be made: a person has to change the text.
    Edit(EditError),
    /// Its edits could not be verified: a fault of the program.
    Unverified(Unverified),
}

/// What the fixes of one unit are verified on.
pub(crate) struct Trials<'t> {
    pub(crate) text: UnitText<'t>,
    pub(crate) findings: &'t [Finding],
    pub(crate) plan: &'t Plan,
}

/// So many trials are made for one unit; then what remains is given up together.
const MAX_TRIALS: u32 = 64;

impl Trials<'_> {
    /// The fixes without which the others can be verified, given that all of them together cannot.
    pub(crate) fn unverifiable<F: Frontend>(&self, chosen: &[FixId]) -> Vec<LeftOut> {
        let mut search = Search { trials: self, left: MAX_TRIALS, good: Vec::new(), bad: Vec::new() };
        search.split::<F>(chosen);
        if search.bad.is_empty() {
            // Verified in parts, and not as a whole: nothing tells which is to blame.
            search.left = 0;
            search.split::<F>(chosen);
        }
        search.bad
    }

    fn verify<F: Frontend>(&self, chosen: &[FixId]) -> Result<(), Cause> {
        let frontend = F::read(self.text).frontend;
        let sources = self.text.sources;
        let pending = PendingChanges::new(&frontend, sources, self.plan, chosen).map_err(Cause::Edit)?;
        let unit = frontend.into_unit();
        let edits = pending.normalized_edits(sources);
        let planned = Planned { unit: &unit, findings: self.findings, plan: self.plan, chosen, edits: &edits };
        pending.verify::<F>(self.text, &planned).map(drop).map_err(Cause::Unverified)
    }
}

struct Search<'s, 't> {
    trials: &'s Trials<'t>,
    left: u32,
    /// What is verified, all together.
    good: Vec<FixId>,
    bad: Vec<LeftOut>,
}

impl Search<'_, '_> {
    /// Halves what cannot be verified together with the good ones, until what is in the way is alone.
    fn split<F: Frontend>(&mut self, part: &[FixId]) {
        let Some(left) = self.left.checked_sub(1) else {
            let cause = Cause::Unverified(Unverified { file: FileId(0), error: VerifyError::TooManyFailures });
            self.bad.extend(part.iter().map(|&fix| LeftOut { fix, cause: cause.clone() }));
            return;
        };
        self.left = left;
        let mut together = self.good.clone();
        together.extend(part);
        together.sort();
        match (self.trials.verify::<F>(&together), part) {
            (Ok(()), _) => self.good = together,
            (Err(cause), &[fix]) => self.bad.push(LeftOut { fix, cause }),
            (Err(_), _) => {
                let (first, second) = part.split_at(part.len() / 2);
                self.split::<F>(first);
                self.split::<F>(second);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Input, Language, Options, run};
    use crate::language::{Outline, Parsed};
    use crate::model::Unit;
    use crate::terraform::Module;
    use crate::text::{Edit, ReadError, Source, Sources};

    /// A module whose launchers called `bad` get text that is none, and those called `refused` no text.
    struct Faulty(Module);

    impl Frontend for Faulty {
        fn read(unit: UnitText<'_>) -> Parsed<Self> {
            let Parsed { frontend, errors, notes, is_recognized } = Module::read(unit);
            Parsed { frontend: Faulty(frontend), errors, notes, is_recognized }
        }

        fn is_relevant(text: &[u8]) -> bool {
            Module::is_relevant(text)
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
                return Err("these edits cannot be applied to this text".into());
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

        fn crosscheck(&self, file: FileId, source: &Source) -> Result<(), ReadError> {
            self.0.crosscheck(file, source)
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
            assert_eq!(without, ["these edits cannot be applied to this text"]);
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
