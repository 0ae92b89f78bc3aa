//! Replaces a file's content atomically: readers see the old text or the new one, never a part of one.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The prefix of the names of temporary files.
pub const TEMPORARY_PREFIX: &str = ".etcd-uplift-";

/// Why a file was not written. The old content is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file is no longer what was read.
    #[error(
        "the file changed while it was being checked; nothing is written, run the command again"
    )]
    Changed,
    /// The file is read-only.
    #[error("the file is read-only; nothing is written")]
    ReadOnly,
    /// The file has other names, which would keep the old text.
    #[error(
        "the file has {0} hard links, and replacing one would leave the others with the old text; \
         nothing is written"
    )]
    HardLinks(u64),
    /// An extended attribute, such as a label or an access list, cannot be set on the new file.
    #[error("cannot keep the extended attribute {name}: {error}; nothing is written")]
    Attribute {
        /// The attribute.
        name: String,
        /// Why not.
        error: std::io::Error,
    },
    /// The operating system reports an error.
    #[error("cannot write: {0}; nothing is written")]
    Io(#[from] std::io::Error),
}

/// Replaces `old`, the content that was read, by `new`.
///
/// Writes a temporary file in the same folder, sets the file's mode, owner and extended attributes on it, flushes it to
/// disk and renames it. A symbolic link stays one: the file that it leads to is replaced. A run that is killed may
/// leave the temporary file; its name begins with [`TEMPORARY_PREFIX`], and it is never read as configuration.
///
/// # Errors
/// Returns an error if any of that fails, or the file is no longer what was read.
pub fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<(), WriteError> {
    let target: PathBuf = fs::canonicalize(path)?;
    let meta = fs::metadata(&target)?;
    if meta.permissions().readonly() {
        return Err(WriteError::ReadOnly);
    }
    only_name(&meta)?;
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new()
        .prefix(TEMPORARY_PREFIX)
        .tempfile_in(folder)?;
    temporary.write_all(new)?;
    keep_owner(&meta, temporary.path())?;
    keep_attributes(&target, temporary.path())?;
    // Last: a change of the owner, or removing an access list, changes the mode.
    fs::set_permissions(temporary.path(), meta.permissions())?;
    temporary.as_file().sync_all()?;
    if fs::read(&target)? != old {
        return Err(WriteError::Changed);
    }
    temporary
        .persist(&target)
        .map_err(|error| WriteError::Io(error.error))?;
    if let Ok(folder) = fs::File::open(folder) {
        // The rename is done; flushing the folder is attempted, not required.
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Writes a report, which may exist already: atomically, if the place is a file in a writable folder.
///
/// # Errors
/// Returns an error if the operating system reports one.
pub fn report(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let meta = fs::metadata(&target).ok();
    if meta.as_ref().is_some_and(|meta| !meta.is_file()) {
        // A device or a pipe is written to and stays what it is.
        return fs::OpenOptions::new()
            .write(true)
            .open(&target)?
            .write_all(text);
    }
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY_PREFIX);
    let new_file_mode = new_file_mode();
    if let Some(permissions) = &new_file_mode {
        builder.permissions(permissions.clone());
    }
    let mut temporary = match builder.tempfile_in(folder) {
        Ok(temporary) => temporary,
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied && meta.is_some() => {
            return fs::write(&target, text);
        }
        Err(error) => return Err(error),
    };
    temporary.write_all(text)?;
    if let Some(meta) = meta {
        fs::set_permissions(temporary.path(), meta.permissions())?;
    }
    temporary.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// The mode of a new file, before the user's mask.
#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "other systems have no such mode")]
fn new_file_mode() -> Option<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn new_file_mode() -> Option<fs::Permissions> {
    None
}

#[cfg(unix)]
fn only_name(meta: &fs::Metadata) -> Result<(), WriteError> {
    use std::os::unix::fs::MetadataExt;
    match meta.nlink() {
        0 | 1 => Ok(()),
        names => Err(WriteError::HardLinks(names)),
    }
}

#[cfg(not(unix))]
fn only_name(_: &fs::Metadata) -> Result<(), WriteError> {
    Ok(())
}

/// Sets the old file's extended attributes on the new one, without those that are computed from the content.
#[cfg(unix)]
fn keep_attributes(old: &Path, new: &Path) -> Result<(), WriteError> {
    let names = match xattr::list(old) {
        Ok(names) => names,
        // A file system without extended attributes.
        Err(error) if error.kind() == std::io::ErrorKind::Unsupported => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let names: Vec<_> = names.collect();
    // An attribute that a new file inherits from its folder, such as an access list, is not the old file's.
    for name in xattr::list(new)? {
        if names.contains(&name) || is_set_by_the_kernel(&name) {
            continue;
        }
        xattr::remove(new, &name).map_err(|error| WriteError::Attribute {
            name: name.to_string_lossy().into_owned(),
            error,
        })?;
    }
    for name in names {
        if name == "security.ima" || name == "security.evm" {
            continue;
        }
        let keep = || {
            let value = xattr::get(old, &name)?;
            if value == xattr::get(new, &name)? {
                return Ok(());
            }
            value.map_or(Ok(()), |value| xattr::set(new, &name, &value))
        };
        keep().map_err(|error| WriteError::Attribute {
            name: name.to_string_lossy().into_owned(),
            error,
        })?;
    }
    Ok(())
}

/// Labels that every file has and no process can remove.
#[cfg(unix)]
fn is_set_by_the_kernel(name: &std::ffi::OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b"security.")
}

#[cfg(not(unix))]
fn keep_attributes(_: &Path, _: &Path) -> Result<(), WriteError> {
    Ok(())
}

/// Sets the old file's owner and group on the new one, if they differ from those that a new file gets.
#[cfg(unix)]
fn keep_owner(meta: &fs::Metadata, path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let new = fs::metadata(path)?;
    let uid = (new.uid() != meta.uid()).then(|| meta.uid());
    let gid = (new.gid() != meta.gid()).then(|| meta.gid());
    if uid.is_none() && gid.is_none() {
        return Ok(());
    }
    chown(path, uid, gid)
}

#[cfg(not(unix))]
fn keep_owner(_: &fs::Metadata, _: &Path) -> std::io::Result<()> {
    Ok(())
}
