//! What is found and not reported, because a comment, the configuration or a baseline says so.

mod directive;
mod insertion;

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use directive::{Directive, Malformed, directives};
pub use insertion::comments;

use crate::check::{DERIVED, Knowledge, check};
use crate::diagnostic::{Consequence, Diagnostic, Severity};
use crate::edit::{Applicability, Edit, Fix, When};
use crate::facts::version::Upgrade;
use crate::source::{Source, Span, line_end};
use crate::surface::Reading;
use crate::text::yaml;

/// The id of the finding about a comment, or a rule in it, that silences nothing.
pub const UNUSED: &str = "ignore-unused";

/// The ids of findings about comments that ask for silence, with what each says.
pub const ABOUT_COMMENTS: [(&str, &str); 2] = [
    (
        UNUSED,
        "A comment silences a rule that has nothing to say there for this upgrade.",
    ),
    (
        "ignore-not-understood",
        "A comment asks for silence in a form that is not known, or names a rule that does not exist; it silences nothing.",
    ),
];

/// Which findings are not to be reported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Whether comments that ask for silence are passed over (`--no-ignores`).
    pub no_comments: bool,
    /// Rules that the configuration silences.
    pub rules: BTreeSet<String>,
}

/// Comments count, and nothing else silences anything.
pub static COMMENTS_COUNT: Policy = Policy {
    no_comments: false,
    rules: BTreeSet::new(),
};

/// Everything to be said about a file, and what is silenced.
#[derive(Debug, Default)]
pub struct Checked {
    /// In order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// In order of place.
    pub suppressed: Vec<Suppressed>,
}

/// A finding that is not reported.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// What was found.
    pub diagnostic: Diagnostic,
    /// What silences it.
    pub by: Suppressor,
}

/// What silences a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suppressor {
    /// A comment, with the reason it gives.
    Comment(String),
    /// `ignore` of `etcd-uplift.toml`.
    Configuration,
    /// It was known before.
    Baseline,
}

impl Suppressor {
    /// Why, in words.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Comment(reason) => reason,
            Self::Configuration => "ignored by etcd-uplift.toml",
            Self::Baseline => "known before: it stands in the baseline",
        }
    }
}

/// Judges a reading, and puts aside what the policy and the file's own comments silence.
#[must_use]
pub fn check_and_suppress(
    source: &Source,
    reading: &Reading,
    upgrade: Upgrade,
    knowledge: &Knowledge,
    policy: &Policy,
) -> Checked {
    let diagnostics = check(source, reading, upgrade, knowledge);
    let found = if policy.no_comments {
        Vec::new()
    } else {
        directives(source, reading.surface)
    };
    let mut comments = Comments {
        source,
        knowledge,
        upgrade,
        used: BTreeSet::new(),
        directives: Vec::new(),
        yaml: OnceCell::new(),
        about: Vec::new(),
    };
    let values = Values::of(reading);
    for found in found {
        comments.take(found, &values);
    }
    let mut silencing = comments.by_line();
    let mut judgement = Checked::default();
    for diagnostic in diagnostics {
        match comments
            .silencing(&diagnostic, &mut silencing)
            .map(Suppressor::Comment)
            .or_else(|| {
                let is_ignored = policy.rules.contains(&diagnostic.rule);
                is_ignored.then_some(Suppressor::Configuration)
            }) {
            Some(by) => judgement.suppressed.push(Suppressed { diagnostic, by }),
            None => judgement.diagnostics.push(diagnostic),
        }
    }
    comments.report_unused();
    let about = comments.about.into_iter();
    judgement
        .diagnostics
        .extend(about.filter(|found| !policy.rules.contains(&found.rule)));
    judgement
        .diagnostics
        .sort_by(|one, other| (one.span, &one.rule).cmp(&(other.span, &other.rule)));
    judgement
}

/// The ids of all findings that no file below `rules/` describes, with what each says.
pub fn rules_without_advice() -> impl Iterator<Item = (&'static str, &'static str)> {
    DERIVED.into_iter().chain(ABOUT_COMMENTS)
}

/// Whether a finding can have that rule.
#[must_use]
pub fn is_rule(knowledge: &Knowledge, id: &str) -> bool {
    knowledge.rules.get(id).is_some() || rules_without_advice().any(|(known, _)| known == id)
}

/// Where the values of settings stand: each beginning, with the furthest end of those that begin so far.
struct Values(Vec<(usize, usize)>);

