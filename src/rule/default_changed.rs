//! An option that is not set, and whose default differs between the releases.

use std::borrow::Cow;

use super::{Case, Finding, Subject, behaviour};
use crate::diagnostic::Consequence;
use crate::edit::Applicability;
use crate::facts::catalogue::{Catalogue, EtcdOption};
use crate::member::{Action, Delivery, Member, Value};
use crate::server::effective::is_whole_configuration;

/// Finds members that leave an option of the rule to its default.
pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    let Some(from) = case.upgrade.from else {
        return Vec::new();
    };
    if !case.rule.is_passed_by(case.upgrade)
        || !is_whole_configuration(case.catalogue, case.member, case.upgrade.to)
    {
        return Vec::new();
    }
    if behaviour::concerned(case).is_none() {
        return Vec::new();
    }
    let options = case.rule.options.iter();
    let findings = options
        .filter_map(|name| case.catalogue.option(name))
        .filter_map(|option| {
            let in_file = case.member.delivery == Delivery::ConfigFile;
            let old = option.default_at(from, in_file);
            let new = option.default_at(case.upgrade.to, in_file);
            let unset = unset(case.catalogue, case.member, option)?;
            finding(case, option, old, new, unset)
        })
        .collect();
    joined(findings)
}

/// Makes one finding for all options that are left out, if none of them can be fixed alone.
fn joined(findings: Vec<Finding>) -> Vec<Finding> {
    let (left_out, mut others): (Vec<Finding>, Vec<Finding>) = findings
        .into_iter()
        .partition(|finding| finding.subject == Subject::Member && finding.actions.is_empty());
    let messages: Vec<&str> = left_out
        .iter()
        .map(|finding| finding.message.as_str())
        .collect();
    let message = messages.join("; ");
    if let Some(mut first) = left_out.into_iter().next() {
        first.message = message;
        others.insert(0, first);
    }
    others
}

/// How an option is left to its default.
enum Unset {
    /// It is not written.
    Absent,
    /// It is written with the value that means the default.
    Zero(usize),
    /// It is written without a value.
    Null(usize),
}

fn unset(catalogue: &Catalogue, member: &Member, option: &EtcdOption) -> Option<Unset> {
    let mut live = member
        .live()
        .filter(|(_, setting)| setting.gives(catalogue, &option.name));
    match live.next() {
        None => Some(Unset::Absent),
        // A server replaces 0 by its default: etcdserver/server.go:744@v3.4.0.
        Some((index, setting))
            if option.zero_is_default
                && (setting.value == Value::Integer(0) || setting.value.text() == Some("0")) =>
        {
            Some(Unset::Zero(index))
        }
        Some((index, setting)) if setting.value == Value::Null => Some(Unset::Null(index)),
        Some(_) => None,
    }
}

fn finding(
    case: &Case<'_>,
    option: &EtcdOption,
    old: &str,
    new: &str,
    unset: Unset,
) -> Option<Finding> {
    let context = case.context();
    let in_file = case.member.delivery == Delivery::ConfigFile;
    let before = case.catalogue.line_before(case.rule.begins);
    let is_other_change =
        old != new && before.is_some_and(|before| option.default_at(before, in_file) != old);
    if is_other_change {
        // The rule of an earlier change reports it.
        return None;
    }
    let from = context.shown(case.upgrade.from?);
    let how = match unset {
        Unset::Zero(_) => "is 0, so the default applies",
        Unset::Absent | Unset::Null(_) => "is not set",
    };
    let message = if old == new {
        let passed = option.default_at(case.rule.begins, in_file);
        if passed == new {
            // A release that only restores the default is not reported beside the one that changed it.
            return None;
        }
        format!(
            "`{}` {how}: default is {} in {from} and {}, but {} in {} between them",
            option.name,
            quoted(new),
            context.to(),
            quoted(passed),
            context.shown(case.rule.begins),
        )
    } else {
        let (name, old, to) = (&option.name, quoted(old), context.to());
        if option.exists_at(case.upgrade.to) {
            let new = quoted(new);
            format!("`{name}` {how}: default changed from {old} ({from}) to {new} ({to})")
        } else {
            format!("`{name}` {how}: default was {old} ({from}), {to} does not have the option")
        }
    };
    let subject = match unset {
        Unset::Absent | Unset::Null(_) => Subject::Member,
        Unset::Zero(index) => Subject::Setting(index),
    };
    let mut finding = Finding::new(case.rule, subject, Consequence::DefaultChanged, message);
    finding.option = Some(option.name.clone());
    if old == new {
        return Some(finding);
    }
    if old.is_empty() || !case.rule.pin {
        return Some(finding);
    }
    finding.actions = match unset {
        Unset::Zero(setting) | Unset::Null(setting) => {
            let spelling = case.member.settings[setting].spelling;
            let value = behaviour::new_value(option, spelling, old, case.upgrade.to);
            vec![Action::SetValue { setting, value }]
        }
        Unset::Absent => behaviour::insertion(case, option, old)
            .into_iter()
            .collect(),
    };
    if finding.actions.is_empty() {
        return Some(finding);
    }
    finding.applicability = Applicability::Unsafe;
    finding.fix_title = format!("Set `{}` to {old}, the default of {from}", option.name);
    let has = |release| {
        if in_file {
            option.key_at(release).is_some()
        } else {
            option.exists_at(release)
        }
    };
    finding.when = context.when(|_| true, has);
    Some(finding)
}

/// Returns a default in quotes, unless it is one word or number.
fn quoted(default: &str) -> Cow<'_, str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if !default.is_empty() && default.chars().all(is_word) {
        Cow::Borrowed(default)
    } else {
        Cow::Owned(format!("\"{default}\""))
    }
}
