//! What the editor can do, as far as it matters here, and what it is offered.

use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions,
    HoverProviderCapability, InitializeResult, ServerCapabilities, ServerInfo,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
};
use serde_json::Value;

use crate::lsp::actions::FIX_ALL;
use crate::lsp::desk::ActionForm;
use crate::lsp::position::Encoding;

/// What the editor can do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Client {
    pub(super) encoding: Encoding,
    pub(super) actions: ActionForm,
}

impl Default for Client {
    fn default() -> Self {
        Self {
            encoding: Encoding::Utf16,
            actions: ActionForm::default(),
        }
    }
}

impl Client {
    /// Reads only what is used: an editor may say more than this library has types for.
    pub(super) fn of(params: &Value) -> Option<Self> {
        let capabilities = params.get("capabilities")?;
        capabilities.as_object()?;
        let offered = capabilities.pointer("/general/positionEncodings");
        let offered = offered.and_then(Value::as_array).into_iter().flatten();
        let versioned = capabilities.pointer("/workspace/workspaceEdit/documentChanges");
        let literals = capabilities.pointer("/textDocument/codeAction/codeActionLiteralSupport");
        Some(Self {
            encoding: Encoding::of_offered(offered.filter_map(Value::as_str)),
            actions: ActionForm {
                versioned: versioned.and_then(Value::as_bool).unwrap_or(false),
                literals: literals.is_some_and(Value::is_object),
            },
        })
    }
}

/// What the editor is offered.
pub(super) fn offered(encoding: Encoding) -> Value {
    let triggers = ["-", "=", " ", ",", ":"];
    let result = InitializeResult {
        capabilities: ServerCapabilities {
            position_encoding: Some(encoding.kind()),
            text_document_sync: Some(TextDocumentSyncCapability::Options(
                TextDocumentSyncOptions {
                    open_close: Some(true),
                    change: Some(TextDocumentSyncKind::INCREMENTAL),
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
