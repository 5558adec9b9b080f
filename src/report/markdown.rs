//! A comment for a pull request: what was found, the wiring before and after as pictures, the patch in a fold.
//!
//! It is kept below the size that GitHub takes; what does not fit is left out, and the comment says so.

use std::io::{self, Write};

use super::imports::{IMPORT_HINT, Imports};
use super::summary::{self, Counts, number};
use super::{Run, escape, mermaid};
use crate::check::UnitReport;
use crate::report::graph::View;
use crate::report::view;
use crate::report::view::{Entry, FileDiagnostic};
use crate::rules::Severity;
use crate::text::floor_char_boundary;

/// GitHub takes 65,536 characters. The parts have room for so many each.
const MOST_TABLE: usize = 18_000;
const MOST_LINES: usize = 40;
const LONGEST_CELL: usize = 240;
const MOST_PICTURES: usize = 20_000;
const MOST_PICTURE: usize = 8_000;
const MOST_PATCH: usize = 16_000;

/// Writes the comment. `patch` is the patch of the run, as the format `diff` has it.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, patch: &str, out: &mut dyn Write) -> io::Result<()> {
    let counts = Counts::of(run);
    writeln!(out, "## ipfix: {}\n", summary::found(run, &counts))?;
    write_table(run, out)?;
    write_next(run, &counts, out)?;
    write_pictures(run, out)?;
    write_patch(patch, out)
}

fn write_table(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let problems = view::problems(run).map(|trouble| problem_row(&trouble));
    let findings = view::findings(run).map(|finding| finding_row(&finding, run.written));
    let (mut rows, mut left_out) = (String::new(), 0);
    for row in problems.chain(findings) {
        if rows.len() + row.len() <= MOST_TABLE {
            rows.push_str(&row);
        } else {
            left_out += 1;
        }
    }
    if rows.is_empty() && left_out == 0 {
        return Ok(());
    }
    writeln!(out, "| | place | what is wrong | fix |\n| --- | --- | --- | --- |\n{rows}")?;
    if left_out > 0 {
        writeln!(out, "{left_out} more are not shown.\n")?;
    }
    Ok(())
}

fn problem_row(trouble: &FileDiagnostic<'_>) -> String {
    let problem = trouble.problem;
    let line = problem.position.map(|place| format!(":{}", place.line)).unwrap_or_default();
    let place = code(&format!("{}{line}", escape::forward_slashes(&problem.path)));
    let severity = strong(view::gravity_name(problem.severity), problem.severity == Severity::Error);
    let help = problem.help.as_deref().map(text).unwrap_or_default();
    format!("| {severity} | {place} | {} | {help} |\n", text(&problem.message))
}

fn finding_row(finding: &Entry<'_>, written: bool) -> String {
    let place = code(&format!("{}:{}", escape::forward_slashes(finding.source().path()), finding.start().line));
    let severity = strong(view::severity_name(finding.severity()), finding.severity() == Severity::Error);
    let remedy = finding.help(written).map(|(kind, what)| format!("{kind}: {}", text(&what)));
    let consequence = finding.deployment_effect().map(|what| format!("<br>on deploy: {}", text(&what)));
    let fix = remedy.unwrap_or_default() + &consequence.unwrap_or_default();
    format!("| {severity} {} | {place} | {} | {fix} |\n", finding.code(), text(finding.message()))
}

fn strong(word: &str, is_strong: bool) -> String {
    if is_strong { format!("**{word}**") } else { word.to_owned() }
}

