//! Sentences broken into lines, for terminals: these break in the middle of a word.

use std::borrow::Cow;

/// Breaks text at spaces so that no line is longer than `width`, as far as words allow. Without a width nothing is broken: what programs
/// read has one line for one thing.
pub(super) fn wrap(text: &str, width: Option<usize>) -> Cow<'_, str> {
    let Some(width) = width.filter(|&width| text.chars().count() > width) else { return Cow::Borrowed(text) };
    let mut wrapped = String::with_capacity(text.len() + 8);
    let mut column = 0;
    for (number, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if number > 0 && column + 1 + length > width {
            wrapped.push('\n');
            column = 0;
        } else if number > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += length;
    }
    Cow::Owned(wrapped)
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_break_at_spaces_and_only_if_they_must() {
        assert_eq!(wrap("a role is no profile", None), "a role is no profile");
        assert_eq!(wrap("a role is no profile", Some(20)), "a role is no profile");
        assert_eq!(wrap("a role is no profile", Some(9)), "a role is\nno\nprofile");
        assert_eq!(wrap("aws_iam_instance_profile.app is it", Some(10)), "aws_iam_instance_profile.app\nis it");
        assert_eq!(wrap("\u{fc}ber alle", Some(9)), "\u{fc}ber alle");
    }
}
