//! The pieces of a module while it is made.

/// What the repetitions and the texts of a module are written into.
#[derive(Default)]
pub(crate) struct Parts {
    /// Blocks of variables and providers.
    pub(crate) variables: Vec<String>,
    /// Entries of `locals`.
    pub(crate) locals: Vec<(String, String)>,
    /// Roles and profiles.
    pub(crate) iam: Vec<String>,
    /// Everything else but the launchers.
    pub(crate) other: Vec<String>,
    /// What is special about the module, for the figures.
    pub(crate) traits: Vec<String>,
}

impl Parts {
    /// Declares a variable; the expression that reads it.
    pub(crate) fn variable(&mut self, stem: &str, default: &str) -> String {
        let taken = |name: &str| self.variables.iter().any(|block| block.contains(&format!("variable \"{name}\" ")));
        let name = free(stem, taken);
        self.variables.push(block(&format!("variable \"{name}\""), &[format!("default = {default}")]));
        format!("var.{name}")
    }

    /// Declares a local; the expression that reads it.
    pub(crate) fn local(&mut self, stem: &str, value: &str) -> String {
        let name = free(stem, |name| self.locals.iter().any(|(local, _)| local == name));
        self.locals.push((name.clone(), value.to_owned()));
        format!("local.{name}")
    }

    /// A label for a resource that is no other's.
    pub(crate) fn label(&self, stem: &str) -> String {
        let taken = |name: &str| {
            let quoted = format!("\" \"{name}\" {{");
            self.iam.iter().chain(&self.other).any(|block| block.contains(&quoted))
        };
        free(stem, taken)
    }

    /// Notes what is special.
    pub(crate) fn note(&mut self, what: &str) {
        self.traits.push(what.to_owned());
    }
}

fn free(stem: &str, taken: impl Fn(&str) -> bool) -> String {
    let names = std::iter::once(stem.to_owned()).chain((2..).map(|number| format!("{stem}{number}")));
    names.into_iter().find(|name| !taken(name)).expect("numbers do not end")
}

/// A block with its lines indented.
pub(crate) fn block(head: &str, lines: &[String]) -> String {
    let body: String = lines.iter().flat_map(|line| line.lines()).map(|line| format!("  {line}\n")).collect();
    format!("{head} {{\n{body}}}\n")
}

/// How a resource repeats.
#[derive(Clone)]
pub(crate) enum Repeat {
    /// It does not.
    Once,
    /// By `count`.
    Count {
        /// Its expression.
        expression: String,
        /// What that comes to.
        times: usize,
    },
    /// By `for_each`.
    Each {
        /// Its expression.
        expression: String,
        /// The keys, in their order.
        keys: Vec<String>,
    },
}

impl Repeat {
    /// The argument.
    pub(crate) fn line(&self) -> Option<String> {
        match self {
            Repeat::Once => None,
            Repeat::Count { expression, .. } => Some(format!("count = {expression}")),
            Repeat::Each { expression, .. } => Some(format!("for_each = {expression}")),
        }
    }
}
