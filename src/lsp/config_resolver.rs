//! Resolves the options for open documents: the editor's first, then those of the nearest `etcd-uplift.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::Uri;
use serde_json::Value;

use super::uri::path_of;
use crate::check::Knowledge;
use crate::facts::catalogue::Catalogue;
use crate::facts::version::{Upgrade, Version};
use crate::project::configuration::{
    Configuration, Configurations, FILE_NAME, FileConfig, absolute,
};
use crate::project::neighbours::Neighbours;
use crate::suppression::Policy;
use crate::surface::{self, Surface};

/// The key under which an editor may keep the options of this server among others'.
const SECTION: &str = "etcd-uplift";

const EXAMPLE: &str = r#"{"from": "3.4", "to": "3.5"}"#;

/// The effective options for a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileOptions {
    pub(super) upgrade: Upgrade,
    pub(super) policy: Policy,
    surface: Option<&'static str>,
    /// Whether the document is excluded.
    pub(super) is_excluded: bool,
    /// Whether the release to upgrade to is given: nothing is rewritten for a release that nobody chose.
    pub(super) has_target: bool,
    /// The other files of the tree, as they were when files last changed.
    pub(super) neighbours: SharedNeighbours,
}

/// What all documents share. A new search for files replaces it.
#[derive(Clone, Debug)]
pub(super) struct SharedNeighbours(pub(super) Arc<Neighbours>);

impl SharedNeighbours {
    fn around(folder: &Path) -> Self {
        Self(Arc::new(Neighbours::new(folder.to_path_buf(), &[])))
    }
}

impl PartialEq for SharedNeighbours {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for SharedNeighbours {}

impl FileOptions {
    /// Returns the default options.
    pub(super) fn plain(upgrade: Upgrade) -> Self {
        Self {
            upgrade,
            policy: Policy::default(),
            surface: None,
            is_excluded: false,
            has_target: false,
            neighbours: SharedNeighbours::around(Path::new("")),
        }
    }

    /// Returns the surface that the options set, if any.
    pub(super) fn surface(&self) -> Option<Surface> {
        self.surface.and_then(surface::named)
    }
}

/// Resolves the options for each document.
pub(super) struct ConfigResolver<'k> {
    knowledge: &'k Knowledge,
    /// The folder of documents that are no files.
    folder: PathBuf,
    editor_config: Result<FileConfig, String>,
    configurations: Configurations<'k>,
    /// Open configurations in their last valid version: a text is often invalid while it is typed.
    open: BTreeMap<PathBuf, Arc<Configuration>>,
    errors: BTreeSet<String>,
    neighbours: SharedNeighbours,
}

impl<'k> ConfigResolver<'k> {
    pub(super) fn new(knowledge: &'k Knowledge) -> Self {
        Self {
            knowledge,
            folder: std::env::current_dir().unwrap_or_default(),
            editor_config: Ok(FileConfig::default()),
            configurations: Configurations::upwards(knowledge),
            open: BTreeMap::new(),
            errors: BTreeSet::new(),
            neighbours: SharedNeighbours::around(&std::env::current_dir().unwrap_or_default()),
        }
    }

    /// Sets the folder of documents that are no files.
    pub(super) fn set_folder(&mut self, folder: PathBuf) {
        self.folder = folder;
    }

    /// Sets the options that the editor sends; returns whether they contain this server's.
    pub(super) fn set_editor_options(&mut self, options: &Value) -> bool {
        let editor_config = editor_config(options, &self.knowledge.catalogue);
        let is_for_this = editor_config.is_some();
        self.editor_config = editor_config.unwrap_or_else(|| self.editor_config.clone());
        is_for_this
    }

    /// Uses the text of an open document, if it is a configuration; returns whether it is one.
    pub(super) fn open_document(&mut self, uri: &Uri, text: &str) -> bool {
        let path = self.path(uri);
        if is_configuration(&path)
            && let Ok(configuration) = Configuration::parse(&path, text, self.knowledge)
        {
            self.open.insert(path.clone(), Arc::new(configuration));
        }
        is_configuration(&path)
    }

    /// Uses the file on disk again; returns whether it is a configuration.
    pub(super) fn close(&mut self, uri: &Uri) -> bool {
        let path = self.path(uri);
        self.open.remove(&path);
        is_configuration(&path)
    }

    /// Discards what was read from files, which may have changed: they are read again when they are used.
    pub(super) fn forget(&mut self) {
        let open = self.open.values().cloned();
        self.configurations = Configurations::with_open(open, self.knowledge);
        self.errors.clear();
        if self.neighbours.0.is_searched() {
            self.neighbours = SharedNeighbours::around(&self.folder);
        }
        if let Err(error) = &self.editor_config {
            let error = without_it(error);
            self.errors.insert(error);
        }
    }

