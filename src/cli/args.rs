//! The arguments of the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::diagnostic::Threshold;
use crate::facts::version::Version;

/// Reports what breaks, changes or is silently lost in etcd configuration between two etcd releases, and rewrites it
#[derive(Debug, Parser)]
#[command(name = "etcd-uplift", version, disable_help_subcommand = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Report what an upgrade breaks, changes or silently loses
    Lint(LintArguments),
    /// Rewrite files for the new release; without --write, show a unified diff
    Fix(FixArguments),
    /// Show the options in force in each member at a release
    Show(ShowArguments),
    /// Write an etcd-uplift.toml for the files in a folder
    Init(InitArguments),
    /// Run the language server on standard input and output
    Lsp,
    /// Print the JSON Schema of etcd-uplift.toml or of rule files
    Schema {
        /// The kind of file
        #[arg(value_enum)]
        of: SchemaOf,
    },
    /// List the rules, or test custom rules
    Rules(RulesArguments),
    /// Explain a rule: what it reports, why, and what to do
    Explain {
        /// The id of the rule, as reports show it
        rule: String,
        #[command(flatten)]
        own: OwnRulesArguments,
        #[command(flatten)]
        drawing: DrawingArguments,
    },
    /// Show an etcd option in all releases
    Option {
        /// A flag, an environment variable or a key of the configuration file
        #[arg(allow_hyphen_values = true, required_unless_present = "effective")]
        name: Option<String>,
        /// Show the effective settings of a file in the release given with --to instead, without other files that
        /// configure the same member; see `show`
        #[arg(long, value_name = "FILE", conflicts_with = "name")]
        effective: Option<PathBuf>,
        #[command(flatten)]
        upgrade: UpgradeArguments,
        /// Treat the file as this kind of file
        #[arg(long, value_name = "SURFACE", value_parser = surface_names(), requires = "effective")]
        surface: Option<String>,
        #[command(flatten)]
        drawing: DrawingArguments,
    },
    /// Print shell completions
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man {
        /// Write this page and a page for each command to DIR
        #[arg(long, value_name = "DIR")]
        output: Option<PathBuf>,
    },
}

/// The running release and the release to upgrade to.
#[derive(Debug, Args)]
pub(super) struct UpgradeArguments {
    /// The running release: 3.4, v3.4, 3.4.20 or v3.4.20-build1
    #[arg(long, value_name = "V")]
    pub(super) from: Option<Version>,
    /// The release to upgrade to [default: the newest known]
    #[arg(long, value_name = "V")]
    pub(super) to: Option<Version>,
}

/// The files to read.
#[derive(Debug, Default, Args)]
pub(super) struct InputArguments {
    /// Files or folders; `-` is standard input
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// The file name to use for standard input
    #[arg(long, value_name = "NAME")]
    pub(super) stdin_filename: Option<PathBuf>,
    /// The folder that is `/` of the hosts: absolute paths in files, such as EnvironmentFile=/etc/etcd.env, are looked up
    /// there first
    #[arg(long, value_name = "DIR")]
    pub(super) host_root: Option<PathBuf>,
    /// Treat every file as this kind of file
    #[arg(long, value_name = "SURFACE", value_parser = surface_names())]
    pub(super) surface: Option<String>,
    /// Do not fail if no file is recognised as etcd configuration
    #[arg(long)]
    pub(super) allow_empty: bool,
    /// Use this configuration file; do not search for others
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(super) config: Option<PathBuf>,
    /// Ignore all configuration files
    #[arg(long)]
    pub(super) no_config: bool,
    /// Apply `exclude` of etcd-uplift.toml also to paths given as arguments
    #[arg(long)]
    pub(super) force_exclude: bool,
    /// Treat given files as if they were found in a folder: read only files that are clearly etcd's, and apply
    /// `exclude`. For programs such as pre-commit, which give files that nobody chose
    #[arg(long)]
    pub(super) as_found: bool,
    /// Ignore suppression comments
    #[arg(long)]
    pub(super) no_ignores: bool,
    #[command(flatten)]
    pub(super) own: OwnRulesArguments,
}

impl InputArguments {
    /// The paths that were given, or the working folder.
    pub(super) fn paths_or_here(&self) -> Vec<PathBuf> {
        if self.paths.is_empty() {
            vec![PathBuf::from(".")]
        } else {
            self.paths.clone()
        }
    }
}

/// Custom rules.
#[derive(Debug, Default, Args)]
pub(super) struct OwnRulesArguments {
    /// Also use the custom rules in this folder; repeatable
    #[arg(long = "rules", value_name = "DIR")]
    pub(super) folders: Vec<PathBuf>,
}

fn surface_names() -> clap::builder::PossibleValuesParser {
    crate::surface::surfaces()
        .map(|surface| surface.name)
        .collect::<Vec<_>>()
        .into()
}

