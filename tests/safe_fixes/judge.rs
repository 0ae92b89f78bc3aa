//! Compares what etcd gets before and after a rewrite, however either is written.
//!
//! The settings that etcd gets from a rewritten script, unit or template must be those that it gets if the settings of
//! the old one are written plainly and then rewritten: option by option, either that or no change.

use std::collections::BTreeSet;

use etcd_uplift::check::Knowledge;
use etcd_uplift::edit::Applicability;
use etcd_uplift::facts::catalogue::{Catalogue, Spelling};
use etcd_uplift::facts::version::{Release, Upgrade};
use etcd_uplift::lint::LintOptions;
use etcd_uplift::member::{Member, Setting};
use etcd_uplift::rewrite::{Rewrite, RewriteError, RewriteOptions, rewrite};
use etcd_uplift::server::acceptance::{self, Acceptance};
use etcd_uplift::server::effective::{Effective, flag_text};
use etcd_uplift::server::startup;
use etcd_uplift::source::Source;
use etcd_uplift::surface::{self, Discovery, FileReading, read};

use super::meaning::GATE;

/// Compares the results of one upgrade.
pub(crate) struct Judge<'a> {
    pub(crate) knowledge: &'a Knowledge,
    pub(crate) from: Release,
    pub(crate) to: Release,
    /// Options that one fix reads or writes together: [`groups`].
    pub(crate) groups: &'a [BTreeSet<String>],
}

/// Options that one fix reads or writes together, beyond the replacements in the catalogue.
const TOGETHER: [&[&str]; 5] = [
    &["ca-file", "trusted-ca-file", "client-cert-auth"],
    &[
        "peer-ca-file",
        "peer-trusted-ca-file",
        "peer-client-cert-auth",
    ],
    &["log-output", "log-outputs", "logger"],
    &["debug", "log-level"],
    &[
        "auto-compaction-retention",
        "auto-compaction-mode",
        "experimental-auto-compaction-retention",
    ],
];

/// Returns the options that are compared together. Each feature gate is an option of its own.
pub(crate) fn groups(catalogue: &Catalogue) -> Vec<BTreeSet<String>> {
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let mut groups: Vec<BTreeSet<String>> = TOGETHER.iter().map(|names| owned(names)).collect();
    for option in catalogue.options() {
        let mut group = BTreeSet::from([option.name.clone()]);
        if let Some(by) = &option.replaced_by {
            group.extend(match &by.gate {
                Some(gate) => Some(format!("{GATE}{gate}")),
                None => by.option.clone(),
            });
        }
        groups.retain(|other| {
            let is_other = group.is_disjoint(other);
            if !is_other {
                group.extend(other.iter().cloned());
            }
            is_other
        });
        groups.push(group);
    }
    groups
}

/// The result of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// etcd gets the same settings.
    Same,
    /// It gets what the plain rewrite gives.
    Fixed,
    /// The running release refuses the old configuration: there is nothing to keep.
    RefusedBefore,
    /// It gets something else.
    Wrong(String),
}

