//! The options of the logger capnslog, which `log-level` replaces.

use super::{Case, Finding, Subject, refused_message};
use crate::diagnostic::{Consequence, Severity};
use crate::edit::Applicability;
use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::EtcdOption;
use crate::facts::go_value::parse_bool;
use crate::member::{Action, NewValue, Setting, Value};
use crate::server::effective::{flag_text, is_decided_by_other_file};

/// Finds `debug`, `log-package-levels` and the logger capnslog; one fix replaces all of them.
pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    // If the member is given another configuration file, that file decides what is read.
    if !case.rule.matters_at(case.upgrade.to)
        || is_decided_by_other_file(case.catalogue, case.member, case.upgrade.to)
    {
        return Vec::new();
    }
    let Some(log_level) = case.catalogue.option("log-level") else {
        return Vec::new();
    };
    let concerned: Vec<(usize, Consequence, String)> = case
        .member
        .live()
        .filter_map(|(index, setting)| {
            let (consequence, message) = what_happens(case, setting)?;
            Some((index, consequence, message))
        })
        .collect();
    let mut fix = fix(case, log_level);
    let does = |behaviour, release| case.catalogue.does(behaviour, release);
    let opens = fix.is_debug
        && does(Behaviour::LogLevelDebugServesProfiles, case.upgrade.to)
        && case.context().running().is_some_and(|running| {
            running < case.rule.begins && !does(Behaviour::DebugServesProfiles, running)
        });
    if opens {
        fix.applicability = Applicability::Unsafe;
    }
    let gone = case.rule.begins.line();
    concerned
        .iter()
        .map(|(index, consequence, message)| {
            let setting = &case.member.settings[*index];
            let mut finding = Finding::new(
                case.rule,
                Subject::Setting(*index),
                *consequence,
                message.clone(),
            );
            let on = flag_text(&setting.value).and_then(|text| parse_bool(&text));
            if *consequence != Consequence::Refused
                && setting.gives(case.catalogue, "debug")
                && on == Some(false)
            {
                finding.severity = Some(Severity::Note);
            }
            let option = setting.option_in(case.catalogue);
            finding.option = option.map(|option| option.name.clone());
            finding.title = if is_capnslog(case, setting) {
                format!("the logger capnslog is removed in etcd {gone}")
            } else {
                format!("`{}` is removed in etcd {gone}", setting.name)
            };
            // Only `debug` itself also serves profiles there.
            let serves = |release| fix.is_debug && does(Behaviour::DebugServesProfiles, release);
            let accepts = |release| log_level.accepts(setting.spelling, release);
            finding.when = case.context().when(
                |release| release < case.rule.begins,
                |release| fix.only_deletes || accepts(release) && !serves(release),
            );
            if let (Some((_, why)), Some(running)) = (&mut finding.when, case.context().running())
                && accepts(running)
                && serves(running)
            {
                *why = format!(
                    "{} serves /debug/pprof/ with `debug`, and not with the new form",
                    case.context().shown(running)
                );
            }
            finding.actions.clone_from(&fix.actions);
            finding.applicability = fix.applicability;
            finding.instead = instead(case, log_level, setting);
            finding.fix_title = match (fix.only_deletes, fix.takes_zap) {
                (true, _) => "Delete it: it needs no replacement".to_owned(),
                (false, true) => "Replace it with `log-level` and the logger zap".to_owned(),
                (false, false) => "Replace it with `log-level`".to_owned(),
            };
            if fix.actions.is_empty() {
                let note = "no fix: one of the values is set elsewhere";
                finding.notes.push(note.to_owned());
            }
            if opens && !fix.actions.is_empty() {
                let note = "not safe: the new form also serves /debug/pprof/ on the client URLs";
                finding.notes.push(note.to_owned());
            }
            if fix.loses_levels {
                finding.notes.push(
                    "zap has one level for all packages; the levels of single packages are lost"
                        .to_owned(),
                );
            }
            if concerned.len() > 1 && !fix.actions.is_empty() {
                finding.notes.push(
                    "one fix replaces all options of the old logger: together they set one level"
                        .to_owned(),
                );
            }
            finding
        })
        .collect()
}

