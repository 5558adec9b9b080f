//! Comments that suppress findings: `# ipfix: ignore`, `# ipfix: ignore[IPF001, IPF002]`, `# ipfix: ignore-file`.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use crate::model::Suppression;
use crate::text::lines::line_start;
use crate::text::{FileId, Source, Sources, Span};

mod directive;

pub(crate) use crate::suppression::directive::Complaint;

/// Whether a comment is a suppression, valid or not, and so belongs to the line that follows.
pub(crate) fn is_directive(comment: &str) -> bool {
    directive::read(comment).is_some()
}

/// The suppressions among the comments of a file. One covers its own line if there is code before it, else the next line with more than a
/// comment.
///
/// An invalid suppression covers nothing: see [`Suppressions::complaints`].
pub(crate) fn suppressions(file: FileId, source: &Source, comments: &[Range<usize>]) -> Vec<Suppression> {
    let text = source.text();
    let mut below = 0..0;
    let suppression = |at: &Range<usize>| {
        let (codes, covers) = match directive::read(&text[at.clone()])? {
            Ok(directive) if directive.whole_file => (directive.codes, 0..text.len()),
            Ok(directive) => (directive.codes, covered_lines(source, at, comments, &mut below)),
            Err(_) => (Vec::new(), at.start..at.start),
        };
        Some(Suppression {
            codes,
            span: Span::new(file, at.clone()),
            covers: Span::new(file, covers),
            is_inherited: false,
        })
    };
    comments.iter().filter_map(suppression).collect()
}

/// The suppression that a text is which stands for a comment: in JSON, a property `"//"`. It covers what the property is about.
pub(crate) fn in_text(text: &str, span: Span, covers: Span, source: &Source) -> Option<Suppression> {
    let (codes, covers) = match directive::read(text)? {
        // About the file, only its root says something.
        Ok(directive) if !directive.whole_file || covers.range() == (0..source.text().len()) => {
            (directive.codes, covers)
        }
        Ok(_) | Err(_) => (Vec::new(), Span::new(span.file, span.start..span.start)),
    };
    Some(Suppression { codes, span, covers, is_inherited: false })
}

/// `below` is the line that the comment before this one covers from above; it becomes that of this one.
fn covered_lines(
    source: &Source,
    comment: &Range<usize>,
    comments: &[Range<usize>],
    below: &mut Range<usize>,
) -> Range<usize> {
    let text = source.text();
    let line_of =
        |offset: usize| line_start(text, offset)..text[offset..].find('\n').map_or(text.len(), |at| offset + at);
    let own = line_of(comment.start);
    if !text[own.start..comment.start].trim().is_empty() {
        return own;
    }
    // There are only comments between the two, so this comment covers the same line.
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

/// The suppressions of a unit, indexed by what they cover, and which of them were used.
pub(crate) struct Suppressions<'u> {
    all: &'u [Suppression],
    /// By file, in the order of what they cover. The second number is the largest end of this one and all before it.
    by_location: HashMap<FileId, Vec<(usize, usize)>>,
    /// Those that cover a whole file, by their codes.
    whole_files: HashMap<FileId, BTreeMap<&'u [String], Vec<usize>>>,
    used: Vec<bool>,
    complaints: Vec<Option<Complaint>>,
}

impl<'u> Suppressions<'u> {
    pub(crate) fn of(all: &'u [Suppression], sources: &Sources) -> Self {
        let (mut by_location, mut whole_files) =
            (HashMap::<_, Vec<_>>::new(), HashMap::<_, BTreeMap<_, Vec<_>>>::new());
        let complaint = |suppression: &Suppression| match suppression.is_inherited {
            true => None,
            false => directive::complaint(suppression, sources),
        };
        let complaints: Vec<_> = all.iter().map(complaint).collect();
        for (number, suppression) in all.iter().enumerate() {
            if complaints[number].as_ref().is_some_and(|complaint| complaint.suppresses_nothing) {
                continue;
            }
            let file = suppression.covers.file;
            let length = sources.get(file.0 as usize).map(|source| source.text().len());
            if suppression.covers.start == 0 && Some(suppression.covers.end) == length {
                whole_files.entry(file).or_default().entry(suppression.codes.as_slice()).or_default().push(number);
            } else {
                by_location.entry(file).or_default().push((number, suppression.covers.end));
            }
        }
        for suppressions in by_location.values_mut() {
            suppressions.sort_by_key(|&(number, _)| all[number].covers.start);
            let mut furthest = 0;
            for (_, end) in suppressions {
                furthest = furthest.max(*end);
                *end = furthest;
            }
        }
        Suppressions { all, by_location, whole_files, used: vec![false; all.len()], complaints }
    }

