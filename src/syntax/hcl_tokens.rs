//! The tokens of HCL, and what `hcl-edit` lets through although Terraform does not, or would refuse or misread although it is valid.
//!
//! Comments have no spans in the syntax tree, hence this lexer. The errors are those of `testdata/torture/terraform/invalid`: in each of these
//! cases the tree says something else than Terraform would, so the file counts as unparseable. What is valid and has to be put differently for the
//! parser is listed for [`lenient`](crate::syntax::hcl_lenient).

use std::ops::Range;

/// A fault that the parser does not see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TokenError {
    /// Where it is.
    pub(crate) offset: usize,
    /// What Terraform says to it.
    pub(crate) message: &'static str,
}

/// What Terraform calls an invalid character, outside of comments.
const LONE_RETURN: &str = "a carriage return must be followed by a line feed: write \\r in a quoted string";

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// White space within a line, and the carriage return of a line end.
    Blank,
    LineEnd,
    /// With its delimiters and without the line end.
    Comment,
    /// An identifier or keyword.
    Word,
    Number,
    /// An operator, a bracket, the start of an interpolation; a dot with the number of a legacy index.
    Sign,
    /// The quote that opens or closes a template.
    Quote,
    /// The start of a heredoc, with its marker.
    Heredoc,
    /// Literal text of a template; at the end of a heredoc with the end marker.
    Text,
}

/// A piece of HCL.
#[derive(Clone, Debug)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    pub(crate) start: usize,
    /// How many brackets and templates are open before it.
    pub(crate) depth: usize,
    /// Whether a template is among them.
    pub(crate) in_template: bool,
}

impl Token<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(crate) fn range(&self) -> Range<usize> {
        self.start..self.end()
    }

    /// Whether it is white space, a line end or a comment.
    pub(crate) fn is_trivia(&self) -> bool {
        matches!(self.kind, Kind::Blank | Kind::LineEnd | Kind::Comment)
    }
}

/// The tokens of a part of a file from an offset on, up to the first fault. Line ends may say nothing around it, and are no fault.
pub(crate) fn tokens(text: &str, start: usize) -> impl Iterator<Item = Token<'_>> {
    Lexer { is_part: true, ..Lexer::new(text, start) }.map_while(Result::ok)
}

/// What the lexer finds in a whole file.
#[derive(Debug, Default)]
pub(crate) struct Scan<'a> {
    /// The spans of all comments, delimiters included and line ends not, in order.
    pub(crate) comments: Vec<Range<usize>>,
    /// What Terraform passes over and the parser stumbles on: line ends and comments inside of `{ for ... }` and `%{ ... }`, carriage returns.
    pub(crate) blanks: Vec<Range<usize>>,
    /// The markers at the start of heredoc lines that do not end the heredoc, since other text follows.
    pub(crate) markers: Vec<(usize, &'a str)>,
}

/// A construct that is still open.
enum Open<'a> {
    /// `(`, `[`, `{`, or (with `true`) `${` and `%{`.
    Bracket(u8, bool),
    /// The brace of an object that a `for` makes.
    ForObject,
    /// A quoted template.
    Quote,
    /// A heredoc with this end marker, and the first line that only starts with it.
    Heredoc(&'a str, Option<usize>),
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    is_part: bool,
    open: Vec<Open<'a>>,
    /// How many of these are templates.
    templates: usize,
    /// The last byte of code before this place that is no white space and no comment.
    last: u8,
    /// Blanks and markers alone.
    found: Scan<'a>,
}

/// The end of the object key that starts at an offset; none if no `=` or `:` follows.
pub(crate) fn key_end(text: &str, start: usize) -> Option<usize> {
    let mut end = start;
    for token in tokens(text, start) {
        if token.depth == 0 && matches!(token.text, "=" | ":") {
            return (end > start).then_some(end);
        }
        if !token.is_trivia() {
            end = token.end();
        }
    }
    None
}

