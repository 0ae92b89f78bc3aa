//! Paths of files as they are compared and shown.

use std::path::Path;

/// Returns a path without `./` before it.
#[must_use]
pub fn plain(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}
