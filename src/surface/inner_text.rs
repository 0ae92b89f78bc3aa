//! Reads a text inside another one as if it were a file.

use super::evidence::concerns_server;
use super::reading::{HostFile, Moved, Reading};
use super::request::{Discovery, Recognition, Request, recognise};
use crate::limits::TEXTS_IN_TEXTS;
use crate::member::{Completeness, Place, TextId};
use crate::source::Span;
use crate::text::decoded::Decoded;

impl Request<'_> {
    /// Reads a text inside the text `parent` of `reading`. Returns whether it is etcd configuration.
    ///
    /// `file_name` is the name that the text will have as a file; it is only a hint.
    pub(super) fn read_embedded(
        &self,
        reading: &mut Reading,
        decoded: Decoded,
        parent: TextId,
        file_name: &str,
    ) -> bool {
        self.read_embedded_with(reading, decoded, &[], parent, file_name)
    }

    /// Does the same for a text that becomes the file at `path` on a host; `path_place` is where the path is written.
    pub(super) fn read_host_file(
        &self,
        reading: &mut Reading,
        decoded: Decoded,
        parent: TextId,
        (path, path_place): (&str, Option<Place>),
    ) -> bool {
        let text = decoded.text.clone();
        let before = reading.texts.len();
        let inner = self.recognised(&text, path);
        let Some(Recognition::Read(found)) = &inner else {
            reading.add_unread_file(path, path_place);
            return self.add(reading, decoded, inner, (&[], parent));
        };
        let mut file = HostFile {
            path: path.to_owned(),
            path_place: None,
            is_read: true,
            members: found.members.clone(),
            unit: found.unit.clone(),
            text: 0,
        };
        let moved = Moved {
            texts: before + 1,
            sites: reading.sites.len(),
        };
        moved.file(&mut file);
        file.path_place = path_place;
        self.add(reading, decoded, inner, (&[], parent));
        reading.files.push(file);
        true
    }

    /// Does the same for a text in which some spans are expanded.
    pub(super) fn read_embedded_with(
        &self,
        reading: &mut Reading,
        decoded: Decoded,
        expansions: &[Span],
        parent: TextId,
        file_name: &str,
    ) -> bool {
        let text = masked(&decoded.text, expansions);
        let inner = self.recognised(&text, file_name);
        self.add(reading, decoded, inner, (expansions, parent))
    }

    /// Recognises a text inside this one; returns `None` if it is nested too deeply.
    fn recognised(&self, text: &str, file_name: &str) -> Option<Recognition> {
        let request = Request {
            text,
            file_name: file_name.rsplit(['/', '\\']).next().unwrap_or(file_name),
            catalogue: self.catalogue,
            discovery: Discovery::Walked,
            depth: self.depth + 1,
            readers: self.readers,
        };
        (self.depth < TEXTS_IN_TEXTS).then(|| recognise(&request, self.readers))
    }

    /// Adds what was recognised in a text to a reading; returns whether it is etcd configuration.
    fn add(
        &self,
        reading: &mut Reading,
        decoded: Decoded,
        inner: Option<Recognition>,
        (expansions, parent): (&[Span], TextId),
    ) -> bool {
        let Some(inner) = inner else {
            let concerns_etcd = concerns_server(self.catalogue, &decoded.text);
            if concerns_etcd {
                let id = reading.embed(decoded, parent);
                let message = format!(
                    "texts are nested more than {TEXTS_IN_TEXTS} deep here; etcd configuration in the innermost is not read"
                );
                reading.report_unread(Place::new(id, Span::at(0)), message);
            }
            return concerns_etcd;
        };
        match inner {
            Recognition::Read(mut inner) => {
                inner.hazards.masks.extend_from_slice(expansions);
                // An expansion alone on a line may become several lines.
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

/// Whether nothing else is on the line of the span.
fn is_alone(text: &str, span: Span) -> bool {
    let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let after = text[span.end..].split('\n').next().unwrap_or_default();
    text[line..span.start].trim().is_empty() && after.trim().is_empty()
}

/// Replaces expansions by variables, which no surface reads as syntax, and one that is alone on its line by spaces.
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
