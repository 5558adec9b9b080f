//! Text of the file that is written again elsewhere: what a new shape keeps of the old one, and what a profile copies from its role.

use std::ops::Range;

use crate::cloudformation::edit::layout::{Block, Draft, Kept, quoted};
use crate::cloudformation::edit::renderer::{Change, Renderer};
use crate::syntax::tree::{ScalarStyle, ValueId, ValueKind};
use crate::text::lines::{column, indent_of, leading_blanks, line_start, next_line, reindent};

impl Renderer<'_> {
    /// A value, of which `whole` is the text (with or without its anchor), and with changes inside of it.
    pub(super) fn kept(&self, value: ValueId, whole: &Range<usize>, changes: &[Change]) -> Kept {
        let is_plain = self.tree.style(value) == Some(ScalarStyle::Plain);
        let text = self.spliced(whole, changes);
        let in_flow = self.tree.in_flow(value);
        let is_introduced = whole.start < self.tree.get(value).content.start;
        let beside_key = in_flow || is_introduced || !self.is_block_collection(value);
        let from = match beside_key {
            _ if in_flow => indent_of(self.text, whole.start).len(),
            true => self.outer_column(value),
            false => column(self.text, whole.start),
        };
        let text = reindent(&text, from, "");
        // In brackets, a comma or a brace would end plain text.
        let fits = !text.contains('\n') && beside_key && !(is_plain && text.contains([',', '[', ']', '{', '}']));
        let in_brackets = (in_flow || self.tree.get(value).flow || fits).then(|| text.clone());
        Kept { block: Block { text, beside_key }, in_brackets }
    }

    /// The column of the key or the dash before a value.
    pub(super) fn outer_column(&self, value: ValueId) -> usize {
        if let Some(entry) = self.tree.entry_of_value(value) {
            return column(self.text, self.tree.start(self.text, entry.key));
        }
        let start = self.tree.full_span(value).start;
        let line = line_start(self.text, start);
        let before = self.text[line..start].trim_end();
        if before.ends_with('-') { before.len() - 1 } else { (start - line).saturating_sub(2) }
    }

    /// A value of the role as it can be at an offset: without comments and anchors.
    pub(super) fn copied(&self, value: ValueId, at: usize) -> Draft {
        let value = if self.resolves(value, at) { value } else { self.tree.resolve(value) };
        let whole = self.tree.outer_span(value);
        let mut kept = self.kept(value, &whole, &self.copy_cuts(value, at));
        if !self.tree.in_flow(value) {
            kept.in_brackets = Some(self.on_one_line(value, at));
        }
        Draft::Kept(kept)
    }

    /// On one line, where a line break, a dash and the `|` of a block scalar mean nothing.
    fn on_one_line(&self, value: ValueId, at: usize) -> String {
        let tag = self.tree.tag(value).map_or_else(String::new, |tag| format!("!{tag} "));
        let raw = &self.text[self.tree.get(value).content];
        let text = match self.tree.kind(value) {
            ValueKind::Alias(target) if !self.resolves(value, at) => self.on_one_line(target, at),
            ValueKind::Scalar { text, style } => {
                let is_plain = style == ScalarStyle::Plain;
                let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                match raw {
                    "" if tag.is_empty() => "null".to_owned(),
                    _ if is_block || raw.contains('\n') => quoted(text, ScalarStyle::Double),
                    _ if is_plain && raw.contains([',', '[', ']', '{', '}']) => quoted(text, ScalarStyle::Double),
                    _ => raw.to_owned(),
                }
            }
            ValueKind::Mapping(entries) if !self.tree.get(value).flow => {
                let entry = |key, value| (self.on_one_line(key, at), Draft::Inline(self.on_one_line(value, at)));
                let entries = entries.iter().map(|each| entry(each.key, each.value)).collect();
                self.style.in_brackets(&Draft::Object(entries), "", false)
            }
            ValueKind::List(items) if !self.tree.get(value).flow => {
                let items = items.iter().map(|&item| Draft::Inline(self.on_one_line(item, at))).collect();
                self.style.in_brackets(&Draft::List(items), "", false)
            }
            _ => {
                let raw = self.spliced(&self.tree.outer_span(value), &self.copy_cuts(value, at));
                return raw.lines().map(str::trim).collect::<Vec<_>>().join(" ");
            }
        };
        format!("{tag}{text}").trim_end().to_owned()
    }

    /// Whether an alias would have the same target at an offset; anything else does not depend on its place.
    fn resolves(&self, value: ValueId, at: usize) -> bool {
        let ValueKind::Alias(target) = self.tree.kind(value) else { return true };
        let name = |id: ValueId| self.tree.get(id).anchor.map(|anchor| &self.text[anchor]);
        let before = |id: &ValueId| self.tree.get(*id).anchor.is_some_and(|anchor| anchor.start < at);
        let named = self.tree.ids().filter(before).filter(|&id| name(id) == name(target));
        named.max_by_key(|&id| self.tree.get(id).anchor.map(|anchor| anchor.start)) == Some(target)
    }

    fn copy_cuts(&self, value: ValueId, at: usize) -> Vec<Change> {
        let mut cuts = self.comment_cuts(&self.tree.outer_span(value));
        self.name_cuts(value, at, &mut cuts);
        cuts.sort_by_key(|(cut, _)| cut.start);
        cuts
    }

    /// The anchors of a value and inside of it, and the aliases that would have another target at that offset.
    fn name_cuts(&self, value: ValueId, at: usize, cuts: &mut Vec<Change>) {
        if let Some(anchor) = self.tree.get(value).anchor {
            let blank = leading_blanks(&self.text[anchor.end..]);
            // In a list in brackets, there must be something between two commas.
            let is_all = self.tree.outer_span(value).is_empty() && self.tree.in_flow(value);
            cuts.push((anchor.start..anchor.end + blank, if is_all { "null" } else { "" }.to_owned()));
        }
        if !self.resolves(value, at) {
            let target = self.tree.resolve(value);
            let copy = self.spliced(&self.tree.outer_span(target), &self.copy_cuts(target, at));
            cuts.push((self.tree.outer_span(value), copy));
        }
        let entries = self.tree.entries(value).iter().flat_map(|entry| [entry.key, entry.value]);
        for inside in entries.chain(self.tree.items(value).iter().copied()) {
            self.name_cuts(inside, at, cuts);
        }
    }

    /// The text of a range without comments: on one line, a comment would swallow what follows.
    pub(super) fn without_comments(&self, range: &Range<usize>) -> String {
        self.spliced(range, &self.comment_cuts(range)).replace("\r\n", "\n")
    }

    /// The comments in a range, each with the blanks before it, or with its line.
    fn comment_cuts(&self, range: &Range<usize>) -> Vec<Change> {
        let cut = |comment: &Range<usize>| {
            let start = range.start + self.text[range.start..comment.start].trim_end_matches([' ', '\t']).len();
            let has_line = self.text[range.start..start].ends_with('\n');
            let end = if has_line { next_line(self.text, comment.end).min(range.end) } else { comment.end };
            (start..end, String::new())
        };
        self.tree.comments_in(range).iter().map(cut).collect()
    }

    /// The text of a range with changes in it, which are in order; one may be inside the one before.
    fn spliced(&self, range: &Range<usize>, changes: &[Change]) -> String {
        let mut out = String::new();
        let mut done = range.start;
        for (at, instead) in changes.iter().filter(|(at, _)| at.start >= range.start || at.end > range.start) {
            out.push_str(&self.text[done..at.start.max(done)]);
            out.push_str(instead);
            done = at.end.max(done);
            if self.text[done..range.end.max(done)].starts_with(['\r', '\n']) {
                out.truncate(out.trim_end_matches([' ', '\t']).len());
            }
        }
        out.push_str(&self.text[done..range.end.max(done)]);
        out
    }
}
