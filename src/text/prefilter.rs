//! Which words occur in raw bytes: the question that decides whether a file is parsed at all.

use std::fmt;

use aho_corasick::{AhoCorasick, Input, MatchKind};

/// Looks for the words of several lists at once, whatever is around them.
#[derive(Clone, Debug)]
pub struct Prefilter {
    automaton: AhoCorasick,
    /// For each word, the lists that it is on, and those of all words inside it.
    lists_of: Vec<WordSets>,
    all: WordSets,
}

/// A set of the lists that a [`Prefilter`] was made from, by their place: the first is 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct WordSets(u64);

impl WordSets {
    /// Whether the list at this place is in the set.
    pub fn contains(self, list: usize) -> bool {
        u32::try_from(list).is_ok_and(|list| self.0.checked_shr(list).unwrap_or(0) & 1 == 1)
    }

    /// Whether no list is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The lists that are in one of the two sets, as for all files of a module.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        WordSets(self.0 | other.0)
    }
}

/// Word lists that no [`Prefilter`] can be made from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PrefilterError(String);

impl fmt::Display for PrefilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot build a filter from these words: {}", self.0)
    }
}

impl std::error::Error for PrefilterError {}

impl Prefilter {
    /// A filter for the words of these lists. A word may be on several of them, and may hold another one.
    ///
    /// # Errors
    /// More than 64 lists, an empty word (which would be everywhere), or more words than an automaton can hold.
    pub fn new<W: AsRef<str>>(lists: &[&[W]]) -> Result<Self, PrefilterError> {
        if lists.len() > 64 {
            return Err(PrefilterError("there are more than 64 lists".to_owned()));
        }
        let listed: Vec<(&str, WordSets)> = lists
            .iter()
            .enumerate()
            .flat_map(|(place, words)| words.iter().map(move |word| (word.as_ref(), WordSets(1 << place))))
            .collect();
        if listed.iter().any(|(word, _)| word.is_empty()) {
            return Err(PrefilterError("one of them is empty".to_owned()));
        }
        // The longest word is found at each place where one starts; it counts for all words that it contains.
        let lists_inside = |word: &str| {
            let inside = listed.iter().filter(|(other, _)| word.contains(other));
            inside.fold(WordSets::default(), |all, (_, lists)| all.or(*lists))
        };
        let lists_of: Vec<_> = listed.iter().map(|(word, _)| lists_inside(word)).collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(listed.iter().map(|(word, _)| word))
            .map_err(|error| PrefilterError(error.to_string()))?;
        let all = lists_of.iter().fold(WordSets::default(), |all, lists| all.or(*lists));
        Ok(Prefilter { automaton, lists_of, all })
    }

    /// The lists of which a word occurs in `bytes`.
    pub fn lists_in(&self, bytes: &[u8]) -> WordSets {
        let mut found = WordSets::default();
        let mut from = 0;
        while found != self.all
            && let Some(word) = self.automaton.find(Input::new(bytes).range(from..))
        {
            found = found.or(self.lists_of[word.pattern().as_usize()]);
            // From the next byte on, for words may overlap. An automaton that reports overlaps by itself never skips ahead, and is
            // the slower one on the many files that hold none of the words.
            from = word.start() + 1;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: [&[&str]; 3] =
        [&["iam_instance_profile", "instance_profile_arn"], &["aws_iam_role"], &["aws_iam_role_policy", "role"]];

    fn lists_in(text: &str) -> Vec<usize> {
        let found = Prefilter::new(&LISTS).expect("good lists").lists_in(text.as_bytes());
        (0..LISTS.len()).filter(|&list| found.contains(list)).collect()
    }

    #[test]
    fn a_list_is_found_by_any_of_its_words() {
        assert_eq!(lists_in("nothing of that"), [0; 0]);
        assert_eq!(lists_in("  iam_instance_profile = x"), [0]);
        assert_eq!(lists_in("instance_profile_arn"), [0]);
        assert_eq!(lists_in("role"), [2]);
    }

    #[test]
    fn words_inside_words_and_across_words_are_found() {
        assert_eq!(lists_in("aws_iam_role_policy"), [1, 2]);
        assert_eq!(lists_in("aws_iam_role"), [1, 2]);
        let across = Prefilter::new(&[&["iam_instance_profile"], &["instance_profile_arn"]]).expect("good lists");
        assert_eq!(across.lists_in(b"iam_instance_profile_arn"), WordSets(0b11));
    }

    #[test]
    fn any_bytes_are_searched() {
        let filter = Prefilter::new(&LISTS).expect("good lists");
        assert!(filter.lists_in(b"\xff\0 rol\xff").is_empty());
        assert!(filter.lists_in(b"\xff\0role\xff").contains(2));
        assert!(filter.lists_in(b"").is_empty());
    }

    #[test]
    fn it_agrees_with_a_plain_search() {
        let words = ["ab", "abc", "bcd", "a", "cda", "dd"];
        let lists: Vec<&[&str]> = words.iter().map(std::slice::from_ref).collect();
        let filter = Prefilter::new(&lists).expect("good lists");
        let mut random = 7_u32;
        for _ in 0..5000 {
            let next = |random: &mut u32| {
                *random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *random >> 16
            };
            let text: String =
                (0..next(&mut random) % 12).map(|_| ['a', 'b', 'c', 'd'][next(&mut random) as usize % 4]).collect();
            let found = filter.lists_in(text.as_bytes());
            for (place, word) in words.iter().enumerate() {
                assert_eq!(found.contains(place), text.contains(word), "{word} in {text}");
            }
        }
    }

    #[test]
    fn sets_are_joined_and_asked() {
        let both = WordSets(1).or(WordSets(1 << 63));
        assert!(
            both.contains(0)
                && both.contains(63)
                && !both.contains(1)
                && !both.contains(64)
                && !both.contains(usize::MAX)
        );
    }

    #[test]
    fn lists_that_make_no_sense_are_refused() {
        assert!(Prefilter::new(&[&["a", ""]]).is_err());
        assert!(Prefilter::new(&[&["a"] as &[&str]; 65]).is_err());
        assert!(Prefilter::new::<&str>(&[]).expect("nothing to look for").lists_in(b"a").is_empty());
    }
}
