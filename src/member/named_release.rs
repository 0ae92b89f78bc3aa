//! The release that a text names for a member.

use super::place::Place;
use crate::facts::version::Version;

/// The release of the binary that runs a member, from the tag of an image or a variable of a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedRelease {
    /// The release.
    pub version: Version,
    /// Where the image or its tag is written; `None` if a rewrite cannot change it there.
    pub place: Option<Place>,
}

impl NamedRelease {
    /// Creates a release that a rewrite cannot change.
    #[must_use]
    pub fn fixed(version: Version) -> Self {
        Self {
            version,
            place: None,
        }
    }
}
