//! What came of all modules or templates.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What came of one.
pub(crate) enum Verdict {
    /// Nothing is wrong, says the program.
    NothingFound,
    /// There are findings, and none has a safe fix.
    NoSafeFix,
    /// The generator made something that cannot be deployed at all.
    Invalid(String),
    /// It was fixed, and everything else is as before.
    Fixed,
    /// A safe fix was none.
    Failed(Failure),
}

/// A safe fix that was none.
pub(crate) struct Failure {
    /// In a word.
    pub(crate) kind: String,
    /// What was said.
    pub(crate) said: String,
    /// What may have to do with it.
    pub(crate) forms: String,
    /// The input, and what became of it.
    pub(crate) text: String,
}

/// The figures.
#[derive(Default)]
pub(crate) struct Figures {
    nothing: usize,
    none_safe: usize,
    invalid: Vec<(u64, String)>,
    fixed: usize,
    failed: BTreeMap<String, Vec<(u64, Failure)>>,
}

/// Of so many of a kind the whole text is shown.
const SHOWN: usize = 2;

impl Figures {
    /// Counts one.
    pub(crate) fn add(&mut self, number: u64, verdict: Verdict) {
        match verdict {
            Verdict::NothingFound => self.nothing += 1,
            Verdict::NoSafeFix => self.none_safe += 1,
            Verdict::Invalid(why) => self.invalid.push((number, why)),
            Verdict::Fixed => self.fixed += 1,
            Verdict::Failed(failure) => self.failed.entry(failure.kind.clone()).or_default().push((number, failure)),
        }
    }

    /// How many failed.
    pub(crate) fn failures(&self) -> usize {
        self.failed.values().map(Vec::len).sum()
    }

    /// All failures, and the figures last.
    pub(crate) fn report(&mut self, what: &str, seed: u64, all: bool) -> String {
        self.failed.values_mut().for_each(|failures| failures.sort_by_key(|(number, _)| *number));
        let mut out = String::new();
        let say = |out: &mut String, text: std::fmt::Arguments<'_>| out.write_fmt(text).expect("memory");
        for (kind, failures) in &self.failed {
            let shown = if all { failures.len() } else { SHOWN };
            for (number, failure) in failures.iter().take(shown) {
                let Failure { said, text, .. } = failure;
                say(&mut out, format_args!("--- {what} {number} of seed {seed}: {kind}\n{said}\n{text}\n"));
            }
        }
        for (number, why) in self.invalid.iter().take(if all { usize::MAX } else { 0 }) {
            say(&mut out, format_args!("--- {what} {number} of seed {seed} cannot be deployed: {why}\n"));
        }
        for (kind, failures) in &self.failed {
            say(&mut out, format_args!("{kind}: {}\n", failures.len()));
            for (number, failure) in failures.iter().take(if all { usize::MAX } else { 30 }) {
                let said: String = failure.said.chars().take(110).collect();
                say(&mut out, format_args!("  {seed}:{number} {} | {}\n", failure.forms, said.replace('\n', " ")));
            }
        }
        let (deployed, failures) = (self.fixed + self.failures(), self.failures());
        let made = self.nothing + self.none_safe + self.invalid.len() + deployed;
        say(
            &mut out,
            format_args!(
                "{made} {what}s of seed {seed}: {deployed} with a safe fix ({failures} of them wrong), \
                 {} with no safe fix, {} with no finding, {} that cannot be deployed at all\n",
                self.none_safe,
                self.nothing,
                self.invalid.len(),
            ),
        );
        out
    }

    /// Whether the generator makes too much that is not valid.
    pub(crate) fn too_many_invalid(&self) -> bool {
        let deployed = self.fixed + self.failures() + self.invalid.len();
        self.invalid.len() * 20 > deployed + 40
    }
}
