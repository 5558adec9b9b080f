//! Files as bytes: reading them, line numbers, edits, patches, atomic writing, and which files belong together.
//!
//! Nothing here knows Terraform, CloudFormation or AWS.

mod edit;
mod file;
mod patch;
mod patch_names;
mod write;

pub use edit::{Edit, SpliceError, splice};
pub use file::{FileId, LineEnding, Position, Source, SourceError, Span};
pub use patch::unified;
pub use patch_names::PatchNames;
pub use write::{Refusal, Replacement, WriteError, replace_all};
