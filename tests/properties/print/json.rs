//! JSON: pretty, on one line, without a blank, and as people write it by hand.

use super::Dice;
use crate::value::{Value, long_name};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    All,
    /// Small objects and lists are on one line.
    Large,
    None,
}

struct Json<'r> {
    dice: Dice<'r>,
    lines: Lines,
    unit: &'static str,
    colon: &'static str,
    comma: &'static str,
    pad: &'static str,
    bracket_pad: &'static str,
    comma_first: bool,
    blank_lines: u8,
    escapes: bool,
}

pub(super) fn print(value: &Value, mut dice: Dice<'_>) -> String {
    let lines = dice.pick(&[Lines::All, Lines::All, Lines::Large, Lines::Large, Lines::None]);
    let minified = lines == Lines::None && dice.chance(40);
    let mut json = Json {
        lines,
        unit: dice.pick(&["  ", "    ", "\t", " "]),
        colon: if minified { ":" } else { dice.pick(&[": ", ": ", ": ", ":", " : "]) },
        comma: if minified { "," } else { ", " },
        pad: if !minified && dice.chance(40) { " " } else { "" },
        bracket_pad: if !minified && dice.chance(15) { " " } else { "" },
        comma_first: dice.chance(5),
        blank_lines: dice.pick(&[0, 0, 50, 100]),
        escapes: dice.chance(5),
        dice,
    };
    let mut out = json.value(value, "", 0);
    out.push_str(json.dice.pick(&["\n", "\n", "\n", "\n\n", "  \n"]));
    out
}

impl Json<'_> {
    fn value(&mut self, value: &Value, indent: &str, depth: u32) -> String {
        match value {
            Value::Text(text) => self.text(text),
            Value::Word(word) => (*word).to_owned(),
            Value::List(items) => {
                let items: Vec<(String, &Value)> = items.iter().map(|item| (String::new(), item)).collect();
                self.brackets(["[", "]"], &items, indent, depth)
            }
            Value::Map(entries) => {
                let entries: Vec<(String, &Value)> =
                    entries.iter().map(|(key, value)| (self.key(key), value)).collect();
                self.brackets(["{", "}"], &entries, indent, depth)
            }
            Value::Call(function, argument) => {
                let key = self.key(&long_name(function));
                self.brackets(["{", "}"], &[(key, argument)], indent, depth)
            }
            Value::Anchor(_, value) => self.value(value, indent, depth),
            Value::Alias(_) => "null".to_owned(),
        }
    }

    fn key(&mut self, key: &str) -> String {
        format!("{}{}", self.text(key), self.colon)
    }

    fn brackets(&mut self, [open, close]: [&str; 2], parts: &[(String, &Value)], indent: &str, depth: u32) -> String {
        if parts.is_empty() {
            return format!("{open}{close}");
        }
        let size: usize = parts.iter().map(|(_, value)| value.size()).sum();
        let on_lines = match self.lines {
            Lines::All => true,
            Lines::Large => depth < 2 || size > 6 || (size > 2 && !self.dice.chance(60)),
            Lines::None => false,
        };
        if !on_lines {
            let outer = std::mem::replace(&mut self.lines, Lines::None);
            let parts: Vec<String> =
                parts.iter().map(|(key, value)| format!("{key}{}", self.value(value, indent, depth + 1))).collect();
            self.lines = outer;
            let pad = if open == "{" { self.pad } else { self.bracket_pad };
            return format!("{open}{pad}{}{pad}{close}", parts.join(self.comma));
        }
        let inside = format!("{indent}{}", self.unit);
        let mut out = open.to_owned();
        for (number, (key, value)) in parts.iter().enumerate() {
            let blank = depth == 1 && number > 0 && self.dice.chance(self.blank_lines);
            out.push_str(match (number, self.comma_first, blank) {
                (0, false, _) | (_, true, false) => "\n",
                (0, true, _) => " ",
                (_, false, false) => ",\n",
                (_, true, true) => "\n\n",
                (_, false, true) => ",\n\n",
            });
            match (self.comma_first, number) {
                (true, 0) => {}
                (true, _) => out.extend([indent, ", "]),
                (false, _) => out.push_str(&inside),
            }
            out.extend([key.as_str(), &self.value(value, &inside, depth + 1)]);
        }
        format!("{out}\n{indent}{close}")
    }

    /// A string; any character may be written as an escape.
    fn text(&mut self, text: &str) -> String {
        let quoted = serde_json::Value::from(text).to_string();
        match text.chars().next() {
            Some(first) if self.escapes && first.is_ascii_alphabetic() && self.dice.chance(20) => {
                format!("\"\\u{:04x}{}", u32::from(first), &quoted[2..])
            }
            _ => quoted,
        }
    }
}
