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

/// Why an organisation's own rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OwnRulesError {
    /// The folder or one of its files cannot be read.
    #[error("{path}: {message}")]
    Read {
        /// The path, escaped.
        path: String,
        /// Why not.
        message: String,
    },
    /// The content of a file is invalid.
    #[error("{0}")]
    Rule(RuleError),
}

/// Adds the rules of a folder's TOML files, in order of their names; a folder that was added already is skipped. After
/// an error the rules must not be used.
///
/// # Errors
/// Returns an error if the folder or a file in it cannot be read, or contains what is no rule.
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

/// Returns the regular files of a folder whose names end in `.toml`, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, OwnRulesError> {
    // The slash requires a folder: a file is an error.
    let entries = WalkDir::new(folder.join("")).min_depth(1).max_depth(1);
    let mut files = Vec::new();
    for entry in entries.sort_by_file_name() {
        let path = entry
            .map_err(|error| match error.io_error() {
                Some(error) => unreadable(folder, error),
                None => unreadable(folder, &error),
            })?
            .into_path();
        // A link to a file counts as one: a mounted config map consists of links.
        if path.is_file() && path.extension().is_some_and(|end| end == "toml") {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(OwnRulesError::Read {
            path: visible_path(folder),
            message: "contains no file of rules, *.toml".to_owned(),
        });
    }
    Ok(files)
}

fn unreadable(folder: &Path, error: &dyn Display) -> OwnRulesError {
    OwnRulesError::Read {
        path: visible_path(folder),
        message: format!("the folder cannot be read: {error}"),
    }
}
