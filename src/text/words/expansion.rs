//! Finds expansions: what a shell or systemd replaces, such as `$X`, `${X:-y}`, `$(command)` and `%i`.

use crate::limits::EXPANSION_LENGTH;

/// Returns the start of a text, in which an expansion must end, so that many unclosed expansions do not take quadratic
/// time.
fn bounded(text: &str) -> &str {
    let mut end = EXPANSION_LENGTH.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn name_length(text: &str) -> usize {
    text.len()
        - text
            .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_')
            .len()
}

/// Returns the length of the shell expansion at the start of `rest`.
pub(crate) fn shell(rest: &str) -> Option<usize> {
    if let Some(command) = rest.strip_prefix('`') {
        return bounded(command).find('`').map(|end| end + 2);
    }
    let name = rest.strip_prefix('$')?;
    let balanced = |open: u8, close: u8| {
        let mut depth = 0usize;
        for (at, byte) in bounded(name).bytes().enumerate() {
            if byte == open {
                depth += 1;
            } else if byte == close {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 2);
                }
            }
        }
        None
    };
    match name.as_bytes().first()? {
        b'{' => balanced(b'{', b'}'),
        b'(' => balanced(b'(', b')'),
        b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-' => Some(2),
        _ => {
            let length = name_length(name);
            (length > 0).then_some(length + 1)
        }
    }
}

/// Whether `rest` starts with an expansion whose end [`shell`] does not find within the limit.
pub(crate) fn is_endless(rest: &str) -> bool {
    rest.len() > EXPANSION_LENGTH
        && (rest.starts_with("${") || rest.starts_with("$("))
        && shell(rest).is_none()
}

/// Returns the length of the systemd expansion at the start of `rest`.
pub(crate) fn unit(rest: &str) -> Option<usize> {
    if let Some(specifier) = rest.strip_prefix('%') {
        let c = specifier.chars().next()?;
        return c.is_ascii_alphabetic().then_some(2);
    }
    let name = rest.strip_prefix('$')?;
    if let Some(braced) = name.strip_prefix('{') {
        return bounded(braced).find('}').map(|end| end + 3);
    }
    let length = name_length(name);
    (length > 0).then_some(length + 1)
}

/// Returns the length of the `cmd` expansion at the start of `rest`: `%NAME%`, `%1`, `%~dp0`, `%%i`, `!NAME!`.
pub(crate) fn batch(rest: &str) -> Option<usize> {
    let mark = rest.chars().next().filter(|c| matches!(c, '%' | '!'))?;
    let body = bounded(&rest[1..]);
    let line = body.split(['\n', ' ', '"']).next().unwrap_or_default();
    if mark == '%'
        && line.starts_with([
            '%', '~', '*', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
        ])
    {
        let parameter = line.trim_start_matches(['%', '~']);
        let length = parameter.len()
            - parameter
                .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '*')
                .len();
        return Some(1 + line.len() - parameter.len() + length);
    }
    line.find(mark).filter(|&end| end > 0).map(|end| end + 2)
}

/// Returns the length of the PowerShell expansion at the start of `rest`: `$x`, `$env:X`, `${x}`, `$(…)`.
pub(crate) fn power_shell(rest: &str) -> Option<usize> {
    let name = rest.strip_prefix('$')?;
    if name.starts_with(['{', '(']) {
        return shell(rest);
    }
    let length = name.len()
        - name
            .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '?'))
            .len();
    (length > 0).then_some(length + 1)
}
