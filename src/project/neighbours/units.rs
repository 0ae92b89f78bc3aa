//! The other files of a member: those of a systemd unit, and the files that it names.

use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::placing_task::{Placed, PlacingTask};
use super::rendered_paths::RenderedPaths;
use super::rewritten::Rewritten;
use super::{parts, process};
use crate::assemble::{OtherText, Part, Referred};
use crate::facts::catalogue::Catalogue;
use crate::lint::{Content, decode};
use crate::member::{Reference, ReferenceKind};
use crate::project::host_root::HostRoot;
use crate::project::walk;
use crate::surface::{self, Discovery, FileReading, Surface, is_process_file};

/// What was read of a file as a surface.
type Texts = HashMap<(PathBuf, &'static str), Option<Arc<OtherText>>>;

/// The files of a tree, by what they may be a part of.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) root: PathBuf,
    /// What the paths of the tree begin with where they are shown.
    shown_root: PathBuf,
    rewritten: Arc<Rewritten>,
    pub(super) host_root: Option<HostRoot>,
    /// Files by name, without the ending of a template.
    pub(super) by_name: HashMap<String, Vec<PathBuf>>,
    /// The files of each unit.
    units: BTreeMap<PathBuf, Vec<PathBuf>>,
    texts: Mutex<Texts>,
    /// For each environment file, the units that name it.
    read_by: OnceLock<HashMap<PathBuf, Vec<PathBuf>>>,
    /// The texts with processes that get variables from others, and with objects.
    pub(super) linked: OnceLock<Vec<Arc<OtherText>>>,
    /// What kustomizations render.
    pub(super) rendered: OnceLock<Vec<RenderedPaths>>,
    /// The tasks that write files on hosts.
    pub(super) tasks: Mutex<HashMap<String, Arc<Vec<PlacingTask>>>>,
    /// The files that may have such tasks.
    pub(super) task_files: OnceLock<Vec<PathBuf>>,
}

impl Files {
    pub(super) fn of(
        (root, shown_root): (&Path, &Path),
        files: &[PathBuf],
        rewritten: Arc<Rewritten>,
    ) -> Self {
        let mut found = Self {
            root: root.to_path_buf(),
            shown_root: shown_root.to_path_buf(),
            rewritten,
            ..Self::default()
        };
        for path in files {
            if let Some(name) = path.file_name().and_then(|name| name.to_str()) {
                let name = parts::without_template(name).to_owned();
                found.by_name.entry(name).or_default().push(path.clone());
            }
            if parts::is_of_unit(path)
                && let Some(whole) = parts::whole(path)
            {
                found.units.entry(whole).or_default().push(path.clone());
            }
        }
        found
    }

    /// Returns the files of the units that a file is a file of, each unit in systemd's order.
    pub(super) fn units_of(&self, file: &Path) -> Vec<Vec<PathBuf>> {
        let whole = parts::whole(file);
        let files = whole.and_then(|whole| self.units.get(&whole));
        let units = files.map_or_else(Vec::new, |files| parts::in_order(files));
        units
            .into_iter()
            .filter(|unit| unit.iter().any(|path| path == file))
            .collect()
    }

    /// Returns the files of the units that name the file as an environment file.
    pub(super) fn units_that_read(&self, catalogue: &Catalogue, file: &Path) -> Vec<Vec<PathBuf>> {
        let read_by = self.read_by.get_or_init(|| self.find_readers(catalogue));
        let units = read_by.get(file).into_iter().flatten();
        let units = units.filter_map(|whole| self.units.get(whole));
        units.flat_map(|files| parts::in_order(files)).collect()
    }

    fn find_readers(&self, catalogue: &Catalogue) -> HashMap<PathBuf, Vec<PathBuf>> {
        let mut read_by: HashMap<PathBuf, Vec<PathBuf>> = HashMap::new();
        for (whole, files) in &self.units {
            for path in files {
                let Some(text) = self.text(catalogue, path, parts::unit_surface()) else {
                    continue;
                };
                let unit = text.reading.unit.iter();
                let named = unit.flat_map(|unit| &unit.environment_files);
                let members = text.reading.members.iter();
                let of_containers = members.flat_map(|member| &member.inputs.variables);
                for reference in named.chain(of_containers) {
                    let placed = self.placed(path, &reference.path);
                    for (_, found) in self.found(path, &reference.path, placed) {
                        let units = read_by.entry(found).or_default();
                        if !units.contains(whole) {
                            units.push(whole.clone());
                        }
                    }
                }
            }
        }
        read_by
    }

