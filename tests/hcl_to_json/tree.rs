//! A JSON document, with members in order and keys that may repeat.

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    /// A number, a boolean or `null`.
    Word(String),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

/// A string in quotes.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl Json {
    /// What an object has under a key.
    pub(crate) fn member(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The members of an object.
    pub(crate) fn members_mut(&mut self) -> Option<&mut Vec<(String, Json)>> {
        match self {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }

    /// As most people write it: two spaces, each member on a line, a newline at the end.
    pub(crate) fn printed(&self) -> String {
        let mut out = String::new();
        self.print(0, &mut out);
        out.push('\n');
        out
    }

    fn print(&self, depth: usize, out: &mut String) {
        match self {
            Json::Word(word) => out.push_str(word),
            Json::Text(text) => out.push_str(&quoted(text)),
            Json::List(items) => {
                on_lines(out, depth, ['[', ']'], items, |item, out| item.print(depth + 1, out));
            }
            Json::Object(members) => on_lines(out, depth, ['{', '}'], members, |(key, value), out| {
                out.extend([&quoted(key), ": "]);
                value.print(depth + 1, out);
            }),
        }
    }
}

fn on_lines<T>(out: &mut String, depth: usize, brackets: [char; 2], items: &[T], print: impl Fn(&T, &mut String)) {
    out.push(brackets[0]);
    for (number, item) in items.iter().enumerate() {
        out.push_str(if number == 0 { "\n" } else { ",\n" });
        out.push_str(&"  ".repeat(depth + 1));
        print(item, out);
    }
    if !items.is_empty() {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
    out.push(brackets[1]);
}
