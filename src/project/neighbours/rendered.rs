//! Kustomizations of a tree: the objects and the patches of each.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::rendered_paths::RenderedPaths;
use super::units::Files;
use super::{parts, walk};
use crate::assemble::{OtherText, Part, Patch, Rendering};
use crate::facts::catalogue::Catalogue;
use crate::surface::Kustomization;

/// The names of kustomizations.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

impl Files {
    /// Returns what is rendered from a file and others.
    pub(super) fn renderings(&self, catalogue: &Catalogue, own: &Path) -> Vec<Rendering> {
        let all = self
            .rendered
            .get_or_init(|| self.find_kustomizations(catalogue));
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
        let bytes = walk::read(path).ok()?;
        let has = |sign: &str| memchr::memmem::find(&bytes, sign.as_bytes()).is_some();
        let is_kustomization = NAMES.iter().any(|name| path.ends_with(name));
        if !is_kustomization && !has("containers") {
            return None;
        }
        self.text(catalogue, path, parts::manifest_surface())
    }
}

fn kustomization(text: &OtherText) -> Option<&Kustomization> {
    text.reading.rendered.kustomization.as_ref()
}
