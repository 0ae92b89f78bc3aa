//! A mode of `auto-compaction-mode` that the new release does not know.

use super::{EMPTY_MODE_REFUSED_SINCE, MODE_LOOKED_AT_SINCE, STRING_SINCE};
use crate::diagnostic::Consequence;
use crate::edit::Applicability;
use crate::facts::catalogue::Spelling;
use crate::member::{Action, NewValue, Setting};
use crate::rule::{Case, Finding, Outlook, Subject, refused_message};

/// A mode that the new release does not take: `server/embed/config.go:1285@v3.6.14`, `embed/config.go:523@v3.3.27`.
pub(super) fn unknown(
    case: &Case<'_>,
    outlook: Outlook<'_>,
    index: usize,
    mode: &Setting,
    was_off: bool,
) -> Option<Finding> {
    let text = mode.value.text()?;
    if case.upgrade.to < MODE_LOOKED_AT_SINCE {
        return None;
    }
    let empty = text.is_empty();
    let passes = match text {
        "periodic" | "revision" => true,
        "" => mode.spelling == Spelling::Variable || case.upgrade.to < EMPTY_MODE_REFUSED_SINCE,
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
    let message = refused_message(&outlook.to(), &line);
    let mut finding = Finding::new(
        case.rule,
        Subject::Setting(index),
        Consequence::Refused,
        message,
    );
    finding.option = Some("auto-compaction-mode".to_owned());
    finding.title = "`auto-compaction-mode` is periodic or revision".to_owned();
    finding.instead = "auto-compaction-mode: periodic, or revision".to_owned();
    if empty {
        finding.actions.push(Action::SetValue {
            setting: index,
            value: NewValue::Text("periodic".to_owned()),
        });
        finding.fix_title = "Say the mode".to_owned();
        let runs = case.upgrade.from.is_none_or(|from| from >= STRING_SINCE);
        finding.applicability = if was_off && runs {
            finding.notes.push(
                "up to etcd 3.5 compaction is off without a mode; with it etcd compacts".to_owned(),
            );
            Applicability::Unsafe
        } else {
            Applicability::Safe
        };
    }
    Some(finding)
}
