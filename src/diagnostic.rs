//! What the tool says: consequence, severity, and the finding with its place in the file.

use serde::Deserialize;

use crate::edit::{Fix, When};
use crate::facts::catalogue::Spelling;
use crate::facts::version::Release;
use crate::source::Span;

/// What happens on the new release. Derived from the facts, never written in a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// etcd exits.
    Refused,
    /// The setting is lost without a word.
    Dropped,
    /// The setting is lost; etcd prints a warning and goes on.
    DroppedWithWarning,
    /// The same text, other behaviour.
    Changed,
    /// Not set, and the default differs.
    DefaultChanged,
    /// Works, and is announced to go.
    Deprecated,
    /// A path, metric, command or image that is no longer there.
    Unreachable,
    /// Nothing: the finding is about the file, not about etcd.
    Advice,
}

impl Consequence {
    /// The word used in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Dropped => "dropped",
            Self::DroppedWithWarning => "dropped-with-warning",
            Self::Changed => "changed",
            Self::DefaultChanged => "default-changed",
            Self::Deprecated => "deprecated",
            Self::Unreachable => "unreachable",
            Self::Advice => "advice",
        }
    }
}

/// What a change can do harm to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Impact {
    /// Who may connect or read.
    Security,
    /// Whether the member starts and serves.
    Availability,
    /// Memory, disk, speed.
    Capacity,
    /// Nothing that runs.
    #[default]
    None,
}

impl Impact {
    /// The word used in rules, and what it means.
    #[must_use]
    pub fn in_words(self) -> (&'static str, &'static str) {
        match self {
            Self::Security => ("security", "who may connect or read"),
            Self::Availability => ("availability", "whether the member starts and serves"),
            Self::Capacity => ("capacity", "memory, disk, speed"),
            Self::None => ("none", "nothing that runs"),
        }
    }
}

/// How much a finding matters. Ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// To be looked at before the upgrade.
    Warning,
    /// The upgrade breaks or loses something.
    Error,
}

impl Severity {
    /// The severity that follows from a consequence and from what it can harm.
    #[must_use]
    pub fn of(consequence: Consequence, impact: Impact) -> Self {
        let grave = matches!(impact, Impact::Security | Impact::Availability);
        match consequence {
            Consequence::Refused
            | Consequence::Dropped
            | Consequence::DroppedWithWarning
            | Consequence::Unreachable => Self::Error,
            Consequence::Changed if grave => Self::Error,
            Consequence::Changed | Consequence::Deprecated => Self::Warning,
            Consequence::DefaultChanged if grave => Self::Warning,
            Consequence::DefaultChanged | Consequence::Advice => Self::Note,
        }
    }

    /// The word used in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The least severity that makes a run fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum Threshold {
    /// Only what the upgrade breaks or loses.
    Error,
    /// Also what has to be looked at.
    #[default]
    Warning,
    /// Everything.
    Note,
    /// Nothing.
    Never,
}

impl Threshold {
    /// Whether a finding of that severity is at or above the threshold.
    #[must_use]
    pub fn is_reached(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Note => true,
            Self::Never => false,
        }
    }
}

/// One finding with its place in the file and, where one is known, its fix.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule's id.
    pub rule: String,
    /// What happens.
    pub consequence: Consequence,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub title: String,
    /// What etcd does about it, in its own words where it has any.
    pub message: String,
    /// What to write instead.
    pub instead: String,
    /// What else to know: why there is no fix, what decides.
    pub notes: Vec<String>,
    /// When the change may go in, and why then.
    pub when: Option<(When, String)>,
    /// The option, by its catalogue name.
    pub option: Option<String>,
    /// How it is written.
    pub spelling: Option<Spelling>,
    /// The value as written.
    pub value: Option<String>,
    /// Where, in the file.
    pub span: Span,
    /// What it is about, without its place: the setting as it is spelled and the member's name, or the text mentioned.
    pub about: String,
    /// The release in which it begins to matter, where the facts say one.
    pub since: Option<Release>,
    /// Where this is documented: `path:line@tag` in etcd's repository, or a page.
    pub docs: Vec<String>,
    /// What would mend it.
    pub fix: Option<Fix>,
    /// The settings that the fix may change.
    pub touches: Vec<ChangedSetting>,
}

/// A setting that a fix may change, by the name it had or gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedSetting {
    /// The member, by its index in the reading.
    pub member: usize,
    /// How the setting is written.
    pub spelling: Spelling,
    /// Its name in that spelling.
    pub name: String,
    /// Whether it is no longer there under that name.
    pub goes: bool,
}
