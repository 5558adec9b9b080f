//! New values of JSON files, laid out as those beside them are.

use std::ops::Range;

use crate::syntax::tree::brackets::{BracketStyle, separator};
use crate::syntax::tree::{Entry, Tree, ValueId, ValueKind};
use crate::terraform::json::strings::escaped;
use crate::text::lines::indent_of;

/// A value to be written, before it is laid out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Draft {
    /// JSON as it will be.
    Text(String),
    /// Keys without quotes, with their values.
    Object {
        entries: Vec<(String, Draft)>,
        lines: bool,
    },
    List {
        items: Vec<Draft>,
        lines: bool,
    },
}

/// An expression of HCL as a JSON value.
pub(super) fn expression(hcl: &str) -> Draft {
    let quoted = |text: &str| format!("\"{}\"", escaped(text));
    let inside = |open: char, close: char| hcl.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    match (inside('"', '"'), inside('[', ']')) {
        (Some(template), _) => Draft::Text(quoted(template)),
        (_, Some(item)) => Draft::List { items: vec![expression(item)], lines: false },
        _ => Draft::Text(quoted(&format!("${{{hcl}}}"))),
    }
}

impl Draft {
    /// The value, in the style of a file; the line that it starts on is indented by `indent`.
    pub(super) fn render(&self, style: &BracketStyle, indent: &str) -> String {
        let deeper = |lines: bool| if lines { format!("{indent}{}", style.unit) } else { indent.to_owned() };
        match self {
            Draft::Text(text) => text.clone(),
            Draft::Object { entries, lines } => {
                let entry = |(key, value): &(String, Draft)| render_entry(key, value, style, &deeper(*lines));
                let entries: Vec<String> = entries.iter().map(entry).collect();
                style.enclosed(["{", "}"], style.brace_pad, &entries, indent, *lines)
            }
            Draft::List { items, lines } => {
                let items: Vec<String> = items.iter().map(|item| item.render(style, &deeper(*lines))).collect();
                // On one line, blanks inside are for what is no object.
                let pad = if items.iter().all(|item| item.starts_with('{')) { "" } else { style.bracket_pad };
                style.enclosed(["[", "]"], pad, &items, indent, *lines)
            }
        }
    }
}

/// A key with its value.
pub(super) fn render_entry(key: &str, value: &Draft, style: &BracketStyle, indent: &str) -> String {
    format!("\"{}\"{}{}", escaped(key), style.colon, value.render(style, indent))
}

/// A file, for putting something into it.
#[derive(Clone, Copy)]
pub(super) struct Page<'t> {
    pub(super) tree: &'t Tree,
    pub(super) text: &'t str,
    pub(super) style: &'t BracketStyle,
}

/// The majority of the siblings, for the brackets of a new value; none for a tie.
pub(super) fn most_are_lists(tree: &Tree, siblings: &[Entry]) -> bool {
    let is_list = |entry: &&Entry| matches!(tree.kind(entry.value), ValueKind::List(_));
    2 * siblings.iter().filter(is_list).count() > siblings.len()
}

impl Page<'_> {
    /// Whether a value is on several lines.
    pub(super) fn has_lines(self, value: ValueId) -> bool {
        self.text[self.tree.get(value).content].contains('\n')
    }

    /// The object that a value is, or the first that it lists.
    pub(super) fn object(self, value: ValueId) -> ValueId {
        match self.tree.items(value).first() {
            Some(&first) => self.object(first),
            None => value,
        }
    }

    /// Whether what a list holds is on lines of its own.
    pub(super) fn spreads(self, list: ValueId) -> bool {
        let content = self.tree.get(list).content;
        self.text[content.start + 1..].trim_start_matches([' ', '\t', '\r']).starts_with('\n')
    }

    /// A value in as many brackets, laid out as the values of these siblings are.
    pub(super) fn in_list_as(self, siblings: &[Entry], items: Vec<Draft>, lines: bool) -> Draft {
        let list = siblings.iter().map(|entry| entry.value).find(|&value| !self.tree.items(value).is_empty());
        let lines = lines && list.map_or(self.style.spread_lists, |list| self.spreads(list));
        Draft::List { items, lines }
    }

    /// Puts parts beside one of an object or a list. `part` gives the text of each for an indentation.
    pub(super) fn insert(
        self,
        parts: &[Range<usize>],
        number: usize,
        around: ValueId,
        before: bool,
        new: &[impl Fn(&str) -> String],
    ) -> (Range<usize>, String) {
        let open = self.tree.get(around).content.start;
        let first = number.saturating_sub(1);
        let near = &parts[first..parts.len().min(number + 2)];
        let separator =
            separator(near, number - first, open, &self.style.comma, |gap| self.text[gap].replace("\r\n", "\n"));
        let beside = &parts[number];
        // A comma at the start of the line takes the place of a space.
        let indent = separator.rsplit_once('\n').map(|(_, indent)| indent.replace(',', " "));
        let indent = indent.unwrap_or_else(|| indent_of(self.text, beside.start).to_owned());
        let new: Vec<String> = new.iter().map(|part| part(&indent)).collect();
        let new = new.join(&separator);
        match before {
            true => (beside.start..beside.start, format!("{new}{separator}")),
            false => (beside.end..beside.end, format!("{separator}{new}")),
        }
    }
}
