//! Files that tasks of Ansible write on hosts, whatever their names in the tree are.

use std::collections::{BTreeSet, HashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, PoisonError};

use super::placing_task::{Placed, PlacingTask};
use super::units::Files;
use crate::assemble::EditingTask;
use crate::surface::{PlacedContent, normalised, placements};

/// The folders of a role, and those beside a playbook.
const FOLDERS: [&str; 4] = ["templates", "files", "tasks", "handlers"];

impl Files {
    /// Returns what becomes a path on the host of `part`: by the folder that is `/`, by the tasks of its role or playbook, else by the one task of
    /// the tree that names the path.
    pub(super) fn placed(&self, part: &Path, path: &str) -> Placed {
        let host = self.host_root.as_ref();
        if let Some(file) = host.and_then(|host| host.file(path)) {
            return Placed::File(file);
        }
        if path.contains(['%', '*', '$', '<']) {
            return Placed::Nothing;
        }
        let path = normalised(path);
        let home = self.home(part);
        let own = self.tasks_of(&home);
        let own: Vec<&PlacingTask> = own.iter().collect();
        let exact = own.iter().copied().filter(is_same_path(&path));
        let exact: Vec<&PlacingTask> = exact.collect();
        if !exact.is_empty() {
            return self.outcome(&exact);
        }
        let fitting = own.into_iter();
        let fitting = fitting.filter(|task| may_be_same(&task.placement.path, &path));
        let fitting: Vec<&PlacingTask> = fitting.collect();
        let paths: BTreeSet<&str> = fitting
            .iter()
            .map(|task| task.placement.path.as_str())
            .collect();
        if paths.len() == 1 {
            match self.outcome(&fitting) {
                // The names may tell.
                Placed::Unknown => return Placed::Nothing,
                placed => return placed,
            }
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        if path.contains("{{") || name.is_empty() {
            return Placed::Nothing;
        }
        let others = self.tasks_that_name(name);
        let others: Vec<&PlacingTask> = others.iter().filter(is_same_path(&path)).collect();
        match self.outcome(&others) {
            Placed::File(file) => Placed::File(file),
            // What other roles edit may be on other hosts.
            Placed::Unknown | Placed::Edited(_) | Placed::Nothing => Placed::Nothing,
        }
    }

    /// Returns what tasks that write to one path leave there.
    fn outcome(&self, tasks: &[&PlacingTask]) -> Placed {
        let mut files: BTreeSet<PathBuf> = BTreeSet::new();
        let mut is_known = true;
        for task in tasks {
            let (source, folder) = match &task.placement.content {
                PlacedContent::Template(source) => (source, "templates"),
                PlacedContent::File(source) => (source, "files"),
                PlacedContent::Other => {
                    is_known = false;
                    continue;
                }
                PlacedContent::Lines => continue,
            };
            let found = self.sources(&task.file, source, folder);
            is_known &= found.len() == 1;
            files.extend(found);
        }
        let mut files = files.into_iter();
        match (files.next(), files.next(), tasks.first()) {
            (Some(file), None, _) if is_known => Placed::File(file),
            (None, None, Some(task)) if is_known => Placed::Edited(EditingTask {
                module: task.placement.module,
                path: self.shown(&task.file),
                line: task.placement.line,
            }),
            (None, None, None) => Placed::Nothing,
            _ => Placed::Unknown,
        }
    }

    /// Returns the files of the tree that the source of a task may be.
    fn sources(&self, task: &Path, source: &str, folder: &str) -> Vec<PathBuf> {
        let home = self.home(task);
        let beside = task.parent().unwrap_or(task);
        let inside = ["{{ role_path }}/", "{{ playbook_dir }}/"];
        let relative = inside.iter().find_map(|place| source.strip_prefix(place));
        let folders = match relative {
            Some(_) => vec![home.clone()],
            None => vec![
                home.join(folder),
                home.clone(),
                beside.join(folder),
                beside.to_path_buf(),
            ],
        };
        let source = relative.unwrap_or(source);
        if source.starts_with('/') {
            return Vec::new();
        }
        if source.contains("{{") {
            let below = folders[0].clone();
            let all = self.by_name.values().flatten();
            let fitting = all.filter(|file| {
                let inner = file.strip_prefix(&below).ok().and_then(Path::to_str);
                inner.is_some_and(|inner| fits(source, inner))
            });
            return fitting.cloned().collect();
        }
        let mut files = folders.iter().map(|folder| joined(folder, source));
        let found = files.find(|file| self.has(file));
        found.into_iter().collect()
    }

    fn has(&self, file: &Path) -> bool {
        let name = file.file_name().and_then(|name| name.to_str());
        let name = name.map(super::parts::without_template);
        let files = name.and_then(|name| self.by_name.get(name));
        files.is_some_and(|files| files.iter().any(|own| own == file))
    }

    /// Returns the role, or the folder of playbooks, that a file belongs to.
    fn home(&self, file: &Path) -> PathBuf {
        let folder = file.parent().unwrap_or(file);
        let below = folder.strip_prefix(&self.root).unwrap_or(folder);
        let is_of_role = |folder: &&Path| {
            let name = folder.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| FOLDERS.contains(&name))
        };
        // The outermost one: `files/etc/tasks` is a folder of the role's files.
        let outermost = below.ancestors().filter(is_of_role).last();
        match outermost.and_then(Path::parent) {
            Some(home) => self.root.join(home),
            None => folder.to_path_buf(),
        }
    }