impl Judge<'_> {
    /// Returns the text with all safe fixes.
    pub(crate) fn rewritten(&self, source: &Source) -> Result<Rewrite, RewriteError> {
        let upgrade = Upgrade {
            from: Some(self.from),
            to: self.to,
        };
        let options = RewriteOptions {
            lint: LintOptions::new(self.knowledge, upgrade),
            least: Applicability::Safe,
        };
        rewrite(source, &options)
    }

    /// Returns whether a text is read, or reported as one that cannot be read.
    pub(crate) fn is_recognised(&self, (name, text): &(String, String)) -> bool {
        let source = Source::new(name, text.clone());
        let reading = read(
            &source,
            &self.knowledge.catalogue,
            Discovery::Explicit,
            None,
        );
        match reading {
            FileReading::Read(reading) => reading.settings() > 0,
            FileReading::Unreadable(_) => true,
            FileReading::NotEtcd(_) => false,
        }
    }

    /// Returns what a text sets, read as the surface of its name; after a rewrite it may contain too little to be
    /// recognised.
    fn members(&self, file_name: &str, text: &str) -> Vec<Member> {
        let source = Source::new(file_name, text);
        let catalogue = &self.knowledge.catalogue;
        let usual = match file_name {
            "etcd.conf.yml" => "config-file",
            "etcd.nomad" => "hcl",
            _ => "command-line",
        };
        let named = read(&source, catalogue, Discovery::Explicit, None);
        let reading = match named {
            FileReading::Read(reading) => reading,
            _ => match read(&source, catalogue, Discovery::Forced, surface::named(usual)) {
                FileReading::Read(reading) => reading,
                _ => return Vec::new(),
            },
        };
        reading.members
    }

    /// Compares two plain texts of the same name.
    pub(crate) fn compared(&self, file_name: &str, before: &str, after: &str) -> Verdict {
        if before == after {
            return Verdict::Same;
        }
        let old = Source::new(file_name, before);
        let plain = match self.rewritten(&old) {
            Ok(rewrite) => rewrite.text,
            Err(_) => before.to_owned(),
        };
        let [old, plain, new] =
            [before, plain.as_str(), after].map(|text| self.members(file_name, text));
        let count = old.len().max(new.len());
        let empty = Member::at(etcd_uplift::member::Place::new(
            0,
            etcd_uplift::source::Span::at(0),
        ));
        let nth = |members: &[Member], index: usize| members.get(index).unwrap_or(&empty).clone();
        let mut verdict = Verdict::Same;
        for index in 0..count {
            match self.member(&nth(&old, index), &nth(&plain, index), &nth(&new, index)) {
                Verdict::Same => {}
                Verdict::Fixed => verdict = Verdict::Fixed,
                other => return other,
            }
        }
        verdict
    }

    fn member(&self, old: &Member, plain: &Member, new: &Member) -> Verdict {
        let catalogue = &self.knowledge.catalogue;
        let refused = |setting: &Setting| {
            matches!(
                acceptance::check(catalogue, setting, self.from),
                Acceptance::Refused(_)
            )
        };
        if old.settings.iter().any(refused) || !old.positional_arguments.is_empty() {
            return Verdict::RefusedBefore;
        }
        let words = |member: &Member| -> Vec<String> {
            member
                .positional_arguments
                .iter()
                .map(|argument| argument.word.clone())
                .collect()
        };
        if words(old) != words(new) {
            return Verdict::Wrong(format!(
                "words that are no flags: {:?} became {:?}",
                words(old),
                words(new)
            ));
        }
        let changed = self.changed(old, new);
        if changed.is_empty() {
            return Verdict::Same;
        }
        let running = Effective::new(catalogue, old, self.from);
        let proxy = running.text("proxy");
        let is_proxy = matches!(proxy.as_deref(), Some("on" | "readonly"));
        if is_proxy && Effective::new(catalogue, new, self.from).text("proxy") != proxy {
            return Verdict::Wrong("a proxy becomes a member".to_owned());
        }
        let mut touched: Vec<BTreeSet<String>> = Vec::new();
        for name in &changed {
            let group = self.groups.iter().find(|group| group.contains(name));
            let group = group
                .cloned()
                .unwrap_or_else(|| BTreeSet::from([name.clone()]));
            if !touched.contains(&group) {
                touched.push(group);
            }
        }
        let refused_before = startup::refusals(catalogue, old, self.from);
        let is_in_group = |option: &str| {
            let gates = option == "feature-gates";
            let is_it = |name: &String| name == option || gates && name.starts_with(GATE);
            // A refusal about no option keeps the whole member from starting.
            option.is_empty() || touched.iter().flatten().any(is_it)
        };
        if refused_before
            .iter()
            .any(|refusal| is_in_group(&refusal.option))
        {
            return Verdict::RefusedBefore;
        }
        let is_refused = |release: Release| {
            let refused = |setting: &Setting| {
                let received = acceptance::check(catalogue, setting, release);
                matches!(received, Acceptance::Refused(_))
            };
            new.settings.iter().any(refused)
        };
        // An edit that the running release accepts may be made before the upgrade.
        let releases: &[Release] = if is_refused(self.from) {
            &[self.to]
        } else {
            &[self.to, self.from]
        };
        let is_left = |group: &BTreeSet<String>| {
            new.settings.iter().any(|setting| {
                let option = setting.option_in(catalogue);
                option.is_some_and(|option| group.contains(&option.name))
            })
        };
        for group in &touched {
            // A setting that is only deleted is deleted with the new release.
            let releases = if is_left(group) { releases } else { &[self.to] };
            for &release in releases {
                if let Some(why) = self.group([old, plain, new], group, release) {
                    return Verdict::Wrong(why);
                }
            }
        }
        let refusals = |member: &Member| -> BTreeSet<String> {
            let found = startup::refusals(catalogue, member, self.to);
            found
                .into_iter()
                .map(|refusal| refusal.option.to_owned())
                .collect()
        };
        let (was, is) = (refusals(old), refusals(new));
        let only_new: Vec<&String> = is.difference(&was).collect();
        if !only_new.is_empty() {
            return Verdict::Wrong(format!(
                "etcd {} now refuses {only_new:?} together",
                self.to
            ));
        }
        Verdict::Fixed
    }

    /// Returns what is wrong with what the new text gives that release for some options.
    fn group(
        &self,
        [old, plain, new]: [&Member; 3],
        group: &BTreeSet<String>,
        release: Release,
    ) -> Option<String> {
        let [before, wanted, is] =
            [old, plain, new].map(|member| self.state(member, group, release));
        if release == self.from {
            // Before the upgrade only effective settings count.
            if is.values == before.values {
                return None;
            }
        } else if is == before {
            return None;
        }
        let mut restored = false;
        if release == self.to {
            let was = self.meaning(old, group, self.from);
            let now = self.meaning(new, group, self.to);
            let set = || was.iter().filter(|(_, (_, is_set))| *is_set);
            let lost = set()
                .find(|(name, (value, _))| now.get(*name).is_some_and(|(other, _)| other != value));
            if let Some((name, (value, _))) = lost {
                return Some(format!(
                    "{name} was {value:?} on etcd {}, and is {:?} on etcd {}",
                    self.from, now[name].0, self.to
                ));
            }
            restored = set().next().is_some();
        }
        // A setting that is still refused or lost keeps etcd from starting, or has no effect, as before.
        let is_known = |lost| before.lost.contains(lost) || wanted.lost.contains(lost);
        if (restored || is.values == wanted.values) && is.lost.iter().all(is_known) {
            return None;
        }
        Some(format!(
            "etcd {release} gets\n      {is}\n    where it got\n      {before}\n    and the plain rewrite gives\n      {wanted}"
        ))
    }

    /// Returns the options whose settings differ; other names each alone.
    fn changed(&self, old: &Member, new: &Member) -> Vec<String> {
        let written = |member: &Member| -> Vec<(String, String)> {
            let mut written = Vec::new();
            for setting in &member.settings {
                let name = match setting.option_in(&self.knowledge.catalogue) {
                    Some(option) => &option.name,
                    // A variable such as ETCD_OPTS is etcd's by its name only.
                    None if setting.spelling == Spelling::Variable => continue,
                    None => &setting.name,
                };
                let text = format!(
                    "{:?} {} {:?}",
                    setting.spelling, setting.name, setting.value
                );
                let gates = Some(flag_text(&setting.value).unwrap_or_default());
                match gates.filter(|_| name == "feature-gates") {
                    Some(gates) => written.extend(gates.split(',').map(|gate| {
                        let name = gate.split('=').next().unwrap_or_default();
                        (format!("{GATE}{name}"), gate.to_owned())
                    })),
                    None => written.push((name.clone(), text)),
                }
            }
            written
        };
        let (old, new) = (written(old), written(new));
        let gone = old.iter().filter(|one| count(&old, one) > count(&new, one));
        let come = new.iter().filter(|one| count(&new, one) > count(&old, one));
        let mut names: Vec<String> = gone.chain(come).map(|(name, _)| name.clone()).collect();
        names.sort();
        names.dedup();
        names
    }
}

fn count(of: &[(String, String)], one: &(String, String)) -> usize {
    of.iter().filter(|other| *other == one).count()
}
