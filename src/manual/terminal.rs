//! Rules and options as a terminal shows them.

use std::fmt::Write;

use super::derived::Derived;
use super::history::{Facts, history};
use super::{fix_in_words, fix_of, harmless, releases_of, rules_about, table, upgrade_of};
use crate::check::Knowledge;
use crate::edit::Applicability;
use crate::facts::catalogue::{Catalogue, Deprecation, EtcdOption, Replacement, Spelling};
use crate::report::documentation::sources_of;
use crate::report::style::{Style, ascii, linked, wrapped};
use crate::report::visible;
use crate::rule::{Example, Rule};

/// The width of the names of fields.
const LABEL: usize = 13;

/// Lists rules: what each is about, for which releases, what it can harm and how it is fixed.
#[must_use]
pub fn rules(rules: &[&Rule], derived: &[Derived], knowledge: &Knowledge, style: Style) -> String {
    let mut page = Page::new(style);
    let ids = rules.iter().map(|rule| rule.id.len());
    let width = ids.max().unwrap_or(0);
    for rule in rules {
        let padding = " ".repeat(width.saturating_sub(rule.id.len()));
        let releases = releases_of(rule, &knowledge.catalogue);
        let (impact, _) = rule.impact.in_words();
        let fix = fix_in_words(fix_of(rule, knowledge));
        let id = page.bold(&rule.id);
        page.line(&format!(
            "{id}{padding}  {releases:<12} {impact:<12}  {fix}"
        ));
        page.block(&visible(&rule.title), 4);
    }
    page.heading("Derived from the facts, for every release");
    for derived in derived {
        let id = page.bold(derived.id);
        page.line(&id);
        page.block(derived.title, 4);
    }
    page.finished()
}

/// Describes a rule: what it is about, why, and what to do.
#[must_use]
pub fn rule(rule: &Rule, knowledge: &Knowledge, style: Style) -> String {
    let fix = fix_of(rule, knowledge);
    let rule = &harmless(rule);
    let mut page = Page::new(style);
    page.title(&rule.id, &rule.title);
    let releases = releases_of(rule, &knowledge.catalogue);
    let matters = match releases.as_str() {
        "every" => "every release".to_owned(),
        releases => format!("etcd {releases}"),
    };
    page.field("applies to", &matters);
    let (impact, meaning) = rule.impact.in_words();
    page.field("impact", &format!("{impact}: {meaning}"));
    if !rule.options.is_empty() {
        page.field("options", &rule.options.join(", "));
    }
    page.field("help", &rule.instead);
    let command = fix_command(rule, &knowledge.catalogue);
    page.field(
        "fix",
        &match fix {
            Applicability::Safe => format!("safe, `{command} PATH`"),
            Applicability::Unsafe => format!("unsafe, `{command} --unsafe PATH`"),
            Applicability::Manual => "by hand".to_owned(),
        },
    );
    page.heading("Why");
    page.paragraphs(&rule.why);
    for example in &rule.examples {
        page.example(example);
    }
    page.sources(sources_of(rule), &rule.sources);
    page.finished()
}

/// Returns the command that fixes what a rule finds, for the hop at which it begins to matter.
fn fix_command(rule: &Rule, catalogue: &Catalogue) -> String {
    let from = catalogue.line_before(rule.begins);
    let from = from.map_or_else(String::new, |from| format!(" --from {}", from.line()));
    format!(
        "etcd-uplift fix{from} --to {} --write",
        rule.begins.as_beginning()
    )
}

/// Describes a kind of finding without a rule of its own.
#[must_use]
pub fn derived(derived: &Derived, style: Style) -> String {
    let mut page = Page::new(style);
    page.title(derived.id, derived.title);
    page.paragraphs(&derived.why);
    page.heading("What to do");
    page.paragraphs(&derived.instead);
    page.finished()
}

/// Describes an option over all releases.
#[must_use]
pub fn option(option: &EtcdOption, knowledge: &Knowledge, style: Style) -> String {
    let catalogue = &knowledge.catalogue;
    let mut page = Page::new(style);
    if option.has_flag {
        page.field("flag", &format!("--{}", option.name));
        let variable = option.spelled(Spelling::Variable, catalogue.newest());
        page.field("variable", &variable.unwrap_or_default());
    } else {
        page.field("flag", "none: it can be set only in the configuration file");
    }
    if option.keys().next().is_none() {
        page.field("key", "none: it cannot be set in the configuration file");
    } else {
        page.field("key", &keys(option));
    }
    page.field("since", &life(option));
    if let Some(deprecated) = &option.deprecated {
        page.field("deprecated", &announced(deprecated));
    }
    if let Some(replacement) = &option.replaced_by {
        page.field("replaced by", &successor(replacement));
    }
    if let Some(notes) = &option.notes {
        page.field("notes", notes);
    }
    let rules: Vec<&str> = rules_about(option, knowledge)
        .map(|rule| rule.id.as_str())
        .collect();
    if !rules.is_empty() {
        page.field("rules", &rules.join(", "));
    }
    page.out.push('\n');
    let rows: Vec<[String; 4]> = history(option, catalogue)
        .iter()
        .map(|period| row(period.releases(catalogue), period.facts.as_ref()))
        .collect();
    let heads = ["release", "type", "default", "with a configuration file"];
    let drawn = table::drawn(heads, &rows, style.width, |head| page.bold(head));
    page.out.push_str(&drawn);
    page.sources("Sources in github.com/etcd-io/etcd", &option.sources);
    page.finished()
}

