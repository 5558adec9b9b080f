//! Text as far as it is written out.

/// Text with holes: what a string expression is, as far as it is written out.
///
/// Two texts are equal if they are built alike from equal literals and equal expressions (white space and comments folded).
#[derive(Clone, PartialEq, Eq, Debug, Default, Hash)]
pub struct TemplateString(pub Vec<Part>);

/// A part of a [`Text`].
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum Part {
    /// Characters that are written out.
    Literal(String),
    /// An expression, in the language's canonical spelling.
    Interpolation(String),
    /// An expression with names that mean something only where it stands (`count.index`, `each.key`, the variable of a loop).
    Scoped {
        /// The expression, in canonical spelling.
        expression: String,
        /// What its names stand for. In two places with equal scopes they stand for the same.
        scope: String,
    },
}

impl Part {
    /// The characters, or the expression in their place.
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
    /// Text without a hole.
    pub fn literal(text: impl Into<String>) -> Self {
        TemplateString(vec![Part::Literal(text.into())])
    }

    /// One expression and nothing else.
    pub fn hole(expression: impl Into<String>) -> Self {
        TemplateString(vec![Part::Interpolation(expression.into())])
    }

    /// Adds characters, joining them to a literal before them.
    pub fn push_literal(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(Part::Literal(last)) => last.push_str(text),
            _ => self.0.push(Part::Literal(text.to_owned())),
        }
    }

    /// Adds the parts of another text.
    pub fn push_text(&mut self, other: &TemplateString) {
        for part in &other.0 {
            match part {
                Part::Literal(text) => self.push_literal(text),
                Part::Interpolation(_) | Part::Scoped { .. } => self.0.push(part.clone()),
            }
        }
    }

    /// The characters, if there is no hole.
    pub fn as_literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether its value is known when a deployment is planned: nothing in it but what is written out or given from outside.
    pub(crate) fn is_known_before_deployment(&self) -> bool {
        let given = |root: &str| matches!(root, "var" | "each" | "count" | "path" | "terraform");
        self.0.iter().filter_map(Part::expression).all(|hole| {
            let plain = hole.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
            plain && hole.split('.').next().is_some_and(given)
        })
    }

    /// How long it is, in bytes, expressions included.
    pub(crate) fn len(&self) -> usize {
        let part = |part: &Part| match part {
            Part::Literal(text) | Part::Interpolation(text) | Part::Scoped { expression: text, .. } => text.len(),
        };
        self.0.iter().map(part).sum()
    }

    /// The literal characters it starts with.
    pub fn literal_start(&self) -> &str {
        match self.0.first() {
            Some(Part::Literal(text)) => text,
            _ => "",
        }
    }

    /// If this is the ARN of a role (`arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`, partition and account may be holes): the role's name.
    pub fn role_name_of_arn(&self) -> Option<TemplateString> {
        self.name_of_arn(":role/")
    }

    /// Likewise for an instance profile's ARN.
    pub fn profile_name_of_arn(&self) -> Option<TemplateString> {
        self.name_of_arn(":instance-profile/")
    }

    /// Whether it certainly is an ARN, of whatever.
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
        // `arn:partition:service:region:account:` stands before it (IAM User Guide, "IAM ARNs").
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
    fn the_name_in_an_arn_is_its_last_segment() {
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
