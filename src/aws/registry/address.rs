//! Where a module comes from: the registry's and git's spellings of one repository are one address.

use std::borrow::Cow;

use super::version::Version;

/// The public registries. A host that is not written is Terraform's, and OpenTofu's registry serves the same repositories.
const REGISTRIES: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// A directory of a repository at GitHub.
#[derive(Debug)]
pub(super) struct Address<'a> {
    owner: &'a str,
    repository: Cow<'a, str>,
    directory: &'a str,
    /// The version of a git source. Nothing if the source is the registry's.
    pub(super) git: Option<GitVersion>,
}

/// Which commit of a repository a git source selects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum GitVersion {
    /// The tag of a version.
    Tag(Version),
    /// A branch, a commit or nothing: it could be any version.
    Any,
}

impl<'a> Address<'a> {
    /// The address that a `source` argument names, if it is at GitHub or in a public registry.
    pub(super) fn parse(source: &'a str) -> Option<Address<'a>> {
        git(source).or_else(|| registry(source))
    }

    /// Whether both are the same directory of the same repository. GitHub and the registries ignore the case of names.
    pub(super) fn is_same_place(&self, other: &Address<'_>) -> bool {
        self.owner.eq_ignore_ascii_case(other.owner)
            && self.repository.eq_ignore_ascii_case(&other.repository)
            && self.directory == other.directory
    }
}

/// `namespace/name/provider//directory`: the registry takes modules from `github.com/namespace/terraform-provider-name` only.
fn registry(source: &str) -> Option<Address<'_>> {
    let (module, directory) = source.split_once("//").unwrap_or((source, ""));
    let parts: Vec<&str> = module.split('/').collect();
    let (owner, name, provider) = match parts[..] {
        [owner, name, provider] => (owner, name, provider),
        [host, owner, name, provider] if REGISTRIES.iter().any(|known| known.eq_ignore_ascii_case(host)) => {
            (owner, name, provider)
        }
        _ => return None,
    };
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if ![owner, name, provider].into_iter().all(is_name) {
        return None;
    }
    let repository = Cow::Owned(format!("terraform-{provider}-{name}"));
    Some(Address { owner, repository, directory: directory.trim_matches('/'), git: None })
}

