//! The grammar of suppressions, and corrections for invalid ones.

use crate::model::Suppression;
use crate::rules;
use crate::text::Sources;
use crate::text::spelling::closest;

/// A valid suppression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Directive {
    pub(crate) whole_file: bool,
    pub(crate) codes: Vec<String>,
}

/// What is wrong with a suppression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Complaint {
    /// One sentence without a full stop.
    pub(crate) message: String,
    /// The correction.
    pub(crate) help: String,
    /// Whether the whole suppression is ignored.
    pub(crate) suppresses_nothing: bool,
}

/// Words that suppress findings in other tools.
const FOREIGN: [&str; 9] = ["disable", "disabled", "skip", "noqa", "nolint", "nosec", "suppress", "allow", "off"];

/// What follows the name of the tool: the word of the directive, and the rest.
struct Parts<'t> {
    word: &'t str,
    rest: &'t str,
}

/// Parses one comment, including delimiters. None if it is about something else, an error if it is an invalid directive.
pub(crate) fn read(comment: &str) -> Option<Result<Directive, Complaint>> {
    let text = body(comment);
    let (name, rest) = text.split_at_checked("ipfix".len()).filter(|(name, _)| name.eq_ignore_ascii_case("ipfix"))?;
    let Some(after) = rest.strip_prefix(':') else {
        return is_nearly(rest).then(|| Err(misread(comment)));
    };
    let parts = parts(after.trim_start());
    let read = if name == "ipfix" { directive(&parts) } else { None };
    Some(read.ok_or_else(|| misread(comment)))
}

/// A comment without its delimiters.
fn body(comment: &str) -> &str {
    comment.trim_start_matches(['#', '/', '*', ' ', '\t']).trim_end_matches(['*', '/']).trim_end()
}

fn is_part_of_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '_')
}

fn parts(text: &str) -> Parts<'_> {
    let end = text.find(|character| !is_part_of_word(character)).unwrap_or(text.len());
    Parts { word: &text[..end], rest: text[end..].trim() }
}

fn directive(parts: &Parts<'_>) -> Option<Directive> {
    let whole_file = match parts.word {
        "ignore" => false,
        "ignore-file" => true,
        _ => return None,
    };
    let codes = match parts.rest.strip_prefix('[') {
        Some(list) => {
            let (list, _) = list.split_once(']')?;
            let codes: Vec<String> = list.split(',').map(|code| code.trim().to_ascii_uppercase()).collect();
            codes.iter().all(|code| !code.is_empty()).then_some(codes)?
        }
        // Without a list the rest is a remark, unless it starts with a rule.
        None => words(parts.rest).next().is_none_or(|word| rule_code(word).is_none()).then(Vec::new)?,
    };
    Some(Directive { whole_file, codes })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character| !is_part_of_word(character)).filter(|word| !word.is_empty())
}

/// The code of the rule that a word names by code or by name.
fn rule_code(word: &str) -> Option<String> {
    let by_name = rules::ALL.into_iter().find(|rule| rule.name.eq_ignore_ascii_case(word));
    let is_code = || {
        let digits = word.get(3..).filter(|_| word.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("ipf")));
        digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    by_name.map(|rule| rule.code.to_owned()).or_else(|| is_code().then(|| word.to_ascii_uppercase()))
}

/// Whether the text after the name of the tool is a directive that lacks the colon. Most such comments are remarks on the tool.
fn is_nearly(rest: &str) -> bool {
    let mut words = words(rest.trim_start_matches(['-', '_']));
    let Some(first) = words.next().filter(|_| !rest.starts_with(char::is_alphanumeric)) else { return false };
    let first = first.to_ascii_lowercase();
    if first == "ignore" || first.starts_with("ignore-") || rule_code(&first).is_some() {
        return true;
    }
    let mut words = words.peekable();
    FOREIGN.contains(&first.as_str()) && (words.peek().is_none() || words.any(|word| rule_code(word).is_some()))
}

/// The complaint about an invalid directive, with the correction.
fn misread(comment: &str) -> Complaint {
    let text = body(comment);
    let marker = match comment {
        _ if comment.starts_with("//") => "// ",
        _ if comment.starts_with(['#', '/']) => "# ",
        // In JSON, a comment is a text.
        _ => "",
    };
    let given: Vec<&str> = words(&text["ipfix".len()..]).collect();
    let codes: Vec<String> =
        given.iter().filter_map(|word| rule_code(word)).map(|code| known(&code).to_owned()).collect();
    let whole_file = given.iter().flat_map(|word| word.split(['-', '_'])).any(|word| word.eq_ignore_ascii_case("file"));
    let word = if whole_file { "ignore-file" } else { "ignore" };
    let codes = if codes.is_empty() { String::new() } else { format!("[{}]", codes.join(", ")) };
    Complaint {
        message: "invalid suppression comment, so it has no effect".to_owned(),
        help: format!("did you mean `{marker}ipfix: {word}{codes}`?"),
        suppresses_nothing: true,
    }
}

