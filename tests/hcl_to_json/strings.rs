//! Strings and heredocs of HCL as the text that a JSON string holds.

/// The characters between a string's quotes as a template of JSON: HCL's escapes decoded, `${` and `%{` as they are.
pub(crate) fn template(inner: &str) -> String {
    let (mut out, mut rest) = (String::new(), inner);
    while let Some(letter) = rest.chars().next() {
        let length = if let Some((decoded, length)) = escape(rest) {
            // An escaped `$` before a brace is text, in JSON only if it is doubled.
            let opens = matches!(decoded, '$' | '%') && rest[length..].starts_with('{');
            out.extend(opens.then_some(decoded));
            out.push(decoded);
            length
        } else {
            let length = match rest.as_bytes() {
                [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => 3,
                [b'$' | b'%', b'{', ..] => code(rest),
                _ => letter.len_utf8(),
            };
            out.push_str(&rest[..length]);
            length
        };
        rest = &rest[length..];
    }
    out
}

/// A template without interpolations as the text that it stands for: where JSON has literals only, nothing is escaped.
pub(crate) fn literal(template: &str) -> String {
    template.replace("$${", "${").replace("%%{", "%{")
}

/// The character that an escape sequence at the start stands for, and the length of the sequence.
fn escape(text: &str) -> Option<(char, usize)> {
    let mut chars = text.strip_prefix('\\')?.chars();
    let hexadecimal = |digits: usize| {
        let code = u32::from_str_radix(text.get(2..2 + digits)?, 16).ok()?;
        Some((char::from_u32(code)?, 2 + digits))
    };
    match chars.next()? {
        'n' => Some(('\n', 2)),
        'r' => Some(('\r', 2)),
        't' => Some(('\t', 2)),
        letter @ ('"' | '\\') => Some((letter, 2)),
        'u' => hexadecimal(4),
        'U' => hexadecimal(8),
        _ => None,
    }
}

/// The length of `${ ... }` or `%{ ... }` at the start, with the strings inside.
fn code(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (1, 2);
    while at < bytes.len() && depth > 0 {
        match bytes[at] {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b'"' => at += string(&text[at..]) - 1,
            _ => {}
        }
        at += 1;
    }
    at
}

/// The length of a quoted string at the start.
fn string(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        at += match &bytes[at..] {
            [b'"', ..] => return at + 1,
            [b'\\', _, ..] => 2,
            [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => 3,
            [b'$' | b'%', b'{', ..] => code(&text[at..]),
            _ => 1,
        };
    }
    at
}

/// The template of a heredoc, from its marker to its end.
pub(crate) fn heredoc(text: &str) -> String {
    let (head, rest) = text.split_once('\n').unwrap_or((text, ""));
    let rest = rest.trim_end_matches([' ', '\t', '\n']);
    let content = rest.rfind('\n').map_or("", |end| &rest[..=end]);
    if !head.starts_with("<<-") {
        return content.to_owned();
    }
    let blanks = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let lines: Vec<&str> = content.split_inclusive('\n').collect();
    let indent = lines.iter().filter(|line| !line.trim().is_empty()).map(blanks).min().unwrap_or(0);
    lines.iter().map(|line| &line[indent.min(blanks(line))..]).collect()
}

#[test]
fn strings_are_decoded_outside_of_interpolations() {
    for (inner, wanted) in [
        (r#"a\n\"b\" \u00fc\\"#, "a\n\"b\" ü\\"),
        (r#"${x["a\n${y}"]}\t$${no}"#, "${x[\"a\\n${y}\"]}\t$${no}"),
        (r"%{ if a }\n%{ endif }$", "%{ if a }\n%{ endif }$"),
        (r"\u0024{x}", "$${x}"),
    ] {
        assert_eq!(template(inner), wanted, "{inner}");
    }
    assert_eq!(literal("$${x} %%{y}"), "${x} %{y}");
    assert_eq!(heredoc("<<-EOT\n    a\n      b ${x}\n\n    EOT"), "a\n  b ${x}\n\n");
    assert_eq!(heredoc("<<EOT\n  a\\n\nEOT\n"), "  a\\n\n");
    assert_eq!(heredoc("<<EOT\nEOT"), "");
}
