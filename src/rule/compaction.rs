//! `auto-compaction-retention` became a string, whose meaning depends on `auto-compaction-mode`.

mod mode;
mod retention;
mod turns;

use super::{Case, Finding, Subject, UpgradeContext, refused_message};
use crate::diagnostic::Consequence;
use crate::edit::Applicability;
use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::{EtcdOption, Spelling};
use crate::facts::go_value;
use crate::facts::version::Release;
use crate::member::{Action, Completeness, Delivery, NewValue, Setting, Value};
use crate::server::effective::Effective;
use retention::{Retention, retention_of};
use turns::Turns;

/// The help if the value means nothing.
const NEITHER: &str = "write a whole number in quotes, or a duration in h, m and s such as 24h";

/// Checks the retention of one member.
pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    let (Some(retention), Some(mode)) = (
        case.catalogue.option("auto-compaction-retention"),
        case.catalogue.option("auto-compaction-mode"),
    ) else {
        return Vec::new();
    };
    let Some(turns) = Turns::of(case.catalogue, retention, mode) else {
        return Vec::new();
    };
    if case.upgrade.to < turns.text_since {
        return Vec::new();
    }
    let find = |option: &EtcdOption| {
        case.member
            .live()
            .filter(|(_, setting)| setting.gives(case.catalogue, &option.name))
            .last()
    };
    // A proxy of the v2 API compacts nothing, and does not read the retention.
    let effective = Effective::new(case.catalogue, case.member, case.upgrade.to);
    let is_proxy = crate::server::startup::is_proxy(&effective) == Some(true);
    let context = UpgradeContext {
        catalogue: case.catalogue,
        upgrade: case.upgrade,
    };
    let written = find(retention);
    let mode_finding = find(mode).and_then(|(index, mode)| {
        let was_off = written.is_some_and(|(_, setting)| {
            setting.value.text().is_some_and(
                |text| matches!(retention_of(text), Retention::Number(number) if number > 0),
            )
        });
        mode::unknown(case, turns, index, mode, was_off)
    });
    let mode_is_bad = mode_finding.is_some();
    let is_text = |setting: &Setting| setting.value.text().is_some();
    let read = written.filter(|(_, setting)| !(is_proxy && is_text(setting)));
    let retention_finding = read.and_then(|(index, setting)| {
        let compaction = Compaction {
            case,
            context,
            turns,
            index,
            setting,
            mode_option: mode,
            mode: find(mode),
            mode_is_bad,
        };
        compaction.finding()
    });
    let both = [&mode.name, &retention.name];
    let findings = mode_finding.into_iter().chain(retention_finding);
    findings
        .map(|finding| Finding {
            rests_on: both.into_iter().cloned().collect(),
            ..finding
        })
        .collect()
}

struct Compaction<'a> {
    case: &'a Case<'a>,
    context: UpgradeContext<'a>,
    turns: Turns,
    index: usize,
    setting: &'a Setting,
    mode_option: &'a EtcdOption,
    mode: Option<(usize, &'a Setting)>,
    /// Returns whether the new release refuses the mode, whatever the retention is.
    mode_is_bad: bool,
}

