//! Fixes a text.

use std::path::PathBuf;

use crate::check::Knowledge;
use crate::edit::Applicability;
use crate::facts::catalogue::UpgradeError;
use crate::facts::version::Version;
use crate::lint::{Content, LintOptions, decode};
use crate::report::FileError;
use crate::rewrite::{Rewrite, RewriteError, RewriteOptions, rewrite};
use crate::surface::{FileReading, read};

/// Why a text is not fixed.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// The versions are not known, or are no upgrade.
    #[error(transparent)]
    Upgrade(#[from] UpgradeError),
    /// The text is not etcd's, with the reason.
    #[error("not etcd configuration: {0}")]
    NotEtcd(&'static str),
    /// The text cannot be read.
    #[error("{}", .0.message)]
    Unreadable(FileError),
    /// The rewrite cannot be verified.
    #[error(transparent)]
    Rewrite(#[from] RewriteError),
}

/// Applies the fixes of at least that applicability to a text, for the upgrade `from` one release `to` another, as
/// `etcd-uplift fix NAME` does to a file of that name with no other file beside it. Returns the new text, the findings
/// that remain in it, and the fixes that were withheld. It touches no file.
///
/// Name, `from` and `to` are those of [`lint_text`](crate::lint::lint_text).
///
/// # Errors
/// Returns an error if a version is not known, the text is not etcd's or cannot be read, or a rewrite cannot be
/// verified: the text then stays as it is.
///
/// # Examples
/// ```
/// use etcd_uplift::check::Knowledge;
/// use etcd_uplift::edit::Applicability;
/// use etcd_uplift::fix::fix_text;
///
/// let knowledge = Knowledge::built_in()?;
/// let releases = (Some("3.3".parse()?), Some("3.4".parse()?));
/// let text = "name: infra1\nlog-output: stdout\n";
/// let fixed = fix_text("etcd.conf.yml", text, releases, Applicability::Safe, &knowledge)?;
/// assert_eq!(fixed.text, "name: infra1\nlog-outputs: [stdout]\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fix_text(
    name: impl Into<PathBuf>,
    text: impl Into<Vec<u8>>,
    (from, to): (Option<Version>, Option<Version>),
    least: Applicability,
    knowledge: &Knowledge,
) -> Result<Rewrite, FixError> {
    let upgrade = knowledge.catalogue.upgrade(from, to)?;
    let bytes = text.into();
    // A list of a process is read as lines, and never changed.
    let list = bytes.contains(&0).then(|| bytes.clone());
    let source = match decode(&name.into(), bytes, None) {
        Ok(Content::Text(source)) => source,
        Ok(Content::NotEtcd(why)) => return Err(FixError::NotEtcd(why)),
        Err(error) => return Err(FixError::Unreadable(error)),
    };
    let lint = LintOptions::new(knowledge, upgrade);
    match read(&source, &knowledge.catalogue, lint.discovery, lint.surface) {
        FileReading::Read(_) => {
            let mut rewrite = rewrite(&source, &RewriteOptions { lint, least })?;
            if let Some(Ok(unchanged)) = list.map(String::from_utf8) {
                rewrite.text = unchanged;
            }
            Ok(rewrite)
        }
        FileReading::NotEtcd(why) => Err(FixError::NotEtcd(why)),
        FileReading::Unreadable(error) => {
            Err(FixError::Unreadable(FileError::new(&source, &error)))
        }
    }
}
