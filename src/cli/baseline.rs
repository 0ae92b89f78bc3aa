//! `lint --write-baseline` and `lint --baseline`.

use std::path::Path;

use super::args::LintArguments;
use super::command_error::CommandError;
use super::terminal::Terminal;
use crate::project::{walk, write};
use crate::report::baseline::Baseline;
use crate::report::{Report, Root, visible_path};

/// Suppresses the findings in the baseline that is given, or that is written now.
pub(super) fn apply(
    arguments: &LintArguments,
    report: &mut Report,
    root: &Root,
    terminal: &mut Terminal<'_>,
) -> Result<(), CommandError> {
    if let Some(path) = &arguments.write_baseline {
        let is_baseline =
            |bytes| String::from_utf8(bytes).is_ok_and(|text| Baseline::parse(&text).is_ok());
        if path.exists() && !walk::read(path).is_ok_and(is_baseline) {
            return Err(failed(
                path,
                "already exists and is not a baseline; it is not changed",
            ));
        }
        let baseline = Baseline::of(report, root);
        write::report(path, baseline.to_text()?.as_bytes())
            .map_err(|error| failed(path, &format!("cannot be written: {error}")))?;
        let (path, findings) = (visible_path(path), baseline.findings());
        writeln!(
            terminal.err,
            "{path}: baseline written, {findings} findings"
        )?;
        baseline.suppress(report, root);
    } else if let Some(path) = &arguments.baseline {
        let bytes = walk::read(path).map_err(|error| failed(path, &error))?;
        let text = String::from_utf8(bytes).map_err(|_| failed(path, "is not UTF-8"))?;
        let baseline = Baseline::parse(&text).map_err(|error| failed(path, &error.to_string()))?;
        if let Some(upgrade) = baseline.other_upgrade(report) {
            let why = format!("was written for the upgrade {upgrade}; write one for this upgrade");
            return Err(failed(path, &why));
        }
        let missing = baseline.suppress(report, root);
        if missing > 0 {
            writeln!(
                terminal.err,
                "{}: {missing} of its findings no longer occur; --write-baseline removes them",
                visible_path(path)
            )?;
        }
    }
    Ok(())
}

fn failed(path: &Path, why: &str) -> CommandError {
    CommandError::Usage(format!("baseline {}: {why}", visible_path(path)))
}
