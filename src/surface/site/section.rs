//! The site of a key in a section whose options a provisioning tool passes on to etcd: `coreos.etcd2` of a
//! cloud-config, `etcd` of a Container Linux Config. It lists the options that each tool knows, because others do not
//! reach etcd.

use super::key::KeySite;
use super::unwritable::Unwritable;
use super::word::joined;
use crate::edit::Edit;
use crate::facts::catalogue::Spelling;
use crate::member::{Action, NewValue};

/// A key of such a section.
#[derive(Clone, Debug)]
pub(in crate::surface) struct SectionSite {
    pub(in crate::surface) section: Section,
    pub(in crate::surface) minor: u16,
    /// The separator between the words of its keys.
    pub(in crate::surface) separator: char,
    pub(in crate::surface) shared: bool,
    pub(in crate::surface) entry: KeySite,
}

impl SectionSite {
    pub(in crate::surface) fn edits(
        &self,
        text: &str,
        action: &Action,
    ) -> Result<Vec<Edit>, Unwritable> {
        if self.shared {
            return Err(Unwritable::Shared);
        }
        let new_value = match action {
            Action::SetValue { value, .. } | Action::Insert { value, .. } => Some(joined(value)),
            _ => None,
        };
        let is_zero = new_value.is_some_and(|value| matches!(value.as_str(), "" | "0" | "false"));
        if is_zero && !self.section.is_flag_list {
            return Err(Unwritable::Section);
        }
        let action = match action {
            Action::Rename { setting, to } => Action::Rename {
                setting: *setting,
                to: self.key(to)?,
            },
            Action::SetValue { setting, value } => Action::SetValue {
                setting: *setting,
                value: typed(value),
            },
            Action::Insert { after, name, value } => Action::Insert {
                after: *after,
                name: self.key(name)?,
                value: typed(value),
            },
            other => other.clone(),
        };
        self.entry.edits(text, &action)
    }

    /// Returns the key for a flag or variable.
    fn key(&self, name: &str) -> Result<String, Unwritable> {
        let name = name.strip_prefix("ETCD_").unwrap_or(name);
        let key = name.to_ascii_lowercase().replace('-', "_");
        if self.section.option(&key, self.minor).is_none() {
            return Err(Unwritable::Section);
        }
        Ok(key.replace('_', &self.separator.to_string()))
    }
}

/// A kind of section.
#[derive(Clone, Copy, Debug)]
pub(in crate::surface) struct Section {
    /// What its keys become.
    pub(in crate::surface) spelling: Spelling,
    /// The options that it accepts, by the minor of etcd 3 since which it does.
    pub(in crate::surface) options: &'static [(u16, &'static [&'static str])],
    /// Whether keys are written with `-` as well as with `_`.
    pub(in crate::surface) dashes: bool,
    /// Whether a key `version` names the release, and zero values are passed on too.
    pub(in crate::surface) is_flag_list: bool,
}

impl Section {
    /// Returns the option of a key, if the section accepts it.
    pub(in crate::surface) fn option(&self, key: &str, minor: u16) -> Option<&'static str> {
        if key.contains('-') && !self.dashes {
            return None;
        }
        let name = key.replace('_', "-");
        let mut known = self
            .options
            .iter()
            .filter(|(since, _)| *since <= minor)
            .flat_map(|(_, options)| options.iter().copied());
        known.find(|option| *option == name)
    }

    /// Returns the name under which etcd gets the option.
    pub(in crate::surface) fn spelled(&self, option: &str) -> String {
        match self.spelling {
            Spelling::Variable => format!("ETCD_{}", option.replace('-', "_").to_ascii_uppercase()),
            _ => option.to_owned(),
        }
    }
}

/// `coreos.etcd`, for etcd 0.4: config/etcd.go of coreos-cloudinit.
pub(in crate::surface) const COREOS_ETCD: Section = Section {
    spelling: Spelling::Variable,
    options: &[(0, &ETCD_0_4)],
    dashes: true,
    is_flag_list: false,
};

