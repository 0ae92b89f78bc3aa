//! What a shell or systemd puts in the place of `$X`, `${X:-y}`, `$(command)` and `%i`.

use std::collections::HashSet;

/// No expansion is longer. The search for its end stops here, so that many beginnings without an end cost no square.
const LONGEST: usize = 2048;

/// The beginning of a text in which an expansion has to end.
fn bounded(text: &str) -> &str {
    let mut end = LONGEST.min(text.len());
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

/// The length of what the shell expands at the beginning of `rest`.
pub(in crate::surface) fn shell(rest: &str) -> Option<usize> {
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

/// The length of what systemd expands at the beginning of `rest`.
pub(super) fn unit(rest: &str) -> Option<usize> {
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

/// The names of the variables with that beginning that a text expands as `$NAME` or `${NAME…}`.
pub(in crate::surface) fn expanded_names(text: &str, beginning: &str) -> HashSet<String> {
    text.match_indices('$')
        .filter_map(|(at, _)| {
            let name = &text[at + 1..];
            let name = name.strip_prefix('{').unwrap_or(name);
            let name = &name[..name_length(name)];
            name.starts_with(beginning).then(|| name.to_owned())
        })
        .collect()
}
