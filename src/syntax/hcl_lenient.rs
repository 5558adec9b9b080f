//! Reads valid HCL that `hcl-edit` refuses or misreads.
//!
//! What the parser stumbles on is replaced in a copy of the same length, and the copy is parsed: every span of the tree holds for the text itself.
//! The tree is then put right where it would show what was replaced, so that nothing read from it is ever text of the copy:
//!
//! * Line ends and comments inside of `{ for ... }` and `%{ ... }`, and carriage returns in comments, become blanks. None of them is in the tree.
//! * A heredoc line that starts with the end marker, and goes on, starts with control characters instead; they are turned back in the tree.
//! * A key that an object has already becomes a name of its own. In the tree the last of several equal keys has the name, since that one counts, and
//!   each other one a key that is no name ([`overwritten`]). The places of such objects are in [`Tree::repeated`].

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::{Array, Expression, Object, ObjectKey, ObjectValue, Parenthesis};
use hcl_edit::parser::Error;
use hcl_edit::structure::Body;
use hcl_edit::template::{ForTemplateExpr, HeredocTemplate};
use hcl_edit::visit::{self, Visit};
use hcl_edit::visit_mut::{self, VisitMut};
use hcl_edit::{Decorated, Ident};

use crate::syntax::hcl_node::object_key;
use crate::syntax::hcl_tokens::{Scan, key_end};

/// A text is parsed again for every key that is repeated: so many times,
const MAX_REPEATED_KEYS: usize = 200;

/// and so many bytes in all.
const MAX_BYTES: usize = 64 << 20;

/// A part of the message about a key that is repeated.
const REPEATED: &str = "unique object key";

/// A parsed text.
pub(crate) struct Tree {
    /// The tree.
    pub(crate) body: Body,
    /// The objects that repeat a key, in the order of the text.
    pub(crate) repeated: Vec<Range<usize>>,
}

impl Tree {
    fn of(body: Body) -> Self {
        let mut repeats = Repeats(Vec::new());
        repeats.visit_body(&body);
        Tree { body, repeated: repeats.0 }
    }
}

/// Whether the parser refuses a text for a key that an object has twice.
pub(crate) fn is_repeated_key(error: &Error) -> bool {
    error.message().contains(REPEATED)
}

/// Parses a text of which a [`Scan`] shows what the parser would stumble on; none: parses it as it is.
///
/// # Errors
/// The parser's, at a place of the text.
pub(crate) fn parse(text: &str, scan: Option<&Scan<'_>>) -> Result<Tree, Error> {
    let Some(scan) = scan else { return plain(text) };
    // A heredoc that ends early may parse, and mean something else.
    if scan.markers.is_empty() {
        match plain(text) {
            Err(error) if !scan.blanks.is_empty() || is_repeated_key(&error) => {}
            parsed => return parsed,
        }
    }
    let Some(mut copy) = Copy::new(text, scan) else { return plain(text) };
    loop {
        match copy.text.parse::<Body>() {
            Ok(body) => return Ok(copy.restore(body)),
            Err(error) if is_repeated_key(&error) && copy.rename_key(error.location().offset()) => {}
            Err(error) => return Err(error),
        }
    }
}

fn plain(text: &str) -> Result<Tree, Error> {
    text.parse().map(Tree::of)
}

/// A text of the same length as the original, with something else in some places.
struct Copy {
    text: String,
    /// What heredoc lines start with instead of their marker's first character; once for each byte of it.
    stand_in: char,
    /// The keys that were replaced, by their offsets.
    keys: HashMap<usize, ObjectKey>,
    /// How many names were tried.
    names: usize,
}

impl Copy {
    fn new(text: &str, scan: &Scan<'_>) -> Option<Self> {
        let stand_in = ('\u{1}'..='\u{8}').find(|&character| scan.markers.is_empty() || !text.contains(character))?;
        let mut copy = Copy { text: text.to_owned(), stand_in, keys: HashMap::new(), names: 0 };
        for blank in &scan.blanks {
            copy.put(blank.clone(), &" ".repeat(blank.len()));
        }
        for &(at, marker) in &scan.markers {
            let length = marker.chars().next().map_or(0, char::len_utf8);
            copy.put(at..at + length, &copy.stand_in.to_string().repeat(length));
        }
        Some(copy)
    }

    fn put(&mut self, at: Range<usize>, new: &str) {
        debug_assert_eq!(at.len(), new.len(), "spans must hold");
        self.text.replace_range(at, new);
    }

