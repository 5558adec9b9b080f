//! Files, for the command line, the library and editors: which files belong together, the configuration, loading and writing.

pub(crate) mod children;
pub(crate) mod config;
pub mod discover;
pub(crate) mod load;
pub(crate) mod os;
mod overrides;
pub mod write;

pub use crate::workspace::config::ConfigSource;
pub use crate::workspace::load::{Buffers, LoadOptions, LoadedUnit, Workspace, load};
pub use crate::workspace::overrides::Overrides;
