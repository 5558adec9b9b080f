//! The text of a new `aws_iam_instance_profile` block, and where it goes.

use std::fmt::Write;
use std::ops::Range;

use crate::model::{Instances, Role};
use crate::plan::{InsertionPoint, NewName, PlannedProfile};
use crate::syntax::hcl::File;
use crate::terraform::lower::module::{ModuleIndex, Resource};
use crate::terraform::lower::style::Style;
use crate::text::Source;

/// The block, without a line end after its brace.
pub(crate) fn render(
    profile: &PlannedProfile,
    role: &Role,
    resource: Option<&Resource<'_>>,
    index: &ModuleIndex<'_>,
    style: Style,
) -> String {
    let address = &role.address;
    let (repeat, reference, path_reference) = match (&role.instances, style) {
        (Instances::Count(_), Style::Interpolated) => {
            let element = |attribute: &str| format!("element({address}.*.{attribute}, count.index)");
            let count = source_of(resource, "count", index).unwrap_or_else(|| "1".to_owned());
            (Some(("count", count)), element("name"), element("path"))
        }
        (Instances::Count(_), Style::Bare) => {
            let element = |attribute: &str| format!("{address}[count.index].{attribute}");
            (Some(("count", format!("length({address})"))), element("name"), element("path"))
        }
        (Instances::ForEach(_), _) => {
            (Some(("for_each", style.value(address))), "each.value.name".to_owned(), "each.value.path".to_owned())
        }
        (Instances::One | Instances::Unknown, _) => (None, format!("{address}.name"), format!("{address}.path")),
    };
    let mut arguments: Vec<(&str, String)> = repeat.into_iter().collect();
    arguments.extend(source_of(resource, "provider", index).map(|provider| ("provider", provider)));
    arguments.extend(match &profile.name {
        NewName::Default | NewName::OfRole => Some(("name", style.value(&reference))),
        NewName::Prefixed => Some(("name_prefix", format!("\"${{{reference}}}-\""))),
        NewName::StartingWith(start) => Some(("name", format!("\"{start}-${{{reference}}}\""))),
        NewName::Unnamed => None,
    });
    let other_path =
        resource.and_then(|resource| resource.argument("path")).filter(|(_, path)| path.value.as_str() != Some("/"));
    arguments.extend(other_path.map(|_| ("path", style.value(&path_reference))));
    arguments.push(("role", style.value(&reference)));
    let widest = arguments.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = format!("resource \"aws_iam_instance_profile\" \"{}\" {{\n", profile.id);
    for (name, value) in arguments {
        let _ = writeln!(text, "  {name:widest$} = {value}");
    }
    text.push('}');
    text
}

/// The text of an argument, as it is written.
fn source_of(resource: Option<&Resource<'_>>, key: &str, index: &ModuleIndex<'_>) -> Option<String> {
    let (file, attribute) = resource?.argument(key)?;
    let at = crate::text::Span::new(file, crate::syntax::hcl_node::range(&attribute.value));
    Some(index.text(&at).to_owned())
}

/// Where a block goes: an offset, and what stands there before and after the blocks to insert.
#[derive(Clone, Copy)]
pub(crate) struct AlignmentGap {
    pub(crate) offset: usize,
    pub(crate) before: &'static str,
    pub(crate) after: &'static str,
}

/// The gap beside a block. Several new blocks in one gap are joined by a blank line.
pub(crate) fn gap(source: &Source, file: &File, block: &Range<usize>, place: InsertionPoint) -> AlignmentGap {
    let text = source.text();
    match place {
        InsertionPoint::After(_) => {
            let offset = end_with_comment(text, block.end, &file.comments);
            let rest = &text[offset..];
            let next = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'));
            let blank = next.is_none_or(|next| next.is_empty() || starts_with_blank_line(next));
            AlignmentGap { offset, before: "\n\n", after: if blank { "" } else { "\n" } }
        }
        InsertionPoint::Before(_) => {
            let offset = start_with_comments(text, block.start, &file.comments);
            let above = text[..offset].strip_suffix('\n').map(|above| above.strip_suffix('\r').unwrap_or(above));
            let blank = above.is_none_or(|above| above.rsplit('\n').next().is_none_or(|line| line.trim().is_empty()));
            AlignmentGap { offset, before: if blank { "" } else { "\n" }, after: "\n\n" }
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
        let next = at + text[at..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        match comments.binary_search_by_key(&next, |comment| comment.start) {
            Ok(found) => at = comments[found].end,
            Err(_) => break,
        }
    }
    // White space that trails at the end of the line stays with the line.
    let line_end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    let rest = text[at..line_end].trim_end_matches('\r');
    if rest.trim().is_empty() { at + rest.len() } else { at }
}

/// Before the comments that stand right above the block, line by line.
fn start_with_comments(text: &str, start: usize, comments: &[Range<usize>]) -> usize {
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let mut at = line_start(start);
    if !text[at..start].trim().is_empty() {
        return start;
    }
    while at > 0 {
        let line_end = at - 1;
        let line_end = if text[..line_end].ends_with('\r') { line_end - 1 } else { line_end };
        let glued =
            comments.binary_search_by_key(&line_end, |comment| comment.end).ok().map(|number| &comments[number]);
        let Some(comment) = glued else { break };
        let first = line_start(comment.start);
        if !text[first..comment.start].trim().is_empty() {
            break;
        }
        at = first;
    }
    at
}
