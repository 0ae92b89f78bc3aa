//! The releases in which the two options of compaction change, from the facts.

use crate::facts::catalogue::{Catalogue, EtcdOption, ValueType};
use crate::facts::version::{Release, Version};

/// Where `auto-compaction-retention` and `auto-compaction-mode` change.
#[derive(Clone, Copy)]
pub(super) struct Turns {
    /// The first release that reads the retention as a text.
    pub(super) text_since: Release,
    /// The first and the last minor whose configuration file has no default mode.
    pub(super) without_mode: (Version, Version),
    /// The minor after these.
    pub(super) with_mode: Version,
}

impl Turns {
    /// Returns `None` if the facts contain no such change.
    pub(super) fn of(
        catalogue: &Catalogue,
        retention: &EtcdOption,
        mode: &EtcdOption,
    ) -> Option<Self> {
        let has_none =
            |first: Release| mode.exists_at(first) && mode.default_at(first, true).is_empty();
        let mut minors = catalogue
            .lines()
            .skip_while(|(_, first, _)| !has_none(*first));
        let (first_minor, ..) = minors.next()?;
        let mut last_minor = first_minor;
        let (with_mode, ..) = minors.find(|(minor, first, _)| {
            let is_without = has_none(*first);
            if is_without {
                last_minor = *minor;
            }
            !is_without
        })?;
        Some(Self {
            text_since: retention.type_since(ValueType::String)?,
            without_mode: (first_minor, last_minor),
            with_mode,
        })
    }
}
