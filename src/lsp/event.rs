//! What happens around a session.

use lsp_server::{RequestId, ResponseError};
use lsp_types::Diagnostic;
use serde_json::Value;

use super::document::Snapshot;
use super::wire::Incoming;

/// What happens around the session.
#[derive(Debug)]
pub(super) enum Event {
    /// The editor sent something.
    Incoming(Incoming),
    /// The editor is gone.
    Left,
    /// A version was judged.
    Linted {
        snapshot: Snapshot,
        diagnostics: Vec<Diagnostic>,
    },
    /// A question was answered.
    Answered {
        id: RequestId,
        result: Result<Value, ResponseError>,
        uri: String,
        version: i32,
        /// Whether the answer is worth nothing for another version.
        expires: bool,
    },
    /// Something a person should know.
    Complaint(String),
    /// Something that helps a person, said once.
    Hint(&'static str),
}
