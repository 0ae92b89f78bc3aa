//! Holds `etcd-uplift option --effective` against the configuration that etcd has in force, on generated members.
//!
//! `ETCD_UPLIFT_SEED` is the first seed, `ETCD_UPLIFT_CASES` how many members each release gets.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use etcd_uplift::check::Knowledge;
use etcd_uplift::facts::behaviours::Behaviour;
use etcd_uplift::facts::catalogue::{Catalogue, EtcdOption, Spelling, ValueType};
use etcd_uplift::facts::go_value::parse_duration;
use etcd_uplift::facts::version::Release;
use tempfile::TempDir;

use crate::generator::dice::Dice;
use crate::generator::ground::Ground;
use crate::generator::member::{Member, MemberOptions};
use crate::generator::process::{command_line, env_file};
use crate::generator::surfaces::config_file;
use crate::installed::print_once;
use crate::server::Server;

/// How many members a release gets when nothing is said.
const CASES: u64 = 60;

/// How the members are written: the surface, the file and the spelling.
const FORMS: [(&str, &str, Spelling); 3] = [
    ("config-file", "etcd.conf.yml", Spelling::Key),
    ("command-line", "start.sh", Spelling::Flag),
    ("env-file", "etcd.env", Spelling::Variable),
];

/// What a file or the server gives each option.
type Values = BTreeMap<String, String>;

#[test]
fn what_takes_effect_is_what_is_in_force() {
    let knowledge = Knowledge::built_in().expect("the knowledge is whole");
    let catalogue = &knowledge.catalogue;
    let number = |name: &str| {
        let text = std::env::var(name).ok();
        text.map(|text| text.parse::<u64>().expect("a number"))
    };
    let first = number("ETCD_UPLIFT_SEED").unwrap_or(1);
    let cases = number("ETCD_UPLIFT_CASES").unwrap_or(CASES);
    let mut differences = Vec::new();
    for server in Server::all() {
        let (mut compared, mut refused) = (0, 0);
        for seed in first..first + cases {
            let folder = TempDir::new().expect("a temporary folder");
            let case = Case::generated(catalogue, server.release, seed, folder.path());
            match (case.in_force(&server), case.taken(server.release)) {
                (Ok(server_values), Some(own)) => {
                    compared += 1;
                    for line in compare(catalogue, server.release, &server_values, &own) {
                        differences.push(format!(
                            "seed {seed}, etcd {}: {line}\n{}",
                            server.release, case.text
                        ));
                    }
                }
                (Err(why), Some(_)) => differences.push(format!(
                    "seed {seed}, etcd {}: only the server refuses this: {why}\n{}",
                    server.release, case.text
                )),
                // What parses may still be refused by the server that starts: tests/real_etcd.rs.
                (_, None) => refused += 1,
            }
        }
        print_once(&format!(
            "etcd {}: {cases} generated members from seed {first} on, {refused} refused, the options of {compared} compared",
            server.release
        ));
        assert!(
            compared * 3 > cases,
            "{compared} of {cases} members compared"
        );
    }
    let count = differences.len();
    assert!(
        differences.is_empty(),
        "{count} differences:\n{}",
        differences.join("\n")
    );
}

