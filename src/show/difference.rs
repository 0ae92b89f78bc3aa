//! What differs in a member between two releases, and which findings report it.

use std::collections::{BTreeMap, BTreeSet};

use super::in_force::InForce;
use super::row::{Row, rows};
use crate::check::{Knowledge, findings, touches};
use crate::facts::catalogue::{Catalogue, EtcdOption, FeatureGate, ValueType};
use crate::facts::go_value::parse_bool;
use crate::facts::version::{Release, Upgrade};
use crate::rule::{Finding, Subject};

/// An option that has another value at the new release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The option, under its name at the new release if that has it.
    pub option: String,
    /// The value at the old release, under the name that it has there; `None` if it is not set there.
    pub old: Option<Row>,
    /// The value at the new release; `None` if it is not set there.
    pub new: Option<Row>,
    /// The rules whose findings report it.
    pub rules: Vec<String>,
}

/// Returns the options whose values differ between a member at the old and at the new release. An option that only one
/// of them has counts if it is set there, or if a finding is about it.
#[must_use]
pub fn differences(old: &InForce, new: &InForce, knowledge: &Knowledge) -> Vec<Difference> {
    differences_reported_for(new, old, new, knowledge)
}

/// Returns the same, with the findings about another text of the member.
pub(super) fn differences_reported_for(
    reported: &InForce,
    old: &InForce,
    new: &InForce,
    knowledge: &Knowledge,
) -> Vec<Difference> {
    let catalogue = &knowledge.catalogue;
    let mut pairs = Pairs::of(catalogue, (old, new));
    let mut found = pairs.gates(catalogue, (old.release, new.release));
    for option in catalogue.options() {
        found.extend(pairs.next(catalogue, option));
    }
    found.sort_by(|one, other| one.option.cmp(&other.option));
    let findings = all_findings(old.release, reported, knowledge);
    for difference in &mut found {
        let rows = [&difference.old, &difference.new].into_iter().flatten();
        let mut names: BTreeSet<&str> = rows.clone().map(|row| row.option.as_str()).collect();
        names.insert(&difference.option);
        // What an old name sets is in force under the new one.
        names.extend(old_names(catalogue, &difference.option, rows.clone()));
        let about = findings.iter();
        let about =
            about.filter(|(options, _)| options.iter().any(|one| names.contains(one.as_str())));
        let rules: BTreeSet<String> = about.map(|(_, rule)| rule.clone()).collect();
        difference.rules = rules.into_iter().collect();
    }
    found.retain(|one| {
        let rows = [&one.old, &one.new].into_iter().flatten();
        let is_set = rows.clone().any(|row| row.origin.is_some());
        is_set || rows.count() == 2 || !one.rules.is_empty()
    });
    found
}

/// Returns the old names of an option, or of the gate in the rows of feature gates.
fn old_names<'a>(
    catalogue: &'a Catalogue,
    option: &'a str,
    rows: impl Iterator<Item = &'a Row> + Clone,
) -> impl Iterator<Item = &'a str> {
    let is_of = move |gate: &str| {
        let mut gates = rows.clone().filter_map(|row| row.value.split_once('='));
        gates.any(|(name, _)| name == gate)
    };
    let options = catalogue.options().iter().filter(move |old| {
        let gate = old.successor(option).map(|one| one.gate.as_deref());
        gate.is_some_and(|gate| gate.is_none_or(&is_of))
    });
    options.map(|old| old.name.as_str())
}

/// The rows of both releases that are not yet compared.
struct Pairs {
    old: BTreeMap<String, Row>,
    new: BTreeMap<String, Row>,
}

impl Pairs {
    fn of(catalogue: &Catalogue, (old, new): (&InForce, &InForce)) -> Self {
        let by_name = |in_force: &InForce| -> BTreeMap<String, Row> {
            let rows = rows(catalogue, in_force).into_iter();
            rows.map(|row| (row.option.clone(), row)).collect()
        };
        Self {
            old: by_name(old),
            new: by_name(new),
        }
    }

    /// Compares feature gates one by one; old booleans are gates too at a release that has the gates.
    fn gates(&mut self, catalogue: &Catalogue, releases: (Release, Release)) -> Vec<Difference> {
        let mut found = Vec::new();
        let holders = catalogue.options().iter();
        let holders =
            holders.filter(|option| option.type_at(releases.1) == ValueType::FeatureGates);
        for holder in holders.map(|option| option.name.as_str()) {
            let is_known = |row: &Row| row.is_known;
            if !self.new.get(holder).is_some_and(is_known)
                || !self.old.get(holder).is_none_or(is_known)
            {
                continue;
            }
            let new = self.new.remove(holder);
            let old = self.old.remove(holder);
            for gate in &catalogue.gates {
                let booleans = catalogue.options().iter().filter(|option| {
                    let replacement = option.successor(holder);
                    replacement.is_some_and(|one| one.gate.as_deref() == Some(&gate.name))
                        && !self.new.contains_key(&option.name)
                });
                let boolean = booleans
                    .map(|option| option.name.clone())
                    .collect::<Vec<_>>();
                let boolean = boolean.iter().find_map(|name| self.old.remove(name));
                let before = match &boolean {
                    Some(row) => Some((row.clone(), parse_bool(&row.value))),
                    None => state(old.as_ref(), gate, releases.0),
                };
                let Some((new, is_on)) = state(new.as_ref(), gate, releases.1) else {
                    continue;
                };
                let is_different = match &before {
                    Some((_, was_on)) => *was_on != is_on,
                    None => new.origin.is_some(),
                };
                if is_different {
                    found.push(Difference {
                        option: holder.to_owned(),
                        old: before.map(|(row, _)| row),
                        new: Some(new),
                        rules: Vec::new(),
                    });
                }
            }
        }
        found
    }

