//! Plain scalars as go-yaml v2 resolves them, which is YAML 1.1 with Go's numbers.

/// A scalar's type and value.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Scalar {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
}

/// Resolves a scalar: `plain` for one without quotes, `tag` for one with a tag of the core schema.
///
/// Follows `resolve` and `resolveTable` of gopkg.in/yaml.v2; sexagesimals are not numbers there.
#[must_use]
pub fn resolve(text: &str, plain: bool, tag: Option<&str>) -> Scalar {
    match tag {
        Some("str") => return Scalar::Text(text.to_owned()),
        Some("bool" | "int" | "float" | "null") => {}
        _ if !plain => return Scalar::Text(text.to_owned()),
        _ => {}
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Scalar::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Scalar::Bool(false);
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Scalar::Float(f64::INFINITY);
        }
        "-.inf" | "-.Inf" | "-.INF" => return Scalar::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Scalar::Float(f64::NAN),
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Scalar::Text(text.to_owned());
    }
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    if let Some(integer) = integer(&digits) {
        return Scalar::Integer(integer);
    }
    if is_float(&digits)
        && let Ok(float) = digits.parse::<f64>()
    {
        return Scalar::Float(float);
    }
    Scalar::Text(text.to_owned())
}

/// `strconv.ParseInt(text, 0, 64)` or `ParseUint`, and `0b` with a sign.
fn integer(text: &str) -> Option<i128> {
    let (negative, body) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = body.to_ascii_lowercase();
    let (radix, digits) = if let Some(hex) = lower.strip_prefix("0x") {
        (16, hex)
    } else if let Some(binary) = lower.strip_prefix("0b") {
        (2, binary)
    } else if let Some(octal) = lower.strip_prefix("0o") {
        (8, octal)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, &lower[1..])
    } else {
        (10, lower.as_str())
    };
    if digits.is_empty() || digits.starts_with(['+', '-']) {
        return None;
    }
    let value = i128::from_str_radix(digits, radix).ok()?;
    let value = if negative { -value } else { value };
    (i128::from(i64::MIN)..=i128::from(u64::MAX))
        .contains(&value)
        .then_some(value)
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && all_digits(fraction),
        Some((whole, fraction)) => all_digits(whole) && all_digits(fraction),
        None => !mantissa.is_empty() && all_digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    mantissa_fits && exponent_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_follow_yaml_1_1() {
        let cases = [
            ("off", Scalar::Bool(false)),
            ("Yes", Scalar::Bool(true)),
            ("yEs", Scalar::Text("yEs".into())),
            ("24", Scalar::Integer(24)),
            ("0100", Scalar::Integer(64)),
            ("0o17", Scalar::Integer(15)),
            ("1_000", Scalar::Integer(1000)),
            ("0x10", Scalar::Integer(16)),
            ("-0b11", Scalar::Integer(-3)),
            ("8e9", Scalar::Float(8e9)),
            ("1.", Scalar::Float(1.0)),
            ("24h", Scalar::Text("24h".into())),
            ("1:30", Scalar::Text("1:30".into())),
            ("08", Scalar::Float(8.0)),
            ("~", Scalar::Null),
            (
                "18446744073709551615",
                Scalar::Integer(18_446_744_073_709_551_615),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(resolve(text, true, None), expected, "{text}");
        }
        assert_eq!(resolve("24", false, None), Scalar::Text("24".into()));
        assert_eq!(resolve("24", true, Some("str")), Scalar::Text("24".into()));
    }
}
