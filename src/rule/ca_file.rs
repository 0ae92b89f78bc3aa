//! `ca-file` and `peer-ca-file`, which required client certificates, became `trusted-ca-file`, which requires them only
//! in releases that no longer have the old options: `pkg/transport/listener.go:241@v3.3.27`,
//! `pkg/transport/listener.go:364@v3.4.0`.

use super::case::{namesakes, several_cases};
use super::{Case, Finding, Subject, UpgradeContext};
use std::fmt::Write as _;

use crate::diagnostic::Consequence;
use crate::edit::{Applicability, When};
use crate::facts::catalogue::{EtcdOption, Spelling};
use crate::facts::go_value;
use crate::facts::version::{Release, Version};
use crate::member::{Action, Completeness, NewValue, Setting, Value, key_section};

/// The old option, the new option, and the option that requires certificates explicitly.
const TWINS: [(&str, &str, &str); 2] = [
    ("ca-file", "trusted-ca-file", "client-cert-auth"),
    (
        "peer-ca-file",
        "peer-trusted-ca-file",
        "peer-client-cert-auth",
    ),
];

/// Finds both options.
pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (old, new, demand) in TWINS {
        let option = |name: &str| case.catalogue.option(name);
        if let (Some(old), Some(new), Some(demand)) = (option(old), option(new), option(demand))
            && let Some(removed) = old.removed
            && let Some(before) = case.catalogue.line_before(removed)
        {
            for (index, setting) in case
                .member
                .live()
                .filter(|(_, setting)| setting.gives(case.catalogue, &old.name))
            {
                findings.extend(
                    Twin {
                        case,
                        old,
                        new,
                        demand,
                        removed,
                        last: before.line(),
                    }
                    .finding(index, setting),
                );
            }
        }
    }
    findings
}

struct Twin<'a> {
    case: &'a Case<'a>,
    old: &'a EtcdOption,
    new: &'a EtcdOption,
    demand: &'a EtcdOption,
    /// Returns the first release without the old option.
    removed: Release,
    /// Returns the last minor with it.
    last: Version,
}