impl Values {
    fn of(reading: &Reading) -> Self {
        let settings = reading.members.iter().flat_map(|member| &member.settings);
        let places = settings.map(|setting| reading.file_span(setting.value_place));
        let mut places: Vec<(usize, usize)> =
            places.map(|place| (place.start, place.end)).collect();
        places.sort_unstable();
        let mut furthest = 0;
        for (_, end) in &mut places {
            furthest = furthest.max(*end);
            *end = furthest;
        }
        Self(places)
    }

    /// Whether a comment begins inside a value.
    fn hold(&self, comment: Span) -> bool {
        let before = self.0.partition_point(|(start, _)| *start < comment.start);
        let furthest = before.checked_sub(1).map(|last| self.0[last].1);
        furthest.is_some_and(|end| comment.start < end)
    }
}

/// The comments that speak of a line, while lines are gone through from the first to the last.
struct ByLine {
    /// Those that come, the next one last.
    coming: Vec<usize>,
    speaking: Vec<usize>,
}

/// The comments of one file that ask for silence.
struct Comments<'a> {
    source: &'a Source,
    knowledge: &'a Knowledge,
    upgrade: Upgrade,
    directives: Vec<Directive>,
    /// Where the comments of YAML begin, once that is asked.
    yaml: OnceCell<HashSet<usize>>,
    /// Which rules of which directives silenced something.
    used: BTreeSet<(usize, usize)>,
    /// What is to be said about the comments themselves.
    about: Vec<Diagnostic>,
}

impl Comments<'_> {
    fn take(&mut self, found: Result<Directive, Malformed>, values: &Values) {
        let directive = match found {
            Ok(directive) => directive,
            Err(Malformed { place, why }) => return self.not_understood(place, why),
        };
        let is_comment = |start: usize| {
            let comments = self.yaml.get_or_init(|| {
                let comments = yaml::comments(&self.source.text).unwrap_or_default();
                comments.iter().map(|comment| comment.start).collect()
            });
            comments.contains(&start)
        };
        // Between the items of a list a comment is one, although the list is the value.
        if values.hold(directive.comment)
            && !(directive.is_whole_line && is_comment(directive.comment.start))
        {
            return self.not_understood(directive.comment, "it is part of a value here");
        }
        for (rule, place) in &directive.rules {
            if !is_rule(self.knowledge, rule) {
                let why = "there is no rule of this name; `etcd-uplift rules` lists them";
                self.not_understood(*place, why);
            }
        }
        self.directives.push(directive);
    }

    fn by_line(&self) -> ByLine {
        let mut coming: Vec<usize> = (0..self.directives.len()).collect();
        coming.sort_by_key(|&index| Reverse((*self.directives[index].lines.start(), index)));
        ByLine {
            coming,
            speaking: Vec::new(),
        }
    }

    /// The reason of the comment that silences a finding; findings come in order of place.
    fn silencing(&mut self, diagnostic: &Diagnostic, by_line: &mut ByLine) -> Option<String> {
        if self.directives.is_empty() {
            return None;
        }
        let line = self.source.line_column(diagnostic.span.start).line;
        let ByLine { coming, speaking } = by_line;
        while let Some(next) = coming.pop_if(|next| *self.directives[*next].lines.start() <= line) {
            speaking.push(next);
        }
        speaking.retain(|&index| line <= *self.directives[index].lines.end());
        speaking.sort_unstable();
        let mut reason = None;
        for &index in speaking.iter() {
            let directive = &self.directives[index];
            let mut rules = directive.rules.iter();
            if let Some(rule) = rules.position(|(rule, _)| *rule == diagnostic.rule) {
                self.used.insert((index, rule));
                reason.get_or_insert_with(|| directive.reason.clone());
            }
        }
        reason
    }

    fn report_unused(&mut self) {
        let mut about = Vec::new();
        for (index, directive) in self.directives.iter().enumerate() {
            for (number, (rule, place)) in directive.rules.iter().enumerate() {
                if self.used.contains(&(index, number)) || !is_rule(self.knowledge, rule) {
                    continue;
                }
                about.push(self.unused(directive, number, *place));
            }
        }
        self.about.append(&mut about);
    }

    fn unused(&self, directive: &Directive, number: usize, place: Span) -> Diagnostic {
        let rule = &directive.rules[number].0;
        let upgrade = match self.upgrade.from {
            Some(from) => format!("from etcd {} to {}", from.line(), self.upgrade.to.line()),
            None => format!("to etcd {}", self.upgrade.to.line()),
        };
        // Another upgrade may need it, so it goes only when asked.
        let fix = Fix::new(
            format!("Take `{rule}` out of the comment"),
            vec![Edit::deletion(self.without(directive, number))],
            Applicability::Unsafe,
            When::Before,
        );
        Diagnostic {
            about: format!("ignore {rule}"),
            title: format!("nothing is silenced by ignoring `{rule}` here"),
            message: format!("on the way {upgrade} this rule has nothing to say here"),
            instead: "take it out, unless the comment is kept for another upgrade".to_owned(),
            fix: fix.filter(|_| self.upgrade.from.is_some()),
            ..about(UNUSED, Severity::Note, place)
        }
    }

    /// What has to go for a rule not to be named: its part of the list, or the comment.
    fn without(&self, directive: &Directive, number: usize) -> Span {
        let place = directive.rules[number].1;
        if let Some((_, next)) = directive.rules.get(number + 1) {
            return Span::new(place.start, next.start);
        }
        if let Some((_, before)) = number.checked_sub(1).map(|at| &directive.rules[at]) {
            return Span::new(before.end, place.end);
        }
        let text = &self.source.text;
        let start = text[..directive.comment.start].trim_end_matches([' ', '\t']);
        if !directive.is_whole_line {
            return Span::new(start.len(), directive.comment.end);
        }
        let end = line_end(text, directive.comment.end);
        let break_length = text[end..].find('\n').map_or(0, |at| at + 1);
        Span::new(start.len(), end + break_length)
    }

    fn not_understood(&mut self, place: Span, why: &str) {
        self.about.push(Diagnostic {
            about: place.of(&self.source.text).to_owned(),
            title: "a comment that silences nothing".to_owned(),
            message: why.to_owned(),
            instead: "# etcd-uplift: ignore[rule-id] reason".to_owned(),
            ..about("ignore-not-understood", Severity::Warning, place)
        });
    }
}

