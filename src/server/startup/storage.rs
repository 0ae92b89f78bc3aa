//! Sizes and counts of what a member keeps on disk.

use super::Refusal;
use crate::facts::behaviours::Behaviour;
use crate::server::effective::Effective;

/// The number of addresses of a process on a 64-bit machine.
const ADDRESS_SPACE: i64 = 1 << 47;

/// A quota that is mapped into memory with a tenth more, which exceeds the address space.
pub(super) fn quota(effective: &Effective<'_>) -> Option<Refusal> {
    effective.set("quota-backend-bytes")?;
    let quota = i64::try_from(effective.number("quota-backend-bytes")?).ok()?;
    let mapped = quota.checked_add(quota / 10)?;
    let is_mapped = effective.does(Behaviour::QuotaIsMappedAtStart);
    (is_mapped && mapped >= ADDRESS_SPACE).then(|| {
        let line = "panic: cannot open database at default.etcd/member/snap/db (mmap too large)";
        Refusal::new(
            effective,
            "quota-backend-bytes",
            line,
            "write a size that the machine can map; at most 8 GiB is recommended",
        )
    })
}

/// A count that is negative as a signed number.
pub(super) fn purged_snapshots(effective: &Effective<'_>) -> Option<Refusal> {
    effective.set("max-snapshots")?;
    let count = effective.number("max-snapshots")?;
    let is_signed = effective.does(Behaviour::CountOfSnapshotsIsReadAsSigned);
    (is_signed && count > i128::from(i64::MAX)).then(|| {
        let line = "panic: runtime error: index out of range [0] with length 0";
        Refusal::new(
            effective,
            "max-snapshots",
            line,
            "write a smaller count, or 0 to keep all",
        )
    })
}
