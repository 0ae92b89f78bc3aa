//! `etcd-uplift fix`.

mod diff;
mod fixed;
mod members;
mod preamble;

use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;

use super::args::FixArguments;
use super::command_error::CommandError;
use super::config_resolver::{self, ConfigResolver};
use super::exit_status::{CLEAN, FAILED, FOUND};
use super::input::{self, Loaded};
use super::terminal::Terminal;
use super::{files, next_command};
use crate::check::Knowledge;
use crate::edit::Applicability;
use crate::facts::hops::{Hops, Route};
use crate::lint::{Content, LintOptions, unread};
use crate::project::write;
use crate::report::{
    FileError, FileReport, ForClusters, LintedFile, Outcome, Report, concise, text, visible,
    visible_path,
};
use crate::rewrite::{RewriteOptions, rewrite, rewrite_with_tags};
use crate::surface::{self, Discovery, FileReading, Prefilter};
use fixed::Fixed;

/// Why `fix` does not write through a link that was met in a folder.
const LEADS_OUTSIDE: &str = "is a link to a file outside the folder; nothing is written, name the link or the file to write it";

pub(super) fn run(
    arguments: &FixArguments,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    let resolver = ConfigResolver::new(
        &arguments.input,
        &arguments.upgrade,
        arguments.fail_on,
        knowledge,
    )?;
    let found = input::candidates(&arguments.input);
    let input = input::standard_input(&found, terminal)?;
    let prefilter = Prefilter::new(&knowledge.catalogue);
    let least = if arguments.also_unsafe {
        Applicability::Unsafe
    } else {
        Applicability::Safe
    };
    let (config, mut whole) = resolver.of_folder()?;
    let mut candidates = resolver.of_candidates(found.candidates)?;
    let hops = arguments.bump.then(Hops::built_in).transpose()?;
    if let Some(hops) = &hops {
        let upgrades = candidates
            .iter_mut()
            .map(|(_, options)| &mut Arc::make_mut(options).upgrade);
        let stop = |upgrade| Route::one_stop(hops, &knowledge.catalogue, upgrade, config.from);
        preamble::make_one_step(upgrades, &mut whole.upgrade, stop, terminal)?;
    }
    resolver.write_notices(terminal)?;
    let takes_input = candidates
        .iter()
        .any(|(candidate, _)| input::is_stdin(&candidate.path));
    if !takes_input {
        // A filter returns excluded text unchanged; nothing was read unless standard input was given.
        terminal.out.write_all(&input)?;
    }
    let neighbours = &resolver.neighbours;
    let mut results = files::in_parallel(
        &candidates,
        |(candidate, file_options)| {
            let loaded = input::load(
                candidate,
                file_options.surface.is_some(),
                &arguments.input,
                &input,
                &prefilter,
            );
            let lint = LintOptions {
                knowledge,
                upgrade: file_options.upgrade,
                discovery: loaded.discovery(),
                surface: file_options.surface,
                policy: &file_options.policy,
                other_files: Some(neighbours),
            };
            let rewrite_options = RewriteOptions { lint, least };
            Fixed {
                is_input: input::is_stdin(&candidate.path),
                leads_outside: candidate.leads_outside,
                ..fix_one(loaded, &rewrite_options, hops.as_ref())
            }
        },
        |(candidate, _), error| Fixed {
            path: candidate.path.clone(),
            is_input: input::is_stdin(&candidate.path),
            leads_outside: candidate.leads_outside,
            before: None,
            result: Err(error),
            surface: "",
            is_read_only: false,
            members: 0,
            discovery: Discovery::Walked,
            evidence: Vec::new(),
            unread: Vec::new(),
        },
    );
    let members = members::compare(&mut results, &candidates, neighbours, knowledge);
    let mut outcome = Run {
        arguments,
        input: &input,
        reports: found.errors.into_iter().map(input::failed).collect(),
        changed: 0,
        fixes: 0,
        tags: 0,
        unheard: None,
    };
    if arguments.write {
        preamble::has_targets(&results, &candidates, arguments, &config, whole.upgrade)?;
    }
    preamble::first_lines(
        &results,
        &candidates,
        &config,
        whole.upgrade,
        knowledge,
        terminal,
    )?;
    for (file, (_, file_options)) in results.into_iter().zip(&candidates) {
        outcome.file(file, file_options, terminal)?;
    }
    if let Some(error) = outcome.unheard {
        return Err(error.into());
    }
    if !takes_input {
        for line in members {
            writeln!(terminal.err, "{line}")?;
        }
    }
    if outcome.tags > 0 {
        let (tags, to) = (outcome.tags, whole.upgrade.to);
        writeln!(
            terminal.err,
            "tags set to etcd {to}: {tags}; check that the registry has this tag"
        )?;
    }
    let report = Report {
        upgrade: whole.upgrade,
        from_written: config.from,
        to_written: config.to,
        routes: Vec::new(),
        repeated: next_command::repeated(&arguments.input),
        files: outcome.reports,
        clusters: Vec::new(),
    };
    finish(arguments, &report, outcome.changed, outcome.fixes, terminal)
}

