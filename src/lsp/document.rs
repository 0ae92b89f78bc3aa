//! An open document, and one version of it as a worker gets it.

use std::path::PathBuf;
use std::sync::Arc;

use lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::config_resolver::FileOptions;
use super::position::Text;
use super::uri::path_of;
use crate::source::Span;
use crate::source::editor::Encoding;

/// An open document.
#[derive(Debug)]
pub(super) struct Document {
    uri: Uri,
    version: i32,
    text: Arc<Text>,
    options: Arc<FileOptions>,
}

/// One version of a document and the options to lint it with.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) text: Arc<Text>,
    pub(super) options: Arc<FileOptions>,
    pub(super) encoding: Encoding,
}

impl Document {
    pub(super) fn new(uri: Uri, version: i32, text: String, options: FileOptions) -> Self {
        Self {
            uri,
            version,
            text: Arc::new(Text::new(text)),
            options: Arc::new(options),
        }
    }

    pub(super) fn version(&self) -> i32 {
        self.version
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(super) fn text(&self) -> &str {
        self.text.as_str()
    }

    /// Sets the options; returns whether they differ from those before.
    pub(super) fn set_options(&mut self, options: FileOptions) -> bool {
        let is_new = *self.options != options;
        if is_new {
            self.options = Arc::new(options);
        }
        is_new
    }

    /// Applies the changes, each to the result of the ones before it.
    pub(super) fn change(
        &mut self,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        self.version = version;
        for change in changes {
            match change.range {
                Some(range) => {
                    let text = Arc::make_mut(&mut self.text);
                    let span = text.span(range, encoding);
                    text.replace(span, &change.text);
                }
                None => self.text = Arc::new(Text::new(change.text)),
            }
        }
    }

    pub(super) fn snapshot(&self, encoding: Encoding) -> Snapshot {
        Snapshot {
            uri: self.uri.clone(),
            version: self.version,
            text: Arc::clone(&self.text),
            options: Arc::clone(&self.options),
            encoding,
        }
    }
}

impl Snapshot {
    pub(super) fn path(&self) -> PathBuf {
        path_of(&self.uri)
    }

    pub(super) fn range(&self, span: Span) -> lsp_types::Range {
        self.text.range(span, self.encoding)
    }

    /// Returns whether both versions give the same answers.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.version == other.version
            && self.options == other.options
            && Arc::ptr_eq(&self.text, &other.text)
    }
}
