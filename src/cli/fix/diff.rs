//! The diff of a file that is not written.

use std::io::IsTerminal;
use std::path::Path;

use similar::TextDiff;

use crate::cli::command_error::CommandError;
use crate::cli::terminal::Terminal;
use crate::limits::DIFF_TIME;
use crate::report::visible;

/// Writes a unified diff to standard output.
pub(super) fn write(
    path: &Path,
    old: &str,
    new: &str,
    terminal: &mut Terminal<'_>,
) -> Result<(), CommandError> {
    let path = path.to_string_lossy();
    let name = visible(path.trim_start_matches("./").trim_start_matches('/'));
    let diff = TextDiff::configure()
        .timeout(DIFF_TIME)
        .diff_lines(old, new);
    let mut unified = diff.unified_diff();
    let text = unified
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string();
    if std::io::stdout().is_terminal() {
        for line in text.lines() {
            writeln!(terminal.out, "{}", visible(line))?;
        }
    } else {
        terminal.out.write_all(text.as_bytes())?;
    }
    Ok(())
}
