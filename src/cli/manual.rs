//! `etcd-uplift completions` and `man`: generated from the definition of the arguments.

use std::path::Path;
use std::{fs, io};

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use super::args::Arguments;
use super::command_error::CommandError;
use super::exit_status::CLEAN;
use super::terminal::Terminal;

pub(super) fn completions(shell: Shell, terminal: &mut Terminal<'_>) -> Result<u8, CommandError> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    // The generator cannot report that a pipe is closed.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, name, &mut script);
    terminal.out.write_all(&script)?;
    Ok(CLEAN)
}

/// The sections of the main page beside the arguments.
const MORE: &str = include_str!("manual.roff");

/// Writes the main page to standard output, or every page into a folder.
pub(super) fn pages(
    folder: Option<&Path>,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    let mut command = Arguments::command();
    command.build();
    let Some(folder) = folder else {
        terminal.out.write_all(page(command)?.as_bytes())?;
        return Ok(CLEAN);
    };
    fs::create_dir_all(folder).map_err(|error| unwritten(folder, &error))?;
    let subcommands: Vec<clap::Command> = command.get_subcommands().cloned().collect();
    for command in std::iter::once(command).chain(subcommands) {
        // `etcd-uplift lint` is found as `etcd-uplift-lint`.
        let name = command.get_display_name().unwrap_or(command.get_name());
        let path = folder.join(format!("{name}.1"));
        let page = page(command)?;
        fs::write(&path, page).map_err(|error| unwritten(&path, &error))?;
    }
    Ok(CLEAN)
}

fn page(command: clap::Command) -> Result<String, io::Error> {
    let is_main = command.get_subcommands().next().is_some();
    let mut page = Vec::new();
    let program = concat!("etcd-uplift ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command).source(program).manual("etcd-uplift");
    man.render(&mut page)?;
    if is_main {
        page.extend_from_slice(MORE.as_bytes());
    }
    Ok(escaped(&String::from_utf8_lossy(&page)))
}

/// Returns the page in ASCII, which every roff reads.
fn escaped(page: &str) -> String {
    let mut plain = String::with_capacity(page.len());
    for c in page.chars() {
        if c.is_ascii() {
            plain.push(c);
        } else {
            plain.push_str(&format!("\\[u{:04X}]", u32::from(c)));
        }
    }
    plain
}

fn unwritten(path: &Path, error: &io::Error) -> CommandError {
    CommandError::Usage(format!(
        "cannot write {}: {error}",
        crate::report::visible_path(path)
    ))
}
