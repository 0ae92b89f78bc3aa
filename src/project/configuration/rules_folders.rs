//! Which folders with rules of one's own configurations name: those have to be known before anything else that they say
//! can be understood.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::{ConfigurationError, FILE_NAME, content_error, text, wire};
use crate::check::Knowledge;
use crate::report::visible_path;
use crate::source::{LineColumn, Source, Span};

/// A folder with rules of one's own, as an `etcd-uplift.toml` names it.
#[derive(Clone, Debug)]
pub struct RulesFolder {
    /// The folder; what is not absolute is seen from the file's folder.
    pub path: PathBuf,
    /// Where it is named.
    pub place: LineColumn,
    /// The same, in bytes.
    pub span: Span,
}

/// The folders with rules of one's own that the configuration of a folder names, and its path; the rest of it can only be
/// understood when the rules are known.
///
/// # Errors
/// When it cannot be read, or is no TOML of its form.
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

/// The folders with rules of one's own that a configuration names; none where there is no such file.
///
/// # Errors
/// When it cannot be read, or is no TOML of its form.
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

/// Whether the rules that a configuration names are known.
///
/// # Errors
/// When they are not: what it says of them cannot be followed.
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
