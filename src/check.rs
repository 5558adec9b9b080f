//! The pipeline for one unit: read, judge, plan, edit, verify.

use std::path::PathBuf;

use crate::engine::ReadError;
use crate::model::Unit;
use crate::plan::{FixId, Plan};
use crate::rules::Finding;
use crate::source::{Edit, FileId, Source, Span};

/// Which language a unit is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Language {
    /// A Terraform (or OpenTofu) module: all files of one directory.
    Terraform,
    /// A CloudFormation template: one file.
    CloudFormation,
}

/// What to look for and what to do about it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Apply fixes that a person should agree to.
    pub unsafe_fixes: bool,
    /// Only these rules (codes or beginnings of codes); empty means all.
    pub select: Vec<String>,
    /// Not these rules.
    pub ignore: Vec<String>,
    /// Work out the edits of every fix alone, applied or not, as machine formats show them.
    pub each_fix_alone: bool,
}

/// What ipfix has to say of one unit.
#[derive(Debug)]
#[non_exhaustive]
pub struct UnitReport {
    /// The language.
    pub language: Language,
    /// The files, as they were read; [`FileId`]s index this list.
    pub sources: Vec<Source>,
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
}

/// A finding with its fix.
#[derive(Debug)]
#[non_exhaustive]
pub struct Reported {
    /// The finding.
    pub finding: Finding,
    /// Where it stands: the part of the slot's expression that is wrong.
    pub at: Span,
    /// The fix that answers it.
    pub fix: Option<FixId>,
    /// Whether that fix is among the applied.
    pub applied: bool,
    /// The edits of that fix alone, complete; empty unless [`Options::each_fix_alone`] was asked for.
    pub edits: Vec<Edit>,
    /// Why there is no fix.
    pub unfixed: Option<String>,
}

/// A file's new text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileChange {
    /// The file.
    pub file: FileId,
    /// Its text after the edits, without byte order mark.
    pub after: String,
    /// The edits.
    pub edits: Vec<Edit>,
}

/// How much a [`Problem`] matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Gravity {
    /// Something asked for could not be done: exit status 2.
    Error,
    /// Shown, but it does not count.
    Warning,
    /// Shown with `--verbose`.
    Note,
}

/// Something that is no finding: a file that could not be read, an ignore that suppresses nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// How much it matters.
    pub gravity: Gravity,
    /// The file, as the user knows it.
    pub path: PathBuf,
    /// Where in the text, if it is one place of a file that was read.
    pub at: Option<Span>,
    /// The place for people, where there is one.
    pub position: Option<crate::source::Position>,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    /// From a file that a parser refused.
    pub fn unreadable(sources: &[Source], error: ReadError, gravity: Gravity) -> Self {
        let source = &sources[error.at.file.0 as usize];
        Problem {
            gravity,
            path: source.path().to_owned(),
            position: Some(source.position(error.at.start)),
            at: Some(error.at),
            message: error.message,
            help: error.help,
        }
    }
}
