//! A comment for a pull request: what was found, the references before and after as graphs, the patch (collapsed).
//!
//! It stays below GitHub's limit; what does not fit is left out, and the comment says so.

use std::io::{self, Write};

use super::imports::{IMPORT_HINT, Imports};
use super::summary::{self, Counts};
use super::{Run, escape, mermaid};
use crate::check::UnitReport;
use crate::report::references::View;
use crate::report::view;
use crate::report::view::{Entry, Remark, RemarkKind, severity_name};
use crate::rules::Severity;
use crate::text::floor_char_boundary;

/// GitHub's limit is 65,536 characters. Each part has a share of it.
const MAX_TABLE: usize = 18_000;
const MAX_LINES: usize = 40;
const MAX_CELL: usize = 240;
const MAX_GRAPHS: usize = 20_000;
const MAX_GRAPH: usize = 8_000;
const MAX_PATCH: usize = 16_000;

/// Writes the comment. `patch` is the patch of the run, as the format `diff` has it.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, patch: &str, out: &mut dyn Write) -> io::Result<()> {
    let counts = Counts::of(run);
    writeln!(out, "## ipfix: {}\n", summary::found(run, &counts))?;
    write_table(run, out)?;
    write_next(run, &counts, out)?;
    write_graphs(run, out)?;
    write_patch(patch, out)
}

fn write_table(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let (mut rows, mut left_out) = (String::new(), 0);
    for entry in view::problems(run).chain(view::findings(run)) {
        let row = row(&entry, run.written);
        if rows.len() + row.len() <= MAX_TABLE {
            rows.push_str(&row);
        } else {
            left_out += 1;
        }
    }
    if rows.is_empty() && left_out == 0 {
        return Ok(());
    }
    writeln!(out, "| | location | problem | fix |\n| --- | --- | --- | --- |\n{rows}")?;
    if left_out > 0 {
        writeln!(out, "{left_out} more not shown.\n")?;
    }
    Ok(())
}

fn row(entry: &Entry<'_>, written: bool) -> String {
    let diagnostic = entry.diagnostic;
    let severity = match severity_name(diagnostic.severity) {
        name if diagnostic.severity == Severity::Error => format!("**{name}**"),
        name => name.to_owned(),
    };
    let rule = diagnostic.code().map(|code| format!(" {code}")).unwrap_or_default();
    let remarks = entry.remarks(written);
    let is_shown = |remark: &&Remark<'_>| !matches!(remark.kind, RemarkKind::Note | RemarkKind::AwsError);
    let fix: Vec<String> = remarks.iter().filter(is_shown).map(|remark| text(&remark.line())).collect();
    let location = code(&entry.path_and_line());
    format!("| {severity}{rule} | {location} | {} | {} |\n", text(&diagnostic.message), fix.join("<br>"))
}

fn write_next(run: &Run, counts: &Counts, out: &mut dyn Write) -> io::Result<()> {
    let steps = summary::next_steps(run, counts);
    for step in steps.iter().take(MAX_LINES) {
        writeln!(out, "* {}", text(step))?;
    }
    let imports = Imports::of(run);
    if !imports.commands.is_empty() {
        writeln!(out, "* {IMPORT_HINT}\n  ```sh")?;
        for command in imports.commands.iter().take(MAX_LINES) {
            writeln!(out, "  {command}")?;
        }
        writeln!(out, "  ```")?;
    }
    let left_out = imports.left_out();
    if let Some(left_out) = &left_out {
        writeln!(out, "* {}", text(left_out))?;
    }
    if steps.is_empty() && imports.commands.is_empty() && left_out.is_none() { Ok(()) } else { writeln!(out) }
}

/// Units with errors or warnings, before and, if fixes are applied, after.
fn write_graphs(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let wrong = |unit: &&UnitReport| unit.findings.iter().any(|finding| finding.severity < Severity::Note);
    let (mut budget, mut left_out) = (MAX_GRAPHS, 0);
    for unit in run.units.iter().filter(wrong) {
        let mut parts = format!("### {}\n", code(&view::unit_path(unit)));
        for (view, title) in [(View::Before, "Before"), (View::After, "After")] {
            if view == View::Before || !unit.applied.is_empty() {
                let chart = mermaid::flowchart(&[unit], view, MAX_GRAPH);
                parts.extend(["\n", title, ":\n\n```mermaid\n", &chart, "```\n"]);
            }
        }
        match budget.checked_sub(parts.len()) {
            Some(rest) => {
                budget = rest;
                writeln!(out, "{parts}")?;
            }
            None => left_out += 1,
        }
    }
    if left_out > 0 {
        let units =
            if left_out == 1 { "1 module or template".to_owned() } else { format!("{left_out} modules or templates") };
        writeln!(out, "The graphs of {units} are not shown: the comment would be too long.\n")?;
    }
    Ok(())
}

