//! Ignition configurations in JSON, and the formats that compile to them: Container Linux Config and Butane.

use super::encoded::{DataUrl, Encoding, data_url};
use super::evidence::concerns_server;
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::{Recognition, Request};
use super::section;
use super::site::section::CONTAINER_LINUX_CONFIG;
use super::unit_file::UNIT_FOLDER;
use crate::member::Place;
use crate::text::decoded::Decoded;
use crate::text::yaml::{self, Document, Kind, NodeId};

/// Top-level keys of such files.
const SECTIONS: [&str; 4] = ["systemd", "storage", "ignition", "variant"];

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "ignition",
    syntax: Syntax::Yaml,
    comments: Comments::Anywhere,
    continuation: Continuation::Escape,
    is_script: false,
};

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let text = request.text;
    let has_section = SECTIONS.iter().any(|section| {
        text.contains(&format!("\"{section}\""))
            || text.lines().any(|line| {
                line.strip_prefix(section)
                    .is_some_and(|rest| rest.starts_with(':'))
            })
    });
    if !has_section || !text.contains("etcd") && !text.contains("ETCD_") {
        return Recognition::No("");
    }
    let documents = match yaml::parse_all(text) {
        Ok(documents) => documents,
        Err(error) if text.contains("ignition") && concerns_server(request.catalogue, text) => {
            return Recognition::Unreadable(ReadError {
                message: format!(
                    "this looks like an Ignition configuration, but cannot be parsed: {error}"
                ),
                offset: error.offset,
            });
        }
        Err(_) => return Recognition::No("it is not YAML"),
    };
    let mut reading = Reading::of(SURFACE);
    for document in &documents {
        config(request, document, document.root, &mut reading);
    }
    if reading.is_empty() {
        return Recognition::No("its units and files configure no etcd");
    }
    Recognition::Read(reading)
}

/// Reads the configuration at `root`.
pub(super) fn config(
    request: &Request<'_>,
    document: &Document,
    root: NodeId,
    reading: &mut Reading,
) {
    let mut reader = IgnitionReader {
        request,
        document,
        reading,
    };
    let units = reader.below(root, &["systemd", "units"]);
    let files = reader.below(root, &["storage", "files"]);
    let filesystems = reader.below(root, &["storage", "filesystems"]);
    if units.is_none() && files.is_none() && filesystems.is_none() {
        return;
    }
    for &unit in units.map_or(&[][..], |units| document.items(units)) {
        reader.unit(unit);
    }
    for &file in files.map_or(&[][..], |files| document.items(files)) {
        reader.file(file);
    }
    // Version 1 of Ignition has files below their file system.
    for &filesystem in filesystems.map_or(&[][..], |list| document.items(list)) {
        if let Some(files) = document.value(filesystem, "files") {
            for &file in document.items(files) {
                reader.file(file);
            }
        }
    }
    if let Some(etcd) = document.value(root, "etcd") {
        section::read(
            request,
            document,
            reader.reading,
            etcd,
            CONTAINER_LINUX_CONFIG,
        );
    }
}

struct IgnitionReader<'a> {
    request: &'a Request<'a>,
    document: &'a Document,
    reading: &'a mut Reading,
}

impl IgnitionReader<'_> {
    fn below(&self, id: NodeId, path: &[&str]) -> Option<NodeId> {
        path.iter()
            .try_fold(id, |id, key| self.document.value(id, key))
    }

    fn unit(&mut self, unit: NodeId) {
        let document = self.document;
        let path = format!("{UNIT_FOLDER}{}", self.text_of(unit, "name"));
        self.contents(unit, &path);
        if let Some(drop_ins) = document.value(unit, "dropins") {
            for &drop_in in document.items(drop_ins) {
                let name = self.text_of(drop_in, "name");
                self.contents(drop_in, &format!("{path}.d/{name}"));
            }
        }
    }

    /// Reads the contents of a unit or drop-in at that path.
    fn contents(&mut self, id: NodeId, path: &str) {
        let document = self.document;
        let contents = document
            .value(id, "contents")
            .or_else(|| document.value(id, "content"));
        self.read(id, contents, (path, None));
    }

    fn file(&mut self, file: NodeId) {
        let document = self.document;
        let path = self.text_of(file, "path");
        let place = document.value(file, "path");
        let place = place.map(|path| Place::new(0, document.node(path).span));
        if let Some(contents) = document.value(file, "contents") {
            self.resource(file, contents, (&path, place));
        }
        if let Some(appended) = document.value(file, "append") {
            for &resource in document.items(appended) {
                self.resource(appended, resource, (&path, place));
                // What it is appended to is not known.
                self.reading.add_unread_file(&path, place);
            }
        }
    }

    /// Reads a text, inline or in a `data:` URL.
    fn resource(&mut self, parent: NodeId, id: NodeId, path: (&str, Option<Place>)) {
        let document = self.document;
        if matches!(document.resolved(id).kind, Kind::Scalar { .. }) {
            self.read(parent, Some(id), path);
            return;
        }
        self.read(id, document.value(id, "inline"), path);
        let Some(source) = document.value(id, "source") else {
            return;
        };
        let Some(url) = self.decoded(id, source) else {
            return;
        };
        let place = Place::new(0, document.node(source).span);
        let is_compressed = !matches!(self.text_of(id, "compression").as_str(), "" | "null");
        let text = url.text.clone();
        let is_text = matches!(data_url(&text), Some(DataUrl::Text(_))) && !is_compressed;
        if !is_text {
            self.reading.add_unread_file(path.0, path.1);
        }
        match data_url(&text) {
            Some(found) if is_compressed => {
                let base64 = matches!(found, DataUrl::Base64(_));
                let encoding = Encoding::compressed(base64);
                self.request
                    .detect_encoded(self.reading, place, encoding, &text, path.0);
            }
            Some(DataUrl::Base64(start)) => {
                let raw = &text[start..];
                self.request
                    .detect_encoded(self.reading, place, Encoding::BASE64, raw, path.0);
            }
            Some(DataUrl::Text(decoded)) => {
                let outer = self.reading.embed(url, 0);
                self.request
                    .read_host_file(self.reading, decoded, outer, path);
            }
            None => {}
        }
    }

    fn read(&mut self, parent: NodeId, id: Option<NodeId>, path: (&str, Option<Place>)) {
        if let Some(decoded) = id.and_then(|id| self.decoded(parent, id)) {
            self.request.read_host_file(self.reading, decoded, 0, path);
        }
    }

    fn decoded(&self, parent: NodeId, id: NodeId) -> Option<Decoded> {
        let flow = self.document.is_flow(parent);
        yaml::decoded(self.request.text, self.document, id, flow)
    }

    fn text_of(&self, id: NodeId, key: &str) -> String {
        let value = self.document.value(id, key);
        let text = value.and_then(|value| self.document.scalar(value));
        text.unwrap_or_default().to_owned()
    }
}
