//! `AssumeRolePolicyDocument` as far as it is written out.

use crate::aws::trust::{self, PolicyDocument, Trust};
use crate::cloudformation::intrinsic;
use crate::cloudformation::intrinsic::{Call, Function, call, pieces, sub_text};
use crate::syntax::tree::{Tree, ValueId, ValueKind};

/// Whether EC2 may assume a role with this policy.
pub(crate) fn trust(tree: &Tree, policy: Option<ValueId>) -> Trust {
    policy.map_or(Trust::Unknown, |policy| trust::evaluate(&document(tree, policy)))
}

/// How many aliases are followed in one policy.
const MAX_ALIASES: u32 = 100;

/// Lowers a policy: a mapping, or JSON in a string, which may be the text of `Fn::Sub`.
fn document(tree: &Tree, policy: ValueId) -> PolicyDocument {
    match call(tree, policy) {
        None => match tree.text(policy) {
            Some(json) => trust::parse_json_text(json),
            None => lower(tree, policy, &mut { MAX_ALIASES }),
        },
        Some(call) if call.function == Function::Sub => match sub_text(tree, &call) {
            Some((text, _, None)) => trust::parse_json_pieces(&holes(&pieces(text))),
            _ => PolicyDocument::Computed,
        },
        Some(_) => PolicyDocument::Computed,
    }
}

fn lower(tree: &Tree, id: ValueId, aliases_left: &mut u32) -> PolicyDocument {
    if let Some(call) = call(tree, id) {
        return computed(tree, &call);
    }
    match tree.kind(id) {
        ValueKind::Scalar { text, .. } if text.contains("{{resolve:") || text.contains("${") => {
            PolicyDocument::Computed
        }
        ValueKind::Scalar { text, .. } => PolicyDocument::Text(text.to_string()),
        ValueKind::List(items) => {
            PolicyDocument::List(items.iter().map(|&item| lower(tree, item, aliases_left)).collect())
        }
        ValueKind::Mapping(entries) => {
            let mut object = Vec::with_capacity(entries.len());
            for entry in entries {
                match tree.text(entry.key) {
                    Some(key) if key != "<<" && !key.starts_with("Fn::") => {
                        object.push((key.to_owned(), lower(tree, entry.value, aliases_left)));
                    }
                    _ => return PolicyDocument::Computed,
                }
            }
            PolicyDocument::Object(object)
        }
        ValueKind::Alias(target) if *aliases_left > 0 => {
            *aliases_left -= 1;
            lower(tree, target, aliases_left)
        }
        ValueKind::Alias(_) => PolicyDocument::Computed,
    }
}

/// Text made by a function: `!Sub ec2.${AWS::URLSuffix}`, or the same by `Fn::Join`.
fn computed(tree: &Tree, call_: &Call) -> PolicyDocument {
    match call_.function {
        Function::Sub => match sub_text(tree, call_) {
            Some((text, _, None)) => trust::text(&holes(&pieces(text))),
            _ => PolicyDocument::Computed,
        },
        Function::Join => {
            let [separator, parts] = *call_.arguments(tree) else { return PolicyDocument::Computed };
            let [service, suffix] = *tree.items(parts) else { return PolicyDocument::Computed };
            let Some((service, separator)) = tree.text(service).zip(tree.text(separator)) else {
                return PolicyDocument::Computed;
            };
            match call(tree, suffix).filter(|call| call.function == Function::Ref).and_then(|call| call.text(tree)) {
                Some(id) => {
                    let literal = trust::Piece::Literal;
                    trust::text(&[literal(service), literal(separator), trust::Piece::Interpolation(id)])
                }
                None => PolicyDocument::Computed,
            }
        }
        _ => PolicyDocument::Computed,
    }
}

fn holes<'t>(pieces: &[intrinsic::Piece<'t>]) -> Vec<trust::Piece<'t>> {
    let mut out = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match piece {
            intrinsic::Piece::Literal(text) => out.push(trust::Piece::Literal(text)),
            intrinsic::Piece::Escaped(name) => {
                out.extend([trust::Piece::Literal("${"), trust::Piece::Literal(name), trust::Piece::Literal("}")]);
            }
            intrinsic::Piece::Variable(name, _) => out.push(trust::Piece::Interpolation(name)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(text: &str) -> PolicyDocument {
        let tree = Tree::parse(text, false).expect("text");
        document(&tree, tree.documents[0])
    }

    fn service(service: PolicyDocument) -> PolicyDocument {
        PolicyDocument::Object(vec![("Service".to_owned(), service)])
    }

    #[test]
    fn mappings_and_json_text_give_the_same() {
        let expected = service(PolicyDocument::List(vec![PolicyDocument::Text("ec2.amazonaws.com".to_owned())]));
        assert_eq!(doc("Service: [ec2.amazonaws.com]"), expected);
        assert_eq!(doc("'{\"Service\": [\"ec2.amazonaws.com\"]}'"), expected);
    }

    #[test]
    fn the_principal_of_any_partition_is_known() {
        for text in [
            "{Service: !Sub 'ec2.${AWS::URLSuffix}'}",
            "{\"Service\": {\"Fn::Sub\": \"ec2.${AWS::URLSuffix}\"}}",
            "{Service: !Join ['', [ec2., !Ref AWS::URLSuffix]]}",
            "{Service: !Join ['.', [ec2, !Ref AWS::URLSuffix]]}",
            "!Sub '{\"Service\": \"ec2.${AWS::URLSuffix}\"}'",
        ] {
            assert_eq!(doc(text), service(PolicyDocument::Ec2Principal), "{text}");
        }
    }

    #[test]
    fn what_is_computed_is_not_known() {
        for text in
            ["!Ref Service", "!Sub '${Service}.amazonaws.com'", "'{{resolve:ssm:x}}'", "<<: {a: b}", "!If [a, {}, {}]"]
        {
            assert_eq!(doc(text), PolicyDocument::Computed, "{text}");
        }
    }
}
