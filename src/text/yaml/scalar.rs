//! Resolves plain scalars as go-yaml v2 does: YAML 1.1 with the numbers of Go.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Go's `base64.StdEncoding`: requires padding, and ignores the bits after the last byte.
const GO_BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical)
        .with_decode_allow_trailing_bits(true),
);

/// The type and value of a scalar.
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
/// Matches `resolve` and `resolveTable` of gopkg.in/yaml.v2; sexagesimals are not numbers there. With a tag of any
/// other type the scalar is a text.
#[must_use]
pub fn resolve(text: &str, plain: bool, tag: Option<&str>) -> Scalar {
    match tag {
        Some("bool" | "int" | "float" | "null") => {}
        None if plain => {}
        Some(tag) if is_core(tag, "binary") => {
            return Scalar::Text(base64(text).unwrap_or_else(|| text.to_owned()));
        }
        _ => return Scalar::Text(text.to_owned()),
    }
    untagged(text)
}

/// Returns the error of the decoder for a scalar with a tag; `tag` as for [`resolve`].
#[must_use]
pub(crate) fn tag_error(text: &str, tag: Option<&str>) -> Option<String> {
    let tag = tag?;
    if is_core(tag, "binary") {
        let bad = base64(text).is_none();
        return bad.then(|| "yaml: !!binary value contains invalid base64 data".to_owned());
    }
    let found = match untagged(text) {
        Scalar::Null => "null",
        Scalar::Bool(_) => "bool",
        Scalar::Integer(_) => "int",
        Scalar::Float(_) => "float",
        Scalar::Text(_) => "str",
    };
    let (wanted, fits) = match tag {
        "bool" | "int" | "null" => (tag, found == tag),
        "float" => (tag, matches!(found, "float" | "int")),
        _ if is_core(tag, "timestamp") => ("timestamp", is_timestamp(text)),
        _ => return None,
    };
    (!fits).then(|| format!("yaml: cannot decode !!{found} `{text}` as a !!{wanted}"))
}

/// Whether a tag, as for [`resolve`], is the tag `name` of YAML itself, for which the YAML crate has no suffix.
fn is_core(tag: &str, name: &str) -> bool {
    let suffix = tag
        .strip_prefix("!!")
        .or_else(|| tag.strip_prefix("!<tag:yaml.org,2002:")?.strip_suffix('>'));
    suffix == Some(name)
}

/// Whether the text is a date, with or without a time after it.
fn is_timestamp(text: &str) -> bool {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '-')
        .unwrap_or(text.len());
    let parts: Vec<&str> = text[..end].split('-').collect();
    let in_range = |part: &str, most: u32| {
        (1..=2).contains(&part.len())
            && part
                .parse::<u32>()
                .is_ok_and(|number| (1..=most).contains(&number))
    };
    matches!(parts[..], [year, month, day] if year.len() == 4 && in_range(month, 12) && in_range(day, 31))
        && (end == text.len() || text[end..].starts_with(['T', 't', ' ']))
}

/// Decodes base64 as Go does, and returns the bytes as text; line breaks are ignored.
fn base64(text: &str) -> Option<String> {
    let packed = text.replace(['\n', '\r'], "");
    let bytes = GO_BASE64.decode(packed).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Resolves a plain scalar without a tag.
fn untagged(text: &str) -> Scalar {
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
        && float.is_finite()
    {
        return Scalar::Float(float);
    }
    Scalar::Text(text.to_owned())
}

/// Parses an integer like `strconv.ParseInt(text, 0, 64)` or `ParseUint`, and `0b` with a sign.
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

/// Whether the text matches `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`.
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
            ("1e400", Scalar::Text("1e400".into())),
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

    #[test]
    fn tags_decide_the_type_or_are_refused() {
        let text = |text: &str| Scalar::Text(text.into());
        assert_eq!(resolve("24", true, Some("!")), text("24"));
        assert_eq!(resolve("24", true, Some("!own")), text("24"));
        assert_eq!(resolve("aGVsbG8=", true, Some("!!binary")), text("hello"));
        assert_eq!(resolve("24", false, Some("int")), Scalar::Integer(24));
        for (value, tag) in [
            ("5", "float"),
            ("", "null"),
            ("5", "!own"),
            ("2001-1-1", "!!timestamp"),
        ] {
            assert_eq!(tag_error(value, Some(tag)), None, "{tag} {value}");
        }
        for (value, tag) in [
            ("5.0", "int"),
            ("x", "null"),
            ("", "bool"),
            ("x", "!!binary"),
            ("5", "!!timestamp"),
        ] {
            assert!(tag_error(value, Some(tag)).is_some(), "{tag} {value}");
        }
    }
}
