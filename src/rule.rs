//! ADVICE: what changed between releases and what to do about it, read from `rules/<minor>.toml`.
//!
//! A rule states what is wrong and what to write; consequence, severity and `when` are derived from the facts. A rule
//! never sees text or bytes: it is given members and returns [`Finding`]s.

pub mod api_prefix;
pub mod behaviour;
pub mod ca_file;
mod case;
pub mod compaction;
mod debug_level;
pub mod default_changed;
mod definition;
mod empty_name;
pub mod endpoint;
mod etcdctl;
mod file;
mod finding;
pub mod key_begins_to_count;
pub mod log_level;
pub mod log_output;
mod pattern;
mod policy;
pub mod shadowed_variable;
mod upgrade_context;
mod value_condition;

pub use case::{Case, Check, MentionCase};
pub use definition::{Example, Keep, Rule, RuleDelivery};
pub use file::{OWN_CHECKS, RuleError};
pub use finding::{Finding, Subject};
pub use pattern::{Pattern, PatternError};
pub use upgrade_context::{UpgradeContext, refused_message};
pub use value_condition::ValueCondition;

use crate::facts::catalogue::Catalogue;
use crate::source::Source;
use file::{Origin, RuleFile};

/// The built-in advice: path and text of every `rules/<minor>.toml`, oldest first. `build.rs` finds them.
pub const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/advice.rs"));

/// The JSON Schema of a file of rules.
pub const SCHEMA: &str = include_str!("../schemas/rules.schema.json");

/// All rules, checked against the facts.
#[derive(Debug)]
pub struct Rules {
    rules: Vec<(Rule, Check)>,
}

impl Rules {
    /// Returns the built-in rules.
    ///
    /// # Errors
    /// Returns an error only if a file below `rules/` is damaged, which a test rules out.
    pub(crate) fn built_in(catalogue: &Catalogue, parsed: BuiltInRules) -> Result<Self, RuleError> {
        let mut rules = Self { rules: Vec::new() };
        for file in parsed.0 {
            file.add_to(&mut rules.rules, &CHECKS, catalogue, Origin::BuiltIn)?;
        }
        Ok(rules)
    }

    /// Adds an organisation's own rules, one file. After an error some may have been added.
    ///
    /// # Errors
    /// Returns an error if the file has another form, or names what does not exist; with the place.
    pub fn add_own(
        &mut self,
        catalogue: &Catalogue,
        file: &Source,
        is_taken: &dyn Fn(&str) -> bool,
    ) -> Result<(), RuleError> {
        let parsed = RuleFile::parse(file.clone())?;
        let origin = Origin::Own { is_taken };
        parsed.add_to(&mut self.rules, &CHECKS, catalogue, origin)
    }

    /// Returns every rule with its check, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = (&Rule, Check)> {
        self.rules.iter().map(|(rule, check)| (rule, *check))
    }

    /// Returns the rule of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.iter().map(|(rule, _)| rule).find(|rule| rule.id == id)
    }
}

/// Returns the built-in rules, parsed and not yet checked: parsing needs no facts.
pub(crate) struct BuiltInRules(Vec<RuleFile>);

impl BuiltInRules {
    pub(crate) fn parse() -> Result<Self, RuleError> {
        let files = BUILT_IN.iter();
        let files = files.map(|(file, text)| RuleFile::parse(Source::new(*file, *text)));
        Ok(Self(files.collect::<Result<_, _>>()?))
    }
}

/// Every check that a rule may name.
pub const CHECKS: [(&str, Check); 17] = [
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
    ("debug-level", Check::Member(debug_level::check)),
    ("empty-name", Check::Member(empty_name::check)),
    ("endpoint", Check::Mention(endpoint::gone)),
    ("probe", Check::Mention(endpoint::not_yet_served)),
    ("etcdctl", Check::Mention(etcdctl::check)),
    ("compaction-retention", Check::Member(compaction::check)),
    ("log-output", Check::Member(log_output::check)),
    ("ca-file", Check::Member(ca_file::check)),
    ("default-changed", Check::Member(default_changed::check)),
    ("api-prefix", Check::Mention(api_prefix::check)),
];
