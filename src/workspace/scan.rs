//! What the raw bytes of a unit show: the words in it, and the local modules that it calls or the templates that it nests.

use std::collections::BTreeSet;
use std::path::Path;

use crate::aws::family;
use crate::aws::registry;
use crate::cloudformation;
use crate::terraform::KeywordScan;
use crate::workspace::config::Settings;
use crate::workspace::discover::{FileKind, UnitFiles};
use crate::workspace::read::{Buffers, read_file};

/// Larger files of units that are only called are not read.
const MAX_CONTEXT_SIZE: u64 = 8 * 1024 * 1024;

/// Longer texts are not names (API reference of IAM, `InstanceProfileName`: 128 characters) and rarely sources.
const MAX_NAME_LENGTH: usize = 128;

/// What the bytes of a unit show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scan {
    keywords: KeywordScan,
    template: TemplateScan,
    /// The local sources, as they are written.
    pub(crate) sources: BTreeSet<String>,
    /// Whether there are sources that are not local.
    pub(crate) has_other_sources: bool,
    /// Whether one of these is a module of the table.
    calls_well_known: bool,
    /// Whether it may create a profile itself.
    pub(crate) makes_profiles: bool,
    /// The quoted texts of the files that do.
    pub(crate) texts: BTreeSet<String>,
    /// Whether something refers to the output of a module.
    reads_outputs: bool,
    /// The outputs of modules that it refers to, whichever the module.
    pub(crate) outputs_read: BTreeSet<String>,
    /// Whether it mentions an input that the configuration names.
    mentions_input: bool,
    /// Whether all files are text that can be read.
    pub(crate) is_plain: bool,
}

/// What the bytes of a template show.
#[derive(Clone, Copy, Debug, Default)]
struct TemplateScan {
    has_launchers: bool,
    has_profiles: bool,
    has_roles: bool,
    is_worth_parsing: bool,
}

impl Scan {
    pub(crate) fn of(unit: &UnitFiles, settings: &Settings, is_checked: bool, buffers: &Buffers) -> Self {
        let mut scan = Scan { is_plain: true, ..Scan::default() };
        let module = match unit {
            UnitFiles::Module(module) => module,
            UnitFiles::Template(template) => {
                match read(&template.path, is_checked, buffers) {
                    Some(bytes) => scan.add_template(&bytes),
                    None => scan.is_plain = false,
                }
                return scan;
            }
        };
        for file in &module.files {
            scan.is_plain &= !file.shadowed;
            let is_module_file = FileKind::of(&file.path).is_terraform();
            match read(&file.path, is_checked, buffers).filter(|_| is_module_file) {
                Some(bytes) => scan.add(&bytes, settings),
                None => {
                    scan.is_plain = false;
                    scan.makes_profiles = true;
                }
            }
        }
        scan
    }

    fn add_template(&mut self, bytes: &[u8]) {
        let has = |word: &str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
        self.is_plain &= !is_utf16(bytes);
        self.template = TemplateScan {
            has_launchers: cloudformation::has_launchers(bytes),
            has_profiles: cloudformation::has_profiles(bytes),
            has_roles: has("AWS::IAM::Role"),
            is_worth_parsing: cloudformation::is_worth_parsing(bytes),
        };
        self.sources = cloudformation::local_paths(bytes);
        self.reads_outputs = has("Outputs.");
    }

    fn add(&mut self, bytes: &[u8], settings: &Settings) {
        self.keywords.add(bytes);
        self.mentions_input |= settings.mentions_input(bytes);
        self.is_plain &= !is_utf16(bytes);
        if memchr::memmem::find(bytes, b"module").is_none() {
            if memchr::memmem::find(bytes, b"iam_instance_profile").is_some() {
                self.add_texts(&String::from_utf8_lossy(bytes));
            }
            return;
        }
        let text = String::from_utf8_lossy(bytes);
        self.reads_outputs |= text.contains("module.");
        self.outputs_read.extend(outputs_read(&text).map(str::to_owned));
        for source in sources(&text) {
            // In a quoted string, a backslash is written twice; in JSON, one may be before a slash.
            let source = &source.replace("\\/", "/").replace("\\\\", "\\");
            match is_local(source) {
                true => drop(self.sources.insert(source.clone())),
                false => {
                    self.has_other_sources = true;
                    self.calls_well_known =
                        self.calls_well_known || settings.follow_modules() && registry::describes(source);
                }
            }
        }
        self.add_texts(&text);
    }

