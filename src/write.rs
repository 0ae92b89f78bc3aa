//! Replaces a file's content at once: the old text or the new one is there, never half of one.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Why a file was not written. The old content is there, untouched.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file is not what was read.
    #[error(
        "the file changed while it was being judged; nothing is written, run the command again"
    )]
    Changed,
    /// The file may not be written.
    #[error("the file is read-only; nothing is written")]
    ReadOnly,
    /// The system says no.
    #[error("cannot write: {0}; nothing is written")]
    Io(#[from] std::io::Error),
}

/// Replaces `old`, the content that was read, by `new`.
///
/// Writes a temporary file in the same folder, flushes it to disk, gives it the file's mode and renames it. A symbolic
/// link stays one: the file it leads to is replaced.
///
/// # Errors
/// When anything of that fails, or the file is no longer what was read.
pub fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<(), WriteError> {
    let target: PathBuf = fs::canonicalize(path)?;
    let meta = fs::metadata(&target)?;
    if meta.permissions().readonly() {
        return Err(WriteError::ReadOnly);
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new()
        .prefix(".etcd-uplift-")
        .tempfile_in(folder)?;
    temporary.write_all(new)?;
    fs::set_permissions(temporary.path(), meta.permissions())?;
    keep_owner(&meta, temporary.path())?;
    temporary.as_file().sync_all()?;
    if fs::read(&target)? != old {
        return Err(WriteError::Changed);
    }
    temporary
        .persist(&target)
        .map_err(|error| WriteError::Io(error.error))?;
    if let Ok(folder) = fs::File::open(folder) {
        // The rename is done; that it reaches the disk now is asked for, not required.
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Gives the new file the old one's owner and group, where they differ from what a new file gets.
#[cfg(unix)]
fn keep_owner(meta: &fs::Metadata, path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let new = fs::metadata(path)?;
    let uid = (new.uid() != meta.uid()).then(|| meta.uid());
    let gid = (new.gid() != meta.gid()).then(|| meta.gid());
    if uid.is_none() && gid.is_none() {
        return Ok(());
    }
    chown(path, uid, gid)?;
    // Changing the owner may clear bits of the mode.
    fs::set_permissions(path, meta.permissions())
}

#[cfg(not(unix))]
fn keep_owner(_: &fs::Metadata, _: &Path) -> std::io::Result<()> {
    Ok(())
}
