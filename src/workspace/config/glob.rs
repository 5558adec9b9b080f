//! Globs in gitignore syntax.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// What to do about an invalid glob.
pub(crate) const AS_IN_GITIGNORE: &str = "use gitignore syntax";

/// Globs as in one `.gitignore`: the last match decides.
#[derive(Clone, Debug)]
pub(crate) struct Globs(Gitignore);

impl Default for Globs {
    fn default() -> Self {
        Globs(Gitignore::empty())
    }
}

/// Builds a list of globs.
pub(crate) struct Builder(GitignoreBuilder);

impl Builder {
    pub(crate) fn new() -> Self {
        let mut builder = GitignoreBuilder::new("");
        builder.allow_unclosed_class(false);
        Builder(builder)
    }

    /// Adds a glob.
    ///
    /// # Errors
    /// What is wrong with it, and what to do.
    pub(crate) fn add(&mut self, glob: &str) -> Result<(), (String, &'static str)> {
        if glob.trim().is_empty() || glob.starts_with('#') {
            return Err(("this glob matches nothing".to_owned(), "remove it"));
        }
        match self.0.add_line(None, glob) {
            Ok(_) => Ok(()),
            Err(ignore::Error::Glob { err, .. }) => Err((format!("invalid glob: {err}"), AS_IN_GITIGNORE)),
            Err(error) => Err((format!("invalid glob: {error}"), AS_IN_GITIGNORE)),
        }
    }

    pub(crate) fn build(self) -> Result<Globs, ignore::Error> {
        self.0.build().map(Globs)
    }
}

impl Globs {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a file or one of its directories matches. Globs are relative to `root`. Outside of it, only globs that apply at any
    /// depth match.
    pub(crate) fn matches(&self, root: &Path, file: &Path) -> bool {
        let below: PathBuf = match file.strip_prefix(root) {
            Ok(below) => below.to_owned(),
            Err(_) => file.components().filter(|part| matches!(part, std::path::Component::Normal(_))).collect(),
        };
        !self.is_empty() && self.0.matched_path_or_any_parents(below, false).is_ignore()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(globs: &[&str], file: &str) -> bool {
        let mut builder = Builder::new();
        for glob in globs {
            builder.add(glob).expect("a glob");
        }
        builder.build().expect("globs").matches(Path::new("/srv"), Path::new(file))
    }

    #[test]
    fn they_count_from_the_root_as_in_gitignore() {
        assert!(matches(&["legacy/"], "/srv/a/legacy/main.tf"));
        assert!(matches(&["/legacy"], "/srv/legacy/main.tf"));
        assert!(!matches(&["/legacy"], "/srv/a/legacy/main.tf"));
        assert!(matches(&["a/**/x.tf"], "/srv/a/b/c/x.tf"));
        assert!(!matches(&["a/*.tf"], "/srv/a/b/x.tf"));
        assert!(matches(&["*.gen.tf"], "/elsewhere/x.gen.tf"));
        assert!(!matches(&[], "/srv/main.tf"));
    }

    #[test]
    fn the_last_one_decides() {
        assert!(matches(&["*.tf", "!main.tf"], "/srv/a/x.tf"));
        assert!(!matches(&["*.tf", "!main.tf"], "/srv/a/main.tf"));
    }

    #[test]
    fn what_matches_nothing_is_refused() {
        for glob in ["", " ", "# all", "[a", "a{b"] {
            assert!(Builder::new().add(glob).is_err(), "{glob:?}");
        }
    }
}
