//! From chosen fixes to new texts: edits, and their proof.

use std::collections::BTreeMap;

use crate::aws::slots::ModuleSlot;
use crate::check::FileChange;
use crate::check::verify;
use crate::check::verify::Planned;
use crate::language::{Frontend, Outline};
use crate::plan::{FixId, Plan};
use crate::text::{Edit, FileId, LineEnding, Source, Sources, splice};

/// Edits that are still to be proved.
pub(crate) struct PendingChanges {
    edits: Vec<Edit>,
    /// The structure of the files that change, as they stand.
    before: Outline,
}

impl PendingChanges {
    /// Makes the edits of the chosen fixes.
    ///
    /// # Errors
    /// A sentence on why the text cannot be changed so.
    pub(crate) fn new<E: Frontend>(
        frontend: &E,
        sources: &Sources,
        plan: &Plan,
        chosen: &[FixId],
    ) -> Result<Self, String> {
        let mut edits = frontend.edits(sources, plan, chosen).map_err(|error| error.to_string())?;
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
    /// What could not be proved, and in which file.
    pub(crate) fn verify<E: Frontend>(
        self,
        sources: &Sources,
        slots: &[ModuleSlot],
        planned: &Planned<'_>,
    ) -> Result<Vec<FileChange>, (FileId, String)> {
        let named = |file: FileId| sources.get(file.0 as usize).is_some_and(Source::may_change);
        let files = files_of(&self.edits);
        let mut changes = Vec::new();
        for edits in self.edits.chunk_by(|a, b| a.span.file == b.span.file) {
            let file = edits[0].span.file;
            let after = splice(&sources[file], edits).map_err(|error| (file, error.to_string()))?;
            changes.push(FileChange { file, after, edits: edits.to_vec() });
        }
        let first = files.first().copied().unwrap_or(FileId(0));
        let after = edited(sources, &changes);
        let (frontend, errors) = E::read_with_slots(&after, slots);
        if let Some(error) = errors.iter().find(|error| files.contains(&error.span.file)) {
            return Err((error.span.file, format!("the edited text cannot be read: {}", error.message)));
        }
        let proof = || verify::verify(planned, &self.before, &frontend.outline(&after, &files), &frontend, &named);
        let opinion = || {
            let mut changed = changes.iter().map(|change| (change.file, &after[change.file]));
            changed.try_for_each(|(file, source)| frontend.crosscheck(source).map_err(|why| (file, why)))
        };
        let (proof, opinion) = rayon::join(proof, opinion);
        proof.map_err(|why| (first, why)).and(opinion).map(|()| changes)
    }
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
    let after = |(number, source): (usize, &Source)| {
        let change = u32::try_from(number).ok().and_then(|number| changed.get(&FileId(number)));
        source.with_text(change.map_or_else(|| source.text().to_owned(), |change| change.after.clone()))
    };
    sources.iter().enumerate().map(after).collect()
}