#[test]
fn a_command_line_written_as_a_file_has_the_same_values_in_force() {
    let knowledge = Knowledge::built_in().expect("the knowledge is whole");
    let catalogue = &knowledge.catalogue;
    let mut differences = Vec::new();
    for server in Server::all() {
        let mut compared = 0;
        for seed in 1..=CASES {
            let folder = TempDir::new().expect("a temporary folder");
            let case = Case::generated(catalogue, server.release, seed, folder.path());
            if FORMS[case.form].2 != Spelling::Flag {
                continue;
            }
            // What the server refuses is left out, so there is nothing to compare it with.
            let Ok(before) = case.in_force(&server) else {
                continue;
            };
            let (file, left_out) = case.as_file(server.release);
            let mut after = match server.in_force(&[format!("--config-file={file}")], &[]) {
                Ok(values) => values,
                Err(why) => {
                    let text = fs::read_to_string(&file).expect("the file was written");
                    differences.push(format!(
                        "seed {seed}, etcd {}: {why}\n{text}",
                        server.release
                    ));
                    continue;
                }
            };
            // Values of old names are written under the new ones.
            let is_old = |name: &str| {
                let replacement = catalogue
                    .option(name)
                    .and_then(|old| old.replaced_by.as_ref());
                let new = replacement.and_then(|replacement| replacement.option.as_deref());
                let moves = catalogue.does(Behaviour::OldOptionSetsTheNewOne, server.release);
                moves
                    && new
                        .and_then(|new| catalogue.option(new))
                        .is_some_and(|new| new.exists_at(server.release))
            };
            after.retain(|option, _| {
                !left_out.contains(option) && !is_old(option) && option != "config-file"
            });
            compared += 1;
            for line in compare(catalogue, server.release, &before, &after) {
                differences.push(format!(
                    "seed {seed}, etcd {}: {line}\n{}",
                    server.release, case.text
                ));
            }
        }
        print_once(&format!(
            "etcd {}: {compared} generated command lines compared with the files that show writes of them",
            server.release
        ));
        assert!(compared > 3, "{compared} members compared");
    }
    let count = differences.len();
    assert!(
        differences.is_empty(),
        "{count} differences:\n{}",
        differences.join("\n")
    );
}

/// A member in one form.
struct Case<'a> {
    form: usize,
    member: Member,
    text: String,
    folder: &'a Path,
}

