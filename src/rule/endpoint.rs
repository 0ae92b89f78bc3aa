//! Paths that etcd's HTTP server answers in some releases only.

use super::{Finding, MentionCase, Subject, UpgradeContext};
use crate::diagnostic::Consequence;
use crate::facts::version::Release;
use crate::member::MentionKind;

/// Finds a path that the new release no longer answers.
pub(super) fn gone(case: &MentionCase<'_>) -> Option<Finding> {
    let (release, removed) = not_served(case)?;
    let removed = removed?;
    Some(Finding {
        since: Some(removed),
        ..finding(case, release)
    })
}

/// Finds a path of a probe that the release does not answer yet.
pub(super) fn not_yet_served(case: &MentionCase<'_>) -> Option<Finding> {
    let (release, removed) = not_served(case)?;
    if removed.is_some() {
        return None;
    }
    Some(finding(case, release))
}

fn finding(case: &MentionCase<'_>, release: Release) -> Finding {
    let context = UpgradeContext {
        catalogue: case.catalogue,
        upgrade: case.upgrade,
    };
    let message = format!("{} answers 404 page not found", context.shown(release));
    Finding::new(
        case.rule,
        Subject::Mention,
        Consequence::Unreachable,
        message,
    )
}

/// Returns the release that does not answer the path, and the first that no longer does.
fn not_served(case: &MentionCase<'_>) -> Option<(Release, Option<Release>)> {
    let MentionKind::Endpoint { path, named } = &case.mention.kind else {
        return None;
    };
    let mut endpoints = case.catalogue.endpoints.iter();
    let endpoint = endpoints.find(|known| known.path == *path)?;
    let named = named.and_then(|version| case.catalogue.release(version).ok());
    let mut releases = [Some(case.upgrade.to), named].into_iter().flatten();
    let release = releases.find(|release| !endpoint.is_served_at(*release))?;
    let removed = endpoint.removed.filter(|removed| *removed <= release);
    Some((release, removed))
}
