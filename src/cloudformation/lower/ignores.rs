//! Wishes for silence: `# ipfix:ignore[IPF001]` comments and `Metadata: {ipfix: {ignore: [IPF001]}}`.

use super::FILE;
use super::scope::Scope;
use crate::cloudformation::recognise::Layout;
use crate::cloudformation::tree::{Tree, ValueId, line_end, line_start};
use crate::model::Ignore;
use crate::source::Span;

pub(crate) fn ignores(tree: &Tree, layout: &Layout, scope: &Scope, text: &str) -> Vec<Ignore> {
    let mut out: Vec<Ignore> = tree.comments.iter().filter_map(|comment| in_comment(text, comment)).collect();
    out.extend(in_metadata(tree, layout.root, 0..text.len()));
    for resource in &scope.resources {
        out.extend(in_metadata(tree, resource.body, tree.span(resource.entry)));
    }
    out
}

fn in_comment(text: &str, comment: &std::ops::Range<usize>) -> Option<Ignore> {
    let words = text[comment.clone()].trim_start_matches('#').trim();
    let rest = words.strip_prefix("ipfix:ignore")?;
    let (file, rest) = match rest.strip_prefix("-file") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let codes = match rest.strip_prefix('[') {
        Some(list) => list.split_once(']')?.0.split(',').map(|code| code.trim().to_owned()).collect(),
        None if rest.is_empty() || rest.starts_with([' ', '\t']) => Vec::new(),
        None => return None,
    };
    let start = line_start(text, comment.start);
    let alone = text[start..comment.start].trim().is_empty();
    let covers = if file {
        0..text.len()
    } else if alone {
        start..line_end(text, next_code_line(text, comment.end))
    } else {
        start..line_end(text, comment.end)
    };
    Some(Ignore { codes, at: Span::new(FILE, comment.clone()), covers: Span::new(FILE, covers) })
}

/// The start of the next line that is no comment.
fn next_code_line(text: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(newline) = text[at..].find('\n') {
        at += newline + 1;
        if !text[at..].trim_start_matches([' ', '\t']).starts_with('#') {
            break;
        }
    }
    at
}

fn in_metadata(tree: &Tree, body: ValueId, covers: std::ops::Range<usize>) -> Option<Ignore> {
    let metadata = tree.member(body, "Metadata")?;
    let wish = tree.member(tree.member(metadata, "ipfix")?, "ignore")?;
    let codes: Vec<String> = match tree.text(wish) {
        Some("true") => Vec::new(),
        Some(code) => vec![code.to_owned()],
        None => tree.items(wish).iter().filter_map(|&code| tree.text(code)).map(str::to_owned).collect(),
    };
    if codes.is_empty() && tree.text(wish) != Some("true") {
        return None;
    }
    Some(Ignore { codes, at: Span::new(FILE, tree.full(wish)), covers: Span::new(FILE, covers) })
}
