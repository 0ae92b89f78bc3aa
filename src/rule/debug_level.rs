//! The debug level, with which etcd serves profiles and requests on the client URLs.

use super::{Case, Finding, Subject};
use crate::diagnostic::{Consequence, Severity};
use crate::facts::behaviours::Behaviour;
use crate::facts::go_value::parse_bool;
use crate::member::Setting;
use crate::server::effective::{flag_text, is_decided_by_other_file};

/// Finds the setting with which the new release serves profiles, where the running one does not or asks another option.
pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    let (catalogue, to) = (case.catalogue, case.upgrade.to);
    if !case.rule.is_passed_by(case.upgrade)
        || !catalogue.does(Behaviour::LogLevelDebugServesProfiles, to)
        || is_decided_by_other_file(catalogue, case.member, to)
    {
        return Vec::new();
    }
    let context = case.context();
    let Some(running) = context.running() else {
        return Vec::new();
    };
    let live = |option: &str, is_meant: fn(&Setting) -> bool| {
        let mut live = case.member.live();
        live.find(|(_, setting)| setting.gives(catalogue, option) && is_meant(setting))
    };
    if live("enable-pprof", is_true).is_some() {
        return Vec::new();
    }
    let debug = live("debug", is_true);
    let is_served = debug.is_some() && catalogue.does(Behaviour::DebugServesProfiles, running);
    let level = live("log-level", is_debug);
    let Some((index, setting)) = level.filter(|_| !is_served).or(debug) else {
        return Vec::new();
    };
    let serves = format!(
        "{} serves /debug/pprof/ and /debug/requests on the client URLs with `log-level: debug`",
        context.to()
    );
    let message = if is_served {
        format!("{serves}, as {} does with `debug`", context.shown(running))
    } else {
        serves
    };
    let subject = Subject::Setting(index);
    let mut finding = Finding::new(case.rule, subject, Consequence::Changed, message);
    // Those who may read are the same as before.
    finding.severity = is_served.then_some(Severity::Note);
    let option = setting.option_in(catalogue);
    finding.option = option.map(|option| option.name.clone());
    vec![finding]
}

fn is_true(setting: &Setting) -> bool {
    flag_text(&setting.value).and_then(|text| parse_bool(&text)) == Some(true)
}

/// etcd compares the level as it is written: `server/embed/etcd.go:739@v3.5.33`.
fn is_debug(setting: &Setting) -> bool {
    setting.value.text() == Some("debug")
}
