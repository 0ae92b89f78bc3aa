//! Exceeds every limit of `src/limits.rs` and checks that the result is an error row. The table of limits in the
//! documentation is generated here too: `.ci/bless limits` writes it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Output};

use etcd_uplift::limits;

const LIMITS: &str = include_str!("../src/limits.rs");
const DOCUMENT: &str = "docs/reliability.md";
const FLAGS: &str = "--name a --enable-v2 --initial-cluster a=http://a:2380";

/// The result for a text that exceeds a limit.
enum Expected {
    /// `lint` has a row with this text and ends with 2.
    Row(&'static str),
    /// `fix` writes nothing, has a row with this text, and ends with 2.
    FixRow(&'static str),
    /// A finding has this note, and no fix.
    Note(&'static str),
    /// Tested in another file, which is named.
    Elsewhere(&'static str),
}

use Expected::{Elsewhere, FixRow, Note, Row};

struct Case {
    limit: &'static str,
    file_name: &'static str,
    text: String,
    expected: Expected,
}

fn case(limit: &'static str, file_name: &'static str, text: String, expected: Expected) -> Case {
    Case {
        limit,
        file_name,
        text,
        expected,
    }
}

/// Returns a command in that many shells.
fn in_shells(count: usize) -> String {
    let quoted = |command: &str| command.replace('\\', "\\\\").replace('"', "\\\"");
    (0..count).fold(format!("etcd {FLAGS}"), |inner, _| {
        format!("sh -c \"{}\"", quoted(&inner))
    })
}

fn in_lists(count: usize) -> String {
    let pod = "apiVersion: v1, kind: Pod, metadata: {name: etcd}, spec: {containers: [{name: etcd, image: etcd, command: [etcd, --enable-v2=true]}]}";
    (0..count).fold(format!("{{{pod}}}"), |inner, _| {
        format!("{{\"apiVersion\": v1, kind: List, items: [{inner}]}}")
    })
}

/// Returns a script that writes a script that writes a script …
fn in_texts(count: usize) -> String {
    (0..count).fold(format!("etcd {FLAGS}\n"), |inner, depth| {
        format!("#!/bin/sh\ncat > /run/{depth}.sh <<'E{depth}'\n{inner}E{depth}\n")
    })
}

fn cases() -> Vec<Case> {
    let conf = "etcd.conf.yml";
    let many = |line: &str, count: usize| line.repeat(count);
    vec![
        case(
            "FILE_SIZE",
            conf,
            format!(
                "name: a\n{}",
                many("# etcd\n", usize::try_from(limits::FILE_SIZE).unwrap() / 7)
            ),
            Row("is larger than 64 MiB"),
        ),
        case(
            "SETTINGS",
            "etcd.env",
            many("ETCD_ENABLE_V2=true\n", limits::SETTINGS + 1),
            Row("more than 10000 settings"),
        ),
        case(
            "TEXTS_IN_TEXTS",
            "run.sh",
            in_texts(limits::TEXTS_IN_TEXTS + 2),
            Row("texts are nested more than"),
        ),
        case(
            "SHELLS_IN_SHELLS",
            "run.sh",
            format!("#!/bin/sh\n{}\n", in_shells(limits::SHELLS_IN_SHELLS + 1)),
            Row("shells are nested more than 4 deep"),
        ),
        case(
            "SHELLS_IN_SHELLS",
            "run.sh",
            format!(
                "#!/bin/sh\n{}etcd {FLAGS}{}\n",
                many("echo $(", 5),
                many(")", 5)
            ),
            Row("shells are nested more than 4 deep"),
        ),
        case(
            "COMMAND_WORDS",
            "run.sh",
            format!(
                "#!/bin/sh\netcd {FLAGS}{}\n",
                many(" a", limits::COMMAND_WORDS)
            ),
            Row("more than 100000 words"),
        ),
        case(
            "COMMAND_WORDS",
            "run.sh",
            format!(
                "#!/bin/sh\nA=({FLAGS}{})\netcd \"${{A[@]}}\"\n",
                many(" a", limits::COMMAND_WORDS)
            ),
            Row("more than 100000 words"),
        ),
        case(
            "COMMAND_WORDS",
            "etcd.env",
            format!(
                "export ETCD_ENABLE_V2=true{}\n",
                many(" A=b", limits::COMMAND_WORDS)
            ),
            Row("more than 100000 words"),
        ),
        case(
            "COMMAND_WORDS",
            "etcd.service",
            format!(
                "[Service]\nEnvironment=ETCD_ENABLE_V2=true{}\nExecStart=/usr/bin/etcd\n",
                many(" A=b", limits::COMMAND_WORDS)
            ),
            Row("more than 100000 words"),
        ),
        case(
            "COMMAND_WORDS",
            "Dockerfile",
            format!(
                "FROM quay.io/coreos/etcd\nENV ETCD_ENABLE_V2=true{}\nCMD [\"etcd\"]\n",
                many(" A=b", limits::COMMAND_WORDS)
            ),
            Row("more than 100000 words"),
        ),
        case(
            "EXPANSION_LENGTH",
            "run.sh",
            format!(
                "#!/bin/sh\netcd --enable-v2 --name=${{A:-{}}}\n",
                many("a", limits::EXPANSION_LENGTH)
            ),
            Row("longer than 2048 bytes"),
        ),
        case(
            "YAML_NESTING",
            conf,
            format!(
                "name: a\nenable-v2: true\ninitial-cluster: {}{}\n",
                many("[", limits::YAML_NESTING + 1),
                many("]", limits::YAML_NESTING + 1)
            ),
            Row("not YAML"),
        ),
        case(
            "YAML_EXPANSIONS",
            conf,
            format!(
                "name: a\nenable-v2: true\nb: &b [{}]\nc: [{}]\n",
                many("1, ", 1000),
                many("*b, ", 11)
            ),
            Row("more than 10000 values"),
        ),
        case(
            "YAML_EXPANSIONS",
            "etcd.yaml",
            format!(
                "{}---\nb: &b [{}]\nc: [{}]\n",
                "apiVersion: v1\nkind: Pod\nmetadata: {name: etcd}\nspec: {containers: [{name: etcd, image: etcd, command: [etcd, --initial-cluster=a]}]}\n",
                many("1, ", 1000),
                many("*b, ", 11)
            ),
            Row("more than 10000 values"),
        ),
        case(
            "LIBYAML_SIZE",
            conf,
            format!(
                "name: a\nenable-v2: true\n{}",
                many("# etcd\n", limits::LIBYAML_SIZE / 7)
            ),
            Row("larger than 1 MiB"),
        ),
        case(
            "YAML_REPAIR_SIZE",
            conf,
            format!(
                "name: \"a\"#b\nenable-v2: true\n{}",
                many("# etcd\n", limits::YAML_REPAIR_SIZE / 7)
            ),
            Row("not YAML"),
        ),
        case(
            "YAML_REPAIRS",
            conf,
            format!(
                "enable-v2: true\n{}",
                (0..=limits::YAML_REPAIRS)
                    .map(|n| format!("k{n}: \"a\"#b\n"))
                    .collect::<String>()
            ),
            Row("not YAML"),
        ),
        case(
            "EDITED_SCALAR_SIZE",
            "etcd.yaml",
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: etcd}}\nspec:\n  containers:\n  - name: etcd\n    image: etcd\n    command: [sh, -c, \"etcd --enable-v2 --log-output=stdout # {}\"]\n",
                many("x", limits::EDITED_SCALAR_SIZE)
            ),
            Note("no fix: the quotes around this place cannot contain the new text"),
        ),
        case(
            "LISTS_IN_LISTS",
            "pod.yaml",
            format!("{}\n", in_lists(limits::LISTS_IN_LISTS + 1)),
            Row("lists of objects are nested more than 4 deep"),
        ),
        case(
            "HCL_NESTING",
            "etcd.tf",
            format!(
                "resource \"a\" \"etcd\" {{\n{}command = [\"etcd\", \"--initial-cluster=a\"]\n{}}}\n",
                many("a {\n", limits::HCL_NESTING),
                many("}\n", limits::HCL_NESTING)
            ),
            Row("cannot be parsed from here on"),
        ),
        case(
            "HCL_TEMPLATE_LENGTH",
            "etcd.tf",
            format!(
                "resource \"a\" \"etcd\" {{\n  command = [\"etcd\", \"--initial-cluster=${{a{}}}\"]\n}}\n",
                many(" ", limits::HCL_TEMPLATE_LENGTH)
            ),
            Row("cannot be parsed from here on"),
        ),
        case(
            "REWRITE_PASSES",
            "",
            String::new(),
            Elsewhere(
                "src/rewrite.rs: no rule may lead to it; the rows of `fix` are those of every RewriteError",
            ),
        ),
        case(
            "REWRITE_ATTEMPTS",
            "",
            String::new(),
            Elsewhere("src/rewrite/withhold.rs: what is not tried is withheld, and said to be"),
        ),
        case(
            "PATTERN_SIZE",
            "",
            String::new(),
            Elsewhere("tests/schemas.rs: a rule with a larger one is an error at its place"),
        ),
        case(
            "SEARCHED_FILES",
            "",
            String::new(),
            Elsewhere(
                "src/project/neighbours.rs: the finding says that whether another file uses it is not known",
            ),
        ),
        case(
            "COMPARED_VALUES",
            conf,
            format!(
                "name: a\nlog-output: stdout\nother: [{}]\n",
                many("1, ", limits::COMPARED_VALUES)
            ),
            FixRow("too large to verify that the rewrite changes nothing else"),
        ),
        case(
            "COMPARED_SIZE",
            conf,
            format!(
                "name: a\nlog-output: stdout\n{}",
                many("# etcd\n", limits::COMPARED_SIZE / 7)
            ),
            FixRow("too large to verify that the rewrite changes nothing else"),
        ),
        case(
            "DIFF_TIME",
            "",
            String::new(),
            Elsewhere("only the form of a diff depends on it, and no row is due"),
        ),
    ]
}

fn run(command: &str, case: &Case) -> (Output, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(case.file_name);
    fs::write(&path, &case.text).unwrap();
    let mut run = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"));
    run.args([command, "--from", "3.3", "--to", "3.6"]);
    if command == "lint" {
        run.args(["--format", "json"]);
    } else {
        run.arg("--write");
    }
    let output = run.arg(&path).output().unwrap();
    let unchanged = fs::read_to_string(&path).unwrap() == case.text;
    assert!(unchanged, "{}: the file is another one", case.limit);
    let message = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    (output, String::from_utf8_lossy(&message).into_owned())
}

#[test]
fn hitting_a_limit_is_an_error_row() {
    for case in cases() {
        let (command, expected, status) = match case.expected {
            Row(text) => ("lint", text, 2),
            FixRow(text) => ("fix", text, 2),
            Note(text) => ("lint", text, 1),
            Elsewhere(why) => {
                assert!(!why.is_empty());
                continue;
            }
        };
        let (output, message) = run(command, &case);
        let shown: String = message.chars().take(2000).collect();
        let limit = case.limit;
        assert!(
            message.contains(expected),
            "{limit}: no {expected:?} in {shown}"
        );
        assert_eq!(output.status.code(), Some(status), "{limit}: {shown}");
    }
}

#[test]
fn every_limit_has_a_case() {
    let cases = cases();
    for limit in described() {
        let hit = cases.iter().any(|case| case.limit == limit.name);
        assert!(hit, "{} has no case here", limit.name);
    }
    for case in cases {
        let known = described().iter().any(|limit| limit.name == case.limit);
        assert!(known, "{} is no limit", case.limit);
    }
}

/// A limit as its source documents it.
struct Described {
    name: String,
    value: String,
    meaning: String,
}

fn described() -> Vec<Described> {
    let mut limits = Vec::new();
    let mut meaning = String::new();
    for line in LIMITS.lines() {
        if let Some(comment) = line.strip_prefix("/// ") {
            let gap = if meaning.is_empty() { "" } else { " " };
            let _ = write!(meaning, "{gap}{comment}");
        } else if let Some(constant) = line.strip_prefix("pub const ") {
            let (name, rest) = constant.split_once(": ").unwrap();
            let (_, value) = rest.split_once(" = ").unwrap();
            limits.push(Described {
                name: name.to_owned(),
                value: in_words(value.trim_end_matches(';')),
                meaning: std::mem::take(&mut meaning),
            });
        }
    }
    limits
}

/// Returns `64 MiB` for `64 * 1024 * 1024`.
fn in_words(value: &str) -> String {
    if let Some(seconds) = value.strip_prefix("Duration::from_secs(") {
        return format!("{} s", seconds.trim_end_matches(')'));
    }
    value
        .replace(" * 1024 * 1024", " MiB")
        .replace(" * 1024", " KiB")
        .replace('_', ",")
}

#[test]
fn the_documentation_has_the_table_of_limits() {
    const BEGIN: &str = "<!-- limits: written by tests/limits.rs -->\n";
    const END: &str = "<!-- end of limits -->\n";
    let document = fs::read_to_string(DOCUMENT).unwrap();
    let start = document.find(BEGIN).unwrap() + BEGIN.len();
    let end = document.find(END).unwrap();
    let mut table = "| limit | value | of what, and what happens |\n|---|---|---|\n".to_owned();
    for limit in described() {
        let Described {
            name,
            value,
            meaning,
        } = limit;
        let _ = writeln!(table, "| `{name}` | {value} | {meaning} |");
    }
    if std::env::var_os("ETCD_UPLIFT_BLESS").is_some() {
        let blessed = format!("{}{table}{}", &document[..start], &document[end..]);
        fs::write(DOCUMENT, blessed).unwrap();
        return;
    }
    assert_eq!(
        &document[start..end],
        table,
        "{DOCUMENT} is out of date; run .ci/bless limits"
    );
}
