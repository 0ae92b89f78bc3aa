//! What replaces an option that is removed, and the actions that write it.

use super::SettingCheck;
use crate::edit::Applicability;
use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::{EtcdOption, Replacement, ReplacementKind, Spelling};
use crate::facts::go_value;
use crate::member::{Action, Completeness, NewValue, Setting, Value, is_same_section};
use crate::rule::Finding;
use crate::server::effective::flag_text;

impl SettingCheck<'_> {
    /// Adds what replaces the option to the finding, and the actions that write it if they are exact.
    pub(super) fn replace(&self, finding: &mut Finding, option: &EtcdOption) {
        let Some(replacement) = &option.replaced_by else {
            "delete it".clone_into(&mut finding.instead);
            return;
        };
        let new = replacement
            .option
            .as_deref()
            .and_then(|name| self.catalogue.option(name));
        let Some(new) = new else {
            self.delete(finding, option, replacement);
            return;
        };
        let (to, spelling) = (self.upgrade.to, self.setting.spelling);
        let Some(name) = new.spelled(spelling, to) else {
            let since = new
                .since
                .first()
                .map_or_else(String::new, ToString::to_string);
            finding.instead = format!("{} from etcd {since} on", new.name);
            return;
        };
        finding.when = self.context.when(
            |release| option.accepts(spelling, release),
            |release| new.accepts(spelling, release),
        );
        match (replacement.how, &replacement.gate, &replacement.value) {
            (ReplacementKind::FeatureGate, Some(gate), _) => {
                let is_on = flag_text(&self.setting.value);
                let is_on = is_on.and_then(|text| go_value::parse_bool(&text));
                let is_on = is_on.map_or_else(|| "…".to_owned(), |is_on| is_on.to_string());
                finding.instead = spelling.assignment(&name, &format!("{gate}={is_on}"));
                self.merge_gates(finding, &name);
            }
            (ReplacementKind::Value, _, Some(value)) => {
                finding.instead = spelling.assignment(&name, value);
                self.replace_by_value(finding, new, &name, value);
            }
            (ReplacementKind::Rename, ..) => {
                finding.instead = self.setting.spelling.written(&name);
                self.rename(finding, option, new, replacement, name);
            }
            _ => finding.instead = self.setting.spelling.written(&name),
        }
        if let Some(note) = &replacement.note {
            finding.instead.push_str(&format!(" ({note})"));
        }
    }

    fn rename(
        &self,
        finding: &mut Finding,
        option: &EtcdOption,
        new: &EtcdOption,
        replacement: &Replacement,
        name: String,
    ) {
        let to = self.upgrade.to;
        if self.is_set(new) {
            finding.notes.push(format!(
                "no fix: `{}` is also set; keep one of the two",
                new.name
            ));
            return;
        }
        let same_types =
            option.type_at(to) == new.type_at(to) && option.key_type_at(to) == new.key_type_at(to);
        let exact = replacement.values.as_ref().is_none_or(|values| {
            flag_text(&self.setting.value).is_some_and(|text| values.contains(&text))
        });
        if !same_types || !exact {
            return;
        }
        finding.actions = self.renamed(&name);
        finding.applicability = Applicability::Safe;
        finding.fix_title = format!("Rename to {}", self.setting.spelling.written(&name));
    }

    /// Returns the actions that rename the setting. A key of another section is moved there, if the section is written.
    pub(super) fn renamed(&self, name: &str) -> Vec<Action> {
        if self.setting.spelling != Spelling::Key || is_same_section(&self.setting.name, name) {
            return self
                .same_settings()
                .map(|setting| Action::Rename {
                    setting,
                    to: name.to_owned(),
                })
                .collect();
        }
        let beside = self
            .member
            .settings
            .iter()
            .rposition(|other| is_same_section(&other.name, name));
        let value = match &self.setting.value {
            Value::Text(text) => Some(NewValue::Text(text.clone())),
            Value::Bool(value) => Some(NewValue::Bool(*value)),
            _ => None,
        };
        let (Some(after), Some(value)) = (beside, value) else {
            return Vec::new();
        };
        let removed = self
            .same_settings()
            .map(|setting| Action::Remove { setting });
        let inserted = Action::Insert {
            after,
            name: name.to_owned(),
            value,
        };
        removed.chain([inserted]).collect()
    }

    /// Replaces `debug: true` by `log-level: debug`, and deletes `debug: false`.
    fn replace_by_value(&self, finding: &mut Finding, new: &EtcdOption, name: &str, value: &str) {
        let Some(on) = flag_text(&self.setting.value).and_then(|text| go_value::parse_bool(&text))
        else {
            return;
        };
        finding.applicability = Applicability::Safe;
        let existing = self.member.live().find(|(_, setting)| {
            setting.gives(self.catalogue, &new.name) && setting.value != Value::Null
        });
        let here = self.index;
        let written = NewValue::Text(value.to_owned());
        (finding.actions, finding.fix_title) = match (on, existing) {
            (false, _) => (
                vec![Action::Remove { setting: here }],
                "Delete it: false is the default".to_owned(),
            ),
            (true, Some((setting, _))) => (
                vec![
                    Action::Remove { setting: here },
                    Action::SetValue {
                        setting,
                        value: written,
                    },
                ],
                format!("Replace it with `{}`", new.name),
            ),
            (true, None) => (
                vec![
                    Action::Rename {
                        setting: here,
                        to: name.to_owned(),
                    },
                    Action::SetValue {
                        setting: here,
                        value: written,
                    },
                ],
                format!("Replace it with `{}`", new.name),
            ),
        };
        if on && self.serves_profiles() {
            finding.applicability = Applicability::Unsafe;
            finding.notes.push(format!(
                "not safe: {} serves /debug/pprof/ with `{}`, and not with the new form",
                self.context.to(),
                self.setting.name
            ));
        }
        // Without this setting, one that it overrides would take effect again.
        let overridden = self.same_settings().filter(|index| *index != here);
        finding
            .actions
            .extend(overridden.map(|setting| Action::Remove { setting }));
    }

    /// Whether the new release serves profiles because of `debug` alone.
    fn serves_profiles(&self) -> bool {
        let to = self.upgrade.to;
        self.setting.gives(self.catalogue, "debug")
            && self.catalogue.does(Behaviour::DebugServesProfiles, to)
            && !self.member.live().any(|(_, other)| {
                let on = flag_text(&other.value).and_then(|text| go_value::parse_bool(&text));
                other.gives(self.catalogue, "enable-pprof") && on == Some(true)
            })
    }

    /// Deletes a setting that nothing replaces, if its value changes nothing.
    fn delete(&self, finding: &mut Finding, option: &EtcdOption, replacement: &Replacement) {
        let note = replacement
            .note
            .as_ref()
            .map_or_else(String::new, |note| format!(" ({note})"));
        finding.instead = format!("delete it{note}");
        // Of several settings the last one is effective; all of them are deleted.
        let harmless = self.same_settings().all(|index| {
            let text = flag_text(&self.member.settings[index].value);
            let mut values = replacement.harmless.iter();
            values.any(|value| value == "*" || text.as_ref() == Some(value))
        });
        let accepted = option.accepts(self.setting.spelling, self.upgrade.to);
        if accepted && !harmless {
            return;
        }
        if let Some(by_hand) = replacement.by_hand.as_ref().filter(|_| !harmless) {
            let successor = &by_hand.successor;
            finding
                .title
                .push_str(&format!("; run {successor} instead"));
            finding.instead = format!("{successor}{note}");
            finding.notes.push(format!("no fix: {}", by_hand.why));
            return;
        }
        finding.actions = self
            .same_settings()
            .map(|setting| Action::Remove { setting })
            .collect();
        finding.applicability = if harmless {
            Applicability::Safe
        } else {
            Applicability::Unsafe
        };
        finding.fix_title = "Delete it".to_owned();
    }

    /// Turns all old booleans of the member into one value of `feature-gates`: one fix for each would conflict with the
    /// others.
    fn merge_gates(&self, finding: &mut Finding, name: &str) {
        let spelling = self.setting.spelling;
        let gates_of = |setting: &Setting| {
            setting
                .option_in(self.catalogue)?
                .replaced_by
                .as_ref()?
                .gate
                .clone()
        };
        let old: Vec<(usize, &Setting, String)> = self
            .member
            .settings
            .iter()
            .enumerate()
            .filter(|(_, setting)| setting.spelling == spelling && setting.value != Value::Null)
            .filter_map(|(index, setting)| Some((index, setting, gates_of(setting)?)))
            .collect();
        let existing = self
            .member
            .live()
            .find(|(_, setting)| setting.gives(self.catalogue, "feature-gates"));
        let mut pairs: Vec<String> = Vec::new();
        if let Some((_, setting)) = existing {
            let said = flag_text(&setting.value).filter(|_| setting.spelling == spelling);
            let Some(said) = said else {
                finding
                    .notes
                    .push("no fix: the value of `feature-gates` is set elsewhere".to_owned());
                return;
            };
            // Every flag is effective, not only the last.
            let all = self.member.settings.iter();
            let names_gate = all
                .filter(|setting| setting.gives(self.catalogue, "feature-gates"))
                .filter_map(|setting| flag_text(&setting.value))
                .any(|said| old.iter().any(|(_, _, gate)| said.contains(gate.as_str())));
            if names_gate {
                finding.notes.push(
                    "no fix: `feature-gates` also sets this gate; keep one of the two".to_owned(),
                );
                return;
            }
            pairs.extend(
                said.split(',')
                    .map(str::trim)
                    .filter(|pair| !pair.is_empty())
                    .map(str::to_owned),
            );
        }
        for (_, setting, gate) in old.iter().filter(|(_, setting, _)| !setting.overridden) {
            let Some(on) = flag_text(&setting.value).and_then(|text| go_value::parse_bool(&text))
            else {
                finding
                    .notes
                    .push(format!("no fix: the value for {gate} is set elsewhere"));
                return;
            };
            pairs.push(format!("{gate}={on}"));
        }
        let value = NewValue::Text(pairs.join(","));
        let last = old
            .iter()
            .rev()
            .find(|(_, setting, _)| !setting.overridden)
            .map(|(index, ..)| *index);
        let keep = match (existing, last) {
            (Some((index, _)), _) => {
                finding.actions.push(Action::SetValue {
                    setting: index,
                    value,
                });
                None
            }
            (None, Some(index)) => {
                finding.actions.push(Action::Rename {
                    setting: index,
                    to: name.to_owned(),
                });
                finding.actions.push(Action::SetValue {
                    setting: index,
                    value,
                });
                Some(index)
            }
            (None, None) => None,
        };
        for (index, ..) in &old {
            if Some(*index) != keep {
                finding.actions.push(Action::Remove { setting: *index });
            }
        }
        finding.applicability = Applicability::Safe;
        finding.fix_title = "Move it to `feature-gates`".to_owned();
        if old.len() > 1 {
            let refused_since = self
                .catalogue
                .since(Behaviour::OldBooleanBesideItsGateIsRefused);
            finding.notes.push(format!("one fix moves all options that became feature gates: etcd {refused_since} refuses some of them together with others"));
        }
        // etcd merges the gates of several flags.
        if spelling != Spelling::Flag && self.member.completeness == Completeness::Partial {
            finding.applicability = Applicability::Unsafe;
            finding.notes.push("this text is only part of a member's configuration; `feature-gates` may be set elsewhere".to_owned());
        }
    }

    /// Returns this setting and those of the same option and spelling that it overrides.
    fn same_settings(&self) -> impl Iterator<Item = usize> + '_ {
        let name = |setting: &Setting| {
            setting
                .option_in(self.catalogue)
                .map(|option| option.name.clone())
        };
        let own = name(self.setting);
        let settings = self.member.settings.iter().enumerate();
        settings
            .filter(move |(index, other)| {
                let same =
                    own.is_some() && name(other) == own && other.spelling == self.setting.spelling;
                *index == self.index || same
            })
            .map(|(index, _)| index)
    }

    fn is_set(&self, option: &EtcdOption) -> bool {
        self.member.live().any(|(_, other)| {
            other.gives(self.catalogue, &option.name) && other.value != Value::Null
        })
    }
}
