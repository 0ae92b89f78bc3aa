//! Rules of an organisation's own: the TOML files of the folders that `--rules` and `etcd-uplift.toml` name.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use super::walk;
use crate::check::Knowledge;
use crate::report::{visible, visible_path};
use crate::rule::RuleError;
use crate::source::Source;
use crate::suppression::rules_without_advice;
use walkdir::WalkDir;

/// Why rules of one's own cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OwnRulesError {
    /// The folder or one of its files cannot be read.
    #[error("{path}: {message}")]
    Read {
        /// Which, made harmless.
        path: String,
        /// Why not.
        message: String,
    },
    /// A file says something that has no meaning.
    #[error("{0}")]
    Rule(RuleError),
}

/// Adds the rules of a folder's TOML files, in order of their names; a folder that is known already is passed over.
/// On an error nothing may be judged with what there is.
///
/// # Errors
/// When the folder or a file in it cannot be read, or holds what is no rule.
pub fn add(knowledge: &mut Knowledge, folder: &Path) -> Result<(), OwnRulesError> {
    let resolved = fs::canonicalize(folder).map_err(|error| unreadable(folder, &error))?;
    if knowledge.own_folders.contains(&resolved) {
        return Ok(());
    }
    for path in files(folder)? {
        let refused = |message: String| OwnRulesError::Read {
            path: visible_path(&path),
            message,
        };
        let bytes = walk::read(&path).map_err(refused)?;
        let text = String::from_utf8(bytes).map_err(|error| refused(error.to_string()))?;
        let is_taken = |id: &str| rules_without_advice().any(|(known, _)| known == id);
        let file = Source::new(&path, text);
        let Knowledge {
            catalogue, rules, ..
        } = knowledge;
        let added = rules.add_own(catalogue, &file, &is_taken);
        added.map_err(|error| {
            OwnRulesError::Rule(RuleError {
                file: visible_path(&path),
                message: visible(&error.message).into_owned(),
                ..error
            })
        })?;
    }
    knowledge.own_folders.push(resolved);
    Ok(())
}

/// The regular files of a folder whose names end in `.toml`, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, OwnRulesError> {
    // The slash asks for a folder: a file is an error.
    let entries = WalkDir::new(folder.join("")).min_depth(1).max_depth(1);
    let mut files = Vec::new();
    for entry in entries.sort_by_file_name() {
        let path = entry
            .map_err(|error| match error.io_error() {
                Some(error) => unreadable(folder, error),
                None => unreadable(folder, &error),
            })?
            .into_path();
        // A link to a file is one: that is how a mounted config map looks.
        if path.is_file() && path.extension().is_some_and(|end| end == "toml") {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(OwnRulesError::Read {
            path: visible_path(folder),
            message: "holds no file of rules, *.toml".to_owned(),
        });
    }
    Ok(files)
}

fn unreadable(folder: &Path, error: &dyn Display) -> OwnRulesError {
    OwnRulesError::Read {
        path: visible_path(folder),
        message: format!("the folder of rules cannot be read: {error}"),
    }
}