impl Twin<'_> {
    fn finding(&self, index: usize, setting: &Setting) -> Option<Finding> {
        let case = self.case;
        let context = UpgradeContext {
            catalogue: case.catalogue,
            upgrade: case.upgrade,
        };
        let to = case.upgrade.to;
        let empty = setting.is_blank();
        if empty && setting.spelling != Spelling::Flag {
            return None;
        }
        let trusted = case
            .member
            .live()
            .find(|(_, other)| other.gives(case.catalogue, &self.new.name) && !other.is_blank());
        let demanded = case.member.live().any(|(_, other)| {
            other.gives(case.catalogue, &self.demand.name)
                && other.value != Value::Null
                && demands(other) != Some(false)
        });
        let (consequence, mut message) = match context.refusal(setting) {
            Some(refusal) => refusal,
            None => (
                Consequence::Deprecated,
                format!(
                    "{} still accepts it; etcd {} does not",
                    context.to(),
                    self.removed.line()
                ),
            ),
        };
        let lost = matches!(
            consequence,
            Consequence::Dropped | Consequence::DroppedWithWarning
        );
        if lost && trusted.is_none() && !demanded {
            let askers = if self.old.name.starts_with("peer-") {
                "other members"
            } else {
                "clients"
            };
            let _ = write!(
                message,
                "; etcd no longer requires a certificate from {askers}, so anyone who reaches the port can connect"
            );
        }
        let mut finding = Finding::new(case.rule, Subject::Setting(index), consequence, message);
        finding.option = Some(self.old.name.clone());
        finding.rests_on = vec![self.new.name.clone(), self.demand.name.clone()];
        finding.title = format!(
            "`{}` is removed in etcd {}; use `{}`",
            self.old.name,
            self.removed.line(),
            self.new.name
        );
        let name = self.new.spelled(setting.spelling, to)?;
        finding.instead = self.instead(setting, &name);
        finding.when = context.when(
            |release| self.old.accepts(setting.spelling, release),
            |release| self.new.accepts(setting.spelling, release),
        );
        let removes = match trusted {
            _ if empty => true,
            None => false,
            Some((_, other)) if other.value == setting.value => true,
            Some(_) => {
                finding.notes.push(format!(
                    "no fix: `{}` names another file, and up to etcd {} both were trusted; put all certificates into one \
                     file, name it in `{}` and delete `{}`",
                    self.new.name, self.last, self.new.name, self.old.name
                ));
                return Some(finding);
            }
        };
        // The new option may be there without a value; a second one beside it would not be read.
        let blank = case.member.live().find(|(_, other)| {
            !removes
                && other.spelling == setting.spelling
                && other.gives(case.catalogue, &self.new.name)
        });
        let elsewhere = trusted
            .filter(|_| removes)
            .or(blank)
            .is_some_and(|(_, other)| {
                other.spelling == Spelling::Key
                    && key_section(&other.name) != key_section(&setting.name)
            });
        let written = namesakes(case, index, self.old).filter(|_| !elsewhere);
        let Some(written) = written else {
            finding.notes.push(several_cases(self.old));
            return Some(finding);
        };
        for other in written {
            finding.actions.push(if removes || blank.is_some() {
                Action::Remove { setting: other }
            } else {
                Action::Rename {
                    setting: other,
                    to: name.clone(),
                }
            });
        }
        if let Some((blank, _)) = blank {
            let Value::Text(file) = &setting.value else {
                finding.actions.clear();
                finding.notes.push(format!(
                    "no fix: `{}` is also set, without a value",
                    self.new.name
                ));
                return Some(finding);
            };
            finding.actions.push(Action::SetValue {
                setting: blank,
                value: NewValue::Text(file.clone()),
            });
        }
        finding.fix_title = if removes {
            format!("Delete `{}`", self.old.name)
        } else {
            format!("Rename `{}` to `{}`", self.old.name, self.new.name)
        };
        finding.applicability = Applicability::Safe;
        if !empty {
            let after = match trusted.filter(|_| removes).or(blank) {
                Some((stays, other)) if other.spelling == setting.spelling => stays,
                _ => index,
            };
            self.keep_demand(&mut finding, setting.spelling, after, removes);
        }
        if let Some((When::After, _)) = finding.when {
            finding.when = None;
        }
        Some(finding)
    }

    /// Makes client authentication explicit if the running release derives it from the old option only.
    fn keep_demand(&self, finding: &mut Finding, spelling: Spelling, after: usize, removes: bool) {
        let case = self.case;
        if case.upgrade.from.is_some_and(|from| from >= self.removed) {
            // The old option has no effect at the running release.
            if removes {
                return;
            }
            finding.applicability = Applicability::Unsafe;
            finding.notes.push(
                "the running release already ignores the option; with the fix clients need certificates again".to_owned(),
            );
            return;
        }
        let explicit = case
            .member
            .live()
            .find(|(_, other)| other.gives(case.catalogue, &self.demand.name));
        match explicit {
            Some((_, setting)) if demands(setting) == Some(true) => return,
            Some((setting, other))
                if demands(other) == Some(false) || other.value == Value::Null =>
            {
                finding.actions.push(Action::SetValue {
                    setting,
                    value: NewValue::Bool(true),
                });
            }
            Some(_) => {
                finding.applicability = Applicability::Unsafe;
                finding.notes.push(format!(
                    "`{}` is set elsewhere; it must be true, because `{}` required certificates in any case",
                    self.demand.name, self.old.name
                ));
                return;
            }
            None => {
                let Some(name) = self.demand.spelled(spelling, case.upgrade.to) else {
                    return;
                };
                finding.actions.push(Action::Insert {
                    after,
                    name,
                    value: NewValue::Bool(true),
                });
                if case.member.completeness == Completeness::Partial {
                    finding.applicability = Applicability::Unsafe;
                    finding.notes.push(format!(
                        "this text is only part of a member's configuration; `{}` may be set elsewhere",
                        self.demand.name
                    ));
                }
            }
        }
        finding.notes.push(format!(
            "up to etcd {}, `{}` alone required certificates; `{}` does not, so the fix sets `{}`",
            self.last, self.old.name, self.new.name, self.demand.name
        ));
    }

    fn instead(&self, setting: &Setting, name: &str) -> String {
        let value = match &setting.value {
            Value::Text(text) | Value::Unknown(text) => text.as_str(),
            _ => "…",
        };
        let last = |path: &str| path.rsplit('.').next().unwrap_or(path).to_owned();
        let demand = self
            .demand
            .spelled(setting.spelling, self.case.upgrade.to)
            .unwrap_or_default();
        match setting.spelling {
            Spelling::Flag => format!("--{name}={value} --{demand}=true"),
            spelling => format!(
                "{} and {}",
                spelling.assignment(&last(name), value),
                spelling.assignment(&last(&demand), "true")
            ),
        }
    }
}

fn demands(setting: &Setting) -> Option<bool> {
    match &setting.value {
        Value::Bare => Some(true),
        Value::Bool(value) => Some(*value),
        Value::Text(text) => go_value::parse_bool(text),
        _ => None,
    }
}
