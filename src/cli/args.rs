//! The command line. Help texts are written here once; help pages, completions and the man page come from them.

use std::fmt;
use std::path::PathBuf;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{ArgAction, Parser, ValueEnum};
use clap_complete::Shell;

use crate::rules;

/// Commands, each with what it does. Each line fits a terminal of 80 columns.
pub(crate) const EXAMPLES: [(&str, &str); 7] = [
    ("ipfix", "print the patch for the current directory"),
    ("ipfix main.tf", "print the patch for one file of a module"),
    ("ipfix --write infra/", "fix all files below infra/"),
    ("ipfix --check infra/", "list the files that would change"),
    ("ipfix infra/ | git apply", "apply the patch with git"),
    ("ipfix --output-format full x.yaml", "explain each finding"),
    ("ipfix - --stdin-filename main.tf", "print the patch for stdin"),
];

/// What the exit statuses mean.
pub(crate) const STATUSES: [(&str, &str); 3] = [
    ("0", "no findings, or all of them were fixed"),
    ("1", "findings remain: not written, or in need of manual review"),
    ("2", "error: wrong usage, an unreadable file or a failed write"),
];

/// The environment variables.
pub(crate) const VARIABLES: [(&str, &str); 6] = [
    ("IPFIX_CONFIG", "same as --config"),
    ("IPFIX_JOBS", "same as --jobs"),
    ("IPFIX_OUTPUT_FORMAT", "same as --output-format"),
    ("NO_COLOR", "disable colors, unless --color is given"),
    ("CLICOLOR_FORCE", "use colors even if the output is not a terminal"),
    ("FORCE_COLOR", "same as CLICOLOR_FORCE"),
];

fn after_help() -> String {
    let list = |rows: &[(&str, &str)]| {
        let width = rows.iter().map(|(word, _)| word.len()).max().unwrap_or(0);
        rows.iter().map(|(word, meaning)| format!("\n  {word:width$}  {meaning}")).collect::<String>()
    };
    format!("Examples:{}\n\nExit status:{}", list(&EXAMPLES), list(&STATUSES))
}

/// Fix EC2 instances that reference an IAM role where AWS expects an instance profile.
///
/// ipfix checks Terraform modules and CloudFormation templates. It finds resources that launch EC2 instances with an IAM role instead of
/// an instance profile, adds the missing profile, and changes the reference. It prints a patch; --write applies it. All other bytes stay
/// the same.
#[derive(Parser, Debug)]
#[command(name = "ipfix", version, about, long_about, after_help = after_help(), max_term_width = 100)]
pub(crate) struct Args {
    /// Files and directories to check; - reads stdin [default: the current directory]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Write the fixes to the files
    #[arg(short, long, alias = "fix", help_heading = "Fixing")]
    pub(crate) write: bool,

    /// Print the patch, even with --write
    #[arg(long, help_heading = "Fixing")]
    pub(crate) diff: bool,

    /// Print only the names of the files that would change
    #[arg(long, conflicts_with_all = ["write", "diff"], help_heading = "Fixing")]
    pub(crate) check: bool,

    /// Also apply unsafe fixes
    #[arg(long, help_heading = "Fixing")]
    pub(crate) unsafe_fixes: bool,

    /// Do not apply unsafe fixes (overrides the configuration)
    #[arg(long, overrides_with = "unsafe_fixes", help_heading = "Fixing")]
    pub(crate) no_unsafe_fixes: bool,

    /// Directory that paths in the output are relative to [default: the working directory]
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) relative_to: Option<PathBuf>,

    /// Rules to enable (codes, prefixes of codes, or names)
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

    /// List the rules; with --output-format json, as JSON
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

    /// Lowest severity to show, fix and count for the exit status [default: warning]
    #[arg(long, value_name = "SEVERITY", value_enum, help_heading = "Output")]
    pub(crate) min_severity: Option<Level>,

    /// Count the findings of each rule
    #[arg(long, help_heading = "Output")]
    pub(crate) statistics: bool,

    /// When to use colors
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, help_heading = "Output")]
    pub(crate) color: Color,

    /// Do not print findings and summary to stderr
    #[arg(short, long, overrides_with = "verbose", help_heading = "Output")]
    pub(crate) quiet: bool,

    /// Also show notes, such as references that cannot be resolved (same as --min-severity note)
    #[arg(short, long, overrides_with = "quiet", help_heading = "Output")]
    pub(crate) verbose: bool,

    /// Exit 0 even if findings remain (errors still exit 2)
    #[arg(long, help_heading = "Output")]
    pub(crate) exit_zero: bool,

    /// Read more paths from FILE (- for stdin), one per line; skip files of other types
    #[arg(long, value_name = "FILE", help_heading = "Files")]
    pub(crate) files_from: Option<PathBuf>,

    /// Paths in --files-from end with NUL, as from find -print0 or git ls-files -z
    #[arg(short = '0', long, requires = "files_from", help_heading = "Files")]
    pub(crate) null: bool,

    /// Exclude matching files and directories (gitignore syntax)
    #[arg(long, value_name = "GLOB", action = ArgAction::Append, help_heading = "Files")]
    pub(crate) exclude: Vec<String>,

    /// Do not respect ignore files
    #[arg(long, help_heading = "Files")]
    pub(crate) no_ignore: bool,

    /// Search hidden files and directories
    #[arg(long, help_heading = "Files")]
    pub(crate) hidden: bool,

    /// Use this configuration file only [env: IPFIX_CONFIG]
    #[arg(long, value_name = "FILE", conflicts_with = "isolated", help_heading = "Configuration")]
    pub(crate) config: Option<PathBuf>,

    /// Ignore all configuration files
    #[arg(long, help_heading = "Configuration")]
    pub(crate) isolated: bool,

    /// File name to assume for stdin
    #[arg(long, value_name = "NAME", help_heading = "Files")]
    pub(crate) stdin_filename: Option<PathBuf>,

    /// Number of threads (0: one per core)
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

    /// Print a shell completion script
    #[arg(long, value_name = "SHELL", value_enum, hide_possible_values = true)]
    pub(crate) completions: Option<Shell>,

    /// Print the manual page
    #[arg(long, hide = true)]
    pub(crate) man: bool,
}