fn fix_one(loaded: Loaded, rewrite_options: &RewriteOptions<'_>, hops: Option<&Hops>) -> Fixed {
    let mut fixed = Fixed {
        path: loaded.path,
        is_input: false,
        leads_outside: false,
        before: None,
        result: Ok(None),
        surface: "",
        is_read_only: false,
        members: 0,
        discovery: rewrite_options.lint.discovery,
        evidence: Vec::new(),
        unread: Vec::new(),
    };
    match loaded.content {
        Err(error) => fixed.result = Err(error),
        Ok(Content::NotEtcd(_)) => {}
        Ok(Content::Text(source)) => {
            let LintOptions {
                knowledge,
                discovery,
                surface,
                ..
            } = rewrite_options.lint;
            let read = surface::read(&source, &knowledge.catalogue, discovery, surface);
            fixed.result = match read {
                FileReading::NotEtcd(_) => Ok(None),
                FileReading::Unreadable(error) => Err(FileError::new(&source, &error)),
                FileReading::Read(reading) => {
                    fixed.surface = reading.surface_name();
                    fixed.is_read_only = reading.is_read_only();
                    fixed.members = reading.members.len();
                    fixed.evidence = reading.evidence();
                    fixed.unread = unread(&fixed.path, &source, &reading);
                    let rewritten = match hops {
                        Some(hops) => rewrite_with_tags(&source, rewrite_options, hops),
                        None => rewrite(&source, rewrite_options),
                    };
                    rewritten.map(Some).map_err(|error| FileError {
                        message: format!("{error}; nothing is written"),
                        place: None,
                    })
                }
            };
            fixed.before = Some(source);
        }
    }
    fixed
}

struct Run<'a> {
    arguments: &'a FixArguments,
    /// Standard input.
    input: &'a [u8],
    reports: Vec<FileReport>,
    changed: usize,
    fixes: usize,
    tags: usize,
    /// Why writing to standard output failed.
    unheard: Option<std::io::Error>,
}

