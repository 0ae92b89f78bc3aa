//! Holds `rules/options.toml` against what etcd itself knows of its options, for each release that `.ci/install-etcd` builds:
//! the server is right.
//!
//! `tests/etcd/facts` prints it: every flag, every key, and the configuration in force for a file, arguments and
//! variables. What is not built is skipped, and said.

#[allow(
    dead_code,
    reason = "most surfaces are written for tests/properties.rs"
)]
#[path = "generated/generator.rs"]
mod generator;
#[path = "server_facts/in_force.rs"]
mod in_force;
#[path = "real_etcd/installed.rs"]
mod installed;
#[path = "server_facts/server.rs"]
mod server;

use std::collections::{BTreeMap, BTreeSet};

use etcd_uplift::facts::behaviours::Behaviour;
use etcd_uplift::facts::catalogue::{Catalogue, EtcdOption, Spelling, ValueType};
use etcd_uplift::facts::go_value::parse_duration;
use etcd_uplift::facts::version::Release;

use server::{Facts, FlagFacts, Server};

/// What every program with flags of Go has; etcd declares no such flag.
const HELP: [&str; 2] = ["h", "help"];

/// Compares one part of the facts with each server; says all differences at once.
fn hold(part: &str, compare: impl Fn(&Catalogue, Release, &Facts) -> Vec<String>) {
    let catalogue = Catalogue::built_in().expect("the facts are whole");
    let mut differences = Vec::new();
    for server in Server::all() {
        let facts = server.facts();
        let release = server.release;
        let found = compare(&catalogue, release, &facts);
        differences.extend(
            found
                .iter()
                .map(|one| format!("etcd {release}, {part}: {one}")),
        );
    }
    let count = differences.len();
    assert!(
        differences.is_empty(),
        "{count} differences between rules/options.toml and the server:\n{}",
        differences.join("\n")
    );
}

/// Calls `compare` for every flag that both have, and names those that one alone has.
fn each_flag(
    catalogue: &Catalogue,
    release: Release,
    facts: &Facts,
    compare: impl Fn(&EtcdOption, &FlagFacts) -> Option<String>,
) -> Vec<String> {
    let options = catalogue.options().iter();
    options
        .filter(|option| option.accepts(Spelling::Flag, release))
        .filter_map(|option| {
            let flag = facts.flags.iter().find(|flag| flag.name == option.name)?;
            Some(format!("--{}: {}", option.name, compare(option, flag)?))
        })
        .collect()
}

#[test]
fn every_flag_exists_on_both_sides() {
    hold("flags", |catalogue, release, facts| {
        let server: BTreeSet<&str> = facts.flags.iter().map(|flag| flag.name.as_str()).collect();
        let options = catalogue.options().iter();
        let options = options.filter(|option| option.accepts(Spelling::Flag, release));
        let own: BTreeSet<&str> = options.map(|option| option.name.as_str()).collect();
        let extra = own.difference(&server).filter(|name| !HELP.contains(name));
        let extra = extra.map(|name| format!("only the facts have --{name}"));
        let missing = server.difference(&own);
        missing
            .map(|name| format!("only the server has --{name}"))
            .chain(extra)
            .collect()
    });
}

/// The types of the facts that a type of Go's or etcd's flags stands for.
fn types(go: &str) -> &'static [ValueType] {
    match go {
        "flag.stringValue" => &[ValueType::String],
        "flag.boolValue" => &[ValueType::Bool],
        "flag.intValue" => &[ValueType::Int],
        "flag.int64Value" => &[ValueType::Int64],
        "flag.uintValue" => &[ValueType::Uint],
        "flags.uint32Value" => &[ValueType::Uint32],
        "flag.uint64Value" => &[ValueType::Uint64],
        "flag.durationValue" => &[ValueType::Duration],
        "flags.URLsValue" => &[ValueType::Urls],
        // The exceptions that tell the two apart are not exported.
        "flags.UniqueURLs" => &[ValueType::UniqueUrls, ValueType::CorsOrigins],
        "flags.StringsValue" => &[ValueType::Strings],
        "flags.UniqueStringsValue" => &[ValueType::UniqueStrings],
        "flags.SelectiveStringValue" | "flags.SelectiveStringsValue" => &[ValueType::Enum],
        "flags.IgnoredFlag" => &[ValueType::Ignored],
        "featuregate.featureGate" => &[ValueType::FeatureGates],
        _ => &[],
    }
}

#[test]
fn every_flag_has_its_type_and_its_values() {
    hold("types", |catalogue, release, facts| {
        each_flag(catalogue, release, facts, |option, flag| {
            let own = option.type_at(release);
            if !types(&flag.go_type).contains(&own) {
                return Some(format!("{own:?} is {} for the server", flag.go_type));
            }
            let sorted = |values: &[String]| {
                let mut values = values.to_vec();
                values.sort();
                values
            };
            let allowed = option.allowed.at(release).cloned().unwrap_or_default();
            let (own, server) = (sorted(&allowed), sorted(&flag.allowed));
            (own != server).then(|| format!("takes {own:?}, {server:?} for the server"))
        })
    });
}

#[test]
fn every_flag_has_its_default() {
    hold("defaults", |catalogue, release, facts| {
        each_flag(catalogue, release, facts, |option, flag| {
            let own = option.default_at(release, false);
            let differs = match option.type_at(release) {
                // Go writes 1m as 1m0s.
                ValueType::Duration => parse_duration(own) != parse_duration(&flag.default),
                _ => own != flag.default,
            };
            differs.then(|| format!("{own:?} is {:?} for the server", flag.default))
        })
    });
}

