//! Lists and objects in brackets: how a file lays them out, and what is between two of their parts.

use std::ops::Range;

use crate::syntax::tree::{Entry, Tree, ValueId, ValueKind};
use crate::text::lines::indent_of;

/// How a file lays out lists and objects in brackets, each part by majority.
#[derive(Clone, Debug)]
pub(crate) struct BracketStyle {
    /// The white space of one level on several lines.
    pub(crate) unit: String,
    /// Whether an object with one entry, and a list of objects, take several lines inside of brackets that do.
    pub(crate) spread: bool,
    pub(crate) spread_lists: bool,
    /// Whether a list of plain values does.
    pub(crate) spread_values: bool,
    /// The blank inside `{ }` and inside `[ ]` on one line.
    pub(crate) brace_pad: &'static str,
    pub(crate) bracket_pad: &'static str,
    /// What is between a key and its value, and between two parts on one line.
    pub(crate) colon: String,
    pub(crate) comma: String,
    /// What is before the comma at the end of a line.
    pub(crate) before_comma: String,
    /// Whether lines start with the comma.
    pub(crate) comma_first: bool,
}

impl BracketStyle {
    /// Parts between brackets: on lines of their own below `indent`, or on one line.
    pub(crate) fn enclosed(
        &self,
        [open, close]: [&str; 2],
        pad: &str,
        parts: &[String],
        indent: &str,
        lines: bool,
    ) -> String {
        if !lines {
            return format!("{open}{pad}{}{pad}{close}", parts.join(&self.comma));
        }
        let inside = format!("{indent}{}", self.unit);
        let comma = match inside.strip_suffix("  ").filter(|_| self.comma_first) {
            Some(before) => format!("\n{before}, "),
            None => format!("{},\n{inside}", self.before_comma),
        };
        format!("{open}\n{inside}{}\n{indent}{close}", parts.join(&comma))
    }
}

/// How often each of some ways of writing occurs.
pub(crate) struct Votes<T>(Vec<(T, u32)>);

impl<T> Default for Votes<T> {
    fn default() -> Self {
        Votes(Vec::new())
    }
}

/// More ways than these to write one thing are not counted.
const MAX_WAYS: usize = 16;

impl<T: PartialEq + Clone> Votes<T> {
    pub(crate) fn add(&mut self, way: T) {
        if let Some((_, count)) = self.0.iter_mut().find(|(of, _)| *of == way) {
            *count += 1;
        } else if self.0.len() < MAX_WAYS {
            self.0.push((way, 1));
        }
    }

