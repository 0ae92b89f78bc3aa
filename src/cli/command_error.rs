//! Why a command could not do its work.

use std::io;

use crate::crash::BUG_REPORT;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub(super) enum CommandError {
    /// An argument is invalid.
    #[error("{0}")]
    Usage(String),
    /// Writing to a handle failed. A closed pipe is no error.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A report could not be serialised.
    #[error("cannot write the report: {0}")]
    Report(#[from] serde_json::Error),
    /// A file below `rules/` is damaged.
    #[error("{0}. {BUG_REPORT}")]
    Knowledge(#[from] crate::check::KnowledgeError),
    /// `rules/hops.toml` is damaged.
    #[error("{0}. {BUG_REPORT}")]
    Hops(#[from] crate::facts::hops::HopsError),
    /// The versions are no upgrade.
    #[error(transparent)]
    Upgrade(#[from] crate::facts::catalogue::UpgradeError),
    /// An `etcd-uplift.toml` is invalid.
    #[error(transparent)]
    Configuration(#[from] crate::project::configuration::ConfigurationError),
    /// An organisation's own rules are invalid.
    #[error(transparent)]
    OwnRules(#[from] crate::project::own_rules::OwnRulesError),
}
