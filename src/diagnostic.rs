//! A finding with its place in the file, its consequence and its severity.

use serde::Deserialize;

use crate::edit::{Fix, When};
use crate::facts::catalogue::Spelling;
use crate::facts::version::Release;
use crate::source::Span;

/// What happens on the new release. Derived from the facts, never set in a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// etcd exits.
    Refused,
    /// The setting is silently ignored.
    Dropped,
    /// The setting is ignored; etcd prints a warning and continues.
    DroppedWithWarning,
    /// The text is the same, the behaviour is not.
    Changed,
    /// The option is not set, and the default differs.
    DefaultChanged,
    /// The option works, and is deprecated.
    Deprecated,
    /// A path, metric, command or image no longer exists.
    Unreachable,
    /// Nothing: the finding is about the file, not about etcd.
    Advice,
}

impl Consequence {
    /// Returns the word used in reports.
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

/// What a change can harm.
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
    /// Returns the word used in rules, and its meaning.
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

/// How much a finding matters, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// For information.
    Note,
    /// Check this before the upgrade.
    Warning,
    /// The upgrade breaks or loses something.
    Error,
}

impl Severity {
    /// Returns the severity that follows from a consequence and from what it can harm.
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

    /// Returns the word used in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The lowest severity that makes a run fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum Threshold {
    /// Errors only.
    Error,
    /// Errors and warnings.
    #[default]
    Warning,
    /// Every finding.
    Note,
    /// No finding.
    Never,
}

impl Threshold {
    /// Returns whether a finding of that severity is at or above the threshold.
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

/// One finding with its place in the file and its fix, if there is one.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule's id.
    pub rule: String,
    /// What happens.
    pub consequence: Consequence,
    /// How much it matters.
    pub severity: Severity,
    /// The problem, in one line.
    pub title: String,
    /// What etcd does, in its own words if it has any.
    pub message: String,
    /// What to write instead.
    pub instead: String,
    /// More to know: why there is no fix, what decides.
    pub notes: Vec<String>,
    /// When the change may be made, and why then.
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
    /// The release in which it begins to matter, if the facts name one.
    pub since: Option<Release>,
    /// Where this is documented: `path:line@tag` in etcd's repository, or a page.
    pub docs: Vec<String>,
    /// The fix, if there is one.
    pub fix: Option<Fix>,
    /// The settings that the fix may change.
    pub touches: Vec<ChangedSetting>,
}

impl Diagnostic {
    /// Creates a finding that concerns no option and has no texts and no fix.
    #[must_use]
    pub fn advice(rule: &str, severity: Severity, span: Span) -> Self {
        Self {
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
            about: String::new(),
            since: None,
            docs: Vec::new(),
            fix: None,
            touches: Vec::new(),
        }
    }
}

/// A setting that a fix may change, under its old or its new name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedSetting {
    /// The member, by its index in the reading.
    pub member: usize,
    /// How the setting is written.
    pub spelling: Spelling,
    /// Its name in that spelling.
    pub name: String,
    /// Whether the setting is removed under that name.
    pub removed: bool,
}