impl Compaction<'_> {
    fn finding(&self) -> Option<Finding> {
        match &self.setting.value {
            Value::Integer(number) => self.unquoted(*number),
            Value::Float(number) | Value::Exponent(number)
                if number.fract() == 0.0 && number.abs() < 1e15 =>
            {
                #[allow(clippy::cast_possible_truncation)] // Bounded just above.
                let number = *number as i128;
                self.unquoted(number)
            }
            Value::Text(text) if !text.is_empty() => match retention_of(text) {
                Retention::Number(number) if number < 0 => self.negative(text),
                Retention::Number(0) => None,
                Retention::Number(number) if i64::try_from(number).is_err() => {
                    self.neither(&format!("time: missing unit in duration \"{text}\""))
                }
                Retention::Number(_) | Retention::Duration if self.mode_is_bad => None,
                // A retention of zero is off, whatever the mode is.
                Retention::Duration if go_value::parse_duration(text) == Ok(0) => None,
                Retention::Number(_) => self.quoted_number(text),
                Retention::Duration => self.duration(),
                Retention::Neither(why) => self.neither(&why),
            },
            Value::Float(_) => {
                let (consequence, message) = self.context.refusal(self.setting)?;
                let mut finding = self.base(consequence, message);
                NEITHER.clone_into(&mut finding.instead);
                Some(finding)
            }
            _ => None,
        }
    }

    /// A YAML number, which releases need that do not read a text.
    fn unquoted(&self, number: i128) -> Option<Finding> {
        let refusal = self.context.refusal(self.setting).or_else(|| {
            // Some releases read `1e1` as text, and then do not know its unit.
            let is_text = matches!(self.setting.value, Value::Exponent(_));
            let line = "error parsing CompactionRetention: time: unknown unit \"e\"";
            is_text.then(|| {
                (
                    Consequence::Refused,
                    refused_message(&self.context.to(), line),
                )
            })
        });
        let (consequence, message) = refusal?;
        let mut finding = self.base(consequence, message);
        let text = number.max(0).to_string();
        finding.instead = format!("auto-compaction-retention: \"{text}\"");
        finding.actions.push(self.set(&text));
        finding.fix_title = "Quote the retention".to_owned();
        finding.applicability = Applicability::Safe;
        if number < 0 {
            finding.notes.push(format!(
                "a negative retention meant off; from etcd {} on only 0 does",
                self.turns.text_since.line()
            ));
        } else if number > 0 && self.mode_text().is_none() && self.passes_release_without_mode() {
            finding.actions.push(self.add_mode());
            finding
                .instead
                .push_str(" and auto-compaction-mode: periodic");
            finding.fix_title = "Quote the retention and set its mode".to_owned();
            let (first, last) = self.turns.without_mode;
            finding.notes.push(format!(
                "with a configuration file, etcd {first} to {last} have no default mode: the quoted number alone would turn compaction off"
            ));
        } else if self.mode_text().as_deref() == Some("revision")
            && self
                .case
                .upgrade
                .from
                .is_some_and(|from| from < self.turns.text_since)
        {
            finding.applicability = Applicability::Unsafe;
            finding.notes.push(format!(
                "the running release does not know auto-compaction-mode and keeps {number} hours; the new one keeps {number} revisions"
            ));
        }
        Some(finding)
    }

    /// Checks a negative number in a form that the new release reads.
    fn negative(&self, text: &str) -> Option<Finding> {
        if self.context.refusal(self.setting).is_some() {
            return None;
        }
        let to = self.context.to();
        let (consequence, message) = if self.reads_number_by_mode() {
            let line = format!(
                "error parsing CompactionRetention: time: missing unit in duration \"{text}\""
            );
            (Consequence::Refused, refused_message(&to, &line))
        } else {
            let message = format!("{to} compacts continuously: the interval is negative");
            (Consequence::Changed, message)
        };
        let mut finding = self.base(consequence, message);
        finding.title = format!(
            "a negative `auto-compaction-retention` no longer means off from etcd {} on",
            self.turns.text_since.line()
        );
        "set auto-compaction-retention to 0 to turn compaction off"
            .clone_into(&mut finding.instead);
        finding.actions.push(self.set("0"));
        finding.fix_title = "Write 0, which means off in every release".to_owned();
        finding.applicability = Applicability::Safe;
        Some(finding)
    }

    /// Checks a number as a string: without a mode compaction is silently off.
    fn quoted_number(&self, text: &str) -> Option<Finding> {
        let running = self.case.upgrade.from;
        let text_since = self.turns.text_since;
        let runs_it = running.is_some_and(|from| from >= text_since);
        if !self.reads_number_by_mode() {
            return self.duration();
        }
        if self.mode_at(self.case.upgrade.to).is_some() {
            let was_off =
                running.filter(|from| *from >= text_since && self.mode_at(*from).is_none())?;
            let message = format!(
                "compaction is off in {}, as no mode is set; {} compacts periodically and keeps {text} hours",
                self.context.shown(was_off),
                self.context.to()
            );
            let mut finding = self.base(Consequence::Changed, message);
            finding.title = format!(
                "without a mode, compaction is off up to etcd {} and on from etcd {}",
                self.turns.without_mode.1, self.turns.with_mode
            );
            finding.instead = "auto-compaction-retention: \"0\" to keep it off, or auto-compaction-mode: periodic to turn it on explicitly".to_owned();
            finding.actions.push(self.set("0"));
            finding.fix_title = "Keep compaction off".to_owned();
            finding.applicability = Applicability::Unsafe;
            return Some(finding);
        }
        let message = format!(
            "{} starts with compaction off: a configuration file has no default mode, and without one a plain number means 0",
            self.context.to()
        );
        let mut finding = self.base(Consequence::Changed, message);
        finding.title =
            "`auto-compaction-retention` without `auto-compaction-mode` turns compaction off"
                .to_owned();
        finding.instead = "add auto-compaction-mode: periodic".to_owned();
        finding.actions.push(self.add_mode());
        finding.fix_title = "Set `auto-compaction-mode`".to_owned();
        // A release that needs a number refuses the text, so nothing that runs today changes.
        finding.applicability = if running.is_some() && !runs_it {
            Applicability::Safe
        } else {
            Applicability::Unsafe
        };
        self.doubt(&mut finding);
        Some(finding)
    }

    /// Checks a duration: without a mode that it knows etcd does not start.
    fn duration(&self) -> Option<Finding> {
        let to = self.case.upgrade.to;
        let mode = self.mode_at(to);
        let is_known = matches!(mode.as_deref(), Some("periodic" | "revision"));
        let refuses_others = Behaviour::UnknownCompactionModeIsRefused;
        if is_known || mode.is_some() && self.case.catalogue.does(refuses_others, to) {
            return None;
        }
        let line = format!(
            "unsupported compaction mode {}",
            mode.as_deref().unwrap_or_default()
        );
        let mut finding = self.base(
            Consequence::Refused,
            refused_message(&self.context.to(), line.trim_end()),
        );
        finding.title =
            "`auto-compaction-retention` needs an `auto-compaction-mode` that etcd knows"
                .to_owned();
        finding.instead = "add auto-compaction-mode: periodic".to_owned();
        if mode.is_some() {
            return Some(finding);
        }
        finding.actions.push(self.add_mode());
        finding.fix_title = "Set `auto-compaction-mode`".to_owned();
        finding.applicability = Applicability::Safe;
        self.doubt(&mut finding);
        Some(finding)
    }

    /// Adds that the mode may be set outside this text.
    fn doubt(&self, finding: &mut Finding) {
        if self.case.member.completeness == Completeness::Partial && self.mode.is_none() {
            finding.applicability = Applicability::Unsafe;
            finding.notes.push(
                "this text is only part of a member's configuration; `auto-compaction-mode` may be set elsewhere"
                    .to_owned(),
            );
        }
    }

    fn neither(&self, why: &str) -> Option<Finding> {
        if self.context.refusal(self.setting).is_some() {
            return None;
        }
        let line = format!("error parsing CompactionRetention: {why}");
        let mut finding = self.base(
            Consequence::Refused,
            refused_message(&self.context.to(), &line),
        );
        finding.title = "`auto-compaction-retention` is neither a number nor a duration".to_owned();
        NEITHER.clone_into(&mut finding.instead);
        Some(finding)
    }

    fn base(&self, consequence: Consequence, message: String) -> Finding {
        let mut finding = Finding::new(
            self.case.rule,
            Subject::Setting(self.index),
            consequence,
            message,
        );
        let spelling = self.setting.spelling;
        finding.when = self.context.when(
            |release| spelling != Spelling::Key || release < self.turns.text_since,
            |release| spelling != Spelling::Key || release >= self.turns.text_since,
        );
        finding
    }

    /// Returns whether the mode decides how the new release reads a plain number.
    fn reads_number_by_mode(&self) -> bool {
        let behaviour = Behaviour::NumberOfCompactionRetentionIsReadByTheMode;
        self.case.catalogue.does(behaviour, self.case.upgrade.to)
    }

    fn set(&self, text: &str) -> Action {
        Action::SetValue {
            setting: self.index,
            value: NewValue::Text(text.to_owned()),
        }
    }

    fn add_mode(&self) -> Action {
        let value = NewValue::Text("periodic".to_owned());
        match self.mode {
            Some((setting, _)) => Action::SetValue { setting, value },
            None => Action::Insert {
                after: self.index,
                name: "auto-compaction-mode".to_owned(),
                value,
            },
        }
    }

    /// Returns the mode that the text sets; empty and null set none, and only null leaves the default.
    fn mode_text(&self) -> Option<String> {
        match &self.mode?.1.value {
            Value::Text(text) | Value::Unknown(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        }
    }

    /// Returns the mode in effect at a release; an empty variable is not set.
    fn mode_at(&self, release: Release) -> Option<String> {
        let set_empty = self.mode.is_some_and(|(_, mode)| {
            mode.spelling != Spelling::Variable && mode.value.text() == Some("")
        });
        if set_empty {
            return None;
        }
        self.mode_text().or_else(|| {
            let in_file = self.case.member.delivery == Delivery::ConfigFile;
            let default = self.mode_option.default_at(release, in_file);
            (!default.is_empty()).then(|| default.to_owned())
        })
    }

    /// Returns whether a stop of the upgrade has no default mode for a member with a configuration file.
    fn passes_release_without_mode(&self) -> bool {
        let (catalogue, to) = (self.case.catalogue, self.case.upgrade.to);
        let text_since = self.turns.text_since;
        // Older releases require a number, so a file that has one is from one of them.
        let from = self.case.upgrade.from;
        let Some(from) = from.or_else(|| catalogue.line_before(text_since)) else {
            return false;
        };
        let stops = catalogue.stops(from, to);
        stops
            .into_iter()
            .any(|stop| stop >= text_since && self.mode_at(stop).is_none())
    }
}
