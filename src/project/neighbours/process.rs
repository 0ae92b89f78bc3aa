//! The files of a running process, as `/proc/PID` shows them beside its arguments: `cwd` is its working folder, `root` its
//! root.

use std::collections::VecDeque;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Links on the way to one file that are followed, as by Linux.
const LINKS: usize = 40;

/// Returns the file that a process finds under `path`; `arguments` is the file with its arguments. `None` without the
/// folder of a process, or without the file.
///
/// Links lead to files below the root of the process, not to those of the reader.
#[must_use]
pub fn file_of(arguments: &Path, path: &str) -> Option<PathBuf> {
    let folder = arguments.parent()?;
    let root = folder.join("root");
    if path.is_empty() || !fs::metadata(&root).is_ok_and(|meta| meta.is_dir()) {
        return None;
    }
    let from_here = fs::read_link(folder.join("cwd"));
    let from_here = from_here.unwrap_or_else(|_| PathBuf::from("/"));
    let mut open: VecDeque<PathBuf> = VecDeque::from([from_here.join(path)]);
    // Below the root of the process.
    let mut reached = PathBuf::new();
    let mut links = 0;
    while let Some(next) = open.pop_front() {
        let parts: Vec<Component<'_>> = next.components().collect();
        let Some((first, rest)) = parts.split_first() else {
            continue;
        };
        if !rest.is_empty() {
            open.push_front(rest.iter().collect());
        }
        match first {
            Component::RootDir => reached = PathBuf::new(),
            Component::ParentDir => {
                reached.pop();
            }
            Component::Normal(name) => {
                let below = reached.join(name);
                match fs::read_link(root.join(&below)) {
                    Ok(target) => {
                        links += 1;
                        if links > LINKS {
                            return None;
                        }
                        open.push_front(target);
                    }
                    Err(_) => reached = below,
                }
            }
            Component::CurDir | Component::Prefix(_) => {}
        }
    }
    let file = root.join(reached);
    fs::symlink_metadata(&file).is_ok().then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn links_stay_below_the_root_of_the_process() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path();
        let root = top.join("1/root");
        fs::create_dir_all(root.join("etc/etcd")).unwrap();
        fs::create_dir_all(root.join("work")).unwrap();
        symlink("/work", top.join("1/cwd")).unwrap();
        fs::write(root.join("etc/etcd/a.yml"), "").unwrap();
        fs::write(root.join("work/b.yml"), "").unwrap();
        fs::write(top.join("outside.yml"), "").unwrap();
        symlink("/etc/etcd", root.join("conf")).unwrap();
        symlink("../../../../outside.yml", root.join("work/c.yml")).unwrap();
        symlink(top.join("outside.yml"), root.join("work/d.yml")).unwrap();
        symlink("e.yml", root.join("work/e.yml")).unwrap();
        let arguments = top.join("1/cmdline");
        let of = |path: &str| file_of(&arguments, path);
        assert_eq!(of("/etc/etcd/a.yml"), Some(root.join("etc/etcd/a.yml")));
        assert_eq!(of("/conf/a.yml"), Some(root.join("etc/etcd/a.yml")));
        assert_eq!(of("b.yml"), Some(root.join("work/b.yml")));
        assert_eq!(of("../conf/../a.yml"), None);
        for outside in ["c.yml", "d.yml", "e.yml", "/../../outside.yml", ""] {
            assert_eq!(of(outside), None, "{outside}");
        }
        assert_eq!(file_of(&root.join("cmdline"), "b.yml"), None);
    }
}
