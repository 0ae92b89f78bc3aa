//! Suppression comments: `# etcd-uplift: ignore[rule] reason`, and `ignore-file` for the whole file.

use std::ops::RangeInclusive;

use crate::source::{Source, Span};
use crate::surface::{Comments, Continuation, Surface};

/// The begin of a comment for this tool.
const ADDRESS: &str = "etcd-uplift:";

/// The marks that begin a comment in some language. Longer ones first.
const MARKS: [&str; 12] = [
    "{{- /*", "{{-/*", "{{/*", "{#-", "/*", "{#", "//", "::", "REM", "rem", "#", ";",
];

/// One suppression comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Directive {
    /// From the mark of the comment to the end of its line.
    pub(super) comment: Span,
    /// Whether its line contains nothing else.
    pub(super) is_whole_line: bool,
    /// The rules named, each with its place.
    pub(super) rules: Vec<(String, Span)>,
    /// The text after the list.
    pub(super) reason: String,
    /// The lines it applies to; all of them if it applies to the file.
    pub(super) lines: RangeInclusive<usize>,
}

/// A comment for this tool that cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) place: Span,
    /// What is wrong.
    pub(super) why: &'static str,
}

/// Returns all suppression comments of the text, in order.
pub(super) fn directives(
    source: &Source,
    surface: Option<Surface>,
) -> Vec<Result<Directive, Malformed>> {
    let text = source.text.as_str();
    let head = head_end(text);
    let mut last = 0..=0;
    let mut found = Vec::new();
    for (at, _) in text.match_indices(ADDRESS) {
        found.extend(directive(source, surface, at, head, &mut last));
    }
    found
}

/// `last` is the range of the comment before: each line is visited once, however many comments there are.
fn directive(
    source: &Source,
    surface: Option<Surface>,
    at: usize,
    head: usize,
    last: &mut RangeInclusive<usize>,
) -> Option<Result<Directive, Malformed>> {
    let text = source.text.as_str();
    let line = source.line_column(at).line;
    let line_span = source.line_span(line)?;
    let before = text[line_span.start..at].trim_end();
    let mark = MARKS.iter().find(|mark| before.ends_with(*mark))?;
    let lead = before[..before.len() - mark.len()].trim_start_matches('\u{feff}');
    let is_whole_line = lead.trim().is_empty();
    if !is_whole_line && !lead.ends_with([' ', '\t']) {
        return None;
    }
    let start = line_span.start + before.len() - mark.len();
    let comment = Span::new(start, line_span.end);
    let words = Span::new(at + ADDRESS.len(), line_span.end);
    let rest = words.of(text).trim_start();
    let malformed = |why| {
        Some(Err(Malformed {
            place: comment,
            why,
        }))
    };
    let is_whole_file = rest.starts_with("ignore-file");
    let named = rest
        .strip_prefix("ignore-file")
        .or_else(|| rest.strip_prefix("ignore"));
    let Some(rest) = named else {
        let word = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '-');
        return if word.len() < rest.len() && word.trim_start().starts_with('[') {
            malformed("only `ignore` and `ignore-file` are known")
        } else {
            None
        };
    };
    if is_whole_file && line_span.start > head {
        return malformed("`ignore-file` must be at the top of a file, before anything else");
    }
    let Some(list) = rest.trim_start().strip_prefix('[') else {
        return malformed("it names no rules, and no comment can suppress all rules");
    };
    let Some((list, reason)) = list.split_once(']') else {
        return malformed("the list of rules has no `]`");
    };
    if !is_whole_line && surface.is_some_and(|it| it.comments == Comments::OwnLine) {
        return malformed(
            "a comment must be on its own line here; what follows a value is part of the value",
        );
    }
    let list_start = line_span.end - (list.len() + 1 + reason.len());
    let mut rules = Vec::new();
    let mut from = list_start;
    for part in list.split(',') {
        let name = part.trim();
        if name.is_empty() {
            return malformed("a name is missing in the list of rules");
        }
        let start = from + part.len() - part.trim_start().len();
        rules.push((name.to_owned(), Span::new(start, start + name.len())));
        from += part.len() + 1;
    }
    let lines = if is_whole_file {
        0..=usize::MAX
    } else if is_whole_line {
        *last = covered(source, surface, line + 1, last);
        last.clone()
    } else {
        line..=line
    };
    Some(Ok(Directive {
        comment,
        is_whole_line,
        rules,
        reason: without_closing(reason).to_owned(),
        lines,
    }))
}

/// Returns the reason without the mark that closes the comment.
fn without_closing(reason: &str) -> &str {
    let mut reason = reason.trim();
    for closing in ["}}", "-", "*/", "#}"] {
        reason = reason.strip_suffix(closing).unwrap_or(reason).trim_end();
    }
    reason
}

