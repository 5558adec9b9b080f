//! New values, and how they are laid out: in blocks or in brackets, in the style of the file.

use crate::cloudformation::edit::renderer::Replacement;
use crate::cloudformation::edit::style::Style;
use crate::syntax::tree::ScalarStyle;
use crate::text::lines::{leading_blanks, reindent};

/// A value to be written, before it is laid out.
#[derive(Clone, Debug)]
pub(crate) enum Draft {
    /// A scalar or a short function: on one line everywhere.
    Inline(String),
    /// Text that the file has already.
    Kept(Kept),
    /// A function in the long form.
    Call(&'static str, Box<Draft>),
    /// Keys as they will be written.
    Object(Vec<(String, Draft)>),
    List(Vec<Draft>),
}

/// Text that the file has already, for either layout.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) block: Block,
    /// The same inside brackets, as if its line was not indented; none if it cannot be there.
    pub(crate) in_brackets: Option<String>,
}

/// A value in block style.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// The lines after the first are relative to the key or the dash before the value if it may be beside that, else to the first line.
    pub(crate) text: String,
    pub(crate) beside_key: bool,
}

/// Text in quotes of this style, or in double ones where YAML would read plain text as something else.
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

impl Style {
    /// A key as the file quotes its keys.
    pub(crate) fn key(&self, key: &str) -> String {
        quoted(key, self.key_quotes)
    }

    /// A reference to a resource: `!Ref X`, `Ref: X`, `!GetAtt X.Arn`, `Fn::GetAtt: [X, Arn]`.
    pub(crate) fn reference(&self, to: &Replacement, short: bool) -> Draft {
        if short && !self.json && !to.is_computed() {
            return Draft::Inline(format!("!{} {}", to.function(), quoted(&to.dotted(), self.id_quotes)));
        }
        let word = |text: &str| Draft::Inline(quoted(text, self.id_quotes));
        let id = if to.is_computed() { self.substitution(&to.id) } else { word(&to.id) };
        let argument = match to.attribute() {
            None => id,
            Some(attribute) => Draft::List(vec![id, word(attribute)]),
        };
        Draft::Call(to.long_name(), Box::new(argument))
    }

    /// The `Fn::Sub` for a text with variables in it.
    pub(crate) fn substitution(&self, text: &str) -> Draft {
        let text = quoted(text, self.text_quotes);
        if self.short {
            Draft::Inline(format!("!Sub {text}"))
        } else {
            Draft::Call("Fn::Sub", Box::new(Draft::Inline(text)))
        }
    }

    /// A value in block style.
    pub(crate) fn block(&self, draft: &Draft) -> Block {
        let beside = |text: String| Block { text, beside_key: true };
        let lines = |lines: Vec<String>| Block { text: lines.join("\n"), beside_key: false };
        match draft {
            Draft::Inline(text) => beside(text.clone()),
            Draft::Kept(kept) => kept.block.clone(),
            Draft::Call(..) if self.calls_in_braces => beside(self.in_brackets(draft, "", false)),
            Draft::Call(function, argument) => {
                let argument = match &**argument {
                    list @ Draft::List(_) if self.arguments_in_brackets => beside(self.in_brackets(list, "", false)),
                    argument => self.block(argument),
                };
                lines(vec![self.block_entry(&self.key(function), &argument, "")])
            }
            Draft::Object(entries) => {
                lines(entries.iter().map(|(key, value)| self.block_entry(key, &self.block(value), "")).collect())
            }
            Draft::List(items) if self.lists_in_brackets && items.iter().all(|item| self.fits_brackets(item)) => {
                beside(self.in_brackets(draft, "", false))
            }
            Draft::List(items) => {
                lines(items.iter().map(|item| format!("- {}", as_item(&self.block(item), "", "  "))).collect())
            }
        }
    }

    /// Whether an item of a list is written in brackets if that is the style of the file.
    fn fits_brackets(&self, item: &Draft) -> bool {
        let in_brackets = match item {
            Draft::Kept(kept) => kept.in_brackets.is_some(),
            _ => true,
        };
        let block = self.block(item);
        in_brackets && block.beside_key && !block.text.contains('\n')
    }

    /// A key with its value.
    pub(crate) fn block_entry(&self, key: &str, value: &Block, indent: &str) -> String {
        format!("{key}:{}", self.after_colon(value, indent))
    }

    /// A value after the colon of its key, which is indented by `indent`: on the same line, or on those below.
    pub(crate) fn after_colon(&self, value: &Block, indent: &str) -> String {
        if value.beside_key {
            return format!(" {}", reindent(&value.text, 0, indent));
        }
        let offset = if value.text.starts_with('-') { self.list_offset } else { self.step };
        let inside = format!("{indent}{}", " ".repeat(offset));
        format!("\n{inside}{}", reindent(&value.text, 0, &inside))
    }

    /// A value between brackets: on lines of its own below `indent`, or on one line.
    pub(crate) fn in_brackets(&self, draft: &Draft, indent: &str, lines: bool) -> String {
        match draft {
            Draft::Inline(text) => text.clone(),
            Draft::Kept(kept) => match &kept.in_brackets {
                Some(text) => reindent(text, 0, indent),
                None => kept.block.text.clone(),
            },
            Draft::Call(function, argument) => {
                let entries = [(self.key(function), (**argument).clone())];
                self.braces(&entries, indent, lines && self.brackets.spread)
            }
            Draft::Object(entries) => self.braces(entries, indent, lines),
            Draft::List(items) => {
                let is_argument = items.len() > 1;
                let own_lines =
                    lines && if is_argument { !self.arguments_in_brackets } else { self.brackets.spread_lists };
                let inside = if own_lines { format!("{indent}{}", self.brackets.unit) } else { indent.to_owned() };
                let items: Vec<String> = items.iter().map(|item| self.in_brackets(item, &inside, lines)).collect();
                self.brackets.enclosed(["[", "]"], self.brackets.bracket_pad, &items, indent, own_lines)
            }
        }
    }

    fn braces(&self, entries: &[(String, Draft)], indent: &str, lines: bool) -> String {
        let inside = if lines { format!("{indent}{}", self.brackets.unit) } else { indent.to_owned() };
        let colon = if self.json { &self.brackets.colon } else { ": " };
        let entry = |(key, value): &(String, Draft)| format!("{key}{colon}{}", self.in_brackets(value, &inside, lines));
        let entries: Vec<String> = entries.iter().map(entry).collect();
        self.brackets.enclosed(["{", "}"], self.brackets.brace_pad, &entries, indent, lines)
    }
}

/// A value after the dash of a list, which is indented by `indent`; `deeper` is the white space before the value.
pub(crate) fn as_item(value: &Block, indent: &str, deeper: &str) -> String {
    let below = || value.text.lines().skip(1).filter(|line| !line.trim().is_empty());
    // What may be right below a key, as a list may, has to be further to the right than a dash.
    let base = if value.beside_key && below().all(|line| leading_blanks(line) > 0) { indent } else { deeper };
    reindent(&value.text, 0, base)
}
