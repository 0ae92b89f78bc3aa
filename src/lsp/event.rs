//! The events that a session handles.

use lsp_server::{RequestId, ResponseError};
use lsp_types::Diagnostic;
use serde_json::Value;

use super::document::Snapshot;
use super::wire::Incoming;

/// An event that the session handles.
#[derive(Debug)]
pub(super) enum Event {
    /// The editor sent something.
    Incoming(Incoming),
    /// The editor has closed the stream.
    Left,
    /// A version was linted.
    Linted {
        snapshot: Snapshot,
        diagnostics: Vec<Diagnostic>,
    },
    /// A request was answered.
    Answered {
        id: RequestId,
        result: Result<Value, ResponseError>,
        uri: String,
        version: i32,
        /// Whether the answer is useless for another version.
        expires: bool,
    },
    /// A message that the user should see.
    Error(String),
    /// A hint for the user, shown once.
    Hint(&'static str),
}
