//! Policies of an organisation for its members, whatever etcd does.

use super::behaviour::{is_delivered, matching, unmet};
use super::{Case, Finding, Subject};
use crate::diagnostic::Consequence;
use crate::member::Setting;
use crate::server::effective::{flag_text, is_whole_configuration};

/// The greatest length of a value in a message; a longer value can be read in the text.
const SHOWN_VALUE: usize = 60;

/// Finds the settings that `if-set` names, with the value of `if-value`; without `if-set` the members that do not set
/// what `unless-set` names, at the setting whose value does not meet `unless-value`.
pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    let Case { rule, member, .. } = *case;
    if !rule.matters_at(case.upgrade.to) || !is_delivered(case) {
        return Vec::new();
    }
    let is_whole = is_whole_configuration(case.catalogue, member, case.upgrade.to);
    let is_unmet = unmet(case.catalogue, member, rule);
    let mut found: Vec<Subject> = Vec::new();
    if !rule.if_set.is_empty() {
        if rule.unless_set.is_empty() || is_whole && is_unmet {
            found.extend(matching(case.catalogue, member, rule).map(Subject::Setting));
        }
    } else if is_unmet {
        // If one option is named, a wrong value is wrong whatever other texts set; if several are named, another text
        // may set the right one.
        if is_whole || rule.unless_set.len() == 1 {
            found.extend(with_other_value(case).map(Subject::Setting));
        }
        if is_whole && found.is_empty() {
            found.push(Subject::Member);
        }
    }
    found
        .into_iter()
        .map(|subject| finding(case, subject))
        .collect()
}

/// Returns the settings of what `unless-set` names whose value does not meet `unless-value`.
fn with_other_value<'c>(case: &'c Case<'_>) -> impl Iterator<Item = usize> + 'c {
    let is_other = |setting: &Setting| {
        let condition = case.rule.unless_value.as_ref();
        let is_named = |name: &String| setting.gives(case.catalogue, name);
        case.rule.unless_set.iter().any(is_named)
            && !setting.is_blank()
            && flag_text(&setting.value).is_some()
            && condition.is_some_and(|condition| !condition.holds(&setting.value))
    };
    let live = case.member.live();
    live.filter(move |(_, setting)| is_other(setting))
        .map(|(index, _)| index)
}

fn finding(case: &Case<'_>, subject: Subject) -> Finding {
    let setting = match subject {
        Subject::Setting(index) => case.member.settings.get(index),
        _ => None,
    };
    let message = case.rule.does.clone().unwrap_or_else(|| match setting {
        Some(setting) => {
            let written = setting.spelling.written(&setting.name);
            let value = flag_text(&setting.value);
            match value.filter(|value| value.chars().count() <= SHOWN_VALUE) {
                Some(value) => format!("{written} is `{value}`"),
                None => format!("{written} is set"),
            }
        }
        None => {
            let names: Vec<String> = case
                .rule
                .unless_set
                .iter()
                .map(|it| format!("`{it}`"))
                .collect();
            match names.as_slice() {
                [name] => format!("{name} is not set"),
                names => format!("none of {} is set", names.join(", ")),
            }
        }
    });
    let option = setting.and_then(|setting| setting.option_in(case.catalogue));
    let option = option.map(|option| option.name.clone());
    let finding = Finding::new(case.rule, subject, Consequence::Advice, message);
    Finding {
        option: option
            .or_else(|| finding.option.clone())
            .or_else(|| case.rule.unless_set.first().cloned()),
        // It begins with no release of etcd.
        since: None,
        ..finding
    }
}
