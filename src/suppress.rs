//! Comments that ask for silence: `# ipfix:ignore`, `# ipfix:ignore[IPF001, IPF002]`, `# ipfix:ignore-file`.

use std::collections::{BTreeMap, HashMap};
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
    let mut below = 0..0;
    found
        .map(|(at, wish)| {
            let covers = match wish.whole_file {
                true => 0..text.len(),
                false => covered_lines(source, at, comments, &mut below),
            };
            Ignore { codes: wish.codes, at: Span::new(file, at.clone()), covers: Span::new(file, covers) }
        })
        .collect()
}

/// `below` is the line that the comment before this one covers from above, or will be that of this one.
fn covered_lines(
    source: &Source,
    comment: &Range<usize>,
    comments: &[Range<usize>],
    below: &mut Range<usize>,
) -> Range<usize> {
    let text = source.text();
    let line_of = |offset: usize| {
        let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
        start..text[offset..].find('\n').map_or(text.len(), |at| offset + at)
    };
    let own = line_of(comment.start);
    if !text[own.start..comment.start].trim().is_empty() {
        return own;
    }
    // Between the two there are only comments, so it is this one's line as well.
    if comment.end <= below.start {
        return below.clone();
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
    *below = next.clone();
    next
}

/// The wishes of a unit, to be found by the place that they cover, and which of them were heard.
pub(crate) struct Wishes<'u> {
    all: &'u [Ignore],
    /// By file, in the order of what they cover: each with the furthest end that it or one before it reaches.
    by_place: HashMap<FileId, Vec<(usize, usize)>>,
    /// Those that cover a whole file; of those that ask for the same, the first stands for all.
    whole_files: HashMap<FileId, BTreeMap<&'u [String], Vec<usize>>>,
    heard: Vec<bool>,
}

impl<'u> Wishes<'u> {
    pub(crate) fn of(all: &'u [Ignore], sources: &[Source]) -> Self {
        let (mut by_place, mut whole_files) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, BTreeMap<_, Vec<_>>>::new());
        for (number, ignore) in all.iter().enumerate() {
            let file = ignore.covers.file;
            let length = sources.get(file.0 as usize).map(|source| source.text().len());
            if ignore.covers.start == 0 && Some(ignore.covers.end) == length {
                whole_files.entry(file).or_default().entry(ignore.codes.as_slice()).or_default().push(number);
            } else {
                by_place.entry(file).or_default().push((number, ignore.covers.end));
            }
        }
        for wishes in by_place.values_mut() {
            wishes.sort_by_key(|&(number, _)| all[number].covers.start);
            let mut furthest = 0;
            for (_, end) in wishes {
                furthest = furthest.max(*end);
                *end = furthest;
            }
        }
        Wishes { all, by_place, whole_files, heard: vec![false; all.len()] }
    }

    /// Whether somebody wishes to hear nothing at one of these places of what goes by one of the codes that `silences` knows.
    pub(crate) fn hear(&mut self, places: [&Span; 2], silences: impl Fn(&str) -> bool) -> bool {
        let asks_for_it = |codes: &[String]| codes.is_empty() || codes.iter().any(|code| silences(code));
        let mut any = false;
        for place in places {
            let whole = self.whole_files.get(&place.file).into_iter().flatten();
            for (_, numbers) in whole.filter(|(codes, _)| asks_for_it(codes)) {
                any = true;
                // Of so many findings each would mark them all again.
                if !self.heard[numbers[0]] {
                    numbers.iter().for_each(|&number| self.heard[number] = true);
                }
            }
            let near = self.by_place.get(&place.file).map_or(&[][..], Vec::as_slice);
            let started = near.partition_point(|&(number, _)| self.all[number].covers.start <= place.end);
            for &(number, _) in near[..started].iter().rev().take_while(|&&(_, furthest)| furthest >= place.start) {
                let ignore = &self.all[number];
                if ignore.covers.overlaps(place) && asks_for_it(&ignore.codes) {
                    any = true;
                    self.heard[number] = true;
                }
            }
        }
        any
    }

    /// Those that silenced nothing.
    pub(crate) fn unheard(&self) -> impl Iterator<Item = &'u Ignore> {
        self.all.iter().zip(&self.heard).filter(|(_, heard)| !**heard).map(|(ignore, _)| ignore)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wish_that_covers_a_place_is_heard() {
        let source = Source::new("a.tf", "x".repeat(100).into_bytes(), true).expect("text");
        let at = |range: Range<usize>| Span::new(FileId(0), range);
        let wish = |covers: Range<usize>, codes: &[&str]| Ignore {
            codes: codes.iter().map(|&code| code.to_owned()).collect(),
            at: at(covers.start..covers.start + 1),
            covers: at(covers),
        };
        let all = [
            wish(10..20, &[]),
            wish(5..60, &["A"]),
            wish(0..100, &["B"]),
            wish(30..40, &["A"]),
            wish(0..100, &["B"]),
            wish(70..80, &[]),
        ];
        let mut wishes = Wishes::of(&all, std::slice::from_ref(&source));
        assert!(!wishes.hear([&at(90..91), &at(62..63)], |code| code == "A"));
        assert!(wishes.hear([&at(35..36), &at(90..91)], |code| code == "A"));
        let unheard = |wishes: &Wishes<'_>| wishes.unheard().map(|it| it.covers.start).collect::<Vec<_>>();
        assert_eq!(unheard(&wishes), [10, 0, 0, 70]);
        assert!(wishes.hear([&at(90..91), &at(12..13)], |code| code == "B"));
        assert_eq!(unheard(&wishes), [70]);
    }

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
