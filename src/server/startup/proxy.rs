//! The proxy of the v2 API, which is no member.

use crate::server::effective::Effective;

/// Returns whether the member is started as a proxy of the v2 API, or `None` if that is set elsewhere.
pub(crate) fn is_proxy(effective: &Effective<'_>) -> Option<bool> {
    if effective.option("proxy").is_none() {
        return Some(false);
    }
    Some(!matches!(effective.text("proxy")?.as_str(), "off" | ""))
}