    /// Returns the file that a path on the host of `part` is, seen from `own`.
    pub(super) fn referred(
        &self,
        catalogue: &Catalogue,
        own: &Path,
        part: &Path,
        reference: &Reference,
    ) -> Referred {
        if let Some(object) = &reference.object {
            return self.object(catalogue, own, part, object);
        }
        let path = reference.path.as_str();
        let of_file = |file: PathBuf| self.as_part(catalogue, own, file, reference.kind);
        let name = part.file_name().and_then(|name| name.to_str());
        let is_process = name.is_some_and(is_process_file);
        let of_process = || process::file_of(part, path).filter(|_| is_process);
        if reference.kind == ReferenceKind::ConfigFile
            && let Some(file) = of_process()
        {
            return of_file(file).map_or(Referred::Unknown, Referred::One);
        }
        if let Some(file) = self.beside(part, path) {
            return of_file(file).map_or(Referred::Unknown, Referred::One);
        }
        let placed = self.placed(part, path);
        if let Placed::Edited(task) = placed {
            return Referred::Edited(task);
        }
        let found = self.found(part, path, placed);
        if path.contains("%i") || path.contains("%I") {
            let parts = found.into_iter();
            let parts = parts.filter_map(|(instance, file)| Some((instance, of_file(file)?)));
            let parts: Vec<(String, Part)> = parts.collect();
            return if parts.is_empty() {
                Referred::Unknown
            } else {
                Referred::Instances(parts)
            };
        }
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (Some((_, file)), None) => of_file(file).map_or(Referred::Unknown, Referred::One),
            _ => Referred::Unknown,
        }
    }

    /// Returns the file that a path on a host is, which a text inside `own` names: only if a task writes it.
    pub(super) fn referred_by_inner(
        &self,
        catalogue: &Catalogue,
        own: &Path,
        reference: &Reference,
    ) -> Referred {
        match self.placed(own, &reference.path) {
            Placed::File(file) => self
                .as_part(catalogue, own, file, reference.kind)
                .map_or(Referred::Unknown, Referred::One),
            Placed::Edited(task) => Referred::Edited(task),
            Placed::Unknown | Placed::Nothing => Referred::Unknown,
        }
    }

    /// Returns a file as a part, read as what a reference of that kind leads to.
    fn as_part(
        &self,
        catalogue: &Catalogue,
        own: &Path,
        file: PathBuf,
        kind: ReferenceKind,
    ) -> Option<Part> {
        if file == own {
            return Some(Part::Own);
        }
        let surface = match kind {
            ReferenceKind::Variables => parts::environment_surface(),
            ReferenceKind::Process => parts::process_surface(),
            ReferenceKind::ConfigFile => parts::config_file_surface(),
        };
        let text = self.text(catalogue, &file, surface)?;
        Some(Part::Other(text))
    }

    /// Does the same as [`Self::find`], unless a task writes the file.
    fn found(&self, part: &Path, path: &str, placed: Placed) -> Vec<(String, PathBuf)> {
        match placed {
            Placed::File(file) => vec![(String::new(), file)],
            Placed::Unknown | Placed::Edited(_) => Vec::new(),
            Placed::Nothing => self.find(part, path),
        }
    }

    /// Returns the path of a file as it is shown.
    pub(super) fn shown(&self, file: &Path) -> Arc<Path> {
        let host = self.host_root.as_ref();
        let of_host = host.and_then(|host| {
            let below = file.strip_prefix(&host.folder).ok()?;
            Some(host.shown.join(below))
        });
        let path = match file.strip_prefix(&self.root) {
            Ok(below) => self.shown_root.join(below),
            Err(_) => of_host.unwrap_or_else(|| file.to_path_buf()),
        };
        Arc::from(path)
    }

    /// Returns the files that a path on the host of `part` may be, each with the instance that `%i` is.
    fn find(&self, part: &Path, path: &str) -> Vec<(String, PathBuf)> {
        let relative = path.trim_start_matches('/');
        if relative.is_empty() || relative.contains(['$', '{', '<']) {
            return Vec::new();
        }
        let pattern: Vec<String> = Path::new(relative)
            .components()
            .filter_map(|component| match component {
                Component::Normal(name) => name.to_str().map(str::to_owned),
                _ => None,
            })
            .collect();
        let Some(name) = pattern.last() else {
            return Vec::new();
        };
        let mut candidates: Vec<(String, &PathBuf)> = Vec::new();
        for (file_name, files) in &self.by_name {
            if let Some(instance) = instance_of(name, file_name) {
                candidates.extend(files.iter().map(|file| (instance.clone(), file)));
            }
        }
        // The longer the common end of two paths, and the nearer the folder, the likelier.
        let score = |file: &Path| {
            let folders = file.parent().map(Path::components).into_iter().flatten();
            let folders: Vec<&str> = folders
                .filter_map(|component| component.as_os_str().to_str())
                .collect();
            let ends = pattern[..pattern.len() - 1].iter().rev();
            let common = ends
                .zip(folders.iter().rev())
                .take_while(|(expected, folder)| instance_of(expected, folder).is_some())
                .count();
            let shared = part.components().zip(file.components());
            let near = shared.take_while(|(one, other)| one == other).count();
            (common, near)
        };
        let mut best: BTreeMap<String, ((usize, usize), Vec<&PathBuf>)> = BTreeMap::new();
        for (instance, file) in candidates {
            if !file.starts_with(&self.root) {
                continue;
            }
            let score = score(file);
            let entry = best.entry(instance).or_insert((score, Vec::new()));
            if score > entry.0 {
                *entry = (score, vec![file]);
            } else if score == entry.0 {
                entry.1.push(file);
            }
        }
        let best = best.into_iter();
        let best = best.flat_map(|(instance, (_, files))| {
            files
                .into_iter()
                .map(move |file| (instance.clone(), file.clone()))
        });
        best.collect()
    }

    /// Returns a text of the tree, read as that surface.
    pub(super) fn text(
        &self,
        catalogue: &Catalogue,
        path: &Path,
        surface: Option<Surface>,
    ) -> Option<Arc<OtherText>> {
        let key = (
            path.to_path_buf(),
            surface.map_or("", |surface| surface.name),
        );
        let texts = || self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let known = texts().get(&key).cloned();
        known.unwrap_or_else(|| {
            let text = self.read(catalogue, path, surface).map(Arc::new);
            texts().insert(key, text.clone());
            text
        })
    }

    /// Returns the content of a file, if it can be read.
    pub(super) fn bytes(&self, path: &Path) -> Option<Vec<u8>> {
        match self.rewritten.get(path) {
            Some(text) => Some(text.clone().into_bytes()),
            None => walk::read(path).ok(),
        }
    }

    fn read(
        &self,
        catalogue: &Catalogue,
        path: &Path,
        surface: Option<Surface>,
    ) -> Option<OtherText> {
        let Ok(Content::Text(source)) = decode(path, self.bytes(path)?, None) else {
            return None;
        };
        let reading = match surface::read(&source, catalogue, Discovery::Explicit, surface) {
            FileReading::Read(reading) => reading,
            FileReading::NotEtcd(_) | FileReading::Unreadable(_) => return None,
        };
        Some(OtherText {
            path: self.shown(path),
            source,
            reading,
        })
    }
}

