//! Where a block that a fix adds belongs in a JSON file.

use super::tree::Json;

const PROFILES: [(&str, &str); 2] =
    [("aws_iam_instance_profile", "aws_iam_role"), ("awscc_iam_instance_profile", "awscc_iam_role")];

/// The twin of a changed file, with types and labels of resources in the order of the twin of the file as it was: the order in which blocks of
/// several types follow each other is not in JSON. A new profile is the last of its type. A new type of profiles follows the type of the roles; it
/// precedes the first type that names one of its profiles if the roles are elsewhere. A new `resource` is the last block type.
pub(crate) fn with_places_of(before: &Json, after: Json) -> Json {
    let mut after = after;
    let old = before.member("resource");
    let Some(members) = after.members_mut() else { return after };
    if let Json::Object(known) = before {
        in_order_of(known, members);
    }
    let Some((_, Json::Object(types))) = members.iter_mut().find(|it| it.0 == "resource") else { return after };
    for (kind, labels) in types.iter_mut() {
        let known = old.and_then(|old| old.member(kind));
        if let (Some(Json::Object(known)), Json::Object(labels)) = (known, labels) {
            in_order_of(known, labels);
        }
    }
    if let Some(Json::Object(old)) = old {
        in_order_of(old, types);
        place_new_types(old, types);
    }
    after
}

/// Known keys first, as they were; then the others, as they are.
fn in_order_of(known: &[(String, Json)], members: &mut [(String, Json)]) {
    members.sort_by_key(|(key, _)| known.iter().position(|(name, _)| name == key).unwrap_or(known.len()));
}

fn place_new_types(old: &[(String, Json)], types: &mut Vec<(String, Json)>) {
    for (profiles, roles) in PROFILES {
        let is_new = !old.iter().any(|(kind, _)| kind == profiles);
        let Some(from) = types.iter().position(|(kind, _)| is_new && kind == profiles) else { continue };
        let entry = types.remove(from);
        let reference = format!("{profiles}.");
        let beside_roles = types.iter().position(|(kind, _)| kind == roles).map(|at| at + 1);
        let before_launcher = || types.iter().position(|(_, labels)| labels.printed().contains(&reference));
        types.insert(beside_roles.or_else(before_launcher).unwrap_or(from), entry);
    }
}
