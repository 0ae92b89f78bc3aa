//! Reads variables of kubespray that `roles/etcd/templates/etcd.env.j2` and the template for kubeadm pass to etcd
//! unchanged.

use super::options::{add, version};
use crate::facts::catalogue::Spelling;
use crate::member::{Delivery, NamedRelease, Setting, Value};
use crate::surface::document::DocumentReader;
use crate::surface::process::is_variable;
use crate::surface::process::map::Entry;
use crate::text::yaml::{self, Document, Kind, NodeId, Scalar, Style};

/// Variables of kubespray, and those of etcd.
const VARIABLES: [(&str, &str); 14] = [
    ("etcd_heartbeat_interval", "ETCD_HEARTBEAT_INTERVAL"),
    ("etcd_election_timeout", "ETCD_ELECTION_TIMEOUT"),
    ("etcd_snapshot_count", "ETCD_SNAPSHOT_COUNT"),
    ("etcd_quota_backend_bytes", "ETCD_QUOTA_BACKEND_BYTES"),
    ("etcd_max_request_bytes", "ETCD_MAX_REQUEST_BYTES"),
    ("etcd_metrics", "ETCD_METRICS"),
    ("etcd_listen_metrics_urls", "ETCD_LISTEN_METRICS_URLS"),
    (
        "etcd_compaction_retention",
        "ETCD_AUTO_COMPACTION_RETENTION",
    ),
    ("etcd_log_level", "ETCD_LOG_LEVEL"),
    ("etcd_log_package_levels", "ETCD_LOG_PACKAGE_LEVELS"),
    ("etcd_max_snapshots", "ETCD_MAX_SNAPSHOTS"),
    ("etcd_max_wals", "ETCD_MAX_WALS"),
    ("etcd_peer_client_auth", "ETCD_PEER_CLIENT_CERT_AUTH"),
    (
        "etcd_experimental_initial_corrupt_check",
        "ETCD_EXPERIMENTAL_INITIAL_CORRUPT_CHECK",
    ),
];

/// Those that the template for kubeadm passes on too.
const BY_KUBEADM: [&str; 8] = [
    "etcd_heartbeat_interval",
    "etcd_election_timeout",
    "etcd_snapshot_count",
    "etcd_quota_backend_bytes",
    "etcd_max_request_bytes",
    "etcd_metrics",
    "etcd_compaction_retention",
    "etcd_log_package_levels",
];

/// Names that only kubespray has.
const TELLING: [&str; 9] = [
    "etcd_extra_vars",
    "etcd_compaction_retention",
    "etcd_deployment_type",
    "etcd_secure_client",
    "etcd_blkio_weight",
    "etcd_memory_limit",
    "etcd_events_cluster_enabled",
    "etcd_kubeadm_enabled",
    "etcd_experimental_initial_corrupt_check",
];

/// More variables of kubespray, which other playbooks may have too.
const OTHERS: [&str; 3] = ["etcd_data_dir", "etcd_version", "kube_network_plugin"];

/// Adds the member that a file of variables describes.
pub(super) fn read(reader: &mut DocumentReader<'_>, root: NodeId) {
    let document = reader.document;
    let has = |name: &&&str| document.value(root, name).is_some();
    let telling = TELLING.iter().filter(has).count();
    let plain = VARIABLES
        .iter()
        .filter(|(name, _)| !TELLING.contains(name) && document.value(root, name).is_some());
    let all = telling + plain.count() + OTHERS.iter().filter(has).count();
    if telling == 0 || all < 2 {
        return;
    }
    let scalar = |key: &str| document.scalar(document.value(root, key)?);
    let by_kubeadm = scalar("etcd_deployment_type") == Some("kubeadm")
        || scalar("etcd_kubeadm_enabled") == Some("true");
    let mut settings = Vec::new();
    for (index, &(key, value)) in document.entries(root).iter().enumerate() {
        let Some(name) = document.scalar(key) else {
            continue;
        };
        if name == "etcd_extra_vars" {
            settings.extend(extra(reader, value, by_kubeadm));
            continue;
        }
        let known = VARIABLES.iter().find(|(own, _)| *own == name);
        let known = known.filter(|_| !by_kubeadm || BY_KUBEADM.contains(&name));
        let (Some((_, variable)), Some(value)) = (known, printed(document, value)) else {
            continue;
        };
        let (spelling, name) = if by_kubeadm {
            let flag = variable.trim_start_matches("ETCD_");
            (Spelling::Flag, flag.to_lowercase().replace('_', "-"))
        } else {
            (Spelling::Variable, (*variable).to_owned())
        };
        let entry = Entry {
            spelling,
            name,
            value,
            named_by_tool: true,
        };
        settings.push(entry.setting(reader.request.text, document, reader.reading, root, index));
    }
    let evidence = scalar("etcd_version").and_then(version);
    let evidence = evidence.map(NamedRelease::fixed);
    add(reader, settings, Delivery::Environment, evidence);
}

/// Reads the entries of `etcd_extra_vars`: variables, or flags if kubeadm starts etcd.
fn extra(reader: &mut DocumentReader<'_>, map: NodeId, by_kubeadm: bool) -> Vec<Setting> {
    let document = reader.document;
    let mut settings = Vec::new();
    for (index, &(key, value)) in document.entries(map).iter().enumerate() {
        let (Some(name), Some(value)) = (document.scalar(key), printed(document, value)) else {
            continue;
        };
        if !by_kubeadm && !is_variable(name) {
            continue;
        }
        let entry = Entry {
            spelling: if by_kubeadm {
                Spelling::Flag
            } else {
                Spelling::Variable
            },
            name: name.to_owned(),
            value,
            named_by_tool: false,
        };
        settings.push(entry.setting(reader.request.text, document, reader.reading, map, index));
    }
    settings
}

/// Returns what Jinja prints for a value.
fn printed(document: &Document, id: NodeId) -> Option<Value> {
    let Kind::Scalar { text, style, tag } = &document.resolved(id).kind else {
        return None;
    };
    Some(
        match yaml::resolve(text, *style == Style::Plain, tag.as_deref()) {
            Scalar::Text(text) => Value::Text(text),
            Scalar::Bool(true) => Value::Text("True".to_owned()),
            Scalar::Bool(false) => Value::Text("False".to_owned()),
            Scalar::Integer(number) => Value::Text(number.to_string()),
            Scalar::Float(_) | Scalar::Null => Value::Unknown(text.clone()),
        },
    )
}
