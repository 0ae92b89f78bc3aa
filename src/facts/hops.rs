//! FACTS: how etcd moves from one minor release to the next, read from `rules/hops.toml`.
//!
//! The file is data that an etcd developer can review; this module only answers questions about it. It is parsed when
//! an upgrade is reported, not at every start.

mod route;

use serde::Deserialize;

pub use route::{Route, Stop};

use super::version::{Release, Version};

/// The built-in facts.
pub const BUILT_IN: &str = include_str!("../../rules/hops.toml");

/// All hops, and what happens if a minor is skipped.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Hops {
    /// One for each pair of successive minors, oldest first.
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
    /// The oldest patch that every member has to run before; absent if any patch will do.
    pub minimum: Option<Minimum>,
    /// The patch of `to` to upgrade to.
    pub target: Release,
    /// Patches of `to` that must not be run.
    #[serde(default)]
    pub never: Vec<Never>,
    /// What has to be done, and what happens otherwise.
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

/// Patches that must not be run.
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
    /// What happens otherwise, as a class.
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

/// What happens at a hop whose condition is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// A member exits.
    Panic,
    /// Unauthorised clients or peers can connect.
    OpenDoor,
    /// The old release does not start again.
    NoWayBack,
    /// The data of members differs permanently.
    DifferentData,
}

impl Ending {
    /// Returns the word used in reports.
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
    /// The releases that ran, if they are recorded.
    pub servers: Vec<Release>,
    /// Whether every member served, no data was lost and a downgrade was possible.
    pub harmless: bool,
    /// What happened.
    pub seen: String,
}

/// Why the facts cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("rules/hops.toml: {0}")]
pub struct HopsError(#[from] toml::de::Error);

impl Hops {
    /// Parses the built-in facts.
    ///
    /// # Errors
    /// Returns an error only if `rules/hops.toml` is damaged, which a test rules out.
    pub fn built_in() -> Result<Self, HopsError> {
        Ok(toml::from_str(BUILT_IN)?)
    }

    /// Returns why a release must not be run, if it has a fault for which it should be left out.
    #[must_use]
    pub fn fault(&self, release: Release) -> Option<&Never> {
        let mut faults = self.hops.iter().flat_map(|hop| &hop.never);
        faults.find(|never| never.first <= release && release <= never.last)
    }

    /// Returns the hop to the minor of a release.
    #[must_use]
    pub fn hop_to(&self, release: Release) -> Option<&Hop> {
        self.hops.iter().find(|hop| hop.to == release.line())
    }

    /// Returns the hops between two releases, oldest first.
    pub fn between(&self, from: Release, to: Release) -> impl Iterator<Item = &Hop> {
        let hops = self.hops.iter();
        hops.filter(move |hop| from.line() <= hop.from && hop.to <= to.line())
    }
}
