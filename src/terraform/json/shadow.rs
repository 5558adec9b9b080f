//! The shadow of a JSON file: the same configuration as HCL text, with a map of where each part comes from. What HCL means is written once, so all
//! that reads a module reads the shadow.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::Range;

use hcl_edit::expr::Expression;
use hcl_edit::template::{Directive, Element, Template};

use crate::syntax::tree::{Entry, ScalarStyle, Tree, ValueId, ValueKind};
use crate::terraform::json::schema::{self, Body, ESCAPE, Strings};
use crate::terraform::json::span_map::SpanMap;
use crate::terraform::json::strings::{Part, parts};

/// HCL text with the places that it comes from.
#[derive(Clone, Debug)]
pub(super) struct Shadow {
    pub(super) text: String,
    pub(super) map: SpanMap,
    /// The values of all comments, with the bodies that they are in.
    pub(super) comments: Vec<(ValueId, Range<usize>)>,
    /// The blocks at the root that have the same address as others beside them.
    pub(super) repeated: Vec<Range<usize>>,
}

/// Why a JSON file is no configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    pub(super) offset: usize,
    pub(super) message: String,
    /// Whether Terraform may take it all the same.
    pub(super) is_limit: bool,
}

/// Values nested deeper than this are written without their structure: the parser of HCL takes 64 levels, JSON may have more.
const MAX_DEPTH: usize = 40;

/// The property that is a comment.
pub(super) const COMMENT: &str = "//";

/// Writes the shadow of a file.
///
/// # Errors
/// The first thing that Terraform refuses in the structure of the file, or that the parser of HCL cannot read.
pub(super) fn of(tree: &Tree, text: &str) -> Result<Shadow, Fault> {
    let mut writer = Writer {
        tree,
        text,
        out: String::with_capacity(text.len()),
        map: SpanMap::default(),
        bad_keys: tree.invalid_keys.iter().copied().collect(),
        comments: Vec::new(),
        repeated: Vec::new(),
    };
    for &root in &tree.documents {
        writer.root(root)?;
    }
    let Writer { out, mut map, comments, repeated, .. } = writer;
    map.sort();
    Ok(Shadow { text: out, map, comments, repeated })
}

struct Writer<'t> {
    tree: &'t Tree,
    text: &'t str,
    out: String,
    map: SpanMap,
    /// Keys that their object has had before.
    bad_keys: HashSet<ValueId>,
    comments: Vec<(ValueId, Range<usize>)>,
    repeated: Vec<Range<usize>>,
}

/// What comes before the body of a block.
struct Heading<'t> {
    /// `resource`, `lifecycle`
    name: Entry,
    labels: Vec<Entry>,
    /// How many more labels it has.
    missing: usize,
    body: Body<'t>,
}

impl<'t> Writer<'t> {
    fn fault(&self, at: ValueId, message: impl Into<String>) -> Fault {
        Fault { offset: self.tree.get(at).content.start, message: message.into(), is_limit: false }
    }

