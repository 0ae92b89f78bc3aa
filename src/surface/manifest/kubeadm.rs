//! kubeadm's configuration: `etcd.local.extraArgs`, as a map up to v1beta3 and as a list of names and values since.

use super::Reader;
use super::entries::{Names, map_settings};
use crate::catalogue::Spelling;
use crate::setting::{Completeness, Delivery, Member};
use crate::surface::mark_overridden;
use crate::surface::yaml::NodeId;

/// Where etcd's part stands: in kubeadm's own configuration, in v1alpha1, and in Cluster API.
const PATHS: [&[&str]; 4] = [
    &["etcd", "local"],
    &["etcd"],
    &[
        "spec",
        "kubeadmConfigSpec",
        "clusterConfiguration",
        "etcd",
        "local",
    ],
    &["spec", "clusterConfiguration", "etcd", "local"],
];

impl Reader<'_> {
    /// Adds the member that a kubeadm configuration describes.
    pub(super) fn kubeadm(&mut self, id: NodeId) {
        let document = self.document;
        let api = document
            .value(id, "apiVersion")
            .and_then(|version| document.scalar(version));
        let is_kubeadm = api.is_some_and(|api| {
            api.starts_with("kubeadm.k8s.io/") || api.contains(".cluster.x-k8s.io/")
        });
        if !is_kubeadm {
            return;
        }
        let found = PATHS.iter().find_map(|path| {
            let etcd = self.below(id, path)?;
            Some((etcd, document.value(etcd, "extraArgs")?))
        });
        let Some((etcd, arguments)) = found else {
            return;
        };
        let mut settings = if document.entries(arguments).is_empty() {
            self.pairs(Some(arguments), Spelling::Flag)
        } else {
            map_settings(
                self.request.text,
                document,
                self.reading,
                arguments,
                &Names {
                    spelling: Spelling::Flag,
                    takes: |_| true,
                    expansions: |_| Vec::new(),
                },
            )
        };
        let Some(first) = settings.first() else {
            return;
        };
        let anchor = first.name_place;
        mark_overridden(&mut settings);
        let tag = document
            .value(etcd, "imageTag")
            .and_then(|tag| document.scalar(tag));
        let evidence = tag.and_then(|tag| tag.split(['-', '_', '+']).next()?.parse().ok());
        self.reading.members.push(Member {
            settings,
            // kubeadm itself sets more.
            completeness: Completeness::Partial,
            delivery: Delivery::Environment,
            anchor,
            evidence,
            plain_colon_in_flow: None,
            decoder_refusal: None,
            strays: Vec::new(),
        });
    }
}
