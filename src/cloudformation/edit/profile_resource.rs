//! The text and the place of a new instance profile.

use crate::aws::slots::Attribute as Wanted;
use crate::cloudformation::edit::copy::Copy;
use crate::cloudformation::edit::renderer::Renderer;
use crate::cloudformation::edit::renderer::{Change, To};
use crate::cloudformation::edit::rewire::quoted;
use crate::language::EditError;
use crate::model::NodeId;
use crate::plan::{InsertionPoint, NewName, PlannedId, PlannedProfile};
use crate::syntax::tree::{Entry, ScalarStyle, ValueId, ValueKind};
use crate::text::lines::{blank_lines_at_end, column, indent_to, reindent};

/// A value of the new resource, before it is laid out.
enum Piece {
    /// On one line, as it will stand.
    Inline(String),
    /// Copied from the role.
    Copied(Copy),
    /// Keys as they will stand.
    Map(Vec<(String, Piece)>),
    /// A list of one reference.
    Roles(To),
}

/// What was copied, between brackets that take several lines.
fn copied_between(copy: &Copy, indent: &str) -> String {
    copy.in_brackets.clone().unwrap_or_else(|| reindent(&copy.raw, copy.from, indent))
}

impl Renderer<'_> {
    /// Where the profile goes, and its text.
    pub(crate) fn new_profile(&self, id: PlannedId) -> Result<Change, EditError> {
        let planned = self.plan.profile(id);
        let (beside, before) = match planned.insertion_point {
            InsertionPoint::After(node) => (node, false),
            InsertionPoint::Before(node) => (node, true),
        };
        let role = self.role_node(planned)?;
        let beside = self.entry(beside);
        let siblings = self.tree.get(beside.key).parent;
        let Some(siblings) = siblings else { return Err("the role's entry stands in no mapping".into()) };
        let body = self.body(planned, role, self.place_of(siblings, beside, before))?;
        if self.tree.get(siblings).flow {
            return Ok(self.insert_in_brackets(siblings, beside, before, role, &planned.id, &body));
        }
        let key = self.new_key(role, &planned.id);
        let indent = indent_to(self.text, self.tree.start(self.text, beside.key));
        let lines = self.entry_lines(role, &key, &body, &indent);
        Ok(self.insert_lines(siblings, beside, before, &lines))
    }

    fn role_node(&self, planned: &PlannedProfile) -> Result<Entry, EditError> {
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
            Some(ScalarStyle::Plain) | None if !self.tree.in_flow(role.key) => id.to_owned(),
            style => quoted(id, style.unwrap_or(ScalarStyle::Plain)),
        }
    }

    /// `Type`, `Condition` and `Properties` in the order in which the role has them, to stand at an offset.
    fn body(&self, planned: &PlannedProfile, role: Entry, at: usize) -> Result<Vec<(String, Piece)>, EditError> {
        let body = self.role_body(role);
        let mut out = Vec::new();
        for entry in self.tree.entries(body) {
            let key = self.text[self.tree.outer_span(entry.key)].to_owned();
            match self.tree.scalar(entry.key) {
                Some("Type") => {
                    let style = self.tree.style(self.tree.resolve(entry.value)).unwrap_or(ScalarStyle::Plain);
                    out.push((key, Piece::Inline(quoted("AWS::IAM::InstanceProfile", style))));
                }
                Some("Condition") => out.push((key, self.copy(entry.value, at))),
                Some("Properties") => out.push((key, Piece::Map(self.properties(planned, role, entry.value, at)?))),
                _ => {}
            }
        }
        // A condition that the role merges: where the role's own would stand, behind the type.
        if let Some(condition) = &self.lowered.unit.role(planned.role).condition
            && self.tree.entry(body, "Condition").is_none()
        {
            let key = self.property_key(body, "Condition");
            out.insert(1.min(out.len()), (key, Piece::Inline(quoted(condition, ScalarStyle::Plain))));
        }
        if self.tree.entry(body, "Properties").is_none() {
            let key = self.property_key(body, "Properties");
            out.push((key, Piece::Map(self.properties(planned, role, body, at)?)));
        }
        Ok(out)
    }

    fn properties(
        &self,
        planned: &PlannedProfile,
        role: Entry,
        beside: ValueId,
        at: usize,
    ) -> Result<Vec<(String, Piece)>, EditError> {
        let properties = self.tree.merged_member(self.role_body(role), "Properties");
        let own = |name: &str| properties.and_then(|properties| self.tree.entry(properties, name));
        let merged = |name: &str| properties.and_then(|properties| self.tree.merged_member(properties, name));
        let of_role = |name: &str| own(name).map(|entry| entry.value).or_else(|| merged(name));
        let reference = To { id: self.lowered.unit.role(planned.role).label.clone(), kind: Wanted::Name };
        let mut out = Vec::new();
        let name = match planned.name {
            NewName::Default | NewName::Prefixed | NewName::Unnamed => None,
            NewName::OfRole => Some(match of_role("RoleName") {
                Some(name) => self.copy(name, at),
                None => Piece::Inline(self.inline(&reference, self.habits.short, "")),
            }),
            NewName::StartingWith(start) => {
                let literal = of_role("RoleName").and_then(|name| self.tree.text(name));
                Some(Piece::Inline(self.prefixed(start, literal, &reference)?))
            }
        };
        if let Some(name) = name {
            out.push((self.property_key(beside, "InstanceProfileName"), name));
        }
        let is_default = |path: &ValueId| matches!(self.tree.text(self.tree.resolve(*path)), Some("" | "/"));
        if let Some(path) = of_role("Path").filter(|path| !is_default(path)) {
            let key = own("Path").map(|own| self.text[self.tree.outer_span(own.key)].to_owned());
            out.push((key.unwrap_or_else(|| self.property_key(beside, "Path")), self.copy(path, at)));
        }
        out.push((self.property_key(beside, "Roles"), Piece::Roles(reference)));
        Ok(out)
    }

    /// The role's name with something before it.
    fn prefixed(&self, start: &str, literal: Option<&str>, role: &To) -> Result<String, EditError> {
        let style = if self.habits.json { ScalarStyle::Double } else { ScalarStyle::Plain };
        match literal {
            Some(name) if !name.contains("${") => Ok(quoted(&format!("{start}-{name}"), style)),
            _ if role.is_computed() => Err("the name of a profile in a loop cannot be made from its role's".into()),
            _ => Ok(self.sub(&format!("{start}-${{{}}}", role.id))),
        }
    }

    /// A value of the role's.
    fn copy(&self, value: ValueId, at: usize) -> Piece {
        Piece::Copied(self.copied(value, at))
    }

    /// A key quoted as the keys are where it goes.
    fn property_key(&self, mapping: ValueId, key: &str) -> String {
        let mapping = self.tree.resolve(mapping);
        let style = self.tree.entries(mapping).first().and_then(|entry| self.tree.style(entry.key));
        quoted(key, style.unwrap_or(if self.habits.json { ScalarStyle::Double } else { ScalarStyle::Plain }))
    }

    /// The new entry in block style, its first line without indentation.
    fn entry_lines(&self, role: Entry, key: &str, body: &[(String, Piece)], indent: &str) -> String {
        let role_body = self.role_body(role);
        let role_column = column(self.text, self.tree.start(self.text, role.key));
        let step = self.step_of(role_body, role_column);
        if self.tree.get(role_body).flow {
            return format!("{key}: {}", self.in_brackets(role_body, body, indent));
        }
        let mut out = format!("{key}:");
        let inside = format!("{indent}{}", " ".repeat(step));
        let lists = self.list_offset_in(role_body);
        for (key, piece) in body {
            let blank = self.blank_lines_above(self.tree.entries(role_body), key);
            out.extend(["\n", &blank, &inside, key, ":"]);
            let properties = match piece {
                Piece::Map(properties) => properties,
                other => {
                    out.push_str(&self.behind_colon(other, &inside, lists));
                    continue;
                }
            };
            let own = self.tree.member(role_body, "Properties").filter(|&own| !self.tree.entries(own).is_empty());
            if own.is_some_and(|own| self.tree.get(own).flow) {
                out.extend([" ", &self.map_on_one_line(properties)]);
                continue;
            }
            let step = own.map_or(step, |own| self.step_of(own, role_column + step));
            let deeper = format!("{inside}{}", " ".repeat(step));
            let blank = own.and_then(|own| self.tree.entries(own).first()).map(|first| self.blank_lines(*first));
            for (number, (key, piece)) in properties.iter().enumerate() {
                let blank = blank.as_deref().filter(|_| number == 0).unwrap_or_default();
                out.extend(["\n", blank, &deeper, key, ":", &self.behind_colon(piece, &deeper, lists)]);
            }
        }
        out
    }

    /// The blank lines right above an entry's key.
    fn blank_lines(&self, entry: Entry) -> String {
        "\n".repeat(blank_lines_at_end(&self.text[..self.tree.start(self.text, entry.key)]))
    }

    /// Those above the key that is written so.
    fn blank_lines_above(&self, entries: &[Entry], key: &str) -> String {
        let entry = entries.iter().find(|entry| &self.text[self.tree.outer_span(entry.key)] == key);
        entry.map(|&entry| self.blank_lines(entry)).unwrap_or_default()
    }

    /// How far the keys of a mapping stand to the right of the key above them.
    fn step_of(&self, mapping: ValueId, above: usize) -> usize {
        let first = self.tree.entries(mapping).first().filter(|_| !self.tree.get(mapping).flow);
        let at = first.map(|first| column(self.text, self.tree.start(self.text, first.key)));
        at.and_then(|at| at.checked_sub(above)).filter(|&step| step > 0).unwrap_or(self.habits.step)
    }

    /// How far the first list in a value stands to the right of its key.
    fn list_offset_in(&self, value: ValueId) -> Option<usize> {
        let in_entry = |entry: &Entry| match self.tree.get(entry.value).kind {
            ValueKind::List(_) if self.is_block_collection(entry.value) => {
                let at = column(self.text, self.tree.get(entry.value).content.start);
                at.checked_sub(column(self.text, self.tree.start(self.text, entry.key)))
            }
            _ => self.list_offset_in(entry.value),
        };
        self.tree.entries(value).iter().find_map(in_entry)
    }

    /// What follows a key; `lists` says how far a list stands to the right of it.
    fn behind_colon(&self, piece: &Piece, indent: &str, lists: Option<usize>) -> String {
        match piece {
            Piece::Inline(text) => format!(" {text}"),
            Piece::Copied(copy) => {
                let text = reindent(&copy.raw, copy.from, indent);
                if text.starts_with('\n') { text } else { format!(" {text}") }
            }
            Piece::Map(entries) => format!(" {}", self.map_on_one_line(entries)),
            Piece::Roles(_) if lists.is_none() && self.habits.lists_in_brackets => {
                format!(" {}", self.on_one_line(piece))
            }
            Piece::Roles(role) => {
                let offset = " ".repeat(lists.or(self.habits.list_offset).unwrap_or(self.habits.step));
                let lines = if self.habits.short && !role.is_computed() {
                    vec![self.inline(role, true, "")]
                } else if self.habits.call_in_braces && !role.is_computed() {
                    vec![self.on_one_line_long(role)]
                } else {
                    self.block(role)
                };
                let dash = &self.habits.dash;
                let below = format!("\n{indent}{offset}{}", " ".repeat(dash.len()));
                format!("\n{indent}{offset}{dash}{}", lines.join(&below))
            }
        }
    }

    fn map_on_one_line(&self, entries: &[(String, Piece)]) -> String {
        let pad = self.habits.brace_pad;
        let colon = self.colon();
        let entries: Vec<String> =
            entries.iter().map(|(key, piece)| format!("{key}{colon}{}", self.on_one_line(piece))).collect();
        format!("{{{pad}{}{pad}}}", entries.join(&self.habits.comma))
    }

    fn on_one_line(&self, piece: &Piece) -> String {
        match piece {
            Piece::Inline(text) => text.clone(),
            Piece::Copied(Copy { in_brackets: Some(text), .. }) => text.clone(),
            Piece::Copied(copy) => copy.raw.lines().map(str::trim).collect::<Vec<_>>().join(" "),
            Piece::Map(entries) => self.map_on_one_line(entries),
            Piece::Roles(role) => {
                let reference = if self.habits.json || !self.habits.short {
                    self.on_one_line_long(role)
                } else {
                    self.inline(role, true, "")
                };
                self.list_inline(&[reference])
            }
        }
    }

    /// Into a mapping in brackets: after the role with a comma before, laid out as its neighbours are.
    fn insert_in_brackets(
        &self,
        siblings: ValueId,
        beside: Entry,
        before: bool,
        role: Entry,
        id: &str,
        body: &[(String, Piece)],
    ) -> Change {
        let key = self.new_key(role, id);
        let separator = self.separator(siblings, beside);
        let role_body = self.role_body(role);
        let own_lines = separator.contains('\n');
        let colon = self.colon_of(role);
        let indent = match colon.rsplit_once('\n') {
            // What opens below the key counts from there, be it behind the colon.
            Some((_, below)) => below.split(':').next().unwrap_or_default().to_owned(),
            // A comma at the start of the line takes room that a blank has where there is none.
            None => separator.rsplit('\n').next().unwrap_or_default().replace(',', " "),
        };
        let value = if own_lines { self.in_brackets(role_body, body, &indent) } else { self.map_on_one_line(body) };
        let entry = format!("{key}{colon}{value}");
        if before {
            let start = self.tree.start(self.text, beside.key);
            return (start..start, format!("{entry}{separator}"));
        }
        self.behind_in_brackets(beside, &separator, &entry)
    }

    /// The body on as many lines as the role's is.
    fn in_brackets(&self, role_body: ValueId, body: &[(String, Piece)], indent: &str) -> String {
        if self.is_one_line(role_body) {
            return self.map_on_one_line(body);
        }
        let properties = self.tree.member(role_body, "Properties");
        let squeezed = properties.is_some_and(|own| self.is_one_line(own) && !self.tree.entries(own).is_empty());
        self.map_on_lines(body, indent, squeezed)
    }

    fn colon_of(&self, entry: Entry) -> String {
        let colon = self.bare(&(self.tree.full_span(entry.key).end..self.tree.full_span(entry.value).start));
        // An anchor or an alias may stand there too; and behind a key with a `?`, the colon may stand where that of no other can.
        let is_explicit = self.tree.start(self.text, entry.key) < self.tree.full_span(entry.key).start;
        if colon.trim() == ":" && !is_explicit { colon } else { self.habits.colon.clone() }
    }

    /// With each entry on a line of its own; what is inside of them on one line, if it is `squeezed`.
    fn map_on_lines(&self, entries: &[(String, Piece)], indent: &str, squeezed: bool) -> String {
        let at_brace = self.opens_at_brace();
        let inside = format!("{indent}{}", if at_brace { "  ".to_owned() } else { self.unit() });
        // What the lines of a value count from: the key, or where the brace is its line's first, that.
        let base = if at_brace { indent } else { &inside };
        let below = self.below(indent, &inside);
        let member = |(key, piece): &(String, Piece)| match piece {
            piece if squeezed => self.member(key, self.colon(), &self.on_one_line(piece), &inside),
            Piece::Copied(copy) => self.member(key, self.colon(), &copied_between(copy, base), &below),
            Piece::Map(_) if self.habits.brace_below => {
                self.member(key, self.colon(), &self.on_lines(piece, &below), &below)
            }
            piece => self.member(key, self.colon(), &self.on_lines(piece, &inside), &inside),
        };
        let entries: Vec<String> = entries.iter().map(member).collect();
        if !self.habits.comma_first {
            return format!("{{\n{inside}{}\n{indent}}}", entries.join(&format!(",\n{inside}")));
        }
        // The comma stands in the last two columns before the key.
        let comma = format!("\n{}, ", &inside[..inside.len().saturating_sub(2)]);
        let first = if at_brace { " ".to_owned() } else { format!("\n{inside}") };
        format!("{{{first}{}\n{indent}}}", entries.join(&comma))
    }

    /// Where a brace stands that is below its key: `indent` is that of the brace around it, `inside` that of the keys in there.
    pub(crate) fn below(&self, indent: &str, inside: &str) -> String {
        let below = self.habits.on_next_line.as_deref();
        match self.opens_at_brace() {
            true => format!("{indent}{}", below.unwrap_or("  ")),
            false => format!("{inside}{}", below.unwrap_or_default()),
        }
    }

    fn on_lines(&self, piece: &Piece, indent: &str) -> String {
        match piece {
            Piece::Inline(text) => text.clone(),
            Piece::Copied(copy) => copied_between(copy, indent),
            Piece::Map(entries) => self.map_on_lines(entries, indent, false),
            // Where commas stand first, a list of one needs no lines.
            Piece::Roles(_) if self.opens_at_brace() && self.habits.list_on_one_line => self.on_one_line(piece),
            Piece::Roles(role) => {
                let short = self.habits.short && !role.is_computed();
                if if short { self.habits.scalars_on_one_line } else { self.habits.list_on_one_line } {
                    return self.list_inline(&[self.inline(role, short, indent)]);
                }
                let inside = format!("{indent}{}", self.unit());
                let reference = self.inline(role, short, &inside);
                format!("[\n{inside}{reference}\n{indent}]")
            }
        }
    }
}
