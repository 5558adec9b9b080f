//! YAML's scalars, and its brackets.

use super::yaml::{Body, Quotes, Yaml};
use crate::value::Value;

impl Yaml<'_> {
    /// Text behind a colon or a dash, with the end of its line.
    pub(super) fn text_behind(&mut self, text: &str, indent: usize) {
        let several = text.contains('\n');
        let block = !text.is_empty() && !text.starts_with([' ', '\n']);
        if block && self.dice.chance(if several { 80 } else { 2 }) {
            self.block_text(text, indent);
            return;
        }
        self.out.push(' ');
        let written = match text.split_once(' ') {
            // Text may go on in the next line where it has a blank.
            Some((first, rest)) if self.dice.chance(5) && is_plain(text) && !rest.contains(' ') => {
                format!("{first}\n{}{rest}", " ".repeat(indent + self.unit + 1))
            }
            _ => self.text(text, false),
        };
        self.out.push_str(&written);
        self.end_line();
    }

    /// `|` or `>` and the lines below.
    fn block_text(&mut self, text: &str, indent: usize) {
        let lines = text.trim_end_matches('\n');
        let folded = !lines.contains('\n') && !lines.contains("  ") && self.dice.chance(50);
        let chomping = match text.len() - lines.len() {
            0 => "-",
            1 => "",
            _ => "+",
        };
        self.out.extend([if folded { " >" } else { " |" }, chomping]);
        self.end_line();
        let inside = " ".repeat(indent + self.unit);
        // A blank where a line is folded is a line end.
        let lines = if folded { lines.replace(' ', "\n") } else { lines.to_owned() };
        for line in lines.split('\n') {
            if !line.is_empty() {
                self.out.extend([inside.as_str(), line]);
            }
            self.out.push('\n');
        }
        for _ in 1..text.len() - text.trim_end_matches('\n').len() {
            self.out.push('\n');
        }
        self.after_block_text = true;
    }

    pub(super) fn key(&mut self, key: &str, in_brackets: bool) -> String {
        // Keys are quoted less often than values.
        let habit = self.quotes;
        if !self.dice.chance(10) {
            self.quotes = Quotes::None;
        }
        let key = self.text(key, in_brackets);
        self.quotes = habit;
        key
    }

    /// Text on one line, with quotes where it needs them or has them by habit.
    pub(super) fn text(&mut self, text: &str, in_brackets: bool) -> String {
        let plain = is_plain(text) && !(in_brackets && text.contains([',', '[', ']', '{', '}']));
        let habit = if self.dice.chance(10) {
            self.dice.pick(&[Quotes::None, Quotes::Single, Quotes::Double])
        } else {
            self.quotes
        };
        match habit {
            Quotes::None if plain => text.to_owned(),
            Quotes::Double => self.double(text),
            _ if text.contains('\n') => self.double(text),
            Quotes::None if self.dice.chance(50) => self.double(text),
            _ => format!("'{}'", text.replace('\'', "''")),
        }
    }

    fn double(&mut self, text: &str) -> String {
        let quoted = serde_json::Value::from(text).to_string();
        match text.chars().next() {
            Some(first) if first.is_ascii_alphabetic() && self.odd(3) => {
                format!("\"\\x{:02x}{}", u32::from(first), &quoted[2..])
            }
            _ => quoted,
        }
    }

    /// A value between brackets, or a scalar that needs none; all on one line, or not.
    pub(super) fn brackets(&mut self, body: &Body<'_>, indent: usize, lines: bool) -> String {
        let (open, close, parts) = match body {
            Body::Text(text) => return self.text(text, true),
            Body::Raw(raw) => return raw.clone(),
            Body::List(items) => ("[", "]", items.iter().map(|item| (None, item)).collect::<Vec<_>>()),
            Body::Map(entries) => ("{", "}", entries.iter().map(|(key, value)| (Some(key), *value)).collect()),
        };
        if parts.is_empty() {
            return format!("{open}{close}");
        }
        let inside = indent + self.unit;
        let mut out = open.to_owned();
        let count = parts.len();
        out.push_str(if lines { "" } else { self.pad });
        for (number, (key, value)) in parts.into_iter().enumerate() {
            if lines {
                out.push_str(&self.comment_in_brackets());
                out.extend(["\n".to_owned(), " ".repeat(inside)]);
            }
            if let Some(key) = key {
                out.push_str(&self.key(key, true));
                out.push_str(": ");
            }
            let is_call = matches!(value, Value::Call(..));
            let (properties, body) = self.peel(value);
            for property in properties {
                out.extend([property.as_str(), " "]);
            }
            let further = lines && self.dice.chance(50);
            self.calls += u32::from(is_call);
            out.push_str(&self.brackets(&body, inside, further));
            self.calls -= u32::from(is_call);
            let last = number + 1 == count;
            out.push_str(match (last, lines) {
                (false, true) => ",",
                (false, false) if self.odd(5) => " , ",
                (false, false) => ", ",
                (true, _) if self.odd(3) => ",",
                (true, _) => "",
            });
        }
        if lines {
            out.push_str(&self.comment_in_brackets());
            out.extend(["\n".to_owned(), " ".repeat(if self.dice.chance(30) { inside } else { indent + 1 })]);
        } else {
            out.push_str(self.pad);
        }
        out.push_str(close);
        out
    }

    fn comment_in_brackets(&mut self) -> String {
        if self.dice.chance(self.comments) && self.may_comment() {
            format!(" {}", self.comment())
        } else {
            String::new()
        }
    }
}

/// Whether YAML reads it as this very text without quotes.
fn is_plain(text: &str) -> bool {
    let starts = text.starts_with(|first: char| first.is_alphanumeric() || matches!(first, '/' | '$'));
    let resolved = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    starts
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains('\n')
        && !text.ends_with([':', ' '])
        && !resolved.iter().any(|word| text.eq_ignore_ascii_case(word))
        && text.parse::<f64>().is_err()
}
