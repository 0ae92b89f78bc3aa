//! Commands that the new release's etcdctl no longer has.

use super::{Finding, MentionCase, Subject, UpgradeContext};
use crate::diagnostic::Consequence;
use crate::member::MentionKind;

/// Checks one command of the v2 API.
pub(super) fn check(case: &MentionCase<'_>) -> Option<Finding> {
    let MentionKind::EtcdctlCommand { name, sets_api } = &case.mention.kind else {
        return None;
    };
    let since = if *sets_api {
        case.catalogue.etcdctl.only_v3
    } else {
        case.catalogue.etcdctl.v3_by_default
    };
    let context = UpgradeContext {
        catalogue: case.catalogue,
        upgrade: case.upgrade,
    };
    (since <= case.upgrade.to).then(|| {
        let message = format!(
            "the etcdctl of {} prints: Error: unknown command \"{name}\" for \"etcdctl\"",
            context.to()
        );
        Finding {
            since: Some(since),
            ..Finding::new(
                case.rule,
                Subject::Mention,
                Consequence::Unreachable,
                message,
            )
        }
    })
}
