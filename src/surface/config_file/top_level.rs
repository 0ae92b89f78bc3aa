//! Decides whether the top-level keys of a text are those of the configuration file of etcd.

use crate::facts::catalogue::Spelling;
use crate::surface::evidence::is_telling;
use crate::surface::request::{Discovery, Request};
use crate::text::yaml::{Document, NodeId};

/// Counts of the top-level keys of a text.
pub(super) struct TopLevel {
    /// How many keys there are.
    keys: usize,
    /// How many of them etcd knows.
    pub(super) known: usize,
    /// How many of them only etcd has.
    telling: usize,
}

impl TopLevel {
    pub(super) fn of_document(
        request: &Request<'_>,
        document: &Document,
        entries: &[(NodeId, NodeId)],
    ) -> Self {
        let keys = entries.iter();
        let keys: Vec<&str> = keys
            .filter_map(|&(key, _)| document.key_text(key))
            .collect();
        Self::of_keys(request, &keys)
    }

    /// Counts keys by the look of the lines, without parsing. A line that is not a key counts as an unknown key.
    pub(super) fn of_lines(request: &Request<'_>) -> Self {
        let text = request.text.trim_start_matches('\u{feff}');
        let flow = text.trim_start().starts_with('{');
        let keys: Vec<&str> = text
            .lines()
            .filter(|line| !matches!(line.bytes().next(), None | Some(b'#' | b'%')))
            .filter(|line| flow || !line.starts_with([' ', '\t']))
            .filter_map(|line| {
                let line = line.trim_start_matches("---").trim_start();
                let key = line.trim_start_matches(['{', ' ', '"', '\'']);
                let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
                let end = key.find(|c| !is_bare(c)).unwrap_or(key.len());
                let after = key[end..].trim_start_matches(['"', '\'']).trim_start();
                match (end, after.starts_with(':')) {
                    (1.., true) => Some(&key[..end]),
                    _ => (!flow && !line.is_empty()).then_some(""),
                }
            })
            .collect();
        Self::of_keys(request, &keys)
    }

    fn of_keys(request: &Request<'_>, keys: &[&str]) -> Self {
        let catalogue = request.catalogue;
        let is_known = |key: &&&str| {
            !key.is_empty()
                && (catalogue.spelled(Spelling::Key, key).is_some()
                    || catalogue.option(key).is_some()
                    || catalogue.is_key_section(key))
        };
        let is_telling = |key: &&&str| {
            is_telling(catalogue, Spelling::Key, key)
                || catalogue.is_key_section(key) && key.contains('-')
        };
        Self {
            keys: keys.len(),
            known: keys.iter().filter(is_known).count(),
            telling: keys.iter().filter(is_telling).count(),
        }
    }

    /// Whether such keys are those of the configuration file of etcd.
    pub(super) fn is_config(&self, discovery: Discovery) -> bool {
        let mostly = self.known * 2 >= self.keys;
        match discovery {
            Discovery::Walked => self.telling >= 1 && mostly,
            _ => self.telling >= 1 && (mostly || self.telling >= 2),
        }
    }

    /// Whether there are several keys, and only keys that etcd has.
    pub(super) fn is_all(&self) -> bool {
        self.known >= 4 && self.is_plain()
    }

    /// Whether etcd knows all keys; many programs have a `name` and a `data-dir` too.
    pub(super) fn is_plain(&self) -> bool {
        self.known >= 1 && self.known == self.keys
    }
}
