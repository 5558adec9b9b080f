//! What a mistyped word was meant to be.

/// The known word that is most like this one, if any is.
pub(crate) fn closest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    // One letter wrong, or two swapped, in a word as short as a rule's code.
    const ALIKE: f64 = 0.8;
    let folded = word.to_ascii_lowercase().replace('_', "-");
    let like = |known: &'w str| (strsim::jaro(&folded, &known.to_ascii_lowercase()), known);
    // Of equals the first.
    let best = known.into_iter().map(like).reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    (best.0 > ALIKE).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use crate::text::spelling::closest;

    #[test]
    fn what_is_like_a_word() {
        let codes = ["IPF001", "IPF009", "IPF011"];
        assert_eq!(closest("IPF01", codes), Some("IPF001"));
        assert_eq!(closest("ipf099", codes), Some("IPF009"));
        assert_eq!(closest("role_as_profile", ["role-as-profile"]), Some("role-as-profile"));
        assert_eq!(closest("E0001", codes), None);
    }
}
