//! `etcd-uplift lint`.

use std::path::PathBuf;

use super::args::{Format, LintArguments};
use super::command_error::CommandError;
use super::config_resolver::{ConfigResolver, FileOptions};
use super::exit_status::{CLEAN, FAILED, FOUND};
use super::outputs::Outputs;
use super::terminal::Terminal;
use super::{baseline, drawing, files, input, next_command};
use crate::check::Knowledge;
use crate::lint::{Content, clusters};
use crate::project::write;
use crate::report::style::Style;
use crate::report::{
    FileReport, Outcome, Report, Root, concise, github, gitlab, json, junit, sarif, text,
    visible_path,
};
use crate::source::Source;
use crate::surface;

pub(super) fn run(
    arguments: &LintArguments,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    let outputs = Outputs::requested(arguments)?;
    let root = files::root(arguments.root.as_deref())?;
    let mut report = match &arguments.command {
        Some(command) => on_command(command, arguments, knowledge, terminal)?,
        None => files::report(arguments, &outputs, knowledge, terminal)?,
    };
    baseline::apply(arguments, &mut report, &root, terminal)?;
    report.find_routes(&knowledge.catalogue)?;
    let rendered = |format, style| render(format, &report, knowledge, &root, style);
    let mut is_unwritten = false;
    // Files first: a closed pipe ends the run.
    for (format, path) in &outputs.files {
        let text = rendered(*format, drawing::plain())?;
        if let Err(error) = write::report(path, text.as_bytes()) {
            let path = visible_path(path);
            writeln!(terminal.err, "error: cannot write {path}: {error}")?;
            is_unwritten = true;
        }
    }
    if !outputs.standard.is_some_and(Format::holds_first_lines) {
        for line in report.first_lines() {
            writeln!(terminal.err, "{line}")?;
        }
    }
    if let Some(format) = outputs.standard {
        let style = drawing::on_standard_output(&arguments.drawing);
        terminal
            .out
            .write_all(rendered(format, style)?.as_bytes())?;
    }
    terminal.out.flush()?;
    if arguments.verbose {
        surfaces(&report, terminal)?;
    }
    let summary = text::summary(
        &report,
        &next_command::fix(&arguments.input, arguments.command.is_some(), &report),
    );
    if outputs.standard == Some(Format::Text) {
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
    let status = status(&report, arguments, unrecognised, terminal)?;
    Ok(if is_unwritten { FAILED } else { status })
}

fn render(
    format: Format,
    report: &Report,
    knowledge: &Knowledge,
    root: &Root,
    style: Style,
) -> Result<String, CommandError> {
    Ok(match format {
        Format::Text => text::render(report, style),
        Format::Concise => concise::render(report),
        Format::Json => json::render(report)?,
        Format::Sarif => sarif::render(report, knowledge, root)?,
        Format::Github => github::render(report, root),
        Format::Gitlab => gitlab::render(report, root)?,
        Format::Junit => junit::render(report, root),
    })
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
            "error: no etcd configuration in the given paths (--surface sets the kind of file, --allow-empty allows none)"
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
    terminal: &mut Terminal<'_>,
) -> Result<Report, CommandError> {
    let resolver = ConfigResolver::new(
        &arguments.input,
        &arguments.upgrade,
        arguments.fail_on,
        knowledge,
    )?;
    let (config, options) = resolver.of_folder()?;
    resolver.write_notices(terminal)?;
    let options = FileOptions {
        surface: surface::named("command-line"),
        ..options
    };
    let path = PathBuf::from("<command>");
    let loaded = input::Loaded {
        content: Ok(Content::Text(Source::new(&path, command))),
        path,
        named: true,
    };
    let mut files = files::lint(loaded, &options, knowledge, None);
    let clusters = clusters::compare_files(&mut files, knowledge, |_| 0);
    if let Some(Outcome::NotEtcd(why)) = files.first().map(|file| &file.outcome) {
        return Err(CommandError::Usage(format!("--command: {why}")));
    }
    Ok(Report {
        upgrade: options.upgrade,
        from_written: config.from,
        to_written: config.to,
        routes: Vec::new(),
        repeated: next_command::repeated(&arguments.input),
        files,
        clusters,
    })
}

/// Writes which surface each recognised file has.
fn surfaces(report: &Report, terminal: &mut Terminal<'_>) -> Result<(), CommandError> {
    for (file, linted) in report.linted() {
        let path = visible_path(&file.path);
        let surface = if linted.surface.is_empty() {
            "text that uses etcd's API"
        } else {
            linted.surface
        };
        writeln!(
            terminal.err,
            "{path}: {surface}, members: {}, settings: {}",
            linted.members, linted.settings
        )?;
    }
    Ok(())
}

/// Writes why files were skipped: those that were given, or all if `all` is set.
fn not_recognised(
    files: &[FileReport],
    all: bool,
    arguments: &LintArguments,
    terminal: &mut Terminal<'_>,
) -> Result<(), CommandError> {
    for file in files {
        let named = !arguments.input.as_found && arguments.input.paths.contains(&file.path);
        if let Outcome::NotEtcd(why) = file.outcome
            && (named || all && arguments.verbose)
        {
            let path = visible_path(&file.path);
            writeln!(terminal.err, "{path}: not etcd configuration: {why}")?;
        }
    }
    Ok(())
}