/// Returns the next line with content, and the lines it continues in.
fn covered(
    source: &Source,
    surface: Option<Surface>,
    first: usize,
    last: &RangeInclusive<usize>,
) -> RangeInclusive<usize> {
    // There is no content between the comment before and its lines.
    if first <= *last.start() {
        return last.clone();
    }
    let line_of = |line| source.line_span(line).map(|span| span.of(&source.text));
    let mut from = first;
    while let Some(line) = line_of(from)
        && has_no_content(line)
    {
        from += 1;
    }
    // A line that continues ends where it did for the comment before.
    let mut to = if last.contains(&from) {
        *last.end()
    } else {
        from
    };
    while let Some(line) = line_of(to)
        && (continues(source, surface, to)
            // In systemd units a comment does not end a command that continues.
            || continuation(surface) == Continuation::EscapeAcrossComments && to > from && line.trim_start().starts_with(['#', ';']))
    {
        to += 1;
    }
    from..=to
}

/// Returns whether the command in a line continues in the next one.
pub(super) fn continues(source: &Source, surface: Option<Surface>, line: usize) -> bool {
    let name = source.file_name().to_ascii_lowercase();
    let mark = match continuation(surface) {
        Continuation::None => return false,
        _ if name.ends_with(".ps1") || name.ends_with(".psm1") => '`',
        _ if name.ends_with(".bat") || name.ends_with(".cmd") => '^',
        _ => '\\',
    };
    let span = source.line_span(line);
    span.is_some_and(|span| span.of(&source.text).ends_with(mark))
}

/// Returns how a command continues in the next line; in a text of no surface as in a shell.
fn continuation(surface: Option<Surface>) -> Continuation {
    surface.map_or(Continuation::Escape, |surface| surface.continuation)
}

/// Returns the end of the part at the begin of a text that contains only comments, directives of a template and
/// document marks.
fn head_end(text: &str) -> usize {
    let has_no_content_yet = |line: &&str| {
        let line = line.trim_start_matches('\u{feff}').trim();
        has_no_content(line)
            || line == "---"
            || ["%YAML", "{{", "{#", "{%", "REM", "rem", "::", "@echo off"]
                .iter()
                .any(|mark| line.starts_with(mark))
    };
    let head = text.split_inclusive('\n').take_while(has_no_content_yet);
    head.map(str::len).sum()
}

fn has_no_content(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || ["#", "//", ";"].iter().any(|mark| line.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface;

    fn found(text: &str, surface: &str) -> Vec<Result<Directive, Malformed>> {
        directives(&Source::new("x", text), surface::named(surface))
    }

    #[test]
    fn a_comment_applies_to_its_line_or_to_the_next_with_content() {
        let text = "\
a: 1  # etcd-uplift: ignore[one, two] old clients
# etcd-uplift: ignore[three]
# why

etcd \\
  --b \\
  --c
x
";
        let all = found(text, "command-line");
        let first = all[0].clone().unwrap();
        assert_eq!(first.lines, 1..=1);
        assert_eq!(first.reason, "old clients");
        let names: Vec<&str> = first.rules.iter().map(|(_, span)| span.of(text)).collect();
        assert_eq!(names, ["one", "two"]);
        assert!(!first.is_whole_line);
        let second = all[1].clone().unwrap();
        assert_eq!((second.lines, second.is_whole_line), (5..=7, true));
    }

    #[test]
    fn a_whole_file_is_ignored_with_any_mark_of_a_comment() {
        for text in [
            "# etcd-uplift: ignore-file[x] y",
            "// etcd-uplift: ignore-file[x] y",
            "; etcd-uplift:ignore-file [x] y",
            "{{- /* etcd-uplift: ignore-file[x] y */ -}}",
            "\u{feff}{# etcd-uplift: ignore-file[ x ] y #}",
        ] {
            let directive = found(text, "config-file").remove(0).unwrap();
            assert!(directive.lines.contains(&7), "{text}");
            assert_eq!(directive.reason, "y", "{text}");
            assert_eq!(directive.rules[0].1.of(text), "x", "{text}");
        }
    }

    #[test]
    fn a_malformed_comment_is_reported() {
        for text in [
            "# etcd-uplift: ignore",
            "# etcd-uplift: ignore[]",
            "# etcd-uplift: ignore[a,,b]",
            "# etcd-uplift: ignore[a",
        ] {
            assert!(found(text, "config-file")[0].is_err(), "{text}");
        }
        let trailing = "ExecStart=/etcd --a # etcd-uplift: ignore[x]";
        assert!(found(trailing, "systemd-unit")[0].is_err());
        assert!(found("a: etcd-uplift: ignore[x]", "config-file").is_empty());
        assert!(found("a: b# etcd-uplift: ignore[x]", "config-file").is_empty());
        assert!(found("# etcd-uplift: see below", "config-file").is_empty());
    }
}
