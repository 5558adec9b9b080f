//! New values of JSON files, laid out as those beside them are.

use std::ops::Range;

use crate::syntax::tree::brackets::{BracketStyle, separator};
use crate::syntax::tree::{Tree, ValueId, ValueKind};
use crate::terraform::json::strings::escaped;
use crate::text::lines::leading_blanks;

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
    /// Where each line of the text starts.
    pub(super) lines: &'t [usize],
    pub(super) style: &'t BracketStyle,
}

impl<'t> Page<'t> {
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

    /// A list, laid out as one of its siblings is.
    pub(super) fn in_list_as(self, sibling: Option<ValueId>, items: Vec<Draft>, lines: bool) -> Draft {
        let list = sibling.filter(|&value| !self.tree.items(value).is_empty());
        let lines = lines && list.map_or(self.style.spread_lists, |list| self.spreads(list));
        Draft::List { items, lines }
    }

    /// Puts parts beside one of an object or a list, which has this number. `new` gives the text of each for an indentation.
    pub(super) fn insert(
        self,
        around: ValueId,
        number: usize,
        before: bool,
        new: &[impl Fn(&str) -> String],
    ) -> (Range<usize>, String) {
        let open = self.tree.get(around).content.start;
        let first = number.saturating_sub(1);
        let near = self.parts(around, first..number + 2);
        let separator =
            separator(&near, number - first, open, &self.style.comma, |gap| self.text[gap].replace("\r\n", "\n"));
        let beside = near.get(number - first).cloned().unwrap_or(open + 1..open + 1);
        // A comma at the start of the line takes the place of a space.
        let indent = separator.rsplit_once('\n').map(|(_, indent)| indent.replace(',', " "));
        let indent = indent.unwrap_or_else(|| self.indent_of(beside.start).to_owned());
        let new: Vec<String> = new.iter().map(|part| part(&indent)).collect();
        let new = new.join(&separator);
        match before {
            true => (beside.start..beside.start, format!("{new}{separator}")),
            false => (beside.end..beside.end, format!("{separator}{new}")),
        }
    }

    /// Where these entries or items of an object or a list are, as far as there are any.
    fn parts(self, around: ValueId, numbers: Range<usize>) -> Vec<Range<usize>> {
        let until = |count: usize| numbers.start.min(count)..numbers.end.min(count);
        match self.tree.kind(around) {
            ValueKind::List(items) => {
                items[until(items.len())].iter().map(|&item| self.tree.get(item).content).collect()
            }
            ValueKind::Mapping(entries) => {
                entries[until(entries.len())].iter().map(|&entry| self.tree.span(entry)).collect()
            }
            ValueKind::Scalar { .. } | ValueKind::Alias(_) => Vec::new(),
        }
    }

    /// The white space at the start of the line that `at` is in. The line is looked up: a file may be a single one, which takes long to search.
    pub(super) fn indent_of(self, at: usize) -> &'t str {
        let line = self.lines.partition_point(|&start| start <= at).checked_sub(1).map_or(0, |line| self.lines[line]);
        let line = &self.text[line..at];
        &line[..leading_blanks(line)]
    }
}