impl Args {
    /// The lowest severity that is shown.
    pub(crate) fn least_severity(&self) -> rules::Severity {
        match self.min_severity {
            Some(Level::Error) => rules::Severity::Error,
            Some(Level::Warning) => rules::Severity::Warning,
            Some(Level::Note) => rules::Severity::Note,
            None if self.verbose => rules::Severity::Note,
            None => rules::Severity::Warning,
        }
    }

    /// The formats of all requested reports.
    pub(crate) fn formats(&self) -> impl Iterator<Item = Format> {
        self.report.iter().map(|report| report.format).chain([self.output_format])
    }
}

/// A severity, as written on the command line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Level {
    /// Errors only
    Error,
    /// Errors and warnings
    Warning,
    /// Everything
    Note,
}

/// A report that is written besides stdout.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ReportFile {
    /// Its format.
    pub(crate) format: Format,
    /// The file.
    pub(crate) path: PathBuf,
}

/// Why the value of an option is invalid.
#[derive(Debug)]
enum InvalidValue {
    /// A report that is not written as `FORMAT=FILE`.
    Report,
    /// A report in a format that does not exist.
    Format(String),
    /// More threads than [`MAX_JOBS`].
    TooManyJobs,
    /// Threads that are not a number.
    Jobs,
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InvalidValue::Report => f.write_str("expected FORMAT=FILE, such as sarif=ipfix.sarif"),
            InvalidValue::Format(format) => {
                let known: Vec<String> = Format::value_variants().iter().map(|format| format.name()).collect();
                write!(f, "unknown format `{format}`; expected one of {}", known.join(", "))
            }
            InvalidValue::TooManyJobs => write!(f, "the maximum is {MAX_JOBS}"),
            InvalidValue::Jobs => write!(f, "expected a number from 0 to {MAX_JOBS}"),
        }
    }
}

impl std::error::Error for InvalidValue {}

fn report(text: &str) -> Result<ReportFile, InvalidValue> {
    let (format, path) = text.split_once('=').filter(|(_, path)| !path.is_empty()).ok_or(InvalidValue::Report)?;
    match Format::from_str(format, false) {
        Ok(format) => Ok(ReportFile { format, path: PathBuf::from(path) }),
        Err(_) => Err(InvalidValue::Format(format.to_owned())),
    }
}

/// Selects rules. Any text parses, since prefixes of codes and names select rules too; shells complete the codes.
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

/// An output format.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// A patch
    #[default]
    Diff,
    /// Findings with source excerpts
    Full,
    /// One line per finding
    Concise,
    /// Findings and edits as JSON
    Json,
    /// Findings and edits as SARIF 2.1.0
    Sarif,
    /// GitHub Actions annotations
    Github,
    /// A GitLab Code Quality report
    Gitlab,
    /// A JUnit XML report, for other CI systems
    Junit,
    /// reviewdog diagnostics and suggestions
    Rdjson,
    /// A pull request comment
    Markdown,
    /// A Mermaid flowchart of instances, profiles and roles
    Mermaid,
}

impl Format {
    /// The name, as written on the command line.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// Whether this format shows the findings. If so, stderr does not repeat them.
    pub(crate) fn shows_findings(self) -> bool {
        self != Format::Diff && self != Format::Mermaid
    }

    /// Whether this format shows the edits of each fix.
    pub(crate) fn shows_edits(self) -> bool {
        matches!(self, Format::Json | Format::Sarif | Format::Rdjson)
    }
}

/// When to use colors.
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

/// More threads only take memory.
const MAX_JOBS: usize = 256;

fn jobs(text: &str) -> Result<usize, InvalidValue> {
    match text.parse() {
        Ok(jobs) if jobs <= MAX_JOBS => Ok(jobs),
        Ok(_) => Err(InvalidValue::TooManyJobs),
        Err(_) => Err(InvalidValue::Jobs),
    }
}
