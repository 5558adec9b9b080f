//! A second opinion: does an independent parser read the text as our tree does?
//!
//! Our tree of the text before and our tree of the text after differ by exactly the plan (that is verified elsewhere, on outlines). If
//! another parser, with another grammar engine, reads both texts as our trees have them, then the difference that *it* sees is the plan
//! too. serde_yaml is based on libyaml, as CloudFormation's own tools do; serde_json is strict.

use std::cell::Cell;
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use crate::syntax::tree::{ParseError, ScalarStyle, Syntax, Tree, ValueId, ValueKind};
use crate::text::{Source, floor_char_boundary};

/// Has the second parser read a file, and compares its reading with ours.
pub(crate) fn agree(source: &Source, tree: &Tree) -> Result<(), ParseError> {
    let text = source.text();
    let differs = Cell::new(None);
    let place = tree.documents.first().map(|&root| Place { id: root, tagged: true, blamed: root });
    let reading = Reading { tree, place, differs: &differs };
    match tree.syntax {
        Syntax::Json => {
            let mut json = serde_json::Deserializer::from_str(text);
            reading.deserialize(&mut json).and_then(|()| json.end()).map_err(|error| {
                let offset = offset_of(source, error.line(), error.column());
                refusal(offset, "serde_json", &error.to_string())
            })?;
        }
        Syntax::Yaml => {
            reading.deserialize(serde_yaml::Deserializer::from_str(text)).map_err(|error| {
                let offset = error.location().map_or(0, |at| offset_of(source, at.line(), at.column()));
                refusal(offset, "libyaml", &error.to_string())
            })?;
        }
    }
    match differs.get() {
        None => Ok(()),
        Some(id) => Err(ParseError::new(tree.full_span(id).start, "two parsers read this value differently")),
    }
}

/// What the second parser says; its limits in words.
fn refusal(offset: usize, parser: &str, said: &str) -> ParseError {
    let limit = if said.contains("recursion limit exceeded") {
        match parser {
            "serde_json" => "nested more than 128 levels deep, the limit for files to fix",
            _ => "nested more than 128 levels deep (aliases expanded), the limit for templates to fix",
        }
    } else if said.contains("repetition limit exceeded") {
        "aliases expand to more than 100 times the values in the file, the limit for templates to fix"
    } else {
        return ParseError::new(offset, format!("a second parser, {parser}, cannot read this: {said}"));
    };
    ParseError { offset, message: limit.to_owned(), is_limit: true }
}

/// Both parsers count lines and columns from 1; a column that is off by some bytes does no harm.
fn offset_of(source: &Source, line: usize, column: usize) -> usize {
    let starts = source.line_starts();
    let start = starts.get(line.saturating_sub(1)).copied().unwrap_or(source.text().len());
    floor_char_boundary(source.text(), start + column.saturating_sub(1))
}

/// A value of our tree that the second parser is about to read.
#[derive(Clone, Copy)]
struct Place {
    id: ValueId,
    /// Whether the value's tag is still to be compared.
    tagged: bool,
    /// What is written where the value is read: the value, or the outermost alias of it.
    blamed: ValueId,
}

/// Takes what the second parser reads, value by value, and compares it with our tree: a tree of its own, which would take longer to build
/// than to compare, is never made.
#[derive(Clone, Copy)]
struct Reading<'t> {
    tree: &'t Tree,
    /// None for what our tree does not have.
    place: Option<Place>,
    /// The first value that the two have differently. What comes after is read all the same: that the parser refuses it says more.
    differs: &'t Cell<Option<ValueId>>,
}

impl<'t> Reading<'t> {
    fn differ(self) {
        if let (None, Some(place)) = (self.differs.get(), self.place) {
            self.differs.set(Some(place.blamed));
        }
    }

    /// What is at our place.
    fn kind(self) -> Option<ValueKind<'t>> {
        self.place.map(|place| self.tree.kind(place.id))
    }

    /// The same once the second parser has come to the value without finding a tag. A tag of YAML's own (`!!int`) says how to read a
    /// scalar and is gone by then, and what it makes of it is not compared.
    fn untagged(self) -> Self {
        let own = self.place.filter(|place| place.tagged).and_then(|place| self.tree.tag(place.id));
        let Some(tag) = own else { return self };
        if !tag.starts_with("tag:yaml.org,2002:") {
            self.differ();
        }
        Reading { place: None, ..self }
    }

    /// The same at a value inside of this one.
    fn at(self, id: Option<ValueId>) -> Self {
        let blamed = |place: Place| if place.blamed == place.id { None } else { Some(place.blamed) };
        let alias = self.place.and_then(blamed);
        Reading { place: id.map(|id| Place { id, tagged: true, blamed: alias.unwrap_or(id) }), ..self }
    }

    /// A scalar that the second parser has read as text or, with `plain`, as something else.
    fn compare(self, same: impl FnOnce(&str, ScalarStyle) -> bool) {
        match self.kind() {
            Some(ValueKind::Scalar { text, style }) if same(text, style) => {}
            _ => self.differ(),
        }
    }

    /// A number may be written in several ways, so texts need not be equal.
    fn number(self) {
        self.compare(|_, style| style == ScalarStyle::Plain);
    }
}

