//! In which style a module writes references: as Terraform 0.11 needed it, or as every version since does.

use hcl_edit::structure::Body;

use crate::syntax::hcl;
use crate::syntax::hcl::File;
use crate::terraform::file_name::is_json;
use crate::terraform::lower::references;
use crate::text::{Source, Sources};

/// How references are written in a module.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    /// `aws_iam_role.app.name`
    Bare,
    /// `"${aws_iam_role.app.name}"`, as Terraform 0.11 needs it.
    Interpolated,
}

impl Style {
    /// An expression as a value.
    pub(crate) fn value(self, expression: &str) -> String {
        match self {
            Style::Bare => expression.to_owned(),
            Style::Interpolated => format!("\"${{{expression}}}\""),
        }
    }

    /// An index: 0.11 has no `x[0].name`.
    pub(crate) fn index(self, index: &str) -> String {
        let number = index.strip_prefix('[').and_then(|index| index.strip_suffix(']'));
        let number = number.filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        match (self, number) {
            (Style::Interpolated, Some(number)) => format!(".{number}"),
            _ => index.to_owned(),
        }
    }
}

/// The style of a module. It is that of 0.11 if the module says so, or if it has whole interpolations and no reference outside of one. JSON, where
/// every reference is in an interpolation, shows nothing.
pub(crate) fn of(sources: &Sources, files: &[Option<File>]) -> Style {
    let in_hcl = |source: &Source| !is_json(source.path());
    let files: Vec<&File> =
        sources.iter().zip(files).filter(|(source, _)| in_hcl(source)).filter_map(|(_, file)| file.as_ref()).collect();
    let bodies = || files.iter().map(|file| &file.body);
    if bodies().filter_map(takes_later_versions).any(|later| !later) {
        return Style::Interpolated;
    }
    let mut interpolated = false;
    for block in bodies().flat_map(Body::blocks) {
        let (bare, whole) = references::has_bare_reference(block);
        if bare {
            return Style::Bare;
        }
        interpolated |= whole;
    }
    if interpolated { Style::Interpolated } else { Style::Bare }
}

/// Whether the `required_version` of a file allows 0.12 or later; none if it has none.
fn takes_later_versions(body: &Body) -> Option<bool> {
    let settings = body.blocks().filter(|block| block.ident.as_str() == "terraform" && hcl::label(block, 0).is_none());
    let mut required = settings.filter_map(|block| block.body.get_attribute("required_version")?.value.as_str());
    let constraint = required.next()?;
    Some(allows_later(constraint))
}

/// Whether a version constraint allows 0.12 or later. One that cannot be read does.
fn allows_later(constraint: &str) -> bool {
    let parts: Option<Vec<(&str, Vec<u32>)>> = constraint.split(',').map(part).collect();
    let Some(parts) = parts else { return true };
    // Versions that stand in the constraint, those right behind them, and the first and last of what came later.
    let mut candidates = vec![vec![0, 12, 0], vec![0, 12, 31], vec![1, 0, 0], vec![u32::MAX, 0, 0]];
    for (_, version) in &parts {
        let [major, minor, patch] = three(version);
        candidates.push(vec![major, minor, patch]);
        candidates.push(vec![major, minor, patch.saturating_add(1)]);
    }
    let later = candidates.iter().filter(|version| three(version) >= [0, 12, 0]);
    later
        .into_iter()
        .any(|candidate| parts.iter().all(|(operator, version)| allows(operator, version, three(candidate))))
}

/// `~> 0.11.14` as operator and version.
fn part(text: &str) -> Option<(&str, Vec<u32>)> {
    let text = text.trim();
    let version = text.trim_start_matches(['=', '!', '<', '>', '~']);
    let operator = &text[..text.len() - version.len()];
    let version = version.trim().trim_start_matches('v');
    let release = version.split(['-', '+']).next()?;
    let numbers: Option<Vec<u32>> = release.split('.').map(|number| number.parse().ok()).collect();
    Some((operator, numbers.filter(|numbers| numbers.len() <= 3)?))
}

fn three(version: &[u32]) -> [u32; 3] {
    let number = |place: usize| version.get(place).copied().unwrap_or(0);
    [number(0), number(1), number(2)]
}

/// Whether `version` satisfies one part of a constraint (Terraform documentation, "Version Constraints").
fn allows(operator: &str, of: &[u32], version: [u32; 3]) -> bool {
    let wanted = three(of);
    match operator {
        "" | "=" => version == wanted,
        "!=" => version != wanted,
        ">" => version > wanted,
        ">=" => version >= wanted,
        "<" => version < wanted,
        "<=" => version <= wanted,
        // Only the last number that is written may grow.
        "~>" => version >= wanted && version[..of.len().saturating_sub(1)] == of[..of.len().saturating_sub(1)],
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_that_allow_what_came_after_0_11() {
        for constraint in [
            ">= 0.11",
            "~> 0.11",
            ">= 0.11, < 0.13",
            "~> 0.12.0",
            "> 0.11.14",
            "1.5.7",
            "!= 0.11.0",
            "what",
            "",
            "~> 1",
        ] {
            assert!(allows_later(constraint), "{constraint}");
        }
        for constraint in
            ["~> 0.11.14", "0.11.14", "= 0.11.14", "< 0.12", "< 0.12.0", "<= 0.11.15", ">= 0.10, < 0.12", "~> 0.9.0"]
        {
            assert!(!allows_later(constraint), "{constraint}");
        }
    }

    #[test]
    fn an_index_is_written_as_the_version_takes_it() {
        assert_eq!(Style::Interpolated.index("[0]"), ".0");
        assert_eq!(Style::Bare.index("[0]"), "[0]");
        assert_eq!(Style::Interpolated.index("[count.index]"), "[count.index]");
        assert_eq!(Style::Interpolated.index("[\"a\"]"), "[\"a\"]");
    }
}
