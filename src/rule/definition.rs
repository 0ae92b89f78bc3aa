//! The definition of a rule.

use serde::Deserialize;

use super::value_condition::ValueCondition;
use crate::diagnostic::{Impact, Severity};
use crate::facts::version::{Release, Upgrade, Version};

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Whether it is one of an organisation's own rules.
    pub is_own: bool,
    /// The id. It states the problem and never changes.
    pub id: String,
    /// What is wrong, in one line.
    pub title: String,
    /// The release in which it begins to matter.
    pub begins: Release,
    /// The first release in which it no longer matters.
    pub ends: Option<Release>,
    /// The options it is about, by catalogue name; empty for mentions.
    pub options: Vec<String>,
    /// What it can harm.
    pub impact: Impact,
    /// How much it matters, if no fact of etcd decides that: only with the check `policy`.
    pub severity: Option<Severity>,
    /// The function that finds it, a name of [`super::CHECKS`].
    pub check: String,
    /// Only for members that set one of these options.
    pub if_set: Vec<String>,
    /// Only if the value of that option meets this condition.
    pub if_value: Option<ValueCondition>,
    /// Only for members that set none of these options.
    pub unless_set: Vec<String>,
    /// Only a value that meets this condition counts as setting one of them; so does one that is set elsewhere.
    pub unless_value: Option<ValueCondition>,
    /// Only for members that get their options in that way.
    pub delivery: Option<RuleDelivery>,
    /// What the new release does, if the check has no message of its own.
    pub does: Option<String>,
    /// The setting that keeps the old behaviour, as a fix that is never applied unless it is requested.
    pub keep: Option<Keep>,
    /// Whether writing the old default keeps it; false if the new release refuses it.
    pub pin: bool,
    /// What etcd does and why that matters.
    pub why: String,
    /// What to write instead.
    pub instead: String,
    /// `path:line@tag` in etcd's repository; for an organisation's own rule any text or page.
    pub sources: Vec<String>,
    /// Input and rewrite, used as tests and as documentation.
    pub examples: Vec<Example>,
}

impl Rule {
    /// Returns whether it matters at the new release.
    #[must_use]
    pub fn matters_at(&self, to: Release) -> bool {
        self.begins <= to && self.ends.is_none_or(|end| to < end)
    }

    /// Returns whether the upgrade passes the begin of the rule, and it still matters at the new release.
    #[must_use]
    pub fn is_passed_by(&self, upgrade: Upgrade) -> bool {
        upgrade.crosses(self.begins) && self.matters_at(upgrade.to)
    }
}

/// In which way a member gets its options.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleDelivery {
    /// From a configuration file.
    ConfigFile,
    /// From flags and variables.
    Environment,
    /// From a variable, for the option that `if-set` names.
    Variable,
}

/// A setting that keeps the old behaviour.
#[derive(Clone, Debug)]
pub struct Keep {
    /// The option, by catalogue name.
    pub option: String,
    /// Its value; without one the option is to be deleted.
    pub value: Option<String>,
}

/// One example of a rule.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// The file's name, which helps to recognise its surface.
    pub file: String,
    /// The running release.
    pub from: Option<Version>,
    /// The release to upgrade to.
    pub to: Version,
    /// The text.
    pub before: String,
    /// Whether the rule finds something in it, which is so unless the example shows what the rule does not report.
    pub finds: bool,
    /// The text after `fix`; the same text if no safe fix exists.
    pub after: String,
}
