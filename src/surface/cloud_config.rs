//! cloud-config files, for cloud-init and for coreos-cloudinit: files, units, commands, and the section of etcd.

use super::command_line::Finder;
use super::encoded::Encoding;
use super::evidence::concerns_server;
use super::launch::{Launch, Part};
use super::process::arguments;
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::{Recognition, Request};
use super::section;
use super::site::section::{COREOS_ETCD, COREOS_ETCD2};
use super::unit_file::UNIT_FOLDER;
use crate::member::Place;
use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::words::Dialect;
use crate::text::yaml::{self, Document, NodeId};

/// Keys at the top level that only such files have.
const SECTIONS: [&str; 5] = ["coreos", "write_files", "write-files", "runcmd", "bootcmd"];

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "cloud-config",
    syntax: Syntax::Yaml,
    comments: Comments::Anywhere,
    continuation: Continuation::Escape,
    is_script: false,
};

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let text = request.text;
    let first_line = text.lines().next().unwrap_or_default();
    let has_header = first_line.trim_start_matches('\u{feff}').trim_end() == "#cloud-config";
    let has_section = || {
        SECTIONS.iter().any(|section| {
            text.lines().any(|line| {
                line.strip_prefix(section)
                    .is_some_and(|rest| rest.starts_with(':'))
            })
        })
    };
    if !has_header && !has_section() || !text.contains("etcd") && !text.contains("ETCD_") {
        return Recognition::No("");
    }
    let documents = match yaml::parse_all(text) {
        Ok(documents) => documents,
        Err(error) if has_header && concerns_server(request.catalogue, text) => {
            return Recognition::Unreadable(ReadError {
                message: format!("this is a cloud-config, but is not YAML: {error}"),
                offset: error.offset,
            });
        }
        Err(_) => return Recognition::No("it is not YAML"),
    };
    let mut reading = Reading::of(SURFACE);
    for document in &documents {
        let mut reader = CloudConfigReader {
            request,
            document,
            reading: &mut reading,
        };
        reader.config(document.root);
    }
    if reading.is_empty() {
        return Recognition::No("its files, units and commands configure no etcd");
    }
    Recognition::Read(reading)
}

struct CloudConfigReader<'a> {
    request: &'a Request<'a>,
    document: &'a Document,
    reading: &'a mut Reading,
}

impl CloudConfigReader<'_> {
    fn config(&mut self, root: NodeId) {
        let document = self.document;
        if let Some(coreos) = document.value(root, "coreos") {
            for (key, section) in [("etcd", COREOS_ETCD), ("etcd2", COREOS_ETCD2)] {
                if let Some(id) = document.value(coreos, key) {
                    section::read(self.request, document, self.reading, id, section);
                }
            }
            self.units(coreos);
        }
        if let Some(files) = self.dashed(root, "write_files") {
            for &file in document.items(files) {
                self.file(file);
            }
        }
        for key in ["bootcmd", "runcmd"] {
            if let Some(commands) = document.value(root, key) {
                self.commands(commands);
            }
        }
    }

    /// Returns the value of a key that coreos-cloudinit accepts with `-` and with `_`.
    fn dashed(&self, id: NodeId, key: &str) -> Option<NodeId> {
        let document = self.document;
        document
            .value(id, key)
            .or_else(|| document.value(id, &key.replace('_', "-")))
    }

    fn units(&mut self, coreos: NodeId) {
        let document = self.document;
        let Some(units) = document.value(coreos, "units") else {
            return;
        };
        for &unit in document.items(units) {
            let name = self.text_of(unit, "name").unwrap_or_default();
            let path = format!("{UNIT_FOLDER}{name}");
            self.content(unit, &path);
            if let Some(drop_ins) = self.dashed(unit, "drop_ins") {
                for &drop_in in document.items(drop_ins) {
                    let name = self.text_of(drop_in, "name").unwrap_or_default();
                    self.content(drop_in, &format!("{path}.d/{name}"));
                }
            }
        }
    }

    /// Reads the `content` of a unit or a drop-in at that path.
    fn content(&mut self, id: NodeId, path: &str) {
        if let Some(decoded) = self.decoded(id, "content") {
            self.request
                .read_host_file(self.reading, decoded, 0, (path, None));
        }
    }

    fn file(&mut self, file: NodeId) {
        let document = self.document;
        let path = self.text_of(file, "path").unwrap_or_default();
        let path_place = document.value(file, "path");
        let path_place = path_place.map(|path| Place::new(0, document.node(path).span));
        let Some(content) = document.value(file, "content") else {
            return;
        };
        let encoding = self
            .text_of(file, "encoding")
            .and_then(|name| Encoding::of_cloud_config(&name))
            .or_else(|| document.is_binary(content).then_some(Encoding::BASE64));
        match encoding {
            Some(encoding) => {
                let place = Place::new(0, document.node(content).span);
                let raw = document.scalar(content).unwrap_or_default();
                self.reading.add_unread_file(&path, path_place);
                self.request
                    .detect_encoded(self.reading, place, encoding, raw, &path);
            }
            None => {
                if let Some(decoded) = self.decoded(file, "content") {
                    let to = (path.as_str(), path_place);
                    self.request.read_host_file(self.reading, decoded, 0, to);
                    // What it is appended to is not known.
                    if self.text_of(file, "append").as_deref() == Some("true") {
                        self.reading.add_unread_file(&path, path_place);
                    }
                }
            }
        }
    }

    /// Reads commands: lists of arguments, or texts that one shell runs in order.
    fn commands(&mut self, commands: NodeId) {
        let document = self.document;
        let catalogue = self.request.catalogue;
        let flow = document.is_flow(commands);
        let first = self.reading.members.len();
        let mut texts = Vec::new();
        for &command in document.items(commands) {
            if let Some(decoded) = yaml::decoded(self.request.text, document, command, flow) {
                let text = decoded.text.clone();
                texts.push((text, self.reading.embed(decoded, 0)));
            } else if let Some(list) =
                arguments(self.request.text, document, command, |_| Vec::new())
            {
                let launch = Launch {
                    command: Some(Part::List(list)),
                    ..Launch::default()
                };
                let added = launch.add_members(self.request, self.reading);
                self.reading.unread.extend(added.err());
            }
        }
        let mut finder = Finder::new(self.request, self.reading);
        for (text, id) in &texts {
            let all = Span::new(0, text.len());
            finder.find(text, all, Dialect::Shell, *id, 0);
        }
        let error = finder.error;
        self.reading.unread.extend(error);
        // A command without known options is not a member.
        let mut index = 0;
        self.reading.members.retain(|member| {
            index += 1;
            let is_known = |setting: &crate::member::Setting| {
                catalogue.spelled(setting.spelling, &setting.name).is_some()
            };
            index <= first || member.settings.iter().any(is_known)
        });
    }

    fn text_of(&self, id: NodeId, key: &str) -> Option<String> {
        let value = self.document.value(id, key)?;
        self.document.scalar(value).map(str::to_owned)
    }

    fn decoded(&self, id: NodeId, key: &str) -> Option<Decoded> {
        let document = self.document;
        let value = document.value(id, key)?;
        yaml::decoded(self.request.text, document, value, document.is_flow(id))
    }
}
