//! A lexical pass over HCL: where the comments are, what `hcl-edit` lets through although Terraform does not, and what it would refuse or misread
//! although it is valid.
//!
//! Comments have no spans in the syntax tree, hence this pass. The errors are those of `testdata/torture/terraform/invalid`: in each of these
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
const LONE_RETURN: &str = "a carriage return must stand before a line end: write \\r in a quoted text";

/// What the pass finds in a text.
#[derive(Debug, Default)]
pub(crate) struct Scan<'a> {
    /// The spans of all comments, delimiters included and line ends not, in order.
    pub(crate) comments: Vec<Range<usize>>,
    /// What Terraform passes over and the parser stumbles on: line ends and comments inside of `{ for ... }` and `%{ ... }`, carriage returns.
    pub(crate) blanks: Vec<Range<usize>>,
    /// The markers at the start of heredoc lines that do not end the heredoc, since other text follows.
    pub(crate) markers: Vec<(usize, &'a str)>,
}

/// Where the scanner is: the innermost construct that is still open.
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

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    open: Vec<Open<'a>>,
    /// The last byte of code before this place that is no white space and no comment.
    last: u8,
    found: Scan<'a>,
}

/// The spans of all comments, delimiters included and line ends not, in order.
///
/// # Errors
/// Those of [`scan`].
pub(crate) fn comments(text: &str) -> Result<Vec<Range<usize>>, TokenError> {
    scan(text).map(|scan| scan.comments)
}

/// The end of the object key that starts at an offset; none if no `=` or `:` follows.
pub(crate) fn key_end(text: &str, start: usize) -> Option<usize> {
    let mut scanner = Scanner::new(text, start);
    let mut end = start;
    while scanner.at < scanner.bytes.len() {
        let (at, comments) = (scanner.at, scanner.found.comments.len());
        if scanner.open.is_empty() && matches!(scanner.bytes[at], b'=' | b':') {
            return (end > start).then_some(end);
        }
        scanner.step().ok()?;
        if !scanner.bytes[at].is_ascii_whitespace() && scanner.found.comments.len() == comments {
            end = scanner.at;
        }
    }
    None
}

