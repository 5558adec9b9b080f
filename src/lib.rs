//! ipfix finds EC2 launchers that are wired to an IAM role where AWS wants an instance profile, adds the profile and rewires the launcher.
//!
//! This is the library behind the program, for editor plugins and bots. It takes texts and gives findings and new texts; it prints nothing,
//! writes nothing unless [`workspace::write::replace_all`] is called, runs no other program, uses no network, and keeps no state between calls.
//!
//! # The pipeline
//!
//! 1. What belongs together is one *unit*: all files of a Terraform module, or one CloudFormation template ([`workspace::discover`], or
//!    whatever the caller puts into an [`Input`](check::Input)).
//! 2. Each file is parsed into a tree with spans; nothing is ever printed back from it.
//! 3. The trees become one [`Unit`](model::Unit): roles, profiles, places that take a profile (*slots*), and what their values stand for.
//!    From here to step 6 nothing knows which language it is.
//! 4. [Rules](rules::ALL) look at each value: the first that claims it makes it a [`Finding`](rules::Finding).
//! 5. The [`Plan`](plan::Plan) says for each finding what should become true: which profile is used or added, where, under which name, and
//!    whether that is safe.
//! 6. All chosen fixes become [`Edit`](text::Edit)s of the original text, at once.
//! 7. The edited text is parsed again and must be what was planned, and nothing else, each instance included. A fix that cannot be proved is left out.
//! 8. The result is a [`UnitReport`](check::UnitReport); [`report`] makes text of it for people and machines.
//!
//! # What is preserved
//!
//! Every byte outside of the edits: comments, blank lines, order, quotes, tabs, byte order mark, CRLF line endings, a missing last line end.
//! Files that `terraform fmt` had nothing to say of stay so, for which the equals signs and trailing comments beside a changed line may move.
//! What is inserted takes line ending, indent, quotes and style from its neighbours.
//!
//! Not preserved is the wrong value itself: where one word of it can be swapped, only that is, else the whole value is replaced. A comment is
//! never lost: edits that would lose one are refused.
//!
//! # Finding
//!
//! ```
//! use ipfix::check::{Input, Language, Options, check};
//! use ipfix::text::Source;
//!
//! let text = r#"
//! resource "aws_iam_role" "app" {
//!   name               = "app"
//!   assume_role_policy = data.aws_iam_policy_document.ec2.json
//! }
//!
//! resource "aws_instance" "web" {
//!   iam_instance_profile = aws_iam_role.app.name
//! }
//! "#;
//! let source = Source::new("main.tf", text.into(), true)?;
//! let report = check(Input::new(Language::Terraform, vec![source]), &Options::default());
//!
//! let finding = &report.findings[0];
//! assert_eq!(finding.code(), Some("IPF001"));
//! let position = finding.position.expect("findings have a position");
//! assert_eq!((position.line, position.column), (8, 26));
//! # Ok::<(), ipfix::text::SourceError>(())
//! ```
//!
//! # Fixing
//!
//! A file that the user did not name (`false`) is context: it is read, and never changed.
//!
//! ```
//! use ipfix::check::{Input, Language, Options, fix};
//! use ipfix::text::Source;
//!
//! let roles = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n";
//! let web = "resource \"aws_instance\" \"web\" {\n  iam_instance_profile = aws_iam_role.app.arn # see iam.tf\n}\n";
//! let sources = vec![Source::new("iam.tf", roles.into(), false)?, Source::new("web.tf", web.into(), true)?];
//!
//! let fixed = fix(Input::new(Language::Terraform, sources), &Options::default());
//!
//! assert_eq!(fixed.len(), 1);
//! assert_eq!(fixed[0].path().to_str(), Some("web.tf"));
//! assert_eq!(
//!     fixed[0].text(),
//!     r#"resource "aws_iam_instance_profile" "app" {
//!   name = aws_iam_role.app.name
//!   role = aws_iam_role.app.name
//! }
//!
//! resource "aws_instance" "web" {
//!   iam_instance_profile = aws_iam_instance_profile.app.name # see iam.tf
//! }
//! "#
//! );
//! # Ok::<(), ipfix::text::SourceError>(())
//! ```
//!
//! # One fix at a time
//!
//! A plugin offers each fix on its own: [`resolve_fixes`](check::Options::resolve_fixes) asks for the edits of every fix as if it were the
//! only one, unsafe ones too. A profile that two fixes add is in the edits of both; apply it once.
//!
//! ```
//! use ipfix::check::{Input, Language, Options, check};
//! use ipfix::rules::Applicability;
//! use ipfix::text::{Source, splice};
//!
//! let template = "\
//! Resources:
//!   AppRole:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument: {}
//!   Web:
//!     Type: AWS::EC2::Instance
//!     Properties:
//!       IamInstanceProfile: !GetAtt AppRole.Arn
//! ";
//! let mut options = Options::default();
//! options.resolve_fixes = true;
//! let source = Source::new("app.yaml", template.into(), true)?;
//! let report = check(Input::new(Language::CloudFormation, vec![source]), &options);
//!
//! let finding = report.findings.iter().find(|finding| finding.fix.is_some()).expect("a finding with a fix");
//! let fix = report.plan.fix(finding.fix.expect("it has one"));
//! assert_eq!(fix.applicability, Applicability::Safe);
//! let span = finding.span.expect("findings have a span");
//! let text = splice(report.source(span.file), &finding.edits)?;
//! assert!(text.ends_with("      IamInstanceProfile: !Ref AppInstanceProfile\n"));
//! assert!(text.contains("  AppInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Types that may grow are `#[non_exhaustive]`. What a report holds is for reading; nothing takes a changed one back.

// What only the program asks of a room stays in that room.
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]

pub mod aws;
pub mod check;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod cloudformation;
mod language;
pub mod model;
pub mod plan;
pub mod report;
pub mod rules;
mod suppression;
mod syntax;
mod terraform;
pub mod text;
pub mod workspace;
