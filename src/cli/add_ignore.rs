//! `etcd-uplift lint --add-ignore REASON`: writes suppression comments for the findings that make the run fail.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::command_error::CommandError;
use super::config_resolver::FileOptions;
use super::input;
use super::terminal::Terminal;
use crate::check::Knowledge;
use crate::edit::Applicability;
use crate::lint::LintOptions;
use crate::project::walk::Candidate;
use crate::project::write;
use crate::report::{FileError, FileReport, Outcome, visible_path};
use crate::surface::{self, Discovery};
use crate::{rewrite, suppression};

/// Writes the comments into the files that were linted and updates their reports; returns a row for each file that was
/// not written.
pub(super) fn run(
    reason: &str,
    reports: &mut [FileReport],
    candidates: &[(Candidate, Arc<FileOptions>)],
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<Vec<FileReport>, CommandError> {
    // The comment may be inside a text that a shell or a template reads first.
    if reason.contains(|c: char| c.is_control() || "$`\\{}%'\"".contains(c)) {
        let message =
            "--add-ignore: the reason has to be one line without quotes and any of $ ` \\ { } %"
                .to_owned();
        return Err(CommandError::Usage(message));
    }
    let mut unwritten = Vec::new();
    let resolver: HashMap<&Path, &(Candidate, Arc<FileOptions>)> = candidates
        .iter()
        .filter(|(candidate, _)| !input::is_stdin(&candidate.path))
        .map(|governed| (governed.0.path.as_path(), governed))
        .collect();
    for report in reports {
        let Outcome::Linted(judged) = &mut report.outcome else {
            continue;
        };
        let Some((candidate, governed)) = resolver.get(report.path.as_path()) else {
            continue;
        };
        let failing = judged
            .diagnostics
            .iter()
            .filter(|found| governed.threshold.is_reached(found.severity));
        let failing: Vec<_> = failing.collect();
        let silenced = failing.len();
        let Some(comments) = suppression::comments(
            &judged.source,
            surface::named(judged.surface),
            failing,
            reason,
        ) else {
            continue;
        };
        let lint = LintOptions {
            knowledge,
            upgrade: governed.upgrade,
            discovery: if candidate.named {
                Discovery::Explicit
            } else {
                Discovery::Walked
            },
            surface: governed.surface,
            policy: &governed.policy,
            other_files: None,
        };
        let terms = rewrite::RewriteOptions {
            lint,
            least: Applicability::Safe,
        };
        let written = rewrite::annotate(&judged.source, &comments, silenced, &terms)
            .map_err(|error| error.to_string())
            .and_then(|new| {
                let (old, text) = (judged.source.text.as_bytes(), new.text.as_bytes());
                let written = write::replace(&report.path, old, text);
                written.map(|()| new).map_err(|error| error.to_string())
            });
        match written {
            Ok(new) => {
                let path = visible_path(&report.path);
                writeln!(terminal.err, "{path}: {silenced} silenced")?;
                judged.source = judged.source.with_text(new.text);
                judged.diagnostics = new.remaining;
                judged.suppressed = new.suppressed;
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