    /// Gives the key at this place a name that no other key is likely to have. If it has one already, another one gets it instead.
    fn rename_key(&mut self, start: usize) -> bool {
        self.names += 1;
        if self.names > MAX_REPEATED_KEYS || self.names.saturating_mul(self.text.len()) > MAX_BYTES.max(self.text.len())
        {
            return false;
        }
        let Some(key) = key_end(&self.text, start).map(|end| start..end) else { return false };
        if !self.keys.contains_key(&start) {
            let Some(original) = parse_key(&self.text[key.clone()], start) else { return false };
            self.keys.insert(start, original);
        }
        let name = name(self.names, key.len());
        self.put(key, &name);
        true
    }

    /// Takes out of the tree what was put into the text.
    fn restore(self, mut body: Body) -> Tree {
        Restorer { copy: &self, markers: Vec::new() }.visit_body_mut(&mut body);
        Tree::of(body)
    }
}

/// A key from its text, as the parser has it, with the spans that it has at this offset.
fn parse_key(text: &str, start: usize) -> Option<ObjectKey> {
    // Between brackets, as the parser takes no blanks before an expression.
    let list: Expression = format!("[{:1$}{text}]", "", start.checked_sub(1)?).parse().ok()?;
    let Expression::Array(list) = list else { return None };
    Some(match list.into_iter().next()? {
        Expression::Variable(name) => ObjectKey::Ident(Decorated::new(name.value().clone())),
        expression => ObjectKey::Expression(expression),
    })
}

/// A name of this length; another one for each number, as far as there are that many.
fn name(mut number: usize, length: usize) -> String {
    const FIRST: &[u8; 53] = b"_zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA";
    let mut name = vec![b'_'; length];
    for byte in name.iter_mut().rev() {
        *byte = FIRST[number % FIRST.len()];
        number /= FIRST.len();
    }
    String::from_utf8(name).unwrap_or_default()
}

/// The key of an entry whose value a later one replaces: no name and no reference, and another one for each entry.
fn overwritten(number: usize) -> ObjectKey {
    let list = Array::from_iter([Expression::from(number as u64)]);
    ObjectKey::Expression(Expression::Parenthesis(Box::new(Parenthesis::new(Expression::from(list)))))
}

/// Whether a later entry of the object replaces this one. Terraform takes no list for a key, so none is written.
pub(crate) fn is_overwritten(key: &ObjectKey) -> bool {
    matches!(key, ObjectKey::Expression(Expression::Parenthesis(inner)) if matches!(inner.inner(), Expression::Array(_)))
}

struct Restorer<'c> {
    copy: &'c Copy,
    /// The markers of the heredocs around, the innermost one last.
    markers: Vec<Ident>,
}

impl Restorer<'_> {
    /// The key in the text.
    fn original<'k>(&'k self, key: &'k ObjectKey) -> Option<&'k ObjectKey> {
        let at = match key {
            ObjectKey::Ident(name) => name.span(),
            ObjectKey::Expression(key) => key.span(),
        };
        self.copy.keys.get(&at?.start)
    }

    /// Where a key was replaced, all keys are put right.
    fn put_keys_right(&self, object: &mut Object) {
        if !object.iter().any(|(key, _)| self.original(key).is_some()) {
            return;
        }
        let entries: Vec<(ObjectKey, ObjectValue)> = object.clone().into_iter().collect();
        let keys: Vec<&ObjectKey> = entries.iter().map(|(key, _)| self.original(key).unwrap_or(key)).collect();
        object.clear();
        for (number, ((key, value), original)) in entries.iter().zip(&keys).enumerate() {
            let comes_again = keys[number + 1..].contains(original);
            let key = match (comes_again, self.original(key)) {
                (true, _) => overwritten(number),
                (false, Some(original)) => original.clone(),
                (false, None) => key.clone(),
            };
            object.insert(key, value.clone());
        }
    }
}

impl VisitMut for Restorer<'_> {
    fn visit_expr_mut(&mut self, node: &mut Expression) {
        if let Expression::Object(object) = node {
            self.put_keys_right(object);
        }
        visit_mut::visit_expr_mut(self, node);
    }

    fn visit_heredoc_template_mut(&mut self, node: &mut HeredocTemplate) {
        self.markers.push(node.delimiter.clone());
        visit_mut::visit_heredoc_template_mut(self, node);
        self.markers.pop();
    }

    fn visit_literal_mut(&mut self, node: &mut hcl_edit::Spanned<String>) {
        let first = self.markers.last().and_then(|marker| marker.as_str().chars().next());
        if let Some(first) = first.filter(|_| node.contains(self.copy.stand_in)) {
            let stand_in = self.copy.stand_in.to_string().repeat(first.len_utf8());
            *node.value_mut() = node.replace(&stand_in, &first.to_string());
        }
    }

    /// The collection of a `%{ for }` is an expression too, which the visitor of the library passes over.
    fn visit_for_template_expr_mut(&mut self, node: &mut ForTemplateExpr) {
        self.visit_expr_mut(&mut node.collection_expr);
        visit_mut::visit_for_template_expr_mut(self, node);
    }
}

