//! ADVICE: what changed between releases and what to do about it, read from `rules/<minor>.toml`.
//!
//! A rule says what is wrong and what to write; what follows from it (consequence, severity, when) is derived from the
//! facts. A rule never sees text or bytes: it is given members and answers with [`Finding`]s.

pub mod api_prefix;
pub mod behaviour;
pub mod ca_file;
pub mod compaction;
pub mod default_changed;
pub mod endpoint;
mod etcdctl;
mod file;
mod finding;
pub mod key_begins_to_count;
pub mod log_level;
pub mod log_output;
mod outlook;
mod pattern;
mod policy;
pub mod shadowed_variable;
mod value_condition;

use serde::Deserialize;

pub use file::{OWN_CHECKS, RuleError};
pub use finding::{Finding, Subject};
pub use outlook::{Outlook, refused_message};
pub use pattern::{Pattern, PatternError};
pub use value_condition::ValueCondition;

use crate::diagnostic::{Impact, Severity};
use crate::facts::catalogue::{Catalogue, EtcdOption};
use crate::facts::version::{Release, Upgrade, Version};
use crate::member::{Member, Mention};
use crate::source::Source;
use file::{Origin, RuleFile};

/// The advice the tool is built with: path and text of every `rules/<minor>.toml`, oldest first. `build.rs` finds them.
pub const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/advice.rs"));

/// The JSON Schema of a file of rules.
pub const SCHEMA: &str = include_str!("../schemas/rules.schema.json");

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
    /// The function that finds it, a name of [`CHECKS`].
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

/// All rules, checked against the facts.
#[derive(Debug)]
pub struct Rules {
    rules: Vec<(Rule, Check)>,
}

impl Rules {
    /// The rules the tool is built with.
    ///
    /// # Errors
    /// Only when a file below `rules/` is damaged, which a test rules out.
    pub(crate) fn built_in(catalogue: &Catalogue, parsed: BuiltInRules) -> Result<Self, RuleError> {
        let mut rules = Self { rules: Vec::new() };
        for file in parsed.0 {
            rules.add(catalogue, file, Origin::BuiltIn)?;
        }
        Ok(rules)
    }

    /// Adds rules of an organisation's own, one file. On an error some may have been added.
    ///
    /// # Errors
    /// When the file is not of that shape, or names what does not exist; with the place.
    pub fn add_own(
        &mut self,
        catalogue: &Catalogue,
        file: &Source,
        is_taken: &dyn Fn(&str) -> bool,
    ) -> Result<(), RuleError> {
        let parsed = RuleFile::parse(file.clone())?;
        self.add(catalogue, parsed, Origin::Own { is_taken })
    }

    /// Every rule with its check, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = (&Rule, Check)> {
        self.rules.iter().map(|(rule, check)| (rule, *check))
    }

    /// The rule of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.iter().map(|(rule, _)| rule).find(|rule| rule.id == id)
    }
}

/// The rules the tool is built with, parsed and not yet checked: parsing needs no facts.
pub(crate) struct BuiltInRules(Vec<RuleFile>);

impl BuiltInRules {
    pub(crate) fn parse() -> Result<Self, RuleError> {
        let files = BUILT_IN.iter();
        let files = files.map(|(file, text)| RuleFile::parse(Source::new(*file, *text)));
        Ok(Self(files.collect::<Result<_, _>>()?))
    }
}

/// What a check looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// One member.
    Member(fn(&Case<'_>) -> Vec<Finding>),
    /// One mention.
    Mention(fn(&MentionCase<'_>) -> Option<Finding>),
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Member(_) => "Member",
            Self::Mention(_) => "Mention",
        })
    }
}

/// Every check that a rule may name.
pub const CHECKS: [(&str, Check); 14] = [
    ("policy", Check::Member(policy::check)),
    ("behaviour-changed", Check::Member(behaviour::check)),
    ("read-otherwise", Check::Member(behaviour::read_otherwise)),
    ("accepted-until", Check::Member(behaviour::accepted_until)),
    (
        "key-begins-to-count",
        Check::Member(key_begins_to_count::check),
    ),
    ("shadowed-variable", Check::Member(shadowed_variable::check)),
    ("log-level", Check::Member(log_level::check)),
    ("endpoint", Check::Mention(endpoint::check)),
    ("etcdctl", Check::Mention(etcdctl::check)),
    ("compaction-retention", Check::Member(compaction::check)),
    ("log-output", Check::Member(log_output::check)),
    ("ca-file", Check::Member(ca_file::check)),
    ("default-changed", Check::Member(default_changed::check)),
    ("api-prefix", Check::Mention(api_prefix::check)),
];

/// What a check of a member is given.
pub struct Case<'a> {
    /// The rule that asks.
    pub rule: &'a Rule,
    /// The facts.
    pub catalogue: &'a Catalogue,
    /// From where to where.
    pub upgrade: Upgrade,
    /// The member.
    pub member: &'a Member,
}

impl Case<'_> {
    /// The facts seen from this upgrade.
    #[must_use]
    pub fn outlook(&self) -> Outlook<'_> {
        Outlook {
            catalogue: self.catalogue,
            upgrade: self.upgrade,
        }
    }
}

/// What a check of a mention is given.
pub struct MentionCase<'a> {
    /// The rule that asks.
    pub rule: &'a Rule,
    /// The facts.
    pub catalogue: &'a Catalogue,
    /// From where to where.
    pub upgrade: Upgrade,
    /// The mention.
    pub mention: &'a Mention,
}

/// The settings of the option, dead duplicates too, that go by the live one's name; all have to change with it.
///
/// None where a key is also written in another case: which one wins would change with the name.
fn namesakes(case: &Case<'_>, live: usize, option: &EtcdOption) -> Option<Vec<usize>> {
    let settings = &case.member.settings;
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let wanted = settings.get(live)?;
    let mut found = Vec::new();
    for (index, setting) in settings.iter().enumerate() {
        if setting.spelling != wanted.spelling || !setting.gives(case.catalogue, &option.name) {
            continue;
        }
        if last(&setting.name) != last(&wanted.name) {
            return None;
        }
        found.push(index);
    }
    Some(found)
}

/// What is said where [`namesakes`] has none.
fn several_cases(option: &EtcdOption) -> String {
    format!(
        "no fix: `{}` is written twice, in different case; delete the one that does not count",
        option.name
    )
}
