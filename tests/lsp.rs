//! The language server as an editor meets it: the built program, its standard input and output, real messages.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "lsp/editor.rs"]
mod editor;

use std::process::Command;

use editor::{Editor, applied, labels};
use serde_json::{Value, json};

const URI: &str = "file:///cluster/etcd.conf.yml";

const CONFIG: &str = "\
name: infra1
initial-advertise-peer-urls: http://10.0.0.1:2380
log-output: stdout # the journal takes it
client-transport-security:
  ca-file: /etc/etcd/ca.crt
";

#[test]
fn an_open_file_is_judged_and_a_closed_one_is_forgotten() {
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
    assert!(message.contains("\nwrite: trusted-ca-file:"), "{message}");
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
fn a_file_that_is_not_etcd_s_has_no_findings_and_one_that_cannot_be_read_says_so() {
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
    // Behind two characters of two units each: `name: 𝄞𝄞`; then the old name becomes the new one.
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
fn a_hover_tells_an_option_s_life_and_what_the_finding_is_about() {
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
    // Behind the name only the finding is told, on a comment nothing.
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
        let told = hover["contents"]["value"].as_str().unwrap();
        assert!(
            !told.contains(['\u{1b}', '\u{202e}']) && !told.contains("](http://evil"),
            "{told:?}"
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
    assert_eq!(quick.len(), 1, "{actions:?}");
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

    // What the action left is judged clean of what it fixed.
    editor.change(URI, 4, &json!([{"text": written}]));
    let left = editor.diagnostics(URI, 4);
    assert!(!left.iter().any(|one| one["severity"] == 1), "{left:?}");
    editor.leave();
}

#[test]
fn an_unsafe_fix_says_so_and_is_not_preferred() {
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

#[test]
fn keys_are_completed_as_the_new_release_has_them() {
    let mut editor = Editor::started(&json!({"from": "3.3", "to": "3.5"}));
    let complete = |editor: &mut Editor, text: &str| editor.complete_at_mark(URI, text);
    let items = complete(&mut editor, "listen-peer-urls: http://a:1\nname: x\nlog|\n");
    let names = labels(&items);
    assert!(names.contains(&"log-outputs"), "{names:?}");
    assert!(names.contains(&"client-transport-security"), "{names:?}");
    assert!(!names.contains(&"log-output"), "removed in 3.5: {names:?}");
    assert!(!names.contains(&"name"), "already there: {names:?}");
    assert!(
        !names.contains(&"cert-file"),
        "only in a section: {names:?}"
    );
    let level = items
        .iter()
        .find(|item| item["label"] == "log-level")
        .unwrap();
    assert_eq!(level["detail"], "string, default info");
    assert_eq!(level["textEdit"]["newText"], "log-level: ");
    assert_eq!(level["textEdit"]["range"], range((2, 0), (2, 3)));
    let gone = items
        .iter()
        .find(|item| item["label"] == "enable-v2")
        .unwrap();
    assert_eq!(gone["tags"], json!([1]), "deprecated");

    let section =
        "listen-peer-urls: http://a:1\npeer-transport-security:\n  cert-file: x\n  |\nname: a\n";
    let items = complete(&mut editor, section);
    let names = labels(&items);
    assert!(
        names.contains(&"trusted-ca-file") && !names.contains(&"ca-file"),
        "{names:?}"
    );
    assert!(
        !names.contains(&"cert-file") && !names.contains(&"log-level"),
        "{names:?}"
    );

    // Nothing in a comment, below a key that is no section, or in another program's file.
    for text in [
        "listen-peer-urls: http://a:1\n# na|\n",
        "listen-peer-urls: http://a:1\nname: a\n  na|\n",
    ] {
        assert!(complete(&mut editor, text).is_empty(), "{text}");
    }
    assert!(
        editor
            .complete_at_mark("file:///x/other.yaml", "kind: x\nna|\n")
            .is_empty()
    );
    editor.leave();
}

#[test]
fn keys_are_completed_while_the_file_cannot_be_read() {
    let mut editor = Editor::started(&json!({"to": "3.5"}));
    let whole = "listen-peer-urls: http://a:1\nclient-transport-security:\n  cert-file: x\n";
    editor.open(URI, 1, whole);
    assert!(
        !editor
            .diagnostics(URI, 1)
            .iter()
            .any(|one| one["code"] == "unreadable")
    );
    let broken = "listen-peer-urls: \"http://a:1\nclient-transport-security:\n  key|\n";
    let items = editor.complete_at_mark(URI, broken);
    let names = labels(&items);
    assert!(
        names.contains(&"key-file") && !names.contains(&"log-level"),
        "{names:?}"
    );
    // A new file is known by its name.
    let items = editor.complete_at_mark("file:///new/etcd.conf.yml", "|");
    assert!(labels(&items).contains(&"data-dir"));
    editor.leave();
}

#[test]
fn values_are_completed_for_what_takes_one_of_a_list() {
    let mut editor = Editor::started(&json!({"from": "3.4", "to": "3.5"}));
    let begin = "listen-peer-urls: http://a:1\n";
    for (typed, expected, written) in [
        ("initial-cluster-state: |", "existing", "existing"),
        ("log-level: w|", "warn", "warn"),
        ("logger: |", "zap", "zap"),
        ("auto-compaction-mode: |", "revision", "revision"),
        ("strict-reconfig-check: |", "false", "false"),
        ("tls-min-version: |", "TLS1.3", "TLS1.3"),
        ("discovery-fallback: \"|\"", "exit", "exit"),
        ("proxy: |", "off", "\"off\""),
        (
            "log-outputs: [stderr, st|]",
            "systemd/journal",
            "systemd/journal",
        ),
        ("log-outputs:\n  - st|", "stdout", "stdout"),
        (
            "client-transport-security:\n  client-cert-auth: |",
            "true",
            "true",
        ),
    ] {
        let items = editor.complete_at_mark(URI, &format!("{begin}{typed}\n"));
        let item = items.iter().find(|item| item["label"] == expected);
        let item = item.unwrap_or_else(|| panic!("{typed}: {items:?}"));
        assert_eq!(item["textEdit"]["newText"], written, "{typed}");
    }
    let items = editor.complete_at_mark(URI, &format!("{begin}logger: |\n"));
    assert_eq!(labels(&items), ["zap"], "3.5 has no other");
    let items = editor.complete_at_mark(URI, &format!("{begin}data-dir: |\n"));
    assert!(items.is_empty(), "{items:?}");
    editor.leave();
}

#[test]
fn feature_gates_are_completed() {
    let mut editor = Editor::started(&json!({"from": "3.5", "to": "3.6"}));
    let text = "listen-peer-urls: http://a:1\nfeature-gates: InitialCorruptCheck=true,|\n";
    let items = editor.complete_at_mark(URI, text);
    assert!(
        labels(&items).contains(&"StopGRPCServiceOnDefrag=true"),
        "{items:?}"
    );
    editor.leave();
}

#[test]
fn flags_are_completed_where_etcd_reads_them() {
    let mut editor = Editor::started(&json!({"from": "3.3", "to": "3.5"}));
    let places = [
        (
            "file:///start.sh",
            "#!/bin/sh\nexec etcd --name a \\\n  --lis|\n",
        ),
        (
            "file:///etcd.service",
            "[Service]\nExecStart=/usr/bin/etcd --name a --lis|\n",
        ),
        (
            "file:///pod.yaml",
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: etcd\n    image: quay.io/coreos/etcd:v3.4.0\n    command:\n    - etcd\n    - --name=a\n    - --lis|\n",
        ),
        (
            "file:///Dockerfile",
            "FROM quay.io/coreos/etcd:v3.4.0\nENTRYPOINT [\"etcd\", \"--name=a\", \"--lis|\"]\n",
        ),
        (
            "file:///compose.yml",
            "services:\n  etcd:\n    image: quay.io/coreos/etcd:v3.4.0\n    command: etcd --name a --lis|\n",
        ),
        (
            "file:///etcd.env",
            "ETCD_NAME=a\nETCD_OPTS=\"--data-dir /x --lis|\"\n",
        ),
    ];
    for (uri, text) in places {
        let items = editor.complete_at_mark(uri, text);
        let names = labels(&items);
        assert!(names.contains(&"--listen-client-urls"), "{uri}: {names:?}");
        assert!(!names.contains(&"--log-output"), "{uri}: {names:?}");
    }
    // Another program in the same file has its own flags.
    let other = "#!/bin/sh\netcd --name a --listen-peer-urls http://a:1 &\ncurl --|\n";
    assert!(
        editor
            .complete_at_mark("file:///start.sh", other)
            .is_empty()
    );
    let items = editor.complete_at_mark(
        "file:///start.sh",
        "#!/bin/sh\netcd --name a --log-level=|\n",
    );
    assert!(labels(&items).contains(&"debug"), "{items:?}");
    let items = editor.complete_at_mark(
        "file:///etcd.env",
        "ETCD_NAME=a\nETCD_DATA_DIR=/x\nETCD_LOG|\n",
    );
    assert!(labels(&items).contains(&"ETCD_LOG_LEVEL"), "{items:?}");
    editor.leave();
}

#[test]
fn bad_releases_are_told_and_good_ones_judge_again() {
    let mut editor = Editor::started(&json!({"from": "three", "to": "3.5"}));
    let told = editor.next_of("window/showMessage");
    assert_eq!(told["type"], 1);
    assert!(
        told["message"]
            .as_str()
            .unwrap()
            .contains("`three` is not an etcd version"),
        "{told}"
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
    let told = editor.next_of("window/showMessage");
    assert!(
        told["message"].as_str().unwrap().contains("is newer than"),
        "{told}"
    );
    editor.leave();
}

#[test]
fn what_is_not_understood_is_refused_and_the_server_lives_on() {
    let mut editor = Editor::spawned();
    let refused = |answer: Value| answer["error"]["code"].as_i64().unwrap();
    assert_eq!(
        refused(editor.answer("textDocument/hover", at(URI, 0, 0))),
        -32002
    );
    assert_eq!(refused(editor.answer("initialize", json!({}))), -32602);
    editor.initialize(&json!({}), &json!(null));
    assert_eq!(
        refused(editor.answer("initialize", json!({"capabilities": {}}))),
        -32600
    );
    assert_eq!(refused(editor.answer("no/such", json!({}))), -32601);
    assert_eq!(refused(editor.answer("$/no/such", json!(null))), -32601);
    assert_eq!(
        refused(editor.answer("textDocument/hover", json!({"x": 1}))),
        -32602
    );
    assert_eq!(
        refused(editor.answer("textDocument/completion", json!([]))),
        -32602
    );
    assert_eq!(
        refused(editor.answer("textDocument/codeAction", json!("x"))),
        -32602
    );
    assert_eq!(
        refused(editor.answer("textDocument/hover", at(URI, 0, 0))),
        -32602,
        "not open"
    );
    editor.raw("Content-Length: 9\r\n\r\n{not json");
    editor.raw("Content-Length: 2\r\n\r\n[]");
    editor.raw("Content-Length: 3\r\n\r\n\u{ff}x");
    editor.notify("textDocument/didOpen", json!({"textDocument": 1}));
    editor.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": "file:///none", "version": 1}, "contentChanges": []}),
    );
    editor.notify("no/such", json!({}));
    editor.notify("$/setTrace", json!({"value": "off"}));
    editor.raw(
        "Content-Length: 48\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":\"odd\",\"method\":7,\"x\":1234}",
    );
    assert_eq!(editor.answer_to(&json!("odd"))["error"]["code"], -32600);
    editor.open(URI, 1, CONFIG);
    // Positions that are not there, and ranges the wrong way round.
    editor.change(URI, 2, &json!([{"range": range((99, 99), (98, 0)), "text": "\n"}, {"range": range((1, 9), (0, 3)), "text": ""}]));
    editor.diagnostics(URI, 2);
    assert_eq!(
        editor.ask("textDocument/hover", at(URI, 4_294_967_295, 7)),
        Value::Null
    );
    editor.leave();
}

#[test]
fn a_cancelled_question_is_answered_once() {
    let mut editor = Editor::started(&json!({"from": "3.3", "to": "3.5"}));
    let filler = "# a comment line that has to be read as well\n".repeat(20_000);
    editor.open(URI, 1, &format!("{CONFIG}{filler}"));
    let ids: Vec<i64> = (0..20)
        .map(|_| editor.request("textDocument/hover", at(URI, 2, 4)))
        .collect();
    for id in &ids {
        editor.notify("$/cancelRequest", json!({"id": id}));
    }
    for id in ids {
        let answer = editor.answer_to(&json!(id));
        let code = answer["error"]["code"].as_i64();
        assert!(
            answer.get("result").is_some() || code == Some(-32800),
            "{answer}"
        );
    }
    editor.notify("$/cancelRequest", json!({"id": 9999}));
    assert_ne!(editor.ask("textDocument/hover", at(URI, 2, 4)), Value::Null);
    editor.leave();
}

#[test]
fn the_status_says_whether_the_editor_shut_down() {
    let mut editor = Editor::started(&json!(null));
    editor.answer("shutdown", json!(null));
    let late = editor.answer("textDocument/hover", at(URI, 0, 0));
    assert_eq!(late["error"]["code"], -32600);
    editor.notify("exit", json!(null));
    assert_eq!(editor.status(), 0);
    let mut editor = Editor::started(&json!(null));
    editor.notify("exit", json!(null));
    assert_eq!(editor.status(), 1);
    let mut editor = Editor::started(&json!(null));
    editor.hang_up();
    assert_eq!(editor.status(), 1);
    let mut editor = Editor::spawned();
    editor.raw("this is no header\r\n\r\n");
    editor.hang_up();
    assert_eq!(editor.status(), 1);
}

fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({
        "textDocument": {"uri": uri},
        "position": {"line": line, "character": character},
    })
}

fn range(start: (u32, u32), end: (u32, u32)) -> Value {
    json!({
        "start": {"line": start.0, "character": start.1},
        "end": {"line": end.0, "character": end.1},
    })
}
