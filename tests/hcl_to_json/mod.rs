//! Terraform's JSON syntax made from its native syntax: the *twin* of a file says the same in JSON.
//!
//! It is made by the specification of the syntax and shares no code with ipfix, which must find and fix in a twin what it finds and fixes in the
//! original. What JSON cannot say is lost: comments, the order of blocks of several types, whether `{}` is a block or an object.

#![allow(dead_code, reason = "each test program uses its part")]

mod body;
mod place;
mod strings;
pub(crate) mod tree;

use self::tree::Json;
use crate::harness::tree::{BOM, Tree};

#[allow(unused_imports, reason = "each test program uses its part")]
pub(crate) use self::place::with_places_of;

/// Extensions of the native syntax, each with that of its twin.
const EXTENSIONS: [(&str, &str); 2] = [(".tf", ".tf.json"), (".tofu", ".tofu.json")];

/// A file as JSON; none if it is not valid HCL in UTF-8.
pub(crate) fn converted(bytes: &[u8]) -> Option<Json> {
    let text = std::str::from_utf8(bytes.strip_prefix(BOM).unwrap_or(bytes)).ok()?.replace("\r\n", "\n");
    let body = hcl_edit::parser::parse_body(&text).ok()?;
    Some(body::root(&text, &body))
}

/// The name of a file's twin; none if it is not in the native syntax.
pub(crate) fn twin_path(path: &str) -> Option<String> {
    EXTENSIONS.iter().find_map(|(native, json)| Some(format!("{}{json}", path.strip_suffix(native)?)))
}

/// A tree with every file of the native syntax that can be converted as JSON. The others stay as they are.
pub(crate) fn twin(tree: &Tree) -> Tree {
    let mut twin = Tree::default();
    for (path, bytes) in &tree.0 {
        let json = twin_path(path).filter(|json| !tree.0.contains_key(json));
        match json.zip(converted(bytes)) {
            Some((path, json)) => twin.0.insert(path, json.printed().into_bytes()),
            None => twin.0.insert(path.clone(), bytes.clone()),
        };
    }
    twin
}
