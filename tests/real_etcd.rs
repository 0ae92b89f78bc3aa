//! Compares the tool's findings with real etcd servers.
//!
//! For each change an old configuration is linted and started, rewritten, and linted and started again: `refused` must
//! be a server that exits, and the rewritten text must start and do what the old text did on the old release.
//!
//! `.ci/install-etcd` installs the servers below `target/etcd`; `ETCD_UPLIFT_ETCD_DIR` names another folder. Servers
//! that are missing are skipped, and reported. Servers listen on loopback only, in a fresh data folder, and are always
//! stopped.

#[path = "real_etcd/certificates.rs"]
mod certificates;
#[path = "real_etcd/generated.rs"]
mod generated;
#[allow(
    dead_code,
    reason = "most surfaces are written for tests/properties.rs"
)]
#[path = "generated/generator.rs"]
mod generator;
#[path = "real_etcd/installed.rs"]
mod installed;
#[path = "real_etcd/place.rs"]
mod place;
#[path = "real_etcd/server.rs"]
mod server;
#[path = "real_etcd/tool.rs"]
mod tool;
#[path = "real_etcd/upgrade.rs"]
mod upgrade;

use std::fs;
use std::path::Path;

use certificates::Certificates;
use place::Place;
use server::{Etcd, Log, Verdict, post};
use upgrade::{Form, Upgrade, variable};

/// Returns the log of a server that runs with this configuration file and the zap logger, which alone shows the
/// effective settings. 3.4 has another one by default.
fn log_with_zap(etcd: &Etcd, place: &Place, file: &Path) -> Log {
    let text = fs::read_to_string(file).expect("a file of this test");
    let text = format!("{text}logger: zap\n");
    let file = place.write("zap", "etcd.conf.yml", &text);
    etcd.start_with_file(place, &file).accepted().stop()
}

/// Starts a server with a configuration file of these settings, without the tool.
fn start_with(etcd: &Etcd, place: &Place, settings: &str) -> Verdict {
    let text = Form::ConfigFile.text(place, settings);
    etcd.start_with_file(place, &place.write("given", "etcd.conf.yml", &text))
}

#[track_caller]
fn assert_contains(text: &str, part: &str) {
    assert!(text.contains(part), "{part:?} is not in {text:?}");
}

// auto-compaction-retention

#[test]
fn auto_compaction_retention_is_quoted_and_keeps_its_meaning() {
    for etcd in Etcd::installed() {
        for (hours, in_force) in [("24", "24h0m0s"), ("0", "0s"), ("-1", "0s")] {
            let place = Place::plain();
            let settings = format!("auto-compaction-retention: {hours}\n");
            let upgrade = Upgrade::new(&etcd, &place, "3.2", Form::ConfigFile, &settings);

            let (findings, verdict) = upgrade.old();
            assert!(findings.report_on("auto-compaction-retention", "refused"));
            let line = verdict.refused();
            assert_contains(
                &line,
                "cannot unmarshal number into Go struct field configYAML.",
            );
            assert_contains(&line, "auto-compaction-retention of type string");

            upgrade.new_server().accepted();
            let log = log_with_zap(&etcd, &place, &upgrade.rewritten());
            let retention = log.effective("auto-compaction-retention");
            assert_eq!(
                retention,
                Some(in_force.into()),
                "{hours} on etcd {}",
                etcd.minor
            );
        }
    }
}

/// Shows why the fix adds the mode, and why -1 cannot just be quoted.
#[test]
fn before_3_6_a_retention_without_a_mode_is_off_or_refused() {
    for etcd in Etcd::installed() {
        let place = Place::plain();
        let quoted = Form::ConfigFile.text(&place, "auto-compaction-retention: \"24\"\n");
        let quoted = place.write("quoted", "etcd.conf.yml", &quoted);
        let log = log_with_zap(&etcd, &place, &quoted);
        let has_mode = !matches!(etcd.minor.as_str(), "3.4" | "3.5");
        let (mode, retention) = if has_mode {
            ("periodic", "24h0m0s")
        } else {
            ("", "0s")
        };
        assert_eq!(log.effective("auto-compaction-mode"), Some(mode.into()));
        assert_eq!(
            log.effective("auto-compaction-retention"),
            Some(retention.into())
        );

        let verdict = start_with(&etcd, &place, "auto-compaction-retention: \"24h\"\n");
        if has_mode {
            drop(verdict.accepted());
        } else {
            assert_contains(&verdict.refused(), "unsupported compaction mode ");
        }

        let minus = "auto-compaction-retention: \"-1\"\nauto-compaction-mode: periodic\n";
        let line = start_with(&etcd, &place, minus).refused();
        assert_contains(&line, "error parsing CompactionRetention: ");
    }
}

