//! Cases of which the twin in JSON is not treated as the original is, with the reason.

/// Why a twin is treated otherwise.
pub(crate) struct Kind {
    /// The reason.
    pub(crate) reason: &'static str,
    /// The cases. Each must really differ.
    pub(crate) cases: &'static [&'static str],
}

/// How many cases there are in all: so that the list does not grow unseen.
pub(crate) const COUNT: usize = 0;

/// All kinds.
pub(crate) const KINDS: &[Kind] = &[];

/// The reason why a case's twin may differ.
pub(crate) fn reason(case: &str) -> Option<&'static str> {
    KINDS.iter().find(|kind| kind.cases.contains(&case)).map(|kind| kind.reason)
}
