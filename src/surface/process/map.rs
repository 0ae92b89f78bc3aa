//! Reads maps of names to texts: variables, arguments.

use super::{Expansions, text_value};
use crate::facts::catalogue::Spelling;
use crate::member::{Place, Setting, Value};
use crate::source::Span;
use crate::surface::reading::Reading;
use crate::surface::site::Site;
use crate::surface::site::emptied::{Emptied, Layout};
use crate::surface::site::key::KeySite;
use crate::surface::site::list::EntrySite;
use crate::text::yaml::{Document, NodeId};

/// What the names of a map denote.
pub(in crate::surface) struct Names {
    pub(in crate::surface) spelling: Spelling,
    /// Which names are read.
    pub(in crate::surface) accepts: fn(&str) -> bool,
    /// Finds the expansions in a value.
    pub(in crate::surface) expansions: Expansions,
}

/// Returns the settings of a map of names to texts.
pub(in crate::surface) fn map_settings(
    text: &str,
    document: &Document,
    reading: &mut Reading,
    id: NodeId,
    names: &Names,
) -> Vec<Setting> {
    let entries = document.entries(id);
    let mut settings = Vec::new();
    for (index, &(key, value)) in entries.iter().enumerate() {
        let Some(name) = document.scalar(key).filter(|name| (names.accepts)(name)) else {
            continue;
        };
        let read = match document.scalar(value) {
            // Without a value, the variable comes from the environment.
            Some("") if document.node(value).span.is_empty() => Value::Unknown(String::new()),
            Some(content) => text_value(content, names.expansions),
            None => continue,
        };
        let entry = Entry {
            spelling: names.spelling,
            name: name.to_owned(),
            value: read,
            named_by_tool: false,
        };
        settings.push(entry.setting(text, document, reading, id, index));
    }
    settings
}

/// An entry of a map that sets an option.
pub(in crate::surface) struct Entry {
    pub(in crate::surface) spelling: Spelling,
    pub(in crate::surface) name: String,
    pub(in crate::surface) value: Value,
    /// Whether the key is the name of a tool for the option.
    pub(in crate::surface) named_by_tool: bool,
}

impl Entry {
    /// Returns the setting that is written as the entry at `index` of the map at `map`.
    pub(in crate::surface) fn setting(
        self,
        text: &str,
        document: &Document,
        reading: &mut Reading,
        map: NodeId,
        index: usize,
    ) -> Setting {
        let flow = document.is_flow(map);
        let entries = document.entries(map);
        let (key, value) = entries[index];
        let name_span = document.node(key).span;
        let span = document.node(value).span;
        let value_span = Span::new(span.start, span.start + span.of(text).trim_end().len());
        let layout = if flow {
            Layout::FlowMap
        } else {
            Layout::BlockMap
        };
        let only = (entries.len() == 1).then(|| name_span.cover(value_span));
        let site = reading.add_site(Site::Entry(EntrySite {
            entry: KeySite::new(text, document, entries, index, flow, "", false),
            shared: document.is_shared(name_span),
            named_by_tool: self.named_by_tool,
            only: only.and_then(|entry| Emptied::of(text, document.node(map).span, layout, entry)),
        }));
        Setting {
            spelling: self.spelling,
            name: self.name,
            name_place: Place::new(0, name_span),
            value: self.value,
            value_place: Place::new(0, value_span),
            overridden: false,
            elsewhere: None,
            site,
        }
    }
}
