//! Writes suppression comments.

use std::collections::{BTreeMap, BTreeSet};

use super::directive::continues;
use crate::diagnostic::Diagnostic;
use crate::edit::{Applicability, Edit, Fix, When};
use crate::source::Source;
use crate::surface::Surface;

/// Writes a suppression comment above the line of each finding; writes nothing if there is no finding.
///
/// Not every line can have a comment above it: [`crate::rewrite::annotate`] verifies that the text means the same.
#[must_use]
pub fn comments<'d>(
    source: &Source,
    surface: Option<Surface>,
    found: impl IntoIterator<Item = &'d Diagnostic>,
    reason: &str,
) -> Option<Fix> {
    let mut rules: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for diagnostic in found {
        let line = source.line_column(diagnostic.span.start).line;
        rules
            .entry(first_of_command(source, surface, line))
            .or_default()
            .insert(&diagnostic.rule);
    }
    let line_break = if source.text.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let edit = |(line, rules): (usize, BTreeSet<&str>)| {
        let span = source.line_span(line)?;
        let text = span.of(&source.text);
        let rules: Vec<&str> = rules.into_iter().collect();
        let rules = rules.join(", ");
        let reason = reason.trim();
        if is_about_the_file(text) {
            let line_end = span.end + source.text[span.end..].find('\n').map_or(0, |at| at + 1);
            let lead = if line_end == span.end { line_break } else { "" };
            let comment = format!("{lead}# etcd-uplift: ignore-file[{rules}] {reason}");
            return Some(Edit::insertion(
                line_end,
                format!("{}{line_break}", comment.trim_end()),
            ));
        }
        let mark = usize::from(line == 1 && text.starts_with('\u{feff}')) * '\u{feff}'.len_utf8();
        let text = &text[mark..];
        let indent = &text[..text.len() - text.trim_start().len()];
        let comment = format!("{indent}# etcd-uplift: ignore[{rules}] {reason}");
        let comment = format!("{}{line_break}", comment.trim_end());
        Some(Edit::insertion(span.start + mark, comment))
    };
    let edits = rules.into_iter().filter_map(edit).collect();
    let title = "Suppress the findings with comments";
    Fix::new(title, edits, Applicability::Safe, When::Before)
}

/// Returns whether a first line determines what the file is and has to stay the first.
fn is_about_the_file(line: &str) -> bool {
    ["#!", "#cloud-config", "%YAML", "# syntax="]
        .iter()
        .any(|start| line.trim_start_matches('\u{feff}').starts_with(start))
}

/// Returns the line in which a command that continues over several lines begins.
fn first_of_command(source: &Source, surface: Option<Surface>, line: usize) -> usize {
    let mut first = line;
    while first > 1 && continues(source, surface, first - 1) {
        first -= 1;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assemble;
    use crate::check::Knowledge;
    use crate::edit::apply;
    use crate::suppression::{COMMENTS_COUNT, check_and_suppress};
    use crate::surface;
    use crate::surface::{Discovery, FileReading};

    fn suppressed(name: &str, text: &str) -> String {
        let knowledge = Knowledge::built_in().unwrap();
        let source = Source::new(name, text);
        let upgrade = knowledge
            .catalogue
            .upgrade(Some("3.3".parse().unwrap()), Some("3.4".parse().unwrap()));
        let read = surface::read(&source, &knowledge.catalogue, Discovery::Explicit, None);
        let FileReading::Read(reading) = read else {
            panic!("{name} is not read");
        };
        let checked = check_and_suppress(
            &source,
            (
                &reading,
                &assemble::members(&source, &reading, &knowledge.catalogue, None),
            ),
            upgrade.unwrap(),
            &knowledge,
            &COMMENTS_COUNT,
        );
        let found = checked.diagnostics.iter();
        let found = found.filter(|found| found.rule == "ca-file-gone");
        apply(
            text,
            &[&comments(&source, reading.surface, found, "known").unwrap()],
        )
    }

    #[test]
    fn the_comment_is_added_above_the_line_or_the_command() {
        assert_eq!(
            suppressed(
                "etcd.conf.yml",
                "client-transport-security:\r\n  ca-file: /x\r\n"
            ),
            "client-transport-security:\r\n  # etcd-uplift: ignore[ca-file-gone] known\r\n  ca-file: /x\r\n"
        );
        assert_eq!(
            suppressed(
                "etcd.service",
                "[Service]\nExecStart=/usr/bin/etcd \\\n  --ca-file=/x\n"
            ),
            "[Service]\n# etcd-uplift: ignore[ca-file-gone] known\nExecStart=/usr/bin/etcd \\\n  --ca-file=/x\n"
        );
        assert_eq!(
            suppressed("etcd.env", "\u{feff}ETCD_CA_FILE=/x"),
            "\u{feff}# etcd-uplift: ignore[ca-file-gone] known\nETCD_CA_FILE=/x"
        );
    }
}
