use std::fmt;
use std::path::{Path, PathBuf};

/// Which file of a unit: an index into the unit's list of [`Source`]s.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in the text of one file (without its byte order mark).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// The span of `range` in `file`.
    pub fn new(file: FileId, range: std::ops::Range<usize>) -> Self {
        Span { file, start: range.start, end: range.end }
    }

    /// As a range for slicing the file's text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start..self.end
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte, or touch where one of them is empty.
    pub fn overlaps(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.end && other.start <= self.end
    }
}

/// The line ending that inserted text gets: that of the majority of the file's lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineEnding {
    /// `\n`
    Lf,
    /// `\r\n`
    Crlf,
}

/// A place as people count it. Both numbers start at 1; a column is a Unicode scalar value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in Unicode scalar values, from 1.
    pub column: usize,
}

/// A range of a file that belongs to another unit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
#[non_exhaustive]
pub struct Place {
    /// The file, as the user knows it.
    pub path: PathBuf,
    /// Where it starts.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
    /// Offsets of its first byte and after its last one in the file, byte order mark included.
    pub offsets: (usize, usize),
    /// The columns of both in bytes, from 1, byte order mark included.
    pub byte_columns: (usize, usize),
}

/// A range of a file of this unit or of another one.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Location {
    /// In this unit.
    Here(Span),
    /// In another unit.
    Elsewhere(Place),
}

/// The files of one unit, indexed by [`FileId`].
#[derive(Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// The ids of all files, in order.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..u32::try_from(self.0.len()).unwrap_or(u32::MAX)).map(FileId)
    }

    /// Adds a file after the others.
    pub fn push(&mut self, source: Source) {
        self.0.push(source);
    }

    /// Where a span starts, for people.
    pub fn position(&self, span: Span) -> Position {
        self[span.file].position(span.start)
    }

    /// A span, for a unit that has other files.
    pub fn place(&self, span: Span) -> Place {
        self[span.file].place(span.range())
    }
}

impl FromIterator<Source> for Sources {
    fn from_iter<I: IntoIterator<Item = Source>>(sources: I) -> Self {
        Sources(sources.into_iter().collect())
    }
}

impl From<Vec<Source>> for Sources {
    fn from(sources: Vec<Source>) -> Self {
        Sources(sources)
    }
}

impl std::ops::Deref for Sources {
    type Target = [Source];

    fn deref(&self) -> &[Source] {
        &self.0
    }
}

impl std::ops::DerefMut for Sources {
    fn deref_mut(&mut self) -> &mut [Source] {
        &mut self.0
    }
}

impl std::ops::Index<FileId> for Sources {
    type Output = Source;

    /// # Panics
    /// If the id is of another unit.
    fn index(&self, id: FileId) -> &Source {
        &self.0[id.0 as usize]
    }
}

impl std::ops::IndexMut<FileId> for Sources {
    fn index_mut(&mut self, id: FileId) -> &mut Source {
        &mut self.0[id.0 as usize]
    }
}

/// One file of a unit, read once.
///
/// `text` has no byte order mark; every offset in this crate counts from the first byte after it.
pub struct Source {
    path: PathBuf,
    text: String,
    bom: bool,
    line_ending: LineEnding,
    is_target: bool,
    shared_with: Option<PathBuf>,
    line_starts: std::sync::OnceLock<Vec<usize>>,
    /// How many characters stand before each [`STEP`]th byte; for long lines (minified JSON).
    characters: std::sync::OnceLock<Vec<usize>>,
}

/// Characters of a line are counted one by one up to this many bytes.
const STEP: usize = 4096;

/// The byte order mark that some editors put before UTF-8 text.
pub(crate) const BOM: &str = "\u{feff}";

impl Source {
    /// Takes the bytes of a file.
    ///
    /// `named` says whether the user named this file or a directory above it: only then may it change, and only then are findings in it reported.
    ///
    /// # Errors
    /// Text that is not UTF-8 (UTF-16 is told apart), or that holds a NUL byte.
    pub fn new(path: impl Into<PathBuf>, bytes: Vec<u8>, named: bool) -> Result<Self, SourceError> {
        let path = path.into();
        let text = decode(bytes)?;
        let (bom, text) = match text.strip_prefix(BOM) {
            Some(rest) => (true, rest.to_owned()),
            None => (false, text),
        };
        let line_ending = majority(&text);
        Ok(Source {
            path,
            text,
            bom,
            line_ending,
            is_target: named,
            shared_with: None,
            line_starts: Default::default(),
            characters: Default::default(),
        })
    }

