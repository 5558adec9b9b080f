//! A Terraform module of up to three files.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ipfix_fuzz::hold(bytes, &["main.tf", "more.tf", "main_override.tf"]));
