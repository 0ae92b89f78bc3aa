//! Paths of documents.

use std::path::PathBuf;

use lsp_types::Uri;
use percent_encoding::percent_decode_str;

/// Returns the path of a document; for one that is no file, a path made from its name.
pub(super) fn path_of(uri: &Uri) -> PathBuf {
    let path = percent_decode_str(uri.path().as_str()).decode_utf8_lossy();
    // `/c:/folder/file` is how files on Windows are written.
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
