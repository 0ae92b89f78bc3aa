//! Whether a fix is safe if the running release is not known: it must change nothing at any release that may be
//! running.

use crate::facts::catalogue::{Catalogue, Spelling};
use crate::facts::version::Release;
use crate::member::{Action, Member, NewValue, Setting, Value};
use crate::server::acceptance::{self, Acceptance};
use crate::server::effective::{flag_text, reads_files};

/// Returns why the actions may change what a running release does, or `None` if they change nothing. A release that
/// refuses the old setting cannot be running with it.
pub(super) fn doubt(
    catalogue: &Catalogue,
    member: Option<&Member>,
    actions: &[Action],
    to: Release,
) -> Option<String> {
    let Some(member) = member else {
        return Some("it is not known whether the running release serves the new path".to_owned());
    };
    let lines = catalogue.lines().filter(|(_, first, _)| *first <= to);
    let mut releases: Vec<Release> = lines
        .flat_map(|(_, first, last)| [first, last.min(to)])
        .collect();
    releases.dedup();
    releases
        .into_iter()
        .rev()
        .find_map(|release| doubt_at(catalogue, member, actions, release))
}

/// Returns whether the actions make a setting of the option effective that the running release and all stops of the
/// upgrade ignore as it is written.
pub(super) fn takes_effect(
    catalogue: &Catalogue,
    member: &Member,
    (option, actions): (&str, &[Action]),
    (from, to): (Release, Release),
) -> bool {
    let changes =
        |action: &&Action| matches!(action, Action::Rename { .. } | Action::SetValue { .. });
    let changed = actions.iter().filter(changes).filter_map(Action::setting);
    let mut settings = changed.filter_map(|index| Some((index, member.settings.get(index)?)));
    settings.any(|(index, setting)| {
        let fate_at = |release: &Release| fate(catalogue, setting, *release);
        let is_effective_later = || {
            let stops = catalogue.stops(from, to);
            stops.iter().any(|stop| fate_at(stop) == Fate::Counts)
        };
        setting.gives(catalogue, option)
            && !setting.is_blank()
            && fate_at(&from) == Fate::Ignored
            && !is_effective_later()
            && fate(catalogue, &rewritten(setting, Some(index), actions), to) == Fate::Counts
    })
}

/// What a release does with a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Counts,
    Ignored,
    Refused,
}

fn fate(catalogue: &Catalogue, setting: &Setting, release: Release) -> Fate {
    match acceptance::check(catalogue, setting, release) {
        Acceptance::Accepted | Acceptance::ReadAs(_) => Fate::Counts,
        Acceptance::Ignored | Acceptance::Dropped | Acceptance::DroppedWithWarning(_) => {
            Fate::Ignored
        }
        Acceptance::Refused(_) => Fate::Refused,
    }
}

fn doubt_at(
    catalogue: &Catalogue,
    member: &Member,
    actions: &[Action],
    release: Release,
) -> Option<String> {
    let acted = |action: &Action| member.settings.get(action.setting()?);
    let in_file = |setting: &Setting| setting.spelling == Spelling::Key;
    let old: Vec<&Setting> = actions.iter().filter_map(acted).collect();
    let is_out = |setting: &&Setting| {
        fate(catalogue, setting, release) == Fate::Refused
            || in_file(setting) && !reads_files(catalogue, release)
    };
    if old.iter().any(is_out) {
        return None;
    }
    let is_effective = |setting: &Setting| fate(catalogue, setting, release) == Fate::Counts;
    for action in actions {
        let setting = acted(action)?;
        let doubt = match action {
            Action::Remove { .. } => {
                let is_written_again = actions
                    .iter()
                    .any(|action| matches!(action, Action::Rename { .. } | Action::Insert { .. }));
                let option = setting.option_in(catalogue);
                let default = option.map(|option| option.default_at(release, in_file(setting)));
                let is_default = flag_text(&setting.value).as_deref() == default;
                // A flag has always overridden its variable.
                let is_shadowed = setting.spelling == Spelling::Variable
                    && member.live().any(|(_, other)| {
                        other.spelling == Spelling::Flag
                            && option.is_some_and(|option| other.gives(catalogue, &option.name))
                    });
                let is_dead = setting.overridden || is_shadowed;
                let matters = is_effective(setting) && !is_dead && !is_default;
                (!is_written_again && matters).then_some("the setting has an effect there")
            }
            Action::Insert { name, value, .. } => {
                let mut new = setting.clone();
                new.name.clone_from(name);
                new.value = written(value, setting.spelling);
                let is_needed = old.iter().any(|setting| is_effective(setting));
                difference(is_needed, fate(catalogue, &new, release))
            }
            _ => {
                let new = rewritten(setting, action.setting(), actions);
                difference(is_effective(setting), fate(catalogue, &new, release))
            }
        };
        if let Some(doubt) = doubt {
            return Some(format!("etcd {} may be running; {doubt}", release.line()));
        }
    }
    None
}

/// Returns what changes if a setting, which is effective or not, gets a new form with that fate.
fn difference(is_effective: bool, new: Fate) -> Option<&'static str> {
    match (is_effective, new) {
        (_, Fate::Refused) => Some("it refuses the new form"),
        (true, Fate::Ignored) => Some("it ignores the new form"),
        (false, Fate::Counts) => Some("it ignores the setting now, but would apply the new form"),
        _ => None,
    }
}

/// Returns the setting of that index after the actions.
fn rewritten(setting: &Setting, index: Option<usize>, actions: &[Action]) -> Setting {
    let mut new = setting.clone();
    for action in actions.iter().filter(|action| action.setting() == index) {
        match action {
            Action::Rename { to, .. } => new.name.clone_from(to),
            Action::SetValue { value, .. } => new.value = written(value, setting.spelling),
            _ => {}
        }
    }
    new
}

/// Returns the value as it is read from the new text.
fn written(value: &NewValue, spelling: Spelling) -> Value {
    match value {
        NewValue::Text(text) => Value::Text(text.clone()),
        NewValue::Bool(value) if spelling == Spelling::Key => Value::Bool(*value),
        NewValue::Bool(value) => Value::Text(value.to_string()),
        NewValue::Number(number) if spelling == Spelling::Key => {
            Value::Integer(i128::from(*number))
        }
        NewValue::Number(number) => Value::Text(number.to_string()),
        NewValue::List(items) if spelling == Spelling::Key => {
            Value::List(items.iter().cloned().map(Value::Text).collect())
        }
        NewValue::List(items) => Value::Text(items.join(",")),
    }
}
