//! What is written and not in force: settings that a release refuses, ignores or overrides, and why it does not start.

use super::in_force::{InForce, Origin};
use super::row::written;
use crate::facts::catalogue::{Catalogue, Spelling, ValueType};
use crate::member::{Setting, Value, sets_nothing};
use crate::server::acceptance::{self, Acceptance};
use crate::server::effective::Effective;
use crate::server::startup;

/// A setting that is not in force, or a reason why the release does not start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotInForce {
    /// The setting as it is spelled, with its value; `None` for a member that does not start because of what is not set.
    pub setting: Option<String>,
    /// Where it is.
    pub origin: Option<Origin>,
    /// What the release does, in its own words if it has any.
    pub why: String,
    /// What that means.
    pub effect: Effect,
}

/// What a setting that is not in force means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The release refuses the setting and does not start.
    Refused,
    /// The release reads the setting and does not start with all of them.
    DoesNotStart,
    /// The setting has no effect.
    None,
}

/// Returns what is not in force, refusals first.
#[must_use]
pub fn not_in_force(catalogue: &Catalogue, in_force: &InForce) -> Vec<NotInForce> {
    let release = in_force.release;
    let member = &in_force.member;
    let effective = Effective::new(catalogue, member, release);
    let at = |index: usize| in_force.origins.get(index).cloned();
    let mut refused: Vec<NotInForce> = Vec::new();
    let mut others: Vec<NotInForce> = Vec::new();
    for (index, setting) in member.settings.iter().enumerate() {
        let found = |why: String, effect| NotInForce {
            setting: Some(spelled(catalogue, setting)),
            origin: at(index),
            why,
            effect,
        };
        let is_no_option = setting.spelling == Spelling::Flag && sets_nothing(&setting.name);
        if is_no_option || is_implied(setting) {
            continue;
        }
        let acceptance = acceptance::check(catalogue, setting, release);
        let is_flag = setting.spelling == Spelling::Flag;
        match acceptance {
            Acceptance::Refused(line) if is_flag || !setting.overridden => {
                refused.push(found(line, Effect::Refused));
            }
            _ if is_part_of_gates(catalogue, in_force, setting) => {}
            _ if setting.overridden => {
                others.push(found(
                    "a later setting overrides it".to_owned(),
                    Effect::None,
                ));
            }
            Acceptance::Dropped if setting.is_blank() => {}
            Acceptance::Dropped | Acceptance::Refused(_) => {
                others.push(found(format!("etcd {release} ignores it"), Effect::None));
            }
            Acceptance::DroppedWithWarning(_) if is_secret(catalogue, setting) => {
                let why = format!("etcd {release} has no such variable");
                others.push(found(why, Effect::None));
            }
            Acceptance::DroppedWithWarning(line) => {
                others.push(found(
                    format!("etcd {release} prints: {line}"),
                    Effect::None,
                ));
            }
            Acceptance::Ignored if has_no_effect(catalogue, in_force, setting) => {
                others.push(found(
                    format!("has no effect in etcd {release}"),
                    Effect::None,
                ));
            }
            Acceptance::Accepted | Acceptance::ReadAs(_)
                if is_overridden_by_other(catalogue, &effective, index) =>
            {
                others.push(found(
                    "another setting overrides it".to_owned(),
                    Effect::None,
                ));
            }
            Acceptance::Ignored | Acceptance::Accepted | Acceptance::ReadAs(_) => {}
        }
    }
    for (setting, origin) in &in_force.beside {
        let found = |why: String, effect| NotInForce {
            setting: Some(spelled(catalogue, setting)),
            origin: Some(origin.clone()),
            why,
            effect,
        };
        if setting.spelling == Spelling::Flag {
            if sets_nothing(&setting.name) {
                continue;
            }
            let accepted = acceptance::check(catalogue, setting, release);
            if let Acceptance::Refused(line) = accepted {
                refused.push(found(line, Effect::Refused));
                continue;
            }
        }
        let why = format!("etcd {release} reads the configuration file and ignores it");
        others.push(found(why, Effect::None));
    }
    let is_told = |index: Option<usize>| {
        let origin = index.and_then(at);
        origin.is_some() && refused.iter().any(|one| one.origin == origin)
    };
    let at_start = startup::refusals(catalogue, member, release).into_iter();
    let at_start: Vec<NotInForce> = at_start
        .filter(|refusal| !is_told(refusal.setting))
        .map(|refusal| {
            let setting = refusal.setting.and_then(|index| member.settings.get(index));
            NotInForce {
                setting: setting.map(|setting| spelled(catalogue, setting)),
                origin: refusal.setting.and_then(at),
                why: refusal.line,
                effect: Effect::DoesNotStart,
            }
        })
        .collect();
    refused.extend(at_start);
    let is_told = |one: &NotInForce| {
        let mut refused = refused.iter();
        refused.any(|refused| (&refused.origin, &refused.setting) == (&one.origin, &one.setting))
    };
    others.retain(|one| !is_told(one));
    refused.extend(others);
    refused
}

/// Returns a setting as it is spelled, with its value as it is written.
fn spelled(catalogue: &Catalogue, setting: &Setting) -> String {
    let name = setting.spelling.written(&setting.name);
    if is_secret(catalogue, setting) {
        return name;
    }
    let value = written(setting);
    match (setting.spelling, &setting.value) {
        (Spelling::Flag, Value::Bare) => name,
        (Spelling::Key, _) => format!("{name}: {value}"),
        _ => format!("{name}={value}"),
    }
}

/// Whether its value is not shown: a variable that no release reads may be the password of another program.
fn is_secret(catalogue: &Catalogue, setting: &Setting) -> bool {
    setting.spelling == Spelling::Variable && setting.option_in(catalogue).is_none()
}

/// Whether it is a variable that a flag expands and that another text sets: it is written nowhere.
fn is_implied(setting: &Setting) -> bool {
    setting.value == Value::Unknown(format!("${{{}}}", setting.name))
}

/// Every flag of feature gates counts: `pkg/featuregate/feature_gate.go:210@v3.6.14`.
fn is_part_of_gates(catalogue: &Catalogue, in_force: &InForce, setting: &Setting) -> bool {
    let option = setting.option_in(catalogue);
    setting.spelling == Spelling::Flag
        && option.is_some_and(|one| one.type_at(in_force.release) == ValueType::FeatureGates)
}

/// Whether the release accepts the option and does nothing with it.
fn has_no_effect(catalogue: &Catalogue, in_force: &InForce, setting: &Setting) -> bool {
    let option = setting.option_in(catalogue);
    option.is_some_and(|option| option.type_at(in_force.release) == ValueType::Ignored)
}

/// Whether another setting decides the option: a flag overrides a variable, an old name the new one.
fn is_overridden_by_other(catalogue: &Catalogue, effective: &Effective<'_>, index: usize) -> bool {
    let setting = &effective.member.settings[index];
    let Some(option) = setting.option_in(catalogue) else {
        return false;
    };
    let is_of_file = option.name == crate::member::CONFIG_FILE;
    !is_of_file
        && effective
            .set(&option.name)
            .is_some_and(|held| held.setting != index)
}
