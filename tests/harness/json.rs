//! ipfix's JSON report, as far as the tests read it. Written from the report's schema, not from the program's types.

use std::collections::BTreeSet;

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
            let mut edits: Vec<&Edit> = fix.edits.iter().filter(|edit| plain(&edit.file) == path).collect();
            edits.sort_by_key(|edit| (edit.start.offset, edit.end.offset));
            *bytes = replaced(bytes, &edits).map_err(|error| format!("{path}: {error}"))?;
        }
        Ok(tree)
    }

    /// `before` with every applied fix's edits made, each edit once, whatever the number of fixes that hold it.
    ///
    /// Each fix is reported as if it were alone. Where several change one Terraform file, each aligns the lines for itself, so edits of padding are
    /// left out there.
    ///
    /// # Errors
    /// Edits that overlap or leave the file.
    pub(crate) fn splice(&self, before: &Tree) -> Result<Spliced, String> {
        let mut spliced = Spliced { tree: before.clone(), aligned: BTreeSet::new() };
        for (path, bytes) in &mut spliced.tree.0 {
            let mut fixes = BTreeSet::new();
            let mut edits: Vec<&Edit> = Vec::new();
            for fix in self.applied() {
                for edit in fix.edits.iter().filter(|edit| plain(&edit.file) == path) {
                    fixes.insert(&fix.id);
                    if !edits.iter().any(|known| known.same(edit)) {
                        edits.push(edit);
                    }
                }
            }
            if fixes.len() > 1 && (path.ends_with(".tf") || path.ends_with(".tofu")) {
                spliced.aligned.insert(path.clone());
                edits.retain(|edit| !edit.is_padding(bytes));
            }
            edits.sort_by_key(|edit| (edit.start.offset, edit.end.offset));
            *bytes = replaced(bytes, &edits).map_err(|error| format!("{path}: {error}"))?;
        }
        Ok(spliced)
    }
}

/// An input with the reported edits made, by other code than ipfix's own.
#[derive(Debug, Default)]
pub(crate) struct Spliced {
    /// The files.
    pub(crate) tree: Tree,
    /// Terraform files that several fixes change: there, the padding of lines is not compared.
    pub(crate) aligned: BTreeSet<String>,
}

impl Edit {
    fn same(&self, other: &Edit) -> bool {
        (self.start.offset, self.end.offset, &self.text) == (other.start.offset, other.end.offset, &other.text)
    }

    /// Whether it replaces blanks inside a line (not its indentation) by other blanks.
    fn is_padding(&self, bytes: &[u8]) -> bool {
        let old = bytes.get(self.start.offset..self.end.offset).unwrap_or_default();
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let starts_line =
            bytes[..self.start.offset].iter().rev().find(|byte| !blank(byte)).is_none_or(|byte| *byte == b'\n');
        !starts_line && old.iter().all(blank) && self.text.as_bytes().iter().all(blank)
    }
}

/// `bytes` with edits in order made.
fn replaced(bytes: &[u8], edits: &[&Edit]) -> Result<Vec<u8>, String> {
    let (mut out, mut done) = (Vec::new(), 0);
    for edit in edits {
        let (start, end) = (edit.start.offset, edit.end.offset);
        bytes.get(start..end).ok_or_else(|| format!("an edit leaves the file: {edit:?}"))?;
        out.extend_from_slice(bytes.get(done..start).ok_or_else(|| format!("edits overlap: {edit:?}"))?);
        out.extend_from_slice(edit.text.as_bytes());
        done = end;
    }
    out.extend_from_slice(&bytes[done..]);
    Ok(out)
}

/// A path without a leading `./`.
pub(crate) fn plain(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path)
}
