//! The capabilities of the editor that are used here, and those that the server offers.

use std::path::PathBuf;

use lsp_server::{Request, RequestId};
use lsp_types::notification::{DidChangeWatchedFiles, Notification as _};
use lsp_types::request::{RegisterCapability, Request as _};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions,
    DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern,
    HoverProviderCapability, InitializeResult, Registration, RegistrationParams,
    ServerCapabilities, ServerInfo, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions, Uri,
};
use serde_json::Value;

use crate::lsp::position;
use crate::lsp::queue::ActionForm;
use crate::lsp::uri::path_of;
use crate::project::configuration::FILE_NAME;
use crate::source::editor::Encoding;

/// The kind of the action that applies all safe fixes.
pub(in crate::lsp) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.etcd-uplift");

/// The capabilities of the editor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Client {
    pub(super) encoding: Encoding,
    pub(super) actions: ActionForm,
    /// Whether it can be asked to report changed files.
    pub(super) watches: bool,
}

impl Default for Client {
    fn default() -> Self {
        Self {
            encoding: Encoding::Utf16,
            actions: ActionForm::default(),
            watches: false,
        }
    }
}

impl Client {
    /// Reads only what is used: an editor may send more than this library has types for.
    pub(super) fn of(params: &Value) -> Option<Self> {
        let capabilities = params.get("capabilities")?;
        capabilities.as_object()?;
        let offered = capabilities.pointer("/general/positionEncodings");
        let offered = offered.and_then(Value::as_array).into_iter().flatten();
        let versioned = capabilities.pointer("/workspace/workspaceEdit/documentChanges");
        let literals = capabilities.pointer("/textDocument/codeAction/codeActionLiteralSupport");
        let watches = capabilities.pointer("/workspace/didChangeWatchedFiles/dynamicRegistration");
        Some(Self {
            watches: watches.and_then(Value::as_bool).unwrap_or(false),
            encoding: position::best_of(offered.filter_map(Value::as_str)),
            actions: ActionForm {
                versioned: versioned.and_then(Value::as_bool).unwrap_or(false),
                literals: literals.is_some_and(Value::is_object),
            },
        })
    }
}

/// Returns the folder that the editor has open, the first one if there are several.
pub(super) fn folder(params: &Value) -> Option<PathBuf> {
    let folders = params.pointer("/workspaceFolders/0/uri");
    let uri = folders.or_else(|| params.get("rootUri"))?;
    let uri: Uri = uri.as_str()?.parse().ok()?;
    Some(path_of(&uri))
}

/// Asks the editor to report changed configurations.
pub(super) fn watching() -> Request {
    let watcher = FileSystemWatcher {
        glob_pattern: GlobPattern::String(format!("**/{FILE_NAME}")),
        kind: None,
    };
    let options = DidChangeWatchedFilesRegistrationOptions {
        watchers: vec![watcher],
    };
    let registration = Registration {
        id: FILE_NAME.to_owned(),
        method: DidChangeWatchedFiles::METHOD.to_owned(),
        register_options: serde_json::to_value(options).ok(),
    };
    let registrations = vec![registration];
    let id = RequestId::from(FILE_NAME.to_owned());
    Request::new(
        id,
        RegisterCapability::METHOD.to_owned(),
        RegistrationParams { registrations },
    )
}

/// Returns the capabilities of the server.
pub(super) fn offered(encoding: Encoding) -> Value {
    let triggers = ["-", "=", " ", ",", ":"];
    let result = InitializeResult {
        capabilities: ServerCapabilities {
            position_encoding: Some(position::kind(encoding)),
            text_document_sync: Some(TextDocumentSyncCapability::Options(
                TextDocumentSyncOptions {
                    open_close: Some(true),
                    change: Some(TextDocumentSyncKind::INCREMENTAL),
                    save: Some(TextDocumentSyncSaveOptions::Supported(true)),
                    ..TextDocumentSyncOptions::default()
                },
            )),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some(triggers.map(str::to_owned).to_vec()),
                ..CompletionOptions::default()
            }),
            code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, FIX_ALL]),
                ..CodeActionOptions::default()
            })),
            ..ServerCapabilities::default()
        },
        server_info: Some(ServerInfo {
            name: "etcd-uplift".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    };
    serde_json::to_value(result).unwrap_or(Value::Null)
}
