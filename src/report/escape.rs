//! Text from files, made harmless where it is shown.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use serde::Serialize;

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
    let text = serde_json::to_string_pretty(value)?;
    let mut escaped = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        // Outside of strings, the only such character is the newline between lines.
        if is_unsafe(character) && character != '\n' {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(character);
        }
    }
    escaped.push('\n');
    out.write_all(escaped.as_bytes())
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
