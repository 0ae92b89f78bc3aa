//! The other files of a tree that name a variable, or set the same option: a rewrite is right only if there are none.
//!
//! A plain search, made when a fix first needs it. Like [`crate::project::walk`] it reads the file system.

mod linked;
mod parts;
mod placed;
mod placing_task;
pub mod process;
mod rendered;
mod rendered_paths;
mod rewritten;
mod units;
mod uses;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::configuration::absolute;
use super::host_root::HostRoot;
use super::walk;
use crate::assemble::{OtherFiles, Part, Referred, Rendering};
use crate::check::{Beside, OtherUses};
use crate::facts::catalogue::{Catalogue, variable_name};
use crate::limits::SEARCHED_FILES;
use crate::member::Reference;
use crate::report::visible_path;
use crate::surface::{ARGUMENTS, VARIABLES};
use rewritten::Rewritten;
use units::Files;
use uses::Uses;

/// The trees that files are in, each searched once.
#[derive(Debug)]
pub struct Neighbours {
    working_folder: PathBuf,
    /// The folders that were given, absolute and as they were given.
    folders: Vec<(PathBuf, PathBuf)>,
    host_root: Option<HostRoot>,
    trees: Mutex<HashMap<Extent, Arc<Tree>>>,
    /// Texts that are read instead of those on disk.
    rewritten: Arc<Rewritten>,
}

/// What belongs to a tree.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Extent {
    /// All files below the folder.
    Below(PathBuf),
    /// The files in the folder.
    In(PathBuf),
}

#[derive(Debug)]
struct Tree {
    extent: Extent,
    /// What paths of the tree begin with where they are shown.
    shown_root: PathBuf,
    rewritten: Arc<Rewritten>,
    listing: Arc<OnceLock<Vec<PathBuf>>>,
    host_root: Option<HostRoot>,
    uses: OnceLock<Uses>,
    files: OnceLock<Files>,
}

impl Neighbours {
    /// Returns the neighbours of files whose paths begin in `working_folder`; `folders` were given to be walked.
    #[must_use]
    pub fn new(working_folder: PathBuf, folders: &[PathBuf]) -> Self {
        let folders = folders.iter();
        let folders = folders.map(|folder| (absolute(&working_folder, folder), folder.clone()));
        Self {
            folders: folders.collect(),
            working_folder,
            host_root: None,
            trees: Mutex::default(),
            rewritten: Arc::default(),
        }
    }

    /// Returns the same trees with other texts in these files, whose paths begin in the working folder. The members of
    /// the trees are then those of these texts.
    #[must_use]
    pub fn with_texts(&self, texts: impl Iterator<Item = (PathBuf, String)>) -> Self {
        let rewritten = texts.map(|(path, text)| (absolute(&self.working_folder, &path), text));
        let rewritten: Arc<Rewritten> = Arc::new(rewritten.collect());
        let trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        let trees = trees.iter().map(|(extent, tree)| {
            let tree = Tree {
                extent: extent.clone(),
                shown_root: tree.shown_root.clone(),
                rewritten: Arc::clone(&rewritten),
                listing: Arc::clone(&tree.listing),
                host_root: tree.host_root.clone(),
                uses: OnceLock::new(),
                files: OnceLock::new(),
            };
            (extent.clone(), Arc::new(tree))
        });
        Self {
            working_folder: self.working_folder.clone(),
            folders: self.folders.clone(),
            trees: Mutex::new(trees.collect()),
            host_root: self.host_root.clone(),
            rewritten: Arc::clone(&rewritten),
        }
    }

    /// Returns the same, with the folder that is `/` of the hosts.
    #[must_use]
    pub fn with_host_root(self, host_root: Option<HostRoot>) -> Self {
        Self { host_root, ..self }
    }

    /// Returns whether a search was made, whose result is outdated when files change.
    #[must_use]
    pub fn is_searched(&self) -> bool {
        let trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        let mut trees = trees.values();
        trees.any(|tree| tree.uses.get().is_some() || tree.files.get().is_some())
    }

    /// Returns the path of a file as seen from the working folder, without dots in it.
    fn seen_from_here(&self, path: &Path) -> PathBuf {
        let path = absolute(&self.working_folder, path);
        let relative = path.strip_prefix(&self.working_folder);
        relative.map_or_else(|_| path.clone(), Path::to_path_buf)
    }