/// Goes through a text.
///
/// # Errors
/// The first place that Terraform refuses and `hcl-edit` may not.
pub(crate) fn scan(text: &str) -> Result<Scan<'_>, TokenError> {
    let mut lexer = Lexer::new(text, 0);
    let mut comments = Vec::new();
    for token in lexer.by_ref() {
        let token = token?;
        if token.kind == Kind::Comment {
            comments.push(token.range());
        }
    }
    match lexer.open.last() {
        Some(Open::Heredoc(_, place)) => {
            lexer.at = place.unwrap_or(lexer.at);
            Err(lexer.fault("the heredoc end marker must be alone on its line, followed by a newline"))
        }
        _ => Ok(Scan { comments, ..lexer.found }),
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Result<Token<'a>, TokenError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let (start, depth, in_template) = (self.at, self.open.len(), self.templates > 0);
        let kind = match self.open.last() {
            Some(Open::Quote) => self.quote(),
            Some(&Open::Heredoc(marker, _)) => self.heredoc(marker),
            _ => self.code(),
        };
        Some(kind.map(|kind| {
            let token = Token { kind, text: &self.text[start..self.at], start, depth, in_template };
            if !token.is_trivia() {
                self.last = self.bytes[self.at - 1];
            }
            token
        }))
    }
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str, at: usize) -> Self {
        let bytes = text.as_bytes();
        Lexer { text, bytes, at, is_part: false, open: Vec::new(), templates: 0, last: b'\n', found: Scan::default() }
    }

    /// A line end that ends an expression: after a call, the parser takes it for a blank.
    fn line_break(&mut self) -> Result<Kind, TokenError> {
        // Asked once for a run of empty lines and comments.
        if self.last == b'\n' {
            self.at += 1;
            return Ok(Kind::LineEnd);
        }
        let next = self.skip_trivia(self.at + 1);
        let goes_on = match next.as_bytes() {
            [b'?' | b':' | b'+' | b'*' | b'/' | b'%' | b'&' | b'|' | b'<' | b'>' | b'=' | b'.', ..] => true,
            [b'!', b'=', ..] => true,
            _ => matches!(self.last, b'?' | b':' | b'+' | b'/' | b'%' | b'&' | b'|' | b'<' | b'>' | b'=' | b'!'),
        };
        if goes_on {
            return Err(self.fault("an expression must end on its line, or be in parentheses"));
        }
        self.last = b'\n';
        self.at += 1;
        Ok(Kind::LineEnd)
    }

    /// What follows an offset after white space, line ends and comments.
    fn skip_trivia(&self, at: usize) -> &'a str {
        let mut rest = &self.text[at..];
        loop {
            rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
            let comment = match rest.as_bytes() {
                [b'#', ..] | [b'/', b'/', ..] => rest.find('\n'),
                [b'/', b'*', ..] => rest.find("*/").map(|end| end + 2),
                _ => return rest,
            };
            rest = &rest[comment.unwrap_or(rest.len())..];
        }
    }

    fn fault(&self, message: &'static str) -> TokenError {
        TokenError { offset: self.at.min(self.bytes.len()), message }
    }

    fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    fn line_end(&self) -> usize {
        self.rest().iter().position(|&byte| byte == b'\n').map_or(self.bytes.len(), |length| self.at + length)
    }

    /// A comment to the end of the line.
    fn line_comment(&mut self) {
        let (start, end) = (self.at, self.line_end());
        let is_crlf = self.bytes[..end].ends_with(b"\r") && self.bytes.get(end) == Some(&b'\n');
        self.at = if is_crlf { end - 1 } else { end };
        if self.is_within_for() {
            // Its line end is none for the parser.
            self.found.blanks.push(start..self.at);
        } else {
            let returns = self.bytes[start..self.at].iter().enumerate().filter(|&(_, &byte)| byte == b'\r');
            self.found.blanks.extend(returns.map(|(number, _)| start + number..start + number + 1));
        }
    }

    /// Whether a line end says nothing here, which the parser does not know.
    fn is_within_for(&self) -> bool {
        matches!(self.open.last(), Some(Open::ForObject | Open::Bracket(b'{', true)))
    }

    /// Whether a `for` comes after the brace here.
    fn opens_for(&self) -> bool {
        let rest = self.skip_trivia(self.at + 1);
        let after = rest.strip_prefix("for").and_then(|after| after.bytes().next());
        after.is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'#' | b'/'))
    }

    /// One token of code.
    fn code(&mut self) -> Result<Kind, TokenError> {
        let rest = self.rest();
        Ok(match rest[0] {
            b'"' => {
                self.push(Open::Quote, 1);
                Kind::Quote
            }
            b'#' | b'/' if matches!(rest, [b'#', ..] | [b'/', b'/' | b'*', ..]) => {
                self.comment();
                Kind::Comment
            }
            b'<' if rest.starts_with(b"<<") => self.heredoc_start(),
            b'[' if self.is_splat_over_lines() => {
                return Err(self.fault("the brackets of a splat must be on one line: write [*]"));
            }
            byte @ (b'(' | b'[' | b'{') => {
                let is_for = byte == b'{' && self.opens_for();
                self.push(if is_for { Open::ForObject } else { Open::Bracket(byte, false) }, 1);
                Kind::Sign
            }
            b')' | b']' | b'}' => {
                self.pop();
                self.at += 1;
                Kind::Sign
            }
            b'.' => self.dot()?,
            byte if byte.is_ascii_digit() => self.number()?,
            byte if is_ident(byte) && byte != b'-' => self.word(),
            b'\n' if self.is_within_for() => {
                let start = if self.bytes[..self.at].ends_with(b"\r") { self.at - 1 } else { self.at };
                self.at += 1;
                self.found.blanks.push(start..self.at);
                Kind::LineEnd
            }
            b'\n' if !self.line_ends_are_blanks() => self.line_break()?,
            b'\n' => {
                self.at += 1;
                Kind::LineEnd
            }
            b'\r' if rest.get(1) != Some(&b'\n') => return Err(self.fault(LONE_RETURN)),
            byte if byte.is_ascii_whitespace() => {
                self.at += 1;
                Kind::Blank
            }
            _ => {
                self.at += if matches!(
                    rest,
                    [b'=', b'=' | b'>', ..] | [b'!' | b'<' | b'>', b'=', ..] | [b'&', b'&', ..] | [b'|', b'|', ..]
                ) {
                    2
                } else {
                    1
                };
                Kind::Sign
            }
        })
    }

    fn comment(&mut self) {
        let rest = self.rest();
        if rest.starts_with(b"/*") {
            self.at += self.text[self.at..].find("*/").map_or(rest.len(), |length| length + 2);
        } else {
            self.line_comment();
        }
    }

    fn word(&mut self) -> Kind {
        let rest = self.rest();
        let length = rest.iter().position(|&byte| !is_ident(byte)).unwrap_or(rest.len());
        self.at += length;
        if &rest[..length] == b"for" && rest.get(length) == Some(&b'\r') {
            self.found.blanks.push(self.at..self.at + 1);
        }
        Kind::Word
    }

    fn push(&mut self, open: Open<'a>, length: usize) {
        self.templates += usize::from(matches!(open, Open::Quote | Open::Heredoc(..)));
        self.open.push(open);
        self.at += length;
    }

    fn pop(&mut self) {
        let is_template = matches!(self.open.pop(), Some(Open::Quote | Open::Heredoc(..)));
        self.templates -= usize::from(is_template);
    }

    /// After an operand: `.name`, `.0`, `.*`. Terraform reads `.0.1` as one number, and no line may end after the dot.
    fn dot(&mut self) -> Result<Kind, TokenError> {
        let rest = self.rest();
        let run = rest.iter().position(|&byte| byte != b'.' && !byte.is_ascii_digit()).unwrap_or(rest.len());
        let groups = rest[..run].split(|&byte| byte == b'.').filter(|group| !group.is_empty()).count();
        if groups > 1 {
            return Err(self.fault("an index after a dot cannot follow another one: write [0][1]"));
        }
        let within = self.line_ends_are_blanks();
        let blank = rest[1..].iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        // A comment to the end of the line ends it too.
        let line_ends = |rest: &[u8]| rest.starts_with(b"\n") || rest.starts_with(b"#") || rest.starts_with(b"//");
        if run == 1 && !within && blank.is_some_and(|blank| line_ends(&rest[1 + blank..])) {
            return Err(self.fault("a name must follow the dot on the same line"));
        }
        let digits = rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += if rest.starts_with(b"...") { 3 } else { 1 + digits };
        Ok(Kind::Sign)
    }

    /// Whether a line end says nothing here.
    fn line_ends_are_blanks(&self) -> bool {
        self.is_part || matches!(self.open.last(), Some(Open::Bracket(b'(' | b'[', _))) || self.is_within_for()
    }

    /// `[`, a line end, `*`.
    fn is_splat_over_lines(&self) -> bool {
        if self.line_ends_are_blanks() {
            return false;
        }
        let rest = &self.text[self.at + 1..];
        let inner = rest.trim_start();
        inner.starts_with('*') && rest[..rest.len() - inner.len()].contains('\n')
            || inner.strip_prefix('*').is_some_and(|after| {
                let close = after.trim_start();
                close.starts_with(']') && after[..after.len() - close.len()].contains('\n')
            })
    }

    fn number(&mut self) -> Result<Kind, TokenError> {
        let rest = self.rest();
        let run = rest.iter().position(|&byte| byte != b'.' && !byte.is_ascii_digit()).unwrap_or(rest.len());
        let digits = rest[..run].split(|&byte| byte == b'.').filter(|group| !group.is_empty()).count();
        if digits > 2 {
            return Err(self.fault("not a number: text such as an address must be quoted"));
        }
        // With an exponent.
        self.at += run + rest[run..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        Ok(Kind::Number)
    }

    fn heredoc_start(&mut self) -> Kind {
        let line = &self.text[self.at..self.line_end()];
        let name = line[2..].strip_prefix('-').unwrap_or(&line[2..]).trim_end_matches('\r');
        if name.is_empty() || !name.bytes().all(is_ident) {
            self.at += 2;
            return Kind::Sign;
        }
        self.push(Open::Heredoc(name, None), line.len());
        Kind::Heredoc
    }

    /// Text of a quoted template, an escape, or the start of an interpolation.
    fn quote(&mut self) -> Result<Kind, TokenError> {
        let rest = self.rest();
        match rest[0] {
            b'"' => {
                self.pop();
                self.at += 1;
                return Ok(Kind::Quote);
            }
            b'\\' => self.at += 1 + self.text[self.at + 1..].chars().next().map_or(0, char::len_utf8),
            b'\n' | b'\r' => return Err(self.fault("a quoted text must end on its line: use \\n or a heredoc")),
            b'$' | b'%' => return Ok(self.template_sign()),
            _ => {
                let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | b'\n' | b'\r' | b'$' | b'%');
                self.at += rest.iter().position(is_special).unwrap_or(rest.len());
            }
        }
        Ok(Kind::Text)
    }

    /// `${`, `%{`, their escapes `$${` and `%%{`, or just the sign.
    fn template_sign(&mut self) -> Kind {
        let rest = self.rest();
        if rest.get(1) == Some(&rest[0]) && rest.get(2) == Some(&b'{') {
            self.at += 3;
        } else if rest.get(1) == Some(&b'{') {
            self.push(Open::Bracket(b'{', true), 2);
            return Kind::Sign;
        } else {
            self.at += 1;
        }
        Kind::Text
    }

    /// Text of a heredoc, the start of an interpolation, or at a line's end the question whether the next line ends it.
    fn heredoc(&mut self, marker: &'a str) -> Result<Kind, TokenError> {
        let rest = self.rest();
        match rest[0] {
            b'$' | b'%' => return Ok(self.template_sign()),
            b'\r' if rest.get(1) == Some(&b'\n') => self.at += 1,
            b'\r' => return Err(self.fault(LONE_RETURN)),
            b'\n' => {
                self.at += 1;
                self.heredoc_line(marker);
            }
            _ => {
                let is_special = |byte: &u8| matches!(byte, b'\n' | b'\r' | b'$' | b'%');
                self.at += rest.iter().position(is_special).unwrap_or(rest.len());
            }
        }
        Ok(Kind::Text)
    }

    fn heredoc_line(&mut self, marker: &'a str) {
        let end = self.line_end();
        let line = &self.text[self.at..end];
        let Some(after) = line.trim_start().strip_prefix(marker) else { return };
        if after.bytes().next().is_some_and(is_ident) {
            return;
        }
        if after.trim_end().is_empty() && end < self.bytes.len() {
            self.at = end;
            self.pop();
            return;
        }
        let place = end - after.len() - marker.len();
        self.found.markers.push((place, marker));
        if let Some(Open::Heredoc(_, first)) = self.open.last_mut() {
            first.get_or_insert(place);
        }
    }
}

