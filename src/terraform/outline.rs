//! The structure of HCL files for verification: every value by its path.

use std::collections::HashMap;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Body, Structure};

use super::canon;
use super::path::object_key;
use super::syntax::{self, File};
use crate::engine::{Entry, Outline};
use crate::source::{FileId, Source, Span};

/// The outline of one file, its path in front of everything.
pub(super) fn outline(id: FileId, source: &Source, file: &File, out: &mut Outline) {
    let mut writer = Writer { id, entries: &mut out.entries };
    writer.body(&file.body, &source.path().display().to_string());
    out.comments.extend(file.comments.iter().map(|at| source.text()[at.clone()].trim_end().to_owned()));
}

struct Writer<'o> {
    id: FileId,
    entries: &'o mut Vec<Entry>,
}

impl Writer<'_> {
    fn add(&mut self, path: String, value: String, at: std::ops::Range<usize>) {
        self.entries.push(Entry { path, value, at: Span::new(self.id, at) });
    }

    fn body(&mut self, body: &Body, path: &str) {
        let mut seen: HashMap<String, usize> = HashMap::new();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let path = format!("{path}/{}", attribute.key.as_str());
                    self.expression(&attribute.value, path);
                }
                Structure::Block(block) => {
                    let mut name = block.ident.as_str().to_owned();
                    for label in &block.labels {
                        name.push('.');
                        name.push_str(label.as_str());
                    }
                    let count = seen.entry(name.clone()).or_default();
                    let path = format!("{path}/{name}#{count}");
                    *count += 1;
                    let heading = block.ident.span().unwrap_or_default().start;
                    let end = block.labels.last().and_then(hcl_edit::Span::span).map_or(heading, |label| label.end);
                    self.add(path.clone(), "block".to_owned(), heading..end);
                    self.body(&block.body, &path);
                }
            }
        }
    }

    /// Objects are entered, so that a change of one entry is a change of that entry alone.
    fn expression(&mut self, expression: &Expression, path: String) {
        let at = syntax::range(expression);
        let Expression::Object(object) = expression else {
            return self.add(path, canon::expression(expression), at);
        };
        self.add(path.clone(), format!("object of {}", object.len()), at.start..at.start);
        for (number, (key, value)) in object.iter().enumerate() {
            let key = object_key(key).unwrap_or_else(|| "?".to_owned());
            self.expression(value.expr(), format!("{path}/{number}.{key}"));
        }
    }
}