    fn tree(&self, file: &Path) -> Arc<Tree> {
        let is_below = |(folder, _): &&(PathBuf, PathBuf)| {
            file.starts_with(folder) && file != folder.as_path()
        };
        let given = self.folders.iter().find(is_below);
        let repository = || {
            let mut around = file.ancestors().skip(1);
            around.find(|folder| folder.join(".git").exists())
        };
        let root = given.map(|(folder, _)| folder.as_path());
        let extent = match root.or_else(repository) {
            Some(root) => Extent::Below(root.to_path_buf()),
            None => Extent::In(file.parent().unwrap_or(file).to_path_buf()),
        };
        let mut trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        let tree = trees.entry(extent.clone()).or_insert_with(|| {
            let (Extent::Below(root) | Extent::In(root)) = &extent;
            let shown_root = match given {
                Some((_, given)) => given.strip_prefix(".").unwrap_or(given).to_path_buf(),
                None => self.seen_from_here(root),
            };
            Arc::new(Tree {
                extent,
                shown_root,
                rewritten: Arc::clone(&self.rewritten),
                listing: Arc::default(),
                host_root: self.host_root.clone(),
                uses: OnceLock::new(),
                files: OnceLock::new(),
            })
        });
        Arc::clone(tree)
    }
}

/// Finds the other files of the units of a tree.
impl OtherFiles for Neighbours {
    fn units_of(&self, catalogue: &Catalogue, file: &Path) -> Vec<Vec<Part>> {
        let file = absolute(&self.working_folder, file);
        if !parts::is_of_unit(&file) {
            return Vec::new();
        }
        let tree = self.tree(&file);
        let files = tree.files();
        let units = files.units_of(&file);
        parts_of(files, catalogue, &file, units)
    }

    fn units_that_read(&self, catalogue: &Catalogue, file: &Path) -> Vec<Vec<Part>> {
        let file = absolute(&self.working_folder, file);
        let tree = self.tree(&file);
        let files = tree.files();
        let units = files.units_that_read(catalogue, &file);
        parts_of(files, catalogue, &file, units)
    }

    fn processes(&self, catalogue: &Catalogue, file: &Path) -> Vec<Part> {
        let file = absolute(&self.working_folder, file);
        let tree = self.tree(&file);
        if file.file_name().is_some_and(|name| name == VARIABLES) {
            // The other files of a process may be large, or have no end.
            let process = tree.files().beside(&file, ARGUMENTS);
            let text = process.and_then(|process| {
                let surface = parts::process_surface();
                tree.files().text(catalogue, &process, surface)
            });
            return text.into_iter().map(Part::Other).collect();
        }
        let texts = tree.files().linked(catalogue).iter();
        let others = texts.filter(|text| text.source.path != file);
        others.cloned().map(Part::Other).collect()
    }

    fn renderings(&self, catalogue: &Catalogue, file: &Path) -> Vec<Rendering> {
        let file = absolute(&self.working_folder, file);
        let tree = self.tree(&file);
        tree.files().renderings(catalogue, &file)
    }

    fn beside(&self, catalogue: &Catalogue, file: &Path, part: &Part, name: &str) -> Option<Part> {
        let file = absolute(&self.working_folder, file);
        let tree = self.tree(&file);
        let found = tree.files().beside(path_of(&file, part), name)?;
        if found == file {
            return Some(Part::Own);
        }
        let surface = parts::environment_surface().filter(|_| name == ".env");
        let text = tree.files().text(catalogue, &found, surface)?;
        Some(Part::Other(text))
    }

    fn referred(
        &self,
        catalogue: &Catalogue,
        file: &Path,
        part: &Part,
        reference: &Reference,
    ) -> Referred {
        let file = absolute(&self.working_folder, file);
        let tree = self.tree(&file);
        let files = tree.files();
        if matches!(part, Part::Inside(_)) {
            return files.referred_by_inner(catalogue, &file, reference);
        }
        files.referred(catalogue, &file, path_of(&file, part), reference)
    }
}

fn path_of<'p>(file: &'p Path, part: &'p Part) -> &'p Path {
    match part {
        Part::Own | Part::Inside(_) => file,
        Part::Other(text) => &text.source.path,
    }
}

/// Returns the files of units as parts, seen from one of them; without those that cannot be read.
fn parts_of(
    files: &Files,
    catalogue: &Catalogue,
    own: &Path,
    units: Vec<Vec<PathBuf>>,
) -> Vec<Vec<Part>> {
    let part = |path: &PathBuf| {
        if path == own {
            return Some(Part::Own);
        }
        let text = files.text(catalogue, path, parts::unit_surface())?;
        Some(Part::Other(text))
    };
    let units = units.iter();
    units
        .map(|unit| unit.iter().filter_map(part).collect())
        .collect()
}

