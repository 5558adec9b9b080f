//! Making text from files harmless where it is shown.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use crate::text::is_unsafe;
pub(crate) use crate::text::terminal;

/// A source line for an excerpt: harmful characters are replaced by a mark of the same number of bytes, so that spans stay right.
/// Tabs and line ends stay.
pub(crate) fn excerpt(text: &str) -> Cow<'_, str> {
    let harmful = |character: char| is_unsafe(character) && !matches!(character, '\t' | '\r' | '\n');
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let mark = |character: char| match character.len_utf8() {
        _ if !harmful(character) => character,
        1 => '?',
        2 => '\u{b7}',
        3 => '\u{fffd}',
        _ => '\u{1fbc4}',
    };
    Cow::Owned(text.chars().map(mark).collect())
}

/// A path as people and formats write it: with `/`.
pub(crate) fn forward_slashes(path: &Path) -> String {
    let path = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '\\' { path.replace('\\', "/") } else { path.into_owned() }
}

/// A path for one line of a terminal.
pub(crate) fn path(path: &Path) -> String {
    terminal(&forward_slashes(path)).into_owned()
}

/// Indented JSON in which every harmful character is an escape sequence, and a final newline.
pub(crate) fn write_json(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(&mut *out, FencedText(PrettyFormatter::new()));
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// serde_json's pretty form, which escapes ASCII control characters, made to escape all harmful ones.
struct FencedText(PrettyFormatter<'static>);

impl Formatter for FencedText {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if !fragment.contains(is_unsafe) {
            return out.write_all(fragment.as_bytes());
        }
        let mut escaped = String::with_capacity(fragment.len() + 8);
        for character in fragment.chars() {
            if is_unsafe(character) {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = write!(escaped, "\\u{unit:04x}");
                }
            } else {
                escaped.push(character);
            }
        }
        out.write_all(escaped.as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_keep_their_length_in_bytes() {
        let text = "a\u{1b}\u{9b}\u{202e}\u{e0041}\tb\r\n";
        let shown = excerpt(text);
        assert_eq!(shown, "a?\u{b7}\u{fffd}\u{1fbc4}\tb\r\n");
        assert_eq!(shown.len(), text.len());
    }

    #[test]
    fn json_escapes_what_json_need_not_escape() {
        let text = "a\u{7f}\u{9b}\u{202e}\u{e0041}\n\"\u{e4}";
        let mut out = Vec::new();
        write_json(&[text], &mut out).expect("memory");
        let out = String::from_utf8(out).expect("UTF-8");
        assert_eq!(out, "[\n  \"a\\u007f\\u009b\\u202e\\udb40\\udc41\\n\\\"\u{e4}\"\n]\n");
        assert_eq!(serde_json::from_str::<[String; 1]>(&out).expect("JSON"), [text]);
    }
}
