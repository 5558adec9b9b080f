//! Text from file names and files, made harmless for a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` on one line, with everything escaped that could steer a terminal or show a text other than it is: control characters (line ends, tabs and
/// the escape character among them), marks and overrides of the writing direction, and line and paragraph separators.
///
/// Escapes are those of Rust: `\n`, `\t`, `\u{1b}`. A backslash stays as it is: the result is for eyes, not for reading back.
pub fn terminal(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            _ if is_unsafe(character) => {
                // Writing into memory cannot fail.
                let _ = write!(escaped, "\\u{{{:x}}}", u32::from(character));
            }
            _ => escaped.push(character),
        }
    }
    Cow::Owned(escaped)
}

/// Whether a character may change what a terminal does, or what people read in what comes before or after it.
pub(crate) fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' // marks of direction
            | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' // embeddings, overrides and isolates
            | '\u{2028}' | '\u{2029}' // line and paragraph separators
            | '\u{200b}' | '\u{2060}' | '\u{feff}' // not to be seen at all
            | '\u{e0000}'..='\u{e007f}') // tags, not to be seen either
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_text_is_borrowed() {
        for text in ["", "modules/app/main.tf", "bäume/木.tf", "a\\nb", "\u{1f600} e\u{301} שלום"] {
            assert!(matches!(terminal(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn what_steers_a_terminal_is_escaped() {
        assert_eq!(terminal("a\nb\tc\rd\u{0}\u{7f}"), "a\\nb\\tc\\rd\\u{0}\\u{7f}");
        assert_eq!(terminal("\u{1b}[31mred\u{1b}]0;title\u{7}"), "\\u{1b}[31mred\\u{1b}]0;title\\u{7}");
        // The one-byte forms of ESC [ and of "next line".
        assert_eq!(terminal("\u{9b}31m\u{85}"), "\\u{9b}31m\\u{85}");
    }

    #[test]
    fn what_turns_or_hides_text_is_escaped() {
        assert_eq!(terminal("ft.\u{202e}txt"), "ft.\\u{202e}txt");
        for character in [
            '\u{61c}',
            '\u{200e}',
            '\u{200f}',
            '\u{202a}',
            '\u{202e}',
            '\u{2066}',
            '\u{2069}',
            '\u{2028}',
            '\u{2029}',
            '\u{200b}',
            '\u{feff}',
            '\u{e0041}',
        ] {
            assert_eq!(terminal(&format!("a{character}b")), format!("a\\u{{{:x}}}b", u32::from(character)));
        }
    }
}
