//! `docs/rules.md`: every rule, for readers of the repository.

use std::fmt::Write;

use super::derived::Derived;
use super::terminal::one_line;
use super::{anchor, fix_in_words, fix_of, releases_of, upgrade_of};
use crate::check::Knowledge;
use crate::facts::catalogue::Catalogue;
use crate::facts::version::Version;
use crate::report::markdown::{code, link, prose};
use crate::rule::{Example, Rule};

const HEAD: &str = "\
<!-- Made from rules/*.toml by `.ci/bless reference`; edit those. -->

# Rules

What etcd-uplift reports, why, and what to write instead. `etcd-uplift explain RULE` shows the same in a terminal. A *safe*
fix keeps the effective configuration; `etcd-uplift fix --from V --to V --write PATH` makes it. An *unsafe* fix changes it and
needs `--unsafe`. *By hand* means that a person has to decide. The options are in [options.md](options.md).

";

/// Returns the whole page.
#[must_use]
pub fn page(knowledge: &Knowledge, derived: &[Derived]) -> String {
    let mut out = HEAD.to_owned();
    overview(&mut out, knowledge, derived);
    let mut line: Option<Version> = None;
    for (rule, _) in knowledge.rules.iter() {
        if line != Some(rule.begins.line()) {
            line = Some(rule.begins.line());
            // Writing to a `String` cannot fail.
            let _ = writeln!(out, "## From etcd {} on\n", rule.begins.line());
        }
        described(&mut out, rule, knowledge);
    }
    out.push_str("## Derived from the facts\n\nThese follow from [options.md](options.md) for every release, or are about comments.\n");
    for derived in derived {
        let _ = write!(
            out,
            "\n### {}\n\n**{}**\n\n{}\n\nWhat to do: {}\n",
            derived.id,
            prose(derived.title),
            paragraphs(&derived.why),
            paragraphs(&derived.instead),
        );
    }
    out
}

fn overview(out: &mut String, knowledge: &Knowledge, derived: &[Derived]) {
    out.push_str("| rule | etcd | impact | fix | what is wrong |\n|---|---|---|---|---|\n");
    for (rule, _) in knowledge.rules.iter() {
        let _ = writeln!(
            out,
            "| [{id}](#{id}) | {} | {} | {} | {} |",
            releases(rule, &knowledge.catalogue),
            rule.impact.in_words().0,
            fix_in_words(fix_of(rule, knowledge)),
            in_cell(&rule.title),
            id = rule.id,
        );
    }
    for derived in derived {
        let _ = writeln!(
            out,
            "| [{id}](#{id}) | every | | | {} |",
            in_cell(derived.title),
            id = derived.id,
        );
    }
    out.push('\n');
}

fn described(out: &mut String, rule: &Rule, knowledge: &Knowledge) {
    let _ = write!(out, "### {}\n\n**{}**\n\n", rule.id, prose(&rule.title));
    let (impact, meaning) = rule.impact.in_words();
    let _ = writeln!(out, "* etcd: {}", releases(rule, &knowledge.catalogue));
    let _ = writeln!(out, "* impact: {impact} ({meaning})");
    let _ = writeln!(out, "* fix: {}", fix_in_words(fix_of(rule, knowledge)));
    if !rule.options.is_empty() {
        let options: Vec<String> = rule.options.iter().map(|name| to_option(name)).collect();
        let _ = writeln!(out, "* options: {}", options.join(", "));
    }
    let instead = prose(&one_line(&rule.instead));
    let _ = write!(out, "* help: {instead}\n\n{}\n\n", paragraphs(&rule.why));
    for shown in &rule.examples {
        example(out, shown);
    }
    let sources: Vec<String> = rule.sources.iter().map(|source| link(source)).collect();
    let _ = writeln!(out, "etcd's source: {}\n", sources.join(", "));
}

fn example(out: &mut String, example: &Example) {
    let title = prose(&example.title);
    let place = format!("{}, {}", code(&example.file), upgrade_of(example));
    let _ = writeln!(out, "Example: {title} ({place}).\n");
    fenced(out, &example.file, &example.before);
    if example.before == example.after {
        out.push_str("does not change.\n\n");
    } else {
        out.push_str("becomes\n\n");
        fenced(out, &example.file, &example.after);
    }
}

/// Returns a text as a block of code with a fence that nothing in the text can close.
fn fenced(out: &mut String, file: &str, text: &str) {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let language = language(file);
    let _ = writeln!(
        out,
        "{fence}{language}\n{}\n{fence}\n",
        text.trim_matches('\n')
    );
}

/// Returns the language for syntax highlighting of a file.
fn language(file: &str) -> &'static str {
    match file.rsplit_once('.').map(|(_, end)| end) {
        Some("yml" | "yaml" | "yaml.in") => "yaml",
        Some("json") => "json",
        Some("sh") => "sh",
        Some("service" | "conf") => "ini",
        _ if file.contains("Dockerfile") => "dockerfile",
        _ => "text",
    }
}

fn paragraphs(text: &str) -> String {
    let paragraphs = text.trim().split("\n\n");
    let paragraphs: Vec<String> = paragraphs.map(|text| prose(&one_line(text))).collect();
    paragraphs.join("\n\n")
}

/// Returns prose for a table: a bar ends a cell even inside code.
fn in_cell(text: &str) -> String {
    prose(&one_line(text))
        .replace("\\|", "|")
        .replace('|', "\\|")
}

fn releases(rule: &Rule, catalogue: &Catalogue) -> String {
    releases_of(rule, catalogue).replace(" - ", " – ")
}

fn to_option(name: &str) -> String {
    format!("[{}](options.md#{})", code(name), anchor(name))
}
