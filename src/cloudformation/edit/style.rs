//! The style of a file: how new text in it has to look.

use std::ops::Range;

use crate::cloudformation::intrinsic::{Function, call, sub_text};
use crate::syntax::tree::{Entry, ScalarStyle, Syntax, Tree, ValueId, ValueKind};
use crate::text::lines::{column, indent_of};

/// The style of a file, each part by majority.
#[derive(Clone, Debug)]
pub(crate) struct Style {
    pub(crate) json: bool,
    /// `!Ref X` rather than `Ref: X`.
    pub(crate) short: bool,
    /// The quotes around a logical ID, around a key, and around text that needs some.
    pub(crate) id_quotes: ScalarStyle,
    pub(crate) key_quotes: ScalarStyle,
    pub(crate) text_quotes: ScalarStyle,
    /// How far a mapping, and a list, is to the right of its key.
    pub(crate) step: usize,
    pub(crate) list_offset: usize,
    /// The white space of one level inside brackets on several lines.
    pub(crate) unit: String,
    /// Whether a short list below a key, the arguments of a long function, and such a function itself are in brackets (YAML).
    pub(crate) lists_in_brackets: bool,
    pub(crate) arguments_in_brackets: bool,
    pub(crate) calls_in_braces: bool,
    /// Whether an object with one entry, and a list of objects, take several lines inside of brackets that do.
    pub(crate) spread: bool,
    pub(crate) spread_lists: bool,
    /// The blank inside `{ }` and inside `[ ]` on one line.
    pub(crate) brace_pad: &'static str,
    pub(crate) bracket_pad: &'static str,
    /// What is between a key and its value (JSON), and between two entries on one line.
    pub(crate) colon: String,
    pub(crate) comma: String,
}

/// How often each of some ways of writing occurs.
struct Votes<T>(Vec<(T, u32)>);

impl<T> Default for Votes<T> {
    fn default() -> Self {
        Votes(Vec::new())
    }
}

/// More ways than these to write one thing are not counted.
const MAX_WAYS: usize = 16;

impl<T: PartialEq + Clone> Votes<T> {
    fn add(&mut self, way: T) {
        if let Some((_, count)) = self.0.iter_mut().find(|(of, _)| *of == way) {
            *count += 1;
        } else if self.0.len() < MAX_WAYS {
            self.0.push((way, 1));
        }
    }

    /// The most frequent way; the default if it is as frequent, or if there is none.
    fn winner_or(&self, default: T) -> T {
        let most = self.0.iter().map(|(_, count)| *count).max().unwrap_or(0);
        let winners = || self.0.iter().filter(|(_, count)| *count == most).map(|(way, _)| way);
        if winners().any(|way| *way == default) { default } else { winners().next().cloned().unwrap_or(default) }
    }
}

/// Whether what is in brackets starts on the line of the opening one.
fn is_beside(raw: &str) -> bool {
    !raw[1..].trim_start_matches([' ', '\t']).starts_with(['\r', '\n', '#'])
}

#[derive(Default)]
struct StyleVotes<'t> {
    /// Where the resources are: what is no resource often takes fewer lines.
    resources: Range<usize>,
    has_short: bool,
    has_long: bool,
    ids: Votes<ScalarStyle>,
    keys: Votes<ScalarStyle>,
    substitutions: Votes<ScalarStyle>,
    quoted: Votes<ScalarStyle>,
    steps: Votes<usize>,
    list_offsets: Votes<usize>,
    units: Votes<&'t str>,
    lists_in_brackets: Votes<bool>,
    arguments_in_brackets: Votes<bool>,
    calls_in_braces: Votes<bool>,
    spread: Votes<bool>,
    spread_lists: Votes<bool>,
    brace_pads: Votes<bool>,
    bracket_pads: Votes<bool>,
    colons: Votes<&'t str>,
    commas: Votes<&'t str>,
}

impl Style {
    pub(crate) fn of(tree: &Tree, text: &str) -> Self {
        let resources = tree.documents.first().and_then(|&root| tree.member(root, "Resources"));
        let resources = resources.map_or(0..0, |resources| tree.get(resources).content);
        let mut votes = StyleVotes { resources, ..StyleVotes::default() };
        for id in tree.ids() {
            votes.count_quotes(tree, id);
            votes.count_call(tree, text, id);
            match tree.kind(id) {
                ValueKind::Mapping(_) if tree.get(id).flow => votes.count_braces(tree, text, id),
                ValueKind::Mapping(entries) => entries.iter().for_each(|&entry| votes.count_step(tree, text, entry)),
                ValueKind::List(_) => votes.count_list(tree, text, id),
                _ => {}
            }
        }
        votes.style(tree.syntax == Syntax::Json)
    }

    /// The same with the indentation that the blocks of one entry have.
    pub(crate) fn indented_as(&self, tree: &Tree, text: &str, entry: Entry) -> Style {
        let mut votes = StyleVotes::default();
        let mut open = vec![entry];
        while let Some(entry) = open.pop() {
            votes.count_step(tree, text, entry);
            open.extend(tree.entries(entry.value));
        }
        let step = votes.steps.winner_or(self.step);
        let list_offset = votes.list_offsets.winner_or(self.list_offset);
        // A list of blocks in the entry is nearer than the lists of the file.
        let lists_in_brackets = self.lists_in_brackets && votes.list_offsets.0.is_empty();
        Style { step, list_offset, lists_in_brackets, ..self.clone() }
    }
}

