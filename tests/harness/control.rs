//! The positive control: one wrong launcher added to an input of which nothing is expected. ipfix must report exactly that one, so an engine that
//! finds nothing passes no case.

use super::json::plain;
use super::program::Program;
use super::tree::{Tree, is_source, is_terraform_json};
use crate::invariants::{Request, Subject as _};

/// An input with the control, and the line that holds the reference.
struct Control {
    tree: Tree,
    file: String,
    line: usize,
}

const MODULE: &str = r#"
resource "aws_iam_role" "zz_positive_control" {
  name               = "zz-positive-control"
  assume_role_policy = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"}}]}"
}

resource "aws_instance" "zz_positive_control" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.zz_positive_control.name
}
"#;

const RESOURCES: &str = "\
ZzPositiveControlRole:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument:
      Statement:
        - Effect: Allow
          Action: sts:AssumeRole
          Principal: {Service: ec2.amazonaws.com}
ZzPositiveControl:
  Type: AWS::EC2::Instance
  Properties:
    ImageId: ami-0123456789abcdef0
    IamInstanceProfile: !Ref ZzPositiveControlRole
";

/// What is wrong with what ipfix says of `tree` with the control.
pub(crate) fn missed(tree: &Tree, request: &Request) -> Option<String> {
    let Some(control) =
        module(tree, request).or_else(|| template(tree, request)).or_else(|| another_template(tree, request))
    else {
        return Some("the positive control cannot be added: `no_control` must say why".to_owned());
    };
    let outcome = match Program.check(&control.tree, request) {
        Ok(outcome) => outcome,
        Err(error) => return Some(format!("with the positive control: {error}")),
    };
    let found: Vec<(&str, &str, &str, usize)> = outcome
        .report
        .findings
        .iter()
        .map(|finding| (finding.code.as_str(), finding.severity.as_str(), plain(&finding.file), finding.start.line))
        .collect();
    let wanted = [("IPF001", "error", control.file.as_str(), control.line)];
    (found != wanted).then(|| {
        format!("with the positive control: wanted {wanted:?}, got {found:?}, and {:?}", outcome.report.problems)
    })
}

/// A file of its own beside the first file of a module; or more text in a file that is named.
fn module(tree: &Tree, request: &Request) -> Option<Control> {
    let is_module = |path: &&String| path.ends_with(".tf") || path.ends_with(".tofu") || is_terraform_json(path);
    let directory = |path: &str| path.rsplit_once('/').map_or(String::new(), |(directory, _)| format!("{directory}/"));
    let mut tree = tree.clone();
    if let Some(path) = request.paths.iter().find(is_module).filter(|path| tree.0.contains_key(*path)) {
        let bytes = tree.0.get_mut(path)?;
        if is_terraform_json(path) {
            *bytes = in_json(std::str::from_utf8(bytes).ok()?)?.into_bytes();
            return Some(Control::at(tree, path.clone(), "aws_iam_role.zz_positive_control"));
        }
        bytes.extend_from_slice(if bytes.ends_with(b"\n") { b"" } else { b"\n" });
        bytes.extend_from_slice(MODULE.as_bytes());
        return Some(Control::at(tree, path.clone(), "aws_iam_role.zz_positive_control"));
    }
    let named =
        request.paths.iter().find(|path| path.as_str() != ".").map(|path| format!("{}/", path.trim_end_matches('/')));
    let is_found = |path: &&String| is_module(path) && !path.contains("cdktf.out/");
    let sibling =
        tree.0.keys().find(|path| is_found(path) && named.as_ref().is_none_or(|named| path.starts_with(named)))?;
    let extension = if sibling.contains(".tofu") { "tofu" } else { "tf" };
    let path = format!("{}zz_positive_control.{extension}", directory(sibling));
    tree.0.insert(path.clone(), MODULE.trim_start().as_bytes().to_vec());
    Some(Control::at(tree, path, "aws_iam_role.zz_positive_control"))
}

