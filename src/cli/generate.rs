//! What is made of the definitions of the command line: completion scripts and the manual page.

use std::io;

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;

use super::args::Args;

/// The completion script for a shell.
pub(crate) fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "ipfix", &mut script);
    script
}

/// The manual page.
pub(crate) fn man_page() -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(Args::command()).render(&mut page)?;
    Ok(page)
}
