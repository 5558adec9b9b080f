use crate::text::Source;
use crate::workspace::config::parse::*;

/// What is wrong, as `line:column message (help)`.
fn problems(text: &str) -> Vec<String> {
    let source = Source::new("ipfix.toml", text.as_bytes().to_vec(), true).expect("text");
    let problems = parse(text).expect_err("a broken configuration");
    let said = problems.into_iter().map(|problem| {
        let at = source.position(problem.at.start);
        let help = problem.help.map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{}:{} {}{help}", at.line, at.column, problem.message)
    });
    said.collect()
}

const EVERYTHING: &str = r#"
select = ["IPF", "role-as-profile"]
ignore = ["IPF009"]
exclude = ["legacy/", "*.gen.tf"]
unsafe-fixes = true
profile-name = "prefix"

[per-file-ignores]
"sandbox/**" = ["IPF010"]

[[module-input]]
source = "../modules/web"
input = "profile"
takes = "name"

[[module-input]]
source = "acme/*/aws"
input = "profile_arn"
takes = "arn"
"#;

#[test]
fn every_key_is_read() {
    let config = parse(EVERYTHING).expect("a configuration");
    assert_eq!(config.select, ["IPF", "role-as-profile"]);
    assert_eq!(config.ignore, ["IPF009"]);
    assert!(!config.exclude.is_empty() && config.unsafe_fixes);
    assert_eq!(config.naming, Naming::Prefix);
    assert_eq!(config.ignore_in.len(), 1);
    assert_eq!(config.ignore_in[0].1, ["IPF010"]);
    let inputs =
        [("../modules/web", "profile", Some(Attribute::Name)), ("acme/*/aws", "profile_arn", Some(Attribute::Arn))];
    assert_eq!(
        config.module_inputs,
        inputs.map(|(source, input, takes)| ModuleInput::new(source, input, takes).expect("a module input"))
    );
}

#[test]
fn an_empty_file_says_nothing() {
    let config = parse("").expect("a configuration");
    assert!(config.select.is_empty() && config.module_inputs.is_empty() && !config.unsafe_fixes);
    assert_eq!(config.naming, Naming::RoleName);
}

#[test]
fn unknown_keys_have_a_place_and_a_suggestion() {
    assert_eq!(problems("unsafe_fixes = true\n"), ["1:1 unknown key `unsafe_fixes` (did you mean `unsafe-fixes`?)"]);
    assert_eq!(problems("\n  selct = []\n"), ["2:3 unknown key `selct` (did you mean `select`?)"]);
    assert_eq!(problems("qqq = 1\n"), [format!("1:1 unknown key `qqq` (expected one of {})", KEYS.join(", "))]);
    assert_eq!(
        problems("[[module-input]]\nsource = \"x\"\ninput = \"y\"\ntakes = \"arn\"\ntake = \"arn\"\n"),
        ["5:1 unknown key `take` (did you mean `takes`?)"]
    );
}

#[test]
fn the_former_name_of_a_module_input_says_the_new_one() {
    assert_eq!(
        problems("[[slot]]\nsource = \"x\"\n"),
        ["1:3 unknown key `slot`: it is now called `module-input` (write [[module-input]])"]
    );
}

#[test]
fn wrong_types_have_a_place() {
    let text = "select = \"IPF001\"\nignore = [1]\nexclude = {}\nunsafe-fixes = \"yes\"\nprofile-name = 1\nmodule-input = 1\nper-file-ignores = []\n";
    assert_eq!(
        problems(text),
        [
            "1:10 select must be a list of rules, not text",
            "2:11 a rule in ignore must be text, not a number",
            "3:11 exclude must be a list of globs, not a table",
            "4:16 unsafe-fixes must be true or false, not text",
            "5:16 profile-name must be text, not a number",
            "6:16 module-input must be a list of tables, each written as [[module-input]], not a number",
            "7:20 per-file-ignores must be a table of globs with their rules, not a list",
        ]
    );
}

#[test]
fn wrong_words_have_a_place_and_a_suggestion() {
    let text = "ignore = [\"IPF001\", \"role-as-profil\"]\nprofile-name = \"role_name\"\nexclude = [\"a\", \"[b\"]\n";
    let said = problems(text);
    assert_eq!(said[0], "1:21 unknown rule `role-as-profil`; did you mean `role-as-profile`?");
    assert_eq!(
        said[1],
        "2:16 profile-name must be one of \"role-name\", \"prefix\", \"none\" (did you mean `role-name`?)"
    );
    assert!(said[2].starts_with("3:17 invalid glob: "), "{said:?}");
    assert_eq!(said.len(), 3);
}

#[test]
fn a_module_input_is_complete_or_an_error() {
    assert_eq!(
        problems("[[module-input]]\nsource = \"x\"\n"),
        ["1:1 this module-input is missing input and takes (add the missing keys)"]
    );
    assert_eq!(
        problems("[[module-input]]\nsource = \"[\"\ninput = \"\"\ntakes = \"id\"\n"),
        [
            "3:9 input must not be empty (set a value, or remove the key)",
            "4:9 takes must be one of \"name\", \"arn\", \"nothing\""
        ]
    );
    let glob = problems("[[module-input]]\nsource = \"[\"\ninput = \"x\"\ntakes = \"arn\"\n");
    assert!(glob[0].starts_with("2:10 invalid glob: "), "{glob:?}");
}

