//! ipfix's JSON report, as far as the tests read it. Written from the report's schema, not from the program's types.

use std::ops::Range;

use serde::Deserialize;

use super::tree::Tree;

/// The report.
#[derive(Deserialize, Debug, Default)]
pub(crate) struct Report {
    /// Rules broken.
    pub(crate) findings: Vec<Finding>,
    /// Other diagnostics.
    pub(crate) problems: Vec<Problem>,
}

/// A finding.
#[derive(Deserialize, Debug)]
pub(crate) struct Finding {
    /// `IPF001`
    pub(crate) code: String,
    /// `error`, `warning` or `note`.
    pub(crate) severity: String,
    /// What is wrong.
    pub(crate) message: String,
    /// The file.
    pub(crate) file: String,
    /// The first character of the place.
    pub(crate) start: Point,
    /// How to fix it.
    pub(crate) fix: Option<Fix>,
}

/// A place in a file.
#[derive(Deserialize, Debug)]
pub(crate) struct Point {
    /// From 1.
    pub(crate) line: usize,
    /// From 1.
    pub(crate) column: usize,
    /// In bytes of the file on disk.
    pub(crate) offset: usize,
}

/// A fix.
#[derive(Deserialize, Debug)]
pub(crate) struct Fix {
    /// Findings with the same one have the same fix.
    pub(crate) id: String,
    /// What it does.
    pub(crate) title: String,
    /// `safe` or `unsafe`.
    pub(crate) safety: String,
    /// Whether this run applies it, if it writes.
    pub(crate) selected: bool,
    /// The whole of it.
    pub(crate) edits: Vec<Edit>,
}

/// A replacement.
#[derive(Deserialize, Debug, Clone)]
pub(crate) struct Edit {
    /// The file.
    pub(crate) file: String,
    /// Where it starts.
    pub(crate) start: Offset,
    /// Where it ends.
    pub(crate) end: Offset,
    /// What replaces the bytes.
    pub(crate) text: String,
}

/// An offset in bytes of the file on disk.
#[derive(Deserialize, Debug, Clone)]
pub(crate) struct Offset {
    /// In bytes.
    pub(crate) offset: usize,
}

/// A problem.
#[derive(Deserialize, Debug)]
pub(crate) struct Problem {
    /// `error`, `warning` or `note`.
    pub(crate) severity: String,
    /// What is wrong.
    pub(crate) message: String,
    /// The file.
    pub(crate) file: String,
}

impl Report {
    /// From the program's standard output.
    pub(crate) fn parse(stdout: &[u8]) -> Result<Report, String> {
        serde_json::from_slice(stdout)
            .map_err(|error| format!("standard output is no report: {error}\n{}", String::from_utf8_lossy(stdout)))
    }

    /// The fixes that this run applies.
    pub(crate) fn applied(&self) -> impl Iterator<Item = &Fix> {
        self.findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.selected)
    }

    /// The findings and problems in an order of their own.
    pub(crate) fn summary(&self) -> Vec<String> {
        let findings = self.findings.iter().map(|finding| {
            let mut edits: Vec<String> = Vec::new();
            for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
                edits.push(format!("{}:{}-{} {:?}", edit.file, edit.start.offset, edit.end.offset, edit.text));
            }
            edits.sort();
            let safety = finding.fix.as_ref().map(|fix| &fix.safety);
            format!("{} {}:{} {safety:?} {edits:?}", finding.code, finding.file, finding.start.offset)
        });
        let problems = self.problems.iter().map(|it| format!("{} {} {}", it.severity, it.file, it.message));
        let mut all: Vec<String> = findings.chain(problems).collect();
        all.sort();
        all
    }

    /// `before` with one fix's edits made.
    ///
    /// # Errors
    /// Edits that overlap or leave the file.
    pub(crate) fn splice_alone(fix: &Fix, before: &Tree) -> Result<Tree, String> {
        let mut tree = before.clone();
        for (path, bytes) in &mut tree.0 {
            let edits: Vec<&Edit> = fix.edits.iter().filter(|edit| plain(&edit.file) == path).collect();
            let edits = without_contradictions(bytes, &edits);
            *bytes = replaced(bytes, &edits).map_err(|error| format!("{path}: {error}"))?;
        }
        Ok(tree)
    }

    /// `before` with every applied fix's edits made, each edit once, whatever the number of fixes that hold it.
    ///
    /// Each fix is reported as if it were alone, so each aligns lines for itself. Where two contradict, `PADDING` is written.
    ///
    /// # Errors
    /// Edits that overlap or leave the file.
    pub(crate) fn splice(&self, before: &Tree) -> Result<Tree, String> {
        let mut tree = before.clone();
        for (path, bytes) in &mut tree.0 {
            let mut edits: Vec<&Edit> = Vec::new();
            for edit in self.applied().flat_map(|fix| &fix.edits).filter(|edit| plain(&edit.file) == path) {
                if !edits.iter().any(|known| known.same(edit)) {
                    edits.push(edit);
                }
            }
            let edits = without_contradictions(bytes, &edits);
            *bytes = replaced(bytes, &edits).map_err(|error| format!("{path}: {error}"))?;
        }
        Ok(tree)
    }
}

