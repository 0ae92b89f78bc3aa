//! A list of names whose only name is empty, which restricts to nobody.

use super::case::{namesakes, several_cases};
use super::{Case, Finding, Subject};
use crate::diagnostic::Consequence;
use crate::edit::Applicability;
use crate::facts::catalogue::{EtcdOption, KeyType};
use crate::member::Action;
use crate::server::effective::Effective;

/// Finds empty values that the running release reads as no restriction, and the new release as a list of one empty name.
pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    if !case.rule.is_passed_by(case.upgrade) {
        return Vec::new();
    }
    let effective = Effective::new(case.catalogue, case.member, case.upgrade.to);
    let options = case.rule.options.iter();
    let options = options.filter_map(|name| effective.option(name));
    options
        .filter(|option| option.key_type_at(case.upgrade.to) == KeyType::List)
        .filter_map(|option| {
            let names = effective.listed(&option.name)?;
            let is_nobody = !names.is_empty() && names.iter().all(String::is_empty);
            let setting = effective.set(&option.name)?.setting;
            is_nobody.then(|| finding(case, option, setting))
        })
        .collect()
}

fn finding(case: &Case<'_>, option: &EtcdOption, setting: usize) -> Finding {
    let does = case.rule.does.as_deref().unwrap_or_default();
    let context = case.context();
    let message = format!("{} {does}", context.to());
    let subject = Subject::Setting(setting);
    let mut finding = Finding::new(case.rule, subject, Consequence::Changed, message);
    finding.option = Some(option.name.clone());
    match namesakes(case, setting, option) {
        Some(all) => {
            let remove = |setting| Action::Remove { setting };
            finding.actions = all.into_iter().map(remove).collect();
            finding.when = context.when(|_| true, |_| true);
            finding.fix_title = "Delete it: without it no name is required".to_owned();
            // Without the running release, nobody knows that it turns no one away now.
            finding.applicability = if case.upgrade.from.is_some() {
                Applicability::Safe
            } else {
                Applicability::Unsafe
            };
        }
        None => finding.notes.push(several_cases(option)),
    }
    finding
}
