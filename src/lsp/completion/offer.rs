//! The completions: options that the new release has, and the values that it accepts.

use std::collections::BTreeSet;

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTag, CompletionTextEdit, TextEdit,
};

use super::place::Place;
use crate::facts::catalogue::{Catalogue, EtcdOption, KeyType, Spelling, ValueType};
use crate::lsp::document::Snapshot;
use crate::member::key_section;
use crate::text::yaml::{Scalar, resolve};

pub(super) struct Offer<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) catalogue: &'a Catalogue,
    pub(super) place: &'a Place,
}

impl Offer<'_> {
    /// Returns the options that may be written here; for keys, those of a section that are not `taken`.
    pub(super) fn names(&self, section: Option<&str>, taken: &[String]) -> Vec<CompletionItem> {
        let release = self.snapshot.options.upgrade.to;
        let spelling = self.place.spelling;
        let is_taken = |name: &str| {
            taken.iter().any(|key| {
                let after = key.strip_prefix(&name.to_ascii_lowercase());
                after.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        let mut items = Vec::new();
        let mut sections = BTreeSet::new();
        for option in self.catalogue.options() {
            let refuses_all = option.type_at(release) == ValueType::Rejected;
            let is_there = option.accepts(spelling, release) && !refuses_all;
            let name = option.spelled(spelling, release).filter(|_| is_there);
            let Some(name) = name else {
                continue;
            };
            if spelling != Spelling::Key {
                items.push(self.name(option, spelling.written(&name)));
                continue;
            }
            match (key_section(&name), section) {
                (Some(own), None) => {
                    sections.insert(own.to_owned());
                }
                (own, section) if own == section && !is_taken(&name) => {
                    let last = own.map_or(0, |own| own.len() + 1);
                    items.push(self.name(option, name[last..].to_owned()));
                }
                _ => {}
            }
        }
        sections.retain(|section| !is_taken(section));
        items.extend(sections.into_iter().map(|section| CompletionItem {
            text_edit: self.edit(format!("{section}:")),
            label: section,
            kind: Some(CompletionItemKind::MODULE),
            detail: Some("section".to_owned()),
            ..CompletionItem::default()
        }));
        items
    }

    fn name(&self, option: &EtcdOption, label: String) -> CompletionItem {
        let release = self.snapshot.options.upgrade.to;
        let is_key = self.place.spelling == Spelling::Key;
        let value_type = option.type_at(release);
        let type_name = if is_key {
            option.key_type_at(release).go_name()
        } else {
            value_type.in_words()
        };
        let default = match option.default_at(release, is_key) {
            "" => "empty",
            default => default,
        };
        let deprecated = option.deprecated.as_ref();
        let is_going = deprecated.is_some_and(|deprecated| deprecated.holds_at(release))
            || value_type == ValueType::Ignored;
        let text = self.snapshot.text.as_str();
        let new = if is_key {
            let after = text[self.place.typed.end..self.place.whole.end].trim_start();
            let colon = if after.starts_with(':') { "" } else { ": " };
            format!("{label}{colon}")
        } else if text[self.place.typed.start..].starts_with("--")
            || self.place.spelling == Spelling::Variable
        {
            label.clone()
        } else {
            // Go accepts one dash as well.
            label[1..].to_owned()
        };
        CompletionItem {
            sort_text: Some(format!("{}{label}", u8::from(is_going))),
            filter_text: Some(new.trim_end_matches(": ").to_owned()),
            text_edit: self.edit(new),
            label,
            kind: Some(CompletionItemKind::PROPERTY),
            detail: Some(format!("{type_name}, default {default}")),
            tags: is_going.then(|| vec![CompletionItemTag::DEPRECATED]),
            ..CompletionItem::default()
        }
    }

    /// Returns the values that an option accepts, if they can be listed.
    pub(super) fn values(&self, option: &EtcdOption) -> Vec<CompletionItem> {
        let release = self.snapshot.options.upgrade.to;
        let spelling = self.place.spelling;
        if !option.accepts(spelling, release) {
            return Vec::new();
        }
        let value_type = option.type_at(release);
        let is_bool = match spelling {
            Spelling::Key => option.key_type_at(release) == KeyType::Bool,
            _ => value_type == ValueType::Bool,
        };
        let values = if is_bool {
            vec!["true".to_owned(), "false".to_owned()]
        } else if value_type == ValueType::FeatureGates {
            let gates = self.catalogue.gates.iter();
            gates
                .filter(|gate| gate.since <= release)
                .map(|gate| format!("{}={}", gate.name, !gate.default))
                .collect()
        } else {
            let values = option.allowed.at(release);
            let values = values.or_else(|| option.values.at(release));
            values.cloned().unwrap_or_default()
        };
        let default = option.default_at(release, spelling == Spelling::Key);
        let items = values.into_iter().enumerate().map(|(index, value)| {
            let is_default = value == default;
            CompletionItem {
                sort_text: Some(format!("{index:03}")),
                filter_text: Some(value.clone()),
                text_edit: self.edit(self.written(&value, is_bool)),
                label: value,
                kind: Some(CompletionItemKind::ENUM_MEMBER),
                detail: is_default.then(|| "the default".to_owned()),
                ..CompletionItem::default()
            }
        });
        items.collect()
    }

    /// Returns a value as it has to be written: etcd's file turns `off` into a boolean unless it is quoted.
    fn written(&self, value: &str, is_bool: bool) -> String {
        let is_key = self.place.spelling == Spelling::Key;
        let reads_as_text = matches!(resolve(value, true, None), Scalar::Text(_));
        if !is_key || is_bool || self.place.is_quoted || reads_as_text {
            value.to_owned()
        } else {
            format!("\"{value}\"")
        }
    }

    fn edit(&self, new_text: String) -> Option<CompletionTextEdit> {
        let range = self.snapshot.range(self.place.typed);
        Some(CompletionTextEdit::Edit(TextEdit { range, new_text }))
    }
}
