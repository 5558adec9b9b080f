//! Columns, indentation and re-indenting.

use crate::cloudformation::tree::line_start;

/// In which column of its line (in bytes, from 0) an offset is.
pub(crate) fn column(text: &str, at: usize) -> usize {
    at - line_start(text, at)
}

/// White space up to a column: as the line has it, with blanks for what is no white space.
pub(crate) fn indent_to(text: &str, at: usize) -> String {
    text[line_start(text, at)..at].chars().map(|char| if char == '\t' { '\t' } else { ' ' }).collect()
}

/// Where a key starts that is at this offset: with the `? ` that may be written before it.
pub(crate) fn start_of_key(text: &str, key: usize) -> usize {
    let before = text[line_start(text, key)..key].trim_end_matches([' ', '\t']);
    before.strip_suffix('?').map_or(key, |rest| line_start(text, key) + rest.len())
}

/// Moves the lines of a text after the first from one column to another.
pub(crate) fn reindent(raw: &str, from: usize, to: &str) -> String {
    let mut lines = raw.lines();
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        out.push('\n');
        let inside = line.len() - line.trim_start_matches([' ', '\t']).len();
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
    fn a_key_starts_with_its_mark() {
        for (text, start) in [("a: 1\n  b: 2", 7), ("a: 1\n  ?  b\n  : 2", 7), ("- ? b", 2)] {
            let key = text.find('b').expect("a key");
            assert_eq!(start_of_key(text, key), start, "{text}");
        }
    }
}
