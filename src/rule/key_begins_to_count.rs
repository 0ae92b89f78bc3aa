//! A key or a variable that the running release ignores, and that the new release follows.

use super::{Case, Finding, Subject};
use crate::diagnostic::{Consequence, Severity};
use crate::edit::Applicability;
use crate::facts::catalogue::{EtcdOption, Spelling};
use crate::facts::version::Release;
use crate::member::{Action, Setting};
use crate::server::effective::{flag_text, is_decided_by_other_file, reads_files};

/// Finds keys and variables that take effect. What the rule does not name is only worth a note.
pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    let Some(from) = case.upgrade.from else {
        return Vec::new();
    };
    let live = case
        .member
        .live()
        .filter(|(_, setting)| !setting.is_blank());
    live.filter_map(|(index, setting)| {
        let option = setting.option_in(case.catalogue)?;
        takes_effect(case, setting, option, from).then(|| finding(case, index, option, from))
    })
    .collect()
}

fn takes_effect(case: &Case<'_>, setting: &Setting, option: &EtcdOption, from: Release) -> bool {
    let to = case.upgrade.to;
    let is_delivered = match setting.spelling {
        // The running release refuses a flag that it does not know.
        Spelling::Flag => false,
        Spelling::Key => reads_files(case.catalogue, from),
        Spelling::Variable => !is_decided_by_other_file(case.catalogue, case.member, to),
    };
    let accepts = |release| option.accepts(setting.spelling, release);
    if !is_delivered || accepts(from) || !accepts(to) {
        return false;
    }
    if case.rule.options.contains(&option.name) {
        return true;
    }
    let default = option.default_at(to, setting.spelling == Spelling::Key);
    let is_default = flag_text(&setting.value).as_deref() == Some(default);
    !is_default && !is_new_form(case, option, from)
}

/// Whether the option is what becomes of one that the running release has: then it is written for the new release.
fn is_new_form(case: &Case<'_>, option: &EtcdOption, from: Release) -> bool {
    let mut options = case.catalogue.options().iter();
    options.any(|old| {
        let new = old.replaced_by.as_ref().and_then(|it| it.option.as_ref());
        new == Some(&option.name) && old.exists_at(from)
    })
}

fn finding(case: &Case<'_>, index: usize, option: &EtcdOption, from: Release) -> Finding {
    let setting = &case.member.settings[index];
    let context = case.context();
    let message = format!(
        "{} silently ignores this {}; {} reads it",
        context.shown(from),
        setting.spelling.word(),
        context.to()
    );
    let subject = Subject::Setting(index);
    let mut finding = Finding::new(case.rule, subject, Consequence::Changed, message);
    finding.option = Some(option.name.clone());
    finding.since = case
        .catalogue
        .lines()
        .map(|(_, first, _)| first)
        .find(|first| option.accepts(setting.spelling, *first));
    finding.title = format!("`{}` begins to take effect", setting.name);
    if !case.rule.options.contains(&option.name) {
        // It may be written for the new release, by a fix too.
        finding.severity = Some(Severity::Note);
        return finding;
    }
    let settings = case.member.settings.iter().enumerate();
    finding.actions = settings
        .filter(|(_, other)| {
            other.spelling == setting.spelling && other.gives(case.catalogue, &option.name)
        })
        .map(|(setting, _)| Action::Remove { setting })
        .collect();
    finding.applicability = Applicability::Unsafe;
    "Delete it: it has had no effect".clone_into(&mut finding.fix_title);
    finding
}