fn is_ident(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use crate::syntax::hcl_tokens::{Kind, TokenError, scan, tokens};

    fn comments(text: &str) -> Result<Vec<std::ops::Range<usize>>, TokenError> {
        scan(text).map(|scan| scan.comments)
    }

    fn found(text: &str) -> Vec<&str> {
        comments(text).expect("no fault").into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn comments_are_told_from_text_that_looks_like_them() {
        let text = "# one\na = \"# no ${x /* two */} // no\" // three\r\nb = <<-E\n  # no ${y} $${\n  E\nc = 1 /* four\n*/ d\n";
        assert_eq!(found(text), ["# one", "/* two */", "// three", "/* four\n*/"]);
    }

    #[test]
    fn tokens_are_the_whole_text() {
        let text = "a.0[*] = \"b ${c == -1 ? \"é\" : f(d...)}$${\" # e\r\ng = <<E\n${h}\n E\n";
        let all: Vec<_> = tokens(text, 0).collect();
        assert_eq!(all.iter().map(|token| token.text).collect::<String>(), text);
        let code: Vec<&str> = all.iter().filter(|token| !token.is_trivia()).map(|token| token.text).collect();
        assert_eq!(code[..6], ["a", ".0", "[", "*", "]", "="]);
        assert_eq!(code[6..20], ["\"", "b ", "${", "c", "==", "-", "1", "?", "\"", "é", "\"", ":", "f", "("]);
        assert_eq!(code[20..26], ["d", "...", ")", "}", "$${", "\""]);
        assert_eq!(code[26..], ["g", "=", "<<E", "\n", "${", "h", "}", "\n E"]);
        let ends = all.iter().filter(|token| token.kind == Kind::LineEnd && !token.in_template);
        assert_eq!(ends.count(), 2);
    }

    #[test]
    fn interpolations_nest() {
        assert_eq!(found("a = \"${f(\"}\", {x = \"#\"})}\" # c\n"), ["# c"]);
    }

    #[test]
    fn what_terraform_refuses_is_a_fault() {
        for text in [
            "a = \"x\ny\"\n",
            "a = f(<<EOT\nx\nEOT)\n",
            "a = <<EOT\nx\nEOT",
            "a = b.0.1.c\n",
            "a = b.\nc\n",
            "a = b.# c\nd\n",
            "a = b. // c\nd\n",
            "a = b[\n*].c\n",
            "a = b[*\n].c\n",
            "a = 10.11.10.12/32\n",
            "a = f(b) ?\n  c : d\n",
            "a = f(b) # e\n  # g\n  && c\n",
            "a = f(b) ==\n\n  c\n",
            "a = f(b)\n  .c\n",
            "a = (b \r + c)\n",
            "a = \"b\rc\"\n",
            "a = <<E\nb\rc\nE\n",
        ] {
            assert!(comments(text).is_err(), "{text:?}");
        }
        for text in [
            "a = b.0.c\n",
            "a = 1.5\n",
            "a = f(b...)\n",
            "a = b.*.0\n",
            "a = (b.\nc)\n",
            "a = b./* c\n*/d\n",
            "a = b[ * ].c\n",
            "a = b.*\n",
            "a = (f(b) ?\n  c : d)\n",
            "a = [f(b)\n  && c]\n",
            "a = {\n  # b\n\n  c = d / e // f ?\n  g : <<E\n? h =\nE\n}\n",
            "a = <<EOT\nEOTX\nEOT\n",
        ] {
            assert!(comments(text).is_ok(), "{text:?}");
        }
    }
}
