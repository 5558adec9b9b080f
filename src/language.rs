//! The two ends that differ by language: reading files into a [`Unit`], and turning a chosen plan into edits.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::path::Path;

use foldhash::quality::FixedState;

use crate::aws::slots::ModuleSlot;
use crate::model::Unit;
use crate::plan::{FixId, Plan};
use crate::text::{Edit, FileId, Position, ReadError, Source, Sources, Span, SpliceError};

/// What is known of a child module that lies in the file system.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Child {
    /// Whether it, or a module that it calls, may make an instance profile.
    pub makes_profiles: bool,
    /// The quoted texts of the files that do.
    pub texts: BTreeSet<String>,
}

/// The structure of the files for comparing before with after: every value with its name, and every comment.
///
/// Depth and name of each value in the order of the text tell the whole tree, so two files have the same structure if these are equal one by one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Outline {
    /// In the order of the text.
    pub entries: Vec<Entry>,
    /// The text of every comment.
    pub comments: Vec<String>,
}

/// One value of an [`Outline`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    /// How deep it lies in the structure (0 where the name is a whole path).
    pub(crate) depth: u32,
    /// A fingerprint of its name and its value: outlines are compared, not read, and a large file has hundreds of thousands of entries.
    pub(crate) fingerprint: u64,
    /// Where it stands.
    pub(crate) span: Span,
}

impl Entry {
    /// An entry for a value. `name` is what it is called: an argument, a block with its labels, a path such as
    /// `Resources.Web.Properties.ImageId` (or a [`fingerprint`] of it); `value` is what it is, with white space and comments folded.
    pub(crate) fn new(depth: u32, name: impl Hash, value: impl Hash, at: Span) -> Self {
        Entry { depth, fingerprint: fingerprint((name, value)), span: at }
    }
}

/// Stands for something that is only ever compared.
pub(crate) fn fingerprint(of: impl Hash) -> u64 {
    FixedState::with_seed(0).hash_one(of)
}

/// Why a text cannot be changed as a plan has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum EditError {
    /// A comment, an anchor or a tag would be lost.
    LosesPart {
        /// "comment", "anchor" or "tag".
        what: &'static str,
        /// Where it is.
        position: Position,
    },
    /// It is written in a way that ipfix does not rewrite: why, and what to do by hand.
    Unsupported(Cow<'static, str>),
    /// Edits that cannot be made together: a fault of the program.
    Splice(SpliceError),
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EditError::LosesPart { what, position } => {
                let (line, column) = (position.line, position.column);
                write!(f, "the fix would lose the {what} at line {line}, column {column}: fix it by hand")
            }
            EditError::Unsupported(why) => f.write_str(why),
            EditError::Splice(error) => error.fmt(f),
        }
    }
}

impl From<&'static str> for EditError {
    fn from(why: &'static str) -> Self {
        EditError::Unsupported(why.into())
    }
}

impl From<String> for EditError {
    fn from(why: String) -> Self {
        EditError::Unsupported(why.into())
    }
}

impl From<SpliceError> for EditError {
    fn from(error: SpliceError) -> Self {
        EditError::Splice(error)
    }
}

/// A language: Terraform modules or CloudFormation templates.
pub(crate) trait Frontend: Sized + Sync {
    /// Reads the files of one unit. A file that cannot be read gives an error and is left out; what else of the unit it puts in doubt is in the [`Unit`].
    fn read(sources: &Sources) -> (Self, Vec<ReadError>);

    /// The same, with the inputs of the user's own modules that take a profile.
    fn read_with_slots(sources: &Sources, _slots: &[ModuleSlot]) -> (Self, Vec<ReadError>) {
        Self::read(sources)
    }

    /// Whether the bytes of a file that cannot be read hold a word that concerns us: a launcher, role or profile type, or a slot's name.
    fn is_relevant(text: &[u8]) -> bool;

    /// Takes note of a file of the unit that is no text, with its bytes, as far as they could be read: what stands in there is in doubt.
    fn add_unreadable(&mut self, path: &Path, bytes: Option<&[u8]>);

    /// Takes note of what is known of child modules, by their sources as they are written.
    fn add_children(&mut self, _children: &BTreeMap<String, Child>) {}

    /// Whether the files are of this language by their contents, also if they were then refused.
    fn is_recognised(&self) -> bool {
        true
    }

    /// What the deployer newly has to grant after these fixes, as it is written on the command line (CloudFormation's capabilities).
    fn required_capability(&self, _plan: &Plan, _chosen: &[FixId]) -> Option<&'static str> {
        None
    }

    /// What is wrong in the files that were read, and worth a note.
    fn notes(&self) -> Vec<ReadError> {
        Vec::new()
    }

    /// What the unit means.
    fn unit(&self) -> &Unit;

    /// The unit alone: syntax trees are dropped.
    fn into_unit(self) -> Unit;

    /// The structure of these files.
    fn outline(&self, sources: &Sources, files: &[FileId]) -> Outline;

    /// All edits of the chosen fixes at once. One fix alone: choose it alone.
    ///
    /// # Errors
    /// A sentence on why the text cannot be changed so; nothing of the unit is then changed.
    fn edits(&self, sources: &Sources, plan: &Plan, chosen: &[FixId]) -> Result<Vec<Edit>, EditError>;

    /// The edits of each fix of the plan alone, complete, in the order of the plan; for each, [`edits`](Self::edits) tells its errors.
    fn edits_of_each(&self, sources: &Sources, plan: &Plan) -> Vec<Result<Vec<Edit>, EditError>> {
        plan.ids().map(|id| self.edits(sources, plan, &[id])).collect()
    }

    /// What an independent parser has against a file as it stands: asked before anything is changed, and then nothing is.
    fn crosscheck_before(&self, _sources: &Sources) -> Option<ReadError> {
        None
    }

    /// Has that parser read a file after its edits, and compares its reading with ours.
    ///
    /// # Errors
    /// A sentence on what that parser refuses, or on how the two readings differ.
    fn crosscheck(&self, _after: &Source) -> Result<(), String> {
        Ok(())
    }
}

/// Why nothing may be added to a unit with such a file.
pub(crate) fn blocked_by(path: &std::path::Path) -> String {
    format!("{} could not be read, and the instance profile may be in there: nothing is added", path.display())
}
