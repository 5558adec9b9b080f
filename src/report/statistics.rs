//! How many findings each rule has, most first.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{RenderOptions, Run};
use crate::report::view;
use crate::rules::Rule;

/// What is counted for one rule.
struct Count {
    rule: &'static Rule,
    findings: usize,
    applied: usize,
}

/// Writes one line for each rule with findings: how many, how many of them the fixes of this run answer, code and name. What is not shown is not counted.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, options: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut by_code: BTreeMap<&str, Count> = BTreeMap::new();
    for finding in view::findings(run) {
        let rule = finding.reported.finding.rule;
        let count = by_code.entry(rule.code).or_insert(Count { rule, findings: 0, applied: 0 });
        count.findings += 1;
        count.applied += usize::from(finding.reported.applied);
    }
    let mut counts: Vec<Count> = by_code.into_values().collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.findings));
    let width = counts.first().map_or(1, |most| most.findings.to_string().len());
    let bold = options.style(Style::new().bold());
    let mark = options.style(AnsiColor::Cyan.on_default());
    for Count { rule, findings, applied } in counts {
        let fixed = match applied {
            0 => String::new(),
            count if count == findings => " [*]".to_owned(),
            count => format!(" [{count}*]"),
        };
        writeln!(out, "{bold}{findings:>width$}{bold:#} {} {}{mark}{fixed}{mark:#}", rule.code, rule.name)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;
    use crate::rules::Severity;

    #[test]
    fn most_first_with_what_is_fixed() {
        let mut out = Vec::new();
        let mut run = Run { min_severity: Severity::Note, ..sample::run() };
        write(&run, RenderOptions::default(), &mut out).expect("memory");
        assert_eq!(String::from_utf8_lossy(&out), "3 IPF001 role-as-profile [2*]\n1 IPF011 unresolved-profile\n");
        run.units[0].findings.truncate(2);
        out.clear();
        write(&run, RenderOptions::default(), &mut out).expect("memory");
        assert_eq!(String::from_utf8_lossy(&out), "2 IPF001 role-as-profile [*]\n");
    }
}
