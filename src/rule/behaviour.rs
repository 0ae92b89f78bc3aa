//! Behaviour that changed for a text that stays the same; the rule's conditions select the members.

use super::{Case, Finding, Keep, Rule, RuleDelivery, Subject};
use crate::diagnostic::{Consequence, Impact};
use crate::edit::Applicability;
use crate::facts::catalogue::{Catalogue, EtcdOption, KeyType, Spelling, ValueType};
use crate::facts::version::Release;
use crate::member::{Action, Completeness, Delivery, Member, NewValue, Setting, is_same_section};
use crate::server::acceptance;
use crate::server::effective::{flag_text, is_decided_by_other_file, is_whole_configuration};

/// Finds members that a change of behaviour affects.
pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    if !case.rule.is_passed_by(case.upgrade) {
        return Vec::new();
    }
    let Some(subject) = concerned(case) else {
        return Vec::new();
    };
    if is_kept(case) {
        return Vec::new();
    }
    let context = case.context();
    let consequence = match subject {
        Subject::Setting(_) => Consequence::Changed,
        _ => Consequence::DefaultChanged,
    };
    let mut finding = says(case, subject, consequence);
    if is_doubtful(case) {
        let other = &case.rule.unless_set[0];
        finding.notes.push(format!(
            "this text is only part of a member's configuration; `{other}` may be set elsewhere"
        ));
        return vec![finding];
    }
    let actions = keep(case);
    if !actions.is_empty() {
        finding.when = case.rule.keep.as_ref().and_then(|keep| {
            let option = case.catalogue.option(&keep.option)?;
            let takes = |release| {
                let value = keep.value.as_deref();
                option.exists_at(release)
                    && value.is_none_or(|it| acceptance::takes(case.catalogue, option, it, release))
            };
            context.when(|_| true, takes)
        });
        finding.fix_title = "Keep the old behaviour".to_owned();
        finding.actions = actions;
        finding.applicability = Applicability::Unsafe;
    }
    vec![finding]
}

/// Finds values that the new release does not read as they are written, whatever the running release is.
pub(super) fn read_otherwise(case: &Case<'_>) -> Vec<Finding> {
    of_each_setting(case, Consequence::Changed)
}

/// Finds values that the new release still accepts and a later one refuses.
pub(super) fn accepted_until(case: &Case<'_>) -> Vec<Finding> {
    of_each_setting(case, Consequence::Deprecated)
}

fn of_each_setting(case: &Case<'_>, consequence: Consequence) -> Vec<Finding> {
    let Case { rule, member, .. } = *case;
    if !rule.matters_at(case.upgrade.to) || !is_delivered(case) {
        return Vec::new();
    }
    matching(case.catalogue, member, rule)
        .map(|index| says(case, Subject::Setting(index), consequence))
        .collect()
}

/// Returns the finding in the words of the rule.
fn says(case: &Case<'_>, subject: Subject, consequence: Consequence) -> Finding {
    let does = case.rule.does.as_deref().unwrap_or_default();
    let message = format!("{} {does}", case.context().to());
    let mut finding = Finding::new(case.rule, subject, consequence, message);
    if let Subject::Setting(index) = subject {
        let option = case.member.settings[index].option_in(case.catalogue);
        finding.option = option.map(|option| option.name.clone());
    }
    finding
}

/// Returns the subject in a member that meets a rule's conditions, or `None` if it does not meet them.
///
/// A condition about what is not set needs a text that is the whole configuration.
pub(super) fn concerned(case: &Case<'_>) -> Option<Subject> {
    let Case {
        rule,
        catalogue,
        member,
        ..
    } = *case;
    let is_whole = is_whole_configuration(case.catalogue, member, case.upgrade.to);
    let is_judged = is_whole || is_doubtful(case);
    let unset = rule.unless_set.is_empty() || is_judged && unmet(catalogue, member, rule);
    if !is_delivered(case) || !unset {
        return None;
    }
    if rule.if_set.is_empty() {
        return is_whole.then_some(Subject::Member);
    }
    matching(catalogue, member, rule)
        .next()
        .map(Subject::Setting)
}

/// Whether a part of a member alone is enough for a finding: who may connect is never left out.
fn is_doubtful(case: &Case<'_>) -> bool {
    let Case { rule, member, .. } = *case;
    member.completeness == Completeness::Part
        && rule.impact == Impact::Security
        && !rule.if_set.is_empty()
        && !rule.unless_set.is_empty()
}

