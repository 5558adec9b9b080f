//! Terraform's JSON syntax: brackets, repeated keys, escapes, indents and line ends, at random.

use proptest::prelude::*;

use super::Dice;
use crate::hcl_to_json::tree::{Json, quoted};

/// How a file is laid out.
#[derive(Clone, Debug)]
pub(crate) struct TerraformLayout {
    rolls: Vec<u8>,
}

pub(crate) fn terraform_layout() -> impl Strategy<Value = TerraformLayout> {
    prop::collection::vec(0..100u8, 127).prop_map(|rolls| TerraformLayout { rolls })
}

/// Root blocks with labels, and how many they have. The others have a body at once.
const LABELS: [(&str, u32); 6] =
    [("resource", 2), ("data", 2), ("module", 1), ("output", 1), ("provider", 1), ("variable", 1)];

/// Blocks inside of resources that the generated modules have, with the labels of each.
const BLOCKS: [(&str, &str, u32); 5] = [
    ("aws_launch_template", "iam_instance_profile", 0),
    ("aws_launch_template", "dynamic", 1),
    ("aws_batch_compute_environment", "compute_resources", 0),
    ("aws_emr_cluster", "ec2_attributes", 0),
    ("iam_instance_profile", "content", 0),
];

/// Keys that are looked for in the raw bytes before a file is read: an escape hides them, which is accepted.
const BARE_KEYS: [&str; 6] = ["aws_", "iam_", "profile", "role", "resource", "data"];

impl TerraformLayout {
    pub(crate) fn print(&self, document: &Json) -> Vec<u8> {
        let mut dice = Dice { rolls: &self.rolls, at: 0 };
        let shaped = Shape { dice: &mut dice }.root(document);
        let lines = dice.pick(&[Lines::All, Lines::All, Lines::Some, Lines::None]);
        let minified = lines == Lines::None && dice.chance(60);
        let mut printer = Printer {
            lines,
            unit: dice.pick(&["  ", "  ", "    ", "\t", " "]),
            colon: if minified { ":" } else { dice.pick(&[": ", ": ", ":", " : "]) },
            comma: if minified { "," } else { ", " },
            pad: if !minified && dice.chance(40) { " " } else { "" },
            hug: dice.chance(30),
            escapes: if dice.chance(30) { 8 } else { 0 },
            dice,
        };
        let mut out = printer.value(&shaped, "", false);
        out.push_str(printer.dice.pick(&["\n", "\n", "", "\n\n"]));
        let crlf = printer.dice.chance(15);
        (if crlf { out.replace('\n', "\r\n") } else { out }).into_bytes()
    }
}

/// The same document with other brackets: arrays around bodies and labels, keys that repeat.
struct Shape<'d, 'r> {
    dice: &'d mut Dice<'r>,
}

impl Shape<'_, '_> {
    fn root(&mut self, document: &Json) -> Json {
        let Json::Object(members) = document else { return document.clone() };
        let mut shaped = Vec::new();
        for (key, value) in members {
            let labels = LABELS.iter().find(|(name, _)| name == key).map_or(0, |(_, labels)| *labels);
            shaped.extend(
                self.parts(value, labels).into_iter().map(|part| (key.clone(), self.block(key, &part, labels))),
            );
        }
        if self.dice.chance(10) { split(shaped) } else { Json::Object(shaped) }
    }

    /// Labels that are written under a key of their own each.
    fn parts(&mut self, value: &Json, labels: u32) -> Vec<Json> {
        match value {
            Json::Object(members) if labels > 0 && self.dice.chance(15) => {
                members.iter().map(|member| Json::Object(vec![member.clone()])).collect()
            }
            _ => vec![value.clone()],
        }
    }

