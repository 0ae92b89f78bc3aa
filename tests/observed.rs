//! Compares the tool's verdict with recorded verdicts of real etcd servers, `tests/data/observed.jsonl`.
//!
//! For each probe and release V: does `lint --to V` report the consequence `refused` exactly when the server refused?
//! Prints the agreement per release and form.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "prints the agreement")]

use std::collections::BTreeMap;
use std::path::Path;

use etcd_uplift::check::{Knowledge, check_alone};
use etcd_uplift::diagnostic::Consequence;
use etcd_uplift::facts::version::{Release, Upgrade, Version};
use etcd_uplift::server::effective::Effective;
use etcd_uplift::source::Source;
use etcd_uplift::surface::{self, Discovery, FileReading, read};
use serde_json::Value;

fn rows() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/observed.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().map(|line| serde_json::from_str(line).unwrap());
    rows.collect()
}

/// The texts of a probe: the arguments and variables that etcd is started with, and its file.
fn sources(row: &Value, verdict: &Value, to: Release) -> Vec<(Source, &'static str)> {
    let input = verdict.get("input").unwrap_or(&row["input"]).to_string();
    let input: Value = serde_json::from_str(
        &input
            .replace("@TLS@", "/tls")
            .replace("@CONF@", "/conf.yml"),
    )
    .unwrap();
    let input = &input;
    match row["form"].as_str().unwrap() {
        "flags" => vec![command(input.as_array().unwrap(), None)],
        "env" => {
            let text: String = input
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, value)| format!("{name}='{}'\n", value.as_str().unwrap()))
                .collect();
            vec![(Source::new("etcd.env", text), "env-file")]
        }
        "yaml" => vec![(
            Source::new("etcd.conf.yml", input.as_str().unwrap()),
            "config-file",
        )],
        _ => {
            let none = Vec::new();
            let args = input["args"].as_array().unwrap_or(&none);
            let mut sources = vec![command(args, input["env"].as_object())];
            // Before 3.4 the variable names a file that etcd does not read.
            let by_flag = args
                .iter()
                .any(|arg| arg.as_str().unwrap().starts_with("--config-file"));
            let is_read = by_flag || to >= Release::new(3, 4, 0);
            if let Some(config) = input["config"].as_str().filter(|_| is_read) {
                sources.push((Source::new("etcd.conf.yml", config), "config-file"));
            }
            sources
        }
    }
}

fn command(args: &[Value], env: Option<&serde_json::Map<String, Value>>) -> (Source, &'static str) {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let mut text = String::new();
    for (name, value) in env.into_iter().flatten() {
        text.push_str(&format!("{name}={} ", quoted(value.as_str().unwrap())));
    }
    text.push_str("etcd");
    for arg in args {
        text.push(' ');
        text.push_str(&quoted(arg.as_str().unwrap()));
    }
    (Source::new("<command>", text), "command-line")
}

/// Returns whether the tool reports that the release refuses one of the texts.
fn refuses(knowledge: &Knowledge, sources: &[(Source, &str)], to: Release) -> Result<bool, String> {
    let mut refused = false;
    for (source, surface) in sources {
        let forced = surface::named(surface);
        match read(source, &knowledge.catalogue, Discovery::Forced, forced) {
            FileReading::Read(reading) => {
                let upgrade = Upgrade { from: None, to };
                let found = check_alone(source, &reading, upgrade, knowledge);
                refused |= found
                    .iter()
                    .any(|found| found.consequence == Consequence::Refused);
            }
            FileReading::Unreadable(_) => refused = true,
            FileReading::NotEtcd(why) => return Err(why.to_owned()),
        }
    }
    Ok(refused)
}

/// Start refusals that depend on files, names or other members outside the text.
const HANG_ON_FILES: [(&str, &str); 8] = [
    (
        "ic-008",
        "other members have to answer for an existing cluster",
    ),
    ("misc-001", "the configuration file does not exist"),
    ("mix-010", "the configuration file does not exist"),
    ("tls-005", "the certificate does not exist"),
    ("tls-006", "the key belongs to another certificate"),
    ("tlsx-001", "the certificate authority does not exist"),
    ("tlsx-003", "the certificate does not exist"),
    ("val-009", "the data folder cannot be made"),
];

