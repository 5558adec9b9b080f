//! The two ends that differ by language: reading files into a [`Unit`], and turning a chosen plan into edits.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foldhash::quality::FixedState;

use crate::aws::slots::{Attribute, ModuleInput};
use crate::model::{Interface, Unit};
use crate::plan::{FixId, Plan};
use crate::text::{Edit, FileId, Place, Position, ReadError, Source, Sources, Span, SpliceError};

/// What is known of a child module in the file system.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Child {
    /// Whether it, or a module that it calls, may make an instance profile.
    pub makes_profiles: bool,
    /// The quoted texts of the files that do.
    pub texts: BTreeSet<String>,
    /// What its inputs take and its outputs give, if that is known.
    pub interface: Option<Arc<Interface>>,
    /// Whether its own files are checked in the same run, so that a wrong output is reported there.
    pub is_checked: bool,
}

/// What is known of the callers of a unit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Callers {
    /// Whether a unit that is checked in the same run calls it: what its inputs are given is reported there.
    pub are_checked: bool,
    /// The inputs that one of them leaves out, of those with a default other than nothing.
    pub left_out: BTreeSet<String>,
    /// The outputs that are read by one which may create an instance profile of what it reads.
    pub outputs_read: BTreeSet<String>,
    /// The outputs that a caller hands to an argument for a profile, with what that takes and where it is.
    pub readers: BTreeMap<String, Reader>,
}

/// What callers make of an output.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Reader {
    /// What their arguments take.
    pub takes: Attribute,
    /// Where they read it, with what reads it.
    pub places: Vec<(Place, String)>,
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
    /// How deep it is in the structure (0 where the name is a whole path).
    pub(crate) depth: u32,
    /// A fingerprint of its name and its value: outlines are compared, not read, and a large file has hundreds of thousands of entries.
    pub(crate) fingerprint: u64,
    /// Where it is.
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

/// A file of a unit whose text could not be decoded or read: whatever it may hold is in doubt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnreadableFile {
    /// Its path.
    pub path: PathBuf,
    /// Its bytes, if they could be read.
    pub bytes: Option<Vec<u8>>,
}

/// What one unit is read from.
#[derive(Clone, Copy)]
pub(crate) struct UnitText<'u> {
    pub(crate) sources: &'u Sources,
    pub(crate) unreadable: &'u [UnreadableFile],
    /// What is known of child modules, by their sources as they are written.
    pub(crate) children: &'u BTreeMap<String, Child>,
    /// The inputs of the user's own modules that take a profile.
    pub(crate) module_inputs: &'u [ModuleInput],
    /// What is known of the callers.
    pub(crate) callers: &'u Callers,
    /// Whether values are followed into the modules that are called.
    pub(crate) follows_modules: bool,
    /// Whether the interface of the unit is wanted.
    pub(crate) wants_interface: bool,
}

impl<'u> UnitText<'u> {
    /// Only these files: no configuration, no children.
    #[cfg(test)]
    pub(crate) fn of(sources: &'u Sources) -> Self {
        static NO_CHILDREN: BTreeMap<String, Child> = BTreeMap::new();
        static NO_CALLERS: Callers = Callers {
            are_checked: false,
            left_out: BTreeSet::new(),
            outputs_read: BTreeSet::new(),
            readers: BTreeMap::new(),
        };
        UnitText {
            sources,
            unreadable: &[],
            children: &NO_CHILDREN,
            module_inputs: &[],
            callers: &NO_CALLERS,
            follows_modules: true,
            wants_interface: false,
        }
    }

    /// The same unit with other texts, as after its edits.
    pub(crate) fn with_sources(self, sources: &'u Sources) -> Self {
        UnitText { sources, ..self }
    }
}

/// A unit that was read.
pub(crate) struct Parsed<F> {
    pub(crate) frontend: F,
    /// The files that could not be read; they are left out.
    pub(crate) errors: Vec<ReadError>,
    /// What is wrong in the files that were read, and worth a note.
    pub(crate) notes: Vec<ReadError>,
    /// Whether the files are of this language by their contents, even if they were then refused.
    pub(crate) is_recognized: bool,
}

/// The frontend of a language, as compilers have one: it reads Terraform modules or CloudFormation templates into a [`Unit`], and writes a plan
/// as edits of their text.
pub(crate) trait Frontend: Sized + Sync {
    /// Reads the files of one unit. What a file that cannot be read leaves in doubt is in the [`Unit`].
    fn read(unit: UnitText<'_>) -> Parsed<Self>;

    /// Whether the bytes of a file that cannot be read hold a word that matters: the type of a launcher, role or profile, or a slot's name.
    fn is_relevant(text: &[u8]) -> bool;

    /// What the unit means.
    fn unit(&self) -> &Unit;

    /// The unit alone: syntax trees are dropped.
    fn into_unit(self) -> Unit;

    /// The structure of these files.
    fn outline(&self, sources: &Sources, files: &[FileId]) -> Outline;

    /// All edits of the chosen fixes at once. To resolve one fix alone, choose it alone.
    ///
    /// # Errors
    /// Why the text cannot be changed so; nothing of the unit is then changed.
    fn edits(&self, sources: &Sources, plan: &Plan, chosen: &[FixId]) -> Result<Vec<Edit>, EditError>;

    /// Has an independent parser, if there is one for the language, read a file before or after its edits, and compares the two readings.
    ///
    /// # Errors
    /// What that parser refuses, or how the two readings differ.
    fn crosscheck(&self, file: FileId, source: &Source) -> Result<(), ReadError>;
}

/// Why nothing may be added to a unit with such a file.
pub(crate) fn blocked_by(path: &Path) -> String {
    format!("{} could not be read and may contain the instance profile, so none is added", path.display())
}
