//! What an option is, from release to release.

use crate::facts::catalogue::{Catalogue, EtcdOption};
use crate::facts::version::Release;

/// Successive releases in which an option is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first of them.
    pub first: Release,
    /// The last known of them.
    pub last: Release,
    /// The option; `None` if it does not exist.
    pub facts: Option<Facts>,
}

/// What an option is in a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// How a flag or a variable is read, in words; `None` if there is no flag.
    pub flag: Option<&'static str>,
    /// The default without a configuration file.
    pub default: String,
    /// The option in the configuration file.
    pub key: Option<KeyFacts>,
    /// Whether it is deprecated.
    pub is_deprecated: bool,
}

/// What an option is in the configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// Its name, nested keys joined by `.`.
    pub name: String,
    /// Its type as Go names it.
    pub key_type: &'static str,
    /// The default if the file does not set it.
    pub default: String,
}

/// Returns what an option is in `release`, or `None` if it does not exist.
#[must_use]
pub fn facts(option: &EtcdOption, release: Release) -> Option<Facts> {
    option.exists_at(release).then(|| Facts {
        flag: option.has_flag.then(|| option.type_at(release).in_words()),
        default: option.default_at(release, false).to_owned(),
        key: option.key_at(release).map(|name| KeyFacts {
            name: name.to_owned(),
            key_type: option.key_type_at(release).go_name(),
            default: option.default_at(release, true).to_owned(),
        }),
        is_deprecated: option
            .deprecated
            .as_ref()
            .is_some_and(|deprecated| deprecated.holds_at(release)),
    })
}

/// Returns an option's history in periods, oldest first, exact to the patch.
#[must_use]
pub fn history(option: &EtcdOption, catalogue: &Catalogue) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    for (_, first, last) in catalogue.lines() {
        let inside = option
            .changes()
            .filter(|point| first < *point && *point <= last);
        let mut begins: Vec<Release> = inside.chain([first]).collect();
        begins.sort_unstable();
        begins.dedup();
        for (at, &begin) in begins.iter().enumerate() {
            let end = match begins.get(at + 1) {
                // A change within a minor begins after its first patch.
                Some(next) => Release::new(next.major, next.minor, next.patch.saturating_sub(1)),
                None => last,
            };
            let facts = facts(option, begin);
            match periods.last_mut() {
                Some(before) if before.facts == facts => before.last = end,
                _ => periods.push(Period {
                    first: begin,
                    last: end,
                    facts,
                }),
            }
        }
    }
    periods
}

impl Period {
    /// Returns the releases in words: minors if all their patches are included, patches if it begins or ends within a
    /// minor.
    #[must_use]
    pub fn releases(&self, catalogue: &Catalogue) -> String {
        let ends_a_line = catalogue.lines().any(|(_, _, last)| last == self.last);
        if self.first == self.last {
            self.first.to_string()
        } else if !self.first.same_line(self.last) {
            let end = if ends_a_line {
                self.last.line().to_string()
            } else {
                self.last.to_string()
            };
            format!("{} - {end}", self.first.as_beginning())
        } else if self.first.patch == 0 && ends_a_line {
            self.first.line().to_string()
        } else {
            format!("{} - {}", self.first, self.last)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_with_a_patch_begins_there() {
        let catalogue = Catalogue::built_in().unwrap();
        let option = catalogue.option("auth-token-ttl").unwrap();
        let periods = history(option, &catalogue);
        let rows: Vec<(String, bool)> = periods
            .iter()
            .map(|period| (period.releases(&catalogue), period.facts.is_some()))
            .collect();
        let rows: Vec<(&str, bool)> = rows.iter().map(|(text, is)| (text.as_str(), *is)).collect();
        let last_3_3 = catalogue.release("3.3".parse().unwrap()).unwrap();
        assert_eq!(
            rows,
            [
                ("2.3 - 3.3.22", false),
                (&*format!("3.3.23 - {last_3_3}"), true),
                ("3.4.0 - 3.4.9", false),
                (&*format!("3.4.10 - {}", catalogue.newest().line()), true),
            ]
        );
    }
}
