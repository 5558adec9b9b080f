//! YAML into the tree, from granit-parser's events.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{ErrorKind, Event, Parser, Span, StructureStyle};

use crate::syntax::tree::arena::{NodeDraft, NodeRef};
use crate::syntax::tree::{Entry, ParseError, ScalarStyle, Syntax, Tree, ValueId, ValueKind};

pub(crate) fn parse(text: &str) -> Result<Tree, ParseError> {
    let options = granit_parser::options! {
        // As libyaml reads it: a block scalar that ends the file without a line end has none.
        block_scalar_eof_without_line_feed: true,
        emit_anchor_events: true,
        max_buffered_comment_events: usize::MAX,
    };
    let mut builder = Builder {
        text,
        tree: Tree::new(Syntax::Yaml, text.len()),
        open: Vec::new(),
        anchors: HashMap::new(),
        last: None,
        token_end: 0,
    };
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| {
            let offset = error.marker().byte_offset().unwrap_or(0).min(text.len());
            match error.kind() {
                ErrorKind::RecursionLimitExceeded => ParseError::too_deep(offset, 255),
                _ => ParseError::new(offset, error.info()),
            }
        })?;
        builder.take(&event, &span)?;
    }
    Ok(builder.tree)
}

/// How deep values may be nested once aliases are followed: the parser's own limits are 255 for brackets and 255 for blocks.
const MAX_DEPTH: u32 = 512;

/// A collection of which the end has not come yet.
struct Open {
    id: ValueId,
    children: Vec<ValueId>,
    anchor: usize,
    /// The nesting of its deepest child so far.
    depth: u32,
}

struct Builder<'t> {
    text: &'t str,
    tree: Tree,
    open: Vec<Open>,
    /// What each anchor names, and how deep that is nested.
    anchors: HashMap<usize, (ValueId, u32)>,
    /// The value that an anchor event would belong to.
    last: Option<ValueId>,
    /// The end of the last thing that was written out.
    token_end: usize,
}