/// `coreos.etcd2`: config/etcd2.go of coreos-cloudinit.
pub(in crate::surface) const COREOS_ETCD2: Section = Section {
    spelling: Spelling::Variable,
    options: &[(0, &ETCD_2)],
    dashes: true,
    is_flag_list: false,
};

/// `etcd`: config/types/etcd.go of container-linux-config-transpiler.
pub(in crate::surface) const CONTAINER_LINUX_CONFIG: Section = Section {
    spelling: Spelling::Flag,
    options: &[
        (0, &ETCD_2),
        (
            0,
            &["auto-compaction-retention", "auto-tls", "peer-auto-tls"],
        ),
        (1, &["log-output", "metrics"]),
        (2, &["auth-token", "enable-v2"]),
        (3, &ETCD_3_3),
    ],
    dashes: false,
    is_flag_list: true,
};

const ETCD_0_4: [&str; 48] = [
    "addr",
    "advertise-client-urls",
    "bind-addr",
    "ca-file",
    "cert-file",
    "cluster-active-size",
    "cluster-remove-delay",
    "cluster-sync-interval",
    "cors",
    "data-dir",
    "discovery",
    "discovery-fallback",
    "discovery-srv",
    "discovery-proxy",
    "election-timeout",
    "force-new-cluster",
    "graphite-host",
    "heartbeat-interval",
    "http-read-timeout",
    "http-write-timeout",
    "initial-advertise-peer-urls",
    "initial-cluster",
    "initial-cluster-state",
    "initial-cluster-token",
    "key-file",
    "listen-client-urls",
    "listen-peer-urls",
    "max-result-buffer",
    "max-retry-attempts",
    "max-snapshots",
    "max-wals",
    "name",
    "peer-addr",
    "peer-bind-addr",
    "peer-ca-file",
    "peer-cert-file",
    "peer-election-timeout",
    "peer-heartbeat-interval",
    "peer-key-file",
    "peers",
    "peers-file",
    "proxy",
    "retry-interval",
    "snapshot",
    "trace",
    "verbose",
    "very-verbose",
    "very-very-verbose",
];

const ETCD_2: [&str; 41] = [
    "advertise-client-urls",
    "ca-file",
    "cert-file",
    "client-cert-auth",
    "cors",
    "data-dir",
    "debug",
    "discovery",
    "discovery-fallback",
    "discovery-proxy",
    "discovery-srv",
    "election-timeout",
    "enable-pprof",
    "force-new-cluster",
    "heartbeat-interval",
    "initial-advertise-peer-urls",
    "initial-cluster",
    "initial-cluster-state",
    "initial-cluster-token",
    "key-file",
    "listen-client-urls",
    "listen-peer-urls",
    "log-package-levels",
    "max-snapshots",
    "max-wals",
    "name",
    "peer-ca-file",
    "peer-cert-file",
    "peer-client-cert-auth",
    "peer-key-file",
    "peer-trusted-ca-file",
    "proxy",
    "proxy-dial-timeout",
    "proxy-failure-wait",
    "proxy-read-timeout",
    "proxy-refresh-interval",
    "proxy-write-timeout",
    "snapshot-count",
    "strict-reconfig-check",
    "trusted-ca-file",
    "wal-dir",
];

const ETCD_3_3: [&str; 14] = [
    "auto-compaction-mode",
    "client-crl-file",
    "experimental-corrupt-check-time",
    "experimental-enable-v2v3",
    "experimental-initial-corrupt-check",
    "grpc-keepalive-interval",
    "grpc-keepalive-min-time",
    "grpc-keepalive-timeout",
    "listen-metrics-urls",
    "max-request-bytes",
    "max-txn-ops",
    "peer-cert-allowed-cn",
    "peer-crl-file",
    "quota-backend-bytes",
];

/// Converts a value to the types of the tool: numbers and booleans are written without quotes, also for a string.
fn typed(value: &NewValue) -> NewValue {
    let text = joined(value);
    match (text.parse(), text.as_str()) {
        (Ok(number), _) => NewValue::Number(number),
        (_, "true") => NewValue::Bool(true),
        (_, "false") => NewValue::Bool(false),
        _ => NewValue::Text(text),
    }
}
