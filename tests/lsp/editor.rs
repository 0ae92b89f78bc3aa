//! An editor, as far as the protocol matters. A message that it waits for and does not get fails the test.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Longer than any answer takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Editor {
    server: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// Messages that came while another was waited for.
    set_aside: VecDeque<Value>,
    last_id: i64,
    last_version: i64,
    /// The folder it has open.
    root: Value,
}

impl Editor {
    /// Starts the program without sending anything.
    pub(crate) fn spawned() -> Self {
        let mut server = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let input = server.stdin.take();
        let output = server.stdout.take().unwrap();
        let (sender, messages) = channel();
        thread::spawn(move || {
            let mut stream = BufReader::new(output);
            while let Some(message) = message(&mut stream)
                && sender.send(message).is_ok()
            {}
        });
        Self {
            server,
            input,
            messages,
            set_aside: VecDeque::new(),
            last_id: 0,
            last_version: 1000,
            root: Value::Null,
        }
    }

    /// Starts an editor of today with those options.
    pub(crate) fn started(options: &Value) -> Self {
        let capabilities = json!({
            "general": {"positionEncodings": ["utf-16"]},
            "workspace": {"workspaceEdit": {"documentChanges": true}},
            "textDocument": {
                "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
            },
        });
        Self::with(&capabilities, options).0
    }

    /// Starts an editor that watches files and has a folder open.
    pub(crate) fn in_folder(folder: &Path, options: &Value) -> Self {
        let mut editor = Self::spawned();
        editor.root = json!(uri_of(folder));
        let capabilities = json!({
            "workspace": {
                "workspaceEdit": {"documentChanges": true},
                "didChangeWatchedFiles": {"dynamicRegistration": true},
            },
            "textDocument": {"codeAction": {"codeActionLiteralSupport": {}}},
        });
        editor.initialize(&capabilities, options);
        editor
    }

    /// Starts an editor with those capabilities; returns the server's.
    pub(crate) fn with(capabilities: &Value, options: &Value) -> (Self, Value) {
        let mut editor = Self::spawned();
        let result = editor.initialize(capabilities, options);
        (editor, result)
    }

    pub(crate) fn initialize(&mut self, capabilities: &Value, options: &Value) -> Value {
        let params = json!({
            "processId": null,
            "rootUri": self.root,
            "capabilities": capabilities,
            "initializationOptions": options,
        });
        let result = self.ask("initialize", params);
        assert_eq!(
            result["capabilities"]["textDocumentSync"]["change"], 2,
            "incremental"
        );
        self.notify("initialized", json!({}));
        result
    }

    pub(crate) fn open(&mut self, uri: &str, version: i64, text: &str) {
        let document = json!({"uri": uri, "languageId": "x", "version": version, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    pub(crate) fn change(&mut self, uri: &str, version: i64, changes: &Value) {
        let document = json!({"uri": uri, "version": version});
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": changes}),
        );
    }

    /// Returns the findings of that version of a document; those of other versions are skipped.
    pub(crate) fn diagnostics(&mut self, uri: &str, version: i64) -> Vec<Value> {
        loop {
            let published = self.next_diagnostics(uri);
            if published["version"] == version {
                return published["diagnostics"].as_array().unwrap().clone();
            }
        }
    }

    pub(crate) fn next_diagnostics(&mut self, uri: &str) -> Value {
        let found = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
        });
        found["params"].clone()
    }

    pub(crate) fn next_of(&mut self, method: &str) -> Value {
        self.wait(|message| message["method"] == method)["params"].clone()
    }

    /// Returns the messages that the editor was shown and no test has read yet.
    pub(crate) fn shown(&mut self) -> Vec<String> {
        // An answer to a request of now comes after them.
        self.answer("no/such", json!(null));
        let is_shown = |message: &&Value| message["method"] == "window/showMessage";
        let shown = self.set_aside.iter().filter(is_shown);
        let text = |message: &Value| message["params"]["message"].as_str().unwrap().to_owned();
        let texts = shown.map(text).collect();
        self.set_aside
            .retain(|message| message["method"] != "window/showMessage");
        texts
    }

