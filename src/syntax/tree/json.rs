//! JSON into the tree, from jsonc-parser's tokens, which have places. serde_json says first whether the text is JSON at all.

use std::ops::Range;

use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};

use crate::syntax::tree::arena::{NodeDraft, NodeRef};
use crate::syntax::tree::{Entry, ParseError, ScalarStyle, Syntax, Tree, ValueId};
use crate::text::floor_char_boundary;

/// jsonc-parser with every leniency switched off.
const STRICT: ScannerOptions = ScannerOptions {
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(crate) fn parse(text: &str) -> Result<Tree, ParseError> {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => locate(text),
        Err(error) => Err(ParseError::new(offset(text, error.line(), error.column()), without_place(&error))),
    }
}

/// The deepest nesting that is read, brackets counted.
const MAX_DEPTH: usize = 512;

/// The tree of a text that a strict parser has read already: tokens come in an order that JSON has, and commas and colons tell nothing more.
fn locate(text: &str) -> Result<Tree, ParseError> {
    let mut scanner = Scanner::new(text, &STRICT);
    let mut builder = Builder {
        tree: Tree::new(Syntax::Json, text.len()),
        open: Vec::new(),
        children: Vec::new(),
        entries: Vec::new(),
    };
    loop {
        // The strict parser has taken it: half of a surrogate pair.
        let token = scanner.scan().map_err(|error| ParseError {
            is_limit: true,
            ..ParseError::new(error.range().start, error.kind().to_string())
        })?;
        let at = scanner.token_start()..scanner.token_end();
        match token {
            None => return Ok(builder.tree),
            Some(Token::OpenBrace | Token::OpenBracket) if builder.open.len() == MAX_DEPTH => {
                let message = format!("nested more than {MAX_DEPTH} levels deep, the limit of ipfix");
                return Err(ParseError { offset: at.start, message, is_limit: true });
            }
            Some(Token::OpenBrace) => builder.open(NodeRef::Mapping, at),
            Some(Token::OpenBracket) => builder.open(NodeRef::List, at),
            Some(Token::CloseBrace | Token::CloseBracket) => builder.close(at.end),
            Some(Token::Comma | Token::Colon) => {}
            Some(Token::String(text)) => builder.scalar(&text, ScalarStyle::Double, at),
            Some(token @ (Token::Number(_) | Token::Boolean(_) | Token::Null)) => {
                builder.scalar(token.as_str(), ScalarStyle::Plain, at);
            }
            Some(Token::Word(_) | Token::CommentLine(_) | Token::CommentBlock(_)) => {
                return Err(ParseError::new(at.start, "no JSON"));
            }
        }
    }
}

/// A list or object of which the end has not come yet.
struct Open {
    id: ValueId,
    /// How many children others had when it began.
    children: usize,
    is_object: bool,
}

struct Builder {
    tree: Tree,
    open: Vec<Open>,
    /// Of all that is open, what has come so far; of objects, keys and values by turns.
    children: Vec<ValueId>,
    /// Used again and again.
    entries: Vec<Entry>,
}

impl Builder {
    fn scalar(&mut self, text: &str, style: ScalarStyle, at: Range<usize>) {
        self.add(NodeRef::Scalar(text, style), at);
    }

    fn open(&mut self, of: NodeRef<'_>, at: Range<usize>) {
        let is_object = matches!(of, NodeRef::Mapping);
        let id = self.add(of, at);
        self.open.push(Open { id, children: self.children.len(), is_object });
    }

    fn close(&mut self, end: usize) {
        let Some(Open { id, children, is_object }) = self.open.pop() else { return };
        let inside = &self.children[children..];
        if is_object {
            self.entries.clear();
            self.entries.extend(inside.as_chunks().0.iter().map(|&[key, value]| Entry { key, value }));
            self.tree.note_bad_keys(&self.entries);
            self.tree.store.fill_mapping(id, &self.entries);
        } else {
            self.tree.store.fill_list(id, inside);
        }
        self.children.truncate(children);
        let start = self.tree.store.content(id).start;
        self.tree.store.set_content(id, &(start..end));
    }

    fn add(&mut self, of: NodeRef<'_>, content: Range<usize>) -> ValueId {
        let parent = self.open.last().map(|open| open.id);
        let flow = matches!(of, NodeRef::List | NodeRef::Mapping);
        let id = self.tree.store.push(of, NodeDraft { content, tag: None, flow, parent });
        if parent.is_some() {
            self.children.push(id);
        } else {
            self.tree.documents.push(id);
        }
        id
    }
}

/// serde_json counts lines and byte columns from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start = if line <= 1 {
        0
    } else {
        text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').nth(line - 2).map_or(text.len(), |(at, _)| at + 1)
    };
    floor_char_boundary(text, start + column.saturating_sub(1))
}

fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_keys_stay_visible_and_places_are_bytes() {
        let text = "{\"ä\": [1, {\"a\": null}], \"ä\": true}";
        let tree = parse(text).expect("JSON");
        let root = tree.documents[0];
        assert_eq!(tree.entries(root).len(), 2);
        assert_eq!(tree.invalid_keys, [tree.entries(root)[1].key]);
        assert_eq!(&text[tree.outer_span(tree.entries(root)[0].value)], "[1, {\"a\": null}]");
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        for (text, line_offset) in
            [("{\"a\": 1,}", 8), ("{\n  \"a\": 01\n}", 10), ("{\"a\": 1 // c\n}", 8), ("{'a': 1}", 1)]
        {
            assert_eq!(parse(text).expect_err(text).offset, line_offset, "{text}");
        }
    }
}
