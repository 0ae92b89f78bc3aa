//! `etcd-uplift.toml` beside the documents, and comments in them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::editor::{Editor, applied, uri_of};
use crate::{CONFIG, range};

const CONFIGURATION: &str = "\
from = '3.3'
to = '3.5'
ignore = ['log-output-renamed']
exclude = ['old']

[per-file.'*.txt']
surface = 'config-file'
ignore = []
";

fn folder(said: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("etcd-uplift.toml"), said).unwrap();
    folder
}

fn inside(folder: &Path, name: &str) -> String {
    uri_of(&folder.join(name))
}

fn codes(published: &[Value]) -> Vec<&str> {
    let codes = published.iter().map(|one| one["code"].as_str().unwrap());
    codes.collect()
}

#[test]
fn the_file_is_used_for_each_document_by_its_path_and_the_editor_s_options_override_it() {
    let folder = folder(CONFIGURATION);
    let mut editor = Editor::in_folder(folder.path(), &json!(null));
    let uri = inside(folder.path(), "etcd.conf.yml");
    editor.open(&uri, 1, CONFIG);
    let published = editor.diagnostics(&uri, 1);
    assert!(codes(&published).contains(&"ca-file-gone"), "{published:?}");
    assert!(!codes(&published).contains(&"log-output-renamed"));
    // Fixing all leaves what is ignored.
    let actions = editor.actions(&uri, &range((0, 0), (0, 0)), &json!(["source.fixAll"]));
    let fixed = applied(CONFIG, &actions[0]["edit"]["documentChanges"][0]["edits"]);
    assert!(fixed.contains("log-output: stdout"), "{fixed}");
    assert!(!fixed.contains("  ca-file:"), "{fixed}");

    let excluded = inside(folder.path(), "old/etcd.conf.yml");
    editor.open(&excluded, 1, CONFIG);
    assert!(editor.diagnostics(&excluded, 1).is_empty());

    // The file's name and text alone do not show that it is etcd's.
    let text = "debug: true\n";
    let named = inside(folder.path(), "settings.txt");
    editor.open(&named, 1, text);
    assert!(!editor.diagnostics(&named, 1).is_empty());
    let unnamed = inside(folder.path(), "settings.text");
    editor.open(&unnamed, 1, text);
    assert!(editor.diagnostics(&unnamed, 1).is_empty());

    // A document that is no file is in the folder that is open.
    editor.open("untitled:Untitled-1", 1, CONFIG);
    let published = editor.diagnostics("untitled:Untitled-1", 1);
    assert!(codes(&published).contains(&"ca-file-gone"), "{published:?}");
    assert!(!codes(&published).contains(&"log-output-renamed"));

    editor.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"from": "3.2", "to": "3.3"}}),
    );
    // Etcd 3.3 still has the key.
    let published = editor.diagnostics(&uri, 1);
    assert!(published.iter().all(|one| one["severity"] != 1));
    assert!(editor.shown().is_empty());
    editor.leave();
}

#[test]
fn an_invalid_file_is_reported_once_and_a_corrected_one_is_used() {
    let folder = folder("from = '3.3'\nform = '3.5'\n");
    let mut editor = Editor::in_folder(folder.path(), &json!(null));
    let registered = editor.next_of("client/registerCapability");
    let registration = &registered["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeWatchedFiles");
    let watched = &registration["registerOptions"]["watchers"][0]["globPattern"];
    assert_eq!(watched, "**/etcd-uplift.toml");

    let uri = inside(folder.path(), "etcd.conf.yml");
    editor.open(&uri, 1, CONFIG);
    let published = editor.diagnostics(&uri, 1);
    assert!(codes(&published).contains(&"log-output-renamed"));
    let other = inside(folder.path(), "two.conf.yml");
    editor.open(&other, 1, CONFIG);
    editor.diagnostics(&other, 1);
    let shown = editor.shown();
    assert_eq!(shown.len(), 1, "{shown:?}");
    let place = format!("{}/etcd-uplift.toml:2:1: ", folder.path().display());
    assert!(shown[0].contains(&place), "{shown:?}");
    assert!(shown[0].contains("unknown field `form`"), "{shown:?}");

    let path = folder.path().join("etcd-uplift.toml");
    fs::write(&path, CONFIGURATION).unwrap();
    let changed = json!({"changes": [{"uri": uri_of(&path), "type": 2}]});
    editor.notify("workspace/didChangeWatchedFiles", changed);
    let published = editor.diagnostics(&uri, 1);
    assert!(!codes(&published).contains(&"log-output-renamed"));

    // An editor that does not watch files saves it.
    fs::remove_file(&path).unwrap();
    let saved = json!({"textDocument": {"uri": uri_of(&path)}});
    editor.notify("textDocument/didSave", saved);
    let published = editor.diagnostics(&uri, 1);
    assert!(codes(&published).contains(&"log-output-renamed"));
    assert!(editor.shown().is_empty());
    editor.leave();
}

