//! What a kustomization renders, by the paths of its files.

use std::path::PathBuf;

use crate::surface::PatchSource;

/// What is rendered, by paths.
#[derive(Clone, Debug, Default)]
pub(super) struct RenderedPaths {
    pub(super) path: PathBuf,
    pub(super) manifests: Vec<PathBuf>,
    pub(super) patches: Vec<(PathBuf, PatchSource)>,
    pub(super) has_more: bool,
    pub(super) sets_images: bool,
    pub(super) is_only_use: bool,
}
