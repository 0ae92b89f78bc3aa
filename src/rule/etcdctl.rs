//! Commands that the new release's etcdctl no longer knows.

use super::{Finding, MentionCase, Outlook, Subject};
use crate::diagnostic::Consequence;
use crate::setting::MentionKind;
use crate::version::Release;

/// etcdctl speaks the v3 API unless `ETCDCTL_API` says otherwise: `etcdctl/main.go:34@v3.4.0`.
const V3_BY_DEFAULT_SINCE: Release = Release::new(3, 4, 0);

/// It speaks no other, whatever the variable says: `etcdctl/main.go:22@v3.6.0`.
const ONLY_V3_SINCE: Release = Release::new(3, 6, 0);

/// Looks at one command of the v2 API.
pub(super) fn check(case: &MentionCase<'_>) -> Option<Finding> {
    let MentionKind::EtcdctlCommand { name, says_api } = &case.mention.kind else {
        return None;
    };
    let since = if *says_api {
        ONLY_V3_SINCE
    } else {
        V3_BY_DEFAULT_SINCE
    };
    let outlook = Outlook {
        catalogue: case.catalogue,
        upgrade: case.upgrade,
    };
    (since <= case.upgrade.to).then(|| {
        let message = format!(
            "the etcdctl of {} prints: Error: unknown command \"{name}\" for \"etcdctl\"",
            outlook.to()
        );
        Finding::new(
            case.rule,
            Subject::Mention,
            Consequence::Unreachable,
            message,
        )
    })
}
