//! The command line. Help texts are written here once; help pages, completions and the man page come from them.

use std::path::PathBuf;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{ArgAction, Parser, ValueEnum};
use clap_complete::Shell;

use crate::rules;

/// Commands, each with what it does; no line is longer than a terminal.
pub(crate) const EXAMPLES: [(&str, &str); 7] = [
    ("ipfix main.tf", "the patch for one file of a module"),
    ("ipfix", "the patch for all below this directory"),
    ("ipfix --write infra/", "apply it"),
    ("ipfix --check infra/", "list the files that would change"),
    ("ipfix infra/ | git apply", "as --write does, by way of git"),
    ("ipfix --output-format full x.yaml", "explain each finding"),
    ("ipfix - --stdin-filename main.tf", "the patch for standard input"),
];

/// What the exit statuses mean.
pub(crate) const STATUSES: [(&str, &str); 3] = [
    ("0", "nothing to fix, or all was written"),
    ("1", "findings remain: the fixes were not written, or a person must decide"),
    ("2", "something could not be done: bad usage, an unreadable file, a failed write"),
];

/// Variables that stand for options.
pub(crate) const VARIABLES: [(&str, &str); 6] = [
    ("IPFIX_CONFIG", "as --config"),
    ("IPFIX_JOBS", "as --jobs"),
    ("IPFIX_OUTPUT_FORMAT", "as --output-format"),
    ("NO_COLOR", "if set, no colours unless --color asks for them"),
    ("CLICOLOR_FORCE", "if set, colours also where there is no terminal"),
    ("FORCE_COLOR", "as CLICOLOR_FORCE"),
];

fn after_help() -> String {
    let list = |rows: &[(&str, &str)]| {
        let width = rows.iter().map(|(word, _)| word.len()).max().unwrap_or(0);
        rows.iter().map(|(word, meaning)| format!("\n  {word:width$}  {meaning}")).collect::<String>()
    };
    format!("Examples:{}\n\nExit status:{}", list(&EXAMPLES), list(&STATUSES))
}

/// Gives EC2 launchers that are wired to an IAM role the instance profile that AWS wants.
///
/// ipfix reads Terraform modules and CloudFormation templates, finds launchers whose instance profile is really a role, adds the missing
/// profile and rewires the launcher. It prints a patch; --write applies it. No byte changes that the fix does not need.
#[derive(Parser, Debug)]
#[command(name = "ipfix", version, about, long_about, after_help = after_help(), max_term_width = 100)]
pub(crate) struct Args {
    /// Files and directories to look at; - reads standard input [default: the current directory]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Rewrite the files in place
    #[arg(short, long, alias = "fix", help_heading = "Fixing")]
    pub(crate) write: bool,

    /// Print the patch, also with --write
    #[arg(long, help_heading = "Fixing")]
    pub(crate) diff: bool,

    /// Print no patch, only the name of each file that would change
    #[arg(long, conflicts_with_all = ["write", "diff"], help_heading = "Fixing")]
    pub(crate) check: bool,

    /// Also apply unsafe fixes
    #[arg(long, help_heading = "Fixing")]
    pub(crate) unsafe_fixes: bool,

    /// Do not apply unsafe fixes (overrides the configuration)
    #[arg(long, overrides_with = "unsafe_fixes", help_heading = "Fixing")]
    pub(crate) no_unsafe_fixes: bool,

    /// Directory that the paths in the patch are relative to [default: the working directory]
    #[arg(long, value_name = "DIR", help_heading = "Fixing")]
    pub(crate) relative_to: Option<PathBuf>,

