//! Sizes and counts of what a member keeps on disk.

use super::{Refusal, V3_2, V3_6};
use crate::server::effective::Effective;

/// Addresses that a process of a 64-bit machine has.
const ADDRESS_SPACE: i64 = 1 << 47;

/// A quota is mapped into memory at once, with a tenth more; a sum beyond 64 bits is not:
/// `etcdserver/backend.go:51@v3.4.23`, `server/storage/backend.go:51@v3.6.14`.
pub(super) fn quota(effective: &Effective<'_>) -> Option<Refusal> {
    effective.set("quota-backend-bytes")?;
    let quota = i64::try_from(effective.number("quota-backend-bytes")?).ok()?;
    let mapped = quota.checked_add(quota / 10)?;
    (effective.release >= V3_2 && mapped >= ADDRESS_SPACE).then(|| {
        let line = "panic: cannot open database at default.etcd/member/snap/db (mmap too large)";
        Refusal::new(
            effective,
            "quota-backend-bytes",
            line,
            "a size that the machine can map; 8 GiB is the most that is recommended",
        )
    })
}

/// As a signed number such a count is negative: `client/pkg/fileutil/purge.go:62@v3.5.1`.
pub(super) fn purged_snapshots(effective: &Effective<'_>) -> Option<Refusal> {
    effective.set("max-snapshots")?;
    let count = effective.number("max-snapshots")?;
    (effective.release < V3_6 && count > i128::from(i64::MAX)).then(|| {
        let line = "panic: runtime error: index out of range [0] with length 0";
        Refusal::new(
            effective,
            "max-snapshots",
            line,
            "a smaller count, or 0 for all",
        )
    })
}
