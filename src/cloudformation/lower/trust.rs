//! `AssumeRolePolicyDocument` as far as it is written out.

use crate::aws::trust::{Doc, Trust};
use crate::cloudformation::function::{Call, Function, Piece, call, pieces, sub_text};
use crate::cloudformation::tree::{Kind, Tree, ValueId};

/// Whether EC2 may assume a role with this policy.
pub(crate) fn trust(tree: &Tree, policy: Option<ValueId>) -> Trust {
    match policy {
        Some(policy) => evaluate(&document(tree, policy)),
        None => Trust::Unknown,
    }
}

fn evaluate(_document: &Doc) -> Trust {
    Trust::Unknown
}

/// How many aliases are followed in one policy.
const MOST_ALIASES: u32 = 100;

/// Lowers a policy: a mapping, or JSON in a string.
pub(crate) fn document(tree: &Tree, policy: ValueId) -> Doc {
    let call = call(tree, policy);
    let text = match &call {
        None => tree.text(policy),
        Some(call) if call.function == Function::Sub => sub_text(tree, call).map(|(text, ..)| text),
        Some(_) => None,
    };
    match text {
        Some(text) => from_json(text, call.is_some()),
        None => lower(tree, policy, &mut { MOST_ALIASES }),
    }
}

fn lower(tree: &Tree, id: ValueId, aliases_left: &mut u32) -> Doc {
    if let Some(call) = call(tree, id) {
        return if is_ec2_principal(tree, &call) { Doc::Ec2Principal } else { Doc::Computed };
    }
    match &tree.get(id).kind {
        Kind::Scalar { text, .. } => plain(text),
        Kind::List(items) => Doc::List(items.iter().map(|&item| lower(tree, item, aliases_left)).collect()),
        Kind::Mapping(entries) => {
            let mut object = Vec::with_capacity(entries.len());
            for entry in entries {
                match tree.text(entry.key) {
                    Some(key) if key != "<<" && !key.starts_with("Fn::") => {
                        object.push((key.to_owned(), lower(tree, entry.value, aliases_left)));
                    }
                    _ => return Doc::Computed,
                }
            }
            Doc::Object(object)
        }
        Kind::Alias(target) if *aliases_left > 0 => {
            *aliases_left -= 1;
            lower(tree, *target, aliases_left)
        }
        Kind::Alias(_) => Doc::Computed,
    }
}

/// Text of a policy; a dynamic reference or a variable of another tool in it is not known.
fn plain(text: &str) -> Doc {
    if text.contains("{{resolve:") || text.contains("${") { Doc::Computed } else { Doc::Text(text.to_owned()) }
}

/// `ec2.` with the partition's own domain: `!Sub ec2.${AWS::URLSuffix}`, or the same by `Fn::Join`.
fn is_ec2_principal(tree: &Tree, call_: &Call) -> bool {
    match call_.function {
        Function::Sub => sub_text(tree, call_).is_some_and(|(text, ..)| is_ec2_sub(text)),
        Function::Join => {
            let [separator, parts] = *call_.arguments(tree) else { return false };
            let [service, suffix] = *tree.items(parts) else { return false };
            let joined = tree.text(service).zip(tree.text(separator)).map(|(service, separator)| format!("{service}{separator}"));
            let is_suffix = call(tree, suffix)
                .is_some_and(|call| call.function == Function::Ref && call.text(tree) == Some("AWS::URLSuffix"));
            joined.as_deref() == Some("ec2.") && is_suffix
        }
        _ => false,
    }
}

fn is_ec2_sub(text: &str) -> bool {
    match pieces(text).as_slice() {
        [Piece::Literal("ec2."), Piece::Variable("AWS::URLSuffix", _)] => true,
        [Piece::Literal(text)] => matches!(*text, "ec2.amazonaws.com" | "ec2.amazonaws.com.cn"),
        _ => false,
    }
}

fn from_json(text: &str, variables: bool) -> Doc {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => from_value(value, variables),
        Err(_) => Doc::Computed,
    }
}

fn from_value(value: serde_json::Value, variables: bool) -> Doc {
    use serde_json::Value;
    match value {
        Value::Null => Doc::Computed,
        Value::Bool(value) => Doc::Text(value.to_string()),
        Value::Number(value) => Doc::Text(value.to_string()),
        Value::String(text) if variables && is_ec2_sub(&text) => Doc::Ec2Principal,
        Value::String(text) => plain(&text),
        Value::Array(items) => Doc::List(items.into_iter().map(|item| from_value(item, variables)).collect()),
        Value::Object(entries) => {
            Doc::Object(entries.into_iter().map(|(key, value)| (key, from_value(value, variables))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(text: &str) -> Doc {
        let tree = Tree::parse(text, false).expect("text");
        document(&tree, tree.documents[0])
    }

    #[test]
    fn mappings_and_json_text_give_the_same() {
        let expected = Doc::Object(vec![("Service".into(), Doc::List(vec![Doc::Text("ec2.amazonaws.com".into())]))]);
        assert_eq!(doc("Service: [ec2.amazonaws.com]"), expected);
        assert_eq!(doc("'{\"Service\": [\"ec2.amazonaws.com\"]}'"), expected);
    }

    #[test]
    fn the_principal_of_any_partition_is_known() {
        for text in [
            "!Sub 'ec2.${AWS::URLSuffix}'",
            "{\"Fn::Sub\": \"ec2.${AWS::URLSuffix}\"}",
            "!Join ['', [ec2., !Ref AWS::URLSuffix]]",
            "!Join ['.', [ec2, !Ref AWS::URLSuffix]]",
        ] {
            let inside = doc(&format!("{{\"Service\": {text}}}"));
            assert_eq!(inside, Doc::Object(vec![("Service".into(), Doc::Ec2Principal)]), "{text}");
        }
        let inside = doc("!Sub '{\"Service\": \"ec2.${AWS::URLSuffix}\"}'");
        assert_eq!(inside, Doc::Object(vec![("Service".into(), Doc::Ec2Principal)]));
    }

    #[test]
    fn what_is_computed_is_not_known() {
        for text in ["!Ref Service", "!Sub '${Service}.amazonaws.com'", "'{{resolve:ssm:x}}'", "<<: {a: b}"] {
            assert_eq!(doc(text), Doc::Computed, "{text}");
        }
    }
}
