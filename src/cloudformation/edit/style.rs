//! How a file is written: what new text in it has to look like.

use std::ops::Range;

use crate::cloudformation::intrinsic::{Function, call, sub_text};
use crate::syntax::tree::{Entry, ScalarStyle, Syntax, Tree, ValueId, ValueKind};
use crate::text::lines::{column, line_start};

/// How a long `Fn::GetAtt` gives its two parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum GetAtt {
    Dotted,
    OneLine,
    Lines,
}

/// The habits of a file, each by majority.
#[derive(Clone, Debug)]
pub(crate) struct Style {
    pub(crate) json: bool,
    /// `!Ref X` rather than `Ref: X`.
    pub(crate) short: bool,
    /// The quotes around a logical ID.
    pub(crate) id_style: ScalarStyle,
    /// The quotes around a key.
    pub(crate) key_style: ScalarStyle,
    /// The quotes of text that has to have some.
    pub(crate) quote: ScalarStyle,
    pub(crate) get_att: GetAtt,
    /// A blank inside `{ }` and inside `[ ]` where they stand on one line.
    pub(crate) brace_pad: &'static str,
    pub(crate) bracket_pad: &'static str,
    /// What stands between key and value inside brackets.
    pub(crate) colon: String,
    /// What stands between two entries on one line inside brackets.
    pub(crate) comma: String,
    /// Whether a call in the long form stands in braces where it could do without: `- {Ref: X}`.
    pub(crate) call_in_braces: bool,
    /// Whether an object with a function in it stands on one line (JSON).
    pub(crate) call_on_one_line: bool,
    /// Whether a list of functions, and one of anything else, starts on the line of its bracket.
    pub(crate) list_on_one_line: bool,
    pub(crate) scalars_on_one_line: bool,
    /// Whether a brace, and a bracket, that opens several lines stands on the line below its key.
    pub(crate) brace_below: bool,
    pub(crate) bracket_below: bool,
    /// The white space from where a key's line counts to such a brace.
    pub(crate) on_next_line: Option<String>,
    /// Whether a comma stands at the start of the line below, before the next entry.
    pub(crate) comma_first: bool,
    /// Whether the first entry stands on the line of the brace where others follow on lines of their own.
    pub(crate) entry_at_brace: bool,
    /// The white space of one level inside brackets on several lines.
    pub(crate) unit: Option<String>,
    /// Whether lists of plain values and references stand in brackets behind their keys, where all else is laid out on lines (YAML).
    pub(crate) lists_in_brackets: bool,
    /// The dash of a list's item with the blanks after it.
    pub(crate) dash: String,
    /// How far a list stands to the right of its key.
    pub(crate) list_offset: Option<usize>,
    /// How far a mapping stands to the right of its key.
    pub(crate) step: usize,
}

/// Votes for two ways of writing.
#[derive(Clone, Copy, Default)]
struct Vote {
    yes: u32,
    no: u32,
}

impl Vote {
    fn add(&mut self, yes: bool) {
        if yes { self.yes += 1 } else { self.no += 1 }
    }

    fn or(self, default: bool) -> bool {
        if self.yes == self.no { default } else { self.yes > self.no }
    }
}

