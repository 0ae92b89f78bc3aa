//! The command line: parses arguments into a request, and runs commands, each of which returns an exit status.

mod add_ignore;
mod args;
mod baseline;
mod command_error;
mod config_resolver;
mod drawing;
mod effective;
mod exit_status;
mod files;
mod fix;
mod init;
mod input;
mod lint;
mod manual;
mod next_command;
mod outputs;
mod own_rules;
mod process;
mod progress;
mod reference;
mod show;
mod terminal;

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::panic::{self, AssertUnwindSafe};

use clap::Parser;

use args::{Arguments, Command, RulesCommand, SchemaOf};
use command_error::CommandError;
pub use exit_status::{CLEAN, FAILED, FOUND};
use terminal::Terminal;

use crate::check::Knowledge;
use crate::project::configuration;
use crate::{lsp, rule};

/// Runs the command line and returns the exit status. The panic hook reports a panic, which gives [`FAILED`].
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    input: &mut (dyn Read + Send),
    out: &mut (dyn Write + Send),
    err: &mut dyn Write,
) -> u8 {
    let work = AssertUnwindSafe(|| run_to_its_end(arguments, input, out, err));
    panic::catch_unwind(work).unwrap_or(FAILED)
}

fn run_to_its_end(
    arguments: impl IntoIterator<Item = OsString>,
    input: &mut (dyn Read + Send),
    out: &mut (dyn Write + Send),
    err: &mut dyn Write,
) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let text = error.render().to_string();
            let asked = !error.use_stderr();
            let handle: &mut dyn Write = if asked { out } else { err };
            // Nothing more can be written if the handle is closed.
            let _ = handle.write_all(text.as_bytes());
            return if asked { CLEAN } else { FAILED };
        }
    };
    let mut terminal = Terminal { input, out, err };
    let status = dispatch(arguments, &mut terminal).and_then(|status| {
        terminal.out.flush()?;
        Ok(status)
    });
    match status {
        Ok(status) => status,
        Err(CommandError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => CLEAN,
        Err(error) => {
            let _ = writeln!(terminal.err, "error: {error}");
            FAILED
        }
    }
}

fn dispatch(arguments: Arguments, terminal: &mut Terminal<'_>) -> Result<u8, CommandError> {
    let mut knowledge = Knowledge::built_in()?;
    if let Err(error) = own_rules::add(&arguments.command, &mut knowledge) {
        if !matches!(arguments.command, Command::Lsp) {
            return Err(error);
        }
        // A language server continues with what it has; the client logs these lines.
        writeln!(terminal.err, "error: {error}")?;
        knowledge = Knowledge::built_in()?;
    }
    match arguments.command {
        Command::Lint(mut lint) => {
            if let Some(id) = lint.process.process {
                lint.input.paths = process::files(id, &knowledge)?;
            }
            lint::run(&lint, &knowledge, terminal)
        }
        Command::Fix(fix) => fix::run(&fix, &knowledge, terminal),
        Command::Show(mut show) => {
            if let Some(id) = show.process.process {
                // The other files are shown with the arguments.
                show.input.paths = process::files(id, &knowledge)?;
                show.input.paths.truncate(1);
            }
            show::run(&show, &knowledge, terminal)
        }
        Command::Init(init) => init::run(&init, &knowledge, terminal),
        Command::Schema { of } => {
            let schema = match of {
                SchemaOf::Config => configuration::SCHEMA,
                SchemaOf::Rules => rule::SCHEMA,
            };
            terminal.out.write_all(schema.as_bytes())?;
            Ok(CLEAN)
        }
        Command::Lsp => Ok(lsp::serve(&knowledge, terminal.input, terminal.out)),
        Command::Rules(rules) => match rules.command {
            Some(RulesCommand::Check { .. }) => own_rules::check(&knowledge, terminal),
            None => reference::rules(&rules, &knowledge, terminal),
        },
        Command::Explain { rule, drawing, .. } => {
            reference::explain(&rule, &drawing, &knowledge, terminal)
        }
        Command::Completions { shell } => manual::completions(shell, terminal),
        Command::Man { output } => manual::pages(output.as_deref(), terminal),
        Command::Option {
            name,
            effective,
            upgrade,
            surface,
            drawing,
        } => match (effective, name) {
            (Some(file), _) => {
                effective::run(&file, surface.as_deref(), &upgrade, &knowledge, terminal)
            }
            (None, Some(name)) => reference::option(&name, &drawing, &knowledge, terminal),
            (None, None) => Err(CommandError::Usage(
                "give the name of an option, or --effective FILE".to_owned(),
            )),
        },
    }
}