/// Goes through a text.
///
/// # Errors
/// The first place that Terraform refuses and `hcl-edit` may not.
pub(crate) fn scan(text: &str) -> Result<Scan<'_>, TokenError> {
    let mut scanner = Scanner::new(text, 0);
    while scanner.at < scanner.bytes.len() {
        scanner.step()?;
    }
    match scanner.open.last() {
        Some(Open::Heredoc(_, place)) => {
            scanner.at = place.unwrap_or(scanner.at);
            Err(scanner.fault("the heredoc's end marker must stand alone on its line, and the line must end"))
        }
        _ => Ok(scanner.found),
    }
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, at: usize) -> Self {
        Scanner { text, bytes: text.as_bytes(), at, open: Vec::new(), last: b'\n', found: Scan::default() }
    }

    /// Always gets on by a byte at least.
    fn step(&mut self) -> Result<(), TokenError> {
        match self.open.last() {
            Some(Open::Quote) => self.quote(),
            Some(&Open::Heredoc(marker, _)) => self.heredoc(marker),
            _ => {
                let (at, comments) = (self.at, self.found.comments.len());
                self.code()?;
                let end = self.at.min(self.bytes.len());
                if !self.bytes[at].is_ascii_whitespace() && self.found.comments.len() == comments {
                    self.last = self.bytes[end - 1];
                }
                Ok(())
            }
        }
    }

    /// A line end that ends an expression: after a call, the parser takes it for a blank.
    fn line_break(&mut self) -> Result<(), TokenError> {
        // Asked once for a run of empty lines and comments.
        if self.last == b'\n' {
            self.at += 1;
            return Ok(());
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
        Ok(())
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

    fn comment_until(&mut self, end: usize) {
        let end = if self.bytes[..end].ends_with(b"\r") && self.bytes.get(end) == Some(&b'\n') { end - 1 } else { end };
        self.found.comments.push(self.at..end);
        self.at = end;
    }

    /// A comment to the end of the line.
    fn line_comment(&mut self) {
        let start = self.at;
        self.comment_until(self.line_end());
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

    /// Whether a `for` comes after the brace that stands here.
    fn opens_for(&self) -> bool {
        let rest = self.skip_trivia(self.at + 1);
        let after = rest.strip_prefix("for").and_then(|after| after.bytes().next());
        after.is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'#' | b'/'))
    }

    /// One token of code, or one byte of it.
    fn code(&mut self) -> Result<(), TokenError> {
        let rest = self.rest();
        match rest[0] {
            b'"' => self.push(Open::Quote, 1),
            b'#' => self.line_comment(),
            b'/' if rest.starts_with(b"//") => self.line_comment(),
            b'/' if rest.starts_with(b"/*") => {
                let length = self.text[self.at..].find("*/").map_or(rest.len(), |length| length + 2);
                self.comment_until(self.at + length);
            }
            b'<' if rest.starts_with(b"<<") => self.heredoc_start(),
            b'[' if self.is_splat_over_lines() => {
                return Err(self.fault("the brackets of a splat must stand on one line: write [*]"));
            }
            b'{' if self.opens_for() => self.push(Open::ForObject, 1),
            byte @ (b'(' | b'[' | b'{') => self.push(Open::Bracket(byte, false), 1),
            b')' | b']' | b'}' => {
                self.open.pop();
                self.at += 1;
            }
            b'.' => self.dot()?,
            byte if byte.is_ascii_digit() => self.number()?,
            byte if is_ident(byte) => {
                let length = rest.iter().position(|&byte| !is_ident(byte)).unwrap_or(rest.len());
                self.at += length;
                if &rest[..length] == b"for" && rest.get(length) == Some(&b'\r') {
                    self.found.blanks.push(self.at..self.at + 1);
                }
            }
            b'\n' if self.is_within_for() => {
                let start = if self.bytes[..self.at].ends_with(b"\r") { self.at - 1 } else { self.at };
                self.at += 1;
                self.found.blanks.push(start..self.at);
            }
            b'\n' if !self.line_ends_are_blanks() => self.line_break()?,
            b'\r' if rest.get(1) != Some(&b'\n') => return Err(self.fault(LONE_RETURN)),
            _ => self.at += 1,
        }
        Ok(())
    }

    fn push(&mut self, open: Open<'a>, length: usize) {
        self.open.push(open);
        self.at += length;
    }

    /// After an operand: `.name`, `.0`, `.*`. Terraform reads `.0.1` as one number, and no line may end after the dot.
    fn dot(&mut self) -> Result<(), TokenError> {
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
        self.at += run;
        Ok(())
    }

    /// Whether a line end says nothing here.
    fn line_ends_are_blanks(&self) -> bool {
        matches!(self.open.last(), Some(Open::Bracket(b'(' | b'[', _))) || self.is_within_for()
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

    fn number(&mut self) -> Result<(), TokenError> {
        let rest = self.rest();
        let run = rest.iter().position(|&byte| byte != b'.' && !byte.is_ascii_digit()).unwrap_or(rest.len());
        let digits = rest[..run].split(|&byte| byte == b'.').filter(|group| !group.is_empty()).count();
        if digits > 2 {
            return Err(self.fault("not a number: text such as an address must be quoted"));
        }
        self.at += run;
        Ok(())
    }

    fn heredoc_start(&mut self) {
        let line = &self.text[self.at..self.line_end()];
        let name = line[2..].strip_prefix('-').unwrap_or(&line[2..]).trim_end_matches('\r');
        if name.is_empty() || !name.bytes().all(is_ident) {
            self.at += 2;
            return;
        }
        self.at += line.len();
        self.open.push(Open::Heredoc(name, None));
    }

    /// One byte of a quoted template, an escape, or the start of an interpolation.
    fn quote(&mut self) -> Result<(), TokenError> {
        let rest = self.rest();
        match rest[0] {
            b'"' => {
                self.open.pop();
                self.at += 1;
            }
            b'\\' => self.at += 2,
            b'\n' | b'\r' => return Err(self.fault("a quoted text must end on its line: use \\n or a heredoc")),
            b'$' | b'%' => self.template_sign(),
            _ => {
                self.at += rest
                    .iter()
                    .position(|byte| matches!(byte, b'"' | b'\\' | b'\n' | b'\r' | b'$' | b'%'))
                    .unwrap_or(rest.len())
            }
        }
        Ok(())
    }

    /// `${`, `%{`, their escapes `$${` and `%%{`, or just the sign.
    fn template_sign(&mut self) {
        let rest = self.rest();
        let sign = rest[0];
        if rest.get(1) == Some(&sign) && rest.get(2) == Some(&b'{') {
            self.at += 3;
        } else if rest.get(1) == Some(&b'{') {
            self.push(Open::Bracket(b'{', true), 2);
        } else {
            self.at += 1;
        }
    }

    /// Within a heredoc: a byte, the start of an interpolation, or at a line's end the question whether the next line ends it.
    fn heredoc(&mut self, marker: &'a str) -> Result<(), TokenError> {
        let rest = self.rest();
        match rest[0] {
            b'$' | b'%' => self.template_sign(),
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
        Ok(())
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
            self.open.pop();
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
    use crate::syntax::hcl_tokens::comments;

    fn found(text: &str) -> Vec<&str> {
        comments(text).expect("no fault").into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn comments_are_told_from_text_that_looks_like_them() {
        let text = "# one\na = \"# no ${x /* two */} // no\" // three\r\nb = <<-E\n  # no ${y} $${\n  E\nc = 1 /* four\n*/ d\n";
        assert_eq!(found(text), ["# one", "/* two */", "// three", "/* four\n*/"]);
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
