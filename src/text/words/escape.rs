//! Decodes backslash escapes inside `$'…'` of a shell, and in the words of systemd units.

/// Returns the character that `\…` at the beginning of `rest` denotes, and its length with the backslash; `None` if the
/// backslash is literal. Of `$'…'`: "ANSI-C Quoting" in bash(1).
pub(crate) fn shell(rest: &str) -> Option<(char, usize)> {
    let c = rest[1..].chars().next()?;
    match c {
        'e' | 'E' => Some(('\u{1b}', 2)),
        '?' => Some((c, 2)),
        'x' => number(rest, 2, 16, 1..=2),
        'u' => number(rest, 2, 16, 1..=4),
        'U' => number(rest, 2, 16, 1..=8),
        '0'..='7' => number(rest, 1, 8, 1..=3),
        _ => of_both(c),
    }
}

/// Does the same for a unit: systemd.syntax(7).
pub(crate) fn unit(rest: &str) -> Option<(char, usize)> {
    let c = rest[1..].chars().next()?;
    match c {
        's' => Some((' ', 2)),
        'x' => number(rest, 2, 16, 2..=2),
        'u' => number(rest, 2, 16, 4..=4),
        'U' => number(rest, 2, 16, 8..=8),
        '0'..='7' => number(rest, 1, 8, 3..=3),
        _ => of_both(c),
    }
}

fn of_both(c: char) -> Option<(char, usize)> {
    let character = match c {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' | '"' | '\'' => c,
        _ => return None,
    };
    Some((character, 2))
}

/// Returns the character whose number begins at `start` and has that many digits, and the length of the escape.
fn number(
    rest: &str,
    start: usize,
    radix: u32,
    digits: std::ops::RangeInclusive<usize>,
) -> Option<(char, usize)> {
    let bytes = rest[start..].bytes().take(*digits.end());
    let length = bytes
        .take_while(|byte| char::from(*byte).is_digit(radix))
        .count();
    let number = u32::from_str_radix(&rest[start..start + length], radix).ok()?;
    let character = char::from_u32(number)?;
    digits
        .contains(&length)
        .then_some((character, start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_after_a_backslash() {
        for (written, expected) in [
            (r"\'s", Some(('\'', 2))),
            (r"\n", Some(('\n', 2))),
            (r"\x4z", Some(('\u{4}', 3))),
            (r"\u00e9a", Some(('é', 6))),
            (r"\1012", Some(('A', 4))),
            (r"\z", None),
            (r"\", None),
            (r"\xg", None),
        ] {
            assert_eq!(shell(written), expected, "{written}");
        }
        assert_eq!(unit(r"\x20"), Some((' ', 4)));
        assert_eq!(unit(r"\x2"), None);
        assert_eq!(unit(r"\s"), Some((' ', 2)));
    }
}