fn write_next(run: &Run, counts: &Counts, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = Vec::new();
    if counts.selected > 0 && !run.written {
        lines.push(format!("{} fixable with `ipfix --write`.", counts.selected));
    }
    if counts.unsafe_fixes > 0 {
        let more = if counts.selected > 0 { "more" } else { "fixable" };
        lines.push(format!("{} {more} with `--unsafe-fixes` (review first).", counts.unsafe_fixes));
    }
    if counts.unfixed > 0 {
        let needs = if counts.unfixed == 1 { "needs" } else { "need" };
        lines.push(format!("{} {needs} manual review.", number(counts.unfixed, "finding")));
    }
    lines.extend(summary::needs(run).iter().map(|line| text(line)));
    for line in lines.iter().take(MOST_LINES) {
        writeln!(out, "* {line}")?;
    }
    let imports = Imports::of(run);
    if !imports.commands.is_empty() {
        writeln!(out, "* {IMPORT_HINT}")?;
        writeln!(out, "  ```sh")?;
        for command in imports.commands.iter().take(MOST_LINES) {
            writeln!(out, "  {command}")?;
        }
        writeln!(out, "  ```")?;
    }
    let left_out = imports.left_out();
    if let Some(left_out) = &left_out {
        writeln!(out, "* {}", text(left_out))?;
    }
    if lines.is_empty() && imports.commands.is_empty() && left_out.is_none() { Ok(()) } else { writeln!(out) }
}

/// Units with something wrong, before and, if fixes are applied, after.
fn write_pictures(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let wrong =
        |unit: &&UnitReport| unit.findings.iter().any(|reported| reported.finding.rule.severity < Severity::Note);
    let (mut room, mut left_out) = (MOST_PICTURES, 0);
    for unit in run.units.iter().filter(wrong) {
        let mut parts = format!("### {}\n", code(&view::unit_path(unit)));
        for (view, title) in [(View::Before, "before"), (View::After, "after")] {
            if view == View::Before || !unit.applied.is_empty() {
                let chart = mermaid::flowchart(&[unit], view, MOST_PICTURE);
                parts.extend(["\nThe wiring ", title, ":\n\n```mermaid\n", &chart, "```\n"]);
            }
        }
        match room.checked_sub(parts.len()) {
            Some(rest) => {
                room = rest;
                writeln!(out, "{parts}")?;
            }
            None => left_out += 1,
        }
    }
    if left_out > 0 {
        let units =
            if left_out == 1 { "1 module or template".to_owned() } else { format!("{left_out} modules or templates") };
        writeln!(out, "The pictures of {units} are left out: there is no room for them here.\n")?;
    }
    Ok(())
}

fn write_patch(patch: &str, out: &mut dyn Write) -> io::Result<()> {
    if patch.is_empty() {
        return Ok(());
    }
    let mut shown = patch;
    if patch.len() > MOST_PATCH {
        let end = patch[..floor_char_boundary(patch, MOST_PATCH)].rfind('\n').map_or(0, |newline| newline + 1);
        shown = &patch[..end];
    }
    let harmless = escape::excerpt(shown);
    let fence = fence(&harmless);
    writeln!(out, "<details><summary>The patch</summary>\n")?;
    if shown.len() < patch.len() {
        writeln!(out, "Only its beginning: it is too long to be shown whole.\n")?;
    }
    if harmless != shown {
        writeln!(out, "It holds control characters, which are replaced here: take the patch from ipfix itself.\n")?;
    }
    writeln!(out, "{fence}diff\n{harmless}{fence}\n\n</details>")
}

