//! Strings with interpolations.

/// The value of a string expression: literals and interpolated expressions.
///
/// Two of them are equal if they consist of equal literals and equal expressions, apart from white space and comments.
#[derive(Clone, PartialEq, Eq, Debug, Default, Hash)]
pub struct TemplateString(pub Vec<Part>);

/// A part of a [`TemplateString`].
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum Part {
    /// Characters.
    Literal(String),
    /// An expression, in the language's canonical spelling.
    Interpolation(String),
    /// An expression with names that are valid only at its location (`count.index`, `each.key`, the variable of a loop).
    Scoped {
        /// The expression, in canonical spelling.
        expression: String,
        /// The block or loop of its names. With equal scopes, equal expressions have the same value.
        scope: String,
    },
}

impl Part {
    /// The characters or the expression.
    pub fn as_str(&self) -> &str {
        match self {
            Part::Literal(text) | Part::Interpolation(text) | Part::Scoped { expression: text, .. } => text,
        }
    }

    /// The expression, if it is one.
    pub fn expression(&self) -> Option<&str> {
        match self {
            Part::Literal(_) => None,
            Part::Interpolation(expression) | Part::Scoped { expression, .. } => Some(expression),
        }
    }
}

impl TemplateString {
    /// Text without an interpolation.
    pub fn literal(text: impl Into<String>) -> Self {
        TemplateString(vec![Part::Literal(text.into())])
    }

    /// One expression and nothing else.
    pub fn interpolation(expression: impl Into<String>) -> Self {
        TemplateString(vec![Part::Interpolation(expression.into())])
    }

    /// Appends characters; they join a literal at the end.
    pub fn push_literal(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(Part::Literal(last)) => last.push_str(text),
            _ => self.0.push(Part::Literal(text.to_owned())),
        }
    }

    /// Appends the parts of another text.
    pub fn push_text(&mut self, other: &TemplateString) {
        for part in &other.0 {
            match part {
                Part::Literal(text) => self.push_literal(text),
                Part::Interpolation(_) | Part::Scoped { .. } => self.0.push(part.clone()),
            }
        }
    }

    /// The characters, if there is no interpolation.
    pub fn as_literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether its value is known before the deployment: it consists of literals and of values from outside.
    pub(crate) fn is_known_before_deployment(&self) -> bool {
        let given = |root: &str| matches!(root, "var" | "each" | "count" | "path" | "terraform");
        self.0.iter().filter_map(Part::expression).all(|expression| {
            let plain = expression.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
            plain && expression.split('.').next().is_some_and(given)
        })
    }

    /// Its length in bytes, including expressions.
    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(|part| part.as_str().len()).sum()
    }

    /// The literal characters at its start.
    pub fn literal_start(&self) -> &str {
        match self.0.first() {
            Some(Part::Literal(text)) => text,
            _ => "",
        }
    }

    /// The name of the role whose ARN this is (`arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`; partition and account may be expressions).
    pub fn role_name_of_arn(&self) -> Option<TemplateString> {
        self.name_of_arn(":role/")
    }

    /// The name of the instance profile whose ARN this is.
    pub fn profile_name_of_arn(&self) -> Option<TemplateString> {
        self.name_of_arn(":instance-profile/")
    }

    /// Whether it is certainly an ARN.
    pub fn is_arn(&self) -> bool {
        self.literal_start().starts_with("arn:")
    }

    fn name_of_arn(&self, marker: &str) -> Option<TemplateString> {
        if !self.is_arn() {
            return None;
        }
        let found = self.0.iter().enumerate().find_map(|(index, part)| match part {
            Part::Literal(text) => text.find(marker).map(|at| (index, at + marker.len())),
            Part::Interpolation(_) | Part::Scoped { .. } => None,
        });
        let (index, offset) = found?;
        // `arn:partition:service:region:account:` comes before it (IAM User Guide, "IAM ARNs").
        let before = self.0[..index].iter().map(|part| match part {
            Part::Literal(text) => text.as_str(),
            Part::Interpolation(_) | Part::Scoped { .. } => "*",
        });
        let Part::Literal(last) = &self.0[index] else { return None };
        let before: String = before.chain([&last[..offset - marker.len()]]).collect();
        let fields: Vec<&str> = before.split(':').collect();
        if fields.len() != 5 || !matches!(fields[2], "iam" | "*") {
            return None;
        }
        let mut tail = TemplateString::default();
        for (number, part) in self.0.iter().enumerate().skip(index) {
            match part {
                Part::Literal(text) => {
                    let text = if number == index { &text[offset..] } else { text };
                    match text.rfind('/') {
                        Some(slash) => {
                            tail = TemplateString::default();
                            tail.push_literal(&text[slash + 1..]);
                        }
                        None => tail.push_literal(text),
                    }
                }
                Part::Interpolation(_) | Part::Scoped { .. } => tail.0.push(part.clone()),
            }
        }
        Some(tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_in_an_arn() {
        let arn = TemplateString::literal("arn:aws-cn:iam::123456789012:role/service/team/app-role");
        assert_eq!(arn.role_name_of_arn(), Some(TemplateString::literal("app-role")));
        assert_eq!(arn.profile_name_of_arn(), None);
        let mut arn = TemplateString::literal("arn:aws:iam::");
        arn.0.push(Part::Interpolation("data.aws_caller_identity.me.account_id".to_owned()));
        arn.push_literal(":role/app-");
        arn.0.push(Part::Interpolation("var.env".to_owned()));
        let mut name = TemplateString::literal("app-");
        name.0.push(Part::Interpolation("var.env".to_owned()));
        assert_eq!(arn.role_name_of_arn(), Some(name));
        for text in [
            "app-role",
            "arn:aws:sts::123456789012:role/app",
            "arn:aws:s3:::bucket:role/app",
            "arn:aws:iam::123456789012:instance-profile/x:role/app",
            "arn:aws:iam::role/app",
        ] {
            assert_eq!(TemplateString::literal(text).role_name_of_arn(), None, "{text}");
        }
    }
}
