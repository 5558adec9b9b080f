//! A template before it is written down.

/// A value of a template. How it is spelled (quotes, brackets, short or long functions) is the printer's choice.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    /// A number or a boolean: never quoted.
    Word(&'static str),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
    /// A function by its short name, with its argument.
    Call(&'static str, Box<Value>),
    /// YAML alone: a value with a name, and that name.
    Anchor(&'static str, Box<Value>),
    Alias(&'static str),
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(crate) fn list<const N: usize>(items: [Value; N]) -> Value {
    Value::List(items.into())
}

pub(crate) fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

pub(crate) fn call(function: &'static str, argument: Value) -> Value {
    Value::Call(function, Box::new(argument))
}

pub(crate) fn refer(id: &str) -> Value {
    call("Ref", text(id))
}

pub(crate) fn get_att(id: &str, attribute: &str) -> Value {
    call("GetAtt", list([text(id), text(attribute)]))
}

/// `Fn::GetAtt` with its two parts in one text.
pub(crate) fn dotted(id: &str, attribute: &str) -> Value {
    call("GetAtt", text(&format!("{id}.{attribute}")))
}

pub(crate) fn sub(of: &str) -> Value {
    call("Sub", text(of))
}

/// A resource.
pub(crate) fn resource<const N: usize>(kind: &str, properties: [(&str, Value); N]) -> Value {
    map([("Type", text(kind)), ("Properties", map(properties))])
}

/// A function's long name.
pub(crate) fn long_name(function: &str) -> String {
    if matches!(function, "Ref" | "Condition") { function.to_owned() } else { format!("Fn::{function}") }
}

impl Value {
    /// How many scalars it has.
    pub(crate) fn size(&self) -> usize {
        match self {
            Value::Text(_) | Value::Word(_) | Value::Alias(_) => 1,
            Value::List(items) => items.iter().map(Value::size).sum(),
            Value::Map(entries) => entries.iter().map(|(_, value)| value.size()).sum(),
            Value::Call(_, value) | Value::Anchor(_, value) => value.size(),
        }
    }

    /// What a mapping has under a key.
    pub(crate) fn member(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Puts an entry into a mapping, at the end or before the others.
    pub(crate) fn put(&mut self, first: bool, key: &str, value: Value) {
        if let Value::Map(entries) = self {
            entries.insert(if first { 0 } else { entries.len() }, (key.to_owned(), value));
        }
    }
}
