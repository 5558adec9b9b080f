//! Lines, columns and indentation of a text, by byte offset.

/// The offset of the first byte of the line that `at` is in.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1)
}

/// The offset after the last byte of the line that `at` is in, its line ending (`\n` or `\r\n`) excluded.
pub(crate) fn line_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let end = bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |newline| at + newline);
    if end > at && end < bytes.len() && bytes[end - 1] == b'\r' { end - 1 } else { end }
}

/// The offset of the line below the one that `at` is in, or the end of the text.
pub(crate) fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}

/// The column of an offset (in bytes, from 0).
pub(crate) fn column(text: &str, at: usize) -> usize {
    at - line_start(text, at)
}

/// The number of blanks (spaces and tabs) that a text starts with.
pub(crate) fn leading_blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// The white space at the start of the line that `at` is in, at most up to `at`.
pub(crate) fn indent_of(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..at];
    &line[..leading_blanks(line)]
}

/// White space up to the column of `at`: as the line has it, with spaces for everything but tabs.
pub(crate) fn indent_to(text: &str, at: usize) -> String {
    text[line_start(text, at)..at].chars().map(|char| if char == '\t' { '\t' } else { ' ' }).collect()
}

/// How many blank lines a text ends with, not counting its unfinished last line.
pub(crate) fn blank_lines_at_end(text: &str) -> usize {
    text[text.trim_end().len()..].matches('\n').count().saturating_sub(1)
}

/// Moves the lines of a text after the first from column `from` to the indentation `to`.
pub(crate) fn reindent(raw: &str, from: usize, to: &str) -> String {
    let mut lines = raw.lines();
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        out.push('\n');
        let inside = leading_blanks(line);
        if inside < line.len() {
            out.push_str(to);
            out.push_str(&line[from.min(inside)..]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_move_together() {
        assert_eq!(reindent("a:\n    b:\n      c\n\n    d", 2, "  "), "a:\n    b:\n      c\n\n    d");
        assert_eq!(reindent("a:\r\n    b: c", 4, ""), "a:\nb: c");
    }

    #[test]
    fn a_line_ends_before_its_line_ending() {
        let text = "a\r\n\t b\nc";
        assert_eq!((line_start(text, 5), line_end(text, 4), next_line(text, 4), column(text, 5)), (3, 6, 7, 2));
        assert_eq!((line_end(text, 0), next_line(text, 7), line_end(text, 7)), (1, 8, 8));
        assert_eq!((indent_of(text, 5), indent_to(text, 6).as_str()), ("\t ", "\t  "));
        assert_eq!(blank_lines_at_end("a\n\n\n  "), 2);
    }
}
