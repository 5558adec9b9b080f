//! Terraform modules in JSON: however a file is laid out, the same is found, and fixed as well.

use proptest::prelude::*;

use crate::config;
use crate::harness::tree::Tree;
use crate::hcl_to_json::{converted, twin_path};
use crate::held;
use crate::invariants::{Outcome, Request};
use crate::modules::module;
use crate::print::{TerraformLayout, terraform_layout};

/// A module with the files that are chosen in JSON, as `layout` has them or as most people write it.
fn in_json(tree: &Tree, chosen: &[bool], layout: Option<&TerraformLayout>) -> Option<Tree> {
    let files = tree.0.iter().zip(chosen).map(|((path, bytes), chosen)| {
        if !chosen {
            return Some((path.clone(), bytes.clone()));
        }
        let document = converted(bytes)?;
        let text = layout.map_or_else(|| document.printed().into_bytes(), |layout| layout.print(&document));
        Some((twin_path(path)?, text))
    });
    Some(Tree(files.collect::<Option<_>>()?))
}

/// What is asked of a module, with the names of files in JSON.
fn renamed(request: &Request, tree: &Tree) -> Request {
    let name = |path: &String| twin_path(path).filter(|json| tree.0.contains_key(json)).unwrap_or(path.clone());
    Request { paths: request.paths.iter().map(name).collect(), ..request.clone() }
}

/// What is found, without places.
fn found(outcome: &Outcome) -> Vec<String> {
    let describe = |finding: &crate::harness::json::Finding| {
        let fix = finding.fix.as_ref().map(|fix| (&fix.safety, fix.selected, &fix.title));
        format!("{} {} {fix:?}", finding.code, finding.message).replace(".tf.json", ".tf")
    };
    let mut found: Vec<String> = outcome.report.findings.iter().map(describe).collect();
    found.sort();
    found
}

proptest! {
    #![proptest_config(config())]

    /// Brackets, escapes, indents and line ends say nothing.
    #[test]
    fn layouts_of_json_say_nothing(
        (tree, request) in module(),
        chosen in [prop::bool::weighted(0.7); 3],
        layout in terraform_layout(),
    ) {
        let trees = in_json(&tree, &chosen, None).zip(in_json(&tree, &chosen, Some(&layout)));
        prop_assume!(trees.is_some());
        let (plain, other) = trees.unwrap();
        let request = renamed(&request, &plain);
        let [plain_outcome, other_outcome] = [held(&plain, &request)?, held(&other, &request)?];
        prop_assert_eq!(found(&plain_outcome), found(&other_outcome), "{:?}", other);
    }

    /// A module says the same in either syntax.
    #[test]
    fn syntaxes_say_the_same((tree, request) in module(), chosen in [prop::bool::weighted(0.7); 3]) {
        let json = in_json(&tree, &chosen, None);
        prop_assume!(json.is_some());
        let json = json.unwrap();
        let [native, other] = [held(&tree, &request)?, held(&json, &renamed(&request, &json))?];
        prop_assert_eq!(found(&native), found(&other), "{:?}", json);
    }
}
