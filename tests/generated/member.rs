//! Members: settings of options from the catalogue.

use std::collections::HashSet;

use etcd_uplift::facts::catalogue::{Catalogue, EtcdOption, Spelling, ValueType};
use etcd_uplift::facts::version::Release;
use etcd_uplift::member::Value;

use super::dice::Dice;
use super::ground::Ground;
use super::value;

/// One setting, and how it is to be written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Given {
    pub(crate) spelling: Spelling,
    pub(crate) name: String,
    pub(crate) value: Value,
    /// For a flag: `--name value` instead of `--name=value`.
    pub(crate) apart: bool,
    /// For a flag: one dash.
    pub(crate) short: bool,
}

/// The settings of one etcd process.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) settings: Vec<Given>,
}

/// How options are chosen.
pub(crate) struct MemberOptions<'a> {
    pub(crate) catalogue: &'a Catalogue,
    /// The release for whose types values are made.
    pub(crate) release: Release,
    pub(crate) ground: &'a Ground,
    /// Which spellings there are to choose from.
    pub(crate) spellings: &'a [Spelling],
    /// Whether a server is to be started: it always has an address of its own, and mostly values that it accepts.
    pub(crate) starts: bool,
}

/// The options that identify a member; those that begin with `listen` keep it off the ports of others.
const OWN: [&str; 7] = [
    "listen-client-urls",
    "listen-peer-urls",
    "name",
    "data-dir",
    "advertise-client-urls",
    "initial-advertise-peer-urls",
    "initial-cluster",
];

const NAMES: [&str; 8] = ["m1", "member-1", "it's", "a b", "ü", "42", "true", "node.1"];

impl Member {
    pub(crate) fn generated(chosen: &MemberOptions<'_>, dice: &mut Dice) -> Member {
        let name = dice.pick(&NAMES);
        // Of the members for a server every second one is valid.
        let odd_ones = if chosen.starts {
            dice.pick(&[0, 0, 0, 1, 1, 2])
        } else {
            99
        };
        let mut member = Member {
            settings: Vec::new(),
        };
        let mut taken = HashSet::new();
        for own in OWN {
            let listens = own.starts_with("listen");
            let is_set = if chosen.starts {
                listens || !dice.once_in(24)
            } else {
                own == OWN[0] || !dice.once_in(2)
            };
            if let Some(option) = chosen.catalogue.option(own).filter(|_| is_set) {
                member.add(chosen, option, &mut taken, name, false, dice);
            }
        }
        // Only that logger shows the effective settings, and 3.4 has another one by default.
        if let Some(logger) = chosen
            .catalogue
            .option("logger")
            .filter(|_| chosen.starts && dice.once_in(2))
        {
            member.add(chosen, logger, &mut taken, name, false, dice);
        }
        let options = chosen.catalogue.options();
        for _ in 0..dice.below(9) {
            let option = &options[dice.below(options.len())];
            let known = chosen
                .spellings
                .iter()
                .any(|spelling| option.accepts(*spelling, chosen.release));
            if known || !chosen.starts {
                let odd = !chosen.starts && dice.once_in(3);
                member.add(chosen, option, &mut taken, name, odd, dice);
            }
        }
        for _ in 0..odd_ones.min(2) {
            let option = match dice.below(3) {
                0 => chosen
                    .catalogue
                    .option(dice.pick(&OWN))
                    .unwrap_or(&options[0]),
                _ => &options[dice.below(options.len())],
            };
            member.settings.retain(|given| {
                chosen
                    .catalogue
                    .spelled(given.spelling, &given.name)
                    .is_none_or(|other| other.name != option.name)
            });
            taken.retain(|name| *name != option.name);
            member.add(chosen, option, &mut taken, name, true, dice);
        }
        member
    }

