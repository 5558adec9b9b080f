//! A Terraform module of up to three files, of which the first and the last are in JSON syntax.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ipfix_fuzz::hold(
    bytes,
    &["main.tf.json", "more.tf", "main_override.tf.json"]
));
