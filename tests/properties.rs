//! Properties over generated configurations: what a rewrite keeps, and that nothing brings a reader down.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::LazyLock;

use etcd_uplift::check::{Knowledge, check};
use etcd_uplift::edit::Applicability;
use etcd_uplift::rewrite::{Terms, rewrite};
use etcd_uplift::source::Source;
use etcd_uplift::surface::{FileReading, Insistence, SURFACES, read};
use etcd_uplift::version::{Release, Upgrade};
use proptest::prelude::*;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::built_in().unwrap());

fn terms(from: Release, to: Release, least: Applicability) -> Terms<'static> {
    Terms {
        knowledge: &KNOWLEDGE,
        upgrade: Upgrade {
            from: Some(from),
            to,
        },
        insistence: Insistence::Forced,
        surface: None,
        least,
    }
}

fn release() -> impl Strategy<Value = Release> {
    let releases: Vec<Release> = KNOWLEDGE
        .catalogue
        .lines()
        .map(|(_, _, last)| last)
        .collect();
    proptest::sample::select(releases)
}

/// Names that the rules look at, and some they do not.
fn option() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "name",
        "data-dir",
        "snapshot-count",
        "auto-compaction-retention",
        "auto-compaction-mode",
        "log-output",
        "log-outputs",
        "logger",
        "debug",
        "enable-v2",
        "experimental-warning-apply-duration",
        "listen-client-urls",
    ])
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(vec![
            "24",
            "0",
            "-1",
            "24h",
            "default",
            "stdout",
            "true",
            "periodic",
            "http://127.0.0.1:2379",
            "stdout,a.log",
        ])
        .prop_map(str::to_owned),
        "[a-z0-9/._-]{0,12}",
    ]
}

fn security() -> impl Strategy<Value = String> {
    let key = proptest::sample::select(vec![
        "ca-file",
        "trusted-ca-file",
        "client-cert-auth",
        "cert-file",
    ]);
    let value = proptest::sample::select(vec!["/ca.crt", "/b.crt", "true", "false", ""]);
    let section =
        proptest::sample::select(vec!["client-transport-security", "peer-transport-security"]);
    (section, proptest::collection::vec((key, value), 1..4)).prop_map(|(section, entries)| {
        let mut text = format!("{section}:\n");
        for (key, value) in entries {
            text.push_str(&format!("  {key}: {value}\n"));
        }
        text
    })
}

/// A configuration file in block style, with comments, quotes and blank lines in between.
fn config_file() -> impl Strategy<Value = String> {
    let entry =
        (option(), value(), 0..4u8, any::<bool>()).prop_map(|(key, value, style, comment)| {
            let value = match style {
                0 => format!("\"{value}\""),
                1 => format!("'{value}'"),
                2 => format!("[{value}]"),
                _ => value,
            };
            let comment = if comment { "  # why" } else { "" };
            format!("{key}: {value}{comment}\n")
        });
    let part = prop_oneof![4 => entry, 1 => security(), 1 => Just("\n# a remark\n".to_owned())];
    (proptest::collection::vec(part, 1..12), any::<bool>()).prop_map(|(parts, crlf)| {
        let text = parts.concat();
        if crlf {
            text.replace('\n', "\r\n")
        } else {
            text
        }
    })
}

fn command_line() -> impl Strategy<Value = String> {
    let flag = (
        prop_oneof![
            option(),
            Just("ca-file"),
            Just("trusted-ca-file"),
            Just("client-cert-auth")
        ],
        value(),
        0..4u8,
    )
        .prop_map(|(name, value, style)| match style {
            0 => format!("--{name}={value}"),
            1 => format!("--{name} '{value}'"),
            2 => format!("-{name}=\"{value}\""),
            _ => format!("--{name}"),
        });
    let gap = proptest::sample::select(vec![" ", " \\\n  "]);
    proptest::collection::vec((flag, gap), 1..8).prop_map(|flags| {
        let mut text = "etcd".to_owned();
        for (flag, gap) in flags {
            text.push_str(gap);
            text.push_str(&flag);
        }
        text.push('\n');
        text
    })
}

fn env_file() -> impl Strategy<Value = String> {
    let line = (
        prop_oneof![option(), Just("ca-file"), Just("peer-ca-file")],
        value(),
        0..3u8,
        any::<bool>(),
    )
        .prop_map(|(name, value, style, export)| {
            let name = etcd_uplift::catalogue::variable_name(name);
            let value = match style {
                0 => format!("\"{value}\""),
                1 => format!("'{value}'"),
                _ => value,
            };
            format!("{}{name}={value}\n", if export { "export " } else { "" })
        });
    proptest::collection::vec(line, 1..8).prop_map(|lines| lines.concat())
}