    /// Rules to enable: codes, beginnings of codes, or names
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        action = ArgAction::Append,
        value_parser = RuleWord,
        hide_possible_values = true,
        help_heading = "Rules"
    )]
    pub(crate) select: Vec<String>,

    /// Rules to disable
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        action = ArgAction::Append,
        value_parser = RuleWord,
        hide_possible_values = true,
        help_heading = "Rules"
    )]
    pub(crate) ignore: Vec<String>,

    /// Explain a rule, by code or name
    #[arg(long, value_name = "RULE", value_parser = RuleWord, hide_possible_values = true, help_heading = "Rules")]
    pub(crate) explain: Option<String>,

    /// List the rules, as text or with --output-format json
    #[arg(long, help_heading = "Rules")]
    pub(crate) list_rules: bool,

    /// Output format
    #[arg(
        long,
        alias = "format",
        value_name = "FORMAT",
        value_enum,
        default_value_t,
        env = "IPFIX_OUTPUT_FORMAT",
        hide_env_values = true,
        help_heading = "Output"
    )]
    pub(crate) output_format: Format,

    /// Write output to FILE instead of stdout
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output_file: Option<PathBuf>,

    /// Also write a report to FILE, in any output format; may be repeated
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report, action = ArgAction::Append, help_heading = "Output")]
    pub(crate) report: Vec<ReportFile>,

    /// Least severity to show, to fix and to count for the exit status [default: warning]
    #[arg(long, value_name = "SEVERITY", value_enum, help_heading = "Output")]
    pub(crate) min_severity: Option<Level>,

    /// Count findings by rule
    #[arg(long, help_heading = "Output")]
    pub(crate) statistics: bool,

    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, help_heading = "Output")]
    pub(crate) color: Color,

    /// Leave out findings and summary
    #[arg(short, long, overrides_with = "verbose", help_heading = "Output")]
    pub(crate) quiet: bool,

    /// Show notes too: what cannot be decided, and why (as --min-severity note)
    #[arg(short, long, overrides_with = "quiet", help_heading = "Output")]
    pub(crate) verbose: bool,

    /// Exit 0 even if findings remain (errors still exit 2)
    #[arg(long, help_heading = "Output")]
    pub(crate) exit_zero: bool,

    /// Read more paths from FILE (- for stdin), one a line; other kinds of files are passed over
    #[arg(long, value_name = "FILE", help_heading = "Files")]
    pub(crate) files_from: Option<PathBuf>,

    /// The paths of --files-from end in NUL, as find -print0 and git ls-files -z write them
    #[arg(short = '0', long, requires = "files_from", help_heading = "Files")]
    pub(crate) null: bool,

    /// Leave out what matches, in the way of .gitignore
    #[arg(long, value_name = "GLOB", action = ArgAction::Append, help_heading = "Files")]
    pub(crate) exclude: Vec<String>,

    /// Search what .gitignore and other ignore files leave out
    #[arg(long, help_heading = "Files")]
    pub(crate) no_ignore: bool,

    /// Search hidden files and directories
    #[arg(long, help_heading = "Files")]
    pub(crate) hidden: bool,

    /// Use this configuration file and no other [env: IPFIX_CONFIG]
    #[arg(long, value_name = "FILE", conflicts_with = "isolated", help_heading = "Configuration")]
    pub(crate) config: Option<PathBuf>,

    /// Use no configuration file at all
    #[arg(long, help_heading = "Configuration")]
    pub(crate) isolated: bool,

    /// What standard input is called: its module or template is the one of this file
    #[arg(long, value_name = "NAME", help_heading = "Files")]
    pub(crate) stdin_filename: Option<PathBuf>,

    /// On how many threads; 0 means one for each processor
    #[arg(
        short,
        long,
        value_name = "N",
        default_value_t = 0,
        value_parser = jobs,
        env = "IPFIX_JOBS",
        hide_env_values = true,
        help_heading = "Files"
    )]
    pub(crate) jobs: usize,

    /// Print a completion script for this shell
    #[arg(long, value_name = "SHELL", value_enum, hide_possible_values = true)]
    pub(crate) completions: Option<Shell>,

    /// Print the manual page, as man(1) reads it
    #[arg(long, hide = true)]
    pub(crate) man: bool,
}

impl Args {
    /// What is less severe is not shown.
    pub(crate) fn least_severity(&self) -> rules::Severity {
        match self.min_severity {
            Some(Level::Error) => rules::Severity::Error,
            Some(Level::Warning) => rules::Severity::Warning,
            Some(Level::Note) => rules::Severity::Note,
            None if self.verbose => rules::Severity::Note,
            None => rules::Severity::Warning,
        }
    }

    /// The formats of all reports that are asked for.
    pub(crate) fn formats(&self) -> impl Iterator<Item = Format> {
        self.report.iter().map(|report| report.format).chain([self.output_format])
    }
}

/// A severity, as it is written on the command line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Level {
    /// Errors only
    Error,
    /// Errors and warnings
    Warning,
    /// Everything
    Note,
}

/// A report beside standard output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ReportFile {
    /// Its format.
    pub(crate) format: Format,
    /// The file.
    pub(crate) path: PathBuf,
}

fn report(text: &str) -> Result<ReportFile, String> {
    let (format, path) = text
        .split_once('=')
        .filter(|(_, path)| !path.is_empty())
        .ok_or("write it as FORMAT=FILE, such as sarif=ipfix.sarif")?;
    let formats = || Format::value_variants().iter().map(|format| format.name());
    match Format::from_str(format, false) {
        Ok(format) => Ok(ReportFile { format, path: PathBuf::from(path) }),
        Err(_) => {
            Err(format!("there is no format {format}; expected one of {}", formats().collect::<Vec<_>>().join(", ")))
        }
    }
}

/// A word for rules. Any word is taken here, since beginnings of codes and names are rules as well; shells complete the codes.
#[derive(Clone)]
struct RuleWord;

impl TypedValueParser for RuleWord {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(rules::ALL.into_iter().map(|rule| PossibleValue::new(rule.code).help(rule.name))))
    }
}

/// What standard output holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// The patch
    #[default]
    Diff,
    /// Findings with source excerpts
    Full,
    /// Findings, one line each
    Concise,
    /// Findings and their edits, as JSON
    Json,
    /// Findings and their edits, as SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// Diagnostics and suggestions for reviewdog
    Rdjson,
    /// A pull request comment
    Markdown,
    /// A picture of the wiring, as a Mermaid flowchart
    Mermaid,
}

impl Format {
    /// As it is written on the command line.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// Whether this format shows the findings, so that stderr need not.
    pub(crate) fn shows_findings(self) -> bool {
        self != Format::Diff && self != Format::Mermaid
    }

    /// Whether this format shows the edits of each fix.
    pub(crate) fn shows_edits(self) -> bool {
        matches!(self, Format::Json | Format::Sarif | Format::Rdjson)
    }
}

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// More threads than this only take memory.
const MOST_JOBS: usize = 256;

fn jobs(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(jobs) if jobs <= MOST_JOBS => Ok(jobs),
        Ok(_) => Err(format!("{MOST_JOBS} is the most")),
        Err(_) => Err(format!("a number from 0 to {MOST_JOBS} is wanted")),
    }
}
