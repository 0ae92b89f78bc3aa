//! One line a finding: `path:line:col: severity[rule] message`.

use std::fmt::Write;

use super::{Outcome, Report, visible, visible_path};

/// Returns the report, one line a finding.
#[must_use]
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    for file in &report.files {
        let path = visible_path(&file.path);
        match &file.outcome {
            Outcome::Linted(linted) => {
                for found in &linted.diagnostics {
                    let place = linted.source.line_column(found.span.start);
                    // Writing to a `String` cannot fail.
                    let _ = writeln!(
                        out,
                        "{path}:{}:{}: {}[{}] {}: {}",
                        place.line,
                        place.column,
                        found.severity.word(),
                        found.rule,
                        visible(&found.title),
                        visible(&found.message),
                    );
                }
            }
            Outcome::Failed(error) => {
                let place = error.place.map_or_else(String::new, |place| {
                    format!(":{}:{}", place.line, place.column)
                });
                let _ = writeln!(out, "{path}{place}: error: {}", visible(&error.message));
            }
            Outcome::NotEtcd(_) => {}
        }
    }
    out
}
