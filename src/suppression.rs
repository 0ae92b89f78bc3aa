//! Suppresses findings: by a comment, the configuration or a baseline.

mod directive;
mod insertion;

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use directive::{Directive, Malformed, directives};
pub use insertion::comments;

use crate::assemble::Assembled;
use crate::check::{DERIVED, Knowledge, check};
use crate::cluster::{ABOUT_CLUSTERS, is_about_clusters};
use crate::diagnostic::{Diagnostic, Severity};
use crate::edit::{Applicability, Edit, Fix, When};
use crate::facts::version::Upgrade;
use crate::source::{Source, Span, line_end};
use crate::surface::Reading;
use crate::text::yaml;

/// The id of the finding about a suppression comment, or a rule in it, that suppresses nothing.
pub const UNUSED: &str = "ignore-unused";

/// The ids of findings about suppression comments, each with its summary.
pub const ABOUT_COMMENTS: [(&str, &str); 2] = [
    (
        UNUSED,
        "A comment suppresses a rule that reports nothing there for this upgrade.",
    ),
    (
        "ignore-not-understood",
        "A suppression comment has an unknown form, or names a rule that does not exist; it suppresses nothing.",
    ),
];

/// Which findings are suppressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Whether suppression comments are ignored (`--no-ignores`).
    pub no_comments: bool,
    /// The rules that the configuration ignores.
    pub rules: BTreeSet<String>,
}

/// Returns the policy in which comments are effective, and nothing else suppresses anything.
pub static COMMENTS_COUNT: Policy = Policy {
    no_comments: false,
    rules: BTreeSet::new(),
};

/// The findings about a file, and the suppressed ones.
#[derive(Debug, Default)]
pub struct Checked {
    /// The findings, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// The suppressed findings, in order of place.
    pub suppressed: Vec<Suppressed>,
    /// The comments that name rules about clusters.
    pub about_clusters: ClusterComments,
}

/// The comments of a file that name rules about clusters, which are checked when all files are.
#[derive(Clone, Debug, Default)]
pub struct ClusterComments(Vec<Directive>);

/// A suppressed finding.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// What suppresses it.
    pub by: Suppressor,
}

/// What suppresses a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suppressor {
    /// A comment, with its reason.
    Comment(String),
    /// `ignore` of `etcd-uplift.toml`.
    Configuration,
    /// A baseline.
    Baseline,
}

impl Suppressor {
    /// Returns the reason, in words.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Comment(reason) => reason,
            Self::Configuration => "ignored by etcd-uplift.toml",
            Self::Baseline => "known before: it is in the baseline",
        }
    }
}

/// Checks a reading, and suppresses findings as the policy and the file's own comments require.
#[must_use]
pub fn check_and_suppress(
    source: &Source,
    (reading, members): (&Reading, &[Assembled]),
    upgrade: Upgrade,
    knowledge: &Knowledge,
    policy: &Policy,
) -> Checked {
    let diagnostics = check(source, reading, members, upgrade, knowledge);
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
    let about_clusters = comments.directives.iter();
    let about_clusters = about_clusters.filter(|directive| {
        let mut rules = directive.rules.iter();
        rules.any(|(rule, _)| is_about_clusters(rule))
    });
    let about_clusters = ClusterComments(about_clusters.cloned().collect());
    let mut checked = comments.apply(diagnostics, policy);
    comments.report_unused(false);
    checked.report(comments.about, policy);
    checked.about_clusters = about_clusters;
    checked
}

/// Suppresses findings about clusters in a file. If a member of the file was compared with others, comments that
/// suppress none of them are reported.
#[must_use]
pub fn suppress_about_clusters(
    source: &Source,
    directives: &ClusterComments,
    (upgrade, knowledge): (Upgrade, &Knowledge),
    policy: &Policy,
    mut diagnostics: Vec<Diagnostic>,
    is_compared: bool,
) -> Checked {
    let mut comments = Comments {
        source,
        knowledge,
        upgrade,
        used: BTreeSet::new(),
        directives: directives.0.clone(),
        yaml: OnceCell::new(),
        about: Vec::new(),
    };
    diagnostics.sort_by_key(|found| found.span);
    let mut checked = comments.apply(diagnostics, policy);
    if is_compared {
        comments.report_unused(true);
    }
    checked.report(comments.about, policy);
    checked
}

impl Checked {
    /// Adds findings about comments.
    fn report(&mut self, about: Vec<Diagnostic>, policy: &Policy) {
        let about = about.into_iter();
        self.diagnostics
            .extend(about.filter(|found| !policy.rules.contains(&found.rule)));
        self.diagnostics
            .sort_by(|one, other| (one.span, &one.rule).cmp(&(other.span, &other.rule)));
    }
}

/// Returns the ids of all findings that no file below `rules/` describes, each with its summary.
pub fn rules_without_advice() -> impl Iterator<Item = (&'static str, &'static str)> {
    let derived = DERIVED.into_iter().chain(ABOUT_CLUSTERS);
    derived.chain(ABOUT_COMMENTS)
}

/// Returns whether a finding can have that rule.
#[must_use]
pub fn is_rule(knowledge: &Knowledge, id: &str) -> bool {
    knowledge.rules.get(id).is_some() || rules_without_advice().any(|(known, _)| known == id)
}

