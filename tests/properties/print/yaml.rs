//! YAML by the block: mappings and lists on lines of their own, with comments and blank lines wherever YAML has them.

use super::{Dice, Language, Layout};
use crate::value::{Value, long_name};

/// Quotes around text that needs none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    None,
    Single,
    Double,
}

/// A file that is being written, with its habits.
pub(super) struct Yaml<'r> {
    pub(super) dice: Dice<'r>,
    pub(super) out: String,
    pub(super) common: bool,
    pub(super) quotes: Quotes,
    /// How many of a hundred functions are short.
    short: u8,
    pub(super) unit: usize,
    list_offset: usize,
    /// How many of a hundred small collections are written with brackets.
    flow: u8,
    pub(super) pad: &'static str,
    pub(super) comments: u8,
    blank_lines: u8,
    depth: u32,
    /// How many functions are open: what is inside of them stays without comments in an common file.
    pub(super) calls: u32,
    anchors: u32,
    pub(super) after_block_text: bool,
}

/// What follows a tag and an anchor.
pub(super) enum Body<'v> {
    Text(&'v str),
    /// As it is: a number, an alias.
    Raw(String),
    List(&'v [Value]),
    Map(Vec<(String, &'v Value)>),
}

const COMMENTS: &[&str] = &[
    "# note",
    "#",
    "# größe 日本 🚀",
    "# it's \"quoted\", {open",
    "# - a: b",
    "#IamInstanceProfile: !Ref AppRole",
    "# ${AppRole.Arn} # twice",
];

const BANNERS: &[&str] = &["# ---- roles ----", "####", "# one\n# two", "# above\n\n# below"];

const SUPPRESSIONS: &[&str] = &["# ipfix:ignore", "# ipfix:ignore[IPF001]", "# ipfix:ignore[IPF002, IPF006]"];

pub(super) fn print(value: &Value, layout: &Layout, mut dice: Dice<'_>) -> String {
    let common = layout.common;
    let unit = dice.pick(&[2, 2, 2, 4, 4, 1, 3]);
    let mut yaml = Yaml {
        common,
        unit,
        short: match layout.language {
            Language::Long => dice.pick(&[0, 0, 0, 10]),
            _ => dice.pick(&[100, 100, 100, 80]),
        },
        list_offset: if dice.chance(40) { 0 } else { unit },
        quotes: dice.pick(&[Quotes::None, Quotes::None, Quotes::Single, Quotes::Double]),
        flow: dice.pick(&[0, 20, 50, 90]),
        pad: if dice.chance(25) { " " } else { "" },
        comments: dice.pick(&[0, 4, 15, 40]),
        blank_lines: dice.pick(&[0, 50, 100]),
        out: String::new(),
        depth: 0,
        calls: 0,
        anchors: 0,
        after_block_text: false,
        dice,
    };
    yaml.document(value);
    yaml.out
}

impl Yaml<'_> {
    fn document(&mut self, value: &Value) {
        if self.dice.chance(10) {
            self.line_above(0);
        }
        if self.dice.chance(15) {
            self.out.push_str(if !self.common && self.dice.chance(20) { "%YAML 1.1\n---" } else { "---" });
            self.end_line();
        }
        match self.peel(value) {
            (_, Body::Map(entries)) if !self.odd(3) => self.entries(&entries, 0, false),
            (_, body) => {
                let text = self.brackets(&body, 0, true);
                self.out.push_str(&text);
                self.end_line();
            }
        }
        let end = ["", "", "", "", "\n", "# the end\n", "\n  # the end\n", "...\n"];
        self.out.push_str(self.dice.pick(if self.common { &end[..7] } else { &end }));
    }

    /// What only some files have.
    pub(super) fn odd(&mut self, percent: u8) -> bool {
        self.dice.chance(percent) && !self.common
    }

    pub(super) fn spaces(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n(' ', count));
    }

    pub(super) fn may_comment(&self) -> bool {
        !self.common || self.calls == 0
    }

    pub(super) fn comment(&mut self) -> &'static str {
        if self.odd(3) { self.dice.pick(SUPPRESSIONS) } else { self.dice.pick(COMMENTS) }
    }

    /// The end of a line: a comment, blanks, neither.
    pub(super) fn end_line(&mut self) {
        if self.dice.chance(self.comments) && self.may_comment() {
            let before = if self.odd(3) { "\t" } else { self.dice.pick(&[" ", " ", "  ", "      "]) };
            let comment = self.comment();
            self.out.extend([before, comment]);
        } else if self.dice.chance(2) {
            self.out.push(' ');
        }
        self.out.push('\n');
    }

    /// Blank lines and comments above a key or an item.
    fn above(&mut self, indent: usize, first: bool) {
        let percent = if self.depth <= 2 && !first { self.blank_lines } else { 2 };
        // A block scalar may have the blank lines below it as its text.
        let blank = self.dice.chance(percent) && !(self.common && self.after_block_text);
        if blank {
            self.out.push_str(self.dice.pick(&["\n", "\n", "\n", "\n", "\n\n", "  \n"]));
        }
        if self.dice.chance(self.comments) && self.may_comment() {
            self.line_above(indent);
            if blank && self.dice.chance(20) {
                self.out.push('\n');
            }
        }
    }

    fn line_above(&mut self, indent: usize) {
        let indent = match self.dice.pick(&[0, 0, 0, 0, 0, 1, 2]) {
            1 => 0,
            // Below a block scalar it may become part of the text.
            2 if !self.common || !self.after_block_text => indent + self.unit,
            _ => indent,
        };
        let comment = if self.depth <= 2 && self.dice.chance(50) { self.dice.pick(BANNERS) } else { self.comment() };
        for line in comment.lines() {
            self.spaces(if line.is_empty() { 0 } else { indent });
            self.out.extend([line, "\n"]);
        }
    }

    /// A value without its tag and its anchor, and these two.
    pub(super) fn peel<'v>(&mut self, value: &'v Value) -> (Vec<String>, Body<'v>) {
        let mut properties = Vec::new();
        let mut value = value;
        if self.dice.chance(1) && !matches!(value, Value::Alias(_) | Value::Anchor(..)) {
            self.anchors += 1;
            properties.push(format!("&a{}", self.anchors));
        }
        if let Value::Anchor(name, inside) = value {
            properties.push(format!("&{name}"));
            value = inside;
        }
        let body = match value {
            Value::Call(function, argument) => {
                // A value has one tag: a function of a function is written out.
                let can_be_short = matches!(**argument, Value::Text(_) | Value::List(_) | Value::Map(_));
                if can_be_short && self.dice.roll() < self.short {
                    properties.insert(if self.dice.chance(20) { 0 } else { properties.len() }, format!("!{function}"));
                    return (properties, Body::of(argument));
                }
                Body::Map(vec![(long_name(function), argument)])
            }
            other => Body::of(other),
        };
        (properties, body)
    }

    fn entries(&mut self, entries: &[(String, &Value)], indent: usize, on_line: bool) {
        self.depth += 1;
        for (number, (key, value)) in entries.iter().enumerate() {
            if number > 0 || !on_line {
                self.above(indent, number == 0);
                self.spaces(indent);
            }
            let explicit = self.odd(1) && self.calls == 0 && !(number == 0 && on_line);
            self.after_block_text = false;
            let key = self.key(key, false);
            if explicit {
                self.out.extend(["? ", &key, "\n"]);
                self.spaces(indent);
            } else {
                self.out.push_str(&key);
            }
            let colon = if !explicit && self.odd(2) { " :" } else { ":" };
            self.out.push_str(colon);
            self.behind(value, indent, false);
        }
        self.depth -= 1;
    }

    fn items(&mut self, items: &[Value], indent: usize, on_line: bool) {
        self.depth += 1;
        for (number, item) in items.iter().enumerate() {
            if number > 0 || !on_line {
                self.above(indent, number == 0);
                self.spaces(indent);
            }
            self.after_block_text = false;
            self.out.push('-');
            self.behind(item, indent, true);
        }
        self.depth -= 1;
    }

    /// A value behind the colon of a key, or behind a dash, at `indent`.
    fn behind(&mut self, value: &Value, indent: usize, item: bool) {
        let is_call = matches!(value, Value::Call(..));
        self.calls += u32::from(is_call);
        let (properties, body) = self.peel(value);
        for property in &properties {
            self.out.extend([" ", property]);
        }
        let bare = properties.is_empty();
        match body {
            Body::Map(entries) if !entries.is_empty() && !self.wants_brackets(value) => {
                let width = if self.dice.chance(10) { 4 } else { 2 };
                if item && bare && !self.dice.chance(8) {
                    self.spaces(width - 1);
                    self.entries(&entries, indent + width, true);
                } else {
                    self.end_line();
                    self.entries(&entries, indent + if item { width } else { self.unit }, false);
                }
            }
            Body::List(items) if !items.is_empty() && !self.wants_brackets(value) => {
                if item && bare && !self.dice.chance(20) {
                    self.spaces(1);
                    self.items(items, indent + 2, true);
                } else {
                    let offset = match (item, self.odd(5)) {
                        (true, _) => 2,
                        (false, true) => self.unit - self.list_offset.min(self.unit),
                        (false, false) => self.list_offset,
                    };
                    self.end_line();
                    self.items(items, indent + offset, false);
                }
            }
            Body::Text(text) => self.text_behind(text, indent),
            other => {
                self.out.push(' ');
                let lines = self.dice.chance(10);
                let text = self.brackets(&other, indent, lines);
                self.out.push_str(&text);
                self.calls -= u32::from(is_call);
                self.end_line();
                self.calls += u32::from(is_call);
            }
        }
        self.calls -= u32::from(is_call);
    }

    fn wants_brackets(&mut self, value: &Value) -> bool {
        let percent = match value.size() {
            0..=4 => self.flow,
            5..=12 => self.flow / 2,
            _ => self.flow / 10,
        };
        self.dice.chance(percent)
    }
}

impl<'v> Body<'v> {
    fn of(value: &'v Value) -> Self {
        match value {
            Value::Text(text) => Body::Text(text),
            Value::Word(word) => Body::Raw((*word).to_owned()),
            Value::Alias(name) => Body::Raw(format!("*{name}")),
            Value::List(items) => Body::List(items),
            Value::Map(entries) => Body::Map(entries.iter().map(|(key, value)| (key.clone(), value)).collect()),
            Value::Call(function, argument) => Body::Map(vec![(long_name(function), argument)]),
            Value::Anchor(_, inside) => Body::of(inside),
        }
    }
}