    fn key(&self, entry: Entry) -> &'t str {
        self.tree.scalar(entry.key).unwrap_or_default()
    }

    fn root(&mut self, root: ValueId) -> Result<(), Fault> {
        for entry in self.entries_of(root, "a configuration")? {
            let name = self.key(entry);
            if name == COMMENT {
                self.comments.push((entry.value, 0..self.text.len()));
            } else if let Some(missing) = schema::labels(name) {
                let heading = Heading { name: entry, labels: Vec::new(), missing, body: Body::of(name, "") };
                self.labeled(&heading, entry.value)?;
            } else if hcl_edit::Ident::try_new(name).is_ok() {
                self.unknown_block(entry)?;
            }
        }
        Ok(())
    }

    /// A block of a later version, or of another program: what it reads is read, wherever that is in it.
    fn unknown_block(&mut self, entry: Entry) -> Result<(), Fault> {
        self.out.push_str(self.key(entry));
        self.out.push_str(" {\ncontent = ");
        self.flat(entry.value, Strings::Templates)?;
        self.out.push_str("\n}\n");
        Ok(())
    }

    /// The entries of an object, or of an array of objects.
    fn entries_of(&self, value: ValueId, what: &str) -> Result<Vec<Entry>, Fault> {
        match self.tree.kind(value) {
            ValueKind::Mapping(entries) => Ok(entries.to_vec()),
            ValueKind::List(items) => {
                let is_object = |item: &ValueId| matches!(self.tree.kind(*item), ValueKind::Mapping(_));
                if let Some(&other) = items.iter().find(|item| !is_object(item)) {
                    return Err(
                        self.fault(other, format!("not an object, but {what} is an object or an array of objects"))
                    );
                }
                Ok(items.iter().flat_map(|&item| self.tree.entries(item)).copied().collect())
            }
            _ => Err(self.fault(value, format!("{what} is an object or an array of objects"))),
        }
    }

    /// The blocks below a heading.
    fn labeled(&mut self, heading: &Heading<'t>, value: ValueId) -> Result<(), Fault> {
        let Some(missing) = heading.missing.checked_sub(1) else { return self.blocks(heading, value) };
        let labels = self.entries_of(value, "what is below a type or a label")?;
        if labels.is_empty() {
            return Err(self.fault(value, format!("`{}` lacks a label", self.key(heading.name))));
        }
        for label in labels {
            let text = self.key(label);
            if text == COMMENT {
                return Err(self.fault(label.key, "a comment among the labels, where Terraform takes `//` for a label"));
            }
            let body = match (self.key(heading.name), heading.labels.len()) {
                ("resource" | "ephemeral", 0) => Body::of(self.key(heading.name), text),
                ("data", 0) => Body::of("data", text),
                ("dynamic", 0) => heading.body.nested(text),
                _ => heading.body.clone(),
            };
            let labels = heading.labels.iter().copied().chain([label]).collect();
            self.labeled(&Heading { labels, missing, body, name: heading.name }, label.value)?;
        }
        Ok(())
    }

    /// One block for an object, one for each element of an array, none for `null`.
    fn blocks(&mut self, heading: &Heading<'t>, value: ValueId) -> Result<(), Fault> {
        let tree = self.tree;
        let named = heading.labels.last().unwrap_or(&heading.name);
        let whole = tree.get(named.key).content.start..tree.get(value).content.end;
        match tree.kind(value) {
            ValueKind::Mapping(entries) => self.block(heading, entries, whole),
            ValueKind::List(items) => {
                for &item in items {
                    let entries = match self.is_null(item) {
                        true => Vec::new(),
                        false => self.entries_of(item, "the body of a block")?,
                    };
                    let at = if items.len() == 1 { whole.clone() } else { tree.get(item).content };
                    if items.len() > 1 && heading.labels.len() == 2 {
                        self.repeated.push(at.clone());
                    }
                    self.block(heading, &entries, at)?;
                }
                Ok(())
            }
            ValueKind::Scalar { .. } if self.is_null(value) => Ok(()),
            _ => Err(self.fault(
                value,
                format!("not an object: a block of `{}` is an object or an array of objects", self.key(heading.name)),
            )),
        }
    }

    fn block(&mut self, heading: &Heading<'t>, entries: &[Entry], json: Range<usize>) -> Result<(), Fault> {
        let start = self.out.len();
        self.out.push_str(self.key(heading.name));
        self.map.add_node(start..self.out.len(), self.tree.get(heading.name.key).content);
        for label in &heading.labels {
            self.out.push(' ');
            self.string(label.key, Strings::Literals)?;
        }
        self.out.push_str(" {\n");
        let comments = entries.iter().filter(|entry| self.tree.scalar(entry.key) == Some(COMMENT));
        self.comments.extend(comments.map(|entry| (entry.value, json.clone())));
        self.body(entries, &heading.body)?;
        self.out.push('}');
        self.map.add_node(start..self.out.len(), json);
        self.out.push('\n');
        Ok(())
    }

    fn body(&mut self, entries: &[Entry], body: &Body<'t>) -> Result<(), Fault> {
        let mut seen = HashSet::new();
        for &entry in entries {
            let key = self.key(entry);
            // No argument has another name, and Terraform says so.
            if key == COMMENT || hcl_edit::Ident::try_new(key).is_err() {
                continue;
            }
            let strings = body.strings(key);
            if body.is_block(key) && self.is_block(entry.value) {
                self.nested(entry, body)?;
                continue;
            }
            if strings == Strings::References && !self.is_reference(entry.value) {
                continue;
            }
            if !seen.insert(key) {
                return Err(self.fault(entry.key, format!("duplicate argument `{key}`")));
            }
            let start = self.out.len();
            self.out.push_str(key);
            let at = self.tree.get(entry.key).content;
            self.map.add_node(start..self.out.len(), at.clone());
            self.out.push_str(" = ");
            self.value(entry.value, strings, 0)?;
            self.map.add_node(start..self.out.len(), at.start..self.tree.get(entry.value).content.end);
            self.out.push('\n');
        }
        Ok(())
    }

    /// Whether a value can be nested blocks; anything else is an argument in their place.
    fn is_block(&self, value: ValueId) -> bool {
        match self.tree.kind(value) {
            ValueKind::Mapping(_) => true,
            ValueKind::List(items) => items.iter().all(|&item| self.tree.scalar(item).is_none() || self.is_null(item)),
            ValueKind::Scalar { .. } => self.is_null(value),
            ValueKind::Alias(_) => false,
        }
    }

    fn is_null(&self, value: ValueId) -> bool {
        self.tree.style(value) == Some(ScalarStyle::Plain) && self.tree.scalar(value) == Some("null")
    }

    fn nested(&mut self, entry: Entry, around: &Body<'t>) -> Result<(), Fault> {
        let key = self.key(entry);
        let body = match (around.labels(key), key) {
            (_, ESCAPE) => {
                let inside = self.entries_of(entry.value, "the body of a block")?;
                return self.body(&inside, around);
            }
            // The data source of a check.
            (2, _) => Body::of("data", ""),
            _ => around.nested(key),
        };
        let heading = Heading { name: entry, labels: Vec::new(), missing: around.labels(key), body };
        self.labeled(&heading, entry.value)
    }

    fn value(&mut self, value: ValueId, strings: Strings, depth: usize) -> Result<(), Fault> {
        let start = self.out.len();
        let tree = self.tree;
        match tree.kind(value) {
            ValueKind::Scalar { style: ScalarStyle::Double, .. } => return self.string(value, strings),
            // A number beyond what the parser of HCL takes is no name in any case.
            ValueKind::Scalar { text, .. } if text.parse::<f64>().is_ok_and(f64::is_infinite) => {
                let _ = write!(self.out, "\"{text}\"");
            }
            ValueKind::Scalar { text, .. } => self.out.push_str(text),
            ValueKind::List(_) | ValueKind::Mapping(_) if depth >= MAX_DEPTH => self.flat(value, strings)?,
            ValueKind::List(items) => {
                self.out.push('[');
                for &item in items {
                    self.value(item, strings, depth + 1)?;
                    self.out.push_str(", ");
                }
                self.out.push(']');
            }
            ValueKind::Mapping(entries) => {
                self.out.push('{');
                for &entry in entries {
                    self.entry(entry, strings, depth)?;
                }
                self.out.push('}');
            }
            ValueKind::Alias(_) => self.out.push_str("null"),
        }
        self.map.add_node(start..self.out.len(), tree.get(value).content);
        Ok(())
    }

    fn entry(&mut self, entry: Entry, strings: Strings, depth: usize) -> Result<(), Fault> {
        if self.bad_keys.contains(&entry.key) {
            return Err(self.fault(entry.key, format!("duplicate key `{}`", self.key(entry))));
        }
        self.string(entry.key, strings)?;
        self.out.push_str(" = ");
        self.value(entry.value, strings, depth + 1)?;
        self.out.push_str(", ");
        Ok(())
    }

    /// All strings in a value, as a list. What is no template is left out: Terraform has no schema for what is here, or none that ipfix knows.
    fn flat(&mut self, value: ValueId, strings: Strings) -> Result<(), Fault> {
        self.out.push('[');
        let mut open = vec![value];
        while let Some(next) = open.pop() {
            match self.tree.kind(next) {
                ValueKind::Scalar { text, style: ScalarStyle::Double } => {
                    if strings != Strings::Templates || text.parse::<Template>().is_ok() {
                        self.string(next, strings)?;
                        self.out.push_str(", ");
                    }
                }
                ValueKind::List(items) => open.extend(items.iter().rev()),
                ValueKind::Mapping(entries) => {
                    open.extend(entries.iter().rev().flat_map(|entry| [entry.value, entry.key]));
                }
                ValueKind::Scalar { .. } | ValueKind::Alias(_) => {}
            }
        }
        self.out.push(']');
        Ok(())
    }

    /// Whether a value is none that Terraform ignores where it takes references without `${}`.
    fn is_reference(&self, value: ValueId) -> bool {
        match self.tree.kind(value) {
            ValueKind::Scalar { text, style: ScalarStyle::Double } => is_reference(text),
            _ => true,
        }
    }

    /// A string as HCL has it.
    fn string(&mut self, value: ValueId, strings: Strings) -> Result<(), Fault> {
        let text = self.tree.scalar(value).unwrap_or_default();
        let inside = self.tree.content_span(value);
        let parts = parts(&self.text[inside.clone()], inside.start);
        if strings == Strings::References && is_reference(text) {
            self.code(text, &parts, 0..text.len());
            return Ok(());
        }
        let start = self.out.len();
        self.out.push('"');
        if strings == Strings::Templates && (text.contains("${") || text.contains("%{")) {
            let template: Template = text.parse().map_err(|error| template_fault(&error, &parts))?;
            let mut literals = Vec::new();
            literals_of(&template, &mut literals);
            let mut done = 0;
            for literal in literals {
                self.code(text, &parts, done..literal.start);
                self.literal(text, &parts, literal.clone(), false);
                done = literal.end;
            }
            self.code(text, &parts, done..text.len());
        } else {
            self.literal(text, &parts, 0..text.len(), strings != Strings::Templates);
        }
        self.out.push('"');
        self.map.add_node(start..self.out.len(), self.tree.get(value).content);
        Ok(())
    }

    /// What is between `${` and `}`, with these.
    fn code(&mut self, text: &str, parts: &[Part], range: Range<usize>) {
        self.each_part(text, parts, range, String::push_str);
    }

    /// Text of a quoted template; with `plain`, all of it is plain text.
    fn literal(&mut self, text: &str, parts: &[Part], range: Range<usize>, plain: bool) {
        let end = range.end;
        let mut done = range.start;
        for (at, _) in text[range].match_indices(['$', '%']).map(|(at, sign)| (done + at, sign)).collect::<Vec<_>>() {
            if plain && text[at + 1..end].starts_with('{') {
                self.each_part(text, parts, done..at, push_escaped);
                self.each_part(text, parts, at..at + 1, |out, sign| {
                    out.push_str(if sign == "$" { "\\u0024" } else { "\\u0025" });
                });
                done = at + 1;
            }
        }
        self.each_part(text, parts, done..end, push_escaped);
    }

    fn each_part(&mut self, text: &str, parts: &[Part], range: Range<usize>, write: impl Fn(&mut String, &str)) {
        let first = parts.partition_point(|part| part.decoded.end <= range.start);
        for part in parts[first..].iter().take_while(|part| part.decoded.start < range.end) {
            let decoded = part.decoded.start.max(range.start)..part.decoded.end.min(range.end);
            let json = match part.decoded.len() == part.json.len() {
                true => {
                    let start = part.json.start + decoded.start - part.decoded.start;
                    start..start + decoded.len()
                }
                false => part.json.clone(),
            };
            let start = self.out.len();
            write(&mut self.out, &text[decoded]);
            self.map.add_piece(start..self.out.len(), json);
        }
    }
}

