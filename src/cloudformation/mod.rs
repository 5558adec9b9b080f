//! CloudFormation: YAML and JSON templates into the [model](crate::model), and chosen plans into edits of their text.
//!
//! ```text
//! text -> tree (one for both syntaxes) -> layout (is it a template?) -> lower (Unit) ... plan ... -> render (edits)
//! ```
//!
//! A template is a unit of one file. What no other room may know stays here: tags, quotes, brackets, indentation, intrinsic functions.

mod detect;
mod edit;
mod intrinsic;
pub(crate) mod lower;
mod nested;
mod outline;

#[cfg(test)]
#[allow(clippy::panic)] // how a test fails
mod tests;

use std::path::Path;
use std::sync::OnceLock;

pub(crate) use crate::cloudformation::detect::{has_launchers, has_profiles, is_worth_parsing};
pub(crate) use crate::cloudformation::nested::local_paths;

use crate::cloudformation::edit::renderer::{FileContext, Renderer};
use crate::language::{EditError, Frontend, Outline, Parsed, UnitText};
use crate::model::Unit;
use crate::plan::{FixId, Plan};
use crate::syntax::tree::{ParseError, Syntax, Tree};
use crate::syntax::yaml_crosscheck;
use crate::text::ReadError;
use crate::text::{Edit, FileId, Source, Sources, Span};
use lower::{FILE, Lowered};

/// A template, or a file that turned out to be none.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    tree: Tree,
    lowered: Lowered,
    recognized: bool,
    context: OnceLock<FileContext>,
}

impl Template {
    fn nothing(tree: Tree, recognized: bool) -> Self {
        Template { tree, lowered: Lowered::nothing(), recognized, context: OnceLock::new() }
    }

    fn read_one(source: &Source, unit: UnitText<'_>) -> (Self, Option<ReadError>) {
        let tree = match Tree::parse(source.text(), is_named_json(source.path())) {
            Ok(tree) => tree,
            Err(failure) => {
                let help = match failure.is_limit {
                    true => "simplify this part, or check the file manually; ipfix does not change it",
                    false => "fix the syntax (cfn-lint may help); ipfix does not change this file",
                };
                return (Template::nothing(Tree::empty(), false), Some(error(FILE, failure, help)));
            }
        };
        let layouts: Vec<_> = tree.documents.iter().map(|&document| detect::layout(&tree, document)).collect();
        let Some(layout) = layouts.iter().flatten().next() else {
            return (Template::nothing(tree, false), None);
        };
        if let Some((failure, help)) = refusal(&tree) {
            return (Template::nothing(Tree::empty(), true), Some(error(FILE, failure, help)));
        }
        let lowered = lower::lower(&tree, layout, source, unit);
        (Template { tree, lowered, recognized: true, context: OnceLock::new() }, None)
    }
}

/// Why a template is not looked at, though it is one.
fn refusal(tree: &Tree) -> Option<(ParseError, &'static str)> {
    if let Some(&second) = tree.documents.get(1) {
        let message = "multi-document YAML is not supported";
        return Some((ParseError::new(tree.full_span(second).start, message), "move the template to a separate file"));
    }
    let &key = tree.invalid_keys.iter().min()?;
    let (message, help) = match tree.scalar(key) {
        Some(_) if tree.is_absent(key) => {
            ("missing key".to_owned(), "CloudFormation rejects this template: add the key")
        }
        Some(name) => (format!("duplicate key `{name}`"), "CloudFormation rejects this template: keep one of them"),
        None => {
            ("mapping key is not a scalar".to_owned(), "CloudFormation rejects this template: use a string as the key")
        }
    };
    Some((ParseError::new(tree.full_span(key).start, message), help))
}

fn is_named_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

fn error(file: FileId, failure: ParseError, help: &str) -> ReadError {
    ReadError {
        span: Span::new(file, failure.offset..failure.offset),
        message: failure.message,
        help: Some(help.to_owned()),
    }
}

impl Frontend for Template {
    /// Reads the one file of the unit. There is nothing beside it, so nothing else can be in doubt.
    fn read(unit: UnitText<'_>) -> Parsed<Self> {
        let (frontend, error) = match unit.sources.first() {
            None => (Template::nothing(Tree::empty(), false), None),
            Some(source) => Template::read_one(source, unit),
        };
        let is_recognized = frontend.recognized;
        Parsed { frontend, errors: error.into_iter().collect(), notes: Vec::new(), is_recognized }
    }

    fn is_relevant(text: &[u8]) -> bool {
        detect::is_relevant(text)
    }

    fn unit(&self) -> &Unit {
        &self.lowered.unit
    }

    fn into_unit(self) -> Unit {
        self.lowered.unit
    }

    fn outline(&self, sources: &Sources, files: &[FileId]) -> Outline {
        match sources.first() {
            Some(source) if files.contains(&FILE) => outline::outline(&self.tree, source.text()),
            _ => Outline::default(),
        }
    }

    fn edits(&self, sources: &Sources, plan: &Plan, chosen: &[FixId]) -> Result<Vec<Edit>, EditError> {
        let source = sources.first().ok_or("there is no file to change")?;
        let context = self.context.get_or_init(|| FileContext::of(&self.tree, source.text()));
        Renderer::new((&self.tree, &self.lowered), context, source, plan).edits(chosen)
    }

    fn crosscheck(&self, file: FileId, source: &Source) -> Result<(), ReadError> {
        // YAML knows lines that end in a carriage return alone. New lines would end otherwise, and the two do not mix.
        let lone = source.text().match_indices('\r').find(|&(at, _)| !source.text()[at + 1..].starts_with('\n'));
        if let Some((offset, _)) = lone.filter(|_| self.tree.syntax == Syntax::Yaml) {
            let failure = ParseError::new(offset, "a carriage return without a line feed");
            return Err(error(file, failure, "convert the line endings of the file, then run ipfix again"));
        }
        yaml_crosscheck::agree(source, &self.tree).map_err(|failure| {
            let help = match failure.is_limit {
                true => "simplify this part, or apply the change manually",
                false => {
                    "rewrite this value unambiguously, or apply the change manually: ipfix changes a template only if two independent parsers agree on it"
                }
            };
            error(file, failure, help)
        })
    }
}
