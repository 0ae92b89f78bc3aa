//! Reads servers of k3s and RKE2: their `--etcd-arg` become keys of the configuration file that they write for etcd.

use super::Finder;
use crate::facts::catalogue::Spelling;
use crate::member::{
    Completeness, Delivery, Member, Place, Setting, TextId, Value, mark_overridden,
};
use crate::source::Span;
use crate::surface::site::word::{Reads, VariableWordSite};
use crate::surface::site::{Site, k3s_value};
use crate::text::words::Word;

const FLAG: &str = "--etcd-arg";

impl Finder<'_> {
    /// Adds the member that a server runs, if it sets options.
    pub(super) fn server(
        &mut self,
        words: &[Word],
        arguments: usize,
        text_id: TextId,
    ) -> Option<usize> {
        let mut settings = Vec::new();
        let mut at = arguments;
        while let Some(word) = words.get(at) {
            let before = words[at - 1].span.end;
            at += 1;
            let (word, start, between) = match word.text().strip_prefix(FLAG) {
                Some("") => {
                    at += 1;
                    (words.get(at - 1)?, 0, ' ')
                }
                Some(rest) if rest.starts_with('=') => (word, FLAG.len() + 1, '='),
                _ => continue,
            };
            let removal = Span::new(before, word.span.end);
            let lead = format!(" {FLAG}{between}");
            settings.extend(self.key(word, start, lead, removal, text_id));
        }
        if settings.is_empty() || words.iter().any(|word| word.unclosed.is_some()) {
            return None;
        }
        mark_overridden(&mut settings);
        self.reading.members.push(Member {
            settings,
            completeness: Completeness::Partial,
            delivery: Delivery::ConfigFile,
            ..Member::at(Place::new(text_id, words[arguments - 1].span))
        });
        Some(self.reading.members.len() - 1)
    }

    /// Returns the key for `name=value`, which begins at `start` of the word.
    fn key(
        &mut self,
        word: &Word,
        start: usize,
        lead: String,
        removal: Span,
        text_id: TextId,
    ) -> Option<Setting> {
        let text = word.text();
        let (name, value) = k3s_value::assignment(text, start)?;
        if word.expands_in(name) {
            return None;
        }
        let written = value.of(text);
        Some(Setting {
            spelling: Spelling::Key,
            name: name.of(text).to_owned(),
            name_place: Place::new(text_id, word.outer(name)),
            value: if word.expands_in(value) {
                Value::Unknown(written.to_owned())
            } else {
                k3s_value::value(written)
            },
            value_place: Place::new(text_id, word.outer(value)),
            overridden: false,
            elsewhere: None,
            site: self.reading.add_site(Site::VariableWord(VariableWordSite {
                word: word.clone(),
                name,
                value,
                lead,
                removal,
                reads: Reads::K3s,
            })),
        })
    }
}
