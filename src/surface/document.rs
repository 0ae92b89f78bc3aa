//! Reads a document of YAML or JSON that may contain pods, files and sections of etcd options.

use super::evidence::concerns_server;
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::Request;
use crate::member::Place;
use crate::text::yaml::{self, Document, NodeId};

/// Reads one document of a file.
pub(super) struct DocumentReader<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) document: &'a Document,
    pub(super) reading: &'a mut Reading,
    pub(super) error: Option<ReadError>,
}

impl<'a> DocumentReader<'a> {
    pub(super) fn new(
        request: &'a Request<'a>,
        document: &'a Document,
        reading: &'a mut Reading,
    ) -> Self {
        Self {
            request,
            document,
            reading,
            error: None,
        }
    }

    /// Returns the node at the end of a path of keys.
    pub(super) fn below(&self, id: NodeId, path: &[&str]) -> Option<NodeId> {
        path.iter()
            .try_fold(id, |id, key| self.document.value(id, key))
    }

    /// Reads a scalar of several lines as a file.
    pub(super) fn inner_file(&mut self, value: NodeId, flow: bool, file_name: &str) {
        let Some(decoded) = yaml::decoded(self.request.text, self.document, value, flow) else {
            return;
        };
        if decoded.text.contains('\n') {
            self.request
                .read_embedded(self.reading, decoded, 0, file_name);
        }
    }

    /// Reports that a node is nested too deeply and not read, if it sets options of etcd.
    pub(super) fn too_deep(&mut self, id: NodeId, what: &str, limit: usize) {
        let span = self.document.resolved(id).span;
        if concerns_server(self.request.catalogue, span.of(self.request.text)) {
            let message = format!(
                "{what} are nested more than {limit} deep here; etcd configuration in the innermost is not read"
            );
            self.reading.report_unread(Place::new(0, span), message);
        }
    }

    pub(super) fn refuse(&mut self, error: ReadError) {
        self.error.get_or_insert(error);
    }
}
