//! kubeadm's configuration: `etcd.local.extraArgs`, as a map up to v1beta3 and as a list of names and values since.

use super::Reader;
use super::process::text_value;
use super::site::EntrySite;
use crate::catalogue::Spelling;
use crate::setting::{Completeness, Delivery, Member, Place, Setting};
use crate::source::Span;
use crate::surface::config_file::KeySite;
use crate::surface::mark_overridden;
use crate::surface::site::Site;
use crate::surface::yaml::{Document, NodeId};

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
            self.map(arguments, Spelling::Flag, |_| true)
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
            strays: Vec::new(),
        });
    }

    /// The settings of a map of names to texts.
    pub(super) fn map(
        &mut self,
        id: NodeId,
        spelling: Spelling,
        takes: fn(&str) -> bool,
    ) -> Vec<Setting> {
        map_settings(self, id, spelling, takes, |_| Vec::new())
    }
}

fn map_settings(
    reader: &mut Reader<'_>,
    id: NodeId,
    spelling: Spelling,
    takes: fn(&str) -> bool,
    expansions: fn(&str) -> Vec<Span>,
) -> Vec<Setting> {
    let document: &Document = reader.document;
    let text = reader.request.text;
    let flow = document.is_flow(id);
    let entries = document.entries(id);
    let mut settings = Vec::new();
    for (index, &(key, value)) in entries.iter().enumerate() {
        let (Some(name), Some(content)) = (document.scalar(key), document.scalar(value)) else {
            continue;
        };
        if !takes(name) {
            continue;
        }
        let name_span = document.node(key).span;
        let span = document.node(value).span;
        let value_span = Span::new(span.start, span.start + span.of(text).trim_end().len());
        let site = reader.reading.add_site(Site::Entry(EntrySite {
            entry: KeySite::new(text, document, entries, index, flow, "", false),
            shared: document.is_shared(name_span),
        }));
        settings.push(Setting {
            spelling,
            name: name.to_owned(),
            name_place: Place::new(0, name_span),
            value: text_value(content, expansions),
            value_place: Place::new(0, value_span),
            overridden: false,
            site,
        });
    }
    settings
}
