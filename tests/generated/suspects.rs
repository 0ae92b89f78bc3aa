//! Settings that an upgrade makes the tool rewrite, and the settings that they merge with.

use etcd_uplift::facts::catalogue::{Catalogue, Spelling};
use etcd_uplift::facts::version::Release;
use etcd_uplift::member::Value;

use super::dice::Dice;
use super::ground::Ground;
use super::member::Given;
use super::value;

/// Options that one rewrite may read or write together, beyond the replacements in the catalogue.
const TOGETHER: [&[&str]; 5] = [
    &["ca-file", "trusted-ca-file", "client-cert-auth"],
    &[
        "peer-ca-file",
        "peer-trusted-ca-file",
        "peer-client-cert-auth",
    ],
    &[
        "log-output",
        "log-outputs",
        "logger",
        "debug",
        "log-level",
        "log-package-levels",
    ],
    &[
        "auto-compaction-retention",
        "auto-compaction-mode",
        "experimental-auto-compaction-retention",
    ],
    &[
        "proxy",
        "experimental-enable-v2v3",
        "enable-v2",
        "v2-deprecation",
    ],
];

const SPELLINGS: [Spelling; 3] = [Spelling::Flag, Spelling::Variable, Spelling::Key];

/// Returns the options that one setting may be rewritten to or from, each group with its members.
fn groups(catalogue: &Catalogue) -> Vec<Vec<String>> {
    let mut groups: Vec<Vec<String>> = TOGETHER
        .iter()
        .map(|names| names.iter().map(|&name| name.to_owned()).collect())
        .collect();
    for option in catalogue.options() {
        let successor = option.replaced_by.as_ref().and_then(|by| by.option.clone());
        let names = [Some(option.name.clone()), successor];
        let names: Vec<String> = names.into_iter().flatten().collect();
        let is_shared = |group: &Vec<String>| group.iter().any(|name| names.contains(name));
        let (shared, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(is_shared);
        groups = others;
        let mut group: Vec<String> = shared.into_iter().flatten().chain(names).collect();
        group.sort();
        group.dedup();
        groups.push(group);
    }
    groups
}

/// Settings for one upgrade.
pub(crate) struct Suspects {
    pub(crate) from: Release,
    pub(crate) to: Release,
    /// The settings that are rewritten if the text contains nothing else.
    fixed: [Vec<Given>; 3],
    /// The settings of the same options, which a rewrite may merge or collide with.
    relatives: [Vec<(usize, Given)>; 3],
    groups: Vec<Vec<String>>,
    names: Vec<(String, usize)>,
}

fn index(spelling: Spelling) -> usize {
    match spelling {
        Spelling::Flag => 0,
        Spelling::Variable => 1,
        Spelling::Key => 2,
    }
}

/// Returns whether no character of a text has a meaning to readers of words, YAML or templates.
fn is_harmless(text: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "/._:,=@+-".contains(c);
    !text.is_empty() && !text.starts_with('-') && text.chars().all(is_allowed)
}

impl Suspects {
    /// Returns the settings for which `is_fixed` is true, among values that each option usually has.
    pub(crate) fn found(
        catalogue: &Catalogue,
        (from, to): (Release, Release),
        is_fixed: impl Fn(&Given) -> bool,
    ) -> Suspects {
        let groups = groups(catalogue);
        let mut suspects = Suspects {
            from,
            to,
            fixed: Default::default(),
            relatives: Default::default(),
            groups,
            names: Vec::new(),
        };
        for spelling in SPELLINGS {
            for option in catalogue.options() {
                let Some(group) = suspects
                    .groups
                    .iter()
                    .position(|g| g.contains(&option.name))
                else {
                    continue;
                };
                if option.name == "config-file" || option.name == "version" {
                    continue;
                }
                let given = values(catalogue, option, spelling, from);
                for one in given {
                    suspects.names.push((one.name.clone(), group));
                    if is_fixed(&one) {
                        suspects.fixed[index(spelling)].push(one.clone());
                    }
                    suspects.relatives[index(spelling)].push((group, one));
                }
            }
        }
        suspects
    }

    /// Returns whether there is anything to rewrite in that spelling.
    pub(crate) fn has(&self, spelling: Spelling) -> bool {
        !self.fixed[index(spelling)].is_empty()
    }

    /// Returns a setting that is rewritten.
    pub(crate) fn one(&self, spelling: Spelling, dice: &mut Dice) -> Given {
        let fixed = &self.fixed[index(spelling)];
        // Every option is equally likely, however many of its values are rewritten.
        let mut names: Vec<&str> = fixed.iter().map(|given| given.name.as_str()).collect();
        names.dedup();
        let name = dice.pick(&names);
        let values: Vec<&Given> = fixed.iter().filter(|given| given.name == name).collect();
        dice.pick(&values).clone()
    }

    /// Returns a setting that is rewritten, and one that it may merge with: of the same option, or of one that replaces
    /// it.
    pub(crate) fn rivals(&self, spelling: Spelling, dice: &mut Dice) -> (Given, Given) {
        let one = self.one(spelling, dice);
        let group = self.names.iter().find(|(name, _)| *name == one.name);
        let group = group.map_or(usize::MAX, |(_, group)| *group);
        let relatives: Vec<&Given> = self.relatives[index(spelling)]
            .iter()
            .filter(|(of, _)| *of == group)
            .map(|(_, given)| given)
            .collect();
        let other = match dice.below(4) {
            0 => one.clone(),
            1 => self.one(spelling, dice),
            _ if relatives.is_empty() => one.clone(),
            _ => dice.pick(&relatives).clone(),
        };
        if dice.once_in(3) {
            (other, one)
        } else {
            (one, other)
        }
    }
}

/// Returns up to four settings of an option that the release accepts.
fn values(
    catalogue: &Catalogue,
    option: &etcd_uplift::facts::catalogue::EtcdOption,
    spelling: Spelling,
    from: Release,
) -> Vec<Given> {
    if !option.accepts(spelling, from) {
        return Vec::new();
    }
    let name = match spelling {
        Spelling::Key => option.key_at(from).map(str::to_owned),
        _ => option.spelled(spelling, from),
    };
    let Some(name) = name else { return Vec::new() };
    let ground = Ground::imagined();
    let mut given: Vec<Given> = Vec::new();
    if option.name.ends_with("ca-file") {
        let path = Value::Text("/tls/other.crt".to_owned());
        given.push(Given {
            spelling,
            name: name.clone(),
            value: path,
            apart: false,
            short: false,
        });
    }
    for seed in 0..6 {
        let mut dice = Dice::seeded(seed);
        let value = match spelling {
            Spelling::Key => value::key(catalogue, option, from, false, &mut dice),
            _ => Value::Text(value::text(catalogue, option, from, false, &mut dice)),
        };
        let filled = |text: &str| ground.filled(text, "m1");
        let value = match value {
            Value::Text(text) => Value::Text(filled(&text)),
            Value::List(items) => {
                let items = items.into_iter().map(|item| match item {
                    Value::Text(text) => Value::Text(filled(&text)),
                    other => other,
                });
                Value::List(items.collect())
            }
            other => other,
        };
        let harmless = match &value {
            Value::Text(text) => is_harmless(text),
            Value::List(items) => items
                .iter()
                .all(|item| item.text().is_some_and(is_harmless)),
            _ => true,
        };
        let is_new = given.iter().all(|other| other.value != value);
        if harmless && is_new && given.len() < 4 {
            given.push(Given {
                spelling,
                name: name.clone(),
                value,
                apart: false,
                short: false,
            });
        }
    }
    given
}
