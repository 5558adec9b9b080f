//! Cases of which the twin in JSON is not treated as the original is, with the reason.

/// Why a twin is treated otherwise.
pub(crate) struct Kind {
    /// The reason.
    pub(crate) reason: &'static str,
    /// The cases. Each must really differ.
    pub(crate) cases: &'static [&'static str],
}

/// How many cases there are in all: so that the list does not grow unseen.
pub(crate) const COUNT: usize = 27;

/// All kinds.
pub(crate) const KINDS: &[Kind] = &[
    Kind {
        reason: "suppression comments are lost: JSON has only those of whole bodies and files",
        cases: &[
            "terraform/across-modules/ignored-above-the-argument",
            "terraform/across-modules/ignored-at-a-profile-output",
            "terraform/across-modules/ignored-at-the-argument",
            "terraform/across-modules/ignored-at-the-launcher-of-a-child-that-is-not-named",
            "terraform/across-modules/ignored-at-the-launcher-of-the-caller",
            "terraform/across-modules/ignored-at-the-launcher-of-the-child",
            "terraform/awscc/suppressed",
            "terraform/suppression/after-a-new-profile",
            "terraform/suppression/all-rules",
            "terraform/suppression/line-above",
            "terraform/suppression/one-of-two",
            "terraform/suppression/same-line",
            "terraform/suppression/whole-file",
            "terraform/unknown-arguments/beside-an-unfixable-one",
        ],
    },
    Kind {
        reason: "the lines of a value are text inside of a string: they are neither indented nor aligned anew, and need no parentheses",
        cases: &[
            "terraform/comments/aligned-below-a-long-value",
            "terraform/comments/in-a-moving-value",
            "terraform/layout/index-over-lines",
            "terraform/shapes/values-over-lines",
        ],
    },
    Kind {
        reason: "a comment inside of a string stays in it or stops the fix; it cannot move to a line of its own",
        cases: &["terraform/comments/in-every-gap", "terraform/comments/of-a-removed-argument"],
    },
    Kind {
        reason: "a profile of a role that is declared nowhere goes before the first resource that names the role, as in HCL",
        cases: &["terraform/references/undeclared-role-by-index"],
    },
    Kind {
        reason: "Terraform refuses a key or an argument that is repeated in JSON",
        cases: &["terraform/duplicate-keys/quoted-and-bare", "terraform/unreadable-files/argument-and-block"],
    },
    Kind {
        reason: "the style of Terraform 0.11 says nothing in JSON, where every reference is interpolated",
        cases: &["terraform/interpolation/counted-role", "terraform/interpolation/optional-role-without-an-index"],
    },
    Kind {
        reason: "an object is right for a map and for a block",
        cases: &["terraform/shapes/object-for-a-block", "terraform/shapes/object-over-lines"],
    },
];

/// The reason why a case's twin may differ.
pub(crate) fn reason(case: &str) -> Option<&'static str> {
    KINDS.iter().find(|kind| kind.cases.contains(&case)).map(|kind| kind.reason)
}
