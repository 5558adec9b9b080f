//! From the paths that a user names to the files that belong together.

mod directory;
mod file_kind;
mod walk;

#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

pub use crate::workspace::discover::directory::paths_in_list;
pub use crate::workspace::discover::file_kind::FileKind;
pub use crate::workspace::discover::walk::{containing_module, discover};

use crate::workspace::os::io_help;

/// Directories that tools write to, and that nobody edits by hand.
pub const GENERATED: [&str; 5] = [".terraform", "cdk.out", ".aws-sam", "node_modules", ".git"];

/// How directories are searched.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Search {
    /// Globs (as in `.gitignore`, from the working directory) of what is left out.
    pub exclude: Vec<String>,
    /// Whether `.gitignore` and the other ignore files count for nothing.
    pub no_ignore: bool,
    /// Whether hidden files and directories are searched too.
    pub hidden: bool,
    /// On how many threads; 0 means as many as there are processors.
    pub jobs: usize,
}

/// The files that were found, in the order of their paths, and what could not be looked at.
#[derive(Debug, Default)]
pub struct Discovery {
    /// What is to be analysed.
    pub units: Vec<UnitFiles>,
    /// What the user named and ipfix cannot look at.
    pub problems: Vec<SkippedPath>,
}

/// The files of one unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UnitFiles {
    /// A Terraform module.
    Module(ModuleFiles),
    /// Perhaps a CloudFormation template.
    Template(TemplateFile),
}

impl UnitFiles {
    /// The directory of a module, or the file of a template.
    pub fn path(&self) -> &Path {
        match self {
            UnitFiles::Module(module) => &module.directory,
            UnitFiles::Template(template) => &template.path,
        }
    }
}

/// All Terraform files of one directory; at least one of them is named.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModuleFiles {
    /// The directory; `.` for the working directory.
    pub directory: PathBuf,
    /// The files, in the order of their names.
    pub files: Vec<ModuleFile>,
}

/// A Terraform file of a module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModuleFile {
    /// The path as the user would write it.
    pub path: PathBuf,
    /// [`FileKind::Hcl`] or [`FileKind::TerraformJson`].
    pub kind: FileKind,
    /// Whether the user named the file, or a directory above it where the search did not pass it over. If not, it is context.
    pub is_target: bool,
    /// Whether an OpenTofu file of the same name stands beside it, which OpenTofu reads instead.
    pub shadowed: bool,
    /// The path under which the same file lies in another module of the run, by a link: a change would change both.
    pub shared_with: Option<PathBuf>,
}

/// A file that may be a CloudFormation template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TemplateFile {
    /// The path as the user would write it.
    pub path: PathBuf,
    /// Whether the user named this very file, instead of a directory above it.
    pub is_explicit: bool,
}

/// Something that the user named and ipfix cannot look at.
#[derive(Debug)]
pub struct SkippedPath {
    /// The path.
    pub path: PathBuf,
    /// Why not.
    pub reason: SkipReason,
}

/// Why ipfix cannot look at something.
#[derive(Debug)]
#[non_exhaustive]
pub enum SkipReason {
    /// What the system said.
    Io(io::Error),
    /// A file of another kind, by its name.
    OtherKind,
    /// A pipe, a device.
    NoOrdinaryFile,
    /// An ignore file that cannot be read: what its directory would have left out is not known.
    IgnoreFile(io::Error),
    /// A directory in which no Terraform file and nothing that may be a template was found.
    NothingInside,
}

impl SkippedPath {
    fn is_variables(&self) -> bool {
        self.path.extension().is_some_and(|extension| extension == "tfvars")
    }

    /// What is wrong, in one sentence without a full stop.
    pub fn message(&self) -> String {
        match &self.reason {
            SkipReason::Io(error) => error.to_string(),
            SkipReason::OtherKind if self.is_variables() => "contains only variable values".to_owned(),
            SkipReason::OtherKind => "unrecognized file type".to_owned(),
            SkipReason::NoOrdinaryFile => "not a regular file".to_owned(),
            SkipReason::IgnoreFile(error) => {
                format!("cannot read this ignore file, so its directory is not searched: {error}")
            }
            SkipReason::NothingInside => "no Terraform files or templates in this directory".to_owned(),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match &self.reason {
            SkipReason::Io(error) if error.kind() == io::ErrorKind::NotFound => "check the path for typos",
            SkipReason::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                "make it readable, or exclude it with `--exclude`"
            }
            SkipReason::Io(error) if io_help(error).is_some() => io_help(error).unwrap_or_default(),
            SkipReason::Io(_) => "resolve the error above, or exclude it with `--exclude`",
            SkipReason::OtherKind if self.is_variables() => "specify the module that uses it",
            SkipReason::OtherKind => {
                "specify .tf, .tofu, .tf.json, .tofu.json, .yaml, .yml, .json, .template or .cfn files, or directories that contain them"
            }
            SkipReason::NoOrdinaryFile => "to check text from a pipe, use `-` with `--stdin-filename`",
            SkipReason::IgnoreFile(_) => "replace it with a readable file, or use `--no-ignore`",
            SkipReason::NothingInside => {
                "specify another directory; to include hidden or ignored files, use `--hidden` or `--no-ignore`"
            }
        }
    }
}

impl fmt::Display for SkippedPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.path.display(), self.message(), self.help())
    }
}

/// A glob of [`Search::exclude`] that is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvalidGlob {
    /// The glob.
    pub glob: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for InvalidGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid glob `{}`: {}", self.glob, self.message)
    }
}

impl std::error::Error for InvalidGlob {}
