//! What is answered: findings, fixes and new texts of one unit.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::check::input::Language;
use crate::model::Unit;
use crate::plan::{FixId, InsertionPoint, Plan};
use crate::rules::{Finding, Severity};
use crate::text::{Edit, FileId, ReadError, Source, Sources, Span};

/// What ipfix has to say of one unit.
#[derive(Debug)]
#[non_exhaustive]
pub struct UnitReport {
    /// The language.
    pub language: Language,
    /// The files, as they were read; [`FileId`]s index this list.
    pub sources: Sources,
    /// What the unit means.
    pub unit: Unit,
    /// Findings in named files that are selected and not suppressed, in the order of paths and places.
    pub findings: Vec<Reported>,
    /// All fixes, chosen or not.
    pub plan: Plan,
    /// The fixes whose edits are in `changes`, in order.
    pub applied: Vec<FixId>,
    /// The files that change, with their text after it.
    pub changes: Vec<FileChange>,
    /// Files that could not be read, and anything else worth a word that is no finding.
    pub problems: Vec<Problem>,
    /// What the deployer newly has to grant for the applied fixes, as it is written on the command line.
    pub required_capability: Option<&'static str>,
    /// How many findings a comment or metadata suppresses.
    pub suppressed: usize,
}

impl UnitReport {
    /// A file of the unit.
    ///
    /// # Panics
    /// If the id comes from another report.
    pub fn source(&self, file: FileId) -> &Source {
        &self.sources[file]
    }

    /// The files that change, as they will be.
    pub fn fixed(&self) -> impl Iterator<Item = Source> + '_ {
        self.changes.iter().map(|change| self.source(change.file).with_text(change.after.clone()))
    }

    /// The changes in the order in which they are best written: files that gain a profile first. Were the process killed in between, a launcher
    /// would be as wrong as it was, and not be given what is declared nowhere.
    pub fn in_writing_order(&self) -> Vec<&FileChange> {
        let fixes = self.applied.iter().map(|&id| self.plan.fix(id));
        let gaining: BTreeSet<FileId> = fixes
            .flat_map(|fix| &fix.adds)
            .map(|&id| match self.plan.profile(id).insertion_point {
                InsertionPoint::After(node) | InsertionPoint::Before(node) => self.unit.node(node).span.file,
            })
            .collect();
        let mut changes: Vec<&FileChange> = self.changes.iter().collect();
        changes.sort_by_key(|change| !gaining.contains(&change.file));
        changes
    }

    /// Takes the changes back, as they could not be written.
    pub(crate) fn discard_changes(&mut self) {
        self.changes.clear();
        self.applied.clear();
        for finding in &mut self.findings {
            finding.applied = false;
        }
    }
}

/// A finding with its fix.
#[derive(Debug)]
#[non_exhaustive]
pub struct Reported {
    /// The finding.
    pub finding: Finding,
    /// Where it stands: the part of the slot's expression that is wrong.
    pub span: Span,
    /// The fix that answers it.
    pub fix: Option<FixId>,
    /// Whether that fix is among the applied.
    pub applied: bool,
    /// The edits of that fix alone, complete; empty unless [`Options::each_fix_alone`] was asked for.
    pub edits: Vec<Edit>,
    /// Why there is no fix.
    pub unfixable_reason: Option<String>,
}

/// A file's new text.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FileChange {
    /// The file.
    pub file: FileId,
    /// Its text after the edits, without byte order mark.
    pub after: String,
    /// The edits.
    pub edits: Vec<Edit>,
}

/// Something that is no finding: a file that could not be read, an ignore that suppresses nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Problem {
    /// How much it matters.
    pub severity: Severity,
    /// The file, as the user knows it.
    pub path: PathBuf,
    /// Where in the text, if it is one place of a file that was read.
    pub span: Option<Span>,
    /// The place for people, where there is one.
    pub position: Option<crate::text::Position>,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    /// From a file that a parser refused.
    pub(crate) fn unreadable(sources: &Sources, error: ReadError, severity: Severity) -> Self {
        let source = &sources[error.span.file];
        Problem {
            severity,
            path: source.path().to_owned(),
            position: Some(source.position(error.span.start)),
            span: Some(error.span),
            message: error.message,
            help: error.help,
        }
    }
}
