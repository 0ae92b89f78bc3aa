//! What every language server has to do.

use crate::editor::Editor;
use crate::{CONFIG, URI, at, range};
use serde_json::{Value, json};

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
    // Positions that do not exist, and reversed ranges.
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
fn the_status_shows_whether_the_editor_shut_down() {
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
