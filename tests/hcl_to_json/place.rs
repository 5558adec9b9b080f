//! Where a block that a fix adds belongs in a JSON file.

use super::tree::Json;

const PROFILES: [(&str, &str); 2] =
    [("aws_iam_instance_profile", "aws_iam_role"), ("awscc_iam_instance_profile", "awscc_iam_role")];

/// The twin of a changed file, with types and labels of resources in the order of the twin of the file as it was: the order in which blocks of
/// several types follow each other is not in JSON. A new profile is the last of its type; a new type of profiles follows the type of the roles,
/// or precedes the first type that names one of its profiles.
pub(crate) fn with_places_of(before: &Json, after: Json) -> Json {
    let mut after = after;
    let old = before.member("resource");
    let Some((_, resources)) = after.members_mut().and_then(|members| members.iter_mut().find(|it| it.0 == "resource"))
    else {
        return after;
    };
    if let Json::Object(types) = resources {
        for (kind, labels) in types.iter_mut() {
            let known = old.and_then(|old| old.member(kind));
            if let (Some(Json::Object(known)), Json::Object(labels)) = (known, labels) {
                in_order_of(known, labels);
            }
        }
        if let Some(Json::Object(old)) = old {
            in_order_of(old, types);
        }
        place_new_types(old, types);
    }
    after
}

/// Known keys first, as they were; then the others, as they are.
fn in_order_of(known: &[(String, Json)], members: &mut [(String, Json)]) {
    members.sort_by_key(|(key, _)| known.iter().position(|(name, _)| name == key).unwrap_or(known.len()));
}

fn place_new_types(old: Option<&Json>, types: &mut Vec<(String, Json)>) {
    for (profiles, roles) in PROFILES {
        let is_new = old.is_none_or(|old| old.member(profiles).is_none());
        let Some(from) = types.iter().position(|(kind, _)| is_new && kind == profiles) else { continue };
        let entry = types.remove(from);
        let reference = format!("{profiles}.");
        let beside_roles = types.iter().position(|(kind, _)| kind == roles).map(|at| at + 1);
        let place = beside_roles.or_else(|| types.iter().position(|(_, labels)| labels.printed().contains(&reference)));
        types.insert(place.unwrap_or(from), entry);
    }
}