/// Two resources more, at the end of a file in Terraform's JSON syntax.
fn in_json(text: &str) -> Option<String> {
    let trust = r#"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"}}]}"#;
    let role = format!(r#""aws_iam_role": {{"zz_positive_control": {{"assume_role_policy": "{trust}"}}}}"#);
    let launcher = r#""aws_instance": {"zz_positive_control": {"ami": "ami-0123456789abcdef0", "instance_type": "t3.micro", "iam_instance_profile": "${aws_iam_role.zz_positive_control.name}"}}"#;
    let resources = format!(r#""resource": {{{role}, {launcher}}}"#);
    let text = text.trim_end();
    match (text.strip_suffix('}'), text.strip_suffix(']')) {
        (Some(object), _) => Some(format!("{object}, {resources}}}\n")),
        (_, Some(list)) => Some(format!("{list}, {{{resources}}}]\n")),
        _ => None,
    }
}

/// Two resources more, before the first one of a template, in its own style.
fn template(tree: &Tree, request: &Request) -> Option<Control> {
    let is_named = |path: &&String| request.paths.iter().any(|named| named == "." || named == *path);
    let mut candidates = tree.0.keys().filter(|path| is_source(path)).filter(is_named);
    let (path, text) = candidates.find_map(|path| {
        let text = std::str::from_utf8(tree.0.get(path)?).ok()?;
        Some((path.clone(), in_braces(text).or_else(|| on_lines(text))?))
    })?;
    let mut tree = tree.clone();
    tree.0.insert(path.clone(), text.into_bytes());
    Some(Control::at(tree, path, "ZzPositiveControlRole"))
}

/// A template of its own, beside files that are not templates.
fn another_template(tree: &Tree, request: &Request) -> Option<Control> {
    let path = "zz-positive-control.yaml".to_owned();
    let mut tree = tree.clone();
    tree.0.insert(
        path.clone(),
        on_lines("Resources:\n  ZzPositiveControlTopic: {Type: AWS::SNS::Topic}\n")?.into_bytes(),
    );
    (request.paths == ["."]).then(|| Control::at(tree, path, "ZzPositiveControlRole"))
}

impl Control {
    /// The line of the last `reference`.
    fn at(tree: Tree, file: String, reference: &str) -> Control {
        let text = String::from_utf8_lossy(&tree.0[&file]).into_owned();
        let start = text.rfind(reference).expect("the control");
        Control { line: text[..start].matches('\n').count() + 1, tree, file }
    }
}

/// Behind the brace that opens the resources: JSON, and YAML with braces.
fn in_braces(text: &str) -> Option<String> {
    let mut starts = text.match_indices("Resources").filter_map(|(start, word)| {
        let is_key = !text[..start].ends_with(|letter: char| letter.is_alphanumeric());
        if !is_key {
            return None;
        }
        let rest = text[start + word.len()..].trim_start_matches('"').trim_start().strip_prefix(':')?.trim_start();
        rest.starts_with('{').then(|| text.len() - rest.len() + 1)
    });
    let start = starts.next()?;
    let trust = r#"{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}]}"#;
    let role = format!(r#"{{"Type": "AWS::IAM::Role", "Properties": {{"AssumeRolePolicyDocument": {trust}}}}}"#);
    let properties = r#"{"ImageId": "ami-0123456789abcdef0", "IamInstanceProfile": {"Ref": "ZzPositiveControlRole"}}"#;
    let launcher = format!(r#"{{"Type": "AWS::EC2::Instance", "Properties": {properties}}}"#);
    let resources = format!(r#""ZzPositiveControlRole": {role}, "ZzPositiveControl": {launcher}"#);
    let comma = if text[start..].trim_start().starts_with('}') { "" } else { ", " };
    Some(format!("{}{resources}{comma}{}", &text[..start], &text[start..]))
}

/// Before the first line below `Resources:`, as far to the right as that.
fn on_lines(text: &str) -> Option<String> {
    let mut lines = text.split_inclusive('\n');
    let mut start = 0;
    for line in lines.by_ref() {
        start += line.len();
        if line.trim_start().starts_with("Resources:") {
            break;
        }
    }
    for line in lines {
        let content = line.trim_start_matches(' ');
        if content.trim().is_empty() || content.starts_with('#') {
            start += line.len();
            continue;
        }
        let indent = " ".repeat(line.len() - content.len());
        let end = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
        let reference =
            if text.contains("!Ref") { "!Ref ZzPositiveControlRole" } else { "{Ref: ZzPositiveControlRole}" };
        let resources = RESOURCES.replace("!Ref ZzPositiveControlRole", reference);
        let resources: String = resources.lines().map(|line| format!("{indent}{line}{end}")).collect();
        return Some(format!("{}{resources}{}", &text[..start], &text[start..]));
    }
    None
}
