//! Completion.

use crate::editor::{Editor, labels};
use crate::{URI, range};
use serde_json::json;

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

    let begin = "listen-peer-urls: http://a:1\npeer-transport-security: ";
    for braces in [
        "{|}",
        "{ cert-file: x, | }",
        "{cert-file: x, ke|, ca-file: y}",
    ] {
        let items = complete(&mut editor, &format!("{begin}{braces}\nname: a\n"));
        let names = labels(&items);
        assert!(names.contains(&"key-file"), "{braces}: {names:?}");
        assert!(!names.contains(&"log-level"), "{braces}: {names:?}");
        let is_there = braces.contains("cert-file");
        assert_eq!(names.contains(&"cert-file"), !is_there, "{braces}");
    }
    let items = complete(&mut editor, &format!("{begin}{{client-cert-auth: |}}\n"));
    assert_eq!(labels(&items), ["true", "false"]);

    // Nothing in a comment, below a key that is no section, or in another program's file.
    for text in [
        "listen-peer-urls: http://a:1\n# na|\n",
        "listen-peer-urls: http://a:1\nname: a\n  na|\n",
        "listen-peer-urls: http://a:1\nname: {na|}\n",
        "listen-peer-urls: http://a:1\npeer-transport-security: {cert-file: {ke|}}\n",
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
    // A new file is recognised by its name.
    let items = editor.complete_at_mark("file:///new/etcd.conf.yml", "|");
    assert!(labels(&items).contains(&"data-dir"));
    editor.leave();
}

#[test]
fn values_are_completed_for_options_with_a_list_of_values() {
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
    for (typed, expected) in [
        ("etcd --name a --log-level |", "debug"),
        ("etcd --log-level de| --name a", "debug"),
        ("etcd --name a -log-outputs stdout,st|", "stderr"),
    ] {
        let text = format!("#!/bin/sh\n{typed}\n");
        let items = editor.complete_at_mark("file:///start.sh", &text);
        assert!(labels(&items).contains(&expected), "{typed}: {items:?}");
    }
    for typed in [
        "etcd --name a --pre-vote |",
        "etcd --name a --data-dir x &\ncurl --log-level |",
    ] {
        let text = format!("#!/bin/sh\n{typed}\n");
        let items = editor.complete_at_mark("file:///start.sh", &text);
        assert!(items.is_empty(), "{typed}: {items:?}");
    }
    let items = editor.complete_at_mark(
        "file:///etcd.env",
        "ETCD_NAME=a\nETCD_DATA_DIR=/x\nETCD_LOG|\n",
    );
    assert!(labels(&items).contains(&"ETCD_LOG_LEVEL"), "{items:?}");
    editor.leave();
}
