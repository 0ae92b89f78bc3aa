//! `etcd-uplift lint`.

use std::io::IsTerminal;
use std::path::PathBuf;

use super::args::{Format, LintArguments};
use super::terms::{Governing, Terms};
use super::{CLEAN, CommandError, FAILED, FOUND, Terminal, files};
use crate::check::Knowledge;
use crate::report::{FileReport, Outcome, Report, concise, json, text, visible_path};
use crate::source::Source;
use crate::surface;

pub(super) fn run(
    arguments: &LintArguments,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    let report = match &arguments.command {
        Some(command) => on_command(command, arguments, knowledge)?,
        None => files::report(arguments, knowledge, terminal)?,
    };
    let style = style(arguments.output.is_none());
    let rendered = match arguments.format {
        Format::Text => text::render(&report, style),
        Format::Concise => concise::render(&report),
        Format::Json => json::render(&report)?,
    };
    match &arguments.output {
        Some(path) => std::fs::write(path, rendered)?,
        None => terminal.out.write_all(rendered.as_bytes())?,
    }
    terminal.out.flush()?;
    if arguments.verbose {
        surfaces(&report, terminal)?;
    }
    let summary = text::summary(&report);
    if arguments.format == Format::Text && arguments.output.is_none() {
        terminal.out.write_all(summary.as_bytes())?;
    } else {
        terminal.err.write_all(summary.as_bytes())?;
    }
    let unrecognised = files::nothing_recognised(&arguments.input, &report.files);
    not_recognised(
        &report.files,
        unrecognised || arguments.verbose,
        arguments,
        terminal,
    )?;
    status(&report, arguments, unrecognised, terminal)
}

fn status(
    report: &Report,
    arguments: &LintArguments,
    unrecognised: bool,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    if report.summary().failed > 0 {
        return Ok(FAILED);
    }
    if unrecognised && arguments.command.is_none() {
        writeln!(
            terminal.err,
            "error: no file among the paths given is etcd configuration (--surface says which it is, --allow-empty accepts none)"
        )?;
        return Ok(FAILED);
    }
    let reached = files::reaches(report);
    Ok(if reached { FOUND } else { CLEAN })
}

fn on_command(
    command: &str,
    arguments: &LintArguments,
    knowledge: &Knowledge,
) -> Result<Report, CommandError> {
    let governing = Governing::new(
        &arguments.input,
        &arguments.upgrade,
        arguments.fail_on,
        knowledge,
    )?;
    let (said, terms) = governing.of_folder()?;
    let terms = Terms {
        surface: surface::named("command-line"),
        ..terms
    };
    let path = PathBuf::from("<command>");
    let loaded = files::Loaded {
        content: Ok(files::Content::Text(Source::new(&path, command))),
        path,
        named: true,
    };
    let files = files::judge(loaded, &terms, knowledge);
    if let Some(Outcome::NotEtcd(why)) = files.first().map(|file| &file.outcome) {
        return Err(CommandError::Usage(format!("--command: {why}")));
    }
    Ok(Report {
        upgrade: terms.upgrade,
        from_written: said.from,
        to_written: said.to,
        files,
    })
}

/// What each recognised file was taken for.
fn surfaces(report: &Report, terminal: &mut Terminal<'_>) -> Result<(), CommandError> {
    for (file, judged) in report.judged() {
        let path = visible_path(&file.path);
        let surface = if judged.surface.is_empty() {
            "text that uses etcd's API"
        } else {
            judged.surface
        };
        writeln!(
            terminal.err,
            "{path}: {surface}, members: {}, settings: {}",
            judged.members, judged.settings
        )?;
    }
    Ok(())
}

/// Why files were put aside: those that were named, or all when asked.
fn not_recognised(
    files: &[FileReport],
    all: bool,
    arguments: &LintArguments,
    terminal: &mut Terminal<'_>,
) -> Result<(), CommandError> {
    for file in files {
        let named = arguments.input.paths.contains(&file.path);
        if let Outcome::NotEtcd(why) = file.outcome
            && (named || all && arguments.verbose)
        {
            let path = visible_path(&file.path);
            writeln!(terminal.err, "{path}: not etcd configuration: {why}")?;
        }
    }
    Ok(())
}

/// Colours and box drawing only on a terminal.
pub(super) fn style(to_standard_output: bool) -> text::Style {
    let terminal = to_standard_output && std::io::stdout().is_terminal();
    let colour = terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let width = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok())
        .unwrap_or(100);
    text::Style {
        colour,
        unicode: terminal,
        width,
    }
}
