//! JSON strings: their text, where each part of it is written, and text as a string writes it.

use std::ops::Range;

/// A part of a string: the text without escapes, or one escape (a pair of them for what lies beyond the basic plane).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Part {
    /// Where it is in the decoded text.
    pub(super) decoded: Range<usize>,
    /// Where it is in the file.
    pub(super) json: Range<usize>,
}

/// The parts of a string, of which `raw` is the text between the quotes, and `start` is where that is in the file.
pub(super) fn parts(raw: &str, start: usize) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    let (mut at, mut decoded) = (0, 0);
    while at < raw.len() {
        let plain = raw[at..].find('\\').unwrap_or(raw.len() - at);
        let (length, decoded_length) = if plain > 0 { (plain, plain) } else { escape(&raw[at..]) };
        out.push(Part { decoded: decoded..decoded + decoded_length, json: start + at..start + at + length });
        at += length;
        decoded += decoded_length;
    }
    out
}

/// The length of the escape that a text starts with, and that of the character which it stands for.
fn escape(text: &str) -> (usize, usize) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    match unit(0) {
        Some(0xd800..=0xdbff) if unit(6).is_some() => (12, 4),
        Some(unit) => (6, char::from_u32(unit).map_or(3, char::len_utf8)),
        None => (2, 1),
    }
}

/// Text as a JSON string writes it, without the quotes.
pub(crate) fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The text of a part of a JSON string.
pub(crate) fn unescaped(raw: &str) -> String {
    serde_json::from_str(&format!("\"{raw}\"")).unwrap_or_else(|_| raw.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_has_its_place() {
        let raw = "a\\u0024\\u007bä\\\"b\\ud83d\\ude00\\n";
        let text = unescaped(raw);
        let pairs: Vec<(&str, &str)> =
            parts(raw, 0).into_iter().map(|part| (&text[part.decoded], &raw[part.json])).collect();
        assert_eq!(
            pairs.iter().map(|(text, raw)| format!("{text}={raw}")).collect::<Vec<_>>(),
            ["a=a", "$=\\u0024", "{=\\u007b", "ä=ä", "\"=\\\"", "b=b", "😀=\\ud83d\\ude00", "\n=\\n"]
        );
    }

    #[test]
    fn what_is_escaped_reads_the_same() {
        for text in ["${x[\"a\"]}", "a\\b", "a\nb\r\tc\u{1}", "ä😀\u{7f}"] {
            assert_eq!(unescaped(&escaped(text)), text);
        }
    }
}