#[test]
fn every_key_has_its_type() {
    hold("keys", |catalogue, release, facts| {
        let mut server: BTreeMap<&str, &str> = BTreeMap::new();
        let mut fields: BTreeMap<String, &str> = BTreeMap::new();
        for key in &facts.keys {
            let opens = |other: &server::KeyFacts| {
                let rest = other.key.strip_prefix(&key.key);
                rest.is_some_and(|rest| rest.starts_with('.'))
            };
            if !key.tagged {
                fields.insert(key.key.to_ascii_lowercase(), &key.go_type);
            } else if !facts.keys.iter().any(opens) {
                server.insert(&key.key, &key.go_type);
            }
        }
        let mut found = Vec::new();
        let options = catalogue.options().iter();
        let own = options.filter_map(|option| Some((option.key_at(release)?, option)));
        let own: BTreeMap<&str, &EtcdOption> = own.collect();
        for (key, option) in &own {
            let go_type = option.key_type_at(release).go_name();
            match server.get(key) {
                None => found.push(format!("only the facts have {key}")),
                Some(server) if plain(server) != go_type => {
                    found.push(format!("{key}: {go_type} is {server} for the server"));
                }
                Some(_) => {}
            }
        }
        let missing = server.keys().filter(|key| !own.contains_key(*key));
        found.extend(missing.map(|key| format!("only the server has {key}")));
        // A key in lower case decodes into the field whose name differs only in case.
        for (name, server) in fields
            .iter()
            .filter(|(name, _)| !server.contains_key(name.as_str()))
        {
            let is_of_proxy = catalogue.does(Behaviour::ProxyHasKeysOfGoNames, release)
                && matches!(name.as_str(), "proxy" | "fallback");
            match catalogue.go_field(name, release) {
                None if is_of_proxy => {}
                None => found.push(format!("only the server has the field {name}, {server}")),
                Some(own) if own.go_type != plain(server) => found.push(format!(
                    "field {name}: {} is {server} for the server",
                    own.go_type
                )),
                Some(_) => {}
            }
        }
        let own = catalogue.go_fields.iter();
        let own = own.filter(|field| field.releases.contains(release));
        let names = own.flat_map(|field| &field.names);
        let extra = names.filter(|name| !fields.contains_key(*name));
        found.extend(extra.map(|name| format!("only the facts have the field {name}")));
        found
    });
}

/// The type that decodes: below a name that etcd gives it, or what an interface holds by default.
fn plain(go_type: &str) -> &str {
    match go_type {
        "config.V2DeprecationEnum" => "string",
        "featuregate.FeatureGate" => "featuregate.featureGate",
        other => other,
    }
}

#[test]
fn every_deprecation_is_announced() {
    hold("deprecations", |catalogue, release, facts| {
        each_flag(catalogue, release, facts, |option, flag| {
            let own = option.deprecated.as_ref();
            let own = own.filter(|deprecation| deprecation.holds_at(release));
            let texts = format!("{}\n{}", flag.usage, flag.help).to_ascii_lowercase();
            let is_announced = flag.warning.is_some() || texts.contains("deprecated");
            let Some(own) = own else {
                // 3.6 announces what 3.7 will deprecate; the facts may count either.
                let is_announced = is_announced && !texts.contains("will be deprecated");
                return is_announced
                    .then(|| format!("is deprecated for the server only: {:?}", flag.usage));
            };
            if !is_announced {
                return Some("is deprecated for the facts only".to_owned());
            }
            let prints = own.prints.as_deref();
            let prints = prints.filter(|_| own.prints_from.is_none_or(|first| first <= release));
            match (prints, flag.warning.as_deref()) {
                (None, Some(warning)) => Some(format!("the server warns: {warning}")),
                (Some(own), Some(warning)) if own != warning && !warning.is_empty() => {
                    Some(format!("{own:?} is {warning:?} for the server"))
                }
                _ => None,
            }
        })
    });
}

#[test]
fn every_feature_gate_has_its_stage_and_its_default() {
    hold("feature gates", |catalogue, release, facts| {
        let gates = catalogue.gates.iter();
        let gates = gates.filter(|gate| gate.since <= release);
        let own: BTreeMap<&str, _> = gates.map(|gate| (gate.name.as_str(), gate)).collect();
        let flag = facts.flags.iter().find(|flag| flag.name == "feature-gates");
        let usage = flag.map_or("", |flag| &flag.usage);
        let lines = usage
            .lines()
            .filter_map(|line| line.split_once("=true|false "));
        let server: BTreeMap<&str, &str> = lines.collect();
        let mut found = Vec::new();
        for (name, gate) in &own {
            let default = format!(" - default={})", gate.default);
            let stage = gate.stage.as_ref();
            let stage = stage.map_or("(".to_owned(), |stage| {
                format!("({}{default}", stage.to_ascii_uppercase())
            });
            match server.get(name) {
                None => found.push(format!("only the facts have {name}")),
                Some(line) if !line.starts_with(&stage) || !line.ends_with(&default) => {
                    found.push(format!("{name}: {stage} is {line} for the server"));
                }
                Some(_) => {}
            }
        }
        let missing = server.keys().filter(|name| !own.contains_key(*name));
        found.extend(missing.map(|name| format!("only the server has {name}")));
        found
    });
}
