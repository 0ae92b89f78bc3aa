//! Names and tags of images.

use crate::facts::version::Version;
use crate::source::base_name;

/// The version in an image's tag: `quay.io/coreos/etcd:v3.4.20`.
#[must_use]
pub(in crate::surface) fn image_version(image: &str) -> Option<Version> {
    let image = image.split('@').next()?;
    let (name, tag) = image.rsplit_once(':')?;
    let base = name.rsplit('/').next()?;
    if !base.contains("etcd") {
        return None;
    }
    let tag = tag.split(['-', '_', '+']).next()?;
    tag.parse().ok()
}

/// Whether the word is an image of etcd's with a tag.
pub(in crate::surface) fn is_tagged_etcd(text: &str) -> bool {
    base_name(text).starts_with("etcd:")
}

/// Whether what an image starts, where nothing else is said, is etcd.
pub(in crate::surface) fn is_etcd_image(image: &str) -> bool {
    let name = base_name(image)
        .split([':', '@'])
        .next()
        .unwrap_or_default();
    let architecture = name.strip_prefix("etcd-");
    name == "etcd"
        || architecture
            .is_some_and(|name| matches!(name, "amd64" | "arm" | "arm64" | "ppc64le" | "s390x"))
}