/// Blanks of which the number is not known; a byte that UTF-8 does not have.
const PADDING: &[u8] = &[0xFF];

/// `spliced` with as many blanks as `got` has where their number is not known, but one at least.
pub(crate) fn with_padding_of(got: &[u8], spliced: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), got);
    for byte in spliced {
        // Files that are not text may have that byte; they have no edits.
        if PADDING.contains(byte) && !rest.starts_with(PADDING) {
            let blanks = rest.iter().take_while(|byte| is_blank(byte)).count();
            out.extend_from_slice(if blanks == 0 { b" " } else { &rest[..blanks] });
            rest = &rest[blanks..];
        } else {
            out.push(*byte);
            rest = rest.strip_prefix(&[*byte]).unwrap_or(rest);
        }
    }
    out
}

fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

impl Edit {
    fn range(&self) -> Range<usize> {
        self.start.offset..self.end.offset
    }

    /// Whether it replaces blanks by other blanks.
    fn is_padding(&self, bytes: &[u8]) -> bool {
        let old = bytes.get(self.range()).unwrap_or_default();
        !old.is_empty() && old.iter().all(is_blank) && self.text.bytes().all(|byte| is_blank(&byte))
    }

    fn same(&self, other: &Edit) -> bool {
        (self.start.offset, self.end.offset, &self.text) == (other.start.offset, other.end.offset, &other.text)
    }
}

/// Bytes to replace, and what by.
type Replacement<'e> = (Range<usize>, &'e [u8]);

/// Edits in order. Padding goes with bytes that another edit replaces; edits of padding that meet become one of `PADDING`.
fn without_contradictions<'e>(bytes: &[u8], edits: &[&'e Edit]) -> Vec<Replacement<'e>> {
    let (padding, others): (Vec<&Edit>, Vec<&Edit>) = edits.iter().partition(|edit| edit.is_padding(bytes));
    let mut replacements: Vec<Replacement<'_>> =
        others.iter().map(|edit| (edit.range(), edit.text.as_bytes())).collect();
    let mut padding: Vec<Replacement<'_>> = padding.iter().map(|edit| (edit.range(), edit.text.as_bytes())).collect();
    padding
        .retain(|(range, _)| !replacements.iter().any(|(other, _)| range.start < other.end && other.start < range.end));
    padding.sort_by_key(|(range, _)| (range.start, range.end));
    let mut merged: Vec<Replacement<'_>> = Vec::new();
    for (range, text) in padding {
        match merged.last_mut() {
            Some((last, last_text)) if range.start <= last.end => {
                // Of how many blanks there are, nothing is known.
                let blanks = |bytes: &mut dyn Iterator<Item = &u8>| bytes.take_while(|byte| is_blank(byte)).count();
                last.start -= blanks(&mut bytes[..last.start].iter().rev());
                last.end = last.end.max(range.end);
                last.end += blanks(&mut bytes[last.end..].iter());
                *last_text = PADDING;
            }
            _ => merged.push((range, text)),
        }
    }
    replacements.extend(merged);
    replacements.sort_by_key(|(range, _)| (range.start, range.end));
    replacements
}

/// `bytes` with replacements in order made.
fn replaced(bytes: &[u8], replacements: &[Replacement<'_>]) -> Result<Vec<u8>, String> {
    let (mut out, mut done) = (Vec::new(), 0);
    for (range, text) in replacements {
        bytes.get(range.clone()).ok_or_else(|| format!("an edit leaves the file: {range:?}"))?;
        out.extend_from_slice(bytes.get(done..range.start).ok_or_else(|| format!("edits overlap at {range:?}"))?);
        out.extend_from_slice(text);
        done = range.end;
    }
    out.extend_from_slice(&bytes[done..]);
    Ok(out)
}

/// A path without a leading `./`.
pub(crate) fn plain(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path)
}
