//! Texts that are read instead of those on disk.

use std::collections::HashMap;
use std::path::PathBuf;

/// Texts by the absolute paths of their files.
pub(super) type Rewritten = HashMap<PathBuf, String>;