/// Returns what to write for one of the settings.
fn instead(case: &Case<'_>, log_level: &EtcdOption, setting: &Setting) -> String {
    let spelling = setting.spelling;
    if is_capnslog(case, setting) {
        return spelling.assignment(&setting.name, "zap");
    }
    let name = log_level.spelled(spelling, case.upgrade.to);
    let name = name.unwrap_or_default();
    if !setting.gives(case.catalogue, "debug") {
        return format!(
            "use {}, one level for all packages",
            spelling.written(&name)
        );
    }
    match flag_text(&setting.value).and_then(|text| parse_bool(&text)) {
        Some(false) => "delete it: false is the default".to_owned(),
        _ => spelling.assignment(&name, "debug"),
    }
}

/// Returns what the new release does with a setting of the old logger.
fn what_happens(case: &Case<'_>, setting: &Setting) -> Option<(Consequence, String)> {
    if is_capnslog(case, setting) {
        let line = crate::server::startup::removed_capnslog(case.catalogue);
        let message = refused_message(&case.context().to(), &line);
        return Some((Consequence::Refused, message));
    }
    let is_old = setting.gives(case.catalogue, "debug")
        || setting.gives(case.catalogue, "log-package-levels");
    if !is_old || setting.is_blank() {
        return None;
    }
    case.context().refusal(setting)
}

fn is_capnslog(case: &Case<'_>, setting: &Setting) -> bool {
    setting.gives(case.catalogue, "logger") && setting.value.text() == Some("capnslog")
}

struct LogLevelFix {
    actions: Vec<Action>,
    applicability: Applicability,
    loses_levels: bool,
    /// The level becomes that of `debug`.
    is_debug: bool,
    /// Nothing replaces them.
    only_deletes: bool,
    takes_zap: bool,
}

/// Replaces all of them at once; returns no actions if a value is set elsewhere.
fn fix(case: &Case<'_>, log_level: &EtcdOption) -> LogLevelFix {
    let mut fix = LogLevelFix {
        actions: Vec::new(),
        applicability: Applicability::Safe,
        loses_levels: false,
        is_debug: false,
        only_deletes: false,
        takes_zap: false,
    };
    let member = case.member;
    let live = |option: &str| {
        let mut live = member.live();
        live.find(|(_, setting)| setting.gives(case.catalogue, option) && !setting.is_blank())
    };
    let debug = live("debug");
    let is_debug = match debug {
        None => false,
        Some((_, setting)) => match flag_text(&setting.value).and_then(|text| parse_bool(&text)) {
            Some(is_debug) => is_debug,
            None => return fix,
        },
    };
    let uses_zap = live("logger").is_some_and(|(_, setting)| setting.value.text() == Some("zap"));
    if let Some((_, levels)) = live("log-package-levels") {
        if matches!(levels.value, Value::Unknown(_)) {
            return fix;
        }
        // With zap the levels of packages are not read: embed/config_logging.go:108@v3.4.45.
        fix.loses_levels = !uses_zap;
    }
    let mut renamed = None;
    fix.is_debug = is_debug;
    if is_debug {
        let value = NewValue::Text("debug".to_owned());
        match (live("log-level"), debug) {
            (Some((setting, _)), _) => fix.actions.push(Action::SetValue { setting, value }),
            (None, Some((setting, written))) => {
                let Some(to) = log_level.spelled(written.spelling, case.upgrade.to) else {
                    return fix;
                };
                fix.actions.push(Action::Rename { setting, to });
                fix.actions.push(Action::SetValue { setting, value });
                renamed = Some(setting);
            }
            (None, None) => {}
        }
    }
    for (setting, written) in member.settings.iter().enumerate() {
        let is_removed = written.gives(case.catalogue, "debug")
            || written.gives(case.catalogue, "log-package-levels");
        if is_removed && !written.is_blank() && renamed != Some(setting) {
            fix.actions.push(Action::Remove { setting });
        } else if is_capnslog(case, written) {
            let value = NewValue::Text("zap".to_owned());
            fix.actions.push(Action::SetValue { setting, value });
            fix.applicability = Applicability::Unsafe;
            fix.takes_zap = true;
        }
    }
    if fix.loses_levels {
        fix.applicability = Applicability::Unsafe;
    }
    let deletes = |action: &Action| matches!(action, Action::Remove { .. });
    fix.only_deletes = fix.actions.iter().all(deletes);
    fix
}
