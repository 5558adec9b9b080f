//! What all whole-program tests share: trees of files, cases on disk, and ipfix run as a program.

#![allow(dead_code, reason = "each test program uses its part")]

pub(crate) mod case;
pub(crate) mod control;
pub(crate) mod json;
pub(crate) mod library;
pub(crate) mod patch;
pub(crate) mod program;
pub(crate) mod tools;
pub(crate) mod tree;
