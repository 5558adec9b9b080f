//! Writing references, and rewiring them in their own spelling.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::aws::slots::Attribute as Wanted;
use crate::cloudformation::edit::renderer::{Change, Renderer, To};
use crate::cloudformation::edit::style::GetAtt;
use crate::cloudformation::intrinsic::{Call, Function, Piece, call, fits_any_quotes, pieces, sub_text};
use crate::cloudformation::lower::resolve::{Reference, reference};
use crate::syntax::tree::{ScalarStyle, ValueId, ValueKind};
use crate::text::lines::{column, indent_of, indent_to};

/// Text in quotes of this style, or in double ones where plain text would be read as something else.
pub(crate) fn quoted(text: &str, style: ScalarStyle) -> String {
    match style {
        ScalarStyle::Single => format!("'{}'", text.replace('\'', "''")),
        ScalarStyle::Double => serde_json::Value::from(text).to_string(),
        _ if is_safe_plain(text) => text.to_owned(),
        _ => serde_json::Value::from(text).to_string(),
    }
}

/// Whether YAML reads it as this very text without quotes, inside brackets too.
fn is_safe_plain(text: &str) -> bool {
    let word =
        |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-' | '/' | ':' | '+' | '=' | '@');
    let starts = text.starts_with(|char: char| char.is_ascii_alphabetic() || char == '/');
    let resolved = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    starts
        && text.chars().all(word)
        && !text.ends_with(':')
        && !resolved.iter().any(|word| text.eq_ignore_ascii_case(word))
}

