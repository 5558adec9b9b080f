//! Finds the files below the paths that the user specifies, grouped into units.

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
pub(crate) use crate::workspace::discover::walk::module_in;
pub use crate::workspace::discover::walk::{containing_module, discover};

use crate::workspace::os::io_help;

/// Directories of generated files.
pub const GENERATED: [&str; 6] = [".terraform", "cdk.out", "cdktf.out", ".aws-sam", "node_modules", ".git"];

/// How directories are searched.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Search {
    /// Globs (gitignore syntax, relative to the working directory) of files to exclude.
    pub exclude: Vec<String>,
    /// Whether `.gitignore` and other ignore files are ignored.
    pub no_ignore: bool,
    /// Whether to search hidden files and directories.
    pub hidden: bool,
    /// Number of threads; 0 means one per core.
    pub jobs: usize,
}

/// The files that were found, sorted by path, and the paths that were skipped.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The units to check.
    pub units: Vec<UnitFiles>,
    /// Paths of the user that cannot be checked.
    pub problems: Vec<SkippedPath>,
}

/// The files of one unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UnitFiles {
    /// A Terraform module.
    Module(ModuleFiles),
    /// A file that may be a CloudFormation template.
    Template(TemplateFile),
}

impl UnitFiles {
    /// The directory of a module, or the path of a template.
    pub fn path(&self) -> &Path {
        match self {
            UnitFiles::Module(module) => &module.directory,
            UnitFiles::Template(template) => &template.path,
        }
    }

    /// The paths of its files.
    pub(crate) fn files(&self) -> Vec<&Path> {
        match self {
            UnitFiles::Module(module) => module.files.iter().map(|file| file.path.as_path()).collect(),
            UnitFiles::Template(template) => vec![&template.path],
        }
    }
}

/// All Terraform files of one directory, at least one of which is a target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModuleFiles {
    /// The directory; `.` for the working directory.
    pub directory: PathBuf,
    /// The same without links.
    pub real_directory: PathBuf,
    /// The files, sorted by name.
    pub files: Vec<ModuleFile>,
}

/// A Terraform file of a module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModuleFile {
    /// The path as the user would write it.
    pub path: PathBuf,
    /// [`FileKind::Hcl`] or [`FileKind::TerraformJson`].
    pub kind: FileKind,
    /// Whether the user specified the file or a directory above it, and the search did not skip it. Otherwise it is context.
    pub is_target: bool,
    /// Whether there is an OpenTofu file of the same name, which OpenTofu reads instead.
    pub shadowed: bool,
    /// The path of the same file in another module of the run, through a symlink. A change would affect both modules.
    pub shared_with: Option<PathBuf>,
}

/// A file that may be a CloudFormation template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TemplateFile {
    /// The path as the user would write it.
    pub path: PathBuf,
    /// Whether the user specified this file itself instead of a directory above it.
    pub is_explicit: bool,
}

/// A path of the user that cannot be checked.
#[derive(Debug)]
pub struct SkippedPath {
    /// The path.
    pub path: PathBuf,
    /// The reason.
    pub reason: SkipReason,
}

/// Why a path cannot be checked.
#[derive(Debug)]
#[non_exhaustive]
pub enum SkipReason {
    /// An error of the system.
    Io(io::Error),
    /// A file of another type, by its name.
    OtherKind,
    /// A pipe, a device.
    NoOrdinaryFile,
    /// An ignore file that cannot be read, so it is unknown which files of its directory to skip.
    IgnoreFile(io::Error),
    /// A directory without Terraform files and possible templates.
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

/// An invalid glob in [`Search::exclude`].
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