// log-output

#[test]
fn log_output_in_a_file_becomes_a_list() {
    for etcd in Etcd::installed() {
        let place = Place::plain();
        let settings = "log-output: stdout  # read by the supervisor\n";
        let upgrade = Upgrade::new(&etcd, &place, "3.3", Form::ConfigFile, settings);

        let (findings, verdict) = upgrade.old();
        if etcd.minor == "3.4" {
            assert!(findings.report_on("log-output", "refused"));
            let line = verdict.refused();
            assert_contains(
                &line,
                "cannot unmarshal string into Go struct field configYAML.",
            );
            assert_contains(&line, "log-output of type []string");
        } else {
            assert!(findings.report_on("log-output", "dropped"));
            let log = verdict.accepted().stop();
            assert_eq!(log.stdout, "", "the old key has no effect");
            assert_ne!(log.stderr, "");
        }

        let log = upgrade.new_server().accepted().stop();
        assert_contains(&log.stdout, "3.");
    }
}

#[test]
fn several_log_outputs_become_several_items() {
    for etcd in Etcd::installed() {
        let place = Place::plain();
        let settings = "log-output: \"stdout,stderr\"\n";
        let upgrade = Upgrade::new(&etcd, &place, "3.2", Form::ConfigFile, settings);
        let log = upgrade.new_server().accepted().stop();
        assert_contains(&log.stdout, "\"starting an etcd server\"");
        assert_contains(&log.stderr, "\"starting an etcd server\"");
    }
}

/// Shows why the fix adds the logger for 3.4.
#[test]
fn only_etcd_3_4_refuses_several_log_outputs_without_zap() {
    for etcd in Etcd::installed() {
        let place = Place::plain();
        let verdict = start_with(&etcd, &place, "log-outputs: [stdout, stderr]\n");
        if etcd.minor == "3.4" {
            let line = verdict.refused();
            assert_contains(
                &line,
                "--logger=capnslog supports only 1 value in '--log-outputs'",
            );
        } else {
            verdict.accepted();
        }
    }
}

#[test]
fn the_log_output_flag_is_renamed() {
    for etcd in Etcd::installed() {
        let place = Place::plain();
        let flag = "--log-output=stdout";
        let upgrade = Upgrade::new(&etcd, &place, "3.3", Form::CommandLine, flag);

        let (_, verdict) = upgrade.old();
        if etcd.minor == "3.4" {
            let log = verdict.accepted().stop();
            assert_contains(
                &log.stderr,
                "[WARNING] Deprecated '--log-output' flag is set",
            );
            assert_eq!(
                log.stdout, "",
                "3.4 takes the old flag and does not follow it"
            );
        } else {
            let line = verdict.refused();
            assert_eq!(line, "flag provided but not defined: -log-output");
        }

        let log = upgrade.new_server().accepted().stop();
        assert_contains(&log.stdout, "3.");
    }
}

#[test]
fn the_log_output_variable_is_renamed() {
    for etcd in Etcd::installed() {
        let place = Place::plain();
        let line = "ETCD_LOG_OUTPUT=stdout\n";
        let upgrade = Upgrade::new(&etcd, &place, "3.3", Form::Variables, line);

        let (findings, verdict) = upgrade.old();
        let log = verdict.accepted().stop();
        assert_eq!(log.stdout, "", "the old variable has no effect");
        if etcd.minor != "3.4" {
            assert!(findings.report_on("log-output", "dropped-with-warning"));
            assert_contains(&log.stderr, "unrecognized environment variable");
        }

        let log = upgrade.new_server().accepted().stop();
        assert_contains(&log.stdout, "3.");
    }
}

// ca-file and peer-ca-file

