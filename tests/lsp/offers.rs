//! Hover and code actions.

use crate::editor::{Editor, applied};
use crate::{CONFIG, URI, at, range};
use serde_json::{Value, json};
use std::process::Command;

#[test]
fn a_hover_shows_an_option_s_history_and_the_finding() {
    let mut editor = Editor::started(&json!({"from": "3.3", "to": "3.5"}));
    editor.open(URI, 1, CONFIG);
    let hover = editor.ask("textDocument/hover", at(URI, 2, 4));
    assert_eq!(hover["range"], range((2, 0), (2, 10)));
    assert_eq!(hover["contents"]["kind"], "markdown");
    let text = hover["contents"]["value"].as_str().unwrap();
    for part in [
        "**`log-output`**",
        "since etcd 3.1.0",
        "**removed in 3.5.0**",
        "replaced by `log-outputs`",
        "| 3.1 – 3.2 | string | `default` | no key |",
        "| 3.4 | strings | `default` | \\[]string, `default` |",
        "(https://github.com/etcd-io/etcd/blob/v3.4.45/etcdmain/config.go#L",
        "**error** `log-output-renamed`",
        "etcd 3.4 replaces `log-output`",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    // After the name only the finding is shown, on a comment nothing.
    let value = editor.ask("textDocument/hover", at(URI, 2, 13));
    assert!(
        !value["contents"]["value"]
            .as_str()
            .unwrap()
            .contains("since etcd")
    );
    assert_eq!(
        editor.ask("textDocument/hover", at(URI, 2, 25)),
        Value::Null
    );
    let unit = "[Service]\nExecStart=/usr/bin/etcd --name=a --snapshot-count=1000\n";
    editor.open("file:///etcd.service", 1, unit);
    let hover = editor.ask("textDocument/hover", at("file:///etcd.service", 1, 40));
    assert_eq!(hover["range"], range((1, 33), (1, 49)));
    assert!(
        hover["contents"]["value"]
            .as_str()
            .unwrap()
            .contains("**`--snapshot-count`**")
    );
    editor.leave();
}

#[test]
fn nothing_in_a_file_becomes_markdown_or_a_control_character() {
    let mut editor = Editor::started(&json!({"from": "3.3", "to": "3.5"}));
    let text = "#!/bin/sh\netcd --initial-cluster-state='[x](http://evil)\u{1b}[31m`<b>`' --nmae '\u{202e}*a*'\n";
    editor.open(URI, 1, text);
    let published = editor.diagnostics(URI, 1);
    assert!(published.len() >= 2, "{published:?}");
    for one in &published {
        let message = one["message"].as_str().unwrap();
        assert!(!message.contains(['\u{1b}', '\u{202e}']), "{message:?}");
        let start = &one["range"]["start"];
        let hover = editor.ask(
            "textDocument/hover",
            json!({"textDocument": {"uri": URI}, "position": start}),
        );
        let shown = hover["contents"]["value"].as_str().unwrap();
        assert!(
            !shown.contains(['\u{1b}', '\u{202e}']) && !shown.contains("](http://evil"),
            "{shown:?}"
        );
    }
    editor.leave();
}

#[test]
fn each_fix_is_an_action_and_all_together_give_what_fix_writes() {
    let mut editor = Editor::started(&json!({"from": "3.3", "to": "3.5"}));
    editor.open(URI, 3, CONFIG);
    editor.diagnostics(URI, 3);
    let actions = editor.actions(URI, &range((2, 3), (2, 3)), &json!(null));
    let quick: Vec<&Value> = actions
        .iter()
        .filter(|one| one["kind"] == "quickfix")
        .collect();
    assert_eq!(quick.len(), 2, "{actions:?}");
    assert_eq!(
        quick[1]["title"],
        "Ignore `log-output-renamed` here, with a comment"
    );
    assert_eq!(quick[1]["isPreferred"], false);
    let silenced = applied(CONFIG, &quick[1]["edit"]["documentChanges"][0]["edits"]);
    assert!(
        silenced.contains("\n# etcd-uplift: ignore[log-output-renamed]\nlog-output: stdout"),
        "{silenced}"
    );
    assert_eq!(quick[0]["isPreferred"], true);
    assert_eq!(quick[0]["diagnostics"][0]["code"], "log-output-renamed");
    let document = &quick[0]["edit"]["documentChanges"][0];
    assert_eq!(document["textDocument"], json!({"uri": URI, "version": 3}));
    let one_fixed = applied(CONFIG, &document["edits"]);
    assert!(
        one_fixed.contains("log-outputs: [stdout] # the journal takes it"),
        "{one_fixed}"
    );
    assert!(one_fixed.contains("  ca-file: "), "{one_fixed}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("etcd.conf.yml");
    std::fs::write(&path, CONFIG).unwrap();
    let fix = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
        .args(["fix", "--write", "--from", "3.3", "--to", "3.5", "."])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let written = std::fs::read_to_string(&path).unwrap();
    assert_ne!(written, CONFIG, "{fix:?}");
    for only in [
        json!(["source.fixAll"]),
        json!(["source.fixAll.etcd-uplift"]),
        json!(["source"]),
    ] {
        let actions = editor.actions(URI, &range((0, 0), (0, 0)), &only);
        assert_eq!(actions.len(), 1, "{actions:?}");
        assert_eq!(actions[0]["kind"], "source.fixAll.etcd-uplift");
        let edits = &actions[0]["edit"]["documentChanges"][0]["edits"];
        assert_eq!(applied(CONFIG, edits), written);
    }
    assert!(
        editor
            .actions(URI, &range((0, 0), (9, 0)), &json!(["refactor"]))
            .is_empty()
    );

    // The text that the action left has none of the findings that it fixed.
    editor.change(URI, 4, &json!([{"text": written}]));
    let left = editor.diagnostics(URI, 4);
    assert!(!left.iter().any(|one| one["severity"] == 1), "{left:?}");
    editor.leave();
}

#[test]
fn no_fix_is_offered_for_a_release_that_nobody_chose() {
    let mut editor = Editor::started(&json!({"from": "3.3"}));
    editor.open(URI, 1, CONFIG);
    assert!(!editor.diagnostics(URI, 1).is_empty());
    for _ in 0..2 {
        let actions = editor.actions(URI, &range((0, 0), (9, 0)), &json!(null));
        let is_comment = |one: &Value| one["title"].as_str().unwrap().starts_with("Ignore ");
        assert!(
            !actions.is_empty() && actions.iter().all(is_comment),
            "{actions:?}"
        );
    }
    let shown = editor.shown();
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(shown[0].contains("etcd-uplift.toml"), "{shown:?}");
    // The same document gets fixes when the release is set.
    let settings = json!({"settings": {"from": "3.3", "to": "3.4"}});
    editor.notify("workspace/didChangeConfiguration", settings);
    let actions = editor.actions(URI, &range((0, 0), (9, 0)), &json!(["source.fixAll"]));
    assert_eq!(actions.len(), 1, "{actions:?}");
    editor.leave();
}

#[test]
fn an_unsafe_fix_is_marked_and_not_preferred() {
    let mut editor = Editor::started(&json!({"from": "3.4", "to": "3.6"}));
    let text = "name: a\nlisten-peer-urls: http://10.0.0.1:2380\nproxy: \"on\"\nenable-v2: true\n";
    editor.open(URI, 1, text);
    editor.diagnostics(URI, 1);
    let actions = editor.actions(URI, &range((0, 0), (9, 0)), &json!(["quickfix"]));
    let is_unsafe = |one: &&Value| one["title"].as_str().unwrap().starts_with("unsafe: ");
    let risky: Vec<&Value> = actions.iter().filter(is_unsafe).collect();
    assert!(!risky.is_empty(), "{actions:?}");
    assert!(
        risky.iter().all(|one| one["isPreferred"] == false),
        "{risky:?}"
    );
    editor.leave();
}

#[test]
fn an_editor_without_versioned_edits_gets_plain_ones() {
    let capabilities = json!({"textDocument": {"codeAction": {"codeActionLiteralSupport": {}}}});
    let (mut editor, _) = Editor::with(&capabilities, &json!({"from": "3.3", "to": "3.5"}));
    editor.open(URI, 1, CONFIG);
    let actions = editor.actions(URI, &range((2, 0), (2, 0)), &json!(["quickfix"]));
    let edits = &actions[0]["edit"]["changes"][URI];
    assert!(
        applied(CONFIG, edits).contains("log-outputs: [stdout]"),
        "{actions:?}"
    );
    editor.leave();
}
