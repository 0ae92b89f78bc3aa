//! Intervals, time-outs and counts.

use super::Refusal;
use crate::facts::behaviours::Behaviour;
use crate::facts::go_value;
use crate::server::effective::Effective;

/// An interval of zero.
pub(super) fn heartbeat(effective: &Effective<'_>) -> Option<Refusal> {
    if effective.number("heartbeat-interval")? != 0 {
        return None;
    }
    let line = if effective.does(Behaviour::HeartbeatIntervalOfZeroIsRefused) {
        "--heartbeat-interval must be >0 (set to 0ms)"
    } else {
        "panic: runtime error: integer divide by zero"
    };
    Some(Refusal::new(
        effective,
        "heartbeat-interval",
        line,
        "write a number of milliseconds; the default is 100",
    ))
}

/// An election timeout that is too short or too long: `embed/config.go:660@v3.4.45`, and the same since 2.3.
pub(super) fn election(effective: &Effective<'_>) -> Option<Refusal> {
    let heartbeat = effective.number("heartbeat-interval")?;
    let election = effective.number("election-timeout")?;
    let option = if effective.set("election-timeout").is_some() {
        "election-timeout"
    } else {
        "heartbeat-interval"
    };
    let refuses_zero = effective.does(Behaviour::ElectionTimeoutOfZeroIsRefused);
    if election == 0 && refuses_zero && heartbeat != 0 {
        return Some(Refusal::new(
            effective,
            option,
            "--election-timeout must be >0 (set to 0ms)",
            "write at least five heartbeat intervals",
        ));
    }
    if 5 * heartbeat > election {
        let line = format!(
            "--election-timeout[{election}ms] should be at least as 5 times as --heartbeat-interval[{heartbeat}ms]"
        );
        return Some(Refusal::new(
            effective,
            option,
            line,
            "write at least five heartbeat intervals",
        ));
    }
    if election > 50_000 {
        let line = format!(
            "--election-timeout[{election}ms] is too long, and should be set less than 50000ms"
        );
        return Some(Refusal::new(
            effective,
            option,
            line,
            "write at most 50000 milliseconds",
        ));
    }
    None
}

/// A mode that etcd does not know, or an empty one.
pub(super) fn compaction_mode(effective: &Effective<'_>) -> Option<Refusal> {
    if !effective.does(Behaviour::UnknownCompactionModeIsRefused) {
        return None;
    }
    let mode = effective.set("auto-compaction-mode")?.text.clone()?;
    let line = match mode.as_str() {
        "periodic" | "revision" => return None,
        "" if effective.does(Behaviour::EmptyCompactionModeIsRefused) => {
            "undefined auto-compaction-mode".to_owned()
        }
        "" => return None,
        other => format!("unknown auto-compaction-mode \"{other}\""),
    };
    Some(Refusal::new(
        effective,
        "auto-compaction-mode",
        line,
        "write periodic or revision",
    ))
}

/// Periodic compaction divides by a tenth of its time: `compactor/periodic.go:160@v3.3.27`. With a negative time etcd
/// starts, and from 3.5 the server crashes now and then.
pub(super) fn compaction_period(effective: &Effective<'_>) -> Option<Refusal> {
    let option = "auto-compaction-retention";
    effective.set(option)?;
    let text = effective.text(option)?;
    if effective.text("auto-compaction-mode")? != "periodic" {
        return None;
    }
    let is_hours = text.parse::<i64>().is_ok_and(|hours| hours >= 0);
    let period = go_value::parse_duration(&text).ok().filter(|_| !is_hours)?;
    (period != 0 && period.unsigned_abs() < 10).then(|| {
        let line = "panic: runtime error: integer divide by zero";
        let advice = "write a time in minutes or hours, or 0 for off";
        Refusal::new(effective, option, line, advice)
    })
}

/// The interval of the hash check, which must not be zero or negative: `server/embed/config.go:752@v3.5.33`.
pub(super) fn hash_check(effective: &Effective<'_>) -> Option<Refusal> {
    [
        "experimental-compact-hash-check-time",
        "compact-hash-check-time",
    ]
    .into_iter()
    .find_map(|option| {
        effective.set(option)?;
        let text = effective.text(option)?;
        let time = effective.duration(option)?;
        (time <= 0).then(|| {
            let line = format!("--{option} must be >0 (set to {text})");
            Refusal::new(effective, option, line, "write a duration above 0")
        })
    })
}

/// A negative interval, which Go's ticker does not accept.
pub(super) fn corrupt_check(effective: &Effective<'_>) -> Option<Refusal> {
    if !effective.does(Behaviour::NegativeCorruptCheckTimePanics) {
        return None;
    }
    ["experimental-corrupt-check-time", "corrupt-check-time"]
        .into_iter()
        .find_map(|option| {
            effective.set(option)?;
            (effective.duration(option)? < 0).then(|| {
                Refusal::new(
                    effective,
                    option,
                    "panic: non-positive interval for NewTicker",
                    "write a duration, or 0 for off",
                )
            })
        })
}

/// Seen on 3.6.14 and 3.7.1.
pub(super) fn max_learners(effective: &Effective<'_>) -> Option<Refusal> {
    effective.set("max-learners")?;
    let learners = effective.number("max-learners")?;
    (learners < 0).then(|| {
        Refusal::new(
            effective,
            "max-learners",
            "the number of learners must not be negative",
            "write 0 or more",
        )
    })
}