    /// Returns the tasks of a role or of a folder of playbooks.
    fn tasks_of(&self, home: &Path) -> Arc<Vec<PlacingTask>> {
        let key = home.to_string_lossy();
        self.cached(&key, |file| {
            (self.home(file) == home).then(|| self.bytes(file).unwrap_or_default())
        })
    }

    /// Returns the tasks of the files that contain the name of a file.
    fn tasks_that_name(&self, name: &str) -> Arc<Vec<PlacingTask>> {
        self.cached(name, |file| {
            let bytes = self.bytes(file).unwrap_or_default();
            let has_name = memchr::memmem::find(&bytes, name.as_bytes()).is_some();
            has_name.then_some(bytes)
        })
    }

    /// Returns the tasks of the files whose bytes are given.
    fn cached(&self, key: &str, bytes: impl Fn(&Path) -> Option<Vec<u8>>) -> Arc<Vec<PlacingTask>> {
        let known = || self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(key).cloned();
        found.unwrap_or_else(|| {
            let files = self.task_files().iter();
            let tasks = files.flat_map(|file| tasks_in(file, bytes(file).unwrap_or_default()));
            let tasks: Arc<Vec<PlacingTask>> = Arc::new(tasks.collect());
            known().insert(key.to_owned(), Arc::clone(&tasks));
            tasks
        })
    }

    /// Returns the files that may have tasks, by their paths.
    fn task_files(&self) -> &[PathBuf] {
        self.task_files.get_or_init(|| {
            let all = || self.by_name.values().flatten();
            // Playbooks are beside the folders with their files, or beside the files themselves.
            let mut folders: HashSet<&Path> = HashSet::new();
            for file in all() {
                let of_role = file.ancestors().skip(1).filter(|folder| {
                    folder.ends_with("roles") || FOLDERS.iter().any(|name| folder.ends_with(name))
                });
                folders.extend(of_role.filter_map(Path::parent));
                let is_unit = super::parts::is_of_unit(file);
                folders.extend(file.parent().filter(|_| is_unit));
            }
            let may_have_tasks = |path: &&PathBuf| {
                let end = path.extension();
                let is_yaml = end.is_some_and(|end| end == "yml" || end == "yaml");
                let is_of_tasks = |folder: &Path| {
                    ["tasks", "handlers", "playbooks"]
                        .iter()
                        .any(|name| folder.ends_with(name))
                };
                let is_beside = || path.parent().is_some_and(|folder| folders.contains(folder));
                is_yaml && (path.ancestors().any(is_of_tasks) || is_beside())
            };
            let mut files: Vec<PathBuf> = all().filter(may_have_tasks).cloned().collect();
            files.sort();
            files
        })
    }
}

