//! Files, for the command line, the library and editors: which files belong together, the configuration, loading and writing.

pub(crate) mod config;
pub mod discover;
pub(crate) mod load;
pub(crate) mod modules;
pub(crate) mod os;
mod overrides;
pub(crate) mod read;
mod scan;
pub(crate) mod unit;
pub mod write;

pub use crate::workspace::config::ConfigSource;
pub use crate::workspace::load::{LoadOptions, Workspace, load};
pub use crate::workspace::overrides::Overrides;
pub use crate::workspace::read::Buffers;
pub use crate::workspace::unit::LoadedUnit;