impl Run<'_> {
    fn file(
        &mut self,
        file: Fixed,
        file_options: &config_resolver::FileOptions,
        terminal: &mut Terminal<'_>,
    ) -> Result<(), CommandError> {
        let rewrite = match file.result {
            Err(error) => {
                self.echo(file.is_input, terminal)?;
                self.reports.push(FileReport {
                    path: file.path,
                    outcome: Outcome::Failed(error),
                });
                return Ok(());
            }
            Ok(None) => {
                self.echo(file.is_input, terminal)?;
                self.reports.push(FileReport {
                    path: file.path,
                    outcome: Outcome::NotEtcd(""),
                });
                return Ok(());
            }
            Ok(Some(rewrite)) => rewrite,
        };
        let Some(before) = &file.before else {
            return Ok(());
        };
        for withheld in &rewrite.withheld {
            writeln!(
                terminal.err,
                "{}:{}:{}: fix withheld, {}: {} [{}]",
                visible_path(&file.path),
                withheld.place.line,
                withheld.place.column,
                visible(&withheld.title),
                visible(&withheld.why),
                withheld.rule
            )?;
        }
        let is_changed = rewrite.text != before.text;
        let mut failure = None;
        if file.is_input {
            let text = rewrite.text.as_bytes();
            // A list of a process is read as lines.
            let text = if is_changed { text } else { self.input };
            terminal.out.write_all(text)?;
        } else if is_changed && self.arguments.write {
            let (old, new) = (before.text.as_bytes(), rewrite.text.as_bytes());
            failure = if file.leads_outside {
                Some(LEADS_OUTSIDE.to_owned())
            } else {
                let written = write::replace(&file.path, old, new);
                written.err().map(|error| error.to_string())
            };
            if failure.is_none() {
                self.write_written(&file.path, rewrite.fixes, terminal);
            }
        } else if is_changed {
            diff::write(&file.path, &before.text, &rewrite.text, terminal)?;
        }
        let outcome = match failure {
            Some(error) => Outcome::Failed(FileError {
                message: error,
                place: None,
            }),
            None => {
                self.changed += usize::from(is_changed);
                self.fixes += rewrite.fixes;
                self.tags += rewrite.tags;
                Outcome::Linted(Box::new(LintedFile {
                    source: before.with_text(rewrite.text),
                    surface: file.surface,
                    is_read_only: file.is_read_only,
                    members: file.members,
                    settings: 0,
                    diagnostics: rewrite.remaining,
                    suppressed: rewrite.suppressed,
                    upgrade: file_options.upgrade,
                    evidence: file.evidence,
                    threshold: file_options.threshold,
                    for_clusters: ForClusters::default(),
                }))
            }
        };
        self.reports.push(FileReport {
            path: file.path,
            outcome,
        });
        self.reports.extend(file.unread);
        Ok(())
    }

    /// Written at once, so that an interrupted run has named the files that it changed. A run whose output is closed
    /// continues with the other files.
    fn write_written(&mut self, path: &Path, fixes: usize, terminal: &mut Terminal<'_>) {
        let path = visible_path(path);
        let written =
            writeln!(terminal.out, "{path}: {fixes} fixed").and_then(|()| terminal.out.flush());
        if let Err(error) = written {
            if error.kind() != ErrorKind::BrokenPipe {
                // Nothing more can be written if both handles are closed.
                let _ = writeln!(terminal.err, "{path}: {fixes} fixed");
            }
            self.unheard.get_or_insert(error);
        }
    }

    /// A filter returns a text that it cannot lint unchanged, byte for byte.
    fn echo(&self, is_input: bool, terminal: &mut Terminal<'_>) -> Result<(), CommandError> {
        if is_input {
            terminal.out.write_all(self.input)?;
        }
        Ok(())
    }
}

fn finish(
    arguments: &FixArguments,
    report: &Report,
    changed: usize,
    fixes: usize,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    let from_input = arguments
        .input
        .paths
        .iter()
        .any(|path| input::is_stdin(path));
    let is_filter = from_input && arguments.input.paths.len() == 1;
    terminal.out.flush()?;
    let rows = concise::render(report);
    let handle: &mut dyn Write = if arguments.write && !is_filter {
        terminal.out
    } else {
        terminal.err
    };
    handle.write_all(rows.as_bytes())?;
    let verb = if arguments.write { "fixed" } else { "to fix" };
    if !is_filter {
        writeln!(
            terminal.err,
            "{verb}: {fixes} in {changed} file{}",
            if changed == 1 { "" } else { "s" }
        )?;
        let left = text::summary(report, &next_command::fix(&arguments.input, false, report));
        write!(terminal.err, "remaining: {left}")?;
    }
    if report.summary().failed > 0 {
        return Ok(FAILED);
    }
    if files::nothing_recognised(&arguments.input, &report.files) {
        writeln!(
            terminal.err,
            "error: no etcd configuration in the given paths (--surface sets the kind of file, --allow-empty allows none)"
        )?;
        return Ok(FAILED);
    }
    let reached = files::reaches(report);
    let found = if arguments.write {
        reached
    } else {
        changed > 0
    };
    Ok(if found && !is_filter { FOUND } else { CLEAN })
}