/// Returns what `%i` is if the pattern fits the name; empty if the pattern has none. `*` fits anything.
fn instance_of(pattern: &str, name: &str) -> Option<String> {
    let mark = ["%i", "%I", "*"]
        .into_iter()
        .find(|mark| pattern.contains(mark));
    let Some(mark) = mark else {
        return (pattern == name).then(String::new);
    };
    let (start, end) = pattern.split_once(mark)?;
    let middle = name.strip_prefix(start)?.strip_suffix(end)?;
    Some(if mark == "*" {
        String::new()
    } else {
        middle.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_on_the_host_is_found_by_its_end_and_its_place() {
        let files = [
            "/t/hosts/a/etc/etcd/etcd.env",
            "/t/hosts/b/etc/etcd/etcd.env",
            "/t/other/etcd.env",
            "/t/i/etcd-one.env.j2",
        ];
        let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
        let top = Path::new("/t");
        let files = Files::of((top, top), &files, Arc::default());
        let find = |part: &str, path: &str| {
            let found = files.find(Path::new(part), path);
            let found = found.into_iter();
            let found = found.map(|(instance, file)| format!("{instance}{}", file.display()));
            found.collect::<Vec<_>>().join(" ")
        };
        let unit = "/t/hosts/b/etc/systemd/system/etcd.service";
        assert_eq!(
            find(unit, "/etc/etcd/etcd.env"),
            "/t/hosts/b/etc/etcd/etcd.env"
        );
        assert_eq!(
            find("/t/other/u.service", "/srv/etcd.env"),
            "/t/other/etcd.env"
        );
        assert_eq!(find(unit, "/etc/etcd/other.env"), "");
        assert_eq!(find(unit, "/i/etcd-%i.env"), "one/t/i/etcd-one.env.j2");
        assert_eq!(
            find("/t/u.service", "/etc/etcd/etcd.env"),
            "/t/hosts/a/etc/etcd/etcd.env /t/hosts/b/etc/etcd/etcd.env"
        );
    }
}
