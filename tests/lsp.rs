//! The language server as an editor uses it: the built program, its standard input and output, real messages.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "lsp/completion.rs"]
mod completion;
#[path = "lsp/configuration.rs"]
mod configuration;
#[path = "lsp/editor.rs"]
mod editor;
#[path = "lsp/judging.rs"]
mod judging;
#[path = "lsp/offers.rs"]
mod offers;
#[path = "lsp/protocol.rs"]
mod protocol;

use serde_json::{Value, json};

const URI: &str = "file:///cluster/etcd.conf.yml";

const CONFIG: &str = "\
name: infra1
initial-advertise-peer-urls: http://10.0.0.1:2380
log-output: stdout # the journal takes it
client-transport-security:
  ca-file: /etc/etcd/ca.crt
";

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
