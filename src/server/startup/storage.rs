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
    let smallest = i128::from(i64::MAX) + 1;
    let is_smallest =
        count == smallest && effective.does(Behaviour::SmallestSignedCountOfSnapshotsPurgesNone);
    (count >= smallest && !is_smallest).then(|| {
        let line = "panic: runtime error: index out of range [0] with length 0";
        Refusal::new(
            effective,
            "max-snapshots",
            line,
            "write a smaller count, or 0 to keep all",
        )
    })
}

/// A folder of the log that holds the data of the member, which the first start deletes with it.
pub(super) fn log_folder(effective: &Effective<'_>) -> Option<Refusal> {
    effective.set("wal-dir")?;
    if !effective.does(Behaviour::FolderOfTheLogIsReplacedAtTheFirstStart)
        || effective.number("max-snapshots")? == 0
    {
        return None;
    }
    let log = effective.text("wal-dir")?;
    let snapshots = format!("{}/member/snap", effective.resolved("data-dir")?);
    let (log, snapshots) = (Folder::of(&log), Folder::of(&snapshots));
    // The current folder and the root cannot be deleted.
    if log.names.is_empty() || !log.contains(&snapshots) || log.names == snapshots.names {
        return None;
    }
    let databases = if effective.does(Behaviour::DatabasesOfSnapshotsArePurged) {
        "snap db"
    } else {
        "snap"
    };
    let colon = if effective.does(Behaviour::CapnslogIsRefused) {
        ":"
    } else {
        ""
    };
    let snapshots = snapshots.text();
    let line = format!(
        "failed to purge {databases} file{colon} open {snapshots}: no such file or directory (the first start deletes the folder of wal-dir)"
    );
    let advice = format!("a folder of its own, which does not hold {snapshots}");
    Some(Refusal::new(effective, "wal-dir", line, advice))
}

/// A path without `.` and empty names, and with `..` resolved in the text, as Go's `filepath.Clean` does.
struct Folder<'a> {
    is_absolute: bool,
    names: Vec<&'a str>,
}

impl<'a> Folder<'a> {
    fn of(path: &'a str) -> Self {
        let is_absolute = path.starts_with('/');
        let mut names: Vec<&str> = Vec::new();
        for name in path.split('/') {
            match name {
                "" | "." => {}
                ".." if names.last().is_some_and(|last| *last != "..") => {
                    names.pop();
                }
                ".." if is_absolute => {}
                name => names.push(name),
            }
        }
        Self { is_absolute, names }
    }

    /// Whether the other is this folder or below it. An absolute path and a relative one are not compared.
    fn contains(&self, other: &Self) -> bool {
        self.is_absolute == other.is_absolute && other.names.starts_with(&self.names)
    }

    fn text(&self) -> String {
        let root = if self.is_absolute { "/" } else { "" };
        format!("{root}{}", self.names.join("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_compared_by_their_names() {
        let contains = |one, other| Folder::of(one).contains(&Folder::of(other));
        assert!(contains("./d/", "d/member/snap"));
        assert!(contains("d/x/..", "d/member"));
        assert!(contains("/a//b", "/a/b/c"));
        assert!(contains("/../a", "/a"));
        assert!(!contains("d/member/wal", "d/member/snap"));
        assert!(!contains("d", "data"));
        assert!(!contains("d", "/d"));
        assert!(!contains("../d", "d"));
    }
}
