//! Encoded texts: etcd configuration in base64 or compressed is detected and reported, `data:` URLs are decoded and
//! read.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::reading::Reading;
use super::request::{Discovery, Recognition, Request, recognise};
use crate::member::Place;
use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::quoting::Quoting;

/// How a text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Encoding {
    base64: bool,
    compressed: bool,
}

/// The first bytes of gzip output.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Files of these kinds contain no configuration, whatever their names.
const OTHER_KINDS: [&str; 10] = [
    ".crt", ".pem", ".key", ".csr", ".crl", ".p12", ".tgz", ".gz", ".zip", ".db",
];

impl Encoding {
    pub(super) const BASE64: Self = Self {
        base64: true,
        compressed: false,
    };

    /// Compressed, and in base64 or not.
    pub(super) fn compressed(base64: bool) -> Self {
        Self {
            base64,
            compressed: true,
        }
    }

    /// Returns the encoding of a name in a cloud-config; `None` for plain text.
    pub(super) fn of_cloud_config(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let parts: Vec<&str> = name.split('+').collect();
        let encoding = Self {
            base64: parts.iter().any(|part| matches!(*part, "b64" | "base64")),
            compressed: parts.iter().any(|part| matches!(*part, "gz" | "gzip")),
        };
        (encoding.base64 || encoding.compressed).then_some(encoding)
    }
}

impl Request<'_> {
    /// Reports an encoded text that is etcd configuration, or that probably is by its file name.
    pub(super) fn detect_encoded(
        &self,
        reading: &mut Reading,
        place: Place,
        encoding: Encoding,
        raw: &str,
        file_name: &str,
    ) {
        let mut compressed = encoding.compressed;
        if encoding.base64 && !compressed {
            let packed: String = raw.split_whitespace().collect();
            let Ok(bytes) = STANDARD.decode(packed) else {
                return;
            };
            if let Ok(text) = std::str::from_utf8(&bytes) {
                if self.recognises(text, file_name) {
                    let message = format!(
                        "the content of {} is etcd configuration in base64, which is not read",
                        called(file_name)
                    );
                    reading.report_unread(place, message);
                }
                return;
            }
            compressed = bytes.starts_with(&GZIP);
        }
        if compressed && !raw.is_empty() && is_named_for_configuration(file_name) {
            let message = format!(
                "the content of {} is compressed and is not read; by its name it is etcd configuration",
                called(file_name)
            );
            reading.report_unread(place, message);
        }
    }

    /// Whether a text would be read as etcd configuration.
    fn recognises(&self, text: &str, file_name: &str) -> bool {
        let request = Request {
            text,
            file_name: file_name.rsplit('/').next().unwrap_or(file_name),
            catalogue: self.catalogue,
            discovery: Discovery::Walked,
            depth: self.depth + 1,
            readers: self.readers,
        };
        !matches!(recognise(&request, self.readers), Recognition::No(_))
    }
}

fn called(file_name: &str) -> &str {
    if file_name.is_empty() {
        "a file"
    } else {
        file_name
    }
}

/// Whether a file probably configures etcd, by its name.
fn is_named_for_configuration(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("etcd")
        && !name.contains("etcdctl")
        && !OTHER_KINDS.iter().any(|end| name.ends_with(end))
}

/// The content of a `data:` URL.
#[derive(Debug)]
pub(super) enum DataUrl {
    /// A text whose bytes are in the URL, some as `%XX`.
    Text(Decoded),
    /// Base64, and where in the URL it begins.
    Base64(usize),
}

/// Returns the content of a `data:` URL (RFC 2397); `None` for other URLs and for bytes that are not text.
pub(super) fn data_url(url: &str) -> Option<DataUrl> {
    let start = url.strip_prefix("data:").map(|_| "data:".len())?;
    let content = start + url[start..].find(',')? + 1;
    if url[start..content - 1].ends_with(";base64") {
        return Some(DataUrl::Base64(content));
    }
    let mut bytes = Vec::new();
    let mut places = Vec::new();
    let mut at = content;
    while at < url.len() {
        let (byte, length) = match url.as_bytes()[at] {
            b'%' => (u8::from_str_radix(url.get(at + 1..at + 3)?, 16).ok()?, 3),
            byte => (byte, 1),
        };
        bytes.push(byte);
        places.push(Span::new(at, at + length));
        at += length;
    }
    let text = String::from_utf8(bytes).ok()?;
    let mut decoded = Decoded::default();
    for (index, character) in text.char_indices() {
        let place = places[index].cover(places[index + character.len_utf8() - 1]);
        decoded.push(character, place, Quoting::Percent);
    }
    Some(DataUrl::Text(decoded))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Edit;

    #[test]
    fn data_urls_are_decoded_and_written() {
        let url = "data:text/plain;charset=utf-8,a%3D%C3%BC/b%0A";
        let Some(DataUrl::Text(decoded)) = data_url(url) else {
            panic!("no text");
        };
        assert_eq!(decoded.text, "a=ü/b\n");
        let at = decoded.text.find('ü').unwrap();
        let edit = Edit::replacement(Span::new(at, at + 2), "c d");
        let outer = decoded.outer_edit(&edit).unwrap();
        assert_eq!(outer.span.of(url), "%C3%BC");
        assert_eq!(outer.text, "c%20d");
        assert!(matches!(
            data_url("data:;base64,YQ=="),
            Some(DataUrl::Base64(13))
        ));
        for other in ["http://a/b", "data:", "data:,%", "data:,%ff", "data:,%é"] {
            assert!(data_url(other).is_none(), "{other}");
        }
    }

    #[test]
    fn encodings_of_cloud_configs() {
        let named = |name: &str| Encoding::of_cloud_config(name);
        assert_eq!(named("b64"), Some(Encoding::BASE64));
        assert_eq!(named("gz+base64"), Some(Encoding::compressed(true)));
        assert_eq!(named("gzip"), Some(Encoding::compressed(false)));
        assert_eq!(named("text/plain"), None);
    }
}
