//! The folder of a tree that is `/` of a host.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// The folder of a tree that is `/` of a host: an absolute path in a text is looked up there.
#[derive(Clone, Debug)]
pub struct HostRoot {
    /// The folder, absolute.
    pub(super) folder: PathBuf,
    /// The folder as it was given.
    pub(super) shown: PathBuf,
    /// The folder without links.
    real: PathBuf,
}

impl HostRoot {
    /// Creates it from a folder, as it was given and absolute.
    ///
    /// # Errors
    /// Returns an error if there is no such folder.
    pub fn new(shown: PathBuf, folder: PathBuf) -> std::io::Result<Self> {
        let real = fs::canonicalize(&folder)?;
        if !real.is_dir() {
            return Err(std::io::ErrorKind::NotADirectory.into());
        }
        Ok(Self {
            folder,
            shown,
            real,
        })
    }

    /// Returns the file at an absolute path of the host; `None` if there is none, or if `..` or a link in the path leads
    /// out of the folder.
    pub(super) fn file(&self, path: &str) -> Option<PathBuf> {
        let below = path.strip_prefix('/')?;
        if below.contains(['%', '*', '$', '{', '<']) {
            return None;
        }
        let mut file = self.folder.clone();
        for component in Path::new(below).components() {
            match component {
                Component::Normal(name) => file.push(name),
                Component::CurDir | Component::RootDir => {}
                Component::ParentDir | Component::Prefix(_) => return None,
            }
        }
        let real = fs::canonicalize(&file).ok()?;
        (real.starts_with(&self.real) && real.is_file()).then_some(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_of_the_folder_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        fs::create_dir_all(root.join("etc")).unwrap();
        fs::write(root.join("etc/etcd.env"), "").unwrap();
        fs::write(folder.path().join("other.env"), "").unwrap();
        let host = HostRoot::new(PathBuf::from("root"), root.clone()).unwrap();
        assert_eq!(host.file("/etc/etcd.env"), Some(root.join("etc/etcd.env")));
        let others = [
            "etc/etcd.env",
            "/etc",
            "/etc/none",
            "/../other.env",
            "/etc/../etc/etcd.env",
        ];
        for path in others {
            assert_eq!(host.file(path), None, "{path}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::symlink;
            symlink(folder.path().join("other.env"), root.join("etc/out.env")).unwrap();
            symlink("etcd.env", root.join("etc/in.env")).unwrap();
            symlink("..", root.join("up")).unwrap();
            assert_eq!(host.file("/etc/out.env"), None);
            assert_eq!(host.file("/up/other.env"), None);
            assert_eq!(host.file("/etc/in.env"), Some(root.join("etc/in.env")));
        }
        assert!(HostRoot::new(PathBuf::new(), root.join("none")).is_err());
    }
}
