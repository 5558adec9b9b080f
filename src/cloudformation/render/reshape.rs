//! Giving a value the shape that its place takes.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Renderer;
use super::layout::reindent;
use super::reference::{Change, To};
use crate::aws::slots::Shape;
use crate::cloudformation::function::call;
use crate::cloudformation::lower::key_for;
use crate::cloudformation::lower::places::Place;
use crate::cloudformation::tree::{ValueId, indent_of, line_start};
use crate::model::{LeafId, SlotId};

impl Renderer<'_> {
    /// The edits for the shape; leaves that they write anew leave `rewired`.
    pub(super) fn reshape(
        &self,
        slot: SlotId,
        key: Option<&'static str>,
        rewired: &mut BTreeMap<LeafId, To>,
    ) -> Result<Vec<Change>, String> {
        let place = &self.lowered.places[slot.index()];
        let arm = place.arm.value;
        match place.spec.shape {
            Shape::Value(_) => self.unwrap(slot, place, rewired),
            // What is a list already has a fault in its name alone.
            Shape::List(_) if !matches!(place.values.as_slice(), [only] if only.value == arm) => Ok(Vec::new()),
            Shape::List(_) => Ok(self.wrap(slot, arm, Wrap::List, rewired)),
            Shape::Keys { .. } => {
                let wanted = self.only_leaf(slot).and_then(|leaf| rewired.get(&leaf)).map(|to| to.kind);
                let key = key
                    .or_else(|| wanted.and_then(|kind| key_for(place.spec, kind)))
                    .ok_or("the place takes no such key")?;
                let item = self.tree.items(arm).first().copied().filter(|_| call(self.tree, arm).is_none());
                let renamed = place.inner.filter(|inner| self.tree.scalar(inner.key) != Some(key));
                let renamed = renamed.map(|inner| (self.tree.inner(inner.key), key.to_owned()));
                Ok(match (item, place.inner) {
                    (Some(item), Some(_)) => self.unlist(arm, item).into_iter().chain(renamed).collect(),
                    (Some(item), None) => self.relist(arm, item, key),
                    (None, Some(_)) => renamed.into_iter().collect(),
                    (None, None) => self.wrap(slot, arm, Wrap::Key(key), rewired),
                })
            }
        }
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

    /// `{Name: X}`, `[X]` become `X`.
    fn unwrap(&self, slot: SlotId, place: &Place, rewired: &mut BTreeMap<LeafId, To>) -> Result<Vec<Change>, String> {
        let arm = place.arm.value;
        let inner = match (place.inner, self.tree.items(arm)) {
            (Some(entry), _) => entry.value,
            (None, [item]) => *item,
            _ => return Err("the value has another shape than was planned".to_owned()),
        };
        let outer = self.tree.get(arm).content.clone();
        let inside = self.tree.full(inner);
        if self.tree.get(arm).flow {
            let whole = self.whole_leaf(slot, inner, rewired).filter(|_| !self.is_one_line(inner));
            if let Some((leaf, to)) = whole {
                rewired.remove(&leaf);
                return Ok(vec![(outer.clone(), self.inline(&to, false, &self.line_indent(outer.start)))]);
            }
            return Ok(vec![(outer.start..inside.start, String::new()), (inside.end..outer.end, String::new())]);
        }
        let Some((colon, indent)) = self.after_colon(arm) else {
            // An item of a list: `- Name: X` becomes `- X`.
            return Ok(vec![(outer.start..inside.start, String::new())]);
        };
        let mut moved = String::new();
        for comment in self.tree.comments_in(&(colon..inside.start)) {
            moved.push_str(&self.text[comment.clone()]);
            moved.push('\n');
            moved.push_str(&indent);
        }
        let mut changes = Vec::new();
        if !moved.is_empty() {
            let key = self.tree.full(place.entry.key).start;
            changes.push((key..key, moved));
        }
        if self.is_one_line(inner) && !self.is_block_collection(inner) {
            changes.push((colon..inside.start, " ".to_owned()));
        } else if let Some((leaf, to)) = self.whole_leaf(slot, inner, rewired) {
            rewired.remove(&leaf);
            changes.push((colon..outer.end, self.below_or_behind(inner, &to, &indent)));
        } else {
            changes.extend(self.dedent(colon, &inside, &indent, rewired));
        }
        Ok(changes)
    }

    /// Moves a value of several lines to the left, behind its outer key: line by line, so that leaves inside can still change.
    fn dedent(&self, colon: usize, value: &Range<usize>, indent: &str, rewired: &BTreeMap<LeafId, To>) -> Vec<Change> {
        let line = line_start(self.text, value.start);
        let own_line = self.text[line..value.start].trim().is_empty();
        let left = if own_line { self.column(value.start) } else { indent_of(self.text, value.start).len() };
        let surplus = left.saturating_sub(indent.len() + if own_line { self.habits.step } else { 0 });
        let lead = if own_line { format!("\n{}", " ".repeat(left - surplus)) } else { " ".to_owned() };
        let mut changes = vec![(colon..value.start, lead)];
        let replaced: Vec<Range<usize>> =
            rewired.keys().map(|leaf| self.tree.whole(self.lowered.leaves[leaf.index()])).collect();
        let newlines = self.text[value.clone()].match_indices('\n').map(|(at, _)| value.start + at + 1);
        for start in newlines {
            let blank = self.text[start..value.end].bytes().take_while(|&byte| byte == b' ').count();
            if !replaced.iter().any(|leaf| leaf.start < start && start < leaf.end) {
                changes.push((start..start + blank.min(surplus), String::new()));
            }
        }
        changes
    }

    /// A reference to follow a key's colon: on the same line, or below it in the long form.
    fn below_or_behind(&self, old: ValueId, to: &To, indent: &str) -> String {
        let short = call(self.tree, old).map_or(self.habits.short, |call| call.long.is_none());
        if short && !to.is_computed() {
            return format!(" {}", self.inline(to, true, indent));
        }
        let inside = format!("{indent}{}", " ".repeat(self.habits.step));
        self.block(to).iter().map(|line| format!("\n{inside}{line}")).collect()
    }

    /// `X` becomes `{Name: X}` or `[X]`.
    fn wrap(&self, slot: SlotId, arm: ValueId, wrap: Wrap, rewired: &mut BTreeMap<LeafId, To>) -> Vec<Change> {
        let whole = self.tree.whole(arm);
        let flow = self.tree.in_flow(arm) || self.tree.get(arm).anchor.is_some();
        if flow || (self.after_colon(arm).is_none() && !matches!(wrap, Wrap::Key(_))) {
            return self.wrap_in_brackets(slot, arm, wrap, rewired);
        }
        let lead = match wrap {
            Wrap::Key(key) => format!("{}: ", self.key(key)),
            Wrap::List => "- ".to_owned(),
        };
        let Some((colon, indent)) = self.after_colon(arm) else {
            return vec![(whole.start..whole.start, lead)];
        };
        let offset = match wrap {
            Wrap::Key(_) => self.habits.step,
            Wrap::List => self.habits.list_offset.unwrap_or(self.habits.step),
        };
        let inside = format!("{indent}{}", " ".repeat(offset));
        if self.is_one_line(arm) && !self.is_block_collection(arm) {
            return vec![(colon..whole.start, format!("\n{inside}{lead}"))];
        }
        let lines = match self.whole_leaf(slot, arm, rewired) {
            Some((leaf, to)) => {
                rewired.remove(&leaf);
                let short = call(self.tree, arm).map_or(self.habits.short, |call| call.long.is_none());
                if short && !to.is_computed() { vec![self.inline(&to, true, &inside)] } else { self.block(&to) }
            }
            None => {
                let from = self.column(whole.start);
                reindent(&self.text[whole.clone()], from, "").lines().map(str::to_owned).collect()
            }
        };
        let below = matches!(wrap, Wrap::Key(_)) && self.is_block_collection(arm);
        let deeper = match wrap {
            Wrap::Key(_) => format!("{inside}{}", " ".repeat(self.habits.step)),
            Wrap::List => format!("{inside}  "),
        };
        let text = lines.join(&format!("\n{deeper}"));
        let text = if below {
            format!("\n{inside}{}\n{deeper}{text}", lead.trim_end())
        } else {
            format!("\n{inside}{lead}{text}")
        };
        vec![(colon..whole.end, text)]
    }

    fn wrap_in_brackets(
        &self,
        slot: SlotId,
        arm: ValueId,
        wrap: Wrap,
        rewired: &mut BTreeMap<LeafId, To>,
    ) -> Vec<Change> {
        let whole = self.tree.whole(arm);
        let indent = self.line_indent(whole.start);
        let (open, pad, close) = match wrap {
            Wrap::List => ("[", self.habits.bracket_pad, "]"),
            Wrap::Key(_) => ("{", self.habits.brace_pad, "}"),
        };
        let key = match wrap {
            Wrap::List => String::new(),
            Wrap::Key(key) => self.key_with_colon(key),
        };
        if self.is_one_line(arm) {
            return vec![
                (whole.start..whole.start, format!("{open}{pad}{key}")),
                (whole.end..whole.end, format!("{pad}{close}")),
            ];
        }
        // Of several lines: the new level gets lines of its own too.
        let inside = format!("{indent}{}", self.unit());
        let value = match self.whole_leaf(slot, arm, rewired) {
            Some((leaf, to)) => {
                rewired.remove(&leaf);
                self.inline(&to, false, &inside)
            }
            None => reindent(&self.text[whole.clone()], indent.len(), &inside),
        };
        vec![(whole, format!("{open}\n{inside}{key}{value}\n{indent}{close}"))]
    }

    /// A key inside brackets, with its colon.
    fn key_with_colon(&self, key: &str) -> String {
        format!("{}{}", self.key(key), if self.habits.json { &self.habits.colon } else { ": " })
    }

    fn line_indent(&self, at: usize) -> String {
        indent_of(self.text, at).to_owned()
    }

    /// `[{Name: X}]` becomes `{Name: X}`.
    fn unlist(&self, list: ValueId, item: ValueId) -> Vec<Change> {
        let outer = self.tree.get(list).content.clone();
        let inside = self.tree.full(item);
        if self.tree.get(list).flow {
            vec![(outer.start..inside.start, String::new()), (inside.end..outer.end, String::new())]
        } else {
            // The dash becomes a blank: the item stays in its column.
            vec![(outer.start..outer.start + 1, " ".to_owned())]
        }
    }

    /// `[X]` becomes `{Name: X}`.
    fn relist(&self, list: ValueId, item: ValueId, key: &str) -> Vec<Change> {
        let outer = self.tree.get(list).content.clone();
        let inside = self.tree.full(item);
        if !self.tree.get(list).flow {
            return vec![(outer.start..inside.start, format!("{}: ", self.key(key)))];
        }
        let pad = self.habits.brace_pad;
        vec![
            (outer.start..inside.start, format!("{{{pad}{}", self.key_with_colon(key))),
            (inside.end..outer.end, format!("{pad}}}")),
        ]
    }
}

/// What is put around a value.
#[derive(Clone, Copy)]
enum Wrap {
    Key(&'static str),
    List,
}
