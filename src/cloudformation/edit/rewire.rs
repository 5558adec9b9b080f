//! Rewiring a leaf: in its own spelling if that is possible, else written anew.

use std::ops::Range;

use crate::cloudformation::edit::layout::{Block, Draft, as_item, quoted};
use crate::cloudformation::edit::renderer::{Change, Renderer, Replacement};
use crate::cloudformation::intrinsic::{Call, Function, Piece, call, fits_any_quotes, pieces, sub_text};
use crate::cloudformation::lower::resolve::{Reference, reference};
use crate::syntax::tree::{ScalarStyle, ValueId, ValueKind};
use crate::text::lines::{indent_of, indent_to, line_end, reindent};

/// What a value becomes.
pub(crate) struct NewValue {
    pub(crate) draft: Draft,
    /// The part of the old text that it keeps, comments included.
    pub(crate) kept: Range<usize>,
    /// Whether it is the old value with something around it, so that comments beside that may stay.
    pub(crate) wraps: bool,
    /// Whether it is written in brackets even outside of such.
    pub(crate) in_brackets: bool,
}

impl Renderer<'_> {
    /// Makes a leaf reference something else.
    ///
    /// Before:
    /// ```yaml
    /// Resources:
    ///   AppRole:
    ///     Type: AWS::IAM::Role
    ///   AppInstanceProfile:
    ///     Type: AWS::IAM::InstanceProfile
    ///     Properties:
    ///       Roles: [!Ref AppRole]
    ///   Web:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       IamInstanceProfile: !GetAtt 'AppRole.Arn' # of the servers
    ///   Db:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       IamInstanceProfile: !Join
    ///         - '' # nothing between
    ///         - - !Ref AppRole
    /// ```
    /// After:
    /// ```yaml
    /// Resources:
    ///   AppRole:
    ///     Type: AWS::IAM::Role
    ///   AppInstanceProfile:
    ///     Type: AWS::IAM::InstanceProfile
    ///     Properties:
    ///       Roles: [!Ref AppRole]
    ///   Web:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       IamInstanceProfile: !Ref 'AppInstanceProfile' # of the servers
    ///   Db:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       # nothing between
    ///       IamInstanceProfile: !Ref AppInstanceProfile
    /// ```
    pub(crate) fn rewire(&self, leaf: ValueId, to: &Replacement) -> Vec<Change> {
        self.rewire_in_place(leaf, to).unwrap_or_else(|| {
            let draft = self.new_reference(leaf, to);
            let new = NewValue { draft, kept: 0..0, wraps: false, in_brackets: self.is_braced(leaf) };
            self.write_anew(leaf, &new)
        })
    }

    /// The same if the leaf's own spelling can be kept.
    pub(super) fn rewire_in_place(&self, leaf: ValueId, to: &Replacement) -> Option<Vec<Change>> {
        let call = call(self.tree, leaf)?;
        match call.function {
            Function::Ref | Function::GetAtt => self.rewire_reference(leaf, &call, &reference(self.tree, &call)?, to),
            Function::Sub => self.rewire_sub(&call, to).map(|change| vec![change]),
            _ => None,
        }
    }

    fn rewire_reference(
        &self,
        leaf: ValueId,
        call: &Call,
        old: &Reference<'_>,
        to: &Replacement,
    ) -> Option<Vec<Change>> {
        if !fits_any_quotes(&to.id) {
            return None;
        }
        let id = self.tree.content_span(old.id_at);
        let quotes = self.tree.style(old.id_at)?;
        if matches!(quotes, ScalarStyle::Literal | ScalarStyle::Folded) || old.id.contains("${") != to.is_computed() {
            return None;
        }
        match (old.attribute, old.attribute_at, to.attribute()) {
            (None, _, None) => Some(vec![(id, to.id.clone())]),
            (Some(_), None, Some(_)) => Some(vec![(id, to.dotted())]),
            (Some(attribute), Some(at), Some(new)) => {
                let mut changes = vec![(id, to.id.clone())];
                if attribute != new {
                    // An empty value is right behind its dash.
                    let blank = if self.tree.is_absent(at) { " " } else { "" };
                    changes.push((self.tree.content_span(at), format!("{blank}{new}")));
                }
                Some(changes)
            }
            _ if call.long.is_some() || to.is_computed() => None,
            // Another function, with its tag and its argument where those of the old one are.
            _ => {
                let value = self.tree.get(leaf);
                let (_, tag) = value.tag?;
                let is_beside = !self.text[tag.end..value.content.start].contains('\n');
                let argument = quoted(&to.dotted(), quotes);
                let changes = vec![(tag.clone(), format!("!{}", to.function())), (value.content.clone(), argument)];
                (is_beside && self.tree.comments_in(&value.content).is_empty()).then_some(changes)
            }
        }
    }

    /// `${AppRole.Arn}` in an `Fn::Sub`: the name inside changes and nothing else.
    fn rewire_sub(&self, call: &Call, to: &Replacement) -> Option<Change> {
        let (text, scalar, _) = sub_text(self.tree, call)?;
        if to.is_computed() || !fits_any_quotes(&to.id) || !matches!(pieces(text).as_slice(), [Piece::Variable(..)]) {
            return None;
        }
        let inner = self.tree.content_span(scalar);
        let raw = &self.text[inner.clone()];
        let open = raw.find("${").filter(|&at| raw[at + 2..].find("${").is_none())?;
        let close = open + raw[open..].find('}')?;
        let name = raw[open + 2..close].trim();
        let start = inner.start + open + 2 + (raw[open + 2..close].len() - raw[open + 2..close].trim_start().len());
        Some((start..start + name.len(), to.dotted()))
    }

    /// A reference in the old value's form (short or long), or in the file's.
    pub(super) fn new_reference(&self, old: ValueId, to: &Replacement) -> Draft {
        let short = call(self.tree, old).map_or(self.style.short, |call| call.long.is_none());
        self.style.reference(to, short)
    }

    /// Replaces a value as a whole. Comments in the old one move above it.
    pub(super) fn write_anew(&self, value: ValueId, new: &NewValue) -> Vec<Change> {
        let mut whole = self.tree.with_core_tag(value, self.tree.outer_span(value));
        if matches!(&new.draft, Draft::Kept(kept) if kept.block.text.starts_with('&')) {
            // A value has one anchor: that of the old value goes.
            whole.start = self.tree.full_span(value).start;
        }
        let is_squeezed = self.tree.get(value).parent.is_some_and(|around| self.is_one_line(around));
        let lines = !self.is_one_line(value) || self.style.brackets.spread && !is_squeezed;
        let (mut at, text) = if self.tree.in_flow(value) {
            let indent = indent_of(self.text, whole.start);
            (whole.clone(), self.style.in_brackets(&new.draft, indent, lines))
        } else {
            let block = match new.in_brackets {
                true => Block { text: self.style.in_brackets(&new.draft, "", lines), beside_key: true },
                false => self.style.block(&new.draft),
            };
            self.put_block(value, &whole, &block, new.wraps)
        };
        if !self.tree.in_flow(value) && ends_in_block_scalar(&text) {
            // Behind a block scalar, a comment would be part of its text.
            let behind = self.tree.comments_in(&(at.end..line_end(self.text, at.end)));
            at.end = behind.last().map_or(at.end, |comment| comment.end);
        }
        let comments = self.tree.comments_in(&at).iter().filter(|comment| !new.kept.contains(&comment.start));
        let mut above: Vec<Range<usize>> = comments.cloned().collect();
        let had_lines = self.text[at.clone()].contains('\n');
        let mut changes = vec![(at, text)];
        if had_lines && !new.wraps && !self.tree.in_flow(value) {
            // Comments on the lines below were indented as the old value was.
            let below = self.comments_below(whole.end, self.outer_column(value));
            changes.extend(below.last().map(|last| (line_end(self.text, whole.end)..last.end, String::new())));
            above.extend(below);
        }
        changes.extend(self.move_above(&above, value));
        changes
    }

    /// Puts a block in the place of a value after a colon or a dash.
    fn put_block(&self, value: ValueId, whole: &Range<usize>, block: &Block, wraps: bool) -> Change {
        let anchor = self.tree.get(value).anchor.filter(|anchor| anchor.end <= whole.start);
        let Some((colon, indent)) = self.after_colon(value) else {
            let (dash, deeper) = (" ".repeat(self.outer_column(value)), indent_to(self.text, whole.start));
            let text = as_item(block, &dash, &deeper);
            return match anchor.filter(|_| !block.beside_key) {
                Some(anchor) => (anchor.end..whole.end, format!("\n{deeper}{text}")),
                None => (whole.clone(), text),
            };
        };
        let from = anchor.map_or(colon, |anchor| anchor.end);
        match self.tree.comments_in(&(from..whole.start)).last().filter(|_| wraps) {
            Some(comment) if block.beside_key => {
                let inside = format!("{indent}{}", " ".repeat(self.style.step));
                (comment.end..whole.end, format!("\n{inside}{}", reindent(&block.text, 0, &inside)))
            }
            comment => (comment.map_or(from, |comment| comment.end)..whole.end, self.style.after_colon(block, &indent)),
        }
    }

    /// Writes comments above the key of a value, or above the dash before that, each on a line of its own.
    fn move_above(&self, comments: &[Range<usize>], value: ValueId) -> Option<Change> {
        let at = self.tree.room_above(self.text, value)?;
        let indent = indent_to(self.text, at);
        let lines: String =
            comments.iter().map(|comment| format!("{}\n{indent}", &self.text[comment.clone()])).collect();
        (!lines.is_empty()).then_some((at..at, lines))
    }

    /// For the value of an entry in a block mapping: the offset after its key's colon, and the key's indentation.
    fn after_colon(&self, value: ValueId) -> Option<(usize, String)> {
        let entry = self.tree.entry_of_value(value)?;
        let key = self.tree.full_span(entry.key);
        let start = self.tree.start(self.text, entry.key);
        let mut rest = self.text[key.end..].trim_start_matches([' ', '\t']);
        // The colon of a key written with `? ` is on a line of its own, perhaps below comments.
        while start < key.start && rest.starts_with(['#', '\r', '\n']) {
            rest = rest.split_once('\n').map_or("", |(_, below)| below).trim_start_matches([' ', '\t']);
        }
        let colon = self.text.len() - rest.len();
        rest.starts_with(':').then(|| (colon + 1, indent_to(self.text, start)))
    }

    /// Whether a value is written on one line.
    pub(super) fn is_one_line(&self, value: ValueId) -> bool {
        !self.text[self.tree.full_span(value)].contains('\n')
    }

    /// Whether a value is a mapping or list in brackets, and no short function's argument.
    pub(super) fn is_braced(&self, value: ValueId) -> bool {
        self.tree.get(value).flow && self.tree.tag(value).is_none()
    }

    /// Whether a value is a mapping or list without brackets.
    pub(super) fn is_block_collection(&self, value: ValueId) -> bool {
        let value = self.tree.get(value);
        !value.flow && matches!(value.kind, ValueKind::List(_) | ValueKind::Mapping(_))
    }
}

/// Whether the last lines of a block are those of a block scalar.
fn ends_in_block_scalar(text: &str) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let lines: Vec<&str> = text.lines().collect();
    let is_header = |line: &str| {
        let marks = line.trim_end().trim_end_matches(|mark: char| mark.is_ascii_digit() || matches!(mark, '+' | '-'));
        marks.ends_with(['|', '>']) && marks[..marks.len() - 1].trim_end().len() < marks.len() - 1
            || matches!(marks, "|" | ">")
    };
    lines.iter().enumerate().any(|(number, line)| {
        let below = &lines[number + 1..];
        is_header(line)
            && !below.is_empty()
            && below.iter().all(|below| below.is_empty() || indent(below) > indent(line))
    })
}
