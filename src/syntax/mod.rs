//! Parsed files with spans: HCL, and one tree for YAML and JSON. Nothing is ever printed from a tree.

pub(crate) mod hcl;
pub(crate) mod hcl_canonical;
pub(crate) mod hcl_lenient;
pub(crate) mod hcl_node;
pub(crate) mod hcl_tokens;
pub(crate) mod tree;
pub(crate) mod yaml_crosscheck;