fn tasks_in(file: &Path, bytes: Vec<u8>) -> Vec<PlacingTask> {
    let has = |sign: &str| memchr::memmem::find(&bytes, sign.as_bytes()).is_some();
    let places = has("dest") && (has("template") || has("copy"));
    let edits = has("lineinfile") || has("blockinfile") || has("ini_file") || has("replace");
    let is_task = (places || edits) && (has("etcd") || has("ETCD_"));
    let text = String::from_utf8(if is_task { bytes } else { Vec::new() });
    let found = placements(&text.unwrap_or_default()).into_iter();
    let tasks = found.map(|placement| PlacingTask {
        file: file.to_path_buf(),
        placement,
    });
    tasks.collect()
}

fn is_same_path(path: &str) -> impl Fn(&&PlacingTask) -> bool {
    move |task| task.placement.path == path
}

/// Returns the file of that name in a folder, without dots in its path.
fn joined(folder: &Path, name: &str) -> PathBuf {
    let mut file = folder.to_path_buf();
    for component in Path::new(name).components() {
        match component {
            Component::Normal(name) => file.push(name),
            Component::ParentDir => {
                file.pop();
            }
            _ => {}
        }
    }
    file
}

/// A path with variables as its literal parts: between two of them is a variable.
fn literals(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once("{{") {
        parts.push(before);
        rest = after.split_once("}}").map_or("", |(_, after)| after);
    }
    parts.push(rest);
    parts
}

/// Whether two paths may be the same if their variables have the right values. A path that has no literal name is not
/// compared, nor are two paths with different variables.
fn may_be_same(one: &str, other: &str) -> bool {
    match (one.contains("{{"), other.contains("{{")) {
        (true, false) => fits(one, other),
        (false, true) => fits(other, one),
        _ => one == other,
    }
}

/// Whether a path is the pattern with values for its variables. Only a variable at the beginning may contain folders.
fn fits(pattern: &str, path: &str) -> bool {
    let parts = literals(pattern);
    let (Some((first, inner)), Some(last)) = (parts.split_first(), parts.last()) else {
        return false;
    };
    if inner.is_empty() {
        return pattern == path;
    }
    let name = pattern.rsplit('/').next().unwrap_or_default();
    let is_named = literals(name).iter().any(|part| part.len() > 1);
    let Some(rest) = path.strip_prefix(first).filter(|_| is_named) else {
        return false;
    };
    let Some(middle) = rest.strip_suffix(last) else {
        return false;
    };
    let between = &inner[..inner.len() - 1];
    let mut middle = middle;
    for (index, part) in between.iter().enumerate() {
        let Some((value, after)) = middle.split_once(part) else {
            return false;
        };
        if value.is_empty() || value.contains('/') && !(index == 0 && first.is_empty()) {
            return false;
        }
        middle = after;
    }
    !middle.is_empty() && (!middle.contains('/') || between.is_empty() && first.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_a_path_have_any_value() {
        assert!(fits("{{ dir }}/etcd.env", "/etc/etcd/etcd.env"));
        assert!(fits("/etc/{{ name }}.env", "/etc/etcd.env"));
        assert!(fits("/etc/{{ name }}/{{ file }}.env", "/etc/etcd/a.env"));
        assert!(!fits("/etc/etcd/{{ file }}", "/etc/etcd/a.env"));
        assert!(!fits("/etc/{{ name }}.env", "/etc/etcd/etcd.env"));
        assert!(!fits("/etc/{{ name }}.env", "/etc/.env"));
        assert!(!fits("{{ path }}", "/etc/etcd.env"));
        assert!(!fits("{{ dir }}/{{ file }}", "/etc/etcd.env"));
        assert!(may_be_same("/etc/a.env", "{{ dir }}/a.env"));
        assert!(!may_be_same("{{ one }}/a.env", "{{ other }}/a.env"));
    }
}
