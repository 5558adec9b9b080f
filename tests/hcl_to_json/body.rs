//! Blocks and expressions.

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Body, Structure};

use super::strings;
use super::tree::Json;

/// How JSON writes the value of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// Strings are templates.
    Expression,
    /// A reference, a type or a keyword, as a plain string.
    Reference,
    /// Strings are plain text.
    Literal,
}

/// Arguments that are no expressions: the block (`*` is any number of blocks), the argument (`*` is any) and the manner. The first row counts.
const MANNERS: &[(&[&str], &str, Manner)] = &[
    (&["resource"], "depends_on", Manner::Reference),
    (&["data"], "depends_on", Manner::Reference),
    (&["check", "data"], "depends_on", Manner::Reference),
    (&["ephemeral"], "depends_on", Manner::Reference),
    (&["module"], "depends_on", Manner::Reference),
    (&["output"], "depends_on", Manner::Reference),
    (&["resource"], "provider", Manner::Reference),
    (&["data"], "provider", Manner::Reference),
    (&["check", "data"], "provider", Manner::Reference),
    (&["ephemeral"], "provider", Manner::Reference),
    (&["import"], "provider", Manner::Reference),
    (&["import"], "to", Manner::Reference),
    (&["moved"], "*", Manner::Reference),
    (&["removed"], "from", Manner::Reference),
    (&["*", "lifecycle"], "ignore_changes", Manner::Reference),
    (&["*", "lifecycle"], "replace_triggered_by", Manner::Reference),
    (&["*", "provisioner"], "when", Manner::Reference),
    (&["*", "provisioner"], "on_failure", Manner::Reference),
    (&["*", "dynamic"], "iterator", Manner::Reference),
    (&["module"], "providers", Manner::Reference),
    (&["module"], "source", Manner::Literal),
    (&["module"], "version", Manner::Literal),
    (&["variable"], "type", Manner::Reference),
    (&["variable"], "*", Manner::Literal),
    (&["output"], "description", Manner::Literal),
    (&["provider"], "alias", Manner::Literal),
    (&["provider"], "version", Manner::Literal),
    (&["terraform", "required_providers"], "*", Manner::Literal),
    (&["terraform", "backend"], "*", Manner::Literal),
    (&["terraform"], "*", Manner::Literal),
];

/// A file.
pub(crate) fn root(text: &str, body: &Body) -> Json {
    Converter { text }.body(&mut Vec::new(), body)
}

struct Converter<'t> {
    text: &'t str,
}

/// A member of a body that is being collected.
enum Member {
    Argument(Json),
    /// Blocks of one type and the same labels.
    Bodies(Vec<Json>),
    /// Blocks of one type by their next label.
    Labels(Vec<(String, Member)>),
}

impl Converter<'_> {
    /// A block's body; `blocks` are the types of the blocks around it and its own.
    fn body<'b>(&self, blocks: &mut Vec<&'b str>, body: &'b Body) -> Json {
        let mut members = Vec::new();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let manner = manner(blocks, attribute.key.as_str());
                    let value = self.value(&attribute.value, manner);
                    members.push((attribute.key.to_string(), Member::Argument(value)));
                }
                Structure::Block(block) => {
                    blocks.push(block.ident.as_str());
                    let body = self.body(blocks, &block.body);
                    blocks.pop();
                    let labels: Vec<&str> = block.labels.iter().map(hcl_edit::structure::BlockLabel::as_str).collect();
                    add(&mut members, block.ident.as_str(), &labels, body);
                }
            }
        }
        finished(members)
    }

    fn value(&self, expression: &Expression, manner: Manner) -> Json {
        let source = self.source(expression.span());
        match expression {
            Expression::Null(_) | Expression::Bool(_) => Json::Word(source.to_owned()),
            Expression::Number(_) if serde_json::from_str::<serde_json::Number>(source).is_ok() => {
                Json::Word(source.to_owned())
            }
            Expression::String(_) | Expression::StringTemplate(_) => {
                let inner = source.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(source);
                self.text(strings::template(inner), manner)
            }
            Expression::HeredocTemplate(_) => self.text(strings::heredoc(source), manner),
            Expression::Array(items) => Json::List(items.iter().map(|item| self.value(item, manner)).collect()),
            Expression::Object(object) => {
                let members = object.iter().map(|(key, value)| {
                    let value = self.value(value.expr(), manner);
                    (self.key(key, manner), value)
                });
                Json::Object(members.collect())
            }
            _ if manner == Manner::Expression => Json::Text(format!("${{{source}}}")),
            _ => Json::Text(source.to_owned()),
        }
    }

    fn text(&self, template: String, manner: Manner) -> Json {
        Json::Text(if manner == Manner::Expression { template } else { strings::literal(&template) })
    }

    fn key(&self, key: &ObjectKey, manner: Manner) -> String {
        match key {
            ObjectKey::Ident(name) => name.to_string(),
            ObjectKey::Expression(Expression::Parenthesis(inner)) => self.key_text(inner.inner(), manner),
            ObjectKey::Expression(expression) => self.key_text(expression, manner),
        }
    }

    fn key_text(&self, expression: &Expression, manner: Manner) -> String {
        match self.value(expression, manner) {
            Json::Text(text) | Json::Word(text) => text,
            Json::List(_) | Json::Object(_) => format!("${{{}}}", self.source(expression.span())),
        }
    }

    fn source(&self, span: Option<Range<usize>>) -> &str {
        self.text[span.expect("parsed nodes have spans")].trim()
    }
}

