//! The proxy of the second API, which is no member.

use crate::server::effective::Effective;

/// Whether the member is started as a proxy of the second API; none where something else decides it.
pub(crate) fn is_proxy(effective: &Effective<'_>) -> Option<bool> {
    if effective.option("proxy").is_none() {
        return Some(false);
    }
    Some(!matches!(effective.text("proxy")?.as_str(), "off" | ""))
}