impl<'a> Case<'a> {
    fn generated(catalogue: &Catalogue, release: Release, seed: u64, folder: &'a Path) -> Case<'a> {
        let mut dice = Dice::seeded(seed);
        let form = dice.below(FORMS.len());
        let options = MemberOptions {
            catalogue,
            release,
            ground: &Ground {
                folder: folder.display().to_string(),
                ..Ground::imagined()
            },
            spellings: &[FORMS[form].2],
            starts: true,
        };
        let member = Member::generated(&options, &mut dice);
        let text = match form {
            0 => config_file(&member, &mut dice),
            1 => command_line(&member, &mut dice),
            _ => env_file(&member, &mut dice),
        };
        fs::write(folder.join(FORMS[form].1), &text).expect("a file in a temporary folder");
        Case {
            form,
            member,
            text,
            folder,
        }
    }

    /// What the server has in force, or why it refuses the member.
    fn in_force(&self, server: &Server) -> Result<Values, String> {
        let words = match self.form {
            0 => vec![format!(
                "--config-file={}",
                self.folder.join(FORMS[0].1).display()
            )],
            _ => self.member.words().iter().map(|word| word.text()).collect(),
        };
        server.in_force(&words, &self.member.variables())
    }

    /// Writes the member as a configuration file; returns its path, and the options that are left out.
    fn as_file(&self, release: Release) -> (String, Vec<String>) {
        let (surface, name, _) = FORMS[self.form];
        let output = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
            .args([
                "show",
                "--no-config",
                "--as",
                "yaml",
                "--surface",
                surface,
                "--to",
            ])
            .arg(release.to_string())
            .arg(name)
            .current_dir(self.folder)
            .output()
            .expect("the tool runs");
        let text = String::from_utf8(output.stdout).expect("the tool writes UTF-8");
        let left = text.lines().filter_map(|line| {
            let (option, _) = line.strip_prefix("# left out: ")?.split_once('=')?;
            Some(option.trim_start_matches('-').to_owned())
        });
        let left = left.collect();
        let file = self.folder.join("show.yml");
        fs::write(&file, &text).expect("a file in a temporary folder");
        (file.display().to_string(), left)
    }

    /// What the tool says takes effect; none where it says that etcd refuses the member.
    fn taken(&self, release: Release) -> Option<Values> {
        let (surface, name, _) = FORMS[self.form];
        let output = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
            .args(["option", "--surface", surface, "--to"])
            .arg(release.to_string())
            .arg("--effective")
            .arg(name)
            .current_dir(self.folder)
            .output()
            .expect("the tool runs");
        if !output.status.success() {
            return None;
        }
        let printed = String::from_utf8(output.stdout).expect("the tool writes UTF-8");
        if printed.starts_with("# line ") {
            return None;
        }
        let lines = printed.lines().filter(|line| !line.starts_with('#'));
        let values = lines.map(|line| {
            let (name, rest) = line.split_once(": ").expect("a name and a value");
            let (value, _) = rest.rsplit_once("  # ").expect("a value and its origin");
            (name.to_owned(), value.to_owned())
        });
        Some(values.collect())
    }
}

/// Every option whose value differs.
fn compare(catalogue: &Catalogue, release: Release, server: &Values, own: &Values) -> Vec<String> {
    let options = catalogue.options().iter();
    let known = options.filter_map(|option| Some((option, own.get(&option.name)?)));
    known
        // Keys without a flag are not among the values of the program, and what DNS decides is not known.
        .filter_map(|(option, own)| Some((option, own, server.get(&option.name)?)))
        .filter(|(_, own, _)| *own != "(set elsewhere)")
        .filter(|(option, own, held)| {
            let form = |text| started(catalogue, option, release, text, server);
            form(held) != form(own)
        })
        .map(|(option, own, held)| {
            format!(
                "{} is {held:?} for the server and {own:?} for the tool",
                option.name
            )
        })
        .collect()
}

/// A value in one form, as a server has it after its start.
fn started(
    catalogue: &Catalogue,
    option: &EtcdOption,
    release: Release,
    text: &str,
    server: &Values,
) -> String {
    let effective_default = option.effective_default.at(release);
    let text = match effective_default {
        Some(default) if matches!(text, "" | "0s") => default,
        _ => text,
    };
    // It counts in ticks of the heartbeat: embed/config.go:825@v3.4.45.
    if option.name == "election-timeout" {
        let heartbeat: u64 = server["heartbeat-interval"].parse().expect("a number");
        let timeout: u64 = text.parse().expect("a number");
        return (timeout / heartbeat * heartbeat).to_string();
    }
    match option.type_at(release) {
        // Files give durations in nanoseconds.
        ValueType::Duration => parse_duration(text)
            .map_or_else(|_| text.to_owned(), |nanoseconds| nanoseconds.to_string()),
        ValueType::FeatureGates => gates(catalogue, release, text),
        ValueType::String if option.name != "initial-cluster" => text.to_owned(),
        ValueType::Bool
        | ValueType::Int
        | ValueType::Int64
        | ValueType::Uint
        | ValueType::Uint32
        | ValueType::Uint64 => text.to_owned(),
        // A list is a set.
        _ => {
            let mut items: Vec<&str> = text.split(',').map(str::trim).collect();
            items.sort_unstable();
            items.join(",")
        }
    }
}

/// Every gate that is given a value; the last of a gate counts, and two names stand for all gates of a stage.
fn gates(catalogue: &Catalogue, release: Release, text: &str) -> String {
    let given = text.split(',').filter_map(|gate| gate.split_once('='));
    let mut gates: BTreeMap<&str, &str> = given.collect();
    for (all, stage) in [("AllAlpha", "alpha"), ("AllBeta", "beta")] {
        let Some(value) = gates.get(all).copied() else {
            continue;
        };
        let known = catalogue.gates.iter();
        let known = known.filter(|gate| gate.since <= release);
        for gate in known.filter(|gate| gate.stage.as_deref() == Some(stage)) {
            gates.entry(&gate.name).or_insert(value);
        }
    }
    format!("{gates:?}")
}
