//! Hover: the history of an option at its name; the rule of a finding at its place.

use std::fmt::Write;

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};

use super::analysis::Analysis;
use crate::check::Knowledge;
use crate::diagnostic::Diagnostic;
use crate::facts::catalogue::{Catalogue, EtcdOption, Spelling};
use crate::facts::version::Release;
use crate::member::Setting;
use crate::report::markdown::{cell, code, link, prose};
use crate::source::Span;
use crate::suppression::rules_without_advice;

/// Returns the text to show at a place.
pub(super) fn at(analysis: &Analysis, offset: usize, knowledge: &Knowledge) -> Option<Hover> {
    let named = named(analysis, offset);
    let option = named.and_then(|(setting, span)| {
        let option = setting.option_in(&knowledge.catalogue)?;
        Some((setting.spelling, option, span))
    });
    let found = analysis.diagnostics.iter();
    let found: Vec<_> = found.filter(|found| covers(found.span, offset)).collect();
    let mut parts = Vec::new();
    if let Some((spelling, option, _)) = option {
        parts.push(of_option(option, spelling, &knowledge.catalogue));
    }
    parts.extend(found.iter().map(|found| of_finding(found, knowledge)));
    let pointed = found.first().map(|found| found.span);
    let span = named.map(|(_, span)| span).or(pointed)?;
    (!parts.is_empty()).then(|| Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind: MarkupKind::Markdown,
            value: parts.join("\n\n---\n\n"),
        }),
        range: Some(analysis.snapshot.range(span)),
    })
}

/// Returns the setting whose name is at a place.
fn named(analysis: &Analysis, offset: usize) -> Option<(&Setting, Span)> {
    let reading = analysis.reading.as_ref()?;
    let mut settings = reading.members.iter().flat_map(|member| &member.settings);
    settings.find_map(|setting| {
        let span = reading.file_span(setting.name_place);
        covers(span, offset).then_some((setting, span))
    })
}

fn covers(span: Span, offset: usize) -> bool {
    span.start <= offset && offset < span.end
}

/// Describes an option and its whole history.
fn of_option(option: &EtcdOption, spelling: Spelling, catalogue: &Catalogue) -> String {
    let newest = catalogue.newest();
    let mut out = format!("**{}**\n\n", code(&title(option, spelling)));
    let mut spellings = Vec::new();
    for other in [Spelling::Flag, Spelling::Variable, Spelling::Key] {
        let last = option.keys().last().map(str::to_owned);
        let name = option.spelled(other, newest);
        let name = name.or(last.filter(|_| other == Spelling::Key));
        let none = || format!("no {}", other.word());
        spellings.push(name.map_or_else(none, |name| {
            format!("{} {}", other.word(), code(&other.written(&name)))
        }));
    }
    let _ = writeln!(out, "{}\n", spellings.join(", "));
    let _ = writeln!(out, "{}\n", life(option));
    out.push_str(&table(option, catalogue));
    if let Some(notes) = &option.notes {
        let _ = writeln!(out, "\n{}", prose(notes));
    }
    let _ = writeln!(out, "\n{}", sources(&option.sources));
    out
}

fn title(option: &EtcdOption, spelling: Spelling) -> String {
    match spelling {
        Spelling::Key => option.keys().last().unwrap_or(&option.name).to_owned(),
        Spelling::Flag | Spelling::Variable => {
            let name = option.spelled(spelling, Release::ZERO);
            spelling.written(&name.unwrap_or_default())
        }
    }
}

/// Describes since when and until when an option exists, and what replaces it.
fn life(option: &EtcdOption) -> String {
    let since: Vec<String> = option.since.iter().map(ToString::to_string).collect();
    let mut life = vec![format!("since etcd {}", since.join(", "))];
    if let Some(deprecated) = &option.deprecated {
        let until = deprecated.until;
        let until = until.map_or_else(String::new, |until| format!(" until {until}"));
        life.push(format!("deprecated since {}{until}", deprecated.since));
    }
    match option.removed {
        Some(removed) => life.push(format!("**removed in {removed}**")),
        None => life.push("not removed".to_owned()),
    }
    if let Some(replacement) = &option.replaced_by {
        let gate = replacement.gate.as_deref();
        match (&replacement.option, gate) {
            (Some(new), Some(gate)) => {
                life.push(format!("replaced by {} {}", code(new), code(gate)));
            }
            (Some(new), None) => life.push(format!("replaced by {}", code(new))),
            (None, _) => life.push("no replacement".to_owned()),
        }
    }
    life.join("; ")
}

/// Lists type and default by release; releases with the same ones share a row.
fn table(option: &EtcdOption, catalogue: &Catalogue) -> String {
    let mut rows: Vec<(String, String, String)> = Vec::new();
    for (line, _, last) in catalogue.lines().filter(|line| option.exists_at(line.2)) {
        let line = line.to_string();
        let facts = facts(option, last);
        match rows.last_mut() {
            Some((_, end, same)) if *same == facts => *end = line,
            _ => rows.push((line.clone(), line, facts)),
        }
    }
    let mut out = "| etcd | type | default | in the file |\n|---|---|---|---|\n".to_owned();
    for (first, last, facts) in rows {
        let releases = if first == last {
            first
        } else {
            format!("{first} – {last}")
        };
        let _ = writeln!(out, "| {releases} | {facts}");
    }
    out
}

fn facts(option: &EtcdOption, release: Release) -> String {
    let default = cell(option.default_at(release, false));
    let key = match option.key_at(release) {
        None => "no key".to_owned(),
        Some(_) => format!(
            "{}, {}",
            option.key_type_at(release).go_name().replace('[', "\\["),
            cell(option.default_at(release, true))
        ),
    };
    let flag = if option.has_flag {
        option.type_at(release).in_words().to_owned()
    } else {
        "no flag".to_owned()
    };
    format!("{flag} | {default} | {key} |")
}

/// Describes a finding, its rule, and where that is documented.
fn of_finding(found: &Diagnostic, knowledge: &Knowledge) -> String {
    let mut out = format!(
        "**{}** {}\n\n{}\n\n",
        found.severity.word(),
        code(&found.rule),
        prose(&found.title)
    );
    let derived = rules_without_advice().find(|(id, _)| *id == found.rule);
    if let Some(rule) = knowledge.rules.get(&found.rule) {
        for paragraph in rule.why.trim().split("\n\n") {
            let _ = writeln!(out, "{}\n", prose(&paragraph.replace('\n', " ")));
        }
    } else if let Some((_, meaning)) = derived {
        let _ = writeln!(out, "{}\n", prose(meaning));
    }
    out.push_str(&sources(&found.docs));
    out
}

/// Lists where it is documented.
fn sources(sources: &[String]) -> String {
    let links: Vec<String> = sources.iter().map(|source| link(source)).collect();
    if links.is_empty() {
        String::new()
    } else {
        format!("etcd's source: {}", links.join(", "))
    }
}
