//! Parses names and tags of images.

use std::sync::LazyLock;

use regex::Regex;

use crate::facts::version::Version;
use crate::source::base_name;

/// An image with `etcd` in the last part of its name, the start of its tag, and an optional digest:
/// `quay.io/coreos/etcd:v3.4.20-arm64@sha256:…`.
static TAGGED: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^[^@]*etcd[^@/]*:([^@:_+-]*)(?:[_+-][^@:]*)?(?:@|$)";
    Regex::new(pattern).expect("the pattern is constant")
});

/// An image of etcd by its name, with an optional architecture, in any registry, with any tag and digest.
static ETCD_IMAGE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?:^|[/\\])etcd(?:-(?:amd64|arm|arm64|ppc64le|s390x))?(?:[:@][^/\\]*)?$";
    Regex::new(pattern).expect("the pattern is constant")
});

/// Returns the version in the tag of an image: `quay.io/coreos/etcd:v3.4.20`.
#[must_use]
pub(in crate::surface) fn image_version(image: &str) -> Option<Version> {
    TAGGED.captures(image)?[1].parse().ok()
}

/// Whether the word is an image of etcd with a tag.
pub(in crate::surface) fn is_tagged_etcd(text: &str) -> bool {
    base_name(text).starts_with("etcd:")
}

/// Whether an image starts etcd by default.
pub(in crate::surface) fn is_etcd_image(image: &str) -> bool {
    ETCD_IMAGE.is_match(image)
}