/// Returns whether the text does not set anything that `unless-set` names to the value of `unless-value`.
pub(super) fn unmet(catalogue: &Catalogue, member: &Member, rule: &Rule) -> bool {
    let counts = |setting: &Setting| {
        let condition = rule.unless_value.as_ref();
        condition.is_none_or(|it| flag_text(&setting.value).is_none() || it.holds(&setting.value))
    };
    let is_set = |name: &String| {
        // Every flag of gates is effective, not only the last.
        member.settings.iter().any(|setting| {
            let is_flag = setting.spelling == Spelling::Flag;
            let is_read = !setting.overridden || is_flag && setting.name == "feature-gates";
            is_read && !setting.is_blank() && setting.gives(catalogue, name) && counts(setting)
        })
    };
    !rule.unless_set.iter().any(is_set)
}

/// Returns whether the member gets its options in the way the rule is about.
pub(super) fn is_delivered(case: &Case<'_>) -> bool {
    let member = case.member;
    match case.rule.delivery {
        None | Some(RuleDelivery::Variable) => true,
        Some(RuleDelivery::ConfigFile) => member.delivery == Delivery::ConfigFile,
        Some(RuleDelivery::Environment) => {
            member.delivery == Delivery::Environment
                && !is_decided_by_other_file(case.catalogue, member, case.upgrade.to)
        }
    }
}

/// Returns the settings of the options and with the values that the rule names.
pub(super) fn matching<'a>(
    catalogue: &'a Catalogue,
    member: &'a Member,
    rule: &'a Rule,
) -> impl Iterator<Item = usize> + 'a {
    let concerns = move |setting: &Setting| {
        let by_variable =
            rule.delivery != Some(RuleDelivery::Variable) || setting.spelling == Spelling::Variable;
        let is_meant = rule
            .if_value
            .as_ref()
            .is_none_or(|condition| condition.holds(&setting.value));
        let option = setting.option_in(catalogue);
        by_variable
            && !setting.is_blank()
            && option.is_some_and(|option| rule.if_set.contains(&option.name))
            && is_meant
    };
    member
        .live()
        .filter(move |(_, setting)| concerns(setting))
        .map(|(index, _)| index)
}

/// Returns whether the member already sets what keeps the old behaviour.
fn is_kept(case: &Case<'_>) -> bool {
    let Some(Keep {
        option,
        value: Some(value),
    }) = &case.rule.keep
    else {
        return false;
    };
    case.member.live().any(|(_, setting)| {
        setting.gives(case.catalogue, option) && flag_text(&setting.value).as_ref() == Some(value)
    })
}

/// Returns the actions that keep the old behaviour, if the new release has a setting for it.
fn keep(case: &Case<'_>) -> Vec<Action> {
    let Some(keep) = &case.rule.keep else {
        return Vec::new();
    };
    let Some(option) = case.catalogue.option(&keep.option) else {
        return Vec::new();
    };
    let is_it = |setting: &Setting| setting.gives(case.catalogue, &option.name);
    let settings = case.member.settings.iter().enumerate();
    let Some(value) = &keep.value else {
        // Without it, the settings that it overrides would take effect again.
        let all = settings.filter(|(_, setting)| is_it(setting));
        return all.map(|(setting, _)| Action::Remove { setting }).collect();
    };
    match case.member.live().find(|(_, setting)| is_it(setting)) {
        Some((setting, found)) => {
            let value = match flag_text(&found.value) {
                // What it sets for other gates stays.
                Some(said)
                    if option.type_at(case.upgrade.to) == ValueType::FeatureGates
                        && !said.is_empty() =>
                {
                    &format!("{},{value}", said.trim_end_matches(','))
                }
                _ => value,
            };
            let value = new_value(option, found.spelling, value, case.upgrade.to);
            vec![Action::SetValue { setting, value }]
        }
        None => insertion(case, option, value).into_iter().collect(),
    }
}

/// Adds a setting after the member's last one that is in a place where this one may be.
pub(super) fn insertion(case: &Case<'_>, option: &EtcdOption, value: &str) -> Option<Action> {
    let to = case.upgrade.to;
    case.member
        .settings
        .iter()
        .enumerate()
        .rev()
        .find_map(|(after, setting)| {
            if !option.accepts(setting.spelling, to) {
                return None;
            }
            let name = option.spelled(setting.spelling, to)?;
            let beside = setting.spelling != Spelling::Key || is_same_section(&setting.name, &name);
            beside.then(|| Action::Insert {
                after,
                value: new_value(option, setting.spelling, value, to),
                name,
            })
        })
}

/// Returns a value in the type that the spelling needs.
pub(super) fn new_value(
    option: &EtcdOption,
    spelling: Spelling,
    value: &str,
    release: Release,
) -> NewValue {
    if spelling != Spelling::Key {
        return NewValue::Text(value.to_owned());
    }
    match option.key_type_at(release) {
        KeyType::Bool => NewValue::Bool(value == "true"),
        KeyType::List => NewValue::List(value.split(',').map(str::to_owned).collect()),
        KeyType::String => NewValue::Text(value.to_owned()),
        _ => match value.parse() {
            Ok(number) => NewValue::Number(number),
            Err(_) => NewValue::Text(value.to_owned()),
        },
    }
}
