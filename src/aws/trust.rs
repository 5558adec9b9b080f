//! Whether EC2 can assume a role, from its trust policy, in three-valued logic.
//!
//! Only [`Trust::NotEc2`] leads to a warning, so in doubt the answer is [`Trust::Unknown`]: everything computed, conditional or negated could
//! include EC2. Elements and their meaning are those of the IAM JSON policy grammar
//! (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).

use serde_json::Value;

/// Whether EC2 can assume a role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trust {
    /// A statement certainly allows EC2 to assume the role.
    Ec2,
    /// No statement does: a launched instance would have no credentials.
    NotEc2,
    /// A part of the policy is computed or was not found.
    Unknown,
}

/// A policy document, lowered from JSON text, `jsonencode`, data sources or templates.
///
/// An object with a computed key is [`PolicyDocument::Computed`] as a whole, because it may have any element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PolicyDocument {
    /// A JSON object, keys in the order of the text.
    Object(Vec<(String, PolicyDocument)>),
    /// A JSON array.
    List(Vec<PolicyDocument>),
    /// A string, number or boolean as text.
    Text(String),
    /// Text with a literal start and a computed rest (`lambda.${data.aws_partition.current.dns_suffix}`). Make it with [`text`].
    StartingWith(String),
    /// The service principal of EC2 in any partition (`ec2.${data.aws_partition.current.dns_suffix}`).
    Ec2Principal,
    /// A value that only the deployment knows.
    Computed,
}

