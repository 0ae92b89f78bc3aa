//! Versions that are newer than the facts.

use super::{Catalogue, UnknownVersion};
use crate::facts::version::{Release, Version};

impl Catalogue {
    /// Returns the release that is used for a version: for one that is newer than the facts, the last known release of
    /// its minor, or of all minors.
    ///
    /// # Errors
    /// Returns an error if the minor is not known and not newer than those known.
    pub fn known_release(&self, version: Version) -> Result<Release, UnknownVersion> {
        if version.first_release().line() > self.newest().line() {
            return Ok(self.newest());
        }
        let release = self.release(version)?;
        Ok(release.min(self.release(release.line())?))
    }

    /// Returns the notice for a version that is newer than the facts.
    #[must_use]
    pub fn newer_than_facts(&self, version: Version) -> Option<String> {
        let judged = self.known_release(version).ok()?;
        let line = version.first_release().line();
        let facts = if line == judged.line() && line != self.newest().line() {
            format!("the facts of this build on etcd {line}")
        } else {
            "the facts of this build".to_owned()
        };
        (version.first_release() > judged).then(|| {
            format!(
                "etcd {version} is newer than {facts}, which end with {judged}; checked as {judged}"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use super::*;

    #[test]
    fn a_version_newer_than_the_facts_is_the_last_known_release() {
        let catalogue = Catalogue::built_in().unwrap();
        let newest = catalogue.newest();
        let (next, patch) = (newest.minor + 1, newest.patch + 1);
        for version in [
            Version {
                minor: next,
                ..newest.line()
            },
            Version {
                patch: Some(patch),
                ..newest.line()
            },
            Version {
                major: newest.major + 1,
                ..newest.line()
            },
        ] {
            assert_eq!(catalogue.known_release(version).unwrap(), newest);
            let notice = catalogue.newer_than_facts(version).unwrap();
            assert!(notice.contains(&format!("checked as {newest}")), "{notice}");
            let upgrade = catalogue.upgrade(Some(version), Some(version)).unwrap();
            assert_eq!((upgrade.from, upgrade.to), (Some(newest), newest));
        }
        let old: Version = "3.4.99".parse().unwrap();
        assert_eq!(
            catalogue.known_release(old).unwrap(),
            catalogue.release(old.first_release().line()).unwrap()
        );
        assert!(
            catalogue
                .newer_than_facts(old)
                .unwrap()
                .contains("on etcd 3.4, which end with 3.4.")
        );
        assert_eq!(catalogue.newer_than_facts(newest.line()), None);
        assert!(catalogue.known_release("2.2".parse().unwrap()).is_err());
    }

    #[test]
    fn what_runs_is_known_unless_the_target_is_as_new() {
        let catalogue = Catalogue::built_in().unwrap();
        let newer = |minor| {
            Some(Version {
                minor: catalogue.newest().minor + minor,
                ..catalogue.newest().line()
            })
        };
        assert!(catalogue.upgrade(newer(1), newer(2)).is_ok());
        assert!(catalogue.upgrade(newer(2), newer(1)).is_err());
        assert!(catalogue.upgrade(newer(1), newer(0)).is_err());
        assert!(catalogue.upgrade(newer(1), None).is_err());
    }
}
