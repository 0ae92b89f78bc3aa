//! How the tag of an image is edited, which names the release that a member runs with.

use std::sync::LazyLock;

use regex::Regex;

use super::reading::Reading;
use super::site::Unwritable;
use crate::edit::Edit;
use crate::facts::version::{Release, Version};
use crate::member::NamedRelease;
use crate::source::{Source, Span};

/// A tag that is a release of etcd and nothing else, alone or at the end of the name of an image, in quotes or not.
static PLAIN_TAG: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"^["']?(?:[^@]*:)?v?(\d+\.\d+\.\d+)["']?$"#;
    Regex::new(pattern).expect("the pattern is constant")
});

/// A registry of Kubernetes, whose tags of etcd have a revision: `3.4.13-0`.
static WITH_REVISIONS: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"k8s\.gcr\.io/|registry\.k8s\.io/|google[_-]containers/";
    Regex::new(pattern).expect("the pattern is constant")
});

/// Why the tag of an image cannot be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    /// A variable of a tool, or a tag in another text.
    #[error("the release is not written as the tag of an image")]
    NotATag,
    /// A tag without a patch, with a suffix, or with a digest.
    #[error("the tag is not a release of etcd alone")]
    NotPlain,
    /// A registry that adds revisions to the releases of etcd.
    #[error("the tags of this registry have a revision, which only the registry knows")]
    Revision,
    /// The place cannot be edited exactly.
    #[error(transparent)]
    Unwritable(#[from] Unwritable),
}

impl Reading {
    /// Returns the edit of the file that makes the tag of an image, which names a release for a member, name another
    /// one.
    ///
    /// # Errors
    /// If the tag is not one that only names a release of etcd, or cannot be edited exactly.
    pub fn tag_edit(
        &self,
        source: &Source,
        named: NamedRelease,
        release: Release,
    ) -> Result<Edit, TagError> {
        let place = named.place.ok_or(TagError::NotATag)?;
        let text = match place.text {
            0 => source.text.as_str(),
            inner => self.texts[inner - 1].decoded.text.as_str(),
        };
        let image = place.span.of(text);
        if WITH_REVISIONS.is_match(image) {
            return Err(TagError::Revision);
        }
        let written = PLAIN_TAG.captures(image);
        let number = written.and_then(|written| written.get(1));
        let number = number.ok_or(TagError::NotPlain)?;
        let is_named = number.as_str().parse::<Version>() == Ok(named.version);
        if !is_named {
            return Err(TagError::NotPlain);
        }
        let start = place.span.start;
        let span = Span::new(start + number.start(), start + number.end());
        let edit = self.file_edit(place.text, Edit::replacement(span, release.to_string()))?;
        self.hazards.check_mention(edit.span)?;
        Ok(edit)
    }
}
