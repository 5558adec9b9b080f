use std::ffi::OsStr;
use std::path::Path;

/// The type of a file, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileKind {
    /// `.tf`, `.tofu`: part of a Terraform module.
    Hcl,
    /// `.tf.json`, `.tofu.json`: part of a Terraform module.
    TerraformJson,
    /// `.yaml`, `.yml`, `.json`, `.template`, `.cfn`: a CloudFormation template, depending on its content.
    TemplateCandidate,
    /// ipfix does not read it.
    Other,
}

const TEMPLATE_ENDINGS: [&str; 5] = ["yaml", "yml", "json", "template", "cfn"];

impl FileKind {
    /// The kind of the file with this path.
    pub fn of(path: &Path) -> Self {
        path.file_name().map_or(FileKind::Other, Self::of_name)
    }

    /// The kind of a file with this name.
    pub(crate) fn of_name(name: &OsStr) -> Self {
        let bytes = name.as_encoded_bytes();
        let ends_with = |endings: [&str; 2]| endings.iter().any(|ending| bytes.ends_with(ending.as_bytes()));
        // Terraform ignores backup files of editors: `.main.tf`, `#main.tf#`, `main.tf~`. The last two have other extensions anyway.
        let hidden = bytes.starts_with(b".");
        if !hidden && ends_with([".tf", ".tofu"]) {
            FileKind::Hcl
        } else if !hidden && ends_with([".tf.json", ".tofu.json"]) {
            FileKind::TerraformJson
        } else if is_template_ending(Path::new(name).extension()) {
            FileKind::TemplateCandidate
        } else {
            FileKind::Other
        }
    }

    /// Whether the file is part of a Terraform module.
    pub fn is_terraform(self) -> bool {
        matches!(self, FileKind::Hcl | FileKind::TerraformJson)
    }
}

fn is_template_ending(ending: Option<&OsStr>) -> bool {
    ending.is_some_and(|ending| TEMPLATE_ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// The file that OpenTofu ignores because of the file `name`: `x.tf` for `x.tofu`, `x.tf.json` for `x.tofu.json`.
pub(crate) fn shadowed_by(name: &OsStr) -> Option<String> {
    let name = name.to_str()?;
    let stem = |ending| name.strip_suffix(ending);
    stem(".tofu").map(|stem| format!("{stem}.tf")).or_else(|| stem(".tofu.json").map(|stem| format!("{stem}.tf.json")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_the_kind() {
        for (name, kind) in [
            ("main.tf", FileKind::Hcl),
            ("dir/main.tofu", FileKind::Hcl),
            ("main.tf.json", FileKind::TerraformJson),
            ("main.tofu.json", FileKind::TerraformJson),
            ("stack.yaml", FileKind::TemplateCandidate),
            ("stack.YML", FileKind::TemplateCandidate),
            ("stack.template.json", FileKind::TemplateCandidate),
            ("stack.template", FileKind::TemplateCandidate),
            ("stack.cfn", FileKind::TemplateCandidate),
            ("tf.json", FileKind::TemplateCandidate),
            ("main.TF", FileKind::Other),
            ("main.tf~", FileKind::Other),
            ("#main.tf#", FileKind::Other),
            (".main.tf", FileKind::Other),
            (".tf", FileKind::Other),
            ("terraform.tfvars", FileKind::Other),
            ("main.py", FileKind::Other),
            (".ipfix-a1B2c3.tmp", FileKind::Other),
            ("yaml", FileKind::Other),
            ("..", FileKind::Other),
        ] {
            assert_eq!(FileKind::of(Path::new(name)), kind, "{name}");
        }
    }

    #[test]
    fn opentofu_files_shadow_those_of_terraform() {
        assert_eq!(shadowed_by(OsStr::new("x.tofu")).as_deref(), Some("x.tf"));
        assert_eq!(shadowed_by(OsStr::new("x.tofu.json")).as_deref(), Some("x.tf.json"));
        assert_eq!(shadowed_by(OsStr::new("x.tf")), None);
    }
}
