//! A checker for JSON Schema, as far as the schemas of this package use it. A keyword it does not know is a fault of the schema.

use serde_json::{Map, Value};

/// Keywords that say nothing about what is valid.
const ANNOTATIONS: &[&str] = &["$schema", "$id", "$defs", "definitions", "title", "description", "examples", "default"];

/// A schema.
pub(crate) struct Schema(Value);

impl Schema {
    /// Reads it.
    pub(crate) fn parse(text: &str) -> Self {
        Schema(serde_json::from_str(text).expect("a schema is JSON"))
    }

    /// Checks a document; the error names the place and the keyword.
    pub(crate) fn check(&self, document: &Value) -> Result<(), String> {
        self.node(&self.0, document, "$")
    }

    fn node(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let schema = match schema {
            Value::Bool(true) => return Ok(()),
            Value::Bool(false) => return Err(format!("{at}: nothing may be here")),
            schema => schema.as_object().expect("a schema is an object"),
        };
        for (keyword, rule) in schema {
            let broken = |what: &str| Err(format!("{at}: {what} ({keyword}: {rule}), found {value}"));
            match keyword.as_str() {
                "$ref" => self.node(self.target(rule), value, at)?,
                "type" if !any(rule, |name| is_of_type(value, name)) => return broken("wrong type"),
                "enum" if !any(rule, |choice| choice == value) => return broken("none of the values"),
                "const" if rule != value => return broken("another value"),
                "minimum" if value.as_f64() < rule.as_f64() => return broken("too small"),
                "minLength" if (text(value).len() as u64) < number(rule) => return broken("too short"),
                "minItems" if (list(value).len() as u64) < number(rule) => return broken("too few"),
                "required" => {
                    for name in list(rule) {
                        if value.is_object() && value.get(text(name)).is_none() {
                            return broken(&format!("{name} is missing"));
                        }
                    }
                }
                "properties" | "additionalProperties" => {
                    for (name, member) in value.as_object().into_iter().flatten() {
                        if let Some(rule) = member_schema(schema, keyword, name) {
                            self.node(rule, member, &format!("{at}.{name}"))?;
                        }
                    }
                }
                "items" => {
                    for (index, item) in list(value).iter().enumerate() {
                        self.node(rule, item, &format!("{at}[{index}]"))?;
                    }
                }
                "anyOf" => {
                    let tried: Vec<_> = list(rule).iter().map(|one| self.node(one, value, at)).collect();
                    if tried.iter().all(Result::is_err) {
                        return Err(format!("{at}: none of {tried:?}"));
                    }
                }
                "type" | "enum" | "const" | "minimum" | "minLength" | "minItems" => {}
                other => assert!(ANNOTATIONS.contains(&other), "{at}: the checker does not know {other}"),
            }
        }
        Ok(())
    }

    fn target(&self, reference: &Value) -> &Value {
        let pointer = text(reference).strip_prefix('#').expect("a reference inside the schema");
        self.0.pointer(pointer).expect("what is referred to is in the schema")
    }
}

/// Which schema a member of an object must fit by `properties`, or, if that does not name it, by `additionalProperties`.
fn member_schema<'s>(schema: &'s Map<String, Value>, keyword: &str, name: &str) -> Option<&'s Value> {
    let named = schema.get("properties").and_then(|properties| properties.get(name));
    if keyword == "properties" { named } else { schema.get(keyword).filter(|_| named.is_none()) }
}

fn any(rule: &Value, holds: impl Fn(&Value) -> bool) -> bool {
    match rule {
        Value::Array(choices) => choices.iter().any(holds),
        one => holds(one),
    }
}

fn is_of_type(value: &Value, name: &Value) -> bool {
    match text(name) {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => unreachable!("no such type: {other}"),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

#[test]
fn what_does_not_fit_is_refused() {
    let schema = Schema::parse(
        r##"{
            "$defs": {"point": {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer", "minimum": 1}}, "additionalProperties": false}},
            "type": "array", "minItems": 1,
            "items": {"anyOf": [{"$ref": "#/$defs/point"}, {"enum": ["a", "b"]}, {"const": null}, {"type": ["boolean"]}]}
        }"##,
    );
    for (document, fits) in [
        (r#"[{"x": 1}, "a", null, true]"#, true),
        ("[]", false),
        ("{}", false),
        (r#"[{"x": 0}]"#, false),
        (r#"[{"x": 1.5}]"#, false),
        ("[{}]", false),
        (r#"[{"x": 1, "y": 2}]"#, false),
        (r#"["c"]"#, false),
        ("[7]", false),
    ] {
        let result = schema.check(&serde_json::from_str(document).expect("JSON"));
        assert_eq!(result.is_ok(), fits, "{document}: {result:?}");
    }
}
