//! A template in short YAML, written as long YAML or JSON: by another parser than ipfix's, and by a printer of its own.

use std::fmt::Write as _;

use serde_yaml::Value;

/// How a template is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// YAML with tags, as the table has it.
    Short,
    /// YAML without tags and braces.
    Long,
    /// JSON, indented by two.
    Json,
}

impl Spelling {
    pub(super) fn write(self, short: &str) -> String {
        let value = || long_form(&serde_yaml::from_str(short).expect("YAML in the table"));
        let mut out = String::new();
        match self {
            Spelling::Short => out += short,
            Spelling::Long => yaml(&value(), 0, &mut out),
            Spelling::Json => {
                json(&value(), 0, &mut out);
                out.push('\n');
            }
        }
        out
    }
}

/// `!GetAtt A.B` as `Fn::GetAtt: [A, B]`, and so on.
fn long_form(value: &Value) -> Value {
    match value {
        Value::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let argument = match (tag.trim_start_matches('!'), &tagged.value) {
                ("GetAtt", Value::String(text)) => text.splitn(2, '.').collect(),
                (_, argument) => long_form(argument),
            };
            let name = match tag.trim_start_matches('!') {
                name @ ("Ref" | "Condition") => name.to_owned(),
                name => format!("Fn::{name}"),
            };
            Value::Mapping([(Value::String(name), argument)].into_iter().collect())
        }
        Value::Sequence(items) => items.iter().map(long_form).collect(),
        Value::Mapping(entries) => {
            Value::Mapping(entries.iter().map(|(key, value)| (key.clone(), long_form(value))).collect())
        }
        scalar => scalar.clone(),
    }
}

fn yaml(value: &Value, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Value::Mapping(entries) => {
            for (key, value) in entries {
                let key = scalar(key);
                if has_lines(value) {
                    let _ = writeln!(out, "{pad}{key}:");
                    yaml(value, indent + 2, out);
                } else {
                    let _ = writeln!(out, "{pad}{key}: {}", scalar(value));
                }
            }
        }
        Value::Sequence(items) => {
            for item in items {
                let _ = write!(out, "{pad}- ");
                if has_lines(item) {
                    let mut lines = String::new();
                    yaml(item, indent + 2, &mut lines);
                    *out += lines.trim_start();
                } else {
                    *out += &scalar(item);
                    out.push('\n');
                }
            }
        }
        _ => unreachable!("a template is a mapping"),
    }
}

fn has_lines(value: &Value) -> bool {
    match value {
        Value::Mapping(entries) => !entries.is_empty(),
        Value::Sequence(items) => !items.is_empty(),
        _ => false,
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "''".to_owned(),
        Value::String(text) if text.chars().all(|letter| letter.is_ascii_digit() || letter == '-') => {
            format!("\"{text}\"")
        }
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Mapping(_) => "{}".to_owned(),
        Value::Sequence(_) => "[]".to_owned(),
        _ => "null".to_owned(),
    }
}

fn json(value: &Value, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent + 2);
    let quoted = |text: &Value| serde_json::to_string(text.as_str().expect("a key")).expect("JSON");
    match value {
        Value::Mapping(entries) if has_lines(value) => {
            let mut start = "{";
            for (key, value) in entries {
                let _ = write!(out, "{start}\n{pad}{}: ", quoted(key));
                json(value, indent + 2, out);
                start = ",";
            }
            let _ = write!(out, "\n{}}}", &pad[2..]);
        }
        Value::Sequence(items) if has_lines(value) => {
            let mut start = "[";
            for item in items {
                let _ = write!(out, "{start}\n{pad}");
                json(item, indent + 2, out);
                start = ",";
            }
            let _ = write!(out, "\n{}]", &pad[2..]);
        }
        Value::String(_) => *out += &quoted(value),
        other => *out += &scalar(other),
    }
}