/// A finding about a comment, for which etcd does nothing.
fn about(rule: &str, severity: Severity, span: Span) -> Diagnostic {
    Diagnostic {
        rule: rule.to_owned(),
        consequence: Consequence::Advice,
        severity,
        title: String::new(),
        message: String::new(),
        instead: String::new(),
        notes: Vec::new(),
        when: None,
        option: None,
        spelling: None,
        value: None,
        span,
        docs: Vec::new(),
        fix: None,
        touches: Vec::new(),
        about: String::new(),
        since: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface;
    use crate::surface::{Discovery, FileReading};

    #[test]
    fn of_the_comments_that_speak_of_a_line_all_are_used_and_the_first_gives_the_reason() {
        let text = "\
listen-peer-urls: http://10.0.0.1:2380
# etcd-uplift: ignore[log-output-renamed] first
# etcd-uplift: ignore[log-output-renamed] second
log-output: stdout # etcd-uplift: ignore[log-output-renamed] third
client-transport-security:
  ca-file: x # etcd-uplift: ignore[ca-file-gone] why
initial-cluster-token: 'a # etcd-uplift: ignore[ca-file-gone] no'
# etcd-uplift: ignore-file[ca-file-gone] all
";
        let knowledge = Knowledge::built_in().unwrap();
        let upgrade = knowledge
            .catalogue
            .upgrade("3.3".parse().ok(), "3.5".parse().ok());
        let source = Source::new("etcd.conf.yml", text);
        let read = surface::read(&source, &knowledge.catalogue, Discovery::Explicit, None);
        let FileReading::Read(reading) = read else {
            panic!("is not read");
        };
        let judged = check_and_suppress(
            &source,
            &reading,
            upgrade.unwrap(),
            &knowledge,
            &COMMENTS_COUNT,
        );
        let suppressed = judged.suppressed.iter();
        let suppressed: Vec<(&str, &str)> = suppressed
            .map(|one| (one.diagnostic.rule.as_str(), one.by.reason()))
            .collect();
        assert_eq!(
            suppressed,
            [("log-output-renamed", "first"), ("ca-file-gone", "why")]
        );
        let about = judged.diagnostics.iter();
        let about: Vec<&str> = about
            .filter(|found| found.rule.starts_with("ignore-"))
            .map(|found| found.rule.as_str())
            .collect();
        // Inside a value, and for the whole file below its top.
        assert_eq!(about, ["ignore-not-understood", "ignore-not-understood"]);
    }
}