/// The spans of the values of settings: each start, with the greatest end of those that start so far.
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

    /// Returns whether a comment begins inside a value.
    fn hold(&self, comment: Span) -> bool {
        let before = self.0.partition_point(|(start, _)| *start < comment.start);
        let furthest = before.checked_sub(1).map(|last| self.0[last].1);
        furthest.is_some_and(|end| comment.start < end)
    }
}

/// The comments that apply to a line, while lines are visited from the first to the last.
struct ByLine {
    /// The comments still to come, the next one last.
    coming: Vec<usize>,
    applying: Vec<usize>,
}

/// The suppression comments of one file.
struct Comments<'a> {
    source: &'a Source,
    knowledge: &'a Knowledge,
    upgrade: Upgrade,
    directives: Vec<Directive>,
    /// Where the comments of YAML begin, computed when it is first used.
    yaml: OnceCell<HashSet<usize>>,
    /// Which rules of which directives suppressed something.
    used: BTreeSet<(usize, usize)>,
    /// The findings about the comments themselves.
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
        // A comment between the items of a list is one, although the list is the value.
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
            applying: Vec::new(),
        }
    }

    /// Returns the reason of the comment that suppresses a finding; findings come in order of place.
    fn suppressing(&mut self, diagnostic: &Diagnostic, by_line: &mut ByLine) -> Option<String> {
        if self.directives.is_empty() {
            return None;
        }
        let line = self.source.line_column(diagnostic.span.start).line;
        let ByLine { coming, applying } = by_line;
        while let Some(next) = coming.pop_if(|next| *self.directives[*next].lines.start() <= line) {
            applying.push(next);
        }
        applying.retain(|&index| line <= *self.directives[index].lines.end());
        applying.sort_unstable();
        let mut reason = None;
        for &index in applying.iter() {
            let directive = &self.directives[index];
            let mut rules = directive.rules.iter();
            if let Some(rule) = rules.position(|(rule, _)| *rule == diagnostic.rule) {
                self.used.insert((index, rule));
                reason.get_or_insert_with(|| directive.reason.clone());
            }
        }
        reason
    }

    /// Suppresses findings, which come in order of place.
    fn apply(&mut self, diagnostics: Vec<Diagnostic>, policy: &Policy) -> Checked {
        let mut suppressing = self.by_line();
        let mut checked = Checked::default();
        for diagnostic in diagnostics {
            match self
                .suppressing(&diagnostic, &mut suppressing)
                .map(Suppressor::Comment)
                .or_else(|| {
                    let is_ignored = policy.rules.contains(&diagnostic.rule);
                    is_ignored.then_some(Suppressor::Configuration)
                }) {
                Some(by) => checked.suppressed.push(Suppressed { diagnostic, by }),
                None => checked.diagnostics.push(diagnostic),
            }
        }
        checked
    }

    /// Reports the rules in comments that suppressed nothing, either those about clusters or the others.
    fn report_unused(&mut self, are_about_clusters: bool) {
        let mut about = Vec::new();
        for (index, directive) in self.directives.iter().enumerate() {
            for (number, (rule, place)) in directive.rules.iter().enumerate() {
                if self.used.contains(&(index, number))
                    || !is_rule(self.knowledge, rule)
                    || is_about_clusters(rule) != are_about_clusters
                {
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
        // Another upgrade may need it, so its removal is not a safe fix.
        let fix = Fix::new(
            format!("Remove `{rule}` from the comment"),
            vec![Edit::deletion(self.without(directive, number))],
            Applicability::Unsafe,
            When::Before,
        );
        Diagnostic {
            about: format!("ignore {rule}"),
            title: format!("unused suppression of `{rule}`"),
            message: format!("this rule reports nothing here for the upgrade {upgrade}"),
            instead: "remove it, unless another upgrade needs it".to_owned(),
            fix: fix.filter(|_| self.upgrade.from.is_some()),
            ..Diagnostic::advice(UNUSED, Severity::Note, place)
        }
    }

    /// Returns the span to delete for a rule: its part of the list, or the comment.
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
            title: "this comment suppresses nothing".to_owned(),
            message: why.to_owned(),
            instead: "# etcd-uplift: ignore[rule-id] reason".to_owned(),
            ..Diagnostic::advice("ignore-not-understood", Severity::Warning, place)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface;
    use crate::surface::{Discovery, FileReading};

    #[test]
    fn if_several_comments_apply_to_a_line_all_are_used_and_the_first_gives_the_reason() {
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
        let checked = check_and_suppress(
            &source,
            (
                &reading,
                &crate::assemble::members(&source, &reading, &knowledge.catalogue, None),
            ),
            upgrade.unwrap(),
            &knowledge,
            &COMMENTS_COUNT,
        );
        let suppressed = checked.suppressed.iter();
        let suppressed: Vec<(&str, &str)> = suppressed
            .map(|one| (one.diagnostic.rule.as_str(), one.by.reason()))
            .collect();
        assert_eq!(
            suppressed,
            [("log-output-renamed", "first"), ("ca-file-gone", "why")]
        );
        let about = checked.diagnostics.iter();
        let about: Vec<&str> = about
            .filter(|found| found.rule.starts_with("ignore-"))
            .map(|found| found.rule.as_str())
            .collect();
        // Inside a value, and for the whole file after the comments at its begin.
        assert_eq!(about, ["ignore-not-understood", "ignore-not-understood"]);
    }
}