#[derive(Default)]
struct StyleVotes<'t> {
    /// Where the resources stand: what is no resource is often written in fewer lines.
    resources: Range<usize>,
    short: u32,
    long: u32,
    single: u32,
    double: u32,
    plain: u32,
    /// The quotes of what `Fn::GetAtt` names: single ones, double ones, and none.
    named: [u32; 3],
    /// Texts of `Fn::Sub` in single quotes and in double ones; and all scalars, keys too.
    subs: [u32; 2],
    quoted: [u32; 2],
    /// Keys in single quotes, in double ones, and in none.
    keys: [u32; 3],
    dotted: u32,
    lines: u32,
    one_line: u32,
    brace_pad: Vote,
    bracket_pad: Vote,
    /// Calls in the long form, where braces are not around them anyway.
    call_in_braces: Vote,
    call_on_one_line: Vote,
    single_on_one_line: Vote,
    scalars_on_one_line: Vote,
    list_on_one_line: Vote,
    calls_on_one_line: Vote,
    brace_below: Vote,
    /// How far braces below their keys stand to the right of the lines of those, and of the keys.
    below_lines: Vec<(&'t str, u32)>,
    below_keys: Vec<(&'t str, u32)>,
    bracket_below: Vote,
    lists_in_brackets: Vote,
    dashes: Vec<(&'t str, u32)>,
    comma_first: Vote,
    entry_at_brace: Vote,
    units: Vec<(&'t str, u32)>,
    colons: Vec<(&'t str, u32)>,
    commas: Vec<(&'t str, u32)>,
    offsets: Vec<(usize, u32)>,
    steps: Vec<(usize, u32)>,
}

fn tally<T: PartialEq>(votes: &mut Vec<(T, u32)>, value: T) {
    if let Some((_, count)) = votes.iter_mut().find(|(of, _)| *of == value) {
        *count += 1;
    } else if votes.len() < 16 {
        votes.push((value, 1));
    }
}

fn winner<T: Clone>(votes: &[(T, u32)]) -> Option<T> {
    let most = votes.iter().map(|(_, count)| *count).max()?;
    votes.iter().find(|(_, count)| *count == most).map(|(value, _)| value.clone())
}

/// The most frequent text; the default where it is among those, or where there is none.
fn winner_or(votes: &[(&str, u32)], default: &str) -> String {
    let most = votes.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let among = votes.iter().any(|&(text, count)| text == default && count == most);
    if among { default.to_owned() } else { winner(votes).unwrap_or(default).to_owned() }
}

/// Whether what stands in brackets starts on the line of the opening one.
fn is_beside(raw: &str) -> bool {
    !raw[1..].trim_start_matches([' ', '\t']).starts_with(['\r', '\n', '#'])
}

/// The most frequent of single quotes, double ones, and none.
fn quotes(votes: [u32; 3]) -> ScalarStyle {
    match votes {
        [single, double, plain] if double > plain && double >= single => ScalarStyle::Double,
        [single, _, plain] if single > plain => ScalarStyle::Single,
        _ => ScalarStyle::Plain,
    }
}

impl Style {
    pub(crate) fn of(tree: &Tree, text: &str) -> Self {
        let resources = tree.documents.first().and_then(|&root| tree.member(root, "Resources"));
        let resources = resources.map_or(0..0, |resources| tree.get(resources).content.clone());
        let mut votes = StyleVotes { resources, ..StyleVotes::default() };
        for id in tree.ids() {
            votes.look_at_quotes(tree, id);
            votes.look_at_function(tree, text, id);
            votes.look_at_layout(tree, text, id);
        }
        let json = tree.syntax == Syntax::Json;
        let of_refs = [votes.single, votes.double, votes.plain];
        let id_style = quotes(if of_refs == [0; 3] { votes.named } else { of_refs });
        let get_att = if votes.lines > votes.one_line.max(votes.dotted) {
            GetAtt::Lines
        } else if votes.dotted > votes.one_line && !json {
            GetAtt::Dotted
        } else if votes.one_line == 0
            && !votes.scalars_on_one_line.or(votes.single_on_one_line.or(votes.has_brackets()))
        {
            GetAtt::Lines
        } else {
            GetAtt::OneLine
        };
        let comma_first = votes.comma_first.or(false);
        let entry_at_brace = votes.entry_at_brace.or(false);
        let at_brace = comma_first && entry_at_brace;
        Style {
            json,
            short: !json && (votes.short > 0 || votes.long == 0),
            id_style: if json { ScalarStyle::Double } else { id_style },
            key_style: if json { ScalarStyle::Double } else { quotes(votes.keys) },
            quote: votes.quote(),
            get_att,
            brace_pad: if votes.brace_pad.or(json) { " " } else { "" },
            bracket_pad: if votes.bracket_pad.or(false) { " " } else { "" },
            colon: winner_or(&votes.colons, ": "),
            comma: winner_or(&votes.commas, ", "),
            call_in_braces: votes.call_in_braces.or(false),
            call_on_one_line: votes.call_on_one_line.or(at_brace || votes.single_on_one_line.or(true)),
            list_on_one_line: votes.calls_on_one_line.or(votes.list_on_one_line.or(at_brace)),
            scalars_on_one_line: votes.scalars_on_one_line.or(true),
            brace_below: votes.brace_below.or(false),
            bracket_below: votes.bracket_below.or(false),
            comma_first,
            entry_at_brace,
            on_next_line: winner(if at_brace { &votes.below_lines } else { &votes.below_keys }).map(str::to_owned),
            unit: winner(&votes.units).map(str::to_owned),
            lists_in_brackets: votes.lists_in_brackets.or(false),
            dash: winner_or(&votes.dashes, "- "),
            list_offset: winner(&votes.offsets),
            step: winner(&votes.steps).unwrap_or(2),
        }
    }
}

impl<'t> StyleVotes<'t> {
    /// Whether anything is written with brackets on one line.
    fn has_brackets(&self) -> bool {
        [self.brace_pad, self.bracket_pad].iter().any(|vote| vote.yes + vote.no > 0)
    }

    /// As texts of `Fn::Sub` are quoted, or else values, or else keys.
    fn quote(&self) -> ScalarStyle {
        let [single, double, _] = self.keys;
        let values = [self.quoted[0].saturating_sub(single), self.quoted[1].saturating_sub(double)];
        let telling = [self.subs, values, [single, double]].into_iter().find(|[single, double]| single != double);
        if telling.is_some_and(|[single, double]| single > double) { ScalarStyle::Single } else { ScalarStyle::Double }
    }

    fn look_at_quotes(&mut self, tree: &Tree, id: ValueId) {
        match tree.style(id) {
            Some(ScalarStyle::Single) => self.quoted[0] += 1,
            Some(ScalarStyle::Double) => self.quoted[1] += 1,
            _ => {}
        }
    }

    fn look_at_function(&mut self, tree: &Tree, text: &str, id: ValueId) {
        let Some(call) = call(tree, id) else { return };
        if call.long.is_some() {
            self.long += 1
        } else {
            self.short += 1
        }
        match call.function {
            // `AWS::Region` is often quoted for its colons alone.
            Function::Ref if !tree.scalar(call.argument).is_some_and(|id| id.contains(':')) => {
                match tree.style(call.argument) {
                    Some(ScalarStyle::Double) => self.double += 1,
                    Some(ScalarStyle::Single) => self.single += 1,
                    Some(_) => self.plain += 1,
                    None => {}
                }
            }
            Function::GetAtt => {
                let named = call.arguments(tree).first().copied().unwrap_or(call.argument);
                match tree.style(named) {
                    Some(ScalarStyle::Single) => self.named[0] += 1,
                    Some(ScalarStyle::Double) => self.named[1] += 1,
                    _ => self.named[2] += 1,
                }
                if call.long.is_none() {
                    return;
                }
                let argument = tree.get(call.argument);
                match argument.kind {
                    ValueKind::Scalar { .. } => self.dotted += 1,
                    _ if text[argument.content.clone()].contains('\n') => self.lines += 1,
                    _ => self.one_line += 1,
                }
            }
            Function::Sub => match sub_text(tree, &call).and_then(|(_, at, _)| tree.style(at)) {
                Some(ScalarStyle::Single) => self.subs[0] += 1,
                Some(ScalarStyle::Double) => self.subs[1] += 1,
                _ => {}
            },
            _ => {}
        }
        if call.long.is_some() && !tree.in_flow(id) {
            self.call_in_braces.add(tree.get(id).flow);
        }
        if call.long.is_some() && tree.get(id).flow && tree.scalar(call.argument).is_some() {
            self.call_on_one_line.add(!text[tree.get(id).content.clone()].contains('\n'));
        }
    }

    fn look_at_comma(&mut self, text: &'t str, from: usize, to: usize) {
        let comma = &text[from..to];
        match comma.split_once('\n') {
            None if comma.trim() == "," => tally(&mut self.commas, comma),
            None => {}
            Some((_, below)) => self.comma_first.add(below.contains(',') && !comma.contains('#')),
        }
    }

    /// Of a list below a key (no function's arguments): whether it stands in brackets, and what its dash looks like if not.
    fn look_at_list(&mut self, tree: &Tree, text: &'t str, id: ValueId) {
        let value = tree.get(id);
        let ValueKind::List(items) = &value.kind else { return };
        let Some(&first) = items.first().filter(|_| value.content.start < value.content.end) else { return };
        if !value.flow {
            let dash = &text[value.content.start..tree.full_span(first).start];
            if dash.starts_with("- ") && dash.trim_end() == "-" && !dash.contains('\n') {
                tally(&mut self.dashes, dash);
            }
        }
        let is_argument = value.tag.is_some() || value.parent.is_none_or(|parent| call(tree, parent).is_some());
        let below_key = value.parent.is_some_and(|parent| matches!(tree.get(parent).kind, ValueKind::Mapping(_)));
        let is_plain = |&item: &ValueId| tree.scalar(item).is_some() || call(tree, item).is_some();
        if self.resources.contains(&value.content.start) && below_key && !is_argument && items.iter().all(is_plain) {
            self.lists_in_brackets.add(value.flow);
        }
    }

    /// Of brackets on several lines: how far what is in them is indented.
    fn look_at_indent(&mut self, tree: &Tree, text: &'t str, id: ValueId) {
        let open = tree.get(id).content.start;
        let first = match tree.kind(id) {
            ValueKind::Mapping(entries) => entries.first().map(|entry| entry.key),
            ValueKind::List(items) => items.first().copied(),
            _ => None,
        };
        let Some(first) = first.map(|first| tree.full_span(first).start) else { return };
        // What is before the first line break may be long; only where there is one is it looked at.
        let Some((_, indent)) = text[open..first].rsplit_once('\n') else { return };
        // A comma at the start of the line takes the place of a blank.
        let line = &text[line_start(text, open)..open];
        let width = line.len() - line.trim_start_matches([' ', '\t', ',']).len();
        if indent.trim().is_empty() && indent.len() >= width {
            tally(&mut self.units, &indent[width..]);
        }
    }

    /// Of a value in brackets on several lines behind a key: on which line it opens.
    fn look_at_opening(&mut self, tree: &Tree, text: &'t str, entry: Entry) {
        let value = tree.get(entry.value);
        let vote = match value.kind {
            ValueKind::Mapping(_) => &mut self.brace_below,
            _ => &mut self.bracket_below,
        };
        if !value.flow || !text[value.content.clone()].contains('\n') {
            return;
        }
        let between = text[tree.full_span(entry.key).end..value.content.start].rsplit_once('\n');
        vote.add(between.is_some());
        let Some((_, indent)) = between.filter(|(_, indent)| indent.trim().is_empty()) else { return };
        let line = &text[line_start(text, tree.full_span(entry.key).start)..];
        for (votes, blank) in [(&mut self.below_lines, &[' ', '\t'][..]), (&mut self.below_keys, &[' ', '\t', ','])] {
            let width = line.len() - line.trim_start_matches(blank).len();
            if let Some(further) = indent.get(width..) {
                tally(votes, further);
            }
        }
    }

    fn look_at_layout(&mut self, tree: &Tree, text: &'t str, id: ValueId) {
        let value = tree.get(id);
        let raw = &text[value.content.clone()];
        if value.flow && raw.contains('\n') {
            self.look_at_indent(tree, text, id);
            tree.entries(id).iter().for_each(|&entry| self.look_at_opening(tree, text, entry));
        }
        if let ValueKind::List(items) = &value.kind
            && items.iter().any(|&item| tree.scalar(item).is_some())
        {
            self.scalars_on_one_line.add(value.flow && !raw.contains('\n'));
        }
        self.look_at_list(tree, text, id);
        for entry in tree.entries(id) {
            match tree.style(entry.key) {
                Some(ScalarStyle::Single) => self.keys[0] += 1,
                Some(ScalarStyle::Double) => self.keys[1] += 1,
                _ => self.keys[2] += 1,
            }
        }
        match value.kind {
            ValueKind::Mapping(entries) if value.flow => self.look_at_braces(tree, text, raw, entries),
            ValueKind::List(items) if value.flow => self.look_at_brackets(tree, text, raw, items),
            ValueKind::Mapping(entries) => self.look_at_steps(tree, text, entries),
            _ => {}
        }
    }

    fn look_at_braces(&mut self, tree: &Tree, text: &'t str, raw: &str, entries: &[Entry]) {
        let Some(first) = entries.first() else { return };
        if is_beside(raw) {
            self.brace_pad.add(raw.starts_with("{ "));
        }
        if entries.len() == 1 {
            self.single_on_one_line.add(!raw.contains('\n'));
        }
        if let Some(second) = entries.get(1) {
            let (end, next) = (tree.span(*first).end, tree.full_span(second.key).start);
            self.look_at_comma(text, end, next);
            if text[end..next].contains('\n') {
                self.entry_at_brace.add(is_beside(raw));
            }
        }
        for entry in entries.iter().take(3) {
            let colon = &text[tree.full_span(entry.key).end..tree.full_span(entry.value).start];
            if !colon.contains('\n') && colon.contains(':') {
                tally(&mut self.colons, colon);
            }
        }
    }

    fn look_at_brackets(&mut self, tree: &Tree, text: &'t str, raw: &str, items: &[ValueId]) {
        let Some(&first) = items.first() else { return };
        if is_beside(raw) {
            self.bracket_pad.add(raw.starts_with("[ "));
        }
        if let Some(&second) = items.get(1) {
            self.look_at_comma(text, tree.full_span(first).end, tree.full_span(second).start);
        }
        if items.iter().all(|&item| !tree.entries(item).is_empty()) {
            let on_one_line = is_beside(raw);
            self.list_on_one_line.add(on_one_line);
            if items.iter().all(|&item| call(tree, item).is_some()) {
                self.calls_on_one_line.add(on_one_line);
            }
        }
    }

    /// How far what is below a key is indented, outside of brackets.
    fn look_at_steps(&mut self, tree: &Tree, text: &'t str, entries: &[Entry]) {
        for entry in entries {
            let inside = tree.get(entry.value);
            if inside.flow || inside.content.is_empty() {
                continue;
            }
            let key = column(text, tree.start(text, entry.key));
            let at = column(text, inside.content.start);
            match inside.kind {
                ValueKind::List(_) => tally(&mut self.offsets, at.saturating_sub(key)),
                ValueKind::Mapping(_) if at > key => tally(&mut self.steps, at - key),
                _ => {}
            }
        }
    }
}
