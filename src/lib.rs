//! `ipfix` finds resources that launch EC2 instances and reference an IAM role where AWS expects an instance profile. It adds the profile and
//! rewires the launcher. Below, a *launcher* is a resource that launches EC2 instances, and a *slot* is an argument that takes an instance profile.
//!
//! This is the library behind the program, for editors and bots. It takes texts and returns diagnostics and new texts. It prints nothing, runs no
//! other program, uses no network and keeps no state between calls. It reads files only through [`workspace`], and writes them only if you call
//! [`workspace::write::replace_all`]. The program itself is the cargo feature `cli`, which is on by default.
//!
//! # A tour
//!
//! Data flows one way. Each step is a layer of the source tree, and a layer imports only from the layers below it in the table of
//! `tests/architecture.rs`.
//!
//! 1. [`workspace`] groups files into *units*: all files of a Terraform module, or one CloudFormation template. [`workspace::load`] reads them from
//!    disk or from the open buffers of an editor, with the project's `ipfix.toml`. A caller can also build an [`Input`](check::Input) itself.
//!    It also finds out which module calls which, and reads the [`Interface`](model::Interface) of each module whose values can cross a boundary.
//! 2. [`check`] runs the pipeline of one unit, steps 3 to 8. Of other units, it only knows their interfaces.
//! 3. `syntax` parses each file into a tree with spans. Nothing is ever printed from a tree.
//! 4. `terraform` and `cloudformation` each have a module `lower`, which turns the trees into one [`Unit`](model::Unit): roles, profiles, slots, and
//!    what each value [resolves](model::Resolution) to. From here to step 7, the code knows no language.
//! 5. [`rules`] look at each leaf of each slot. The first rule that claims a leaf reports a [`Finding`](rules::Finding).
//! 6. [`plan`] decides for each finding what should become true: which profile is used or added, where, under which name, and whether that is
//!    safe. A fix is intent, not bytes.
//! 7. The modules `edit` of the two languages turn the chosen fixes into [`Edit`](text::Edit)s, all at once.
//! 8. [`check`] parses the edited text again and compares it with the plan. A fix that cannot be verified is left out; the others go on.
//! 9. [`report`] puts the [`UnitReport`](check::UnitReport) into words, for people and for machines.
//!
//! Below them, [`aws`] holds facts as tables, and [`text`] holds sources, edits and patches.
//!
//! # Choices that are not obvious
//!
//! * The trait of a language is called `Frontend`, as in compilers; [`Language`](check::Language) is the enum that names the two.
//! * `suppression` is above `rules`, because a misspelled suppression suggests the code of a rule.
//! * `workspace` reads units but does not check them, so a server can keep what was read.
//! * `check::fixes` applies fixes, and `check::isolate` finds by bisection which of them cannot be verified.
//! * What HCL means as a list of tokens (`hcl_canonical`, `hcl_node`) is syntax, although only Terraform asks for it: Terraform's JSON will too.
//!
//! # What is preserved
//!
//! Every byte outside of the edits: comments, blank lines, order, quotes, tabs, the byte order mark, CRLF line endings, a missing newline at the end.
//! Files that were clean to `terraform fmt` stay clean, so equals signs and trailing comments next to a changed line may move. Inserted text takes
//! line ending, indent, quotes and style from its file.
//!
//! The wrong value itself is not preserved: if one word of it can be swapped, only that word changes; otherwise the whole value is replaced. An
//! argument of the wrong shape is written anew. A comment is never lost: a fix that would lose one is not made.
//!
//! # Checking
//!
//! ```
//! use ipfix_iac::check::{Input, Language, Options, check};
//! use ipfix_iac::text::Source;
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
//! # Ok::<(), ipfix_iac::text::SourceError>(())
//! ```
//!
//! # Fixing
//!
//! A file that is not a target (`false`) is context: it is read, but never changed.
//!
//! ```
//! use ipfix_iac::check::{Input, Language, Options, fix};
//! use ipfix_iac::text::Source;
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
//! # Ok::<(), ipfix_iac::text::SourceError>(())
//! ```
//!
//! # One fix at a time
//!
//! A plugin offers each fix on its own: [`resolve_fixes`](check::Options::resolve_fixes) asks for the edits of every fix as if it were the
//! only one, unsafe ones too. A profile that two fixes add is in the edits of both; apply it once.
//!
//! ```
//! use ipfix_iac::check::{Input, Language, Options, check};
//! use ipfix_iac::rules::Applicability;
//! use ipfix_iac::text::{Source, splice};
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
//! # Modules that call each other
//!
//! [`workspace::load`] brings the interfaces of called modules along. Without it, a caller makes them itself, those of the innermost modules
//! first. A value is wrong in the unit that passes it, so a fix never spans two units.
//!
//! ```
//! use std::sync::Arc;
//!
//! use ipfix_iac::check::{Child, Input, Language, Options, check, interface};
//! use ipfix_iac::text::Source;
//!
//! let web = "resource \"aws_instance\" \"this\" {\n  iam_instance_profile = var.profile\n}\n";
//! let web = Input::new(Language::Terraform, vec![Source::new("web/main.tf", web.into(), false)?]);
//! let mut child = Child::default();
//! child.interface = Some(Arc::new(interface(&web, &Options::default())));
//!
//! let main = r#"
//! resource "aws_iam_role" "app" {
//!   name = "app"
//! }
//!
//! module "web" {
//!   source  = "./web"
//!   profile = aws_iam_role.app.name
//! }
//! "#;
//! let mut main = Input::new(Language::Terraform, vec![Source::new("main.tf", main.into(), true)?]);
//! main.children.insert("./web".to_owned(), child);
//! let report = check(main, &Options::default());
//!
//! assert_eq!(report.findings[0].code(), Some("IPF001"));
//! # Ok::<(), ipfix_iac::text::SourceError>(())
//! ```
//!
//! Types that may grow are `#[non_exhaustive]`. What a report holds is for reading; nothing takes a changed one back.

// What only the program needs of a layer stays in that layer.
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
