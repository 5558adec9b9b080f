//! The unified diff of one file, as `git apply` and `patch -p1` take it.

use std::io::Write as _;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

/// How many unchanged lines stand around a change.
const CONTEXT: usize = 3;

/// The unified diff that turns `before` into `after`, both as they stand on disk; empty when they are equal.
///
/// `name` is the path relative to the directory where the patch will be applied, with `/` separators, as the bytes that the file system knows
/// (see [`PatchNames`](crate::text::PatchNames)). Only `\n` ends a line: a carriage return is part of its line. There is no `diff --git` line: with one, git would
/// take the path as relative to the root of the work tree instead of the current directory.
pub fn unified(name: &[u8], before: &[u8], after: &[u8]) -> Vec<u8> {
    let mut patch = Vec::new();
    if before == after {
        return patch;
    }
    let old: Vec<&[u8]> = before.split_inclusive(|&byte| byte == b'\n').collect();
    let new: Vec<&[u8]> = after.split_inclusive(|&byte| byte == b'\n').collect();
    header_line(&mut patch, b"--- ", b"a/", name);
    header_line(&mut patch, b"+++ ", b"b/", name);
    for hunk in group_diff_ops(line_changes(&old, &new), CONTEXT) {
        write_hunk(&mut patch, &hunk, &old, &new);
    }
    patch
}

/// After a change the texts agree again where so many lines are equal, if that is within so many lines of both texts. The first is more lines
/// than a new profile has, whose last lines may be the lines of what follows; fixes that are closer to each other than that meet the second.
/// Longer changes are left to the general algorithm.
const AGREEING: [(usize, usize); 2] = [(12, 48), (3, 256)];

/// What changes, in lines. Fixes are small and far between, so the next place where the texts agree again is near, and finding it
/// line by line is linear in the size of the file.
fn line_changes(old: &[&[u8]], new: &[&[u8]]) -> Vec<DiffOp> {
    let mut changes = Vec::new();
    let (mut old_index, mut new_index) = (0, 0);
    loop {
        let (old, new) = (&old[old_index..], &new[new_index..]);
        let len = old.iter().zip(new).take_while(|(old, new)| old == new).count();
        if len > 0 {
            changes.push(DiffOp::Equal { old_index, new_index, len });
        }
        let (old, new) = (&old[len..], &new[len..]);
        (old_index, new_index) = (old_index + len, new_index + len);
        if old.is_empty() && new.is_empty() {
            return changes;
        }
        let (gone, come) = agree_again(old, new).unwrap_or((old.len(), new.len()));
        let change = capture_diff_slices(Algorithm::Patience, &old[..gone], &new[..come]);
        changes.extend(change.into_iter().map(|change| moved_by(change, old_index, new_index)));
        (old_index, new_index) = (old_index + gone, new_index + come);
    }
}

/// How many lines of each text are passed over until they agree again, the fewest possible.
fn agree_again(old: &[&[u8]], new: &[&[u8]]) -> Option<(usize, usize)> {
    AGREEING.into_iter().find_map(|(agreeing, within)| {
        (1..=within).find_map(|both| {
            (0..=both).map(|gone| (gone, both - gone)).find(|&(gone, come)| {
                gone <= old.len()
                    && come <= new.len()
                    && old[gone..].iter().take(agreeing).eq(new[come..].iter().take(agreeing))
            })
        })
    })
}

fn moved_by(mut change: DiffOp, old: usize, new: usize) -> DiffOp {
    match &mut change {
        DiffOp::Equal { old_index, new_index, .. }
        | DiffOp::Delete { old_index, new_index, .. }
        | DiffOp::Insert { old_index, new_index, .. }
        | DiffOp::Replace { old_index, new_index, .. } => {
            *old_index += old;
            *new_index += new;
        }
    }
    change
}

