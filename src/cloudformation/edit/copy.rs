//! Copying what a role has: without what is said of it, and without the names that are given to it.

use std::ops::Range;

use crate::cloudformation::edit::renderer::Renderer;
use crate::cloudformation::edit::rewire::quoted;
use crate::syntax::tree::{ScalarStyle, ValueId, ValueKind};
use crate::text::lines::{column, line_start};

/// A part of the text, and what is written in its place.
type Cut = (Range<usize>, String);

/// A value as it can stand elsewhere.
pub(crate) struct Copy {
    pub(crate) raw: String,
    /// The column that its lines count from.
    pub(crate) from: usize,
    /// What stands for it inside of brackets, if it stands in none now.
    pub(crate) in_brackets: Option<String>,
}

impl Renderer<'_> {
    /// A value as it can stand at an offset.
    pub(crate) fn copied(&self, value: ValueId, at: usize) -> Copy {
        let value = if self.resolves(value, at) { value } else { self.tree.resolve(value) };
        let in_brackets = (!self.tree.in_flow(value)).then(|| self.bracketed(value, at));
        let (raw, from) = self.as_written(value, at);
        Copy { raw, from, in_brackets }
    }

    fn as_written(&self, value: ValueId, at: usize) -> (String, usize) {
        let whole = self.tree.outer_span(value);
        let from = match self.tree.entry_of_value(value) {
            Some(entry) if self.tree.in_flow(value) => self.lines_from(self.tree.start(self.text, entry.key)),
            Some(entry) => column(self.text, self.tree.start(self.text, entry.key)),
            None => column(self.text, whole.start),
        };
        let raw = self.copy_of(value, at);
        if self.is_block_collection(value) && self.tree.tag(value).is_none() {
            let lead = column(self.text, whole.start).saturating_sub(from);
            return (format!("\n{}{raw}", " ".repeat(from + lead)), from);
        }
        (raw, from)
    }

    /// On one line, where a line break, a dash and a block scalar's `|` mean nothing and a comma or a brace would end plain text.
    fn bracketed(&self, value: ValueId, at: usize) -> String {
        let tag = self.tree.tag(value).map_or_else(String::new, |tag| format!("!{tag} "));
        let text = match self.tree.kind(value) {
            ValueKind::Alias(target) if !self.resolves(value, at) => self.bracketed(target, at),
            ValueKind::Scalar { text, style: ScalarStyle::Literal | ScalarStyle::Folded } => {
                quoted(text, ScalarStyle::Double)
            }
            ValueKind::Scalar { text, .. } if self.text[self.tree.get(value).content].contains('\n') => {
                quoted(text, ScalarStyle::Double)
            }
            ValueKind::Scalar { text, style: ScalarStyle::Plain } if text.contains([',', '[', ']', '{', '}']) => {
                quoted(text, ScalarStyle::Double)
            }
            ValueKind::Scalar { .. } if self.tree.is_absent(value) && tag.is_empty() => "null".to_owned(),
            ValueKind::Mapping(entries) if !self.tree.get(value).flow => {
                let pad = self.habits.brace_pad;
                let entry = |key, value| format!("{}: {}", self.bracketed(key, at), self.bracketed(value, at));
                let entries: Vec<String> = entries.iter().map(|each| entry(each.key, each.value)).collect();
                format!("{{{pad}{}{pad}}}", entries.join(&self.habits.comma))
            }
            ValueKind::List(items) if !self.tree.get(value).flow => {
                let items: Vec<String> = items.iter().map(|&item| self.bracketed(item, at)).collect();
                self.list_inline(&items)
            }
            _ => {
                let raw = self.copy_of(value, at);
                return raw.lines().map(str::trim).collect::<Vec<_>>().join(" ");
            }
        };
        format!("{tag}{text}").trim_end().to_owned()
    }

    /// What the lines of a value in brackets count from: where its key's line starts, a comma there being as good as a blank, unless all
    /// keys stand behind a comma or a brace.
    fn lines_from(&self, key: usize) -> usize {
        let line = &self.text[line_start(self.text, key)..];
        let blank: &[char] = if self.opens_at_brace() { &[' ', '\t'] } else { &[' ', '\t', ','] };
        line.len() - line.trim_start_matches(blank).len()
    }

    /// Whether a brace has the place on the first line that commas have on the others.
    pub(crate) fn opens_at_brace(&self) -> bool {
        self.habits.comma_first && self.habits.entry_at_brace
    }

    fn copy_of(&self, value: ValueId, at: usize) -> String {
        let whole = self.tree.outer_span(value);
        let mut cuts = self.comment_cuts(&whole);
        self.name_cuts(value, at, &mut cuts);
        cuts.sort_by_key(|(cut, _)| cut.start);
        self.without(&whole, &cuts)
    }

    /// Whether an alias would stand for the same at an offset; anything else does.
    fn resolves(&self, value: ValueId, at: usize) -> bool {
        let ValueKind::Alias(target) = self.tree.kind(value) else { return true };
        let name = |id: ValueId| self.tree.get(id).anchor.map(|anchor| &self.text[anchor]);
        let before = |id: &ValueId| self.tree.get(*id).anchor.is_some_and(|anchor| anchor.start < at);
        let named = self.tree.ids().filter(before).filter(|&id| name(id) == name(target));
        named.max_by_key(|&id| self.tree.get(id).anchor.map(|anchor| anchor.start)) == Some(target)
    }

    /// The anchors of a value and inside of it, and what aliases stand for that would not at that offset.
    fn name_cuts(&self, value: ValueId, at: usize, cuts: &mut Vec<Cut>) {
        if let Some(anchor) = self.tree.get(value).anchor {
            let rest = &self.text[anchor.end..];
            let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            // In a list in brackets, something has to stand between two commas.
            let is_all = self.tree.outer_span(value).is_empty() && self.tree.in_flow(value);
            cuts.push((anchor.start..anchor.end + blank, if is_all { "null" } else { "" }.to_owned()));
        }
        if !self.resolves(value, at) {
            cuts.push((self.tree.outer_span(value), self.copy_of(self.tree.resolve(value), at)));
        }
        let entries = self.tree.entries(value).iter().flat_map(|entry| [entry.key, entry.value]);
        for inside in entries.chain(self.tree.items(value).iter().copied()) {
            self.name_cuts(inside, at, cuts);
        }
    }

    /// A part of the text. What is said of the role need not be said again, and on one line a comment would swallow what follows.
    pub(crate) fn without_comments(&self, range: &Range<usize>) -> String {
        self.without(range, &self.comment_cuts(range))
    }

    /// The comments in a part of the text, each with the blanks before it, or with its line.
    fn comment_cuts(&self, range: &Range<usize>) -> Vec<Cut> {
        let cut = |comment: &Range<usize>| {
            let start = range.start + self.text[range.start..comment.start].trim_end_matches([' ', '\t']).len();
            let line = self.text[comment.end..range.end].find('\n').map_or(range.end, |at| comment.end + at + 1);
            let end = if self.text[range.start..start].ends_with('\n') { line } else { comment.end };
            (start..end, String::new())
        };
        self.tree.comments_in(range).iter().map(cut).collect()
    }

    fn without(&self, range: &Range<usize>, cuts: &[Cut]) -> String {
        let mut out = String::new();
        let mut done = range.start;
        for (cut, instead) in cuts.iter().filter(|(cut, _)| cut.end > range.start) {
            out.push_str(&self.text[done..cut.start.max(done)]);
            out.push_str(instead);
            done = cut.end.max(done);
            if self.text[done..range.end].starts_with(['\r', '\n']) {
                out.truncate(out.trim_end_matches([' ', '\t']).len());
            }
        }
        out.push_str(&self.text[done..range.end]);
        out
    }
}
