//! What etcd prints when it refuses a configuration, and what to do about it.

use crate::server::effective::Effective;

/// A refusal to start, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The setting that decides it, by its index in the member; `None` if one is missing.
    pub setting: Option<usize>,
    /// Another setting without which it would start.
    pub beside: Option<usize>,
    /// The option it is about.
    pub option: String,
    /// What etcd prints.
    pub line: String,
    /// What to do about it.
    pub advice: String,
}

impl Refusal {
    pub(super) fn new(
        effective: &Effective<'_>,
        option: &str,
        line: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            setting: effective.set(option).map(|held| held.setting),
            beside: None,
            option: option.to_owned(),
            line: line.into(),
            advice: advice.into(),
        }
    }
}