/// Plain text as a quoted template of HCL has it.
fn push_escaped(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() => drop(write!(out, "\\u{:04x}", u32::from(control))),
            character => out.push(character),
        }
    }
}

/// Whether a string where references are written without `${}` is one, or a type.
fn is_reference(text: &str) -> bool {
    let expression = text.parse::<Expression>();
    expression.is_ok_and(|expression| {
        matches!(expression, Expression::Variable(_) | Expression::Traversal(_) | Expression::FuncCall(_))
    })
}

/// The plain text in a template, in order.
fn literals_of(template: &Template, out: &mut Vec<Range<usize>>) {
    for element in template {
        match element {
            Element::Literal(literal) => out.extend(hcl_edit::Span::span(literal)),
            Element::Interpolation(_) => {}
            Element::Directive(directive) => match &**directive {
                Directive::If(branch) => {
                    literals_of(&branch.if_expr.template, out);
                    branch.else_expr.iter().for_each(|other| literals_of(&other.template, out));
                }
                Directive::For(each) => literals_of(&each.for_expr.template, out),
            },
        }
    }
}

fn template_fault(error: &hcl_edit::parser::Error, parts: &[Part]) -> Fault {
    let at = error.location().offset();
    let number = parts.partition_point(|part| part.decoded.end <= at);
    let offset = match parts.get(number) {
        Some(part) if part.decoded.len() == part.json.len() => part.json.start + at.saturating_sub(part.decoded.start),
        Some(part) => part.json.start,
        None => parts.last().map_or(0, |part| part.json.end),
    };
    let message = error.message().lines().collect::<Vec<_>>().join("; ");
    let is_limit = message.contains("nest") || message.contains("chained");
    Fault { offset, message: format!("invalid template: {}", message.trim_end_matches('.')), is_limit }
}
