//! Terraform's JSON syntax: read as the HCL that means the same, changed as JSON.
//!
//! ```text
//! JSON -> tree -> shadow (HCL text, and where each part of it comes from) -> lower (Unit) -> places in the JSON ... plan ... -> edits of the JSON
//! ```

mod edits;
mod insert;
mod layout;
mod outline;
mod schema;
mod shadow;
mod siblings;
mod span_map;
mod strings;
mod suppressions;

use std::ops::Range;
use std::path::Path;

pub(crate) use crate::terraform::json::edits::JsonRenderer;
pub(crate) use crate::terraform::json::insert::NewResource;
pub(crate) use crate::terraform::json::outline::outline;
pub(crate) use crate::terraform::json::suppressions::suppressions;

use crate::syntax::hcl::{self, File};
use crate::syntax::tree::brackets::{BracketStyle, BracketVotes};
use crate::syntax::tree::{ParseError, Tree, ValueId};
use crate::terraform::file_name::is_override;
use crate::terraform::json::shadow::{COMMENT, Fault, Shadow};
use crate::terraform::json::span_map::SpanMap;
use crate::terraform::lower::Lowered;
use crate::text::{FileId, ReadError, Source, Span};

/// A file in JSON syntax.
#[derive(Debug)]
pub(crate) struct JsonFile {
    pub(crate) tree: Tree,
    /// Where the parts of its shadow come from.
    map: SpanMap,
    /// Its comments (`"//"`), with what each is about.
    comments: Vec<(ValueId, Range<usize>)>,
    /// The blocks that have the same address as others beside them, in order.
    repeated: Vec<Range<usize>>,
    /// The program that writes the file anew, if one does.
    pub(crate) generated_by: Option<&'static str>,
    /// How it is laid out, from the first edit on.
    style: std::sync::OnceLock<BracketStyle>,
}

impl JsonFile {
    /// Whether a place is in one of the blocks that have the same address as others.
    fn is_repeated(&self, at: Range<usize>) -> bool {
        let next = self.repeated.partition_point(|block| block.start <= at.start);
        next.checked_sub(1).is_some_and(|last| at.end <= self.repeated[last].end)
    }

    fn style(&self, text: &str) -> &BracketStyle {
        self.style.get_or_init(|| {
            let mut votes = BracketVotes::default();
            self.tree.ids().for_each(|id| votes.count(&self.tree, text, id));
            votes.style("  ", true, true)
        })
    }
}

/// A file that was read.
pub(crate) struct Read {
    pub(crate) json: JsonFile,
    /// Its shadow, parsed.
    pub(crate) file: File,
    /// Its shadow.
    pub(crate) shadow: Source,
}

/// Reads one file.
///
/// # Errors
/// What is wrong with it, and where.
pub(crate) fn read(id: FileId, source: &Source) -> Result<Read, ReadError> {
    let error = |offset: usize, message: String, help: String| ReadError {
        span: Span::new(id, offset..offset),
        message,
        help: Some(help),
    };
    let text = source.text();
    if source.has_bom() {
        let message = "starts with a byte order mark, which Terraform rejects in JSON".to_owned();
        return Err(error(0, message, "save the file as UTF-8 without a byte order mark".to_owned()));
    }
    let tree = Tree::parse(text, true).map_err(|failure| {
        let ParseError { offset, message, is_limit } = unparsed(source, failure);
        let help = if message.starts_with(HOLDS_HCL) { rename(source.path()) } else { help(is_limit).to_owned() };
        error(offset, message, help)
    })?;
    let Shadow { text: shadow, map, comments, repeated } = shadow::of(&tree, text)
        .map_err(|Fault { offset, message, is_limit }| error(offset, message, help(is_limit).to_owned()))?;
    let shadow = source.with_text(shadow);
    let in_json = |error: ReadError| ReadError {
        span: Span::new(id, map.start(error.span.start)..map.start(error.span.start)),
        ..error
    };
    let mut file = hcl::parse(id, &shadow).map_err(in_json)?;
    file.notes = file.notes.into_iter().map(in_json).collect();
    file.comments = file.comments.into_iter().map(|comment| map.range(comment)).collect();
    let generated_by = generated_by(&tree);
    // In an override file, they apply one after the other.
    let repeated = if is_override(source) { Vec::new() } else { repeated };
    let json = JsonFile { tree, map, comments, repeated, generated_by, style: std::sync::OnceLock::new() };
    Ok(Read { json, file, shadow })
}

/// Moves all places of a unit from the shadows to the files themselves. `files` has none for those that are no JSON.
pub(crate) fn move_places(built: &mut Lowered, files: &mut [Option<JsonFile>]) {
    let json = |file: FileId| files.get(file.0 as usize).and_then(Option::as_ref);
    let map = |span: Span| json(span.file).map_or(span, |json| Span::new(span.file, json.map.range(span.range())));
    built.unit.map_spans(&map);
    for (leaf, spelling) in built.unit.leaves.iter().zip(&mut built.spellings) {
        if let Some(json) = json(leaf.span.file) {
            spelling.end = json.map.end(spelling.end);
        }
        let index = spelling.index.as_mut().and_then(|(at, _)| at.as_mut());
        for span in spelling.address.iter_mut().chain(&mut spelling.attribute).chain(index) {
            *span = map(*span);
        }
    }
    for slot in &mut built.unit.slots {
        if json(slot.span.file).is_some_and(|json| json.is_repeated(slot.span.range())) {
            slot.uneditable_reason.get_or_insert(REPEATED);
        }
    }
    built.interpolated = built.interpolated.iter().map(|span| map(*span)).collect();
    // Nothing else is in places of the shadows.
    files.iter_mut().flatten().for_each(|json| json.map = SpanMap::default());
}

/// Why nothing is changed in one of several blocks, or beside it.
const REPEATED: &str =
    "an array gives several bodies for the same address, and Terraform rejects a duplicate resource: keep one of them";

/// How the message about a file starts that holds HCL.
const HOLDS_HCL: &str = "named as JSON, but written in HCL";

/// Why a file cannot be parsed. HCL in a file named as JSON is the most frequent reason by far.
fn unparsed(source: &Source, failure: ParseError) -> ParseError {
    let text = source.text();
    // JSON starts with neither a word nor a comment.
    let starts_as_hcl =
        |text: &str| text.starts_with(['#', '/']) || text.starts_with(|first: char| first.is_alphabetic());
    let is_hcl = || starts_as_hcl(text.trim_start()) && !matches!(text.trim(), "null" | "true" | "false");
    let is_empty = text.trim().is_empty();
    match failure {
        failure if failure.is_limit => failure,
        _ if is_empty => ParseError::new(0, "empty, which is not valid JSON"),
        _ if is_hcl() => ParseError::new(0, HOLDS_HCL),
        failure => ParseError { message: format!("cannot be parsed as JSON: {}", failure.message), ..failure },
    }
}

fn rename(path: &Path) -> String {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    format!("Terraform rejects this file: rename it to `{name}`")
}

fn help(is_limit: bool) -> &'static str {
    match is_limit {
        true => "the file may be valid; ipfix cannot read this part and does not change the file",
        false => "Terraform rejects this file: fix it, then run ipfix again",
    }
}

/// CDK for Terraform says in each file which stack it is.
fn generated_by(tree: &Tree) -> Option<&'static str> {
    let &root = tree.documents.first()?;
    let metadata = tree.member(tree.member(root, COMMENT)?, "metadata")?;
    tree.member(metadata, "stackName").map(|_| "CDK for Terraform (cdktf)")
}