    fn add(
        &mut self,
        chosen: &MemberOptions<'_>,
        option: &EtcdOption,
        taken: &mut HashSet<String>,
        member_name: &str,
        odd: bool,
        dice: &mut Dice,
    ) {
        let spelling = dice.pick(chosen.spellings);
        let name = match spelling {
            Spelling::Key => option
                .key_at(chosen.release)
                .or_else(|| option.keys().last())
                .map(str::to_owned),
            _ => option.spelled(spelling, chosen.release),
        };
        // Sections are written as they are: two that differ in case are one for etcd.
        let own_case = |name: String, dice: &mut Dice| {
            let other = odd && spelling == Spelling::Key && dice.once_in(8);
            let at = name.rfind('.').map_or(0, |dot| dot + 1);
            if other {
                format!("{}{}", &name[..at], name[at..].to_ascii_uppercase())
            } else {
                name
            }
        };
        let Some(name) = name.filter(|name| !is_left_out(name)) else {
            return;
        };
        if !taken.insert(option.name.clone()) {
            return;
        }
        let name = own_case(name, dice);
        let filled = |text: String| chosen.ground.filled(&text, member_name);
        let is_switch = is_switch(option);
        let (apart, short) = (!is_switch && dice.once_in(3), dice.once_in(4));
        let value = match spelling {
            Spelling::Flag if is_switch && dice.once_in(3) => Value::Bare,
            Spelling::Flag | Spelling::Variable => Value::Text(filled(value::text(
                chosen.catalogue,
                option,
                chosen.release,
                odd,
                dice,
            ))),
            Spelling::Key => {
                match value::key(chosen.catalogue, option, chosen.release, odd, dice) {
                    Value::Text(text) => Value::Text(filled(text)),
                    Value::List(items) => Value::List(
                        items
                            .into_iter()
                            .map(|item| match item {
                                Value::Text(text) => Value::Text(filled(text)),
                                other => other,
                            })
                            .collect(),
                    ),
                    other => other,
                }
            }
        };
        self.settings.push(Given {
            spelling,
            name,
            value,
            apart,
            short,
        });
    }

    /// The arguments of the process.
    pub(crate) fn words(&self) -> Vec<Word> {
        let mut words = Vec::new();
        for given in self.of(Spelling::Flag) {
            let flag = format!("{}{}", if given.short { "-" } else { "--" }, given.name);
            match &given.value {
                Value::Text(text) if given.apart => {
                    words.push(Word {
                        name: flag,
                        value: None,
                    });
                    words.push(Word {
                        name: String::new(),
                        value: Some(text.clone()),
                    });
                }
                Value::Text(text) => words.push(Word {
                    name: flag + "=",
                    value: Some(text.clone()),
                }),
                _ => words.push(Word {
                    name: flag,
                    value: None,
                }),
            }
        }
        words
    }

    /// The environment of the process.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let text = |given: &Given| given.value.text().unwrap_or_default().to_owned();
        self.of(Spelling::Variable)
            .map(|given| (given.name.clone(), text(given)))
            .collect()
    }

    pub(crate) fn of(&self, spelling: Spelling) -> impl Iterator<Item = &Given> {
        self.settings
            .iter()
            .filter(move |given| given.spelling == spelling)
    }
}

/// One argument: a part that is never quoted, and one that may be.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) name: String,
    pub(crate) value: Option<String>,
}

impl Word {
    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.name, self.value.as_deref().unwrap_or_default())
    }
}

/// Returns whether an option is generated. A configuration file that is another text decides everything, so the option
/// that names it is not, nor are options that only print. A shell cannot set a variable with a dot in its name.
fn is_left_out(name: &str) -> bool {
    matches!(
        name,
        "config-file" | "version" | "ETCD_CONFIG_FILE" | "ETCD_VERSION"
    ) || name.starts_with("ETCD_TEST.")
}

/// Returns whether the flag accepts no word after it as its value: `pkg/flags/ignored.go:35@v3.4.45`.
fn is_switch(option: &EtcdOption) -> bool {
    option
        .value_type
        .values()
        .any(|kind| matches!(kind, ValueType::Bool | ValueType::Ignored))
}
