//! What AWS, the Terraform provider and CloudFormation say: tables of facts and pure functions on them. No syntax, no files.

pub mod capability;
pub mod family;
pub mod naming;
pub mod registry;
pub mod slots;
pub mod trust;
