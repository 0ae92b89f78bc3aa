//! A fact over time.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use crate::facts::version::Release;

/// A fact and the release from which each of its values applies, until the next begins.
///
/// In TOML either the plain value (it never changed) or a table from release to value.
#[derive(Clone, Debug)]
pub struct Timeline<T> {
    /// Sorted by release.
    points: Vec<(Release, T)>,
}

impl<T> Timeline<T> {
    fn constant(value: T) -> Self {
        Self {
            points: vec![(Release::ZERO, value)],
        }
    }

    /// Returns the value at `release`, if one has begun.
    #[must_use]
    pub fn at(&self, release: Release) -> Option<&T> {
        let begun = self.points.partition_point(|(since, _)| *since <= release);
        self.points[..begun].last().map(|(_, value)| value)
    }

    /// Returns the value at `release`; before the first has begun, the first.
    #[must_use]
    pub fn at_or_first(&self, release: Release) -> Option<&T> {
        self.at(release)
            .or_else(|| self.points.first().map(|(_, value)| value))
    }

    /// Returns every value, oldest first.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.points.iter().map(|(_, value)| value)
    }

    /// Returns every value with its first release, oldest first.
    pub fn points(&self) -> impl DoubleEndedIterator<Item = (Release, &T)> {
        self.points.iter().map(|(since, value)| (*since, value))
    }

    /// Returns whether there is no value.
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

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Timeline<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TimelineVisitor(PhantomData))
    }
}

/// Distinguishes the plain value from the table without keeping a copy of either, as serde's `untagged` does.
struct TimelineVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for TimelineVisitor<T> {
    type Value = Timeline<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or a table from release to value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        T::deserialize(text.into_deserializer()).map(Timeline::constant)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        T::deserialize(SeqAccessDeserializer::new(items)).map(Timeline::constant)
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Self::Value, A::Error> {
        let points: BTreeMap<Release, T> =
            Deserialize::deserialize(MapAccessDeserializer::new(table))?;
        if points.is_empty() {
            return Err(A::Error::custom("a table from release to value is empty"));
        }
        Ok(Timeline {
            points: points.into_iter().collect(),
        })
    }
}
