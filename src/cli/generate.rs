//! Completion scripts and the manual page, generated from the command line definitions.

use std::io;

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};

use super::args::{Args, EXAMPLES, STATUSES, VARIABLES};

/// The completion script for a shell.
pub(crate) fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "ipfix", &mut script);
    script
}

/// The manual page.
pub(crate) fn man_page() -> io::Result<Vec<u8>> {
    let man = Man::new(Args::command());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    let mut head = Roff::new();
    head.control("SH", ["NAME"])
        .text([roman("ipfix - fix EC2 instances that reference an IAM role instead of an instance profile")]);
    head.control("SH", ["SYNOPSIS"]).text([
        bold("ipfix"),
        roman(" ["),
        italic("OPTIONS"),
        roman("] ["),
        italic("PATH"),
        roman("]..."),
    ]);
    head.to_writer(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut tail = Roff::new();
    list(&mut tail, "ENVIRONMENT", &VARIABLES);
    list(&mut tail, "EXIT STATUS", &STATUSES);
    list(&mut tail, "EXAMPLES", &EXAMPLES);
    tail.control("SH", ["SEE ALSO"]);
    tail.text([bold("ipfix --list-rules"), roman(", "), bold("ipfix --explain"), roman(" "), italic("RULE")]);
    tail.to_writer(&mut page)?;
    Ok(page)
}

fn list(page: &mut Roff, heading: &str, rows: &[(&str, &str)]) {
    page.control("SH", [heading]);
    for (word, meaning) in rows {
        page.control("TP", []).text([bold(*word)]).text([roman(*meaning)]);
    }
}