fn manner(blocks: &[&str], argument: &str) -> Manner {
    let is_in = |pattern: &[&str]| match pattern {
        ["*", last] => blocks.len() > 1 && blocks.last() == Some(last),
        _ => blocks == pattern,
    };
    let mut rows = MANNERS.iter().filter(|(blocks, name, _)| is_in(blocks) && (*name == "*" || *name == argument));
    rows.next().map_or(Manner::Expression, |(.., manner)| *manner)
}

fn add(members: &mut Vec<(String, Member)>, key: &str, labels: &[&str], body: Json) {
    let existing = members.iter_mut().find(|(name, member)| match member {
        Member::Argument(_) => false,
        Member::Bodies(_) => name == key && labels.is_empty(),
        Member::Labels(_) => name == key && !labels.is_empty(),
    });
    match (existing.map(|(_, member)| member), labels) {
        (Some(Member::Bodies(bodies)), _) => bodies.push(body),
        (Some(Member::Labels(inner)), [label, rest @ ..]) => add(inner, label, rest, body),
        (_, []) => members.push((key.to_owned(), Member::Bodies(vec![body]))),
        (_, [label, rest @ ..]) => {
            let mut inner = Vec::new();
            add(&mut inner, label, rest, body);
            members.push((key.to_owned(), Member::Labels(inner)));
        }
    }
}

fn finished(members: Vec<(String, Member)>) -> Json {
    let members = members.into_iter().map(|(key, member)| {
        let value = match member {
            Member::Argument(value) => value,
            Member::Bodies(mut bodies) if bodies.len() == 1 => bodies.remove(0),
            Member::Bodies(bodies) => Json::List(bodies),
            Member::Labels(inner) => finished(inner),
        };
        (key, value)
    });
    Json::Object(members.collect())
}

#[test]
fn a_module_becomes_its_twin() {
    let text = r#"
# a comment
resource "aws_instance" "web" {
  count    = 2
  provider = aws.iam
  role     = var.on ? aws_iam_role.app.name : "x"
  name     = "a-${aws_iam_role.app["k"].id}\n"
  tags     = { Name = "x", (local.k) = 1, "a-${b}" = null }
  ebs { a = 1 }
  ebs { a = "$${b}" }
  lifecycle { ignore_changes = [tags["a"]] }
  depends_on = [aws_iam_role.app]
}
data "aws_x" "y" {}
resource "aws_iam_role" "app" {}
resource "aws_instance" "db" {
  user_data = <<-EOT
    a ${b}
  EOT
}
variable "v" {
  type    = list(string)
  default = ["$${a}"]
}
"#;
    let body = hcl_edit::parser::parse_body(text).expect("valid HCL");
    let wanted = serde_json::json!({
        "resource": {
            "aws_instance": {
                "web": {
                    "count": 2,
                    "provider": "aws.iam",
                    "role": "${var.on ? aws_iam_role.app.name : \"x\"}",
                    "name": "a-${aws_iam_role.app[\"k\"].id}\n",
                    "tags": {"Name": "x", "${local.k}": 1, "a-${b}": null},
                    "ebs": [{"a": 1}, {"a": "$${b}"}],
                    "lifecycle": {"ignore_changes": ["tags[\"a\"]"]},
                    "depends_on": ["aws_iam_role.app"]
                },
                "db": {"user_data": "a ${b}\n"}
            },
            "aws_iam_role": {"app": {}}
        },
        "data": {"aws_x": {"y": {}}},
        "variable": {"v": {"type": "list(string)", "default": ["${a}"]}}
    });
    let printed = root(text, &body).printed();
    assert_eq!(printed, format!("{wanted:#}\n"));
}
