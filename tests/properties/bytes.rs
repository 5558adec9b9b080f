//! What a text is as bytes: line ends, byte order mark, the end of the file.

use proptest::prelude::*;

use crate::harness::tree::BOM;

#[derive(Clone, Copy, Debug)]
enum Ends {
    Lf,
    Crlf,
    /// As files become that people on several systems edit: every third line ends otherwise.
    Mixed,
}

/// The bytes of a file around its text.
#[derive(Clone, Debug)]
pub(crate) struct Bytes {
    ends: Ends,
    byte_order_mark: bool,
    final_newline: bool,
}

/// Mostly what everybody has.
pub(crate) fn bytes() -> impl Strategy<Value = Bytes> {
    let ends = prop_oneof![8 => Just(Ends::Lf), 2 => Just(Ends::Crlf), 1 => Just(Ends::Mixed)];
    (ends, prop::bool::weighted(0.1), prop::bool::weighted(0.8))
        .prop_map(|(ends, byte_order_mark, final_newline)| Bytes { ends, byte_order_mark, final_newline })
}

impl Bytes {
    /// A text, which has LF line ends, as this file has it.
    pub(crate) fn of(&self, text: &str) -> Vec<u8> {
        let text = if self.final_newline { text } else { text.trim_end_matches('\n') };
        let mut out = if self.byte_order_mark { BOM.to_vec() } else { Vec::new() };
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let crlf = match self.ends {
                Ends::Lf => false,
                Ends::Crlf => true,
                Ends::Mixed => number % 3 == 2,
            };
            match line.strip_suffix('\n').filter(|_| crlf) {
                Some(line) => out.extend([line.as_bytes(), b"\r\n"].concat()),
                None => out.extend(line.as_bytes()),
            }
        }
        out
    }
}
