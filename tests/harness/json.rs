//! ipfix's JSON report, as far as the tests read it. Written from the report's schema, not from the program's types.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::tree::Tree;

/// The report.
#[derive(Deserialize, Debug, Default)]
pub(crate) struct Report {
    /// Rules broken.
    pub(crate) findings: Vec<Finding>,
    /// Anything else worth a word.
    pub(crate) problems: Vec<Problem>,
}

/// A finding.
#[derive(Deserialize, Debug)]
pub(crate) struct Finding {
    /// `IPF001`
    pub(crate) code: String,
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
    /// What stands there after it.
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

    /// `before` with every applied fix's edits made, each edit once, whatever the number of fixes that hold it.
    ///
    /// Edits of white space alone are left out: each fix aligns as if it were alone.
    pub(crate) fn splice(&self, before: &Tree) -> Result<Tree, String> {
        let mut tree = before.clone();
        for (path, bytes) in &mut tree.0 {
            let mut seen = BTreeSet::new();
            let edits = self.applied().flat_map(|fix| &fix.edits).filter(|edit| plain(&edit.file) == path);
            let mut edits: Vec<&Edit> =
                edits.filter(|edit| seen.insert((edit.start.offset, edit.end.offset, &edit.text))).collect();
            edits.sort_by_key(|edit| (edit.start.offset, edit.end.offset));
            let mut out = Vec::new();
            let mut done = 0;
            for edit in edits {
                let (start, end) = (edit.start.offset, edit.end.offset);
                let old = bytes.get(start..end).ok_or_else(|| format!("{path}: an edit leaves the file: {edit:?}"))?;
                if old.iter().all(u8::is_ascii_whitespace) && !old.is_empty() && edit.text.trim().is_empty() {
                    continue;
                }
                let kept = bytes.get(done..start).ok_or_else(|| format!("{path}: edits overlap: {edit:?}"))?;
                out.extend_from_slice(kept);
                out.extend_from_slice(edit.text.as_bytes());
                done = end;
            }
            out.extend_from_slice(&bytes[done..]);
            *bytes = out;
        }
        Ok(tree)
    }
}

/// A path without a leading `./`.
pub(crate) fn plain(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path)
}
