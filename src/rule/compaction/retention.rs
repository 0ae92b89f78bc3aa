//! How etcd reads a text of `auto-compaction-retention`.

use crate::facts::go_value;

/// A parsed retention.
pub(super) enum Retention {
    /// Hours, or revisions in mode `revision`.
    Number(i128),
    /// A Go duration.
    Duration,
    /// Neither; the message is Go's.
    Neither(String),
}

/// Reads a retention as etcd does: `strconv.Atoi`, else `time.ParseDuration` (`embed/etcd.go:566@v3.3.27`).
pub(super) fn retention_of(text: &str) -> Retention {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if is_number && let Ok(number) = text.trim_start_matches('+').parse::<i128>() {
        return Retention::Number(number);
    }
    match go_value::parse_duration(text) {
        Ok(_) => Retention::Duration,
        Err(error) => Retention::Neither(error.to_string()),
    }
}
