//! FACTS: how etcd moves from one minor release to the next, read from `rules/hops.toml`.
//!
//! The file is data that an etcd person can review; this module only answers questions about it. It is parsed when an
//! upgrade is reported, not at every start.

mod route;

use serde::Deserialize;

pub use route::{Route, Stop};

use super::version::{Release, Version};

/// The facts the tool is built with.
pub const BUILT_IN: &str = include_str!("../../rules/hops.toml");

/// All hops, and what happened where a minor was skipped.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Hops {
    /// One for each pair of neighbours, oldest first.
    #[serde(rename = "hop")]
    pub hops: Vec<Hop>,
    /// The pairs that were tried on real servers without the minors between.
    #[serde(default)]
    pub skipped: Vec<Skipped>,
}

/// The step from one minor to the next.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Hop {
    /// The minor that runs before.
    pub from: Version,
    /// The next minor.
    pub to: Version,
    /// What every member has to run before; absent where any patch does.
    pub minimum: Option<Minimum>,
    /// The patch of `to` to go to.
    pub target: Release,
    /// Patches of `to` that are no place to stop.
    #[serde(default)]
    pub never: Vec<Never>,
    /// What can end badly if it is not done.
    #[serde(rename = "condition", default)]
    pub conditions: Vec<Condition>,
    /// Pages, `path@tag` in etcd's repository, or runs of real servers.
    pub sources: Vec<String>,
}

/// The oldest patch that a hop may start from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Minimum {
    /// The patch.
    pub release: Release,
    /// What is wrong with older ones.
    pub why: String,
}

/// Patches that are no place to stop.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Never {
    /// The first of them.
    pub first: Release,
    /// The last of them.
    pub last: Release,
    /// What is wrong with them.
    pub why: String,
}

/// What has to be done at a hop, and what happens otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Condition {
    /// Its name.
    pub id: String,
    /// How it ends otherwise.
    pub ends_in: Ending,
    /// What to do.
    #[serde(rename = "do")]
    pub instruction: String,
    /// What happens otherwise.
    #[serde(rename = "else")]
    pub otherwise: String,
    /// Pages, `path:line@tag` in etcd's repository, or runs of real servers.
    pub sources: Vec<String>,
}

/// How a hop ends where its condition is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// A member exits.
    Panic,
    /// The wrong people get in.
    OpenDoor,
    /// The old release does not start again.
    NoWayBack,
    /// Members differ for good.
    DifferentData,
}

impl Ending {
    /// The word used in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Panic => "panic",
            Self::OpenDoor => "open-door",
            Self::NoWayBack => "no-way-back",
            Self::DifferentData => "different-data",
        }
    }
}

/// A pair of minors that was tried on real servers without the minors between.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Skipped {
    /// The minor that ran before.
    pub from: Version,
    /// The minor that was tried.
    pub to: Version,
    /// The releases that ran, where they are recorded.
    pub servers: Vec<Release>,
    /// Whether everything served, lost nothing and could go back.
    pub harmless: bool,
    /// What happened.
    pub seen: String,
}

/// Why the facts cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("rules/hops.toml: {0}")]
pub struct HopsError(#[from] toml::de::Error);

impl Hops {
    /// Parses the facts the tool is built with.
    ///
    /// # Errors
    /// Only when `rules/hops.toml` is damaged, which a test rules out.
    pub fn built_in() -> Result<Self, HopsError> {
        Ok(toml::from_str(BUILT_IN)?)
    }

    /// Returns the hops between two releases, oldest first.
    pub fn between(&self, from: Release, to: Release) -> impl Iterator<Item = &Hop> {
        let hops = self.hops.iter();
        hops.filter(move |hop| from.line() <= hop.from && hop.to <= to.line())
    }
}
