//! HCL: jobs of Nomad and configurations of Terraform that run etcd, and the files in their strings.

mod process;

use super::evidence::concerns_server;
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::{Discovery, Recognition, Request};
use crate::member::Completeness;
use crate::source::base_name;
use crate::text::hcl::{Body, Expression, Kind};
use crate::text::template;

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "hcl",
    syntax: Syntax::Other,
    comments: Comments::Anywhere,
    continuation: Continuation::Escape,
    is_script: false,
};

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let text = request.text;
    let named = [".tf", ".hcl", ".nomad", ".tofu"]
        .iter()
        .any(|end| request.file_name.ends_with(end));
    let forced = request.discovery == Discovery::Forced;
    if !forced && (!text.contains("etcd") && !text.contains("ETCD_") || !text.contains('{')) {
        return Recognition::No("");
    }
    let file = match crate::text::hcl::parse(text) {
        Ok(file) => file,
        Err(error) if named && concerns_server(request.catalogue, text) || forced => {
            return Recognition::Unreadable(ReadError {
                message: "this looks like HCL, but cannot be parsed from here on".to_owned(),
                offset: error.0,
            });
        }
        Err(_) => return Recognition::No(""),
    };
    let has_labels = file.body.blocks.iter().any(|block| block.labels > 0);
    if !named && !forced && !has_labels {
        return Recognition::No("");
    }
    let masked = template::mask_spans(text, file.templates);
    let masked_text = masked.text.as_deref().unwrap_or(text);
    let Ok(file) = crate::text::hcl::parse(masked_text) else {
        return Recognition::No("its templates cannot be distinguished from its text");
    };
    let masked_request = Request {
        text: masked_text,
        ..*request
    };
    let mut reader = HclReader {
        request: &masked_request,
        reading: Reading::of(SURFACE),
    };
    if let Err(error) = reader.body(&file.body, "", None) {
        return Recognition::Unreadable(error);
    }
    let mut reading = reader.reading;
    if reading.is_empty() {
        return Recognition::No("HCL that does not start etcd with options");
    }
    reading.hazards.masks = masked.spans;
    Recognition::Read(reading)
}

/// Reads one file.
struct HclReader<'a> {
    request: &'a Request<'a>,
    reading: Reading,
}

impl HclReader<'_> {
    /// Reads what a block or an object of that kind runs, and the texts in it.
    fn body(&mut self, body: &Body, kind: &str, around: Option<&Body>) -> Result<(), ReadError> {
        self.process(body, kind, around)?;
        let name = ["destination", "path", "filename"]
            .iter()
            .find_map(|name| body.value(name)?.text())
            .map_or("", |name| base_name(&name.text));
        let first = self.reading.members.len();
        for attribute in &body.attributes {
            self.expression(&attribute.value, &attribute.name, name)?;
        }
        if sets_variables(kind, body) {
            for member in &mut self.reading.members[first..] {
                member.completeness = Completeness::Partial;
            }
        }
        for block in &body.blocks {
            self.body(&block.body, &block.kind, Some(body))?;
        }
        Ok(())
    }

    fn expression(
        &mut self,
        expression: &Expression,
        attribute: &str,
        file_name: &str,
    ) -> Result<(), ReadError> {
        match &expression.kind {
            Kind::Document(decoded) | Kind::Text(decoded) => {
                // A text of several lines may be a file of etcd.
                if decoded.text.trim().contains('\n') {
                    let decoded = decoded.clone();
                    self.request
                        .read_embedded(&mut self.reading, decoded, 0, file_name);
                }
                Ok(())
            }
            Kind::List(items) | Kind::Call(items) => {
                for item in items {
                    self.expression(item, attribute, file_name)?;
                }
                Ok(())
            }
            Kind::Object(body) => self.body(body, attribute, None),
            Kind::Other => Ok(()),
        }
    }
}

/// Whether Nomad passes the lines of this template to the task as variables.
fn sets_variables(kind: &str, body: &Body) -> bool {
    kind == "template" && body.value("env").is_some()
}
