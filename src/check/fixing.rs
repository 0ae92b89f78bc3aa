//! The fix of a finding: its actions as edits of the file, or the reason why there is none.

use std::collections::BTreeSet;

use super::Knowledge;
use crate::diagnostic::ChangedSetting;
use crate::edit::{Edit, Fix, When};
use crate::facts::catalogue::{Catalogue, EtcdOption, Spelling, variable_name};
use crate::member::{Action, Completeness, Member, Setting, key_section};
use crate::rule::Finding;
use crate::source::Source;
use crate::surface::{self, Reading};

/// Why the actions of a finding give no fix.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoFix {
    #[error(transparent)]
    Unwritable(#[from] surface::Unwritable),
    #[error("its edits overlap")]
    Overlap,
    #[error("the edit would leave a section empty")]
    Emptied,
    #[error("a flag and a variable set the same option; delete one of them by hand")]
    OtherSpelling,
}

/// Returns the fix that carries out all actions of a finding, or `None` if there are no actions.
pub(super) fn fix(
    source: &Source,
    reading: &Reading,
    member: Option<&Member>,
    knowledge: &Knowledge,
    finding: &Finding,
) -> Result<Option<Fix>, NoFix> {
    if finding.actions.is_empty() {
        return Ok(None);
    }
    if member.is_some_and(|member| empties_section(member, &finding.actions)) {
        return Err(NoFix::Emptied);
    }
    if let Some(member) = member {
        let catalogue = &knowledge.catalogue;
        let options = concerned(member, catalogue, finding);
        if depends_on_branch(source, reading, member, &options, catalogue) {
            return Err(surface::Unwritable::Branch.into());
        }
        if is_beside_other_spelling(reading, member, catalogue, &options, &finding.actions) {
            return Err(NoFix::OtherSpelling);
        }
    }
    let mut edits: Vec<Edit> = Vec::new();
    for action in &finding.actions {
        edits.extend(surface::edits(source, reading, member, action)?);
    }
    let when = finding.when.as_ref().map_or(When::With, |(when, _)| *when);
    let fix = Fix::new(
        finding.fix_title.as_str(),
        edits,
        finding.applicability,
        when,
    );
    let fix = fix.ok_or(NoFix::Overlap)?;
    let begin = member.map_or(0, |member| reading.file_span(member.anchor).start);
    let writes = finding.actions.iter().filter_map(|action| match action {
        Action::Rename { to: name, .. } | Action::Insert { name, .. } => {
            Some((begin, name.clone()))
        }
        _ => None,
    });
    let acted = finding.actions.iter().filter_map(Action::setting);
    let acted = acted.filter_map(|index| member?.settings.get(index));
    let acted: Vec<&Setting> = acted.collect();
    let variables = acted.iter().filter_map(|setting| reading.variable(setting));
    let has = |spelling| acted.iter().any(|setting| setting.spelling == spelling);
    let options = member.map_or_else(BTreeSet::new, |member| {
        let catalogue = &knowledge.catalogue;
        with_gates(catalogue, concerned(member, catalogue, finding))
    });
    let flags_of = options
        .iter()
        .filter(|_| has(Spelling::Flag) && reading.reads_variable_files());
    let variables_of = options.iter().filter(|_| has(Spelling::Variable));
    Ok(Some(Fix {
        writes: writes.collect(),
        variables: variables.map(str::to_owned).collect(),
        flags_of: flags_of.map(|&option| option.to_owned()).collect(),
        variables_of: variables_of.map(|&option| option.to_owned()).collect(),
        options: options.iter().map(|&option| option.to_owned()).collect(),
        ..fix
    }))
}

/// Returns the options that the actions change or write, or whose settings decide the actions.
fn concerned<'c>(
    member: &Member,
    catalogue: &'c Catalogue,
    finding: &'c Finding,
) -> BTreeSet<&'c str> {
    let mut options: BTreeSet<&str> = finding.rests_on.iter().map(String::as_str).collect();
    for action in &finding.actions {
        let Some(setting) = action
            .setting()
            .and_then(|index| member.settings.get(index))
        else {
            continue;
        };
        let own = setting.option_in(catalogue).filter(|_| changes_own(action));
        let new = match action {
            Action::Rename { to: name, .. } | Action::Insert { name, .. } => {
                catalogue.spelled(setting.spelling, name)
            }
            _ => None,
        };
        let both = [own, new].into_iter().flatten();
        options.extend(both.map(|option| option.name.as_str()));
    }
    options
}

/// Returns the same options. If some become feature gates, all that become feature gates are added: they become one
/// option.
fn with_gates<'c>(catalogue: &'c Catalogue, mut options: BTreeSet<&'c str>) -> BTreeSet<&'c str> {
    let gates = catalogue.options().iter().filter(|option| {
        let new = option.replaced_by.as_ref();
        let new = new.filter(|new| new.gate.is_some());
        let new = new.and_then(|new| new.option.as_deref());
        new.is_some_and(|new| options.contains(new))
    });
    let gates: Vec<&str> = gates.map(|option| option.name.as_str()).collect();
    options.extend(gates);
    options
}

