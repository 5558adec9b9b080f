//! ipfix finds EC2 launchers that are wired to an IAM role where AWS wants an instance profile, adds the profile and rewires the launcher.

pub mod aws;
pub mod check;
#[doc(hidden)]
pub mod cli;
pub mod cloudformation;
pub mod engine;
pub mod model;
pub mod plan;
pub mod report;
pub mod rules;
pub mod source;
mod suppress;
pub mod terraform;
mod verify;
