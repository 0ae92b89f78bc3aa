//! The folders of an organisation's own rules that configurations name: the rules have to be known before the rest of a
//! configuration can be checked.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::{ConfigurationError, FILE_NAME, content_error, text, wire};
use crate::check::Knowledge;
use crate::report::visible_path;
use crate::source::{LineColumn, Source, Span};

/// A folder of an organisation's own rules, as an `etcd-uplift.toml` names it.
#[derive(Clone, Debug)]
pub struct RulesFolder {
    /// The folder; a relative path is relative to the file's folder.
    pub path: PathBuf,
    /// Where it is named.
    pub place: LineColumn,
    /// The same, in bytes.
    pub span: Span,
}

/// Returns the folders of an organisation's own rules that the configuration of a folder names, and its path; the rest
/// of it can only be checked when the rules are known.
///
/// # Errors
/// Returns an error if it cannot be read, or is not TOML of its form.
pub fn rules_named_for(
    folder: &Path,
) -> Result<Option<(PathBuf, Vec<RulesFolder>)>, ConfigurationError> {
    for folder in folder.ancestors() {
        let path = folder.join(FILE_NAME);
        if let Some(rules) = rules_named_in(&path)? {
            return Ok(Some((path, rules)));
        }
    }
    Ok(None)
}

/// Returns the folders of an organisation's own rules that a configuration names; none if there is no such file.
///
/// # Errors
/// Returns an error if it cannot be read, or is not TOML of its form.
pub fn rules_named_in(path: &Path) -> Result<Option<Vec<RulesFolder>>, ConfigurationError> {
    let Some(text) = text(path)? else {
        return Ok(None);
    };
    let source = Source::new(path, text);
    let fail = |span: Range<usize>, message: String| content_error(&source, span, &message);
    let wire = wire(&source.text, &fail)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let named = wire.rules.iter().map(|rules| RulesFolder {
        path: folder.join(rules.get_ref()),
        place: source.line_column(rules.span().start),
        span: Span::new(rules.span().start, rules.span().end),
    });
    Ok(Some(named.collect()))
}

/// Checks that the rules that a configuration names are known.
///
/// # Errors
/// Returns an error if they are not known.
pub(super) fn are_loaded(path: &Path, knowledge: &Knowledge) -> Result<(), ConfigurationError> {
    for named in rules_named_in(path)?.unwrap_or_default() {
        let resolved = fs::canonicalize(&named.path).unwrap_or(named.path);
        if !knowledge.own_folders.contains(&resolved) {
            let folder = visible_path(&resolved);
            return Err(ConfigurationError::Content {
                path: visible_path(path),
                place: named.place,
                span: named.span,
                message: format!(
                    "the rules in {folder} are not loaded: rules come from the {FILE_NAME} of the working directory, or from `--rules DIR`"
                ),
            });
        }
    }
    Ok(())
}