impl Renderer<'_> {
    /// The edits that make a leaf hold something else, in the leaf's own spelling as far as that goes.
    pub(crate) fn rewire(&self, leaf: ValueId, to: &To) -> Vec<Change> {
        self.rewire_in_place(leaf, to).unwrap_or_else(|| self.replace(leaf, to))
    }

    /// The same if the leaf's own spelling can be kept.
    pub(crate) fn rewire_in_place(&self, leaf: ValueId, to: &To) -> Option<Vec<Change>> {
        let call = call(self.tree, leaf)?;
        match call.function {
            Function::Ref | Function::GetAtt => self.rewire_reference(leaf, &call, &reference(self.tree, &call)?, to),
            Function::Sub => self.rewire_sub(&call, to).map(|change| vec![change]),
            _ => None,
        }
    }

    fn rewire_reference(&self, leaf: ValueId, call: &Call, old: &Reference<'_>, to: &To) -> Option<Vec<Change>> {
        if !fits_any_quotes(&to.id) {
            return None;
        }
        let id = self.tree.content_span(old.id_at);
        let style = self.tree.style(old.id_at)?;
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) || old.id.contains("${") != to.is_computed() {
            return None;
        }
        match (old.attribute, old.attribute_at, to.kind) {
            (None, ..) if to.kind == Wanted::Name => Some(vec![(id, to.id.clone())]),
            (Some(_), None, Wanted::Arn) => Some(vec![(id, to.dotted())]),
            (Some(attribute), Some(at), Wanted::Arn) => {
                let mut changes = vec![(id, to.id.clone())];
                if attribute != "Arn" {
                    // Nothing at all stands right behind a dash.
                    let blank = if self.tree.is_absent(at) { " " } else { "" };
                    changes.push((self.tree.content_span(at), format!("{blank}Arn")));
                }
                Some(changes)
            }
            // Another function is due; where the ID is computed, only the whole can be written anew.
            _ if to.is_computed() && !self.is_own_text(call, old) => None,
            _ => self.switch(leaf, call, style, to),
        }
    }

    /// Whether the ID is the argument's own text, not that of an `Fn::Sub` inside.
    fn is_own_text(&self, call_: &Call, old: &Reference<'_>) -> bool {
        old.id_at == call_.argument && (call_.long.is_none() || call(self.tree, call_.argument).is_none())
    }

    /// `Ref` becomes `Fn::GetAtt`, or the reverse.
    fn switch(&self, leaf: ValueId, call: &Call, style: ScalarStyle, to: &To) -> Option<Vec<Change>> {
        let Some(entry) = call.long else {
            let value = self.tree.get(leaf);
            let (_, tag) = value.tag.as_ref()?;
            let function = format!("!{}", to.function());
            let argument = quoted(&to.dotted(), style);
            if self.text[tag.end..value.content.start].contains('\n') {
                let anchor = self.anchor_behind_tag(leaf);
                return Some(vec![(tag.start..value.content.end, format!("{anchor}{function} {argument}"))]);
            }
            return Some(vec![(tag.clone(), function), (value.content.clone(), argument)]);
        };
        let key = quoted(to.long_name(), self.tree.style(entry.key)?);
        let flow = self.tree.get(leaf).flow;
        // With the `? ` that may stand before the key.
        let whole = if flow { self.tree.span(entry) } else { self.tree.outer_span(leaf) };
        let colon = &self.text[self.tree.full_span(entry.key).end..self.tree.full_span(entry.value).start];
        let colon = if colon.contains('\n') { ": " } else { colon };
        let argument = match to.kind {
            Wanted::Name => quoted(&to.id, style),
            Wanted::Arn if self.habits.json => {
                let indent = indent_of(self.text, self.tree.full_span(leaf).start);
                return Some(vec![(self.tree.outer_span(leaf), self.json_reference(to, indent))]);
            }
            Wanted::Arn if flow => self.get_att_inline(to, style),
            Wanted::Arn => {
                let indent = indent_to(self.text, whole.start);
                let lines = self.get_att_block(to, style);
                return Some(vec![(whole, join_block(&format!("{key}:"), &lines, &indent))]);
            }
        };
        Some(vec![(whole, format!("{key}{colon}{argument}"))])
    }

    /// `${AppRole.Arn}` in an `Fn::Sub`: the name inside changes and nothing else.
    fn rewire_sub(&self, call: &Call, to: &To) -> Option<Change> {
        let (text, scalar, _) = sub_text(self.tree, call)?;
        if to.is_computed() || !fits_any_quotes(&to.id) || !matches!(pieces(text).as_slice(), [Piece::Variable(..)]) {
            return None;
        }
        let inner = self.tree.content_span(scalar);
        let raw = &self.text[inner.clone()];
        let open = raw.find("${").filter(|&at| raw[at + 2..].find("${").is_none())?;
        let close = open + raw[open..].find('}')?;
        let name = raw[open + 2..close].trim();
        let start = inner.start + open + 2 + (raw[open + 2..close].len() - raw[open + 2..close].trim_start().len());
        Some((start..start + name.len(), to.dotted()))
    }

    /// Replaces a value by a reference in the value's own form (short or long), or in the file's.
    pub(crate) fn replace(&self, value: ValueId, to: &To) -> Vec<Change> {
        let short = match call(self.tree, value) {
            Some(call) => call.long.is_none(),
            None => self.habits.short,
        };
        let in_brackets = self.tree.in_flow(value) || self.is_braced(value);
        if in_brackets || self.tree.get(value).anchor.is_some() || (short && !to.is_computed()) {
            let indent = indent_of(self.text, self.tree.full_span(value).start);
            let squeezed =
                self.habits.json && self.tree.get(value).parent.is_some_and(|around| self.is_one_line(around));
            let text =
                if squeezed { self.on_one_line_long(to) } else { self.quoted_as(value).inline(to, short, indent) };
            let whole = self.tree.outer_span(value);
            return vec![self.indent_into(whole, format!("{}{text}", self.anchor_behind_tag(value)), indent)];
        }
        let lines = self.block(to);
        let whole = self.tree.outer_span(value);
        match self.after_colon(value) {
            // A comment behind the colon stays there, and the value where it is, below.
            Some((from, indent)) if self.tree.comments_in(&(from..whole.start)).is_empty() => {
                let inside = format!("{indent}{}", " ".repeat(self.habits.step));
                let text: String = lines.iter().map(|line| format!("\n{inside}{line}")).collect();
                vec![(from..whole.end, text)]
            }
            _ => {
                let indent = indent_to(self.text, self.tree.full_span(value).start);
                vec![(whole, lines.join(&format!("\n{indent}")))]
            }
        }
    }

    /// The same with the quotes that stand in a value in braces, which is often copied from elsewhere.
    pub(crate) fn quoted_as(&self, value: ValueId) -> Renderer<'_> {
        let mut habits = self.habits.clone();
        let long = call(self.tree, value).and_then(|call| call.long).filter(|_| self.is_braced(value));
        if let Some(key) = long.and_then(|entry| self.tree.style(entry.key)) {
            habits.key_style = key;
            habits.id_style = self.id_style_in(value).unwrap_or(habits.id_style);
        }
        Renderer { habits, removed: BTreeSet::new(), profiles: RefCell::default(), ..*self }
    }

    /// The quotes of the first logical ID that is named in a value.
    fn id_style_in(&self, value: ValueId) -> Option<ScalarStyle> {
        if let Some(call) =
            call(self.tree, value).filter(|call| matches!(call.function, Function::Ref | Function::GetAtt))
        {
            return self.tree.style(call.arguments(self.tree).first().copied().unwrap_or(call.argument));
        }
        let inside = self.tree.entries(value).iter().map(|entry| entry.value);
        inside.chain(self.tree.items(value).iter().copied()).find_map(|inside| self.id_style_in(inside))
    }

    /// An anchor that would go with a value's tag and content, as it stands between them.
    fn anchor_behind_tag(&self, value: ValueId) -> String {
        let anchor = self.tree.get(value).anchor.clone();
        let anchor = anchor.filter(|anchor| anchor.start > self.tree.outer_span(value).start);
        anchor.map_or_else(String::new, |anchor| format!("{} ", &self.text[anchor]))
    }

    /// For the value of an entry in a block mapping: the offset after its key's colon, and the key's indentation.
    pub(crate) fn after_colon(&self, value: ValueId) -> Option<(usize, String)> {
        let entry = self.tree.entry_of_value(value)?;
        let key = self.tree.full_span(entry.key);
        let start = self.tree.start(self.text, entry.key);
        let mut rest = self.text[key.end..].trim_start_matches([' ', '\t']);
        // The colon of a key written with `? ` stands on a line of its own, perhaps below comments.
        while start < key.start && rest.starts_with(['#', '\r', '\n']) {
            rest = rest.split_once('\n').map_or("", |(_, below)| below).trim_start_matches([' ', '\t']);
        }
        let colon = self.text.len() - rest.len();
        rest.starts_with(':').then(|| (colon + 1, indent_to(self.text, start)))
    }

    /// A reference for between brackets, or behind a key: `!Ref X`, `{Ref: X}`, `{ "Ref": "X" }`; in JSON on several lines where that is the
    /// file's habit, the first of them indented by `indent`.
    pub(crate) fn inline(&self, to: &To, short: bool, indent: &str) -> String {
        if self.habits.json {
            return self.json_reference(to, indent);
        }
        if short && !to.is_computed() {
            return format!("!{} {}", to.function(), quoted(&to.dotted(), self.habits.id_style));
        }
        self.on_one_line_long(to)
    }

    /// The long form in braces on one line.
    pub(crate) fn on_one_line_long(&self, to: &To) -> String {
        let argument = match (to.kind, to.is_computed()) {
            (Wanted::Name, true) => self.sub(&to.id),
            (Wanted::Arn, true) => self.list_inline(&[self.sub(&to.id), self.word("Arn")]),
            (Wanted::Name, false) => self.word(&to.id),
            (Wanted::Arn, false) => self.get_att_inline(to, self.habits.id_style),
        };
        self.object_on_one_line(to.long_name(), &argument)
    }

    fn json_reference(&self, to: &To, indent: &str) -> String {
        let lines = !self.habits.call_on_one_line;
        let inside = if lines { format!("{indent}{}", self.unit()) } else { indent.to_owned() };
        let id =
            if to.is_computed() { self.json_object("Fn::Sub", &self.word(&to.id), &inside) } else { self.word(&to.id) };
        let argument = match to.kind {
            Wanted::Name => id,
            Wanted::Arn if lines && self.habits.get_att == GetAtt::Lines && !self.opens_at_brace() => {
                let deeper = format!("{inside}{}", self.unit());
                format!("[\n{deeper}{id},\n{deeper}\"Arn\"\n{inside}]")
            }
            Wanted::Arn => self.list_inline(&[id, self.word("Arn")]),
        };
        self.json_object(to.long_name(), &argument, indent)
    }

    /// Puts a value in another's place: below its key if it belongs there.
    pub(crate) fn indent_into(&self, at: Range<usize>, text: String, indent: &str) -> Change {
        let behind_key = self.text[..at.start].trim_end_matches([' ', '\t']);
        if self.opens_below(&text) && behind_key.ends_with(':') {
            return (behind_key.len()..at.end, format!("\n{indent}{text}"));
        }
        (at, text)
    }

    /// What stands before a value inside brackets: its key, and where it opens below that in this file, the line break.
    pub(crate) fn prefix(&self, key: &str, colon: &str, value: &str, indent: &str) -> String {
        if self.opens_below(value) { format!("{key}{}\n{indent}", colon.trim_end()) } else { format!("{key}{colon}") }
    }

    /// An entry inside brackets.
    pub(crate) fn member(&self, key: &str, colon: &str, value: &str, indent: &str) -> String {
        format!("{}{value}", self.prefix(key, colon, value, indent))
    }

    /// Whether a value in brackets belongs on the line below its key.
    fn opens_below(&self, value: &str) -> bool {
        let below = match value.as_bytes().first() {
            Some(b'{') => self.habits.brace_below,
            Some(b'[') => self.habits.bracket_below,
            _ => false,
        };
        below && value.contains('\n')
    }

    fn json_object(&self, key: &str, value: &str, indent: &str) -> String {
        if self.habits.call_on_one_line {
            return self.object_on_one_line(key, value);
        }
        let inside = format!("{indent}{}", self.unit());
        let first = if self.opens_at_brace() { " ".to_owned() } else { format!("\n{inside}") };
        format!("{{{first}{}\n{indent}}}", self.member(&self.key(key), &self.habits.colon, value, &inside))
    }

    /// The `Fn::Sub` that gives an ID with a loop's variable in it.
    /// The `Fn::Sub` that gives a text with variables in it, on one line.
    pub(crate) fn sub(&self, text: &str) -> String {
        let text = quoted(text, self.habits.quote);
        if self.habits.short { format!("!Sub {text}") } else { self.object_on_one_line("Fn::Sub", &text) }
    }

    fn word(&self, text: &str) -> String {
        quoted(text, self.habits.id_style)
    }

    /// A key as the file quotes its keys.
    pub(crate) fn key(&self, text: &str) -> String {
        quoted(text, self.habits.key_style)
    }

    pub(crate) fn object_on_one_line(&self, key: &str, value: &str) -> String {
        let pad = self.habits.brace_pad;
        format!("{{{pad}{}{}{value}{pad}}}", self.key(key), self.colon())
    }

    /// What stands between a key and its value inside brackets.
    pub(crate) fn colon(&self) -> &str {
        if self.habits.json { &self.habits.colon } else { ": " }
    }

    pub(crate) fn list_inline(&self, items: &[String]) -> String {
        let pad = self.habits.bracket_pad;
        format!("[{pad}{}{pad}]", items.join(&self.habits.comma))
    }

    fn get_att_inline(&self, to: &To, style: ScalarStyle) -> String {
        match self.habits.get_att {
            GetAtt::Dotted => quoted(&to.dotted(), style),
            GetAtt::OneLine | GetAtt::Lines => self.list_inline(&[quoted(&to.id, style), quoted("Arn", style)]),
        }
    }

    /// What follows `Fn::GetAtt:` in block style: one line to stand behind it, or several below.
    fn get_att_block(&self, to: &To, style: ScalarStyle) -> Vec<String> {
        match self.habits.get_att {
            GetAtt::Lines => {
                let offset = " ".repeat(self.habits.list_offset.unwrap_or(2));
                vec![
                    String::new(),
                    format!("{offset}{}{}", self.habits.dash, quoted(&to.id, style)),
                    format!("{offset}{}{}", self.habits.dash, quoted("Arn", style)),
                ]
            }
            _ => vec![self.get_att_inline(to, style)],
        }
    }

    /// The lines of a reference in the long form, in block style.
    pub(crate) fn block(&self, to: &To) -> Vec<String> {
        match to.kind {
            Wanted::Name if to.is_computed() && !self.habits.short => {
                let inner = format!(
                    "{}{}: {}",
                    " ".repeat(self.habits.step),
                    self.key("Fn::Sub"),
                    quoted(&to.id, self.habits.quote)
                );
                vec![format!("{}:", self.key("Ref")), inner]
            }
            Wanted::Name if to.is_computed() => vec![format!("{}: {}", self.key("Ref"), self.sub(&to.id))],
            Wanted::Arn if to.is_computed() => {
                let argument = self.list_inline(&[self.sub(&to.id), self.word("Arn")]);
                vec![format!("{}: {argument}", self.key("Fn::GetAtt"))]
            }
            Wanted::Name => vec![format!("{}: {}", self.key("Ref"), self.word(&to.id))],
            Wanted::Arn => {
                let lines = self.get_att_block(to, self.habits.id_style);
                join_block(&format!("{}:", self.key("Fn::GetAtt")), &lines, "").lines().map(str::to_owned).collect()
            }
        }
    }

    /// The white space of one level.
    pub(crate) fn unit(&self) -> String {
        self.habits.unit.clone().unwrap_or_else(|| " ".repeat(self.habits.step))
    }

    /// Whether a value is written on one line.
    pub(crate) fn is_one_line(&self, value: ValueId) -> bool {
        !self.text[self.tree.full_span(value)].contains('\n')
    }

    /// Whether a value is a mapping or list in brackets, and no short function's argument.
    pub(crate) fn is_braced(&self, value: ValueId) -> bool {
        self.tree.get(value).flow && self.tree.tag(value).is_none()
    }

    /// Whether a value is a mapping or list without brackets.
    pub(crate) fn is_block_collection(&self, value: ValueId) -> bool {
        let value = self.tree.get(value);
        !value.flow && matches!(value.kind, ValueKind::List(_) | ValueKind::Mapping(_))
    }

    pub(crate) fn column(&self, at: usize) -> usize {
        column(self.text, at)
    }
}

/// A key and what follows it: on its line, or (if the first line is empty) on the lines below.
fn join_block(key: &str, lines: &[String], indent: &str) -> String {
    match lines {
        [one] => format!("{key} {one}"),
        [_, below @ ..] => below.iter().fold(key.to_owned(), |out, line| format!("{out}\n{indent}{line}")),
        [] => key.to_owned(),
    }
}