fn row(releases: String, facts: Option<&Facts>) -> [String; 4] {
    let Some(facts) = facts else {
        return [releases, "-".to_owned(), String::new(), String::new()];
    };
    let deprecated = if facts.is_deprecated {
        ", deprecated"
    } else {
        ""
    };
    let key = facts.key.as_ref().map_or_else(
        || "no key".to_owned(),
        |key| format!("{} as {}", shown(&key.default), key.key_type),
    );
    [
        releases,
        format!("{}{deprecated}", facts.flag.unwrap_or("no flag")),
        shown(&facts.default).to_owned(),
        key,
    ]
}

fn shown(text: &str) -> &str {
    if text.is_empty() { "(empty)" } else { text }
}

/// Returns the keys an option has had, with the release of each.
fn keys(option: &EtcdOption) -> String {
    let points = option.key.points().map(|(since, key)| {
        let key = if key.is_empty() { "none" } else { key };
        if since.major == 0 {
            key.to_owned()
        } else {
            format!("{key} from {}", since.as_beginning())
        }
    });
    points.collect::<Vec<_>>().join(", ")
}

/// Returns since when an option exists, and until when.
pub(super) fn life(option: &EtcdOption) -> String {
    let since: Vec<String> = option
        .since
        .iter()
        .map(|since| since.as_beginning())
        .collect();
    match option.removed {
        Some(removed) => format!(
            "{}, removed in {}",
            since.join(", "),
            removed.as_beginning()
        ),
        None => format!("{}, to the newest", since.join(", ")),
    }
}

/// Returns since when it is deprecated.
pub(super) fn announced(deprecated: &Deprecation) -> String {
    let until = deprecated.until.map_or_else(String::new, |until| {
        format!(", no longer in {}", until.as_beginning())
    });
    format!("since {}{until}", deprecated.since.as_beginning())
}

/// Returns what replaces it.
pub(super) fn successor(replacement: &Replacement) -> String {
    let new = replacement.option.as_deref().unwrap_or("nothing");
    match &replacement.gate {
        Some(gate) => format!("{new} {gate}"),
        None => new.to_owned(),
    }
}

/// Text that is built line by line.
struct Page {
    out: String,
    style: Style,
}

impl Page {
    fn new(style: Style) -> Self {
        Self {
            out: String::new(),
            style,
        }
    }

    fn finished(self) -> String {
        if self.style.ascii {
            ascii(&self.out)
        } else {
            self.out
        }
    }

    fn bold(&self, text: &str) -> String {
        if self.style.colour {
            format!("\u{1b}[1m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn title(&mut self, id: &str, title: &str) {
        for (index, line) in wrapped(&format!("{id}: {title}"), self.style.width)
            .iter()
            .enumerate()
        {
            let line = match line.strip_prefix(id).filter(|_| index == 0) {
                Some(rest) => format!("{}{rest}", self.bold(id)),
                None => line.clone(),
            };
            self.line(&line);
        }
        self.out.push('\n');
    }

    fn heading(&mut self, text: &str) {
        let heading = self.bold(text);
        // Writing to a `String` cannot fail.
        let _ = write!(self.out, "\n{heading}\n\n");
    }

    fn field(&mut self, name: &str, text: &str) {
        let width = self.style.width.saturating_sub(LABEL + 2).max(30);
        for (index, line) in wrapped(&one_line(text), width).iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            let padded = self.bold(&format!("{name:<LABEL$}"));
            self.line(format!("{padded}  {line}").trim_end());
        }
    }

    fn block(&mut self, text: &str, indent: usize) {
        let width = self.style.width.saturating_sub(indent).max(30);
        for line in wrapped(&one_line(text), width) {
            self.line(&format!("{:indent$}{line}", ""));
        }
    }

    fn paragraphs(&mut self, text: &str) {
        for (index, paragraph) in text.trim().split("\n\n").enumerate() {
            if index > 0 {
                self.out.push('\n');
            }
            self.block(paragraph, 0);
        }
    }

    fn example(&mut self, example: &Example) {
        self.heading(&format!("Example: {}", example.title));
        let upgrade = upgrade_of(example);
        self.block(&format!("{}, {upgrade}:", example.file), 0);
        self.out.push('\n');
        self.verbatim(&example.before);
        if example.before == example.after {
            self.line("\ndoes not change.");
        } else {
            self.line("\nbecomes\n");
            self.verbatim(&example.after);
        }
    }

    fn verbatim(&mut self, text: &str) {
        for line in text.trim_matches('\n').lines() {
            self.line(format!("    {line}").trim_end());
        }
    }

    fn sources(&mut self, heading: &str, sources: &[String]) {
        if sources.is_empty() {
            return;
        }
        self.heading(heading);
        for source in sources {
            let link = linked(source, self.style);
            self.line(&format!("  {link}"));
        }
    }
}

/// Returns a text of the facts without the line breaks of its file.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