/// Returns the settings of a member that requires certificates of its clients and its peers.
fn with_ca_file(form: Form, certificates: &Certificates) -> String {
    let files = [
        ("cert-file", certificates.certificate()),
        ("key-file", certificates.key()),
        ("ca-file", certificates.authority()),
    ];
    let section = |title: &str, prefix: &str| {
        let lines = files.iter().map(|(name, file)| match form {
            Form::ConfigFile => format!("  {name}: {file}\n"),
            Form::CommandLine => format!("--{prefix}{name}={file} "),
            Form::Variables => format!("{}={file}\n", variable(&format!("{prefix}{name}"))),
        });
        let lines: String = lines.collect();
        match form {
            Form::ConfigFile => format!("{title}:\n{lines}"),
            Form::CommandLine | Form::Variables => lines,
        }
    };
    let client = section("client-transport-security", "");
    let peer = section("peer-transport-security", "peer-");
    format!("{client}{peer}").trim_end_matches(' ').to_owned()
}

/// Checks that the member requires certificates after the fix. The old text is given to `old`.
fn ca_file_keeps_strangers_out(form: Form, old: impl Fn(&Upgrade, &Certificates)) {
    for etcd in Etcd::installed() {
        let Some(certificates) = Certificates::made() else {
            return;
        };
        let place = Place::secure();
        let settings = with_ca_file(form, &certificates);
        let upgrade = Upgrade::new(&etcd, &place, "3.2", form, &settings);

        old(&upgrade, &certificates);

        let server = upgrade.new_server().accepted();
        for port in [place.client, place.peer] {
            let alert = certificates
                .stranger(port)
                .expect_err("a certificate is asked for");
            assert_contains(&alert, "certificate");
            assert_eq!(
                certificates.friend(port),
                Ok(()),
                "{form:?}, etcd {}",
                etcd.minor
            );
        }
        drop(server);
    }
}

/// Checks that a server that lost its authority accepts every client.
fn old_server_is_open(upgrade: &Upgrade, certificates: &Certificates, consequence: &str) {
    let (findings, verdict) = upgrade.old();
    for option in ["ca-file", "peer-ca-file"] {
        assert!(
            findings.report_on(option, consequence),
            "{option}\n{}",
            findings.listed()
        );
    }
    let server = verdict.accepted();
    for port in [upgrade.place.client, upgrade.place.peer] {
        assert_eq!(
            certificates.stranger(port),
            Ok(()),
            "etcd {}",
            upgrade.etcd.minor
        );
    }
    drop(server);
}

#[test]
fn ca_file_in_a_file_keeps_strangers_out() {
    ca_file_keeps_strangers_out(Form::ConfigFile, |upgrade, certificates| {
        old_server_is_open(upgrade, certificates, "dropped");
    });
}

#[test]
fn the_ca_file_flags_keep_strangers_out() {
    ca_file_keeps_strangers_out(Form::CommandLine, |upgrade, _| {
        let (findings, verdict) = upgrade.old();
        assert!(findings.report_on("ca-file", "refused"));
        assert!(findings.report_on("peer-ca-file", "refused"));
        assert_eq!(verdict.refused(), "flag provided but not defined: -ca-file");
    });
}

#[test]
fn the_ca_file_variables_keep_strangers_out() {
    ca_file_keeps_strangers_out(Form::Variables, |upgrade, certificates| {
        old_server_is_open(upgrade, certificates, "dropped-with-warning");
    });
}

// API paths

/// Returns the status of a range request below an API prefix.
fn range(place: &Place, prefix: &str) -> u16 {
    let (status, _) = post(
        place.plain,
        &format!("{prefix}/kv/range"),
        r#"{"key":"Zm9v"}"#,
    );
    status
}

