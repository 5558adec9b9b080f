//! Texts: sources with their lines, edits, patches, escaping, and the search for keywords in raw bytes.
//!
//! Nothing here touches the disk, or knows Terraform, CloudFormation or AWS.

mod diff;
mod diff_header;
mod edit;
mod escape;
pub(crate) mod lines;
mod path_base;
mod prefilter;
mod source;
pub(crate) mod spelling;

pub use crate::text::diff::unified;
pub use crate::text::diff_header::PatchNames;
pub use crate::text::edit::{Edit, SpliceError, splice};
pub(crate) use crate::text::edit::{lost_part, splice_range};
pub(crate) use crate::text::escape::is_unsafe;
pub use crate::text::escape::terminal;
pub use crate::text::path_base::PathBase;
pub use crate::text::prefilter::{Prefilter, PrefilterError, WordSets};
pub(crate) use crate::text::source::floor_char_boundary;
pub use crate::text::source::{
    FileId, LineEnding, Location, Place, Position, ReadError, Source, SourceError, Sources, Span,
};