    /// The same file, which a link puts into another module too, under this path. Findings in it are reported, but it does not change.
    #[must_use]
    pub fn shared_with(mut self, other: Option<PathBuf>) -> Self {
        self.shared_with = other;
        self
    }

    /// The path under which it is in another module too.
    pub fn other_path(&self) -> Option<&Path> {
        self.shared_with.as_deref()
    }

    /// Whether a fix may change it.
    pub fn may_change(&self) -> bool {
        self.is_target && self.shared_with.is_none()
    }

    /// The same file with other text, as after an edit.
    #[must_use]
    pub fn with_text(&self, text: String) -> Self {
        Source {
            path: self.path.clone(),
            text,
            bom: self.bom,
            line_ending: self.line_ending,
            is_target: self.is_target,
            shared_with: self.shared_with.clone(),
            line_starts: std::sync::OnceLock::new(),
            characters: std::sync::OnceLock::new(),
        }
    }

    /// The path becomes one that the reader of a report knows.
    pub(crate) fn rename(&mut self, name: impl FnOnce(&Path) -> PathBuf) {
        self.path = name(&self.path);
    }

    /// The path as the user knows it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text after the byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the file starts with a byte order mark.
    pub fn has_bom(&self) -> bool {
        self.bom
    }

    /// The line ending of most of the file's lines.
    pub fn line_ending(&self) -> LineEnding {
        self.line_ending
    }

    /// Whether the user named this file, or a directory above it: findings in it are reported.
    pub fn is_target(&self) -> bool {
        self.is_target
    }

    /// The bytes as they stand (or will stand) on disk: byte order mark and text.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.text.len() + 3);
        if self.bom {
            bytes.extend_from_slice(BOM.as_bytes());
        }
        bytes.extend_from_slice(self.text.as_bytes());
        bytes
    }

    /// The offset in the bytes on disk of an offset in [`text`](Self::text).
    pub fn byte_offset(&self, offset: usize) -> usize {
        if self.bom { offset + BOM.len() } else { offset }
    }

    /// Line and column of an offset in [`text`](Self::text). Lines end at `\n`.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start <= offset);
        let start = starts[line - 1];
        let column = match self.text.get(start..offset) {
            Some(before) if before.len() < STEP => before.chars().count(),
            Some(_) => self.characters_before(offset) - self.characters_before(start),
            None => offset - start,
        };
        Position { line, column: column + 1 }
    }

    /// A range of [`text`](Self::text), for a unit that has other files.
    pub fn place(&self, range: std::ops::Range<usize>) -> Place {
        let (start, end) = (self.position(range.start), self.position(range.end));
        let byte_column = |offset: usize, Position { line, .. }: Position| {
            // The byte order mark is part of the first line.
            let before = if line == 1 { 0 } else { self.byte_offset(self.line_starts()[line - 1]) };
            self.byte_offset(offset) - before + 1
        };
        Place {
            path: self.path.clone(),
            start,
            end,
            offsets: (self.byte_offset(range.start), self.byte_offset(range.end)),
            byte_columns: (byte_column(range.start, start), byte_column(range.end, end)),
        }
    }

    /// How many characters stand before a byte of the text.
    fn characters_before(&self, offset: usize) -> usize {
        let count = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        let counted = self.characters.get_or_init(|| {
            let mut so_far = 0;
            let chunks = self.text.as_bytes().chunks(STEP).map(|chunk| {
                so_far += count(chunk);
                so_far
            });
            std::iter::once(0).chain(chunks).collect()
        });
        let chunk = offset / STEP;
        counted[chunk] + count(&self.text.as_bytes()[chunk * STEP..offset])
    }

    /// The offset of the first byte of each line.
    pub fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let newlines = self.text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
            std::iter::once(0).chain(newlines.map(|(at, _)| at + 1)).collect()
        })
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("path", &self.path).field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

/// Why ipfix cannot work on the bytes of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SourceError {
    /// A byte that is not valid UTF-8.
    NotUtf8 {
        /// The position of the first such byte.
        at: Position,
        /// Its offset in the file.
        offset: usize,
    },
    /// The file is UTF-16 (it starts with that byte order mark, or every other byte is zero).
    Utf16,
    /// A NUL byte.
    Nul {
        /// The position of the first NUL byte.
        at: Position,
        /// Its offset in the file.
        offset: usize,
    },
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SourceError::NotUtf8 { .. } => write!(f, "not valid UTF-8"),
            SourceError::Utf16 => write!(f, "encoded as UTF-16"),
            SourceError::Nul { .. } => write!(f, "contains a NUL byte, so it is not a text file or is damaged"),
        }
    }
}

