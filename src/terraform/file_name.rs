//! What the names of a module's files say.

use std::path::Path;

use crate::text::Source;

/// Whether a file is one of Terraform's JSON syntax.
pub(crate) fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}

/// Whether Terraform merges this file into the others instead of adding it.
pub(crate) fn is_override(source: &Source) -> bool {
    let name = source.path().file_name().and_then(|name| name.to_str()).unwrap_or_default();
    is_override_name(name)
}

/// The same by the name of the file.
pub(crate) fn is_override_name(name: &str) -> bool {
    let name = name.strip_suffix(".json").unwrap_or(name);
    let stem = name.strip_suffix(".tf").or_else(|| name.strip_suffix(".tofu")).unwrap_or(name);
    stem == "override" || stem.ends_with("_override")
}
