//! Reads a text as the language that it is written in.

use crate::syntax::tree::arena::Arena;
use crate::syntax::tree::{ParseError, Tree, json, yaml};

impl Tree {
    /// Parses a text as what it looks like: JSON if it starts with a brace and JSON's grammar has it, else YAML.
    ///
    /// `json` says that the file is called JSON: then its faults are told as JSON's.
    pub(crate) fn parse(text: &str, json: bool) -> Result<Tree, ParseError> {
        if text.len() > Arena::MAX_LENGTH {
            return Err(ParseError { offset: 0, message: "larger than 2 GiB".to_owned(), is_limit: true });
        }
        let braced = text.trim_start().starts_with('{');
        if !braced && !json {
            return yaml::parse(text);
        }
        json::parse(text).or_else(|failure| if json { Err(failure) } else { yaml::parse(text) })
    }
}