/// A part of a string in Terraform or in `Fn::Sub`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece<'a> {
    /// Characters.
    Literal(&'a str),
    /// The expression inside `${...}`.
    Interpolation(&'a str),
}

/// A string with interpolations, as one value of a policy.
pub fn text(pieces: &[Piece<'_>]) -> PolicyDocument {
    let first = pieces.iter().position(|piece| matches!(piece, Piece::Interpolation(_))).unwrap_or(pieces.len());
    let start: String = pieces[..first].iter().filter_map(literal).collect();
    match &pieces[first..] {
        [] => PolicyDocument::Text(start),
        [Piece::Interpolation(expression)] if start.eq_ignore_ascii_case("ec2.") && is_partition_suffix(expression) => {
            PolicyDocument::Ec2Principal
        }
        _ if start.is_empty() => PolicyDocument::Computed,
        _ => PolicyDocument::StartingWith(start),
    }
}

/// A policy from parsed JSON. `null` is [`PolicyDocument::Computed`].
pub fn from_json(value: &Value) -> PolicyDocument {
    match value {
        Value::Null => PolicyDocument::Computed,
        Value::Bool(value) => PolicyDocument::Text(value.to_string()),
        Value::Number(value) => PolicyDocument::Text(value.to_string()),
        Value::String(value) => PolicyDocument::Text(value.clone()),
        Value::Array(items) => PolicyDocument::List(items.iter().map(from_json).collect()),
        Value::Object(entries) => {
            PolicyDocument::Object(entries.iter().map(|(key, value)| (key.clone(), from_json(value))).collect())
        }
    }
}

/// A policy from JSON text. Invalid JSON is [`PolicyDocument::Computed`]; this check does not report it.
pub fn parse_json_text(json: &str) -> PolicyDocument {
    serde_json::from_str(json).map_or(PolicyDocument::Computed, |value| from_json(&value))
}

/// A policy from JSON text with interpolations, as in a heredoc: inside a string they are lowered by [`text`], elsewhere they are computed
/// values.
pub fn parse_json_pieces(pieces: &[Piece<'_>]) -> PolicyDocument {
    // An unused private-use character marks the interpolations.
    let unused = ('\u{e000}'..='\u{f8ff}')
        .find(|&mark| !pieces.iter().any(|piece| matches!(piece, Piece::Literal(text) if text.contains(mark))));
    let Some(mark) = unused else { return PolicyDocument::Computed };
    let mut json = String::new();
    let mut expressions = Vec::new();
    let mut quotes = Quotes::default();
    for piece in pieces {
        match piece {
            Piece::Literal(text) => {
                quotes.read(text);
                json.push_str(text);
            }
            Piece::Interpolation(expression) => {
                let marked = format!("{mark}{}{mark}", expressions.len());
                expressions.push(*expression);
                let quote = if quotes.inside { "" } else { "\"" };
                json.extend([quote, &marked, quote]);
            }
        }
    }
    match serde_json::from_str(&json) {
        Ok(value) => restore_interpolations(&value, mark, &expressions),
        Err(_) => PolicyDocument::Computed,
    }
}

/// Evaluates a trust policy.
pub fn evaluate(doc: &PolicyDocument) -> Trust {
    let parsed;
    let doc = match doc {
        PolicyDocument::Text(json) => {
            parsed = parse_json_text(json);
            &parsed
        }
        doc => doc,
    };
    let statements = match element(doc, "Statement") {
        Some(PolicyDocument::List(statements)) => statements.as_slice(),
        Some(statement) => std::slice::from_ref(statement),
        None => return Trust::Unknown,
    };
    let allowed = statements.iter().map(allows).max().unwrap_or(Tristate::No);
    let denied = statements.iter().map(denies).max().unwrap_or(Tristate::No);
    match allowed {
        Tristate::No => Trust::NotEc2,
        Tristate::Yes if denied == Tristate::No => Trust::Ec2,
        Tristate::Maybe | Tristate::Yes => Trust::Unknown,
    }
}

/// How sure a statement about the policy is. `min` is "and", `max` is "or".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Tristate {
    No,
    Maybe,
    Yes,
}

/// Whether this statement lets EC2 assume the role.
fn allows(statement: &PolicyDocument) -> Tristate {
    match element(statement, "Effect") {
        Some(PolicyDocument::Text(effect)) if effect == "Deny" => Tristate::No,
        Some(PolicyDocument::Text(effect)) if effect == "Allow" => concerns_ec2(statement),
        _ => concerns_ec2(statement).min(Tristate::Maybe),
    }
}

/// Whether this statement certainly denies something that may concern EC2.
fn denies(statement: &PolicyDocument) -> Tristate {
    match element(statement, "Effect") {
        Some(PolicyDocument::Text(effect)) if effect == "Deny" => concerns_ec2(statement),
        _ => Tristate::No,
    }
}

/// Whether the statement is about EC2 and the action that assumes a role.
fn concerns_ec2(statement: &PolicyDocument) -> Tristate {
    let action = element(statement, "Action").map_or(Tristate::Maybe, |action| any(action, covers_assume_role));
    let principal = element(statement, "Principal").map_or(Tristate::Maybe, names_ec2);
    let both = action.min(principal);
    // Whether a condition holds is known only when an instance asks.
    if element(statement, "Condition").is_some() { both.min(Tristate::Maybe) } else { both }
}

fn names_ec2(principal: &PolicyDocument) -> Tristate {
    let PolicyDocument::Object(entries) = principal else { return Tristate::Maybe };
    let named = entries.iter().map(|(kind, value)| match kind.to_ascii_lowercase().as_str() {
        "service" => any(value, is_ec2),
        // An account is never a service, but `*` is anyone.
        "aws" => any(value, is_anyone),
        "federated" | "canonicaluser" => Tristate::No,
        _ => Tristate::Maybe,
    });
    named.max().unwrap_or(Tristate::No)
}

fn is_ec2(principal: &PolicyDocument) -> Tristate {
    const EC2: [&str; 2] = ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"];
    match principal {
        PolicyDocument::Ec2Principal => Tristate::Yes,
        PolicyDocument::Text(name) if EC2.iter().any(|ec2| name.eq_ignore_ascii_case(ec2)) => Tristate::Yes,
        // Partitions with a domain of their own (`ec2.c2s.ic.gov`), and patterns.
        PolicyDocument::Text(name) if starts_alike(name, "ec2.") || name.contains('*') => Tristate::Maybe,
        PolicyDocument::Text(_) => Tristate::No,
        PolicyDocument::StartingWith(start) if starts_alike(start, "ec2.") || starts_alike("ec2.", start) => {
            Tristate::Maybe
        }
        PolicyDocument::StartingWith(_) => Tristate::No,
        PolicyDocument::Object(_) | PolicyDocument::List(_) | PolicyDocument::Computed => Tristate::Maybe,
    }
}

fn is_anyone(principal: &PolicyDocument) -> Tristate {
    match principal {
        PolicyDocument::Text(name) if name == "*" => Tristate::Maybe,
        PolicyDocument::Text(_) | PolicyDocument::StartingWith(_) | PolicyDocument::Ec2Principal => Tristate::No,
        PolicyDocument::Object(_) | PolicyDocument::List(_) | PolicyDocument::Computed => Tristate::Maybe,
    }
}

fn covers_assume_role(action: &PolicyDocument) -> Tristate {
    const ASSUME_ROLE: &[u8] = b"sts:assumerole";
    match action {
        PolicyDocument::Text(pattern) if matches(pattern.to_ascii_lowercase().as_bytes(), ASSUME_ROLE) => Tristate::Yes,
        PolicyDocument::Text(_) | PolicyDocument::Ec2Principal => Tristate::No,
        PolicyDocument::StartingWith(start) => {
            let mut pattern = start.to_ascii_lowercase();
            pattern.push('*');
            if matches(pattern.as_bytes(), ASSUME_ROLE) { Tristate::Maybe } else { Tristate::No }
        }
        PolicyDocument::Object(_) | PolicyDocument::List(_) | PolicyDocument::Computed => Tristate::Maybe,
    }
}

/// IAM's wildcards: `*` is any characters, `?` one.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while read < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(&byte) if byte == b'?' || byte == name[read] => {
                at += 1;
                read += 1;
            }
            _ => match star {
                Some((star_at, star_read)) => {
                    star = Some((star_at, star_read + 1));
                    at = star_at + 1;
                    read = star_read + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|&byte| byte == b'*')
}

/// The greatest answer for a value, or for the values of a list.
fn any(value: &PolicyDocument, sure: fn(&PolicyDocument) -> Tristate) -> Tristate {
    match value {
        PolicyDocument::List(items) => items.iter().map(sure).max().unwrap_or(Tristate::No),
        value => sure(value),
    }
}

/// An element of an object. It is computed if it occurs twice, or if the object is computed.
fn element<'d>(doc: &'d PolicyDocument, name: &str) -> Option<&'d PolicyDocument> {
    match doc {
        PolicyDocument::Object(entries) => {
            let mut found = entries.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
            let first = found.next();
            if found.next().is_some() { Some(&PolicyDocument::Computed) } else { first }
        }
        _ => Some(&PolicyDocument::Computed),
    }
}

