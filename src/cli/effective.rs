//! `etcd-uplift option --effective FILE`: the values that a release uses with a file.

use std::path::Path;

use super::args::UpgradeArguments;
use super::command_error::CommandError;
use super::config_resolver;
use super::exit_status::{CLEAN, FAILED};
use super::terminal::Terminal;
use crate::check::{Knowledge, check_alone};
use crate::diagnostic::Consequence;
use crate::facts::version::Upgrade;
use crate::member::sets_nothing;
use crate::project::walk;
use crate::report::visible;
use crate::server::effective::Effective;
use crate::source::Source;
use crate::surface::{self, Discovery, FileReading};

pub(super) fn run(
    file: &Path,
    surface: Option<&str>,
    upgrade: &UpgradeArguments,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    let release = config_resolver::upgrade(upgrade, knowledge, terminal)?.to;
    let name = file.to_string_lossy();
    let failed = |why: String| CommandError::Usage(format!("{}: {why}", visible(&name)));
    let bytes = walk::read(file).map_err(failed)?;
    let text = String::from_utf8(bytes).map_err(|_| failed("is not UTF-8".to_owned()))?;
    let source = Source::new(file, text);
    let forced = surface.and_then(surface::named);
    let reading = match surface::read(&source, &knowledge.catalogue, Discovery::Explicit, forced) {
        FileReading::Read(reading) => reading,
        FileReading::NotEtcd(why) => return Err(failed(format!("not etcd configuration: {why}"))),
        FileReading::Unreadable(error) => return Err(failed(error.to_string())),
    };
    let upgrade = Upgrade {
        from: None,
        to: release,
    };
    for found in check_alone(&source, &reading, upgrade, knowledge) {
        if found.consequence == Consequence::Refused {
            let at = source.line_column(found.span.start);
            let message = visible(&found.message);
            writeln!(terminal.out, "# line {}: {message}", at.line)?;
        }
    }
    for (index, member) in reading.members.iter().enumerate() {
        if index > 0 {
            writeln!(terminal.out)?;
        }
        let at = source.line_column(reading.file_span(member.anchor).start);
        writeln!(
            terminal.out,
            "# {}:{}:{} at etcd {release}",
            visible(&name),
            at.line,
            at.column
        )?;
        let effective = Effective::new(&knowledge.catalogue, member, release);
        for option in knowledge.catalogue.options() {
            if !option.exists_at(release) || sets_nothing(&option.name) {
                continue;
            }
            let value = effective.resolved(&option.name);
            let value = value.as_deref().map_or("(set elsewhere)".into(), visible);
            let origin = match effective.deciding_setting(&option.name) {
                Some(index) => {
                    let setting = &member.settings[index];
                    let place = source.line_column(reading.file_span(setting.place()).start);
                    format!("line {}", place.line)
                }
                None => "default".to_owned(),
            };
            writeln!(terminal.out, "{}: {value}  # {origin}", option.name)?;
        }
    }
    for error in &reading.unread {
        let at = source.line_column(error.offset);
        let (name, message) = (visible(&name), visible(&error.message));
        writeln!(
            terminal.err,
            "{name}:{}:{}: error: {message}",
            at.line, at.column
        )?;
    }
    let is_whole = reading.unread.is_empty();
    Ok(if is_whole { CLEAN } else { FAILED })
}
