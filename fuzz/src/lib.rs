//! What the fuzz targets share: bytes become a unit, the invariants of `../tests` hold for it, and every report of it is harmless.

use std::io::Write;

use ipfix_iac::check::{Input, Language, Options, check};
use ipfix_iac::report::{
    RenderOptions, Run, concise, full, github, gitlab, json, junit, markdown, mermaid, rdjson, sarif, statistics,
    summary,
};
use ipfix_iac::text::Source;

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../../tests/harness"]
mod harness {
    pub(crate) mod json;
    pub(crate) mod library;
    pub(crate) mod patch;
    pub(crate) mod tools;
    pub(crate) mod tree;
}
#[path = "../../tests/invariants/mod.rs"]
mod invariants;

use harness::library::Library;
use harness::tree::{Tree, is_terraform_json};
use invariants::Request;

/// Stands between the files of one input: a byte that UTF-8 does not have.
const SEPARATOR: u8 = 0xFF;

/// Takes `bytes` for files called `names`, all but the last up to a separator.
///
/// # Panics
/// When an invariant is broken.
pub fn hold(bytes: &[u8], names: &[&str]) {
    let files = bytes.splitn(names.len(), |&byte| byte == SEPARATOR);
    let tree = Tree(names.iter().zip(files).map(|(name, file)| ((*name).to_owned(), file.to_vec())).collect());
    // Both would take twice the time of an input; a byte more or less is soon tried.
    let unsafe_fixes = bytes.len().is_multiple_of(2);
    let request = Request { paths: vec![".".to_owned()], unsafe_fixes, format: false, arguments: Vec::new() };
    match invariants::hold(&Library, &tree, &request) {
        Ok((_, broken)) => assert!(broken.is_empty(), "{}", broken.join("\n")),
        Err(error) => panic!("{error}"),
    }
    report(&tree);
}

/// Every format of the unit's report, with no character that steers a terminal.
fn report(tree: &Tree) {
    let sources: Result<Vec<_>, _> =
        tree.0.iter().map(|(path, bytes)| Source::new(path, bytes.clone(), true)).collect();
    let Ok(sources) = sources else { return };
    let is_module = |path: &String| path.ends_with(".tf") || is_terraform_json(path);
    let language = if tree.0.keys().all(is_module) { Language::Terraform } else { Language::CloudFormation };
    let mut options = Options::default();
    options.unsafe_fixes = true;
    options.resolve_fixes = true;
    let mut run = Run::default();
    run.units = vec![check(Input::new(language, sources), &options)];
    run.min_severity = ipfix_iac::rules::Severity::Note;
    let look = RenderOptions::default();
    type Sink<'s> = &'s dyn Fn(&mut dyn Write) -> std::io::Result<()>;
    let sinks: [Sink<'_>; 12] = [
        &|out| full::write(&run, look, out),
        &|out| concise::write(&run, look, out),
        &|out| json::write(&run, out),
        &|out| sarif::write(&run, ipfix_iac::rules::ALL.iter().copied(), out),
        &|out| github::write(&run, out),
        &|out| gitlab::write(&run, out),
        &|out| junit::write(&run, out),
        &|out| rdjson::write(&run, out),
        &|out| markdown::write(&run, "", out),
        &|out| mermaid::write(&run, out),
        &|out| summary::write(&run, look, out),
        &|out| statistics::write(&run, look, out),
    ];
    for (number, sink) in sinks.iter().enumerate() {
        let mut out = Vec::new();
        sink(&mut out).expect("memory takes everything");
        let text = String::from_utf8(out).expect("reports are UTF-8");
        let harmful = text.chars().find(|char| char.is_control() && *char != '\n' || BIDIRECTIONAL.contains(char));
        assert_eq!(harmful, None, "report {number}: {text:?}");
    }
}

/// Embeddings, overrides and isolates of bidirectional text.
const BIDIRECTIONAL: [char; 9] =
    ['\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'];
