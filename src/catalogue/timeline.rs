//! A fact over time.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::version::Release;

/// A fact and the release from which each of its values holds, until the next begins.
///
/// In TOML either the plain value (it never changed) or a table from release to value.
#[derive(Clone, Debug)]
pub struct Timeline<T> {
    /// Sorted by release.
    points: Vec<(Release, T)>,
}

impl<T> Timeline<T> {
    /// The value that holds at `release`, where one has begun.
    #[must_use]
    pub fn at(&self, release: Release) -> Option<&T> {
        let begun = self.points.partition_point(|(since, _)| *since <= release);
        self.points[..begun].last().map(|(_, value)| value)
    }

    /// The value that holds at `release`; before the first has begun, the first.
    #[must_use]
    pub fn at_or_first(&self, release: Release) -> Option<&T> {
        self.at(release)
            .or_else(|| self.points.first().map(|(_, value)| value))
    }

    /// Every value, oldest first.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.points.iter().map(|(_, value)| value)
    }

    /// Every value with the release from which it holds, oldest first.
    pub fn points(&self) -> impl DoubleEndedIterator<Item = (Release, &T)> {
        self.points.iter().map(|(since, value)| (*since, value))
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }
}

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Self { points: Vec::new() }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Raw<T> {
    Changing(BTreeMap<Release, T>),
    Constant(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Timeline<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let points = match Raw::deserialize(deserializer)? {
            Raw::Constant(value) => vec![(Release::new(0, 0, 0), value)],
            Raw::Changing(points) if points.is_empty() => {
                return Err(D::Error::custom("a table from release to value is empty"));
            }
            Raw::Changing(points) => points.into_iter().collect(),
        };
        Ok(Self { points })
    }
}