/// A fence that no line of the text closes.
fn fence(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// Words of a cell. What is between backticks is code; everything else means itself.
fn text(words: &str) -> String {
    let mut out = String::new();
    let parts: Vec<&str> = words.split('`').collect();
    for (index, part) in parts.iter().enumerate() {
        // An odd part is code if another backtick closes it.
        if index % 2 == 1 && index + 1 < parts.len() && !part.is_empty() {
            out.push_str(&code(part));
            continue;
        }
        // One that is not closed, or closes nothing, stands for itself.
        if index % 2 == 1 {
            out.push_str("\\`");
        }
        out.push_str(&plain(part));
        if index % 2 == 1 && index + 1 < parts.len() {
            out.push_str("\\`");
        }
    }
    out
}

fn plain(words: &str) -> String {
    let words = cut(&escape::terminal(words));
    let mut out = String::new();
    let mut characters = words.chars().peekable();
    let mut before = ' ';
    while let Some(character) = characters.next() {
        let within_word = before.is_alphanumeric() && characters.peek().is_some_and(|next| next.is_alphanumeric());
        match character {
            // A comment between the two keeps a mention from being one.
            '@' => out.push_str("@<!-- -->"),
            '_' if within_word => out.push('_'),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '+' | '!' | '|' | '~' | '$' => {
                out.extend(['\\', character]);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            character => out.push(character),
        }
        before = character;
    }
    out
}

/// A code span in a table.
fn code(words: &str) -> String {
    let words = cut(&escape::terminal(words)).replace('|', "\\|");
    let fence = "`".repeat(words.split(|character| character != '`').map(str::len).max().unwrap_or(0) + 1);
    let space = if words.starts_with('`') || words.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{words}{space}{fence}")
}

fn cut(words: &str) -> String {
    match words.char_indices().nth(LONGEST_CELL) {
        Some((end, _)) => format!("{}\u{2026}", &words[..end]),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    const PATCH: &str = "--- a/app/iam.tf\n+++ b/app/iam.tf\n@@ -1,1 +1,2 @@\n x\n+```\n";

    fn written(run: &Run, patch: &str) -> String {
        let mut out = Vec::new();
        write(run, patch, &mut out).expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn table_pictures_and_patch() {
        let expected = r"## ipfix: 1 failure and 3 errors in 2 files (3 files in 1 module checked)

| | place | what is wrong | fix |
| --- | --- | --- | --- |
| **error** | `app/broken.tf:3` | expected a value | ipfix cannot read this file; it is left as it is |
| **error** IPF001 | `app/main.tf:3` | `aws_iam_role.app` is a role, not an instance profile | fix: add aws_iam_instance_profile.app and use its name<br>on deploy: aws_instance.web is updated in place |
";
        let text = written(&sample::run(), PATCH);
        assert!(text.starts_with(expected), "{text}");
        assert!(
            text.contains("\n* 2 fixable with `ipfix --write`.\n* 1 more with `--unsafe-fixes` (review first).\n"),
            "{text}"
        );
        assert!(text.contains("\n  terraform -chdir=app import aws_iam_instance_profile.app app-role\n"), "{text}");
        assert_eq!(text.matches("```mermaid\nflowchart LR\n").count(), 2, "{text}");
        let end = format!("````diff\n{PATCH}````\n\n</details>\n");
        assert!(text.ends_with(&end), "{text}");
        assert!(!text.contains("IPF011"), "{text}");
    }

    #[test]
    fn nothing_wrong_is_one_line() {
        assert_eq!(written(&Run { files: 2, ..Run::default() }, ""), "## ipfix: no issues found in 2 files\n\n");
    }

    #[test]
    fn words_from_files_are_only_words() {
        for (words, expected) in [
            ("a `b|c` d", "a `b\\|c` d"),
            ("a ` d", "a \\` d"),
            ("``", "\\`\\`"),
            ("@team <b> [x](y) **z**", "@<!-- -->team &lt;b&gt; \\[x\\](y) \\*\\*z\\*\\*"),
            ("a\n| b", "a\\\\n\\| b"),
            ("a_b _c_ __d", "a_b \\_c\\_ \\_\\_d"),
        ] {
            assert_eq!(text(words), expected, "{words:?}");
        }
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`b"), "`` `b ``");
        let text = written(&sample::hostile(), "+a\u{1b}[31m\n");
        assert_eq!(sample::harmful(&text), None, "{text:?}");
        assert!(text.contains("```diff\n+a?[31m\n```"), "{text}");
        assert!(text.contains("take the patch from ipfix itself"), "{text}");
    }

    #[test]
    fn github_takes_it_however_much_there_is() {
        let run = Run { units: (0..200).flat_map(|_| sample::run().units).collect(), ..Run::default() };
        let patch = "+a line of the patch\n".repeat(10_000);
        let text = written(&run, &patch);
        assert!(text.chars().count() < 65_536, "{}", text.chars().count());
        assert!(text.contains(" more are not shown.\n"), "{text}");
        assert!(text.contains(" modules or templates are left out"), "{text}");
        assert!(text.contains("Only its beginning"), "{text}");
        assert!(text.ends_with("+a line of the patch\n```\n\n</details>\n"), "{text}");
    }
}
