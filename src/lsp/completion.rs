//! Completes names and values of options.
//!
//! A half-typed text can rarely be read. So the surface reads a text in which a complete option replaces the one that
//! is being typed: if it reads a setting there, an option fits there. Only if it cannot read the text at all, the
//! surrounding lines decide, in a document that was etcd's when it was last read.

mod offer;
mod place;

use lsp_types::CompletionItem;

use super::analysis::DISCOVERY;
use super::document::Snapshot;
use crate::check::Knowledge;
use crate::facts::catalogue::{Spelling, ValueType};
use crate::member::key_section;
use crate::source::{Source, Span};
use crate::surface::{self, FileReading, Reading, Surface, Syntax};
use place::{Place, Wanted};

/// Returns what fits at an offset; `surface` is the document's surface when it was last read.
pub(super) fn at(
    snapshot: &Snapshot,
    offset: usize,
    surface: Option<Surface>,
    knowledge: &Knowledge,
) -> Vec<CompletionItem> {
    let context = Context {
        snapshot,
        surface,
        knowledge,
    };
    let Some(place) = place::at(&snapshot.text, offset) else {
        return Vec::new();
    };
    match place.spelling {
        Spelling::Flag | Spelling::Variable => context.word(&place),
        Spelling::Key => context.key(&place),
    }
}

struct Context<'a> {
    snapshot: &'a Snapshot,
    surface: Option<Surface>,
    knowledge: &'a Knowledge,
}

impl Context<'_> {
    /// Completes a flag or a variable.
    fn word(&self, place: &Place) -> Vec<CompletionItem> {
        // Only etcd has this option, so it is recognised on its own.
        let probe = match place.spelling {
            Spelling::Flag => "--listen-peer-urls=x",
            _ => "ETCD_LISTEN_PEER_URLS=x",
        };
        let fits = match self.read(place.whole, probe) {
            Some(reading) => reading.members.iter().any(|member| {
                let mut settings = member.settings.iter();
                settings.any(|setting| {
                    setting.spelling == place.spelling
                        && reading.file_span(setting.name_place).start == place.whole.start
                })
            }),
            None => self
                .surface
                .is_some_and(|surface| surface.syntax != Syntax::Settings),
        };
        if !fits {
            return Vec::new();
        }
        match &place.wanted {
            Wanted::Name => self.offer(place).names(None, &[]),
            Wanted::Value { name, apart } => {
                let catalogue = &self.knowledge.catalogue;
                let option = catalogue.spelled(place.spelling, name);
                // A word after a boolean flag is no value of it.
                let to = self.snapshot.options.upgrade.to;
                let option =
                    option.filter(|option| !apart || option.type_at(to) != ValueType::Bool);
                option.map_or_else(Vec::new, |option| self.offer(place).values(option))
            }
        }
    }

    /// Completes a key of etcd's file, or its value.
    fn key(&self, place: &Place) -> Vec<CompletionItem> {
        let catalogue = &self.knowledge.catalogue;
        // A key that no release has cannot be a duplicate.
        let probe = "etcd-uplift-probe";
        let after = &self.snapshot.text.as_str()[place.whole.end..];
        let value = if after.starts_with(':') { "" } else { ": x" };
        let (path, taken) = match self.read(place.whole, &format!("{probe}{value}")) {
            Some(reading) => {
                let found = reading.members.iter().find_map(|member| {
                    let found = member.settings.iter().find(|setting| {
                        setting.spelling == Spelling::Key
                            && reading.file_span(setting.name_place).start == place.whole.start
                    });
                    Some((member, found?))
                });
                let Some((member, setting)) = found else {
                    return Vec::new();
                };
                let keys = member.settings.iter();
                let keys = keys.filter(|setting| setting.spelling == Spelling::Key);
                let taken = keys.map(|setting| setting.name.to_ascii_lowercase());
                (setting.name.clone(), taken.collect())
            }
            None if self.was_config_file() => {
                let section = place::section(&self.snapshot.text, place.whole.start, |key| {
                    catalogue.is_key_section(key)
                });
                let Some(section) = section else {
                    return Vec::new();
                };
                let path = section
                    .map_or_else(|| probe.to_owned(), |section| format!("{section}.{probe}"));
                (path, Vec::new())
            }
            None => return Vec::new(),
        };
        let path = path.to_ascii_lowercase();
        let section = key_section(&path);
        match &place.wanted {
            Wanted::Name => self.offer(place).names(section, &taken),
            Wanted::Value { name, .. } => {
                let path =
                    section.map_or_else(|| name.clone(), |section| format!("{section}.{name}"));
                let option = catalogue.spelled(Spelling::Key, &path);
                option.map_or_else(Vec::new, |option| self.offer(place).values(option))
            }
        }
    }

    fn offer<'p>(&'p self, place: &'p Place) -> offer::Offer<'p> {
        offer::Offer {
            snapshot: self.snapshot,
            catalogue: &self.knowledge.catalogue,
            place,
        }
    }

    /// Returns what is read if another text replaces that span.
    fn read(&self, span: Span, by: &str) -> Option<Reading> {
        let mut text = self.snapshot.text.as_str().to_owned();
        text.replace_range(span.start..span.end, by);
        let source = Source::new(self.snapshot.path(), text);
        let surface = self.snapshot.options.surface();
        match surface::read(&source, &self.knowledge.catalogue, DISCOVERY, surface) {
            FileReading::Read(reading) if !reading.members.is_empty() => Some(reading),
            _ => None,
        }
    }

    /// Returns whether the document is etcd's file, as far as can be known without reading it.
    fn was_config_file(&self) -> bool {
        match self.surface {
            None => {
                let path = self.snapshot.path();
                let name = path.file_name().and_then(|name| name.to_str());
                name.is_some_and(surface::config_file::is_named_like_config)
            }
            Some(surface) => surface.syntax == Syntax::Settings,
        }
    }
}
