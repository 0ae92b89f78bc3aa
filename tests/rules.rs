//! Compares advice with facts, and facts with the data they were taken from.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "says what was compared")]

use std::collections::HashSet;
use std::path::Path;

use etcd_uplift::check::{Knowledge, check_alone};
use etcd_uplift::diagnostic::{Diagnostic, Severity};
use etcd_uplift::example;
use etcd_uplift::facts::catalogue::{EtcdOption, KeyType, Spelling, ValueType, variable_name};
use etcd_uplift::facts::version::{Release, Upgrade, Version};
use etcd_uplift::source::Source;
use etcd_uplift::suppression::is_rule;
use etcd_uplift::surface::{Discovery, FileReading, read};

#[test]
fn every_example_of_a_rule_passes() {
    let knowledge = Knowledge::built_in().unwrap();
    let mut failures = Vec::new();
    for (rule, _) in knowledge.rules.iter() {
        assert!(!rule.examples.is_empty(), "{} has no example", rule.id);
        for shown in &rule.examples {
            if let Err(error) = example::run(rule, shown, &knowledge) {
                let title = &shown.title;
                failures.push(format!("{}: {title}: {error}: {error:?}", rule.id));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn a_rule_has_a_title_a_reason_and_sources() {
    let knowledge = Knowledge::built_in().unwrap();
    for (rule, _) in knowledge.rules.iter() {
        assert!(!rule.sources.is_empty(), "{}", rule.id);
        assert!(rule.why.trim().len() > 80, "{}", rule.id);
        assert!(!rule.instead.is_empty(), "{}", rule.id);
        for source in &rule.sources {
            let cited = source.split_once('@').is_some_and(|(place, tag)| {
                place.contains(':') && (tag.starts_with('v') || tag == "main")
            });
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

/// Returns a member with just that setting, as one of the files a user may have.
fn member_with(
    option: &EtcdOption,
    spelling: Spelling,
    value: &str,
    from: Release,
) -> Option<Source> {
    let name = option.spelled(spelling, from)?;
    Some(match spelling {
        Spelling::Flag => Source::new(
            "Procfile",
            format!("etcd: etcd --name=a --{name}={value}\n"),
        ),
        Spelling::Variable => Source::new("etcd.env", format!("ETCD_NAME=a\n{name}={value}\n")),
        Spelling::Key => {
            let value = match option.key_type_at(from) {
                KeyType::List => format!("[{value}]"),
                KeyType::Duration => "1000000000".to_owned(),
                KeyType::String => format!("'{value}'"),
                _ => value.to_owned(),
            };
            let text = match name.split_once('.') {
                None => format!("name: a\n{name}: {value}\n"),
                Some((section, key)) => format!(
                    "name: a\n{section}:\n  {}: {value}\n",
                    key.replace('.', ":\n    ")
                ),
            };
            Source::new("etcd.conf.yml", text)
        }
    })
}

/// Returns a value of the option's type that is not its default.
fn value_of(option: &EtcdOption, release: Release) -> &'static str {
    match option.name.as_str() {
        "log-output" => return "stdout",
        "proxy" => return "off",
        "discovery-fallback" => return "exit",
        "v2-deprecation" => return "write-only",
        _ => {}
    }
    match option.type_at(release) {
        ValueType::Bool => "true",
        ValueType::Int
        | ValueType::Int64
        | ValueType::Uint
        | ValueType::Uint32
        | ValueType::Uint64 => "7",
        ValueType::Duration => "1s",
        ValueType::Urls | ValueType::UniqueUrls | ValueType::CorsOrigins => "http://127.0.0.1:2379",
        ValueType::IpPort => "127.0.0.1:2379",
        _ => "x",
    }
}

fn findings(knowledge: &Knowledge, source: &Source, from: Release, to: Release) -> Vec<Diagnostic> {
    match read(source, &knowledge.catalogue, Discovery::Explicit, None) {
        FileReading::Read(reading) => check_alone(
            source,
            &reading,
            Upgrade {
                from: Some(from),
                to,
            },
            knowledge,
        ),
        other => panic!("{other:?}: {}", source.text),
    }
}

/// Returns the ends of every minor, and the releases in which an option is added, removed or changes its key or its
/// type.
fn turning_points(knowledge: &Knowledge) -> Vec<Release> {
    let catalogue = &knowledge.catalogue;
    let mut points: Vec<Release> = catalogue
        .lines()
        .flat_map(|(_, first, last)| [first, last])
        .collect();
    for option in catalogue.options() {
        let types = option.key_type.points().map(|(since, _)| since);
        let keys = option.key.points().map(|(since, _)| since);
        let all = option.since.iter().copied().chain(option.removed);
        for point in all.chain(types).chain(keys).filter(|point| point.major > 0) {
            points.push(point);
            if point.patch > 0 {
                points.push(Release::new(point.major, point.minor, point.patch - 1));
            }
        }
    }
    points.sort_unstable();
    points.dedup();
    points
}

#[test]
fn no_option_that_is_removed_renamed_or_retyped_is_without_an_answer() {
    let knowledge = Knowledge::built_in().unwrap();
    let catalogue = &knowledge.catalogue;
    let points = turning_points(&knowledge);
    let lasts: Vec<Release> = catalogue.lines().map(|(_, _, last)| last).collect();
    let mut hops = 0;
    for pair in points.windows(2).chain(lasts.windows(2)) {
        let (from, to) = (pair[0], pair[1]);
        for option in catalogue.options() {
            for spelling in [Spelling::Flag, Spelling::Variable, Spelling::Key] {
                let lost = option.accepts(spelling, from) && !option.accepts(spelling, to);
                let retyped = spelling == Spelling::Key
                    && option.accepts(spelling, from)
                    && option.accepts(spelling, to)
                    && option.key_type_at(from) != option.key_type_at(to);
                if !lost && !retyped || option.type_at(from) == ValueType::Rejected {
                    continue;
                }
                let source = member_with(option, spelling, value_of(option, from), from).unwrap();
                let found = findings(&knowledge, &source, from, to);
                // A value that is the default anyway is only worth a note, and so is one that no release takes.
                let is_harmless = |note: &String| {
                    note.starts_with("nothing changes") || note.contains("refuses this too")
                };
                let loses_nothing = |notes: &[String]| notes.iter().any(is_harmless);
                let answered = found.iter().any(|found| {
                    found.option.as_deref() == Some(option.name.as_str())
                        && (found.severity == Severity::Error || loses_nothing(&found.notes))
                });
                assert!(
                    answered,
                    "{} as {} from {from} to {to}:\n{}\n{found:#?}",
                    option.name,
                    spelling.word(),
                    source.text
                );
                hops += 1;
            }
        }
    }
    println!("{hops} removals and retypings answered");
}

/// Returns a flag's type, if it changes what a value means; lists of URLs and of outputs read one value as before.
fn is_split_anew(option: &EtcdOption, from: Release, to: Release) -> bool {
    option.type_at(from) == ValueType::String && option.type_at(to) == ValueType::Strings
}

#[test]
fn no_flag_that_is_split_at_commas_anew_is_without_an_answer() {
    let knowledge = Knowledge::built_in().unwrap();
    let catalogue = &knowledge.catalogue;
    let lines: Vec<Release> = catalogue.lines().map(|(_, _, last)| last).collect();
    let mut answered = 0;
    for pair in lines.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let options = catalogue.options().iter();
        for option in options.filter(|option| {
            option.accepts(Spelling::Flag, from)
                && option.accepts(Spelling::Flag, to)
                && is_split_anew(option, from, to)
        }) {
            let source = member_with(option, Spelling::Flag, "a,b", from).unwrap();
            let found = findings(&knowledge, &source, from, to);
            assert!(
                found
                    .iter()
                    .any(|found| found.option.as_ref() == Some(&option.name)),
                "{} from {from} to {to}",
                option.name
            );
            answered += 1;
        }
    }
    assert!(answered > 0);
    println!("{answered} flags that become lists answered");
}

/// Returns a member that leaves the option to its default and sets what its rules require.
fn member_without(
    knowledge: &Knowledge,
    option: &EtcdOption,
    in_file: bool,
    from: Release,
) -> Vec<Source> {
    let catalogue = &knowledge.catalogue;
    let spelling = if in_file {
        Spelling::Key
    } else {
        Spelling::Flag
    };
    let rules = knowledge
        .rules
        .iter()
        .map(|(rule, _)| rule)
        .filter(|rule| rule.options.contains(&option.name));
    let mut members = Vec::new();
    if in_file {
        members.push(Source::new("etcd.conf.yml", "name: a\n"));
    } else {
        members.push(Source::new("Procfile", "etcd: etcd --name=a\n"));
    }
    for rule in rules {
        let needed = rule.if_set.iter().filter_map(|name| catalogue.option(name));
        for needed in needed.filter(|needed| needed.accepts(spelling, from)) {
            members.extend(member_with(needed, spelling, value_of(needed, from), from));
        }
        // The default of a mode matters to those that set what it is the mode of.
        for other in &rule.options {
            let other = catalogue.option(other).unwrap();
            if other.name != option.name && other.accepts(spelling, from) {
                members.extend(member_with(other, spelling, "24", from));
            }
        }
    }
    members
}

/// Empty is 0, `embed/etcd.go:139@v3.3.27`, and empty is TLS 1.2, `client/pkg/transport/listener.go:405@v3.5.33`.
const EMPTY_IS_THE_DEFAULT: [&str; 2] = ["auto-compaction-retention", "tls-min-version"];

#[test]
fn no_changed_default_is_without_an_answer() {
    let knowledge = Knowledge::built_in().unwrap();
    let catalogue = &knowledge.catalogue;
    let lines: Vec<Release> = catalogue.lines().map(|(_, _, last)| last).collect();
    let mut answers = 0;
    for pair in lines.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        for option in catalogue
            .options()
            .iter()
            .filter(|option| option.exists_at(from) && option.exists_at(to))
        {
            for in_file in [false, true] {
                let exists = !in_file
                    || option.key_at(to).is_some()
                        && catalogue.option("config-file").unwrap().exists_at(from);
                let changed =
                    exists && option.default_at(from, in_file) != option.default_at(to, in_file);
                // If an empty or zero value means the same default, or the new name has it, nothing changes.
                let new_name = option
                    .replaced_by
                    .as_ref()
                    .and_then(|new| new.option.as_deref());
                let renamed = new_name.and_then(|name| catalogue.option(name));
                let moved = renamed.is_some_and(|new| {
                    option.successor(&new.name).is_some()
                        && new.default_at(to, in_file) == option.default_at(from, in_file)
                });
                let same_effect = moved
                    || option.effective_default.at(to).is_some()
                    || EMPTY_IS_THE_DEFAULT.contains(&option.name.as_str());
                if !changed || same_effect {
                    continue;
                }
                let members = member_without(&knowledge, option, in_file, from);
                let written = format!("`{}`", option.name);
                let answered = members.iter().any(|source| {
                    findings(&knowledge, source, from, to).iter().any(|found| {
                        knowledge.rules.get(&found.rule).is_some_and(|rule| {
                            rule.options.contains(&option.name)
                                && (found.message.contains(&written)
                                    || found.option.as_ref() == Some(&option.name)
                                    || rule.check == "compaction-retention")
                        })
                    })
                });
                assert!(
                    answered,
                    "{} from {from} to {to}, in a file: {in_file}",
                    option.name
                );
                answers += 1;
            }
        }
    }
    println!("{answers} changed defaults answered");
}

#[test]
fn no_key_that_begins_to_be_read_is_without_an_answer() {
    let knowledge = Knowledge::built_in().unwrap();
    let catalogue = &knowledge.catalogue;
    let mut answered = 0;
    for option in catalogue.options() {
        for (since, key) in option.key.points() {
            // Each patch on its own: some keys were added in the middle of a minor.
            let before = if since.patch == 0 {
                catalogue.line_before(since)
            } else {
                Some(Release::new(since.major, since.minor, since.patch - 1))
            };
            let Some(before) =
                before.filter(|before| since.major > 0 && *before >= Release::new(3, 0, 0))
            else {
                continue;
            };
            if key.is_empty() || option.key_at(before).is_some() || !option.exists_at(before) {
                continue;
            }
            let source =
                member_with(option, Spelling::Key, value_of(option, since), since).unwrap();
            let found = findings(&knowledge, &source, before, since);
            assert!(
                found
                    .iter()
                    .any(|found| found.rule == "key-begins-to-count"),
                "{} from {before} to {since}",
                option.name
            );
            answered += 1;
        }
    }
    assert!(answered > 5);
    println!("{answered} keys that begin to be read answered");
}

#[test]
fn the_options_are_those_of_the_extracted_facts() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/options.json");
    let text = std::fs::read_to_string(path).unwrap();
    let knowledge = Knowledge::built_in().unwrap();
    let catalogue = &knowledge.catalogue;
    let facts: serde_json::Value = serde_json::from_str(&text).unwrap();
    let options = facts["options"].as_array().unwrap();
    // What was added after the extraction cannot be compared.
    let lines = catalogue.lines().filter_map(|(line, first, _)| {
        let last = facts["tags"][line.to_string()]["last"].as_str()?;
        let last: Version = last.parse().unwrap();
        Some((line, first, last.first_release()))
    });
    let lines: Vec<(Version, Release, Release)> = lines.collect();
    let is_extracted = |option: &&EtcdOption| lines.iter().any(|line| option.exists_at(line.2));
    let known = catalogue.options().iter().filter(is_extracted).count();
    assert_eq!(options.len(), known);
    let mut compared = 0;
    for fact in options {
        let name = fact["name"].as_str().unwrap();
        let option = catalogue
            .option(name)
            .unwrap_or_else(|| panic!("{name} is missing"));
        if let Some(variable) = fact["env"].as_str() {
            assert_eq!(variable_name(name), variable);
        }
        for &(line, first, last) in &lines {
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

#[test]
fn every_finding_of_the_fixtures_can_be_explained() {
    let knowledge = Knowledge::built_in().unwrap();
    let mut seen = HashSet::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for entry in ignore::Walk::new(folder) {
        let entry = entry.unwrap();
        if entry.path().extension().is_some_and(|end| end == "report") {
            let report = std::fs::read_to_string(entry.path()).unwrap();
            seen.extend(report.lines().filter_map(|line| {
                let (_, rest) = line.split_once('[').filter(|_| !line.starts_with(' '))?;
                Some(rest.split_once(']')?.0.to_owned())
            }));
        }
    }
    assert!(seen.len() > 30, "{seen:?}");
    for id in seen {
        assert!(is_rule(&knowledge, &id), "{id} cannot be explained");
    }
}
