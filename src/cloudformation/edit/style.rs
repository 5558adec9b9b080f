//! The style of a file: how new text in it has to look.

use std::ops::Range;

use crate::cloudformation::intrinsic::{Function, call, sub_text};
use crate::syntax::tree::brackets::{BracketStyle, BracketVotes, Votes};
use crate::syntax::tree::{Entry, ScalarStyle, Syntax, Tree, ValueId, ValueKind};
use crate::text::lines::column;

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
    /// Whether a short list below a key, the arguments of a long function, and such a function itself are in brackets (YAML).
    pub(crate) lists_in_brackets: bool,
    pub(crate) arguments_in_brackets: bool,
    pub(crate) calls_in_braces: bool,
    /// How what is in brackets is laid out.
    pub(crate) brackets: BracketStyle,
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
    lists_in_brackets: Votes<bool>,
    arguments_in_brackets: Votes<bool>,
    calls_in_braces: Votes<bool>,
    brackets: BracketVotes<'t>,
}

impl Style {
    pub(crate) fn of(tree: &Tree, text: &str) -> Self {
        let resources = tree.documents.first().and_then(|&root| tree.member(root, "Resources"));
        let resources = resources.map_or(0..0, |resources| tree.get(resources).content);
        let mut votes = StyleVotes { resources, ..StyleVotes::default() };
        for id in tree.ids() {
            votes.count_quotes(tree, id);
            votes.count_call(tree, text, id);
            votes.brackets.count(tree, text, id);
            match tree.kind(id) {
                ValueKind::Mapping(_) if tree.get(id).flow => {}
                ValueKind::Mapping(entries) => entries.iter().for_each(|&entry| votes.count_step(tree, text, entry)),
                ValueKind::List(_) => votes.count_list(tree, id),
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
        let lists_in_brackets = self.lists_in_brackets && votes.list_offsets.is_empty();
        Style { step, list_offset, lists_in_brackets, ..self.clone() }
    }
}

impl<'t> StyleVotes<'t> {
    fn style(&self, json: bool) -> Style {
        let quotes =
            |votes: &Votes<ScalarStyle>| if json { ScalarStyle::Double } else { votes.winner_or(ScalarStyle::Plain) };
        let step = self.steps.winner_or(2);
        let brackets = self.brackets.style(&" ".repeat(step), false, json);
        let lists_in_brackets = self.lists_in_brackets.winner_or(false);
        Style {
            json,
            short: !json && (self.has_short || !self.has_long),
            id_quotes: quotes(&self.ids),
            key_quotes: quotes(&self.keys),
            text_quotes: self.substitutions.winner_or(self.quoted.winner_or(ScalarStyle::Double)),
            step,
            list_offset: self.list_offsets.winner_or(step),
            lists_in_brackets,
            arguments_in_brackets: self.arguments_in_brackets.winner_or(if json {
                !brackets.spread
            } else {
                lists_in_brackets
            }),
            calls_in_braces: self.calls_in_braces.winner_or(false),
            brackets,
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

    fn count_list(&mut self, tree: &Tree, list: ValueId) {
        let value = tree.get(list);
        let items = tree.items(list);
        if items.is_empty() {
            return;
        }
        let is_argument = value.tag.is_some() || value.parent.is_none_or(|parent| call(tree, parent).is_some());
        let is_short = |&item: &ValueId| tree.scalar(item).is_some() || call(tree, item).is_some();
        let below_key = value.parent.is_some_and(|parent| !tree.entries(parent).is_empty());
        let counts = self.resources.contains(&value.content.start) && below_key && !is_argument;
        if counts && items.iter().all(is_short) {
            self.lists_in_brackets.add(value.flow);
        }
    }
}
