//! What a rule says.

use serde::Deserialize;

use super::value_condition::ValueCondition;
use crate::diagnostic::{Impact, Severity};
use crate::facts::version::{Release, Upgrade, Version};

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Whether it is one of an organisation's own.
    pub is_own: bool,
    /// States the problem; never changes.
    pub id: String,
    /// What is wrong, in one line.
    pub title: String,
    /// The release in which it begins to matter.
    pub begins: Release,
    /// The first release in which it no longer matters.
    pub ends: Option<Release>,
    /// The options it is about, by catalogue name; none for mentions.
    pub options: Vec<String>,
    /// What it can harm.
    pub impact: Impact,
    /// How much it matters, where no fact of etcd's decides that: only with the check `policy`.
    pub severity: Option<Severity>,
    /// The function that finds it, a name of [`super::CHECKS`].
    pub check: String,
    /// Only for members that set one of these options.
    pub if_set: Vec<String>,
    /// Only where the value of that option is such.
    pub if_value: Option<ValueCondition>,
    /// Only for members that set none of these options.
    pub unless_set: Vec<String>,
    /// Only a value that meets this counts as setting one of them; so does one that is decided elsewhere.
    pub unless_value: Option<ValueCondition>,
    /// Only for members that get their options in that way.
    pub delivery: Option<RuleDelivery>,
    /// What the new release does, where the check does not say it itself.
    pub does: Option<String>,
    /// What keeps the old behaviour, as a fix that is never applied unasked.
    pub keep: Option<Keep>,
    /// Whether writing the old default down keeps it; not where the new release refuses it.
    pub pin: bool,
    /// What etcd does and why that matters.
    pub why: String,
    /// What to write instead.
    pub instead: String,
    /// `path:line@tag` in etcd's repository; of a rule of one's own any text or page.
    pub sources: Vec<String>,
    /// Input and rewrite; tests and documentation at once.
    pub examples: Vec<Example>,
}

impl Rule {
    /// Whether the new release is one in which it matters.
    #[must_use]
    pub fn matters_at(&self, to: Release) -> bool {
        self.begins <= to && self.ends.is_none_or(|end| to < end)
    }

    /// Whether the upgrade passes the point where it begins to matter, and it still does at the new release.
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
    /// The file's name, which hints at its surface.
    pub file: String,
    /// The running release.
    pub from: Option<Version>,
    /// The release to go to.
    pub to: Version,
    /// The text.
    pub before: String,
    /// Whether the rule finds something in it, as it does unless the example shows what it is not about.
    pub finds: bool,
    /// The text after `fix`; the same text when there is nothing that may be applied unasked.
    pub after: String,
}
