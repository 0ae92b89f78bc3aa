//! The entry points of known images, by their names.

use super::image::is_etcd_image;
use crate::facts::catalogue::{Catalogue, Spelling};
use crate::source::base_name;
use crate::surface::evidence::is_telling;
use crate::text::words::Word;

/// What an image runs, unless its entry point is replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::surface) enum EntryPoint {
    /// etcd, with its arguments and variables and nothing else.
    ///
    /// Images up to 2.3 have etcd as `ENTRYPOINT` (`scripts/build-docker:16@v2.3.8`), later ones as `CMD`
    /// (`Dockerfile-release:11@v3.0.17`, `Dockerfile:14@v3.6.14`). Images that others build under that name have
    /// either. Bitnami's runs a script, which sets no variable whose default a release changes, and then etcd.
    Etcd,
    /// k3s, which runs etcd within.
    K3s,
    /// Nothing but the command: images of operating systems, and processes without an image.
    #[default]
    Nothing,
    /// Not known: it may set more before it runs the command.
    Unknown,
}

/// Images that have a command and no entry point, which others begin from.
const WITHOUT_ENTRY_POINT: [&str; 14] = [
    "scratch",
    "almalinux",
    "alpine",
    "amazonlinux",
    "archlinux",
    "busybox",
    "centos",
    "debian",
    "fedora",
    "golang",
    "oraclelinux",
    "photon",
    "rockylinux",
    "ubuntu",
];

impl EntryPoint {
    /// Returns the entry point of the image of that name.
    pub(in crate::surface) fn of(image: &str) -> Self {
        let base = base_name(image);
        let folder = image[..image.len() - base.len()].trim_end_matches('/');
        let vendor = base_name(folder);
        let name = base.split([':', '@']).next().unwrap_or_default();
        if is_etcd_image(image) {
            Self::Etcd
        } else if name == "k3s" && vendor == "rancher" {
            Self::K3s
        } else if is_without_entry_point(vendor, name) {
            Self::Nothing
        } else {
            Self::Unknown
        }
    }

    /// Returns the program that gets this command as its arguments; `None` if the command names its program.
    ///
    /// An unknown image starts etcd if only etcd has the flags.
    pub(in crate::surface) fn program(
        self,
        command: &[Word],
        catalogue: &Catalogue,
    ) -> Option<&'static str> {
        let is_flag = |word: &Word| word.text().starts_with('-');
        let is_etcd = match self {
            Self::K3s => return Some("k3s"),
            Self::Etcd => command.first().is_none_or(is_flag),
            Self::Nothing | Self::Unknown => starts_with_server_flags(command, catalogue),
        };
        is_etcd.then_some("etcd")
    }
}

/// Whether an image is one that others begin from and that has no entry point.
fn is_without_entry_point(vendor: &str, name: &str) -> bool {
    let is_official = matches!(vendor, "" | "library" | "docker.io");
    is_official && WITHOUT_ENTRY_POINT.contains(&name) || vendor == "distroless"
}

/// Whether these are arguments for the program of an image, which can only be etcd.
fn starts_with_server_flags(arguments: &[Word], catalogue: &Catalogue) -> bool {
    arguments.first().and_then(Word::flag_name).is_some()
        && arguments.iter().filter_map(Word::flag_name).any(|name| {
            ["initial-", "listen-peer", "listen-client"]
                .iter()
                .any(|start| name.starts_with(start))
                && is_telling(catalogue, Spelling::Flag, name)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_known_by_their_names() {
        let is = |image, entry_point| assert_eq!(EntryPoint::of(image), entry_point, "{image}");
        is("quay.io/coreos/etcd:v3.4.20", EntryPoint::Etcd);
        is("registry.k8s.io/etcd-arm64:3.5.1-0", EntryPoint::Etcd);
        is("etcd", EntryPoint::Etcd);
        is("docker.io/bitnami/etcd:3.5", EntryPoint::Etcd);
        is("bitnamilegacy/etcd@sha256:0", EntryPoint::Etcd);
        is("rancher/k3s:v1.20.0-k3s1", EntryPoint::K3s);
        is("rancher/coreos-etcd:v3.4.3", EntryPoint::Unknown);
        is("example/k3s", EntryPoint::Unknown);
        is("alpine:3.20", EntryPoint::Nothing);
        is("docker.io/library/debian", EntryPoint::Nothing);
        is("gcr.io/distroless/static:nonroot", EntryPoint::Nothing);
        is("example/alpine", EntryPoint::Unknown);
        is("${IMAGE:-patroni}", EntryPoint::Unknown);
        is("", EntryPoint::Unknown);
    }
}
