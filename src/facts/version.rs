//! etcd releases, and the upgrade from one to another.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// One exact etcd release, such as 3.4.20.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Release {
    /// The first number.
    pub major: u16,
    /// The second number; etcd moves one of these at a time.
    pub minor: u16,
    /// The third number.
    pub patch: u16,
}

impl Release {
    /// A release older than every release of etcd.
    pub const ZERO: Self = Self::new(0, 0, 0);

    /// Returns the release `major.minor.patch`.
    #[must_use]
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }

    /// Returns the minor of this release, such as 3.4.
    #[must_use]
    pub const fn line(self) -> Version {
        Version {
            major: self.major,
            minor: self.minor,
            patch: None,
        }
    }

    /// Returns whether both releases have the same minor.
    #[must_use]
    pub fn same_line(self, other: Self) -> bool {
        self.line() == other.line()
    }
}

impl Release {
    /// Returns the release that something began with, in words: with the patch only if it is not the first of its
    /// minor.
    #[must_use]
    pub fn as_beginning(self) -> String {
        if self.patch == 0 {
            self.line().to_string()
        } else {
            self.to_string()
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A version as a user writes it: `3.4`, `v3.4`, `3.4.20`, or as tags and packages name their builds: `3.4.13-0`,
/// `v3.5.21-rancher1`, `3.4.30+dfsg-1`. The name of a build is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Version {
    /// The first number.
    pub major: u16,
    /// The second number.
    pub minor: u16,
    /// The third number, if it was given.
    pub patch: Option<u16>,
}

impl Version {
    /// Returns the first release of this minor, or the release itself.
    #[must_use]
    pub fn first_release(self) -> Release {
        Release::new(self.major, self.minor, self.patch.unwrap_or(0))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        match self.patch {
            Some(patch) => write!(f, ".{patch}"),
            None => Ok(()),
        }
    }
}

/// Why a text is not a version.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not an etcd version; write it as 3.4, v3.4, 3.4.20 or v3.4.20-build1")]
pub struct VersionError(String);

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || VersionError(text.to_owned());
        let text = text.strip_prefix('v').unwrap_or(text);
        let (digits, build) = match text.find(is_before_build) {
            Some(end) => (&text[..end], Some(&text[end + 1..])),
            None => (text, None),
        };
        let mut numbers = digits.split('.').map(|part| {
            let plain = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| part.parse::<u16>().ok()).flatten()
        });
        let mut next = || numbers.next().map(|number| number.ok_or_else(error));
        let major = next().ok_or_else(error)??;
        let minor = next().ok_or_else(error)??;
        let patch = next().transpose()?;
        // `3.4-rc.1` names no release; `3.4.` and `3.4.20-` are incomplete.
        let is_build = |build: &str| patch.is_some() && is_build_name(build);
        if next().is_some() || build.is_some_and(|build| !is_build(build)) {
            return Err(error());
        }
        Ok(Self {
            major,
            minor,
            patch,
        })
    }
}

/// Returns whether `c` separates the number of a release from the name of its build.
fn is_before_build(c: char) -> bool {
    matches!(c, '-' | '_' | '+' | '~')
}

/// Returns whether a text can be the name of a build in a tag or in a package's version.
fn is_build_name(text: &str) -> bool {
    let is_part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '.' || is_before_build(c);
    !text.is_empty() && text.chars().all(is_part_of_name)
}

impl TryFrom<String> for Version {
    type Error = VersionError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl TryFrom<String> for Release {
    type Error = VersionError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let version: Version = text.parse()?;
        match version.patch.filter(|_| !text.contains(is_before_build)) {
            Some(patch) => Ok(Self::new(version.major, version.minor, patch)),
            None => Err(VersionError(text)),
        }
    }
}

/// The upgrade that a configuration is checked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upgrade {
    /// The running release, if it is known.
    pub from: Option<Release>,
    /// The release to upgrade to.
    pub to: Release,
}

impl Upgrade {
    /// Returns whether the upgrade passes the begin of `release`: it is after `from` and not after `to`.
    #[must_use]
    pub fn crosses(&self, release: Release) -> bool {
        self.from.is_some_and(|from| from < release) && release <= self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_two_or_three_numbers_with_an_optional_v() {
        assert_eq!("v3.4".parse::<Version>().unwrap().to_string(), "3.4");
        assert_eq!("3.4.20".parse::<Version>().unwrap().to_string(), "3.4.20");
        for bad in [
            "",
            "3",
            "3.",
            "3.4.",
            "3.4.5.6",
            "3.x",
            "+3.4",
            "V3.4",
            "3.4-rc.0",
            "3.4.20-",
            "3.4.20-a b",
            "latest-3.4.20",
            "3.4.20 ",
        ] {
            assert!(bad.parse::<Version>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_name_of_a_build_is_not_part_of_the_release() {
        for (text, release) in [
            ("3.4.13-0", "3.4.13"),
            ("v3.5.21-rancher1", "3.5.21"),
            ("v3.5.9-amd64", "3.5.9"),
            ("3.5.21-debian-12-r0", "3.5.21"),
            ("v3.5.21-k3s1", "3.5.21"),
            ("3.4.30+dfsg-1ubuntu0.1", "3.4.30"),
            ("3.5.16-4~bpo12+1", "3.5.16"),
            ("3.5.4_20220508", "3.5.4"),
        ] {
            let version = text.parse::<Version>();
            assert_eq!(version.unwrap().to_string(), release, "{text}");
            assert!(Release::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn an_upgrade_crosses_what_lies_after_from_and_up_to_to() {
        let upgrade = Upgrade {
            from: Some(Release::new(3, 1, 20)),
            to: Release::new(3, 2, 0),
        };
        assert!(upgrade.crosses(Release::new(3, 2, 0)));
        assert!(!upgrade.crosses(Release::new(3, 1, 20)));
        assert!(!upgrade.crosses(Release::new(3, 2, 1)));
    }
}
