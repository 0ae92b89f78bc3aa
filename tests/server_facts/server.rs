//! The program that tells what an etcd knows of its options.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use etcd_uplift::facts::version::{Release, Version};
use serde::Deserialize;
use serde_json::Value;

use crate::installed::{built, folder, print_once};

/// One release's program.
pub(crate) struct Server {
    pub(crate) release: Release,
    program: PathBuf,
}

/// What a release knows of its options.
#[derive(Deserialize)]
pub(crate) struct Facts {
    release: String,
    pub(crate) flags: Vec<FlagFacts>,
    pub(crate) keys: Vec<KeyFacts>,
}

/// A flag as the server declares it.
#[derive(Deserialize)]
pub(crate) struct FlagFacts {
    pub(crate) name: String,
    /// The Go type of its value.
    #[serde(rename = "type")]
    pub(crate) go_type: String,
    pub(crate) default: String,
    /// What it says of itself, in the flag and in the text of `--help`.
    pub(crate) usage: String,
    pub(crate) help: String,
    /// The values of a flag that takes few.
    #[serde(default)]
    pub(crate) allowed: Vec<String>,
    /// What the server logs because a deprecated flag is set; empty where the program cannot tell.
    pub(crate) warning: Option<String>,
}

/// A field into which the server decodes a file.
#[derive(Deserialize)]
pub(crate) struct KeyFacts {
    /// The key, nested keys joined by `.`; without a tag the Go name of the field.
    pub(crate) key: String,
    #[serde(rename = "type")]
    pub(crate) go_type: String,
    pub(crate) tagged: bool,
}

impl Server {
    /// Every release that is built. The others are named.
    pub(crate) fn all() -> Vec<Server> {
        let mut all = Vec::new();
        for text in built() {
            let program = folder().join(&text).join("facts");
            if program.is_file() {
                let version: Version = text.parse().expect("a module requires a release");
                let patch = version.patch.expect("a release has a patch");
                all.push(Server {
                    release: Release::new(version.major, version.minor, patch),
                    program,
                });
            } else {
                print_once(&format!(
                    "skipped: no facts of etcd {text} at {} (.ci/install-etcd builds them where there is Go)",
                    program.display()
                ));
            }
        }
        all
    }

    /// What it knows of its options.
    pub(crate) fn facts(&self) -> Facts {
        let (_, printed) = self.run(&[], &[]);
        let facts: Facts = serde_json::from_str(&printed).expect("it prints its facts");
        assert_eq!(facts.release, self.release.to_string());
        assert!(facts.flags.len() > 100 && facts.keys.len() > 100);
        facts
    }

    /// The configuration in force, by flag; the error when the server refuses it.
    pub(crate) fn in_force(
        &self,
        arguments: &[String],
        variables: &[(String, String)],
    ) -> Result<BTreeMap<String, String>, String> {
        let mut words = vec!["effective".to_owned()];
        words.extend_from_slice(arguments);
        let (errors, printed) = self.run(&words, variables);
        // etcd may log to standard output; what Go's flags refuse ends the process.
        let last = printed.lines().next_back().unwrap_or_default();
        let Ok(printed) = serde_json::from_str::<Value>(last) else {
            return Err(errors);
        };
        if let Some(error) = printed["error"].as_str() {
            return Err(error.to_owned());
        }
        let values = printed["values"].as_object().expect("it prints values");
        let text = |value: &Value| value.as_str().expect("a value is a text").to_owned();
        Ok(values
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect())
    }

    fn run(&self, arguments: &[String], variables: &[(String, String)]) -> (String, String) {
        let output = Command::new(&self.program)
            .args(arguments)
            .env_clear()
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", self.program.display()));
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (text(output.stderr), text(output.stdout))
    }
}