    /// Returns the code actions for a range.
    pub(crate) fn actions(&mut self, uri: &str, range: &Value, only: &Value) -> Vec<Value> {
        let mut context = json!({"diagnostics": []});
        if !only.is_null() {
            context["only"] = only.clone();
        }
        let document = json!({"uri": uri});
        let params = json!({"textDocument": document, "range": range, "context": context});
        let actions = self.ask("textDocument/codeAction", params);
        actions.as_array().unwrap().clone()
    }

    /// Opens a text and completes it at `|`, which is removed.
    pub(crate) fn complete_at_mark(&mut self, uri: &str, marked: &str) -> Vec<Value> {
        let at = marked.find('|').unwrap();
        let text = format!("{}{}", &marked[..at], &marked[at + 1..]);
        let line = marked[..at].matches('\n').count();
        let begin = marked[..at].rfind('\n').map_or(0, |at| at + 1);
        let character = marked[begin..at].encode_utf16().count();
        self.last_version += 1;
        let version = self.last_version;
        self.open(uri, version, &text);
        let position = json!({"line": line, "character": character});
        let params = json!({"textDocument": {"uri": uri}, "position": position});
        let items = self.ask("textDocument/completion", params);
        items.as_array().unwrap().clone()
    }

    /// Returns the result of a request that must succeed.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params);
        let result = answer.get("result").cloned();
        result.unwrap_or_else(|| panic!("{method}: {answer}"))
    }

    pub(crate) fn answer(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        self.answer_to(&json!(id))
    }

    pub(crate) fn request(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    pub(crate) fn answer_to(&mut self, id: &Value) -> Value {
        self.wait(|message| message.get("method").is_none() && message["id"] == *id)
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.raw(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    }

    pub(crate) fn raw(&mut self, bytes: &str) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes.as_bytes()).unwrap();
        input.flush().unwrap();
    }

    pub(crate) fn hang_up(&mut self) {
        self.input = None;
    }

    /// Leaves as the protocol requires.
    pub(crate) fn leave(mut self) {
        assert_eq!(self.ask("shutdown", json!(null)), Value::Null);
        self.notify("exit", json!(null));
        assert_eq!(self.status(), 0);
    }

    /// Returns the exit status of a server that exits on its own.
    pub(crate) fn status(&mut self) -> i32 {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.server.try_wait().unwrap() {
                return status.code().unwrap();
            }
            assert!(begin.elapsed() < PATIENCE, "the server does not end");
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn wait(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.set_aside.iter().position(&is_it) {
            return self.set_aside.remove(at).unwrap();
        }
        loop {
            let message = self.messages.recv_timeout(PATIENCE).unwrap();
            if is_it(&message) {
                return message;
            }
            self.set_aside.push_back(message);
        }
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        // It has exited already if the test passed.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

pub(crate) fn uri_of(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// Returns the names that are offered.
pub(crate) fn labels(items: &[Value]) -> Vec<&str> {
    items
        .iter()
        .map(|item| item["label"].as_str().unwrap())
        .collect()
}

/// Returns the text with edits applied; all places are those of the old text.
pub(crate) fn applied(text: &str, edits: &Value) -> String {
    let offset = |position: &Value| {
        let line = usize::try_from(position["line"].as_u64().unwrap()).unwrap();
        let character = usize::try_from(position["character"].as_u64().unwrap()).unwrap();
        let begin: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        begin + character
    };
    let mut edits: Vec<(usize, usize, &str)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| {
            let new = edit["newText"].as_str().unwrap();
            let range = &edit["range"];
            (offset(&range["start"]), offset(&range["end"]), new)
        })
        .collect();
    edits.sort_by_key(|edit| (edit.0, edit.1));
    let mut text = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        text.replace_range(start..end, new);
    }
    text
}

fn message(stream: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let header = line.trim_end();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("Content-Length: ") {
            length = value.parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