    /// Returns the options for a document. An invalid configuration is reported, and not used.
    pub(super) fn of(&mut self, uri: &Uri) -> FileOptions {
        let path = self.path(uri);
        let configuration = self.configurations.of(&path).unwrap_or_else(|error| {
            self.errors.insert(without_it(&error.to_string()));
            None
        });
        let config = configuration.as_ref();
        let config = config.map_or_else(FileConfig::default, |config| config.options(&path));
        let effective = match &self.editor_config {
            Ok(editor_config) => editor_config.over(config),
            Err(_) => config,
        };
        let catalogue = &self.knowledge.catalogue;
        let upgrade = catalogue.upgrade(effective.from, effective.to);
        let newer = effective.to.and_then(|to| catalogue.newer_than_facts(to));
        self.errors
            .extend(newer.map(|notice| format!("etcd-uplift: {notice}")));
        FileOptions {
            upgrade: upgrade.unwrap_or_else(|error| {
                let to = catalogue.newest();
                self.errors.insert(format!(
                    "etcd-uplift: {error}; checking for etcd {to} until it is corrected"
                ));
                Upgrade { from: None, to }
            }),
            policy: Policy {
                no_comments: false,
                rules: effective.ignore,
            },
            surface: effective.surface,
            has_target: effective.to.is_some(),
            neighbours: self.neighbours.clone(),
            is_excluded: configuration.is_some_and(|configuration| configuration.excludes(&path)),
        }
    }

    /// Returns the errors since files were last discarded.
    pub(super) fn errors(&self) -> &BTreeSet<String> {
        &self.errors
    }

    fn path(&self, uri: &Uri) -> PathBuf {
        absolute(&self.folder, &path_of(uri))
    }
}

/// Returns whether a file is one of this tool's own.
pub(super) fn is_configuration(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == FILE_NAME)
}

fn without_it(error: &str) -> String {
    format!("etcd-uplift: {error}; continuing without it until it is corrected")
}

/// Parses the options; returns `None` if they contain nothing of this server's: editors send `{}` and `null` when
/// nothing is set.
fn editor_config(options: &Value, catalogue: &Catalogue) -> Option<Result<FileConfig, String>> {
    let options = options.get(SECTION).unwrap_or(options);
    if options.is_null() {
        return None;
    }
    let Some(fields) = options.as_object() else {
        return Some(Err(format!(
            "the options of etcd-uplift must be an object such as {EXAMPLE}"
        )));
    };
    if !fields.contains_key("from") && !fields.contains_key("to") {
        return None;
    }
    let version = |name: &str| match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => {
            let version = text.parse::<Version>();
            version
                .map(Some)
                .map_err(|error| format!("`{name}`: {error}"))
        }
        Some(_) => Err(format!("`{name}` must be a string, as in {EXAMPLE}")),
    };
    Some(version("from").and_then(|from| {
        let to = version("to")?;
        let upgrade = catalogue.upgrade(from, to);
        upgrade.map_err(|error| error.to_string())?;
        Ok(FileConfig {
            from,
            to,
            ..FileConfig::default()
        })
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn options_are_alone_or_under_the_server_s_name() {
        let catalogue = Catalogue::built_in().unwrap();
        for options in [
            json!({"from": "3.3", "to": "v3.4.20"}),
            json!({"etcd-uplift": {"from": "3.3", "to": "v3.4.20"}}),
        ] {
            let editor_config = editor_config(&options, &catalogue).unwrap().unwrap();
            assert_eq!(editor_config.from, Some("3.3".parse().unwrap()));
            assert_eq!(editor_config.to, Some("3.4.20".parse().unwrap()));
        }
    }

    #[test]
    fn empty_options_change_nothing_and_invalid_ones_are_reported() {
        let catalogue = Catalogue::built_in().unwrap();
        for options in [json!(null), json!({}), json!({"other": {"from": "x"}})] {
            assert_eq!(editor_config(&options, &catalogue), None, "{options}");
        }
        let error = |options| editor_config(&options, &catalogue).unwrap().unwrap_err();
        assert!(error(json!({"from": "x"})).contains("write it as 3.4"));
        assert!(error(json!({"to": 3.4})).contains("`to` must be a string"));
        assert!(error(json!([])).contains("must be an object"));
        assert!(error(json!({"from": "3.5", "to": "3.4"})).contains("is newer than"));
    }
}
