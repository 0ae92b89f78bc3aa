//! A mode of `auto-compaction-mode` that the new release does not accept.

use super::turns::Turns;
use crate::diagnostic::Consequence;
use crate::edit::Applicability;
use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::Spelling;
use crate::member::{Action, NewValue, Setting};
use crate::rule::{Case, Finding, Subject, refused_message};

/// Finds a mode that the new release does not accept.
pub(super) fn unknown(
    case: &Case<'_>,
    turns: Turns,
    index: usize,
    mode: &Setting,
    was_off: bool,
) -> Option<Finding> {
    let text = mode.value.text()?;
    let does = |behaviour| case.catalogue.does(behaviour, case.upgrade.to);
    if !does(Behaviour::UnknownCompactionModeIsRefused) {
        return None;
    }
    let empty = text.is_empty();
    let passes = match text {
        "periodic" | "revision" => true,
        "" => mode.spelling == Spelling::Variable || !does(Behaviour::EmptyCompactionModeIsRefused),
        _ => false,
    };
    if passes {
        return None;
    }
    let line = if empty {
        "undefined auto-compaction-mode".to_owned()
    } else {
        format!("unknown auto-compaction-mode {text:?}")
    };
    let message = refused_message(&case.context().to(), &line);
    let mut finding = Finding::new(
        case.rule,
        Subject::Setting(index),
        Consequence::Refused,
        message,
    );
    finding.option = Some("auto-compaction-mode".to_owned());
    finding.title = "`auto-compaction-mode` must be periodic or revision".to_owned();
    finding.instead = "set auto-compaction-mode to periodic or revision".to_owned();
    if empty {
        finding.actions.push(Action::SetValue {
            setting: index,
            value: NewValue::Text("periodic".to_owned()),
        });
        finding.fix_title = "Set `auto-compaction-mode`".to_owned();
        let from = case.upgrade.from;
        let runs = from.is_none_or(|from| from >= turns.text_since);
        finding.applicability = if was_off && runs {
            finding.notes.push(format!(
                "up to etcd {}, compaction is off without a mode; the fix turns it on",
                turns.without_mode.1
            ));
            Applicability::Unsafe
        } else {
            Applicability::Safe
        };
    }
    Some(finding)
}
