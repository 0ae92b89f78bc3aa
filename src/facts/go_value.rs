//! Go's value syntax as etcd reads flags and variables: `strconv` and `time.ParseDuration`.

/// Parses a text as `strconv.ParseBool` does.
#[must_use]
pub fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// Parses a whole number of 64 bits, signed or unsigned.
#[must_use]
pub fn parse_whole(text: &str) -> Option<i128> {
    parse_int(text, 64).or_else(|| parse_uint(text, 64).map(i128::from))
}

/// Parses a text as `strconv.ParseInt(text, 0, bits)` does.
#[must_use]
pub fn parse_int(text: &str, bits: u32) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = unsigned(digits)?;
    let value = if negative { -magnitude } else { magnitude };
    let limit = 1i128 << (bits - 1);
    (-limit..limit).contains(&value).then_some(value)
}

/// Parses a text as `strconv.ParseUint(text, 0, bits)` does: no sign.
#[must_use]
pub fn parse_uint(text: &str, bits: u32) -> Option<u64> {
    let value = unsigned(text)?;
    (value < 1i128 << bits)
        .then(|| u64::try_from(value).ok())
        .flatten()
}

/// Parses digits with Go's base prefixes; `_` may separate them only in base 0, after a prefix or between digits.
fn unsigned(text: &str) -> Option<i128> {
    let lower = text.to_ascii_lowercase();
    let (radix, digits, prefixed) = if let Some(rest) = lower.strip_prefix("0x") {
        (16, rest, true)
    } else if let Some(rest) = lower.strip_prefix("0b") {
        (2, rest, true)
    } else if let Some(rest) = lower.strip_prefix("0o") {
        (8, rest, true)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, &lower[1..], true)
    } else {
        (10, lower.as_str(), false)
    };
    if digits.is_empty()
        || digits.ends_with('_')
        || digits.contains("__")
        || !prefixed && digits.starts_with('_')
    {
        return None;
    }
    let plain: String = digits.chars().filter(|&c| c != '_').collect();
    if plain.is_empty() || !plain.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    i128::from_str_radix(&plain, radix).ok()
}

/// Why `time.ParseDuration` refuses a text, in Go's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum DurationError {
    #[error("time: invalid duration {0:?}")]
    Invalid(String),
    #[error("time: missing unit in duration {0:?}")]
    MissingUnit(String),
    #[error("time: unknown unit {0:?} in duration {1:?}")]
    UnknownUnit(String, String),
}

/// Parses a text as `time.ParseDuration` does: signed decimal numbers with units, such as `1h30m`, `-1.5s`, `.5s`.
/// Returns nanoseconds.
///
/// # Errors
/// Returns an error if Go does, in its words.
pub fn parse_duration(text: &str) -> Result<i64, DurationError> {
    let invalid = || DurationError::Invalid(text.to_owned());
    let (negative, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        if !rest.starts_with(|c: char| c == '.' || c.is_ascii_digit()) {
            return Err(invalid());
        }
        let whole_length = digits(rest);
        let whole = leading_int(&rest[..whole_length]).ok_or_else(invalid)?;
        rest = &rest[whole_length..];
        let mut fraction = (0u64, 1f64);
        let mut fraction_length = 0;
        if let Some(after) = rest.strip_prefix('.') {
            fraction_length = digits(after);
            fraction = leading_fraction(&after[..fraction_length]);
            rest = &after[fraction_length..];
        }
        if whole_length == 0 && fraction_length == 0 {
            return Err(invalid());
        }
        let unit_length = rest
            .find(|c: char| c == '.' || c.is_ascii_digit())
            .unwrap_or(rest.len());
        if unit_length == 0 {
            return Err(DurationError::MissingUnit(text.to_owned()));
        }
        let unit = &rest[..unit_length];
        rest = &rest[unit_length..];
        let scale: u64 = match unit {
            "ns" => 1,
            "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return Err(DurationError::UnknownUnit(unit.to_owned(), text.to_owned())),
        };
        let mut amount = whole.checked_mul(scale).ok_or_else(invalid)?;
        if fraction.0 > 0 {
            // The product is below one unit, so it fits.
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss
            )]
            let part = (fraction.0 as f64 * (scale as f64 / fraction.1)) as u64;
            amount = amount.checked_add(part).ok_or_else(invalid)?;
        }
        total = total.checked_add(amount).ok_or_else(invalid)?;
        if total > 1 << 63 {
            return Err(invalid());
        }
    }
    if negative {
        return 0i64.checked_sub_unsigned(total).ok_or_else(invalid);
    }
    i64::try_from(total).map_err(|_| invalid())
}

