//! Runs the built `etcd-uplift` and reads what it prints.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The report of `lint` on one file.
pub(crate) struct Findings(Vec<Value>);

impl Findings {
    /// Returns whether some finding has this consequence.
    pub(crate) fn report(&self, consequence: &str) -> bool {
        self.0
            .iter()
            .any(|finding| finding["consequence"] == consequence)
    }

    /// Returns whether some finding about this option has this consequence.
    pub(crate) fn report_on(&self, option: &str, consequence: &str) -> bool {
        self.0
            .iter()
            .any(|finding| finding["option"] == option && finding["consequence"] == consequence)
    }

    /// Returns one line a finding, for a test that fails.
    pub(crate) fn listed(&self) -> String {
        let line = |finding: &Value| {
            format!(
                "  {} {}: {}\n",
                finding["consequence"], finding["rule"], finding["message"]
            )
        };
        self.0.iter().map(line).collect()
    }
}

/// Lints a file for an upgrade.
pub(crate) fn lint(file: &Path, from: &str, to: &str) -> Findings {
    let output = run(
        &["lint", "--from", from, "--to", to, "--format", "json"],
        file,
    );
    let report: Value = serde_json::from_str(&output)
        .unwrap_or_else(|error| panic!("the report is no JSON ({error}): {output}"));
    let findings = report["findings"].as_array();
    Findings(findings.expect("a report has findings").clone())
}

/// Rewrites a file for an upgrade and returns its new text.
pub(crate) fn fix(file: &Path, from: &str, to: &str) -> String {
    run(&["fix", "--from", from, "--to", to, "--write"], file);
    fs::read_to_string(file).expect("the rewritten file can be read")
}

/// Shows what is set in a running process.
pub(crate) fn show_process(id: u32, to: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
        .args(["show", "--no-config", "--set", "--to", to])
        .args(["--process", &id.to_string()])
        .output()
        .expect("etcd-uplift starts");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{shown}{error}");
    shown
}

/// Runs the tool on a file. Findings are no failure: it exits 0 or 1.
fn run(arguments: &[&str], file: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
        .args(arguments)
        .arg(file)
        .current_dir(file.parent().expect("a file lies in a folder"))
        .output()
        .expect("the tool runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code();
    assert!(
        matches!(code, Some(0 | 1)),
        "{arguments:?} exits {code:?}: {errors}"
    );
    String::from_utf8(output.stdout).expect("the tool writes UTF-8")
}
