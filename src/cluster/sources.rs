//! Where etcd does what findings about clusters say, read from `rules/derived.toml`.

use std::collections::HashMap;

use serde::Deserialize;

const BUILT_IN: &str = include_str!("../../rules/derived.toml");

/// The sources of findings, by the ids of their rules.
#[derive(Debug)]
pub struct Sources(HashMap<String, Vec<String>>);

#[derive(Deserialize)]
struct DerivedFile {
    derived: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    #[serde(default)]
    sources: Vec<String>,
}

impl Sources {
    /// Parses the built-in file, which a test rules out to be damaged; without it there are no sources.
    #[must_use]
    pub fn built_in() -> Self {
        let file: Option<DerivedFile> = toml::from_str(BUILT_IN).ok();
        let entries = file.into_iter().flat_map(|file| file.derived);
        Self(entries.map(|entry| (entry.id, entry.sources)).collect())
    }

    /// Returns the sources of a rule.
    #[must_use]
    pub fn of(&self, rule: &str) -> Vec<String> {
        self.0.get(rule).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::ABOUT_CLUSTERS;

    #[test]
    fn every_rule_about_clusters_has_sources() {
        let sources = Sources::built_in();
        for (rule, _) in ABOUT_CLUSTERS {
            assert!(!sources.of(rule).is_empty(), "{rule}");
        }
    }
}
