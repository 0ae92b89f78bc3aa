//! The result of a check; no bytes yet.

use super::Rule;
use crate::diagnostic::{Consequence, Impact, Severity};
use crate::edit::{Applicability, When};
use crate::facts::version::Release;
use crate::member::Action;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A setting, by its index in the member.
    Setting(usize),
    /// The member.
    Member,
    /// The first positional argument.
    PositionalArgument,
    /// The mention.
    Mention,
}

/// What a check found; no bytes yet.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// What it is about.
    pub subject: Subject,
    /// Other settings that it is about too, by their indices.
    pub related: Vec<usize>,
    /// The option, by its catalogue name.
    pub option: Option<String>,
    /// What happens.
    pub consequence: Consequence,
    /// What it can harm.
    pub impact: Impact,
    /// How much it matters, if no fact of etcd decides that.
    pub severity: Option<Severity>,
    /// The problem, in one line.
    pub title: String,
    /// What etcd does.
    pub message: String,
    /// What to write instead.
    pub instead: String,
    /// More to know.
    pub notes: Vec<String>,
    /// When the change may be made, and why then.
    pub when: Option<(When, String)>,
    /// The actions of the fix; empty if there is none.
    pub actions: Vec<Action>,
    /// Options whose settings decide the actions, beside those that the actions change.
    pub rests_on: Vec<String>,
    /// The applicability of the actions.
    pub applicability: Applicability,
    /// What the actions do, in the imperative.
    pub fix_title: String,
    /// The release in which it begins to matter, if the facts name one.
    pub since: Option<Release>,
    /// Where it is documented.
    pub docs: Vec<String>,
}

impl Finding {
    /// Returns how much it matters: as its rule says, else as follows from what happens and the impact.
    #[must_use]
    pub fn resulting_severity(&self) -> Severity {
        let derived = || Severity::of(self.consequence, self.impact);
        self.severity.unwrap_or_else(derived)
    }

    /// Creates a finding of that rule without a fix.
    #[must_use]
    pub fn new(rule: &Rule, subject: Subject, consequence: Consequence, message: String) -> Self {
        Self {
            option: rule.options.first().cloned(),
            impact: rule.impact,
            severity: rule.severity,
            title: rule.title.clone(),
            instead: rule.instead.clone(),
            // A rule that ends is about a later release, which its title names.
            since: Some(rule.begins).filter(|_| rule.ends.is_none()),
            docs: rule.sources.clone(),
            ..Self::derived(&rule.id, subject, consequence, message)
        }
    }

    /// Creates a finding that follows from the facts and no rule of a file, without a title and a fix.
    #[must_use]
    pub fn derived(
        rule: &str,
        subject: Subject,
        consequence: Consequence,
        message: String,
    ) -> Self {
        Self {
            rule: rule.to_owned(),
            subject,
            related: Vec::new(),
            option: None,
            consequence,
            impact: Impact::None,
            severity: None,
            title: String::new(),
            message,
            instead: String::new(),
            notes: Vec::new(),
            when: None,
            actions: Vec::new(),
            rests_on: Vec::new(),
            applicability: Applicability::Manual,
            fix_title: String::new(),
            since: None,
            docs: Vec::new(),
        }
    }
}