    fn add_texts(&mut self, text: &str) {
        if family::mentions_profile_type(text) {
            self.makes_profiles = true;
            self.texts.extend(quoted(text).map(str::to_owned));
        }
    }

    /// Whether an argument for a profile may get its value from an input.
    pub(crate) fn takes_inputs(&self) -> bool {
        self.keywords.has_open_slot() || self.template.has_launchers
    }

    /// Whether a role or policy type occurs.
    pub(crate) fn has_roles(&self) -> bool {
        self.keywords.has_roles() || self.template.has_roles
    }

    /// Whether a profile type occurs.
    pub(crate) fn has_profiles(&self) -> bool {
        self.keywords.has_profiles() || self.template.has_profiles
    }

    /// Whether the unit is checked for what it says itself.
    pub(crate) fn is_worth_parsing(&self) -> bool {
        let has_value = self.has_roles() || self.reads_outputs;
        self.keywords.is_worth_parsing() || self.template.is_worth_parsing || self.takes_known_inputs() && has_value
    }

    /// Whether it calls a module of which the configuration or the table says that an input takes a profile.
    pub(crate) fn takes_known_inputs(&self) -> bool {
        self.mentions_input || self.calls_well_known
    }

    /// Whether it may get a role or a profile from a unit that it calls.
    pub(crate) fn may_get(&self) -> bool {
        self.reads_outputs
    }
}

/// Whether a source is a directory beside the module (Terraform, `internal/getmodules/moduleaddrs`).
fn is_local(source: &str) -> bool {
    ["./", "../", ".\\", "..\\"].iter().any(|start| source.starts_with(start))
}

/// The values of all `source` arguments.
fn sources(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("source").filter_map(|(at, word)| {
        let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let before = text[line..at].trim_start();
        let rest = text[at + word.len()..].trim_start_matches(['"', ' ', '\t']);
        let value = rest.strip_prefix(['=', ':'])?.trim_start().strip_prefix('"')?;
        let (value, _) = value.split_once('"')?;
        let is_comment = before.starts_with('#') || before.starts_with("//");
        (!is_comment && value.len() <= MAX_NAME_LENGTH * 4).then_some(value)
    })
}

/// `role_name` of `module.iam.role_name` and of `module.iam["a"].role_name`.
fn outputs_read(text: &str) -> impl Iterator<Item = &str> {
    let is_name = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
    text.split("module.").skip(1).filter_map(move |rest| {
        let rest = rest.trim_start_matches(is_name);
        let rest = match rest.strip_prefix('[') {
            Some(index) => index.split_once(']')?.1,
            None => rest,
        };
        let name = rest.strip_prefix('.')?;
        Some(&name[..name.find(|character| !is_name(character)).unwrap_or(name.len())])
    })
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('"').skip(1).step_by(2)).filter(|text| text.len() <= MAX_NAME_LENGTH)
}

fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes.get(..2), Some([0xff, 0xfe] | [0xfe, 0xff]))
}

/// Reads a regular file; of a unit that is only called, one of normal size.
pub(super) fn read(path: &Path, is_checked: bool, buffers: &Buffers) -> Option<Vec<u8>> {
    if let Some(bytes) = buffers.get(path) {
        return Some(bytes.clone());
    }
    let fits = is_checked || path.metadata().is_ok_and(|metadata| metadata.len() <= MAX_CONTEXT_SIZE);
    fits.then(|| read_file(path).ok())??
}
