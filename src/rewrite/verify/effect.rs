//! Verifies that a rewritten text means the same to etcd, but for the settings that the fixes were to change.

use std::collections::HashSet;

use super::VerifyError;
use crate::diagnostic::ChangedSetting;
use crate::facts::catalogue::Catalogue;
use crate::facts::version::Upgrade;
use crate::member::{Member, Setting};
use crate::server::effective::Effective;

/// Checks that the new release uses the same values with old and new members, but for the options that the fixes
/// touched.
///
/// The value that the running release uses with the old text is right too: a fix may restore it. A member all of whose
/// settings were removed need not be found any more.
pub(in crate::rewrite) fn same_effect(
    catalogue: &Catalogue,
    upgrade: Upgrade,
    old: &[Member],
    new: &[Member],
    touched: &[ChangedSetting],
) -> Result<(), VerifyError> {
    let same_count = old.len() == new.len();
    // If members are removed, the indices of those after them change.
    let touches_of = |index: usize| {
        let own = move |touch: &&ChangedSetting| touch.member == index || !same_count;
        touched.iter().filter(own)
    };
    let may_go = |index: usize, member: &Member| {
        let own = || touched.iter().filter(move |touch| touch.member == index);
        let removed = |setting: &Setting| {
            own().any(|touch| touch.spelling == setting.spelling && touch.name == setting.name)
        };
        own().all(|touch| touch.removed) && member.settings.iter().all(removed)
    };
    let left: Vec<(usize, &Member)> = old
        .iter()
        .enumerate()
        .filter(|(index, member)| same_count || !may_go(*index, member))
        .collect();
    if left.len() != new.len() {
        return Err(VerifyError::Members(old.len(), new.len()));
    }
    for ((index, old), new) in left.into_iter().zip(new) {
        let meant: HashSet<&str> = touches_of(index)
            .filter_map(|touch| catalogue.spelled(touch.spelling, &touch.name))
            .map(|option| option.name.as_str())
            .collect();
        let before = Effective::new(catalogue, old, upgrade.to);
        let after = Effective::new(catalogue, new, upgrade.to);
        let running = upgrade
            .from
            .map(|from| Effective::new(catalogue, old, from));
        let others = catalogue
            .options()
            .iter()
            .map(|option| option.name.as_str())
            .filter(|option| !meant.contains(option));
        for option in others {
            let (was, is) = (before.text(option), after.text(option));
            let is_back = || {
                running
                    .as_ref()
                    .is_some_and(|running| running.text(option) == is)
            };
            if was != is && !is_back() {
                let shown = |text: Option<String>| text.unwrap_or_else(|| "unknown".to_owned());
                return Err(VerifyError::Effect {
                    option: option.to_owned(),
                    old: shown(was),
                    new: shown(is),
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::catalogue::Spelling;
    use crate::source::Source;
    use crate::surface::{Discovery, FileReading, read};

    fn members(catalogue: &Catalogue, text: &str) -> Vec<Member> {
        let source = Source::new("etcd.env", text);
        match read(&source, catalogue, Discovery::Explicit, None) {
            FileReading::Read(reading) => reading.members,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_option_that_was_not_to_change_is_found() {
        let catalogue = Catalogue::built_in().unwrap();
        let old = members(&catalogue, "ETCD_NAME=a\nETCD_SNAPSHOT_COUNT=5\n");
        let new = members(&catalogue, "ETCD_NAME=b\nETCD_SNAPSHOT_COUNT=5\n");
        let touched = [ChangedSetting {
            member: 0,
            spelling: Spelling::Variable,
            name: "ETCD_NAME".to_owned(),
            removed: false,
        }];
        let to = Upgrade {
            from: None,
            to: catalogue.newest(),
        };
        assert_eq!(same_effect(&catalogue, to, &old, &new, &touched), Ok(()));
        assert_eq!(
            same_effect(&catalogue, to, &old, &new, &[]),
            Err(VerifyError::Effect {
                option: "name".to_owned(),
                old: "a".to_owned(),
                new: "b".to_owned(),
            })
        );
        assert_eq!(
            same_effect(&catalogue, to, &old, &[], &touched),
            Err(VerifyError::Members(1, 0))
        );
    }
}