impl Builder<'_> {
    fn take(&mut self, event: &Event<'_>, span: &Span) -> Result<(), ParseError> {
        let range = span.byte_range().unwrap_or(0..0);
        let range = range.start.min(self.text.len())..range.end.min(self.text.len());
        match event {
            Event::Comment(..) => self.tree.comments.push(range),
            Event::Anchor(..) => {
                if let Some(last) = self.last {
                    self.tree.store.set_anchor(last, range);
                }
            }
            Event::Alias(target) => {
                let named = self.anchors.get(target).copied();
                let Some((target, depth)) = named.filter(|named| self.open.iter().all(|open| open.id != named.0))
                else {
                    return Err(ParseError::new(range.start, "an alias is inside its own target"));
                };
                if depth > MAX_DEPTH {
                    return Err(ParseError::too_deep(range.start, MAX_DEPTH));
                }
                self.token_end = range.end;
                let id = self.add(NodeRef::Alias(target), range, None, false);
                self.tree.aliases.push(id);
                self.deepen(depth);
            }
            Event::Scalar(text, style, anchor, tag) => {
                let core = tag.as_deref().and_then(|tag| core_tag(tag, span));
                let tag = tag.as_deref().and_then(|tag| local_tag(tag, span));
                let style = scalar_style(*style);
                let written = self.written(range, style, tag.as_ref().map(|(_, range)| range));
                let text = if written.is_empty() { "" } else { text.as_ref() };
                self.token_end = written.end.max(self.token_end);
                let id = self.add(NodeRef::Scalar(text, style), written, tag, false);
                self.tree.core_tags.extend(core.map(|core| (id, core)));
                self.name(*anchor, id, 1);
            }
            Event::SequenceStart(style, anchor, tag) | Event::MappingStart(style, anchor, tag) => {
                let core = tag.as_deref().and_then(|tag| core_tag(tag, span));
                let kind = match event {
                    Event::SequenceStart(..) => NodeRef::List,
                    _ => NodeRef::Mapping,
                };
                let tag = tag.as_deref().and_then(|tag| local_tag(tag, span));
                let flow = *style == StructureStyle::Flow;
                if flow {
                    self.token_end = range.end;
                }
                let id = self.add(kind, range, tag, flow);
                self.tree.core_tags.extend(core.map(|core| (id, core)));
                self.name(*anchor, id, 1);
                self.open.push(Open { id, children: Vec::new(), anchor: *anchor, depth: 0 });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(&range),
            _ => {}
        }
        Ok(())
    }

    fn add(
        &mut self,
        of: NodeRef<'_>,
        content: Range<usize>,
        tag: Option<(Box<str>, Range<usize>)>,
        flow: bool,
    ) -> ValueId {
        let parent = self.open.last().map(|open| open.id);
        let id = self.tree.store.push(of, NodeDraft { content, tag, flow, parent });
        match self.open.last_mut() {
            Some(open) => open.children.push(id),
            None => self.tree.documents.push(id),
        }
        self.last = Some(id);
        id
    }

    /// Anchor 0 is none.
    fn name(&mut self, anchor: usize, id: ValueId, depth: u32) {
        if anchor != 0 {
            self.anchors.insert(anchor, (id, depth));
        }
    }

    fn deepen(&mut self, depth: u32) {
        if let Some(open) = self.open.last_mut() {
            open.depth = open.depth.max(depth);
        }
    }

    fn close(&mut self, end: &Range<usize>) {
        let Some(Open { id, children, anchor, depth }) = self.open.pop() else { return };
        self.deepen(depth + 1);
        self.name(anchor, id, depth + 1);
        let is_list = matches!(self.tree.kind(id), ValueKind::List(_));
        if self.tree.get(id).flow {
            self.token_end = end.end;
            let start = self.tree.store.content(id).start;
            self.tree.store.set_content(id, &(start..end.end));
        } else {
            // That of a mapping is before the `?` of its first key, where the parser sees it; that of a list may be below its dash.
            let own = self.tree.store.content(id).start;
            let start = children.first().map(|&first| self.tree.full_span(first).start);
            let start = start.map(|start| if is_list { dash_before(self.text, start) } else { start.min(own) });
            let content = start.unwrap_or(self.token_end)..self.token_end;
            self.tree.store.set_content(id, &content);
        }
        if is_list {
            self.tree.store.fill_list(id, &children);
            return;
        }
        let entries: Vec<Entry> = children.as_chunks().0.iter().map(|&[key, value]| Entry { key, value }).collect();
        self.tree.note_bad_keys(&entries);
        self.tree.store.fill_mapping(id, &entries);
    }

    /// Where a scalar is written. The parser's span of a block scalar starts after its `|` and may reach into the next line's
    /// indentation; that of an empty scalar lies at whatever comes next.
    fn written(&self, span: Range<usize>, style: ScalarStyle, tag: Option<&Range<usize>>) -> Range<usize> {
        match style {
            ScalarStyle::Plain if span.is_empty() => {
                let at = tag.map_or_else(|| self.nothing_before(span.start), |tag| tag.end);
                at..at
            }
            ScalarStyle::Plain | ScalarStyle::Single | ScalarStyle::Double => span,
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let from = tag.map_or(self.token_end, |tag| tag.end);
                let indicator = self.text[from.min(span.start)..span.start].find(['|', '>']);
                let start = indicator.map_or(span.start, |at| from.min(span.start) + at);
                let kept = self.text[start..span.end].trim_end_matches([' ', '\t', '\n', '\r']);
                start..(start + kept.len()).max(start + 1)
            }
        }
    }

    /// Where an empty scalar is that the parser places at or after `at`: behind its dash or anchor in a list, so that the list holds
    /// those; else where the last thing ends.
    fn nothing_before(&self, at: usize) -> usize {
        let in_list = self.open.last().is_some_and(|open| matches!(self.tree.kind(open.id), ValueKind::List(_)));
        match dash_before(self.text, at) {
            _ if !in_list => self.token_end,
            dash if dash < at => dash + 1,
            anchored => anchored,
        }
    }
}

fn local_tag(tag: &granit_parser::Tag, span: &Span) -> Option<(Box<str>, Range<usize>)> {
    let range = span.tag_span()?.byte_range()?;
    match (tag.handle(), tag.core_suffix()) {
        // `!!str` and its like say how to read a scalar, and CloudFormation reads all as text.
        (_, Some("str" | "map" | "seq")) => None,
        ("!", _) => Some((tag.suffix().into(), range)),
        // `!<!Ref>` is `!Ref`, written out.
        ("", _) => Some((tag.suffix().trim_start_matches('!').into(), range)),
        (handle, _) => Some((format!("{handle}{}", tag.suffix()).into(), range)),
    }
}

/// Where a tag of YAML's own is.
fn core_tag(tag: &granit_parser::Tag, span: &Span) -> Option<Range<usize>> {
    tag.core_suffix().and(span.tag_span()?.byte_range())
}

fn scalar_style(style: granit_parser::ScalarStyle) -> ScalarStyle {
    match style {
        granit_parser::ScalarStyle::SingleQuoted => ScalarStyle::Single,
        granit_parser::ScalarStyle::DoubleQuoted => ScalarStyle::Double,
        granit_parser::ScalarStyle::Literal => ScalarStyle::Literal,
        granit_parser::ScalarStyle::Folded => ScalarStyle::Folded,
        granit_parser::ScalarStyle::Plain => ScalarStyle::Plain,
    }
}

