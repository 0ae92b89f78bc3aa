//! Decodes the bytes of a file into a text to lint.

use std::path::Path;

use crate::limits::FILE_SIZE;
use crate::report::FileError;
use crate::source::Source;
use crate::surface::{Prefilter, is_process_file};
use crate::text::nul_list;

/// The content of a file.
#[derive(Debug)]
pub enum Content {
    /// A text that may concern etcd.
    Text(Source),
    /// Not etcd's, with the reason.
    NotEtcd(&'static str),
}

/// Decodes the bytes of a file. With a prefilter, for a file that was met in a folder, the file must pass it; without
/// one, for a file that the user named, every text is accepted.
///
/// # Errors
/// Returns an error if the file may concern etcd and is too large or no UTF-8 text, with the place if one is known.
pub fn decode(
    path: &Path,
    bytes: Vec<u8>,
    prefilter: Option<&Prefilter<'_>>,
) -> Result<Content, FileError> {
    let failed = |message: String| {
        Err(FileError {
            message,
            place: None,
        })
    };
    if bytes.len() as u64 > FILE_SIZE {
        return failed(too_large());
    }
    let is_skipped = |bytes: &[u8]| prefilter.is_some_and(|prefilter| !prefilter.admits(bytes));
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        // etcd's names are ASCII: in UTF-16 each letter has a zero beside it.
        let letters: Vec<u8> = bytes.iter().copied().filter(|&byte| byte != 0).collect();
        if is_skipped(&letters) {
            return Ok(Content::NotEtcd("it is UTF-16"));
        }
        return failed("is UTF-16; etcd reads UTF-8, convert the file first".to_owned());
    }
    if is_skipped(&bytes) {
        return Ok(Content::NotEtcd("it sets no etcd option"));
    }
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        if is_list_of_process(path, &bytes, prefilter.is_none()) {
            return Ok(Content::Text(Source::new(path, nul_list::lines(&bytes))));
        }
        if prefilter.is_some() {
            return Ok(Content::NotEtcd("it is not text"));
        }
        return failed(format!(
            "is not text: it contains a NUL byte at offset {at}"
        ));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Content::Text(Source::new(path, text))),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
            let place = Source::new(path, before).line_column(valid);
            Err(FileError {
                message: "is not UTF-8 at this place; etcd refuses such a file, so it is not checked and not written".to_owned(),
                place: Some(place),
            })
        }
    }
}

/// Whether the bytes are the arguments or the variables of a process, as `/proc` shows them.
fn is_list_of_process(path: &Path, bytes: &[u8], is_named: bool) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(is_process_file) || is_named && nul_list::is_list(bytes)
}

/// Returns the message for a file that is larger than [`FILE_SIZE`].
#[must_use]
pub fn too_large() -> String {
    format!(
        "is larger than {} MiB and is not read",
        FILE_SIZE / 1024 / 1024
    )
}