impl<'t> StyleVotes<'t> {
    fn style(&self, json: bool) -> Style {
        let pad = |padded: bool| if padded { " " } else { "" };
        let quotes =
            |votes: &Votes<ScalarStyle>| if json { ScalarStyle::Double } else { votes.winner_or(ScalarStyle::Plain) };
        let step = self.steps.winner_or(2);
        let spread = self.spread.winner_or(false);
        let lists_in_brackets = self.lists_in_brackets.winner_or(false);
        Style {
            json,
            short: !json && (self.has_short || !self.has_long),
            id_quotes: quotes(&self.ids),
            key_quotes: quotes(&self.keys),
            text_quotes: self.substitutions.winner_or(self.quoted.winner_or(ScalarStyle::Double)),
            step,
            list_offset: self.list_offsets.winner_or(step),
            unit: if self.units.0.is_empty() { " ".repeat(step) } else { self.units.winner_or("").to_owned() },
            lists_in_brackets,
            arguments_in_brackets: self.arguments_in_brackets.winner_or(if json { !spread } else { lists_in_brackets }),
            calls_in_braces: self.calls_in_braces.winner_or(false),
            spread,
            spread_lists: self.spread_lists.winner_or(spread),
            brace_pad: pad(self.brace_pads.winner_or(json)),
            bracket_pad: pad(self.bracket_pads.winner_or(false)),
            colon: self.colons.winner_or(": ").to_owned(),
            comma: self.commas.winner_or(", ").to_owned(),
        }
    }

    fn count_quotes(&mut self, tree: &Tree, id: ValueId) {
        if let Some(quotes @ (ScalarStyle::Single | ScalarStyle::Double)) = tree.style(id) {
            self.quoted.add(quotes);
        }
        for entry in tree.entries(id) {
            self.keys.add(tree.style(entry.key).unwrap_or(ScalarStyle::Plain));
        }
    }

    fn count_call(&mut self, tree: &Tree, text: &str, id: ValueId) {
        let Some(call) = call(tree, id) else { return };
        self.has_long |= call.long.is_some();
        self.has_short |= call.long.is_none();
        let named = match call.function {
            // `AWS::Region` is often quoted only for its colons.
            Function::Ref if tree.scalar(call.argument).is_some_and(|id| id.contains(':')) => None,
            Function::Ref | Function::GetAtt => Some(call.arguments(tree).first().copied().unwrap_or(call.argument)),
            Function::Sub => {
                let quotes = sub_text(tree, &call).and_then(|(_, at, _)| tree.style(at));
                let quotes = quotes.filter(|style| matches!(style, ScalarStyle::Single | ScalarStyle::Double));
                quotes.into_iter().for_each(|quotes| self.substitutions.add(quotes));
                None
            }
            _ => None,
        };
        if let Some(quotes) = named.and_then(|named| tree.style(named)) {
            self.ids.add(quotes);
        }
        if call.long.is_none() {
            return;
        }
        if !tree.in_flow(id) {
            self.calls_in_braces.add(tree.get(id).flow);
        }
        let arguments = call.arguments(tree);
        if !arguments.is_empty() && arguments.iter().all(|&item| tree.scalar(item).is_some()) {
            let list = tree.get(call.argument);
            self.arguments_in_brackets.add(list.flow && !text[list.content].contains('\n'));
        }
    }

    /// How far what is below a key is indented, outside of brackets.
    fn count_step(&mut self, tree: &Tree, text: &str, entry: Entry) {
        let inside = tree.get(entry.value);
        if inside.flow || inside.content.is_empty() {
            return;
        }
        let (key, at) = (column(text, tree.start(text, entry.key)), column(text, inside.content.start));
        match inside.kind {
            ValueKind::List(_) => self.list_offsets.add(at.saturating_sub(key)),
            ValueKind::Mapping(_) if at > key => self.steps.add(at - key),
            _ => {}
        }
    }

    fn count_braces(&mut self, tree: &Tree, text: &'t str, mapping: ValueId) {
        let raw = &text[tree.get(mapping).content];
        let entries = tree.entries(mapping);
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

    fn count_list(&mut self, tree: &Tree, text: &'t str, list: ValueId) {
        let value = tree.get(list);
        let items = tree.items(list);
        let Some(&first) = items.first() else { return };
        if value.flow {
            let raw = &text[value.content.clone()];
            self.count_unit(text, value.content.start, tree.full_span(first).start);
            if is_beside(raw) {
                self.bracket_pads.add(raw.starts_with("[ "));
            }
            if items.iter().all(|&item| !tree.entries(item).is_empty()) {
                self.spread_lists.add(!is_beside(raw));
            }
            if let Some(&second) = items.get(1) {
                self.count_comma(&text[tree.full_span(first).end..tree.full_span(second).start]);
            }
        }
        let is_argument = value.tag.is_some() || value.parent.is_none_or(|parent| call(tree, parent).is_some());
        let is_short = |&item: &ValueId| tree.scalar(item).is_some() || call(tree, item).is_some();
        let below_key = value.parent.is_some_and(|parent| !tree.entries(parent).is_empty());
        let counts = self.resources.contains(&value.content.start) && below_key && !is_argument;
        if counts && items.iter().all(is_short) {
            self.lists_in_brackets.add(value.flow);
        }
    }

    fn count_comma(&mut self, comma: &'t str) {
        if comma.trim() == "," && !comma.contains('\n') {
            self.commas.add(comma);
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