/// The dash of a list's item that starts at `item`; only white space, comments and the `?` of a first key can be between.
fn dash_before(text: &str, item: usize) -> usize {
    let mut end = item;
    loop {
        let before = text[..end].trim_end_matches([' ', '\t', '\n', '\r']);
        if before.ends_with('-') {
            return before.len() - 1;
        }
        if before.ends_with('?') {
            end = before.len() - 1;
            continue;
        }
        let line = crate::text::lines::line_start(text, before.len());
        match text[line..before.len()].find('#') {
            Some(hash) => end = line + hash,
            None => return item,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// Every value with its place, one a line.
    fn dump(text: &str) -> String {
        let tree = parse(text).expect("YAML");
        let mut out = String::new();
        for id in tree.ids() {
            let value = tree.get(id);
            let kind = match &value.kind {
                ValueKind::Scalar { .. } => "scalar",
                ValueKind::List(_) => "list",
                ValueKind::Mapping(_) => "map",
                ValueKind::Alias(_) => "alias",
            };
            let tag = value.tag.as_ref().map_or("", |(tag, _)| tag);
            let anchor = value.anchor.map_or("", |anchor| &text[anchor]);
            writeln!(out, "{kind} {tag}{anchor} {:?}", &text[value.content.clone()]).expect("memory");
        }
        for comment in &tree.comments {
            writeln!(out, "comment {:?}", &text[comment.clone()]).expect("memory");
        }
        out
    }

    #[test]
    fn values_stand_where_they_are_written() {
        let text = "# top\na: &x !Ref  B # right\nb:\n- 'c'\n-\n  # in\n  d: |  # head\n    t\n\n    u\n\n# next\ne:\nf: {g: [1, *x]}\n";
        let expected = "map  \"a: &x !Ref  B # right\\nb:\\n- 'c'\\n-\\n  # in\\n  d: |  # head\\n    t\\n\\n    u\\n\\n# next\\ne:\\nf: {g: [1, *x]}\"\n\
            scalar  \"a\"\nscalar Ref&x \"B\"\nscalar  \"b\"\nlist  \"- 'c'\\n-\\n  # in\\n  d: |  # head\\n    t\\n\\n    u\"\nscalar  \"'c'\"\n\
            map  \"d: |  # head\\n    t\\n\\n    u\"\nscalar  \"d\"\nscalar  \"|  # head\\n    t\\n\\n    u\"\nscalar  \"e\"\nscalar  \"\"\n\
            scalar  \"f\"\nmap  \"{g: [1, *x]}\"\nscalar  \"g\"\nlist  \"[1, *x]\"\nscalar  \"1\"\nalias  \"*x\"\n\
            comment \"# top\"\ncomment \"# right\"\ncomment \"# in\"\ncomment \"# head\"\ncomment \"# next\"\n";
        assert_eq!(dump(text), expected);
    }

    #[test]
    fn an_empty_value_ends_where_its_key_ends() {
        let text = "a:\n  b:\n\n\n# c\nd: 1\n";
        let tree = parse(text).expect("YAML");
        let first = tree.entries(tree.documents[0])[0];
        assert_eq!(&text[tree.span(first)], "a:\n  b");
    }

    #[test]
    fn a_list_holds_the_dashes_of_its_empty_items() {
        for list in ["- a\n  -", "- a\n  -  # c\n  # d\n  -", "-", "- -\n    -", "- &x\n  -"] {
            let text = format!("l:\n  {list}  # e\nm: 1\n");
            let tree = parse(&text).expect("YAML");
            assert_eq!(&text[tree.outer_span(tree.entries(tree.documents[0])[0].value)], list);
        }
    }

    #[test]
    fn an_entry_starts_with_its_mark() {
        for (text, start) in [
            ("a: what?\nb: 2", 9),
            ("- ? b", 2),
            ("?  # why?\n  b\n: 2", 0),
            ("? a\n: 1 # ?\n?\n  b\n: 2", 12),
            ("{a: 1, ? b : 2}", 7),
        ] {
            let tree = parse(text).expect("YAML");
            let key = tree.ids().find(|&id| tree.scalar(id) == Some("b")).expect("a key");
            assert_eq!(tree.start(text, key), start, "{text}");
        }
    }

    #[test]
    fn thousands_of_comments_are_no_matter() {
        let text = format!("a: 1\n{}b: 2\n", "# c\n".repeat(20_000));
        assert_eq!(parse(&text).expect("YAML").comments.len(), 20_000);
    }

    #[test]
    fn an_alias_inside_what_it_repeats_is_refused() {
        assert_eq!(parse("a: &x [1, *x]\n").expect_err("endless").offset, 10);
    }

    #[test]
    fn repeated_and_odd_keys_are_seen() {
        let tree = parse("a: 1\n'a': 2\n? [b]\n: 3\n? \n: 4\n'': 5\n").expect("YAML");
        assert_eq!(tree.invalid_keys.len(), 3);
    }
}