/// A running process.
#[derive(Debug, Args)]
pub(super) struct ProcessArguments {
    /// Read a running etcd instead of files: its arguments and variables in /proc, and the configuration file that they
    /// name
    #[arg(long, value_name = "PID", conflicts_with_all = ["paths", "stdin_filename", "surface"])]
    pub(super) process: Option<u32>,
}

#[derive(Debug, Args)]
pub(super) struct LintArguments {
    #[command(flatten)]
    pub(super) input: InputArguments,
    #[command(flatten)]
    pub(super) process: ProcessArguments,
    /// Check one command line instead of files: 'etcd --name …'
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["paths", "process"])]
    pub(super) command: Option<String>,
    #[command(flatten)]
    pub(super) upgrade: UpgradeArguments,
    /// The format of the report on standard output [default: text]
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,
    /// Write the report to FILE instead of standard output; FORMAT=FILE, repeatable, also writes a report in that
    /// format. `-` is standard output. For a file whose name looks like FORMAT=FILE, write ./FORMAT=FILE
    #[arg(long, value_name = "[FORMAT=]FILE")]
    pub(super) output: Vec<OsString>,
    /// The base folder of paths in sarif, github, gitlab and junit [default: the top of the git repository]
    #[arg(long, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    #[command(flatten)]
    pub(super) drawing: DrawingArguments,
    /// The lowest severity that makes the exit status 1 [default: warning]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<Threshold>,
    /// Suppress the findings in this baseline file
    #[arg(long, value_name = "FILE", conflicts_with = "write_baseline")]
    pub(super) baseline: Option<PathBuf>,
    /// Write the current findings to this baseline file
    #[arg(long, value_name = "FILE")]
    pub(super) write_baseline: Option<PathBuf>,
    /// Write comments into the files that suppress the findings that make the run fail
    #[arg(long, value_name = "REASON", conflicts_with_all = ["command", "no_ignores", "write_baseline"])]
    pub(super) add_ignore: Option<String>,
    /// Print the kind of each file
    #[arg(long, short)]
    pub(super) verbose: bool,
}

/// The form of text.
#[derive(Debug, Args)]
pub(super) struct DrawingArguments {
    /// When to use colours and links in text
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    pub(super) color: ColorChoice,
    /// Use only ASCII in text
    #[arg(long)]
    pub(super) ascii: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Args)]
pub(super) struct FixArguments {
    #[command(flatten)]
    pub(super) input: InputArguments,
    #[command(flatten)]
    pub(super) upgrade: UpgradeArguments,
    /// Write the files; requires --to, or `to` in etcd-uplift.toml
    #[arg(long)]
    pub(super) write: bool,
    /// Also make unsafe fixes, which change behaviour
    #[arg(long = "unsafe")]
    pub(super) also_unsafe: bool,
    /// Also set the tags of etcd's images to the release of the next stop
    #[arg(long)]
    pub(super) bump: bool,
    /// The lowest severity that makes the exit status 1 if it remains [default: warning]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<Threshold>,
}

#[derive(Debug, Args)]
pub(super) struct ShowArguments {
    #[command(flatten)]
    pub(super) input: InputArguments,
    #[command(flatten)]
    pub(super) process: ProcessArguments,
    /// Show only what differs from this release, and which rule reports it
    #[arg(long, value_name = "V")]
    pub(super) from: Option<Version>,
    /// The release; required, here or in etcd-uplift.toml
    #[arg(long, value_name = "V")]
    pub(super) to: Option<Version>,
    /// Show only what is set, without defaults
    #[arg(long)]
    pub(super) set: bool,
    /// Write what is set in one spelling, ready for the release
    #[arg(long = "as", value_enum, value_name = "SPELLING", conflicts_with_all = ["from", "set", "format"])]
    pub(super) spelling: Option<SpellingChoice>,
    /// The format [default: text]
    #[arg(long, value_enum)]
    pub(super) format: Option<ShowFormat>,
}

/// How `show --as` writes settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SpellingChoice {
    /// A configuration file
    Yaml,
    /// A command line
    Flags,
    /// An environment file
    Env,
}

/// The format of `show`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ShowFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// The folder to search and to write the file to
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub(super) folder: PathBuf,
    #[command(flatten)]
    pub(super) upgrade: UpgradeArguments,
}

/// The kind of file that a schema is for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SchemaOf {
    /// etcd-uplift.toml
    Config,
    /// Rule files
    Rules,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct RulesArguments {
    #[command(subcommand)]
    pub(super) command: Option<RulesCommand>,
    #[command(flatten)]
    pub(super) own: OwnRulesArguments,
    #[command(flatten)]
    pub(super) upgrade: UpgradeArguments,
    #[command(flatten)]
    pub(super) drawing: DrawingArguments,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// Run the examples of the rules in a folder as tests
    Check {
        /// The folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Concise,
    Json,
    Sarif,
    Github,
    Gitlab,
    Junit,
}

impl Format {
    /// Whether the report itself begins with the stops of the upgrade and what is not judged.
    pub(super) fn holds_first_lines(self) -> bool {
        matches!(self, Self::Text | Self::Json | Self::Sarif | Self::Github)
    }
}