/// Options whose value etcd's start-up log shows under the same name.
const LOGGED: [&str; 20] = [
    "name",
    "data-dir",
    "wal-dir",
    "heartbeat-interval",
    "election-timeout",
    "snapshot-count",
    "max-wals",
    "max-snapshots",
    "initial-cluster",
    "initial-cluster-state",
    "initial-cluster-token",
    "initial-advertise-peer-urls",
    "advertise-client-urls",
    "listen-peer-urls",
    "listen-client-urls",
    "pre-vote",
    "initial-election-tick-advance",
    "force-new-cluster",
    "max-request-bytes",
    "auto-compaction-mode",
];

/// Returns how many effective values agree, and those that do not.
fn effective_values(
    knowledge: &Knowledge,
    row: &Value,
    verdict: &Value,
    to: Release,
) -> (usize, Vec<String>) {
    let mut agreed = 0;
    let mut differing = Vec::new();
    let Some(logged) = verdict["effective"]
        .as_object()
        .filter(|_| row["form"] != "mixed")
    else {
        return (0, differing);
    };
    for (source, surface) in sources(row, verdict, to) {
        let forced = surface::named(surface);
        let FileReading::Read(reading) =
            read(&source, &knowledge.catalogue, Discovery::Forced, forced)
        else {
            continue;
        };
        let Some(member) = reading.members.first() else {
            continue;
        };
        let effective = Effective::new(&knowledge.catalogue, member, to);
        for name in LOGGED {
            let Some(value) = logged.get(name) else {
                continue;
            };
            let expected = match value {
                Value::String(text) => text.clone(),
                Value::Array(items) => items
                    .iter()
                    .map(|item| item.as_str().unwrap())
                    .collect::<Vec<_>>()
                    .join(","),
                other => other.to_string(),
            };
            let expected = expected.replace("@TLS@", "/tls").replace("$TMP/", "");
            let own = effective.resolved(name);
            // A list of members is a set; the log joins it in the order of the text or sorted.
            let sorted = |text: &str| {
                let mut items: Vec<&str> = text.split(',').map(str::trim).collect();
                items.sort_unstable();
                items.join(",")
            };
            if own.as_deref().map(sorted) == Some(sorted(&expected)) {
                agreed += 1;
            } else {
                differing.push(format!(
                    "{name}: etcd {expected:?}, tool {own:?} | {}",
                    row["input"]
                ));
            }
        }
    }
    (agreed, differing)
}

#[test]
fn the_verdict_is_that_of_real_servers() {
    let rows = rows();
    let knowledge = Knowledge::built_in().unwrap();
    let mut agreement: BTreeMap<(String, String, String), (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut values = (0, 0);
    for row in &rows {
        let (id, form) = (row["id"].as_str().unwrap(), row["form"].as_str().unwrap());
        for (release, verdict) in row["verdicts"].as_object().unwrap() {
            let hangs_on_files = HANG_ON_FILES.iter().find(|(left, _)| *left == id);
            let left_out = hangs_on_files.is_some()
                || release == "3.0-bare"
                || verdict["machine"] == true
                || verdict.get("caveat").is_some()
                || row.get("caveat").is_some();
            if left_out {
                continue;
            }
            let version: Version = release.parse().unwrap();
            let to = knowledge.catalogue.release(version).unwrap();
            let class = verdict["class"].as_str().unwrap();
            let refused = refuses(&knowledge, &sources(row, verdict, to), to);
            let agrees = refused == Ok(class != "accepted");
            if class == "accepted" {
                let (agreed, differing) = effective_values(&knowledge, row, verdict, to);
                values.0 += agreed;
                values.1 += differing.len();
                wrong.extend(
                    differing
                        .into_iter()
                        .map(|why| format!("{id} {release} effective {why}")),
                );
            }
            let counts = agreement
                .entry((form.to_owned(), class.to_owned(), release.clone()))
                .or_default();
            counts.1 += 1;
            if agrees {
                counts.0 += 1;
            } else {
                wrong.push(format!(
                    "{id} {release} {class} tool={refused:?} {} | {}",
                    row["input"], verdict["line"]
                ));
            }
        }
    }
    for ((form, class, release), (agreed, all)) in &agreement {
        println!("{form:<6} {class:<17} {release:<4} {agreed:>4} of {all}");
    }
    for line in &wrong {
        println!("{}", line.chars().take(330).collect::<String>());
    }
    println!("{} effective values agree, {} do not", values.0, values.1);
    for (id, why) in HANG_ON_FILES {
        println!("left out: {id} ({why})");
    }
    println!("{} verdicts disagree", wrong.len());
    assert!(wrong.is_empty());
}