/// Searches the files below the folder that was given, else those of the git repository, else those beside the file.
impl OtherUses for Neighbours {
    fn user(&self, file: &Path, beside: Beside<'_>) -> Option<String> {
        let file = absolute(&self.working_folder, file);
        let whole = parts::whole(&file);
        if matches!(beside, Beside::Part(_)) && whole.is_none() {
            return None;
        }
        let tree = self.tree(&file);
        let uses = tree.uses();
        if uses.is_cut_off {
            return Some(format!(
                "the tree has more than {SEARCHED_FILES} files, so other uses of the setting are not known"
            ));
        }
        let other = |name: &str| {
            let files = uses.files.get(name)?;
            files.iter().find(|path| **path != file)
        };
        let (what, other) = match beside {
            Beside::Part(option) => {
                let mut others = uses.parts.get(&whole?)?.iter();
                let other =
                    others.find(|path| **path != file && parts::names_option(path, option))?;
                (format!("`{option}` is also given"), other)
            }
            Beside::Variable(variable) => (format!("`{variable}` is also used"), other(variable)?),
            Beside::VariableOf(option) => {
                let other = other(&format!("-{option}"))?;
                (format!("`--{option}` is given"), other)
            }
            Beside::FlagOf(option) => {
                let variable = variable_name(option);
                match other(&format!("={variable}")) {
                    Some(other) => (format!("`{variable}` is set"), other),
                    None => {
                        let other = other(&format!("+{option}"))?;
                        (format!("`--{option}` is also given"), other)
                    }
                }
            }
        };
        let (Extent::Below(root) | Extent::In(root)) = &tree.extent;
        let path = other.strip_prefix(root).unwrap_or(other);
        let path = visible_path(path);
        Some(format!("{what} in {path}; change both by hand"))
    }
}

impl Tree {
    fn files(&self) -> &Files {
        self.files.get_or_init(|| {
            let (Extent::Below(root) | Extent::In(root)) = &self.extent;
            let rewritten = Arc::clone(&self.rewritten);
            let mut files = Files::of((root, &self.shown_root), self.listing(), rewritten);
            files.host_root.clone_from(&self.host_root);
            files
        })
    }

    fn listing(&self) -> &[PathBuf] {
        self.listing.get_or_init(|| self.extent.files())
    }

    fn uses(&self) -> &Uses {
        self.uses.get_or_init(|| Uses::in_files(self.listing()))
    }
}

impl Extent {
    fn files(&self) -> Vec<PathBuf> {
        match self {
            Self::Below(root) => {
                let found = walk::find(std::slice::from_ref(root));
                found
                    .candidates
                    .into_iter()
                    .map(|found| found.path)
                    .collect()
            }
            Self::In(folder) => {
                let entries = fs::read_dir(folder).into_iter().flatten().flatten();
                let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
                files.sort();
                files
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_of_the_tree_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_path_buf();
        fs::create_dir(root.join("units")).unwrap();
        let (own, other) = (root.join("etcd.env"), root.join("units/etcd.service"));
        fs::write(&own, "A=1\nB=$A\nETCD_NAME=a\nOPTS=\"--debug\"\n").unwrap();
        fs::write(
            &other,
            "EnvironmentFile=/etcd.env\nExecStart=etcd --name ${B}\n",
        )
        .unwrap();
        let below = Neighbours::new(root.clone(), &[PathBuf::from(".")]);
        let user = |file: &str, name| below.user(Path::new(file), Beside::Variable(name));
        assert_eq!(user("etcd.env", "A"), None);
        let why = user("./etcd.env", "B").unwrap();
        assert!(
            why.starts_with("`B` is also used in units/etcd.service"),
            "{why}"
        );
        assert_eq!(user("units/etcd.service", "B"), None);
        let why = below.user(&own, Beside::VariableOf("name")).unwrap();
        assert!(
            why.starts_with("`--name` is given in units/etcd.service"),
            "{why}"
        );
        let why = below.user(&other, Beside::FlagOf("debug")).unwrap();
        assert!(
            why.starts_with("`--debug` is also given in etcd.env"),
            "{why}"
        );
        let why = below.user(&other, Beside::FlagOf("name")).unwrap();
        assert!(why.starts_with("`ETCD_NAME` is set in etcd.env"), "{why}");
        let beside = || Neighbours::new(root.clone(), &[]).user(&own, Beside::Variable("B"));
        assert_eq!(beside(), None);
        fs::create_dir(root.join(".git")).unwrap();
        assert!(beside().is_some());
    }
}
