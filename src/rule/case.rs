//! The arguments of checks.

use super::definition::Rule;
use super::finding::Finding;
use super::upgrade_context::UpgradeContext;
use crate::facts::catalogue::{Catalogue, EtcdOption};
use crate::facts::version::Upgrade;
use crate::member::{Member, Mention};

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

/// The arguments of a check of a member.
pub struct Case<'a> {
    /// The rule that names the check.
    pub rule: &'a Rule,
    /// The facts.
    pub catalogue: &'a Catalogue,
    /// The upgrade.
    pub upgrade: Upgrade,
    /// The member.
    pub member: &'a Member,
}

impl Case<'_> {
    /// Returns the facts for this upgrade.
    #[must_use]
    pub fn context(&self) -> UpgradeContext<'_> {
        UpgradeContext {
            catalogue: self.catalogue,
            upgrade: self.upgrade,
        }
    }
}

/// The arguments of a check of a mention.
pub struct MentionCase<'a> {
    /// The rule that names the check.
    pub rule: &'a Rule,
    /// The facts.
    pub catalogue: &'a Catalogue,
    /// The upgrade.
    pub upgrade: Upgrade,
    /// The mention.
    pub mention: &'a Mention,
}

/// Returns the settings of the option, overridden ones too, that have the same name as the effective one; all have to
/// change with it.
///
/// Returns `None` if a key is also written in another case: which one is effective would change with the name.
pub(super) fn namesakes(case: &Case<'_>, live: usize, option: &EtcdOption) -> Option<Vec<usize>> {
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

/// The note if [`namesakes`] returns `None`.
pub(super) fn several_cases(option: &EtcdOption) -> String {
    format!(
        "no fix: `{}` is set twice, in different case; delete the one that has no effect",
        option.name
    )
}
