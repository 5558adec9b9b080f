//! Templates that a template nests by a path: in its resources, and in its raw bytes.

use std::collections::BTreeSet;

use memchr::memmem;

/// The resource types that nest a template, and the property with its path (`aws cloudformation package` takes a file there).
const NESTING: [(&str, &str); 2] =
    [("AWS::CloudFormation::Stack", "TemplateURL"), ("AWS::Serverless::Application", "Location")];

/// The property of a resource type that has the path of the nested template.
pub(crate) fn path_property(kind: &str) -> Option<&'static str> {
    NESTING.iter().find(|(nesting, _)| *nesting == kind).map(|&(_, property)| property)
}

/// Whether a path may lead to a file below or beside the template.
pub(crate) fn is_local(path: &str) -> bool {
    let starts_elsewhere = path.starts_with(['/', '\\', '~', '!', '*', '&', '|', '>', '{', '[']);
    !path.is_empty() && !starts_elsewhere && !path.contains([':', '$', '\n'])
}

/// The local paths that the bytes of a template may nest, as they are written.
pub(crate) fn local_paths(bytes: &[u8]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, property) in NESTING.iter().filter(|(kind, _)| memmem::find(bytes, kind.as_bytes()).is_some()) {
        for at in memmem::find_iter(bytes, property.as_bytes()) {
            let line = bytes[..at].rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
            if line.trim_ascii_start().starts_with(b"#") {
                continue;
            }
            found.extend(value_behind(&bytes[at + property.len()..]).filter(|path| is_local(path)).map(str::to_owned));
        }
    }
    found
}

/// The text behind a key, whatever its quotes.
fn value_behind(bytes: &[u8]) -> Option<&str> {
    let rest = trimmed(bytes.strip_prefix(b"\"").or_else(|| bytes.strip_prefix(b"'")).unwrap_or(bytes));
    let rest = trimmed(rest.strip_prefix(b":")?);
    let (quote, inside) = rest.split_first()?;
    let value = match quote {
        b'"' | b'\'' => inside.split(|byte| byte == quote).next()?,
        _ => rest.split(|byte| matches!(byte, b'\n' | b'\r' | b',' | b'}')).next()?,
    };
    let value = std::str::from_utf8(value).ok()?;
    Some(value.split(" #").next().unwrap_or(value).trim())
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    bytes.trim_ascii_start()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_in_raw_bytes() {
        let stack = |rest: &str| local_paths(format!("Type: AWS::CloudFormation::Stack\n{rest}").as_bytes());
        for text in [
            "TemplateURL: nested/a.yaml\n",
            "TemplateURL: nested/a.yaml # of the team\r\n",
            "TemplateURL:\n  'nested/a.yaml'\n",
            "{\"TemplateURL\" : \"nested/a.yaml\", \"Parameters\": {}}",
            "{TemplateURL: nested/a.yaml, Parameters: {}}",
            "{TemplateURL: nested/a.yaml}",
        ] {
            assert_eq!(stack(text), BTreeSet::from(["nested/a.yaml".to_owned()]), "{text}");
        }
        for text in [
            "TemplateURL: https://example.com/a.yaml",
            "TemplateURL: s3://bucket/a.yaml",
            "TemplateURL: /a.yaml",
            "TemplateURL: !Sub a.yaml",
            "TemplateURL: ''",
            "TemplateURL: '${Base}/a.yaml'",
            "TemplateURL",
            "  # TemplateURL: a.yaml",
            "Location: a.yaml",
        ] {
            assert!(stack(text).is_empty(), "{text}");
        }
        let application = b"Type: AWS::Serverless::Application\nLocation: ./a.yaml";
        assert_eq!(local_paths(application), BTreeSet::from(["./a.yaml".to_owned()]));
        assert!(local_paths(b"Location: ./a.yaml").is_empty());
    }
}
