//! `etcd-uplift show`.

use std::path::PathBuf;

use super::args::{ShowArguments, ShowFormat, SpellingChoice, UpgradeArguments};
use super::command_error::CommandError;
use super::config_resolver::{ConfigResolver, FileOptions};
use super::exit_status::{CLEAN, FAILED};
use super::input::Loaded;
use super::terminal::Terminal;
use super::{files, input};
use crate::check::Knowledge;
use crate::facts::catalogue::Spelling;
use crate::lint::{Content, unread};
use crate::project::neighbours::Neighbours;
use crate::report::{FileError, FileReport, Outcome, visible, visible_path};
use crate::show::{Options, ShownMember, json, shown, text};
use crate::surface::{self, FileReading, Prefilter};

/// What a file gives: its members, and a row for each thing that cannot be read.
#[derive(Default)]
struct Found {
    members: Vec<ShownMember>,
    failed: Vec<(PathBuf, FileError)>,
}

pub(super) fn run(
    arguments: &ShowArguments,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    let upgrade = UpgradeArguments {
        from: arguments.from,
        to: arguments.to,
    };
    let resolver = ConfigResolver::new(&arguments.input, &upgrade, None, knowledge)?;
    let paths = input::candidates(&arguments.input);
    let input = input::standard_input(&paths, terminal)?;
    let (_, whole) = resolver.of_folder()?;
    let candidates = resolver.of_candidates(paths.candidates)?;
    resolver.write_notices(terminal)?;
    if candidates.iter().any(|(_, options)| !options.has_target) {
        return Err(CommandError::Usage(
            "give the release with --to, or with `to` in etcd-uplift.toml".to_owned(),
        ));
    }
    let prefilter = Prefilter::new(&knowledge.catalogue);
    let neighbours = &resolver.neighbours;
    let results = files::in_parallel(
        &candidates,
        |(candidate, file_options)| {
            let is_forced = file_options.surface.is_some();
            let loaded = input::load(candidate, is_forced, &arguments.input, &input, &prefilter);
            of_file(loaded, file_options, arguments, knowledge, neighbours)
        },
        |(candidate, _), error| Found {
            failed: vec![(candidate.path.clone(), error)],
            ..Found::default()
        },
    );
    let mut members: Vec<ShownMember> = Vec::new();
    let mut failed: Vec<(PathBuf, FileError)> = Vec::new();
    for found in results {
        for member in found.members {
            // Several files of a unit that are given have the same member.
            let is_same =
                |other: &ShownMember| (&other.start, &other.name) == (&member.start, &member.name);
            if !members.iter().any(is_same) {
                members.push(member);
            }
        }
        failed.extend(found.failed);
    }
    let is_file_of_other: Vec<bool> = members
        .iter()
        .map(|member| members.iter().any(|other| member.is_file_of(other)))
        .collect();
    let mut is_shown_elsewhere = is_file_of_other.into_iter();
    members.retain(|_| !is_shown_elsewhere.next().unwrap_or(false));
    failed.extend(paths.errors.into_iter().filter_map(|error| {
        let row = input::failed(error);
        match row.outcome {
            Outcome::Failed(error) => Some((row.path, error)),
            _ => None,
        }
    }));
    let rendered = match (arguments.spelling, arguments.format) {
        (Some(_), _) => text::render_spelled(&members, &knowledge.catalogue),
        (None, Some(ShowFormat::Json)) => {
            let from = arguments.from.and(whole.upgrade.from);
            json::render(&members, whole.upgrade.to, from)?
        }
        (None, _) => text::render(&members),
    };
    terminal.out.write_all(rendered.as_bytes())?;
    terminal.out.flush()?;
    for (path, error) in &failed {
        let message = visible(&error.message);
        match error.place {
            Some(place) => writeln!(
                terminal.err,
                "{}:{}:{}: error: {message}",
                visible_path(path),
                place.line,
                place.column
            )?,
            None => writeln!(terminal.err, "error: {}: {message}", visible_path(path))?,
        }
    }
    if members.is_empty() && failed.is_empty() && !arguments.input.allow_empty {
        writeln!(
            terminal.err,
            "error: no file of the given paths starts an etcd member (--surface sets the kind of file, --allow-empty allows none)"
        )?;
        return Ok(FAILED);
    }
    Ok(if failed.is_empty() { CLEAN } else { FAILED })
}

fn of_file(
    loaded: Loaded,
    file_options: &FileOptions,
    arguments: &ShowArguments,
    knowledge: &Knowledge,
    neighbours: &Neighbours,
) -> Found {
    let discovery = loaded.discovery();
    let source = match loaded.content {
        Ok(Content::Text(source)) => source,
        Ok(Content::NotEtcd(_)) => return Found::default(),
        Err(error) => {
            return Found {
                failed: vec![(loaded.path, error)],
                ..Found::default()
            };
        }
    };
    let read = surface::read(
        &source,
        &knowledge.catalogue,
        discovery,
        file_options.surface,
    );
    let reading = match read {
        FileReading::Read(reading) => reading,
        FileReading::NotEtcd(_) => return Found::default(),
        FileReading::Unreadable(error) => {
            return Found {
                failed: vec![(loaded.path, FileError::new(&source, &error))],
                ..Found::default()
            };
        }
    };
    let options = Options {
        release: file_options.upgrade.to,
        from: arguments.from.and(file_options.upgrade.from),
        only_set: arguments.set,
        spelling: arguments.spelling.map(|spelling| match spelling {
            SpellingChoice::Yaml => Spelling::Key,
            SpellingChoice::Flags => Spelling::Flag,
            SpellingChoice::Env => Spelling::Variable,
        }),
    };
    let mut members = shown((&source, &reading), &options, knowledge, Some(neighbours));
    if !loaded.named {
        // The file that starts the member is found too.
        members.retain(|member| !member.start.is_elsewhere);
    }
    members.retain(|member| !member.start.is_elsewhere || member.has_setting_in(&loaded.path));
    for member in &mut members {
        member.map_paths(|origin| {
            let path = origin.path.strip_prefix(".").unwrap_or(&origin.path);
            path.to_path_buf()
        });
    }
    let failed = unread(&loaded.path, &source, &reading).into_iter();
    let failed = failed.filter_map(|FileReport { path, outcome }| match outcome {
        Outcome::Failed(error) => Some((path, error)),
        _ => None,
    });
    Found {
        members,
        failed: failed.collect(),
    }
}
