//! Values into text, laid out at random.

mod json;
mod scalar;
mod terraform;
mod yaml;

use proptest::prelude::*;

use super::value::Value;

pub(crate) use self::terraform::{TerraformLayout, terraform_layout};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Language {
    /// YAML with `!Ref` and its like.
    Short,
    /// YAML with `Ref:` and its like.
    Long,
    Json,
}

/// How a text is laid out.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) language: Language,
    /// Nothing that ipfix may refuse to change: no comment inside a wiring, no spelling of which parsers have several opinions.
    pub(crate) common: bool,
    rolls: Vec<u8>,
}

pub(crate) fn layout(common: bool) -> impl Strategy<Value = Layout> {
    let languages = prop::sample::select(vec![Language::Short, Language::Long, Language::Json]);
    // Rolls are used over and over: a prime number of them does not fall into step with what is printed.
    (languages, prop::collection::vec(0..100u8, 127)).prop_map(move |(language, rolls)| Layout {
        language,
        common,
        rolls,
    })
}

impl Layout {
    /// The same language without any habit.
    pub(crate) fn plain(&self) -> Layout {
        Layout { rolls: vec![0], ..self.clone() }
    }

    pub(crate) fn print(&self, value: &Value) -> String {
        let dice = Dice { rolls: &self.rolls, at: 0 };
        match self.language {
            Language::Json => json::print(value, dice),
            Language::Short | Language::Long => yaml::print(value, self, dice),
        }
    }
}

/// Choices, one after another. A roll of zero is the plainest choice, so that a failure shrinks to a plain layout.
struct Dice<'r> {
    rolls: &'r [u8],
    at: usize,
}

impl Dice<'_> {
    fn roll(&mut self) -> u8 {
        let roll = self.rolls[self.at % self.rolls.len()];
        self.at += 1;
        roll
    }

    /// True in so many of a hundred rolls.
    fn chance(&mut self, percent: u8) -> bool {
        self.roll() >= 100 - percent
    }

    /// One of these; the first is the plainest.
    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::from(self.roll()) * of.len() / 100]
    }
}
