//! Resolves the options for each file: arguments first, then the nearest `etcd-uplift.toml`, then the defaults.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{InputArguments, UpgradeArguments};
use super::command_error::CommandError;
use super::input::is_stdin;
use super::terminal::Terminal;
use crate::check::Knowledge;
use crate::diagnostic::Threshold;
use crate::facts::version::{Upgrade, Version};
use crate::project::configuration::{Configurations, FileConfig, absolute};
use crate::project::host_root::HostRoot;
use crate::project::neighbours::Neighbours;
use crate::project::walk::Candidate;
use crate::report::visible_path;
use crate::suppression::Policy;
use crate::surface::{self, Surface};

/// Returns the folder that is `/` of the hosts, if one is given.
fn host_root(input: &InputArguments) -> Result<Option<HostRoot>, CommandError> {
    let Some(given) = &input.host_root else {
        return Ok(None);
    };
    let folder = absolute(&std::env::current_dir()?, given);
    let root = HostRoot::new(given.clone(), folder).map_err(|_| {
        let path = visible_path(given);
        CommandError::Usage(format!("--host-root {path}: there is no such folder"))
    })?;
    Ok(Some(root))
}

/// The effective options for a file.
#[derive(Clone)]
pub(super) struct FileOptions {
    pub(super) upgrade: Upgrade,
    pub(super) policy: Policy,
    pub(super) threshold: Threshold,
    pub(super) surface: Option<Surface>,
    /// Whether the release to upgrade to is given.
    pub(super) has_target: bool,
}

/// Resolves the options for each file.
pub(super) struct ConfigResolver<'a> {
    input: &'a InputArguments,
    typed: FileConfig,
    folder: PathBuf,
    knowledge: &'a Knowledge,
    configurations: Configurations<'a>,
    notices: RefCell<BTreeSet<String>>,
    /// The other files of the trees that files are in.
    pub(super) neighbours: Neighbours,
}

impl<'a> ConfigResolver<'a> {
    pub(super) fn new(
        input: &'a InputArguments,
        upgrade: &UpgradeArguments,
        fail_on: Option<Threshold>,
        knowledge: &'a Knowledge,
    ) -> Result<Self, CommandError> {
        let configurations = match &input.config {
            Some(path) => Configurations::only(path, knowledge)?,
            None if input.no_config => Configurations::none(knowledge),
            None => Configurations::upwards(knowledge),
        };
        let surface = input.surface.as_deref().and_then(surface::named);
        Ok(Self {
            input,
            typed: FileConfig {
                from: upgrade.from,
                to: upgrade.to,
                fail_on,
                surface: surface.map(|surface| surface.name),
                ..FileConfig::default()
            },
            neighbours: Neighbours::new(std::env::current_dir()?, &input.paths_or_here())
                .with_host_root(host_root(input)?),
            folder: std::env::current_dir()?,
            knowledge,
            configurations,
            notices: RefCell::default(),
        })
    }

    /// Returns the options for the working directory.
    pub(super) fn of_folder(&self) -> Result<(FileConfig, FileOptions), CommandError> {
        let configuration = self.configurations.of_folder(&self.folder)?;
        let config = configuration.map_or_else(FileConfig::default, |configuration| {
            configuration.options(Path::new(""))
        });
        let config = self.typed.over(config);
        let options = self.options(&config)?;
        Ok((config, options))
    }

    /// Returns the candidates that are not excluded, each with its options.
    pub(super) fn of_candidates(
        &self,
        candidates: Vec<Candidate>,
    ) -> Result<Vec<(Candidate, Arc<FileOptions>)>, CommandError> {
        let plain = Arc::new(self.options(&self.typed)?);
        let mut resolved = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            let path = match &self.input.stdin_filename {
                Some(name) if is_stdin(&candidate.path) => self.folder.join(name),
                _ if is_stdin(&candidate.path) => self.folder.join("-"),
                _ => absolute(&self.folder, &candidate.path),
            };
            let Some(configuration) = self.configurations.of(&path)? else {
                resolved.push((candidate, Arc::clone(&plain)));
                continue;
            };
            let may_be_excluded = !candidate.named || self.input.force_exclude;
            // A file in a linked folder is excluded by either of its paths.
            let is_excluded = || {
                configuration.excludes(&path)
                    || fs::canonicalize(&path).is_ok_and(|real| configuration.excludes(&real))
            };
            if may_be_excluded && is_excluded() {
                continue;
            }
            let config = self.typed.over(configuration.options(&path));
            let options = self.options(&config).map_err(|error| {
                CommandError::Usage(format!("{}: {error}", visible_path(&candidate.path)))
            })?;
            resolved.push((candidate, Arc::new(options)));
        }
        Ok(resolved)
    }

    /// Writes the notices about the versions that were resolved so far.
    pub(super) fn write_notices(&self, terminal: &mut Terminal<'_>) -> Result<(), CommandError> {
        for notice in self.notices.borrow().iter() {
            writeln!(terminal.err, "{notice}")?;
        }
        Ok(())
    }

    fn options(&self, config: &FileConfig) -> Result<FileOptions, CommandError> {
        let versions = [config.from, config.to].into_iter().flatten();
        let newer =
            versions.filter_map(|version| self.knowledge.catalogue.newer_than_facts(version));
        self.notices.borrow_mut().extend(newer);
        Ok(FileOptions {
            upgrade: self.knowledge.catalogue.upgrade(config.from, config.to)?,
            policy: Policy {
                no_comments: self.input.no_ignores,
                rules: config.ignore.clone(),
            },
            threshold: config.fail_on.unwrap_or_default(),
            surface: config.surface.and_then(surface::named),
            has_target: config.to.is_some(),
        })
    }
}

/// Returns the upgrade between two versions; adds a notice for each version that is newer than the facts.
pub(super) fn upgrade(
    arguments: &UpgradeArguments,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<Upgrade, CommandError> {
    let catalogue = &knowledge.catalogue;
    let upgrade = catalogue.upgrade(arguments.from, arguments.to)?;
    let versions = [arguments.from, arguments.to].into_iter().flatten();
    let newer = versions.filter_map(|version: Version| catalogue.newer_than_facts(version));
    for notice in newer.collect::<BTreeSet<String>>() {
        writeln!(terminal.err, "{notice}")?;
    }
    Ok(upgrade)
}

/// Writes the stops and the conditions of an upgrade to standard error.
pub(super) fn write_route(
    upgrade: Upgrade,
    from: Option<Version>,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<(), CommandError> {
    let routes = crate::report::upgrade::routes(&[], (upgrade, from), &knowledge.catalogue)?;
    for line in crate::report::upgrade::first_lines(false, &routes) {
        writeln!(terminal.err, "{line}")?;
    }
    Ok(())
}
