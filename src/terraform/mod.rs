//! Terraform and OpenTofu modules in HCL.

mod edit;
mod keywords;
pub(crate) mod lower;
mod outline;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

pub(crate) use crate::terraform::keywords::KeywordScan;

use crate::aws::slots::ModuleSlot;
use crate::language::Child;
use crate::language::{EditError, Frontend, Outline};
use crate::model::Unit;
use crate::plan::{FixId, Plan};
use crate::syntax::hcl::{self, File};
use crate::terraform::edit::align::Layout;
use crate::terraform::lower::module::{ModuleIndex, is_override_name};
use crate::text::ReadError;
use crate::text::{Edit, FileId, Source, Sources, Span};

/// A module: the files of one directory.
pub(crate) struct Module {
    files: Vec<Option<File>>,
    built: lower::Lowered,
    /// The layout of each file, from the first edit on.
    layouts: Vec<OnceLock<Layout>>,
}

impl Frontend for Module {
    fn read(sources: &Sources) -> (Self, Vec<ReadError>) {
        Self::read_with_slots(sources, &[])
    }

    fn read_with_slots(sources: &Sources, slots: &[ModuleSlot]) -> (Self, Vec<ReadError>) {
        let mut errors = Vec::new();
        let mut files = Vec::new();
        for (number, source) in sources.iter().enumerate() {
            let id = FileId(u32::try_from(number).unwrap_or(u32::MAX));
            let read = if is_json(source) { Err(not_read_yet(id)) } else { hcl::parse(id, source) };
            match read {
                Ok(file) => files.push(Some(file)),
                Err(error) => {
                    errors.push(error);
                    files.push(None);
                }
            }
        }
        let mut index = ModuleIndex::new(sources, &files);
        let mut built = lower::build(sources, &files, &mut index, slots);
        drop(index);
        for (source, _) in sources.iter().zip(&files).filter(|(_, file)| file.is_none()) {
            let bytes = source.text().as_bytes();
            if keywords::mentions_profile(bytes) {
                block_additions(&mut built.unit, source.path());
            }
            unsafe_reason(&mut built.unit, source.path(), Some(bytes));
        }
        let layouts = files.iter().map(|_| OnceLock::new()).collect();
        (Module { files, built, layouts }, errors)
    }

    fn is_relevant(text: &[u8]) -> bool {
        keywords::is_relevant(text)
    }

    /// What could not even be opened may hold anything, and so may UTF-16, in which no word is found.
    fn add_unreadable(&mut self, path: &Path, bytes: Option<&[u8]>) {
        let bytes = bytes.filter(|bytes| !bytes.contains(&0));
        if bytes.is_none_or(keywords::is_relevant) {
            block_additions(&mut self.built.unit, path);
        }
        self.built.unit.partial = true;
        unsafe_reason(&mut self.built.unit, path, bytes);
    }

    fn add_children(&mut self, children: &BTreeMap<String, Child>) {
        lower::calls::settle(&mut self.built.unit, &self.built.calls, children);
    }

    fn unit(&self) -> &Unit {
        &self.built.unit
    }

    fn into_unit(self) -> Unit {
        self.built.unit
    }

    fn notes(&self) -> Vec<ReadError> {
        self.files.iter().flatten().flat_map(|file| file.notes.iter().cloned()).collect()
    }

    fn outline(&self, sources: &Sources, files: &[FileId]) -> Outline {
        let mut out = Outline::default();
        for &id in files {
            if let (Some(source), Some(Some(file))) = (sources.get(id.0 as usize), self.files.get(id.0 as usize)) {
                outline::outline(id, source, file, &mut out);
            }
        }
        out
    }

    fn edits(&self, sources: &Sources, plan: &Plan, chosen: &[FixId]) -> Result<Vec<Edit>, EditError> {
        edit::Renderer { module: self, sources, plan }.edits(chosen)
    }
}

impl Module {
    fn layout(&self, id: FileId, source: &Source, file: &File) -> &Layout {
        self.layouts[id.0 as usize].get_or_init(|| Layout::of(source.text(), file))
    }
}

/// The first file is the one that is told.
fn block_additions(unit: &mut Unit, path: &Path) {
    unit.insertion_blocker.get_or_insert_with(|| crate::language::blocked_by(path));
}

/// A local of which the name stands in a file that was not read may be read there, by something that is no slot; and an override file may change
/// whatever it names.
fn unsafe_reason(unit: &mut Unit, path: &Path, bytes: Option<&[u8]>) {
    let overrides = path.file_name().and_then(|name| name.to_str()).is_some_and(is_override_name);
    let names = bytes.filter(|_| overrides || !unit.definitions.is_empty()).map(keywords::names);
    let is_named = |name: &str| names.as_ref().is_none_or(|names| names.contains(name.as_bytes()));
    for node in unit.nodes.iter_mut().filter(|_| overrides) {
        if node.address.rsplit('.').next().is_some_and(is_named) {
            node.possible_override.get_or_insert_with(|| path.display().to_string());
        }
    }
    for definition in &mut unit.definitions {
        let name = definition.name.strip_prefix("local.").and_then(|name| name.split(['.', '[']).next());
        if name.is_some_and(is_named) {
            definition.readers.insert(None);
        }
    }
}

/// Whether this is a file of Terraform's JSON syntax.
fn is_json(source: &Source) -> bool {
    source.path().extension().is_some_and(|extension| extension == "json")
}

fn not_read_yet(id: FileId) -> ReadError {
    ReadError {
        span: Span::new(id, 0..0),
        message: "ipfix does not read Terraform's JSON syntax yet".to_owned(),
        help: Some("look through it yourself; the rest of the module is analysed without it".to_owned()),
    }
}
