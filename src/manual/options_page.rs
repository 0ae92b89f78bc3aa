//! `docs/options.md`: every option in every release, for readers of the repository.

use std::fmt::Write;

use super::history::{Facts, KeyFacts, Period, history};
use super::terminal::{announced, life, one_line, successor};
use super::{anchor, rules_about};
use crate::check::Knowledge;
use crate::facts::catalogue::{Catalogue, EtcdOption, Spelling};
use crate::facts::version::Release;
use crate::report::markdown::{cell, code, link, prose};

const HEAD: &str = "\
<!-- Made from rules/options.toml by `.ci/bless reference`; edit that. -->

# Options

Every option of the etcd server in every release. `etcd-uplift option NAME` shows one of them in a terminal.

The tables show each option in its first release, and after that only changes: `=` is *as before*, `–` is *does not exist*,
**bold** is a change. A patch release that made the change is in parentheses. The name links to the details: the variable,
the key of the configuration file and its type, the replacement, and the places in etcd's source. What to do about a change
is in [rules.md](rules.md).

";

/// The greatest length of a default in a narrow cell.
const SHORT: usize = 24;

/// Returns the whole page.
#[must_use]
pub fn page(knowledge: &Knowledge) -> String {
    let catalogue = &knowledge.catalogue;
    let mut out = HEAD.to_owned();
    let options = catalogue.options();
    let groups: Vec<&[EtcdOption]> = options
        .chunk_by(|one, other| one.name.chars().next() == other.name.chars().next())
        .collect();
    out.push_str("## Over all releases\n\n");
    for group in &groups {
        overview(&mut out, group, catalogue);
    }
    out.push_str("## One by one\n\n");
    for option in options {
        described(&mut out, option, knowledge);
    }
    gates(&mut out, catalogue);
    out
}

fn overview(out: &mut String, group: &[EtcdOption], catalogue: &Catalogue) {
    out.push_str("| option |");
    for (line, ..) in catalogue.lines() {
        // Writing to a `String` cannot fail.
        let _ = write!(out, " {line} |");
    }
    let _ = writeln!(out, "\n|---|{}", "---|".repeat(catalogue.lines().count()));
    for option in group {
        let _ = write!(out, "| [{}](#{}) |", option.name, anchor(&option.name));
        let periods = history(option, catalogue);
        for (_, first, last) in catalogue.lines() {
            let _ = write!(out, " {} |", changes(&periods, first, last));
        }
        out.push('\n');
    }
    out.push('\n');
}

/// Returns the cell of the overview for a minor: what changes in it, in order.
fn changes(periods: &[Period], first: Release, last: Release) -> String {
    let mut parts = Vec::new();
    let mut before: Option<&Facts> = None;
    for period in periods.iter().filter(|period| period.first <= last) {
        let now = period.facts.as_ref();
        if period.first >= first {
            let since = match period.first {
                since if since.patch > 0 => format!(" ({since})"),
                _ => String::new(),
            };
            match (before, now) {
                (None, None) => {}
                (Some(_), None) => parts.push(format!("**gone**{since}")),
                (None, Some(now)) => parts.push(format!("{}{since}", beginning(now))),
                (Some(before), Some(now)) => {
                    parts.push(format!("**{}**{since}", difference(before, now)));
                }
            }
        }
        before = now;
    }
    match (parts.is_empty(), before) {
        (true, None) => "–".to_owned(),
        (true, Some(_)) => "=".to_owned(),
        (false, _) => parts.join("; "),
    }
}

/// Returns what an option is at its begin.
fn beginning(now: &Facts) -> String {
    let mut parts = vec![
        now.flag.unwrap_or("key only").to_owned(),
        short(&now.default),
    ];
    match &now.key {
        None => parts.push("no key".to_owned()),
        Some(key) if key.default != now.default => parts.push(in_a_file(key)),
        Some(_) => {}
    }
    if now.is_deprecated {
        parts.push("deprecated".to_owned());
    }
    parts.join(", ")
}