/// A pod with flags and variables in lists of any layout.
fn manifest() -> impl Strategy<Value = String> {
    let flag = (
        prop_oneof![option(), Just("ca-file"), Just("peer-ca-file")],
        value(),
        0..4u8,
        any::<bool>(),
    )
        .prop_map(|(name, value, style, comment)| {
            let items = match style {
                0 => vec![format!("--{name}={value}")],
                1 => vec![format!("-{name}"), format!("'{value}'")],
                2 => vec![format!("\"--{name}={value}\"")],
                _ => vec![format!("'--{name}'")],
            };
            (items, comment)
        });
    let variable = (option(), value(), 0..3u8).prop_map(|(name, value, style)| {
        let name = etcd_uplift::catalogue::variable_name(name);
        match style {
            0 => format!("    - name: {name}\n      value: \"{value}\"\n"),
            1 => format!("    - {{name: {name}, value: '{value}'}}\n"),
            _ => format!("    - value: '{value}'\n      name: {name}\n"),
        }
    });
    let flags = proptest::collection::vec(flag, 1..7);
    let variables = proptest::collection::vec(variable, 0..4);
    (flags, variables, 0..3u8).prop_map(|(flags, variables, layout)| {
        let mut text =
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: etcd\n".to_owned();
        let all = flags.iter().flat_map(|(items, _)| items.iter().cloned());
        match layout {
            0 => {
                text.push_str("    command:\n    - etcd\n");
                for (items, comment) in &flags {
                    for item in items {
                        let comment = if *comment { "  # why" } else { "" };
                        text.push_str(&format!("    - {item}{comment}\n"));
                    }
                }
            }
            1 => {
                let items: Vec<String> = all.map(|item| item.replace(',', ".")).collect();
                text.push_str(&format!("    command: [etcd, {}]\n", items.join(", ")));
            }
            _ => {
                let words: Vec<String> = all.map(|item| item.replace('"', "")).collect();
                text.push_str("    command:\n    - sh\n    - -ec\n    - |\n      exec etcd");
                for word in words {
                    text.push_str(&format!(" \\\n        {word}"));
                }
                text.push('\n');
            }
        }
        if !variables.is_empty() {
            text.push_str("    env:\n");
            text.push_str(&variables.concat());
        }
        text
    })
}

/// A list of flags as JSON and HCL write it, with lines that go on behind `mark`, and comments between them.
fn list_of_flags(mark: &'static str) -> impl Strategy<Value = String> {
    let flag = (
        option(),
        value(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(name, value, separate, line, comment)| {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"");
            let items = if separate {
                format!("\"--{name}\", \"{value}\"")
            } else {
                format!("\"--{name}={value}\"")
            };
            (items, line, comment)
        });
    proptest::collection::vec(flag, 1..7).prop_map(move |flags| {
        let mut text = "\"etcd\"".to_owned();
        for (items, line, comment) in flags {
            text.push_str(if line { "," } else { ", " });
            if line {
                text.push_str(mark);
                text.push('\n');
                text.push_str(if comment { "  # why\n  " } else { "  " });
            }
            text.push_str(&items);
        }
        text
    })
}

fn any_configuration() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        config_file().prop_map(|text| ("etcd.conf.yml".to_owned(), text)),
        command_line().prop_map(|text| ("start.sh".to_owned(), text)),
        env_file().prop_map(|text| ("etcd.env".to_owned(), text)),
        manifest().prop_map(|text| ("etcd.yaml".to_owned(), text)),
        list_of_flags(" \\").prop_map(|list| {
            let text = format!("FROM alpine\nENV ETCD_NAME=a\nCMD [{list}]\n");
            ("Dockerfile".to_owned(), text)
        }),
        command_line().prop_map(|text| {
            ("Dockerfile".to_owned(), format!("FROM alpine\nCMD {text}"))
        }),
        list_of_flags("").prop_map(|list| {
            let text = format!("task \"a\" {{\n  command = [{list}]\n  env {{\n    ETCD_CA_FILE = \"x\"\n  }}\n}}\n");
            ("etcd.hcl".to_owned(), text)
        }),
        command_line().prop_map(|text| {
            let text = text.replace('\'', "\"").replace('\\', "^");
            ("start.bat".to_owned(), text)
        }),
        command_line().prop_map(|text| {
            (
                "etcd.service".to_owned(),
                format!("[Service]\nExecStart=/usr/bin/{text}Restart=always\n"),
            )
        }),
    ]
}

