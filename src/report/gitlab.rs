//! The code quality report of GitLab: a list, empty if nothing is found.

use serde::Serialize;

use super::escape::quiet_json;
use super::identity::{Identities, NOT_LINTED};
use super::{Outcome, Report, Root, visible};
use crate::diagnostic::Severity;
use crate::source::LineColumn;

/// Returns the report as a JSON array.
///
/// # Errors
/// Returns an error if serialising fails, which these types rule out.
pub fn render(report: &Report, root: &Root) -> Result<String, serde_json::Error> {
    let mut identities = Identities::below(root);
    let mut issues = Vec::new();
    for file in &report.files {
        let path = visible(&root.locate(&file.path).text()).into_owned();
        match &file.outcome {
            Outcome::Linted(linted) => {
                for found in &linted.diagnostics {
                    issues.push(WireIssue {
                        // GitLab does not show the name of the check.
                        description: visible(&format!(
                            "{}: {}: {}; help: {}",
                            found.rule, found.title, found.message, found.instead
                        ))
                        .into_owned(),
                        check_name: found.rule.clone(),
                        fingerprint: identities.finding(&file.path, found).fingerprint(),
                        severity: severity(found.severity),
                        location: WireLocation::new(
                            path.clone(),
                            linted.source.line_column(found.span.start),
                            linted.source.line_column(found.span.end),
                        ),
                    });
                }
            }
            Outcome::Failed(error) => {
                let place = error.place.unwrap_or(LineColumn { line: 1, column: 1 });
                issues.push(WireIssue {
                    description: visible(&format!("{NOT_LINTED}: {}", error.message)).into_owned(),
                    check_name: NOT_LINTED.to_owned(),
                    fingerprint: identities.error(&file.path, error).fingerprint(),
                    severity: "blocker",
                    location: WireLocation::new(path, place, place),
                });
            }
            Outcome::NotEtcd(_) => {}
        }
    }
    let mut text = quiet_json(&serde_json::to_string_pretty(&issues)?);
    text.push('\n');
    Ok(text)
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Note => "info",
    }
}

#[derive(Serialize)]
struct WireIssue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: WireLocation,
}

#[derive(Serialize)]
struct WireLocation {
    path: String,
    positions: WirePositions,
}

impl WireLocation {
    fn new(path: String, begin: LineColumn, end: LineColumn) -> Self {
        let position = |place: LineColumn| WirePosition {
            line: place.line,
            column: place.column,
        };
        Self {
            path,
            positions: WirePositions {
                begin: position(begin),
                end: position(end),
            },
        }
    }
}

#[derive(Serialize)]
struct WirePositions {
    begin: WirePosition,
    end: WirePosition,
}

#[derive(Serialize)]
struct WirePosition {
    line: usize,
    column: usize,
}
