//! Keys that etcd accepts by accident: the Go names of fields that have no key.

use serde::Deserialize;

use crate::facts::periods::{OneOrMore, Periods, PeriodsError};

/// Fields of etcd's configuration struct that have no key of their own. Go's decoder accepts their Go names as keys, in
/// any case; they have no effect.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawGoField")]
pub struct GoField {
    /// Their names.
    pub names: Vec<String>,
    /// The releases that have them.
    pub releases: Periods,
    /// The type that Go's decoder names when a value does not fit.
    pub go_type: String,
    /// What the decoder accepts, in the words of `encoding/json`; absent if nothing fits.
    pub shape: Option<String>,
    /// `path:line@tag`.
    pub sources: Vec<String>,
}

impl GoField {
    /// Returns whether a key is one of the names, in any case.
    #[must_use]
    pub fn is_named(&self, key: &str) -> bool {
        self.names.iter().any(|name| name.eq_ignore_ascii_case(key))
    }
}

/// An entry exactly as it is written in `rules/options.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGoField {
    names: Vec<String>,
    since: OneOrMore,
    until: Option<OneOrMore>,
    #[serde(rename = "type")]
    go_type: String,
    shape: Option<String>,
    sources: Vec<String>,
}

impl TryFrom<RawGoField> for GoField {
    type Error = PeriodsError;

    fn try_from(raw: RawGoField) -> Result<Self, Self::Error> {
        let until = raw.until.map(OneOrMore::into_vec).unwrap_or_default();
        Ok(Self {
            names: raw.names,
            releases: Periods::new(raw.since.into_vec(), until)?,
            go_type: raw.go_type,
            shape: raw.shape,
            sources: raw.sources,
        })
    }
}
