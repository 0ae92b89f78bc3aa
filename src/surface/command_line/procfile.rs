//! Splits Procfiles: a name and a command on each line.

use crate::source::Span;
use crate::surface::request::Request;

/// Returns the commands of a Procfile, after `name:`; empty if it is not one.
pub(super) fn lines(request: &Request<'_>) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut at = 0;
    let named =
        request.file_name.starts_with("Procfile") || request.file_name.ends_with("Procfile");
    for line in request.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let body = line.trim();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        let name = line.len()
            - line
                .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
                .len();
        let is_process = name > 0 && line[name..].starts_with(": ");
        if is_process {
            // The line is the whole command: a backslash at its end does not continue it.
            let length = line.trim_end_matches(['\r', '\n']).len();
            lines.push(Span::new(start + name + 1, start + length));
        } else if !named {
            return Vec::new();
        }
    }
    // Outside a Procfile a line such as `name: value` is YAML, unless it starts etcd with a flag.
    let starts_etcd = |line: &Span| {
        let mut words = line.of(request.text).split_whitespace();
        words.any(|word| word == "etcd" || word.ends_with("/etcd"))
            && words.any(|word| word.starts_with('-'))
    };
    if named || lines.iter().all(starts_etcd) {
        lines
    } else {
        Vec::new()
    }
}
