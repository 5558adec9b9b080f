//! Columns, indentation and re-indenting.

use crate::syntax::tree::line_start;

/// In which column of its line (in bytes, from 0) an offset is.
pub(crate) fn column(text: &str, at: usize) -> usize {
    at - line_start(text, at)
}

/// White space up to a column: as the line has it, with blanks for what is no white space.
pub(crate) fn indent_to(text: &str, at: usize) -> String {
    text[line_start(text, at)..at].chars().map(|char| if char == '\t' { '\t' } else { ' ' }).collect()
}

/// How many blank lines a text ends with, of which the last line is not over.
pub(crate) fn blank_lines_at_end(text: &str) -> usize {
    text[text.trim_end().len()..].matches('\n').count().saturating_sub(1)
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
}
