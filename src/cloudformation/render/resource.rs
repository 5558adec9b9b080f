//! The text and the place of a new instance profile.

use super::Renderer;
use super::layout::{column, indent_to, reindent};
use super::reference::{To, quoted};
use crate::aws::slots::Kind as Wanted;
use crate::cloudformation::tree::{Entry, Kind, Style, ValueId, line_end, line_start};
use crate::model::NodeId;
use crate::plan::{NewName, Place, PlannedId, PlannedProfile};

/// A value of the new resource, before it is laid out.
enum Piece {
    /// On one line, as it will stand.
    Inline(String),
    /// Copied from the role, with the column that its lines count from.
    Copied(String, usize),
    /// Keys as they will stand.
    Map(Vec<(String, Piece)>),
    /// A list of one reference.
    Roles(To),
}

impl Renderer<'_> {
    /// Where the profile goes, and its text.
    pub(super) fn new_profile(&self, id: PlannedId) -> Result<(usize, String), String> {
        let planned = self.plan.profile(id);
        let (beside, before) = match planned.place {
            Place::After(node) => (node, false),
            Place::Before(node) => (node, true),
        };
        let role = self.role_node(planned)?;
        let beside = self.entry(beside);
        let body = self.body(planned, role)?;
        let siblings = self.tree.get(beside.key).parent;
        let Some(siblings) = siblings else { return Err("the role's entry stands in no mapping".to_owned()) };
        if self.tree.get(siblings).flow {
            return Ok(self.into_brackets(siblings, beside, before, role, &planned.id, &body));
        }
        let key = self.new_key(role, &planned.id);
        let indent = indent_to(self.text, self.tree.full(beside.key).start);
        let lines = self.entry_lines(role, &key, &body, &indent);
        Ok(self.into_block(siblings, beside, before, &lines))
    }

    fn role_node(&self, planned: &PlannedProfile) -> Result<Entry, String> {
        let node = self.lowered.unit.role(planned.role).node.ok_or("the role is not declared in this template")?;
        Ok(self.entry(node))
    }

    fn entry(&self, node: NodeId) -> Entry {
        self.lowered.scope.resource(node).entry
    }

    fn role_body(&self, role: Entry) -> ValueId {
        self.tree.resolve(role.value)
    }

    /// The ID, quoted as the role's is.
    fn new_key(&self, role: Entry, id: &str) -> String {
        match self.tree.style(role.key) {
            // Plain text as the role's own key has it, a loop's `${N}` included.
            Some(Style::Plain) | None if !self.tree.in_flow(role.key) => id.to_owned(),
            style => quoted(id, style.unwrap_or(Style::Plain)),
        }
    }

    /// `Type`, `Condition` and `Properties` in the order in which the role has them.
    fn body(&self, planned: &PlannedProfile, role: Entry) -> Result<Vec<(String, Piece)>, String> {
        let body = self.role_body(role);
        let mut out = Vec::new();
        for entry in self.tree.entries(body) {
            let key = self.text[self.tree.full(entry.key)].to_owned();
            match self.tree.scalar(entry.key) {
                Some("Type") => {
                    let style = self.tree.style(self.tree.resolve(entry.value)).unwrap_or(Style::Plain);
                    out.push((key, Piece::Inline(quoted("AWS::IAM::InstanceProfile", style))));
                }
                Some("Condition") => out.push((key, self.copied(entry.value))),
                Some("Properties") => out.push((key, Piece::Map(self.properties(planned, role, entry.value)?))),
                _ => {}
            }
        }
        if self.tree.entry(body, "Properties").is_none() {
            let key = self.property_key(body, "Properties");
            out.push((key, Piece::Map(self.properties(planned, role, body)?)));
        }
        Ok(out)
    }

    fn properties(
        &self,
        planned: &PlannedProfile,
        role: Entry,
        beside: ValueId,
    ) -> Result<Vec<(String, Piece)>, String> {
        let properties = self.tree.member(self.role_body(role), "Properties");
        let of_role = |name: &str| properties.and_then(|properties| self.tree.entry(properties, name));
        let reference = To { id: self.lowered.unit.role(planned.role).label.clone(), kind: Wanted::Name };
        let mut out = Vec::new();
        let name = match planned.name {
            NewName::Default | NewName::Prefixed | NewName::Unnamed => None,
            NewName::OfRole => Some(match of_role("RoleName") {
                Some(name) => self.copied(name.value),
                None => Piece::Inline(self.inline(&reference, self.habits.short, "")),
            }),
            NewName::StartingWith(start) => {
                let literal = of_role("RoleName").and_then(|name| self.tree.text(name.value));
                Some(Piece::Inline(self.prefixed(start, literal, &reference)?))
            }
        };
        if let Some(name) = name {
            out.push((self.property_key(beside, "InstanceProfileName"), name));
        }
        if let Some(path) = of_role("Path").filter(|path| self.tree.text(path.value) != Some("/")) {
            out.push((self.text[self.tree.full(path.key)].to_owned(), self.copied(path.value)));
        }
        out.push((self.property_key(beside, "Roles"), Piece::Roles(reference)));
        Ok(out)
    }

    /// The role's name with something before it.
    fn prefixed(&self, start: &str, literal: Option<&str>, role: &To) -> Result<String, String> {
        let style = if self.habits.json { Style::Double } else { Style::Plain };
        match literal {
            Some(name) if !name.contains("${") => Ok(quoted(&format!("{start}{name}"), style)),
            _ if role.is_computed() => Err("the name of a profile in a loop cannot be made from its role's".to_owned()),
            _ => {
                let text = quoted(&format!("{start}${{{}}}", role.id), Style::Double);
                Ok(if self.habits.short { format!("!Sub {text}") } else { self.object_on_one_line("Fn::Sub", &text) })
            }
        }
    }

    /// A value of the role's, as it stands but for an anchor.
    fn copied(&self, value: ValueId) -> Piece {
        let whole = self.tree.whole(value);
        let anchored = self.tree.get(value).anchor.as_ref().is_some_and(|anchor| anchor.start > whole.start);
        let range = if anchored { self.tree.get(value).content.clone() } else { whole };
        let from = match self.tree.entry_of_value(value) {
            Some(entry) => column(self.text, self.tree.full(entry.key).start),
            None => column(self.text, range.start),
        };
        let below = self.is_block_collection(value) && self.tree.get(value).tag.is_none();
        let raw = self.text[range.clone()].to_owned();
        if below {
            let lead = column(self.text, range.start).saturating_sub(from);
            return Piece::Copied(format!("\n{}{raw}", " ".repeat(from + lead)), from);
        }
        Piece::Copied(raw, from)
    }

    /// A key quoted as the keys are where it goes.
    fn property_key(&self, mapping: ValueId, key: &str) -> String {
        let mapping = self.tree.resolve(mapping);
        let style = self.tree.entries(mapping).first().and_then(|entry| self.tree.style(entry.key));
        quoted(key, style.unwrap_or(if self.habits.json { Style::Double } else { Style::Plain }))
    }

    /// The new entry in block style, its first line without indentation.
    fn entry_lines(&self, role: Entry, key: &str, body: &[(String, Piece)], indent: &str) -> String {
        let role_body = self.role_body(role);
        let role_column = column(self.text, self.tree.full(role.key).start);
        let step = self.step_of(role_body, role_column);
        if self.tree.get(role_body).flow {
            return format!("{key}: {}", self.map_on_one_line(body));
        }
        let mut out = format!("{key}:");
        let inside = format!("{indent}{}", " ".repeat(step));
        for (key, piece) in body {
            out.push_str(&format!("\n{inside}{key}:"));
            let properties = match piece {
                Piece::Map(properties) => properties,
                other => {
                    out.push_str(&self.behind_colon(other, &inside));
                    continue;
                }
            };
            let own = self.tree.member(role_body, "Properties").filter(|&own| !self.tree.entries(own).is_empty());
            if own.is_some_and(|own| self.tree.get(own).flow) {
                out.push_str(&format!(" {}", self.map_on_one_line(properties)));
                continue;
            }
            let step = own.map_or(step, |own| self.step_of(own, role_column + step));
            let deeper = format!("{inside}{}", " ".repeat(step));
            for (key, piece) in properties {
                out.push_str(&format!("\n{deeper}{key}:{}", self.behind_colon(piece, &deeper)));
            }
        }
        out
    }

    /// How far the keys of a mapping stand to the right of the key above them.
    fn step_of(&self, mapping: ValueId, above: usize) -> usize {
        let first = self.tree.entries(mapping).first().filter(|_| !self.tree.get(mapping).flow);
        let at = first.map(|first| column(self.text, self.tree.full(first.key).start));
        at.and_then(|at| at.checked_sub(above)).filter(|&step| step > 0).unwrap_or(self.habits.step)
    }

    fn behind_colon(&self, piece: &Piece, indent: &str) -> String {
        match piece {
            Piece::Inline(text) => format!(" {text}"),
            Piece::Copied(raw, from) => {
                let text = reindent(raw, *from, indent);
                if text.starts_with('\n') { text } else { format!(" {text}") }
            }
            Piece::Map(entries) => format!(" {}", self.map_on_one_line(entries)),
            Piece::Roles(role) => {
                let offset = " ".repeat(self.habits.list_offset.unwrap_or(self.habits.step));
                let lines = if self.habits.short && !role.is_computed() {
                    vec![self.inline(role, true, "")]
                } else {
                    self.block(role)
                };
                format!("\n{indent}{offset}- {}", lines.join(&format!("\n{indent}{offset}  ")))
            }
        }
    }

    fn map_on_one_line(&self, entries: &[(String, Piece)]) -> String {
        let pad = self.habits.brace_pad;
        let colon = if self.habits.json { self.habits.colon.as_str() } else { ": " };
        let entries: Vec<String> =
            entries.iter().map(|(key, piece)| format!("{key}{colon}{}", self.on_one_line(piece))).collect();
        format!("{{{pad}{}{pad}}}", entries.join(&self.habits.comma))
    }

    fn on_one_line(&self, piece: &Piece) -> String {
        match piece {
            Piece::Inline(text) => text.clone(),
            Piece::Copied(raw, _) => raw.lines().map(str::trim).collect::<Vec<_>>().join(" "),
            Piece::Map(entries) => self.map_on_one_line(entries),
            Piece::Roles(role) => {
                let reference = if self.habits.json || !self.habits.short {
                    self.on_one_line_long(role, false)
                } else {
                    self.inline(role, true, "")
                };
                self.list_inline(&[reference])
            }
        }
    }

    /// Into a mapping in brackets: after the role with a comma before, laid out as its neighbours are.
    fn into_brackets(
        &self,
        siblings: ValueId,
        beside: Entry,
        before: bool,
        role: Entry,
        id: &str,
        body: &[(String, Piece)],
    ) -> (usize, String) {
        let key = self.new_key(role, id);
        let start = self.tree.full(beside.key).start;
        let separator = self.separator(siblings, beside);
        let role_body = self.role_body(role);
        let own_lines = separator.contains('\n') && self.text[self.tree.get(role_body).content.clone()].contains('\n');
        let colon = self.colon_of(role);
        let value = if own_lines {
            let indent = separator.rsplit('\n').next().unwrap_or_default();
            let indent: String = indent.chars().take_while(|char| char.is_whitespace()).collect();
            self.map_on_lines(body, &indent)
        } else {
            self.map_on_one_line(body)
        };
        let entry = format!("{key}{colon}{value}");
        if before {
            (start, format!("{entry}{separator}"))
        } else {
            (self.tree.span(beside).end, format!("{separator}{entry}"))
        }
    }

    fn colon_of(&self, entry: Entry) -> String {
        let colon = &self.text[self.tree.full(entry.key).end..self.tree.full(entry.value).start];
        if colon.contains('\n') { self.habits.colon.clone() } else { colon.to_owned() }
    }

    /// What stands between two entries: as before this one, else as after it, else as before the first key.
    fn separator(&self, siblings: ValueId, beside: Entry) -> String {
        let entries = self.tree.entries(siblings);
        let index = entries.iter().position(|entry| entry.key == beside.key).unwrap_or_default();
        let between = |first: &Entry, second: &Entry| {
            let raw = &self.text[self.tree.span(*first).end..self.tree.full(second.key).start];
            (!raw.contains('#')).then(|| raw.replace("\r\n", "\n"))
        };
        let before =
            index.checked_sub(1).and_then(|index| entries.get(index)).and_then(|first| between(first, &beside));
        let after = || entries.get(index + 1).and_then(|second| between(&beside, second));
        before.or_else(after).unwrap_or_else(|| {
            let open = self.tree.get(siblings).content.start + 1;
            let raw = &self.text[open..self.tree.full(beside.key).start];
            let raw = if raw.contains('#') { " " } else { raw };
            let raw = if raw.trim().is_empty() { raw.replace("\r\n", "\n") } else { " ".to_owned() };
            format!(",{}", if raw.is_empty() { " ".to_owned() } else { raw })
        })
    }

    fn map_on_lines(&self, entries: &[(String, Piece)], indent: &str) -> String {
        let inside = format!("{indent}{}", self.unit());
        let entries: Vec<String> = entries
            .iter()
            .map(|(key, piece)| {
                let colon = if self.habits.json { self.habits.colon.as_str() } else { ": " };
                format!("{inside}{key}{colon}{}", self.on_lines(piece, &inside))
            })
            .collect();
        format!("{{\n{}\n{indent}}}", entries.join(",\n"))
    }

    fn on_lines(&self, piece: &Piece, indent: &str) -> String {
        match piece {
            Piece::Inline(text) => text.clone(),
            Piece::Copied(raw, from) => reindent(raw, *from, indent),
            Piece::Map(entries) => self.map_on_lines(entries, indent),
            Piece::Roles(role) => {
                if self.habits.list_on_one_line {
                    let reference = self.inline(role, self.habits.short && !role.is_computed(), indent);
                    return self.list_inline(&[reference]);
                }
                let inside = format!("{indent}{}", self.unit());
                let reference = self.inline(role, self.habits.short && !role.is_computed(), &inside);
                format!("[\n{inside}{reference}\n{indent}]")
            }
        }
    }

    /// Into a block mapping: on lines of its own after the role's last line, with the blank lines that stand before the role.
    fn into_block(&self, siblings: ValueId, beside: Entry, before: bool, lines: &str) -> (usize, String) {
        let key = self.tree.full(beside.key).start;
        let indent = indent_to(self.text, key);
        let entries = self.tree.entries(siblings);
        let index = entries.iter().position(|entry| entry.key == beside.key).unwrap_or_default();
        let blank = match index.checked_sub(1).and_then(|index| entries.get(index)) {
            Some(previous) => self.blank_lines_after(*previous),
            None if entries.len() > 1 => self.blank_lines_after(beside),
            None => 0,
        };
        let gap = "\n".repeat(blank + 1);
        if before || self.ends_in_open_block_scalar(beside) {
            // Where another entry's first key shares the line with a dash, the new one takes its place on that line.
            let own_line = self.text[line_start(self.text, key)..key].trim().is_empty();
            let at = if own_line { self.above_comments(key, indent.len()) } else { key };
            let at = if own_line { at + indent.len().min(line_end(self.text, at) - at) } else { at };
            return (at, format!("{lines}{gap}{indent}"));
        }
        let at = self.end_of_entry(beside, indent.len());
        (at, format!("{gap}{indent}{lines}"))
    }

    /// The start of the comment lines that are glued to a key above it, or of the key's own line.
    fn above_comments(&self, key: usize, width: usize) -> usize {
        let mut at = line_start(self.text, key);
        while at > 0 {
            let above = line_start(self.text, at - 1);
            let line = &self.text[above..at];
            let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
            if !(line.trim_start().starts_with('#') && blank == width) {
                break;
            }
            at = above;
        }
        at
    }

    /// The end of the last line of an entry; comments below that are indented deeper than its key belong to it.
    fn end_of_entry(&self, entry: Entry, width: usize) -> usize {
        let mut at = line_end(self.text, self.end_of_content(entry.value));
        loop {
            let Some(newline) = self.text[at..].find('\n') else { return at };
            let next = at + newline + 1;
            let line = &self.text[next..line_end(self.text, next)];
            let inside = line.len() - line.trim_start_matches([' ', '\t']).len();
            if !(line.trim_start().starts_with('#') && inside > width) {
                return at;
            }
            at = next + line.len();
        }
    }

    /// Where a value ends; the blank lines at the end of a block scalar that keeps them (`|+`) belong to it.
    fn end_of_content(&self, value: ValueId) -> usize {
        let end = self.tree.get(value).content.end;
        let last = self.last_scalar(value);
        let scalar = &self.text[self.tree.get(last).content.clone()];
        let header = scalar.lines().next().unwrap_or_default();
        let is_block = matches!(self.tree.style(last), Some(Style::Literal | Style::Folded));
        if !(is_block && header.split('#').next().unwrap_or_default().contains('+')) {
            return end;
        }
        let mut at = line_end(self.text, end);
        while let Some(newline) = self.text[at..].find('\n') {
            let next = at + newline + 1;
            let end = line_end(self.text, next);
            if next >= self.text.len() || !self.text[next..end].trim().is_empty() {
                break;
            }
            at = end;
        }
        at
    }

    fn last_scalar(&self, value: ValueId) -> ValueId {
        let mut at = value;
        loop {
            let inside = match &self.tree.get(at).kind {
                Kind::List(items) => items.last().copied(),
                Kind::Mapping(entries) => entries.last().map(|entry| entry.value),
                _ => None,
            };
            match inside {
                Some(inside) if !self.tree.get(at).flow => at = inside,
                _ => return at,
            }
        }
    }

    /// Whether the file ends inside this entry's last block scalar, without a line end: one more line would change that text.
    fn ends_in_open_block_scalar(&self, entry: Entry) -> bool {
        let last = self.last_scalar(entry.value);
        matches!(self.tree.style(last), Some(Style::Literal | Style::Folded))
            && !self.text.ends_with('\n')
            && self.tree.get(last).content.end >= self.text.trim_end().len()
    }

    /// How many blank lines follow an entry.
    fn blank_lines_after(&self, entry: Entry) -> usize {
        let width = column(self.text, self.tree.full(entry.key).start);
        let at = self.end_of_entry(entry, width);
        let mut lines = self.text[at..].split('\n').skip(1);
        let mut count = 0;
        while lines.next().is_some_and(|line| line.trim().is_empty()) {
            count += 1;
        }
        count
    }
}