fn difference(before: &Facts, now: &Facts) -> String {
    let mut parts = Vec::new();
    if before.flag != now.flag {
        parts.push(now.flag.unwrap_or("key only").to_owned());
    }
    if before.default != now.default {
        parts.push(short(&now.default));
    }
    match (&before.key, &now.key) {
        (None, None) => {}
        (Some(_), None) => parts.push("no key".to_owned()),
        (None, Some(key)) => {
            parts.push("has a key".to_owned());
            if key.default != now.default {
                parts.push(in_a_file(key));
            }
        }
        (Some(old), Some(key)) => {
            if old.name != key.name {
                parts.push(format!("key {}", cell(&key.name)));
            }
            if old.key_type != key.key_type {
                parts.push(format!("key {}", cell(key.key_type)));
            }
            let goes_with_the_default = old.default == before.default && key.default == now.default;
            if old.default != key.default && !goes_with_the_default {
                parts.push(in_a_file(key));
            }
        }
    }
    match (before.is_deprecated, now.is_deprecated) {
        (false, true) => parts.push("deprecated".to_owned()),
        (true, false) => parts.push("no longer deprecated".to_owned()),
        _ => {}
    }
    parts.join(", ")
}

fn in_a_file(key: &KeyFacts) -> String {
    format!("in a file {}", short(&key.default))
}

fn short(default: &str) -> String {
    if default.chars().count() <= SHORT {
        return cell(default);
    }
    let kept: String = default.chars().take(SHORT).collect();
    format!("{}…", cell(&kept))
}

fn described(out: &mut String, option: &EtcdOption, knowledge: &Knowledge) {
    let catalogue = &knowledge.catalogue;
    let _ = writeln!(out, "### {}\n", option.name);
    if option.has_flag {
        let variable = option.spelled(Spelling::Variable, catalogue.newest());
        let flag = Spelling::Flag.written(&option.name);
        let variable = code(&variable.unwrap_or_default());
        let _ = writeln!(out, "* flag {}, variable {variable}", code(&flag));
    }
    let mut keys: Vec<String> = option.keys().map(code).collect();
    keys.dedup();
    let keys = if keys.is_empty() {
        "no key in the configuration file".to_owned()
    } else {
        format!("key {}", keys.join(", then "))
    };
    let _ = writeln!(out, "* {keys}\n* since {}", life(option));
    if let Some(deprecated) = &option.deprecated {
        let _ = writeln!(out, "* deprecated {}", announced(deprecated));
    }
    if let Some(replacement) = &option.replaced_by {
        let _ = writeln!(out, "* replaced by {}", prose(&successor(replacement)));
    }
    let rules: Vec<String> = rules_about(option, knowledge)
        .map(|rule| format!("[{id}](rules.md#{id})", id = rule.id))
        .collect();
    if !rules.is_empty() {
        let _ = writeln!(out, "* rules: {}", rules.join(", "));
    }
    if let Some(notes) = &option.notes {
        let _ = writeln!(out, "* {}", prose(&one_line(notes)));
    }
    out.push_str("\n| etcd | type | default | in the file |\n|---|---|---|---|\n");
    for period in history(option, catalogue) {
        let releases = period.releases(catalogue).replace(" - ", " – ");
        let _ = writeln!(out, "| {releases} | {} |", row(period.facts.as_ref()));
    }
    let sources: Vec<String> = option.sources.iter().map(|source| link(source)).collect();
    let _ = writeln!(out, "\netcd's source: {}\n", sources.join(", "));
}

fn row(facts: Option<&Facts>) -> String {
    let Some(facts) = facts else {
        return "– | | ".to_owned();
    };
    let deprecated = if facts.is_deprecated {
        ", deprecated"
    } else {
        ""
    };
    let key = facts.key.as_ref().map_or_else(
        || "no key".to_owned(),
        |key| format!("{} as {}", cell(&key.default), code(key.key_type)),
    );
    let flag = facts.flag.unwrap_or("no flag");
    format!("{flag}{deprecated} | {} | {key}", cell(&facts.default))
}

fn gates(out: &mut String, catalogue: &Catalogue) {
    out.push_str("## Feature gates\n\nNames that `feature-gates` accepts.\n\n");
    out.push_str("| gate | since | default | stage | needs |\n|---|---|---|---|---|\n");
    for gate in &catalogue.gates {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            code(&gate.name),
            gate.since.as_beginning(),
            if gate.default { "on" } else { "off" },
            gate.stage.as_deref().unwrap_or_default(),
            gate.requires.as_deref().map(code).unwrap_or_default(),
        );
    }
}