/// The known code that is nearest to this one, or itself.
fn known(code: &str) -> &str {
    closest(code, rules::ALL.map(|rule| rule.code)).unwrap_or(code)
}

/// What is wrong with a suppression in a comment or in metadata, if anything.
pub(crate) fn complaint(suppression: &Suppression, sources: &Sources) -> Option<Complaint> {
    let text = sources.get(suppression.span.file.0 as usize)?.text().get(suppression.span.range())?;
    let is_comment =
        text.starts_with(['#', '/']) || text.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("ipfix"));
    if is_comment && let Some(Err(complaint)) = read(text) {
        return Some(complaint);
    }
    let is_unknown = |code: &&String| !rules::ALL.iter().any(|rule| rule.code == code.as_str());
    let unknown = suppression.codes.iter().find(is_unknown)?;
    let by_name = rules::ALL.into_iter().find(|rule| rule.name.eq_ignore_ascii_case(unknown));
    let intended = by_name.map(|rule| rule.code).or_else(|| closest(unknown, rules::ALL.map(|rule| rule.code)));
    Some(Complaint {
        message: format!("unknown rule `{unknown}` in a suppression"),
        help: intended
            .map_or("`ipfix --list-rules` lists the rules".to_owned(), |code| format!("did you mean `{code}`?")),
        suppresses_nothing: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives() {
        let directive = |comment: &str| {
            read(comment)
                .map(|read| read.map(|directive| (directive.whole_file, directive.codes)).expect("a directive"))
        };
        let (one, two) = (vec!["IPF001".to_owned()], vec!["IPF001".to_owned(), "IPF002".to_owned()]);
        for (comment, expected) in [
            ("# ipfix:ignore", (false, vec![])),
            ("# ipfix: ignore", (false, vec![])),
            ("# ipfix: ignore[IPF001]", (false, one.clone())),
            ("//ipfix: ignore[IPF001]", (false, one.clone())),
            ("# ipfix:ignore [IPF001] the old account", (false, one)),
            ("// ipfix:ignore[IPF001, ipf002] why", (false, two.clone())),
            ("/* ipfix:ignore-file */", (true, vec![])),
            ("# ipfix: ignore-file[IPF001,IPF002]", (true, two)),
            ("# ipfix: ignore: made by hand", (false, vec![])),
            ("# ipfix: ignore - see the wiki", (false, vec![])),
        ] {
            assert_eq!(directive(comment), Some(expected), "{comment}");
        }
    }

    #[test]
    fn remarks() {
        for comment in
            ["# see ipfix:ignore", "# ipfixture", "# ipfix adds the profile", "# ipfix allows this", "# ipfix", "# ipf"]
        {
            assert_eq!(read(comment), None, "{comment}");
        }
    }

    #[test]
    fn near_misses() {
        for (comment, meant) in [
            ("# ipfix: ignore IPF001", "# ipfix: ignore[IPF001]"),
            ("# ipfix:ignore=IPF001,IPF002", "# ipfix: ignore[IPF001, IPF002]"),
            ("// ipfix: ignore(ipf001)", "// ipfix: ignore[IPF001]"),
            ("# ipfix: ignore role-as-profile", "# ipfix: ignore[IPF001]"),
            ("# ipfix: ignore[IPF001", "# ipfix: ignore[IPF001]"),
            ("# ipfix: ignore[]", "# ipfix: ignore"),
            ("# ipfix:ignored", "# ipfix: ignore"),
            ("# ipfix:ignore-next-line[IPF001]", "# ipfix: ignore[IPF001]"),
            ("# ipfix: disable", "# ipfix: ignore"),
            ("# ipfix: ignore_file", "# ipfix: ignore-file"),
            ("# ipfix ignore[IPF001]", "# ipfix: ignore[IPF001]"),
            ("# ipfix-ignore", "# ipfix: ignore"),
            ("# ipfix-ignore-file", "# ipfix: ignore-file"),
            ("# ipfix disable=IPF001", "# ipfix: ignore[IPF001]"),
            ("# ipfix skip", "# ipfix: ignore"),
            ("# IPFIX: ignore", "# ipfix: ignore"),
        ] {
            let complaint = read(comment).expect("about ipfix").expect_err("no directive");
            assert_eq!(complaint.help, format!("did you mean `{meant}`?"), "{comment}");
        }
    }
}
