//! Maps of names to texts: variables, kubeadm's arguments.

use super::process::{Expansions, text_value};
use super::site::EntrySite;
use crate::catalogue::Spelling;
use crate::setting::{Place, Setting, Value};
use crate::source::Span;
use crate::surface::Reading;
use crate::surface::config_file::KeySite;
use crate::surface::site::Site;
use crate::surface::yaml::{Document, NodeId};

/// What the names of a map are.
pub(in crate::surface) struct Names {
    pub(in crate::surface) spelling: Spelling,
    /// Which of them count.
    pub(in crate::surface) takes: fn(&str) -> bool,
    /// What something else decides in a value.
    pub(in crate::surface) expansions: Expansions,
}

/// The settings of a map of names to texts.
pub(in crate::surface) fn map_settings(
    text: &str,
    document: &Document,
    reading: &mut Reading,
    id: NodeId,
    names: &Names,
) -> Vec<Setting> {
    let flow = document.is_flow(id);
    let entries = document.entries(id);
    let mut settings = Vec::new();
    for (index, &(key, value)) in entries.iter().enumerate() {
        let Some(name) = document.scalar(key).filter(|name| (names.takes)(name)) else {
            continue;
        };
        let name_span = document.node(key).span;
        let span = document.node(value).span;
        let value_span = Span::new(span.start, span.start + span.of(text).trim_end().len());
        let read = match document.scalar(value) {
            // Without a value it comes from elsewhere.
            Some("") if span.is_empty() => Value::Unknown(String::new()),
            Some(content) => text_value(content, names.expansions),
            None => continue,
        };
        let site = reading.add_site(Site::Entry(EntrySite {
            entry: KeySite::new(text, document, entries, index, flow, "", false),
            shared: document.is_shared(name_span),
        }));
        settings.push(Setting {
            spelling: names.spelling,
            name: name.to_owned(),
            name_place: Place::new(0, name_span),
            value: read,
            value_place: Place::new(0, value_span),
            overridden: false,
            site,
        });
    }
    settings
}
