//! From chosen fixes to new texts: edits, and their verification.

use std::collections::BTreeMap;

use crate::check::report::FileChange;
use crate::check::verify;
use crate::check::verify::{Planned, VerifyError};
use crate::language::{EditError, Frontend, Outline, Parsed, UnitText};
use crate::plan::{FixId, Plan};
use crate::text::{Edit, FileId, LineEnding, ReadError, Source, Sources, splice};

/// Edits that are still to be verified.
pub(crate) struct PendingChanges {
    edits: Vec<Edit>,
    /// The structure of the files that change, as they stand.
    before: Outline,
}

impl PendingChanges {
    /// Makes the edits of the chosen fixes.
    ///
    /// # Errors
    /// Why the text cannot be changed so.
    pub(crate) fn new<F: Frontend>(
        frontend: &F,
        sources: &Sources,
        plan: &Plan,
        chosen: &[FixId],
    ) -> Result<Self, EditError> {
        let mut edits = frontend.edits(sources, plan, chosen)?;
        edits.sort_by_key(|edit| edit.span.file);
        let before = frontend.outline(sources, &files_of(&edits));
        Ok(PendingChanges { edits, before })
    }

    /// The edits with the line endings that they get in their files: offsets of outlines count bytes as they are written.
    pub(crate) fn normalized_edits(&self, sources: &Sources) -> Vec<Edit> {
        self.edits.iter().map(|edit| as_written(&sources[edit.span.file], edit)).collect()
    }

    /// Makes the new texts, reads them again and compares what they say with what was planned.
    ///
    /// # Errors
    /// What could not be verified, and in which file.
    pub(crate) fn verify<F: Frontend>(
        self,
        text: UnitText<'_>,
        planned: &Planned<'_>,
    ) -> Result<Vec<FileChange>, Unverified> {
        let sources = text.sources;
        let files = files_of(&self.edits);
        let mut changes = Vec::new();
        for edits in self.edits.chunk_by(|a, b| a.span.file == b.span.file) {
            let file = edits[0].span.file;
            let after = splice(&sources[file], edits).map_err(|error| Unverified { file, error: error.into() })?;
            changes.push(FileChange { file, after, edits: edits.to_vec() });
        }
        let after = edited(sources, &changes);
        let Parsed { frontend, errors, .. } = F::read(text.with_sources(&after));
        let unreadable =
            |error: ReadError| Unverified { file: error.span.file, error: VerifyError::Unreadable(error.message) };
        if let Some(error) = errors.into_iter().find(|error| files.contains(&error.span.file)) {
            return Err(unreadable(error));
        }
        let as_planned = || {
            let outline = frontend.outline(&after, &files);
            verify::verify(planned, (&self.before, &outline), &frontend, &|file| may_change(sources, file))
        };
        let crosschecked = || {
            files.iter().try_for_each(|&file| {
                let source = &after[file];
                frontend.crosscheck(file, source).map_err(|error| {
                    let message = format!("{} (line {})", error.message, source.position(error.span.start).line);
                    Unverified { file, error: VerifyError::Crosscheck(message) }
                })
            })
        };
        let (as_planned, crosschecked) = rayon::join(as_planned, crosschecked);
        let file = files.first().copied().unwrap_or(FileId(0));
        as_planned.map_err(|error| Unverified { file, error }).and(crosschecked).map(|()| changes)
    }
}

/// Changes that could not be verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Unverified {
    pub(crate) file: FileId,
    pub(crate) error: VerifyError,
}

/// Whether a file is one that fixes may change.
pub(crate) fn may_change(sources: &Sources, file: FileId) -> bool {
    sources.get(file.0 as usize).is_some_and(Source::may_change)
}

/// The files that edits in the order of the files change.
fn files_of(edits: &[Edit]) -> Vec<FileId> {
    let mut files: Vec<FileId> = edits.iter().map(|edit| edit.span.file).collect();
    files.dedup();
    files
}

fn as_written(source: &Source, edit: &Edit) -> Edit {
    match source.line_ending() {
        LineEnding::Lf => edit.clone(),
        LineEnding::Crlf => Edit { text: edit.text.replace("\r\n", "\n").replace('\n', "\r\n"), ..edit.clone() },
    }
}

/// The files as they will be.
fn edited(sources: &Sources, changes: &[FileChange]) -> Sources {
    let changed: BTreeMap<FileId, &FileChange> = changes.iter().map(|change| (change.file, change)).collect();
    let after = |(id, source): (FileId, &Source)| {
        let text = changed.get(&id).map_or(source.text(), |change| &change.after);
        source.with_text(text.to_owned())
    };
    sources.ids().zip(sources.iter()).map(after).collect()
}
