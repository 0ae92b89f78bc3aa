//! `etcd-uplift show`: what a release runs with.

use super::args::ShowArguments;
use super::command_error::CommandError;
use super::config_resolver::ConfigResolver;
use super::exit_status::{CLEAN, FAILED};
use super::input;
use super::terminal::Terminal;
use crate::assemble;
use crate::check::Knowledge;
use crate::lint::Content;
use crate::report::{visible, visible_path};
use crate::show::{self, Origin, Shown};
use crate::surface::{self, FileReading, Prefilter};

pub(super) fn run(
    arguments: &ShowArguments,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    let resolver = ConfigResolver::new(&arguments.input, &arguments.upgrade, None, knowledge)?;
    let found = input::candidates(&arguments.input);
    let standard = input::standard_input(&found, terminal)?;
    let candidates = resolver.of_candidates(found.candidates)?;
    resolver.write_notices(terminal)?;
    let prefilter = Prefilter::new(&knowledge.catalogue);
    let mut is_first = true;
    for (candidate, options) in &candidates {
        let forced = options.surface.is_some();
        let loaded = input::load(candidate, forced, &arguments.input, &standard, &prefilter);
        let discovery = loaded.discovery();
        let path = visible_path(&loaded.path);
        let source = match loaded.content {
            Ok(Content::Text(source)) => source,
            Ok(Content::NotEtcd(_)) => continue,
            Err(error) => {
                writeln!(terminal.err, "{path}: error: {}", visible(&error.message))?;
                continue;
            }
        };
        let reading = match surface::read(&source, &knowledge.catalogue, discovery, options.surface)
        {
            FileReading::Read(reading) => reading,
            FileReading::NotEtcd(_) => continue,
            FileReading::Unreadable(error) => {
                writeln!(terminal.err, "{path}: error: {}", visible(&error.message))?;
                continue;
            }
        };
        let files = Some(&resolver.neighbours as _);
        let members = assemble::members(&source, &reading, &knowledge.catalogue, files);
        let release = options.upgrade.to;
        let own = (&source, &reading);
        for shown in show::members(&knowledge.catalogue, own, &members, release) {
            if !is_first {
                writeln!(terminal.out)?;
            }
            is_first = false;
            writeln!(terminal.out, "# {path}:{} at etcd {release}", shown.line)?;
            member(&shown, arguments.only_set, terminal)?;
        }
    }
    if is_first {
        writeln!(
            terminal.err,
            "error: no text in the given paths starts etcd"
        )?;
        return Ok(FAILED);
    }
    Ok(CLEAN)
}

fn member(shown: &Shown, only_set: bool, terminal: &mut Terminal<'_>) -> Result<(), CommandError> {
    for path in &shown.missing {
        let path = visible(path);
        writeln!(terminal.out, "# incomplete: {path} is not in this tree")?;
    }
    if !shown.is_complete && shown.missing.is_empty() {
        let why = "# incomplete: other files or variables set more, so defaults are not shown";
        writeln!(terminal.out, "{why}")?;
    }
    let rows = shown.rows.iter();
    let rows = rows.filter(|row| !only_set || row.origin != Origin::Default);
    let rows: Vec<[String; 3]> = rows
        .map(|row| {
            let value = row
                .value
                .as_deref()
                .map_or("(set elsewhere)".into(), visible);
            let value = if value.is_empty() {
                "\"\"".into()
            } else {
                value
            };
            let origin = match &row.origin {
                Origin::Default => "default".to_owned(),
                Origin::Line(path, line) => format!("{}:{line}", visible_path(path)),
            };
            [row.option.clone(), value.into_owned(), origin]
        })
        .collect();
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or(0).min(48)
    };
    let (first, second) = (width(0), width(1));
    for [option, value, origin] in &rows {
        writeln!(terminal.out, "{option:first$}  {value:second$}  {origin}")?;
    }
    Ok(())
}
