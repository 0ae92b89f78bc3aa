//! Why a command could not do its work.

use std::io;

use crate::crash::BUG_REPORT;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub(super) enum CommandError {
    /// Something the user typed does not fit.
    #[error("{0}")]
    Usage(String),
    /// A handle is gone; a closed pipe is no error.
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
    /// The versions make no upgrade.
    #[error(transparent)]
    Upgrade(#[from] crate::facts::catalogue::UpgradeError),
    /// An `etcd-uplift.toml` cannot be followed.
    #[error(transparent)]
    Configuration(#[from] crate::project::configuration::ConfigurationError),
    /// Rules of one's own cannot be followed.
    #[error(transparent)]
    OwnRules(#[from] crate::project::own_rules::OwnRulesError),
}