#[test]
fn releases_that_are_no_upgrade_are_reported() {
    let folder = folder("from = '3.6'\n");
    let mut editor = Editor::in_folder(folder.path(), &json!({"to": "3.5"}));
    let uri = inside(folder.path(), "etcd.conf.yml");
    editor.open(&uri, 1, CONFIG);
    assert!(!editor.diagnostics(&uri, 1).is_empty());
    let shown = editor.shown();
    assert!(shown[0].contains("is newer than"), "{shown:?}");
    editor.leave();
}

#[test]
fn the_open_file_is_checked_while_it_is_typed_and_used_in_its_last_valid_version() {
    let folder = folder("from = '3.3'\nto = '3.5'\n");
    let mut editor = Editor::in_folder(folder.path(), &json!(null));
    let uri = inside(folder.path(), "etcd.conf.yml");
    editor.open(&uri, 1, CONFIG);
    let published = editor.diagnostics(&uri, 1);
    assert!(codes(&published).contains(&"ca-file-gone"));

    let own = inside(folder.path(), "etcd-uplift.toml");
    let typed = "from = '3.3'\nto = '3.5'\nignore = ['ca-file-gone']\n";
    editor.open(&own, 1, typed);
    assert!(editor.diagnostics(&own, 1).is_empty());
    let published = editor.diagnostics(&uri, 1);
    assert!(!codes(&published).contains(&"ca-file-gone"));

    editor.change(
        &own,
        2,
        &json!([{"range": range((2, 10), (2, 24)), "text": "'é', 'ca-file-gon'"}]),
    );
    let published = editor.diagnostics(&own, 2);
    assert_eq!(published.len(), 1, "{published:?}");
    assert_eq!(published[0]["range"], range((2, 10), (2, 13)));
    assert_eq!(published[0]["severity"], 1);
    assert!(
        published[0]["message"]
            .as_str()
            .unwrap()
            .starts_with("there is no rule `é`"),
        "{published:?}"
    );
    editor.change(&own, 3, &json!([{"text": "from = '3.3\n"}]));
    assert_eq!(editor.diagnostics(&own, 3).len(), 1);
    editor.change(&uri, 2, &json!([{"text": CONFIG}]));
    let published = editor.diagnostics(&uri, 2);
    assert!(!codes(&published).contains(&"ca-file-gone"));

    let closed = json!({"textDocument": {"uri": own}});
    editor.notify("textDocument/didClose", closed);
    let published = editor.diagnostics(&uri, 2);
    assert!(codes(&published).contains(&"ca-file-gone"));
    assert!(editor.shown().is_empty());
    editor.leave();
}

#[test]
fn a_comment_silences_and_one_that_silences_nothing_is_unnecessary() {
    let mut editor = Editor::started(&json!({"from": "3.3", "to": "3.5"}));
    let text = CONFIG.replace(
        "the journal takes it",
        "etcd-uplift: ignore[log-output-renamed, ca-file-gone] the journal takes it",
    );
    editor.open("file:///etcd.conf.yml", 1, &text);
    let published = editor.diagnostics("file:///etcd.conf.yml", 1);
    assert!(!codes(&published).contains(&"log-output-renamed"));
    let unused = published.iter().find(|one| one["code"] == "ignore-unused");
    let unused = unused.unwrap_or_else(|| panic!("{published:?}"));
    assert_eq!(unused["tags"], json!([1]));
    assert_eq!(unused["range"]["start"]["line"], 2);
    editor.leave();
}
