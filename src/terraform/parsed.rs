//! A module that was read: its syntax trees, and what they mean.

use std::sync::OnceLock;

use crate::syntax::hcl::File;
use crate::terraform::edit::align::Layout;
use crate::terraform::json::JsonFile;
use crate::terraform::lower;
use crate::text::{FileId, Source};

/// A module: the files of one directory.
pub(crate) struct Module {
    pub(crate) files: Vec<Option<File>>,
    /// The files in JSON syntax; in `files` are their shadows.
    pub(crate) json: Vec<Option<JsonFile>>,
    pub(crate) built: lower::Lowered,
    /// The layout of each file, from the first edit on.
    pub(crate) layouts: Vec<OnceLock<Layout>>,
}

impl Module {
    /// The file, if it is in JSON syntax.
    pub(crate) fn json(&self, id: FileId) -> Option<&JsonFile> {
        self.json.get(id.0 as usize)?.as_ref()
    }

    pub(crate) fn layout(&self, id: FileId, source: &Source, file: &File) -> &Layout {
        self.layouts[id.0 as usize].get_or_init(|| Layout::of(source.text(), file))
    }
}