    /// Compares an option of the new release with what it was at the old one.
    fn next(&mut self, catalogue: &Catalogue, option: &EtcdOption) -> Option<Difference> {
        let name = option.name.as_str();
        if self.is_set_under_new_name(option) {
            return None;
        }
        let new = self.new.remove(name);
        let mut old = self.old.remove(name);
        // At the old release it may be set under its earlier name.
        let is_newly_set = new.as_ref().is_some_and(|row| row.origin.is_some());
        let is_at_default = old.as_ref().is_some_and(|row| row.origin.is_none());
        if old.is_none() && new.is_some() || is_at_default && is_newly_set {
            let mut earlier = self.old.iter().filter(|(earlier, row)| {
                let earlier = catalogue.option(earlier);
                let renamed = earlier.and_then(|earlier| earlier.successor(name));
                let is_meant = old.is_none() || row.origin.is_some();
                is_meant && renamed.is_some_and(|replacement| replacement.gate.is_none())
            });
            let earlier = earlier.next().map(|(earlier, _)| earlier.clone());
            old = earlier
                .and_then(|earlier| self.old.remove(&earlier))
                .or(old);
        }
        let is_different = match (&old, &new) {
            (Some(old), Some(new)) => (&old.value, old.is_known) != (&new.value, new.is_known),
            // It may be renamed: then it is compared under its new name.
            (Some(_), None) => !self.has_new_name(option),
            (None, new) => new.is_some(),
        };
        if !is_different {
            if old.is_some() && new.is_none() {
                self.old.extend(old.map(|row| (row.option.clone(), row)));
            }
            return None;
        }
        Some(Difference {
            option: name.to_owned(),
            old,
            new,
            rules: Vec::new(),
        })
    }

    /// Whether it is set at the old release, and only under its new name at the new one, which has both names.
    fn is_set_under_new_name(&mut self, option: &EtcdOption) -> bool {
        let is_set = |row: &Row| row.origin.is_some();
        let is_left = self.new.get(&option.name).is_some_and(|row| !is_set(row));
        let was_set = self.old.get(&option.name).is_some_and(is_set);
        let mut set = self.new.values().filter(|row| is_set(row));
        let is_renamed = is_left
            && was_set
            && set.any(|row| {
                let renamed = option.successor(&row.option);
                renamed.is_some_and(|replacement| replacement.gate.is_none())
            });
        if is_renamed {
            self.new.remove(&option.name);
        }
        is_renamed
    }

    fn has_new_name(&self, option: &EtcdOption) -> bool {
        let mut names = self.new.keys();
        names.any(|name| option.successor(name).is_some())
    }
}

/// Returns a row for one gate of a row of feature gates, and whether the gate is on.
fn state(
    holder: Option<&Row>,
    gate: &FeatureGate,
    release: Release,
) -> Option<(Row, Option<bool>)> {
    let holder = holder.filter(|_| gate.since <= release)?;
    let pairs = holder
        .value
        .split(',')
        .filter_map(|pair| pair.split_once('='));
    let mut values = pairs.rev().filter(|(name, _)| name.trim() == gate.name);
    let set = values
        .next()
        .and_then(|(_, value)| parse_bool(value.trim()));
    let is_on = set.unwrap_or(gate.default);
    let row = Row {
        value: format!("{}={is_on}", gate.name),
        origin: holder.origin.clone().filter(|_| set.is_some()),
        ..holder.clone()
    };
    Some((row, Some(is_on)))
}

/// Returns the rules that find something in the member, each with the options that it is about.
fn all_findings(
    from: Release,
    member: &InForce,
    knowledge: &Knowledge,
) -> Vec<(Vec<String>, String)> {
    let upgrade = Upgrade {
        from: Some(from),
        to: member.release,
    };
    let catalogue = &knowledge.catalogue;
    let mut found = Vec::new();
    for member in &member.checked {
        let option_of = |index: &usize| {
            let setting = member.settings.get(*index)?;
            Some(setting.option_in(catalogue)?.name.clone())
        };
        let options = |finding: &Finding| -> Vec<String> {
            let subject = match finding.subject {
                Subject::Setting(index) => Some(index),
                _ => None,
            };
            let settings = subject.iter().chain(&finding.related);
            let settings = settings.filter_map(option_of);
            let touched = touches(0, member, &finding.actions).into_iter();
            let touched = touched.filter_map(|touched| {
                let option = catalogue.spelled(touched.spelling, &touched.name)?;
                Some(option.name.clone())
            });
            let options = settings.chain(touched);
            options.chain(finding.option.clone()).collect()
        };
        for finding in findings(member, upgrade, knowledge) {
            found.push((options(&finding), finding.rule));
        }
    }
    found
}
