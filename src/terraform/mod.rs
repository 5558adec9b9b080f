//! Terraform and OpenTofu modules, in HCL and in JSON.

mod edit;
mod file_name;
mod json;
mod keywords;
pub(crate) mod lower;
mod outline;
mod parsed;
#[cfg(test)]
mod tests;

use std::path::Path;

use std::sync::OnceLock;

pub(crate) use crate::terraform::keywords::KeywordScan;
pub(crate) use crate::terraform::parsed::Module;

use crate::language::{EditError, Frontend, Outline, Parsed, UnitText, UnreadableFile};
use crate::model::Unit;
use crate::plan::{FixId, Plan};
use crate::syntax::hcl::{self, File};
use crate::syntax::yaml_crosscheck;
use crate::terraform::file_name::{is_json, is_override_name};
use crate::terraform::json::JsonFile;
use crate::terraform::lower::module::ModuleIndex;
use crate::text::ReadError;
use crate::text::{Edit, FileId, Source, Sources, Span};

impl Frontend for Module {
    fn read(unit: UnitText<'_>) -> Parsed<Self> {
        let sources = unit.sources;
        let Files { files, mut json, shadows, errors } = Files::read(sources);
        let texts = shadows.as_ref().unwrap_or(sources);
        let mut index = ModuleIndex::new(texts, &files);
        let mut built = lower::build(texts, &files, &mut index, unit);
        drop(index);
        if shadows.is_some() {
            json::move_places(&mut built, &mut json);
            describe_json(&mut built.unit, sources, &json);
        }
        for (source, _) in sources.iter().zip(&files).filter(|(_, file)| file.is_none()) {
            let bytes = source.text().as_bytes();
            if keywords::mentions_profile(bytes) {
                block_insertions(&mut built.unit, source.path());
            }
            mark_uncertain(&mut built.unit, source.path(), Some(bytes));
        }
        for file in unit.unreadable {
            add_unreadable(&mut built.unit, file);
        }
        lower::calls::settle(&mut built.unit, &built.calls, unit.children);
        let notes = files.iter().flatten().flat_map(|file| file.notes.iter().cloned()).collect();
        let layouts = files.iter().map(|_| OnceLock::new()).collect();
        Parsed { frontend: Module { files, json, built, layouts }, errors, notes, is_recognized: true }
    }

    fn is_relevant(text: &[u8]) -> bool {
        keywords::is_relevant(text)
    }

    fn unit(&self) -> &Unit {
        &self.built.unit
    }

    fn into_unit(self) -> Unit {
        self.built.unit
    }

    fn outline(&self, sources: &Sources, files: &[FileId]) -> Outline {
        let mut out = Outline::default();
        for &id in files {
            if let (Some(source), Some(Some(file))) = (sources.get(id.0 as usize), self.files.get(id.0 as usize)) {
                match self.json(id) {
                    Some(json) => json::outline(id, source, &json.tree, &mut out),
                    None => outline::outline(id, source, file, &mut out),
                }
            }
        }
        out
    }

    fn edits(&self, sources: &Sources, plan: &Plan, chosen: &[FixId]) -> Result<Vec<Edit>, EditError> {
        edit::Renderer::new(self, sources, plan).edits(chosen)
    }

    /// HCL has one parser that keeps spans; what it reads is compared with the plan.
    fn crosscheck(&self, file: FileId, source: &Source) -> Result<(), ReadError> {
        let Some(json) = self.json(file) else { return Ok(()) };
        yaml_crosscheck::agree(source, &json.tree).map_err(|failure| ReadError {
            span: Span::new(file, failure.offset..failure.offset),
            message: failure.message,
            help: None,
        })
    }
}

/// The files of a module.
struct Files {
    /// The syntax trees: of JSON, those of the shadows.
    files: Vec<Option<File>>,
    json: Vec<Option<JsonFile>>,
    /// The files with shadows in the place of JSON, if there is any.
    shadows: Option<Sources>,
    errors: Vec<ReadError>,
}

impl Files {
    fn read(sources: &Sources) -> Self {
        let mut read = Files { files: Vec::new(), json: Vec::new(), shadows: None, errors: Vec::new() };
        for (id, source) in sources.ids().zip(sources.iter()) {
            let (file, json) = if is_json(source.path()) {
                json::read(id, source).map(|json| {
                    read.shadow(sources, id, json.shadow);
                    (Some(json.file), Some(json.json))
                })
            } else {
                hcl::parse(id, source).map(|file| (Some(file), None))
            }
            .unwrap_or_else(|error| {
                read.errors.push(error);
                (None, None)
            });
            read.files.push(file);
            read.json.push(json);
        }
        read
    }

    fn shadow(&mut self, sources: &Sources, id: FileId, shadow: Source) {
        let copy = || sources.iter().map(|source| source.with_text(source.text().to_owned())).collect();
        self.shadows.get_or_insert_with(copy)[id] = shadow;
    }
}

/// What JSON files say beside their configuration.
fn describe_json(unit: &mut Unit, sources: &Sources, files: &[Option<JsonFile>]) {
    for ((id, source), json) in sources.ids().zip(sources.iter()).zip(files) {
        let Some(json) = json else { continue };
        unit.suppressions.extend(json::suppressions(id, source, json));
        unit.generated_files.extend(json.generated_by.map(|program| {
            (
                id,
                format!(
                    "{program} wrote {} and writes it anew: fix the program that defines it",
                    source.path().display()
                ),
            )
        }));
    }
}

/// What could not even be opened may hold anything, and so may UTF-16, in which no word is found.
fn add_unreadable(unit: &mut Unit, file: &UnreadableFile) {
    let bytes = file.bytes.as_deref().filter(|bytes| !bytes.contains(&0));
    if bytes.is_none_or(keywords::is_relevant) {
        block_insertions(unit, &file.path);
    }
    unit.partial = true;
    mark_uncertain(unit, &file.path, bytes);
}

/// The first file is the one that is told.
fn block_insertions(unit: &mut Unit, path: &Path) {
    unit.insertion_blocker.get_or_insert_with(|| crate::language::blocked_by(path));
}

/// A file that was not read may read any local that it names, and not for a slot. An override file may change anything that it names.
fn mark_uncertain(unit: &mut Unit, path: &Path, bytes: Option<&[u8]>) {
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
