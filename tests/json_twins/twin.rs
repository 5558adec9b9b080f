//! A case in JSON, and what ipfix makes of it.

use crate::harness::case::Case;
use crate::harness::control;
use crate::harness::json::{Finding, Report, plain};
use crate::harness::library::Workspace;
use crate::harness::program::Program;
use crate::harness::tree::Tree;
use crate::hcl_to_json::{converted, twin, twin_path, with_places_of};
use crate::invariants::{self, Request, Subject};

/// A case and its twin.
pub(crate) struct Twin {
    case: Case,
    /// The input in JSON.
    pub(crate) before: Tree,
    /// The result in JSON.
    after: Tree,
}

impl Twin {
    /// None if no file of the case can be converted.
    pub(crate) fn of(case: Case) -> Option<Twin> {
        let before = twin(&case.before);
        if before == case.before {
            return None;
        }
        let mut after = before.clone();
        for (path, old, new) in case.before.changed(&case.after) {
            let json = twin_path(path).filter(|path| before.0.contains_key(path));
            match json.zip(converted(old)).zip(converted(new)) {
                Some(((path, old), new)) => {
                    let new = with_places_of(&old, new);
                    after.0.insert(path, new.printed().into_bytes());
                }
                None => drop(after.0.insert(path.to_owned(), new.to_vec())),
            }
        }
        Some(Twin { case, before, after })
    }

    /// The case's name.
    pub(crate) fn name(&self) -> &str {
        &self.case.name
    }

    /// What differs from the original; and the invariants that are broken.
    pub(crate) fn compare(&self) -> Result<(Vec<String>, Vec<String>), String> {
        let original = self.case.request(self.case.settings.unsafe_fixes);
        // In this process, which is quicker; it takes neither arguments nor a configuration.
        let is_plain = original.arguments.is_empty() && !self.before.0.keys().any(|path| path.ends_with(".toml"));
        let subject: &dyn Subject = if is_plain { &Workspace } else { &Program };
        let wanted = subject.check(&self.case.before, &original)?;
        let request = self.request(original);
        let (got, mut broken) = invariants::hold(subject, &self.before, &request)?;
        broken.extend(got.report.findings.iter().filter_map(|finding| self.misplaced(finding)));
        let mut differences = Vec::new();
        let [findings, found] = [&wanted.report, &got.report].map(described);
        if findings != found {
            differences.push(format!("findings: - wanted, + got\n{}", by_line(&findings, &found)));
        }
        differences.extend(self.after.difference(&got.after));
        if wanted.status != got.status {
            differences.push(format!("exit statuses: {:?} of the original, {:?}", wanted.status, got.status));
        }
        if findings.is_empty() && self.case.settings.no_control.is_none() {
            differences.extend(control::missed(&self.before, &request));
        }
        if !differences.is_empty() {
            differences
                .extend(got.report.problems.iter().map(|problem| format!("{}: {}", problem.file, problem.message)));
        }
        Ok((differences, broken))
    }

    /// What is asked of the original, with the names of the twin's files.
    fn request(&self, original: Request) -> Request {
        let renamed = |path: String| {
            let json = twin_path(&path).filter(|json| self.before.0.contains_key(json));
            json.unwrap_or(path)
        };
        let paths = original.paths.into_iter().map(renamed).collect();
        let arguments = original.arguments.into_iter().map(renamed).collect();
        // `terraform fmt` does not look at JSON.
        Request { paths, arguments, format: false, ..original }
    }

    /// What is wrong with a finding's place: it must be some text.
    fn misplaced(&self, finding: &Finding) -> Option<String> {
        let bytes = self.before.0.get(plain(&finding.file)).map_or(&[][..], Vec::as_slice);
        let text = bytes.get(finding.start.offset..).unwrap_or_default();
        let line = bytes[..bytes.len() - text.len()].iter().filter(|&&byte| byte == b'\n').count() + 1;
        let is_right = text.first().is_some_and(|byte| !byte.is_ascii_whitespace()) && line == finding.start.line;
        (!is_right).then(|| format!("a finding at no text: {finding:?}"))
    }
}

/// The findings without their places: those of one file and resource in their order, and files and resources sorted.
fn described(report: &Report) -> Vec<String> {
    let mut findings: Vec<(String, String, String)> = Vec::new();
    for finding in &report.findings {
        let file = native(plain(&finding.file));
        let message = native(&finding.message);
        let fix = finding.fix.as_ref().map(|fix| format!("{} {} {}", fix.safety, fix.selected, native(&fix.title)));
        let resource = message.split(": ").next().unwrap_or_default().to_owned();
        let text = format!("{} {} {file}: {message}; {fix:?}", finding.code, finding.severity);
        findings.push((file, resource, text));
    }
    findings.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
    findings.into_iter().map(|(.., text)| text).collect()
}

/// A text with the names of the original's files.
fn native(text: &str) -> String {
    text.replace(".tf.json", ".tf").replace(".tofu.json", ".tofu")
}

fn by_line(wanted: &[String], got: &[String]) -> String {
    let mut out = String::new();
    for op in similar::capture_diff_slices(similar::Algorithm::Myers, wanted, got) {
        if op.tag() != similar::DiffTag::Equal {
            wanted[op.old_range()].iter().for_each(|line| out.extend(["  -", line, "\n"]));
            got[op.new_range()].iter().for_each(|line| out.extend(["  +", line, "\n"]));
        }
    }
    out
}
