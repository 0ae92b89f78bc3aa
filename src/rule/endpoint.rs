//! Paths that etcd's HTTP server no longer answers.

use super::{Finding, MentionCase, Subject, UpgradeContext};
use crate::diagnostic::Consequence;
use crate::member::MentionKind;

/// Checks one path.
pub(super) fn check(case: &MentionCase<'_>) -> Option<Finding> {
    let MentionKind::Endpoint(path) = &case.mention.kind else {
        return None;
    };
    let mut endpoints = case.catalogue.endpoints.iter();
    let endpoint = endpoints.find(|known| known.path == *path)?;
    let context = UpgradeContext {
        catalogue: case.catalogue,
        upgrade: case.upgrade,
    };
    (endpoint.removed <= case.upgrade.to).then(|| {
        let message = format!("{} answers 404 page not found", context.to());
        Finding {
            since: Some(endpoint.removed),
            ..Finding::new(
                case.rule,
                Subject::Mention,
                Consequence::Unreachable,
                message,
            )
        }
    })
}
