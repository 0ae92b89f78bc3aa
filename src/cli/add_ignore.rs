//! `etcd-uplift lint --add-ignore REASON`: writes suppression comments for the findings that make the run fail.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::command_error::CommandError;
use super::config_resolver::FileOptions;
use super::input;
use super::terminal::Terminal;
use crate::check::Knowledge;
use crate::cluster::is_about_clusters;
use crate::diagnostic::Diagnostic;
use crate::edit::Applicability;
use crate::lint::{LintOptions, LintResult};
use crate::project::neighbours::Neighbours;
use crate::project::walk::Candidate;
use crate::project::write;
use crate::report::{FileError, FileReport, Outcome, visible_path};
use crate::surface::{self, Discovery};
use crate::{lint, rewrite, suppression};

/// Writes the comments into the files that were linted and updates their reports; returns a row for each file that was
/// not written.
pub(super) fn run(
    reason: &str,
    reports: &mut [FileReport],
    candidates: &[(Candidate, Arc<FileOptions>)],
    (knowledge, neighbours): (&Knowledge, &Neighbours),
    terminal: &mut Terminal<'_>,
) -> Result<Vec<FileReport>, CommandError> {
    // The comment may be inside a text that a shell or a template reads first.
    if reason.contains(|c: char| c.is_control() || "$`\\{}%'\"".contains(c)) {
        let message =
            "--add-ignore: the reason must be one line without quotes or any of $ ` \\ { } %"
                .to_owned();
        return Err(CommandError::Usage(message));
    }
    let mut unwritten = Vec::new();
    let resolver: HashMap<&Path, &(Candidate, Arc<FileOptions>)> = candidates
        .iter()
        .filter(|(candidate, _)| !input::is_stdin(&candidate.path))
        .map(|resolved| (resolved.0.path.as_path(), resolved))
        .collect();
    for report in reports {
        let Outcome::Linted(linted) = &mut report.outcome else {
            continue;
        };
        let Some((candidate, file_options)) = resolver.get(report.path.as_path()) else {
            continue;
        };
        let failing = linted
            .diagnostics
            .iter()
            .filter(|found| file_options.threshold.is_reached(found.severity));
        let failing: Vec<_> = failing.collect();
        let suppressed = failing.len();
        if linted.is_read_only && suppressed > 0 {
            unwritten.push(FileReport {
                path: report.path.clone(),
                outcome: Outcome::Failed(FileError {
                    message: "shows what runs, and no comments are written into it".to_owned(),
                    place: None,
                }),
            });
            continue;
        }
        // Those about clusters are suppressed when all files are compared again.
        let is_of_the_file = |found: &&&Diagnostic| !is_about_clusters(&found.rule);
        let of_the_file = failing.iter().filter(is_of_the_file).count();
        let Some(comments) = suppression::comments(
            &linted.source,
            surface::named(linted.surface),
            failing,
            reason,
        ) else {
            continue;
        };
        let file_lint = LintOptions {
            knowledge,
            upgrade: file_options.upgrade,
            discovery: if candidate.named {
                Discovery::Explicit
            } else {
                Discovery::Walked
            },
            surface: file_options.surface,
            policy: &file_options.policy,
            other_files: None,
        };
        let rewrite_options = rewrite::RewriteOptions {
            lint: file_lint,
            least: Applicability::Safe,
        };
        let written = rewrite::annotate(&linted.source, &comments, of_the_file, &rewrite_options)
            .map_err(|error| error.to_string())
            .and_then(|new| {
                let (old, text) = (linted.source.text.as_bytes(), new.text.as_bytes());
                let written = write::replace(&report.path, old, text);
                written.map(|()| new).map_err(|error| error.to_string())
            });
        match written {
            Ok(new) => {
                let path = visible_path(&report.path);
                writeln!(terminal.err, "{path}: {suppressed} suppressed")?;
                linted.source = linted.source.with_text(new.text);
                let options = LintOptions {
                    other_files: Some(neighbours),
                    ..file_lint
                };
                if let LintResult::Linted(again) = lint::lint(&linted.source, &options) {
                    linted.for_clusters = again.for_clusters;
                }
                linted.diagnostics = new.remaining;
                linted.suppressed = new.suppressed;
            }
            // The findings of a file that was not written are reported all the same.
            Err(message) => unwritten.push(FileReport {
                path: report.path.clone(),
                outcome: Outcome::Failed(FileError {
                    message,
                    place: None,
                }),
            }),
        }
    }
    Ok(unwritten)
}
