//! Compares the tool's verdict with `tests/data/verdicts.jsonl`: small configurations, the releases that accept and
//! that refuse each of them, and how that is known: a real server that was run, or the line of etcd's source.
//!
//! A row has `id`, `form` (`flags`, `env`, `yaml`, or `mixed` with `args` and `env`), `input`, `accepted`, `refused` and
//! `known`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fmt::Write as _;
use std::path::Path;

use etcd_uplift::check::{Knowledge, check_alone};
use etcd_uplift::diagnostic::Consequence;
use etcd_uplift::facts::version::{Upgrade, Version};
use etcd_uplift::source::Source;
use etcd_uplift::surface::{self, Discovery, FileReading, read};
use serde_json::Value;

fn rows() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/verdicts.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().map(|line| serde_json::from_str(line).unwrap());
    rows.collect()
}

fn source(row: &Value) -> (Source, &'static str) {
    let input = &row["input"];
    match row["form"].as_str().unwrap() {
        form @ ("flags" | "mixed") => {
            let (args, variables) = match form {
                "flags" => (input, &Value::Null),
                _ => (&input["args"], &input["env"]),
            };
            let mut text = String::new();
            for (name, value) in variables.as_object().into_iter().flatten() {
                write!(text, "{name}='{}' ", value.as_str().unwrap()).unwrap();
            }
            text.push_str("etcd");
            for word in args.as_array().unwrap() {
                let word = word.as_str().unwrap().replace('\'', "'\\''");
                write!(text, " '{word}'").unwrap();
            }
            (Source::new("<command>", text), "command-line")
        }
        "env" => {
            let mut text = String::new();
            for (name, value) in input.as_object().unwrap() {
                writeln!(text, "{name}='{}'", value.as_str().unwrap()).unwrap();
            }
            (Source::new("etcd.env", text), "env-file")
        }
        _ => (
            Source::new("etcd.conf.yml", input.as_str().unwrap()),
            "config-file",
        ),
    }
}

#[test]
fn the_verdict_is_the_one_on_record() {
    let knowledge = Knowledge::built_in().unwrap();
    let mut wrong = Vec::new();
    for row in rows() {
        let (source, surface) = source(&row);
        assert!(row["known"].as_str().is_some_and(|known| !known.is_empty()));
        let reading = read(
            &source,
            &knowledge.catalogue,
            Discovery::Forced,
            surface::named(surface),
        );
        for verdict in ["accepted", "refused"] {
            for release in row[verdict].as_array().unwrap() {
                let release = release.as_str().unwrap();
                let version: Version = release.parse().unwrap();
                let to = knowledge.catalogue.release(version).unwrap();
                let refused = match &reading {
                    FileReading::Read(reading) => {
                        let upgrade = Upgrade { from: None, to };
                        check_alone(&source, reading, upgrade, &knowledge)
                            .iter()
                            .any(|found| found.consequence == Consequence::Refused)
                    }
                    FileReading::Unreadable(_) => true,
                    FileReading::NotEtcd(why) => panic!("{}: {why}", row["id"]),
                };
                if refused != (verdict == "refused") {
                    wrong.push(format!("{} {release}: etcd {verdict} it", row["id"]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
