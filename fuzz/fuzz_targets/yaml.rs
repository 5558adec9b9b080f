//! A template in YAML.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ipfix_fuzz::hold(bytes, &["template.yaml"]));
