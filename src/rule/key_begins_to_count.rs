//! A key that the running release ignores although it has the option, and that the new release reads.

use super::{Case, Finding, Subject};
use crate::diagnostic::Consequence;
use crate::edit::Applicability;
use crate::facts::catalogue::Spelling;
use crate::member::Action;
use crate::server::effective::reads_files;

/// Finds keys of the rule's options that take effect with the new release.
pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    let Some(from) = case.upgrade.from else {
        return Vec::new();
    };
    if !reads_files(case.catalogue, from) {
        return Vec::new();
    }
    let context = case.context();
    let live = case.member.live();
    live.filter(|(_, setting)| setting.spelling == Spelling::Key && !setting.is_blank())
        .filter_map(|(index, setting)| {
            let option = setting.option_in(case.catalogue)?;
            let takes_effect = case.rule.options.contains(&option.name)
                && option.exists_at(from)
                && option.key_at(from).is_none()
                && option.key_at(case.upgrade.to).is_some();
            if !takes_effect {
                return None;
            }
            let message = format!(
                "{} silently ignores this key; {} reads it",
                context.shown(from),
                context.to()
            );
            let mut finding = Finding::new(
                case.rule,
                Subject::Setting(index),
                Consequence::Changed,
                message,
            );
            finding.option = Some(option.name.clone());
            finding.since = case
                .catalogue
                .lines()
                .map(|(_, first, _)| first)
                .find(|first| option.key_at(*first).is_some());
            finding.title = format!("`{}` begins to take effect", setting.name);
            let settings = case.member.settings.iter().enumerate();
            finding.actions = settings
                .filter(|(_, other)| {
                    other.spelling == Spelling::Key && other.gives(case.catalogue, &option.name)
                })
                .map(|(setting, _)| Action::Remove { setting })
                .collect();
            finding.applicability = Applicability::Unsafe;
            "Delete it: it has had no effect".clone_into(&mut finding.fix_title);
            Some(finding)
        })
        .collect()
}
