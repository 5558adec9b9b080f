//! Finds comments by a scanner of its own, so that a comment lost is not lost twice.

/// Comments of `before` that `after` lacks; none if all are there.
pub(crate) fn lost(path: &str, before: &[u8], after: &[u8]) -> Option<Vec<String>> {
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    let find: fn(&str) -> Vec<String> = match path.rsplit_once('.')?.1 {
        "tf" | "tofu" => hcl,
        "json" => return None,
        _ => yaml,
    };
    let mut left = find(&after);
    let mut lost = find(&before);
    lost.retain(|comment| match left.iter().position(|found| found == comment) {
        Some(index) => {
            left.swap_remove(index);
            false
        }
        None => true,
    });
    (!lost.is_empty()).then_some(lost)
}

/// Comments of HCL: `#`, `//` and `/* */` outside of strings and heredocs, trimmed.
fn hcl(text: &str) -> Vec<String> {
    let mut comments = Vec::new();
    // What is open: `"` a string, `{` code in braces (inside a string's `${`).
    let mut open: Vec<u8> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text.as_bytes()[at..];
        if open.last() == Some(&b'"') {
            at += match rest {
                [b'\\', _, ..] => 2,
                [b'$' | b'%', b'$' | b'%', b'{', ..] => 3,
                [b'$' | b'%', b'{', ..] => {
                    open.push(b'{');
                    2
                }
                [b'"' | b'\n', ..] => {
                    open.pop();
                    1
                }
                _ => 1,
            };
            continue;
        }
        at += match rest {
            [b'#', ..] | [b'/', b'/', ..] => {
                let end = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
                comments.push(text[at..at + end].trim().to_owned());
                end
            }
            [b'/', b'*', ..] => {
                let end = text[at..].find("*/").map_or(rest.len(), |end| end + 2);
                comments.push(text[at..at + end].trim().to_owned());
                end
            }
            [b'<', b'<', ..] => heredoc(&text[at..]),
            [b'"', ..] => {
                open.push(b'"');
                1
            }
            [b'{', ..] => {
                open.push(b'{');
                1
            }
            [b'}', ..] => {
                open.pop();
                1
            }
            _ => 1,
        };
    }
    comments
}

/// The length of a heredoc at the start of `text`; 1 if it is none.
fn heredoc(text: &str) -> usize {
    let marker = text.trim_start_matches('<').trim_start_matches('-');
    let Some((marker, _)) = marker.split_once('\n') else { return 1 };
    let marker = marker.trim_end();
    if marker.is_empty() || !marker.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '-') {
        return 1;
    }
    let mut length = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        length += line.len();
        if number > 0 && line.trim() == marker {
            break;
        }
    }
    length
}

/// Comments of YAML: `#` at the start of a line or after a space, outside of quotes. A `#` inside a block scalar counts as well: its text must
/// stay too.
fn yaml(text: &str) -> Vec<String> {
    let mut comments = Vec::new();
    // The quotation mark that is open, and what precedes the next character: on the line, and at all.
    let mut quote = None;
    let (mut token, mut before) = (String::new(), ' ');
    let mut chars = text.char_indices().peekable();
    while let Some((at, letter)) = chars.next() {
        match (quote, letter) {
            (Some('"'), '\\') => drop(chars.next()),
            (Some('\''), '\'') if chars.next_if(|next| next.1 == '\'').is_some() => {}
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '#') if before.is_whitespace() => {
                let line = text[at..].lines().next().unwrap_or_default();
                comments.push(line.trim().to_owned());
                while chars.next_if(|next| next.1 != '\n').is_some() {}
            }
            // A mark inside of plain text opens nothing.
            (None, '"' | '\'') if token.is_empty() || token.ends_with(['[', '{', ',']) => quote = Some(letter),
            _ => {}
        }
        match letter {
            ' ' | '\t' | '\n' | '\r' => {
                // What may precede a value: a key, a dash, a tag, an anchor.
                if letter == '\n' || token.ends_with([':', '-', ',', '[', '{', '?']) || token.starts_with(['!', '&']) {
                    token.clear();
                }
            }
            _ => token.push(letter),
        }
        before = letter;
    }
    comments
}

#[test]
fn comments_are_distinguished_from_text() {
    let text = "a = \"# no ${x /* yes 1 */} // no\" # yes 2\nb = <<EOT\n# no\nEOT\n// yes 3\n";
    assert_eq!(hcl(text), ["/* yes 1 */", "# yes 2", "// yes 3"]);
    let text = "# 1\na: \"x\n  # no\" # 2\nb: it's # 3\nc: |\n  # 4\nd: [ 'x # no', \"y\"]\ne: !Sub 'it''s # no'\n- !a 'b' # 5\nf: a#b\n";
    assert_eq!(yaml(text), ["# 1", "# 2", "# 3", "# 4", "# 5"]);
    assert_eq!(lost("a.tf", b"# one\n# two\n", b"# two\n"), Some(vec!["# one".to_owned()]));
}