/// Returns whether the action changes the setting that it names, and not only what comes after it.
fn changes_own(action: &Action) -> bool {
    !matches!(action, Action::Insert { .. })
}

/// Returns whether one of the options is also set under a condition, whether it was read as a setting or not.
fn depends_on_branch(
    source: &Source,
    reading: &Reading,
    member: &Member,
    options: &BTreeSet<&str>,
    catalogue: &Catalogue,
) -> bool {
    let is_read = member.settings.iter().any(|setting| {
        let option = setting.option_in(catalogue);
        option.is_some_and(|option| options.contains(option.name.as_str()))
            && reading.is_in_branch(setting)
    });
    is_read
        || options
            .iter()
            .filter_map(|option| catalogue.option(option))
            .any(|option| reading.names_in_branch(&source.text, option))
}

/// Returns whether a flag and a variable set the same option and the actions change which of them is effective, or the
/// value of the other.
fn is_beside_other_spelling(
    reading: &Reading,
    member: &Member,
    catalogue: &Catalogue,
    options: &BTreeSet<&str>,
    actions: &[Action],
) -> bool {
    let given_by = |spelling: Spelling, option: &str| {
        let is_given = member.settings.iter().any(|setting| {
            setting.spelling == spelling && !setting.is_blank() && setting.gives(catalogue, option)
        });
        let variable = variable_name(option);
        is_given || spelling == Spelling::Variable && reading.is_given_elsewhere(&variable)
    };
    // All that become feature gates become one option, which is set once.
    let becomes = |option: &EtcdOption, other: Spelling| {
        given_by(other, &option.name)
            || catalogue.options().iter().any(|old| {
                let new = old.replaced_by.as_ref().filter(|new| new.gate.is_some());
                new.and_then(|new| new.option.as_ref()) == Some(&option.name)
                    && given_by(other, &old.name)
            })
    };
    let is_twice =
        |option: &&str| given_by(Spelling::Flag, option) && given_by(Spelling::Variable, option);
    let twice: Vec<&str> = options.iter().copied().filter(is_twice).collect();
    actions.iter().any(|action| {
        let setting = action
            .setting()
            .and_then(|index| member.settings.get(index));
        let Some(setting) = setting.filter(|setting| setting.spelling != Spelling::Key) else {
            return false;
        };
        // The flag is effective: without the variable nothing changes.
        let takes_dead_variable =
            matches!(action, Action::Remove { .. }) && setting.spelling == Spelling::Variable;
        let writes = match action {
            Action::Rename { to: name, .. } | Action::Insert { name, .. } => {
                catalogue.spelled(setting.spelling, name)
            }
            _ => None,
        };
        let own = setting.option_in(catalogue).filter(|_| changes_own(action));
        let is_twice = |option: &EtcdOption| twice.contains(&option.name.as_str());
        let other = match setting.spelling {
            Spelling::Flag => Spelling::Variable,
            _ => Spelling::Flag,
        };
        let is_in = |option: &EtcdOption| {
            setting.spelling == Spelling::Flag
                && reading.is_given_elsewhere(&format!("--{}", option.name))
        };
        own.is_some_and(is_twice) && !takes_dead_variable
            || own.is_some_and(is_in)
            || writes.is_some_and(|option| becomes(option, other))
    })
}

/// Returns whether the actions remove all keys of a mapping: an empty one reads as null, which is another value.
fn empties_section(member: &Member, actions: &[Action]) -> bool {
    let is_removed = |index: usize| actions.contains(&Action::Remove { setting: index });
    let grows = actions
        .iter()
        .any(|action| matches!(action, Action::Insert { .. }));
    let keys = || {
        let settings = member.settings.iter().enumerate();
        settings.filter(|(_, setting)| setting.spelling == Spelling::Key)
    };
    !grows
        && keys().any(|(index, removed)| {
            let own = key_section(&removed.name);
            let is_inside = |name: &str| own.is_none() || key_section(name) == own;
            let is_whole = own.is_some() || member.completeness != Completeness::Partial;
            is_whole
                && is_removed(index)
                && keys().all(|(other, setting)| {
                    is_removed(other) || setting.overridden || !is_inside(&setting.name)
                })
        })
}

/// Returns the settings that the actions may change, under their old and new names.
#[must_use]
pub fn touches(index: usize, member: &Member, actions: &[Action]) -> Vec<ChangedSetting> {
    let touch = |setting: usize, name: Option<&str>, removed: bool| {
        let setting = member.settings.get(setting)?;
        Some(ChangedSetting {
            member: index,
            spelling: setting.spelling,
            name: name.unwrap_or(&setting.name).to_owned(),
            removed,
        })
    };
    let touches = actions.iter().flat_map(|action| match action {
        Action::Rename { setting, to } => vec![
            touch(*setting, None, true),
            touch(*setting, Some(to), false),
        ],
        Action::SetValue { setting, .. } => vec![touch(*setting, None, false)],
        Action::Remove { setting } => vec![touch(*setting, None, true)],
        Action::Insert { after, name, .. } => vec![touch(*after, Some(name), false)],
        Action::Replace { .. } => Vec::new(),
    });
    touches.flatten().collect()
}