/// The forms of git sources: `github.com/...`, `git@github.com:...`, and `git::` before either of them or a URL.
fn git(source: &str) -> Option<Address<'_>> {
    let (location, query) = source.split_once('?').unwrap_or((source, ""));
    let location = match location.strip_prefix("git::") {
        Some(forced) => ["https://", "http://", "ssh://"]
            .iter()
            .find_map(|scheme| strip_prefix_ignoring_case(forced, scheme))
            .unwrap_or(forced),
        None => location,
    };
    let host_start = location.find(['/', '@']).filter(|&at| location[at..].starts_with('@')).map_or(0, |at| at + 1);
    let path = strip_prefix_ignoring_case(&location[host_start..], "github.com")?.strip_prefix(['/', ':'])?;
    let (path, directory) = path.split_once("//").unwrap_or((path, ""));
    let (owner, repository) = path.trim_end_matches('/').split_once('/')?;
    let repository = repository.strip_suffix(".git").unwrap_or(repository);
    if owner.is_empty() || repository.is_empty() || repository.contains('/') {
        return None;
    }
    let reference = query.split('&').find_map(|part| part.strip_prefix("ref="));
    let tag = reference.map(|reference| {
        let reference = reference.strip_prefix("refs/").unwrap_or(reference);
        reference.strip_prefix("tags/").unwrap_or(reference)
    });
    let version = tag.and_then(Version::parse).map_or(GitVersion::Any, GitVersion::Tag);
    let directory = directory.trim_matches('/');
    Some(Address { owner, repository: Cow::Borrowed(repository), directory, git: Some(version) })
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::super::version::v;
    use super::*;

    const KARPENTER: &str = "terraform-aws-modules/eks/aws//modules/karpenter";

    fn is_karpenter(source: &str) -> bool {
        let karpenter = Address::parse(KARPENTER).expect("an address");
        Address::parse(source).is_some_and(|address| address.is_same_place(&karpenter))
    }

    #[test]
    fn spellings_of_one_module() {
        for source in [
            KARPENTER,
            "terraform-aws-modules/eks/aws//modules/karpenter/",
            "Terraform-AWS-Modules/eks/aws//modules/karpenter",
            "registry.terraform.io/terraform-aws-modules/eks/aws//modules/karpenter",
            "Registry.Terraform.io/terraform-aws-modules/eks/aws//modules/karpenter",
            "registry.opentofu.org/terraform-aws-modules/eks/aws//modules/karpenter",
            "github.com/terraform-aws-modules/terraform-aws-eks//modules/karpenter",
            "github.com/terraform-aws-modules/terraform-aws-eks.git//modules/karpenter?ref=v20.0.0",
            "git@github.com:terraform-aws-modules/terraform-aws-eks.git//modules/karpenter?ref=v20.0.0",
            "git::git@github.com:terraform-aws-modules/terraform-aws-eks.git//modules/karpenter",
            "git::https://github.com/terraform-aws-modules/terraform-aws-eks.git//modules/karpenter?depth=1&ref=v20.0.0",
            "git::https://token@GitHub.com/terraform-aws-modules/terraform-aws-eks//modules/karpenter",
            "git::ssh://git@github.com/Terraform-AWS-modules/terraform-aws-eks.git//modules/karpenter",
        ] {
            assert!(is_karpenter(source), "{source}");
        }
    }

    #[test]
    fn other_modules() {
        for source in [
            "",
            "./terraform-aws-modules/eks/aws//modules/karpenter",
            "../eks/aws//modules/karpenter",
            "terraform-aws-modules/eks/aws",
            "terraform-aws-modules/eks/aws//modules",
            "terraform-aws-modules/eks/aws//modules/Karpenter",
            "terraform-aws-modules/eks/aws//modules/karpenter/extra",
            "terraform-aws-modules/eks/google//modules/karpenter",
            "acme/eks/aws//modules/karpenter",
            "app.terraform.io/terraform-aws-modules/eks/aws//modules/karpenter",
            "git::https://gitlab.com/terraform-aws-modules/terraform-aws-eks.git//modules/karpenter",
            "git::https://github.com.evil.example/terraform-aws-modules/terraform-aws-eks.git//modules/karpenter",
            "git::https://example.com/github.com/terraform-aws-modules/terraform-aws-eks.git//modules/karpenter",
            "git::https://github.com/terraform-aws-modules/eks.git//modules/karpenter",
            "github.com/terraform-aws-modules/terraform-aws-eks/modules/karpenter",
            "github.com/terraform-aws-modules",
            "https://github.com/terraform-aws-modules/terraform-aws-eks/archive/v20.0.0.zip//modules/karpenter",
            "s3::https://s3.amazonaws.com/terraform-aws-modules/eks/aws.zip",
        ] {
            assert!(!is_karpenter(source), "{source}");
        }
    }

    #[test]
    fn versions_of_git_sources() {
        let version = |query: &str| {
            Address::parse(&format!("github.com/cloudposse/terraform-aws-iam-role{query}")).expect("an address").git
        };
        for query in ["?ref=1.2.3", "?ref=v1.2.3", "?depth=1&ref=tags/1.2.3", "?ref=refs/tags/v1.2.3"] {
            assert_eq!(version(query), Some(GitVersion::Tag(v(1, 2, 3))), "{query}");
        }
        // `v1` and `v1.2` could be tags that move.
        for query in ["", "?ref=", "?ref=main", "?ref=v1", "?ref=v1.2", "?ref=0123456", "?depth=1", "?sref=1.2.3"] {
            assert_eq!(version(query), Some(GitVersion::Any), "{query}");
        }
        assert_eq!(Address::parse("cloudposse/iam-role/aws").expect("an address").git, None);
    }
}
