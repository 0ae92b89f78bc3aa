//! An option that is not set, and whose default differs between the releases.

use super::{Case, Finding, Outlook, Subject, behaviour};
use crate::catalogue::{Catalogue, EtcdOption};
use crate::diagnostic::Consequence;
use crate::edit::Applicability;
use crate::setting::{Action, Delivery, Member, Value};

/// Finds members that leave an option of the rule to its default.
pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    let Some(from) = case.upgrade.from else {
        return Vec::new();
    };
    if !case.upgrade.crosses(case.rule.begins) || !case.member.says_everything() {
        return Vec::new();
    }
    if behaviour::concerned(case.catalogue, case.member, case.rule).is_none() {
        return Vec::new();
    }
    let options = case.rule.options.iter();
    options
        .filter_map(|name| case.catalogue.option(name))
        .filter_map(|option| {
            let in_file = case.member.delivery == Delivery::ConfigFile;
            let old = option.default_at(from, in_file);
            let new = option.default_at(case.upgrade.to, in_file);
            let unset = unset(case.catalogue, case.member, option)?;
            finding(case, option, old, new, unset)
        })
        .collect()
}

/// How an option is left to its default.
enum Unset {
    /// It is not written.
    Absent,
    /// It is written with the value that stands for the default.
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
        // A server replaces 0 by its default: etcdserver/server.go:293@v3.4.0.
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
    let outlook = Outlook {
        catalogue: case.catalogue,
        upgrade: case.upgrade,
    };
    let from = outlook.shown(case.upgrade.from?);
    let how = match unset {
        Unset::Zero(_) => "is 0, which stands for the default",
        Unset::Absent | Unset::Null(_) => "is not set",
    };
    let message = if old == new {
        let passed = option.default_at(
            case.rule.begins,
            case.member.delivery == Delivery::ConfigFile,
        );
        if passed == new {
            // The release that only restores the default says nothing beside the one that changed it.
            return None;
        }
        format!(
            "`{}` {how}: {from} and {} use {new}, the releases between change it ({} has {passed})",
            option.name,
            outlook.to(),
            outlook.shown(case.rule.begins),
        )
    } else {
        format!(
            "`{}` {how}: {from} used {}, {} uses {}",
            option.name,
            shown(old),
            outlook.to(),
            shown(new)
        )
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
    finding.fix_title = format!("Pin the default of {from}: `{}` {old}", option.name);
    let in_file = case.member.delivery == Delivery::ConfigFile;
    let has = |release| {
        if in_file {
            option.key_at(release).is_some()
        } else {
            option.exists_at(release)
        }
    };
    finding.when = outlook.when(|_| true, has);
    Some(finding)
}

/// A default in words.
fn shown(default: &str) -> &str {
    if default.is_empty() {
        "nothing"
    } else {
        default
    }
}
