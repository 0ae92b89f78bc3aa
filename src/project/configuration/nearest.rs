//! Finds the configuration for a file.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Configuration, ConfigurationError, FILE_NAME, rules_folders, text};
use crate::check::Knowledge;

/// Finds the configurations of files, and reads each once.
#[derive(Debug)]
pub struct Configurations<'k> {
    knowledge: &'k Knowledge,
    /// The one for every file, if it was given; `None` inside if none is to be used.
    only: Option<Option<Arc<Configuration>>>,
    /// Configurations that replace the file of that path.
    in_place: BTreeMap<PathBuf, Arc<Configuration>>,
    found: Mutex<HashMap<PathBuf, Option<Arc<Configuration>>>>,
}

impl<'k> Configurations<'k> {
    /// Uses the nearest configuration.
    #[must_use]
    pub fn upwards(knowledge: &'k Knowledge) -> Self {
        Self {
            knowledge,
            only: None,
            in_place: BTreeMap::new(),
            found: Mutex::default(),
        }
    }

    /// Uses the nearest configuration; some differ from those on disk, such as those that an editor has open.
    #[must_use]
    pub fn with_open(
        open: impl IntoIterator<Item = Arc<Configuration>>,
        knowledge: &'k Knowledge,
    ) -> Self {
        let open = open.into_iter();
        Self {
            in_place: open.map(|open| (open.path.clone(), open)).collect(),
            ..Self::upwards(knowledge)
        }
    }

    /// Uses no configuration.
    #[must_use]
    pub fn none(knowledge: &'k Knowledge) -> Self {
        Self {
            only: Some(None),
            ..Self::upwards(knowledge)
        }
    }

    /// Uses that configuration for every file.
    ///
    /// # Errors
    /// Returns an error if it cannot be read or is invalid.
    pub fn only(path: &Path, knowledge: &'k Knowledge) -> Result<Self, ConfigurationError> {
        let working = std::env::current_dir().unwrap_or_default();
        let absolute = super::absolute(&working, path);
        let configuration =
            read(&absolute, knowledge)?.ok_or_else(|| ConfigurationError::Read {
                path: crate::report::visible_path(path),
                source: io::ErrorKind::NotFound.into(),
            })?;
        Ok(Self {
            only: Some(Some(Arc::new(configuration))),
            ..Self::upwards(knowledge)
        })
    }

    /// Returns the configuration for a file of this absolute path.
    ///
    /// # Errors
    /// Returns an error if it cannot be read or is invalid.
    pub fn of(&self, file: &Path) -> Result<Option<Arc<Configuration>>, ConfigurationError> {
        if let Some(only) = &self.only {
            return Ok(only.clone());
        }
        file.parent()
            .map_or(Ok(None), |folder| self.of_folder(folder))
    }

    /// Returns the configuration for files in the folder of this absolute path.
    ///
    /// # Errors
    /// Returns an error if it cannot be read or is invalid.
    pub fn of_folder(
        &self,
        folder: &Path,
    ) -> Result<Option<Arc<Configuration>>, ConfigurationError> {
        if let Some(only) = &self.only {
            return Ok(only.clone());
        }
        let mut passed: Vec<&Path> = Vec::new();
        let mut result = None;
        for folder in folder.ancestors() {
            let known = self.lock().get(folder).cloned();
            if let Some(known) = known {
                result = known;
                break;
            }
            passed.push(folder);
            let path = folder.join(FILE_NAME);
            result = match self.in_place.get(&path) {
                Some(open) => Some(Arc::clone(open)),
                None => read(&path, self.knowledge)?.map(Arc::new),
            };
            if result.is_some() {
                break;
            }
        }
        let mut found = self.lock();
        for folder in passed {
            found.insert(folder.to_path_buf(), result.clone());
        }
        Ok(result)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, Option<Arc<Configuration>>>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the configuration in that file, or `None` if there is no such file.
fn read(path: &Path, knowledge: &Knowledge) -> Result<Option<Configuration>, ConfigurationError> {
    let Some(text) = text(path)? else {
        return Ok(None);
    };
    rules_folders::are_loaded(path, knowledge)?;
    Configuration::parse(path, &text, knowledge).map(Some)
}
