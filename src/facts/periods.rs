//! The releases in which a fact is true.

use serde::Deserialize;

use crate::facts::version::Release;

/// The releases in which a fact is true, oldest first: each period goes from its first release up to, but not
/// including, the release that ends it; the last one may have no end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Periods(Vec<(Release, Option<Release>)>);

/// Why releases are no periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodsError {
    /// There is no begin.
    #[error("`since` lists no release")]
    Empty,
    /// A period begins inside another.
    #[error("`since` lists {0}, which is part of an earlier period")]
    BeginsTwice(Release),
    /// A period ends that has not begun.
    #[error("`until` lists {0}, where no period ends")]
    EndsTwice(Release),
}

impl Periods {
    /// Returns the periods from each of `since` to the next of `until`. If the first release of a minor is not in
    /// `since` but a later one is, the patches before that one are in no period.
    ///
    /// # Errors
    /// Returns an error if a release begins or ends nothing.
    pub(crate) fn new(
        since: impl IntoIterator<Item = Release>,
        until: impl IntoIterator<Item = Release>,
    ) -> Result<Self, PeriodsError> {
        let mut periods: Vec<(Release, Option<Release>)> = Vec::new();
        let begins = since.into_iter().map(|release| (release, true));
        let ends = until.into_iter().map(|release| (release, false));
        let mut points: Vec<(Release, bool)> = begins.chain(ends).collect();
        points.sort_unstable();
        for (release, begins) in points {
            let open = periods.last_mut().filter(|(_, end)| end.is_none());
            match (begins, open) {
                (true, None) => periods.push((release, None)),
                (true, Some((first, end))) if !first.same_line(release) && release.patch > 0 => {
                    *end = Some(release.line().first_release());
                    periods.push((release, None));
                }
                (true, Some(_)) => return Err(PeriodsError::BeginsTwice(release)),
                (false, Some((_, end))) => *end = Some(release),
                (false, None) => return Err(PeriodsError::EndsTwice(release)),
            }
        }
        if periods.is_empty() {
            return Err(PeriodsError::Empty);
        }
        Ok(Self(periods))
    }

    /// Returns whether `release` is in one of the periods.
    #[must_use]
    pub fn contains(&self, release: Release) -> bool {
        self.0
            .iter()
            .any(|&(first, end)| first <= release && end.is_none_or(|end| release < end))
    }

    /// Returns the first release of all periods.
    #[must_use]
    pub fn first(&self) -> Release {
        self.0[0].0
    }
}

/// A release, or a list of them, as data files write them.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMore {
    One(Release),
    More(Vec<Release>),
}

impl OneOrMore {
    pub(crate) fn into_vec(self) -> Vec<Release> {
        match self {
            Self::One(release) => vec![release],
            Self::More(releases) => releases,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn releases(texts: &[&str]) -> Vec<Release> {
        let parsed = texts.iter().map(|text| (*text).to_owned().try_into());
        parsed.map(Result::unwrap).collect()
    }

    fn periods(since: &[&str], until: &[&str]) -> Result<Periods, PeriodsError> {
        Periods::new(releases(since), releases(until))
    }

    fn holds(since: &[&str], until: &[&str], of: &[&str]) -> Vec<bool> {
        let periods = periods(since, until).unwrap();
        let of = releases(of).into_iter();
        of.map(|release| periods.contains(release)).collect()
    }

    #[test]
    fn a_period_goes_from_since_to_before_until() {
        let around = ["3.1.20", "3.2.0", "3.4.18", "3.4.19", "3.7.1"];
        let found = holds(&["3.2.0"], &["3.4.19"], &around);
        assert_eq!(found, [false, true, true, false, false]);
        let found = holds(&["3.2.0"], &[], &around);
        assert_eq!(found, [false, true, true, true, true]);
    }

    #[test]
    fn what_is_back_ported_misses_the_first_patches_of_each_minor() {
        let around = ["3.4.27", "3.4.28", "3.5.0", "3.5.9", "3.5.10", "3.6.0"];
        let found = holds(&["3.4.28", "3.5.10"], &[], &around);
        assert_eq!(found, [false, true, false, false, true, true]);
    }

    #[test]
    fn what_came_twice_has_two_periods() {
        let around = ["3.0.7", "3.0.8", "3.0.9", "3.1.20", "3.2.0"];
        let found = holds(&["3.0.8", "3.2.0"], &["3.0.9"], &around);
        assert_eq!(found, [false, true, false, false, true]);
    }

    #[test]
    fn a_release_that_begins_or_ends_nothing_is_an_error() {
        let release = |text: &str| releases(&[text])[0];
        assert_eq!(periods(&[], &[]), Err(PeriodsError::Empty));
        for since in [["3.4.0", "3.5.0"], ["3.4.0", "3.4.5"], ["3.4.1", "3.4.1"]] {
            let twice = PeriodsError::BeginsTwice(release(since[1]));
            assert_eq!(periods(&since, &[]), Err(twice), "{since:?}");
        }
        for until in [vec!["3.3.0"], vec!["3.4.0"], vec!["3.5.0", "3.6.0"]] {
            let last = PeriodsError::EndsTwice(release(until[until.len() - 1]));
            assert_eq!(periods(&["3.4.0"], &until), Err(last), "{until:?}");
        }
    }
}
