//! The text of the block of a new profile, and where it goes.

use std::fmt::Write;
use std::ops::Range;

use crate::model::{Instances, Role};
use crate::plan::{InsertionPoint, NewName, PlannedProfile};
use crate::syntax::hcl::File;
use crate::terraform::lower::RoleArguments;
use crate::terraform::lower::style::Style;
use crate::text::Source;
use crate::text::lines::{leading_blanks, line_end, line_start};

/// The block, without a line end after its brace.
///
/// Before:
/// ```hcl
/// resource "aws_iam_role" "app" {
///   count = 2
///   path  = "/app/"
/// }
/// resource "aws_instance" "web" {
///   count                = 2
///   iam_instance_profile = aws_iam_role.app[count.index].name
/// }
/// ```
///
/// After:
/// ```hcl
/// resource "aws_iam_role" "app" {
///   count = 2
///   path  = "/app/"
/// }
///
/// resource "aws_iam_instance_profile" "app" {
///   count = length(aws_iam_role.app)
///   name  = aws_iam_role.app[count.index].name
///   path  = aws_iam_role.app[count.index].path
///   role  = aws_iam_role.app[count.index].name
/// }
///
/// resource "aws_instance" "web" {
///   count                = 2
///   iam_instance_profile = aws_iam_instance_profile.app[count.index].name
/// }
/// ```
pub(crate) fn render(profile: &PlannedProfile, role: &Role, copied: &RoleArguments, style: Style) -> String {
    let arguments = arguments(profile, role, copied, style);
    let widest = arguments.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = format!("resource \"{}\" \"{}\" {{\n", role.family.profile, profile.id);
    for (name, value) in arguments {
        let _ = writeln!(text, "  {name:widest$} = {value}");
    }
    text.push('}');
    text
}

/// The arguments of the profile in their order, with their values as HCL.
pub(crate) fn arguments(
    profile: &PlannedProfile,
    role: &Role,
    copied: &RoleArguments,
    style: Style,
) -> Vec<(&'static str, String)> {
    // Of a role in a called module, only an output is known; the instances are those of the call.
    let module = role.module.as_ref().and_then(|module| Some((&module.reference, module.by_name.as_ref()?)));
    let (address, name) = match module {
        Some((call, output)) => (call, output.to_string()),
        None => (&role.address, role.family.role_name.to_owned()),
    };
    let name = name.as_str();
    let (repeat, reference, path_reference) = match (&role.instances, style) {
        (Instances::Count(_), Style::Interpolated) => {
            let element = |attribute: &str| format!("element({address}.*.{attribute}, count.index)");
            let count = copied.count.clone().unwrap_or_else(|| "1".to_owned());
            (Some(("count", count)), element(name), element("path"))
        }
        (Instances::Count(_), Style::Bare) => {
            let element = |attribute: &str| format!("{address}[count.index].{attribute}");
            (Some(("count", format!("length({address})"))), element(name), element("path"))
        }
        (Instances::ForEach(_), _) => {
            (Some(("for_each", style.value(address))), format!("each.value.{name}"), "each.value.path".to_owned())
        }
        (Instances::One | Instances::Unknown, _) => (None, format!("{address}.{name}"), format!("{address}.path")),
    };
    let mut arguments: Vec<(&'static str, String)> = repeat.into_iter().collect();
    arguments.extend(copied.provider.clone().map(|provider| ("provider", provider)));
    let family = role.family;
    arguments.extend(match &profile.name {
        NewName::Default | NewName::OfRole => Some((family.profile_name, style.value(&reference))),
        NewName::Prefixed => family.profile_name_prefix.map(|argument| (argument, format!("\"${{{reference}}}-\""))),
        NewName::StartingWith(start) => Some((family.profile_name, format!("\"{start}-${{{reference}}}\""))),
        NewName::Unnamed => None,
    });
    arguments.extend(role.has_path.then(|| ("path", style.value(&path_reference))));
    let of_role = style.value(&reference);
    arguments.push((family.role_argument, if family.takes_list { format!("[{of_role}]") } else { of_role }));
    arguments
}

/// Where a block goes: an offset, and what is written there before and after the blocks to insert.
#[derive(Clone, Copy)]
pub(crate) struct Gap {
    pub(crate) offset: usize,
    pub(crate) before: &'static str,
    pub(crate) after: &'static str,
}

/// The gap beside a block. Several new blocks in one gap are joined by a blank line.
pub(crate) fn gap(source: &Source, file: &File, block: &Range<usize>, point: InsertionPoint) -> Gap {
    let text = source.text();
    match point {
        InsertionPoint::After(_) => {
            let offset = end_with_comment(text, block.end, &file.comments);
            let rest = &text[offset..];
            let next = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'));
            let blank = next.is_none_or(|next| next.is_empty() || starts_with_blank_line(next));
            Gap { offset, before: "\n\n", after: if blank { "" } else { "\n" } }
        }
        InsertionPoint::Before(_) => {
            let offset = start_with_comments(text, block.start, &file.comments);
            let above = text[..offset].strip_suffix('\n').map(|above| above.strip_suffix('\r').unwrap_or(above));
            let blank = above.is_none_or(|above| above.rsplit('\n').next().is_none_or(|line| line.trim().is_empty()));
            Gap { offset, before: if blank { "" } else { "\n" }, after: "\n\n" }
        }
    }
}

fn starts_with_blank_line(text: &str) -> bool {
    text.split('\n').next().is_none_or(|line| line.trim().is_empty())
}

/// After the block and the comment that trails it on its last line.
fn end_with_comment(text: &str, end: usize, comments: &[Range<usize>]) -> usize {
    let mut at = end;
    loop {
        let next = at + leading_blanks(&text[at..]);
        match comments.binary_search_by_key(&next, |comment| comment.start) {
            Ok(found) => at = comments[found].end,
            Err(_) => break,
        }
    }
    // White space that trails at the end of the line stays with the line.
    let end = line_end(text, at);
    if text[at..end].trim().is_empty() { end } else { at }
}

/// Before the comments right above the block, line by line.
fn start_with_comments(text: &str, start: usize, comments: &[Range<usize>]) -> usize {
    let mut at = line_start(text, start);
    if !text[at..start].trim().is_empty() {
        return start;
    }
    while at > 0 {
        let above = line_end(text, line_start(text, at - 1));
        let Ok(number) = comments.binary_search_by_key(&above, |comment| comment.end) else { break };
        let comment = &comments[number];
        let first = line_start(text, comment.start);
        if !text[first..comment.start].trim().is_empty() {
            break;
        }
        at = first;
    }
    at
}
