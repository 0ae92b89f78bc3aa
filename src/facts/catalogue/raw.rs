//! The facts exactly as they are written in `rules/options.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{
    Address, ApiPrefix, Deprecation, Endpoint, EtcdOption, Etcdctl, FeatureGate, GoField, KeyType,
    Listener, OtherProgram, Replacement, Timeline, ValueType,
};
use crate::facts::periods::OneOrMore;
use crate::facts::version::Release;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCatalogue {
    pub(super) releases: BTreeMap<String, (Release, Release)>,
    /// Only a test reads it.
    #[serde(rename = "confirmed")]
    _confirmed: IgnoredAny,
    #[serde(rename = "option")]
    pub(super) options: Vec<RawOption>,
    #[serde(rename = "feature-gate", default)]
    pub(super) gates: Vec<FeatureGate>,
    #[serde(rename = "api-prefix", default)]
    pub(super) api_prefixes: Vec<ApiPrefix>,
    #[serde(rename = "endpoint", default)]
    pub(super) endpoints: Vec<Endpoint>,
    #[serde(rename = "go-field", default)]
    pub(super) go_fields: Vec<GoField>,
    pub(super) etcdctl: Etcdctl,
    #[serde(rename = "other-program", default)]
    pub(super) other_programs: Vec<OtherProgram>,
}

/// An option exactly as it is written in the file.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct RawOption {
    name: String,
    #[serde(default = "yes")]
    flag: bool,
    since: OneOrMore,
    removed: Option<Release>,
    #[serde(rename = "type", default)]
    value_type: Timeline<ValueType>,
    #[serde(default)]
    default: Timeline<String>,
    #[serde(default)]
    zero_is_default: bool,
    #[serde(default)]
    effective_default: Timeline<String>,
    #[serde(default)]
    allowed: Timeline<Vec<String>>,
    #[serde(default)]
    values: Timeline<Vec<String>>,
    #[serde(default)]
    kept_values: Timeline<Vec<String>>,
    minimum_is_default: Option<Release>,
    #[serde(default)]
    empty_key_is_default: bool,
    address: Option<Address>,
    listens: Option<Listener>,
    #[serde(default)]
    key: Timeline<String>,
    #[serde(default)]
    key_type: Timeline<KeyType>,
    #[serde(default)]
    file_default: Timeline<String>,
    deprecated: Option<Deprecation>,
    replaced_by: Option<Replacement>,
    notes: Option<String>,
    sources: Vec<String>,
}

fn yes() -> bool {
    true
}

impl RawOption {
    pub(super) fn compiled(self) -> EtcdOption {
        EtcdOption {
            name: self.name,
            has_flag: self.flag,
            since: self.since.into_vec(),
            removed: self.removed,
            value_type: self.value_type,
            default: self.default,
            zero_is_default: self.zero_is_default,
            effective_default: self.effective_default,
            allowed: self.allowed,
            values: self.values,
            kept_values: self.kept_values,
            minimum_is_default: self.minimum_is_default,
            empty_key_is_default: self.empty_key_is_default,
            address: self.address,
            listens: self.listens,
            key: self.key,
            key_type: self.key_type,
            file_default: self.file_default,
            deprecated: self.deprecated,
            replaced_by: self.replaced_by,
            notes: self.notes,
            sources: self.sources,
        }
    }
}