/// The characters of the old text that the new one does not hold in the same order.
fn is_subsequence_of_lines(kept: &[&str], text: &str) -> bool {
    let mut lines = text.lines();
    kept.iter().all(|wanted| lines.any(|line| line == *wanted))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rewrite_comes_to_rest_and_leaves_nothing_it_could_fix(
        (name, text) in any_configuration(),
        from in release(),
        to in release(),
        also_unsafe in any::<bool>(),
    ) {
        let (from, to) = (from.min(to), from.max(to));
        let least = if also_unsafe { Applicability::Unsafe } else { Applicability::Safe };
        let terms = terms(from, to, least);
        let source = Source::new(name.as_str(), text.as_str());
        let insistence = Insistence::Named;
        let terms = Terms { insistence, ..terms };
        if let FileReading::Unreadable(_) = read(&source, &KNOWLEDGE.catalogue, insistence, None) {
            return Ok(());
        }
        let once = rewrite(&source, &terms).map_err(|error| TestCaseError::fail(error.to_string()))?;
        for found in &once.remaining {
            if let Some(fix) = &found.fix {
                prop_assert!(fix.applicability < least, "{} is left in\n{}", found.rule, once.text);
            }
        }
        let twice = rewrite(&source.with_text(once.text.clone()), &terms)
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&twice.text, &once.text);
        prop_assert_eq!(once.text.contains('\r'), text.contains('\r'));
        prop_assert!(once.text.is_empty() || once.text.ends_with('\n') == text.ends_with('\n'));
    }

    #[test]
    fn lines_that_no_finding_points_at_stay(
        (name, text) in any_configuration(),
        to in release(),
    ) {
        let source = Source::new(name.as_str(), text.as_str());
        let FileReading::Read(reading) = read(&source, &KNOWLEDGE.catalogue, Insistence::Named, None) else {
            return Ok(());
        };
        let upgrade = Upgrade { from: Some(Release::new(3, 2, 32)).filter(|from| *from <= to), to };
        let found = check(&source, &reading, upgrade, &KNOWLEDGE);
        let touched = |offset: usize, length: usize| {
            found.iter().filter_map(|found| found.fix.as_ref()).flat_map(|fix| &fix.edits)
                .any(|edit| edit.span.start <= offset + length && offset <= edit.span.end)
        };
        let mut offset = 0;
        let mut kept = Vec::new();
        for line in text.split_inclusive('\n') {
            if !touched(offset, line.len()) {
                kept.push(line.trim_end_matches(['\n', '\r']));
            }
            offset += line.len();
        }
        let terms = Terms { insistence: Insistence::Named, upgrade, ..terms(to, to, Applicability::Safe) };
        let rewritten = rewrite(&source, &terms).map_err(|error| TestCaseError::fail(error.to_string()))?;
        // Later passes may touch more, but only settings that were found in an earlier one.
        if rewritten.fixes <= found.len() {
            prop_assert!(is_subsequence_of_lines(&kept, &rewritten.text), "{text}\n---\n{}", rewritten.text);
        }
    }

    #[test]
    fn arbitrary_text_is_read_by_every_surface_without_a_panic(text in "(?s).{0,300}") {
        let source = Source::new("etcd.conf.yml", text);
        for surface in SURFACES {
            let _ = read(&source, &KNOWLEDGE.catalogue, Insistence::Forced, Some(surface));
        }
    }

    #[test]
    fn text_near_etcds_is_read_by_every_surface_without_a_panic(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "etcd", " ", "--", "name", "=", "\"", "'", "\\", "\n", "\r\n", "$", "{", "}", "[", "]", ":", "- ", "#",
                "ETCD_NAME", "ETCD_OPTS", "ca-file", "client-transport-security", "&a", "*a", "<<", "[Service]\n",
                "ExecStart=", "Environment=", "sh -c ", "{{", "}}", "{%", "%}", "http://x:1/v3alpha/kv", "\u{feff}", "é",
                "|", ">", ";", "%i", "apiVersion: v1\nkind: Pod\nspec: {containers: [{", "command: [", "]", "args: ",
                "\n- ", "env: ", "name: ", "value: ", "services: {a: {", "|-\n   ", ", ", "extraArgs: ", "\\x20", "`", "(", ")", "docker run -e ",
            ]),
            0..40,
        ),
    ) {
        let source = Source::new("etcd.conf.yml", pieces.concat());
        for surface in SURFACES {
            let forced = Some(surface);
            if let FileReading::Read(reading) = read(&source, &KNOWLEDGE.catalogue, Insistence::Forced, forced) {
                let upgrade = Upgrade { from: Some(Release::new(3, 2, 0)), to: Release::new(3, 4, 0) };
                let _ = check(&source, &reading, upgrade, &KNOWLEDGE);
            }
        }
    }
}
