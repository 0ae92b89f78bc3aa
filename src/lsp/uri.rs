//! Paths of documents.

use std::path::PathBuf;

use lsp_types::Uri;

/// The path of a document; of one that is no file, what its name looks like.
pub(super) fn path_of(uri: &Uri) -> PathBuf {
    let path = uri.path().as_str();
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let escaped = (first == b'%')
            .then(|| behind.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(first));
        rest = &behind[if escaped.is_some() { 2 } else { 0 }..];
    }
    let path = String::from_utf8_lossy(&bytes).into_owned();
    // `/c:/folder/file`, as files of Windows are written.
    let is_drive = path.as_bytes().get(2) == Some(&b':') && path.starts_with('/');
    PathBuf::from(if is_drive { &path[1..] } else { &path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_out_of_its_escapes() {
        let path = |uri: &str| path_of(&uri.parse().unwrap());
        assert_eq!(
            path("file:///a%20b/%C3%A9tcd.yml"),
            PathBuf::from("/a b/étcd.yml")
        );
        assert_eq!(path("file:///c%3A/x.yml"), PathBuf::from("c:/x.yml"));
        assert_eq!(path("untitled:Untitled-1"), PathBuf::from("Untitled-1"));
    }
}