fn write_hunk(patch: &mut Vec<u8>, hunk: &[DiffOp], old: &[&[u8]], new: &[&[u8]]) {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return };
    patch.extend_from_slice(b"@@ -");
    write_range(patch, first.old_range().start, last.old_range().end);
    patch.extend_from_slice(b" +");
    write_range(patch, first.new_range().start, last.new_range().end);
    patch.extend_from_slice(b" @@\n");
    for change in hunk {
        if change.tag() == DiffTag::Equal {
            write_lines(patch, b' ', &old[change.old_range()]);
        } else {
            write_lines(patch, b'-', &old[change.old_range()]);
            write_lines(patch, b'+', &new[change.new_range()]);
        }
    }
}

/// `first,count` as diff writes it: lines count from 1, a count of 1 is left out, and an empty range names the line before it.
fn write_range(patch: &mut Vec<u8>, start: usize, end: usize) {
    // Writing into memory cannot fail.
    let _ = match end - start {
        0 => write!(patch, "{start},0"),
        1 => write!(patch, "{}", start + 1),
        count => write!(patch, "{},{count}", start + 1),
    };
}

fn write_lines(patch: &mut Vec<u8>, sign: u8, lines: &[&[u8]]) {
    for line in lines {
        patch.push(sign);
        patch.extend_from_slice(line);
        if line.last() != Some(&b'\n') {
            patch.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}

fn header_line(patch: &mut Vec<u8>, mark: &[u8], side: &[u8], name: &[u8]) {
    patch.extend_from_slice(mark);
    let quoted = name.iter().any(|&byte| needs_quotes(byte));
    if quoted {
        patch.push(b'"');
    }
    patch.extend_from_slice(side);
    for &byte in name {
        write_name_byte(patch, byte);
    }
    if quoted {
        patch.push(b'"');
    }
    if name.contains(&b' ') {
        // Both tools cut an unquoted name at its first space unless a TAB ends it.
        patch.push(b'\t');
    }
    patch.push(b'\n');
}

/// Whether git puts a name with this byte in quotes (with its default, `core.quotePath = true`).
fn needs_quotes(byte: u8) -> bool {
    !(0x20..0x7f).contains(&byte) || byte == b'"' || byte == b'\\'
}

/// One byte of a name, with git's escapes.
fn write_name_byte(patch: &mut Vec<u8>, byte: u8) {
    let letter = match byte {
        0x07 => b'a',
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0b => b'v',
        0x0c => b'f',
        b'\r' => b'r',
        b'"' | b'\\' => byte,
        _ if needs_quotes(byte) => {
            // Writing into memory cannot fail.
            let _ = write!(patch, "\\{byte:03o}");
            return;
        }
        _ => {
            patch.push(byte);
            return;
        }
    };
    patch.extend_from_slice(&[b'\\', letter]);
}

#[cfg(test)]
#[allow(clippy::print_stderr)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::process::{Command, Stdio};

    use super::*;

    /// What changed, the file before, the file after.
    const ODD_CONTENTS: &[(&str, &str, &str)] = &[
        ("one line in the middle", "a\nb\nc\nd\ne\nf\ng\nh\ni\n", "a\nb\nc\nd\nE\nf\ng\nh\ni\n"),
        ("the first line", "a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n"),
        ("the last line", "a\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n"),
        ("a line put first", "a\nb\nc\nd\n", "new\na\nb\nc\nd\n"),
        ("a line put last", "a\nb\nc\nd\n", "a\nb\nc\nd\nnew\n"),
        ("only an insertion", "a\nb\nc\nd\ne\nf\ng\nh\n", "a\nb\nc\nd\nnew\n\nnewer\ne\nf\ng\nh\n"),
        ("only a removal", "a\nb\nc\nd\ne\nf\ng\nh\n", "a\nb\nc\nd\nf\ng\nh\n"),
        ("hunks that touch become one", "a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n"),
        ("hunks that stay two", "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n"),
        ("a file of one line", "a\n", "b\n"),
        ("an empty file gets text", "", "a\nb\n"),
        ("an empty file gets text without final newline", "", "a"),
        ("no final newline, before and after, another line", "a\nb\nc", "A\nb\nc"),
        ("no final newline, before and after, that line", "a\nb\nc", "a\nb\nC"),
        ("no final newline, far away", "a\nb\nc\nd\ne\nf", "A\nb\nc\nd\ne\nf"),
        ("the final newline comes", "a\nb", "a\nb\n"),
        ("the final newline goes", "a\nb\n", "a\nb"),
        ("text after a line without newline", "a\nb", "a\nb\nc\n"),
        ("CRLF", "a\r\nb\r\nc\r\n", "a\r\nB\r\nnew\r\nc\r\n"),
        ("CRLF without final newline", "a\r\nb\r\nc", "a\r\nB\r\nc"),
        ("mixed line endings", "a\nb\r\nc\nd\r\n", "a\nb\r\nnew\r\nc\nd\r\n"),
        ("a lone CR inside a line", "a\rb\nc\n", "a\rB\nc\n"),
        ("a lone CR at the end", "a\nb\r", "a\nB\r"),
        ("a byte order mark", "\u{feff}a\nb\n", "\u{feff}A\nb\n"),
        ("a byte order mark alone on the changed line", "\u{feff}\nb\n", "\u{feff}\nnew\nb\n"),
        (
            "lines that look like a patch",
            "--- a/x\n+++ b/x\n@@ -1 +1 @@\n",
            "--- a/x\n+++ b/y\n@@ -1 +1 @@\n\\ No newline\n",
        ),
        ("only blank lines", "\n\n\n\n", "\n\nx\n\n\n"),
        (
            "form feed, line separator, next line: no line ends",
            "a\u{c}b\u{2028}c\u{85}d\ne\n",
            "a\u{c}b\u{2028}C\u{85}d\ne\n",
        ),
        ("blanks at the end of a line", "a  \n\tb\t\n", "a  \n\tB\t\n"),
    ];

    const ODD_NAMES: &[(&str, &str)] = &[
        ("main.tf", "--- a/main.tf\n"),
        ("sub/dir/main.tf", "--- a/sub/dir/main.tf\n"),
        ("with space.tf", "--- a/with space.tf\t\n"),
        ("a b/c  d.tf", "--- a/a b/c  d.tf\t\n"),
        ("quo\"te.tf", "--- \"a/quo\\\"te.tf\"\n"),
        ("single'quote.tf", "--- a/single'quote.tf\n"),
        ("back\\slash.tf", "--- \"a/back\\\\slash.tf\"\n"),
        ("bäume.tf", "--- \"a/b\\303\\244ume.tf\"\n"),
        ("ä ö.tf", "--- \"a/\\303\\244 \\303\\266.tf\"\t\n"),
        ("tab\there.tf", "--- \"a/tab\\there.tf\"\n"),
        ("new\nline.tf", "--- \"a/new\\nline.tf\"\n"),
        ("bell\u{7}esc\u{1b}[31m.tf", "--- \"a/bell\\aesc\\033[31m.tf\"\n"),
        ("-dash.tf", "--- a/-dash.tf\n"),
        ("#hash [x] *.tf", "--- a/#hash [x] *.tf\t\n"),
    ];

    #[test]
    fn equal_bytes_give_no_patch() {
        assert!(unified(b"main.tf", b"a\n", b"a\n").is_empty());
    }

    #[test]
    fn a_patch_reads_as_git_writes_it() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14";
        let after = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15";
        let patch = unified(b"dir/main.tf", before.as_bytes(), after.as_bytes());
        let expected = "\
--- a/dir/main.tf
+++ b/dir/main.tf
@@ -2,7 +2,7 @@
 2
 3
 4
-5
+five
 6
 7
 8
@@ -11,4 +11,5 @@
 11
 12
 13
-14
\\ No newline at end of file
+14
+15
\\ No newline at end of file
";
        assert_eq!(String::from_utf8(patch).expect("text"), expected);
    }

    #[test]
    fn a_profile_is_put_in_whole_before_what_looks_like_it() {
        let policy =
            "  P:\n    Type: AWS::IAM::Policy\n    Properties:\n      Roles:\n      - !Ref R\n      PolicyName: p\n";
        let profile = "  I:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n      - !Ref R\n";
        let patch = unified(b"x", policy.as_bytes(), format!("{profile}{policy}").as_bytes());
        let patch = String::from_utf8(patch).expect("text");
        let added: String =
            patch.lines().skip(3).filter_map(|line| line.strip_prefix('+')).map(|line| format!("{line}\n")).collect();
        assert_eq!(added, profile);
        assert!(!patch.lines().skip(2).any(|line| line.starts_with('-')), "{patch}");
    }

    #[test]
    fn git_apply_and_patch_take_every_odd_content() {
        for (what, before, after) in ODD_CONTENTS {
            assert_applies(what, "main.tf", before.as_bytes(), after.as_bytes());
        }
    }

    #[test]
    fn git_apply_and_patch_take_every_odd_name() {
        for (name, header) in ODD_NAMES {
            let patch = unified(name.as_bytes(), b"a\n", b"b\n");
            assert_eq!(String::from_utf8_lossy(&patch).split_inclusive('\n').next(), Some(*header));
            // Windows has no such names.
            if cfg!(unix) {
                assert_applies(name, name, b"a\nb\n", b"a\nB\n");
            }
        }
    }

    #[test]
    fn patches_of_several_files_follow_each_other() {
        let files = [("a.tf", "a", "b"), ("sub dir/b.tf", "", "x\n"), ("ü.tf", "a\r\n", "a\r\nb\r\n")];
        let patch: Vec<u8> = files
            .iter()
            .flat_map(|(name, before, after)| unified(name.as_bytes(), before.as_bytes(), after.as_bytes()))
            .collect();
        for (tool, arguments) in [("git", &["apply"] as &[&str]), ("patch", &["-p1", "--silent"])] {
            let directory = tempfile::tempdir().expect("temporary directory");
            fs::create_dir(directory.path().join("sub dir")).expect("directory");
            for (name, before, _) in files {
                fs::write(directory.path().join(name), before).expect("file");
            }
            if run_tool(tool, arguments, "several files", directory.path(), &patch) {
                for (name, _, after) in files {
                    assert_eq!(fs::read_to_string(directory.path().join(name)).expect("file"), after, "{tool}, {name}");
                }
            }
        }
    }

    #[test]
    fn any_change_of_few_kinds_of_lines_applies() {
        // Few kinds, so that hardly a line is unlike all others.
        const LINES: [&str; 6] = ["a\n", "b\n", "\n", "a\r\n", "c\r", "}\n"];
        let mut random = 11_u32;
        let mut below = |limit: usize| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 16) as usize % limit
        };
        for _ in 0..3000 {
            let lines: Vec<&str> = (0..below(40)).map(|_| LINES[below(LINES.len())]).collect();
            let mut changed = lines.clone();
            for _ in 0..=below(5) {
                let at = below(changed.len() + 1);
                let until = (at + below(4)).min(changed.len());
                changed.splice(at..until, (0..below(4)).map(|_| LINES[below(LINES.len())]).collect::<Vec<_>>());
            }
            let (before, after) = (lines.concat(), changed.concat());
            let patch = unified(b"x", before.as_bytes(), after.as_bytes());
            assert_eq!(apply(&patch, before.as_bytes()), after.as_bytes(), "{before:?} to {after:?}");
        }
    }

    #[test]
    fn five_thousand_changes_in_ten_megabytes() {
        let block = |label: usize, role: &str| {
            format!("resource \"aws_instance\" \"n{label}\" {{\n  ami = \"x\"\n  iam_instance_profile = {role}\n}}\n\n")
        };
        let text = |changed: &dyn Fn(usize) -> bool| -> String {
            (0..160_000).map(|at| block(at, if changed(at) { "new" } else { "old" })).collect()
        };
        let (before, after) = (text(&|_| false), text(&|at| at % 32 == 0));
        assert!(before.len() > 10_000_000);
        // A twentieth of a second in an optimised build. Were the time quadratic, this test would take minutes.
        let patch = unified(b"main.tf", before.as_bytes(), after.as_bytes());
        assert_eq!(patch.iter().filter(|&&byte| byte == b'@').count(), 4 * 5000);
        assert_eq!(apply(&patch, before.as_bytes()), after.as_bytes());
    }

    /// Both tools, and this file's own strict reading of a patch, turn `before` into `after`.
    fn assert_applies(what: &str, name: &str, before: &[u8], after: &[u8]) {
        let patch = unified(name.as_bytes(), before, after);
        assert_eq!(apply(&patch, before), after, "{what}: applied by the book");
        assert_tool_applies("git", &["apply"], what, name, before, after);
        assert_tool_applies("patch", &["-p1", "--silent"], what, name, before, after);
    }

    fn assert_tool_applies(tool: &str, arguments: &[&str], what: &str, name: &str, before: &[u8], after: &[u8]) {
        let directory = tempfile::tempdir().expect("temporary directory");
        let file = directory.path().join(name);
        fs::create_dir_all(file.parent().expect("a parent")).expect("directory");
        fs::write(&file, before).expect("file");
        if run_tool(tool, arguments, what, directory.path(), &unified(name.as_bytes(), before, after)) {
            assert_eq!(fs::read(&file).expect("file"), after, "{tool}, {what}");
        }
    }

    /// Applies a patch in `directory` with a real tool. Where that is not installed, says so and answers false.
    fn run_tool(tool: &str, arguments: &[&str], what: &str, directory: &Path, patch: &[u8]) -> bool {
        let patch_file = directory.join("the.patch");
        fs::write(&patch_file, patch).expect("patch");
        let output = Command::new(tool)
            .args(arguments)
            .current_dir(directory)
            .env("HOME", directory)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", directory.parent().unwrap_or(Path::new("/")))
            .stdin(Stdio::from(fs::File::open(&patch_file).expect("patch")))
            .output();
        let Ok(output) = output else {
            eprintln!("not tested, for {tool} is not installed: {what}");
            return false;
        };
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{tool}, {what}: {said}");
        let left: Vec<_> = fs::read_dir(directory)
            .expect("directory")
            .map(|entry| entry.expect("entry").file_name())
            .filter(|entry| entry.to_string_lossy().ends_with(".orig") || entry.to_string_lossy().ends_with(".rej"))
            .collect();
        assert!(left.is_empty(), "{tool}, {what}: applied with fuzz or in part: {left:?}");
        true
    }

    /// Applies a patch of one file by the book, without any tolerance.
    fn apply(patch: &[u8], before: &[u8]) -> Vec<u8> {
        let mut old = before.split_inclusive(|&byte| byte == b'\n').peekable();
        let mut out: Vec<u8> = Vec::new();
        let mut taken = 0;
        let mut lines = patch.split_inclusive(|&byte| byte == b'\n').skip(2).peekable();
        while let Some(line) = lines.next() {
            let cut = lines.peek().is_some_and(|next| next.starts_with(b"\\ "));
            let content = if cut { &line[1..line.len() - 1] } else { &line[1..] };
            match line[0] {
                b'@' => {
                    let header = std::str::from_utf8(line).expect("ASCII");
                    let range = header.split(['-', ' ']).nth(2).expect("a range");
                    let (start, count) = range.split_once(',').unwrap_or((range, "1"));
                    let start: usize = start.parse().expect("a number");
                    let skip = if count == "0" { start } else { start - 1 } - taken;
                    out.extend(old.by_ref().take(skip).flatten());
                    taken += skip;
                }
                b'+' => out.extend_from_slice(content),
                b'\\' => {}
                sign => {
                    assert_eq!(old.next(), Some(content), "the patch names a line that is not there");
                    taken += 1;
                    if sign == b' ' {
                        out.extend_from_slice(content);
                    }
                }
            }
        }
        out.extend(old.flatten());
        out
    }
}