#[test]
fn broken_syntax_has_a_place() {
    let said = problems("select = [\"IPF001\"\nignore = \n");
    assert!(!said.is_empty() && said.iter().all(|said| !said.starts_with("1:1 ")), "{said:?}");
    assert_eq!(problems("ignore = []\nignore = []\n"), ["2:1 duplicate key (keep one of them)"]);
}

const SCHEMA: &str = include_str!("../../../../docs/schemas/config.schema.json");

fn schema() -> serde_json::Value {
    serde_json::from_str(SCHEMA).expect("JSON")
}

fn keys(object: &serde_json::Value) -> Vec<&str> {
    let mut keys: Vec<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

fn sorted<'w>(words: impl IntoIterator<Item = &'w str>) -> Vec<&'w str> {
    let mut words: Vec<&str> = words.into_iter().collect();
    words.sort_unstable();
    words
}

/// A JSON value as TOML has it on one line.
fn inline(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        serde_json::Value::Object(members) => {
            let member = |(key, value): (&String, &serde_json::Value)| format!("{key:?} = {}", inline(value));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        scalar => scalar.to_string(),
    }
}

#[test]
fn the_schema_knows_the_same_keys_and_words() {
    let schema = schema();
    let input = &schema["definitions"]["module-input"];
    assert_eq!(keys(&schema["properties"]), sorted(KEYS));
    assert_eq!(keys(&input["properties"]), sorted(MODULE_INPUT_KEYS));
    assert_eq!(input["required"], serde_json::json!(MODULE_INPUT_KEYS));
    assert_eq!(input["properties"]["takes"]["enum"], serde_json::json!(TAKES.map(|(word, _)| word)));
    let naming = &schema["properties"]["profile-name"];
    assert_eq!(naming["enum"], serde_json::json!(NAMINGS.map(|(word, _)| word)));
    assert_eq!(naming["default"], serde_json::json!(NAMINGS[0].0));
    let rules = crate::rules::ALL;
    let words: Vec<&str> = rules.iter().map(|rule| rule.code).chain(rules.iter().map(|rule| rule.name)).collect();
    assert_eq!(schema["definitions"]["rule"]["anyOf"][0]["enum"], serde_json::json!(words));
}

#[test]
fn every_example_of_the_schema_is_read() {
    for (key, property) in schema()["properties"].as_object().expect("properties") {
        let examples = property["examples"].as_array().expect("examples");
        assert!(!examples.is_empty(), "{key}");
        for example in examples {
            let text = format!("{key} = {}\n", inline(example));
            let problems = parse(&text).err().unwrap_or_default();
            assert_eq!(problems, [], "{text}");
        }
    }
}

#[test]
fn schema_and_parser_accept_and_refuse_the_same() {
    let schema = crate::report::tests::schema::Schema::parse(SCHEMA);
    let input = "[[module-input]]\nsource = \"x\"\ninput = \"y\"\n";
    for (text, good) in [
        (EVERYTHING.to_owned(), true),
        (String::new(), true),
        ("selct = []".to_owned(), false),
        ("select = \"IPF001\"".to_owned(), false),
        ("ignore = [1]".to_owned(), false),
        ("ignore = [\"\"]".to_owned(), false),
        ("exclude = [\"\"]".to_owned(), false),
        ("exclude = [\"a\"]".to_owned(), true),
        ("unsafe-fixes = 1".to_owned(), false),
        ("unsafe-fixes = false".to_owned(), true),
        ("profile-name = \"role\"".to_owned(), false),
        ("profile-name = \"none\"".to_owned(), true),
        ("per-file-ignores = {\"a\" = \"IPF001\"}".to_owned(), false),
        ("per-file-ignores = {\"a\" = [\"IPF\"]}".to_owned(), true),
        ("follow-modules = \"no\"".to_owned(), false),
        ("follow-modules = false".to_owned(), true),
        ("module-input = {}".to_owned(), false),
        (input.to_owned(), false),
        (format!("{input}takes = \"arn\"\n"), true),
        (format!("{input}takes = \"nothing\"\n"), true),
        (format!("{input}takes = \"id\"\n"), false),
        (format!("{input}takes = \"arn\"\nkind = \"arn\"\n"), false),
    ] {
        let document: serde_json::Value = toml::from_str(&text).expect("TOML");
        assert_eq!(schema.check(&document).is_ok(), good, "the schema: {text}");
        assert_eq!(parse(&text).is_ok(), good, "the parser: {text}");
    }
}

proptest::proptest! {
    /// Whatever is written is read, or told with places inside of the text.
    #[test]
    fn any_text_is_read_or_problemed(cuts in proptest::collection::vec((0..EVERYTHING.len(), 0..EVERYTHING.len(), ".{0,3}"), 1..6)) {
        let mut text = EVERYTHING.to_owned();
        for (from, to, new) in cuts {
            let (from, to) = (from.min(to).min(text.len()), from.max(to).min(text.len()));
            if text.is_char_boundary(from) && text.is_char_boundary(to) {
                // A short piece goes, or a long one is repeated elsewhere.
                let piece = if to - from < 40 { String::new() } else { text[from..to].to_owned() };
                text.replace_range(from..to, &format!("{piece}{new}"));
                text.push_str(&piece);
            }
        }
        for problem in parse(&text).err().unwrap_or_default() {
            proptest::prop_assert!(problem.at.end <= text.len() && !problem.message.is_empty(), "{text}: {problem:?}");
            proptest::prop_assert!(text.is_char_boundary(problem.at.start), "{text}: {problem:?}");
        }
    }
}
