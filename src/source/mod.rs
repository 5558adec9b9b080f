//! Files as bytes: reading them, line numbers, edits, patches, atomic writing, and which files belong together.
//!
//! Nothing here knows Terraform, CloudFormation or AWS.

mod discover;
mod edit;
mod escape;
mod file;
mod patch;
mod patch_names;
mod prefilter;
mod system;
mod write;

pub use discover::{
    BadGlob, Discovery, FileKind, GENERATED, ModuleFile, ModuleFiles, Search, TemplateFile, UnitFiles, Unreached, Why,
    discover, module_around, paths_in_list,
};
pub use edit::{Edit, SpliceError, splice};
pub(crate) use escape::is_unsafe;
pub use escape::terminal;
pub(crate) use file::char_start;
pub use file::{FileId, LineEnding, Position, Source, SourceError, Span};
pub use patch::unified;
pub use patch_names::PatchNames;
pub use prefilter::{Lists, Prefilter, PrefilterError};
pub(crate) use system::{allow_many_open_files, help_anywhere, is_same_file};
pub use write::{Refusal, Replacement, WriteError, remove_leftovers, replace_all};
