//! The pages on which sources of facts can be read.

use crate::rule::Rule;

/// The base of the pages of etcd's files.
const ETCD: &str = "https://github.com/etcd-io/etcd/blob";

/// The page of changes by release, for findings that follow from the facts without a rule.
pub const CHANGES: &str = "https://github.com/etcd-io/etcd/tree/main/CHANGELOG";

/// Returns the page of a source: of `path:line@tag` in etcd's repository, or the source itself if it is a page.
#[must_use]
pub fn page(source: &str) -> Option<String> {
    if source.starts_with("https://") {
        return Some(source.to_owned());
    }
    let (place, tag) = source.rsplit_once('@')?;
    let (path, lines) = place.rsplit_once(':')?;
    // A page can show the first of several lines.
    let line = lines.split(',').next()?;
    let is_plain = |text: &str| {
        let mut bytes = text.bytes();
        bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'/'))
    };
    let is_place =
        is_plain(path) && is_plain(tag) && line.bytes().all(|byte| byte.is_ascii_digit());
    is_place.then(|| format!("{ETCD}/{tag}/{path}#L{line}"))
}

/// Returns the heading above the sources of a rule.
#[must_use]
pub fn sources_of(rule: &Rule) -> &'static str {
    if rule.is_own {
        "Sources"
    } else {
        "Sources in github.com/etcd-io/etcd"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_names_its_page() {
        assert_eq!(
            page("embed/config.go:12@v3.4.23").as_deref(),
            Some("https://github.com/etcd-io/etcd/blob/v3.4.23/embed/config.go#L12")
        );
        assert_eq!(
            page("https://etcd.io/docs").as_deref(),
            Some("https://etcd.io/docs")
        );
        assert_eq!(
            page("embed/config.go:12,13@v3.4.23"),
            page("embed/config.go:12@v3.4.23")
        );
        assert_eq!(page("the upgrade guide"), None);
    }
}