    fn block(&mut self, kind: &str, value: &Json, labels: u32) -> Json {
        let Json::Object(members) = value else { return value.clone() };
        if labels == 0 {
            return self.body(kind, members);
        }
        let mut shaped = Vec::new();
        for (label, value) in members {
            let kind = if kind == "dynamic" || labels > 1 { label } else { kind };
            let parts = self.parts(value, labels - 1);
            shaped.extend(parts.into_iter().map(|part| (label.clone(), self.block(kind, &part, labels - 1))));
        }
        match self.dice.roll() {
            85.. => split(shaped),
            70.. => Json::List(vec![Json::Object(shaped)]),
            _ => Json::Object(shaped),
        }
    }

    fn body(&mut self, kind: &str, members: &[(String, Json)]) -> Json {
        let members = members.iter().map(|(key, value)| {
            let block = BLOCKS.iter().find(|(around, name, _)| *around == kind && name == key);
            (key.clone(), block.map_or_else(|| value.clone(), |(.., labels)| self.block(key, value, *labels)))
        });
        let body = Json::Object(members.collect());
        match self.dice.roll() {
            95.. => Json::List(vec![Json::List(vec![body])]),
            70.. => Json::List(vec![body]),
            _ => body,
        }
    }
}

/// An array with an object for each member.
fn split(members: Vec<(String, Json)>) -> Json {
    Json::List(members.into_iter().map(|member| Json::Object(vec![member])).collect())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    All,
    /// Some objects and arrays are on one line.
    Some,
    None,
}

struct Printer<'r> {
    dice: Dice<'r>,
    lines: Lines,
    unit: &'static str,
    colon: &'static str,
    comma: &'static str,
    pad: &'static str,
    /// Whether the only element of an array starts on the array's line.
    hug: bool,
    /// How many characters of a hundred are written as escapes.
    escapes: u8,
}

impl Printer<'_> {
    fn value(&mut self, value: &Json, indent: &str, one_line: bool) -> String {
        let one_line = one_line
            || match self.lines {
                Lines::All => false,
                Lines::Some => self.dice.chance(25),
                Lines::None => true,
            };
        let inner = format!("{indent}{}", self.unit);
        match value {
            Json::Word(word) => word.clone(),
            Json::Text(text) => self.text(text),
            Json::List(items) if self.hug && !one_line && items.len() == 1 => {
                format!("[{}]", self.value(&items[0], indent, false))
            }
            Json::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.value(item, &inner, one_line)).collect();
                self.brackets(["[", "]"], &items, indent, one_line)
            }
            Json::Object(members) => {
                let members = members.iter().map(|(key, value)| {
                    let is_bare = BARE_KEYS.iter().any(|word| key.contains(word));
                    let key = if is_bare { quoted(key) } else { self.text(key) };
                    let value = self.value(value, &inner, one_line);
                    format!("{key}{}{value}", self.colon)
                });
                let members: Vec<String> = members.collect();
                self.brackets(["{", "}"], &members, indent, one_line)
            }
        }
    }

    fn brackets(&self, [open, close]: [&str; 2], items: &[String], indent: &str, one_line: bool) -> String {
        if items.is_empty() {
            format!("{open}{close}")
        } else if one_line {
            format!("{open}{}{}{}{close}", self.pad, items.join(self.comma), self.pad)
        } else {
            let before = format!("\n{indent}{}", self.unit);
            format!("{open}{before}{}\n{indent}{close}", items.join(&format!(",{before}")))
        }
    }

    fn text(&mut self, text: &str) -> String {
        let mut out = String::from("\"");
        for letter in text.chars() {
            if self.escapes > 0 && self.dice.chance(self.escapes) {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    let digits = format!("{unit:04x}");
                    let upper = self.dice.chance(50);
                    out.extend(["\\u", &if upper { digits.to_uppercase() } else { digits }]);
                }
            } else {
                let quoted = quoted(letter.encode_utf8(&mut [0; 4]));
                out.push_str(&quoted[1..quoted.len() - 1]);
            }
        }
        out.push('"');
        out
    }
}