impl<'de> DeserializeSeed<'de> for Reading<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        while let (Some(place), Some(ValueKind::Alias(target))) = (self.place, self.kind()) {
            self.place = Some(Place { id: target, tagged: true, blamed: place.blamed });
        }
        // serde_json takes a number beyond the bounds of `f64` only where nobody asks for it.
        if self.tree.syntax == Syntax::Json && self.kind().is_some_and(is_out_of_bounds) {
            return deserializer.deserialize_ignored_any(IgnoredAny).map(drop);
        }
        deserializer.deserialize_any(self)
    }
}

fn is_out_of_bounds(kind: ValueKind<'_>) -> bool {
    let ValueKind::Scalar { text, style: ScalarStyle::Plain } = kind else { return false };
    text.parse::<f64>().is_ok_and(f64::is_infinite)
}

impl<'de> Visitor<'de> for Reading<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_str<E: Error>(self, other: &str) -> Result<(), E> {
        let json = self.tree.syntax == Syntax::Json;
        self.untagged().compare(|text, style| text == other && (!json || style == ScalarStyle::Double));
        Ok(())
    }

    fn visit_bool<E: Error>(self, other: bool) -> Result<(), E> {
        let json = self.tree.syntax == Syntax::Json;
        self.untagged().compare(|text, style| style == ScalarStyle::Plain && (!json || text.parse() == Ok(other)));
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        let json = self.tree.syntax == Syntax::Json;
        self.untagged().compare(|text, style| style == ScalarStyle::Plain && (!json || text == "null"));
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.untagged().number();
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.untagged().number();
        Ok(())
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<(), E> {
        self.untagged().number();
        Ok(())
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<(), E> {
        self.untagged().number();
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.untagged().number();
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let here = self.untagged();
        let mut own = match here.kind() {
            Some(ValueKind::List(items)) => items,
            _ => {
                here.differ();
                &[]
            }
        };
        while items.next_element_seed(here.at(own.first().copied()))?.is_some() {
            if own.is_empty() {
                here.differ();
            }
            own = own.get(1..).unwrap_or_default();
        }
        if !own.is_empty() {
            here.differ();
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let here = self.untagged();
        let mut own = match here.kind() {
            Some(ValueKind::Mapping(entries)) => entries,
            _ => {
                here.differ();
                &[]
            }
        };
        while entries.next_key_seed(here.at(own.first().map(|entry| entry.key)))?.is_some() {
            if own.is_empty() {
                here.differ();
            }
            entries.next_value_seed(here.at(own.first().map(|entry| entry.value)))?;
            own = own.get(1..).unwrap_or_default();
        }
        if !own.is_empty() {
            here.differ();
        }
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        let own = self.place.filter(|place| place.tagged).and_then(|place| self.tree.tag(place.id));
        let (same, value) = tagged.variant_seed(SameTag(own))?;
        let place = self.place.map(|place| Place { tagged: false, ..place });
        if same {
            return value.newtype_variant_seed(Reading { place, ..self });
        }
        self.differ();
        value.newtype_variant::<IgnoredAny>().map(drop)
    }
}

/// Whether a tag is the one we have.
struct SameTag<'t>(Option<&'t str>);

impl<'de> DeserializeSeed<'de> for SameTag<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for SameTag<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a tag")
    }

    fn visit_str<E: Error>(self, other: &str) -> Result<bool, E> {
        Ok(self.0.is_some_and(|own| own == other || own.strip_prefix('!') == Some(other)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opinion(text: &str) -> Result<(), ParseError> {
        let tree = Tree::parse(text, false)?;
        agree(&Source::new("t.yaml", text.as_bytes().to_vec(), true).expect("text"), &tree)
    }

    #[test]
    fn both_parsers_read_everyday_text_alike() {
        for text in [
            "a: !Ref X\nb: !GetAtt [X, Arn]\nc: &x {d: 1, e: yes, f: ~}\ng: *x\nh: !Sub\n- a\n- {}\n",
            "a: |\n  x\n\n  y\nb: >-\n  x\n  y\nc: \"\\u00e4\"\nd: 'it''s'\n",
            "a: |\n  x",
            "{\"a\": [1, 1e3, true, null, \"\\u00e4\"], \"b\": {\"Ref\": \"X\"}}",
            "<<: {a: b}\n",
            "a: !!str 1\nb: 0x1F\nc: 2010-09-09\n",
        ] {
            assert_eq!(opinion(text), Ok(()), "{text}");
        }
    }

    /// The tree of one text against the second parser's reading of another.
    #[test]
    fn every_difference_is_seen() {
        let pairs = [
            ("a: b\n", "a: c\n"),
            ("a: b\n", "b: b\n"),
            ("a: b\n", "a: b\nc: d\n"),
            ("a: b\nc: d\n", "a: b\n"),
            ("a: b\nc: d\n", "c: d\na: b\n"),
            ("a: [1]\n", "a: [1, 2]\n"),
            ("a: [1, 2]\n", "a: [1]\n"),
            ("a: [b]\n", "a: b\n"),
            ("a: {b: c}\n", "a: [b, c]\n"),
            ("a: '1'\n", "a: 1\n"),
            ("a: !Ref b\n", "a: !Sub b\n"),
            ("a: !Ref b\n", "a: b\n"),
            ("a: b\n", "a: !Ref b\n"),
            ("a: b\n", "a: !Ref [b, {c: d}]\n"),
            ("a: !If [b, !Ref c]\n", "a: !If [b, !Ref d]\n"),
            ("{\"a\": \"1\"}", "{\"a\": 1}"),
            ("{\"a\": null}", "{\"a\": true}"),
            ("{\"a\": true}", "{\"a\": false}"),
            ("{\"a\": {}}", "{\"a\": []}"),
        ];
        for (ours, theirs) in pairs {
            let tree = Tree::parse(ours, false).expect("a tree");
            let failure = agree(&Source::new("t.yaml", theirs.into(), true).expect("text"), &tree);
            let message = failure.expect_err(theirs).message;
            assert_eq!(message, "two parsers read this value differently", "{ours} {theirs}");
        }
    }

    #[test]
    fn a_difference_behind_an_alias_is_told_at_the_alias() {
        let text = "x: &x {y: [1, b]}\na: *x\n";
        let tree = Tree::parse(text, false).expect("a tree");
        let other = Source::new("t.yaml", "x: {y: [1, b]}\na: {y: [1, c]}\n".into(), true).expect("text");
        assert_eq!(agree(&other, &tree).expect_err("differs").offset, text.find("*x").expect("the alias"));
    }

    #[test]
    fn what_the_other_parser_refuses_is_told() {
        for text in ["a: 1\n  b: 2\n", "{\"a\": \"\u{1}\"}", "a: &x [1]\nb: &y [*x,*x]\nc: *y\n{"] {
            assert!(opinion(text).is_err(), "{text}");
        }
    }

    /// Where the two parsers are known to differ from each other or from YAML's letter. An upgrade of either shows here.
    #[test]
    fn the_edges_of_both_parsers() {
        // (text, ours reads it, the other reads it)
        let edges = [
            ("a: \"\u{2028}\"\n", true, true),
            ("a:\n\t\n  b: 1\n", true, false),
            ("{\"k\"\n: v}\n", true, false),
            ("a: {\n\tb: 1}\n", false, true),
            ("a: \"\\ud83d\\ude00\"\n", true, false),
            ("a: 1\na: 2\n", true, false),
            ("? [a]\n: b\n", true, true),
            ("a: .nan\n", true, true),
            ("a: *x\n", false, false),
            ("a: b: c\n", false, false),
            ("\u{feff}a: 1\n", true, true),
            ("", true, true),
        ];
        for (text, ours, other) in edges {
            let read = (Tree::parse(text, false).is_ok(), serde_yaml::from_str::<serde_yaml::Value>(text).is_ok());
            assert_eq!(read, (ours, other), "{text:?}");
        }
        for (depth, ours, other) in [(120, true, true), (200, true, false), (300, false, false)] {
            let text = format!("a: {}{}\n", "[".repeat(depth), "]".repeat(depth));
            let read = (Tree::parse(&text, false).is_ok(), serde_yaml::from_str::<serde_yaml::Value>(&text).is_ok());
            assert_eq!(read, (ours, other), "{depth}");
        }
    }
}
