//! A module while it is made.

use super::Choose;
use crate::harness::tree::Tree;

/// A module while it is made.
pub(crate) struct Directory {
    path: String,
    variables: Vec<String>,
    locals: Vec<String>,
    /// Blocks.
    pub(crate) main: Vec<String>,
    outputs: Vec<String>,
    /// Whether variables and outputs have files of their own.
    pub(crate) split: bool,
}

impl Directory {
    pub(crate) fn new(path: &str) -> Self {
        Directory {
            path: path.to_owned(),
            variables: Vec::new(),
            locals: Vec::new(),
            main: Vec::new(),
            outputs: Vec::new(),
            split: false,
        }
    }

    /// Declares a variable once.
    pub(crate) fn variable(&mut self, name: &str, lines: &[&str]) -> String {
        let text = block(&format!("variable \"{name}\""), lines);
        if !self.variables.contains(&text) {
            self.variables.push(text);
        }
        format!("var.{name}")
    }

    /// Declares a local.
    pub(crate) fn local(&mut self, name: &str, value: &str) -> String {
        self.locals.push(format!("{name} = {value}"));
        format!("local.{name}")
    }

    /// Adds a line to the block with this head.
    pub(crate) fn add_line(&mut self, head: &str, line: &str) {
        let block = self.main.iter_mut().find(|block| block.starts_with(head)).expect("a block that was made");
        block.truncate(block.len() - "}\n".len());
        block.extend(["  ", line, "\n}\n"]);
    }

    pub(crate) fn output(&mut self, name: &str, value: &str) {
        self.outputs.push(block(&format!("output \"{name}\""), &[&format!("value = {value}")]));
    }

    /// The files, each after a last change to its text.
    pub(crate) fn tree(&self, last: &dyn Fn(&str) -> String) -> Tree {
        let locals: Vec<&str> = self.locals.iter().map(String::as_str).collect();
        let locals = if locals.is_empty() { Vec::new() } else { vec![block("locals", &locals)] };
        let file = |name: &str, blocks: &[&[String]]| {
            let text = last(&blocks.concat().join("\n"));
            if text.is_empty() { Tree::default() } else { Tree::of(&format!("{}/{name}", self.path), &text) }
        };
        match self.split {
            false => file("main.tf", &[&self.variables, &self.main, &locals, &self.outputs]),
            true => file("variables.tf", &[&self.variables, &locals])
                .with(&file("main.tf", &[&self.main]))
                .with(&file("outputs.tf", &[&self.outputs])),
        }
    }

    /// Something around an expression that changes nothing where the expression has a value.
    pub(crate) fn wrapped(&mut self, choose: &mut impl Choose, ways: &[Way], expression: String) -> (Way, String) {
        let way = choose.one_of(ways);
        let wrapped = match way {
            Way::Plain => expression,
            Way::Quoted if expression.contains('"') => return (Way::Plain, expression),
            Way::Quoted => format!("\"${{{expression}}}\""),
            Way::Parentheses => format!("({expression})"),
            Way::Try => format!("try({expression}, null)"),
            Way::Conditional => {
                let enabled = self.variable("enabled", &["type = bool", "default = true"]);
                format!("{enabled} ? {expression} : null")
            }
            Way::Coalesce => format!("coalesce({expression}, \"none\")"),
            Way::Compared => format!("{expression} == \"\" ? null : {expression}"),
            Way::Local => {
                let name = format!("wired_{}", self.locals.len());
                self.local(&name, &expression)
            }
        };
        (way, wrapped)
    }
}

/// What is around an expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    Plain,
    Quoted,
    Parentheses,
    Try,
    Conditional,
    Coalesce,
    Compared,
    Local,
}

/// Always the value of the expression.
pub(crate) const SURE: &[Way] = &[Way::Plain, Way::Plain, Way::Local, Way::Parentheses, Way::Quoted];

/// Its value where it has one.
pub(crate) const ANY: &[Way] =
    &[Way::Plain, Way::Plain, Way::Local, Way::Parentheses, Way::Quoted, Way::Try, Way::Conditional, Way::Compared];

/// A block with its lines indented.
pub(crate) fn block(head: &str, lines: &[&str]) -> String {
    let body: String = lines.iter().flat_map(|line| line.lines()).map(|line| format!("  {line}\n")).collect();
    format!("{head} {{\n{body}}}\n")
}
