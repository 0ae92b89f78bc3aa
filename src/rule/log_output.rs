//! `log-output` became the list `log-outputs`.

use super::case::{namesakes, several_cases};
use super::{Case, Finding, Subject, UpgradeContext};
use crate::diagnostic::Consequence;
use crate::edit::Applicability;
use crate::facts::catalogue::{EtcdOption, Spelling, ValueType};
use crate::member::{Action, NewValue, Setting, Value};

/// Outputs that the logger capnslog accepts, one at a time: `embed/config_logging.go:119@v3.4.45`.
const CAPNSLOG_OUTPUTS: [&str; 3] = ["default", "stdout", "stderr"];

/// Finds `log-output` at releases that have `log-outputs`.
pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    let (Some(old), Some(new)) = (
        case.catalogue.option("log-output"),
        case.catalogue.option("log-outputs"),
    ) else {
        return Vec::new();
    };
    if case.upgrade.to < case.rule.begins {
        return Vec::new();
    }
    case.member
        .live()
        .filter(|(_, setting)| setting.gives(case.catalogue, &old.name))
        .filter_map(|(index, setting)| finding(case, old, new, index, setting))
        .collect()
}

fn finding(
    case: &Case<'_>,
    old: &EtcdOption,
    new: &EtcdOption,
    index: usize,
    setting: &Setting,
) -> Option<Finding> {
    let context = UpgradeContext {
        catalogue: case.catalogue,
        upgrade: case.upgrade,
    };
    let to = case.upgrade.to;
    let unset = setting.value == Value::Null
        || setting.spelling == Spelling::Variable && setting.is_blank();
    if unset {
        return None;
    }
    let (consequence, message) = context.refusal(setting).unwrap_or_else(|| {
        let message = format!(
            "{} accepts the old name, prints `[WARNING] Deprecated '--log-output' flag is set` and still logs to standard error",
            context.to()
        );
        (Consequence::Deprecated, message)
    });
    let mut finding = Finding::new(case.rule, Subject::Setting(index), consequence, message);
    let name = new.spelled(setting.spelling, to)?;
    finding.when = context.when(
        |release| {
            old.accepts(setting.spelling, release)
                && (setting.spelling != Spelling::Key || old.type_at(release) == ValueType::String)
        },
        |release| new.accepts(setting.spelling, release),
    );
    let outputs = outputs(&setting.value);
    finding.instead = instead(setting, &name, outputs.as_deref());
    if case
        .member
        .live()
        .any(|(_, other)| other.gives(case.catalogue, &new.name) && other.value != Value::Null)
    {
        finding.notes.push(
            "`log-outputs` is also set; decide which value to keep, and delete `log-output`"
                .to_owned(),
        );
        return Some(finding);
    }
    let Some(outputs) = outputs else {
        let why = match setting.value {
            Value::Unknown(_) => "no fix: the value is set elsewhere",
            _ => "no fix: the value is not a string",
        };
        finding.notes.push(why.to_owned());
        return Some(finding);
    };
    let Some(written) = namesakes(case, index, old) else {
        finding.notes.push(several_cases(old));
        return Some(finding);
    };
    // The new key may be there with null; a second one beside it would not be read.
    let blank = case.member.live().find(|(_, other)| {
        other.spelling == setting.spelling && other.gives(case.catalogue, &new.name)
    });
    let list = NewValue::List(outputs.clone());
    let (target, rewritten) = match blank {
        Some((blank, _)) => (blank, true),
        None => {
            let is_scalar = !matches!(setting.value, Value::List(_));
            (index, setting.spelling == Spelling::Key && is_scalar)
        }
    };
    finding.actions = written
        .into_iter()
        .map(|setting| match blank {
            Some(_) => Action::Remove { setting },
            None => Action::Rename {
                setting,
                to: name.clone(),
            },
        })
        .collect();
    if rewritten {
        finding.actions.push(Action::SetValue {
            setting: target,
            value: list,
        });
    }
    finding.rests_on = vec!["logger".to_owned()];
    finding.applicability = Applicability::Safe;
    finding.fix_title = "Rename `log-output` to `log-outputs`".to_owned();
    if needs_zap(case, &outputs) {
        let logger = case
            .catalogue
            .option("logger")?
            .spelled(setting.spelling, to)?;
        finding.actions.push(Action::Insert {
            after: target,
            name: logger,
            value: NewValue::Text("zap".to_owned()),
        });
        finding.notes.push(format!(
            "{} writes to several outputs or to a file only with the logger `zap`, so the fix sets it",
            context.to()
        ));
    }
    Some(finding)
}

/// Returns the outputs that a value names, or `None` if it is set elsewhere.
fn outputs(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Text(text) => Some(
            text.split(',')
                .map(|output| output.trim().to_owned())
                .filter(|output| !output.is_empty())
                .collect(),
        ),
        Value::List(items) => items
            .iter()
            .map(|item| item.text().map(str::to_owned))
            .collect(),
        _ => None,
    }
}

fn instead(setting: &Setting, name: &str, outputs: Option<&[String]>) -> String {
    let joined =
        |separator: &str| outputs.map_or("…".to_owned(), |outputs| outputs.join(separator));
    match setting.spelling {
        Spelling::Key => format!("{name}: [{}]", joined(", ")),
        spelling => spelling.assignment(name, &joined(",")),
    }
}

/// Returns whether the default logger of the new release is capnslog, which accepts one of three outputs, and no logger
/// is set.
fn needs_zap(case: &Case<'_>, outputs: &[String]) -> bool {
    let plain = outputs.len() == 1 && CAPNSLOG_OUTPUTS.contains(&outputs[0].as_str());
    let capnslog = case
        .catalogue
        .option("logger")
        .is_some_and(|logger| logger.default_at(case.upgrade.to, false) == "capnslog");
    let chosen = case.member.live().any(|(_, setting)| {
        setting.gives(case.catalogue, "logger") && setting.value != Value::Null
    });
    capnslog && !plain && !outputs.is_empty() && !chosen
}