fn write_patch(patch: &str, out: &mut dyn Write) -> io::Result<()> {
    if patch.is_empty() {
        return Ok(());
    }
    let mut shown = patch;
    if patch.len() > MAX_PATCH {
        let end = patch[..floor_char_boundary(patch, MAX_PATCH)].rfind('\n').map_or(0, |newline| newline + 1);
        shown = &patch[..end];
    }
    let harmless = escape::excerpt(shown);
    let fence = fence(&harmless);
    writeln!(out, "<details><summary>Patch</summary>\n")?;
    if shown.len() < patch.len() {
        writeln!(out, "Truncated: the patch is too long for a comment.\n")?;
    }
    if harmless != shown {
        writeln!(out, "Control characters are replaced here; run ipfix to get the patch itself.\n")?;
    }
    writeln!(out, "{fence}diff\n{harmless}{fence}\n\n</details>")
}

/// A fence that no line of the text closes.
fn fence(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// Text of a cell. What is between backticks is code; everything else is literal.
fn text(words: &str) -> String {
    let mut out = String::new();
    let parts: Vec<&str> = words.split('`').collect();
    for (index, part) in parts.iter().enumerate() {
        // An odd part is code if another backtick closes it.
        if index % 2 == 1 && index + 1 < parts.len() && !part.is_empty() {
            out.push_str(&code(part));
            continue;
        }
        // One that is not closed, or closes nothing, is literal.
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
    match words.char_indices().nth(MAX_CELL) {
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
    fn table_graphs_and_patch() {
        let run = sample::run();
        let entries = view::entries(&run);
        let remarks = entries[1].remarks(false);
        let [.., fix, effect] = remarks.as_slice() else { panic!("remarks") };
        let expected = [
            &format!("## ipfix: {}\n", summary::found(&run, &Counts::of(&run))),
            "| | location | problem | fix |",
            "| --- | --- | --- | --- |",
            &format!("| **error** | `app/broken.tf:3` | expected a value | {} |", sample::HELP),
            &format!(
                "| **error** IPF001 | `app/main.tf:3` | `aws_iam_role.app` is a role, not an instance profile | {}<br>{} |",
                fix.line(),
                effect.line()
            ),
            "",
        ]
        .join("\n");
        let text = written(&run, PATCH);
        assert!(text.starts_with(&expected), "{text}");
        for step in summary::next_steps(&run, &Counts::of(&run)) {
            assert!(text.contains(&format!("\n* {step}\n")), "{step}: {text}");
        }
        assert!(text.contains("\n  terraform -chdir=app import aws_iam_instance_profile.app app-role\n"), "{text}");
        assert_eq!(text.matches("```mermaid\nflowchart LR\n").count(), 2, "{text}");
        let end = format!("````diff\n{PATCH}````\n\n</details>\n");
        assert!(text.ends_with(&end), "{text}");
        assert!(!text.contains("IPF011"), "{text}");
    }

    #[test]
    fn nothing_found() {
        assert_eq!(written(&Run { files: 2, ..Run::default() }, ""), "## ipfix: no issues found in 2 files\n\n");
    }

    #[test]
    fn escaped_text() {
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
        assert!(text.contains("Control characters"), "{text}");
    }

    #[test]
    fn comments_stay_below_the_limit() {
        let run = Run { units: (0..200).flat_map(|_| sample::run().units).collect(), ..Run::default() };
        let patch = "+a line of the patch\n".repeat(10_000);
        let text = written(&run, &patch);
        assert!(text.chars().count() < 65_536, "{}", text.chars().count());
        assert!(text.contains(" more not shown.\n"), "{text}");
        assert!(text.contains(" modules or templates are not shown"), "{text}");
        assert!(text.contains("Truncated"), "{text}");
        assert!(text.ends_with("+a line of the patch\n```\n\n</details>\n"), "{text}");
    }
}
