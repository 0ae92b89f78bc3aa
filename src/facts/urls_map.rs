//! The members of a cluster and their URLs, as `initial-cluster` lists them.

use std::collections::BTreeMap;

use crate::facts::catalogue::Catalogue;
use crate::facts::go_url::{self, Url};
use crate::facts::version::Release;

/// Parses name=URL pairs as `types.NewURLsMap` does: `pkg/types/urlsmap.go:28@v3.4.45`.
///
/// # Errors
/// Returns what etcd prints about the first URL that it refuses.
pub fn parse(
    catalogue: &Catalogue,
    text: &str,
    release: Release,
) -> Result<BTreeMap<String, Vec<Url>>, String> {
    let mut urls: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in text.split(',').filter(|entry| !entry.is_empty()) {
        let (name, url) = entry.split_once('=').unwrap_or((entry, ""));
        urls.entry(name.to_owned())
            .or_default()
            .push(url.to_owned());
    }
    let mut members = BTreeMap::new();
    for (name, urls) in urls {
        members.insert(
            name,
            go_url::parse_list(catalogue, &urls.join(","), release)?,
        );
    }
    Ok(members)
}

/// Returns the members as etcd prints them: `pkg/types/urlsmap.go:58@v3.4.45`.
#[must_use]
pub fn text(members: &BTreeMap<String, Vec<Url>>) -> String {
    let mut pairs: Vec<String> = Vec::new();
    for (name, urls) in members {
        pairs.extend(urls.iter().map(|url| format!("{name}={}", url.text())));
    }
    pairs.sort();
    pairs.join(",")
}
