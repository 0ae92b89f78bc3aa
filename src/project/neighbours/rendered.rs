//! Kustomizations of a tree, and configurations of kubeadm: the objects and the patches of each.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::parts;
use super::rendered_paths::RenderedPaths;
use super::units::Files;
use crate::assemble::{OtherText, Part, Patch, Rendering};
use crate::facts::catalogue::Catalogue;
use crate::member::Place;
use crate::source::Span;
use crate::surface::{Kustomization, PatchSource, Target, is_kubeadm_patch};

/// The names of kustomizations.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

impl Files {
    /// Returns what is rendered from a file and others.
    pub(super) fn renderings(&self, catalogue: &Catalogue, own: &Path) -> Vec<Rendering> {
        let all = self.rendered.get_or_init(|| {
            let mut all = self.find_kustomizations(catalogue);
            all.extend(self.find_static_pods(catalogue));
            all
        });
        let is_of = |one: &&RenderedPaths| {
            one.path == own
                || one.manifests.iter().any(|path| path == own)
                || one.patches.iter().any(|(path, _)| path == own)
        };
        let part = |path: &PathBuf| {
            if path == own {
                return Some(Part::Own);
            }
            let text = self.manifest(catalogue, path)?;
            Some(Part::Other(text))
        };
        let renderings = all.iter().filter(is_of).map(|one| {
            let patches = one.patches.iter().map(|(path, source)| {
                let part = part(path)?;
                let is_unread = source.file.is_none() && source.text.is_none();
                (!is_unread).then(|| Patch {
                    part,
                    text: source.text,
                    target: source.target.clone(),
                })
            });
            let patches: Vec<Option<Patch>> = patches.collect();
            Rendering {
                path: self.shown(&one.path),
                sets_images: one.sets_images,
                is_only_use: one.is_only_use,
                manifests: one.manifests.iter().filter_map(part).collect(),
                has_more: one.has_more || patches.iter().any(Option::is_none),
                patches: patches.into_iter().flatten().collect(),
            }
        });
        renderings.collect()
    }

    fn find_kustomizations(&self, catalogue: &Catalogue) -> Vec<RenderedPaths> {
        let files = NAMES.iter().filter_map(|name| self.by_name.get(*name));
        let mut files: Vec<&PathBuf> = files.flatten().collect();
        files.sort();
        let rendered = files.into_iter().map(|file| {
            let mut rendered = RenderedPaths {
                path: file.clone(),
                ..RenderedPaths::default()
            };
            self.collect(catalogue, file, &mut rendered, &mut HashSet::new());
            rendered
        });
        rendered.filter(|one| !one.patches.is_empty()).collect()
    }

    /// Returns the configurations of kubeadm that name a folder with patches of etcd's static pod. The folder is on a
    /// host: it is the one folder of the tree with that name.
    fn find_static_pods(&self, catalogue: &Catalogue) -> Vec<RenderedPaths> {
        let names = self.by_name.iter();
        let names = names.filter(|(name, _)| is_kubeadm_patch(name));
        // The static pod itself has such a name too.
        let is_patch = |file: &&PathBuf| {
            let folder = file.parent().and_then(Path::file_name);
            let folder = folder.map(|name| name.to_string_lossy().contains("patch"));
            folder == Some(true) || file.to_string_lossy().contains('+')
        };
        let patches = names.flat_map(|(_, files)| files).filter(is_patch);
        let mut patches: Vec<&PathBuf> = patches.collect();
        patches.sort();
        if patches.is_empty() {
            return Vec::new();
        }
        let is_yaml = |file: &&PathBuf| {
            let end = file.extension().and_then(|end| end.to_str());
            matches!(end, Some("yaml" | "yml" | "conf" | "j2"))
        };
        let files = self.by_name.values().flatten().filter(is_yaml);
        let mut files: Vec<&PathBuf> = files.collect();
        files.sort();
        let rendered = files.into_iter().filter_map(|file| {
            let bytes = self.bytes(file)?;
            let has = |sign: &str| memchr::memmem::find(&bytes, sign.as_bytes()).is_some();
            if !has("kubeadm.k8s.io/") || !has("directory") || !has("etcd") {
                return None;
            }
            let text = self.text(catalogue, file, parts::manifest_surface())?;
            let [named] = text.reading.rendered.kubeadm_patches.as_slice() else {
                return None;
            };
            let name = Path::new(named).file_name();
            let of_name = patches.iter().filter(|patch| {
                let folder = patch.parent();
                folder.is_some_and(|folder| folder.file_name() == name)
            });
            let of_name: Vec<&PathBuf> = of_name.copied().collect();
            let folders: HashSet<Option<&Path>> =
                of_name.iter().map(|patch| patch.parent()).collect();
            (folders.len() == 1).then(|| RenderedPaths {
                path: file.clone(),
                manifests: vec![file.clone()],
                is_only_use: true,
                patches: of_name
                    .into_iter()
                    .map(|patch| of_static_pod(patch))
                    .collect(),
                ..RenderedPaths::default()
            })
        });
        rendered.collect()
    }

    /// Adds what a kustomization is made of: first its resources, then its own patches.
    fn collect(
        &self,
        catalogue: &Catalogue,
        file: &Path,
        rendered: &mut RenderedPaths,
        seen: &mut HashSet<PathBuf>,
    ) {
        if !seen.insert(file.to_path_buf()) {
            return;
        }
        let text = self.manifest(catalogue, file);
        let Some(kustomization) = text.as_ref().and_then(|text| kustomization(text)) else {
            rendered.has_more = true;
            return;
        };
        rendered.has_more |= kustomization.has_more;
        rendered.sets_images |= kustomization.sets_images;
        for resource in &kustomization.resources {
            let folder = resource.trim_end_matches('/');
            let inner = NAMES.iter().find_map(|name| {
                let name = format!("{folder}/{name}");
                self.beside(file, &name)
            });
            if let Some(inner) = inner {
                self.collect(catalogue, &inner, rendered, seen);
            } else if let Some(found) = self.beside(file, resource) {
                rendered.manifests.push(found);
            }
        }
        for patch in &kustomization.patches {
            let path = match &patch.file {
                Some(name) => self.beside(file, name),
                None => Some(file.to_path_buf()),
            };
            match path {
                Some(path) => rendered.patches.push((path, patch.clone())),
                None => rendered.has_more = true,
            }
        }
    }

    /// Returns a text read as objects of Kubernetes, if it may concern etcd.
    fn manifest(&self, catalogue: &Catalogue, path: &Path) -> Option<Arc<OtherText>> {
        let bytes = self.bytes(path)?;
        let has = |sign: &str| memchr::memmem::find(&bytes, sign.as_bytes()).is_some();
        let is_kustomization = NAMES.iter().any(|name| path.ends_with(name));
        if !is_kustomization && !has("containers") && !has("kubeadm.k8s.io/") {
            return None;
        }
        self.text(catalogue, path, parts::manifest_surface())
    }
}

/// Returns a patch of etcd's static pod. A merge patch replaces whole lists.
fn of_static_pod(file: &Path) -> (PathBuf, PatchSource) {
    let name = file.file_name().and_then(|name| name.to_str());
    let source = PatchSource {
        file: name.map(str::to_owned),
        text: None,
        place: Place::new(0, Span::at(0)),
        target: Some(Target {
            kind: None,
            name: None,
            has_more: name.is_some_and(|name| name.contains("+merge")),
        }),
    };
    (file.to_path_buf(), source)
}

fn kustomization(text: &OtherText) -> Option<&Kustomization> {
    text.reading.rendered.kustomization.as_ref()
}
