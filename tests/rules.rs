//! Holds advice against facts, and facts against the data they were taken from.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use etcd_uplift::catalogue::{Spelling, variable_name};
use etcd_uplift::check::Knowledge;
use etcd_uplift::edit::Applicability;
use etcd_uplift::rewrite::{Terms, rewrite};
use etcd_uplift::source::Source;
use etcd_uplift::surface::Insistence;
use etcd_uplift::version::{Release, Upgrade, Version};

fn release(knowledge: &Knowledge, text: &str) -> Release {
    let version: Version = text.parse().unwrap();
    knowledge.catalogue.release(version).unwrap()
}

#[test]
fn every_example_of_a_rule_becomes_what_it_says() {
    let knowledge = Knowledge::built_in().unwrap();
    for (rule, _) in knowledge.rules.iter() {
        assert!(!rule.examples.is_empty(), "{} has no example", rule.id);
        for example in &rule.examples {
            let terms = Terms {
                knowledge: &knowledge,
                upgrade: Upgrade {
                    from: example
                        .from
                        .as_deref()
                        .map(|from| release(&knowledge, from)),
                    to: release(&knowledge, &example.to),
                },
                insistence: Insistence::Named,
                surface: None,
                least: Applicability::Safe,
            };
            let source = Source::new(example.file.as_str(), example.before.as_str());
            let rewritten = rewrite(&source, &terms).unwrap();
            assert_eq!(
                rewritten.text, example.after,
                "{}: {}",
                rule.id, example.title
            );
        }
    }
}

#[test]
fn a_rule_says_what_is_wrong_why_and_where_it_is_read() {
    let knowledge = Knowledge::built_in().unwrap();
    for (rule, _) in knowledge.rules.iter() {
        assert!(!rule.sources.is_empty(), "{}", rule.id);
        assert!(rule.why.trim().len() > 80, "{}", rule.id);
        assert!(!rule.instead.is_empty(), "{}", rule.id);
        for source in &rule.sources {
            let cited = source
                .split_once('@')
                .is_some_and(|(place, tag)| place.contains(':') && tag.starts_with('v'));
            assert!(cited, "{}: {source}", rule.id);
        }
    }
}

#[test]
fn replacements_and_gates_exist() {
    let knowledge = Knowledge::built_in().unwrap();
    let catalogue = &knowledge.catalogue;
    for option in catalogue.options() {
        let Some(replacement) = &option.replaced_by else {
            continue;
        };
        if let Some(new) = &replacement.option {
            assert!(catalogue.option(new).is_some(), "{} -> {new}", option.name);
        }
        if let Some(gate) = &replacement.gate {
            assert!(
                catalogue.gates.iter().any(|known| known.name == *gate),
                "{gate}"
            );
        }
    }
}

#[test]
fn the_options_are_those_of_the_shared_facts() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/etcd/options.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: ../shared/etcd/options.json is not here");
        return;
    };
    let knowledge = Knowledge::built_in().unwrap();
    let catalogue = &knowledge.catalogue;
    let facts: serde_json::Value = serde_json::from_str(&text).unwrap();
    let options = facts["options"].as_array().unwrap();
    assert_eq!(options.len(), catalogue.options().len());
    let mut compared = 0;
    for fact in options {
        let name = fact["name"].as_str().unwrap();
        let option = catalogue
            .option(name)
            .unwrap_or_else(|| panic!("{name} is missing"));
        if let Some(variable) = fact["env"].as_str() {
            assert_eq!(variable_name(name), variable);
        }
        for (line, first, last) in catalogue.lines() {
            let Some(version) = fact["versions"].get(line.to_string()) else {
                assert!(!option.exists_at(last), "{name} at {last}");
                continue;
            };
            compared += 1;
            let introduced: Version = version["patches"]["first"]
                .as_str()
                .unwrap()
                .parse()
                .unwrap();
            let introduced = introduced.first_release();
            assert!(option.exists_at(last), "{name} at {last}");
            assert!(option.exists_at(introduced), "{name} at {introduced}");
            assert_eq!(
                option.exists_at(first),
                first == introduced,
                "{name} at {first}"
            );
            assert_eq!(
                option.key_at(last),
                version["yaml"]["key"].as_str(),
                "{name} at {last}"
            );
            let flag = &version["flag"];
            assert_eq!(
                option.accepts(Spelling::Flag, last),
                flag.is_object(),
                "{name} at {last}"
            );
            if let Some(default) = flag["default"].as_str() {
                assert_eq!(option.default_at(last, false), default, "{name} at {last}");
            }
            if let Some(go_type) = version["yaml"]["go_type"].as_str() {
                let go_type = go_type.replace("config.V2DeprecationEnum", "string");
                assert_eq!(
                    option.key_type_at(last).go_name(),
                    go_type,
                    "{name} at {last}"
                );
            }
            let file_default = &version["yaml"]["default_with_config_file"];
            if let Some(default) = file_default.as_str()
                && !default.contains(['<', '('])
                && name != "v2-deprecation"
            {
                assert_eq!(
                    option.default_at(last, true),
                    default,
                    "{name} at {last} with a file"
                );
            }
        }
    }
    println!("{compared} option releases compared");
}
