//! The structure of HCL files for verification: every value by its path.

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Body, Structure};

use crate::language::{Entry, Outline};
use crate::syntax::hcl::File;
use crate::syntax::hcl_canonical::canonical;
use crate::syntax::hcl_node;
use crate::syntax::hcl_node::object_key;
use crate::text::{FileId, Source, Span};

/// The outline of one file.
pub(super) fn outline(id: FileId, source: &Source, file: &File, out: &mut Outline) {
    let mut writer = Writer { id, text: source.text(), entries: &mut out.entries, name: String::new() };
    writer.entries.push(Entry::new(0, source.path().display().to_string(), "", Span::new(id, 0..0)));
    writer.body(&file.body, 1);
    out.comments.extend(file.comments.iter().map(|at| source.text()[at.clone()].trim_end().to_owned()));
}

struct Writer<'o> {
    id: FileId,
    text: &'o str,
    entries: &'o mut Vec<Entry>,
    /// Room for names, used again and again.
    name: String,
}

impl Writer<'_> {
    fn add(&mut self, depth: u32, name: &str, value: &str, at: Range<usize>) {
        self.entries.push(Entry::new(depth, name, value, Span::new(self.id, at)));
    }

    fn body(&mut self, body: &Body, depth: u32) {
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => self.expression(&attribute.value, depth, attribute.key.as_str()),
                Structure::Block(block) => {
                    let mut name = std::mem::take(&mut self.name);
                    name.clear();
                    name.push_str(block.ident.as_str());
                    for label in &block.labels {
                        name.push(' ');
                        name.push_str(label.as_str());
                    }
                    let start = block.ident.span().unwrap_or_default();
                    let end = block.labels.last().and_then(hcl_edit::Span::span).map_or(start.end, |label| label.end);
                    self.add(depth, &name, "{}", start.start..end);
                    self.name = name;
                    self.body(&block.body, depth + 1);
                }
            }
        }
    }

    /// Objects are entered, so that a change of one entry is a change of that entry alone.
    fn expression(&mut self, expression: &Expression, depth: u32, name: &str) {
        let at = hcl_node::range(expression);
        let Expression::Object(object) = expression else {
            return self.add(depth, name, &canonical(&self.text[at.clone()]), at);
        };
        self.add(depth, name, "= {}", at.start..at.start + 1);
        for (key, value) in object {
            // An entry that a later one replaces has a key that is not in the text.
            let text = || key.as_expr().map(|key| canonical(&self.text[hcl_node::range(key)])).unwrap_or_default();
            let key = object_key(key).unwrap_or_else(text);
            self.expression(value.expr(), depth + 1, &key);
        }
    }
}
