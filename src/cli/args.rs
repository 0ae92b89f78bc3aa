//! What may be typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::diagnostic::Threshold;
use crate::facts::version::Version;

/// Says what breaks, changes or is silently lost in etcd configuration between two etcd releases, and rewrites it.
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
    /// Rewrite files for the new release; without --write show a unified diff
    Fix(FixArguments),
    /// Write an etcd-uplift.toml after a look at the tree
    Init(InitArguments),
    /// Serve an editor over standard input and output (Language Server Protocol)
    Lsp,
    /// Print the JSON Schema of etcd-uplift.toml or of a file of rules
    Schema {
        /// Of what
        #[arg(value_enum)]
        of: SchemaOf,
    },
    /// List the rules, or test rules of your own
    Rules(RulesArguments),
    /// Say what a rule is about, why, and what to do
    Explain {
        /// The rule's id, as reports show it
        rule: String,
        #[command(flatten)]
        own: OwnRulesArguments,
        #[command(flatten)]
        drawing: DrawingArguments,
    },
    /// Show an etcd option over all releases
    Option {
        /// A flag, a variable or a key of the configuration file
        #[arg(allow_hyphen_values = true, required_unless_present = "effective")]
        name: Option<String>,
        /// Show instead what takes effect of a file at the release given with --to
        #[arg(long, value_name = "FILE", conflicts_with = "name")]
        effective: Option<PathBuf>,
        #[command(flatten)]
        upgrade: UpgradeArguments,
        /// Read the file as this surface
        #[arg(long, value_name = "SURFACE", value_parser = surface_names(), requires = "effective")]
        surface: Option<String>,
        #[command(flatten)]
        drawing: DrawingArguments,
    },
    /// Print completions for a shell
    Completions {
        /// For which
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man {
        /// Write the page, and one for each command, into DIR
        #[arg(long, value_name = "DIR")]
        output: Option<PathBuf>,
    },
}

/// From where to where.
#[derive(Debug, Args)]
pub(super) struct UpgradeArguments {
    /// The running release: 3.4, v3.4, 3.4.20 or v3.4.20-build1
    #[arg(long, value_name = "V")]
    pub(super) from: Option<Version>,
    /// The release to upgrade to [default: the newest known]
    #[arg(long, value_name = "V")]
    pub(super) to: Option<Version>,
}

/// What is looked at.
#[derive(Debug, Default, Args)]
pub(super) struct InputArguments {
    /// Files or folders; `-` is standard input
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// The name standard input is treated as
    #[arg(long, value_name = "NAME")]
    pub(super) stdin_filename: Option<PathBuf>,
    /// Read every file as this surface
    #[arg(long, value_name = "SURFACE", value_parser = surface_names())]
    pub(super) surface: Option<String>,
    /// Do not fail when no file is recognised as etcd's
    #[arg(long)]
    pub(super) allow_empty: bool,
    /// Follow this etcd-uplift.toml and no other
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(super) config: Option<PathBuf>,
    /// Follow no etcd-uplift.toml
    #[arg(long)]
    pub(super) no_config: bool,
    /// Leave out what etcd-uplift.toml excludes also where it is named
    #[arg(long)]
    pub(super) force_exclude: bool,
    /// Take named files as if they had been found in a folder: only what is plainly etcd's counts, and what
    /// etcd-uplift.toml excludes stays out. For programs that name files nobody chose, as pre-commit does
    #[arg(long)]
    pub(super) as_found: bool,
    /// Pass over the comments that silence rules
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

/// Rules of an organisation's own.
#[derive(Debug, Default, Args)]
pub(super) struct OwnRulesArguments {
    /// Judge by the rules in this folder too, as often as wanted
    #[arg(long = "rules", value_name = "DIR")]
    pub(super) folders: Vec<PathBuf>,
}

fn surface_names() -> clap::builder::PossibleValuesParser {
    crate::surface::surfaces()
        .map(|surface| surface.name)
        .collect::<Vec<_>>()
        .into()
}

#[derive(Debug, Args)]
pub(super) struct LintArguments {
    #[command(flatten)]
    pub(super) input: InputArguments,
    /// Judge one command line instead of files: 'etcd --name …'
    #[arg(long, value_name = "COMMAND", conflicts_with = "paths")]
    pub(super) command: Option<String>,
    #[command(flatten)]
    pub(super) upgrade: UpgradeArguments,
    /// The form of the report on standard output [default: text]
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,
    /// Write the report to FILE instead of standard output; FORMAT=FILE, as often as wanted, writes that form besides.
    /// `-` is standard output. A file whose name looks like FORMAT=FILE is written ./FORMAT=FILE
    #[arg(long, value_name = "[FORMAT=]FILE")]
    pub(super) output: Vec<OsString>,
    /// The folder that paths in sarif, github, gitlab and junit are relative to [default: the top of the git repository]
    #[arg(long, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    #[command(flatten)]
    pub(super) drawing: DrawingArguments,
    /// The least severity that makes the exit status 1 [default: warning]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<Threshold>,
    /// Silence what stands in this file: findings that were known before
    #[arg(long, value_name = "FILE", conflicts_with = "write_baseline")]
    pub(super) baseline: Option<PathBuf>,
    /// Write what is found now to this file, for --baseline
    #[arg(long, value_name = "FILE")]
    pub(super) write_baseline: Option<PathBuf>,
    /// Write comments into the files that silence what makes the run fail, and why
    #[arg(long, value_name = "REASON", conflicts_with_all = ["command", "no_ignores", "write_baseline"])]
    pub(super) add_ignore: Option<String>,
    /// Say for each file what it was taken for
    #[arg(long, short)]
    pub(super) verbose: bool,
}

/// How text is drawn.
#[derive(Debug, Args)]
pub(super) struct DrawingArguments {
    /// When to use colours and links in text
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    pub(super) color: ColorChoice,
    /// Nothing but ASCII in text
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
    /// Write the files; needs --to, or `to` in etcd-uplift.toml
    #[arg(long)]
    pub(super) write: bool,
    /// Make fixes too that change behaviour
    #[arg(long = "unsafe")]
    pub(super) also_unsafe: bool,
    /// The least severity that makes the exit status 1 when it is left [default: warning]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<Threshold>,
}

#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// The folder that is looked at, and where the file is written
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub(super) folder: PathBuf,
    #[command(flatten)]
    pub(super) upgrade: UpgradeArguments,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SchemaOf {
    /// etcd-uplift.toml
    Config,
    /// A file of rules
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

/// The form of a report.
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
