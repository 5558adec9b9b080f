//! The whole way through Terraform's reader and renderer.

mod examples;