    /// Whether a suppression covers one of these locations and has a code that `applies` (or none, which means all codes).
    pub(crate) fn suppresses(&mut self, locations: [&Span; 2], applies: impl Fn(&str) -> bool) -> bool {
        let has_code = |codes: &[String]| codes.is_empty() || codes.iter().any(|code| applies(code));
        let mut any = false;
        for span in locations {
            let whole = self.whole_files.get(&span.file).into_iter().flatten();
            for (_, numbers) in whole.filter(|(codes, _)| has_code(codes)) {
                any = true;
                // Those with equal codes are used together, so one of them tells.
                if !self.used[numbers[0]] {
                    numbers.iter().for_each(|&number| self.used[number] = true);
                }
            }
            let near = self.by_location.get(&span.file).map_or(&[][..], Vec::as_slice);
            let started = near.partition_point(|&(number, _)| self.all[number].covers.start <= span.end);
            for &(number, _) in near[..started].iter().rev().take_while(|&&(_, furthest)| furthest >= span.start) {
                let suppression = &self.all[number];
                if suppression.covers.overlaps(*span) && has_code(&suppression.codes) {
                    any = true;
                    self.used[number] = true;
                }
            }
        }
        any
    }

    /// Valid suppressions that suppress nothing.
    pub(crate) fn unused(&self) -> impl Iterator<Item = &'u Suppression> {
        let all = self.all.iter().zip(&self.used).zip(&self.complaints);
        all.filter(|((suppression, used), complaint)| !**used && complaint.is_none() && !suppression.is_inherited)
            .map(|((suppression, _), _)| suppression)
    }

    /// Invalid suppressions, or those with an unknown code.
    pub(crate) fn complaints(&self) -> impl Iterator<Item = (&'u Suppression, &Complaint)> {
        self.all
            .iter()
            .zip(&self.complaints)
            .filter_map(|(suppression, complaint)| Some((suppression, complaint.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn used_suppressions() {
        let source = Source::new("a.tf", "x".repeat(100).into_bytes(), true).expect("text");
        const CODES: [&str; 2] = ["IPF001", "IPF002"];
        let at = |range: Range<usize>| Span::new(FileId(0), range);
        let directive = |covers: Range<usize>, codes: &[&str]| Suppression {
            codes: codes.iter().map(|&code| code.to_owned()).collect(),
            span: at(covers.start..covers.start + 1),
            covers: at(covers),
            is_inherited: false,
        };
        let all = [
            directive(10..20, &[]),
            directive(5..60, &CODES[..1]),
            directive(0..100, &CODES[1..]),
            directive(30..40, &CODES[..1]),
            directive(0..100, &CODES[1..]),
            directive(70..80, &[]),
        ];
        let sources = vec![source].into();
        let mut suppressions = Suppressions::of(&all, &sources);
        assert!(!suppressions.suppresses([&at(90..91), &at(62..63)], |code| code == CODES[0]));
        assert!(suppressions.suppresses([&at(35..36), &at(90..91)], |code| code == CODES[0]));
        let unused =
            |suppressions: &Suppressions<'_>| suppressions.unused().map(|it| it.covers.start).collect::<Vec<_>>();
        assert_eq!(unused(&suppressions), [10, 0, 0, 70]);
        assert!(suppressions.suppresses([&at(90..91), &at(12..13)], |code| code == CODES[1]));
        assert_eq!(unused(&suppressions), [70]);
    }

    #[test]
    fn covered_lines_of_comments() {
        let text = "a = 1 # ipfix:ignore\n# ipfix:ignore\n# more\n\nb = 2\nc = 3\n";
        let source = Source::new("a.tf", text.into(), true).expect("text");
        let comments = [6..20, 21..35, 36..42];
        let covered: Vec<&str> =
            suppressions(FileId(0), &source, &comments).iter().map(|found| &text[found.covers.range()]).collect();
        assert_eq!(covered, ["a = 1 # ipfix:ignore", "b = 2"]);
    }
}