fn literal<'a>(piece: &Piece<'a>) -> Option<&'a str> {
    match piece {
        Piece::Literal(text) => Some(text),
        Piece::Interpolation(_) => None,
    }
}

/// Whether an expression is the domain of the partition: the data source of the provider, or the pseudo parameter of CloudFormation.
fn is_partition_suffix(expression: &str) -> bool {
    let expression = expression.trim();
    expression == "AWS::URLSuffix"
        || (expression.starts_with("data.aws_partition.") && expression.ends_with(".dns_suffix"))
}

fn starts_alike(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// Whether a position in JSON text is inside a string.
#[derive(Default)]
struct Quotes {
    inside: bool,
    escaped: bool,
}

impl Quotes {
    fn read(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = self.inside,
                b'"' => self.inside = !self.inside,
                _ => {}
            }
        }
    }
}

/// [`from_json`], with the interpolations in place of their marks.
fn restore_interpolations(value: &Value, mark: char, expressions: &[&str]) -> PolicyDocument {
    match value {
        Value::String(marked) => {
            // Marks come in pairs around a number, so every second part is an interpolation.
            let parts = marked.split(mark).enumerate();
            let pieces: Vec<Piece<'_>> = parts
                .map(|(index, part)| match part.parse().ok().and_then(|number: usize| expressions.get(number)) {
                    Some(expression) if index % 2 == 1 => Piece::Interpolation(expression),
                    _ => Piece::Literal(part),
                })
                .filter(|piece| *piece != Piece::Literal(""))
                .collect();
            text(&pieces)
        }
        Value::Array(items) => {
            PolicyDocument::List(items.iter().map(|item| restore_interpolations(item, mark, expressions)).collect())
        }
        Value::Object(entries) if entries.keys().any(|key| key.contains(mark)) => PolicyDocument::Computed,
        Value::Object(entries) => PolicyDocument::Object(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), restore_interpolations(value, mark, expressions)))
                .collect(),
        ),
        plain => from_json(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Statements and what each of them, alone in a policy, means for EC2.
    const STATEMENTS: &[(Trust, &str)] = &[
        (
            Trust::Ec2,
            r#"{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}"#,
        ),
        (
            Trust::Ec2,
            r#"{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com.cn"}, "Action": "sts:AssumeRole"}"#,
        ),
        (
            Trust::Ec2,
            r#"{"Effect": "Allow", "Principal": {"Service": ["ssm.amazonaws.com", "ec2.amazonaws.com"]}, "Action": ["sts:TagSession", "sts:assumerole"]}"#,
        ),
        (
            Trust::Ec2,
            r#"{"Effect": "Allow", "Principal": {"AWS": "123456789012", "Service": "ec2.amazonaws.com"}, "Action": "sts:*"}"#,
        ),
        (Trust::Ec2, r#"{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "*"}"#),
        (
            Trust::Ec2,
            r#"{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:Assume?ole*"}"#,
        ),
        (
            Trust::NotEc2,
            r#"{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}"#,
        ),
        (
            Trust::NotEc2,
            r#"{"Effect": "Allow", "Principal": {"Service": ["ecs-tasks.amazonaws.com", "batch.amazonaws.com"]}, "Action": "sts:AssumeRole"}"#,
        ),
        (
            Trust::NotEc2,
            r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole"}"#,
        ),
        (
            Trust::NotEc2,
            r#"{"Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity"}"#,
        ),
        // EC2 may do something else, but not assume the role.
        (
            Trust::NotEc2,
            r#"{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:TagSession"}"#,
        ),
        (Trust::NotEc2, r#"{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": []}"#),
        (
            Trust::NotEc2,
            r#"{"Effect": "Deny", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}"#,
        ),
        // A service whose name only starts like that of EC2.
        (
            Trust::NotEc2,
            r#"{"Effect": "Allow", "Principal": {"Service": "ec2fleet.amazonaws.com"}, "Action": "sts:AssumeRole"}"#,
        ),
        // A condition cannot turn another service into EC2.
        (
            Trust::NotEc2,
            r#"{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole", "Condition": {}}"#,
        ),
        (Trust::Unknown, r#"{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}"#),
        (Trust::Unknown, r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}"#),
        (Trust::Unknown, r#"{"Effect": "Allow", "Principal": {"Service": "*"}, "Action": "sts:AssumeRole"}"#),
        (
            Trust::Unknown,
            r#"{"Effect": "Allow", "Principal": {"Service": "ec2.c2s.ic.gov"}, "Action": "sts:AssumeRole"}"#,
        ),
        (
            Trust::Unknown,
            r#"{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {}}}"#,
        ),
        (Trust::Unknown, r#"{"Effect": "Allow", "NotPrincipal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}"#),
        (Trust::Unknown, r#"{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "NotAction": "iam:*"}"#),
        (
            Trust::Unknown,
            r#"{"Effect": "allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}"#,
        ),
        (Trust::Unknown, r#"{"Effect": "Allow", "Principal": {"Service": null}, "Action": "sts:AssumeRole"}"#),
        (Trust::Unknown, r#"{"Effect": "Allow", "Principal": {"Ref": "Who"}, "Action": "sts:AssumeRole"}"#),
        (
            Trust::Unknown,
            r#"{"Effect": "Allow", "Principal": {"Service": {"Fn::If": []}}, "Action": "sts:AssumeRole"}"#,
        ),
    ];

    #[test]
    fn one_statement() {
        for (expected, statement) in STATEMENTS {
            for policy in [format!(r#"{{"Statement": {statement}}}"#), format!(r#"{{"Statement": [{statement}]}}"#)] {
                assert_eq!(evaluate(&parse_json_text(&policy)), *expected, "{policy}");
                assert_eq!(evaluate(&PolicyDocument::Text(policy.clone())), *expected, "as a string: {policy}");
            }
        }
    }

    const EC2: &str =
        r#"{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}"#;
    const LAMBDA: &str =
        r#"{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}"#;

    #[test]
    fn several_statements() {
        let deny = |rest: &str| format!(r#"{{"Effect": "Deny", {rest}}}"#);
        let cases = [
            (Trust::Ec2, vec![LAMBDA.to_owned(), EC2.to_owned()]),
            (Trust::Ec2, vec![EC2.to_owned(), "null".to_owned()]),
            (Trust::Unknown, vec![LAMBDA.to_owned(), "null".to_owned()]),
            (Trust::NotEc2, vec![]),
            (Trust::NotEc2, vec![LAMBDA.to_owned(), deny(r#""Principal": "*", "Action": "*""#)]),
            (Trust::Unknown, vec![EC2.to_owned(), deny(r#""Principal": "*", "Action": "*""#)]),
            (Trust::Unknown, vec![EC2.to_owned(), deny(r#""NotPrincipal": {"AWS": "1"}, "Action": "sts:AssumeRole""#)]),
            (Trust::Ec2, vec![EC2.to_owned(), deny(r#""Principal": {"AWS": "123456789012"}, "Action": "sts:*""#)]),
            (Trust::Ec2, vec![EC2.to_owned(), deny(r#""Principal": "*", "Action": "sts:TagSession""#)]),
        ];
        for (expected, statements) in cases {
            let policy = format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statements.join(", "));
            assert_eq!(evaluate(&parse_json_text(&policy)), expected, "{policy}");
        }
    }

    #[test]
    fn invalid_policies() {
        for policy in ["", "{", "[]", "{}", "42", "\"text\"", r#"{"Statement": null}"#] {
            assert_eq!(evaluate(&parse_json_text(policy)), Trust::Unknown, "{policy}");
        }
        let twice = PolicyDocument::Object(vec![
            ("Statement".to_owned(), parse_json_text(LAMBDA)),
            ("Statement".to_owned(), parse_json_text(LAMBDA)),
        ]);
        assert_eq!(evaluate(&twice), Trust::Unknown);
    }

    #[test]
    fn strings_with_interpolations() {
        let suffix = Piece::Interpolation("data.aws_partition.current.dns_suffix");
        let cases = [
            (
                PolicyDocument::Text("ec2.amazonaws.com".to_owned()),
                vec![Piece::Literal("ec2."), Piece::Literal("amazonaws.com")],
            ),
            (PolicyDocument::Text(String::new()), vec![]),
            (PolicyDocument::Ec2Principal, vec![Piece::Literal("ec2."), suffix]),
            (PolicyDocument::Ec2Principal, vec![Piece::Literal("ec2."), Piece::Interpolation("AWS::URLSuffix")]),
            (PolicyDocument::StartingWith("lambda.".to_owned()), vec![Piece::Literal("lambda."), suffix]),
            (
                PolicyDocument::StartingWith("ec2.".to_owned()),
                vec![Piece::Literal("ec2."), Piece::Interpolation("var.suffix")],
            ),
            (
                PolicyDocument::StartingWith("ec2.".to_owned()),
                vec![Piece::Literal("ec2."), suffix, Piece::Literal(".cn")],
            ),
            (PolicyDocument::Computed, vec![Piece::Interpolation("var.service"), Piece::Literal(".amazonaws.com")]),
        ];
        for (expected, pieces) in cases {
            assert_eq!(text(&pieces), expected, "{pieces:?}");
        }
    }

    /// The answer for a policy with one service.
    fn trusting(service: &[Piece<'_>]) -> Trust {
        let before = r#"{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ""#;
        let mut pieces = vec![Piece::Literal(before)];
        pieces.extend_from_slice(service);
        pieces.push(Piece::Literal("\"}}]}"));
        evaluate(&parse_json_pieces(&pieces))
    }

    #[test]
    fn json_with_interpolations_in_strings() {
        let suffix = Piece::Interpolation("data.aws_partition.current.dns_suffix");
        assert_eq!(trusting(&[Piece::Literal("ec2."), suffix]), Trust::Ec2);
        assert_eq!(trusting(&[Piece::Literal("lambda."), suffix]), Trust::NotEc2);
        assert_eq!(trusting(&[Piece::Literal("e"), suffix]), Trust::Unknown);
        assert_eq!(trusting(&[Piece::Literal("ec2."), Piece::Interpolation("var.suffix")]), Trust::Unknown);
        assert_eq!(trusting(&[Piece::Interpolation("var.service")]), Trust::Unknown);
        assert_eq!(trusting(&[Piece::Literal(r#"\"x\" "#), Piece::Interpolation("var.service")]), Trust::NotEc2);
        assert_eq!(trusting(&[Piece::Literal("\u{e000}0\u{e000}"), Piece::Interpolation("var.x")]), Trust::NotEc2);
    }

    #[test]
    fn json_with_interpolations_between_values() {
        let computed = Piece::Interpolation("jsonencode(local.statement)");
        let statement = [Piece::Literal(r#"{"Statement": ["#), computed, Piece::Literal("]}")];
        assert_eq!(evaluate(&parse_json_pieces(&statement)), Trust::Unknown);
        let beside = format!(", {EC2}]}}");
        let statement = [Piece::Literal(r#"{"Statement": ["#), computed, Piece::Literal(&beside)];
        assert_eq!(evaluate(&parse_json_pieces(&statement)), Trust::Ec2);
        let key = [Piece::Literal("{"), computed, Piece::Literal(r#": {}, "Statement": []}"#)];
        assert_eq!(evaluate(&parse_json_pieces(&key)), Trust::Unknown);
    }

    #[test]
    fn wildcards() {
        for (pattern, expected) in [
            ("*", true),
            ("sts:*", true),
            ("sts:a*r*e", true),
            ("sts:assumerole*", true),
            ("sts:assumerol?", true),
            ("sts:assumerole?", false),
            ("sts:assumerolewith*", false),
            ("iam:*", false),
            ("", false),
        ] {
            assert_eq!(matches(pattern.as_bytes(), b"sts:assumerole"), expected, "{pattern}");
        }
    }
}