#[test]
fn api_paths_are_served_as_the_tool_reports() {
    for etcd in Etcd::installed() {
        for (old, from, served) in [("/v3alpha", "3.2", false), ("/v3beta", "3.3", true)] {
            let place = Place::plain();
            let script = format!(
                "#!/bin/sh\ncurl -X POST -d '{{\"key\":\"Zm9v\"}}' \
                 http://127.0.0.1:{}{old}/kv/range\n",
                place.plain
            );
            let file = place.write("old", "read-foo.sh", &script);
            let findings = tool::lint(&file, from, &etcd.minor);
            let listed = findings.listed();
            assert_eq!(
                findings.report("unreachable"),
                !served,
                "{old}, {}\n{listed}",
                etcd.minor
            );
            let rewritten = tool::fix(&file, from, &etcd.minor);
            assert_eq!(
                rewritten,
                script.replace(old, "/v3"),
                "for etcd {}",
                etcd.minor
            );

            // With flags: 3.4 disables this API when it reads a file.
            let settings = place.settings();
            let flags = settings
                .iter()
                .map(|(name, value)| format!("--{name}={value}"));
            let server = etcd
                .start(&place, &flags.collect::<Vec<_>>(), &[])
                .accepted();
            assert_eq!(range(&place, old), if served { 200 } else { 404 }, "{old}");
            assert_eq!(range(&place, "/v3"), 200);
            drop(server);
        }
    }
}

#[test]
fn etcd_3_4_with_a_file_serves_the_api_only_if_it_is_enabled() {
    for etcd in Etcd::installed() {
        let place = Place::plain();
        let server = start_with(&etcd, &place, "").accepted();
        let by_default = if etcd.minor == "3.4" { 404 } else { 200 };
        assert_eq!(range(&place, "/v3"), by_default, "etcd {}", etcd.minor);
        drop(server);

        let server = start_with(&etcd, &place, "enable-grpc-gateway: true\n").accepted();
        assert_eq!(range(&place, "/v3"), 200, "etcd {}", etcd.minor);
        drop(server);
    }
}

// snapshot-count

#[test]
fn snapshot_count_is_the_default_of_the_release_where_it_is_not_set() {
    for etcd in Etcd::installed() {
        let place = Place::plain();
        let upgrade = Upgrade::new(&etcd, &place, "3.1", Form::ConfigFile, "");
        let (findings, verdict) = upgrade.old();
        assert!(findings.report_on("snapshot-count", "default-changed"));
        let count = match etcd.minor.as_str() {
            "3.4" | "3.5" => 100_000,
            _ => 10_000,
        };
        assert_eq!(verdict.accepted().stop().snapshot_count(), Some(count));

        let old = fs::read_to_string(&upgrade.old_file).expect("the old file");
        let new = fs::read_to_string(upgrade.rewritten()).expect("the new file");
        assert_eq!(old, new, "the old default is never pinned unasked");

        let findings = tool::lint(&upgrade.old_file, "3.2", &etcd.minor);
        assert_eq!(
            findings.report_on("snapshot-count", "default-changed"),
            count != 100_000,
            "changed at 3.2 and back at 3.6 only"
        );

        let log = start_with(&etcd, &place, "snapshot-count: 10000\n")
            .accepted()
            .stop();
        assert_eq!(log.snapshot_count(), Some(10_000));
    }
}

// What runs

#[cfg(target_os = "linux")]
#[test]
fn a_running_server_is_shown_as_it_was_started() {
    for etcd in Etcd::installed() {
        let place = Place::plain();
        let server = start_with(&etcd, &place, "snapshot-count: 4321\n").accepted();
        let shown = tool::show_process(server.id(), &etcd.minor);
        assert_contains(&shown, "configuration file /proc/");
        let row = shown.lines().find(|line| line.contains("snapshot-count"));
        assert_contains(row.expect("a row"), "4321");
        assert_eq!(server.stop().snapshot_count(), Some(4321));
    }
}

// All changes together

#[test]
fn a_file_with_every_change_starts_after_the_fix() {
    for etcd in Etcd::installed() {
        let Some(certificates) = Certificates::made() else {
            return;
        };
        let place = Place::secure();
        let settings = format!(
            "auto-compaction-retention: 24\nlog-output: stdout\n{}",
            with_ca_file(Form::ConfigFile, &certificates)
        );
        let upgrade = Upgrade::new(&etcd, &place, "3.2", Form::ConfigFile, &settings);
        upgrade.old().1.refused();

        let server = upgrade.new_server().accepted();
        assert!(certificates.stranger(place.client).is_err());
        assert_eq!(certificates.friend(place.client), Ok(()));
        assert_contains(&server.stop().stdout, "3.");
        let log = log_with_zap(&etcd, &place, &upgrade.rewritten());
        assert_eq!(
            log.effective("auto-compaction-retention"),
            Some("24h0m0s".into())
        );
    }
}