/// Finds the objects that have a key twice: also as a name and in quotes, which are two keys for the parser.
struct Repeats(Vec<Range<usize>>);

/// Whether keys are written in several ways; written in one, the parser takes none twice.
pub(crate) fn may_repeat_a_key(object: &Object) -> bool {
    let is_quoted = |key: &ObjectKey| matches!(key, ObjectKey::Expression(Expression::String(_)));
    !object.iter().all(|(key, _)| key.is_ident()) && !object.iter().all(|(key, _)| is_quoted(key))
}

fn repeats_a_key(object: &Object) -> bool {
    if !may_repeat_a_key(object) {
        return false;
    }
    let mut names = HashSet::new();
    let mut is_repeated =
        |key: &ObjectKey| is_overwritten(key) || object_key(key).is_some_and(|name| !names.insert(name));
    object.iter().any(|(key, _)| is_repeated(key))
}

impl Visit for Repeats {
    fn visit_expr(&mut self, node: &Expression) {
        if let Expression::Object(object) = node
            && repeats_a_key(object)
        {
            self.0.push(crate::syntax::hcl_node::range(node));
        }
        visit::visit_expr(self, node);
    }

    /// The collection of a `%{ for }` is an expression too, which the visitor of the library passes over.
    fn visit_for_template_expr(&mut self, node: &ForTemplateExpr) {
        self.visit_expr(&node.collection_expr);
        visit::visit_for_template_expr(self, node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::hcl_canonical::canonical;
    use crate::syntax::hcl_tokens;

    fn read(text: &str) -> Tree {
        let scan = hcl_tokens::scan(text).expect("no fault");
        parse(text, Some(&scan)).unwrap_or_else(|error| unreachable!("{text:?}: {error}"))
    }

    fn refuses(text: &str) -> bool {
        parse(text, hcl_tokens::scan(text).ok().as_ref()).is_err()
    }

    /// The first argument: the canonical text of what the tree says, and the text at its span.
    fn value(text: &str) -> (String, &str) {
        let tree = read(text);
        let attribute = tree.body.attributes().next().expect("an argument");
        (canonical(&attribute.value.to_string()), &text[crate::syntax::hcl_node::range(&attribute.value)])
    }

    /// The names of the keys of the first argument; none for one that is overwritten.
    fn keys(text: &str) -> Vec<Option<String>> {
        let tree = read(text);
        let object =
            tree.body.attributes().next().and_then(|attribute| attribute.value.as_object()).expect("an object");
        object.iter().map(|(key, _)| object_key(key).filter(|_| !is_overwritten(key))).collect()
    }

    #[test]
    fn what_the_parser_takes_is_left_to_it() {
        let tree = read("a = { b = 1 }\nc = <<E\nx\nE\n");
        assert!(tree.repeated.is_empty());
        assert!(refuses("a = ]\n") && refuses("a = 1\na = 2\n") && refuses("a = { b = ] }\n"));
    }

    #[test]
    fn the_last_of_equal_keys_has_the_name() {
        let name = |name: &str| Some(name.to_owned());
        assert_eq!(keys("a = { b = 1, b = 2 }\n"), [None, name("b")]);
        assert_eq!(keys("a = {\n  b = 1\n  c = 3\n  b = 2\n  b = 4\n}\n"), [None, name("c"), None, name("b")]);
        assert_eq!(keys("a = { \"b c\" = 1, d = 2, \"b c\" = 3 }\n"), [None, name("d"), name("b c")]);
        assert_eq!(keys("a = { \"\" : 1, \"\" : 2 }\n"), [None, name("")]);
        assert_eq!(keys("a = { 1 = 1, 1 /* c */ = 2 }\n"), [None, name("1")]);
        assert_eq!(keys("a = { é = 1, é = 2 }\n"), [None, name("é")]);
        assert_eq!(keys("a = { (var.x) = 1, (var.x) = 2 }\n"), [None, None]);
        // Names that replace others are names of other keys as well.
        assert_eq!(
            keys("a = { b = 1, b = 2, z = 3, y = 4, _ = 5, y = 6 }\n"),
            [None, name("b"), name("z"), None, name("_"), name("y")]
        );
    }

    #[test]
    fn an_object_that_repeats_a_key_is_known_by_its_place() {
        let text = "a = [{ b = { c = 1, c = 2 } }, { c = 1 }, \"${f({ d = 1, d = 2 })}\"]\n";
        let found: Vec<&str> = read(text).repeated.into_iter().map(|at| &text[at]).collect();
        assert_eq!(found, ["{ c = 1, c = 2 }", "{ d = 1, d = 2 }"]);
        let text = "a = \"%{ for x in [{ b = 1, b = 2 }] }%{ endfor }\"\n";
        assert_eq!(read(text).repeated.len(), 1);
        let text = "a = { b = 1, \"b\" = 2 }\nc = { \"b\" = 1, b = 2, b = 3 }\nd = { \"1\" = 1, (1) = 2, b = 3 }\ne = { \"b\" = 1, (b) = 2 }\n";
        let lines = read(text).repeated.iter().map(|at| text[..at.start].matches('\n').count()).collect::<Vec<_>>();
        assert_eq!(lines, [0, 1, 2]);
    }

    #[test]
    fn keys_of_one_letter_run_out() {
        let all = |count: usize| format!("a = {{ {} }}\n", "b = 1, ".repeat(count));
        assert_eq!(read(&all(50)).repeated.len(), 1);
        assert!(refuses(&all(60)));
        let many = |count: usize| format!("a = {{ {} }}\n", "name = 1, ".repeat(count));
        assert_eq!(read(&many(MAX_REPEATED_KEYS)).repeated.len(), 1);
        assert!(refuses(&many(MAX_REPEATED_KEYS + 10)));
    }

    #[test]
    fn line_ends_within_for_are_blanks() {
        for (text, folded) in [
            ("a = { for k in x : k => b ?\n  c : d }\n", "{for k in x:k=>b?c:d}"),
            ("a = { for k in x : k => b # e\n  ? c // f\r\n  : d\r\n}\n", "{for k in x:k=>b?c:d}"),
            ("a = { # e\n  for k in x : k => b\n  .c\n  + d }\n", "{for k in x:k=>b.c+d}"),
            ("a = \"%{ if b\r\n  && c }d%{ endif }\"\n", "\"%{if b&&c}d%{endif}\""),
            ("a = [for\r\n  k in x : k]\n", "[for k in x:k]"),
        ] {
            let (value, at) = value(text);
            assert_eq!(value, folded);
            assert_eq!(at, text["a = ".len()..].trim_end());
        }
        assert!(refuses("a = { b = 1 ?\n  2 : 3 }\n") && refuses("a = b ?\n  c : d\n"));
    }

    #[test]
    fn heredoc_lines_may_start_with_the_marker() {
        for (text, folded) in [
            ("a = <<EOT\nEOT foo\nEOT.\n EOT\n", "<<EOT\nEOT foo\nEOT.\n EOT"),
            ("a = <<-é\n  é \"x\"\n  é\n", "<<-é\n  é \"x\"\n  é"),
            ("a = <<A\nA b ${f(<<B\nB a\nA a\nB\n)} c\nA, d\nA\n", ""),
            ("a = { for k in x : k => b ? <<E\nc\nE\n  : d }\n", ""),
        ] {
            let (value, at) = value(text);
            assert!(folded.is_empty() || value.replace("\\\"", "\"") == folded.replace("\\\"", "\""), "{value}");
            assert!(!value.contains(|character| character < ' ' && character != '\n'), "{value:?}");
            assert_eq!(at, text["a = ".len()..].trim_end());
        }
        // The parser alone would take three elements.
        assert_eq!(value("a = [<<E\nE , b,\nE\n]\n").0, "[<<E\nE , b,\nE]");
    }

    #[test]
    fn carriage_returns_in_comments_are_no_line_ends() {
        assert_eq!(value("# a\rb\na = 1 // c\r\r\n# d\r").0, "1");
        assert!(refuses("a = 1\r\r\nb = 2\n"));
    }

    #[test]
    fn no_text_makes_it_panic() {
        let pieces = [
            "{", "}", "for ", "k", " = ", "1", "\n", "\r", "<<E\n", "E", "E x", "\"", "${", "%{", "#", "é", "\\", "(",
            ")", ",", "/*", "?",
        ];
        let mut state = 7_u64;
        for _ in 0..20_000 {
            let mut text = String::from("a = { b = 1, b = 2 }\nc = <<E\nE x\nE\n");
            for _ in 0..8 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let piece = pieces[usize::try_from(state >> 40).unwrap_or(0) % pieces.len()];
                let at =
                    crate::text::floor_char_boundary(&text, usize::try_from(state >> 33).unwrap_or(0) % text.len());
                text.insert_str(at, piece);
            }
            let scan = hcl_tokens::scan(&text);
            drop(parse(&text, scan.as_ref().ok()));
        }
    }
}
