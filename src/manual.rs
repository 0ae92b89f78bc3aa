//! Reference pages generated from facts and advice: those that a terminal shows, and those in `docs`.

pub mod derived;
pub mod history;
pub mod options_page;
pub mod rules_page;
mod table;
pub mod terminal;

use crate::check::{Knowledge, check_alone};
use crate::diagnostic::Diagnostic;
use crate::edit::Applicability;
use crate::facts::catalogue::{Catalogue, EtcdOption, Spelling, nearest};
use crate::facts::version::Release;
use crate::report::visible;
use crate::rule::{Example, Rule};
use crate::source::Source;
use crate::suppression::rules_without_advice;
use crate::surface::{Discovery, FileReading, read};

/// The applicability of the fixes of a rule, as its examples show it.
#[must_use]
pub fn fix_of(rule: &Rule, knowledge: &Knowledge) -> Applicability {
    let fixes = rule.examples.iter().flat_map(|example| {
        let found = linted(example, knowledge).into_iter();
        found.filter(|found| found.rule == rule.id)
    });
    fixes
        .filter_map(|found| Some(found.fix?.applicability))
        .max()
        .unwrap_or(Applicability::Manual)
}

fn linted(example: &Example, knowledge: &Knowledge) -> Vec<Diagnostic> {
    let upgrade = knowledge.catalogue.upgrade(example.from, Some(example.to));
    let source = Source::new(example.file.as_str(), example.before.as_str());
    let reading = read(&source, &knowledge.catalogue, Discovery::Explicit, None);
    match (upgrade, reading) {
        (Ok(upgrade), FileReading::Read(reading)) => {
            check_alone(&source, &reading, upgrade, knowledge)
        }
        _ => Vec::new(),
    }
}

/// Returns a rule that is safe to show: escapes control characters in text that somebody else wrote.
fn harmless(rule: &Rule) -> Rule {
    let shown = |text: &String| visible(text).into_owned();
    let lines = |text: &String| {
        let lines: Vec<String> = text
            .lines()
            .map(|line| visible(line).into_owned())
            .collect();
        lines.join("\n")
    };
    let examples = rule.examples.iter().map(|example| Example {
        title: shown(&example.title),
        file: shown(&example.file),
        before: lines(&example.before),
        after: lines(&example.after),
        ..example.clone()
    });
    Rule {
        title: shown(&rule.title),
        instead: shown(&rule.instead),
        why: lines(&rule.why),
        sources: rule.sources.iter().map(shown).collect(),
        examples: examples.collect(),
        ..rule.clone()
    }
}

/// Returns the applicability of a fix in words.
fn fix_in_words(fix: Applicability) -> &'static str {
    match fix {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
        Applicability::Manual => "by hand",
    }
}

/// Returns the releases for which a rule matters, in words.
fn releases_of(rule: &Rule, catalogue: &Catalogue) -> String {
    let begins = rule.begins.as_beginning();
    let first = catalogue.lines().next();
    if rule.ends.is_none() && first.is_some_and(|(_, first, _)| rule.begins <= first) {
        return "every".to_owned();
    }
    match rule.ends.and_then(|end| last_before(end, catalogue)) {
        Some(last) if last == begins => last,
        Some(last) => format!("{begins} - {last}"),
        None => format!("{begins} on"),
    }
}

/// Returns the minor or the release before the one in which something ended.
fn last_before(end: Release, catalogue: &Catalogue) -> Option<String> {
    if end.patch > 0 {
        let before = Release::new(end.major, end.minor, end.patch - 1);
        return Some(before.to_string());
    }
    Some(catalogue.line_before(end)?.line().to_string())
}

/// Returns the rules that are about an option.
fn rules_about<'k>(
    option: &'k EtcdOption,
    knowledge: &'k Knowledge,
) -> impl Iterator<Item = &'k Rule> {
    let rules = knowledge.rules.iter().map(|(rule, _)| rule);
    rules.filter(|rule| rule.options.contains(&option.name))
}

/// Returns the anchor of a heading on a page, as GitHub makes anchors.
fn anchor(heading: &str) -> String {
    heading.replace('.', "")
}

/// Returns the upgrade of an example in words.
fn upgrade_of(example: &Example) -> String {
    match &example.from {
        Some(from) => format!("from {from} to {}", example.to),
        None => format!("to {}", example.to),
    }
}

/// Returns the option that a flag, a variable or a key names.
#[must_use]
pub fn option_named<'c>(catalogue: &'c Catalogue, name: &str) -> Option<&'c EtcdOption> {
    catalogue
        .option(name.trim_start_matches('-'))
        .or_else(|| catalogue.spelled(Spelling::Variable, name))
        .or_else(|| catalogue.spelled(Spelling::Key, name))
}

/// Returns the name of an option nearest to one that is not known, in the same spelling; newer releases come first.
#[must_use]
pub fn nearest_option(catalogue: &Catalogue, written: &str) -> Option<String> {
    let (spelling, name) = if written.starts_with("ETCD_") {
        (Spelling::Variable, written)
    } else if written.contains('.') {
        (Spelling::Key, written)
    } else {
        (Spelling::Flag, written.trim_start_matches('-'))
    };
    let mut lines = catalogue.lines().rev();
    let found = lines.find_map(|(_, _, last)| nearest::name(catalogue, spelling, name, last))?;
    Some(spelling.written(&found.name))
}

/// Returns the ids that may be meant by one that is not known: the nearest, else those that contain it.
#[must_use]
pub fn nearest_rules<'k>(knowledge: &'k Knowledge, written: &str) -> Vec<&'k str> {
    let ids = || {
        let rules = knowledge.rules.iter().map(|(rule, _)| rule.id.as_str());
        rules.chain(rules_without_advice().map(|(id, _)| id))
    };
    match nearest::among(ids(), written) {
        Some(id) => vec![id],
        None if written.len() < 3 => Vec::new(),
        None => {
            let written = written.to_ascii_lowercase();
            ids().filter(|id| id.contains(&written)).collect()
        }
    }
}
