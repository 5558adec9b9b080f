//! Giving a value the shape that its place takes.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::aws::slots::Shape;
use crate::cloudformation::edit::renderer::Renderer;
use crate::cloudformation::edit::renderer::{Change, To};
use crate::cloudformation::edit::rewire::quoted;
use crate::cloudformation::intrinsic::call;
use crate::cloudformation::lower::key_for;
use crate::cloudformation::lower::slots::SlotSite;
use crate::language::EditError;
use crate::model::{LeafId, SlotId};
use crate::syntax::tree::{ScalarStyle, ValueId};
use crate::text::lines::{indent_of, indent_to, line_end, line_start, reindent};

impl Renderer<'_> {
    /// The edits for the shape; leaves that they write anew leave `rewired`.
    pub(crate) fn reshape(
        &self,
        slot: SlotId,
        key: Option<&'static str>,
        rewired: &mut BTreeMap<LeafId, To>,
    ) -> Result<Vec<Change>, EditError> {
        let place = &self.lowered.places[slot.index()];
        let arm = place.branch.value;
        match place.spec.shape {
            Shape::Value(_) => self.unwrap(slot, place, rewired),
            // What is a list already has a fault in its name alone.
            Shape::List(_) if !place.is_bare() => Ok(Vec::new()),
            Shape::List(_) => Ok(self.wrap(slot, arm, Wrap::List, rewired)),
            Shape::Keys { .. } => {
                let wanted = self.only_leaf(slot).and_then(|leaf| rewired.get(&leaf)).map(|to| to.kind);
                let key = key
                    .or_else(|| wanted.and_then(|kind| key_for(place.spec, kind)))
                    .ok_or("the place takes no such key")?;
                let item = self.tree.items(arm).first().copied().filter(|_| call(self.tree, arm).is_none());
                let renamed = place.inner.filter(|inner| self.tree.scalar(inner.key) != Some(key));
                let renamed = renamed.map(|inner| (self.tree.content_span(inner.key), key.to_owned()));
                Ok(match (item, place.inner) {
                    (Some(item), Some(_)) => self.unlist(arm, item, rewired).into_iter().chain(renamed).collect(),
                    (Some(item), None) => self.relist(slot, arm, item, key, rewired),
                    (None, Some(_)) => renamed.into_iter().collect(),
                    (None, None) => self.wrap(slot, arm, Wrap::Key(key), rewired),
                })
            }
        }
    }

    /// The key inside of an argument gets its right name with it.
    pub(crate) fn rename_inside(&self, place: &SlotSite) -> Option<Change> {
        let Shape::Keys { keys, .. } = place.spec.shape else { return None };
        let inner = place.inner?;
        let (right, _) = keys.iter().find(|(_, wants)| Some(*wants) == place.expected)?;
        (self.tree.scalar(inner.key) != Some(right)).then(|| (self.tree.content_span(inner.key), (*right).to_owned()))
    }

    fn only_leaf(&self, slot: SlotId) -> Option<LeafId> {
        match self.lowered.unit.slot(slot).leaves.as_slice() {
            [only] => Some(only.leaf),
            _ => None,
        }
    }

    /// The leaf that is this value and is to be rewired: then the whole can be written anew.
    fn whole_leaf(&self, slot: SlotId, value: ValueId, rewired: &BTreeMap<LeafId, To>) -> Option<(LeafId, To)> {
        let leaf = self.only_leaf(slot).filter(|leaf| self.lowered.leaves[leaf.index()] == value)?;
        rewired.get(&leaf).map(|to| (leaf, to.clone()))
    }

    /// Whether a leaf is rewired in its own spelling, or by a short function, so that it can stand behind a key as it did before.
    fn keeps_spelling(&self, leaf: ValueId, to: &To) -> bool {
        self.is_short(leaf) && !to.is_computed() || self.rewire_in_place(leaf, to).is_some()
    }

    /// Whether a leaf is rewired within its lines, so that those can stay.
    fn keeps_lines(&self, leaf: ValueId, to: &To) -> bool {
        let one_line = |(at, text): &Change| !self.text[at.clone()].contains('\n') && !text.contains('\n');
        self.rewire_in_place(leaf, to).is_some_and(|changes| changes.iter().all(one_line))
    }

    /// Whether a leaf of one line becomes one of several, as some JSON is written. Not where what is around its place stands on one line.
    fn grows(&self, leaf: ValueId, place: ValueId, to: &To) -> bool {
        let squeezed = self.tree.get(place).parent.is_some_and(|around| self.is_one_line(around));
        self.is_one_line(leaf)
            && !squeezed
            && self.rewire_in_place(leaf, to).is_none()
            && self.inline(to, self.is_short(leaf), "").contains('\n')
    }

    /// `{Name: X}`, `[X]` become `X`.
    fn unwrap(
        &self,
        slot: SlotId,
        place: &SlotSite,
        rewired: &mut BTreeMap<LeafId, To>,
    ) -> Result<Vec<Change>, EditError> {
        let arm = place.branch.value;
        let inner = match (place.inner, self.tree.items(arm)) {
            (Some(entry), _) => entry.value,
            (None, [item]) => *item,
            _ => return Err("the value has another shape than was planned".into()),
        };
        let outer = self.tree.get(arm).content.clone();
        let inside = self.tree.full_span(inner);
        let whole = self.whole_leaf(slot, inner, rewired);
        if self.tree.get(arm).flow {
            let indent = self.line_indent(outer.start);
            if let Some((leaf, to)) = whole.filter(|(_, to)| !self.is_one_line(inner) || self.grows(inner, arm, to)) {
                rewired.remove(&leaf);
                return Ok(vec![self.indent_into(outer.clone(), self.inline(&to, false, &indent), &indent)]);
            }
            return Ok(self.out_of_brackets(arm, inner, rewired));
        }
        let is_kept = whole.as_ref().is_none_or(|(_, to)| self.keeps_spelling(inner, to));
        // Other keys, which have no value, may follow.
        let behind = (inside.end < outer.end).then(|| (inside.end..outer.end, String::new()));
        let Some((colon, indent)) = self.after_colon(arm) else {
            // An item of a list: `- Name: X` becomes `- X`.
            let indent = indent_to(self.text, outer.start);
            let Some((leaf, to)) = whole.filter(|_| !is_kept) else {
                let mut changes = vec![(outer.start..inside.start, String::new())];
                if self.needs_own_line(inner) {
                    changes.extend(self.shift(&inside, self.column(inside.start), &indent, rewired));
                }
                changes.extend(behind);
                return Ok(changes);
            };
            rewired.remove(&leaf);
            return Ok(vec![(outer, self.lines(inner, &to, &indent).join(&format!("\n{indent}")))]);
        };
        let on_key_line = is_kept && self.is_one_line(inner) && !self.is_block_collection(inner);
        // What is written anew is so without what stands between its anchor and itself.
        let anew = !on_key_line && whole.is_some();
        let start = if anew { self.tree.get(inner).content.start } else { inside.start };
        let mut comments = self.tree.comments_in(&(colon..start)).to_vec();
        let mut changes = Vec::new();
        let below = self.comments_below(outer.end, indent.len());
        if on_key_line || whole.as_ref().is_some_and(|(_, to)| self.fits_behind_key(inner, to)) {
            changes.extend(self.without_lines(&below));
            comments.extend(below);
        } else if !self.stays_in_column(place, inner, whole.is_some()) {
            changes.extend(self.pull(&below, indent.len() + self.habits.step));
        }
        changes.extend(self.move_above(&comments, place.entry.value));
        if on_key_line {
            changes.push((colon..inside.start, " ".to_owned()));
        } else if let Some((leaf, to)) = whole {
            rewired.remove(&leaf);
            changes.push((colon..outer.end, self.below_or_behind(inner, &to, &indent)));
            return Ok(changes);
        } else if self.stays_in_column(place, inner, false) {
            changes.push((colon..inside.start, format!("\n{}", " ".repeat(self.column(inside.start)))));
        } else {
            changes.extend(self.dedent(colon, &inside, &indent, rewired));
        }
        changes.extend(behind);
        Ok(changes)
    }

    /// Whether what was an item of a list keeps its column when the list goes.
    fn stays_in_column(&self, place: &SlotSite, inner: ValueId, written_anew: bool) -> bool {
        !written_anew && place.inner.is_none() && self.needs_own_line(inner)
    }

    /// The comments above a value's key, or the dash before that, each on a line of its own.
    fn move_above(&self, comments: &[Range<usize>], value: ValueId) -> Option<Change> {
        let key = || self.tree.entry_of_value(value).map(|entry| self.tree.start(self.text, entry.key));
        let at = self.tree.room_above(self.text, value).or_else(key)?;
        let indent = indent_to(self.text, at);
        let lines: String =
            comments.iter().map(|comment| format!("{}\n{indent}", &self.text[comment.clone()])).collect();
        (!lines.is_empty()).then_some((at..at, lines))
    }

    /// Takes the lines of comments away, each with the line break before it.
    fn without_lines(&self, comments: &[Range<usize>]) -> impl Iterator<Item = Change> {
        comments.iter().map(|comment| {
            let start = line_start(self.text, comment.start);
            let above = line_start(self.text, start.saturating_sub(1));
            (line_end(self.text, above)..comment.end, String::new())
        })
    }

    /// Moves the lines of comments to the left as far as this column, where what they belong to now stands.
    fn pull(&self, comments: &[Range<usize>], to: usize) -> impl Iterator<Item = Change> {
        let surplus = move |comment: &Range<usize>| {
            (comment.start - self.column(comment.start).saturating_sub(to)..comment.start, String::new())
        };
        comments.iter().map(surplus).filter(|(at, _)| !at.is_empty())
    }

    /// Where a leaf of several lines becomes one of fewer: what happens to the comments inside of it and below, which were indented as it was.
    pub(crate) fn settle_comments(&self, leaf: ValueId, to: &To) -> Vec<Change> {
        if self.is_one_line(leaf) {
            return Vec::new();
        }
        let inside = self.replaced_comments(leaf, to);
        let keeps_place = self.tree.in_flow(leaf) || self.keeps_lines(leaf, to);
        if keeps_place && inside.is_empty() {
            return Vec::new();
        }
        let whole = self.tree.outer_span(leaf);
        let is_item = self.tree.entry_of_value(leaf).is_none();
        let outer = match self.after_colon(leaf) {
            Some((_, indent)) => Some(indent.len()),
            None => self.tree.room_above(self.text, leaf).filter(|_| is_item).map(|dash| self.column(dash)),
        };
        let below = outer.filter(|_| !keeps_place).map(|outer| self.comments_below(whole.end, outer));
        let below = below.unwrap_or_default();
        if self.fits_behind_key(leaf, to) && !is_item {
            let lines = self.move_above(&[inside, below.clone()].concat(), leaf);
            return lines.into_iter().chain(self.without_lines(&below)).collect();
        }
        let lines = self.move_above(&inside, leaf);
        lines.into_iter().chain(self.pull(&below, self.column(whole.start))).collect()
    }

    /// The comments in what is replaced when a leaf is rewired.
    fn replaced_comments(&self, leaf: ValueId, to: &To) -> Vec<Range<usize>> {
        let comments = self.tree.comments_in(&self.tree.outer_span(leaf));
        if comments.is_empty() {
            return Vec::new();
        }
        let changes = self.rewire(leaf, to);
        let is_replaced =
            |comment: &&Range<usize>| changes.iter().any(|(at, _)| at.start <= comment.start && comment.end <= at.end);
        comments.iter().filter(is_replaced).cloned().collect()
    }

    /// Moves a value of several lines to the left, behind its outer key: line by line, so that leaves inside can still change.
    fn dedent(&self, colon: usize, value: &Range<usize>, indent: &str, rewired: &BTreeMap<LeafId, To>) -> Vec<Change> {
        let line = line_start(self.text, value.start);
        let own_line = self.text[line..value.start].trim().is_empty();
        let left = if own_line { self.column(value.start) } else { indent_of(self.text, value.start).len() };
        let surplus = left.saturating_sub(indent.len() + if own_line { self.habits.step } else { 0 });
        let lead = if own_line { format!("\n{}", " ".repeat(left - surplus)) } else { " ".to_owned() };
        let mut changes = vec![(colon..value.start, lead)];
        changes.extend(self.lines_of(value, rewired).map(|start| {
            let blank = self.text[start..value.end].bytes().take_while(|&byte| byte == b' ').count();
            (start..start + blank.min(surplus), String::new())
        }));
        changes
    }

    /// A reference in the form of what stood there: one line in the short form, or those of a mapping.
    fn lines(&self, old: ValueId, to: &To, indent: &str) -> Vec<String> {
        if self.is_braced(old) {
            return vec![self.quoted_as(old).inline(to, self.is_short(old), indent)];
        }
        if self.is_short(old) && !to.is_computed() { vec![self.inline(to, true, indent)] } else { self.block(to) }
    }

    /// Whether a reference in the form of what stood there is no mapping on lines of its own.
    fn fits_behind_key(&self, old: ValueId, to: &To) -> bool {
        self.is_braced(old) || self.is_short(old) && !to.is_computed()
    }

    fn is_short(&self, old: ValueId) -> bool {
        call(self.tree, old).map_or(self.habits.short, |call| call.long.is_none())
    }

    /// A reference to follow a key's colon: on the same line, or below it in the long form.
    fn below_or_behind(&self, old: ValueId, to: &To, indent: &str) -> String {
        let lines = self.lines(old, to, indent);
        if self.fits_behind_key(old, to) {
            return format!(" {}", lines.concat());
        }
        let inside = format!("{indent}{}", " ".repeat(self.habits.step));
        lines.iter().map(|line| format!("\n{inside}{line}")).collect()
    }

    /// `X` becomes `{Name: X}` or `[X]`.
    fn wrap(&self, slot: SlotId, arm: ValueId, wrap: Wrap, rewired: &mut BTreeMap<LeafId, To>) -> Vec<Change> {
        let whole = self.tree.outer_span(arm);
        let bracketed = matches!(wrap, Wrap::List) && self.habits.lists_in_brackets && self.is_one_line(arm);
        let flow = self.tree.in_flow(arm) || self.tree.get(arm).anchor.is_some() || bracketed && self.is_short(arm);
        if flow || (self.after_colon(arm).is_none() && !matches!(wrap, Wrap::Key(_))) {
            return self.wrap_in_brackets(slot, arm, wrap, rewired);
        }
        let lead = match wrap {
            Wrap::Key(key) => format!("{}: ", self.key(key)),
            Wrap::List => self.habits.dash.clone(),
        };
        let Some((colon, indent)) = self.after_colon(arm) else {
            return self.wrap_item(slot, arm, &lead, rewired);
        };
        let offset = match wrap {
            Wrap::Key(_) => self.habits.step,
            Wrap::List => self.habits.list_offset.unwrap_or(self.habits.step),
        };
        // A comment behind the colon stays there, and the value where it is, below.
        let (from, before, inside) = if self.tree.comments_in(&(colon..whole.start)).is_empty() {
            let inside = format!("{indent}{}", " ".repeat(offset));
            (colon, format!("\n{inside}"), inside)
        } else {
            (whole.start, String::new(), indent_to(self.text, whole.start))
        };
        let leaf = self.whole_leaf(slot, arm, rewired);
        let is_kept = leaf.as_ref().is_none_or(|(_, to)| self.keeps_spelling(arm, to));
        if is_kept && self.is_one_line(arm) && !self.is_block_collection(arm) {
            return vec![(from..whole.start, format!("{before}{lead}"))];
        }
        let deeper = match wrap {
            Wrap::Key(_) => format!("{inside}{}", " ".repeat(self.habits.step)),
            Wrap::List => format!("{inside}{}", " ".repeat(self.habits.dash.len())),
        };
        let key = |below: bool| {
            let below = below && matches!(wrap, Wrap::Key(_));
            if below { format!("{before}{}\n{deeper}", lead.trim_end()) } else { format!("{before}{lead}") }
        };
        let Some((leaf, to)) = leaf.filter(|(_, to)| !self.keeps_lines(arm, to)) else {
            let mut changes = vec![(from..whole.start, key(self.needs_own_line(arm)))];
            // The lines below a value that starts behind its key count from the key; those of a mapping behind `: ` do not.
            let own_line = self.text[line_start(self.text, whole.start)..whole.start].trim().is_empty()
                || self.needs_own_line(arm);
            let (from, to) = match wrap {
                _ if own_line => (self.column(whole.start), &deeper),
                Wrap::Key(_) => (indent.len(), &inside),
                Wrap::List => (indent.len(), &deeper),
            };
            changes.extend(self.shift(&whole, from, to, rewired));
            return changes;
        };
        rewired.remove(&leaf);
        let text = self.lines(arm, &to, &inside).join(&format!("\n{deeper}"));
        vec![(from..whole.end, format!("{}{text}", key(!self.fits_behind_key(arm, &to))))]
    }

    /// An item of a list: `- X` becomes `- Name: X`.
    fn wrap_item(&self, slot: SlotId, arm: ValueId, lead: &str, rewired: &mut BTreeMap<LeafId, To>) -> Vec<Change> {
        let whole = self.tree.outer_span(arm);
        let own_line = self.needs_own_line(arm);
        let indent = indent_to(self.text, whole.start);
        let leaf = self.whole_leaf(slot, arm, rewired);
        let is_kept = |to: &To| if own_line { self.keeps_lines(arm, to) } else { self.keeps_spelling(arm, to) };
        if let Some((leaf, to)) = leaf.filter(|(_, to)| !is_kept(to)) {
            rewired.remove(&leaf);
            return vec![(whole, format!("{}{}", lead.trim_end(), self.below_or_behind(arm, &to, &indent)))];
        }
        if !own_line {
            let mut changes = vec![(whole.start..whole.start, lead.to_owned())];
            // The lines below the first have to be to the right of the key.
            let below = self.text[whole.clone()].lines().skip(1).filter(|line| !line.trim().is_empty());
            let column = below.map(|line| line.len() - line.trim_start_matches(' ').len()).min();
            if let Some(column) = column.filter(|&column| column <= indent.len()) {
                let deeper = format!("{indent}{}", " ".repeat(self.habits.step));
                changes.extend(self.shift(&whole, column, &deeper, rewired));
            }
            return changes;
        }
        let deeper = format!("{indent}{}", " ".repeat(self.habits.step));
        let mut changes = vec![(whole.start..whole.start, format!("{}\n{deeper}", lead.trim_end()))];
        changes.extend(self.shift(&whole, indent.len(), &deeper, rewired));
        changes
    }

    /// Whether a value has no place on the line of a key, as a mapping or a list that nothing introduces.
    fn needs_own_line(&self, value: ValueId) -> bool {
        let bare = self.tree.tag(value).is_none() && self.tree.get(value).anchor.is_none();
        bare && self.is_block_collection(value)
    }

    /// Moves the lines after the first of a value from one column to another, with what becomes of the leaves inside.
    fn shift(&self, value: &Range<usize>, from: usize, to: &str, rewired: &mut BTreeMap<LeafId, To>) -> Vec<Change> {
        let lines = self.lines_of(value, rewired).filter_map(|start| {
            let line = &self.text[start..line_end(self.text, start)];
            let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
            (blank < line.trim_end().len()).then(|| (start..start + blank.min(from), to.to_owned()))
        });
        let mut changes: Vec<Change> = lines.collect();
        rewired.retain(|leaf, holder| {
            let leaf = self.lowered.leaves[leaf.index()];
            let inside = value.contains(&self.tree.outer_span(leaf).start);
            if inside {
                let anew = self.rewire(leaf, holder).into_iter();
                changes.extend(anew.map(|(at, text)| (at, reindent(&text, from, to))));
            }
            !inside
        });
        changes
    }

    /// Where lines after the first of a value start, but for those inside of what is written anew.
    fn lines_of(&self, value: &Range<usize>, rewired: &BTreeMap<LeafId, To>) -> impl Iterator<Item = usize> {
        let leaves = rewired.iter().map(|(leaf, to)| (self.lowered.leaves[leaf.index()], to));
        let inside = leaves.filter(|&(leaf, _)| value.contains(&self.tree.outer_span(leaf).start));
        let replaced: Vec<Range<usize>> =
            inside.flat_map(|(leaf, to)| self.rewire(leaf, to)).map(|(at, _)| at).collect();
        let starts = self.text[value.clone()].match_indices('\n').map(|(at, _)| value.start + at + 1);
        starts.filter(move |&start| !replaced.iter().any(|at| at.start < start && start <= at.end))
    }

    fn wrap_in_brackets(
        &self,
        slot: SlotId,
        arm: ValueId,
        wrap: Wrap,
        rewired: &mut BTreeMap<LeafId, To>,
    ) -> Vec<Change> {
        let whole = self.tree.outer_span(arm);
        let indent = self.line_indent(whole.start);
        let (open, pad, close) = match wrap {
            Wrap::List => ("[", self.habits.bracket_pad, "]"),
            Wrap::Key(_) => ("{", self.habits.brace_pad, "}"),
        };
        let key = match wrap {
            Wrap::List => String::new(),
            Wrap::Key(key) => self.key_with_colon(key),
        };
        // Text that stands without quotes outside of brackets may not inside.
        let needs_quotes = !self.tree.in_flow(arm)
            && self.tree.style(arm) == Some(ScalarStyle::Plain)
            && self.text[whole.clone()].contains([',', '[', ']', '{', '}']);
        if needs_quotes && let Some((leaf, to)) = self.whole_leaf(slot, arm, rewired) {
            rewired.remove(&leaf);
            let text = self.inline(&to, self.is_short(arm), &indent);
            return vec![(whole, format!("{open}{pad}{key}{text}{pad}{close}"))];
        }
        if needs_quotes && let Some(text) = self.tree.scalar(arm) {
            return vec![
                (whole.start..whole.start, format!("{open}{pad}{key}")),
                (self.tree.get(arm).content.clone(), quoted(text, ScalarStyle::Single)),
                (whole.end..whole.end, format!("{pad}{close}")),
            ];
        }
        let leaf = self.whole_leaf(slot, arm, rewired);
        let grows = leaf.as_ref().is_some_and(|(_, to)| self.grows(arm, arm, to));
        if self.is_one_line(arm) && !grows {
            return vec![
                (whole.start..whole.start, format!("{open}{pad}{key}")),
                (whole.end..whole.end, format!("{pad}{close}")),
            ];
        }
        // Of several lines: the new level gets lines of its own too.
        let at_brace = self.opens_at_brace();
        let inside = if at_brace { self.below(&indent, "") } else { format!("{indent}{}", self.unit()) };
        let first = if at_brace { " ".to_owned() } else { format!("\n{inside}") };
        let lead = |value: &str| match wrap {
            Wrap::List => String::new(),
            Wrap::Key(key) => self.prefix(&self.key(key), self.colon(), value, &inside),
        };
        // What stands without brackets cannot stay as it is inside of them.
        let leaf = leaf.filter(|(_, to)| self.is_block_collection(arm) || !self.keeps_lines(arm, to));
        if let Some((leaf, to)) = leaf {
            rewired.remove(&leaf);
            let text = self.inline(&to, false, &inside);
            let text = format!("{open}{first}{}{text}\n{indent}{close}", lead(&text));
            return vec![self.indent_into(whole, text, &indent)];
        }
        let open = format!("{open}{first}{}", lead(&self.text[whole.clone()]));
        let mut changes = vec![(whole.start..whole.start, open), (whole.end..whole.end, format!("\n{indent}{close}"))];
        changes.extend(self.shift(&whole, indent.len(), &inside, rewired));
        changes
    }

    /// A key inside brackets, with its colon.
    fn key_with_colon(&self, key: &str) -> String {
        format!("{}{}", self.key(key), self.colon())
    }

    fn line_indent(&self, at: usize) -> String {
        indent_of(self.text, at).to_owned()
    }

    /// `[{Name: X}]` becomes `{Name: X}`.
    fn unlist(&self, list: ValueId, item: ValueId, rewired: &mut BTreeMap<LeafId, To>) -> Vec<Change> {
        if self.tree.get(list).flow {
            return self.out_of_brackets(list, item, rewired);
        }
        // The dash becomes a blank: the item stays in its column.
        let start = self.tree.get(list).content.start;
        vec![(start..start + 1, " ".to_owned())]
    }

    /// Takes the brackets off what stands in them; its lines move to where the brackets were.
    fn out_of_brackets(&self, around: ValueId, inner: ValueId, rewired: &mut BTreeMap<LeafId, To>) -> Vec<Change> {
        let outer = self.tree.get(around).content.clone();
        let inside = self.tree.full_span(inner);
        let mut open = (outer.start..inside.start, String::new());
        // What fits on the line of the key need not stand below it as the bracket did.
        let above = self.text[..outer.start].trim_end();
        if self.is_one_line(inner) && self.text[above.len()..outer.start].contains('\n') && above.ends_with(':') {
            open = (above.len()..inside.start, " ".to_owned());
        }
        let mut changes = vec![open, (inside.end..outer.end, String::new())];
        let (from, to) = (self.line_indent(inside.start), self.line_indent(outer.start));
        if from != to {
            changes.extend(self.shift(&inside, from.len(), &to, rewired));
        }
        changes
    }

    /// `[X]` becomes `{Name: X}`.
    fn relist(
        &self,
        slot: SlotId,
        list: ValueId,
        item: ValueId,
        key: &str,
        rewired: &mut BTreeMap<LeafId, To>,
    ) -> Vec<Change> {
        let outer = self.tree.get(list).content.clone();
        let inside = self.tree.full_span(item);
        if !self.tree.get(list).flow {
            // Where lists stand right below their keys, a key inside has to stand further in.
            let at_key = self.after_colon(list).is_some_and(|(_, indent)| indent.len() == self.column(outer.start));
            let pad = " ".repeat(if at_key { self.habits.step } else { 0 });
            let leaf = self.whole_leaf(slot, item, rewired);
            if let Some((leaf, to)) = leaf.filter(|(_, to)| !self.keeps_spelling(item, to)) {
                rewired.remove(&leaf);
                let text = self.below_or_behind(item, &to, &format!("{}{pad}", indent_to(self.text, outer.start)));
                return vec![(outer, format!("{pad}{}:{text}", self.key(key)))];
            }
            let deeper = format!("{}{pad}", " ".repeat(self.column(inside.start)));
            let lead = if self.needs_own_line(item) { format!("\n{deeper}") } else { " ".to_owned() };
            let mut changes = vec![(outer.start..inside.start, format!("{pad}{}:{lead}", self.key(key)))];
            if at_key {
                changes.extend(self.shift(&inside, self.column(inside.start), &deeper, rewired));
            }
            return changes;
        }
        self.relist_in_brackets(outer, item, key, rewired)
    }

    /// The same with brackets; they keep lines of their own.
    fn relist_in_brackets(
        &self,
        outer: Range<usize>,
        item: ValueId,
        key: &str,
        rewired: &mut BTreeMap<LeafId, To>,
    ) -> Vec<Change> {
        let inside = self.tree.full_span(item);
        let (indent, own) = (self.line_indent(outer.start), self.line_indent(inside.start));
        let lead = |indent: &str| self.prefix(&self.key(key), self.colon(), &self.text[inside.clone()], indent);
        if self.text[outer.start..inside.start].contains('\n') {
            return vec![
                (outer.start..outer.start + 1, "{".to_owned()),
                (inside.start..inside.start, lead(&own)),
                (outer.end - 1..outer.end, "}".to_owned()),
            ];
        }
        if self.is_one_line(item) {
            let pad = self.habits.brace_pad;
            return vec![
                (outer.start..inside.start, format!("{{{pad}{}", lead(&own))),
                (inside.end..outer.end, format!("{pad}}}")),
            ];
        }
        let deeper = format!("{indent}{}", self.unit());
        let mut changes = vec![
            (outer.start..inside.start, format!("{{\n{deeper}{}", lead(&deeper))),
            (inside.end..outer.end, format!("\n{indent}}}")),
        ];
        changes.extend(self.shift(&inside, own.len(), &deeper, rewired));
        changes
    }
}

/// What is put around a value.
#[derive(Clone, Copy)]
enum Wrap {
    Key(&'static str),
    List,
}
