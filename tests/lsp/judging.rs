//! Findings while a file is open and changes.

use crate::editor::Editor;
use crate::{CONFIG, URI, range};
use serde_json::{Value, json};

#[test]
fn an_open_file_is_linted_and_a_closed_one_is_forgotten() {
    let mut editor = Editor::started(&json!({"from": "3.3", "to": "3.5"}));
    editor.open(URI, 1, CONFIG);
    let published = editor.diagnostics(URI, 1);
    let codes: Vec<&str> = published
        .iter()
        .map(|one| one["code"].as_str().unwrap())
        .collect();
    assert!(codes.contains(&"log-output-renamed"), "{codes:?}");
    assert!(codes.contains(&"ca-file-gone"), "{codes:?}");
    let ca_file = published
        .iter()
        .find(|one| one["code"] == "ca-file-gone")
        .unwrap();
    assert_eq!(ca_file["severity"], 1);
    assert_eq!(ca_file["source"], "etcd-uplift");
    assert_eq!(
        ca_file["range"]["start"],
        json!({"line": 4, "character": 2})
    );
    let message = ca_file["message"].as_str().unwrap();
    assert!(message.contains("\nhelp: trusted-ca-file:"), "{message}");
    assert!(message.contains("\nwhen: before the upgrade"), "{message}");
    let page = ca_file["codeDescription"]["href"].as_str().unwrap();
    assert!(
        page.starts_with("https://github.com/etcd-io/etcd/blob/v3."),
        "{page}"
    );
    editor.notify(
        "textDocument/didClose",
        json!({"textDocument": {"uri": URI}}),
    );
    assert_eq!(editor.next_diagnostics(URI)["diagnostics"], json!([]));
    editor.leave();
}

#[test]
fn a_file_that_is_not_etcd_s_has_no_findings_and_an_unreadable_one_has_an_error() {
    let mut editor = Editor::started(&json!({"from": "3.3", "to": "3.5"}));
    editor.open(
        "file:///x/values.yaml",
        1,
        "name: x\ndebug: true\nca-file: y\n",
    );
    assert!(editor.diagnostics("file:///x/values.yaml", 1).is_empty());
    let broken = format!("{CONFIG}listen-peer-urls: \"http://10.0.0.1:2380\n");
    editor.open(URI, 7, &broken);
    let published = editor.diagnostics(URI, 7);
    assert_eq!(published.len(), 1, "{published:?}");
    assert_eq!(published[0]["code"], "unreadable");
    assert_eq!(published[0]["severity"], 1);
    assert!(
        published[0]["message"]
            .as_str()
            .unwrap()
            .contains("is not YAML")
    );
    editor.leave();
}

#[test]
fn changes_come_in_pieces_counted_in_utf_16() {
    let mut editor = Editor::started(&json!({"from": "3.3", "to": "3.5"}));
    editor.open(URI, 1, &CONFIG.replace("infra1", "𝄞𝄞 # é"));
    editor.diagnostics(URI, 1);
    // After two characters of two units each: `name: 𝄞𝄞`; then the old name becomes the new one.
    let changes = json!([
        {"range": range((0, 6), (0, 10)), "text": "𝄞𝄞𝄞"},
        {"range": range((0, 6), (0, 14)), "text": "infra1"},
        {"range": range((2, 0), (2, 99)), "text": "log-outputs: [stdout]"},
    ]);
    editor.change(URI, 2, &changes);
    let published = editor.diagnostics(URI, 2);
    let errors: Vec<&Value> = published
        .iter()
        .filter(|one| one["severity"] == 1)
        .collect();
    assert_eq!(errors.len(), 1, "{published:?}");
    assert_eq!(errors[0]["code"], "ca-file-gone");
    editor.open(
        "file:///cluster/two.sh",
        1,
        "#!/bin/sh\necho 𝄞; etcd --name 𝄞 --debug\n",
    );
    let published = editor.diagnostics("file:///cluster/two.sh", 1);
    let debug = published
        .iter()
        .find(|one| one["range"]["start"]["character"] == 24);
    assert!(debug.is_some(), "{published:?}");
    editor.leave();
}

#[test]
fn positions_are_bytes_when_the_editor_offers_that() {
    let capabilities = json!({"general": {"positionEncodings": ["utf-16", "utf-8"]}});
    let (mut editor, result) = Editor::with(&capabilities, &json!({"from": "3.3", "to": "3.5"}));
    assert_eq!(result["capabilities"]["positionEncoding"], "utf-8");
    editor.open(URI, 1, "#!/bin/sh\necho 𝄞; etcd --name 𝄞 --debug\n");
    let published = editor.diagnostics(URI, 1);
    let debug = published
        .iter()
        .find(|one| one["range"]["start"]["character"] == 28);
    assert!(debug.is_some(), "{published:?}");
    editor.leave();
}

#[test]
fn many_fast_changes_end_in_findings_for_the_last_version() {
    let mut editor = Editor::started(&json!({"from": "3.3", "to": "3.5"}));
    let filler = "# a comment line that has to be read as well\n".repeat(2_000);
    editor.open(URI, 0, &format!("{CONFIG}{filler}"));
    for version in 1..=500 {
        let text = if version % 2 == 0 {
            "log-output"
        } else {
            "log-package-levels"
        };
        let end = if version % 2 == 0 { 18 } else { 10 };
        editor.change(
            URI,
            version,
            &json!([{"range": range((2, 0), (2, end)), "text": text}]),
        );
    }
    let published = editor.diagnostics(URI, 500);
    assert!(
        published
            .iter()
            .any(|one| one["code"] == "log-output-renamed"),
        "{published:?}"
    );
    editor.leave();
}

#[test]
fn invalid_releases_are_reported_and_valid_ones_lint_again() {
    let mut editor = Editor::started(&json!({"from": "three", "to": "3.5"}));
    let reported = editor.next_of("window/showMessage");
    assert_eq!(reported["type"], 1);
    assert!(
        reported["message"]
            .as_str()
            .unwrap()
            .contains("`three` is not an etcd version"),
        "{reported}"
    );
    editor.open(URI, 1, CONFIG);
    assert!(
        !editor.diagnostics(URI, 1).is_empty(),
        "judged for the newest release"
    );
    editor.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"from": "3.2", "to": "3.3"}}),
    );
    assert!(
        editor
            .diagnostics(URI, 1)
            .iter()
            .all(|one| one["severity"] != 1)
    );
    // What editors send when nothing is set changes nothing.
    editor.notify("workspace/didChangeConfiguration", json!({"settings": {}}));
    editor.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": null}),
    );
    editor.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"etcd-uplift": {"from": "3.5", "to": "3.4"}}}),
    );
    let reported = editor.next_of("window/showMessage");
    assert!(
        reported["message"]
            .as_str()
            .unwrap()
            .contains("is newer than"),
        "{reported}"
    );
    editor.leave();
}
