//! Files for whoever asks: the command line, the library, an editor. Which files belong together, the configuration, reading and writing.

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
