//! May EC2 assume this role? A three-valued reading of a trust policy.

/// The answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trust {
    /// Some statement certainly lets EC2 assume the role.
    Ec2,
    /// No statement can: a launched instance would get no credentials.
    NotEc2,
    /// Something in the policy is computed, or was not found.
    Unknown,
}

/// A policy document as far as it is written out: what the engines lower JSON text, `jsonencode`, data sources and templates to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Doc {
    /// A JSON object, keys in the order of the text.
    Object(Vec<(String, Doc)>),
    /// A JSON array.
    List(Vec<Doc>),
    /// A string, number or boolean as text.
    Text(String),
    /// Text that names EC2's service principal in whatever partition (`ec2.${data.aws_partition.current.dns_suffix}`).
    Ec2Principal,
    /// Something that only a deployment knows.
    Computed,
}
