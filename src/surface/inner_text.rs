//! Reads a text that lies inside another one as a file with that content would be read.

use super::evidence::concerns_server;
use super::reading::Reading;
use super::request::{Discovery, Recognition, Request, recognise};
use crate::limits::TEXTS_IN_TEXTS;
use crate::member::{Completeness, Place, TextId};
use crate::source::Span;
use crate::text::decoded::Decoded;

impl Request<'_> {
    /// Adds what a text holds that lies in the text `parent` of `reading`. Gives whether it is etcd's.
    ///
    /// The name is the one that the text will have as a file; it is a hint only.
    pub(super) fn read_embedded(
        &self,
        reading: &mut Reading,
        decoded: Decoded,
        parent: TextId,
        file_name: &str,
    ) -> bool {
        self.read_embedded_with(reading, decoded, &[], parent, file_name)
    }

    /// The same for a text of which something else writes some stretches.
    pub(super) fn read_embedded_with(
        &self,
        reading: &mut Reading,
        decoded: Decoded,
        expansions: &[Span],
        parent: TextId,
        file_name: &str,
    ) -> bool {
        if self.depth >= TEXTS_IN_TEXTS {
            let concerns_etcd = concerns_server(self.catalogue, &decoded.text);
            if concerns_etcd {
                let id = reading.embed(decoded, parent);
                let message = format!(
                    "texts lie more than {TEXTS_IN_TEXTS} deep in one another here, and etcd's configuration in the innermost is not read"
                );
                reading.report_unread(Place::new(id, Span::at(0)), message);
            }
            return concerns_etcd;
        }
        let text = masked(&decoded.text, expansions);
        let request = Request {
            text: &text,
            file_name: file_name.rsplit(['/', '\\']).next().unwrap_or(file_name),
            catalogue: self.catalogue,
            discovery: Discovery::Walked,
            depth: self.depth + 1,
            readers: self.readers,
        };
        match recognise(&request, self.readers) {
            Recognition::Read(mut inner) => {
                inner.masks.extend_from_slice(expansions);
                // What stands alone on a line may become several.
                let mut expansions = expansions.iter();
                if expansions.any(|expansion| is_alone(&decoded.text, *expansion)) {
                    for member in &mut inner.members {
                        member.completeness = Completeness::Partial;
                    }
                }
                reading.graft(inner, decoded, parent);
                true
            }
            Recognition::Unreadable(error) => {
                let at = Span::at(error.offset.min(decoded.text.len()));
                let id = reading.embed(decoded, parent);
                reading.report_unread(Place::new(id, at), error.message);
                true
            }
            Recognition::No(_) => false,
        }
    }
}

/// Whether nothing else stands on the line.
fn is_alone(text: &str, stretch: Span) -> bool {
    let line = text[..stretch.start].rfind('\n').map_or(0, |at| at + 1);
    let behind = text[stretch.end..].split('\n').next().unwrap_or_default();
    text[line..stretch.start].trim().is_empty() && behind.trim().is_empty()
}

/// The text with the stretches that something else writes as variables, which no surface takes for syntax; an empty line
/// where nothing else stands on it.
fn masked(text: &str, expansions: &[Span]) -> String {
    let mut masked = text.as_bytes().to_vec();
    for expansion in expansions {
        if is_alone(text, *expansion) {
            masked[expansion.start..expansion.end].fill(b' ');
            continue;
        }
        for byte in &mut masked[expansion.start..expansion.end] {
            if !byte.is_ascii_alphanumeric() && !matches!(*byte, b'_' | b'\n') {
                *byte = b'x';
            }
        }
        masked[expansion.start] = b'$';
    }
    String::from_utf8(masked).unwrap_or_else(|_| text.to_owned())
}
