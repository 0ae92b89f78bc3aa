//! Reads values of the etcd chart of Bitnami, its own or below `etcd` in the values of a chart that uses it.

use super::options::{add, version};
use crate::facts::catalogue::Spelling;
use crate::member::{Delivery, NamedRelease, Place, Setting, Value};
use crate::surface::document::DocumentReader;
use crate::surface::launch::image::is_etcd_image;
use crate::surface::process::map::Entry;
use crate::text::yaml::{self, Document, Kind, NodeId, Scalar, Style};

/// Names of the chart, and the variables of etcd.
const VARIABLES: [(&str, &str); 2] = [
    ("autoCompactionMode", "ETCD_AUTO_COMPACTION_MODE"),
    ("autoCompactionRetention", "ETCD_AUTO_COMPACTION_RETENTION"),
];

/// Adds the members that values describe.
pub(super) fn read(reader: &mut DocumentReader<'_>, root: NodeId) {
    chart(reader, root, false);
    below(reader, root);
}

/// Reads values of charts in charts; the limits of YAML bound the recursion.
fn below(reader: &mut DocumentReader<'_>, id: NodeId) {
    let document = reader.document;
    for &(key, value) in document.entries(id) {
        if document.scalar(key) == Some("etcd") {
            chart(reader, value, true);
        }
        below(reader, value);
    }
}

/// Reads the values of one chart; `named` is whether the key above them is `etcd`.
fn chart(reader: &mut DocumentReader<'_>, id: NodeId, named: bool) {
    let document = reader.document;
    let image = reader
        .below(id, &["image", "repository"])
        .and_then(|image| document.scalar(image));
    let is_chart = named
        || image.is_some_and(is_etcd_image)
        || VARIABLES
            .iter()
            .any(|(name, _)| document.value(id, name).is_some());
    if !is_chart {
        return;
    }
    let tag = reader.below(id, &["image", "tag"]);
    let evidence = tag.and_then(|tag| {
        Some(NamedRelease {
            version: version(document.scalar(tag)?)?,
            place: Some(Place::new(0, document.node(tag).span)),
        })
    });
    if let Some(file) = document.value(id, "configuration") {
        let first = reader.reading.members.len();
        let flow = document.is_flow(id);
        reader.inner_file(file, flow, "etcd.conf.yml");
        for member in &mut reader.reading.members[first..] {
            member.evidence = evidence;
        }
    }
    let mut settings = Vec::new();
    for (index, &(key, value)) in document.entries(id).iter().enumerate() {
        let name = document.scalar(key).unwrap_or_default();
        let known = VARIABLES.iter().find(|(own, _)| *own == name);
        let value = given(document, value);
        if let (Some((_, variable)), Some(value)) = (known, value) {
            let entry = Entry {
                spelling: Spelling::Variable,
                name: (*variable).to_owned(),
                value: Value::Text(value),
                named_by_tool: true,
            };
            let text = reader.request.text;
            settings.push(entry.setting(text, document, reader.reading, id, index));
        }
    }
    // The image has variables of its own, which etcd does not read.
    let catalogue = reader.request.catalogue;
    let for_etcd = |setting: &Setting| {
        catalogue
            .spelled(Spelling::Variable, &setting.name)
            .is_some()
    };
    let extra = reader.pairs(document.value(id, "extraEnvVars"), Spelling::Variable);
    settings.extend(extra.into_iter().filter(for_etcd));
    add(reader, settings, Delivery::Environment, evidence);
}

/// Returns the text of a value; `None` if it is false in a template, because the chart then leaves it out.
fn given(document: &Document, id: NodeId) -> Option<String> {
    let Kind::Scalar { text, style, tag } = &document.resolved(id).kind else {
        return None;
    };
    let read = yaml::resolve(text, *style == Style::Plain, tag.as_deref());
    let nothing = matches!(
        read,
        Scalar::Null | Scalar::Bool(false) | Scalar::Integer(0)
    ) || text.is_empty();
    (!nothing).then(|| text.clone())
}