/// Writes nanoseconds as `time.Duration.String` does: `1m0s`, `1.5s`, `100ms`, `0s`.
#[must_use]
pub fn duration_text(nanoseconds: i64) -> String {
    const SECOND: u64 = 1_000_000_000;
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let total = nanoseconds.unsigned_abs();
    if total == 0 {
        return "0s".to_owned();
    }
    let small = [(1_000, 1, "ns"), (1_000_000, 1_000, "\u{b5}s")];
    let below_second = small.into_iter().chain([(SECOND, 1_000_000, "ms")]);
    for (end, unit, name) in below_second {
        if total < end {
            return format!("{sign}{}{name}", decimal(total, unit));
        }
    }
    let minute = 60 * SECOND;
    let (hours, minutes) = (total / (60 * minute), total / minute % 60);
    let seconds = decimal(total % minute, SECOND);
    if hours > 0 {
        format!("{sign}{hours}h{minutes}m{seconds}s")
    } else if minutes > 0 {
        format!("{sign}{minutes}m{seconds}s")
    } else {
        format!("{sign}{seconds}s")
    }
}

/// Returns `amount` in units of `unit`, a power of ten, without zeros at the end of the fraction.
fn decimal(amount: u64, unit: u64) -> String {
    let (whole, rest) = (amount / unit, amount % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let width = unit.to_string().len() - 1;
    let fraction = format!("{rest:0width$}");
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn leading_int(digits: &str) -> Option<u64> {
    if digits.is_empty() {
        return Some(0);
    }
    digits.parse::<u64>().ok().filter(|&value| value <= 1 << 63)
}

/// Parses the digits after the point that still fit; the rest changes nothing, as in Go.
fn leading_fraction(digits: &str) -> (u64, f64) {
    let mut value: u64 = 0;
    let mut scale = 1f64;
    for digit in digits.bytes() {
        let Some(next) = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(u64::from(digit - b'0')))
            .filter(|&value| value <= 1 << 63)
        else {
            break;
        };
        value = next;
        scale *= 10.0;
    }
    (value, scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_gos() {
        for (text, expected) in [
            ("0", 0),
            ("5s", 5_000_000_000),
            ("-5s", -5_000_000_000),
            ("+5s", 5_000_000_000),
            (".5s", 500_000_000),
            ("1.s", 1_000_000_000),
            ("1h30m", 5_400_000_000_000),
            ("1\u{b5}s", 1_000),
            ("1\u{3bc}s", 1_000),
            ("0.3333333333333333333h", 1_200_000_000_000),
            ("9223372036854775807ns", i64::MAX),
            ("-9223372036854775808ns", i64::MIN),
        ] {
            assert_eq!(parse_duration(text), Ok(expected), "{text}");
        }
        for bad in [
            "",
            "3",
            "-",
            "s",
            ".",
            "-.",
            ".s",
            "+.s",
            "1d",
            "1 h",
            "5min",
            "1w",
            "9223372036854775808ns",
            "1e3s",
        ] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
        let message = |text: &str| parse_duration(text).unwrap_err().to_string();
        assert_eq!(message("-1"), "time: missing unit in duration \"-1\"");
        assert_eq!(message("1d"), "time: unknown unit \"d\" in duration \"1d\"");
    }

    #[test]
    fn durations_are_written_as_go_writes_them() {
        for (nanoseconds, expected) in [
            (0, "0s"),
            (1, "1ns"),
            (1_100, "1.1\u{b5}s"),
            (100_000_000, "100ms"),
            (2_200_000, "2.2ms"),
            (1_000_000_000, "1s"),
            (1_500_000_000, "1.5s"),
            (60_000_000_000, "1m0s"),
            (5_400_000_000_000, "1h30m0s"),
            (86_400_000_000_001, "24h0m0.000000001s"),
            (-5_000_000_000, "-5s"),
            (i64::MIN, "-2562047h47m16.854775808s"),
        ] {
            let text = duration_text(nanoseconds);
            assert_eq!(text, expected);
            assert_eq!(parse_duration(&text), Ok(nanoseconds), "{text}");
        }
    }

    #[test]
    fn numbers_are_gos() {
        assert_eq!(parse_int("-0x10", 64), Some(-16));
        assert_eq!(parse_int("+5", 64), Some(5));
        assert_eq!(parse_uint("+5", 64), None);
        assert_eq!(parse_uint("0100", 64), Some(64));
        assert_eq!(parse_uint("1_000", 64), Some(1000));
        assert_eq!(parse_uint("4294967296", 32), None);
        assert_eq!(parse_uint("18446744073709551615", 64), Some(u64::MAX));
        for bad in ["", "-", "1__0", "_1", "1_", "0x", "08", "1.5", " 1"] {
            assert_eq!(parse_int(bad, 64), None, "{bad}");
        }
        assert_eq!(parse_bool("yes"), None);
        assert_eq!(parse_bool("T"), Some(true));
    }
}