impl std::error::Error for SourceError {}

impl SourceError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            SourceError::NotUtf8 { .. } | SourceError::Utf16 => "convert the file to UTF-8",
            SourceError::Nul { .. } => "fix the file",
        }
    }

    /// Where in the file, if it is one place.
    pub fn position(&self) -> Option<Position> {
        match self {
            SourceError::NotUtf8 { at, .. } | SourceError::Nul { at, .. } => Some(*at),
            SourceError::Utf16 => None,
        }
    }
}

fn decode(bytes: Vec<u8>) -> Result<String, SourceError> {
    if is_utf16(&bytes) {
        return Err(SourceError::Utf16);
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        SourceError::NotUtf8 { at: position_in(&error.as_bytes()[..offset]), offset }
    })?;
    match text.bytes().position(|byte| byte == 0) {
        Some(offset) => Err(SourceError::Nul { at: position_in(&text.as_bytes()[..offset]), offset }),
        None => Ok(text),
    }
}

/// A byte order mark of UTF-16, or (without one) ASCII text with every other byte zero.
fn is_utf16(bytes: &[u8]) -> bool {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return true;
    }
    let head = &bytes[..bytes.len().min(64) & !1];
    let zeros = |odd: usize| head.chunks_exact(2).all(|pair| pair[odd] == 0 && pair[1 - odd] != 0);
    head.len() >= 4 && (zeros(0) || zeros(1))
}

/// The start of the character at an offset: parsers that work on bytes may stop inside of one.
pub(crate) fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn position_in(before: &[u8]) -> Position {
    let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
    Position { line, column }
}

fn majority(text: &str) -> LineEnding {
    let all = text.bytes().filter(|&byte| byte == b'\n').count();
    let crlf = text.match_indices("\r\n").count();
    if crlf * 2 > all { LineEnding::Crlf } else { LineEnding::Lf }
}

/// A file that could not be read as what it should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadError {
    /// Which file, and where in it.
    pub span: Span,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do about it, or why ipfix cannot go on with this file.
    pub help: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(bytes: &[u8]) -> Result<Source, SourceError> {
        Source::new("main.tf", bytes.to_vec(), true)
    }

    #[test]
    fn positions_count_scalar_values_from_one() {
        let source = source("a = 1\nä = \"x\"\n".as_bytes()).expect("text");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(6), Position { line: 2, column: 1 });
        assert_eq!(source.position(8), Position { line: 2, column: 2 });
        assert_eq!(source.position(999).line, 3);
    }

    #[test]
    fn byte_order_mark_is_set_aside_and_comes_back() {
        let source = source(b"\xef\xbb\xbfa = 1\n").expect("text");
        assert_eq!(source.text(), "a = 1\n");
        assert_eq!(source.byte_offset(0), 3);
        assert_eq!(source.bytes(), b"\xef\xbb\xbfa = 1\n");
    }

    #[test]
    fn what_is_no_text_is_told_apart() {
        assert_eq!(source(b"\xff\xfea\0").unwrap_err(), SourceError::Utf16);
        assert_eq!(source(b"a\0b\0c\0").unwrap_err(), SourceError::Utf16);
        assert_eq!(source(b"a\nb\0").unwrap_err().position(), Some(Position { line: 2, column: 2 }));
        assert_eq!(source(b"a\nb\xc3(").unwrap_err().position(), Some(Position { line: 2, column: 2 }));
    }

    #[test]
    fn columns_of_long_lines_count_characters() {
        let text = format!("a\n{}b\n", "größe日".repeat(3000));
        let source = Source::new("t.json", text.clone().into_bytes(), true).expect("text");
        for (offset, _) in text.char_indices().step_by(997).chain(text.char_indices().skip(text.chars().count() - 3)) {
            let line_start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
            let column = text[line_start..offset].chars().count() + 1;
            assert_eq!(source.position(offset).column, column, "{offset}");
        }
        assert_eq!(source.position(text.len()), Position { line: 3, column: 1 });
    }

    #[test]
    fn the_majority_of_lines_decides_the_line_ending() {
        assert_eq!(source(b"a\r\nb\r\nc\n").expect("text").line_ending(), LineEnding::Crlf);
        assert_eq!(source(b"a\r\nb\n").expect("text").line_ending(), LineEnding::Lf);
        assert_eq!(source(b"").expect("text").line_ending(), LineEnding::Lf);
    }
}
