//! Comments that ask for silence: `# ipfix:ignore`, `# ipfix:ignore[IPF001, IPF002]`, `# ipfix:ignore-file`.

use std::ops::Range;

use crate::model::Ignore;
use crate::source::{FileId, Source, Span};

/// What a comment asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Wish {
    whole_file: bool,
    codes: Vec<String>,
}

/// Reads one comment, delimiters included.
fn wish(comment: &str) -> Option<Wish> {
    let text = comment.trim_start_matches(['#', '/', '*', ' ', '\t']);
    let rest = text.strip_prefix("ipfix:ignore")?;
    let (whole_file, rest) = match rest.strip_prefix("-file") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let codes = match rest.trim_start().strip_prefix('[') {
        Some(list) => {
            list.split(']').next().unwrap_or_default().split(',').map(|code| code.trim().to_ascii_uppercase()).collect()
        }
        None if rest.is_empty() || !rest.starts_with(|next: char| next.is_alphanumeric() || next == '-') => Vec::new(),
        None => return None,
    };
    Some(Wish { whole_file, codes })
}

/// The wishes among the comments of a file. One covers its own line if something stands there before it, else the next line that holds more than a comment.
pub(crate) fn ignores(file: FileId, source: &Source, comments: &[Range<usize>]) -> Vec<Ignore> {
    let text = source.text();
    let found = comments.iter().filter_map(|at| Some((at, wish(&text[at.clone()])?)));
    found
        .map(|(at, wish)| {
            let covers = if wish.whole_file { 0..text.len() } else { covered_lines(source, at, comments) };
            Ignore { codes: wish.codes, at: Span::new(file, at.clone()), covers: Span::new(file, covers) }
        })
        .collect()
}

fn covered_lines(source: &Source, comment: &Range<usize>, comments: &[Range<usize>]) -> Range<usize> {
    let text = source.text();
    let line_of = |offset: usize| {
        let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
        start..text[offset..].find('\n').map_or(text.len(), |at| offset + at)
    };
    let own = line_of(comment.start);
    if !text[own.start..comment.start].trim().is_empty() {
        return own;
    }
    let mut next = line_of(comment.end);
    while next.end < text.len() {
        next = line_of(next.end + 1);
        let first = next.start + (text[next.clone()].len() - text[next.clone()].trim_start().len());
        let is_comment = comments.binary_search_by_key(&first, |at| at.start).is_ok();
        if !is_comment && !text[next.clone()].trim().is_empty() {
            break;
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_comment_asks_for() {
        let codes = |comment: &str| wish(comment).map(|wish| (wish.whole_file, wish.codes));
        assert_eq!(codes("# ipfix:ignore"), Some((false, vec![])));
        assert_eq!(codes("// ipfix:ignore[IPF001, ipf002] why"), Some((false, vec!["IPF001".into(), "IPF002".into()])));
        assert_eq!(codes("/* ipfix:ignore-file */"), Some((true, vec![])));
        assert_eq!(codes("# ipfix:ignored"), None);
        assert_eq!(codes("# see ipfix:ignore"), None);
    }

    #[test]
    fn a_comment_covers_its_line_or_the_next() {
        let text = "a = 1 # ipfix:ignore\n# ipfix:ignore\n# more\n\nb = 2\nc = 3\n";
        let source = Source::new("a.tf", text.into(), true).expect("text");
        let comments = [6..20, 21..35, 36..42];
        let covered: Vec<&str> =
            ignores(FileId(0), &source, &comments).iter().map(|found| &text[found.covers.range()]).collect();
        assert_eq!(covered, ["a = 1 # ipfix:ignore", "b = 2"]);
    }
}