    /// The most frequent way; the default if it is as frequent, or if there is none.
    pub(crate) fn winner_or(&self, default: T) -> T {
        let most = self.0.iter().map(|(_, count)| *count).max().unwrap_or(0);
        let winners = || self.0.iter().filter(|(_, count)| *count == most).map(|(way, _)| way);
        if winners().any(|way| *way == default) { default } else { winners().next().cloned().unwrap_or(default) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether what is in brackets starts on the line of the opening one.
fn is_beside(raw: &str) -> bool {
    !raw[1..].trim_start_matches([' ', '\t']).starts_with(['\r', '\n', '#'])
}

/// What the brackets of a file have been seen to be like.
#[derive(Default)]
pub(crate) struct BracketVotes<'t> {
    units: Votes<&'t str>,
    spread: Votes<bool>,
    spread_lists: Votes<bool>,
    spread_values: Votes<bool>,
    brace_pads: Votes<bool>,
    bracket_pads: Votes<bool>,
    colons: Votes<&'t str>,
    commas: Votes<&'t str>,
    before_commas: Votes<&'t str>,
    commas_first: Votes<bool>,
}

impl<'t> BracketVotes<'t> {
    /// Looks at one value, whatever it is.
    pub(crate) fn count(&mut self, tree: &Tree, text: &'t str, id: ValueId) {
        match tree.kind(id) {
            ValueKind::Mapping(entries) if tree.get(id).flow => self.count_braces(tree, text, id, entries),
            ValueKind::List(items) if tree.get(id).flow => self.count_list(tree, text, id, items),
            _ => {}
        }
    }

    /// The style. Where nothing shows it, `unit` is the white space of a level, and `spread` and `brace_pad` say whether an object with one entry
    /// takes several lines, and whether braces on one line have blanks inside.
    pub(crate) fn style(&self, unit: &str, spread: bool, brace_pad: bool) -> BracketStyle {
        let pad = |padded: bool| if padded { " " } else { "" };
        let spread = self.spread.winner_or(spread);
        let colon = self.colons.winner_or(": ");
        let comma = if colon.ends_with(':') { "," } else { ", " };
        BracketStyle {
            unit: if self.units.is_empty() { unit } else { self.units.winner_or("") }.to_owned(),
            spread,
            spread_lists: self.spread_lists.winner_or(spread),
            spread_values: self.spread_values.winner_or(spread),
            brace_pad: pad(self.brace_pads.winner_or(brace_pad)),
            bracket_pad: pad(self.bracket_pads.winner_or(false)),
            colon: colon.to_owned(),
            comma: self.commas.winner_or(comma).to_owned(),
            before_comma: self.before_commas.winner_or("").to_owned(),
            comma_first: self.commas_first.winner_or(false),
        }
    }

    fn count_braces(&mut self, tree: &Tree, text: &'t str, mapping: ValueId, entries: &[Entry]) {
        let raw = &text[tree.get(mapping).content];
        let Some(first) = entries.first() else { return };
        self.count_unit(text, tree.get(mapping).content.start, tree.full_span(first.key).start);
        if is_beside(raw) {
            self.brace_pads.add(raw.starts_with("{ "));
        }
        if entries.len() == 1 && tree.scalar(first.value).is_some() {
            self.spread.add(raw.contains('\n'));
        }
        if let Some(second) = entries.get(1) {
            self.count_comma(&text[tree.span(*first).end..tree.full_span(second.key).start]);
        }
        let colon = &text[tree.full_span(first.key).end..tree.full_span(first.value).start];
        if !colon.contains('\n') && colon.trim() == ":" {
            self.colons.add(colon);
        }
    }

    fn count_list(&mut self, tree: &Tree, text: &'t str, list: ValueId, items: &[ValueId]) {
        let Some(&first) = items.first() else { return };
        let content = tree.get(list).content;
        let raw = &text[content.clone()];
        self.count_unit(text, content.start, tree.full_span(first).start);
        if is_beside(raw) {
            self.bracket_pads.add(raw.starts_with("[ "));
        }
        if items.iter().all(|&item| !tree.entries(item).is_empty()) {
            self.spread_lists.add(!is_beside(raw));
        }
        if items.iter().all(|&item| tree.scalar(item).is_some()) {
            self.spread_values.add(!is_beside(raw));
        }
        if let Some(&second) = items.get(1) {
            self.count_comma(&text[tree.full_span(first).end..tree.full_span(second).start]);
        }
    }

    fn count_comma(&mut self, comma: &'t str) {
        match comma.split_once(',') {
            _ if comma.trim() != "," => {}
            _ if !comma.contains('\n') => self.commas.add(comma),
            Some((before, after)) => {
                self.commas_first.add(before.contains('\n') && !after.contains('\n'));
                if !before.contains('\n') {
                    self.before_commas.add(before);
                }
            }
            None => {}
        }
    }

    /// Of brackets on several lines: how far their content is indented.
    fn count_unit(&mut self, text: &'t str, open: usize, first: usize) {
        // A long text may precede the first line break; the outer indentation is only looked for if there is one.
        let Some((_, indent)) = text[open..first].rsplit_once('\n') else { return };
        if let Some(further) = indent.strip_prefix(indent_of(text, open)).filter(|unit| unit.trim().is_empty()) {
            self.units.add(further);
        }
    }
}

/// What is between two parts of a list or an object: as before this one, else as after it, else a comma and what is between the bracket and the
/// first. `parts` are where they are, `number` is the one that a new part goes beside, and `between` the text of a range without its comments.
pub(crate) fn separator(
    parts: &[Range<usize>],
    number: usize,
    open: usize,
    comma: &str,
    between: impl Fn(Range<usize>) -> String,
) -> String {
    let gap = |first: usize| {
        let (first, second) = (parts.get(first)?, parts.get(first + 1)?);
        Some(between(first.end..second.start))
    };
    number.checked_sub(1).and_then(gap).or_else(|| gap(number)).unwrap_or_else(|| {
        let raw = parts.get(number).map(|part| between(open + 1..part.start)).unwrap_or_default();
        if raw.is_empty() { comma.to_owned() } else { format!(",{raw}") }
    })
}

/// What goes with an entry in brackets that is taken away: the comma behind it, or the one before it where nothing stays behind it. So entries side by
/// side can go each on its own. `place` is where an entry is, and `goes` says which others are taken away.
pub(crate) fn removal(
    entries: &[Entry],
    number: usize,
    place: impl Fn(Entry) -> Range<usize>,
    goes: impl Fn(Entry) -> bool,
) -> Range<usize> {
    let own = place(entries[number]);
    let before = number.checked_sub(1).map(|before| place(entries[before]));
    let after = entries.get(number + 1).map(|&after| place(after));
    match (before, after) {
        (Some(before), _) if entries[number..].iter().all(|&entry| goes(entry)) => before.end..own.end,
        (_, Some(after)) => own.start..after.start,
        _ => own,
    }
}
